/* On a periodic domain the field and its derivatives are the same at both ends of the period, with 1, 2, 3
 * and 4 parts in it. */
#include "field_test.h"

#define MOST 8 /* patches along y times a few */

/* Adds to ends [side][patch of y][2][K][POINTS] what this rank has at the ends x = -1, 1 */
static PetscErrorCode Ends(Glued *g, const TessJet *jet, PetscInt parts, PetscReal ends[])
{
  const PetscInt size = 2 * jet->K * POINTS;
  PetscReal      x[3 * POINTS];
  TessBinding    b;
  TessPatch      patch;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < g->nowned; s++) {
    PetscCall(TessDomainGetPatch(g->domain, s, &patch));
    for (PetscInt side = 0; side < 2; side++) {
      const PetscInt row = (PetscInt)(patch.id / parts);

      if (patch.id % parts != (side ? parts - 1 : 0))
        continue;
      for (PetscInt p = 0; p < POINTS; p++) {
        x[p]          = side ? patch.hi[0] : patch.lo[0];
        x[POINTS + p] = patch.lo[1] + (patch.hi[1] - patch.lo[1]) * (PetscReal)p / (POINTS - 1);
      }
      PetscCall(TessFieldBind(g->field, s, jet, POINTS, x, &b));
      PetscCall(TessFieldEvaluate(g->field, b, g->theta, ends + (side * MOST + row) * size));
      PetscCall(TessBindingDestroy(&b));
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ends, (PetscMPIInt)(2 * MOST * size), MPIU_REAL, MPI_SUM,
                             PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal *ends;
  TessJet    jet;
  Glued      g;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt parts = 1; parts <= 4; parts++) {
    for (PetscInt e = 0; e < EXPERTS; e++) {
      const Case c = {.dim      = 2,
                      .space    = 2,
                      .parts    = {parts, 2},
                      .periodic = {PETSC_TRUE, parts % 2 ? PETSC_TRUE : PETSC_FALSE},
                      .overlap  = 0.25 * (PetscReal)parts,
                      .stretch  = 1.1};
      PetscInt   size;

      PetscCall(RichJet(&c, &jet));
      size = 2 * jet.K * POINTS;
      PetscCall(PetscCalloc1(2 * MOST * size, &ends));
      PetscCall(GluedCreate(PETSC_COMM_WORLD, &c, experts[e], 2, &g));
      PetscCall(Ends(&g, &jet, parts, ends));
      for (PetscInt k = 0; k < 2 * MOST * jet.K; k++) {
        PetscReal most = 1;

        for (PetscInt p = 0; p < POINTS; p++)
          most = PetscMax(most, PetscAbsReal(ends[k * POINTS + p]));
        for (PetscInt p = 0; p < POINTS; p++)
          CHECK_BELOW("both ends agree", ends[k * POINTS + p] - ends[MOST * size + k * POINTS + p],
                      1e-10 * most);
      }
      CHECK("there is a field", PetscAbsReal(ends[2]) > 1e-3);
      PetscCall(GluedDestroy(&g));
      PetscCall(PetscFree(ends));
    }
  }
  return TessTestEnd();
}
