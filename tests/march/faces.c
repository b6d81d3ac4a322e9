/* The method of lines with patches that meet at faces: third derivatives and steep neighbours of wide patches
   are as accurate as with windows, a weight of the faces that is ten thousand times larger changes
   nothing, and values and both derivatives are continuous. */
#include "march_test.h"

static const char *const airy[] = {"unknowns u",
                                   "domain_x 0,2*pi",
                                   "domain_t 0,1",
                                   "domain_periodic x",
                                   "edges_x 0,0.3,0.5,2,3.5,5,2*pi",
                                   "overlap 0",
                                   "time_mode ts",
                                   "ts_rtol 1e-8",
                                   "conditions inside,start",
                                   "inside_type interior",
                                   "inside_equation u_t + u_xxx = 0",
                                   "inside_points 240",
                                   "inside_spread even",
                                   "inside_sampling grid",
                                   "start_type initial",
                                   "start_equation u = sin(x) + cos(2*x)",
                                   "start_points 240",
                                   "start_spread even",
                                   "start_sampling grid",
                                   "expert_type polynomial",
                                   "expert_polynomial_degree 14",
                                   "reference_u sin(x + t) + cos(2*x + 8*t)",
                                   "reference_points 20",
                                   NULL};

static PetscErrorCode Run(const char prefix[], const char weight[], TessMarch *m)
{
  PetscReal l2, max;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, airy));
  PetscCall(CatalogueSetAll(prefix, (const char *const[]){weight, NULL}));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, m));
  PetscCall(TessMarchSolve(*m));
  PetscCall(TessMarchGetErrors(*m, &l2, &max));
  CHECK_BELOW("as accurate as the tolerance says", l2, 1e-7);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscReal x[]  = {0.3 - 1e-9, 0.5 - 1e-9, 0.3 + 1e-9, 0.5 + 1e-9, 0.7, 0.9, 0.7, 0.9};
  const char     *of[] = {"u", "u_x", "u_xx"};
  PetscReal       value[3][4], again[4];
  TessMarch       m, n;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Run("light_", "interface_weight 1", &m));
  PetscCall(Run("heavy_", "interface_weight 1e4", &n));
  for (PetscInt k = 0; k < 3; k++) {
    PetscCall(RunSample(m, of[k], 4, x, value[k]));
    for (PetscInt i = 0; i < 2; i++)
      CHECK_BELOW("continuous", value[k][i] - value[k][i + 2], 1e-6);
  }
  PetscCall(RunSample(n, "u", 4, x, again));
  for (PetscInt i = 0; i < 4; i++)
    CHECK_BELOW("whatever the weight", again[i] - value[0][i], 1e-7);
  PetscCall(TessMarchDestroy(&m));
  PetscCall(TessMarchDestroy(&n));
  return TessTestEnd();
}
