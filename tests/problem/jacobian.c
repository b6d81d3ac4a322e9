/* For every problem of the catalogue: r(theta + h v) - r - h J v falls like h^2 (or vanishes, when it says it
   is affine), <J v, w> = <v, J^T w>, the gradient is J^T r, the losses sum to |r|^2, each has the gradient of
   its part, and the flags are right.
 */
#include "../catalogue/catalogue.h"

static PetscErrorCode Remainder(TessProblem p, Vec theta, Vec v, Vec r, Vec Jv, PetscReal h, PetscReal *e)
{
  Vec moved, s;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(theta, &moved));
  PetscCall(VecDuplicate(r, &s));
  PetscCall(VecWAXPY(moved, h, v, theta));
  PetscCall(TessProblemComputeResidual(p, moved, s));
  PetscCall(VecAXPY(s, -1, r));
  PetscCall(VecAXPY(s, -h, Jv));
  PetscCall(VecNorm(s, NORM_2, e));
  PetscCall(VecDestroy(&moved));
  PetscCall(VecDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckTaylor(const Entry *e, TessProblem p, Vec theta, Vec v, Vec r, Vec Jv)
{
  PetscReal h = 1. / 64, error[2], size, change;

  PetscFunctionBegin;
  PetscCall(VecNorm(r, NORM_2, &size));
  PetscCall(VecNorm(Jv, NORM_2, &change));
  size += change;
  if (e->affine) {
    PetscCall(Remainder(p, theta, v, r, Jv, 1, error));
    CHECK_BELOW("no remainder of an affine problem", error[0], 1e-12 * size);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(Remainder(p, theta, v, r, Jv, h, &error[0]));
  PetscCall(Remainder(p, theta, v, r, Jv, h / 4, &error[1]));
  CHECK("there is a remainder", error[0] > 1e-9 * size);
  CHECK("of second order", error[1] < error[0] / 13 && error[1] > error[0] / 19);
  if (error[1] >= error[0] / 13)
    fprintf(stderr, "  %s: remainders %g, %g\n", e->name, (double)error[0], (double)error[1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckAdjoint(TessProblem p, Mat J, Vec theta, Vec v, Vec r, Vec Jv)
{
  Vec       w, Jw, g;
  PetscReal left, right, f, square, size, loss[8], sum = 0;
  PetscInt  n;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(r, &w));
  PetscCall(VecDuplicate(v, &Jw));
  PetscCall(VecDuplicate(v, &g));
  PetscCall(VecCopy(r, w));
  PetscCall(VecShift(w, 0.3));
  PetscCall(MatMultTranspose(J, w, Jw));
  PetscCall(VecDot(Jv, w, &left));
  PetscCall(VecDot(v, Jw, &right));
  CHECK_BELOW("<J v, w> = <v, J^T w>", left - right, 1e-12 * (PetscAbsReal(left) + 1));
  PetscCall(TessProblemComputeObjectiveAndGradient(p, theta, &f, g));
  PetscCall(VecDot(r, r, &square));
  CHECK_BELOW("the objective is |r|^2 / 2", f - square / 2, 1e-13 * square);
  PetscCall(TessProblemGetLosses(p, loss));
  PetscCall(TessProblemGetConditions(p, &n, NULL));
  for (PetscInt c = 0; c < n; c++)
    sum += loss[c];
  CHECK_BELOW("the losses of the conditions sum to |r|^2", sum - square, 1e-13 * square);
  PetscCall(MatMultTranspose(J, r, Jw));
  PetscCall(VecNorm(Jw, NORM_2, &size));
  PetscCall(VecAXPY(g, -1, Jw));
  PetscCall(VecNorm(g, NORM_INFINITY, &f));
  CHECK_BELOW("the gradient is J^T r", f, 1e-12 * size);
  PetscCall(VecDestroy(&w));
  PetscCall(VecDestroy(&Jw));
  PetscCall(VecDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The derivative of every loss along v by differences, and the sums. */
static PetscErrorCode CheckParts(TessProblem p, Vec theta, Vec v, Vec r)
{
  const PetscReal h = 1e-4;
  PetscReal       f, part[8], up[8], down[8], slope, size, sum = 0;
  PetscInt        n;
  Vec             g, *gs, moved, s;

  PetscFunctionBegin;
  PetscCall(TessProblemGetConditions(p, &n, NULL));
  PetscCall(VecDuplicate(theta, &g));
  PetscCall(VecDuplicate(theta, &moved));
  PetscCall(VecDuplicate(r, &s));
  PetscCall(VecDuplicateVecs(theta, n, &gs));
  PetscCall(TessProblemComputeObjectiveAndGradient(p, theta, &f, g));
  PetscCall(TessProblemComputeParts(p, theta, part, gs));
  PetscCall(VecWAXPY(moved, h, v, theta));
  PetscCall(TessProblemComputeResidual(p, moved, s));
  PetscCall(TessProblemGetLosses(p, up));
  PetscCall(VecWAXPY(moved, -h, v, theta));
  PetscCall(TessProblemComputeResidual(p, moved, s));
  PetscCall(TessProblemGetLosses(p, down));
  PetscCall(VecNorm(g, NORM_2, &size));
  for (PetscInt c = 0; c < n; c++) {
    PetscCall(VecDot(gs[c], v, &slope));
    CHECK_BELOW("the slope of a part", slope - (up[c] - down[c]) / (4 * h),
                1e-4 * (PetscAbsReal(slope) + up[c]) + 1e-10);
    sum += part[c];
    PetscCall(VecAXPY(g, -1, gs[c]));
  }
  CHECK_BELOW("the parts sum to the objective", sum - f, 1e-13 * f);
  PetscCall(VecNorm(g, NORM_2, &f));
  CHECK_BELOW("and their gradients to its gradient", f, 1e-12 * size);
  PetscCall(VecDestroyVecs(n, &gs));
  PetscCall(VecDestroy(&g));
  PetscCall(VecDestroy(&moved));
  PetscCall(VecDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Entry *e)
{
  char        prefix[64];
  TessProblem p;
  PetscBool   linear, affine;
  PetscInt64  rows, parameters;
  PetscInt    m, n;
  Vec         theta, v, r, Jv;
  Mat         J;

  PetscFunctionBegin;
  PetscCall(CatalogueOptions(e, sizeof(prefix), prefix));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemIsLinear(p, &linear, &affine));
  CHECK("linear experts are known", linear == e->linear);
  CHECK("affine residuals are known", affine == e->affine);
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemGetSizes(p, NULL, &parameters, &rows, NULL, NULL));
  PetscCall(VecGetSize(theta, &n));
  PetscCall(VecGetSize(r, &m));
  CHECK("sizes are those of theta and r", parameters == n && rows == m);
  PetscCall(VecDuplicate(theta, &v));
  PetscCall(VecDuplicate(r, &Jv));
  PetscCall(CatalogueTheta(p, 1, 0.3, theta));
  PetscCall(CatalogueTheta(p, 2, 0.3, v));
  for (PetscInt round = 0; round < 2; round++) { /* again with other points */
    PetscCall(TessProblemComputeResidual(p, theta, r));
    PetscCall(TessProblemComputeJacobian(p, theta, &J));
    PetscCall(MatMult(J, v, Jv));
    PetscCall(CheckTaylor(e, p, theta, v, r, Jv));
    PetscCall(CheckAdjoint(p, J, theta, v, r, Jv));
    PetscCall(CheckParts(p, theta, v, r));
    PetscCall(TessProblemResample(p, theta, 1, 4));
  }
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&v));
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&Jv));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt i = 0; i < CATALOGUE_SIZE; i++)
    PetscCall(Check(&catalogue[i]));
  return TessTestEnd();
}
