/* A step along which the residual was affine does not end the search where a column of J was zero before it
 * and is not after it. */
#include "alone.h"

/* r = (a - 1, a b - 2, (a b - 1) / 3) from (0, 0): the first step finds a, and only then b matters; at the
 * minimum a b = 1.9 */
static PetscErrorCode Residual(Tao tao, Vec x, Vec r, void *ctx)
{
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArrayWrite(r, &b));
  b[0] = a[0] - 1;
  b[1] = a[0] * a[1] - 2;
  b[2] = (a[0] * a[1] - 1) / 3;
  PetscCall(VecRestoreArrayWrite(r, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(Tao tao, Vec x, Mat J, Mat P, void *ctx)
{
  const PetscReal *a;
  PetscReal       *panel = ctx;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  panel[0] = 1;
  panel[1] = a[1];
  panel[2] = a[1] / 3;
  panel[3] = 0;
  panel[4] = a[0];
  panel[5] = a[0] / 3;
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(PetscBool orthonormal, PetscReal *f, TaoConvergedReason *reason)
{
  Mat        J;
  PetscReal *panel;

  PetscFunctionBegin;
  PetscCall(AloneCreate(PETSC_COMM_SELF, 1, 3, 2, &panel, &J));
  PetscCall(AloneSolve(J, Residual, Jacobian, panel, orthonormal, NULL, f, reason));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal          f;
  TaoConvergedReason reason;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(Solve(PETSC_TRUE, &f, &reason));
  CHECK("converged", reason > 0);
  CHECK_BELOW("orthonormal: the minimum", f - 0.05, 1e-15);
  PetscCall(Solve(PETSC_FALSE, &f, &reason));
  CHECK("converged", reason > 0);
  CHECK_BELOW("normal: the minimum", f - 0.05, 1e-15);
  return TessTestEnd();
}
