/* Rows, Pullback and Evaluate are one map: rows agree with differences of Evaluate in theta (remainder of
   slope 2, or none for linear experts), Pullback is the sum of the rows, both add to what is there, and rows
   for zero u_bar are zero. */
#include "expert_test.h"

#define ROWS 2

/* the largest |u(theta + h v) - u(theta) - h du| over the rows' combinations of jets */
static PetscErrorCode Remainder(const Case *c, const TessJet *jet, const PetscReal u_bar[],
                                const PetscReal v[], PetscReal h, const PetscReal Jv[], PetscReal *worst)
{
  const PetscInt size = c->ncomp * jet->K * POINTS;
  PetscReal     *u0, *u1, *theta;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(size, &u0, size, &u1, c->np, &theta));
  for (PetscInt j = 0; j < c->np; j++)
    theta[j] = c->theta[j] + h * v[j];
  PetscCall(TessExpertEvaluate(c->expert, c->theta, c->frozen, jet, &c->points, u0));
  PetscCall(TessExpertEvaluate(c->expert, theta, c->frozen, jet, &c->points, u1));
  *worst = 0;
  for (PetscInt q = 0; q < ROWS; q++) {
    for (PetscInt p = 0; p < POINTS; p++) {
      PetscReal r = -h * Jv[q * POINTS + p];

      for (PetscInt k = 0; k < c->ncomp * jet->K; k++)
        r += u_bar[q * size + k * POINTS + p] * (u1[k * POINTS + p] - u0[k * POINTS + p]);
      *worst = PetscMax(*worst, PetscAbsReal(r));
    }
  }
  PetscCall(PetscFree3(u0, u1, theta));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const char name[], const Case *c, const TessJet *jet)
{
  const PetscInt size = c->ncomp * jet->K * POINTS, ld = ROWS * POINTS + 3;
  PetscReal     *u_bar, *rows, *g, *v, Jv[ROWS * POINTS] = {0}, worst = 0, largest = 0, outside = 0, e1 = 0,
                                             e2 = 0;
  PetscBool linear;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(ROWS * size, &u_bar, ld * c->np, &rows, c->np, &g, c->np, &v));
  for (PetscInt i = 0; i < ROWS * size; i++)
    u_bar[i] = TessKeyNormal(3, (uint64_t)i);
  for (PetscInt i = 0; i < POINTS; i++)
    u_bar[size + (jet->K - 1) * POINTS + i] = 0; /* an entry that is skipped in row 1 */
  for (PetscInt j = 0; j < ld * c->np; j++)
    rows[j] = 1;
  for (PetscInt j = 0; j < c->np; j++)
    g[j] = 2;
  for (PetscInt j = 0; j < c->np; j++)
    v[j] = TessKeyNormal(4, (uint64_t)j);
  PetscCall(TessExpertRows(c->expert, c->theta, c->frozen, jet, &c->points, ROWS, u_bar, ld, rows));
  for (PetscInt q = 0; q < ROWS; q++)
    PetscCall(TessExpertPullback(c->expert, c->theta, c->frozen, jet, &c->points, u_bar + q * size, g));
  for (PetscInt j = 0; j < c->np; j++) {
    PetscReal sum = 2;

    for (PetscInt i = 0; i < ROWS * POINTS; i++) {
      sum += rows[j * ld + i] - 1;
      Jv[i] += (rows[j * ld + i] - 1) * v[j];
    }
    for (PetscInt i = ROWS * POINTS; i < ld; i++)
      outside = PetscMax(outside, PetscAbsReal(rows[j * ld + i] - 1));
    worst   = PetscMax(worst, PetscAbsReal(sum - g[j]));
    largest = PetscMax(largest, PetscAbsReal(g[j]));
  }
  CHECK_BELOW(name, worst, 1e-12 * largest);
  CHECK("nothing is written outside of the rows", outside == 0);
  PetscCall(Remainder(c, jet, u_bar, v, 1e-3, Jv, &e1));
  PetscCall(Remainder(c, jet, u_bar, v, 5e-4, Jv, &e2));
  PetscCall(TessExpertIsLinear(c->expert, &linear));
  if (linear)
    CHECK_BELOW(name, e2, 1e-12 * largest);
  else {
    CHECK_ORDER(name, 2, e1, e2);
    CHECK_BELOW(name, e2, 1e-2 * largest);
  }
  PetscCall(PetscArrayzero(u_bar, ROWS * size));
  PetscCall(PetscArrayzero(rows, ld * c->np));
  PetscCall(TessExpertRows(c->expert, c->theta, c->frozen, jet, &c->points, ROWS, u_bar, ld, rows));
  for (PetscInt j = 0; j < ld * c->np; j++)
    outside = PetscMax(outside, PetscAbsReal(rows[j]));
  CHECK("no u_bar, no rows", outside == 0);
  PetscCall(PetscFree4(u_bar, rows, g, v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int i = 0; i < EXPERTS; i++) {
    for (PetscInt ncomp = 1; ncomp <= 3; ncomp += 2) {
      Case c;

      PetscCall(CaseCreate(experts[i], ncomp, &c));
      for (int which = 0; which < 5; which++) {
        TessJet jet;

        if (which < 3)
          PetscCall(PlainJet(which, &jet));
        else if (which == 3)
          PetscCall(RichJet(&jet));
        else
          PetscCall(TessJetInit(&jet, 3, 2));
        PetscCall(Check(experts[i], &c, &jet));
      }
      PetscCall(CaseDestroy(&c));
    }
  }
  return TessTestEnd();
}
