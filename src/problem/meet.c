/* meet.c - where two held faces meet their expressions must agree: no smooth function has both values. */
#include "problemimpl.h"

#define POINTS 100     /* where two faces are compared, and where their values are measured */
#define TOLERANCE 1e-8 /* of the largest value on them */

/* POINTS points of the box, those along `axis` moved to a face. */
static void MoveTo(const PetscReal lo[], const PetscReal hi[], PetscInt face, PetscReal x[])
{
  for (PetscInt i = 0; i < POINTS; i++)
    x[(size_t)(face / 2) * POINTS + i] = face % 2 ? hi[face / 2] : lo[face / 2];
}

/* The values of two holds, the lower one differentiated in time if the other is a derivative. */
static PetscErrorCode Values(const TessHold *low, const TessHold *high, PetscInt time, const PetscReal x[],
                             PetscReal a[], PetscReal b[])
{
  const TessEntry value = {.order = 0}, rate = {.order = 1, .axis = {time}};

  PetscFunctionBegin;
  PetscCall(TessConditionPrescribe(low->condition, low->q, high->order ? &rate : &value, POINTS, x, a));
  PetscCall(TessConditionPrescribe(high->condition, high->q, &value, POINTS, x, b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPair(TessProblem p, PetscInt unknown, const TessHold *low, const TessHold *high,
                                PetscReal x[])
{
  const TessSystem *sys = &p->sys;
  const PetscReal  *lo, *hi;
  PetscReal         a[POINTS], b[POINTS], scale = 0;
  PetscInt          worst = 0;
  const char       *names[2];
  char              where[256] = "";

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt k = 0; k < sys->dim * POINTS; k++)
    x[k] = lo[k / POINTS] + (hi[k / POINTS] - lo[k / POINTS]) * TessKeyUniform(sys->key, (uint64_t)k);
  MoveTo(lo, hi, high->face, x);
  PetscCall(Values(low, high, sys->dim - 1, x, a, b));
  for (PetscInt i = 0; i < POINTS; i++)
    scale = PetscMax(scale, PetscMax(PetscAbsReal(a[i]), PetscAbsReal(b[i])));
  MoveTo(lo, hi, low->face, x);
  PetscCall(Values(low, high, sys->dim - 1, x, a, b));
  for (PetscInt i = 0; i < POINTS; i++)
    if (!(PetscAbsReal(a[i] - b[i]) <= PetscAbsReal(a[worst] - b[worst])))
      worst = i;
  for (PetscInt d = 0; d < PetscMin(sys->dim, 6); d++) {
    const size_t len = strlen(where);

    PetscCall(PetscSNPrintf(where + len, sizeof(where) - len, "%s%s = %.6g", d ? ", " : "", sys->axis[d],
                            (double)x[(size_t)d * POINTS + worst]));
  }
  PetscCall(TessConditionGetName(low->condition, &names[0]));
  PetscCall(TessConditionGetName(high->condition, &names[1]));
  TessCheckInput(
      PetscAbsReal(a[worst] - b[worst]) <= TOLERANCE * scale, sys->comm,
      "conditions \"%s\" and \"%s\" give %s%s the values %.10g and %.10g where their faces meet, at %s: no "
      "ansatz takes both; make them agree, or take weight for one of -%s%s_enforce and -%s%s_enforce",
      names[0], names[1], sys->unknown[unknown], high->order ? "_t" : "", (double)a[worst], (double)b[worst],
      where, p->prefix, names[0], p->prefix, names[1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCheckMeeting(TessProblem p, PetscInt unknown)
{
  const TessAnsatz *a = &p->ansatz[unknown];
  PetscReal        *x;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)p->sys.dim * POINTS, &x));
  for (PetscInt i = 0; i < a->nhold; i++)
    for (PetscInt k = i + 1; k < a->nhold; k++)
      if (a->hold[i].face / 2 != a->hold[k].face / 2)
        PetscCall(CheckPair(p, unknown, &a->hold[i], &a->hold[k], x));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}
