/* The method of lines begins where the start is, be it far from its boundaries: u is the start there, and
   soon after as accurate as the tolerance, with steps that grow from a short one and do not fall below what
   helps; sources, boundaries and coefficients that follow time are met, with a stage matrix that is made once
   or anew; types of PETSc that take the same stages agree; on any number of ranks. */
#include "march_test.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "domain_t 0,0.3",
                                      "parts_x 3",
                                      "overlap 1",
                                      "time_mode ts",
                                      "ts_rtol 1e-7",
                                      "conditions inside,start,walls",
                                      "inside_type interior",
                                      "inside_points 90",
                                      "inside_sampling grid",
                                      "start_type initial",
                                      "start_points 90",
                                      "start_sampling grid",
                                      "walls_type boundary",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 14",
                                      NULL};

#define N 8
/* The largest error of u at N points at a time; exact: u(x, t). */
static PetscErrorCode Error(TessMarch m, PetscReal time, PetscReal (*exact)(PetscReal, PetscReal),
                            PetscReal *error)
{
  PetscReal x[2 * N], u[N];

  PetscFunctionBegin;
  *error = 0;
  for (PetscInt i = 0; i < N; i++) {
    x[i]     = (i + 0.5) / N;
    x[N + i] = time;
  }
  PetscCall(RunSample(m, "u", N, x, u));
  for (PetscInt i = 0; i < N; i++)
    *error = PetscMax(*error, PetscAbsReal(u[i] - exact(x[i], time)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Run(const char prefix[], const char *const lines[], TessMarch *m, PetscInt *steps)
{
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSetAll(prefix, lines));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, m));
  PetscCall(TessMarchSolve(*m));
  PetscCall(TessMarchGetConverged(*m, &reason, steps));
  CHECK("the run came to its end", reason > 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u_t = u_xx from 0 to 1 on both walls. */
static PetscReal Heated(PetscReal x, PetscReal t)
{
  PetscReal u = t > 0 ? 1 : 0;

  for (PetscInt n = 1; n < 200 && t > 0; n += 2)
    u -= 4 / (n * PETSC_PI) * PetscSinReal(n * PETSC_PI * x) * PetscExpReal(-n * n * PETSC_PI * PETSC_PI * t);
  return u;
}

static PetscErrorCode CheckContradiction(void)
{
  const char *const lines[] = {"inside_equation u_t = u_xx", "start_equation u = 0", "walls_equation u = 1",
                               "ts_dt 0.002", NULL};
  PetscReal         error;
  PetscInt          steps;
  TessMarch         m;

  PetscFunctionBegin;
  PetscCall(Run("jump_", lines, &m, &steps));
  PetscCall(Error(m, 0, Heated, &error));
  CHECK_BELOW("the start is what was asked for", error, 1e-8);
  for (PetscReal t = 0.05; t < 0.31; t += 0.05) {
    PetscCall(Error(m, t, Heated, &error));
    CHECK_BELOW("what the boundaries say is soon met", error, 1e-5);
  }
  CHECK("in few steps", steps < 60);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Patches that cannot hold the layers of the start leave more than the tolerance in every step. */
static PetscErrorCode CheckFloor(void)
{
  const char *const lines[] = {"inside_equation u_t = u_xx",
                               "start_equation u = 0",
                               "walls_equation u = 1",
                               "expert_polynomial_degree 5",
                               "ts_rtol 1e-9",
                               "ts_dt 0.005",
                               NULL};
  PetscReal         error;
  PetscInt          steps;
  TessMarch         m;

  PetscFunctionBegin;
  PetscCall(Run("floor_", lines, &m, &steps));
  CHECK("steps do not become shorter in vain", steps < 100);
  PetscCall(Error(m, 0.3, Heated, &error));
  CHECK_BELOW("the error is that of the patches", error, 1e-2);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal Rising(PetscReal x, PetscReal t)
{
  return PetscSinReal(3 * t + x) * x;
}

/* The same u by three equations: a source; a coefficient that time changes; a term that is not linear. */
static PetscErrorCode CheckTimed(void)
{
  static const char *const equation[] = {
      "inside_equation u_t = u_xx + 3*x*cos(3*t + x) - 2*cos(3*t + x) + x*sin(3*t + x)",
      "inside_equation u_t = (1 + t)*u_xx + 3*x*cos(3*t + x) - (1 + t)*(2*cos(3*t + x) - x*sin(3*t + x))",
      "inside_equation u_t = u_xx - u^2 + x^2*sin(3*t + x)^2 + 3*x*cos(3*t + x) - 2*cos(3*t + x) + x*sin(3*t "
      "+ x)"};
  static const char *const prefix[] = {"source_", "factor_", "square_"};
  const char *lines[] = {NULL, "start_equation u = x*sin(x)", "walls_equation u = x*sin(3*t + x)", NULL};
  PetscReal   error;
  PetscInt    steps;
  TessMarch   m;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 3; i++) {
    lines[0] = equation[i];
    PetscCall(Run(prefix[i], lines, &m, &steps));
    for (PetscInt k = 0; k < 4; k++) {
      PetscCall(Error(m, 0.1 * k, Rising, &error));
      CHECK_BELOW(prefix[i], error, 1e-6);
    }
    PetscCall(TessMarchDestroy(&m));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Types of PETSc that look for z_t in the function. */
static PetscErrorCode CheckTypes(void)
{
  static const char *const type[] = {"ts_type bdf", "ts_type beuler"}, *const prefix[] = {"bdf_", "beuler_"};
  const char *lines[] = {"inside_equation u_t = u_xx + 3*x*cos(3*t + x) - 2*cos(3*t + x) + x*sin(3*t + x)",
                         "start_equation u = x*sin(x)",
                         "walls_equation u = x*sin(3*t + x)",
                         "ts_dt 2e-3",
                         NULL,
                         NULL};
  PetscReal   error;
  PetscInt    steps;
  TessMarch   m;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 2; i++) {
    lines[4] = type[i];
    PetscCall(Run(prefix[i], lines, &m, &steps));
    PetscCall(Error(m, 0.3, Rising, &error));
    CHECK_BELOW(prefix[i], error, 1e-3);
    PetscCall(TessMarchDestroy(&m));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckContradiction());
  PetscCall(CheckFloor());
  PetscCall(CheckTimed());
  PetscCall(CheckTypes());
  return TessTestEnd();
}
