/* Chains and rings of blocks, with a shared slice and border rows, on ranks that may have one block or none:
   the residual of (J^T J + D) y = b vanishes, a second damping and new entries are heard, a matrix that is
   not positive definite is told and the next one is factored. */
#include "chain.h"

#define ROWS 12

static PetscErrorCode Residual(Mat J, Vec D, Vec b, Vec y, PetscReal *relative)
{
  Vec       r, g, d;
  PetscReal norm;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(J, &g, &r));
  PetscCall(VecDuplicate(g, &d));
  PetscCall(MatMult(J, y, r));
  PetscCall(MatMultTranspose(J, r, g));
  PetscCall(VecPointwiseMult(d, D, y));
  PetscCall(VecAXPY(g, 1, d));
  PetscCall(VecAXPY(g, -1, b));
  PetscCall(VecNorm(g, NORM_2, relative));
  PetscCall(VecNorm(b, NORM_2, &norm));
  *relative /= norm;
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&g));
  PetscCall(VecDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt nblock, PetscBool ring, PetscInt nshared, PetscInt nborder)
{
  Chain      c;
  Mat        J;
  Vec        b, y, D;
  TessNormal s;
  PetscBool  ok;
  PetscReal  error;

  PetscFunctionBegin;
  PetscCall(ChainCreateRing(nblock, nshared, ring, &c));
  PetscCall(ChainMat(&c, ROWS, nborder, &J));
  PetscCall(MatCreateVecs(J, &y, NULL));
  PetscCall(VecDuplicate(y, &b));
  PetscCall(VecDuplicate(y, &D));
  PetscCall(FillVec(8, b));
  PetscCall(TessNormalCreate(PETSC_COMM_WORLD, "test_", &s));
  PetscCall(TessNormalSetMat(s, J));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(VecSet(D, k ? 0.3 : 5));
    PetscCall(TessNormalSetDamping(s, D, 0, &ok));
    CHECK("positive definite", ok);
    PetscCall(TessNormalSolve(s, b, y));
    PetscCall(Residual(J, D, b, y, &error));
    CHECK_BELOW("the equations hold for each damping", error, 1e-13);
  }
  PetscCall(MatZeroEntries(J));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscCall(TessNormalSetMat(s, J));
  PetscCall(TessNormalSetDamping(s, NULL, 0, &ok));
  CHECK("nothing is not positive definite", !ok);
  PetscCall(VecSet(D, 2));
  PetscCall(TessNormalSetDamping(s, D, 0, &ok));
  CHECK("the next damping is tried", ok);
  PetscCall(TessNormalSolve(s, b, y));
  PetscCall(VecAXPBY(y, -1, 2, b));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("new entries are heard: D y = b", error, 1e-14);
  PetscCall(TessNormalDestroy(&s));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&D));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(3, PETSC_FALSE, 0, 0)); /* one rank of four has no block */
  PetscCall(Check(9, PETSC_FALSE, 0, 0));
  PetscCall(Check(9, PETSC_FALSE, 2, 2));
  PetscCall(Check(11, PETSC_TRUE, 0, 0));
  PetscCall(Check(4, PETSC_TRUE, 1, 0));
  PetscCall(Check(12, PETSC_TRUE, 0, 3));
  return TessTestEnd();
}
