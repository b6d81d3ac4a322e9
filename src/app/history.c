/* history.c - <stem>.jsonl, an object a line while the run goes on: the first says what runs, the others are
   its iterations.  A disk that does not take a line is told once and does not end the run. */
#include <stdio.h>
#include "run.h"

/* Rank 0. */
static PetscErrorCode Append(AppRun *run, TessJson json, PetscBool anew)
{
  char        file[PETSC_MAX_PATH_LEN], message[512];
  PetscMPIInt rank;
  PetscBool   ok;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  if (rank)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s.jsonl", run->stem));
  PetscCall(TessJsonAppend(json, file, anew, &ok, message, sizeof(message)));
  if (!ok && !run->unheard) {
    PetscCall(AppProgressClear(&run->progress));
    fprintf(stderr, "tessera: warning: the history has gaps: %s\n", message);
  }
  run->unheard = (PetscBool)!ok;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppHistoryBegin(AppRun *run, PetscBool anew)
{
  TessJson json;

  PetscFunctionBegin;
  PetscCall(TessJsonCreate(&json));
  PetscCall(AppRecordHead(run, json));
  PetscCall(Append(run, json, anew));
  PetscCall(TessJsonDestroy(&json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppHistoryStep(AppRun *run, TessMarch march, const PetscReal loss[])
{
  TessProblem    problem;
  TessCondition *condition;
  TessJson       json;
  PetscInt       n;
  const char    *name;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(march, run->step[run->nstep - 1].slab, &problem, NULL));
  PetscCall(TessProblemGetConditions(problem, &n, &condition));
  PetscCall(TessJsonCreate(&json));
  PetscCall(AppRecordStep(run, json, run->nstep - 1));
  PetscCall(TessJsonOpen(json, "losses", '{'));
  for (PetscInt c = 0; c < n; c++) {
    PetscCall(TessConditionGetName(condition[c], &name));
    PetscCall(TessJsonNumber(json, name, loss[c]));
  }
  PetscCall(TessJsonShut(json));
  PetscCall(Append(run, json, PETSC_FALSE));
  PetscCall(TessJsonDestroy(&json));
  PetscFunctionReturn(PETSC_SUCCESS);
}
