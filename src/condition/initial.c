/* initial.c - at the lower end of the time axis; of a domain of space alone, where theta moves: everywhere.
 */
#include "conditionimpl.h"

static PetscErrorCode ConditionPlace_Initial(TessCondition c, PetscInt round)
{
  const PetscInt time = c->sys->dim - 1;

  PetscFunctionBegin;
  if (c->sys->motion)
    PetscCall(TessConditionDraw(c, -1, c->points, 1, round));
  else
    PetscCall(TessConditionDraw(c, 2 * time, c->sys->dim == 1 ? 1 : c->points, 1, round));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Initial(TessCondition c)
{
  PetscFunctionBegin;
  TessCheckInput(c->sys->space < c->sys->axes, c->sys->comm,
                 "condition \"%s\" is of type initial, but the domain has no time axis: add t to the domain",
                 c->name);
  c->ops = (TessConditionOps){.place = ConditionPlace_Initial};
  PetscFunctionReturn(PETSC_SUCCESS);
}
