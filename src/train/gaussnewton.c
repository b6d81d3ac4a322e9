/* gaussnewton.c - min 1/2 |r(x)|^2 by steps y that solve the linear least-squares problem |J y + r|, until
   round-off stops them.
   normal: (J^T J + mu D) y = -J^T r, D the running maximum of diag(J^T J) (Marquardt 1963; More 1978) and of
   its mean (Levenberg 1944): without the mean, parameters that do little here (saturated neurons, steps
   between the points) run away, to 1e14 within a few hundred steps.  A step is bent along the valley of f
   (geodesic.c) and taken if f falls by a share of what was predicted. orthonormal: y by
   orthonormalised least squares without damping, halved until f falls. The fall of f is formed as 1/2 (r -
   r+).(r + r+), which keeps digits that f(x) - f(x+y) loses.  Where even that is round-off, steps are taken
   as long as they shrink: x converges to more digits than f shows. */
#include "gaussnewton.h"
#include "state.h"

/* Work vectors of the residual's size, which the update may have changed. */
static PetscErrorCode FitResidual(Tao tao, GaussNewton *gn)
{
  PetscInt  n = -1, m;
  PetscBool fits;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(tao->ls_res, &m));
  if (gn->r)
    PetscCall(VecGetLocalSize(gn->r, &n));
  fits = (PetscBool)(n == m);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &fits, 1, MPIU_BOOL, MPI_LAND, PetscObjectComm((PetscObject)tao)));
  if (fits)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecDestroy(&gn->r));
  PetscCall(VecDestroy(&gn->fall));
  PetscCall(VecDestroy(&gn->Jy));
  PetscCall(VecDuplicate(tao->ls_res, &gn->r));
  PetscCall(VecDuplicate(tao->ls_res, &gn->fall));
  PetscCall(VecDuplicate(tao->ls_res, &gn->Jy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the steps need of a new J. */
static PetscErrorCode Prepare(Tao tao, GaussNewton *gn)
{
  PetscScalar sum;
  PetscInt    n;

  PetscFunctionBegin;
  PetscCall(TessStepSetMat(gn->linear, tao->ls_jac, gn->S));
  PetscCall(VecSum(gn->S, &sum));
  PetscCall(VecGetSize(gn->S, &n));
  gn->mean = PetscMax(gn->mean, PetscRealPart(sum) / PetscMax(1, n));
  PetscCall(VecPointwiseMax(gn->c, gn->c, gn->S));
  PetscCall(VecSet(gn->d, gn->mean));
  PetscCall(VecPointwiseMax(gn->d, gn->d, gn->c));
  gn->shift = PROJECTION_SHIFT * (gn->mean > 0 ? gn->mean : 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* By the factor of the last J, the gradient here promises nothing any more: no new factor is needed to know.
 * fall: of the gradient in the last step; if it is small, there may be directions that J did not see there.
 * Points that were drawn anew need a factor of their own. */
static PetscErrorCode Settled(Tao tao, GaussNewton *gn, PetscReal fall)
{
  PetscScalar slope;
  PetscBool   known = PETSC_FALSE, settled;

  PetscFunctionBegin;
  if (tao->niter && fall >= SEEN && !tao->ops->update && tao->reason == TAO_CONTINUE_ITERATING)
    PetscCall(TessStepCorrect(gn->linear, NULL, tao->gradient, tao->stepdirection, &known));
  if (!known)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecDot(tao->gradient, tao->stepdirection, &slope));
  PetscCall(TessSearchSettled(tao, gn, -0.5 * slope, &settled));
  if (settled)
    tao->reason = TAO_CONVERGED_STEPTOL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The update, r (if the update may have changed it), J and g at x, told to the monitors and the convergence
 * test; of these only r, J and g where an interrupted run goes on. */
static PetscErrorCode Evaluate(Tao tao, GaussNewton *gn, PetscBool resumed)
{
  PetscReal gnorm, last = gn->gnorm;

  PetscFunctionBegin;
  if (!resumed && tao->ops->update && tao->niter < tao->max_it)
    PetscCall((*tao->ops->update)(tao, tao->niter, tao->user_update));
  PetscCall(FitResidual(tao, gn));
  if (resumed || tao->ops->update || tao->niter == 0) {
    PetscCall(TaoComputeResidual(tao, tao->solution, tao->ls_res));
    if (gn->projection && tao->niter == 0 && !resumed)
      PetscCall(TessProject(tao, gn, tao->solution, tao->ls_res, &gn->f));
    PetscCall(TessSearchObjective(tao->ls_res, &gn->f));
  }
  tao->reason = TAO_DIVERGED_NAN;
  if (PetscIsInfOrNanReal(gn->f))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TaoComputeResidualJacobian(tao, tao->solution, tao->ls_jac, tao->ls_jac_pre));
  PetscCall(MatMultTranspose(tao->ls_jac, tao->ls_res, tao->gradient));
  PetscCall(VecNorm(tao->gradient, NORM_2, &gnorm));
  if (PetscIsInfOrNanReal(gnorm))
    PetscFunctionReturn(PETSC_SUCCESS);
  /* along the step r was affine, but J may have changed across it: columns that were zero there may not be so
   * here */
  if (gnorm > STATIONARY * gn->gnorm && gn->f < (1 - STATIONARY) * gn->before)
    gn->exact = PETSC_FALSE;
  gn->gnorm   = gnorm;
  gn->before  = gn->f;
  tao->reason = TAO_CONTINUE_ITERATING;
  if (resumed)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TaoLogConvergenceHistory(tao, gn->f, gnorm, 0, tao->ksp_tot_its));
  PetscCall(TaoMonitor(tao, tao->niter, gn->f, gnorm, 0, tao->step));
  PetscCall((*tao->ops->convergencetest)(tao, tao->cnvP));
  if (gn->exact && (tao->reason == TAO_CONTINUE_ITERATING || tao->reason == TAO_DIVERGED_MAXITS))
    tao->reason = TAO_CONVERGED_STEPTOL;
  PetscCall(Settled(tao, gn, last / gnorm));
  PetscCall(TessStatePause(tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const papers =
    "@article{marquardt1963algorithm,\n"
    "  title = {An Algorithm for Least-Squares Estimation of Nonlinear Parameters},\n  author = {Marquardt, "
    "Donald W.},\n"
    "  journal = {Journal of the Society for Industrial and Applied Mathematics},\n  volume = {11}, pages = "
    "{431--441}, year = {1963}\n}\n"
    "@misc{transtrum2012improvements,\n"
    "  title = {Improvements to the {L}evenberg-{M}arquardt algorithm for nonlinear least-squares "
    "minimization},\n"
    "  author = {Transtrum, Mark K. and Sethna, James P.},\n"
    "  eprint = {1201.5885}, archivePrefix = {arXiv}, year = {2012}\n}\n";

static PetscErrorCode TaoSolve_GaussNewton(Tao tao)
{
  static PetscBool cited = PETSC_FALSE;
  GaussNewton     *gn    = tao->data;
  const char      *prefix;
  char             inner[PETSC_MAX_OPTION_NAME];
  PetscBool        resumed;

  PetscFunctionBegin;
  PetscCall(TessCite(papers, &cited));
  if (!gn->linear) {
    PetscCall(TaoGetOptionsPrefix(tao, &prefix));
    PetscCall(PetscSNPrintf(inner, sizeof(inner), "%stao_gaussnewton_", prefix ? prefix : ""));
    PetscCall(TessStepCreate(PetscObjectComm((PetscObject)tao), inner, gn->orthonormal, &gn->linear));
    gn->linear->sketch = gn->sketch;
    gn->linear->exact  = gn->rows;
    PetscCall(TessStepCreate(PetscObjectComm((PetscObject)tao), inner, PETSC_FALSE, &gn->inner));
  }
  PetscCall(VecSet(gn->c, 0));
  gn->mean  = 0;
  gn->mu    = gn->start;
  gn->last  = -1;
  gn->exact = PETSC_FALSE;
  tao->step = 0;
  PetscCall(TessStateResume(tao, &resumed));
  while (1) {
    PetscCall(Evaluate(tao, gn, resumed));
    resumed = PETSC_FALSE;
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
    tao->ksp_its = 0;
    PetscCall(Prepare(tao, gn));
    PetscCall(gn->orthonormal ? TessSearchHalved(tao, gn) : TessSearchDamped(tao, gn));
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode State_GaussNewton(Tao tao, TessState s)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  PetscCall(TessStateReal(s, &gn->mu));
  PetscCall(TessStateReal(s, &gn->last));
  PetscCall(TessStateReal(s, &gn->gnorm));
  PetscCall(TessStateReal(s, &gn->before));
  PetscCall(TessStateReal(s, &gn->mean));
  PetscCall(TessStateBool(s, &gn->exact));
  PetscCall(TessStateVec(s, gn->c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSetUp_GaussNewton(Tao tao)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  TessCheckInput(
      tao->ops->computeresidual && tao->ops->computeresidualjacobian && tao->ls_res && tao->ls_jac,
      PetscObjectComm((PetscObject)tao),
      TAOGAUSSNEWTON
      " needs a residual and its Jacobian: TaoSetResidualRoutine and TaoSetJacobianResidualRoutine");
  TessCheckInput(!tao->bounded, PetscObjectComm((PetscObject)tao),
                 TAOGAUSSNEWTON " takes no bounds; -tao_type brgn does");
  TessCheckInput(!gn->projection || (gn->linearly && !gn->orthonormal), PetscObjectComm((PetscObject)tao),
                 "-tao_gaussnewton_projection needs the solver normal, and to be told what the residual is "
                 "affine in: TessTrainSetLinear");
  TessCheckInput(!gn->rows || gn->orthonormal, PetscObjectComm((PetscObject)tao),
                 "conditions with enforce exact need -tao_gaussnewton_solver orthonormal");
  if (!tao->gradient)
    PetscCall(VecDuplicate(tao->solution, &tao->gradient));
  if (!tao->stepdirection)
    PetscCall(VecDuplicate(tao->solution, &tao->stepdirection));
  PetscCall(VecDuplicate(tao->solution, &gn->c));
  PetscCall(VecDuplicate(tao->solution, &gn->d));
  PetscCall(VecDuplicate(tao->solution, &gn->S));
  PetscCall(VecDuplicate(tao->solution, &gn->x));
  PetscCall(VecDuplicate(tao->solution, &gn->g));
  PetscCall(VecDuplicate(tao->solution, &gn->a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoDestroy_GaussNewton(Tao tao)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  PetscCall(TessStepDestroy(&gn->linear));
  PetscCall(TessStepDestroy(&gn->inner));
  PetscCall(MatDestroy(&gn->C));
  PetscCall(ISDestroy(&gn->linearly));
  PetscCall(ISDestroy(&gn->rows));
  PetscCall(VecDestroy(&gn->c));
  PetscCall(VecDestroy(&gn->d));
  PetscCall(VecDestroy(&gn->S));
  PetscCall(VecDestroy(&gn->x));
  PetscCall(VecDestroy(&gn->g));
  PetscCall(VecDestroy(&gn->a));
  PetscCall(VecDestroy(&gn->r));
  PetscCall(VecDestroy(&gn->fall));
  PetscCall(VecDestroy(&gn->Jy));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessGaussNewtonSetSolver_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessGaussNewtonGetDamping_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetLinear_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetExact_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", NULL));
  PetscCall(PetscFree(tao->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetSolver_GaussNewton(Tao tao, PetscBool orthonormal)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  if (gn->orthonormal != orthonormal)
    PetscCall(TessStepDestroy(&gn->linear));
  gn->orthonormal = orthonormal;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode GetDamping_GaussNewton(Tao tao, PetscReal *damping)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  *damping = gn->orthonormal ? 0 : gn->mu;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetLinear_GaussNewton(Tao tao, IS linearly)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  PetscCall(PetscObjectReference((PetscObject)linearly));
  PetscCall(ISDestroy(&gn->linearly));
  gn->linearly = linearly;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetExact_GaussNewton(Tao tao, IS rows)
{
  GaussNewton *gn = tao->data;

  PetscFunctionBegin;
  PetscCall(PetscObjectReference((PetscObject)rows));
  PetscCall(ISDestroy(&gn->rows));
  gn->rows = rows;
  if (gn->linear)
    gn->linear->exact = rows;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const solvers[] = {"normal", "orthonormal"}, *const words[] = {"false", "true"};

static PetscErrorCode TaoSetFromOptions_GaussNewton(Tao tao, TessOptionItems PetscOptionsObject)
{
  GaussNewton *gn     = tao->data;
  PetscInt     solver = gn->orthonormal, projection = gn->projection;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, "Gauss-Newton options");
  PetscCall(TessOptionsChoice("-tao_gaussnewton_solver",
                              "normal: damped normal equations; orthonormal: for frozen experts", 2, solvers,
                              &solver));
  PetscCall(TessOptionsReal("-tao_gaussnewton_damping", "First damping, relative to the diagonal of J^T J",
                            &gn->start, MIN_DAMPING, 1e10));
  PetscCall(TessOptionsInt("-tao_gaussnewton_sketch",
                           "Rows of a random sketch of J that preconditions CG; 0: Cholesky", &gn->sketch, 0,
                           5000));
  PetscCall(TessOptionsChoice("-tao_gaussnewton_projection",
                              "Solves for the parameters that the residual is affine in at every trial", 2,
                              words, &projection));
  PetscCall(TessOptionsReal("-tao_gaussnewton_bend",
                            "Largest bend of a step, relative to its length; 0: steps are straight",
                            &gn->bend, 0, 1e10));
  PetscOptionsHeadEnd();
  gn->projection = (PetscBool)projection;
  PetscCall(SetSolver_GaussNewton(tao, (PetscBool)solver));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoView_GaussNewton(Tao tao, PetscViewer viewer)
{
  GaussNewton *gn = tao->data;
  PetscBool    ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (!ascii)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscViewerASCIIPrintf(viewer, "solver: %s\n", solvers[gn->orthonormal]));
  if (!gn->orthonormal)
    PetscCall(PetscViewerASCIIPrintf(viewer, "damping: %g (first %g)\n", (double)gn->mu, (double)gn->start));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TaoCreate_GaussNewton(Tao tao)
{
  GaussNewton *gn;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&gn));
  gn->start = gn->mu = 0.1;
  gn->bend           = 0.75;
  TessTaoDefault(tao, max_it, 200);
  TessTaoDefaults(tao);
  tao->data                = gn;
  tao->ops->setup          = TaoSetUp_GaussNewton;
  tao->ops->solve          = TaoSolve_GaussNewton;
  tao->ops->view           = TaoView_GaussNewton;
  tao->ops->setfromoptions = TaoSetFromOptions_GaussNewton;
  tao->ops->destroy        = TaoDestroy_GaussNewton;
  PetscCall(
      PetscObjectComposeFunction((PetscObject)tao, "TessGaussNewtonSetSolver_C", SetSolver_GaussNewton));
  PetscCall(
      PetscObjectComposeFunction((PetscObject)tao, "TessGaussNewtonGetDamping_C", GetDamping_GaussNewton));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetLinear_C", SetLinear_GaussNewton));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetExact_C", SetExact_GaussNewton));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", State_GaussNewton));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGaussNewtonSetSolver(Tao tao, PetscBool orthonormal)
{
  PetscFunctionBegin;
  PetscValidHeaderSpecific(tao, TAO_CLASSID, 1);
  PetscTryMethod(tao, "TessGaussNewtonSetSolver_C", (Tao, PetscBool), (tao, orthonormal));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainSetLinear(Tao tao, IS linearly)
{
  PetscFunctionBegin;
  PetscValidHeaderSpecific(tao, TAO_CLASSID, 1);
  PetscTryMethod(tao, "TessTrainSetLinear_C", (Tao, IS), (tao, linearly));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainSetExact(Tao tao, IS rows)
{
  PetscFunctionBegin;
  PetscValidHeaderSpecific(tao, TAO_CLASSID, 1);
  PetscTryMethod(tao, "TessTrainSetExact_C", (Tao, IS), (tao, rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGaussNewtonGetDamping(Tao tao, PetscReal *damping)
{
  PetscFunctionBegin;
  PetscValidHeaderSpecific(tao, TAO_CLASSID, 1);
  *damping = 0;
  PetscTryMethod(tao, "TessGaussNewtonGetDamping_C", (Tao, PetscReal *), (tao, damping));
  PetscFunctionReturn(PETSC_SUCCESS);
}
