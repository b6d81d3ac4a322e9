/* record.c - the run record <stem>.json: one object with stable keys. */
#include <string.h>
#include "run.h"

/* options: {name: value} from the lines "-name value" */
static PetscErrorCode Options(TessJson json, const char lines[])
{
  char *copy, *line, *rest;

  PetscFunctionBegin;
  PetscCall(PetscStrallocpy(lines, &copy));
  PetscCall(TessJsonOpen(json, "options", '{'));
  for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *value = strchr(line, ' ');

    if (value)
      *value++ = 0;
    PetscCall(TessJsonText(json, line + 1, value ? value : ""));
  }
  PetscCall(TessJsonShut(json));
  PetscCall(PetscFree(copy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Errors(AppRun *run, TessJson json)
{
  PetscFunctionBegin;
  PetscCall(TessJsonOpen(json, "errors", '{'));
  for (PetscInt i = 0; i < run->sys->nunknown; i++) {
    if (run->l2[i] < 0)
      continue;
    PetscCall(TessJsonOpen(json, run->sys->unknown[i], '{'));
    PetscCall(TessJsonNumber(json, "l2", run->l2[i]));
    PetscCall(TessJsonNumber(json, "max", run->max[i]));
    PetscCall(TessJsonShut(json));
  }
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* {name: {value, sd}}; sd is null where none is known */
static PetscErrorCode Values(TessJson json, const char key[], PetscInt n, const char *const name[],
                             const PetscReal value[], const PetscReal sd[])
{
  PetscFunctionBegin;
  PetscCall(TessJsonOpen(json, key, '{'));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(TessJsonOpen(json, name[i], '{'));
    PetscCall(TessJsonNumber(json, "value", value[i]));
    PetscCall(TessJsonNumber(json, "sd", sd[i] > 0 ? sd[i] : PETSC_INFINITY));
    PetscCall(TessJsonShut(json));
  }
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* weights: {condition: factor} of a step */
static PetscErrorCode Weights(AppRun *run, TessJson json, const PetscReal balance[])
{
  TessProblem    problem;
  TessCondition *condition;
  const char    *name;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetConditions(problem, NULL, &condition));
  PetscCall(TessJsonOpen(json, "weights", '{'));
  for (PetscInt c = 0; c < run->ncond; c++) {
    PetscCall(TessConditionGetName(condition[c], &name));
    PetscCall(TessJsonNumber(json, name, balance[c]));
  }
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRecordStep(AppRun *run, TessJson json, PetscInt i)
{
  const AppStep *s = &run->step[i];

  PetscFunctionBegin;
  PetscCall(TessJsonInt(json, "slab", s->slab));
  PetscCall(TessJsonInt(json, "iteration", s->iteration));
  PetscCall(TessJsonNumber(json, "loss", 2 * s->objective));
  PetscCall(TessJsonNumber(json, "error", s->error >= 0 ? s->error : PETSC_INFINITY));
  PetscCall(TessJsonNumber(json, "step", s->step));
  PetscCall(TessJsonInt(json, "inner", s->inner));
  PetscCall(TessJsonNumber(json, "seconds", s->seconds));
  if (s->causal > 0)
    PetscCall(TessJsonNumber(json, "causal", s->causal));
  if (run->balance)
    PetscCall(Weights(run, json, run->balance + (size_t)i * run->ncond));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode History(AppRun *run, TessJson json)
{
  PetscFunctionBegin;
  PetscCall(TessJsonOpen(json, "history", '['));
  for (PetscInt i = 0; i < run->nstep; i++) {
    PetscCall(TessJsonOpen(json, NULL, '{'));
    PetscCall(AppRecordStep(run, json, i));
    PetscCall(TessJsonShut(json));
  }
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Seconds(AppRun *run, TessJson json)
{
  static const char *const stage[APP_SECONDS] = {"total",    "setup", "evaluate",
                                                 "assemble", "solve", "exchange"};
  PetscReal                seconds[APP_SECONDS], memory;

  PetscFunctionBegin;
  PetscCall(AppReportSeconds(run, seconds, &memory));
  PetscCall(TessJsonOpen(json, "seconds", '{'));
  for (PetscInt i = 0; i < APP_SECONDS; i++)
    PetscCall(TessJsonNumber(json, stage[i], seconds[i]));
  PetscCall(TessJsonShut(json));
  PetscCall(TessJsonNumber(json, "memory_mb", memory));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRecordHead(AppRun *run, TessJson json)
{
  TessProblem problem;
  PetscInt64  patches, parameters, points;
  PetscMPIInt size;
  const char *title;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->comm, &size));
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetSystem(problem, &run->sys)); /* a restart may have made another */
  PetscCall(TessProblemGetSizes(problem, &patches, &parameters, NULL, &points, NULL));
  PetscCall(TessProblemGetTitle(problem, &title));
  PetscCall(TessJsonText(json, "name", run->stem));
  PetscCall(TessJsonText(json, "title", title));
  PetscCall(TessJsonText(json, "version", TESS_VERSION));
  PetscCall(TessJsonInt(json, "ranks", size));
  PetscCall(TessJsonInt(json, "patches", patches));
  PetscCall(TessJsonInt(json, "parameters", parameters));
  PetscCall(TessJsonInt(json, "points", points));
  PetscCall(TessJsonOpen(json, "unknowns", '['));
  for (PetscInt i = 0; i < run->sys->nunknown; i++)
    PetscCall(TessJsonText(json, NULL, run->sys->unknown[i]));
  PetscCall(TessJsonShut(json));
  PetscCall(Options(json, run->options));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRecordWrite(AppRun *run)
{
  TessJson json;
  char     file[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCall(TessJsonCreate(&json));
  PetscCall(AppRecordHead(run, json));
  PetscCall(Errors(run, json));
  PetscCall(AppAccuracyRecord(run, json));
  PetscCall(Values(json, "estimated", run->nparam, (const char *const *)run->sys->param, run->param,
                   run->param_sd));
  PetscCall(Values(json, "observables", run->nobs, run->obsname, run->obs, run->obs_sd));
  PetscCall(AppJumpsRecord(run, json));
  PetscCall(TessJsonBool(json, "converged", (PetscBool)(run->reason > 0)));
  PetscCall(TessJsonText(json, "reason", TaoConvergedReasons[run->reason]));
  PetscCall(TessJsonInt(json, "iterations", run->iterations));
  PetscCall(Seconds(run, json));
  PetscCall(History(run, json));
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s.json", run->stem));
  PetscCall(TessJsonWrite(json, run->comm, file));
  PetscCall(TessJsonDestroy(&json));
  PetscFunctionReturn(PETSC_SUCCESS);
}
