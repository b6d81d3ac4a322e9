/* lines.c - a run by the method of lines: start, steps of a TS, the track they leave. */
#include "dirk.h"
#include "lines.h"

#define CUT 1e-10 /* directions of a patch under this share of its largest are dropped */
#define RTOL 1e-8 /* default of -ts_rtol */

PetscErrorCode TessLinesCreate(TessMarch m)
{
  PetscFunctionBegin;
  TessCheckInput(!m->place.type, m->comm,
                 "-%splacement_type is not supported with -%stime_mode ts: the patches stay where they are",
                 m->prefix, m->prefix);
  PetscCall(PetscNew(&m->lines));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesDestroy(TessMarch m)
{
  TessLines l = m->lines;

  PetscFunctionBegin;
  if (!l)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TSDestroy(&l->ts));
  PetscCall(MatDestroy(&l->shell));
  PetscCall(MatDestroy(&l->T));
  PetscCall(MatDestroy(&l->Q));
  PetscCall(MatDestroy(&l->M));
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
  PetscCall(TessTrackDestroy(&l->track));
  PetscCall(PetscFree(m->lines));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* theta at the start from the initial conditions, then T of the mass matrix and z. */
static PetscErrorCode Start(TessMarch m, TessLines l)
{
  const TessSystem *sys;
  Mat               J;
  PetscReal         norm;
  char              prefix[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(TessProblemCreateTheta(l->problem, &l->theta));
  PetscCall(VecDuplicate(l->theta, &l->theta_t));
  PetscCall(TessProblemSetStarting(l->problem, PETSC_TRUE));
  PetscCall(TessProblemSetMotion(l->problem, sys->motion->lo, NULL, 1, 1, 0));
  PetscCall(TessMarchTrain(m, l->problem, l->theta));
  if (m->reason == TAO_DIVERGED_NAN)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemSetStarting(l->problem, PETSC_FALSE));
  PetscCall(TessProblemCreateResidual(l->problem, &l->r));
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%stime_", m->prefix));
  PetscCall(TessNormalCreate(m->comm, prefix, &l->mass));
  PetscCall(TessNormalCreate(m->comm, prefix, &l->stage));
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
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Reports about every hundredth of the time, and the first steps. */
static PetscErrorCode Report(TessMarch m, PetscReal time)
{
  TessLines         l = m->lines;
  const TessSystem *sys;
  TessProgress      progress = {.nslab = 1, .error = -1, .loss = m->loss, .inner = l->inner + m->inner};
  PetscLogDouble    now;
  PetscReal         norm;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(TSGetStepNumber(l->ts, &progress.iteration));
  progress.done = (time - sys->motion->lo) / (sys->motion->hi - sys->motion->lo);
  m->iterations = progress.iteration;
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
  l = m->lines;
  PetscCall(TSGetTime(ts, &time));
  PetscCall(TSGetSolution(ts, &z));
  if (PetscAbsReal(l->asked_time - time) > 1e-12 * PetscAbsReal(time))
    PetscCall(TessLinesRate(l, time, z, l->asked));
  PetscCall(MatMult(l->T, z, l->theta));
  PetscCall(MatMult(l->T, l->asked, l->theta_t));
  PetscCall(TessTrackAdd(&l->track, time, l->theta, l->theta_t));
  PetscCall(TessProblemSetMotion(l->problem, time, l->theta_t, 1, 1, 0));
  PetscCall(Report(m, time));
  PetscCall(TessMarchPauseLines(m, ts, time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeTS(TessMarch m, TessLines l)
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
  PetscCall(TSSetTimeStep(l->ts, 1e-4 * (sys->motion->hi - sys->motion->lo)));
  PetscCall(TSSetExactFinalTime(l->ts, TS_EXACTFINALTIME_MATCHSTEP));
  PetscCall(TSSetTolerances(l->ts, PETSC_DECIDE, NULL, RTOL, NULL));
  PetscCall(TessLinesSetStages(l));
  PetscCall(TSSetPostStep(l->ts, AfterStep));
  PetscCall(TSSetFromOptions(l->ts));
  PetscCall(PetscOptionsHasName(NULL, m->prefix, "-ts_atol", &given));
  PetscCall(TSGetTolerances(l->ts, NULL, NULL, &rtol, NULL));
  if (!given)
    PetscCall(TSSetTolerances(l->ts, rtol * l->size, NULL, rtol, NULL));
  PetscCall(TessDirkSetSize(l->ts, TessLinesSize, l));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A run that goes on needs the basis of the start, too, and has told of it. */
static PetscErrorCode StartAgain(TessMarch m, TessLines l)
{
  const TessMarchMonitor monitor = m->monitor;
  const PetscInt         inner   = m->inner;

  PetscFunctionBegin;
  if (m->resume)
    m->monitor = NULL;
  PetscCall(Start(m, l));
  m->monitor = monitor;
  if (m->resume)
    m->inner = inner;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesSolve(TessMarch m)
{
  TessLines         l = m->lines;
  const TessSystem *sys;
  TSConvergedReason reason;
  PetscReal         error;

  PetscFunctionBegin;
  l->problem = m->problem[0];
  PetscCall(TessProblemGetSystem(l->problem, &sys));
  PetscCall(StartAgain(m, l));
  if (m->reason == TAO_DIVERGED_NAN)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MakeTS(m, l));
  if (m->resume)
    PetscCall(TessLinesResume(m));
  else {
    PetscCall(TessLinesRate(l, sys->motion->lo, l->z, l->asked));
    PetscCall(MatMult(l->T, l->z, l->theta));
    PetscCall(MatMult(l->T, l->asked, l->theta_t));
    PetscCall(TessTrackAdd(&l->track, sys->motion->lo, l->theta, l->theta_t));
  }
  PetscCall(TSSolve(l->ts, l->z));
  if (m->stopped)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TSGetConvergedReason(l->ts, &reason));
  m->reason = reason > 0 ? TAO_CONVERGED_USER : TAO_DIVERGED_LS_FAILURE;
  PetscCall(VecDuplicate(l->theta, &m->theta[0]));
  PetscCall(VecCopy(l->theta, m->theta[0]));
  PetscCall(TessMarchBindReference(m, 0));
  PetscCall(TessMarchCompare(m, NULL, PETSC_TRUE, &error));
  PetscFunctionReturn(PETSC_SUCCESS);
}
