/* Conditions with enforce exact hold to round-off at their points, integrals and boundary values, in linear
   and nonlinear problems, where by weight they hold as well as the rest; the solution is none the worse. What
   cannot be held is refused, naming the condition. */
#include "march_test.h"

static const char *const poisson[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "domain_y 0,1",
                                      "parts_x 2",
                                      "conditions inside,walls,mass",
                                      "inside_type interior",
                                      "inside_equation -lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)",
                                      "inside_points 400",
                                      "walls_type boundary",
                                      "walls_equation u = 0",
                                      "walls_points 60",
                                      "mass_type integral",
                                      "mass_equation u - 4/pi^2",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 7",
                                      "reference_u sin(pi*x)*sin(pi*y)",
                                      NULL};
static const char *const burgers[] = {"unknowns u",
                                      "domain_x -1,1",
                                      "domain_t 0,1",
                                      "parts_x 2",
                                      "constants_nu 0.1",
                                      "conditions inside,walls,start",
                                      "inside_type interior",
                                      "inside_equation u_t + u*u_x - nu*u_xx = (nu*pi^2 - "
                                      "1)*exp(-t)*sin(pi*x) + pi*exp(-2*t)*sin(pi*x)*cos(pi*x)",
                                      "inside_points 500",
                                      "walls_type boundary",
                                      "walls_equation u = 0",
                                      "walls_points 60",
                                      "start_type initial",
                                      "start_equation u = sin(pi*x)",
                                      "start_points 60",
                                      "start_weight 100",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 9",
                                      "reference_u exp(-t)*sin(pi*x)",
                                      NULL};

/* The errors of a run, and the root of the loss of each condition: its mean miss times the root of its
 * weight. */
static PetscErrorCode Run(const char prefix[], const char *const extra[], PetscReal *l2, PetscReal miss[])
{
  TessMarch   m;
  TessProblem p;
  PetscInt    n;
  PetscReal   max;
  Vec         theta, r;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, extra));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, l2, &max));
  PetscCall(TessMarchGetSlab(m, 0, &p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetLosses(p, miss));
  PetscCall(TessProblemGetConditions(p, &n, NULL));
  for (PetscInt c = 0; c < n; c++)
    miss[c] = PetscSqrtReal(miss[c]);
  PetscCall(VecDestroy(&r));
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPoisson(void)
{
  const char *weight[] = {"walls_enforce weight", "mass_enforce weight", NULL},
             *mass[] = {"mass_enforce exact", NULL}, *both[] = {"walls_enforce exact", NULL};
  PetscReal l2[3], miss[3][3];

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("poisson_", poisson));
  PetscCall(Run("poisson_", weight, &l2[0], miss[0]));
  PetscCall(Run("poisson_", mass, &l2[1], miss[1]));
  PetscCall(Run("poisson_", both, &l2[2], miss[2]));
  CHECK("by weight neither holds", miss[0][1] > 1e-7 && miss[0][2] > 1e-9);
  CHECK_BELOW("the integral is conserved", miss[1][2], 1e-14);
  CHECK("and nothing else", miss[1][1] > 1e-7);
  CHECK_BELOW("with it the values on the boundary", miss[2][1], 1e-13);
  CHECK_BELOW("are exact", miss[2][2], 1e-13);
  CHECK("the solution is none the worse", l2[1] < 1.2 * l2[0] && l2[2] < 1.2 * l2[0]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckBurgers(void)
{
  const char *exact[] = {"walls_enforce exact", NULL}, *slabs[] = {"time_mode slabs", "time_slabs 2", NULL};
  PetscReal   l2[2], miss[2][3];

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("burgers_", burgers));
  PetscCall(Run("burgers_", exact, &l2[0], miss[0]));
  PetscCall(Run("burgers_", slabs, &l2[1], miss[1]));
  for (PetscInt k = 0; k < 2; k++) {
    CHECK_BELOW("every step keeps what is linear", miss[k][1], 1e-13);
    CHECK_BELOW("and goes on to the solution", l2[k], 2e-5);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A run that is refused, on every rank, in words that hold these. */
static PetscErrorCode ProvokeEnd(const char *const extra[], const char words[])
{
  char           message[1024] = "";
  TessMarch      m;
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("poisson_", extra));
  PetscCall(RunCreate(PETSC_COMM_WORLD, "poisson_", &m));
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = TessMarchSolve(m);
  PetscCall(PetscPopErrorHandler());
  CHECK("refused as a mistake of the user", rc == PETSC_ERR_USER_INPUT);
  CHECK("the message says what is wrong", strstr(message, words));
  if (!strstr(message, words))
    fprintf(stderr, "  wanted \"%s\", it was: %s\n", words, message);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckRefusals(void)
{
  const char *contrary[] = {"conditions inside,walls,mass,other",
                            "other_type boundary",
                            "other_on y_min",
                            "other_equation u = 1",
                            "other_enforce exact",
                            "other_points 20",
                            NULL},
             *adam[]     = {"conditions inside,walls,mass", "tao_type adam", NULL},
             *normal[]   = {"tao_type gaussnewton", "tao_gaussnewton_solver normal", NULL};

  PetscFunctionBegin;
  PetscCall(ProvokeEnd(contrary, "condition \"other\" does not hold exactly"));
  PetscCall(ProvokeEnd(adam, "conditions with enforce exact need -poisson_tao_type gaussnewton"));
  PetscCall(ProvokeEnd(normal, "need -tao_gaussnewton_solver orthonormal"));
  PetscCall(CatalogueSet("poisson_", "walls_points 5000"));
  PetscCall(ProvokeRefusal("poisson_",
                           "condition \"walls\": with it 5000 rows are to hold exactly, more than 4000"));
  PetscCall(CatalogueSet("poisson_", "walls_equation u^2"));
  PetscCall(ProvokeRefusal("poisson_",
                           "condition \"walls\": -poisson_walls_enforce exact needs equations that are"));
  PetscCall(CatalogueSet("poisson_", "expert_type mlp"));
  PetscCall(
      ProvokeRefusal("poisson_", "condition \"walls\": -poisson_walls_enforce exact needs experts that are"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckPoisson());
  PetscCall(CheckBurgers());
  PetscCall(CheckRefusals());
  return TessTestEnd();
}
