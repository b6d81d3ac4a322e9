/* robin.c - what the patches on either side of a face see of an interface condition when they are solved one
   by one: the lower one slope + p value, the upper one slope - p value, both of the difference over the face
   and outward of themselves (Lions 1990), p the option -<name>_robin.  Rows of all other terms are left to
   the whole. */
#include "interface.h"

/* Number k of the equations of a term; -1: there is none. */
static PetscInt Equation(TessCondition c, PetscInt term, PetscInt k)
{
  const Interface *face = c->data;

  for (PetscInt q = 0; q < c->neq; q++)
    if (face->term[q] == term && !k--)
      return q;
  return -1;
}

/* Equations a and b of unknown i: values and slopes, or the two rows of robin. */
static PetscBool Pair(TessCondition c, PetscInt i, PetscInt *a, PetscInt *b, PetscBool *robin)
{
  *a     = Equation(c, ROBIN, 2 * i);
  *b     = Equation(c, ROBIN, 2 * i + 1);
  *robin = (PetscBool)(*a >= 0 && *b >= 0);
  if (*robin)
    return PETSC_TRUE;
  *a = Equation(c, VALUE, i);
  *b = Equation(c, FLUX, i);
  if (*b < 0)
    *b = Equation(c, NORMAL, i);
  return (PetscBool)(*a >= 0 && *b >= 0);
}

/* Unit combinations of scaled rows. */
static TessSplit Outward(const TessPointSet *set, PetscInt a, PetscInt b, PetscInt p, PetscReal robin,
                         PetscBool given)
{
  const PetscReal v      = given ? 1 : robin / set->scale[(size_t)a * set->n + p],
                  s      = given ? 0 : 1 / set->scale[(size_t)b * set->n + p],
                  length = PetscSqrtReal(v * v + s * s);

  return (TessSplit){.a     = set->row + a * set->n + p,
                     .b     = set->row + b * set->n + p,
                     .own   = {v / length, s / length},
                     .other = {given ? 0 : v / length, given ? 1 : -s / length}};
}

PetscErrorCode ConditionSplits_Interface(TessCondition c, const TessPointSet *set, PetscInt *n,
                                         TessSplit split[])
{
  const Interface *face = c->data;
  PetscBool       *seen, robin;
  PetscInt         nexpert, a, b;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(TessPointSetGetExperts(set, &nexpert, NULL, NULL, NULL));
  PetscCall(PetscCalloc1(c->neq, &seen));
  for (PetscInt i = 0; i < c->sys->nunknown && nexpert > 1; i++) { /* one expert alone meets itself */
    if (!Pair(c, i, &a, &b, &robin) || set->scale[(size_t)a * set->n] == 0 ||
        set->scale[(size_t)b * set->n] == 0)
      continue;
    seen[a] = seen[b] = PETSC_TRUE;
    for (PetscInt p = 0; p < set->n; p++)
      split[(*n)++] = Outward(set, a, b, p, face->robin, robin);
  }
  for (PetscInt q = 0; q < c->neq && *n; q++)
    for (PetscInt p = 0; p < set->n && !seen[q]; p++)
      split[(*n)++] = (TessSplit){.a = set->row + q * set->n + p, .b = -1};
  PetscCall(PetscFree(seen));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetSplits(TessCondition c, const TessPointSet *set, PetscInt *n,
                                      TessSplit split[])
{
  PetscFunctionBegin;
  *n = 0;
  if (c->ops.splits)
    PetscCall((*c->ops.splits)(c, set, n, split));
  PetscFunctionReturn(PETSC_SUCCESS);
}
