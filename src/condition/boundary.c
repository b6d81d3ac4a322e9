/* boundary.c - on faces of the domain (-<name>_on x_min,y_max; default all faces of space), shared by area.
 */
#include "conditionimpl.h"

static PetscErrorCode ConditionPlace_Boundary(TessCondition c, PetscInt round)
{
  PetscFunctionBegin;
  PetscCall(TessConditionReadFaces(c, PETSC_TRUE));
  PetscCall(TessConditionDrawFaces(c, round));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Boundary(TessCondition c)
{
  PetscFunctionBegin;
  c->ops = (TessConditionOps){.place = ConditionPlace_Boundary};
  PetscFunctionReturn(PETSC_SUCCESS);
}
