/* Placement in two and three axes of space: at equal unknowns the error of layers that the first pass does
   not resolve falls by ten, patches are narrow in the layers alone, and the edges are the same on any number
   of ranks. */
#include "march_test.h"

typedef struct {
  const char *prefix;
  PetscInt    dim, parts;
  const char *option[20];
} Case;

/* layers at all walls, of a reaction; and at those where a flow leaves */
static const Case cases[] = {
    {"two_",
     2,
     5,
     {"parts_x 5", "parts_y 5", "domain_x 0,1", "domain_y 0,1", "constants_e 0.02",
      "inside_equation u - e^2*lap(u) = 1 - cosh((x - 0.5)/e)*cosh((y - 0.5)/e)/cosh(0.5/e)^2",
      "inside_points 2000", "walls_points 400", "expert_polynomial_degree 7",
      "reference_u (1 - cosh((x - 0.5)/e)/cosh(0.5/e))*(1 - cosh((y - 0.5)/e)/cosh(0.5/e))", NULL}},
    {"three_",
     3,
     3,
     {"parts_x 3", "parts_y 3", "parts_z 3", "domain_x 0,1", "domain_y 0,1", "domain_z 0,1",
      "constants_e 0.05",
      "inside_equation u_x + u_y + u_z - e*lap(u) ="
      " (1 + exp((x-1)/e))*y*(1 - exp((y-1)/e))*z*(1 - exp((z-1)/e))"
      " + (1 + exp((y-1)/e))*x*(1 - exp((x-1)/e))*z*(1 - exp((z-1)/e))"
      " + (1 + exp((z-1)/e))*x*(1 - exp((x-1)/e))*y*(1 - exp((y-1)/e))",
      "inside_points 3000", "walls_points 1200", "expert_polynomial_degree 5",
      "reference_u x*(1 - exp((x-1)/e))*y*(1 - exp((y-1)/e))*z*(1 - exp((z-1)/e))", NULL}},
};
static const char *const common[] = {
    "unknowns u",         "overlap 0.75",           "conditions inside,walls", "inside_type interior",
    "inside_spread even", "walls_type boundary",    "walls_equation u = 0",    "walls_spread even",
    "walls_weight 100",   "expert_type polynomial", "reference_points 2000",   NULL};

static PetscErrorCode Run(MPI_Comm comm, const Case *c, PetscBool place, TessMarch *m, PetscReal *l2)
{
  PetscReal max;

  PetscFunctionBegin;
  PetscCall(CatalogueSet(c->prefix, place ? "placement_type equidistribute" : "placement_type none"));
  PetscCall(RunCreate(comm, c->prefix, m));
  PetscCall(TessMarchSolve(*m));
  PetscCall(TessMarchGetErrors(*m, l2, &max));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Edges(TessMarch m, PetscInt axis, const PetscReal **edges)
{
  const TessSystem *sys;
  TessProblem       p;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(m, 0, &p, NULL));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessDomainGetEdges(sys->domain, axis, edges));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Case *c)
{
  const PetscInt   n = c->parts;
  PetscReal        even, placed, far = 0;
  const PetscReal *edges, *alone;
  TessMarch        m, one;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(c->prefix, common));
  PetscCall(CatalogueSetAll(c->prefix, c->option));
  PetscCall(Run(PETSC_COMM_WORLD, c, PETSC_FALSE, &m, &even));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(Run(PETSC_COMM_WORLD, c, PETSC_TRUE, &m, &placed));
  CHECK_BELOW("patches that moved find the layers at equal unknowns", placed, 0.1 * even);
  PetscCall(Run(PETSC_COMM_SELF, c, PETSC_TRUE, &one, &placed));
  for (PetscInt a = 0; a < c->dim; a++) {
    PetscCall(Edges(m, a, &edges));
    PetscCall(Edges(one, a, &alone));
    CHECK("patches are narrow in the layers",
          edges[n] - edges[n - 1] < 0.5 * (edges[n / 2 + 1] - edges[n / 2]));
    CHECK_BELOW("the ends stay", PetscAbsReal(edges[0]) + PetscAbsReal(edges[n] - 1), 0);
    for (PetscInt i = 0; i <= n; i++)
      far = PetscMax(far, PetscAbsReal(edges[i] - alone[i]));
  }
  CHECK_BELOW("edges do not depend on the ranks", far, 1e-8);
  PetscCall(TessMarchDestroy(&one));
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++)
    PetscCall(Check(&cases[i]));
  return TessTestEnd();
}
