/* periodic.c - two opposite faces meet (-<name>_on x,y: axes that are not periodic in the domain): rows
   E(x) - E(x + L e_axis) for points x of the lower face, E the equations of the condition; without any, E is
   the value of every unknown and its first derivative along the axes of -<name>_on. */
#include "conditionimpl.h"

/* The axes whose ends may meet: not the periodic ones, and not a time that is marched in slabs. */
static PetscErrorCode Allowed(TessCondition c, PetscBool allowed[], char **list)
{
  const TessSystem *sys = c->sys;
  const PetscReal  *lo, *hi;
  const PetscBool  *periodic;
  const char       *name[TESS_DIM_MAX];
  PetscInt          n = 0;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, &periodic));
  for (PetscInt a = 0; a < sys->dim; a++) {
    allowed[a] =
        (PetscBool)(!periodic[a] && (a < sys->space || (lo[a] == sys->time[0] && hi[a] == sys->time[1])));
    if (allowed[a])
      name[n++] = sys->axis[a];
  }
  TessCheckInput(n, sys->comm,
                 "condition \"%s\" is of type periodic, but all axes are periodic in the domain; see -%stype",
                 c->name, c->prefix);
  PetscCall(TessJoin(n, name, list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadAxes(TessCondition c)
{
  const TessSystem *sys = c->sys;
  PetscBool         allowed[TESS_DIM_MAX];
  PetscInt          n;
  char            **word, *list;

  PetscFunctionBegin;
  PetscCall(Allowed(c, allowed, &list));
  PetscCall(TessOptionsWords(NULL, c->prefix, "on", &n, &word));
  TessCheckInput(n, sys->comm,
                 "condition \"%s\" of type periodic needs the axis whose ends meet: set -%son to some of %s",
                 c->name, c->prefix, list);
  PetscCall(PetscMalloc1(n, &c->face));
  for (PetscInt i = 0; i < n; i++) {
    PetscInt a = 0;

    while (a < sys->dim && strcmp(word[i], sys->axis[a]))
      a++;
    TessCheckInput(a < sys->dim && allowed[a], sys->comm,
                   "condition \"%s\": the ends of \"%s\" cannot meet in a periodic condition, those of %s "
                   "can (not those of an axis that the domain repeats, nor time in slabs); see -%son",
                   c->name, word[i], list, c->prefix);
    for (PetscInt k = 0; k < c->nface; k++)
      TessCheckInput(c->face[k] != 2 * a, sys->comm, "condition \"%s\": -%son names the axis \"%s\" twice",
                     c->name, c->prefix, word[i]);
    c->face[c->nface++] = 2 * a;
    PetscCall(TessDomainSetLinked(sys->domain, a));
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &word));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u and u_x, ... of every unknown: the equations and their names. */
static PetscErrorCode DefaultEquations(TessCondition c)
{
  const TessSystem *sys = c->sys;
  char              where[PETSC_MAX_OPTION_NAME], text[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessSystemCreatePde(sys, &c->pde));
  PetscCall(PetscCalloc1((size_t)sys->nunknown * (1 + c->nface), &c->equation));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    for (PetscInt k = -1; k < c->nface; k++) {
      PetscCall(PetscSNPrintf(text, sizeof(text), k < 0 ? "%s" : "%s_%s", sys->unknown[i],
                              k < 0 ? "" : sys->axis[c->face[k] / 2]));
      PetscCall(PetscSNPrintf(where, sizeof(where), "-%sequations_%s", c->prefix, text));
      PetscCall(TessPdeAddEquation(c->pde, where, text));
      PetscCall(PetscStrallocpy(text, &c->equation[c->neq++]));
    }
  }
  PetscCall(TessPdeSetUp(c->pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionSetFromOptions_Periodic(TessCondition c)
{
  PetscInt n;
  char   **key, *text, *library;

  PetscFunctionBegin;
  PetscCall(ReadAxes(c));
  PetscCall(TessOptionsText(NULL, c->prefix, "equation", &text));
  PetscCall(TessOptionsText(NULL, c->prefix, "plugin", &library));
  PetscCall(TessOptionsKeys(NULL, c->prefix, "equations", &n, &key));
  if (!text && !library && !n)
    PetscCall(DefaultEquations(c));
  PetscCall(PetscFree(text));
  PetscCall(PetscFree(library));
  PetscCall(TessWordsDestroy(n, &key));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionPlace_Periodic(TessCondition c, PetscInt round)
{
  PetscFunctionBegin;
  PetscCall(TessConditionDrawFaces(c, round));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points of a set on the lower face, and the same ones on the upper face. */
static PetscErrorCode ConditionBind_Periodic(TessCondition c, TessPointSet *set)
{
  const TessSystem *sys     = c->sys;
  const PetscReal   sign[2] = {1, -1}, *hi;
  PetscReal        *x;
  PetscInt          axis = 0, opposite;
  TessPlan          plan[2];

  PetscFunctionBegin;
  while (set->normal[(size_t)axis * set->n] == 0)
    axis++;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, NULL, &hi, NULL));
  PetscCall(TessDomainGetOpposite(sys->domain, set->s, axis, &opposite));
  PetscCall(PetscMalloc1((size_t)sys->dim * set->n, &x));
  PetscCall(PetscArraycpy(x, set->x, (size_t)sys->dim * set->n));
  for (PetscInt p = 0; p < set->n; p++)
    x[(size_t)axis * set->n + p] = hi[axis];
  PetscCall(TessPlanCreate(sys, c->pde, set->s, set->n, set->x, NULL, &plan[0]));
  PetscCall(TessPlanCreate(sys, c->pde, opposite, set->n, x, NULL, &plan[1]));
  PetscCall(TessSidesCreate(c->neq * set->n, 2, sign, plan, &set->sides));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Periodic(TessCondition c)
{
  PetscFunctionBegin;
  c->ops = (TessConditionOps){.setfromoptions = ConditionSetFromOptions_Periodic,
                              .place          = ConditionPlace_Periodic,
                              .bind           = ConditionBind_Periodic};
  PetscFunctionReturn(PETSC_SUCCESS);
}
