/* Least squares with border rows and a shared slice: J^T (b - J y) = 0, a consistent system is solved, a
   second right-hand side reuses the factors, covariances solve J^T J z = g, and b = 0 gives y = 0. */
#include "chain.h"

#define ROWS 12

static PetscErrorCode Optimality(Mat J, Vec b, Vec y, PetscReal *gradient)
{
  Vec r, g;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(J, &g, &r));
  PetscCall(MatMult(J, y, r));
  PetscCall(VecAYPX(r, -1, b));
  PetscCall(MatMultTranspose(J, r, g));
  PetscCall(VecNorm(g, NORM_2, gradient));
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt nblock, PetscInt nshared, PetscInt nborder)
{
  Chain            c;
  Mat              J;
  Vec              b, y, z, g;
  PetscReal        error, value, expected;
  PetscInt         its;
  TessLeastSquares s;

  PetscFunctionBegin;
  PetscCall(ChainCreate(nblock, nshared, &c));
  PetscCall(ChainMat(&c, ROWS, nborder, &J));
  PetscCall(MatCreateVecs(J, &y, &b));
  PetscCall(VecDuplicate(y, &z));
  PetscCall(VecDuplicate(y, &g));
  PetscCall(TessLeastSquaresCreate(PETSC_COMM_WORLD, "test_", &s));
  PetscCall(TessLeastSquaresSetMat(s, J));
  PetscCall(FillVec(8, b));
  PetscCall(TessLeastSquaresApply(s, b, y, &its));
  PetscCall(Optimality(J, b, y, &error));
  CHECK_BELOW("J^T (b - J y) = 0", error, 1e-12 * PetscSqrtReal(nblock * ROWS));
  CHECK("in some iterations", its > 0);
  PetscCall(FillVec(9, z));
  PetscCall(MatMult(J, z, b));
  PetscCall(TessLeastSquaresApply(s, b, y, NULL));
  PetscCall(VecAXPY(y, -1, z));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("a consistent system is solved", error, 1e-12);
  PetscCall(VecSet(b, 0));
  PetscCall(TessLeastSquaresApply(s, b, y, &its));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("nothing gives nothing", error, 0);
  PetscCall(FillVec(10, g));
  PetscCall(TessLeastSquaresCovariance(s, g, z, &value));
  PetscCall(VecDot(g, z, &expected));
  CHECK_BELOW("the quadratic form", value - expected, 1e-11 * PetscAbsReal(expected));
  PetscCall(MatMult(J, z, b));
  PetscCall(MatMultTranspose(J, b, y));
  PetscCall(VecAXPY(y, -1, g));
  PetscCall(VecNorm(y, NORM_2, &error));
  CHECK_BELOW("J^T J z = g", error, 1e-10);
  PetscCall(TessLeastSquaresDestroy(&s));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&z));
  PetscCall(VecDestroy(&g));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(8, 0, 0));
  PetscCall(Check(9, 2, 2));
  PetscCall(Check(3, 2, 1)); /* one rank of four has no block */
  return TessTestEnd();
}
