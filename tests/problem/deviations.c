/* Straight lines through data with sigma: the deviations of both coefficients, and of what is computed from
   them, are those of the normal equations, sigma^2 (X^T X)^-1, whatever weight, transform or patches; also
   when the data come from equations and conditions of unlike weights, sigmas and numbers. */
#include "../catalogue/catalogue.h"

#define SIGMA 0.1
static const char *const data[] = {"unknowns u",       "domain_x 0,2",           "points_type data",
                                   "points_sigma 0.1", "points_points 50",       "points_exact_u 2*x + 0.5",
                                   "points_weight 7",  "expert_type polynomial", NULL};
/* the line is the field */
static const char *const field[] = {
    "conditions points",        "expert_polynomial_degree 1",   "observables_probe_value u",
    "observables_probe_at 0.3", "observables_total_integral u", NULL};
/* the line is two scalars, and their field of three patches does not matter */
static const char *const scalars[] = {"conditions points,inside",
                                      "parts_x 3",
                                      "expert_polynomial_degree 0",
                                      "inside_type interior",
                                      "inside_equation u = 0",
                                      "points_equations_u a*x + b",
                                      "parameters_a_start 1",
                                      "parameters_a_min 0",
                                      "parameters_b_start 1",
                                      "parameters_b_min -2",
                                      "parameters_b_max 3",
                                      "observables_probe_value a*x + b",
                                      "observables_probe_at 0.3",
                                      "observables_total_integral a*x + b",
                                      NULL};

/* more data: of the slope and of the height alone, less exact, and weighted as if they were not */
static const char *const unlike[] = {"conditions points,more,inside",
                                     "more_type data",
                                     "more_points 20",
                                     "more_sigma 0.2",
                                     "more_exact_u 2*x",
                                     "more_exact_v 0.5",
                                     "more_equations_u a*x",
                                     "more_equations_v b",
                                     "more_weights_u 3",
                                     "more_weights_v 0.05",
                                     "unknowns u,v",
                                     "inside_equation u + v = 0",
                                     NULL};

/* (sum of X^T X / sigma^2)^-1 of the points placed: entries for b, b and a, a */
static PetscErrorCode Covariance(TessProblem p, PetscBool more, PetscReal cov[3])
{
  PetscReal      sum[3] = {0, 0, 0}, det;
  PetscInt       n;
  TessCondition *c;
  TessPointSet  *set;

  PetscFunctionBegin;
  PetscCall(TessProblemGetConditions(p, &n, &c));
  for (PetscInt j = 0; j <= (PetscInt)more; j++) {
    const PetscReal one = 1 / PetscSqr(j ? 2 * SIGMA : SIGMA);

    PetscCall(TessConditionGetSets(c[j], &n, &set));
    for (PetscInt i = 0; i < n; i++)
      for (PetscInt k = 0; k < set[i].n; k++)
        sum[0] += one, sum[1] += j ? 0 : one * set[i].x[k], sum[2] += one * PetscSqr(set[i].x[k]);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 3, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("fifty data, or twenty more", sum[0] * PetscSqr(SIGMA) - (more ? 55 : 50), 1e-9);
  det    = sum[0] * sum[2] - sum[1] * sum[1];
  cov[0] = sum[2] / det, cov[1] = -sum[1] / det, cov[2] = sum[0] / det;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const char prefix[], const char *const more[], const char *const most[])
{
  PetscReal   param[2], observable[2], cov[3] = {0, 0, 0};
  TessProblem p;
  Vec         theta;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, data));
  PetscCall(CatalogueSetAll(prefix, more));
  if (most)
    PetscCall(CatalogueSetAll(prefix, most));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(Covariance(p, most ? PETSC_TRUE : PETSC_FALSE, cov));
  PetscCall(TessProblemGetDeviations(p, theta, param, observable));
  if (more == scalars) {
    CHECK_BELOW("the slope", param[0] / PetscSqrtReal(cov[2]) - 1, 1e-8);
    CHECK_BELOW("the height", param[1] / PetscSqrtReal(cov[0]) - 1, 1e-8);
  }
  CHECK_BELOW("the value at 0.3",
              observable[0] / PetscSqrtReal(cov[0] + 2 * 0.3 * cov[1] + 0.09 * cov[2]) - 1, 1e-8);
  CHECK_BELOW("the integral over 0..2, twice the value at 1",
              observable[1] / (2 * PetscSqrtReal(cov[0] + 2 * cov[1] + cov[2])) - 1, 1e-8);
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check("field_", field, NULL));
  PetscCall(Check("scalars_", scalars, NULL));
  PetscCall(Check("unlike_", scalars, unlike));
  return TessTestEnd();
}
