/* Variable projection finds the minima of separable fits in fewer steps than without, from any start of the
   linear parameters the same way; and of a fit that is only nearly affine in them. */
#include "catalogue.h"
#include "fit.h"

typedef struct {
  const char *name;
  PetscInt    n, linearly[3]; /* parameters that r is affine in */
} Separable;

static const Separable separable[] = {
    {"Osborne 1", 3, {0, 1, 2}}, {"Kowalik-Osborne", 1, {0}}, {"Bard", 1, {0}}, {"Gaussian", 1, {0}},
    {"Meyer", 1, {0}},           {"Brown-Dennis", 2, {0, 2}}}; /* quadratic in both */

static void Residual(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  CatalogueEvaluate(ctx, x, r, J, (int)m);
}

/* shift: of the start of the linear parameters */
static PetscErrorCode Solve(const Problem *p, const Separable *s, const char projection[], PetscReal shift,
                            PetscInt *its, PetscReal *error, PetscReal *first)
{
  PetscReal          start[CATALOGUE_N], f, history[100];
  TaoConvergedReason reason;
  Fit                fit;
  IS                 is;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->n; i++)
    start[i] = p->start[i];
  for (PetscInt i = 0; i < s->n; i++)
    start[s->linearly[i]] += shift;
  PetscCall(PetscOptionsSetValue(NULL, "-tao_gaussnewton_projection", projection));
  PetscCall(FitCreate(Residual, (void *)p, p->m, p->n, start, &fit));
  PetscCall(ISCreateGeneral(PETSC_COMM_SELF, s->n, s->linearly, PETSC_COPY_VALUES, &is));
  PetscCall(TessTrainSetLinear(fit.tao, is));
  PetscCall(ISDestroy(&is));
  PetscCall(TaoSetFromOptions(fit.tao));
  PetscCall(TaoSetMaximumIterations(fit.tao, 1000));
  PetscCall(TaoSetConvergenceHistory(fit.tao, history, NULL, NULL, NULL, 100, PETSC_TRUE));
  PetscCall(FitSolve(&fit, its, &f, &reason));
  CHECK("converged", reason > 0);
  *error = CatalogueError(p, f);
  *first = history[1];
  PetscCall(PetscInfo(fit.tao, "%s, projection %s: %" PetscInt_FMT " steps, error %g, after one %g\n",
                      p->name, projection, *its, (double)*error, (double)*first));
  PetscCall(FitDestroy(&fit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt  its[3], fewer = 0, count = PETSC_STATIC_ARRAY_LENGTH(separable);
  PetscReal error[3], first[3];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  for (PetscInt k = 0; k < count; k++) {
    const Separable *s = &separable[k];
    const Problem   *p = catalogue;

    while (strcmp(p->name, s->name))
      p++;
    PetscCall(Solve(p, s, "false", 0, &its[0], &error[0], &first[0]));
    PetscCall(Solve(p, s, "true", 0, &its[1], &error[1], &first[1]));
    CHECK_BELOW("the minimum", error[1], 1e-9);
    fewer += its[1] < its[0];
    if (k == count - 1)
      break;
    PetscCall(Solve(p, s, "true", 0.1, &its[2], &error[2], &first[2]));
    CHECK_BELOW("from anywhere", error[2], 1e-9);
    CHECK_BELOW("the same way", first[2] - first[1], 1e-7 * first[1]);
  }
  CHECK("fewer steps", fewer >= count / 2);
  return TessTestEnd();
}
