/* A jet holds derivatives: every entry of order q is the central difference, to O(h^2), of an entry of order
 * q - 1. */
#include "expert_test.h"

/* the largest difference between entry k and the central difference of its parent, over points and
 * components, relative to entries above 1 */
static PetscErrorCode Worst(const Case *c, const TessJet *jet, PetscInt k, PetscReal h, PetscReal *worst)
{
  const TessEntry *e  = &jet->entry[k];
  const PetscInt size = c->ncomp * jet->K * POINTS, first = e->order == TESS_LAP ? 0 : e->axis[e->order - 1];
  const PetscInt last = e->order == TESS_LAP ? jet->space : first + 1;
  PetscReal     *u, *d, *v[2], y[3 * POINTS], most = 1;

  PetscFunctionBegin;
  *worst = 0;
  PetscCall(PetscMalloc4(size, &u, size, &d, size, &v[0], size, &v[1]));
  PetscCall(TessExpertEvaluate(c->expert, c->theta, c->frozen, jet, &c->points, u));
  PetscCall(PetscArrayzero(d, size));
  for (PetscInt axis = first; axis < last; axis++) {
    TessEntry parent = {.order = e->order - 1};
    PetscInt  j;

    for (PetscInt i = 0; i < parent.order; i++)
      parent.axis[i] = e->axis[i];
    if (e->order == TESS_LAP)
      parent = (TessEntry){.order = 1, .axis = {axis}};
    PetscCall(TessJetFind(jet, &parent, &j));
    for (int side = 0; side < 2; side++) {
      const TessPoints moved = {.n = POINTS, .x = y, .scale = c->scale};

      PetscCall(PetscArraycpy(y, c->x, 3 * POINTS));
      for (PetscInt p = 0; p < POINTS; p++)
        y[axis * POINTS + p] += (side ? h : -h) * c->scale[axis];
      PetscCall(TessExpertEvaluate(c->expert, c->theta, c->frozen, jet, &moved, v[side]));
    }
    for (PetscInt m = 0; m < c->ncomp; m++)
      for (PetscInt p = 0; p < POINTS; p++)
        d[m * POINTS + p] +=
            (v[1][(m * jet->K + j) * POINTS + p] - v[0][(m * jet->K + j) * POINTS + p]) / (2 * h);
  }
  for (PetscInt m = 0; m < c->ncomp; m++)
    for (PetscInt p = 0; p < POINTS; p++)
      *worst = PetscMax(*worst, PetscAbsReal(d[m * POINTS + p] - u[(m * jet->K + k) * POINTS + p]));
  for (PetscInt i = 0; i < size; i++)
    most = PetscMax(most, i / POINTS % jet->K == k ? PetscAbsReal(u[i]) : 0);
  *worst /= most;
  PetscCall(PetscFree4(u, d, v[0], v[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int i = 0; i < EXPERTS; i++) {
    Case c;

    PetscCall(CaseCreate(experts[i], 2, &c));
    for (int which = 0; which < 4; which++) {
      TessJet jet;

      if (which < 3)
        PetscCall(PlainJet(which, &jet));
      else
        PetscCall(RichJet(&jet));
      for (PetscInt k = 1; k < jet.K; k++) {
        PetscReal e1 = 0, e2 = 0;

        PetscCall(Worst(&c, &jet, k, 4e-3, &e1));
        PetscCall(Worst(&c, &jet, k, 2e-3, &e2));
        if (e2 > 1e-9)
          CHECK_ORDER(experts[i], 2, e1, e2);
        CHECK_BELOW(experts[i], e2, 1e-2);
      }
    }
    PetscCall(CaseDestroy(&c));
  }
  return TessTestEnd();
}
