/* Panels: the transpose is the adjoint, Gram matrix and column norms are those of the assembled matrix, and
   the normal equations are solved as a dense solver would, with border rows and a shared slice, dense and by
   MUMPS. */
#include "chain.h"
#include <petscblaslapack.h>

#define ROWS 12

static PetscReal Gram(const PetscReal *a, PetscInt M, PetscInt rows, PetscInt i, PetscInt j)
{
  PetscReal sum = 0;

  for (PetscInt r = 0; r < rows; r++)
    sum += a[i * M + r] * a[j * M + r];
  return sum;
}

static PetscErrorCode CheckGram(Mat J, PetscInt nborder, const PetscReal *a, PetscInt M, PetscInt N)
{
  Mat              G = NULL;
  PetscInt         start, end, col;
  PetscReal        worst = 0, got;
  Vec              d;
  const PetscReal *norm;

  PetscFunctionBegin;
  for (PetscInt pass = 0; pass < 2; pass++)
    PetscCall(TessMatPanelsGram(J, &G)); /* refilled */
  PetscCall(MatGetOwnershipRange(G, &start, &end));
  for (PetscInt i = start; i < end; i++) {
    for (col = i; col < N; col++) {
      PetscCall(MatGetValues(G, 1, &i, 1, &col, &got));
      worst = PetscMax(worst, PetscAbsReal(got - Gram(a, M, M - nborder, i, col)));
    }
  }
  CHECK_BELOW("Gram equals dense J^T J of the panels", worst, 1e-12);
  PetscCall(MatDestroy(&G));
  PetscCall(MatCreateVecs(J, &d, NULL));
  PetscCall(TessMatPanelsColumnNorms2(J, d));
  PetscCall(VecGetArrayRead(d, &norm));
  worst = 0;
  for (PetscInt i = start; i < end; i++)
    worst = PetscMax(worst, PetscAbsReal(norm[i - start] - Gram(a, M, M, i, i)));
  CHECK_BELOW("column norms with border rows", worst, 1e-12);
  PetscCall(VecRestoreArrayRead(d, &norm));
  PetscCall(VecDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* |(J^T J + D) y - b| with the operator itself */
static PetscErrorCode CheckNormal(Mat J)
{
  TessNormal normal;
  Vec        b, y, D, r, w;
  PetscReal  error, scale;
  PetscBool  ok;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(J, &b, &w));
  PetscCall(VecDuplicate(b, &y));
  PetscCall(VecDuplicate(b, &D));
  PetscCall(VecDuplicate(b, &r));
  PetscCall(TessNormalCreate(PETSC_COMM_WORLD, "test_", &normal));
  PetscCall(FillVec(7, b));
  for (PetscInt pass = 0; pass < 3; pass++) {
    if (pass != 1)
      PetscCall(TessNormalSetMat(normal, J));
    PetscCall(VecSet(D, pass == 1 ? -100 : 0.5));
    PetscCall(TessNormalSetDamping(normal, D, 0, &ok));
    CHECK("definite or not", ok == (pass == 1 ? PETSC_FALSE : PETSC_TRUE));
    PetscCall(TessNormalSetDamping(normal, pass ? D : NULL, pass == 1 ? 1e3 : 0, &ok));
    CHECK("definite again", ok);
    if (pass == 1)
      continue;
    PetscCall(TessNormalSolve(normal, b, y));
    PetscCall(MatMult(J, y, w));
    PetscCall(MatMultTranspose(J, w, r));
    if (pass)
      PetscCall(VecAXPY(r, 0.5, y));
    PetscCall(VecAXPY(r, -1, b));
    PetscCall(VecNorm(r, NORM_2, &error));
    PetscCall(VecNorm(b, NORM_2, &scale));
    CHECK_BELOW("(J^T J + D) y = b", error, 1e-10 * scale);
  }
  PetscCall(TessNormalDestroy(&normal));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&D));
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Every third column: C x = J (x put in its places), filled again as well. */
static PetscErrorCode CheckColumns(Mat J)
{
  Mat       C = NULL;
  IS        rows, columns;
  Vec       v, z, Cz, Jv;
  PetscInt  start, end, first, last, n = 0, *index;
  PetscReal error, size;

  PetscFunctionBegin;
  PetscCall(MatGetOwnershipRange(J, &start, &end));
  PetscCall(ISCreateStride(PETSC_COMM_WORLD, end - start, start, 1, &rows));
  PetscCall(MatGetOwnershipRangeColumn(J, &first, &last));
  PetscCall(PetscMalloc1(last - first, &index));
  for (PetscInt i = first; i < last; i++)
    if (i % 3 == 1)
      index[n++] = i;
  PetscCall(ISCreateGeneral(PETSC_COMM_WORLD, n, index, PETSC_COPY_VALUES, &columns));
  for (PetscInt pass = 0; pass < 2; pass++)
    PetscCall(MatCreateSubMatrix(J, rows, columns, pass ? MAT_REUSE_MATRIX : MAT_INITIAL_MATRIX, &C));
  PetscCall(MatCreateVecs(J, &v, &Jv));
  PetscCall(MatCreateVecs(C, &z, &Cz));
  PetscCall(FillVec(3, z));
  PetscCall(VecSet(v, 0));
  PetscCall(VecISAXPY(v, columns, 1, z));
  PetscCall(MatMult(C, z, Cz));
  PetscCall(MatMult(J, v, Jv));
  PetscCall(VecNorm(Jv, NORM_2, &size));
  PetscCall(VecAXPY(Cz, -1, Jv));
  PetscCall(VecNorm(Cz, NORM_2, &error));
  CHECK("columns", size > 0);
  CHECK_BELOW("some columns", error, 1e-13 * size);
  PetscCall(PetscFree(index));
  PetscCall(ISDestroy(&rows));
  PetscCall(ISDestroy(&columns));
  PetscCall(MatDestroy(&C));
  PetscCall(VecDestroy(&v));
  PetscCall(VecDestroy(&z));
  PetscCall(VecDestroy(&Cz));
  PetscCall(VecDestroy(&Jv));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt nblock, PetscInt nshared, PetscInt nborder)
{
  Chain      c;
  Mat        J;
  Vec        v, w, Jv, Jtw;
  PetscReal *a, left, right, sum = 0, expected = 0;
  PetscInt   M, N;

  PetscFunctionBegin;
  PetscCall(ChainCreate(nblock, nshared, &c));
  PetscCall(ChainMat(&c, ROWS, nborder, &J));
  PetscCall(MatCreateVecs(J, &v, &w));
  PetscCall(VecDuplicate(v, &Jtw));
  PetscCall(VecDuplicate(w, &Jv));
  PetscCall(FillVec(1, v));
  PetscCall(FillVec(2, w));
  PetscCall(MatMult(J, v, Jv));
  PetscCall(MatMultTranspose(J, w, Jtw));
  PetscCall(VecDot(Jv, w, &left));
  PetscCall(VecDot(v, Jtw, &right));
  CHECK_BELOW("<Jv, w> = <v, J^T w>", left - right, 1e-11);
  PetscCall(CheckColumns(J));
  PetscCall(Dense(J, &a));
  PetscCall(MatGetSize(J, &M, &N));
  for (PetscInt j = 0; j < N; j++)
    for (PetscInt i = 0; i < M - nborder; i++)
      sum += PetscAbsReal(a[j * M + i]) > 0;
  for (PetscInt s = 0; s < nblock; s++)
    expected += ROWS * ChainSize(s) + (s ? 6 * ChainSize(s - 1) : 0) +
                (s < nblock - 1 ? 4 * ChainSize(s + 1) : 0) + 6 * nshared;
  CHECK_BELOW("as many entries as panels have", sum - expected, 0.5);
  CHECK_BELOW("an entry of a panel",
              a[0] - TessKeyNormal(TessKeyMake(TessKeyMake(TessKeyMake(17, 0), 0), 0), 0), 1e-15);
  PetscCall(CheckGram(J, nborder, a, M, N));
  PetscCall(CheckNormal(J));
  PetscCall(MatZeroEntries(J));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscCall(TessMatPanelsColumnNorms2(J, v));
  PetscCall(VecNorm(v, NORM_INFINITY, &left));
  CHECK_BELOW("column norms are of J as it is now", left, 0);
  PetscCall(PetscFree(a));
  PetscCall(VecDestroy(&v));
  PetscCall(VecDestroy(&w));
  PetscCall(VecDestroy(&Jv));
  PetscCall(VecDestroy(&Jtw));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(8, 0, 0));
  PetscCall(Check(7, 3, 0));
  PetscCall(Check(9, 2, 2));
  PetscCall(Check(1, 2, 1));
  PetscCall(Check(3, 2, 1)); /* one rank of four has no block */
  return TessTestEnd();
}
