/* Tables: grid, list of axes and list of points give the same points and values in file order, in even
 * shares, whatever the ranks. */
#include "scratch.h"

static const char *const axes[]   = {"x", "y", "t"};
static const char *const values[] = {"u", "v"};

/* u = 100 x + 10 y + t on 3 x 4 x 5 points, v = -u: as a grid, and as lists. */
static PetscErrorCode Make(void)
{
  const PetscInt64 extent[] = {5, 4, 3}, n[] = {3, 4, 5}, all = 60, two[] = {60, 3};
  PetscReal        axis[5], u[60], v[60], points[180], list[3][60];
  TessFile         f[3];
  PetscBool        ok;

  PetscFunctionBegin;
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, "grid.h5", &f[0]));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, "list.h5", &f[1]));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, "points.h5", &f[2]));
  for (PetscInt i = 0; i < 60; i++) {
    const PetscInt at[] = {i % 3, i / 3 % 4, i / 12};

    u[i] = 0;
    for (PetscInt a = 0; a < 3; a++) {
      points[3 * i + a] = list[a][i] = at[a];
      u[i]                           = 10 * u[i] + at[a];
    }
    v[i] = -u[i];
  }
  for (PetscInt i = 0; i < 5; i++)
    axis[i] = i;
  for (PetscInt a = 0; a < 3; a++) {
    PetscCall(TessFileWriteArray(f[0], axes[a], 1, &n[a], axis));
    PetscCall(TessFileWriteArray(f[1], axes[a], 1, &all, list[a]));
  }
  PetscCall(TessFileWriteArray(f[2], "points", 2, two, points));
  for (PetscInt k = 0; k < 3; k++) {
    PetscCall(TessFileWriteArray(f[k], "u", k ? 1 : 3, k ? &all : extent, u));
    PetscCall(TessFileWriteArray(f[k], "v", k ? 1 : 3, k ? &all : extent, v));
    v[7] = k == 1 ? v[7] : NAN;
    PetscCall(TessFileWriteArray(f[k], "nan", k ? 1 : 3, k ? &all : extent, v));
    v[7] = -u[7];
    PetscCall(TessFileClose(&f[k], &ok, NULL, 0));
    CHECK("the table is made", ok);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const char name[], PetscInt nvalue)
{
  PetscInt    n, before = 0, bad = 0;
  PetscReal  *x, *value;
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(TessTableRead(PETSC_COMM_WORLD, name, 3, axes, nvalue, values, &n, &x, &value));
  CHECK("shares are even", n == 60 / size + (rank < 60 % size));
  PetscCallMPI(MPI_Exscan(&n, &before, 1, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt  k    = before + i;
    const PetscReal u    = 100 * (k % 3) + 10 * (k / 3 % 4) + k / 12;
    const PetscReal at[] = {k % 3, k / 3 % 4, k / 12};

    for (PetscInt a = 0; a < 3; a++)
      bad += x[a * n + i] != at[a];
    if (nvalue)
      bad += value[i] != u || value[n + i] != -u;
  }
  CHECK("points and values are those of the file, in order", !bad);
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A list may have more axes than a dataset extents. */
static PetscErrorCode Many(void)
{
  const char      *names[12];
  char             name[12][8];
  PetscReal        points[60], value[5] = {1, 2, 3, 4, 5}, *x, *u;
  const PetscInt64 extent[] = {5, 12};
  PetscInt         n, bad = 0;
  TessFile         f;
  PetscBool        ok;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 60; i++)
    points[i] = (double)(i / 12) + 0.01 * (double)(i % 12);
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, "many.h5", &f));
  PetscCall(TessFileWriteArray(f, "points", 2, extent, points));
  PetscCall(TessFileWriteArray(f, "u", 1, extent, value));
  PetscCall(TessFileClose(&f, &ok, NULL, 0));
  for (PetscInt a = 0; a < 12; a++) {
    PetscCall(PetscSNPrintf(name[a], sizeof(name[a]), "x%d", (int)a + 1));
    names[a] = name[a];
  }
  PetscCall(TessTableRead(PETSC_COMM_WORLD, "many.h5", 12, names, 1, values, &n, &x, &u));
  for (PetscInt i = 0; i < 12 * n; i++)
    bad += x[i] != u[i % n] - 1 + 0.01 * (double)(i / n);
  CHECK("twelve axes", ok && !bad);
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Mistakes(void)
{
  static const char *const swapped[] = {"y", "x", "t"}, *const other[] = {"x", "y", "z"},
                           *const nan[] = {"u", "nan"}, *const no[] = {"w"};
  PetscInt   n;
  PetscReal *x, *value;
  MPI_Comm   comm = PETSC_COMM_WORLD;

  PetscFunctionBegin;
  CHECK_INPUT("another order of axes", TessTableRead(comm, "grid.h5", 3, swapped, 1, values, &n, &x, &value),
              "grid.h5", "want [5][3][4]");
  CHECK_INPUT("fewer axes", TessTableRead(comm, "grid.h5", 2, axes, 1, values, &n, &x, &value), "[5][4][3]",
              "want [4][3]");
  CHECK_INPUT("an axis that is not there",
              TessTableRead(comm, "grid.h5", 3, other, 1, values, &n, &x, &value), "no dataset z", "x, y");
  CHECK_INPUT("more axes than columns", TessTableRead(comm, "points.h5", 2, axes, 1, values, &n, &x, &value),
              "points.h5", "[n][2]");
  CHECK_INPUT("a value that is not there", TessTableRead(comm, "list.h5", 3, axes, 1, no, &n, &x, &value),
              "list.h5 has no dataset w", "u");
  CHECK_INPUT("not a number", TessTableRead(comm, "grid.h5", 3, axes, 2, nan, &n, &x, &value), "grid.h5",
              "dataset nan");
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(ScratchBegin());
  PetscCall(Make());
  PetscCall(Check("grid.h5", 2));
  PetscCall(Check("list.h5", 2));
  PetscCall(Check("points.h5", 2));
  PetscCall(Check("grid.h5", 0));
  PetscCall(Check("list.h5", 0));
  PetscCall(Check("points.h5", 0));
  PetscCall(Many());
  PetscCall(Mistakes());
  PetscCall(ScratchEnd());
  return TessTestEnd();
}
