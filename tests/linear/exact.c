/* Exact rows of a least-squares problem hold to round-off, |b - J y| is least among all y that keep them,
   whatever their scale; rows that say the same are held once; a contradiction is told, and does no harm to
   the rest. */
#include "chain.h"

#define ROWS 12

/* Rows `pick` of every block and the border rows. */
static PetscErrorCode Rows(Chain *c, Mat J, PetscInt npick, const PetscInt pick[], PetscInt nborder, IS *rows)
{
  PetscInt start, end, n = 0, *row;

  PetscFunctionBegin;
  PetscCall(MatGetOwnershipRange(J, &start, &end));
  PetscCall(PetscMalloc1(c->nowned * npick + nborder, &row));
  for (PetscInt s = 0; s < c->nowned; s++)
    for (PetscInt i = 0; i < npick; i++)
      row[n++] = start + s * ROWS + pick[i];
  for (PetscInt i = start + c->nowned * ROWS; i < end; i++)
    row[n++] = i;
  PetscCall(ISCreateGeneral(PETSC_COMM_WORLD, n, row, PETSC_COPY_VALUES, rows));
  PetscCall(PetscFree(row));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The largest exact row of r. */
static PetscErrorCode Largest(Vec r, IS rows, PetscReal *largest)
{
  Vec part;

  PetscFunctionBegin;
  PetscCall(VecGetSubVector(r, rows, &part));
  PetscCall(VecNorm(part, NORM_INFINITY, largest));
  PetscCall(VecRestoreSubVector(r, rows, &part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt nblock, PetscInt nshared, PetscInt nborder, PetscReal scale)
{
  const PetscInt   pick[] = {0, 7};
  Chain            c;
  Mat              J;
  Vec              b, y, v, r, w;
  IS               rows;
  PetscReal        error, size, slope, miss[2];
  PetscInt         m, held, all;
  TessLeastSquares s;

  PetscFunctionBegin;
  PetscCall(ChainCreate(nblock, nshared, &c));
  PetscCall(ChainMat(&c, ROWS, nborder, &J));
  PetscCall(Rows(&c, J, 2, pick, nborder, &rows));
  PetscCall(MatCreateVecs(J, &y, &b));
  PetscCall(VecDuplicate(y, &v));
  PetscCall(VecDuplicate(b, &r));
  PetscCall(VecDuplicate(b, &w));
  PetscCall(TessLeastSquaresCreate(PETSC_COMM_WORLD, "exact_", &s));
  PetscCall(TessLeastSquaresSetExact(s, rows));
  PetscCall(TessLeastSquaresSetMat(s, J));
  PetscCall(FillVec(8, b));
  PetscCall(VecScale(b, scale));
  PetscCall(TessLeastSquaresApply(s, b, y, NULL));
  PetscCall(TessLeastSquaresGetExact(s, &m, &held, miss));
  PetscCall(ISGetSize(rows, &all));
  CHECK("all rows are independent and held", m == all && held == all);
  PetscCall(MatMult(J, y, r));
  PetscCall(VecAYPX(r, -1, b));
  PetscCall(VecNorm(r, NORM_2, &size));
  PetscCall(Largest(r, rows, &error));
  CHECK_BELOW("exact rows hold", error, 1e-13 * size);
  CHECK("there is something else to be least", size > 1e-3 * scale);
  /* any other y that keeps them: r does not fall along the way */
  PetscCall(FillVec(12, w));
  PetscCall(VecISSet(w, rows, 0));
  PetscCall(TessLeastSquaresApply(s, w, v, NULL));
  PetscCall(MatMult(J, v, w));
  PetscCall(Largest(w, rows, &error));
  CHECK_BELOW("the other way keeps them", error, 1e-13);
  PetscCall(VecDot(w, r, &slope));
  PetscCall(VecNorm(w, NORM_2, &error));
  CHECK("it is a way", error > 1e-3);
  CHECK_BELOW("the best of all that keep them", slope, 1e-11 * size * error);
  PetscCall(TessLeastSquaresDestroy(&s));
  PetscCall(ISDestroy(&rows));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&v));
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&w));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* All rows of blocks that have fewer columns: with b = J z they agree, else they contradict each other. */
static PetscErrorCode CheckDependent(PetscInt nblock)
{
  PetscInt         pick[ROWS], m, held, n;
  Chain            c;
  Mat              J;
  Vec              b, y, z;
  IS               rows;
  PetscReal        error, miss[2];
  TessLeastSquares s;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < ROWS; i++)
    pick[i] = i;
  PetscCall(ChainCreate(nblock, 0, &c));
  PetscCall(ChainMat(&c, ROWS, 0, &J));
  PetscCall(Rows(&c, J, ROWS, pick, 0, &rows));
  PetscCall(MatCreateVecs(J, &y, &b));
  PetscCall(VecDuplicate(y, &z));
  PetscCall(FillVec(9, z));
  PetscCall(MatMult(J, z, b));
  PetscCall(TessLeastSquaresCreate(PETSC_COMM_WORLD, "exact_", &s));
  PetscCall(TessLeastSquaresSetExact(s, rows));
  PetscCall(TessLeastSquaresSetMat(s, J));
  PetscCall(TessLeastSquaresApply(s, b, y, NULL));
  PetscCall(TessLeastSquaresGetExact(s, &m, &held, miss));
  PetscCall(VecGetSize(y, &n));
  CHECK("as many are held as there are columns", m == ROWS * nblock && held == n);
  PetscCall(VecAXPY(y, -1, z));
  PetscCall(VecNorm(y, NORM_INFINITY, &error));
  CHECK_BELOW("they have one solution", error, 1e-11);
  CHECK_BELOW("that misses nothing", miss[1], 1e-12);
  PetscCall(FillVec(13, b));
  PetscCall(TessLeastSquaresApply(s, b, y, NULL));
  PetscCall(TessLeastSquaresGetExact(s, &m, &held, miss));
  CHECK("a contradiction is told", miss[1] > 1e-3);
  PetscCall(TessLeastSquaresDestroy(&s));
  PetscCall(ISDestroy(&rows));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&z));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(1, 0, 0, 1));
  PetscCall(Check(6, 0, 0, 1e6));
  PetscCall(Check(5, 2, 1, 1));
  PetscCall(Check(5, 0, 2, 1e-6));
  PetscCall(CheckDependent(4));
  return TessTestEnd();
}
