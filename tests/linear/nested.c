/* Nested Cholesky of tiles in a plane: the equations hold to round-off, for many right-hand sides at once
   too, ranks share the work, and a block that is not positive definite is told to all wherever it stands,
   after which the next damping is factored. */
#include "tiles.h"

#define MANY 3

static PetscErrorCode Residual(Mat J, Vec D, Vec b, Vec y, PetscReal *relative)
{
  Vec       r, g, d;
  PetscReal norm;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(J, &g, &r));
  PetscCall(MatMult(J, y, r));
  PetscCall(MatMultTranspose(J, r, g));
  PetscCall(VecDuplicate(g, &d));
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

static PetscErrorCode Fill(TessKey key, Vec b)
{
  PetscInt   start, end;
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(VecGetOwnershipRange(b, &start, &end));
  PetscCall(VecGetArray(b, &a));
  for (PetscInt i = start; i < end; i++)
    a[i - start] = TessKeyUniform(key, i) - 0.5;
  PetscCall(VecRestoreArray(b, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* No rank does many more flops than its share. */
static PetscErrorCode Share(TessNormal s, Vec D)
{
  PetscLogDouble before, after;
  PetscReal      flops, sum;
  PetscMPIInt    nrank;
  PetscBool      ok;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &nrank));
  PetscCall(PetscGetFlops(&before));
  PetscCall(TessNormalSetDamping(s, D, 0, &ok));
  PetscCall(PetscGetFlops(&after));
  sum = flops = after - before;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &flops, 1, MPIU_REAL, MPIU_MAX, PETSC_COMM_WORLD));
  CHECK("positive definite", ok);
  CHECK_BELOW("ranks share the work", flops, 1.4 * sum / nrank);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* D, but for one tile, where it is negative */
static PetscErrorCode Spoil(Problem *q, PetscInt tile, Vec D, Vec bad)
{
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(VecCopy(D, bad));
  PetscCall(VecGetArray(bad, &a));
  if (tile >= q->first && tile < q->first + q->nowned)
    a[(tile - q->first) * q->p.width + q->p.width / 2] = -1e9;
  PetscCall(VecRestoreArray(bad, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt P, PetscInt width)
{
  const Tiles p = {.P = P, .width = width, .inside = 150, .wall = 20, .overlap = 0.5, .R = 3};
  Problem     q;
  TessNormal  s;
  Vec         D, bad, *b, *y;
  PetscReal   error;
  PetscBool   ok;

  PetscFunctionBegin;
  PetscCall(ProblemCreate(PETSC_COMM_WORLD, &p, &q));
  PetscCall(MatCreateVecs(q.J, &D, NULL));
  PetscCall(VecDuplicate(D, &bad));
  PetscCall(VecDuplicateVecs(D, MANY, &b));
  PetscCall(VecDuplicateVecs(D, MANY, &y));
  PetscCall(VecSet(D, 10));
  PetscCall(TessNormalCreate(PETSC_COMM_WORLD, "test_", &s));
  PetscCall(TessNormalSetMat(s, q.J));
  PetscCall(Share(s, D));
  for (PetscInt tile = 0; tile < P * P; tile += 3) {
    PetscCall(Spoil(&q, tile, D, bad));
    PetscCall(TessNormalSetDamping(s, bad, 0, &ok));
    CHECK("a block that is not positive definite is told", !ok);
  }
  PetscCall(TessNormalSetDamping(s, D, 0, &ok));
  for (PetscInt k = 0; k < MANY; k++)
    PetscCall(Fill(8 + k, b[k]));
  PetscCall(TessNormalSolveMany(s, MANY, b, y));
  for (PetscInt k = 0; k < MANY; k++) {
    PetscCall(Residual(q.J, D, b[k], y[k], &error));
    CHECK_BELOW("the equations hold for many", error, 1e-10);
    PetscCall(VecCopy(y[k], bad));
    PetscCall(TessNormalSolve(s, b[k], y[k]));
    PetscCall(VecAXPY(bad, -1, y[k]));
    PetscCall(VecNorm(bad, NORM_INFINITY, &error));
    CHECK_BELOW("one by one is the same", error, 1e-10);
  }
  PetscCall(TessNormalDestroy(&s));
  PetscCall(VecDestroyVecs(MANY, &b));
  PetscCall(VecDestroyVecs(MANY, &y));
  PetscCall(VecDestroy(&D));
  PetscCall(VecDestroy(&bad));
  PetscCall(ProblemDestroy(&q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscOptionsSetValue(NULL, "-test_normal_solver", "nested"));
  PetscCall(Check(4, 130)); /* what is left is dealt to the ranks */
  PetscCall(Check(6, 20));  /* what is left is factored on each of them */
  return TessTestEnd();
}
