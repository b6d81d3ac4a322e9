/* Frozen features on Poisson's equation (condition number 1e12 and more): the residual is LAPACK's, Cholesky
   of J^T J leaves a larger one, the field is accurate, and it is the same whether ranks share the work or one
   does it alone. */
#include "tiles.h"
#include <petscblaslapack.h>

#define GRID 12

/* |b - J y| of xGELSS with singular values under 1e-15 of the largest dropped, on one rank */
static PetscErrorCode Reference(Problem *q, PetscReal *residual)
{
  PetscInt         M, N;
  PetscReal       *a, *sigma, *work, size, rcond = 1e-15;
  const PetscReal *b;
  PetscBLASInt     m, n, one = 1, rank, lwork = -1, info;
  Vec              e, y;

  PetscFunctionBegin;
  PetscCall(MatGetSize(q->J, &M, &N));
  PetscCall(PetscMalloc1(M * (N + 1), &a));
  PetscCall(PetscMalloc1(N, &sigma));
  PetscCall(MatCreateVecs(q->J, &e, &y));
  for (PetscInt j = 0; j <= N; j++) {
    PetscCall(VecSet(e, 0));
    if (j < N)
      PetscCall(VecSetValue(e, j, 1, INSERT_VALUES));
    PetscCall(VecAssemblyBegin(e));
    PetscCall(VecAssemblyEnd(e));
    if (j < N)
      PetscCall(MatMult(q->J, e, y));
    PetscCall(VecGetArrayRead(j < N ? y : q->b, &b));
    PetscCall(PetscArraycpy(a + j * M, b, M));
    PetscCall(VecRestoreArrayRead(j < N ? y : q->b, &b));
  }
  PetscCall(PetscBLASIntCast(M, &m));
  PetscCall(PetscBLASIntCast(N, &n));
  LAPACKgelss_(&m, &n, &one, a, &m, a + M * N, &m, sigma, &rcond, &rank, &size, &lwork, &info);
  lwork = (PetscBLASInt)size;
  PetscCall(PetscMalloc1(lwork, &work));
  LAPACKgelss_(&m, &n, &one, a, &m, a + M * N, &m, sigma, &rcond, &rank, work, &lwork, &info);
  CHECK("LAPACK is content", info == 0);
  CHECK("the problem is ill-conditioned", sigma[N - 1] < 1e-11 * sigma[0]);
  PetscCall(PetscFree(work));
  PetscCall(PetscFree(sigma));
  PetscCall(VecGetArray(e, &work));
  PetscCall(PetscArraycpy(work, a + M * N, N));
  PetscCall(VecRestoreArray(e, &work));
  PetscCall(MatMult(q->J, e, y));
  PetscCall(VecAXPY(y, -1, q->b));
  PetscCall(VecNorm(y, NORM_2, residual));
  PetscCall(VecDestroy(&e));
  PetscCall(VecDestroy(&y));
  PetscCall(PetscFree(a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* |b - J y| of y from least squares, or from the normal equations with the least shift that works */
static PetscErrorCode Solve(Problem *q, PetscBool normal, Vec y, PetscReal *residual)
{
  Vec        r, g;
  TessNormal s;
  PetscBool  ok = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(q->J, &g, &r));
  if (normal) {
    PetscCall(TessNormalCreate(q->comm, NULL, &s));
    PetscCall(TessNormalSetMat(s, q->J));
    for (PetscReal shift = 1e-17; !ok; shift *= 10)
      PetscCall(TessNormalSetDamping(s, NULL, shift, &ok));
    PetscCall(MatMultTranspose(q->J, q->b, g));
    PetscCall(TessNormalSolve(s, g, y));
    PetscCall(TessNormalDestroy(&s));
  } else
    PetscCall(TessLeastSquaresSolve(q->J, q->b, y, NULL, NULL));
  PetscCall(MatMult(q->J, y, r));
  PetscCall(VecAXPY(r, -1, q->b));
  PetscCall(VecNorm(r, NORM_2, residual));
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const Tiles p = {
      .P = 3, .width = 80, .inside = 150, .wall = 20, .overlap = 0.75, .R = 1, .wave = PETSC_FALSE};
  Problem   all, alone;
  Vec       y, z, x;
  PetscReal norm, residual, cholesky, lapack, error, values[GRID * GRID], same[GRID * GRID], worst = 0;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(ProblemCreate(PETSC_COMM_WORLD, &p, &all));
  PetscCall(ProblemCreate(PETSC_COMM_SELF, &p, &alone));
  PetscCall(MatCreateVecs(all.J, &y, NULL));
  PetscCall(MatCreateVecs(alone.J, &z, NULL));
  PetscCall(VecDuplicate(y, &x));
  PetscCall(VecNorm(all.b, NORM_2, &norm));
  PetscCall(Solve(&all, PETSC_FALSE, y, &residual));
  PetscCall(ProblemError(&all, y, GRID, values, &error));
  CHECK_BELOW("the field is accurate", error, 1e-6);
  PetscCall(Solve(&all, PETSC_TRUE, x, &cholesky));
  CHECK("the normal equations alone do worse", cholesky > 3 * residual);
  PetscCall(Solve(&alone, PETSC_FALSE, z, &lapack));
  CHECK_BELOW("residuals agree on any number of ranks", residual - lapack, 1e-12 * norm);
  PetscCall(ProblemError(&alone, z, GRID, same, &error));
  for (PetscInt k = 0; k < GRID * GRID; k++)
    worst = PetscMax(worst, PetscAbsReal(values[k] - same[k]));
  CHECK_BELOW("fields agree on any number of ranks", worst, 1e-10);
  PetscCall(Reference(&alone, &lapack));
  CHECK_BELOW("the residual is LAPACK's", residual - lapack, 1e-10 * norm);
  PetscCall(PetscInfo(NULL, "|b| %g, residuals %g (LAPACK %g, normal equations %g), fields differ by %g\n",
                      (double)norm, (double)residual, (double)lapack, (double)cholesky, (double)worst));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&z));
  PetscCall(ProblemDestroy(&all));
  PetscCall(ProblemDestroy(&alone));
  return TessTestEnd();
}
