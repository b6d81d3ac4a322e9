#pragma once
/* catalogue.h - small problems with exact solutions, as options under a prefix of their own, and how tests
   set them up.  `promise` is the relative L2 error that training must reach (tests/march/promise.c). */
#include <string.h>
#include <tessera/problem.h>
#include "../tess_test.h"

typedef struct {
  const char *name;     /* and an underscore: the prefix */
  const char *exact[2]; /* of the unknowns in their order */
  PetscReal   promise;
  PetscBool   linear, affine;
  const char *option[32]; /* "key value" */
} Entry;

static const Entry catalogue[] = {
    {"poisson",
     {"sin(2*pi*x)"},
     1e-8,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u", "domain_x 0,1", "parts_x 3", "conditions inside,ends", "inside_type interior",
      "inside_equation -u_xx = 4*pi^2*sin(2*pi*x)", "inside_points 120", "ends_type boundary",
      "ends_equation u = 0", "ends_weight 100", "expert_type features", "expert_features_width 40"}},
    {"mixed", /* Dirichlet and Neumann faces */
     {"sin(pi*x)*cos(pi*y)"},
     1e-4,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u",
      "domain_x 0,1",
      "domain_y 0,1",
      "parts_x 3",
      "parts_y 2",
      "conditions inside,walls,lids",
      "inside_type interior",
      "inside_equation -lap(u) = 2*pi^2*sin(pi*x)*cos(pi*y)",
      "inside_points 700",
      "walls_type boundary",
      "walls_on x_min,x_max",
      "walls_equation u = 0",
      "walls_points 100",
      "walls_weight 100",
      "lids_type boundary",
      "lids_on y_min,y_max",
      "lids_equation dn(u) = 0",
      "lids_points 100",
      "lids_weight 10",
      "expert_type polynomial",
      "expert_polynomial_degree 6"}},
    {"burgers",
     {"exp(-t)*sin(pi*x)"},
     1e-5,
     PETSC_TRUE,
     PETSC_FALSE,
     {"unknowns u",
      "domain_x -1,1",
      "domain_t 0,1",
      "parts_x 2",
      "parts_t 2",
      "constants_nu 0.1",
      "conditions inside,start,ends",
      "inside_type interior",
      "inside_equation u_t + u*u_x - nu*u_xx = (nu*pi^2 - 1)*exp(-t)*sin(pi*x) + "
      "pi*exp(-2*t)*sin(pi*x)*cos(pi*x)",
      "inside_points 700",
      "start_type initial",
      "start_equation u = sin(pi*x)",
      "start_points 80",
      "start_weight 100",
      "ends_type boundary",
      "ends_equation u = 0",
      "ends_points 80",
      "ends_weight 100",
      "expert_type polynomial",
      "expert_polynomial_degree 8"}},
    {"heat",
     {"exp(-pi^2*t/4)*cos(pi*x/2)"},
     2e-4,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u", "domain_x -1,1", "domain_t 0,0.5", "parts_x 2", "conditions inside,start,ends",
      "inside_type interior", "inside_equation u_t = u_xx", "inside_points 400", "inside_sampling latin",
      "start_type initial", "start_equation u = cos(pi*x/2)", "start_points 80", "start_weight 100",
      "ends_type boundary", "ends_equation u = 0", "ends_points 80", "ends_weight 100",
      "expert_type features", "expert_features_width 70"}},
    {"system", /* two experts of two kinds, a border row over the domain and one over a face */
     {"x^2 - y^2", "2*x*y"},
     1e-5,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u,v",
      "domain_x 0,1",
      "domain_y 0,1",
      "parts_x 2",
      "parts_y 2",
      "conditions inside,walls,level,lid",
      "inside_type interior",
      "inside_equations_first u_x = v_y",
      "inside_equations_second u_y = -v_x",
      "inside_weights_second 2",
      "inside_points 400",
      "walls_type boundary",
      "walls_equation u = x^2 - y^2",
      "walls_points 120",
      "level_type integral",
      "level_equation v - 1/2",
      "lid_type integral",
      "lid_on y_max",
      "lid_equation u + 2/3",
      "lid_weight 3",
      "expert_type polynomial",
      "expert_polynomial_degree 4",
      "v_expert_type features",
      "v_expert_features_width 60"}},
    {"inverse", /* scalars bounded below, on both sides, above */
     {"q0/(k0*pi^2)*(1 - exp(-k0*pi^2*t))*sin(pi*x)"},
     2e-2,
     PETSC_TRUE,
     PETSC_FALSE,
     {"unknowns u",
      "domain_x 0,1",
      "domain_t 0,1",
      "parts_x 2",
      "parameters_k_start 1",
      "parameters_k_min 0",
      "parameters_q_start 1.5",
      "parameters_q_min 0.5",
      "parameters_q_max 3",
      "parameters_c_start 0",
      "parameters_c_max 1",
      "constants_k0 0.5",
      "constants_q0 2",
      "conditions inside,edge,points,mean",
      "inside_type interior",
      "inside_equation u_t = k*u_xx + q*sin(pi*x)",
      "inside_points 300",
      "edge_type boundary",
      "edge_on x_min,x_max,t_min",
      "edge_equation u = 0",
      "edge_weight 100",
      "points_type data",
      "points_exact_u q0/(k0*pi^2)*(1 - exp(-k0*pi^2*t))*sin(pi*x) + 0.1",
      "points_equations_u u + c",
      "points_sigma 0.01",
      "points_points 300",
      "mean_type integral",
      "mean_equation 0.1*(u - k*c*x) - 0.01",
      "mean_weight 0.01",
      "expert_type polynomial",
      "expert_polynomial_degree 7"}},
    {"periodic", /* two patches that are each other's neighbour on both sides */
     {"sin(pi*x)*cos(pi*y)"},
     1e-3,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u", "domain_x 0,2", "domain_y -1,1", "domain_periodic x,y", "parts_x 2", "parts_y 3",
      "conditions inside", "inside_type interior",
      "inside_equation lap(u) - u = -(2*pi^2 + 1)*sin(pi*x)*cos(pi*y)", "inside_points 900",
      "inside_sampling grid", "expert_type polynomial", "expert_polynomial_degree 7"}},
    {"ringed", /* harmonics of one periodic axis, windows along the other */
     {"sin(2*pi*(x - t))"},
     5e-4,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u", "domain_x 0,1", "domain_t 0,1", "domain_periodic x", "parts_t 2",
      "conditions inside,start", "inside_type interior", "inside_equation u_t + u_x = 0", "inside_points 600",
      "start_type initial", "start_equation u = sin(2*pi*x)", "start_enforce ansatz", "expert_type features",
      "expert_harmonics 1", "expert_features_width 100", "expert_features_range 0.7"}},
    {"meeting", /* the same solution; faces meet in rows, not in windows */
     {"sin(pi*x)*cos(pi*y)"},
     1e-3,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u", "domain_x 0,2", "domain_y -1,1", "parts_x 2", "parts_y 3", "conditions inside,wrap",
      "inside_type interior", "inside_equation lap(u) - u = -(2*pi^2 + 1)*sin(pi*x)*cos(pi*y)",
      "inside_points 900", "wrap_type periodic", "wrap_on x,y", "wrap_points 300", "wrap_weight 100",
      "expert_type polynomial", "expert_polynomial_degree 8"}},
    {"ring", /* a jump of 1 across x, in a row that is not linear; one expert is on both faces */
     {"sin(2*pi*(x - t)) + x"},
     1e-3,
     PETSC_TRUE,
     PETSC_FALSE,
     {"unknowns u",
      "domain_x 0,1",
      "domain_t 0,1",
      "parts_t 2",
      "parameters_k 0.8",
      "conditions inside,start,wrap,points",
      "inside_type interior",
      "inside_equation u_t + k*(u_x - 1) = 0",
      "inside_points 400",
      "start_type initial",
      "start_equation u = sin(2*pi*x) + x",
      "start_points 60",
      "start_weight 100",
      "wrap_type periodic",
      "wrap_on x",
      "wrap_equations_u u - x + 0.1*k*(u - x)^2",
      "wrap_equations_v u_x",
      "wrap_weights_v 0.1",
      "wrap_points 60",
      "wrap_weight 100",
      "points_type data",
      "points_exact_u sin(2*pi*(x - t)) + x",
      "points_noise false",
      "points_points 40",
      "expert_type polynomial",
      "expert_polynomial_degree 10"}},
    {"held", /* u by an ansatz from three conditions, v free; both components of one expert */
     {"exp(x)*cos(y)", "exp(x)*sin(y)"},
     1e-6,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u,v",
      "domain_x 0,1",
      "domain_y 0,1",
      "parts_x 2",
      "parts_y 2",
      "conditions inside,left,right,lids,level",
      "inside_type interior",
      "inside_equations_first u_x = v_y",
      "inside_equations_second u_y = -v_x",
      "inside_points 400",
      "left_type boundary",
      "left_on x_min",
      "left_equation u = cos(y)",
      "left_enforce ansatz",
      "right_type boundary",
      "right_on x_max",
      "right_equation 2*exp(1)*cos(y) = 2*u",
      "right_enforce ansatz",
      "lids_type boundary",
      "lids_on y_min,y_max",
      "lids_equation u = exp(x)*cos(y)",
      "lids_enforce ansatz",
      "level_type integral",
      "level_equation v - (exp(1) - 1)*(1 - cos(1))",
      "expert_type polynomial",
      "expert_polynomial_degree 6"}},
    {"string", /* value and rate at the start, and the ends, by an ansatz */
     {"sin(pi*x)*(cos(pi*t) + sin(pi*t)) + x*t"},
     1e-5,
     PETSC_TRUE,
     PETSC_TRUE,
     {"unknowns u", "domain_x 0,1", "domain_t 0,1", "parts_x 2", "parts_t 2", "conditions inside,start,ends",
      "inside_type interior", "inside_equation u_tt = u_xx", "inside_points 500", "start_type initial",
      "start_equations_a u = sin(pi*x)", "start_equations_b u_t = pi*sin(pi*x) + x", "start_enforce ansatz",
      "ends_type boundary", "ends_equation u = x*t", "ends_enforce ansatz", "expert_type polynomial",
      "expert_polynomial_degree 8"}},
    {"network", /* trained network with a border row that is not linear */
     {"sin(pi*x)"},
     1e-2,
     PETSC_FALSE,
     PETSC_FALSE,
     {"unknowns u", "domain_x 0,1", "parts_x 2", "conditions inside,ends,energy", "inside_type interior",
      "inside_equation u_xx + u^2 = sin(pi*x)^2 - pi^2*sin(pi*x)", "inside_points 80", "ends_type boundary",
      "ends_equation u = 0", "ends_weight 100", "energy_type integral", "energy_equation u^2 - 1/2",
      "energy_points 40", "energy_weight 10", "expert_type mlp", "expert_mlp_depth 2", "expert_mlp_width 6",
      "tao_max_it 60"}},
};
#define CATALOGUE_SIZE ((PetscInt)PETSC_STATIC_ARRAY_LENGTH(catalogue))

/* "key value" as option -<prefix>key value */
static inline PetscErrorCode CatalogueSet(const char prefix[], const char line[])
{
  char        name[PETSC_MAX_OPTION_NAME];
  const char *blank = strchr(line, ' ');

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "-%s%.*s", prefix, (int)(blank - line), line));
  PetscCall(PetscOptionsSetValue(NULL, name, blank + 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The lines of a NULL-terminated list. */
static inline PetscErrorCode CatalogueSetAll(const char prefix[], const char *const lines[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; lines[i]; i++)
    PetscCall(CatalogueSet(prefix, lines[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A problem from the options under a prefix, set up. */
static inline PetscErrorCode CatalogueProblem(MPI_Comm comm, const char prefix[], TessProblem *p)
{
  PetscFunctionBegin;
  PetscCall(TessProblemCreate(comm, p));
  PetscCall(TessProblemSetOptionsPrefix(*p, prefix));
  PetscCall(TessProblemSetFromOptions(*p));
  PetscCall(TessProblemSetUp(*p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode CatalogueOptions(const Entry *e, size_t len, char prefix[])
{
  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(prefix, len, "%s_", e->name));
  PetscCall(CatalogueSetAll(prefix, e->option));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Numbers that depend on patch and index only, in a theta of any communicator. */
static inline PetscErrorCode CatalogueTheta(TessProblem p, TessKey key, PetscReal scale, Vec theta)
{
  const TessSystem *sys;
  PetscInt          nowned, n;
  PetscReal        *a;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(VecGetLocalSize(theta, &n));
  PetscCall(VecGetArrayWrite(theta, &a));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt j = 0; j < sys->stride; j++)
      a[s * sys->stride + j] = scale * TessKeyNormal(TessKeyMake(key, (uint64_t)patch.id), (uint64_t)j);
  }
  for (PetscInt j = nowned * sys->stride; j < n; j++)
    a[j] = scale * TessKeyNormal(TessKeyName(key, "shared"), (uint64_t)(j - nowned * sys->stride));
  PetscCall(VecRestoreArrayWrite(theta, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One Gauss-Newton step from the starting theta: the solution of an affine problem. */
static inline PetscErrorCode CatalogueSolve(TessProblem p, Vec *theta)
{
  Vec r, y;
  Mat J;

  PetscFunctionBegin;
  PetscCall(TessProblemCreateTheta(p, theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(VecDuplicate(*theta, &y));
  PetscCall(TessProblemComputeResidual(p, *theta, r));
  PetscCall(TessProblemComputeJacobian(p, *theta, &J));
  PetscCall(TessLeastSquaresSolve(J, r, y, "fit_", NULL));
  PetscCall(VecAXPY(*theta, -1, y));
  PetscCall(VecDestroy(&r));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Values [n] of one expression at points x [dim][n] of this rank; collective. */
static inline PetscErrorCode CatalogueSample(TessProblem p, Vec theta, const char text[], PetscInt n,
                                             const PetscReal x[], PetscReal value[])
{
  const TessSystem *sys;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessSystemCreatePde(sys, &pde));
  PetscCall(TessPdeAddEquation(pde, "a test", text));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessProblemSample(p, theta, pde, n, x, value));
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Remembers a message instead of printing it. */
static inline PetscErrorCode CatalogueKeep(MPI_Comm comm, int line, const char *func, const char *file,
                                           PetscErrorCode n, PetscErrorType p, const char *mess, void *ctx)
{
  if (p == PETSC_ERROR_INITIAL)
    snprintf(ctx, 1024, "%s", mess ? mess : "");
  return n;
}

/* A problem under this prefix is refused as a mistake of the user, on every rank, in words that hold `words`.
 */
static inline PetscErrorCode ProvokeRefusal(const char prefix[], const char words[])
{
  char           message[1024] = "";
  TessProblem    p;
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = CatalogueProblem(PETSC_COMM_WORLD, prefix, &p);
  PetscCall(PetscPopErrorHandler());
  CHECK("refused as a mistake of the user", rc == PETSC_ERR_USER_INPUT);
  CHECK("the message says what is wrong", strstr(message, words));
  if (!strstr(message, words))
    fprintf(stderr, "  wanted \"%s\", it was: %s\n", words, message);
  PetscFunctionReturn(PETSC_SUCCESS);
}
