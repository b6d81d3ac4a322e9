/* search.c - the two ways of gaussnewton.c to find a step that lowers f = 1/2 |r|^2: damped, and halved. */
#include "gaussnewton.h"

#define MIN_GAIN 1e-4 /* a step is good if f falls by this share of what was predicted */
#define LOWER 0.2     /* the damping after a good step, at most so much; by the gain (Nielsen 1999) */
#define RAISE 2       /* and after a bad one; more and more from the fourth on */
#define MAX_DAMPING 1e30
#define ROUND_OFF (8 * PETSC_MACHINE_EPSILON) /* of f, relative */
#define SETTLED 1e-4                          /* of the mean square of a row */
#define CHORDS 8                              /* simplified steps at most */
#define CONTRACTION 0.6 /* of a simplified step to the one before; else a new J is worth more */

PetscErrorCode TessSearchObjective(Vec r, PetscReal *f)
{
  PetscReal norm;

  PetscFunctionBegin;
  PetscCall(VecNorm(r, NORM_2, &norm));
  *f = 0.5 * norm * norm;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSearchScaledNorm(GaussNewton *gn, Vec c, Vec y, PetscReal *norm)
{
  PetscScalar yDy;

  PetscFunctionBegin;
  PetscCall(VecPointwiseMult(gn->g, c, y));
  PetscCall(VecDot(gn->g, y, &yDy));
  *norm = PetscSqrtReal(PetscMax(0, yDy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The point x + t y, its residual, and the fall of f there: minus infinity if the residual is not finite. */
static PetscErrorCode Trial(Tao tao, GaussNewton *gn, PetscReal t, PetscReal *fall)
{
  Vec         ends[2] = {tao->ls_res, gn->r};
  PetscScalar dot[2];

  PetscFunctionBegin;
  PetscCall(VecWAXPY(gn->x, t, tao->stepdirection, tao->solution));
  PetscCall(TaoComputeResidual(tao, gn->x, gn->r));
  PetscCall(VecWAXPY(gn->fall, -1, gn->r, tao->ls_res));
  PetscCall(VecMDot(gn->fall, 2, ends, dot));
  *fall = 0.5 * (dot[0] + dot[1]);
  if (PetscIsInfOrNanReal(*fall))
    *fall = PETSC_NINFINITY;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Accept(Tao tao, GaussNewton *gn, PetscReal t)
{
  PetscFunctionBegin;
  PetscCall(VecCopy(gn->x, tao->solution));
  PetscCall(VecCopy(gn->r, tao->ls_res));
  PetscCall(TessSearchObjective(tao->ls_res, &gn->f));
  PetscCall(VecNorm(tao->stepdirection, NORM_2, &tao->step));
  tao->step *= t;
  tao->niter++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the rounding of f and of the terms that r is the sum of does to a fall of f. */
static PetscErrorCode RoundOff(Tao tao, GaussNewton *gn, PetscReal *limit)
{
  PetscReal terms = 0;

  PetscFunctionBegin;
  PetscCall(TessSearchScaledNorm(gn, gn->c, tao->solution, &terms));
  *limit = ROUND_OFF * gn->f + PETSC_MACHINE_EPSILON * terms * PetscSqrtReal(2 * gn->f);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The predicted fall is under the limit of what f can show: y is taken if it shrinks to a share of the last
 * one (size = |y|_D) and f does not show that it is wrong. */
static PetscErrorCode LastDigits(Tao tao, GaussNewton *gn, PetscReal size, PetscReal share, PetscReal limit)
{
  PetscReal fall = 0;

  PetscFunctionBegin;
  tao->reason = TAO_CONVERGED_STEPTOL;
  if (gn->last >= 0 && size >= share * gn->last)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Trial(tao, gn, 1, &fall));
  if (fall < -limit)
    PetscFunctionReturn(PETSC_SUCCESS);
  gn->last    = size;
  gn->mu      = PetscMax(MIN_DAMPING, LOWER * gn->mu);
  tao->reason = TAO_CONTINUE_ITERATING;
  PetscCall(Accept(tao, gn, 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* No step helps: converged if the best one promised next to nothing, in units of f or of the terms that r is
 * the sum of. */
static PetscErrorCode NothingHelps(Tao tao, GaussNewton *gn, PetscReal predicted)
{
  PetscReal terms = 0;

  PetscFunctionBegin;
  PetscCall(TessSearchScaledNorm(gn, gn->c, tao->solution, &terms));
  tao->reason = TAO_DIVERGED_LS_FAILURE;
  if (predicted > 0 && (predicted <= 1e-10 * gn->f || predicted <= 1e-20 * terms * terms))
    tao->reason = TAO_CONVERGED_STEPTOL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* y for the damping mu; predicted fall 1/2 (y.S y - g.y), negative if there is no such y.  Parameters that
 * are projected are damped, too, where the residual does not seem to be affine in them. */
static PetscErrorCode Damped(Tao tao, GaussNewton *gn, PetscBool affine, PetscReal *predicted,
                             PetscReal *size)
{
  PetscScalar slope, damping;
  PetscBool   ok;
  PetscInt    its = 0;

  PetscFunctionBegin;
  PetscCall(VecCopy(gn->d, gn->S));
  PetscCall(VecScale(gn->S, gn->mu));
  if (gn->projection && affine)
    PetscCall(VecISSet(gn->S, gn->linearly, gn->shift));
  *predicted = -1;
  PetscCall(TessStepSetDamping(gn->linear, gn->S, &ok));
  if (ok)
    PetscCall(TessStepSolve(gn->linear, tao->ls_res, tao->gradient, tao->stepdirection, &ok, &its));
  tao->ksp_its += its;
  tao->ksp_tot_its += its;
  if (!ok)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecPointwiseMult(gn->x, gn->S, tao->stepdirection));
  PetscCall(VecDot(gn->x, tao->stepdirection, &damping));
  PetscCall(VecDot(tao->gradient, tao->stepdirection, &slope));
  PetscCall(TessSearchScaledNorm(gn, gn->d, tao->stepdirection, size));
  *predicted = 0.5 * (damping - slope);
  if (PetscIsInfOrNanReal(*predicted))
    *predicted = -1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSearchDamped(Tao tao, GaussNewton *gn)
{
  const PetscReal mu        = gn->mu;
  PetscReal       predicted = 0, size = 0, fall = 0, rho, best = 0, growth = RAISE, more;
  PetscBool       trusted;

  PetscFunctionBegin;
  for (PetscInt bad = 0; gn->mu < MAX_DAMPING; bad++, gn->mu *= growth) {
    if (bad > 3)
      growth *= RAISE;
    PetscCall(Damped(tao, gn, (PetscBool)(bad < 2), &predicted, &size));
    if (predicted <= 0)
      continue;
    if (predicted <= ROUND_OFF * gn->f) {
      if (best > 0)
        break;
      PetscCall(LastDigits(tao, gn, size, 0.5, ROUND_OFF * gn->f));
      PetscFunctionReturn(PETSC_SUCCESS);
    }
    best    = PetscMax(best, predicted);
    trusted = PETSC_TRUE;
    if (!gn->projection)
      PetscCall(TessSearchBend(tao, gn, size, &trusted));
    if (!trusted)
      continue;
    PetscCall(Trial(tao, gn, 1, &fall));
    if (gn->projection && fall > PETSC_NINFINITY) {
      PetscCall(TessProject(tao, gn, gn->x, gn->r, &more));
      fall += more;
    }
    rho = fall / predicted;
    if (rho > MIN_GAIN) {
      gn->last = -1;
      gn->mu   = PetscMax(MIN_DAMPING, PetscMax(LOWER, 1 - PetscPowRealInt(2 * rho - 1, 3)) * gn->mu);
      PetscCall(Accept(tao, gn, 1));
      PetscFunctionReturn(PETSC_SUCCESS);
    }
    if (gn->projection) /* J was that of the trial point */
      PetscCall(TaoComputeResidualJacobian(tao, tao->solution, tao->ls_jac, tao->ls_jac_pre));
    PetscCall(PetscInfo(tao, "Step rejected: gain %g, damping %g\n", (double)rho, (double)gn->mu));
  }
  gn->mu = mu;
  PetscCall(NothingHelps(tao, gn, best));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Was r affine along the step just taken, to round-off? */
static PetscErrorCode Affine(Tao tao, GaussNewton *gn, PetscReal before)
{
  PetscReal defect, terms;

  PetscFunctionBegin;
  PetscCall(VecAXPY(gn->fall, 1, gn->Jy));
  PetscCall(VecNorm(gn->fall, NORM_2, &defect));
  PetscCall(TessSearchScaledNorm(gn, gn->c, tao->solution, &terms));
  gn->exact = (PetscBool)(defect <= 10 * PETSC_MACHINE_EPSILON * (PetscSqrtReal(2 * before) + terms));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Is a fall of f nothing: under what the rounding of the terms of r does to f, or under SETTLED of the mean
   square of a row, so that no coefficient moves by more than a hundredth of its standard deviation. */
PetscErrorCode TessSearchSettled(Tao tao, GaussNewton *gn, PetscReal fall, PetscBool *settled)
{
  PetscReal limit = 0;
  PetscInt  m;

  PetscFunctionBegin;
  PetscCall(VecGetSize(tao->ls_res, &m));
  PetscCall(RoundOff(tao, gn, &limit));
  *settled = (PetscBool)(fall <= SETTLED * gn->f / m || fall <= limit);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Simplified Newton steps after a full one: r is new, J and its factor are not, as long as each is a small
   part of the one before (Deuflhard, Newton Methods for Nonlinear Problems, 2004, 2.1 and 4.3). */
static PetscErrorCode Chords(Tao tao, GaussNewton *gn)
{
  const PetscReal step  = tao->step;
  const PetscInt  niter = tao->niter;
  PetscReal       last, size, fall;
  PetscBool       known, settled;

  PetscFunctionBegin;
  PetscCall(VecNorm(gn->Jy, NORM_2, &last));
  for (PetscInt k = 0; k < CHORDS; k++, last = size) {
    PetscCall(TessStepCorrect(gn->linear, tao->ls_res, NULL, tao->stepdirection, &known));
    if (!known)
      break;
    PetscCall(MatMult(tao->ls_jac, tao->stepdirection, gn->Jy));
    PetscCall(VecNorm(gn->Jy, NORM_2, &size));
    PetscCall(TessSearchSettled(tao, gn, 0.5 * size * size, &settled));
    if (settled || !(size <= CONTRACTION * last))
      break;
    PetscCall(Trial(tao, gn, 1, &fall));
    if (fall <= MIN_GAIN * 0.5 * size * size)
      break;
    PetscCall(Accept(tao, gn, 1));
  }
  tao->step  = step;
  tao->niter = niter;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSearchHalved(Tao tao, GaussNewton *gn)
{
  const PetscReal before = gn->f;
  PetscReal       size, fall, limit = 0;
  PetscScalar     slope, curvature;
  PetscInt        its = 0;
  PetscBool       ok, whole;

  PetscFunctionBegin;
  PetscCall(TessStepSolve(gn->linear, tao->ls_res, tao->gradient, tao->stepdirection, &ok, &its));
  tao->ksp_its += its;
  tao->ksp_tot_its += its;
  PetscCall(MatMult(tao->ls_jac, tao->stepdirection, gn->Jy));
  PetscCall(VecDot(gn->Jy, tao->ls_res, &slope));
  PetscCall(VecDot(gn->Jy, gn->Jy, &curvature));
  PetscCall(RoundOff(tao, gn, &limit));
  PetscCall(TessStepReaches(gn->linear, &whole));
  if (whole) { /* what f says of it does not matter, if it says something */
    PetscCall(Trial(tao, gn, 1, &fall));
    whole = (PetscBool)(fall > PETSC_NINFINITY);
  }
  if (whole) {
    gn->last = -1;
    PetscCall(Accept(tao, gn, 1));
    if (!tao->ops->update)
      PetscCall(Affine(tao, gn, before));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (-slope - 0.5 * curvature <= limit) {
    PetscCall(TessSearchScaledNorm(gn, gn->d, tao->stepdirection, &size));
    PetscCall(LastDigits(tao, gn, size, 1, limit));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscReal t = 1; t > 1e-8; t /= 2) {
    PetscCall(Trial(tao, gn, t, &fall));
    if (fall <= MIN_GAIN * (-t * slope - 0.5 * t * t * curvature))
      continue;
    gn->last = -1;
    PetscCall(Accept(tao, gn, t));
    if (t == 1 && !tao->ops->update)
      PetscCall(Affine(tao, gn, before));
    if (t == 1 && !gn->exact)
      PetscCall(Chords(tao, gn));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(NothingHelps(tao, gn, -slope - 0.5 * curvature));
  PetscFunctionReturn(PETSC_SUCCESS);
}
