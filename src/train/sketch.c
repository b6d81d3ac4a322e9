/* sketch.c - (W W^T + S)^-1 = V - V W (1 + W^T V W)^-1 W^T V with V = S^-1: m random combinations of the rows
   of J stand for all of them, as preconditioner of conjugate gradients on J^T J + S (sketch and precondition:
   Rokhlin & Tygert 2008; in this form Frangella, Tropp & Udell, SIAM J. Matrix Anal. Appl. 2023).  For
   networks so wide that J^T J is not affordable, and for Jacobians that are only products. */
#include "sketch.h"
#include <petscblaslapack.h>

struct _n_TessSketch {
  MPI_Comm   comm;
  PetscInt   m;
  Mat        W;     /* dense [N][m] by rows */
  Vec        V, z;  /* the inverse of S; work */
  PetscReal *A, *t; /* factor of 1 + W^T V W, lower [m][m]; [m] */
};

PetscErrorCode TessSketchCreate(MPI_Comm comm, PetscInt m, TessSketch *sketch)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(sketch));
  (*sketch)->comm = comm;
  (*sketch)->m    = m;
  PetscCall(PetscMalloc2(m * m, &(*sketch)->A, m, &(*sketch)->t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSketchSetMat(TessSketch sketch, Mat J, Vec d)
{
  const PetscReal *w;
  PetscReal       *a;
  PetscInt         n, N, ld;
  PetscBool        panels;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(d, &n));
  PetscCall(VecGetSize(d, &N));
  if (!sketch->W) {
    PetscCall(MatCreateDense(sketch->comm, n, PETSC_DECIDE, N, sketch->m, NULL, &sketch->W));
    PetscCall(VecDuplicate(d, &sketch->V));
    PetscCall(VecDuplicate(d, &sketch->z));
  }
  PetscCall(TessMatSketch(J, TessKeyName(0, "sketch"), sketch->W));
  PetscCall(PetscObjectTypeCompare((PetscObject)J, MATPANELS, &panels));
  if (panels) {
    PetscCall(TessMatPanelsColumnNorms2(J, d));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(VecSet(d, 0));
  PetscCall(VecGetArray(d, &a));
  PetscCall(MatDenseGetArrayRead(sketch->W, &w));
  PetscCall(MatDenseGetLDA(sketch->W, &ld));
  for (PetscInt k = 0; k < sketch->m; k++)
    for (PetscInt i = 0; i < n; i++)
      a[i] += PetscSqr(w[(PetscCount)k * ld + i]);
  PetscCall(MatDenseRestoreArrayRead(sketch->W, &w));
  PetscCall(VecRestoreArray(d, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSketchSetDamping(TessSketch sketch, Vec S, PetscBool *ok)
{
  const PetscReal  one = 1, zero = 0;
  const PetscReal *w, *v;
  PetscReal       *vw, least;
  PetscInt         n, ld;
  PetscBLASInt     bm, bn, bld, info;

  PetscFunctionBegin;
  PetscCall(VecMin(S, NULL, &least));
  *ok = (PetscBool)(least > 0);
  if (!*ok)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecCopy(S, sketch->V));
  PetscCall(VecReciprocal(sketch->V));
  PetscCall(VecGetLocalSize(S, &n));
  PetscCall(PetscMalloc1((PetscCount)n * sketch->m, &vw));
  PetscCall(VecGetArrayRead(sketch->V, &v));
  PetscCall(MatDenseGetArrayRead(sketch->W, &w));
  PetscCall(MatDenseGetLDA(sketch->W, &ld));
  for (PetscInt k = 0; k < sketch->m; k++)
    for (PetscInt i = 0; i < n; i++)
      vw[(PetscCount)k * n + i] = v[i] * w[(PetscCount)k * ld + i];
  PetscCall(PetscBLASIntCast(sketch->m, &bm));
  PetscCall(PetscBLASIntCast(PetscMax(1, n), &bn));
  PetscCall(PetscBLASIntCast(PetscMax(1, ld), &bld));
  PetscCall(PetscArrayzero(sketch->A, sketch->m * sketch->m));
  if (n)
    PetscCallBLAS("BLASgemm",
                  BLASgemm_("T", "N", &bm, &bm, &bn, &one, w, &bld, vw, &bn, &zero, sketch->A, &bm));
  PetscCall(MatDenseRestoreArrayRead(sketch->W, &w));
  PetscCall(VecRestoreArrayRead(sketch->V, &v));
  PetscCall(PetscFree(vw));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sketch->A, bm * bm, MPIU_REAL, MPIU_SUM, sketch->comm));
  for (PetscInt k = 0; k < sketch->m; k++)
    sketch->A[k * (sketch->m + 1)] += 1;
  PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &bm, sketch->A, &bm, &info));
  *ok = (PetscBool)(info == 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSketchApply(PC pc, Vec b, Vec y)
{
  TessSketch       sketch;
  const PetscReal  one = 1, zero = 0, minus = -1;
  const PetscReal *w;
  PetscReal       *a;
  PetscInt         n, ld;
  PetscBLASInt     bm, bn, bld, inc = 1, info;

  PetscFunctionBegin;
  PetscCall(PCShellGetContext(pc, &sketch));
  PetscCall(VecPointwiseMult(sketch->z, sketch->V, b));
  PetscCall(VecGetLocalSize(b, &n));
  PetscCall(MatDenseGetLDA(sketch->W, &ld));
  PetscCall(PetscBLASIntCast(sketch->m, &bm));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(PetscMax(1, ld), &bld));
  PetscCall(PetscArrayzero(sketch->t, sketch->m));
  PetscCall(MatDenseGetArrayRead(sketch->W, &w));
  PetscCall(VecGetArray(sketch->z, &a));
  if (n)
    PetscCallBLAS("BLASgemv", BLASgemv_("T", &bn, &bm, &one, w, &bld, a, &inc, &zero, sketch->t, &inc));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sketch->t, bm, MPIU_REAL, MPIU_SUM, sketch->comm));
  PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("L", &bm, &inc, sketch->A, &bm, sketch->t, &bm, &info));
  PetscCall(VecRestoreArray(sketch->z, &a));
  PetscCall(VecCopy(b, sketch->z));
  PetscCall(VecGetArray(sketch->z, &a));
  if (n)
    PetscCallBLAS("BLASgemv", BLASgemv_("N", &bn, &bm, &minus, w, &bld, sketch->t, &inc, &one, a, &inc));
  PetscCall(VecRestoreArray(sketch->z, &a));
  PetscCall(MatDenseRestoreArrayRead(sketch->W, &w));
  PetscCall(VecPointwiseMult(y, sketch->V, sketch->z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSketchDestroy(TessSketch *sketch)
{
  PetscFunctionBegin;
  if (!*sketch)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&(*sketch)->W));
  PetscCall(VecDestroy(&(*sketch)->V));
  PetscCall(VecDestroy(&(*sketch)->z));
  PetscCall(PetscFree2((*sketch)->A, (*sketch)->t));
  PetscCall(PetscFree(*sketch));
  PetscFunctionReturn(PETSC_SUCCESS);
}
