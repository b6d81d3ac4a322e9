/* What an ansatz holds is so for any theta: values on faces, the rate at the start; and the lift that does it
   has derivatives that are those of its values. */
#include "../catalogue/catalogue.h"

#define POINTS 40

typedef struct {
  const char *name, *option[32];
  struct {
    PetscInt    face;
    const char *vanishes;
  } held[8];
} Case;

#define INSIDE "inside_type interior", "inside_points 100"
static const Case cases[] = {
    {"one_", /* one expression for all faces, trained experts */
     {"unknowns u", "domain_x 0,1", "domain_y -1,2", "parts_x 3", "parts_y 2", "conditions inside,walls",
      INSIDE, "inside_equation lap(u) + u_xxxx", "walls_type boundary", "walls_equation u = x^2*y + sin(x*y)",
      "walls_enforce ansatz", "expert_mlp_width 6"},
     {{0, "u - sin(x*y) - x^2*y"},
      {1, "u - sin(x*y) - x^2*y"},
      {2, "u - sin(x*y) - x^2*y"},
      {3, "u - sin(x*y) - x^2*y"}}},
    {"four_", /* an expression of its own for each face */
     {"unknowns u",
      "domain_x 0,1",
      "domain_y -1,2",
      "parts_x 2",
      "conditions inside,a,b,c,d",
      INSIDE,
      "inside_equation lap(u) + u_xxxx",
      "a_type boundary",
      "a_on x_min",
      "a_equation u = y^3",
      "a_enforce ansatz",
      "b_type boundary",
      "b_on x_max",
      "b_equation u/2 = exp(y)/2",
      "b_enforce ansatz",
      "c_type boundary",
      "c_on y_min",
      "c_equation u = -1 + x*(exp(-1) + 1)",
      "c_enforce ansatz",
      "d_type boundary",
      "d_on y_max",
      "d_equation 8*cos(pi*x/2) + exp(2)*x^4 - u",
      "d_enforce ansatz",
      "expert_type features",
      "expert_features_width 20"},
     {{0, "u - y^3"},
      {1, "u - exp(y)"},
      {2, "u + 1 - x*(exp(-1) + 1)"},
      {3, "u - 8*cos(pi*x/2) - exp(2)*x^4"}}},
    {"wave_", /* space and time, one end free, value and rate at the start; the second unknown has an end
                 alone */
     {"unknowns u,v",
      "domain_x 0,1",
      "domain_y -1,2",
      "domain_t 1,3",
      "parts_y 2",
      "parts_t 2",
      "conditions inside,start,end,side,other",
      INSIDE,
      "inside_equation lap(u) - u_tt + v_xt + u_xxyy",
      "start_type initial",
      "start_equations_a u = exp(x*y)",
      "start_equations_b u_t = x*y",
      "start_enforce ansatz",
      "end_type boundary",
      "end_on x_min",
      "end_equation u = 1 + y^2*(t - 1)^2",
      "end_enforce ansatz",
      "side_type boundary",
      "side_on y_max",
      "side_equation u = exp(2*x) + 2*x*(t - 1) + 4*(t - 1)^2",
      "side_enforce ansatz",
      "other_type boundary",
      "other_on x_max",
      "other_equation v = 3",
      "other_enforce ansatz",
      "expert_type polynomial",
      "expert_polynomial_degree 3"},
     {{4, "u - exp(x*y)"},
      {4, "u_t - x*y"},
      {0, "u - 1 - y^2*(t - 1)^2"},
      {3, "u - exp(2*x) - 2*x*(t - 1) - 4*(t - 1)^2"},
      {1, "v - 3"}}},
};

/* Points of this rank, in the box with `space` to its ends, or on a face. */
static PetscErrorCode Points(const TessSystem *sys, PetscInt face, PetscReal space, PetscReal x[])
{
  const PetscReal *lo, *hi;
  PetscMPIInt      rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(sys->comm, &rank));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt i = 0; i < sys->dim * POINTS; i++)
    x[i] = lo[i / POINTS] + space +
           (hi[i / POINTS] - lo[i / POINTS] - 2 * space) * TessKeyUniform((TessKey)rank + 3, (uint64_t)i);
  for (PetscInt p = 0; p < POINTS && face >= 0; p++)
    x[face / 2 * POINTS + p] = face % 2 ? hi[face / 2] : lo[face / 2];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal Largest(PetscInt n, const PetscReal a[])
{
  PetscReal most = 0;

  for (PetscInt i = 0; i < n; i++)
    most = PetscMax(most, PetscAbsReal(a[i]));
  return most;
}

/* The derivative `name` is the difference of the one before it, with a step along `axis`. */
static PetscErrorCode CheckDerivative(TessProblem p, Vec theta, const char name[], const char before[],
                                      PetscInt axis)
{
  const TessSystem *sys;
  PetscReal         x[3 * POINTS], d[POINTS], up[POINTS], down[POINTS], far[2], size;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(Points(sys, -1, 0.01, x));
  PetscCall(CatalogueSample(p, theta, name, POINTS, x, d));
  size = Largest(POINTS, d);
  CHECK("there is such a derivative", size > 1e-3);
  for (PetscInt k = 0; k < 2; k++) {
    const PetscReal h = k ? 5e-4 : 1e-3;

    PetscCall(Points(sys, -1, 0.01, x));
    for (PetscInt i = 0; i < POINTS; i++)
      x[axis * POINTS + i] += h;
    PetscCall(CatalogueSample(p, theta, before, POINTS, x, up));
    for (PetscInt i = 0; i < POINTS; i++)
      x[axis * POINTS + i] -= 2 * h;
    PetscCall(CatalogueSample(p, theta, before, POINTS, x, down));
    for (PetscInt i = 0; i < POINTS; i++)
      up[i] = (up[i] - down[i]) / (2 * h) - d[i];
    far[k] = Largest(POINTS, up) / size;
  }
  CHECK_BELOW("close to differences", far[1], 1e-3);
  if (far[1] > 1e-8)
    CHECK_ORDER("a derivative", 2, far[0], far[1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Case *c)
{
  const TessSystem *sys;
  PetscReal         x[3 * POINTS], value[POINTS];
  PetscInt          n;
  TessProblem       p;
  TessCondition    *condition;
  Vec               theta;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(c->name, c->option));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, c->name, &p));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(CatalogueTheta(p, 7, 1, theta));
  for (PetscInt i = 0; c->held[i].vanishes; i++) {
    PetscCall(Points(sys, c->held[i].face, 0, x));
    PetscCall(CatalogueSample(p, theta, c->held[i].vanishes, POINTS, x, value));
    CHECK_BELOW("what is held is so for any theta", Largest(POINTS, value), 2e-13);
    PetscCall(Points(sys, -1, 0.1, x));
    PetscCall(CatalogueSample(p, theta, c->held[i].vanishes, POINTS, x, value));
    CHECK("on the face alone", Largest(POINTS, value) > 1e-2);
  }
  PetscCall(CheckDerivative(p, theta, "u_x", "u", 0));
  PetscCall(CheckDerivative(p, theta, "u_xx", "u_x", 0));
  PetscCall(CheckDerivative(p, theta, "u_xxxx", "u_xxx", 0));
  PetscCall(CheckDerivative(p, theta, "u_xxy", "u_xx", 1));
  PetscCall(Points(sys, -1, 0, x));
  PetscCall(CatalogueSample(p, theta, "lap(u) - (u_xx + u_yy)", POINTS, x, value));
  CHECK_BELOW("lap is the sum of second derivatives", Largest(POINTS, value), 1e-9);
  PetscCall(TessProblemGetConditions(p, &n, &condition));
  for (PetscInt i = 1; i < n; i++) {
    PetscInt64 points;
    PetscInt   neq;

    PetscCall(TessConditionGetInfo(condition[i], NULL, &neq, &points));
    CHECK("a condition that is held has no rows", !neq && !points);
  }
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++)
    PetscCall(Check(&cases[i]));
  return TessTestEnd();
}
