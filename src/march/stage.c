/* stage.c - the implicit stages of a TS by least squares.  The TS asks a SNES for the z where F(t, z, a (z -
   z*)) vanishes; here the SNES is a shell that asks the TS where it stands (t, z_t, a come with its Jacobian)
   and takes Gauss-Newton steps z -= y,  z_t -= a y,  (Q^T Q) y = Q^T r,   Q = J T,  J = (dr/dtheta + a
   dr/dtheta_t) / a, with the factor of an earlier z or a as long as the steps shrink fast (corrected
   semi-normal equations). */
#include "lines.h"

#define SHIFT 1e-14 /* of normal equations, relative */
#define STALE 0.02  /* a may differ by this from that of the factor */
#define SLOW 0.2    /* a step over the one before: above it the factor is renewed */
#define STEPS 12    /* at most */
#define TIGHT 1e-3  /* of the tolerance of the TS */
#define TINY 1e-10  /* a time in which only boundaries act */

/* Each column is shifted by its own size: high derivatives make some of them large. */
static PetscErrorCode FactorNow(TessLines l, Mat Q, TessNormal normal)
{
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(TessNormalSetMat(normal, Q));
  PetscCall(TessMatPanelsColumnNorms2(Q, l->d));
  PetscCall(VecScale(l->d, SHIFT));
  PetscCall(TessNormalSetDamping(normal, l->d, 0, &ok));
  PetscCheck(ok, PETSC_COMM_SELF, PETSC_ERR_NOT_CONVERGED, "normal equations of coefficients have no factor");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The factor of a stage at theta, theta_t. */
static PetscErrorCode Factor(TessLines l)
{
  Mat J;

  PetscFunctionBegin;
  if (l->steady)
    PetscCall(TessSteadyMatrix(l, l->asked_shift));
  else {
    PetscCall(TessProblemComputeJacobian(l->problem, l->theta, &J));
    PetscCall(TessMatPanelsTimes(J, l->T, &l->Q));
  }
  PetscCall(FactorNow(l, l->Q, l->stage));
  l->factors++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r at time, z, z_t (NULL: 0), with the weights of TessProblemSetMotion. */
static PetscErrorCode Residual(TessLines l, PetscReal time, Vec z, Vec z_t, const PetscReal weight[3])
{
  PetscFunctionBegin;
  if (l->steady) {
    PetscCall(TessSteadyResidual(l, time, z, z_t, weight[0]));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(MatMult(l->T, z, l->theta));
  if (z_t)
    PetscCall(MatMult(l->T, z_t, l->theta_t));
  PetscCall(TessProblemSetMotion(l->problem, time, z_t ? l->theta_t : NULL, weight[0], weight[1], weight[2]));
  PetscCall(TessProblemComputeResidual(l->problem, l->theta, l->r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesProject(TessLines l, Mat J, Vec theta, Vec z)
{
  PetscFunctionBegin;
  PetscCall(FactorNow(l, l->M, l->mass));
  PetscCall(VecSet(z, 0));
  for (PetscInt pass = 0; pass < 3; pass++) { /* M z = J theta */
    PetscCall(MatMult(l->T, z, l->theta_t));
    PetscCall(VecAYPX(l->theta_t, -1, theta));
    PetscCall(MatMult(J, l->theta_t, l->r));
    PetscCall(MatMultTranspose(l->M, l->r, l->g));
    PetscCall(TessNormalSolve(l->mass, l->g, l->y));
    PetscCall(VecAXPY(z, 1, l->y));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesRate(TessLines l, PetscReal time, Vec z, Vec z_t)
{
  const PetscReal weight[] = {1, 0, 1};

  PetscFunctionBegin;
  PetscCall(VecSet(z_t, 0));
  for (PetscInt pass = 0; pass < 3; pass++) {
    PetscCall(Residual(l, time, z, z_t, weight));
    PetscCall(MatMultTranspose(l->M, l->r, l->g));
    PetscCall(TessNormalSolve(l->mass, l->g, l->y));
    PetscCall(VecAXPY(z_t, -1, l->y));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* F(t, z, z_t) = z_t + M^+ r(t, z, 0): what methods with explicit stages evaluate. */
static PetscErrorCode Function(TS ts, PetscReal time, Vec z, Vec z_t, Vec F, void *ctx)
{
  TessLines l = ctx;

  PetscFunctionBegin;
  if (l->asking)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessLinesRate(l, time, z, F));
  PetscCall(VecAYPX(F, -1, z_t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Only notes what the TS asks for. */
static PetscErrorCode Jacobian(TS ts, PetscReal time, Vec z, Vec z_t, PetscReal shift, Mat A, Mat P,
                               void *ctx)
{
  TessLines l = ctx;

  PetscFunctionBegin;
  l->asked_time  = time;
  l->asked_shift = shift;
  PetscCall(VecCopy(z_t, l->asked));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesSize(void *lines, Vec z, Vec e, PetscReal *size)
{
  TessLines l = lines;
  PetscReal atol, rtol, most;

  PetscFunctionBegin;
  PetscCall(TSGetTolerances(l->ts, &atol, NULL, &rtol, NULL));
  PetscCall(MatMult(l->M, z, l->r));
  PetscCall(VecNorm(l->r, NORM_2, &most));
  PetscCall(MatMult(l->M, e, l->r));
  PetscCall(VecNorm(l->r, NORM_2, size));
  *size /= atol + rtol * most;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The stage that was asked for, from z with z_t = asked. */
static PetscErrorCode Newton(TessLines l, Vec z, PetscBool *ok)
{
  const PetscReal a = l->asked_shift, weight[] = {1 / a, 1, a};
  PetscReal       units = 0, before = 0;
  PetscBool       fresh = PETSC_FALSE;

  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  for (PetscInt k = 0; k < STEPS; k++) {
    PetscCall(Residual(l, l->asked_time, z, l->asked, weight));
    if (!fresh && (!l->shift || PetscAbsReal(a / l->shift - 1) > STALE || k == STEPS / 2)) {
      PetscCall(Factor(l));
      l->shift = a;
      fresh    = PETSC_TRUE;
    }
    PetscCall(PetscLogEventBegin(TESS_Solve, 0, 0, 0, 0));
    PetscCall(MatMultTranspose(l->Q, l->r, l->g));
    PetscCall(TessNormalSolve(l->stage, l->g, l->y));
    PetscCall(PetscLogEventEnd(TESS_Solve, 0, 0, 0, 0));
    PetscCall(VecAXPY(z, -1, l->y));
    PetscCall(VecAXPY(l->asked, -a, l->y));
    PetscCall(TessLinesSize(l, z, l->y, &units));
    l->inner++;
    if (PetscIsInfOrNanReal(units))
      break;
    if (units <= TIGHT || (k && units < 0.1 && units > 0.5 * before))
      PetscFunctionReturn(PETSC_SUCCESS);
    if (k && units > SLOW * before && !fresh)
      l->shift = 0;
    before = units;
  }
  *ok = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(SNES snes, Vec z)
{
  TessLines l;
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(SNESShellGetContext(snes, &l));
  l->asking = PETSC_TRUE; /* some types find z_t in the function, and show it in the Jacobian */
  PetscCall(SNESComputeFunction(snes, z, l->y));
  l->asking = PETSC_FALSE;
  PetscCall(SNESComputeJacobian(snes, z, l->shell, l->shell));
  PetscCall(Newton(l, z, &ok));
  if (!ok)
    PetscCall(SNESSetConvergedReason(snes, SNES_DIVERGED_MAX_IT));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesMeet(TessLines l, PetscReal time, PetscReal length, Vec z)
{
  PetscBool ok;

  PetscFunctionBegin;
  l->asked_time  = time;
  l->asked_shift = 1 / (TINY * length);
  PetscCall(VecSet(l->asked, 0));
  PetscCall(Newton(l, z, &ok));
  l->shift = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesSetStages(TessLines l)
{
  SNES     snes;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(l->z, &n));
  PetscCall(MatCreateShell(PetscObjectComm((PetscObject)l->z), n, n, PETSC_DETERMINE, PETSC_DETERMINE, l,
                           &l->shell));
  PetscCall(TSSetIFunction(l->ts, NULL, Function, l));
  PetscCall(TSSetIJacobian(l->ts, l->shell, l->shell, Jacobian, l));
  PetscCall(TSGetSNES(l->ts, &snes));
  PetscCall(SNESSetType(snes, SNESSHELL));
  PetscCall(SNESShellSetContext(snes, l));
  PetscCall(SNESShellSetSolve(snes, Solve));
  PetscFunctionReturn(PETSC_SUCCESS);
}
