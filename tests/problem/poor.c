/* Patches that fewer rows meet than they have coefficients are counted, and the poorest is named: none where
   points are many, all where they are few; on any number of ranks. */
#include "../catalogue/catalogue.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "parts_x 4",
                                      "overlap 0.2",
                                      "conditions inside,ends",
                                      "inside_type interior",
                                      "inside_equation u_xx = 1",
                                      "inside_sampling grid",
                                      "ends_type boundary",
                                      "ends_equation u = 0",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 20",
                                      NULL};

static PetscErrorCode Poor(MPI_Comm comm, const char prefix[], const char points[], PetscInt64 found[4])
{
  TessProblem p;
  PetscInt    coefficients;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSetAll(prefix, (const char *const[]){points, NULL}));
  PetscCall(CatalogueProblem(comm, prefix, &p));
  PetscCall(TessProblemGetPoor(p, &found[0], &found[1], &found[2], &coefficients));
  found[3] = coefficients;
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt64 found[4], alone[4];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Poor(PETSC_COMM_WORLD, "many_", "inside_points 300", found));
  CHECK("many points", !found[0] && found[3] == 21);
  PetscCall(Poor(PETSC_COMM_WORLD, "few_", "inside_points 40", found));
  PetscCall(Poor(PETSC_COMM_SELF, "few_", "inside_points 40", alone));
  CHECK("few points", found[0] == 4 && found[1] >= 0 && found[1] < 4);
  CHECK("those of the patch and of its neighbours' overlap", found[2] > 10 && found[2] < 21);
  for (PetscInt i = 0; i < 4; i++)
    CHECK("the same on any number of ranks", found[i] == alone[i]);
  return TessTestEnd();
}
