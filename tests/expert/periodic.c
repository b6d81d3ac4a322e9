/* With harmonics an expert and all its derivatives take the same values at both ends of the axes that are
 * periodic, to round-off, and of no other axis. */
#include "expert_test.h"

/* The largest jump of any derivative across the box along an axis, over the largest derivative. */
static PetscErrorCode Jump(Case *c, const TessJet *jet, PetscInt axis, PetscReal *jump)
{
  const PetscInt size = c->ncomp * jet->K * POINTS;
  PetscReal     *u[2], x[3 * POINTS];

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(size, &u[0], size, &u[1]));
  for (int side = 0; side < 2; side++) {
    const TessPoints points = {.n = POINTS, .x = x, .scale = c->scale};

    PetscCall(PetscArraycpy(x, c->x, 3 * POINTS));
    for (PetscInt p = 0; p < POINTS; p++)
      x[axis * POINTS + p] = side ? 1 : -1;
    PetscCall(TessExpertEvaluate(c->expert, c->theta, c->frozen, jet, &points, u[side]));
  }
  *jump = 0;
  for (PetscInt m = 0; m < c->ncomp * jet->K; m++) {
    PetscReal most = 0, far = 0;

    for (PetscInt i = m * POINTS; i < (m + 1) * POINTS; i++) {
      most = PetscMax(most, PetscAbsReal(u[0][i]));
      far  = PetscMax(far, PetscAbsReal(u[1][i] - u[0][i]));
    }
    *jump = PetscMax(*jump, far / most);
  }
  PetscCall(PetscFree2(u[0], u[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt  harmonics;
  PetscReal jump[3];
  TessJet   jet;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(RichJet(&jet));
  for (int i = 0; i < EXPERTS; i++) {
    Case c;

    PetscCall(CaseCreate(experts[i], 2, &c));
    PetscCall(TessExpertGetHarmonics(c.expert, &harmonics));
    for (PetscInt axis = 0; axis < 3; axis++)
      PetscCall(Jump(&c, &jet, axis, &jump[axis]));
    for (PetscInt axis = 0; axis < 2; axis++) {
      if (harmonics)
        CHECK_BELOW("periodic with all derivatives", jump[axis], 1e-12);
      else
        CHECK("without harmonics it is not", jump[axis] > 1e-2);
    }
    CHECK("the other axis is free", jump[2] > 1e-2);
    PetscCall(CaseDestroy(&c));
  }
  return TessTestEnd();
}
