/* The field at the points of a patch does not depend on the number of ranks, bit by bit. */
#include "field_test.h"

/* u [2][K][POINTS] of owned patch s */
static PetscErrorCode Values(Glued *g, PetscInt s, const TessJet *jet, PetscReal u[])
{
  PetscReal   x[3 * POINTS];
  TessBinding b;

  PetscFunctionBegin;
  PetscCall(Points(g, s, x));
  PetscCall(TessFieldBind(g->field, s, jet, POINTS, x, &b));
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  PetscCall(TessBindingDestroy(&b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Glued      shared, alone;
  PetscReal *u, *v, most;
  TessPatch  patch;
  TessJet    jet;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < CASES; c++) {
    for (PetscInt e = 0; e < EXPERTS; e++) {
      PetscCall(RichJet(&cases[c], &jet));
      PetscCall(PetscMalloc2(2 * jet.K * POINTS, &u, 2 * jet.K * POINTS, &v));
      PetscCall(GluedCreate(PETSC_COMM_WORLD, &cases[c], experts[e], 2, &shared));
      PetscCall(GluedCreate(PETSC_COMM_SELF, &cases[c], experts[e], 2, &alone));
      for (PetscInt s = 0; s < shared.nowned; s++) {
        PetscCall(TessDomainGetPatch(shared.domain, s, &patch));
        PetscCall(Values(&shared, s, &jet, u));
        PetscCall(Values(&alone, (PetscInt)patch.id, &jet, v)); /* one rank owns all, by natural number */
        most = 0;
        for (PetscInt i = 0; i < 2 * jet.K * POINTS; i++) {
          CHECK("the same on one rank", u[i] == v[i]);
          most = PetscMax(most, PetscAbsReal(u[i]));
        }
        CHECK("there is a field", most > 0.1);
      }
      PetscCall(GluedDestroy(&shared));
      PetscCall(GluedDestroy(&alone));
      PetscCall(PetscFree2(u, v));
    }
  }
  return TessTestEnd();
}
