/* A row of a periodic condition is its scale times the difference of the expression at a point of the lower
   face and at the point opposite, with the axes, given fields and scalars of each place; a problem whose
   faces meet in rows has the solution of the one whose windows wrap; wrong axes are refused. */
#include <unistd.h>
#include "../catalogue/catalogue.h"

#define E "u*(1 + k*x) + a*y*u_x + x^2*kappa"
static const char *const options[] = {"unknowns u",
                                      "domain_x 0,2",
                                      "domain_y -1,1",
                                      "domain_t 0,1",
                                      "parts_x 6",
                                      "parts_y 1",
                                      "parts_t 2",
                                      "constants_a 3",
                                      "parameters_k 0.7",
                                      "conditions wrap",
                                      "wrap_type periodic",
                                      "wrap_on t,x",
                                      "wrap_equation " E,
                                      "wrap_points 90",
                                      "wrap_weight 5",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 3",
                                      NULL};

/* kappa = x^2 at the points of a grid, finer along x than the patches. */
static PetscErrorCode MakeField(const char name[])
{
  const PetscInt64 n[3] = {9, 2, 2}, all[3] = {2, 2, 9}; /* values [t][y][x] */
  const PetscReal  end[2][2] = {{-1, 1}, {0, 1}};
  PetscReal        x[9], kappa[36];
  PetscBool        ok;
  TessFile         file;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 36; i++) {
    x[i % 9] = 0.25 * (i % 9);
    kappa[i] = PetscSqr(x[i % 9]);
  }
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessFileWriteArray(file, "x", 1, &n[0], x));
  PetscCall(TessFileWriteArray(file, "y", 1, &n[1], end[0]));
  PetscCall(TessFileWriteArray(file, "t", 1, &n[2], end[1]));
  PetscCall(TessFileWriteArray(file, "kappa", 3, all, kappa));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r [row] against the expression sampled at both ends of the axis that a set's normal names. */
static PetscErrorCode CheckRows(void)
{
  static const PetscReal hi[3] = {2, 1, 1};
  PetscInt               nset, n = 0, at = 0;
  PetscInt64             npoint;
  PetscReal             *x, *value[2], share = 0;
  const PetscReal       *a;
  TessProblem            p;
  TessCondition         *c;
  TessPointSet          *set;
  Vec                    theta, r;

  PetscFunctionBegin;
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "rows_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(CatalogueTheta(p, 4, 0.5, theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetConditions(p, &nset, &c));
  PetscCall(TessConditionGetInfo(c[0], NULL, NULL, &npoint));
  CHECK("as many points as asked for", npoint == 90);
  PetscCall(TessConditionGetSets(c[0], &nset, &set));
  for (PetscInt k = 0; k < nset; k++)
    n += set[k].n;
  PetscCall(PetscMalloc3(3 * n, &x, n, &value[0], n, &value[1]));
  for (PetscInt side = 0; side < 2; side++, at = 0) {
    for (PetscInt k = 0; k < nset; at += set[k++].n)
      for (PetscInt i = 0; i < 3; i++)
        for (PetscInt j = 0; j < set[k].n; j++)
          x[i * n + at + j] = side && set[k].normal[i * set[k].n] != 0 ? hi[i] : set[k].x[i * set[k].n + j];
    PetscCall(CatalogueSample(p, theta, E, n, x, value[side]));
  }
  PetscCall(VecGetArrayRead(r, &a));
  for (PetscInt k = 0; k < nset; at += set[k++].n) {
    for (PetscInt j = 0; j < set[k].n; j++) {
      CHECK_BELOW("a row is the difference of the faces",
                  a[set[k].row + j] - set[k].scale[j] * (value[0][at + j] - value[1][at + j]), 1e-13);
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

/* -u'' + u = f round a ring of three patches: values at 50 points by rows or by windows, both near exact. */
static PetscErrorCode CheckTwin(void)
{
  static const char *const ring[] = {"unknowns u",
                                     "domain_x 0,2",
                                     "parts_x 3",
                                     "conditions inside",
                                     "inside_type interior",
                                     "inside_equation -u_xx + u = (1 + 9*pi^2)*sin(3*pi*x) + 1",
                                     "inside_points 120",
                                     "expert_type polynomial",
                                     "expert_polynomial_degree 18",
                                     NULL};
  static const char *const rows[] = {"conditions inside,wrap", "wrap_type periodic", "wrap_on x",
                                     "wrap_weight 100", NULL};
  static const char *const name[] = {"windows_", "rows2_"};
  PetscReal                x[50], value[2][50];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 50; i++)
    x[i] = 0.04 * i;
  for (PetscInt k = 0; k < 2; k++) {
    TessProblem p;
    Vec         theta;

    PetscCall(CatalogueSetAll(name[k], ring));
    if (k)
      PetscCall(CatalogueSetAll(name[k], rows));
    else
      PetscCall(CatalogueSet(name[k], "domain_periodic x"));
    PetscCall(CatalogueProblem(PETSC_COMM_WORLD, name[k], &p));
    PetscCall(CatalogueSolve(p, &theta));
    PetscCall(CatalogueSample(p, theta, "u", 50, x, value[k]));
    PetscCall(VecDestroy(&theta));
    PetscCall(TessProblemDestroy(&p));
  }
  for (PetscInt i = 0; i < 50; i++) {
    CHECK_BELOW("the solution with a periodic domain", value[0][i] - 1 - PetscSinReal(3 * PETSC_PI * x[i]),
                1e-8);
    CHECK_BELOW("is that with a periodic condition", value[1][i] - value[0][i], 1e-8);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The ends of a slab of time do not meet. */
static PetscErrorCode ProvokeSlab(void)
{
  char           message[1024] = "";
  TessProblem    p;
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("slab_", options));
  PetscCall(TessProblemCreate(PETSC_COMM_WORLD, &p));
  PetscCall(TessProblemSetOptionsPrefix(p, "slab_"));
  PetscCall(TessProblemSetTime(p, 0, 0.5));
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = TessProblemSetFromOptions(p);
  PetscCall(PetscPopErrorHandler());
  CHECK("refused as a mistake of the user", rc == PETSC_ERR_USER_INPUT);
  CHECK("and said so",
        strstr(message, "the ends of \"t\" cannot meet in a periodic condition, those of x, y can"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckMistakes(void)
{
  static const char *const mistake[][2] = {
      {"wrap_on z", "the ends of \"z\" cannot meet in a periodic condition, those of x, t can"},
      {"wrap_on y", "the ends of \"y\" cannot meet"},
      {"wrap_on x,x", "names the axis \"x\" twice"},
      {"wrap_on x_min", "the ends of \"x_min\" cannot meet"},
      {"wrap_equation dn(u)", "known on boundaries only; its type is periodic"},
  };
  char prefix[16];

  PetscFunctionBegin;
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(mistake); i++) {
    PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "wrong%d_", (int)i));
    PetscCall(CatalogueSetAll(prefix, options));
    PetscCall(CatalogueSet(prefix, "wrap_equation u"));
    PetscCall(CatalogueSet(prefix, "domain_periodic y"));
    PetscCall(CatalogueSet(prefix, mistake[i][0]));
    PetscCall(ProvokeRefusal(prefix, mistake[i][1]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  char        name[64], line[128];
  PetscMPIInt rank;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscSNPrintf(name, sizeof(name), "periodic_%d.h5", (int)getpid()));
  PetscCallMPI(MPI_Bcast(name, sizeof(name), MPI_CHAR, 0, PETSC_COMM_WORLD));
  PetscCall(MakeField(name));
  PetscCall(CatalogueSetAll("rows_", options));
  PetscCall(PetscSNPrintf(line, sizeof(line), "fields_kappa_file %s", name));
  PetscCall(CatalogueSet("rows_", line));
  PetscCall(CheckRows());
  if (!rank)
    unlink(name);
  PetscCall(CheckTwin());
  PetscCall(CheckMistakes());
  PetscCall(ProvokeSlab());
  return TessTestEnd();
}
