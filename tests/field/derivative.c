/* Every entry of the field's jet is the derivative of the entry with one axis less; lap is the sum of second
 * derivatives. */
#include "field_test.h"

/* u [2][K][POINTS] of owned patch s at its points moved by h along axis */
static PetscErrorCode Moved(Glued *g, PetscInt s, const TessJet *jet, PetscInt axis, PetscReal h,
                            PetscReal u[])
{
  PetscReal   x[3 * POINTS];
  TessBinding b;

  PetscFunctionBegin;
  PetscCall(Points(g, s, x));
  for (PetscInt p = 0; p < POINTS; p++)
    x[axis * POINTS + p] += h;
  PetscCall(TessFieldBind(g->field, s, jet, POINTS, x, &b));
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  PetscCall(TessBindingDestroy(&b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* worst [K]: differences with step h against the entries, over the points of patch s, relative to the largest
 * value */
static PetscErrorCode Worst(Glued *g, PetscInt s, const TessJet *jet, PetscReal h, PetscReal worst[])
{
  const PetscInt size = 2 * jet->K * POINTS;
  PetscReal     *u, *lap, *up, *down;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(worst, jet->K));
  PetscCall(PetscCalloc4(size, &u, size, &lap, size, &up, size, &down));
  PetscCall(Moved(g, s, jet, 0, 0, u));
  for (PetscInt i = 0; i < jet->dim; i++) {
    PetscCall(Moved(g, s, jet, i, h, up));
    PetscCall(Moved(g, s, jet, i, -h, down));
    for (PetscInt k = 0; k < jet->K; k++) {
      const TessEntry *entry = &jet->entry[k];
      TessEntry        less  = {.order = entry->order - 1};
      PetscInt         below;

      if (entry->order < 1 || entry->axis[entry->order - 1] != i)
        continue;
      for (PetscInt j = 0; j < less.order; j++)
        less.axis[j] = entry->axis[j];
      PetscCall(TessJetFind(jet, &less, &below));
      for (PetscInt p = 0; p < 2 * POINTS; p++) {
        const PetscInt  at = (p / POINTS * jet->K + below) * POINTS + p % POINTS;
        const PetscReal d  = (up[at] - down[at]) / (2 * h);

        worst[k] = PetscMax(worst[k], PetscAbsReal(d - u[at + (k - below) * POINTS]));
      }
    }
    for (PetscInt p = 0; p < size && i < jet->space; p++)
      lap[p] += (up[p] - 2 * u[p] + down[p]) / (h * h);
  }
  for (PetscInt k = 0; k < jet->K; k++)
    for (PetscInt p = 0; p < 2 * POINTS && jet->entry[k].order == TESS_LAP; p++) {
      const PetscInt at = p / POINTS * jet->K * POINTS + p % POINTS;

      worst[k] = PetscMax(worst[k], PetscAbsReal(lap[at] - u[at + k * POINTS]));
    }
  for (PetscInt k = 0; k < jet->K; k++) {
    PetscReal most = 1;

    for (PetscInt p = 0; p < POINTS; p++)
      most = PetscMax(most, PetscAbsReal(u[k * POINTS + p]));
    worst[k] /= most;
  }
  PetscCall(PetscFree4(u, lap, up, down));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal coarse[TESS_JET_MAX], fine[TESS_JET_MAX];
  TessJet   jet;
  Glued     g;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < CASES; c++) {
    for (PetscInt e = 0; e < EXPERTS; e++) {
      PetscCall(RichJet(&cases[c], &jet));
      PetscCall(GluedCreate(PETSC_COMM_WORLD, &cases[c], experts[e], 2, &g));
      for (PetscInt s = 0; s < g.nowned; s++) {
        PetscCall(Worst(&g, s, &jet, 6e-4, coarse));
        PetscCall(Worst(&g, s, &jet, 3e-4, fine));
        for (PetscInt k = 1; k < jet.K; k++) {
          CHECK_BELOW("an entry is close to differences", fine[k], 1e-2);
          if (fine[k] > 1e-7)
            CHECK_ORDER("an entry is a derivative", 2, coarse[k], fine[k]);
        }
      }
      PetscCall(GluedDestroy(&g));
    }
  }
  return TessTestEnd();
}
