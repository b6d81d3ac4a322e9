/* meshnames.c - names of the groups of a gmsh file of version 2.  Its elements carry the numbers of their
   entity and partition behind that of their group, and PETSc's named labels take all of them: so the sets by
   number, which know the first one alone, are named here. */
#include <petscdmplex.h>
#include <stdio.h>
#include "mesh.h"

PetscErrorCode TessMeshIsOld_Private(const char file[], PetscBool *old)
{
  FILE *f = fopen(file, "r");
  char  line[256];

  PetscFunctionBegin;
  *old = (PetscBool)(f && fgets(line, sizeof(line), f) && !strncmp(line, "$MeshFormat", 11) &&
                     fgets(line, sizeof(line), f) && line[0] == '2');
  if (f)
    (void)fclose(f);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points of a set by its number as a label of that name. */
static PetscErrorCode Name(DM dm, PetscInt dim, int of, int number, const char name[])
{
  const char     *set = of == dim ? "Cell Sets" : "Face Sets";
  const PetscInt *point;
  PetscInt        n;
  IS              is;
  DMLabel         label;

  PetscFunctionBegin;
  if (of != dim && of != dim - 1)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(DMGetStratumIS(dm, set, number, &is));
  if (!is)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(DMCreateLabel(dm, name));
  PetscCall(DMGetLabel(dm, name, &label));
  PetscCall(ISGetLocalSize(is, &n));
  PetscCall(ISGetIndices(is, &point));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(DMLabelSetValue(label, point[i], number));
  PetscCall(ISRestoreIndices(is, &point));
  PetscCall(ISDestroy(&is));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshNames_Private(const char file[], DM dm)
{
  static const char *const sets[] = {"Cell Sets", "Face Sets", "Edge Sets", "Vertex Sets"};
  char                     line[512], name[256];
  FILE                    *f;
  int                      of, number;
  PetscInt                 dim;
  PetscBool                named = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(DMGetDimension(dm, &dim));
  f = fopen(file, "r");
  while (f && fgets(line, sizeof(line), f) && strncmp(line, "$Nodes", 6))
    if (sscanf(line, "%d %d \"%255[^\"]\"", &of, &number, name) == 3) {
      PetscCall(Name(dm, dim, of, number, name));
      named = PETSC_TRUE;
    }
  if (f)
    (void)fclose(f);
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(sets) && named; i++)
    PetscCall(DMRemoveLabel(dm, sets[i], NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}
