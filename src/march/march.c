/* march.c - one problem, or one after another: slab k starts from what slab k-1 says at their common time,
 * its theta is the first guess. */
#include <math.h>
#include "marchimpl.h"

PetscErrorCode TessMarchCreate(MPI_Comm comm, TessMarch *march)
{
  TessMarch m;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(TessTrainRegister());
  PetscCall(PetscNew(&m));
  m->comm      = comm;
  m->nslab     = 1;
  m->every     = -1;
  m->factor    = 4;
  m->refpoints = 10000;
  PetscCall(PetscStrallocpy("", &m->prefix));
  *march = m;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetOptionsPrefix(TessMarch m, const char prefix[])
{
  PetscFunctionBegin;
  PetscCall(PetscFree(m->prefix));
  PetscCall(PetscStrallocpy(prefix ? prefix : "", &m->prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetInput(TessMarch m, const char file[])
{
  PetscFunctionBegin;
  PetscCall(PetscFree(m->input));
  PetscCall(PetscStrallocpy(file, &m->input));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetMonitor(TessMarch m, TessMarchMonitor monitor, void *ctx)
{
  PetscFunctionBegin;
  m->monitor = monitor;
  m->ctx     = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the schema of inputs knows and this version does not do. */
static PetscErrorCode CheckSupported(TessMarch m)
{
  char *text;

  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, m->prefix, "accuracy", &text));
  TessCheckInput(
      !text, m->comm,
      "-%saccuracy is not supported in this version: choose parts, expert and points, and see the error "
      "against a reference",
      m->prefix);
  PetscCall(TessOptionsText(NULL, m->prefix, "time_mode", &text));
  TessCheckInput(!text || strcmp(text, "ts"), m->comm,
                 "-%stime_mode ts is not supported in this version: take spacetime or slabs", m->prefix);
  PetscCall(PetscFree(text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetFromOptions(TessMarch m)
{
  static const char *const modes[] = {"spacetime", "slabs"};

  PetscFunctionBegin;
  PetscCall(CheckSupported(m));
  PetscCall(TessTrainCheckType(m->comm, m->prefix));
  PetscOptionsBegin(m->comm, m->prefix, "a run", NULL);
  PetscCall(TessOptionsChoice("-time_mode",
                              "spacetime: t is one more coordinate; slabs: one problem after another", 2,
                              modes, &m->mode));
  if (m->mode == 1)
    m->nslab = 10;
  PetscCall(TessOptionsInt("-time_slabs", "slabs of time", &m->nslab, 1, 1000000));
  if (m->mode == 0)
    m->nslab = 1;
  PetscCall(TessOptionsInt("-resample_every",
                           "iterations between drawing points anew where the residual is large; 0: never; "
                           "-1: 10 for trained experts",
                           &m->every, -1, PETSC_MAX_INT));
  PetscCall(TessOptionsInt("-resample_factor", "candidates for each point drawn anew", &m->factor, 2, 1000));
  PetscCall(TessOptionsInt("-reference_points", "points where an expression is compared with the solution",
                           &m->refpoints, 1, PETSC_MAX_INT));
  PetscOptionsEnd();
  PetscCall(TessMarchReadPlacement(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Problem k from the options; its time interval if there are slabs. */
PetscErrorCode TessMarchCreateSlab(TessMarch m, PetscInt k)
{
  PetscFunctionBegin;
  PetscCall(TessProblemCreate(m->comm, &m->problem[k]));
  PetscCall(TessProblemSetOptionsPrefix(m->problem[k], m->prefix));
  if (m->input)
    PetscCall(TessProblemSetInput(m->problem[k], m->input));
  PetscCall(TessProblemSetFieldsOnly(m->problem[k], m->fieldsonly));
  if (m->nslab > 1)
    PetscCall(TessProblemSetTime(m->problem[k], m->edge[k], m->edge[k + 1]));
  if (m->kept)
    PetscCall(TessMarchLoadEdges(m, k, m->kept));
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    if (m->place.n[a])
      PetscCall(TessProblemSetEdges(m->problem[k], a, m->place.n[a], m->place.edges[a]));
  PetscCall(TessProblemSetFromOptions(m->problem[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetEdges(TessMarch m, TessProblem whole)
{
  const TessSystem *sys;
  const PetscReal  *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(whole, &sys));
  m->time = (PetscBool)(sys->space < sys->dim);
  TessCheckInput(m->nslab == 1 || m->time, m->comm,
                 "-%stime_mode slabs needs a time axis: add t to the domain", m->prefix);
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt k = 0; k <= m->nslab; k++)
    m->edge[k] = lo[sys->dim - 1] + (hi[sys->dim - 1] - lo[sys->dim - 1]) * k / m->nslab;
  m->edge[m->nslab] = hi[sys->dim - 1];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Slab 0.  The edges of slabs need the time interval of the input: a problem of the whole interval tells it.
 */
static PetscErrorCode Begin(TessMarch m)
{
  TessProblem whole;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(m->nslab + 1, &m->edge));
  PetscCall(PetscCalloc2(m->nslab, &m->problem, m->nslab, &m->theta));
  if (m->nslab > 1) {
    PetscCall(TessProblemCreate(m->comm, &whole));
    PetscCall(TessProblemSetOptionsPrefix(whole, m->prefix));
    PetscCall(TessProblemSetFieldsOnly(whole, PETSC_TRUE));
    PetscCall(TessProblemSetFromOptions(whole));
    PetscCall(SetEdges(m, whole));
    PetscCall(TessProblemDestroy(&whole));
  }
  PetscCall(TessMarchCreateSlab(m, 0));
  if (m->nslab == 1)
    PetscCall(SetEdges(m, m->problem[0]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetUp(TessMarch m)
{
  PetscInt n;

  PetscFunctionBegin;
  if (m->problem)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Begin(m));
  PetscCall(TessProblemSetUp(m->problem[0]));
  PetscCall(TessProblemGetConditions(m->problem[0], &n, NULL));
  PetscCall(PetscMalloc1(n, &m->loss));
  PetscCall(TessMarchReadReference(m));
  PetscCall(TessMarchCheckOutput(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Monitor(Tao tao, void *ctx)
{
  TessMarch          m = ctx;
  TessProgress       progress;
  TaoConvergedReason reason;
  PetscLogDouble     now;
  PetscReal          gnorm, cnorm;
  Vec                theta;

  PetscFunctionBegin;
  if (!m->monitor)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMemzero(&progress, sizeof(progress)));
  PetscCall(TaoGetSolutionStatus(tao, &progress.iteration, &progress.objective, &gnorm, &cnorm,
                                 &progress.step, &reason));
  PetscCall(TaoGetSolution(tao, &theta));
  PetscCall(TaoGetMaximumIterations(tao, &progress.max_it));
  PetscCall(TaoGetLinearSolveIterations(tao, &progress.inner));
  PetscCall(TessProblemGetLosses(m->problem[m->slab], m->loss));
  PetscCall(TessMarchCompare(m, theta, PETSC_FALSE, &progress.error));
  PetscCall(PetscTime(&now));
  progress.slab    = m->slab;
  progress.nslab   = m->nslab;
  progress.seconds = now - m->start;
  progress.loss    = m->loss;
  progress.inner += m->inner;
  PetscCall(m->monitor(m, &progress, m->ctx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Between steps: points where the residual is large.  The last fifth of the iterations keeps its points and
 * settles. */
static PetscErrorCode Update(Tao tao, PetscInt iteration, void *ctx)
{
  TessMarch m = ctx;
  Vec       theta;
  PetscInt  max_it;

  PetscFunctionBegin;
  PetscCall(TaoGetMaximumIterations(tao, &max_it));
  if (!iteration || iteration % m->every || iteration > max_it - max_it / 5)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TaoGetSolution(tao, &theta));
  PetscCall(TessProblemResample(m->problem[m->slab], theta, ++m->round, m->factor));
  PetscCall(TessProblemSetTao(m->problem[m->slab], tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Train(TessMarch m, TessProblem p, Vec theta)
{
  Tao                tao;
  PetscInt           its;
  PetscBool          linear;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(TessProblemIsLinear(p, &linear, NULL));
  PetscCall(TaoCreate(m->comm, &tao));
  PetscCall(TaoSetOptionsPrefix(tao, m->prefix));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  if (linear)
    PetscCall(TessGaussNewtonSetSolver(tao, PETSC_TRUE));
  PetscCall(TaoSetSolution(tao, theta));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TessProblemSetTao(p, tao));
  PetscCall(TaoSetMonitor(tao, Monitor, m, NULL));
  if (m->every < 0)
    m->every = linear ? 0 : 10;
  if (m->every > 0)
    PetscCall(TaoSetUpdate(tao, Update, m));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetConvergedReason(tao, &reason));
  if (m->reason >= 0 || reason == TAO_DIVERGED_NAN) /* of slabs the first that failed */
    m->reason = reason;
  PetscCall(TaoGetIterationNumber(tao, &its));
  m->iterations += its;
  PetscCall(TaoGetLinearSolveIterations(tao, &its));
  m->inner += its;
  PetscCall(TaoDestroy(&tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Slab k is trained, and again on patches that have moved. */
static PetscErrorCode TrainSlab(TessMarch m, PetscInt k)
{
  PetscBool moved = PETSC_TRUE;

  PetscFunctionBegin;
  for (PetscInt pass = 0; moved; pass++) {
    TessProblem found       = pass ? m->problem[k] : NULL;
    Vec         found_theta = m->theta[k];

    if (k || pass) {
      PetscCall(TessMarchCreateSlab(m, k));
      if (k)
        PetscCall(TessProblemSetPrevious(m->problem[k], m->problem[k - 1], m->theta[k - 1]));
      PetscCall(TessProblemSetUp(m->problem[k]));
    }
    PetscCall(TessProblemCreateTheta(m->problem[k], &m->theta[k]));
    if (pass)
      PetscCall(TessMarchTransfer(m, found, found_theta, k));
    else if (k)
      PetscCall(TessMarchTransfer(m, m->problem[k - 1], m->theta[k - 1], k));
    PetscCall(VecDestroy(&found_theta));
    PetscCall(TessMarchBindReference(m, k));
    PetscCall(TessProblemDestroy(&found));
    PetscCall(Train(m, m->problem[k], m->theta[k]));
    moved = PETSC_FALSE;
    if (m->reason != TAO_DIVERGED_NAN && pass + 1 < m->place.passes)
      PetscCall(TessMarchPlace(m, k, PETSC_FALSE, &moved));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSolve(TessMarch m)
{
  PetscReal error;
  PetscBool moved;

  PetscFunctionBegin;
  PetscCall(TessMarchSetUp(m));
  PetscCall(PetscTime(&m->start));
  for (PetscInt k = 0; k < m->nslab; k++) {
    m->slab = k;
    PetscCall(TrainSlab(m, k));
    PetscCall(TessMarchCompare(m, m->theta[k], PETSC_TRUE, &error));
    if (m->reason == TAO_DIVERGED_NAN)
      break;
    if (k + 1 < m->nslab)
      PetscCall(TessMarchPlace(m, k, PETSC_TRUE, &moved));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchView(TessMarch m, PetscViewer viewer)
{
  PetscFunctionBegin;
  PetscCall(TessProblemView(m->problem[0], viewer));
  if (m->nslab > 1)
    PetscCall(PetscViewerASCIIPrintf(viewer, "%" PetscInt_FMT " slabs of time\n", m->nslab));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchDestroy(TessMarch *march)
{
  TessMarch m = *march;

  PetscFunctionBegin;
  if (!m)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessMarchDestroyReference(m));
  for (PetscInt k = 0; k < m->nslab && m->problem; k++) {
    PetscCall(VecDestroy(&m->theta[k]));
    PetscCall(TessProblemDestroy(&m->problem[k]));
  }
  PetscCall(PetscFree2(m->problem, m->theta));
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    PetscCall(PetscFree(m->place.edges[a]));
  PetscCall(PetscFree(m->edge));
  PetscCall(PetscFree(m->loss));
  PetscCall(PetscFree(m->prefix));
  PetscCall(PetscFree(m->input));
  PetscCall(PetscFree(*march));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchGetSlab(TessMarch m, PetscInt k, TessProblem *problem, Vec *theta)
{
  PetscFunctionBegin;
  *problem = m->problem[k];
  if (theta)
    *theta = m->theta[k];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchGetSlabs(TessMarch m, PetscInt *nslab, const PetscReal *edges[])
{
  PetscFunctionBegin;
  *nslab = m->nslab;
  if (edges)
    *edges = m->time ? m->edge : NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchGetConverged(TessMarch m, TaoConvergedReason *reason, PetscInt *iterations)
{
  PetscFunctionBegin;
  *reason     = m->reason;
  *iterations = m->iterations;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchGetBox(TessMarch m, PetscReal lo[], PetscReal hi[])
{
  const TessSystem *sys;
  const PetscReal  *l, *h;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &l, &h, NULL));
  PetscCall(PetscArraycpy(lo, l, sys->dim));
  PetscCall(PetscArraycpy(hi, h, sys->dim));
  if (m->nslab > 1)
    hi[sys->dim - 1] = m->edge[m->nslab];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The slab of time t; a point on an edge belongs to the earlier one. */
static PetscInt SlabOf(TessMarch m, PetscReal t)
{
  PetscInt k = 0;

  while (k < m->nslab - 1 && t > m->edge[k + 1])
    k++;
  return k;
}

PetscErrorCode TessMarchSample(TessMarch m, TessPde pde, PetscInt n, const PetscReal x[], PetscReal r[])
{
  const TessSystem *sys;
  PetscInt          neq;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessPdeGetColumns(pde, &neq, NULL, NULL));
  for (size_t i = 0; i < (size_t)neq * n; i++)
    r[i] = NAN;
  for (PetscInt k = 0; k < m->nslab; k++) {
    PetscInt  *index, found = 0;
    PetscReal *at, *value;

    if (!m->theta[k])
      continue;
    PetscCall(PetscMalloc3(n, &index, (size_t)n * sys->dim, &at, (size_t)n * neq, &value));
    for (PetscInt i = 0; i < n; i++)
      if (m->nslab == 1 || SlabOf(m, x[(size_t)(sys->dim - 1) * n + i]) == k)
        index[found++] = i;
    for (PetscInt a = 0; a < sys->dim; a++)
      for (PetscInt i = 0; i < found; i++)
        at[(size_t)a * found + i] = x[(size_t)a * n + index[i]];
    PetscCall(TessProblemSample(m->problem[k], m->theta[k], pde, found, at, value));
    for (PetscInt q = 0; q < neq; q++)
      for (PetscInt i = 0; i < found; i++)
        r[(size_t)q * n + index[i]] = value[(size_t)q * found + i];
    PetscCall(PetscFree3(index, at, value));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchLoad(TessMarch m, const char file[])
{
  PetscFunctionBegin;
  m->fieldsonly = PETSC_TRUE;
  m->kept       = file;
  PetscCall(Begin(m));
  PetscCall(TessMarchCheckSlabs(m, file));
  for (PetscInt k = 0; k < m->nslab; k++) {
    if (k)
      PetscCall(TessMarchCreateSlab(m, k));
    PetscCall(TessProblemSetUp(m->problem[k]));
    PetscCall(TessProblemCreateTheta(m->problem[k], &m->theta[k]));
    PetscCall(TessMarchLoadSlab(m, k, file));
  }
  PetscCall(TessMarchReadReference(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
