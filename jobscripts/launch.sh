# launch.sh - what the three job scripts share; they source it.  Nothing here needs to be changed for a cluster but, perhaps,
# the environment (modules) in prepare.

# The comments at the top of a script are its manual.
manual() {
  sed -n '2,/^$/{/^#SBATCH/d;s/^# \{0,1\}//p}' "$1"
  exit 0
}

# One thread a rank: the ranks share the cores, and libraries would start a thread a core in each of them.
prepare() {
  # module load gcc openmpi hdf5 petsc        # on a cluster with modules: see jobscripts/README.md
  export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 BLIS_NUM_THREADS=1
  tessera=${TESSERA:-tessera}
  command -v "$tessera" >/dev/null || { echo "there is no program $tessera: set PATH, or TESSERA to its path" >&2; exit 1; }
  launcher=${LAUNCHER:-}
  if [ -z "$launcher" ]; then
    if srun --mpi=list 2>&1 | grep -q pmix; then launcher=srun; else launcher=mpirun; fi
  fi
}

# launch RANKS COMMAND... : runs it on so many of the job's cores, each rank pinned to one, and passes on what Slurm says
# before the end (USR2: write a checkpoint and leave).  Its exit code is that of the command.
launch() {
  local ranks=$1 pid rc
  shift
  case $launcher in
    srun) srun --mpi=pmix --ntasks="$ranks" --cpu-bind=cores "$@" & ;;
    mpirun) mpirun -n "$ranks" --bind-to "${BIND:-core}" "$@" & ;;
    *) echo "LAUNCHER is \"$launcher\": srun or mpirun is wanted" >&2; exit 1 ;;
  esac
  pid=$!
  # srun keeps USR2 for itself, so its ranks are told by scancel; mpirun passes it on
  trap 'echo "$(date +%T) the end is near: a checkpoint is asked for"
        if [ $launcher = srun ]; then scancel --signal=USR2 "$SLURM_JOB_ID.0"; else kill -USR2 $pid; fi' USR2
  wait $pid
  rc=$?
  while kill -0 $pid 2>/dev/null; do # a signal ends wait, not the run
    wait $pid
    rc=$?
  done
  trap - USR2
  return $rc
}

# again EXIT_CODE : a run that was stopped with a checkpoint (3) goes back into the queue.
again() {
  [ "$1" = 3 ] || return 0
  if [ "${SLURM_RESTART_COUNT:-0}" -ge "${RESTARTS:-100}" ]; then
    echo "stopped with a checkpoint after $SLURM_RESTART_COUNT restarts: RESTARTS allows no more"
    return 0
  fi
  echo "$(date +%T) stopped with a checkpoint: goes back into the queue"
  # a task of an array by its own name: the number of the job may stand for the whole array
  scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
}
