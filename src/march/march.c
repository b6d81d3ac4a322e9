/* march.c - one problem, or one after another: slab k starts from what slab k-1 says at their common time,
 * its theta is the first guess. */
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
  m->balance   = -1;
  m->causal    = -1;
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

PetscErrorCode TessMarchSetFromOptions(TessMarch m)
{
  static const char *const modes[] = {"spacetime", "slabs", "ts"}, *const types[] = {"dirk", "bdf", "beuler"};
  PetscInt type = 0;

  PetscFunctionBegin;
  PetscCall(TessTrainCheckType(m->comm, m->prefix));
  PetscCall(TessMarchReadPlacement(m));
  PetscOptionsBegin(m->comm, m->prefix, "a run", NULL);
  PetscCall(TessOptionsChoice("-time_mode",
                              "spacetime: t is one more coordinate; slabs: one problem after another; ts: "
                              "coefficients moved by a PETSc TS",
                              3, modes, &m->mode));
  PetscCall(TessOptionsChoice("-ts_type", "the TS: of those whose implicit stages alone say where u is", 3,
                              types, &type));
  m->nslab = m->mode == 1 ? 10 : 1;
  PetscCall(TessOptionsInt("-time_slabs", "slabs of time", &m->nslab, 1, 1000000));
  TessCheckInput(
      m->nslab == 1 || m->mode, m->comm,
      "-%stime_slabs is %" PetscInt_FMT
      ", but -%stime_mode is spacetime, one problem over all of time: take -%stime_mode slabs, or ts",
      m->prefix, m->nslab, m->prefix, m->prefix);
  PetscCall(TessOptionsInt("-resample_every",
                           "iterations between drawing points anew where the residual is large; 0: never; "
                           "-1: 10 for trained experts",
                           &m->every, -1, PETSC_MAX_INT));
  PetscCall(TessOptionsInt("-resample_factor", "candidates for each point drawn anew", &m->factor, 2, 1000));
  PetscCall(TessOptionsInt("-balance_every",
                           "iterations between new weights of the conditions; 0: never; -1: 10 with "
                           "gaussnewton, else 100",
                           &m->balance, -1, PETSC_MAX_INT));
  PetscCall(TessOptionsInt("-causal_every",
                           "iterations between new causal weights; -1: 1 with gaussnewton, else 10",
                           &m->causal, -1, PETSC_MAX_INT));
  PetscCall(TessOptionsInt("-reference_points", "points where an expression is compared with the solution",
                           &m->refpoints, 1, PETSC_MAX_INT));
  PetscOptionsEnd();
  if (m->mode == 2)
    PetscCall(PetscCalloc1(m->nslab, &m->lines));
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
  PetscCall(TessProblemSetMoving(m->problem[k], (PetscBool)(m->lines != NULL)));
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
  m->time = (PetscBool)(sys->space < sys->axes);
  TessCheckInput(m->nslab == 1 || m->time, m->comm,
                 "-%stime_mode slabs needs a time axis: add t to the domain", m->prefix);
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  if (sys->motion) {
    m->edge[0] = sys->motion->lo, m->edge[1] = sys->motion->hi;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
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

PetscErrorCode TessMarchSolve(TessMarch m)
{
  PetscReal error;
  PetscBool moved;

  PetscFunctionBegin;
  PetscCall(TessMarchSetUp(m));
  if (!m->resume)
    PetscCall(PetscTime(&m->start));
  for (PetscInt k = m->slab; k < m->nslab; k++) {
    m->slab = k;
    PetscCall(TessMarchTrainSlab(m, k));
    if (m->stopped)
      break;
    PetscCall(TessMarchCompare(m, m->theta[k], PETSC_TRUE, &error));
    if (m->reason == TAO_DIVERGED_NAN || (m->lines && m->reason < 0))
      break;
    PetscCall(TessMarchTally(m, k));
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
    if (m->lines)
      PetscCall(TessLinesDestroy(&m->lines[k]));
    PetscCall(VecDestroy(&m->theta[k]));
    PetscCall(TessProblemDestroy(&m->problem[k]));
  }
  PetscCall(PetscFree2(m->problem, m->theta));
  PetscCall(PetscFree(m->lines));
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    PetscCall(PetscFree(m->place.edges[a]));
  PetscCall(PetscFree(m->edge));
  PetscCall(PetscFree(m->loss));
  PetscCall(PetscFree(m->tally));
  PetscCall(PetscFree(m->prefix));
  PetscCall(PetscFree(m->input));
  PetscCall(PetscFree(m->resume));
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
  if (m->nslab > 1 || sys->motion)
    lo[sys->axes - 1] = m->edge[0], hi[sys->axes - 1] = m->edge[m->nslab];
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
    if (m->lines)
      PetscCall(TessLinesLoad(m, k, file));
    else
      PetscCall(TessMarchLoadSlab(m, k, file));
  }
  PetscCall(TessMarchReadReference(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
