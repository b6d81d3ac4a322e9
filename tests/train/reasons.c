/* Every way to stop has its reason, a residual that is not finite rejects the step, and an affine problem
 * takes one step. */
#include "fit.h"

/* x^2 - 2: the root is sqrt(2) */
static void Root(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  if (r)
    r[0] = x[0] * x[0] - 2;
  if (J)
    J[0] = 2 * x[0];
}

/* the same with a Jacobian of the wrong sign */
static void Wrong(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  if (r)
    r[0] = x[0] * x[0] - 2;
  if (J)
    J[0] = -2 * x[0];
}

/* log x + 1: a full step from 3 leaves the domain */
static void Log(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  if (r)
    r[0] = PetscLogReal(x[0]) + 1;
  if (J)
    J[0] = 1 / x[0];
}

/* the line a + b t through 7 points off it */
static void Line(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  for (PetscInt i = 0; i < m; i++) {
    if (r)
      r[i] = x[0] + x[1] * i - 3 * i + PetscSinReal(i);
    if (J) {
      J[i]     = 1;
      J[m + i] = i;
    }
  }
}

static PetscErrorCode Half(Tao tao, void *ctx)
{
  PetscReal f;

  PetscFunctionBegin;
  PetscCall(TaoGetSolutionStatus(tao, NULL, &f, NULL, NULL, NULL, NULL));
  PetscCall(TaoSetConvergedReason(tao, f < 0.5 ? TAO_CONVERGED_USER : TAO_CONTINUE_ITERATING));
  PetscFunctionReturn(PETSC_SUCCESS);
}

typedef struct {
  PetscReal gatol, fmin;
  PetscInt  max_it;
  PetscErrorCode (*test)(Tao, void *);
} Stop;

static PetscErrorCode Run(FitFunction f, PetscInt m, PetscInt n, PetscReal start, Stop stop, Fit *fit,
                          TaoConvergedReason *reason)
{
  const PetscReal x[2] = {start, start};
  PetscInt        its;
  PetscReal       least;

  PetscFunctionBegin;
  PetscCall(FitCreate(f, NULL, m, n, x, fit));
  if (stop.gatol > 0)
    PetscCall(TaoSetTolerances(fit->tao, stop.gatol, PETSC_DEFAULT, PETSC_DEFAULT));
  if (stop.fmin > 0)
    PetscCall(TaoSetFunctionLowerBound(fit->tao, stop.fmin));
  if (stop.max_it > 0)
    PetscCall(TaoSetMaximumIterations(fit->tao, stop.max_it));
  if (stop.test)
    PetscCall(TaoSetConvergenceTest(fit->tao, stop.test, NULL));
  PetscCall(FitSolve(fit, &its, &least, reason));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const Stop         none = {0};
  Fit                fit;
  PetscReal          x[2], f, gnorm, damping, hist[5];
  const PetscInt     at[] = {0, 1};
  PetscInt           its;
  TaoConvergedReason reason;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(TessTrainRegister());

  PetscCall(Run(Root, 1, 1, 1, none, &fit, &reason));
  PetscCall(VecGetValues(fit.x, 1, at, x));
  CHECK("stops by itself", reason == TAO_CONVERGED_STEPTOL || reason == TAO_CONVERGED_GATOL);
  CHECK_BELOW("to round-off", x[0] - PetscSqrtReal(2), 1e-15);
  PetscCall(TessGaussNewtonGetDamping(fit.tao, &damping));
  CHECK("the damping fell", damping > 0 && damping < 1e-3);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Root, 1, 1, 1, (Stop){.gatol = 1e-3}, &fit, &reason));
  PetscCall(TaoGetSolutionStatus(fit.tao, NULL, NULL, &gnorm, NULL, NULL, NULL));
  CHECK("gatol", reason == TAO_CONVERGED_GATOL && gnorm < 1e-3 && gnorm > 1e-12);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Root, 1, 1, 1, (Stop){.fmin = 1e-4}, &fit, &reason));
  PetscCall(TaoGetSolutionStatus(fit.tao, NULL, &f, NULL, NULL, NULL, NULL));
  CHECK("fmin", reason == TAO_CONVERGED_MINF && f < 1e-4 && f > 1e-16);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Root, 1, 1, 100, (Stop){.max_it = 3}, &fit, &reason));
  PetscCall(TaoGetIterationNumber(fit.tao, &its));
  CHECK("max_it", reason == TAO_DIVERGED_MAXITS && its == 3 && fit.nJ == 4);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Root, 1, 1, 100, (Stop){.test = Half}, &fit, &reason));
  CHECK("the user's test", reason == TAO_CONVERGED_USER);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Wrong, 1, 1, 1, none, &fit, &reason));
  PetscCall(VecGetValues(fit.x, 1, at, x));
  CHECK("a wrong Jacobian is a failure, and nothing moves",
        reason == TAO_DIVERGED_LS_FAILURE && x[0] == 1 && fit.nJ == 1);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Log, 1, 1, -1, none, &fit, &reason));
  PetscCall(VecGetValues(fit.x, 1, at, x));
  CHECK("not a number at the start", reason == TAO_DIVERGED_NAN && x[0] == -1 && fit.nJ == 0);
  PetscCall(FitDestroy(&fit));

  PetscCall(Run(Log, 1, 1, 3, none, &fit, &reason));
  PetscCall(VecGetValues(fit.x, 1, at, x));
  CHECK("not a number on the way", reason > 0 && fit.nr > fit.nJ + 1);
  CHECK_BELOW("the step was rejected", PetscAbsReal(x[0] - PetscExpReal(-1)), 1e-15);
  PetscCall(FitDestroy(&fit));

  PetscOptionsSetValue(NULL, "-tao_gaussnewton_damping", "1e-12");
  PetscCall(FitCreate(Line, NULL, 7, 2, (PetscReal[]){50, -20}, &fit));
  PetscCall(TaoSetFromOptions(fit.tao));
  PetscCall(TaoSetConvergenceHistory(fit.tao, hist, NULL, NULL, NULL, 5, PETSC_TRUE));
  PetscCall(FitSolve(&fit, &its, &f, &reason));
  CHECK("an affine problem: one step, and at most two for the last digits", its <= 3 && reason > 0);
  CHECK_BELOW("one step is enough", hist[1] / f - 1, 1e-12);
  PetscCall(FitDestroy(&fit));
  return TessTestEnd();
}
