/* Writes what views.py reads back: JSON, and a function on uneven grids of 1 to 3 axes as VTU, XDMF and PVD,
 * by all ranks. */
#include "scratch.h"

static const char *const names[] = {"x", "y", "z"}, *const fields[] = {"u", "a<b & \"c\""};
static const PetscInt64 n[] = {9, 6, 5};

static PetscReal Axis(PetscInt a, PetscInt64 i)
{
  return (double)(i * i + i) / (double)(n[a] * n[a] - n[a]);
}

/* The blocks of this rank: cells along the last axis shared out, two blocks that meet at x[4]. */
static PetscErrorCode Vtu(PetscInt space)
{
  PetscMPIInt      rank, size;
  PetscInt64       start[6] = {0}, count[6], np = 0, cells = n[space - 1] - 1;
  PetscReal        axes[3][16], u[1024], v[1024], *axis[]  = {axes[0], axes[1], axes[2]};
  const PetscReal *data[] = {u, v};
  PetscInt         nblock = 2;
  char             name[16];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (PetscInt a = 0; a < space; a++)
    for (PetscInt64 i = 0; i < n[a]; i++)
      axes[a][i] = Axis(a, i);
  for (PetscInt b = 0; b < 2; b++) {
    for (PetscInt a = 0; a < space; a++)
      count[b * space + space - 1 - a] = n[a];
    start[b * space + space - 1] = b ? 4 : 0;
    count[b * space + space - 1] = b ? n[0] - 4 : 5;
    if (space > 1) {
      start[b * space] = cells * rank / size;
      count[b * space] = cells * (rank + 1) / size - start[b * space] + 1;
    }
    for (PetscInt64 k = 0; k < (space > 2 ? count[b * space + space - 3] : 1); k++)
      for (PetscInt64 j = 0; j < (space > 1 ? count[b * space + space - 2] : 1); j++)
        for (PetscInt64 i = 0; i < count[b * space + space - 1]; i++, np++) {
          u[np] = axes[0][start[b * space + space - 1] + i];
          if (space > 1)
            u[np] += 10 * axes[1][start[b * space + space - 2] + j];
          if (space > 2)
            u[np] += 100 * axes[2][start[b * space + space - 3] + k];
          v[np] = -u[np];
        }
  }
  if (space == 1)
    nblock = rank ? 0 : 2; /* other ranks have nothing */
  PetscCall(PetscSNPrintf(name, sizeof(name), "grid%d.vtu", (int)space));
  PetscCall(TessVtuWrite(PETSC_COMM_WORLD, name, space, n, (const PetscReal *const *)axis, nblock, start,
                         count, 2, fields, data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u = x + 10 y (+ 1000 t) over `space` axes, in time or not. */
static PetscErrorCode Xdmf(PetscInt space, PetscBool time, const char stem[])
{
  const char    *axes[4], *field[] = {"fields/u"};
  const PetscInt dim = space + (time ? 1 : 0);
  PetscInt64     size[4], extent[4], total      = 1;
  PetscReal      array[4][16], u[2048], *axis[] = {array[0], array[1], array[2], array[3]};
  char           name[32];
  TessFile       f;
  PetscBool      ok;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.h5", stem));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &f));
  for (PetscInt a = 0; a < dim; a++) {
    axes[a]             = a < space ? names[a] : "t";
    size[a]             = a < space ? n[a] : 3;
    extent[dim - 1 - a] = size[a];
    total *= size[a];
    for (PetscInt64 i = 0; i < size[a]; i++)
      array[a][i] = a < space ? Axis(a, i) : 0.1 * (double)i;
    PetscCall(TessFileWriteArray(f, axes[a], 1, &size[a], array[a]));
  }
  for (PetscInt64 p = 0; p < total; p++) {
    PetscInt64 rest = p;

    u[p] = 0;
    for (PetscInt a = 0; a < dim; a++) {
      u[p] += PetscPowRealInt(10, a < space ? (int)a : 3) * array[a][rest % size[a]];
      rest /= size[a];
    }
  }
  PetscCall(TessFileWriteArray(f, "fields/u", dim, extent, u));
  PetscCall(TessFileClose(&f, &ok, NULL, 0));
  CHECK("the data are written", ok);
  PetscCall(TessXdmfWrite(PETSC_COMM_WORLD, stem, dim, space, axes, size, (const PetscReal *const *)axis, 1,
                          field));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Json(void)
{
  TessJson    j;
  FILE       *exact = NULL;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (!rank)
    exact = fopen("numbers.txt", "w");
  PetscCall(TessJsonCreate(&j));
  PetscCall(TessJsonText(j, "name", "caf\xc3\xa9 \"q\" \\ \n\t\x01 \xff end"));
  PetscCall(TessJsonText(j, "none", NULL));
  PetscCall(TessJsonInt(j, "large", INT64_MAX));
  PetscCall(TessJsonBool(j, "yes", PETSC_TRUE));
  PetscCall(TessJsonBool(j, "no", PETSC_FALSE));
  PetscCall(TessJsonOpen(j, "numbers", '['));
  for (PetscInt i = 0; i < 200; i++) {
    const PetscReal value = TessKeyNormal(7, (uint64_t)i) * PetscPowReal(10, (double)(3 * i - 300));

    PetscCall(TessJsonNumber(j, NULL, value));
    if (exact)
      fprintf(exact, "%a\n", (double)value);
  }
  if (exact)
    fclose(exact);
  PetscCall(TessJsonShut(j));
  PetscCall(TessJsonNumber(j, "tenth", 0.1));
  PetscCall(TessJsonNumber(j, "nan", NAN));
  PetscCall(TessJsonNumber(j, "inf", -INFINITY));
  PetscCall(TessJsonNumber(j, "huge", PETSC_INFINITY));
  PetscCall(TessJsonOpen(j, "empty", '{'));
  PetscCall(TessJsonShut(j));
  PetscCall(TessJsonOpen(j, "history", '['));
  for (PetscInt i = 0; i < 2; i++) {
    PetscCall(TessJsonOpen(j, NULL, '{'));
    PetscCall(TessJsonInt(j, "step", i));
    PetscCall(TessJsonShut(j));
  }
  PetscCall(TessJsonWrite(j, PETSC_COMM_WORLD, "half.json")); /* a list is still open */
  PetscCall(TessJsonShut(j));
  PetscCall(TessJsonWrite(j, PETSC_COMM_WORLD, "a.json"));
  PetscCall(TessJsonDestroy(&j));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscReal   time[] = {0, 0.5};
  const char *const file[] = {"./grid2.vtu", "other/grid3.vtu"};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt space = 1; space <= 3; space++)
    PetscCall(Vtu(space));
  PetscCall(Xdmf(1, PETSC_FALSE, "line"));
  PetscCall(Xdmf(1, PETSC_TRUE, "line_t"));
  PetscCall(Xdmf(2, PETSC_FALSE, "plane"));
  PetscCall(Xdmf(2, PETSC_TRUE, "plane_t"));
  PetscCall(Xdmf(3, PETSC_TRUE, "space_t"));
  PetscCall(TessPvdWrite(PETSC_COMM_WORLD, "./series", 2, time, file));
  PetscCall(Json());
  return TessTestEnd();
}
