/* A front that grows out of a small start: least squares over the whole time takes a solution that is wrong
   everywhere but at the start, weights that follow time take the right one, and end at one. */
#include "march_test.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,2*pi",
                                      "domain_t 0,1",
                                      "domain_periodic x",
                                      "parts_x 2",
                                      "conditions inside,start",
                                      "inside_type interior",
                                      "inside_equation u_t = 8*u*(1 - u)",
                                      "inside_points 800",
                                      "start_type initial",
                                      "start_equation u = exp(-(x - pi)^2*8/pi^2)",
                                      "start_points 100",
                                      "start_weight 10",
                                      "expert_type mlp",
                                      "expert_mlp_width 10",
                                      "tao_max_it 30",
                                      "resample_every 0",
                                      "reference_u 1/(1 + (exp((x - pi)^2*8/pi^2) - 1)*exp(-8*t))",
                                      NULL};

static PetscErrorCode Remember(TessMarch m, const TessProgress *progress, void *smallest)
{
  PetscFunctionBegin;
  *(PetscReal *)smallest = progress->causal;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Error(const char causal[], PetscReal *l2, PetscReal *smallest)
{
  TessMarch m;
  PetscReal max;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("front_", options));
  PetscCall(CatalogueSet("front_", causal));
  PetscCall(RunCreate(PETSC_COMM_WORLD, "front_", &m));
  PetscCall(TessMarchSetMonitor(m, Remember, smallest));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, l2, &max));
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal without, with, smallest;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Error("causal_epsilon 0", &without, &smallest));
  CHECK("off, nothing is told", smallest == -1);
  PetscCall(Error("causal_epsilon 1", &with, &smallest));
  CHECK("the wrong solution is avoided", without > 0.5 && with < 0.1);
  CHECK("the weights end at one", smallest > 0.9 && smallest <= 1);
  if (!(without > 0.5 && with < 0.1))
    fprintf(stderr, "  errors %g without, %g with causal weights\n", (double)without, (double)with);
  return TessTestEnd();
}
