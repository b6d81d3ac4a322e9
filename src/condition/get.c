/* get.c - what others ask of a condition, and whether it takes part. */
#include "conditionimpl.h"

PetscErrorCode TessConditionGetName(TessCondition c, const char *name[])
{
  PetscFunctionBegin;
  *name = c->name;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetEquations(TessCondition c, const char *const **names)
{
  PetscFunctionBegin;
  *names = (const char *const *)c->equation;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetPde(TessCondition c, TessPde *pde)
{
  PetscFunctionBegin;
  *pde = c->pde;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetType(TessCondition c, const char *type[])
{
  PetscFunctionBegin;
  *type = c->type;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionSetActive(TessCondition c, PetscBool active)
{
  PetscFunctionBegin;
  c->idle = (PetscBool)!active;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetEnforce(TessCondition c, TessEnforce *enforce)
{
  PetscFunctionBegin;
  *enforce = (TessEnforce)c->enforce;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionSetHeld(TessCondition c)
{
  PetscFunctionBegin;
  c->held = c->idle = PETSC_TRUE;
  c->npoint         = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetInfo(TessCondition c, PetscBool *border, PetscInt *neq, PetscInt64 *npoint)
{
  PetscFunctionBegin;
  if (border)
    *border = c->border;
  if (neq)
    *neq = c->idle ? 0 : c->neq;
  if (npoint)
    *npoint = c->npoint < 0 ? c->points : c->npoint;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionIsEven(TessCondition c, PetscBool *even)
{
  PetscFunctionBegin;
  *even = (PetscBool)(c->even != 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetSets(TessCondition c, PetscInt *nset, TessPointSet **set)
{
  PetscFunctionBegin;
  *nset = c->idle ? 0 : c->nset;
  *set  = c->set;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetNoise(TessCondition c, PetscReal noise[])
{
  PetscFunctionBegin;
  for (PetscInt q = 0; q < c->neq && !c->idle; q++)
    noise[q] =
        !strcmp(c->type, "data") && c->npoint > 0 ? c->weight[q] * c->balance * c->part / c->npoint : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
