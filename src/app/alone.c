/* alone.c - a process that no launcher started as one of several ranks is alone: Open MPI needs neither the
   daemon that it starts beside such a one for ranks to be spawned later, nor a network.  The start takes half
   of the time (user CPU 0.09 -> 0.07 s, on a busy machine 0.7 -> 0.3 s by the clock). */
#include <stdlib.h>
#include "app.h"

void AppAloneBegin(void)
{
  static const char *const launched[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"},
                           *const wanted[][2] = {{"OMPI_MCA_ess_singleton_isolated", "1"},
                                                 {"OMPI_MCA_pml", "ob1"},
                                                 {"OMPI_MCA_btl", "self"}};

  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(launched); i++)
    if (getenv(launched[i]))
      return;
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(wanted); i++)
    (void)setenv(wanted[i][0], wanted[i][1], 0);
}
