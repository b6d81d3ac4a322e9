/* Pullback is the adjoint of Evaluate (exactly where u is linear, else to second order), and Rows are
 * Pullback point by point. */
#include "field_test.h"

#define ROWS 2

static PetscReal Dot(PetscInt n, const PetscReal a[], const PetscReal b[])
{
  PetscReal sum = 0;

  for (PetscInt i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static void Fill(TessKey key, PetscInt n, PetscReal a[])
{
  for (PetscInt i = 0; i < n; i++)
    a[i] = 2 * TessKeyUniform(key, (uint64_t)i) - 1;
}

/* phi(theta) = <u_bar, u(theta)>:  |phi(theta + h d) - phi(theta) - h <g, d>| */
static PetscErrorCode Remainder(Glued *g, TessBinding b, PetscInt nu, const PetscReal u_bar[],
                                const PetscReal d[], PetscReal slope, PetscReal h, PetscReal *remainder)
{
  const PetscInt n = g->nlocal * g->stride;
  PetscReal     *u, *moved, phi;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(nu, &u, n, &moved));
  for (PetscInt i = 0; i < n; i++)
    moved[i] = g->theta[i] == POISON ? POISON : g->theta[i] + h * d[i];
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  phi = Dot(nu, u_bar, u);
  PetscCall(TessFieldEvaluate(g->field, b, moved, u));
  *remainder = PetscAbsReal(Dot(nu, u_bar, u) - phi - h * slope);
  PetscCall(PetscFree2(u, moved));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPullback(Glued *g, TessBinding b, PetscInt nu)
{
  const PetscInt n = g->nlocal * g->stride;
  PetscReal     *u_bar, *u, *gradient, *d, size, slope, coarse, fine;
  PetscBool      linear;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(nu, &u_bar, nu, &u, n, &gradient, n, &d));
  Fill(21, nu, u_bar);
  Fill(22, n, d);
  for (PetscInt i = 0; i < n; i++)
    gradient[i] = 1; /* Pullback adds */
  PetscCall(TessFieldPullback(g->field, b, g->theta, u_bar, gradient));
  for (PetscInt i = 0; i < n; i++) {
    CHECK("foreign parameters get no gradient", g->theta[i] != POISON || gradient[i] == 1);
    gradient[i] -= 1;
  }
  slope = Dot(n, gradient, d);
  PetscCall(TessFieldEvaluate(g->field, b, g->theta, u));
  size = PetscSqrtReal(Dot(nu, u, u) * Dot(nu, u_bar, u_bar));
  PetscCall(TessExpertIsLinear(g->expert, &linear));
  if (linear) {
    PetscReal before; /* what an ansatz adds */

    PetscCall(PetscArrayzero(gradient, n));
    PetscCall(TessFieldEvaluate(g->field, b, gradient, u));
    before = Dot(nu, u_bar, u);
    PetscCall(TessFieldEvaluate(g->field, b, d, u));
    CHECK_BELOW("<u_bar, E d> = <E^T u_bar, d>", Dot(nu, u_bar, u) - before - slope, 1e-12 * size);
  } else {
    PetscCall(Remainder(g, b, nu, u_bar, d, slope, 2e-4, &coarse));
    PetscCall(Remainder(g, b, nu, u_bar, d, slope, 1e-4, &fine));
    if (fine > 1e-11 * size)
      CHECK_ORDER("what is left of Taylor's formula is of second order", 2, coarse, fine);
  }
  PetscCall(PetscFree4(u_bar, u, gradient, d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* J^T r from the panels against Pullback of u_bar[q] r[q] */
static PetscErrorCode CheckRows(Glued *g, TessBinding b, const TessJet *jet)
{
  const PetscInt  nu = g->ncomp * jet->K * POINTS, n = g->nlocal * g->stride;
  const PetscInt *e, *m, *const *index;
  PetscInt   nexpert;
  PetscReal *u_bar, *all, *r, *gradient, size = 0;

  PetscFunctionBegin;
  PetscCall(PetscCalloc4(ROWS * nu, &u_bar, nu, &all, ROWS * POINTS, &r, n, &gradient));
  Fill(31, ROWS * nu, u_bar);
  Fill(32, ROWS * POINTS, r);
  PetscCall(PetscArrayzero(u_bar, POINTS)); /* an entry that no row uses */
  for (PetscInt q = 0; q < ROWS; q++)
    for (PetscInt i = 0; i < nu; i++)
      all[i] += r[q * POINTS + i % POINTS] * u_bar[q * nu + i];
  PetscCall(TessFieldPullback(g->field, b, g->theta, all, gradient));
  for (PetscInt i = 0; i < n; i++)
    size = PetscMax(size, PetscAbsReal(gradient[i]));
  PetscCall(TessBindingGetExperts(b, &nexpert, &e, &m, &index));
  for (PetscInt i = 0; i < nexpert; i++) {
    const PetscInt ld = ROWS * m[i] + 4;
    PetscReal     *rows;

    CHECK("no expert stands twice", !i || e[i] != e[i - 1]);
    PetscCall(PetscMalloc1(ld * g->np, &rows));
    for (PetscInt j = 0; j < ld * g->np; j++)
      rows[j] = 0.5; /* Rows adds */
    PetscCall(TessFieldRows(g->field, b, i, g->theta, ROWS, u_bar, ld, rows));
    for (PetscInt j = 0; j < g->np; j++) {
      PetscReal sum = 0;

      for (PetscInt q = 0; q < ROWS; q++)
        for (PetscInt p = 0; p < m[i]; p++)
          sum += (rows[j * ld + q * m[i] + p] - 0.5) * r[q * POINTS + index[i][p]];
      CHECK("nothing is written behind the rows of a column", rows[j * ld + ROWS * m[i]] == 0.5);
      gradient[e[i] * g->stride + BEFORE + j] -= sum;
    }
    PetscCall(PetscFree(rows));
  }
  for (PetscInt i = 0; i < n; i++)
    CHECK_BELOW("J^T r = Pullback", gradient[i], 1e-11 * size);
  PetscCall(PetscFree4(u_bar, all, r, gradient));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal   x[3 * POINTS];
  TessBinding b;
  TessJet     jet;
  Glued       g;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < CASES; c++) {
    for (PetscInt e = 0; e < EXPERTS; e++) {
      PetscCall(RichJet(&cases[c], &jet));
      PetscCall(GluedCreate(PETSC_COMM_WORLD, &cases[c], experts[e], 2, &g));
      for (PetscInt s = 0; s < g.nowned; s++) {
        PetscCall(Points(&g, s, x));
        PetscCall(TessFieldBind(g.field, s, &jet, POINTS, x, &b));
        PetscCall(CheckPullback(&g, b, g.ncomp * jet.K * POINTS));
        PetscCall(CheckRows(&g, b, &jet));
        PetscCall(TessBindingDestroy(&b));
      }
      PetscCall(GluedDestroy(&g));
    }
  }
  return TessTestEnd();
}
