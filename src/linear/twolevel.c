/* twolevel.c - (J^T J + D + shift) y = b by conjugate gradients on products with J and J^T, preconditioned by
   PC type tessschwarz: nothing is formed but the patches of one block and its neighbours. */
#include "normal.h"

static PetscErrorCode MatMult_Damped(Mat H, Vec y, Vec b)
{
  TessNormal s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(H, &s));
  PetscCall(MatMult(s->J, y, s->r));
  PetscCall(MatMultTranspose(s->J, s->r, b));
  PetscCall(VecAXPY(b, s->shift, y));
  if (s->D) {
    const PetscReal *d, *a;
    PetscReal       *c;

    PetscCall(VecGetArrayRead(s->D, &d));
    PetscCall(VecGetArrayRead(y, &a));
    PetscCall(VecGetArray(b, &c));
    for (PetscInt i = 0; i < s->n; i++)
      c[i] += d[i] * a[i];
    PetscCall(VecRestoreArray(b, &c));
    PetscCall(VecRestoreArrayRead(y, &a));
    PetscCall(VecRestoreArrayRead(s->D, &d));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TwoLevelSetMat(TessNormal s)
{
  PC pc;

  PetscFunctionBegin;
  PetscCall(TessLinearRegister());
  if (!s->r)
    PetscCall(MatCreateVecs(s->J, NULL, &s->r));
  if (!s->H) {
    PetscCall(MatCreateShell(s->comm, s->n, s->n, PETSC_DETERMINE, PETSC_DETERMINE, s, &s->H));
    PetscCall(MatShellSetOperation(s->H, MATOP_MULT, (void (*)(void))MatMult_Damped));
    PetscCall(MatShellSetOperation(s->H, MATOP_MULT_TRANSPOSE, (void (*)(void))MatMult_Damped));
    PetscCall(MatSetOption(s->H, MAT_SPD, PETSC_TRUE));
  }
  PetscCall(PetscObjectCompose((PetscObject)s->H, "TessPanels", (PetscObject)s->J));
  if (!s->ksp) {
    PetscCall(NormalCreateKSP(s, KSPCG));
    PetscCall(KSPSetTolerances(s->ksp, 1e-10, PETSC_DEFAULT, PETSC_DEFAULT, 500));
    PetscCall(KSPGetPC(s->ksp, &pc));
    PetscCall(PCSetType(pc, PCTESSSCHWARZ));
    PetscCall(KSPSetOperators(s->ksp, s->H, s->H));
    PetscCall(KSPSetFromOptions(s->ksp));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TwoLevelSetDamping(TessNormal s, Vec D, PetscReal shift, PetscBool *ok)
{
  PC             pc;
  PCFailedReason reason;

  PetscFunctionBegin;
  *ok      = PETSC_FALSE;
  s->shift = shift;
  if (D)
    PetscCall(PetscObjectReference((PetscObject)D));
  PetscCall(VecDestroy(&s->D));
  s->D = D;
  PetscCall(PetscObjectCompose((PetscObject)s->H, "TessDamping", (PetscObject)D));
  PetscCall(PetscObjectStateIncrease((PetscObject)s->H));
  if (PetscIsInfOrNanReal(s->largest))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(KSPSetOperators(s->ksp, s->H, s->H));
  PetscCall(KSPSetUp(s->ksp));
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(PCGetFailedReason(pc, &reason));
  *ok = reason ? PETSC_FALSE : PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TwoLevelSolve(TessNormal s, Vec b, Vec y)
{
  PetscFunctionBegin;
  PetscCall(KSPSolve(s->ksp, b, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}
