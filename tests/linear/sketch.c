/* A sketch of J is the same on any number of ranks, and keeps lengths: |W^T x|^2 is |J x|^2 to a few parts in
   the square root of m, for panels with a border row and for an assembled J. */
#include <tessera/linear.h>
#include "../tess_test.h"

#define SIZE 7
#define ROWS 30
#define BLOCKS 6
#define MANY 400

/* Blocks first to last - 1, that do not meet, each with its own rows, and a border row on the last rank. */
static PetscErrorCode Create(MPI_Comm comm, PetscInt first, PetscInt last, Mat *J)
{
  PetscSF    sf;
  TessLayout layout;
  PetscReal *a, *border;
  PetscInt   rows[ROWS];

  PetscFunctionBegin;
  PetscCall(PetscSFCreate(comm, &sf));
  PetscCall(PetscSFSetGraph(sf, last - first, 0, NULL, PETSC_COPY_VALUES, NULL, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(TessLayoutCreate(comm, sf, last - first, last - first, SIZE, NULL, 0, &layout));
  PetscCall(MatCreatePanels(layout, (last - first) * ROWS, 1, J));
  PetscCall(TessMatPanelsGetBorder(*J, 0, &border));
  for (PetscInt l = 0; l < last - first; l++) {
    for (PetscInt i = 0; i < ROWS; i++)
      rows[i] = l * ROWS + i;
    PetscCall(TessMatPanelsAdd(*J, l, l, ROWS, rows, &a));
    for (PetscInt i = 0; i < ROWS * SIZE; i++)
      a[i] = TessKeyNormal(TessKeyMake(1, (uint64_t)(first + l)), (uint64_t)i);
    for (PetscInt i = 0; i < SIZE; i++)
      border[l * SIZE + i] = TessKeyNormal(2, (uint64_t)((first + l) * SIZE + i));
  }
  PetscCall(MatAssemblyBegin(*J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*J, MAT_FINAL_ASSEMBLY));
  PetscCall(TessLayoutDestroy(&layout));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Sketch(Mat J, PetscInt m, Mat *W)
{
  PetscInt n, N;

  PetscFunctionBegin;
  PetscCall(MatGetSize(J, NULL, &N));
  PetscCall(MatGetLocalSize(J, NULL, &n));
  PetscCall(MatCreateDense(PetscObjectComm((PetscObject)J), n, PETSC_DECIDE, N, m, NULL, W));
  PetscCall(TessMatSketch(J, 5, *W));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* |W^T x| / |J x| for an x */
static PetscErrorCode CheckLengths(Mat J)
{
  Mat       W;
  Vec       x, Jx, Wx;
  PetscReal length, sketched;
  PetscInt  start, end;

  PetscFunctionBegin;
  PetscCall(Sketch(J, MANY, &W));
  PetscCall(MatCreateVecs(J, &x, &Jx));
  PetscCall(MatCreateVecs(W, &Wx, NULL));
  PetscCall(VecGetOwnershipRange(x, &start, &end));
  for (PetscInt i = start; i < end; i++)
    PetscCall(VecSetValue(x, i, PetscSinReal(i + 1), INSERT_VALUES));
  PetscCall(VecAssemblyBegin(x));
  PetscCall(VecAssemblyEnd(x));
  PetscCall(MatMult(J, x, Jx));
  PetscCall(MatMultTranspose(W, x, Wx));
  PetscCall(VecNorm(Jx, NORM_2, &length));
  PetscCall(VecNorm(Wx, NORM_2, &sketched));
  CHECK_BELOW("lengths are kept", sketched / length - 1, 0.1);
  PetscCall(MatDestroy(&W));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&Jx));
  PetscCall(VecDestroy(&Wx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscMPIInt      rank, size;
  PetscInt         first, last, lda, ldb;
  const PetscReal *a, *b;
  PetscReal        worst = 0;
  Mat              J, K, W, V, D;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  first = BLOCKS * rank / size;
  last  = BLOCKS * (rank + 1) / size;
  PetscCall(Create(PETSC_COMM_WORLD, first, last, &J));
  PetscCall(Create(PETSC_COMM_SELF, 0, BLOCKS, &K));
  PetscCall(Sketch(J, 12, &W));
  PetscCall(Sketch(K, 12, &V));
  PetscCall(MatDenseGetArrayRead(W, &a));
  PetscCall(MatDenseGetArrayRead(V, &b));
  PetscCall(MatDenseGetLDA(W, &lda));
  PetscCall(MatDenseGetLDA(V, &ldb));
  for (PetscInt k = 0; k < 12; k++)
    for (PetscInt i = 0; i < (last - first) * SIZE; i++)
      worst = PetscMax(worst, PetscAbsReal(a[k * lda + i] - b[k * ldb + first * SIZE + i]));
  CHECK_BELOW("one sketch on any number of ranks", worst, 1e-14);
  PetscCall(MatDenseRestoreArrayRead(W, &a));
  PetscCall(MatDenseRestoreArrayRead(V, &b));
  PetscCall(CheckLengths(J));
  PetscCall(MatCreateDense(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, 200, 20, NULL, &D));
  PetscCall(MatSetRandom(D, NULL));
  PetscCall(CheckLengths(D));
  PetscCall(MatDestroy(&D));
  PetscCall(MatDestroy(&W));
  PetscCall(MatDestroy(&V));
  PetscCall(MatDestroy(&J));
  PetscCall(MatDestroy(&K));
  return TessTestEnd();
}
