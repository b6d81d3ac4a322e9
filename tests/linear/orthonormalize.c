/* Orthonormalisation: Q = J T with border rows and a shared slice, each block of Q has orthonormal columns
   over all ranks, and a column that depends on others of its block is dropped; sums with scaled rows act as
   the sums of what they are made of. */
#include "chain.h"

#define ROWS 12

/* y = A x for random x; |(Q - J T) x| and <T x, w> - <x, T^T w> */
static PetscErrorCode CheckProduct(Mat J, Mat Q, Mat T)
{
  Vec       z, y, Tz, Tw, a, b;
  PetscReal error, scale, left, right;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(Q, &z, &a));
  PetscCall(MatCreateVecs(J, &y, &b));
  PetscCall(VecDuplicate(y, &Tz));
  PetscCall(VecDuplicate(z, &Tw));
  PetscCall(FillVec(4, z));
  PetscCall(FillVec(5, y));
  PetscCall(MatMult(T, z, Tz));
  PetscCall(MatMult(J, Tz, b));
  PetscCall(MatMult(Q, z, a));
  PetscCall(VecAXPY(a, -1, b));
  PetscCall(VecNorm(a, NORM_2, &error));
  PetscCall(VecNorm(b, NORM_2, &scale));
  CHECK_BELOW("Q z = J T z", error, 1e-12 * scale);
  PetscCall(MatMultTranspose(T, y, Tw));
  PetscCall(VecDot(Tz, y, &left));
  PetscCall(VecDot(z, Tw, &right));
  CHECK_BELOW("<T z, y> = <z, T^T y>", left - right, 1e-12);
  PetscCall(VecDestroy(&z));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&Tz));
  PetscCall(VecDestroy(&Tw));
  PetscCall(VecDestroy(&a));
  PetscCall(VecDestroy(&b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* |Q^T Q - 1| within blocks; the shared columns have length 1. */
static PetscErrorCode CheckBlocks(const Chain *c, Mat Q)
{
  PetscReal *q, worst = 0;
  PetscInt   M, N, at = 0;

  PetscFunctionBegin;
  PetscCall(Dense(Q, &q));
  PetscCall(MatGetSize(Q, &M, &N));
  for (PetscInt b = 0; b < c->nblock + c->nshared; b++) {
    const PetscInt size = b < c->nblock ? ChainSize(b) - (c->dependent ? 1 : 0) : 1;

    for (PetscInt i = at; i < at + size && i < N; i++) {
      for (PetscInt j = at; j <= i; j++) {
        PetscReal sum = 0;

        for (PetscInt r = 0; r < M; r++)
          sum += q[i * M + r] * q[j * M + r];
        worst = PetscMax(worst, PetscAbsReal(sum - (i == j)));
      }
    }
    at += size;
  }
  CHECK("as many columns as directions", at == N);
  CHECK_BELOW("columns of a block are orthonormal", worst, 1e-12);
  PetscCall(PetscFree(q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* |C x - d (A x + b B x)| for random x */
static PetscErrorCode CheckSum(Mat C, Vec d, Mat A, PetscReal b, Mat B)
{
  Vec       x, y, z;
  PetscReal error;

  PetscFunctionBegin;
  PetscCall(TessMatPanelsCombine(C, d, A, b, B));
  PetscCall(MatCreateVecs(A, &x, &y));
  PetscCall(VecDuplicate(y, &z));
  PetscCall(FillVec(6, x));
  PetscCall(MatMult(B, x, y));
  PetscCall(MatMult(A, x, z));
  PetscCall(VecAXPY(z, b, y));
  PetscCall(VecPointwiseMult(z, d, z));
  PetscCall(MatMult(C, x, y));
  PetscCall(VecAXPY(y, -1, z));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("C x = d (A x + b B x)", error, 1e-12);
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckCombine(Mat J, Mat Q, Mat T)
{
  Mat B = NULL, C = NULL;
  Vec d;

  PetscFunctionBegin;
  PetscCall(TessMatPanelsTimes(J, T, &B));
  PetscCall(TessMatPanelsTimes(J, T, &C));
  PetscCall(MatCreateVecs(J, NULL, &d));
  PetscCall(FillVec(7, d));
  PetscCall(CheckSum(B, d, Q, 0, Q));
  PetscCall(FillVec(8, d));
  PetscCall(CheckSum(C, d, Q, 0.7, B));
  PetscCall(MatDestroy(&B));
  PetscCall(MatDestroy(&C));
  PetscCall(VecDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt nblock, PetscInt nshared, PetscInt nborder, PetscBool dependent)
{
  Chain c;
  Mat   J, Q, T;

  PetscFunctionBegin;
  PetscCall(ChainCreate(nblock, nshared, &c));
  c.dependent = dependent;
  PetscCall(ChainMat(&c, ROWS, nborder, &J));
  PetscCall(TessMatPanelsOrthonormalize(J, 1e-10, &Q, &T));
  PetscCall(CheckProduct(J, Q, T));
  if (!nborder) {
    PetscCall(CheckBlocks(&c, Q));
    PetscCall(CheckCombine(J, Q, T));
  }
  PetscCall(MatDestroy(&Q));
  PetscCall(MatDestroy(&T));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(8, 0, 0, PETSC_FALSE));
  PetscCall(Check(7, 3, 0, PETSC_TRUE));
  PetscCall(Check(9, 2, 2, PETSC_FALSE));
  PetscCall(Check(3, 2, 0, PETSC_TRUE)); /* one rank of four has no block */
  return TessTestEnd();
}
