/* Adam comes down to the minimum of a convex quadratic at max_it, and its first step is the rate in every
 * parameter. */
#include "../tess_test.h"
#include <tessera/train.h>

/* f = 1/2 sum_i (i + 1) (x_i - i)^2 */
static PetscErrorCode Quadratic(Tao tao, Vec x, PetscReal *f, Vec g, void *ctx)
{
  const PetscReal *a;
  PetscReal       *b, sum = 0;
  PetscInt         start, end;

  PetscFunctionBegin;
  PetscCall(VecGetOwnershipRange(x, &start, &end));
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArray(g, &b));
  for (PetscInt i = start; i < end; i++) {
    b[i - start] = (i + 1) * (a[i - start] - i);
    sum += 0.5 * b[i - start] * (a[i - start] - i);
  }
  PetscCall(VecRestoreArray(g, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCallMPI(MPI_Allreduce(&sum, f, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(PetscInt max_it, Vec x, PetscInt *its, PetscReal *f, TaoConvergedReason *reason)
{
  Tao tao;

  PetscFunctionBegin;
  PetscCall(VecSet(x, 1.5));
  PetscCall(TaoCreate(PETSC_COMM_WORLD, &tao));
  PetscCall(TaoSetType(tao, TAOADAM));
  PetscCall(TaoSetMaximumIterations(tao, max_it));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetObjectiveAndGradient(tao, NULL, Quadratic, NULL));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, its, f, NULL, NULL, NULL, reason));
  PetscCall(TaoDestroy(&tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Vec                x;
  PetscInt           its;
  PetscReal          f, norm;
  TaoConvergedReason reason;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(VecCreateMPI(PETSC_COMM_WORLD, PETSC_DECIDE, 6, &x));
  PetscCall(PetscOptionsSetValue(NULL, "-tao_adam_rate", "0.02"));
  PetscCall(Solve(3000, x, &its, &f, &reason));
  CHECK("runs to max_it", its == 3000 && reason == TAO_DIVERGED_MAXITS);
  CHECK_BELOW("the minimum", f, 1e-12);
  PetscCall(Solve(1, x, &its, &f, &reason));
  PetscCall(VecShift(x, -1.5));
  PetscCall(VecNorm(x, NORM_INFINITY, &norm));
  CHECK_BELOW("the first step is the rate", PetscAbsReal(norm - 0.02), 1e-8);
  PetscCall(VecDestroy(&x));
  return TessTestEnd();
}
