/* A field that is used again says the same: values and rows from the basis that a binding keeps are those of
 * the experts, at any use. */
#include "field_test.h"

#define ROWS 2
#define USES 3

static PetscReal Far(PetscInt n, const PetscReal a[], const PetscReal b[])
{
  PetscReal far = 0, size = 1;

  for (PetscInt i = 0; i < n; i++) {
    far  = PetscMax(far, PetscAbsReal(a[i] - b[i]));
    size = PetscMax(size, PetscAbsReal(a[i]));
  }
  return far / size;
}

/* u [nu], and the rows of all experts, one panel after another, at the use of this number */
static PetscErrorCode Use(Glued *g, TessBinding b, PetscInt nu, const PetscReal u_bar[], PetscReal u[],
                          PetscReal rows[])
{
  const PetscInt *m;
  PetscInt        nexpert;

  PetscFunctionBegin;
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  PetscCall(TessBindingGetExperts(b, &nexpert, NULL, &m, NULL));
  for (PetscInt i = 0; i < nexpert; i++) {
    PetscCall(PetscArrayzero(rows, ROWS * m[i] * g->np));
    PetscCall(TessFieldRows(g->field, b, i, g->theta, ROWS, u_bar, ROWS * m[i], rows));
    rows += ROWS * m[i] * g->np;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPatch(Glued *g, const TessJet *jet, PetscInt s)
{
  const PetscInt  nu = g->ncomp * jet->K * POINTS;
  const PetscInt *m;
  PetscInt        nexpert, nrows = 0;
  PetscReal       x[3 * POINTS], *u_bar, *u, *again, *rows, *rows_again;
  TessBinding     once, often;
  PetscBool       wanted[TESS_JET_MAX] = {PETSC_FALSE};

  PetscFunctionBegin;
  wanted[2] = PETSC_TRUE;
  PetscCall(Points(g, s, x));
  PetscCall(TessFieldSetRepeated(g->field, PETSC_FALSE));
  PetscCall(TessFieldBind(g->field, s, jet, POINTS, x, &once));
  PetscCall(TessFieldBind(g->field, s, jet, POINTS, x, &often));
  PetscCall(TessBindingGetExperts(once, &nexpert, NULL, &m, NULL));
  for (PetscInt i = 0; i < nexpert; i++)
    nrows += ROWS * m[i] * g->np;
  PetscCall(PetscMalloc5(ROWS * nu, &u_bar, nu, &u, nu, &again, nrows, &rows, nrows, &rows_again));
  for (PetscInt i = 0; i < ROWS * nu; i++)
    u_bar[i] = i % 3 ? 2 * TessKeyUniform(31, (uint64_t)i) - 1 : 0;
  PetscCall(Use(g, once, nu, u_bar, u, rows));
  PetscCall(TessFieldSetRepeated(g->field, PETSC_TRUE));
  for (PetscInt use = 0; use < USES; use++) {
    PetscCall(Use(g, often, nu, u_bar, again, rows_again));
    CHECK_BELOW("values are the same at any use", Far(nu, u, again), 1e-12);
    PetscCall(TessFieldEvaluateSome(g->field, often, wanted, g->theta, again));
    for (PetscInt c = 0; c < g->ncomp; c++)
      CHECK_BELOW("so are those of one derivative alone",
                  Far(POINTS, u + (c * jet->K + 2) * POINTS, again + (c * jet->K + 2) * POINTS), 1e-12);
    CHECK_BELOW("so are rows", Far(nrows, rows, rows_again), 1e-12);
  }
  PetscCall(PetscFree5(u_bar, u, again, rows, rows_again));
  PetscCall(TessBindingDestroy(&once));
  PetscCall(TessBindingDestroy(&often));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Glued   g;
  TessJet jet;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < CASES; c++)
    for (PetscInt e = 0; e < EXPERTS; e++) {
      PetscCall(GluedCreate(PETSC_COMM_WORLD, &cases[c], experts[e], 2, &g));
      PetscCall(RichJet(&cases[c], &jet));
      for (PetscInt s = 0; s < PetscMin(g.nowned, 3); s++)
        PetscCall(CheckPatch(&g, &jet, s));
      PetscCall(GluedDestroy(&g));
    }
  return TessTestEnd();
}
