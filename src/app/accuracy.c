/* accuracy.c - -accuracy as the user sees it: a line a resolution, estimates in table and record. */
#include <stdio.h>
#include <string.h>
#include "run.h"

/* "4 x 8 (6)": patches along the axes of space, slabs; or the tolerance of a TS, "48 (1e-9)". */
static PetscErrorCode Parts(const TessResolution *r, size_t len, char text[])
{
  size_t at = 0;

  PetscFunctionBegin;
  *text = 0;
  for (PetscInt a = 0; a < r->dim; a++) {
    const PetscBool slabs = (PetscBool)(r->marched && a == r->dim - 1);
    const char     *form  = slabs ? (a ? " (%d)" : "(%d)") : (a ? " x %d" : "%d");

    at += (size_t)snprintf(text + at, len - at, form, (int)r->parts[a]);
  }
  if (r->rtol > 0)
    snprintf(text + at, len - at, " (%.0e)", (double)r->rtol);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Monitor(TessPursuit pursuit, const TessResolution *r, void *ctx)
{
  AppRun   *run = ctx;
  AppLevel *level;
  char      parts[64];

  PetscFunctionBegin;
  PetscCall(PetscRealloc((run->nlevel + 1) * sizeof(*run->level), &run->level));
  level  = &run->level[run->nlevel++];
  *level = (AppLevel){.degree   = r->degree,
                      .unknowns = r->unknowns,
                      .estimate = -1,
                      .residual = r->residual,
                      .seconds  = r->seconds,
                      .rtol     = r->rtol};
  PetscCall(PetscArraycpy(level->parts, r->parts, r->dim));
  if (r->estimate >= 0)
    run->level[r->before - 1].estimate = r->estimate;
  if (run->progress.quiet)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Parts(r, sizeof(parts), parts));
  PetscCall(AppProgressClear(&run->progress));
  PetscCall(PetscPrintf(run->comm, "%6" PetscInt_FMT " %16s %7" PetscInt_FMT " %9" PetscInt64_FMT " %9.2e",
                        r->level, parts, r->degree, r->unknowns, (double)r->residual));
  if (r->estimate >= 0)
    PetscCall(PetscPrintf(run->comm, " %11.2e of level %" PetscInt_FMT, (double)r->estimate, r->before));
  PetscCall(PetscPrintf(run->comm, "\n"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppAccuracySetUp(AppRun *run)
{
  PetscBool asked;

  PetscFunctionBegin;
  PetscCall(TessPursuitAsked("", &asked));
  if (asked) {
    TessCheckInput(!run->restart, run->comm, "-restart: runs with -accuracy are not kept in checkpoints");
    TessCheckInput(!run->checkpoint.every, run->comm,
                   "-checkpoint_every: runs with -accuracy are not kept in checkpoints");
    PetscCall(TessPursuitCreate(run->comm, &run->pursuit));
    PetscCall(TessPursuitSetInput(run->pursuit, run->input));
    PetscCall(TessPursuitSetMonitor(run->pursuit, Monitor, run));
    PetscCall(TessPursuitSetPause(run->pursuit, AppCheckpointPause, run));
    PetscCall(TessPursuitSetFromOptions(run->pursuit));
    PetscCall(TessPursuitSetUp(run->pursuit, &run->march));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessMarchCreate(run->comm, &run->march));
  PetscCall(TessMarchSetInput(run->march, run->input));
  PetscCall(TessMarchSetMonitor(run->march, AppReportIteration, run));
  PetscCall(TessMarchSetPause(run->march, AppCheckpointPause, run));
  PetscCall(TessMarchSetFromOptions(run->march));
  PetscCall(TessMarchSetUp(run->march));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppAccuracySolve(AppRun *run)
{
  TessProblem        problem;
  char              *lines, *all;
  const char *const *kept;
  PetscInt           nkept;
  size_t             len;

  PetscFunctionBegin;
  if (!run->pursuit) {
    PetscCall(TessMarchSolve(run->march));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessPursuitSolve(run->pursuit, &run->march));
  PetscCall(
      TessPursuitGetEstimates(run->pursuit, &run->asked, &run->estimate, &run->estimate_max, &run->reached));
  PetscCall(TessPursuitIsOpen(run->pursuit, &run->open));
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetSystem(problem, &run->sys));
  PetscCall(TessPursuitGetChoices(run->pursuit, &lines, &nkept, &kept));
  len = strlen(run->options) + strlen(lines) + 1;
  PetscCall(PetscMalloc1(len, &all));
  PetscCall(PetscSNPrintf(all, len, "%s%s", run->options, lines));
  PetscCall(PetscFree(run->options));
  PetscCall(PetscFree(lines));
  run->options = all;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppAccuracyInfo(AppRun *run)
{
  char              *lines;
  const char *const *kept;
  PetscInt           nkept;

  PetscFunctionBegin;
  if (!run->pursuit)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessPursuitGetChoices(run->pursuit, &lines, &nkept, &kept));
  PetscCall(PetscPrintf(run->comm, "accuracy: the first of several resolutions would be\n%s", lines));
  for (PetscInt i = 0; i < nkept; i++)
    PetscCall(PetscPrintf(run->comm, "%s-%s", i ? ", " : "kept as given: ", kept[i]));
  PetscCall(PetscPrintf(run->comm, nkept ? "\n\n" : "\n"));
  PetscCall(PetscFree(lines));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppAccuracyRecord(AppRun *run, TessJson json)
{
  PetscFunctionBegin;
  if (!run->pursuit)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessJsonOpen(json, "accuracy", '{'));
  PetscCall(TessJsonNumber(json, "asked", run->asked));
  PetscCall(TessJsonBool(json, "reached", run->reached));
  PetscCall(TessJsonOpen(json, "estimate", '{'));
  for (PetscInt i = 0; i < run->sys->nunknown; i++) {
    if (run->estimate[i] < 0) /* there was one run only */
      continue;
    PetscCall(TessJsonOpen(json, run->sys->unknown[i], '{'));
    PetscCall(TessJsonNumber(json, "l2", run->estimate[i]));
    PetscCall(TessJsonNumber(json, "max", run->estimate_max[i]));
    PetscCall(TessJsonShut(json));
  }
  PetscCall(TessJsonShut(json));
  PetscCall(TessJsonOpen(json, "resolutions", '['));
  for (PetscInt l = 0; l < run->nlevel; l++) {
    const AppLevel *level = &run->level[l];

    PetscCall(TessJsonOpen(json, NULL, '{'));
    PetscCall(TessJsonOpen(json, "parts", '{'));
    for (PetscInt a = 0; a < run->sys->dim; a++)
      PetscCall(TessJsonInt(json, run->sys->axis[a], level->parts[a]));
    PetscCall(TessJsonShut(json));
    PetscCall(TessJsonInt(json, "degree", level->degree));
    if (level->rtol > 0)
      PetscCall(TessJsonNumber(json, "ts_rtol", level->rtol));
    PetscCall(TessJsonInt(json, "unknowns", level->unknowns));
    PetscCall(TessJsonNumber(json, "residual", level->residual));
    PetscCall(TessJsonNumber(json, "estimate", level->estimate >= 0 ? level->estimate : PETSC_INFINITY));
    PetscCall(TessJsonNumber(json, "seconds", level->seconds));
    PetscCall(TessJsonShut(json));
  }
  PetscCall(TessJsonShut(json));
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}
