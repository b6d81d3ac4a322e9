/* plotgrid.c - where the pictures of a run are sampled.  A reference from a file is compared on its own grid,
 * so that nothing of the error shown is interpolation. */
#include "plot.h"

/* The lengths of the tensor grid that n points x [dim][n] form, first axis fastest and all increasing; false
 * if they form none. */
static PetscBool IsTensor(PetscInt dim, PetscInt n, const PetscReal x[], PetscInt length[])
{
  PetscInt stride = 1;

  for (PetscInt a = 0; a < dim; a++) {
    const PetscReal *at = x + (size_t)a * n;

    length[a] = 1;
    while ((length[a] + 1) * stride <= n && at[length[a] * stride] > at[(length[a] - 1) * stride])
      length[a]++;
    if (length[a] < 2)
      return PETSC_FALSE;
    stride *= length[a];
  }
  if (stride != n)
    return PETSC_FALSE;
  for (PetscInt a = 0, s = 1; a < dim; s *= length[a++])
    for (PetscInt i = 0; i < n; i++)
      if (x[(size_t)a * n + i] != x[(size_t)a * n + i / s % length[a] * s])
        return PETSC_FALSE;
  return PETSC_TRUE;
}

/* Point `at` of the file's n is point q of the grid. */
static void Copy(PetscInt dim, PetscInt nvalue, PetscInt n, const PetscReal x[], const PetscReal value[],
                 PetscInt at, AppGrid *g, PetscInt q)
{
  for (PetscInt a = 0; a < dim; a++)
    g->x[(size_t)a * g->np + q] = x[(size_t)a * n + at];
  for (PetscInt v = 0; v < nvalue; v++)
    g->value[(size_t)v * g->np + q] = value[(size_t)v * n + at];
}

/* Rank 0: the file's points, all or those of some slices. */
static PetscErrorCode FileGrid(const char file[], const TessSystem *sys, PetscInt nvalue,
                               const char *const name[], AppGrid *g, PetscMPIInt *good)
{
  const PetscInt dim = sys->axes;
  PetscInt       n, length[3] = {1, 1, 1}, cells;
  PetscReal     *x, *value;

  PetscFunctionBegin;
  PetscCall(TessTableRead(PETSC_COMM_SELF, file, dim, (const char *const *)sys->axis, nvalue, name, &n, &x,
                          &value));
  *good = IsTensor(dim, n, x, length);
  if (*good) {
    cells     = length[0] * length[1];
    g->slices = dim == 3 ? PetscMin(APP_SLICES, length[2]) : 1;
    g->np     = cells * g->slices;
    PetscCall(PetscMalloc2((size_t)dim * g->np, &g->x, (size_t)nvalue * g->np, &g->value));
    for (PetscInt k = 0; k < g->slices; k++) {
      const PetscInt slice = g->slices > 1 ? k * (length[2] - 1) / (g->slices - 1) : 0;

      g->at[k] = dim == 3 ? x[(size_t)2 * n + slice * cells] : 0;
      for (PetscInt i = 0; i < cells; i++)
        Copy(dim, nvalue, n, x, value, slice * cells + i, g, k * cells + i);
    }
    for (PetscInt a = 0, s = 1; a < 2; s *= length[a++]) {
      g->n[a] = length[a];
      PetscCall(PetscMalloc1(length[a], &g->axis[a]));
      for (PetscInt i = 0; i < length[a] && a < dim; i++)
        g->axis[a][i] = g->x[(size_t)a * g->np + i * s];
    }
  }
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Evenly over the first two axes; slices from end to end of time or inside a third space axis, the middle of
 * others. */
static PetscErrorCode EvenGrid(AppPlot *p, PetscInt points, PetscBool owns)
{
  AppGrid       *g   = &p->grid;
  const PetscInt dim = p->sys->axes;
  PetscReal      lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];

  PetscFunctionBegin;
  PetscCall(TessMarchGetBox(p->march, lo, hi));
  g->slices = dim > 2 ? APP_SLICES : 1;
  for (PetscInt a = 0; a < 2; a++) {
    g->n[a] = a < dim ? points : 1;
    PetscCall(PetscMalloc1(g->n[a], &g->axis[a]));
    for (PetscInt i = 0; i < g->n[a] && a < dim; i++)
      g->axis[a][i] = lo[a] + (hi[a] - lo[a]) * i / (points - 1);
  }
  for (PetscInt k = 0; k < g->slices && dim > 2; k++)
    g->at[k] = lo[2] + (hi[2] - lo[2]) * (p->sys->space == 2 ? k / (PetscReal)(g->slices - 1)
                                                             : (k + 1) / (PetscReal)(g->slices + 1));
  g->np = owns ? g->n[0] * g->n[1] * g->slices : 0;
  PetscCall(PetscMalloc2((size_t)dim * g->np, &g->x, 0, &g->value));
  for (PetscInt i = 0; i < g->np; i++) {
    const PetscInt k[] = {i % g->n[0], i / g->n[0] % g->n[1]};

    for (PetscInt a = 0; a < dim; a++)
      g->x[(size_t)a * g->np + i] = a < 2    ? g->axis[a][k[a]]
                                    : a == 2 ? g->at[i / (g->n[0] * g->n[1])]
                                             : (lo[a] + hi[a]) / 2;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppGridCreate(AppPlot *p)
{
  const TessSystem *sys = p->sys;
  char             *file;
  const char      **name;
  PetscInt          nvalue = 0, points = sys->axes == 1 ? 1001 : 201;
  PetscMPIInt       rank, good         = 0;
  PetscBool         has;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->comm, &rank));
  PetscOptionsBegin(p->comm, "", "pictures", NULL);
  PetscCall(TessOptionsInt("-plot_points", "points of a picture along each axis", &points, 2, 2000));
  PetscOptionsEnd();
  PetscCall(TessOptionsText(NULL, "", "reference_file", &file));
  PetscCall(PetscMalloc1(sys->nunknown, &name));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    char option[PETSC_MAX_OPTION_NAME], *text;

    p->infile[i] = -1;
    PetscCall(PetscSNPrintf(option, sizeof(option), "reference_%s", sys->unknown[i]));
    PetscCall(TessOptionsText(NULL, "", option, &text));
    has = PETSC_FALSE;
    if (file && !text)
      PetscCall(TessFileHas(p->comm, file, sys->unknown[i], &has));
    if (has) {
      p->infile[i]   = nvalue;
      name[nvalue++] = sys->unknown[i];
    }
    PetscCall(PetscFree(text));
  }
  if (nvalue && !rank && sys->axes <= 3)
    PetscCall(FileGrid(file, sys, nvalue, name, &p->grid, &good));
  PetscCallMPI(MPI_Bcast(&good, 1, MPI_INT, 0, p->comm));
  PetscCallMPI(MPI_Bcast(&p->grid.slices, 1, MPIU_INT, 0, p->comm));
  PetscCallMPI(MPI_Bcast(p->grid.n, 2, MPIU_INT, 0, p->comm));
  if (!good)
    PetscCall(EvenGrid(p, points, (PetscBool)!rank));
  for (PetscInt i = 0; i < sys->nunknown && !good; i++)
    p->infile[i] = -1;
  PetscCall(PetscFree(name));
  PetscCall(PetscFree(file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppGridDestroy(AppGrid *g)
{
  PetscFunctionBegin;
  for (PetscInt a = 0; a < 2; a++)
    PetscCall(PetscFree(g->axis[a]));
  PetscCall(PetscFree2(g->x, g->value));
  PetscFunctionReturn(PETSC_SUCCESS);
}
