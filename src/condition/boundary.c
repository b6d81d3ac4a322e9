/* boundary.c - on faces of the domain (-<name>_on x_min,y_max; default all faces of space), shared by area.
 */
#include "conditionimpl.h"

static PetscErrorCode ConditionPlace_Boundary(TessCondition c, PetscInt round)
{
  PetscInt64 *count;
  PetscReal  *part;

  PetscFunctionBegin;
  PetscCall(TessConditionReadFaces(c, PETSC_TRUE));
  PetscCall(PetscMalloc2(c->nface, &count, c->nface, &part));
  PetscCall(TessConditionShareFaces(c, count, part));
  for (PetscInt f = 0; f < c->nface; f++)
    PetscCall(TessConditionDraw(c, c->face[f], count[f], part[f], round));
  PetscCall(PetscFree2(count, part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Boundary(TessCondition c)
{
  PetscFunctionBegin;
  c->ops = (TessConditionOps){.place = ConditionPlace_Boundary};
  PetscFunctionReturn(PETSC_SUCCESS);
}
