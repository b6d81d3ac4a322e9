/* interior.c - in the open domain. */
#include "conditionimpl.h"

static PetscErrorCode ConditionPlace_Interior(TessCondition c, PetscInt round)
{
  PetscFunctionBegin;
  PetscCall(TessConditionDraw(c, -1, c->points, 1, round));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Interior(TessCondition c)
{
  PetscFunctionBegin;
  c->ops   = (TessConditionOps){.place = ConditionPlace_Interior};
  c->drawn = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
