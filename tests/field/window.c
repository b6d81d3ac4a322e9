/* Experts that are pieces of one linear function glue to that function: values to round-off, derivatives of
 * the windows cancel. */
#include "field_test.h"

/* Parameters of owned patch s that give U_c = c + 1 + sum_i (i + 1 - c) slope x_i, found from the jets of
   unit parameters at the centre of the support. */
static PetscErrorCode Fit(Glued *g, PetscInt s, PetscReal slope)
{
  PetscReal  centre[3], scale[3], at[3] = {0}, one[3] = {1, 1, 1}, u[2 * 4];
  PetscReal *theta = g->theta + s * g->stride + BEFORE, *unit;
  TessPatch  patch;
  TessJet    jet;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(g->domain, s, &patch));
  PetscCall(TessJetInit(&jet, g->dim, g->dim));
  for (PetscInt i = 0; i < g->dim; i++) {
    const PetscReal lo = patch.lo[i] - patch.dlo[i] / 2, hi = patch.hi[i] + patch.dhi[i] / 2;

    centre[i] = (lo + hi) / 2;
    scale[i]  = 2 / (hi - lo);
    PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 1, .axis = {i}}, NULL));
  }
  PetscCall(PetscCalloc1(g->np, &unit));
  for (PetscInt j = 0; j < g->np; j++) {
    unit[j] = 1;
    PetscCall(
        TessExpertEvaluate(g->expert, unit, NULL, &jet, &(TessPoints){.n = 1, .x = at, .scale = one}, u));
    unit[j]  = 0;
    theta[j] = 0;
    for (PetscInt c = 0; c < 2; c++) {
      const PetscReal *uc = u + c * jet.K;

      theta[j] += uc[0] * (c + 1);
      for (PetscInt i = 0; i < g->dim; i++) {
        const PetscReal b = slope * (PetscReal)(i + 1 - c);

        theta[j] += uc[0] * b * centre[i] + uc[i + 1] * b / scale[i];
      }
    }
  }
  PetscCall(PetscFree(unit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(Glued *g, const Case *c, PetscInt s, PetscReal slope)
{
  PetscReal   x[3 * POINTS], *u;
  TessBinding b;
  TessJet     jet;

  PetscFunctionBegin;
  PetscCall(RichJet(c, &jet));
  PetscCall(Points(g, s, x));
  PetscCall(PetscMalloc1(2 * jet.K * POINTS, &u));
  PetscCall(TessFieldBind(g->field, s, &jet, POINTS, x, &b));
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  for (PetscInt k = 0; k < 2 * jet.K; k++) {
    const PetscInt   comp  = k / jet.K;
    const TessEntry *entry = &jet.entry[k % jet.K];
    const PetscReal  bound = entry->order <= 0   ? 1e-13
                             : entry->order == 1 ? 1e-12
                             : entry->order == 2 ? 1e-10
                                                 : 1e-7;

    for (PetscInt p = 0; p < POINTS; p++) {
      PetscReal exact = entry->order == 0 ? comp + 1 : 0;

      for (PetscInt i = 0; i < g->dim; i++) {
        if (entry->order == 0)
          exact += slope * (PetscReal)(i + 1 - comp) * x[i * POINTS + p];
        if (entry->order == 1 && entry->axis[0] == i)
          exact = slope * (PetscReal)(i + 1 - comp);
      }
      CHECK_BELOW("the field is linear", u[k * POINTS + p] - exact, entry->order == TESS_LAP ? 1e-10 : bound);
    }
  }
  PetscCall(TessBindingDestroy(&b));
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Glued g;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < CASES && !cases[c].ansatz; c++) {
    for (PetscInt smooth = 3; smooth <= 5; smooth += 2) {
      const PetscReal slope = cases[c].periodic[0] ? 0 : 0.3; /* what has a period must be constant */

      PetscCall(GluedCreate(PETSC_COMM_WORLD, &cases[c],
                            "-expert_type polynomial -expert_polynomial_degree 1", 2, &g));
      PetscCall(TessFieldSetSmoothness(g.field, smooth));
      for (PetscInt s = 0; s < g.nowned; s++)
        PetscCall(Fit(&g, s, slope));
      PetscCall(Exchange(&g));
      for (PetscInt s = 0; s < g.nowned; s++)
        PetscCall(Check(&g, &cases[c], s, slope));
      PetscCall(GluedDestroy(&g));
    }
  }
  return TessTestEnd();
}
