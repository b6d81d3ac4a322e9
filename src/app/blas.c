/* blas.c - OpenBLAS as the ranks want it.  It takes its work space at the first call that needs one, and asks
   again for ever if it is refused it: so it is asked for at the start, where a refusal can be told. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include "app.h"

#define SPACE ((size_t)256 << 20) /* bytes; OpenBLAS takes up to half of it, of which it touches little */

PetscBool AppBlasBegin(void)
{
  const double a = 1;
  double       b = 1;
  void        *room;

  if (!getenv("OPENBLAS_NUM_THREADS"))
    openblas_set_num_threads(1); /* the ranks share the cores */
  room = malloc(SPACE);
  if (!room) {
    AppErrorsPrint("out of memory: a rank needs 256 MB of address space for OpenBLAS alone; see ulimit -v");
    return PETSC_FALSE;
  }
  free(room);
  cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, 1, 1, 1, &a, 1, &b, 1);
  return PETSC_TRUE;
}
