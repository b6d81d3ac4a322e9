/* poor.c - patches that have fewer rows than coefficients: what lies between their points is anybody's guess.
 */
#include "problemimpl.h"

/* The rows that meet each owned patch stand in the first of its places. */
static PetscErrorCode CountRows(TessProblem p, Vec *count)
{
  PetscInt        nexpert;
  const PetscInt *e, *m;

  PetscFunctionBegin;
  PetscCall(TessLayoutCreateVec(p->layout, count));
  PetscCall(PetscArrayzero(p->g_local, (size_t)p->sys.nlocal * p->sys.stride + p->sys.nparam));
  for (PetscInt i = 0; i < p->nown; i++) {
    PetscCall(TessPointSetGetExperts(p->rows[i].set, &nexpert, &e, &m, NULL));
    for (PetscInt k = 0; k < nexpert; k++)
      p->g_local[(size_t)e[k] * p->sys.stride] += (PetscReal)p->rows[i].neq * m[k];
  }
  PetscCall(TessLayoutLocalToGlobalAdd(p->layout, p->g_local, *count));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetPoor(TessProblem p, PetscInt64 *n, PetscInt64 *patch, PetscInt64 *rows,
                                  PetscInt *coefficients)
{
  PetscInt64       least;
  PetscInt         nowned;
  const PetscReal *a;
  Vec              count;

  PetscFunctionBegin;
  *coefficients = p->sys.stride - p->sys.nfield * p->slots;
  *n            = 0;
  *rows         = *coefficients;
  *patch        = INT64_MAX;
  PetscCall(CountRows(p, &count));
  PetscCall(TessDomainGetSizes(p->sys.domain, NULL, &nowned, NULL));
  PetscCall(VecGetArrayRead(count, &a));
  for (PetscInt s = 0; s < nowned && p->linear; s++) {
    const PetscInt64 here = (PetscInt64)a[(size_t)s * p->sys.stride];
    TessPatch        one;

    if (!here || here >= *coefficients)
      continue;
    PetscCall(TessDomainGetPatch(p->sys.domain, s, &one));
    (*n)++;
    if (here < *rows || (here == *rows && one.id < *patch)) {
      *rows  = here;
      *patch = one.id;
    }
  }
  PetscCall(VecRestoreArrayRead(count, &a));
  PetscCall(VecDestroy(&count));
  least = *rows;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, n, 1, MPIU_INT64, MPI_SUM, p->sys.comm));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, rows, 1, MPIU_INT64, MPI_MIN, p->sys.comm));
  if (least > *rows)
    *patch = INT64_MAX;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, patch, 1, MPIU_INT64, MPI_MIN, p->sys.comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}
