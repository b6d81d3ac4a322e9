/* schwarz.c - Schwarz iterations: every block is solved by itself in the least-squares sense, its neighbours
   as they were at the last exchange (Lions 1990; Gander, Optimized Schwarz Methods, 2006, with Robin rows),
   by a local factor that serves as long as J does.  What the blocks want, g = Q^T r, is to vanish; the step
   along the changes of all blocks and the last steps is the best for |g| (GCR, Eisenstat, Elman & Schultz
   1983; with differences of g where r is not affine: Anderson 1965), so that sweeps need not contract. */
#include "schwarz.h"
#include "state.h"

#define ROUND_OFF 1e-7  /* of what the blocks wanted at first */
#define AFFINE 1e-6     /* defect of a step, of |g| */
#define DEPENDENT 1e-10 /* share of v that the last directions do not have */

enum { OUTWARD, ALL, FINISH };
static const char *const choices[] = {"outward", "all", "finish"};

/* The blocks agree: they want little of what they wanted at first, or of what is left. */
static PetscBool Agreed(const Schwarz *s, PetscReal size)
{
  return (PetscBool)(size <= s->rtol * s->first || size <= s->stol * PetscSqrtReal(2 * s->f));
}

/* Makes v orthogonal to the last ones and of length 1, and d with it; *length of v before, 0 if it is in
   their span. */
static PetscErrorCode Orthogonalize(Schwarz *s, Vec d, Vec v, PetscReal *length)
{
  PetscScalar *dot;
  PetscReal    before, after;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(s->window, &dot));
  PetscCall(VecNorm(v, NORM_2, &before));
  for (PetscInt pass = 0; pass < 2 && s->n; pass++) {
    PetscCall(VecMDot(v, s->n, s->v, dot));
    for (PetscInt i = 0; i < s->n; i++)
      dot[i] = -dot[i];
    PetscCall(VecMAXPY(v, s->n, dot, s->v));
    PetscCall(VecMAXPY(d, s->n, dot, s->d));
  }
  PetscCall(PetscFree(dot));
  PetscCall(VecNorm(v, NORM_2, &after));
  *length = after > DEPENDENT * before ? after : 0;
  if (*length > 0) {
    PetscCall(VecScale(v, 1 / after));
    PetscCall(VecScale(d, 1 / after));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The direction of the last step, which took g from h over a length a; v is what g does along it, as J says
   or, where r is not affine, as it did. */
static PetscErrorCode Keep(Schwarz *s, Vec d, Vec v, PetscReal a, PetscReal size)
{
  PetscReal defect, length = 1;

  PetscFunctionBegin;
  PetscCall(VecAXPBY(s->h, 1, -1, s->g)); /* the change of g */
  PetscCall(VecWAXPY(s->z, -a, v, s->h));
  PetscCall(VecNorm(s->z, NORM_2, &defect));
  if (defect > AFFINE * size) {
    PetscCall(VecCopy(s->h, v));
    PetscCall(VecScale(d, a));
    PetscCall(Orthogonalize(s, d, v, &length));
  }
  if (!(length > 0))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecCopy(d, s->d[s->next]));
  PetscCall(VecCopy(v, s->v[s->next]));
  s->n    = PetscMin(s->n + 1, s->window);
  s->next = (s->next + 1) % s->window;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x + a d, halved until |g| falls, which is *size before and after; not at all without a window.  *moved
   false: nothing lowers it, and x is as it was. */
static PetscErrorCode Step(Tao tao, Schwarz *s, Vec d, PetscReal a, PetscReal *size, PetscBool *moved)
{
  PetscReal new = 0, norm;

  PetscFunctionBegin;
  *moved = PETSC_FALSE;
  PetscCall(VecCopy(s->g, s->h));
  PetscCall(VecCopy(tao->solution, tao->stepdirection));
  for (PetscReal t = 1; t > 1e-6 && !*moved; t /= 2) {
    PetscCall(VecWAXPY(tao->solution, t * a, d, tao->stepdirection));
    PetscCall(TaoComputeResidual(tao, tao->solution, tao->ls_res));
    PetscCall(SchwarzWant(s, tao->ls_res, s->g));
    PetscCall(VecNorm(s->g, NORM_2, &new));
    *moved    = (PetscBool)(new < *size || (!s->window && !PetscIsInfOrNanReal(new)));
    tao->step = t;
  }
  if (*moved)
    *size = new;
  else {
    PetscCall(VecCopy(tao->stepdirection, tao->solution));
    PetscCall(TaoComputeResidual(tao, tao->solution, tao->ls_res));
  }
  PetscCall(VecNorm(tao->ls_res, NORM_2, &norm));
  s->f = 0.5 * norm * norm;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One step to the least |g| along d and the last directions. */
static PetscErrorCode Move(Tao tao, Schwarz *s, PetscReal *size, PetscBool *moved)
{
  Vec         d = s->d[s->window], v = s->v[s->window];
  PetscReal   length = 1, before = *size;
  PetscScalar slope = -1;

  PetscFunctionBegin;
  *moved = PETSC_FALSE;
  PetscCall(SchwarzSweep(tao, s, d, v));
  if (s->window) {
    PetscCall(Orthogonalize(s, d, v, &length));
    PetscCall(VecDot(v, s->g, &slope));
  }
  if (!(length > 0))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Step(tao, s, d, -slope, size, moved));
  if (s->window && *moved)
    PetscCall(Keep(s, d, v, -tao->step * slope, before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One iteration; *moved, and why not, or why it was the last. */
static PetscErrorCode Iterate(Tao tao, Schwarz *s, PetscBool *moved, TaoConvergedReason *reason)
{
  PetscReal size  = 0;
  PetscBool fresh = PETSC_FALSE;

  PetscFunctionBegin;
  *moved  = PETSC_FALSE;
  *reason = TAO_CONTINUE_ITERATING;
  for (PetscInt bad = 0; bad < 2 && !*moved;
       bad++) { /* a factor that is no longer of use is made anew once */
    s->age = bad ? s->lag : s->age;
    PetscCall(SchwarzFactor(tao, s, &fresh));
    if (fresh || tao->ops->update) /* else the last step has left it */
      PetscCall(SchwarzWant(s, tao->ls_res, s->g));
    PetscCall(VecNorm(s->g, NORM_2, &size));
    s->first = s->its ? s->first : size;
    if (Agreed(s, size))
      break;
    PetscCall(Move(tao, s, &size, moved));
    if (fresh)
      break;
  }
  PetscCall(PetscInfo(tao, "iteration %" PetscInt_FMT ": blocks want %g, at first %g, |r| %g\n", tao->niter,
                      (double)size, (double)s->first, (double)PetscSqrtReal(2 * s->f)));
  s->its++;
  tao->niter += *moved;
  if (Agreed(s, size))
    *reason = TAO_CONVERGED_STEPTOL;
  else if (!*moved)
    *reason = size <= ROUND_OFF * s->first ? TAO_CONVERGED_STEPTOL : TAO_DIVERGED_LS_FAILURE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Sweeps in which blocks see all rows of interfaces, or what is theirs of them. */
static PetscErrorCode Begin(Schwarz *s, PetscBool all)
{
  PetscFunctionBegin;
  s->all = all;
  s->its = 0;
  PetscCall(SchwarzReset(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The update, r if it may be another one, J and its gradient; no update where an interrupted run goes on. */
static PetscErrorCode Evaluate(Tao tao, Schwarz *s, PetscBool resumed, PetscReal *gnorm)
{
  PetscReal norm;

  PetscFunctionBegin;
  if (!resumed && tao->ops->update && tao->niter < tao->max_it)
    PetscCall((*tao->ops->update)(tao, tao->niter, tao->user_update));
  if (resumed || tao->ops->update || !tao->niter) {
    PetscCall(TaoComputeResidual(tao, tao->solution, tao->ls_res));
    PetscCall(VecNorm(tao->ls_res, NORM_2, &norm));
    s->f = 0.5 * norm * norm;
  }
  PetscCall(TaoComputeResidualJacobian(tao, tao->solution, tao->ls_jac, tao->ls_jac_pre));
  PetscCall(MatMultTranspose(tao->ls_jac, tao->ls_res, tao->gradient));
  PetscCall(VecNorm(tao->gradient, NORM_2, gnorm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The monitors and the convergence test; the reason of the iteration before wins. */
static PetscErrorCode Tell(Tao tao, Schwarz *s, PetscReal gnorm, TaoConvergedReason last)
{
  PetscFunctionBegin;
  PetscCall(TaoLogConvergenceHistory(tao, s->f, gnorm, 0, tao->ksp_tot_its));
  PetscCall(TaoMonitor(tao, tao->niter, s->f, gnorm, 0, tao->step));
  PetscCall((*tao->ops->convergencetest)(tao, tao->cnvP));
  if (last != TAO_CONTINUE_ITERATING)
    tao->reason = last;
  PetscCall(TessStatePause(tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const papers =
    "@inproceedings{lions1990schwarz,\n  title = {On the {S}chwarz Alternating Method {III}: A Variant for "
    "Nonoverlapping Subdomains},\n  author = {Lions, Pierre-Louis},\n  booktitle = {Third International "
    "Symposium "
    "on Domain Decomposition Methods},\n  pages = {202--223}, year = {1990}\n}\n"
    "@article{gander2006optimized,\n  title = {Optimized {S}chwarz Methods},\n  author = {Gander, Martin "
    "J.},\n"
    "  journal = {SIAM Journal on Numerical Analysis},\n  volume = {44}, pages = {699--731}, year = "
    "{2006}\n}\n";

static PetscErrorCode TaoSolve_Schwarz(Tao tao)
{
  static PetscBool   cited = PETSC_FALSE;
  Schwarz           *s     = tao->data;
  TaoConvergedReason last  = TAO_CONTINUE_ITERATING;
  PetscBool          moved = PETSC_TRUE, resumed;
  PetscReal          gnorm;

  PetscFunctionBegin;
  PetscCall(TessCite(papers, &cited));
  tao->step = 0;
  PetscCall(Begin(s, (PetscBool)(s->rows == ALL)));
  PetscCall(TessStateResume(tao, &resumed));
  for (; moved; resumed = PETSC_FALSE) {
    PetscCall(Evaluate(tao, s, resumed, &gnorm));
    if (PetscIsInfOrNanReal(s->f) || PetscIsInfOrNanReal(gnorm)) {
      tao->reason = TAO_DIVERGED_NAN;
      break;
    }
    if (!resumed)
      PetscCall(Tell(tao, s, gnorm, last));
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
    PetscCall(Iterate(tao, s, &moved, &last));
    if (last == TAO_CONVERGED_STEPTOL && s->rows == FINISH && !s->all) {
      PetscCall(Begin(s, PETSC_TRUE));
      last = TAO_CONTINUE_ITERATING;
      if (!moved)
        PetscCall(Iterate(tao, s, &moved, &last));
    }
    if (!moved)
      tao->reason = last;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Factor and directions are let go, by the run that is saved, too, so that both go on alike. */
static PetscErrorCode State_Schwarz(Tao tao, TessState state)
{
  Schwarz *s = tao->data;

  PetscFunctionBegin;
  PetscCall(TessStateBool(state, &s->all));
  PetscCall(TessStateInt(state, &s->its));
  PetscCall(TessStateReal(state, &s->first));
  PetscCall(SchwarzReset(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSetUp_Schwarz(Tao tao)
{
  PetscBool panels = PETSC_FALSE;

  PetscFunctionBegin;
  if (tao->ls_jac)
    PetscCall(PetscObjectTypeCompare((PetscObject)tao->ls_jac, MATPANELS, &panels));
  TessCheckInput(tao->ops->computeresidual && tao->ops->computeresidualjacobian && tao->ls_res && panels,
                 PetscObjectComm((PetscObject)tao),
                 TAOSCHWARZ " needs a residual, and a Jacobian of type " MATPANELS
                            ": TaoSetResidualRoutine and TaoSetJacobianResidualRoutine");
  if (!tao->gradient)
    PetscCall(VecDuplicate(tao->solution, &tao->gradient));
  if (!tao->stepdirection)
    PetscCall(VecDuplicate(tao->solution, &tao->stepdirection));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSetFromOptions_Schwarz(Tao tao, TessOptionItems PetscOptionsObject)
{
  Schwarz *s = tao->data;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, "Schwarz iterations");
  PetscCall(TessOptionsChoice("-tao_schwarz_rows", "What blocks see of rows at interfaces",
                              PETSC_STATIC_ARRAY_LENGTH(choices), choices, &s->rows));
  PetscCall(TessOptionsInt(
      "-tao_schwarz_sweeps",
      "Sweeps over a rank's blocks, one after another, between exchanges; 0: all blocks at once", &s->sweeps,
      0, 1000));
  PetscCall(TessOptionsInt("-tao_schwarz_window", "Last steps that the next one is joined with; 0: none",
                           &s->window, 0, 1000));
  PetscCall(TessOptionsInt("-tao_schwarz_lag", "Iterations that a factor serves where the Jacobian changes",
                           &s->lag, 1, 1000));
  PetscCall(TessOptionsReal("-tao_schwarz_rtol", "Ends when blocks want this share of their first change",
                            &s->rtol, 0, 1));
  PetscCall(TessOptionsReal("-tao_schwarz_stol", "Ends when blocks want this share of the residual", &s->stol,
                            0, 1));
  PetscCall(TessOptionsReal("-tao_schwarz_cut",
                            "Directions of a block under this times its largest singular value are dropped",
                            &s->cut, 0, 1));
  PetscOptionsHeadEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoView_Schwarz(Tao tao, PetscViewer viewer)
{
  Schwarz  *s = tao->data;
  PetscBool ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (ascii)
    PetscCall(PetscViewerASCIIPrintf(
        viewer, "sweeps between exchanges: %" PetscInt_FMT ", window: %" PetscInt_FMT "\n", s->sweeps,
        s->window));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoDestroy_Schwarz(Tao tao)
{
  Schwarz *s = tao->data;

  PetscFunctionBegin;
  PetscCall(SchwarzReset(s));
  PetscCall(PetscFree(s->split));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetSplits_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", NULL));
  PetscCall(PetscFree(tao->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetSplits_Schwarz(Tao tao, PetscInt n, const TessSplit split[])
{
  Schwarz *s = tao->data;

  PetscFunctionBegin;
  PetscCall(PetscFree(s->split));
  PetscCall(PetscMalloc1(n, &s->split));
  PetscCall(PetscArraycpy(s->split, split, n));
  s->nsplit = n;
  s->age    = s->lag;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainSetSplits(Tao tao, PetscInt n, const TessSplit split[])
{
  PetscFunctionBegin;
  PetscValidHeaderSpecific(tao, TAO_CLASSID, 1);
  PetscTryMethod(tao, "TessTrainSetSplits_C", (Tao, PetscInt, const TessSplit[]), (tao, n, split));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TaoCreate_Schwarz(Tao tao)
{
  Schwarz *s;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&s));
  *s = (Schwarz){.window = 30, .lag = 10, .rtol = 1e-10, .stol = 1e-3, .cut = 1e-12};
  if (!tao->max_it_changed)
    tao->max_it = 1000;
  TessTaoDefaults(tao);
  tao->data                = s;
  tao->ops->setup          = TaoSetUp_Schwarz;
  tao->ops->solve          = TaoSolve_Schwarz;
  tao->ops->view           = TaoView_Schwarz;
  tao->ops->setfromoptions = TaoSetFromOptions_Schwarz;
  tao->ops->destroy        = TaoDestroy_Schwarz;
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetSplits_C", SetSplits_Schwarz));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", State_Schwarz));
  PetscFunctionReturn(PETSC_SUCCESS);
}
