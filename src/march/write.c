/* write.c - the run on a tensor grid of its box, in files: HDF5 (axes, unknowns, derivatives asked for,
   parameters, options), XDMF and VTU beside it.  The ranks share the slowest axis evenly; boxes of more than
   four axes get scattered points instead. */
#include <stdlib.h>
#include "marchimpl.h"

#define GRID_MAX 4

typedef struct {
  PetscInt   dim, nname;
  PetscInt64 n[GRID_MAX];
  PetscReal *axis[GRID_MAX];
  char     **name; /* unknowns, then derivatives */
  TessPde    pde;
} Grid;

/* -output_points n, or -output_points_<axis> n; by default some 10^4 to 10^5 in all. */
static PetscErrorCode GridCreate(TessMarch m, const TessSystem *sys, Grid *g)
{
  static const PetscInt usual[GRID_MAX] = {1001, 201, 51, 21};
  PetscReal             lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];
  char                  name[PETSC_MAX_OPTION_NAME];
  PetscInt              all = usual[sys->axes - 1];

  PetscFunctionBegin;
  g->dim = sys->axes;
  PetscCall(TessMarchGetBox(m, lo, hi));
  PetscOptionsBegin(m->comm, m->prefix, "output", NULL);
  PetscCall(TessOptionsInt("-output_points", "grid points of the output along each axis", &all, 2, 1000000));
  for (PetscInt a = 0; a < sys->axes; a++) {
    PetscInt n = all;

    PetscCall(PetscSNPrintf(name, sizeof(name), "-output_points_%s", sys->axis[a]));
    PetscCall(TessOptionsInt(name, "grid points of the output along this axis", &n, 2, 1000000));
    g->n[a] = n;
    PetscCall(PetscMalloc1(n, &g->axis[a]));
    for (PetscInt i = 0; i < n; i++)
      g->axis[a][i] = lo[a] + (hi[a] - lo[a]) * i / (n - 1);
  }
  PetscOptionsEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What is written: every unknown and -output_derivatives u_x,u_xx,... (any expression name of the language
 * without commas). */
static PetscErrorCode GridNames(TessMarch m, const TessSystem *sys, Grid *g)
{
  PetscInt n;
  char   **words, where[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, m->prefix, "output_derivatives", &n, &words));
  PetscCall(PetscSNPrintf(where, sizeof(where), "-%soutput_derivatives", m->prefix));
  PetscCall(PetscMalloc1(sys->nunknown + n, &g->name));
  PetscCall(TessSystemCreatePde(sys, &g->pde));
  for (PetscInt i = 0; i < sys->nunknown + n; i++) {
    PetscCall(PetscStrallocpy(i < sys->nunknown ? sys->unknown[i] : words[i - sys->nunknown],
                              &g->name[g->nname++]));
    PetscCall(TessPdeAddEquation(g->pde, where, g->name[i]));
  }
  PetscCall(TessPdeSetUp(g->pde));
  PetscCall(TessSystemCheckInside(sys, g->pde, where));
  PetscCall(TessWordsDestroy(n, &words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode GridDestroy(Grid *g)
{
  PetscFunctionBegin;
  for (PetscInt a = 0; a < g->dim && g->dim <= GRID_MAX; a++)
    PetscCall(PetscFree(g->axis[a]));
  PetscCall(TessWordsDestroy(g->nname, &g->name));
  PetscCall(TessPdeDestroy(&g->pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The values [nname][points] on the box start, count of the grid; axis 0 fastest. */
static PetscErrorCode GridSample(TessMarch m, const Grid *g, const PetscInt64 start[],
                                 const PetscInt64 count[], PetscReal **value)
{
  PetscInt64 n = 1;
  PetscInt   np;
  PetscReal *x;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < g->dim; a++)
    n *= count[a];
  PetscCall(PetscIntCast(n, &np));
  PetscCall(PetscMalloc1((size_t)g->dim * np, &x));
  PetscCall(PetscMalloc1((size_t)g->nname * np, value));
  for (PetscInt64 a = 0, stride = 1; a < g->dim; stride *= count[a++])
    for (PetscInt64 i = 0; i < n; i++)
      x[a * n + i] = g->axis[a][start[a] + i / stride % count[a]];
  PetscCall(TessMarchSample(m, g->pde, np, x, *value));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* This rank's part of an axis with n points; with `seam` one point of the next rank's more. */
static PetscErrorCode Part(MPI_Comm comm, PetscInt64 n, PetscBool seam, PetscInt64 *start, PetscInt64 *count)
{
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  *start = n * rank / size;
  *count = n * (rank + 1) / size - *start;
  if (seam && *count && *start + *count < n)
    (*count)++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteFields(TessMarch m, TessFile file, const TessSystem *sys, const Grid *g)
{
  PetscInt64 start[GRID_MAX] = {0}, count[GRID_MAX], rstart[GRID_MAX], rcount[GRID_MAX], extent[GRID_MAX],
             n               = 1;
  PetscReal *value;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < g->dim; a++)
    count[a] = g->n[a];
  PetscCall(Part(m->comm, g->n[g->dim - 1], PETSC_FALSE, &start[g->dim - 1], &count[g->dim - 1]));
  PetscCall(GridSample(m, g, start, count, &value));
  for (PetscInt a = 0; a < g->dim; a++) { /* files have the slowest axis first */
    rstart[a] = start[g->dim - 1 - a];
    rcount[a] = count[g->dim - 1 - a];
    extent[a] = g->n[g->dim - 1 - a];
    n *= count[a];
    PetscCall(TessFileWriteArray(file, sys->axis[a], 1, &g->n[a], g->axis[a]));
  }
  for (PetscInt i = 0; i < g->nname; i++)
    PetscCall(
        TessFileWriteBlocks(file, g->name[i], g->dim, extent, n ? 1 : 0, rstart, rcount, value + i * n));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One .vtu of `space` axes at the given index of the others; each rank a block that shares its last layer
 * with the next. */
static PetscErrorCode WriteVtu(TessMarch m, const char name[], PetscInt space, PetscInt64 step, const Grid *g)
{
  PetscInt64        start[GRID_MAX] = {0}, count[GRID_MAX], rstart[GRID_MAX], rcount[GRID_MAX], n = 1;
  PetscReal        *value;
  const PetscReal **data;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < g->dim; a++)
    count[a] = g->n[a];
  for (PetscInt a = space; a < g->dim; a++)
    start[a] = step, count[a] = 1;
  PetscCall(Part(m->comm, g->n[space - 1], PETSC_TRUE, &start[space - 1], &count[space - 1]));
  PetscCall(GridSample(m, g, start, count, &value));
  PetscCall(PetscMalloc1(g->nname, &data));
  for (PetscInt a = 0; a < space; a++) {
    rstart[a] = start[space - 1 - a];
    rcount[a] = count[space - 1 - a];
    n *= count[a];
  }
  for (PetscInt i = 0; i < g->nname; i++)
    data[i] = value + i * n;
  PetscCall(TessVtuWrite(m->comm, name, space, g->n, (const PetscReal *const *)g->axis, n ? 1 : 0, rstart,
                         rcount, g->nname, (const char *const *)g->name, data));
  PetscCall(PetscFree(data));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Time with one space axis is drawn as a plane; with more, as a series of at most FRAMES files. */
#define FRAMES 11
static PetscErrorCode WriteViews(TessMarch m, const char stem[], const TessSystem *sys, const Grid *g)
{
  const PetscBool plane = (PetscBool)(sys->space < sys->axes && sys->space <= 1);
  const PetscInt  space = plane ? sys->axes : sys->space;
  char            name[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCall(TessXdmfWrite(m->comm, stem, g->dim, space, (const char *const *)sys->axis, g->n,
                          (const PetscReal *const *)g->axis, g->nname, (const char *const *)g->name));
  if (space == g->dim && space <= 3) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "%s.vtu", stem));
    PetscCall(WriteVtu(m, name, space, 0, g));
  } else if (space <= 3) {
    const PetscInt64 nt = g->n[space], frames = PetscMin(FRAMES, nt);
    PetscReal        time[FRAMES];
    char            *file[FRAMES];

    for (PetscInt64 k = 0; k < frames; k++) {
      const PetscInt64 step = frames > 1 ? k * (nt - 1) / (frames - 1) : 0;

      PetscCall(PetscSNPrintf(name, sizeof(name), "%s_%03d.vtu", stem, (int)k));
      PetscCall(PetscStrallocpy(name, &file[k]));
      time[k] = g->axis[space][step];
      PetscCall(WriteVtu(m, name, space, step, g));
    }
    PetscCall(TessPvdWrite(m->comm, stem, (PetscInt)frames, time, (const char *const *)file));
    for (PetscInt64 k = 0; k < frames; k++)
      PetscCall(PetscFree(file[k]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* More axes than a grid can carry: values at points x [dim][n] drawn in the box. */
static PetscErrorCode WriteScattered(TessMarch m, TessFile file, const TessSystem *sys, const Grid *g)
{
  const PetscInt64 total = 10000;
  PetscInt64       start, count;
  PetscReal       *x, *value, lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];
  TessKey          key = TessKeyName(sys->key, "output");

  PetscFunctionBegin;
  PetscCall(TessMarchGetBox(m, lo, hi));
  PetscCall(Part(m->comm, total, PETSC_FALSE, &start, &count));
  PetscCall(PetscMalloc2(sys->axes * count, &x, g->nname * count, &value));
  for (PetscInt a = 0; a < sys->axes; a++)
    for (PetscInt64 i = 0; i < count; i++)
      x[a * count + i] =
          lo[a] + (hi[a] - lo[a]) * TessKeyUniform(key, (uint64_t)((start + i) * sys->axes + a));
  PetscCall(TessMarchSample(m, g->pde, (PetscInt)count, x, value));
  for (PetscInt a = 0; a < sys->axes; a++)
    PetscCall(
        TessFileWriteBlocks(file, sys->axis[a], 1, &total, count ? 1 : 0, &start, &count, x + a * count));
  for (PetscInt i = 0; i < g->nname; i++)
    PetscCall(
        TessFileWriteBlocks(file, g->name[i], 1, &total, count ? 1 : 0, &start, &count, value + i * count));
  PetscCall(PetscFree2(x, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define POINTS_MAX 1e8 /* of an output grid */

/* Keys -output_points_<axis> that name no axis, grids that nobody can hold. */
static PetscErrorCode CheckGrid(TessMarch m, const TessSystem *sys, const Grid *g)
{
  PetscInt  n;
  char    **key, *list;
  PetscReal total = 1;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, m->prefix, "output_points", &n, &key));
  PetscCall(TessJoin(sys->axes, (const char *const *)sys->axis, &list));
  for (PetscInt i = 0; i < n; i++) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt a = 0; a < sys->axes; a++)
      known = (PetscBool)(known || !strcmp(key[i], sys->axis[a]));
    TessCheckInput(known, m->comm, "-%soutput_points_%s: there is no axis \"%s\"; the axes are %s", m->prefix,
                   key[i], key[i], list);
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &key));
  for (PetscInt a = 0; a < g->dim; a++)
    total *= (PetscReal)g->n[a];
  TessCheckInput(total <= POINTS_MAX, m->comm,
                 "the output grid has %.3g points: at most %g are wanted; see -%soutput_points",
                 (double)total, POINTS_MAX, m->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchCheckOutput(TessMarch m)
{
  const TessSystem *sys;
  Grid              g = {0};

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  if (sys->axes <= GRID_MAX) {
    PetscCall(GridCreate(m, sys, &g));
    PetscCall(CheckGrid(m, sys, &g));
  } else
    g.dim = sys->axes;
  PetscCall(GridNames(m, sys, &g));
  PetscCall(GridDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchWrite(TessMarch m, const char stem[], const char options[], PetscBool *ok,
                              char message[], size_t len)
{
  const TessSystem *sys;
  const char       *title;
  Grid              g = {0};
  TessFile          file;
  char              name[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessProblemGetTitle(m->problem[0], &title));
  if (sys->axes <= GRID_MAX)
    PetscCall(GridCreate(m, sys, &g));
  else
    g.dim = sys->axes;
  PetscCall(GridNames(m, sys, &g));
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.h5", stem));
  PetscCall(TessFileCreate(m->comm, name, &file));
  if (sys->axes <= GRID_MAX)
    PetscCall(WriteFields(m, file, sys, &g));
  else
    PetscCall(WriteScattered(m, file, sys, &g));
  PetscCall(TessMarchSave(m, file));
  PetscCall(TessFileWriteText(file, "options", options));
  PetscCall(TessFileWriteText(file, "title", title));
  PetscCall(TessFileWriteText(file, "version", TESS_VERSION));
  if (m->input)
    PetscCall(TessFileWriteText(file, "input", realpath(m->input, name) ? name : m->input));
  PetscCall(TessFileClose(&file, ok, message, len));
  if (*ok && sys->axes <= GRID_MAX)
    PetscCall(WriteViews(m, stem, sys, &g));
  PetscCall(GridDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}
