/* Observables of a run in slabs of time are those of one problem of the whole time: integrals, means, parts
   of the boundary at an end of time, points on the edge of two slabs.  A scalar that every slab estimates
   from its own data is the mean of them by inverse variances. */
#include "march_test.h"

static const char *const decay[] = {"unknowns u",
                                    "domain_x 0,1",
                                    "domain_t 0,2",
                                    "parts_x 2",
                                    "conditions inside,start",
                                    "inside_type interior",
                                    "inside_equation u_t + u = 0",
                                    "inside_points 300",
                                    "start_type initial",
                                    "start_equation u = exp(x)",
                                    "start_points 40",
                                    "expert_type polynomial",
                                    "expert_polynomial_degree 8",
                                    "time_mode slabs",
                                    "time_slabs 4",
                                    "observables_whole_integral u",
                                    "observables_mean_mean u",
                                    "observables_end_on t_max",
                                    "observables_end_mean u",
                                    "observables_start_on t_min",
                                    "observables_start_integral u^2",
                                    "observables_both_on x_min,t_max",
                                    "observables_both_mean u",
                                    "observables_edge_at 0.3,1.5",
                                    "observables_edge_value u",
                                    "observables_last_at 1,2",
                                    "observables_last_value u",
                                    NULL};
#define NOBS 7

static PetscErrorCode CheckObservables(void)
{
  const PetscReal e = PetscExpReal(1) - 1, d = 1 - PetscExpReal(-2), end = e * PetscExpReal(-2);
  const PetscReal want[NOBS] = {
      (d + end) / 3, PetscExpReal(-1.2),        end,  PetscExpReal(-1),
      e * d / 2,     (PetscExpReal(2) - 1) / 2, e * d}; /* by name: both, edge, end, last, mean, start, whole
                                                         */
  PetscReal value[NOBS], sd[NOBS];
  PetscBool has;
  TessMarch m;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("decay_", decay));
  for (int slabs = 1; slabs >= 0; slabs--) {
    PetscCall(CatalogueSet("decay_", slabs ? "time_slabs 4" : "time_slabs 1"));
    PetscCall(RunCreate(PETSC_COMM_WORLD, "decay_", &m));
    PetscCall(TessMarchSolve(m));
    PetscCall(TessMarchGetScalars(m, &has, NULL, NULL, value, sd));
    CHECK("there are values", has);
    for (PetscInt i = 0; i < NOBS; i++) {
      CHECK_BELOW("an observable of the whole time", value[i] - want[i], slabs ? 1e-6 : 1e-4);
      CHECK("no deviation without data", sd[i] == -1);
    }
    PetscCall(TessMarchDestroy(&m));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const rate[] = {"unknowns u",
                                   "domain_x 0,1",
                                   "domain_t 0,2",
                                   "parts_x 2",
                                   "parameters_k 0.5",
                                   "conditions inside,start,seen",
                                   "inside_type interior",
                                   "inside_equation u_t + k*u = 0",
                                   "inside_points 300",
                                   "inside_weight 100",
                                   "start_type initial",
                                   "start_equation u = exp(x)",
                                   "start_points 40",
                                   "start_weight 100",
                                   "seen_type data",
                                   "seen_exact_u exp(x - t)",
                                   "seen_points 200",
                                   "seen_sigma 0.01",
                                   "seen_noise true",
                                   "expert_type polynomial",
                                   "expert_polynomial_degree 6",
                                   "time_mode slabs",
                                   "time_slabs 3",
                                   "observables_end_on t_max",
                                   "observables_end_mean u",
                                   NULL};

static PetscErrorCode CheckScalar(void)
{
  PetscReal   k, sd, one, one_sd, end, end_sd, other, sum = 0, weight = 0;
  PetscBool   has;
  TessMarch   m;
  TessProblem p;
  Vec         theta;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("rate_", rate));
  PetscCall(RunCreate(PETSC_COMM_WORLD, "rate_", &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetScalars(m, &has, &k, &sd, &end, &end_sd));
  for (PetscInt s = 0; s < 3; s++) {
    PetscCall(TessMarchGetSlab(m, s, &p, &theta));
    PetscCall(TessProblemGetParameters(p, theta, &one));
    PetscCall(TessProblemGetDeviations(p, theta, &one_sd, &other));
    CHECK("every slab has its own estimate, less certain", one != k && one_sd > sd);
    sum += one / PetscSqr(one_sd);
    weight += 1 / PetscSqr(one_sd);
  }
  CHECK_BELOW("the mean by inverse variances", k - sum / weight, 1e-10);
  CHECK_BELOW("and its deviation", sd * PetscSqrtReal(weight) - 1, 1e-8);
  CHECK_BELOW("the truth is near", k - 1, 4 * sd);
  CHECK_BELOW("and known", sd, 0.02);
  CHECK("so is an observable", end_sd > 0 && PetscAbsReal(end - 1.71828 * PetscExpReal(-2)) < 6 * end_sd);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckObservables());
  PetscCall(CheckScalar());
  return TessTestEnd();
}
