/* quasinewton.c - min f(x) by steps t p, p = -H g, with the self-scaled inverse Hessian of inverse.c and the
   line search of wolfe.c.  A search that ended before the derivative had shrunk damps its pair (Powell 1978),
   y = w y + (1 - w) B s, B s = -t g.  One that lowered nothing starts afresh from the gradient; if that does
   not help either, what was seen there is the noise of f (single precision, say), and steps that the gradient
   likes are good within it. */
#include "quasinewton.h"
#include "state.h"

#define NOISE (10 * PETSC_MACHINE_EPSILON) /* of f at first, relative */
#define LOUD 1e-2                          /* f with so much noise is no function */
#define PATIENCE 100                       /* steps without a smaller f */

/* Another function to be minimised: what is known of f is void, the inverse Hessian is still a guess. */
static PetscErrorCode Evaluate(Tao tao, QuasiNewton *qn, PetscReal *gnorm)
{
  PetscFunctionBegin;
  PetscCall(TaoComputeObjectiveAndGradient(tao, tao->solution, &qn->f, tao->gradient));
  PetscCall(VecNorm(tao->gradient, NORM_2, gnorm));
  qn->best = qn->f;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The update, and f and g again if it says that it changed the function. */
static PetscErrorCode Update(Tao tao, QuasiNewton *qn, PetscReal *gnorm)
{
  PetscObjectState before, after;

  PetscFunctionBegin;
  if (!tao->ops->update || tao->niter >= tao->max_it)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscObjectStateGet((PetscObject)tao, &before));
  PetscCall((*tao->ops->update)(tao, tao->niter, tao->user_update));
  PetscCall(PetscObjectStateGet((PetscObject)tao, &after));
  if (before != after)
    PetscCall(Evaluate(tao, qn, gnorm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* tao->stepdirection and the derivative of f along it, the first trial t of the search */
static PetscErrorCode Direction(Tao tao, QuasiNewton *qn, PetscReal gnorm, PetscReal *slope, PetscReal *t)
{
  PetscScalar dot;

  PetscFunctionBegin;
  PetscCall(TessInverseApply(qn->H, tao->gradient, tao->stepdirection));
  PetscCall(VecDot(tao->gradient, tao->stepdirection, &dot));
  if (!(dot < 0) || dot == PETSC_NINFINITY) { /* round-off in H */
    PetscCall(TessInverseReset(qn->H));
    PetscCall(TessInverseApply(qn->H, tao->gradient, tao->stepdirection));
    dot = -gnorm * gnorm;
  }
  *slope = dot;
  *t     = !qn->H->fresh ? 1 : tao->step > 0 ? tao->step / gnorm : PetscMin(1, 1 / gnorm);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The step t to the trial point, where f and its derivative along the step are given: a pair for H, then
 * there. */
static PetscErrorCode Accept(Tao tao, QuasiNewton *qn, PetscReal t, PetscReal f, PetscReal slope,
                             PetscReal end)
{
  const PetscReal sBs = -t * t * slope, ys = t * (end - slope);

  PetscFunctionBegin;
  PetscCall(VecNorm(tao->stepdirection, NORM_2, &tao->step));
  tao->step *= t;
  PetscCall(VecScale(tao->stepdirection, t));
  PetscCall(VecWAXPY(qn->y, -1, tao->gradient, qn->g));
  if (ys < 1e-2 * sBs) {
    const PetscReal w = (1 - 1e-2) * sBs / (sBs - ys);

    PetscCall(VecAXPBY(qn->y, -(1 - w) * t, w, tao->gradient));
    PetscCall(TessInverseUpdate(qn->H, tao->stepdirection, qn->y, 1e-2 * sBs, sBs));
  } else
    PetscCall(TessInverseUpdate(qn->H, tao->stepdirection, qn->y, ys, sBs));
  PetscCall(VecCopy(qn->x, tao->solution));
  PetscCall(VecCopy(qn->g, tao->gradient));
  qn->f = f;
  tao->niter++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One step, or the reason why there is none: converged if the Newton step promised next to nothing. */
static PetscErrorCode Step(Tao tao, QuasiNewton *qn, PetscReal *gnorm)
{
  PetscReal slope = 0, t = 0, f = 0, end = 0, noise, promised = PETSC_INFINITY;
  PetscBool wolfe;

  PetscFunctionBegin;
  while (1) {
    PetscCall(Direction(tao, qn, *gnorm, &slope, &t));
    PetscCall(TessSearchWolfe(tao, qn, slope, &t, &f, &end, &wolfe, &noise));
    if (t > 0)
      break;
    PetscCall(PetscInfo(tao, "No step along %s: f %g, slope %g\n", qn->H->fresh ? "the gradient" : "-H g",
                        (double)qn->f, (double)slope));
    if (!qn->H->fresh) {
      promised = -slope;
      PetscCall(TessInverseReset(qn->H));
      continue;
    }
    noise     = PetscMax(2 * noise / PetscAbsReal(qn->f), 4 * qn->noise);
    qn->noise = noise;
    if (!(noise <= LOUD)) {
      tao->reason = promised <= 1e-10 * qn->f || promised <= 1e-20 * qn->first ? TAO_CONVERGED_STEPTOL
                                                                               : TAO_DIVERGED_LS_FAILURE;
      PetscFunctionReturn(PETSC_SUCCESS);
    }
  }
  PetscCall(Accept(tao, qn, t, f, slope, end));
  PetscCall(VecNorm(tao->gradient, NORM_2, gnorm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const paper =
    "@article{urban2025unveiling,\n"
    "  title = {Unveiling the optimization process of physics informed neural networks: How accurate and "
    "competitive can {PINN}s be?},\n"
    "  author = {Urb{\\'a}n, Jorge F. and Stefanou, Petros and Pons, Jos{\\'e} A.},\n"
    "  journal = {Journal of Computational Physics},\n  volume = {523}, pages = {113656}, year = {2025}\n}\n";

/* Monitors, tests and the pause. */
static PetscErrorCode Tell(Tao tao, QuasiNewton *qn, PetscReal gnorm)
{
  PetscFunctionBegin;
  PetscCall(TaoLogConvergenceHistory(tao, qn->f, gnorm, 0, tao->ksp_tot_its));
  PetscCall(TaoMonitor(tao, tao->niter, qn->f, gnorm, 0, tao->step));
  PetscCall((*tao->ops->convergencetest)(tao, tao->cnvP));
  qn->since = qn->f < qn->best ? 0 : qn->since + 1;
  if (tao->reason == TAO_CONTINUE_ITERATING && (gnorm == 0 || qn->since > PATIENCE))
    tao->reason = TAO_CONVERGED_STEPTOL;
  PetscCall(TessStatePause(tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode State_QuasiNewton(Tao tao, TessState s)
{
  QuasiNewton *qn = tao->data;

  PetscFunctionBegin;
  PetscCall(TessStateReal(s, &qn->best));
  PetscCall(TessStateReal(s, &qn->first));
  PetscCall(TessStateReal(s, &qn->noise));
  PetscCall(TessStateInt(s, &qn->since));
  PetscCall(TessInverseState(qn->H, s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSolve_QuasiNewton(Tao tao)
{
  static PetscBool cited = PETSC_FALSE;
  QuasiNewton     *qn    = tao->data;
  PetscReal        gnorm;
  PetscBool        resumed;

  PetscFunctionBegin;
  PetscCall(TessCite(paper, &cited));
  PetscCall(TessInverseReset(qn->H));
  qn->noise = NOISE;
  tao->step = 0;
  PetscCall(Evaluate(tao, qn, &gnorm));
  qn->first = qn->f;
  qn->since = 0;
  PetscCall(TessStateResume(tao, &resumed));
  while (1) {
    if (!resumed)
      PetscCall(Update(tao, qn, &gnorm));
    tao->reason = TAO_DIVERGED_NAN;
    if (PetscIsInfOrNanReal(qn->f) || PetscIsInfOrNanReal(gnorm))
      break;
    tao->reason = TAO_CONTINUE_ITERATING;
    if (!resumed)
      PetscCall(Tell(tao, qn, gnorm));
    resumed = PETSC_FALSE;
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
    qn->best = PetscMin(qn->best, qn->f);
    PetscCall(Step(tao, qn, &gnorm));
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSetUp_QuasiNewton(Tao tao)
{
  QuasiNewton *qn = tao->data;
  PetscInt     N;

  PetscFunctionBegin;
  if (!tao->gradient)
    PetscCall(VecDuplicate(tao->solution, &tao->gradient));
  if (!tao->stepdirection)
    PetscCall(VecDuplicate(tao->solution, &tao->stepdirection));
  PetscCall(VecDuplicate(tao->solution, &qn->x));
  PetscCall(VecDuplicate(tao->solution, &qn->g));
  PetscCall(VecDuplicate(tao->solution, &qn->y));
  PetscCall(VecGetSize(tao->solution, &N));
  PetscCall(TessInverseCreate(tao->solution, N <= qn->dense ? 0 : qn->memory, qn->broyden, &qn->H));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const updates[] = {"bfgs", "broyden"};

static PetscErrorCode TaoSetFromOptions_QuasiNewton(Tao tao, TessOptionItems PetscOptionsObject)
{
  QuasiNewton *qn     = tao->data;
  PetscInt     update = qn->broyden;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, "Quasi-Newton options");
  PetscCall(TessOptionsChoice("-tao_quasinewton_update",
                              "broyden or bfgs: the self-scaled update of the inverse Hessian", 2, updates,
                              &update));
  PetscCall(TessOptionsInt("-tao_quasinewton_dense",
                           "Parameters up to which the inverse Hessian is a dense matrix", &qn->dense, 0,
                           20000));
  PetscCall(TessOptionsInt("-tao_quasinewton_memory", "Pairs of steps kept when there are more parameters",
                           &qn->memory, 1, 200));
  PetscOptionsHeadEnd();
  qn->broyden = (PetscBool)update;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoView_QuasiNewton(Tao tao, PetscViewer viewer)
{
  QuasiNewton *qn = tao->data;
  PetscBool    ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (ascii)
    PetscCall(PetscViewerASCIIPrintf(
        viewer, "update: %s, dense up to %" PetscInt_FMT ", else %" PetscInt_FMT " pairs; noise %g\n",
        updates[qn->broyden], qn->dense, qn->memory, (double)qn->noise));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoDestroy_QuasiNewton(Tao tao)
{
  QuasiNewton *qn = tao->data;

  PetscFunctionBegin;
  PetscCall(VecDestroy(&qn->x));
  PetscCall(VecDestroy(&qn->g));
  PetscCall(VecDestroy(&qn->y));
  PetscCall(TessInverseDestroy(&qn->H));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", NULL));
  PetscCall(PetscFree(tao->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TaoCreate_QuasiNewton(Tao tao)
{
  QuasiNewton *qn;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&qn));
  qn->broyden = PETSC_TRUE;
  qn->dense   = 2000;
  qn->memory  = 30;
  TessTaoDefault(tao, max_it, 2000);
  TessTaoDefaults(tao);
  tao->data                = qn;
  tao->ops->setup          = TaoSetUp_QuasiNewton;
  tao->ops->solve          = TaoSolve_QuasiNewton;
  tao->ops->view           = TaoView_QuasiNewton;
  tao->ops->setfromoptions = TaoSetFromOptions_QuasiNewton;
  tao->ops->destroy        = TaoDestroy_QuasiNewton;
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", State_QuasiNewton));
  PetscFunctionReturn(PETSC_SUCCESS);
}
