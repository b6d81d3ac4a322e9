/* jumps.c - how far the sides of interfaces are apart at the end of a run, of its last slab. */
#include "run.h"

/* Calls `tell` for every term of every interface. */
static PetscErrorCode
Each(AppRun *run, PetscErrorCode (*tell)(void *, const char[], const char[], PetscReal, PetscReal), void *ctx)
{
  PetscInt           nslab, ncond, n;
  const char *const *term;
  TessCondition     *condition;
  TessProblem        problem;
  Vec                theta;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlabs(run->march, &nslab, NULL));
  PetscCall(TessMarchGetSlab(run->march, nslab - 1, &problem, &theta));
  PetscCall(TessProblemGetConditions(problem, &ncond, &condition));
  for (PetscInt c = 0; c < ncond && theta; c++) {
    PetscReal  *rms, *most;
    const char *name;

    PetscCall(TessConditionGetName(condition[c], &name));
    PetscCall(TessProblemGetJumps(problem, theta, c, &n, &term, NULL, NULL));
    PetscCall(PetscMalloc2(n, &rms, n, &most));
    if (n)
      PetscCall(TessProblemGetJumps(problem, theta, c, &n, &term, rms, most));
    for (PetscInt q = 0; q < n; q++)
      PetscCall(tell(ctx, name, term[q], rms[q], most[q]));
    PetscCall(PetscFree2(rms, most));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Print(void *ctx, const char name[], const char term[], PetscReal rms, PetscReal most)
{
  MPI_Comm *comm = ctx;

  PetscFunctionBegin;
  PetscCall(PetscPrintf(*comm, "jump of %s, %s: %.2e in root mean square, %.2e at most\n", name, term,
                        (double)rms, (double)most));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Keep(void *json, const char name[], const char term[], PetscReal rms, PetscReal most)
{
  PetscFunctionBegin;
  PetscCall(TessJsonOpen(json, NULL, '{'));
  PetscCall(TessJsonText(json, "condition", name));
  PetscCall(TessJsonText(json, "term", term));
  PetscCall(TessJsonNumber(json, "rms", rms));
  PetscCall(TessJsonNumber(json, "max", most));
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppJumpsReport(AppRun *run)
{
  PetscFunctionBegin;
  PetscCall(Each(run, Print, &run->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppJumpsRecord(AppRun *run, TessJson json)
{
  PetscFunctionBegin;
  PetscCall(TessJsonOpen(json, "jumps", '['));
  PetscCall(Each(run, Keep, json));
  PetscCall(TessJsonShut(json));
  PetscFunctionReturn(PETSC_SUCCESS);
}
