/* Where one condition is written in units a thousand times too small, weights that follow training give
   trainers that know the gradient alone an error that fixed weights do not come near. */
#include "march_test.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "conditions inside,ends",
                                      "inside_type interior",
                                      "inside_equation 1000*(u_xx + pi^2*sin(pi*x))",
                                      "inside_points 60",
                                      "ends_type boundary",
                                      "ends_equation u = x",
                                      "ends_points 2",
                                      "expert_type mlp",
                                      "expert_mlp_depth 1",
                                      "expert_mlp_width 12",
                                      "tao_adam_rate 0.005",
                                      "resample_every 0",
                                      "reference_u sin(pi*x) + x",
                                      NULL};

static PetscErrorCode Error(const char tao[], const char max_it[], const char balance[], PetscReal *l2)
{
  char      line[64];
  TessMarch m;
  PetscReal max;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("units_", options));
  PetscCall(PetscSNPrintf(line, sizeof(line), "tao_type %s", tao));
  PetscCall(CatalogueSet("units_", line));
  PetscCall(PetscSNPrintf(line, sizeof(line), "tao_max_it %s", max_it));
  PetscCall(CatalogueSet("units_", line));
  PetscCall(PetscSNPrintf(line, sizeof(line), "balance_type %s", balance));
  PetscCall(CatalogueSet("units_", line));
  PetscCall(RunCreate(PETSC_COMM_WORLD, "units_", &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, l2, &max));
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const char tao[], const char max_it[])
{
  PetscReal fixed, gradnorm, ntk;

  PetscFunctionBegin;
  PetscCall(Error(tao, max_it, "fixed", &fixed));
  PetscCall(Error(tao, max_it, "gradnorm", &gradnorm));
  PetscCall(Error(tao, max_it, "ntk", &ntk));
  CHECK("gradients say what the weights should be", gradnorm < 0.1 * fixed);
  CHECK("and so do kernels", ntk < 0.1 * fixed);
  if (PetscMax(gradnorm, ntk) >= 0.1 * fixed)
    fprintf(stderr, "  %s: fixed %g, gradnorm %g, ntk %g\n", tao, (double)fixed, (double)gradnorm,
            (double)ntk);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(TAOADAM, "1000"));
  PetscCall(Check(TAOQUASINEWTON, "200"));
  return TessTestEnd();
}
