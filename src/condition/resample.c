/* resample.c - points drawn anew where the residual is large. */
#include "conditionimpl.h"

/* Candidates are uniform in what the domain has of a patch. */
static PetscErrorCode Uniform(void *ctx, TessKey key, PetscInt dim, const PetscReal lo[],
                              const PetscReal hi[], PetscInt n, PetscReal x[])
{
  (void)ctx;
  return TessSampleBox(TESS_SAMPLE_UNIFORM, key, dim, lo, hi, n, x);
}

/* One half of the points stays, so that nowhere is forgotten; the other half is picked from factor n new
 * candidates and itself, with chances that grow with |residual|: points that still matter survive (compare
 * Daw et al., Retain-Resample-Release sampling, ICML 2023). */
static PetscErrorCode ResampleSet(TessCondition c, TessPointSet *set, PetscInt round, PetscInt factor,
                                  const PetscReal local[])
{
  const PetscInt step = c->sampling == TESS_SAMPLE_GRID ? 2 : 1; /* half of a grid is every other point */
  const PetscInt n = set->n, stay = (n + 1) / 2, old = n - stay, first = step == 2 ? 1 : stay,
                 fresh = factor * n, m = fresh + old, dim = c->sys->dim;
  PetscReal *x, *drawn, *r, *score;
  PetscInt  *pick;
  TessPatch  patch;
  TessPlan   plan;
  TessKey    key;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(c->sys->domain, set->s, &patch));
  key = TessKeyMake(TessKeyMake(TessKeyName(c->sys->key, c->name), (uint64_t)patch.id), (uint64_t)round);
  PetscCall(PetscMalloc5((size_t)dim * m, &x, (size_t)dim * fresh, &drawn, (size_t)c->neq * m, &r, m, &score,
                         old, &pick));
  PetscCall(TessDomainDrawIn(c->sys->domain, set->s, &(TessBoxSampler){.draw = Uniform}, key, fresh, drawn));
  for (PetscInt a = 0; a < dim; a++) {
    PetscCall(PetscArraycpy(x + (size_t)a * m, drawn + (size_t)a * fresh, fresh));
    for (PetscInt p = 0; p < old; p++)
      x[(size_t)a * m + fresh + p] = set->x[(size_t)a * n + first + step * p];
  }
  PetscCall(TessPlanCreate(c->sys, c->pde, set->s, m, x, NULL, &plan));
  PetscCall(TessPlanEvaluate(plan, local, PETSC_FALSE, r));
  PetscCall(TessPlanDestroy(&plan));
  for (PetscInt p = 0; p < m; p++) {
    score[p] = 0;
    for (PetscInt q = 0; q < c->neq; q++)
      score[p] += c->weight[q] * PetscSqr(r[(size_t)q * m + p]);
    score[p] = PetscIsInfOrNanReal(score[p]) ? 0 : PetscSqrtReal(score[p]);
  }
  PetscCall(TessSampleByScore(TessKeyName(key, "pick"), m, score, 1, old, pick));
  for (PetscInt a = 0; a < dim; a++)
    for (PetscInt p = 0; p < old; p++)
      set->x[(size_t)a * n + first + step * p] = x[(size_t)a * m + pick[p]];
  PetscCall(PetscFree5(x, drawn, r, score, pick));
  PetscCall(TessConditionPrepare(c, set));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionResample(TessCondition c, PetscInt round, PetscInt factor,
                                     const PetscReal local[])
{
  PetscFunctionBegin;
  if (!c->drawn)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < c->nset; i++)
    PetscCall(ResampleSet(c, &c->set[i], round, factor, local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionIsDrawn(TessCondition c, PetscBool *drawn)
{
  PetscFunctionBegin;
  *drawn = c->drawn;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionMovePoints(TessCondition c)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < c->nset; i++)
    PetscCall(TessConditionPrepare(c, &c->set[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}
