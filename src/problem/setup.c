/* setup.c - from the input to rows: domain, fields, points; a slab takes its initial rows from the one
 * before. */
#include "problemimpl.h"

/* Initial rows of a slab: what the residual is for the field before. */
static PetscErrorCode ContinuePrevious(TessProblem p)
{
  const char *type;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt      nset, neq;
    PetscInt64    n = 0, m = 0;
    TessPointSet *set;
    TessPde       pde;
    PetscReal    *x, *r;

    PetscCall(TessConditionGetType(p->condition[c], &type));
    if (strcmp(type, "initial"))
      continue;
    PetscCall(TessConditionGetSets(p->condition[c], &nset, &set));
    PetscCall(TessConditionGetPde(p->condition[c], &pde));
    PetscCall(TessConditionGetInfo(p->condition[c], NULL, &neq, NULL));
    for (PetscInt i = 0; i < nset; i++)
      n += set[i].n;
    PetscCall(PetscMalloc2(p->sys.dim * n, &x, neq * n, &r));
    for (PetscInt i = 0; i < nset; m += set[i++].n)
      for (PetscInt a = 0; a < p->sys.dim; a++)
        PetscCall(PetscArraycpy(x + a * n + m, set[i].x + (size_t)a * set[i].n, set[i].n));
    PetscCall(TessProblemSample(p->before, p->theta_before, pde, (PetscInt)n, x, r));
    m = 0;
    for (PetscInt i = 0; i < nset; m += set[i++].n)
      for (PetscInt q = 0; q < neq; q++)
        PetscCall(PetscArraycpy(set[i].target + (size_t)q * set[i].n, r + q * n + m, set[i].n));
    PetscCall(PetscFree2(x, r));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How the points go to the patches, for the balance of the ranks. */
static PetscErrorCode TellEven(TessProblem p)
{
  PetscReal rows[2] = {0, 0}; /* even, all */

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt   neq;
    PetscInt64 npoint;
    PetscBool  even;

    PetscCall(TessConditionGetInfo(p->condition[c], NULL, &neq, &npoint));
    PetscCall(TessConditionIsEven(p->condition[c], &even));
    rows[0] += even ? (PetscReal)neq * npoint : 0;
    rows[1] += (PetscReal)neq * npoint;
  }
  if (rows[1] > 0)
    PetscCall(TessDomainSetEven(p->sys.domain, rows[0] / rows[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetUp(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscSF     sf;
  PetscInt    nowned, offset = 0, np;

  PetscFunctionBegin;
  if (p->setup)
    PetscFunctionReturn(PETSC_SUCCESS);
  p->setup = PETSC_TRUE;
  PetscCall(TellEven(p));
  PetscCall(TessDomainSetUp(sys->domain));
  PetscCall(TessProblemEnrich(p));
  PetscCall(TessProblemEstimateMemory(p));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, &sys->nlocal));
  PetscCall(TessDomainGetSF(sys->domain, &sf));
  PetscCall(TessLayoutCreate(sys->comm, sf, nowned, sys->nlocal, sys->stride, NULL, sys->nparam, &p->layout));
  PetscCall(PetscCalloc2((size_t)sys->nlocal * sys->stride + sys->nparam, &p->local,
                         (size_t)sys->nlocal * sys->stride + sys->nparam, &p->g_local));
  for (PetscInt f = 0; f < sys->nfield; f++) {
    PetscCall(TessFieldCreate(sys->domain, p->expert[f],
                              TessKeyMake(TessKeyName(sys->key, "field"), (uint64_t)f), &sys->field[f]));
    PetscCall(TessFieldSetSmoothness(sys->field[f], p->smoothness));
    PetscCall(TessFieldSetLayout(sys->field[f], sys->stride, offset));
    if (p->enrich.n)
      PetscCall(TessFieldSetSingular(sys->field[f], p->enrich.n, p->enrich.singular));
    PetscCall(TessExpertGetSizes(p->expert[f], NULL, NULL, &np, NULL));
    offset += np;
  }
  PetscCall(TessProblemSetAnsatz(p));
  PetscCall(TessProblemLoadGiven(p));
  p->affine = p->linear;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    TessPde   pde;
    PetscBool affine;

    PetscCall(TessConditionPlace(p->condition[c], 0));
    PetscCall(TessConditionGetPde(p->condition[c], &pde));
    PetscCall(TessPdeIsAffine(pde, &affine));
    p->affine = (PetscBool)(p->affine && affine);
  }
  for (PetscInt i = 0; i < sys->nparam; i++)
    if (p->param[i].min > PETSC_MIN_REAL || p->param[i].max < PETSC_MAX_REAL)
      p->affine = PETSC_FALSE;
  PetscCall(TessProblemSetExact(p));
  for (PetscInt i = 0; i < p->nobservable; i++)
    PetscCall(TessConditionPlace(p->observable[i], 0));
  if (p->before)
    PetscCall(ContinuePrevious(p));
  for (PetscInt f = 0; f < sys->nfield && !p->affine; f++)
    PetscCall(TessFieldSetRepeated(sys->field[f], PETSC_TRUE));
  if (p->moving) {
    PetscCall(PetscCalloc1((size_t)sys->nlocal * sys->stride, &p->motion.rate));
    PetscCall(TessProblemActivate(p, PETSC_FALSE));
  }
  PetscCall(TessProblemListRows(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}
