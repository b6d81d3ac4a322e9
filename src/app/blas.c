/* blas.c - OpenBLAS as the ranks want it.  It takes its work space at the first call that needs one, and asks
   again for ever if it is refused it: so it is asked for at the start, where a refusal can be told. */
#include <stdlib.h>
#include <sys/mman.h>
#include "app.h"
#include <petscblaslapack.h>

#define SPACE ((size_t)256 << 20) /* bytes; OpenBLAS takes up to half of it, of which it touches little */

extern void openblas_set_num_threads(int) __attribute__((weak)); /* where the BLAS is OpenBLAS */

PetscBool AppBlasBegin(void)
{
  const PetscBLASInt n = 1;
  const PetscScalar  a = 1;
  PetscScalar        b = 1;
  void              *room;

  if (!openblas_set_num_threads)
    return PETSC_TRUE;
  if (!getenv("OPENBLAS_NUM_THREADS"))
    openblas_set_num_threads(1); /* the ranks share the cores */
  room = mmap(NULL, SPACE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) {
    AppErrorsPrint("out of memory: a rank needs 256 MB of address space for OpenBLAS alone; see ulimit -v");
    return PETSC_FALSE;
  }
  munmap(room, SPACE);
  BLAStrsm_("L", "U", "N", "N", &n, &n, &a, &a, &n, &b, &n);
  return PETSC_TRUE;
}
