/* MultiAdam walks the same way whatever the parts are multiplied by, and comes down to the common minimum of
   its parts. */
#include "../tess_test.h"
#include <tessera/train.h>

/* Two parts with their minima at x_i = i: f0 = 1/2 sum (x_i - i)^2 and f1 = weight/2 sum over pairs of
   neighbours on a rank of (x_i - x_j + 1)^2 */
static PetscErrorCode Parts(Tao tao, Vec x, PetscInt n, PetscReal f[], Vec g[], void *ctx)
{
  const PetscReal  weight = *(PetscReal *)ctx;
  const PetscReal *a;
  PetscReal       *b[2];
  PetscInt         start, end;

  PetscFunctionBegin;
  f[0] = f[1] = 0;
  PetscCall(VecGetOwnershipRange(x, &start, &end));
  PetscCall(VecGetArrayRead(x, &a));
  for (PetscInt c = 0; c < n; c++) {
    PetscCall(VecSet(g[c], 0));
    PetscCall(VecGetArray(g[c], &b[c]));
  }
  for (PetscInt i = 0; i < end - start; i++) {
    const PetscReal u = a[i] - (start + i), v = i ? a[i] - a[i - 1] - 1 : 0;

    b[0][i] = u;
    f[0] += 0.5 * u * u;
    b[1][i] += weight * v;
    if (i)
      b[1][i - 1] -= weight * v;
    f[1] += 0.5 * weight * v * v;
  }
  for (PetscInt c = 0; c < n; c++)
    PetscCall(VecRestoreArray(g[c], &b[c]));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, f, n, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* where no part of the gradient vanishes */
static PetscErrorCode Start(Vec x)
{
  PetscInt start, end;

  PetscFunctionBegin;
  PetscCall(VecGetOwnershipRange(x, &start, &end));
  for (PetscInt i = start; i < end; i++)
    PetscCall(VecSetValue(x, i, 2 * PetscSinReal(3 * i + 1), INSERT_VALUES));
  PetscCall(VecAssemblyBegin(x));
  PetscCall(VecAssemblyEnd(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(PetscReal weight, PetscInt max_it, Vec x, PetscReal *f)
{
  Tao                tao;
  PetscInt           its;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(Start(x));
  PetscCall(TaoCreate(PETSC_COMM_WORLD, &tao));
  PetscCall(TaoSetType(tao, TAOMULTIADAM));
  PetscCall(TaoSetMaximumIterations(tao, max_it));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TessTrainSetParts(tao, 2, Parts, &weight));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, &its, f, NULL, NULL, NULL, &reason));
  CHECK("runs to max_it", its == max_it && reason == TAO_DIVERGED_MAXITS);
  PetscCall(TaoDestroy(&tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Vec       x, y;
  PetscReal f, norm;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(VecCreateMPI(PETSC_COMM_WORLD, PETSC_DECIDE, 6, &x));
  PetscCall(VecDuplicate(x, &y));
  PetscCall(PetscOptionsSetValue(NULL, "-tao_multiadam_rate", "0.02"));
  PetscCall(Solve(1, 3000, x, &f));
  CHECK_BELOW("the minimum", f, 1e-10);
  PetscCall(Solve(1, 50, x, &f));
  PetscCall(Solve(1e4, 50, y, &f));
  PetscCall(VecAXPY(y, -1, x));
  PetscCall(VecNorm(y, NORM_INFINITY, &norm));
  CHECK_BELOW("the weight of a part does not matter", norm, 1e-6);
  PetscCall(Start(y));
  PetscCall(VecAXPY(x, -1, y));
  PetscCall(VecNorm(x, NORM_INFINITY, &norm));
  CHECK("it moved", norm > 0.1);
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  return TessTestEnd();
}
