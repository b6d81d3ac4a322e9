/* Data are the points and values of a file, all of them, each in its patch with weight / N over sigma^2; a
   twin experiment draws its points in its box and adds independent normal noise of its sigma. */
#include <unistd.h>
#include "../catalogue/catalogue.h"

#define N 41
static const char *const options[] = {"unknowns u,v",
                                      "domain_x 0,2",
                                      "domain_t 1,2",
                                      "parts_x 3",
                                      "parts_t 2",
                                      "conditions points",
                                      "points_type data",
                                      "points_weight 3",
                                      "expert_type polynomial",
                                      NULL};

/* Scattered points of the test's own making: x, t, u = x + 10 t, w = x t. */
static PetscErrorCode MakeFile(const char name[])
{
  const PetscInt64 n = N;
  PetscReal        a[4][N];
  PetscBool        ok;
  TessFile         file;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < N; i++) {
    a[0][i] = 2 * TessKeyUniform(5, (uint64_t)i);
    a[1][i] = 1 + TessKeyUniform(6, (uint64_t)i);
    a[2][i] = a[0][i] + 10 * a[1][i];
    a[3][i] = a[0][i] * a[1][i];
  }
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessFileWriteArray(file, "x", 1, &n, a[0]));
  PetscCall(TessFileWriteArray(file, "t", 1, &n, a[1]));
  PetscCall(TessFileWriteArray(file, "u", 1, &n, a[2]));
  PetscCall(TessFileWriteArray(file, "w", 1, &n, a[3]));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Equations by name: w = what "v^2" measures, then u. */
static PetscErrorCode CheckFile(const char name[])
{
  char              line[PETSC_MAX_PATH_LEN + 32];
  const TessSystem *sys;
  PetscInt          n;
  PetscReal         sum[3] = {0, 0, 0}, exact[3] = {0, 0, 0};
  TessProblem       p;
  TessCondition    *c;
  TessPointSet     *set;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("file_", options));
  PetscCall(PetscSNPrintf(line, sizeof(line), "points_file %s", name));
  PetscCall(CatalogueSet("file_", line));
  PetscCall(CatalogueSet("file_", "points_sigma 0.5"));
  PetscCall(CatalogueSet("file_", "points_equations_w v^2"));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "file_", &p));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessProblemGetConditions(p, &n, &c));
  PetscCall(TessConditionGetSets(c[0], &n, &set));
  for (PetscInt k = 0; k < n; k++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, set[k].s, &patch));
    for (PetscInt i = 0; i < set[k].n; i++) {
      const PetscReal x = set[k].x[i], t = set[k].x[set[k].n + i];

      CHECK("in its patch", x >= patch.lo[0] && x <= patch.hi[0] && t >= patch.lo[1] && t <= patch.hi[1]);
      CHECK("the values belong to the point",
            set[k].target[i] == x * t && set[k].target[set[k].n + i] == x + 10 * t);
      CHECK_BELOW("the scale is sqrt(weight / N) / sigma", set[k].scale[i] - PetscSqrtReal(3. / N) / 0.5,
                  1e-14);
      sum[0] += 1, sum[1] += x, sum[2] += t * t;
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 3, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  for (PetscInt i = 0; i < N; i++)
    exact[0] += 1, exact[1] += 2 * TessKeyUniform(5, (uint64_t)i),
        exact[2] += PetscSqr(1 + TessKeyUniform(6, (uint64_t)i));
  for (PetscInt i = 0; i < 3; i++)
    CHECK_BELOW("every point of the file is there once", sum[i] - exact[i], 1e-12);
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Sums over n points: 1, e, e^2, e^3, e f, e_i e_(i-1), e x, x, with e, f the noise of u and v over sigma. */
static PetscErrorCode CheckTwin(const char prefix[], PetscBool noise)
{
  const PetscReal sigma = 0.05, exact[8] = {20000, 0, 1, 0, 0, 0, 0, 0};
  PetscInt        n;
  PetscReal       sum[8] = {0};
  TessProblem     p;
  TessCondition  *c;
  TessPointSet   *set;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSet(prefix, "points_exact_u x*t"));
  PetscCall(CatalogueSet(prefix, "points_exact_v x - t"));
  PetscCall(CatalogueSet(prefix, "points_within_x 0.5,1.5"));
  PetscCall(CatalogueSet(prefix, "points_sigma 0.05"));
  PetscCall(CatalogueSet(prefix, "points_points 20000"));
  PetscCall(CatalogueSet(prefix, noise ? "points_noise true" : "points_noise false"));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemGetConditions(p, &n, &c));
  PetscCall(TessConditionGetSets(c[0], &n, &set));
  for (PetscInt k = 0; k < n; k++) {
    PetscReal before = 0;

    for (PetscInt i = 0; i < set[k].n; i++) {
      const PetscReal x = set[k].x[i], t = set[k].x[set[k].n + i], e = (set[k].target[i] - x * t) / sigma,
                      f      = (set[k].target[set[k].n + i] - (x - t)) / sigma;
      const PetscReal one[8] = {1, e, e * e, e * e * e, e * f, e * before, e * (x - 1), x - 1};

      CHECK("points are drawn in the box", x >= 0.5 && x <= 1.5 && t >= 1 && t <= 2);
      CHECK("without noise the values are exact",
            noise || (PetscAbsReal(e) < 1e-12 && PetscAbsReal(f) < 1e-12));
      for (PetscInt j = 0; j < 8; j++)
        sum[j] += one[j];
      before = e;
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 8, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK("as many as asked for", sum[0] == exact[0]);
  for (PetscInt j = 1; j < 8 && noise; j++)
    CHECK_BELOW("moments of independent normal numbers", sum[j] / sum[0] - exact[j],
                (j == 3 ? 20 : 7) / PetscSqrtReal(exact[0]));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A domain that is too small for the file. */
static PetscErrorCode Provoke(const char name[])
{
  char line[PETSC_MAX_PATH_LEN + 32];

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("out_", options));
  PetscCall(PetscSNPrintf(line, sizeof(line), "points_file %s", name));
  PetscCall(CatalogueSet("out_", line));
  PetscCall(CatalogueSet("out_", "domain_x 0,1"));
  PetscCall(ProvokeRefusal("out_", "lie outside the domain"));
  PetscCall(CatalogueSet("out_", "points_file /nowhere/points.h5"));
  PetscCall(ProvokeRefusal("out_", "/nowhere/points.h5"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  char        name[PETSC_MAX_PATH_LEN] = "";
  PetscMPIInt rank;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscSNPrintf(name, sizeof(name), "condition_data_%d.h5", (int)getpid()));
  PetscCallMPI(MPI_Bcast(name, sizeof(name), MPI_CHAR, 0, PETSC_COMM_WORLD));
  PetscCall(MakeFile(name));
  PetscCall(CheckFile(name));
  PetscCall(Provoke(name));
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  if (!rank)
    unlink(name);
  PetscCall(CheckTwin("noisy_", PETSC_TRUE));
  PetscCall(CheckTwin("clean_", PETSC_FALSE));
  return TessTestEnd();
}
