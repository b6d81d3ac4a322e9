# env.sh - the environment of every run on a shared machine; sourced by the scripts here (". tools/env.sh").
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 # containers run as root
export OMPI_MCA_rmaps_base_oversubscribe=1                       # more ranks than cores
export OMPI_MCA_hwloc_base_binding_policy=none                   # concurrent jobs would all be bound to core 0
export OMPI_MCA_mpi_yield_when_idle=1                            # waiting ranks give the core away
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1                  # one thread a rank
