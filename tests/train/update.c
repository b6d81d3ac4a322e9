/* A TaoUpdate may change the residual between steps, its length too; the method goes on with the new one. */
#include "fit.h"

/* exp(a t) + b at m points of [0, 1], minus exp(0.7 t) + 2 */
static void Curve(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  for (PetscInt i = 0; i < m; i++) {
    const PetscReal t = (i + 0.5) / m;

    if (r)
      r[i] = PetscExpReal(x[0] * t) + x[1] - PetscExpReal(0.7 * t) - 2;
    if (J) {
      J[i]     = t * PetscExpReal(x[0] * t);
      J[m + i] = 1;
    }
  }
}

/* three more points at each call: as many calls as steps, numbered from zero */
static PetscErrorCode Grow(Tao tao, PetscInt it, void *ctx)
{
  Fit *fit = ctx;

  PetscFunctionBegin;
  CHECK("called once a step, in order", fit->m == 5 + 3 * it);
  PetscCall(FitSetRows(fit, fit->m + 3));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Fit                fit;
  PetscReal          f, x[2];
  PetscInt           its;
  TaoConvergedReason reason;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(FitCreate(Curve, NULL, 5, 2, (PetscReal[]){-1, 0}, &fit));
  PetscCall(TaoSetUpdate(fit.tao, Grow, &fit));
  PetscCall(FitSolve(&fit, &its, &f, &reason));
  PetscCall(VecGetValues(fit.x, 2, (PetscInt[]){0, 1}, x));
  CHECK("converged", reason > 0);
  CHECK("it took steps", its > 3 && fit.m == 5 + 3 * (its + 1));
  CHECK_BELOW("exponent", PetscAbsReal(x[0] - 0.7), 1e-13);
  CHECK_BELOW("constant", PetscAbsReal(x[1] - 2), 1e-13);
  PetscCall(FitDestroy(&fit));
  return TessTestEnd();
}
