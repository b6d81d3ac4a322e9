/* Least squares with border rows and a shared slice: J^T (b - J y) = 0, a consistent system is solved, a
   second right-hand side reuses the factors, refinement makes up for a poor preconditioner, covariances solve
   J^T J z = g, b = 0 or J = 0 gives y = 0. */
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

/* Also what must not break.  One iteration with a shift of 1e-4 gains few digits; eight refinements gain all.
 */
static PetscErrorCode CheckRefinement(Mat J, PetscInt nborder)
{
  Vec       b, y;
  PetscReal error, *border;

  PetscFunctionBegin;
  PetscCall(PetscOptionsSetValue(NULL, "-poor_lsqr_ksp_max_it", "1"));
  PetscCall(PetscOptionsSetValue(NULL, "-poor_leastsquares_shift", "1e-4"));
  PetscCall(PetscOptionsSetValue(NULL, "-poor_leastsquares_refine", "8"));
  PetscCall(MatCreateVecs(J, &y, &b));
  PetscCall(FillVec(8, b));
  PetscCall(TessLeastSquaresSolve(J, b, y, "poor_", NULL));
  PetscCall(Optimality(J, b, y, &error));
  CHECK_BELOW("J^T (b - J y) = 0 after refinement", error, 1e-9);
  if (nborder) {
    PetscCall(TessMatPanelsGetBorder(J, 0, &border));
    border[0] = NAN;
    PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
    PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
    PetscCall(TessLeastSquaresSolve(J, b, y, "test_", NULL));
    PetscCall(VecNorm(y, NORM_INFINITY, &error));
    CHECK_BELOW("J that is not finite gives y = 0", error, 0);
  }
  PetscCall(MatZeroEntries(J));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscCall(TessLeastSquaresSolve(J, b, y, "test_", NULL));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("J = 0 gives y = 0", error, 0);
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Blocks of powers of two on the diagonal: Q is square and orthonormal to the last bit, and LSQR ends in its
 * first step with nothing left. */
static PetscErrorCode CheckExact(PetscInt nblock)
{
  Chain     c;
  Mat       J;
  Vec       b, y, x;
  PetscInt  n = 0, rows[8];
  PetscReal error;

  PetscFunctionBegin;
  PetscCall(ChainCreate(nblock, 0, &c));
  for (PetscInt l = 0; l < c.nowned; l++)
    n += c.size[l];
  PetscCall(MatCreatePanels(c.layout, n, 0, &J));
  n = 0;
  for (PetscInt l = 0; l < c.nowned; n += c.size[l++]) {
    PetscReal *a;

    for (PetscInt i = 0; i < c.size[l]; i++)
      rows[i] = n + i;
    PetscCall(TessMatPanelsAdd(J, l, l, c.size[l], rows, &a));
    for (PetscInt i = 0; i < c.size[l]; i++)
      a[i * c.size[l] + i] = PetscPowReal(2, i);
  }
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatCreateVecs(J, &y, &b));
  PetscCall(VecDuplicate(y, &x));
  PetscCall(VecSet(x, 1));
  PetscCall(MatMult(J, x, b));
  PetscCall(TessLeastSquaresSolve(J, b, y, "test_", NULL));
  PetscCall(VecAXPY(y, -1, x));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("an exact end is a solution", error, 1e-14);
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
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
  PetscCall(CheckRefinement(J, nborder));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(8, 0, 0));
  PetscCall(Check(9, 2, 2));
  PetscCall(CheckExact(1));
  PetscCall(CheckExact(5));
  PetscCall(Check(3, 2, 1)); /* one rank of four has no block */
  return TessTestEnd();
}
