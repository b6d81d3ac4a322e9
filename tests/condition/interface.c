/* A row of an interface condition is its scale times the difference of an expression between the two patches
   at a face; without overlap the solution is that of the whole, with the derivatives continuous that the
   equation needs, across a period too, and where a coefficient jumps by a thousand the flux is continuous;
   wrong terms are refused. */
#include "../catalogue/catalogue.h"

#define KAPPA "if(x < 1/3, 1, 1000)"
#define E KAPPA "*u_x + y*u^2"
static const char *const rows[] = {"unknowns u",
                                   "domain_x 0,1",
                                   "domain_y -1,1",
                                   "parts_x 3",
                                   "parts_y 2",
                                   "overlap 0",
                                   "conditions inside,faces",
                                   "inside_type interior",
                                   "inside_equation u_x + u_y = 1",
                                   "inside_points 60",
                                   "faces_type interface",
                                   "faces_terms flux",
                                   "faces_flux " E,
                                   "faces_points 70",
                                   "faces_weights_flux 5",
                                   "expert_type polynomial",
                                   "expert_polynomial_degree 3",
                                   NULL};

static PetscErrorCode CheckRows(void)
{
  const PetscReal  near = 1e-12;
  PetscInt         n    = 0, at, nc;
  PetscReal       *x, *value[2], share = 0;
  const PetscReal *a;
  TessProblem      p;
  TessCondition   *c;
  TessPointSet    *set;
  Vec              theta, r;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("rows_", rows));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "rows_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(CatalogueTheta(p, 4, 0.5, theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetConditions(p, &nc, &c));
  PetscCall(TessConditionGetSets(c[1], &nc, &set));
  for (PetscInt k = 0; k < nc; k++)
    n += set[k].n;
  PetscCall(PetscMalloc3(2 * n, &x, n, &value[0], n, &value[1]));
  for (PetscInt side = 0; side < 2; side++) {
    at = 0;
    for (PetscInt k = 0; k < nc; at += set[k++].n)
      for (PetscInt i = 0; i < 2; i++)
        for (PetscInt j = 0; j < set[k].n; j++)
          x[i * n + at + j] = set[k].x[i * set[k].n + j] + (2 * side - 1) * near * set[k].normal[i * set[k].n];
    PetscCall(CatalogueSample(p, theta, E, n, x, value[side]));
  }
  PetscCall(VecGetArrayRead(r, &a));
  at = 0;
  for (PetscInt k = 0; k < nc; at += set[k++].n) {
    for (PetscInt j = 0; j < set[k].n; j++) {
      CHECK_BELOW("a row is the difference of the sides",
                  a[set[k].row + j] - set[k].scale[j] * (value[0][at + j] - value[1][at + j]), 1e-6);
      CHECK_BELOW("with the weight of its share", set[k].scale[j] - PetscSqrtReal(5 * set[k].share[j]),
                  1e-14);
      share += set[k].share[j];
    }
  }
  PetscCall(VecRestoreArrayRead(r, &a));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &share, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("shares sum to one", share - 1, 1e-13);
  PetscCall(PetscFree3(x, value[0], value[1]));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A problem on [0, 1] in u, with the text of its solution; `neq` equations at each interface. */
typedef struct {
  const char *name, *equation, *ends, *more, *exact;
  PetscInt    neq;
} Case;
static const Case cases[] = {
    {"first", "u_x = u", "u - 1", "walls_on x_min", "exp(x)", 1},
    {"second", "-u_xx = pi^2*sin(pi*x)", "u", "seed 2", "sin(pi*x)", 2},
    {"third", "u_xxx = -8*pi^3*cos(2*pi*x)", "u - sin(2*pi*x)", "walls_weight 100", "sin(2*pi*x)", 3},
    {"fourth", "u_xxxx = pi^4*sin(pi*x)", "u", "walls_weight 100", "sin(pi*x)", 4},
    {"ring", "-u_xx + u = (1 + 4*pi^2)*sin(2*pi*x)", "u", "domain_periodic x", "sin(2*pi*x)", 2},
    {"jump", "-if(x < 0.5, 1, 1000)*u_xx = 4*pi^2*sin(2*pi*x)", "u", "interface_terms value,flux",
     "sin(2*pi*x)/if(x < 0.5, 1, 1000)", 2},
};

static PetscErrorCode CheckCase(const Case *k)
{
  static const char *const common[] = {"unknowns u",
                                       "domain_x 0,1",
                                       "parts_x 4",
                                       "overlap 0",
                                       "inside_type interior",
                                       "inside_points 240",
                                       "walls_type boundary",
                                       "slopes_type boundary",
                                       "conditions inside,walls",
                                       "expert_type polynomial",
                                       "expert_polynomial_degree 16",
                                       "interface_flux if(x < 0.5, 1, 1000)*dn(u)",
                                       NULL};
  char                     line[256], prefix[32];
  PetscReal                x[41], u[41], exact[41], flux[2];
  PetscInt                 n, neq;
  TessProblem              p;
  TessCondition           *c;
  Vec                      theta;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%s_", k->name));
  PetscCall(CatalogueSetAll(prefix, common));
  PetscCall(PetscSNPrintf(line, sizeof(line), "inside_equation %s", k->equation));
  PetscCall(CatalogueSet(prefix, line));
  PetscCall(PetscSNPrintf(line, sizeof(line), "walls_equation %s", k->ends));
  PetscCall(CatalogueSet(prefix, line));
  if (k->neq > 2) { /* slopes at the lower end, or at both */
    PetscCall(PetscSNPrintf(line, sizeof(line), "slopes_equation %s", k->neq == 3 ? "u_x - 2*pi" : "u_xx"));
    PetscCall(CatalogueSet(prefix, line));
    PetscCall(CatalogueSet(prefix, k->neq == 3 ? "slopes_on x_min" : "slopes_on x_min,x_max"));
    PetscCall(CatalogueSet(prefix, "slopes_weight 100"));
    PetscCall(CatalogueSet(prefix, "conditions inside,walls,slopes"));
  }
  PetscCall(CatalogueSet(prefix, k->more));
  if (!strncmp(k->more, "domain_periodic", 15))
    PetscCall(CatalogueSet(prefix, "conditions inside"));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemGetConditions(p, &n, &c));
  PetscCall(TessConditionGetInfo(c[n - 1], NULL, &neq, NULL));
  CHECK("as many equations as the order asks for", neq == k->neq);
  PetscCall(CatalogueSolve(p, &theta));
  for (PetscInt i = 0; i <= 40; i++)
    x[i] = 0.025 * i;
  PetscCall(CatalogueSample(p, theta, "u", 41, x, u));
  PetscCall(CatalogueSample(p, theta, k->exact, 41, x, exact));
  for (PetscInt i = 0; i <= 40; i++)
    CHECK_BELOW(k->name, u[i] - exact[i], 1e-8);
  x[0] = 0.5 - 1e-12;
  x[1] = 0.5 + 1e-12;
  PetscCall(CatalogueSample(p, theta, "if(x < 0.5, 1, 1000)*u_x", 2, x, flux));
  if (!strcmp(k->name, "jump"))
    CHECK_BELOW("the flux is continuous", flux[0] - flux[1], 1e-6);
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckMistakes(void)
{
  static const char *const mistake[][2] = {
      {"faces_terms fluxx",
       "\"fluxx\" is not one of value, flux, normal, normal2, normal3, residual, gradient, robin; did "
       "you mean flux?"},
      {"faces_terms value,value", "names \"value\" twice"},
      {"overlap 0.5", "the patches overlap: set -"},
      {"faces_weights_value 2", "has no equation of that name; its equations: flux"},
      {"faces_terms normal4", "\"normal4\" is not one of"},
  };
  char prefix[16];

  PetscFunctionBegin;
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(mistake); i++) {
    PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "wrong%d_", (int)i));
    PetscCall(CatalogueSetAll(prefix, rows));
    PetscCall(CatalogueSet(prefix, mistake[i][0]));
    PetscCall(ProvokeRefusal(prefix, mistake[i][1]));
  }
  PetscCall(CatalogueSetAll("high_", rows));
  PetscCall(CatalogueSet("high_", "inside_equation u_xxxx + u_y = 1"));
  PetscCall(CatalogueSet("high_", "faces_terms gradient"));
  PetscCall(ProvokeRefusal("high_", "order"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckRows());
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++)
    PetscCall(CheckCase(&cases[i]));
  PetscCall(CheckMistakes());
  return TessTestEnd();
}
