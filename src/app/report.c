/* report.c - what the user sees while a run goes on: header, a line an iteration, closing table. */
#include <stdio.h>
#include "run.h"

#define Say(...) PetscCall(PetscPrintf(run->comm, __VA_ARGS__))

PetscErrorCode AppReportProblem(AppRun *run)
{
  PetscInt64  patches, parameters, rows, points, poor, patch, fewest;
  PetscInt    coefficients;
  PetscReal   bytes;
  PetscMPIInt size;
  TessProblem problem;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->comm, &size));
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetSizes(problem, &patches, &parameters, &rows, &points, &bytes));
  Say("tessera %s on %d rank%s: %s\n", TESS_VERSION, size, size > 1 ? "s" : "", run->input);
  PetscCall(TessMarchView(run->march, PETSC_VIEWER_STDOUT_(run->comm)));
  Say("%" PetscInt64_FMT " patches, %" PetscInt64_FMT " parameters, %" PetscInt64_FMT
      " points, %" PetscInt64_FMT " rows, about %.3g MB of matrices a rank\n",
      patches, parameters, points, rows, (double)bytes / 1e6);
  if (rows < parameters)
    Say("warning: %" PetscInt64_FMT " rows cannot determine %" PetscInt64_FMT
        " parameters: take more points (-<condition>_points) or smaller experts (-expert_...)\n",
        rows, parameters);
  PetscCall(TessProblemGetPoor(problem, &poor, &patch, &fewest, &coefficients));
  if (poor)
    Say("warning: %" PetscInt64_FMT " of %" PetscInt64_FMT
        " patches have fewer rows than coefficients (patch %" PetscInt64_FMT ": %" PetscInt64_FMT
        " for %" PetscInt_FMT "): take more points (-<condition>_points), the same in each patch "
        "(-<condition>_spread even), or smaller experts (-expert_...)\n",
        poor, patches, patch, fewest, coefficients);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppReportHeader(AppRun *run)
{
  TessProblem    problem;
  TessCondition *condition;
  PetscInt       n;
  const char    *name;

  PetscFunctionBegin;
  if (run->progress.quiet)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(AppReportProblem(run));
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetConditions(problem, &n, &condition));
  if (run->pursuit) {
    Say("\n%6s %16s %7s %9s %9s %11s\n", "level", "patches (slabs)", "degree", "unknowns", "residual",
        "estimate");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  Say("\n%10s %11s", "iteration", "loss");
  for (PetscInt c = 0; c < n && c < 5; c++) {
    PetscCall(TessConditionGetName(condition[c], &name));
    Say(" %11.11s", name);
  }
  Say(" %11s %9s %6s %8s\n", "error", "step", "inner", "seconds");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Once a run: where a residual was no number, and that it does no harm. */
static PetscErrorCode TellNaN(AppRun *run, TessMarch march, const TessProgress *p)
{
  TessProblem problem;
  PetscMPIInt rank;
  const char *text;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(march, p->slab, &problem, NULL));
  PetscCall(TessProblemGetNaN(problem, NULL, &text));
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  if (run->nantold || !text[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  run->nantold = PETSC_TRUE;
  PetscCall(AppProgressClear(&run->progress));
  if (!rank)
    fprintf(stderr, "tessera: warning: %s, in a step that was rejected before iteration %d\n", text,
            (int)p->iteration);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppReportIteration(TessMarch march, const TessProgress *p, void *ctx)
{
  AppRun        *run = ctx;
  TessProblem    problem;
  TessCondition *condition;
  PetscInt       n;
  char           label[32];

  PetscFunctionBegin;
  if (run->nstep == run->maxstep) {
    run->maxstep = 2 * run->maxstep + 64;
    PetscCall(PetscRealloc(run->maxstep * sizeof(*run->step), &run->step));
    if (p->balance)
      PetscCall(PetscRealloc(run->maxstep * run->ncond * sizeof(*run->balance), &run->balance));
  }
  if (p->balance)
    PetscCall(PetscArraycpy(run->balance + (size_t)run->nstep * run->ncond, p->balance, run->ncond));
  run->step[run->nstep++] = (AppStep){.iteration = p->iteration,
                                      .slab      = p->slab,
                                      .inner     = p->inner,
                                      .objective = p->objective,
                                      .error     = p->error,
                                      .step      = p->step,
                                      .seconds   = p->seconds,
                                      .causal    = p->causal};
  PetscCall(AppHistoryStep(run, march, p->loss));
  PetscCall(TellNaN(run, march, p));
  if (run->progress.quiet)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessMarchGetSlab(march, p->slab, &problem, NULL));
  PetscCall(TessProblemGetConditions(problem, &n, &condition));
  PetscCall(AppProgressClear(&run->progress));
  if (p->nslab > 1)
    PetscCall(
        PetscSNPrintf(label, sizeof(label), "%" PetscInt_FMT ":%" PetscInt_FMT, p->slab + 1, p->iteration));
  else
    PetscCall(PetscSNPrintf(label, sizeof(label), "%" PetscInt_FMT, p->iteration));
  Say("%10s %11.4e", label, 2 * (double)p->objective);
  for (PetscInt c = 0; c < n && c < 5; c++)
    Say(" %11.4e", (double)p->loss[c]);
  if (p->error >= 0)
    Say(" %11.4e", (double)p->error);
  else
    Say(" %11s", "-");
  Say(" %9.2e %6" PetscInt_FMT " %8.2f\n", (double)p->step, p->inner, (double)p->seconds);
  PetscCall(AppProgressShow(&run->progress, p->done, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppReportSeconds(AppRun *run, PetscReal seconds[APP_SECONDS], PetscReal *memory)
{
  const PetscLogEvent events[] = {TESS_Evaluate, TESS_Assemble, TESS_Solve, TESS_Exchange};
  PetscLogDouble      bytes, now;

  PetscFunctionBegin;
  PetscCall(PetscTime(&now));
  seconds[0] = now - run->start;
  seconds[1] = run->setup;
  for (PetscInt i = 0; i < 4; i++) {
    PetscEventPerfInfo info;

    PetscCall(PetscLogEventGetPerfInfo(0, events[i], &info));
    seconds[2 + i] = info.time;
  }
  PetscCall(PetscMemoryGetCurrentUsage(&bytes));
  *memory = bytes / 1e6;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, seconds, APP_SECONDS, MPIU_REAL, MPIU_MAX, run->comm));
  for (PetscInt i = 0; i < APP_SECONDS; i++)
    seconds[i] += run->before[i];
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, memory, 1, MPIU_REAL, MPIU_MAX, run->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Value(AppRun *run, const char name[], PetscReal value, PetscReal sd)
{
  PetscFunctionBegin;
  Say("%-12s %14.8g", name, (double)value);
  if (sd == 0)
    Say("  at its bound: no error bar");
  if (sd > 0)
    Say("  +- %-10.3g (95 %%: %.6g to %.6g)", (double)sd, (double)(value - 1.96 * sd),
        (double)(value + 1.96 * sd));
  Say("\n");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppReportTable(AppRun *run)
{
  const AppCheckpoint *c = &run->checkpoint;
  PetscReal            seconds[APP_SECONDS], memory;

  PetscFunctionBegin;
  PetscCall(AppReportSeconds(run, seconds, &memory));
  if (run->progress.quiet)
    PetscFunctionReturn(PETSC_SUCCESS);
  Say("\n%s after %" PetscInt_FMT " iterations: %s\n\n", run->reason > 0 ? "converged" : "not converged",
      run->iterations, TaoConvergedReasons[run->reason]);
  Say("%-12s %14s %14s%s\n", "unknown", "relative L2", "relative max",
      run->estimate ? "       estimate" : "");
  for (PetscInt i = 0; i < run->sys->nunknown; i++) {
    if (run->l2[i] >= 0)
      Say("%-12s %14.4e %14.4e", run->sys->unknown[i], (double)run->l2[i], (double)run->max[i]);
    else
      Say("%-12s %14s %14s", run->sys->unknown[i], "no reference", "-");
    if (run->estimate && run->estimate[i] >= 0)
      Say(" %14.4e", (double)run->estimate[i]);
    else if (run->estimate)
      Say(" %14s", "none");
    Say("\n");
  }
  if (run->estimate)
    Say("accuracy %g %s%s%s\n", (double)run->asked, run->reached ? "reached" : "not reached",
        c->reason ? ": stopped by " : "", c->reason ? c->reason : "");
  if (run->open)
    Say("solutions that differ meet all conditions to round-off: these leave something open (a boundary "
        "without a condition, a constant)\n");
  if (run->nparam + run->nobs)
    Say("\n");
  for (PetscInt i = 0; i < run->nparam; i++)
    PetscCall(Value(run, run->sys->param[i], run->param[i], run->param_sd[i]));
  for (PetscInt i = 0; i < run->nobs; i++)
    PetscCall(Value(run, run->obsname[i], run->obs[i], run->obs_sd[i] > 0 ? run->obs_sd[i] : -1));
  PetscCall(AppJumpsReport(run));
  Say("\nseconds: %.2f in all, set-up %.2f, evaluate %.2f, assemble %.2f, solve %.2f, exchange %.2f; memory "
      "%.0f MB a rank\n",
      (double)seconds[0], (double)seconds[1], (double)seconds[2], (double)seconds[3], (double)seconds[4],
      (double)seconds[5], (double)memory);
  if (run->restart)
    Say("of which %.2f before the restart\n", (double)run->before[0]);
  if (c->written)
    Say("checkpoints: %" PetscInt_FMT " in %.2g s, %.2g %% of the time; the last has %.3g MB\n", c->written,
        c->spent, 100 * c->spent / (double)(seconds[0] - run->before[0]), c->megabytes);
  Say("files: %s.h5 .json .xdmf and .vtu; `tessera plot %s.h5` draws them\n", run->stem, run->stem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRunDestroy(AppRun *run)
{
  PetscFunctionBegin;
  if (!run->pursuit || run->estimate)
    PetscCall(TessMarchDestroy(&run->march));
  PetscCall(TessPursuitDestroy(&run->pursuit));
  PetscCall(PetscFree(run->level));
  PetscCall(PetscFree(run->options));
  PetscCall(PetscFree(run->whole));
  PetscCall(PetscFree(run->restart));
  PetscCall(PetscFree(run->step));
  PetscCall(PetscFree(run->balance));
  PetscCall(PetscFree2(run->l2, run->max));
  PetscCall(PetscFree4(run->param, run->param_sd, run->obs, run->obs_sd));
  PetscFunctionReturn(PETSC_SUCCESS);
}
