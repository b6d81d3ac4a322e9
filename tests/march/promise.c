/* Every problem of the catalogue, trained, keeps its promise: the relative L2 error against the exact
 * solution. */
#include "march_test.h"

static PetscErrorCode Check(const Entry *e)
{
  static const char *const unknown[] = {"u", "v"};
  char                     prefix[64], line[256];
  PetscReal                l2[2], max[2];
  PetscInt                 its;
  TaoConvergedReason       reason;
  TessMarch                m;

  PetscFunctionBegin;
  PetscCall(CatalogueOptions(e, sizeof(prefix), prefix));
  for (PetscInt i = 0; i < 2 && e->exact[i]; i++) {
    PetscCall(PetscSNPrintf(line, sizeof(line), "reference_%s %s", unknown[i], e->exact[i]));
    PetscCall(CatalogueSet(prefix, line));
  }
  PetscCall(CatalogueSet(prefix, "reference_points 2000"));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, l2, max));
  PetscCall(TessMarchGetConverged(m, &reason, &its));
  for (PetscInt i = 0; i < 2 && e->exact[i]; i++) {
    CHECK("an error is known", l2[i] >= 0 && max[i] >= 0);
    CHECK_BELOW("the promise is kept", l2[i], e->promise);
    if (!(l2[i] <= e->promise))
      fprintf(stderr, "  %s, unknown %s, %d iterations, reason %d\n", e->name, unknown[i], (int)its,
              (int)reason);
  }
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt i = 0; i < CATALOGUE_SIZE; i++)
    PetscCall(Check(&catalogue[i]));
  return TessTestEnd();
}
