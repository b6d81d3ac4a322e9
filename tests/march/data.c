/* Data in slabs of time: every point of a file is in one slab, the one with lo <= t < hi (the last one holds
   its upper end), with the weight that it has in one problem of the whole time; a twin experiment has the
   same data in slabs as without; a slab may have none; a point outside the whole time is refused by name. */
#include "march_test.h"

#define N 9
static const PetscReal   time_[N]  = {0, 0.1, 0.5, 0.25, 0.99, 2, 1.5, 0.75, 1.9}; /* none in [1, 1.5) */
static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "domain_t 0,2",
                                      "parts_x 2",
                                      "conditions inside,start,points",
                                      "inside_type interior",
                                      "inside_equation u_t + u = 0",
                                      "inside_points 300",
                                      "start_type initial",
                                      "start_equation u = exp(x)",
                                      "start_points 40",
                                      "points_type data",
                                      "points_weight 3",
                                      "points_sigma 0.5",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 8",
                                      "time_mode slabs",
                                      "time_slabs 4",
                                      "reference_u exp(x - t)",
                                      NULL};

/* u = exp(x - t) at x = 0.1 i, t = time_[i] (one later if asked). */
static PetscErrorCode MakeFile(const char name[], PetscReal last)
{
  const PetscInt64 n = N;
  PetscReal        x[N], t[N], u[N];
  PetscBool        ok;
  TessFile         file;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < N; i++) {
    x[i] = 0.1 * i;
    t[i] = i < N - 1 ? time_[i] : last;
    u[i] = PetscExpReal(x[i] - t[i]);
  }
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessFileWriteArray(file, "x", 1, &n, x));
  PetscCall(TessFileWriteArray(file, "t", 1, &n, t));
  PetscCall(TessFileWriteArray(file, "u", 1, &n, u));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Sums over the data of one slab: 1, t, x t, value, scale^2; and that each lies in [lo, hi), or [lo, hi]. */
static PetscErrorCode AddSlab(const char prefix[], PetscReal lo, PetscReal hi, PetscReal sum[])
{
  PetscInt       n;
  PetscInt64     npoint;
  PetscReal      own[5] = {0}, noise;
  TessProblem    p;
  TessCondition *c;
  TessPointSet  *set;

  PetscFunctionBegin;
  PetscCall(TessProblemCreate(PETSC_COMM_WORLD, &p));
  PetscCall(TessProblemSetOptionsPrefix(p, prefix));
  PetscCall(TessProblemSetTime(p, lo, hi));
  PetscCall(TessProblemSetFromOptions(p));
  PetscCall(TessProblemSetUp(p));
  PetscCall(TessProblemGetConditions(p, &n, &c));
  PetscCall(TessConditionGetInfo(c[2], NULL, NULL, &npoint));
  PetscCall(TessConditionGetNoise(c[2], &noise));
  PetscCall(TessConditionGetSets(c[2], &n, &set));
  for (PetscInt k = 0; k < n; k++) {
    for (PetscInt i = 0; i < set[k].n; i++) {
      const PetscReal x = set[k].x[i], t = set[k].x[set[k].n + i], scale = set[k].scale[i];
      const PetscReal one[5] = {1, t, x * t, set[k].target[i], scale * scale};

      CHECK("in the slab, its upper end in the next", t >= lo && (t < hi || hi == 2));
      CHECK_BELOW("the noise of a row is sigma times its scale", noise - PetscSqr(0.5 * scale), 1e-15);
      for (PetscInt j = 0; j < 5; j++)
        own[j] += one[j];
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, own, 5, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK("the number of points is told", npoint == (PetscInt64)own[0]);
  CHECK("no data in the third slab of the file", strcmp(prefix, "file_") || lo != 1 || npoint == 0);
  for (PetscInt j = 0; j < 5; j++)
    sum[j] += own[j];
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckSums(const char prefix[])
{
  PetscReal slabs[5] = {0}, whole[5] = {0};

  PetscFunctionBegin;
  for (PetscInt k = 0; k < 4; k++)
    PetscCall(AddSlab(prefix, 0.5 * k, 0.5 * (k + 1), slabs));
  PetscCall(AddSlab(prefix, 0, 2, whole));
  CHECK_BELOW("all weights together are weight / sigma^2", whole[4] - 3 / 0.25, 1e-12);
  for (PetscInt j = 0; j < 5; j++)
    CHECK_BELOW("the data of all slabs are those of the whole time", slabs[j] - whole[j], 1e-12 * whole[j]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckRun(void)
{
  PetscReal l2, max;
  TessMarch m;

  PetscFunctionBegin;
  PetscCall(RunCreate(PETSC_COMM_WORLD, "file_", &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, &l2, &max));
  CHECK_BELOW("trained with the data of a file in slabs", l2, 1e-6);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  static const char *const prefix[] = {"file_", "late_", "twin_"};
  char                     name[2][64], line[96];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt k = 0; k < 3; k++)
    PetscCall(CatalogueSetAll(prefix[k], options));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(RunFile(k ? "late" : "data", sizeof(name[k]), name[k]));
    PetscCall(MakeFile(name[k], k ? 2.25 : time_[N - 1]));
    PetscCall(PetscSNPrintf(line, sizeof(line), "points_file %s", name[k]));
    PetscCall(CatalogueSet(prefix[k], line));
  }
  PetscCall(CatalogueSet("twin_", "points_exact_u exp(x - t)"));
  PetscCall(CatalogueSet("twin_", "points_within_t 0.3,1.2"));
  PetscCall(CatalogueSet("twin_", "points_points 500"));
  PetscCall(CheckSums("file_"));
  PetscCall(CheckSums("twin_"));
  PetscCall(CheckRun());
  PetscCall(
      ProvokeRefusal("late_", "lie outside the domain, the first at x = 0.8, t = 2.25: t is not in [0, 2]"));
  for (PetscInt k = 0; k < 2; k++)
    PetscCall(RunUnlink(name[k]));
  return TessTestEnd();
}
