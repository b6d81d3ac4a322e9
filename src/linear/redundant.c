/* redundant.c - (J^T J + D + shift) y = b, small, on several ranks: the Gram matrix summed over the ranks and
   its LAPACK Cholesky factor on each of them; a solve gathers b, and every rank keeps its own part of y. */
#include "normal.h"

/* all [N] = what the ranks have in x */
static PetscErrorCode GatherAll(TessNormal s, Vec x, PetscReal all[])
{
  const PetscReal *a;
  const PetscInt  *range;
  PetscMPIInt      nrank, n, *count, *start;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(s->comm, &nrank));
  PetscCall(PetscMalloc2(nrank, &count, nrank, &start));
  PetscCall(VecGetOwnershipRanges(x, &range));
  for (PetscMPIInt r = 0; r < nrank; r++) {
    count[r] = (PetscMPIInt)(range[r + 1] - range[r]);
    start[r] = (PetscMPIInt)range[r];
  }
  PetscCall(PetscMPIIntCast(s->n, &n));
  PetscCall(VecGetArrayRead(x, &a));
  PetscCallMPI(MPI_Allgatherv(a, n, MPIU_REAL, all, count, start, MPIU_REAL, s->comm));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(PetscFree2(count, start));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode RedundantSetMat(TessNormal s)
{
  Panels        *p;
  PetscReal     *a, *b;
  const PetscInt N = s->J->cmap->N;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(PanelsGram(s->J, PETSC_TRUE, 0, &s->G));
  PetscCall(PetscMalloc1(N, &b));
  PetscCall(MatDenseGetArray(s->G, &a));
  for (PetscInt k = 0; k < p->nborder; k++) {
    PetscCall(GatherAll(s, p->border[k], b));
    for (PetscInt j = 0; j < N; j++)
      for (PetscInt i = j; i < N; i++)
        a[(PetscCount)j * N + i] += b[i] * b[j];
  }
  PetscCall(MatDenseRestoreArray(s->G, &a));
  PetscCall(PetscFree(b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode RedundantFactor(TessNormal s, Vec D, PetscReal shift, PetscBool *ok)
{
  const PetscReal *a;
  PetscReal       *d;
  PetscBLASInt     n, info = 0;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(s->J->cmap->N, &n));
  if (!s->factor)
    PetscCall(PetscMalloc(sizeof(PetscReal) * n * (size_t)n, &s->factor));
  PetscCall(PetscCalloc1(n, &d));
  if (D)
    PetscCall(GatherAll(s, D, d));
  PetscCall(MatDenseGetArrayRead(s->G, &a));
  PetscCall(PetscArraycpy(s->factor, a, (PetscCount)n * n));
  PetscCall(MatDenseRestoreArrayRead(s->G, &a));
  for (PetscCount j = 0; j < n; j++)
    s->factor[j * n + j] += d[j] + shift;
  PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &n, s->factor, &n, &info));
  PetscCall(PetscLogFlops(1.0 / 3 * n * n * n));
  PetscCall(PetscFree(d));
  *ok = info ? PETSC_FALSE : PETSC_TRUE;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 1, MPIU_BOOL, MPI_LAND, s->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode RedundantSolve(TessNormal s, Vec b, Vec y)
{
  PetscReal   *all, *a;
  PetscBLASInt n, one = 1, info;
  PetscInt     start;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(s->J->cmap->N, &n));
  PetscCall(PetscMalloc1(n, &all));
  PetscCall(GatherAll(s, b, all));
  PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("L", &n, &one, s->factor, &n, all, &n, &info));
  PetscCall(PetscLogFlops(2.0 * n * n));
  PetscCall(VecGetOwnershipRange(y, &start, NULL));
  PetscCall(VecGetArrayWrite(y, &a));
  PetscCall(PetscArraycpy(a, all + start, s->n));
  PetscCall(VecRestoreArrayWrite(y, &a));
  PetscCall(PetscFree(all));
  PetscFunctionReturn(PETSC_SUCCESS);
}
