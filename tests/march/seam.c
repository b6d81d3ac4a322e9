/* Slabs of time go on where the one before ended: an oscillation and a standing wave (two initial rows: value
   and speed) are exact in all slabs, and value and speed are continuous across the seams. */
#include "march_test.h"

static const char *const oscillation[] = {"unknowns u",
                                          "domain_t 0,3",
                                          "time_mode slabs",
                                          "time_slabs 3",
                                          "conditions inside,start",
                                          "inside_type interior",
                                          "inside_equation u_tt + 4*u = 0",
                                          "inside_points 60",
                                          "start_type initial",
                                          "start_equations_value u = 1",
                                          "start_equations_speed u_t = 2",
                                          "start_weight 100",
                                          "expert_type polynomial",
                                          "expert_polynomial_degree 14",
                                          "reference_u cos(2*t) + sin(2*t)",
                                          NULL};
static const char *const wave[]        = {"unknowns u",
                                          "domain_x 0,1",
                                          "domain_t 0,1",
                                          "parts_x 2",
                                          "time_mode slabs",
                                          "time_slabs 2",
                                          "conditions inside,start,ends",
                                          "inside_type interior",
                                          "inside_equation u_tt = u_xx",
                                          "inside_points 500",
                                          "start_type initial",
                                          "start_equations_value u = sin(pi*x)",
                                          "start_equations_speed u_t = 0",
                                          "start_points 100",
                                          "start_weight 100",
                                          "ends_type boundary",
                                          "ends_equation u = 0",
                                          "ends_points 100",
                                          "ends_weight 100",
                                          "expert_type polynomial",
                                          "expert_polynomial_degree 10",
                                          "reference_u cos(pi*t)*sin(pi*x)",
                                          NULL};

/* The jump of an expression at the end of slab k, from both sides. */
static PetscErrorCode Jump(TessMarch m, PetscInt k, const char text[], PetscReal *jump)
{
  const PetscReal  *edge;
  const TessSystem *sys;
  PetscInt          nslab;
  PetscReal         x[2 * 11], value[2][11];

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlabs(m, &nslab, &edge));
  *jump = 0;
  for (PetscInt side = 0; side < 2; side++) {
    TessProblem p;
    Vec         theta;

    PetscCall(TessMarchGetSlab(m, k + side, &p, &theta));
    PetscCall(TessProblemGetSystem(p, &sys));
    for (PetscInt i = 0; i < 11; i++) {
      x[i]                       = 0.1 * i;
      x[(sys->dim - 1) * 11 + i] = edge[k + 1];
    }
    PetscCall(CatalogueSample(p, theta, text, 11, x, value[side]));
  }
  for (PetscInt i = 0; i < 11; i++)
    *jump = PetscMax(*jump, PetscAbsReal(value[1][i] - value[0][i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Points of one call in different slabs agree with a call for each: the exact solution is checked by errors.
 */
static PetscErrorCode Check(const char prefix[], const char *const options[], PetscReal bound)
{
  const PetscReal   *edge;
  PetscReal          l2, max, jump;
  PetscInt           nslab, its;
  TaoConvergedReason reason;
  TessMarch          m;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, &l2, &max));
  CHECK_BELOW("the exact solution in all slabs", l2, bound);
  CHECK_BELOW("and everywhere", max, 10 * bound);
  PetscCall(TessMarchGetConverged(m, &reason, &its));
  PetscCall(TessMarchGetSlabs(m, &nslab, &edge));
  CHECK("a step in each slab", its >= nslab);
  for (PetscInt k = 0; k + 1 < nslab; k++) {
    PetscCall(Jump(m, k, "u", &jump));
    CHECK_BELOW("no jump of the value", jump, bound);
    PetscCall(Jump(m, k, "u_t", &jump));
    CHECK_BELOW("no jump of the speed", jump, 100 * bound);
  }
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Without time there are no edges; before training there are no values. */
static PetscErrorCode CheckEdges(void)
{
  const PetscReal *edge, x = 2.5;
  PetscReal        value;
  PetscInt         nslab;
  TessMarch        m;

  PetscFunctionBegin;
  PetscCall(RunCreate(PETSC_COMM_WORLD, "ode_", &m));
  PetscCall(TessMarchSetUp(m));
  PetscCall(TessMarchGetSlabs(m, &nslab, &edge));
  CHECK("edges of time", nslab == 3 && edge[0] == 0 && edge[3] == 3);
  PetscCall(RunSample(m, "u", 1, &x, &value));
  CHECK("no value where nothing was trained", PetscIsNanReal(value));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(CatalogueSetAll("flat_", catalogue[0].option));
  PetscCall(RunCreate(PETSC_COMM_WORLD, "flat_", &m));
  PetscCall(TessMarchSetUp(m));
  PetscCall(TessMarchGetSlabs(m, &nslab, &edge));
  CHECK("no edges without time", nslab == 1 && !edge);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check("ode_", oscillation, 1e-10));
  PetscCall(Check("wave_", wave, 1e-5));
  PetscCall(CatalogueSet("held_", "start_enforce ansatz")); /* in the first slab; the others continue it */
  PetscCall(CatalogueSet("held_", "ends_enforce ansatz"));
  PetscCall(Check("held_", wave, 1e-5));
  PetscCall(CheckEdges());
  return TessTestEnd();
}
