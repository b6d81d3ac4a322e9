/* lines.c - a run by the method of lines: start, steps of a TS, the track they leave. */
#include "dirk.h"
#include "lines.h"

#define CUT 1e-10 /* directions of a patch under this share of its largest are dropped */
#define RTOL 1e-8 /* default of -ts_rtol */
#define CONTRADICT                                                                                           \
  10                /* times what the fit of the start missed: boundaries that are farther contradict it     \
                     */
#define CREEPS 20   /* steps that patches made too short, after which one of several runs is given up */
#define COARSE 1000 /* a coarse pass has so many times the tolerance, to 1e-3 */

/* All but the track, which is the answer. */
static PetscErrorCode Release(TessLines l)
{
  PetscFunctionBegin;
  PetscCall(TSDestroy(&l->ts));
  PetscCall(MatDestroy(&l->shell));
  PetscCall(MatDestroy(&l->T));
  PetscCall(MatDestroy(&l->Q));
  PetscCall(MatDestroy(&l->M));
  PetscCall(TessSteadyDestroy(&l->steady));
  PetscCall(TessNormalDestroy(&l->stage));
  PetscCall(TessNormalDestroy(&l->mass));
  PetscCall(VecDestroy(&l->z));
  PetscCall(VecDestroy(&l->theta));
  PetscCall(VecDestroy(&l->theta_t));
  PetscCall(VecDestroy(&l->r));
  PetscCall(VecDestroy(&l->y));
  PetscCall(VecDestroy(&l->g));
  PetscCall(VecDestroy(&l->asked));
  PetscCall(VecDestroy(&l->d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesDestroy(TessLines *lines)
{
  PetscFunctionBegin;
  if (!*lines)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Release(*lines));
  PetscCall(TessTrackDestroy(&(*lines)->track));
  PetscCall(PetscFree(*lines));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesGetStates(TessMarch m, PetscInt k, PetscBool end, PetscInt most, PetscInt *n,
                                  Vec theta[])
{
  const Track *track = &m->lines[k]->track;

  PetscFunctionBegin;
  *n = end ? 1 : PetscMin(most, track->n);
  for (PetscInt i = 0; i < *n; i++)
    theta[i] = track->theta[end ? track->n - 1 : *n > 1 ? i * (track->n - 1) / (*n - 1) : 0];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesFitStart(TessMarch m, PetscInt k)
{
  TessLines         l;
  const TessSystem *sys;
  const PetscInt    before = m->iterations;

  PetscFunctionBegin;
  PetscCall(TessLinesDestroy(&m->lines[k]));
  PetscCall(PetscNew(&m->lines[k]));
  l          = m->lines[k];
  l->problem = m->problem[k];
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(TessProblemCreateTheta(l->problem, &l->theta));
  PetscCall(TessProblemSetStarting(l->problem, PETSC_TRUE));
  PetscCall(TessProblemSetMotion(l->problem, sys->motion->lo, NULL, 1, 1, 0));
  PetscCall(TessMarchTrain(m, l->problem, l->theta));
  m->iterations = before; /* those counted are steps */
  PetscCall(TessProblemCreateResidual(l->problem, &l->r));
  PetscCall(TessProblemComputeResidual(l->problem, l->theta, l->r));
  PetscCall(VecNorm(l->r, NORM_2, &l->missed));
  PetscCall(VecDestroy(&l->r));
  PetscCall(TessProblemSetStarting(l->problem, PETSC_FALSE));
  PetscCall(VecDuplicate(l->theta, &l->theta_t));
  PetscCall(VecSet(l->theta_t, 0));
  PetscCall(TessTrackAdd(&l->track, sys->motion->lo, l->theta, l->theta_t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* T of the mass matrix and z of the theta at the start. */
static PetscErrorCode Start(TessMarch m, TessLines l)
{
  const TessSystem *sys;
  Mat               J;
  PetscReal         norm;
  char              prefix[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(TessProblemCreateResidual(l->problem, &l->r));
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%stime_", m->prefix));
  PetscCall(TessNormalCreate(m->comm, prefix, &l->mass));
  PetscCall(TessNormalCreate(m->comm, prefix, &l->stage));
  PetscCall(TessNormalSetRepeated(l->mass, PETSC_TRUE));
  PetscCall(TessNormalSetRepeated(l->stage, PETSC_TRUE));
  PetscCall(TessProblemSetMotion(l->problem, sys->motion->lo, NULL, 1, 0, 1));
  PetscCall(TessProblemComputeJacobian(l->problem, l->theta, &J));
  PetscCall(TessMatPanelsOrthonormalize(J, CUT, &l->M, &l->T));
  PetscCall(MatCreateVecs(l->T, &l->z, NULL));
  PetscCall(VecDuplicate(l->z, &l->y));
  PetscCall(VecDuplicate(l->z, &l->g));
  PetscCall(VecDuplicate(l->z, &l->asked));
  PetscCall(VecDuplicate(l->z, &l->d));
  PetscCall(TessLinesProject(l, J, l->theta, l->z));
  PetscCall(MatMult(l->M, l->z, l->r));
  PetscCall(VecNorm(l->r, NORM_2, &norm));
  l->size = norm > 0 ? norm : 1;
  PetscCall(TessSteadyCreate(l, sys->motion->lo));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Reports about every hundredth of the time, and the first steps. */
static PetscErrorCode Report(TessMarch m, PetscReal time)
{
  TessLines         l = m->lines[m->slab];
  const TessSystem *sys;
  TessProgress      progress = {
           .slab = m->slab, .nslab = m->nslab, .error = -1, .loss = m->loss, .inner = l->inner + m->inner};
  PetscLogDouble now;
  PetscReal      norm;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(TSGetStepNumber(l->ts, &progress.iteration));
  progress.done = (time - m->edge[0]) / (m->edge[m->nslab] - m->edge[0]);
  m->iterations++;
  if (!m->monitor || (progress.iteration > 5 && progress.done < l->marked + 0.01 && progress.done < 1))
    PetscFunctionReturn(PETSC_SUCCESS);
  l->marked = progress.done;
  PetscCall(TessProblemComputeResidual(l->problem, l->theta, l->r));
  PetscCall(VecNorm(l->r, NORM_2, &norm));
  PetscCall(TessProblemGetLosses(l->problem, m->loss));
  PetscCall(TSGetTimeStep(l->ts, &progress.step));
  PetscCall(PetscTime(&now));
  progress.objective = 0.5 * norm * norm;
  progress.seconds   = now - m->start;
  PetscCall(m->monitor(m, &progress, m->ctx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* z_t at the end of a step is that of its last stage, if that stands there. */
static PetscErrorCode AfterStep(TS ts)
{
  TessMarch m;
  TessLines l;
  Vec       z;
  PetscReal time;

  PetscFunctionBegin;
  PetscCall(TSGetApplicationContext(ts, &m));
  l = m->lines[m->slab];
  PetscCall(TSGetTime(ts, &time));
  PetscCall(TSGetSolution(ts, &z));
  if (PetscAbsReal(l->asked_time - time) > 1e-12 * PetscAbsReal(time))
    PetscCall(TessLinesRate(l, time, z, l->asked));
  PetscCall(MatMult(l->T, z, l->theta));
  PetscCall(MatMult(l->T, l->asked, l->theta_t));
  PetscCall(TessTrackAdd(&l->track, time, l->theta, l->theta_t));
  PetscCall(TessProblemSetMotion(l->problem, time, l->theta_t, 1, 1, 0));
  PetscCall(Report(m, time));
  if (m->place.once && l->floor.times > CREEPS)
    PetscCall(TSSetConvergedReason(ts, TS_DIVERGED_STEP_REJECTED));
  PetscCall(TessMarchPauseLines(m, ts, time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first step: as long as the last ones of the slab before, else a small one. */
static PetscReal FirstStep(TessMarch m)
{
  const Track *k = m->slab ? &m->lines[m->slab - 1]->track : NULL;
  PetscReal    h = 1e-4 * (m->edge[m->nslab] - m->edge[0]);

  for (PetscInt i = k ? PetscMax(1, k->n - 3) : 1; k && i < k->n; i++)
    h = PetscMax(h, k->t[i] - k->t[i - 1]);
  return PetscMin(h, m->edge[m->slab + 1] - m->edge[m->slab]);
}

static PetscErrorCode MakeTS(TessMarch m, TessLines l, PetscBool coarse)
{
  const TessSystem *sys;
  PetscReal         rtol;
  PetscBool         given;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(TSCreate(m->comm, &l->ts));
  PetscCall(TSSetOptionsPrefix(l->ts, m->prefix));
  PetscCall(TSSetApplicationContext(l->ts, m));
  PetscCall(TSSetProblemType(l->ts, TS_NONLINEAR));
  PetscCall(TessDirkRegister());
  PetscCall(TSSetType(l->ts, TSDIRK_TESS));
  PetscCall(TSSetTime(l->ts, sys->motion->lo));
  PetscCall(TSSetMaxTime(l->ts, sys->motion->hi));
  PetscCall(TSSetMaxSteps(l->ts, PETSC_MAX_INT));
  PetscCall(TSSetTimeStep(l->ts, FirstStep(m)));
  PetscCall(TSSetMaxSNESFailures(l->ts, -1));           /* a shorter step is tried then */
  PetscCall(TSSetErrorIfStepFails(l->ts, PETSC_FALSE)); /* a reason of the run, not an error */
  PetscCall(TSSetExactFinalTime(l->ts, TS_EXACTFINALTIME_MATCHSTEP));
  PetscCall(TSSetTolerances(l->ts, PETSC_DECIDE, NULL, RTOL, NULL));
  PetscCall(TessLinesSetStages(l));
  PetscCall(TSSetPostStep(l->ts, AfterStep));
  PetscCall(TSSetFromOptions(l->ts));
  PetscCall(PetscOptionsHasName(NULL, m->prefix, "-ts_atol", &given));
  PetscCall(TSGetTolerances(l->ts, NULL, NULL, &rtol, NULL));
  if (coarse)
    rtol = PetscMin(COARSE * rtol, PetscMax(rtol, 1e-3));
  PetscCall(TSSetTolerances(l->ts, given ? PETSC_DECIDE : rtol * l->size, NULL, rtol, NULL));
  l->floor = (TessFloor){.step = -1, .allowed = 1};
  PetscCall(TessDirkSetSize(l->ts, TessFloorSize, l));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Fits the start, from which the basis follows.  A run that goes on has told of it. */
static PetscErrorCode StartAgain(TessMarch m, PetscInt k)
{
  const TessMarchMonitor monitor = m->monitor;
  const PetscInt         inner   = m->inner;

  PetscFunctionBegin;
  if (m->resume)
    m->monitor = NULL;
  PetscCall(TessLinesFitStart(m, k));
  m->monitor = monitor;
  if (m->resume)
    m->inner = inner;
  if (m->reason != TAO_DIVERGED_NAN)
    PetscCall(Start(m, m->lines[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The start as it was fitted stands in the track.  The TS begins there if it meets the boundaries, or is
   moved to them as far as the fit missed it; if they contradict each other, by an implicit step. */
static PetscErrorCode Begin(TessLines l, const TessSystem *sys)
{
  const PetscReal lo = sys->motion->lo;
  PetscReal       units, norm;
  Vec             fitted;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(l->z, &fitted));
  PetscCall(VecCopy(l->z, fitted));
  PetscCall(TessLinesMeet(l, lo, sys->motion->hi - lo, l->z));
  PetscCall(VecWAXPY(l->y, -1, fitted, l->z));
  PetscCall(TessLinesSize(l, l->z, l->y, &units));
  PetscCall(MatMult(l->M, l->y, l->r));
  PetscCall(VecNorm(l->r, NORM_2, &norm));
  if (units > 1 && norm > CONTRADICT * l->missed) {
    PetscCall(VecCopy(fitted, l->z));
    PetscCall(VecSet(l->asked, 0));
    PetscCall(TSSetSolution(l->ts, l->z));
    PetscCall(TSSetUp(l->ts));
    PetscCall(TessDirkStartImplicit(l->ts));
  } else
    PetscCall(TessLinesRate(l, lo, l->z, l->asked));
  PetscCall(MatMult(l->T, l->z, l->theta));
  PetscCall(MatMult(l->T, l->asked, l->theta_t));
  PetscCall(TessTrackAdd(&l->track, lo, l->theta, l->theta_t));
  PetscCall(VecDestroy(&fitted));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesSolve(TessMarch m, PetscInt k, PetscBool coarse)
{
  TessLines         l;
  const TessSystem *sys;
  TSConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(StartAgain(m, k));
  if (m->reason == TAO_DIVERGED_NAN)
    PetscFunctionReturn(PETSC_SUCCESS);
  l = m->lines[k];
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(MakeTS(m, l, coarse));
  PetscCall(TessTrackDestroy(&l->track));
  if (m->resume)
    PetscCall(TessLinesResume(m));
  else
    PetscCall(Begin(l, sys));
  PetscCall(TSSolve(l->ts, l->z));
  if (m->stopped)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TSGetConvergedReason(l->ts, &reason));
  m->inner += l->inner;
  m->reason = reason > 0 || coarse ? TAO_CONVERGED_USER : TAO_DIVERGED_LS_FAILURE;
  PetscCall(VecCopy(l->theta, m->theta[k]));
  PetscCall(Release(l));
  PetscFunctionReturn(PETSC_SUCCESS);
}
