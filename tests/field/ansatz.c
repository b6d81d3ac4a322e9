/* On a face that an ansatz holds with power m, the field and its derivatives up to m - 1 along the normal are
 * those of G, whatever theta is; inside and on other faces they are not. */
#include "field_test.h"

/* Points of patch s moved onto face `face` of the box; false if its core does not touch it. */
static PetscErrorCode OnFace(Glued *g, PetscInt s, PetscInt face, PetscReal x[], PetscBool *touches)
{
  const PetscInt   a = face / 2;
  const PetscReal *lo, *hi;
  TessPatch        patch;

  PetscFunctionBegin;
  PetscCall(Points(g, s, x));
  PetscCall(TessDomainGetAxes(g->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  PetscCall(TessDomainGetPatch(g->domain, s, &patch));
  *touches = (PetscBool)(face % 2 ? patch.hi[a] == hi[a] : patch.lo[a] == lo[a]);
  for (PetscInt p = 0; p < POINTS; p++)
    x[a * POINTS + p] = face % 2 ? hi[a] : lo[a];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* error [5]: the largest distance of derivative q along the normal of the face from that of G */
static PetscErrorCode Distance(Glued *g, PetscInt s, PetscInt space, PetscInt face, PetscInt c, PetscReal x[],
                               PetscReal error[])
{
  TessBinding b;
  TessJet     jet;
  PetscInt    k;
  PetscReal  *u;

  PetscFunctionBegin;
  PetscCall(TessJetInit(&jet, g->dim, space));
  PetscCall(
      TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {face / 2, face / 2, face / 2, face / 2}}, NULL));
  PetscCall(PetscMalloc1(2 * jet.K * POINTS, &u));
  PetscCall(TessFieldBind(g->field, s, &jet, POINTS, x, &b));
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  PetscCall(TessBindingDestroy(&b));
  for (PetscInt q = 0; q <= TESS_ORDER_MAX; q++) {
    TessEntry entry = {.order = q};

    for (PetscInt i = 0; i < q; i++)
      entry.axis[i] = face / 2;
    PetscCall(TessJetFind(&jet, &entry, &k));
    error[q] = 0;
    for (PetscInt p = 0; p < POINTS; p++)
      error[q] = PetscMax(
          error[q], PetscAbsReal(u[(c * jet.K + k) * POINTS + p] - LiftValue(c, &jet, &entry, POINTS, x, p)));
  }
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Case *test, Glued *g, PetscInt s)
{
  PetscReal x[3 * POINTS], error[TESS_ORDER_MAX + 1];
  PetscBool touches = PETSC_FALSE;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < 2; c++)
    for (PetscInt face = 0; face < 2 * test->dim; face++) {
      const PetscInt m = test->power[c][face];

      PetscCall(OnFace(g, s, face, x, &touches));
      if (!touches)
        continue;
      PetscCall(Distance(g, s, test->space, face, c, x, error));
      for (PetscInt q = 0; q < m; q++)
        CHECK("the field is G on a held face, with as many derivatives as were asked for", error[q] == 0);
      CHECK("and has no more of G", error[m] > 1e-3);
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Glued g;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < CASES; c++) {
    for (PetscInt e = 0; e < EXPERTS && cases[c].ansatz; e++) {
      PetscCall(GluedCreate(PETSC_COMM_WORLD, &cases[c], experts[e], 2, &g));
      for (PetscInt s = 0; s < g.nowned; s++)
        PetscCall(Check(&cases[c], &g, s));
      PetscCall(GluedDestroy(&g));
    }
  }
  return TessTestEnd();
}
