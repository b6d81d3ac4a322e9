/* A step along which the residual was affine does not end the search where a column of J was zero before it
 * and is not after it. */
#include "../tess_test.h"
#include <tessera/train.h>

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
  Tao        tao;
  Vec        x, r;
  Mat        J;
  PetscSF    sf;
  TessLayout layout;
  PetscReal *panel;

  PetscFunctionBegin;
  PetscCall(PetscSFCreate(PETSC_COMM_SELF, &sf));
  PetscCall(PetscSFSetGraph(sf, 1, 0, NULL, PETSC_COPY_VALUES, NULL, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(TessLayoutCreate(PETSC_COMM_SELF, sf, 1, 1, 2, NULL, 0, &layout));
  PetscCall(MatCreatePanels(layout, 3, 0, &J));
  PetscCall(TessMatPanelsAdd(J, 0, 0, 3, (PetscInt[]){0, 1, 2}, &panel));
  PetscCall(MatCreateVecs(J, &x, &r));
  PetscCall(VecSet(x, 0));
  PetscCall(TaoCreate(PETSC_COMM_SELF, &tao));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  PetscCall(TessGaussNewtonSetSolver(tao, orthonormal));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetResidualRoutine(tao, r, Residual, NULL));
  PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, Jacobian, panel));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, NULL, f, NULL, NULL, NULL, reason));
  PetscCall(TaoDestroy(&tao));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&r));
  PetscCall(MatDestroy(&J));
  PetscCall(TessLayoutDestroy(&layout));
  PetscCall(PetscSFDestroy(&sf));
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
