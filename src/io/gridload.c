/* gridload.c - which axes a dataset runs along, what of it a rank needs, and the slopes' weights. */
#include "gridimpl.h"

/* Weights of the derivative at point k of the polynomial through x [n] (differentiating Lagrange's form). */
static void SlopeWeights(PetscInt n, const PetscReal x[], PetscInt k, PetscReal weight[])
{
  weight[k] = 0;
  for (PetscInt j = 0; j < n; j++) {
    if (j == k)
      continue;
    weight[k] += 1 / (x[k] - x[j]);
    weight[j] = 1 / (x[j] - x[k]);
    for (PetscInt i = 0; i < n; i++)
      if (i != j && i != k)
        weight[j] *= (x[k] - x[i]) / (x[j] - x[i]);
  }
}

#define MOST 16 /* axes' arrays among which a dataset may choose */

/* The arrays of the domain's axes that the file has. */
typedef struct {
  PetscInt   n, at[MOST];
  PetscInt64 length[MOST];
} Found;

static PetscErrorCode FindArrays(TessReader *r, PetscInt dim, const char *const axes[], Found *found)
{
  PetscInt   rank;
  PetscInt64 extent[TESS_IO_RANK];
  PetscBool  has;

  PetscFunctionBegin;
  found->n = 0;
  for (PetscInt i = 0; i < dim && found->n < MOST; i++) {
    PetscCall(TessReaderHas_Private(r, axes[i], &has));
    if (!has)
      continue;
    PetscCall(TessReaderExtent_Private(r, axes[i], &rank, extent));
    if (!r->message[0] && rank != 1) {
      TessFail_Private(r->message,
                       "dataset %s of %s has %" PetscInt_FMT " extents: the array of an axis has 1", axes[i],
                       r->name, rank);
    }
    if (r->message[0])
      break;
    found->at[found->n]       = i;
    found->length[found->n++] = extent[0];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FailMatch(TessReader *r, const char dataset[], const char *const axes[],
                                const Found *found, PetscBool many)
{
  char text[512] = "", one[64];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < found->n; i++) {
    PetscCall(PetscSNPrintf(one, sizeof(one), "%s%s [%" PetscInt64_FMT "]", i ? ", " : "", axes[found->at[i]],
                            found->length[i]));
    PetscCall(PetscStrlcat(text, one, sizeof(text)));
  }
  TessFail_Private(
      r->message,
      "the extents of dataset %s of %s fit %s of the axes' arrays in the file (%s; last axis slowest)",
      dataset, r->name, many ? "more than one choice" : "no choice", found->n ? text : "none");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Which of the arrays have the lengths of the dataset's extents, in the order of the axes?  One choice must
 * be left. */
static PetscErrorCode MatchAxes(TessReader *r, const char dataset[], const char *const axes[],
                                const Found *found, TessGrid g)
{
  PetscInt   rank, choices = 0;
  PetscInt64 extent[TESS_IO_RANK];

  PetscFunctionBegin;
  PetscCall(TessReaderExtent_Private(r, dataset, &rank, extent));
  if (r->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt mask = 1; mask < 1 << found->n; mask++) {
    PetscInt  k    = 0;
    PetscBool fits = PETSC_TRUE;

    for (PetscInt i = 0; i < found->n && fits; i++) {
      if (!(mask >> i & 1))
        continue;
      fits = k < rank && extent[rank - 1 - k] == found->length[i] ? PETSC_TRUE : PETSC_FALSE;
      k++;
    }
    if (!fits || k != rank)
      continue;
    if (choices++)
      break;
    for (PetscInt i = 0; i < found->n; i++)
      if (mask >> i & 1)
        g->axis[g->m++] = (TessAxis){.at = found->at[i], .total = found->length[i]};
  }
  if (choices != 1)
    PetscCall(FailMatch(r, dataset, axes, found, choices ? PETSC_TRUE : PETSC_FALSE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The whole array of an axis on every rank; finite and increasing. */
static PetscErrorCode ReadAxis(TessReader *r, const char name[], PetscInt64 n, PetscReal x[])
{
  const PetscInt64 zero = 0;

  PetscFunctionBegin;
  PetscCall(TessReaderRead_Private(r, name, 1, 1, &zero, &n, x));
  if (!r->message[0] && n < 2)
    TessFail_Private(r->message, "axis %s of %s has %" PetscInt64_FMT " points: two are needed", name,
                     r->name, n);
  for (PetscInt64 i = 0; i < n && !r->message[0]; i++) {
    if (PetscIsInfOrNanReal(x[i]) || (i && !(x[i] > x[i - 1]))) {
      TessFail_Private(r->message, "axis %s of %s must increase: entry %" PetscInt64_FMT " is %g", name,
                       r->name, i, (double)x[i]);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The grid must cover the intervals of all ranks. */
static PetscErrorCode CheckCover(TessReader *r, const char field[], TessAxis *a, const char name[],
                                 const PetscReal whole[], PetscReal lo, PetscReal hi, PetscBool empty)
{
  const PetscReal first = whole[0], last = whole[a->total - 1];
  PetscReal       range[2] = {empty ? PETSC_INFINITY : lo, empty ? PETSC_INFINITY : -hi};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, range, 2, MPIU_REAL, MPIU_MIN, r->comm));
  a->slack = 1e-9 * (last - first);
  if (range[0] < first - a->slack || -range[1] > last + a->slack) {
    TessFail_Private(r->message, "field %s of %s covers %s %g..%g: the domain needs %g..%g", field, r->name,
                     name, (double)first, (double)last, (double)range[0], (double)-range[1]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cells and points that the interval lo..hi of this rank needs, and the slopes' weights there. */
static PetscErrorCode ChoosePart(TessAxis *a, PetscBool cubic, const PetscReal whole[], PetscReal lo,
                                 PetscReal hi)
{
  PetscInt64 last = TessLocate_Private(a->total, whole, hi) + 1;

  PetscFunctionBegin;
  a->window = (PetscInt)PetscMin(TESS_GRID_WINDOW, a->total);
  a->first  = TessLocate_Private(a->total, whole, lo);
  a->ncell  = last - a->first;
  if (cubic) {
    a->cell  = a->first - TessWindow_Private(a, a->first);
    a->first = a->first - a->cell;
    last     = TessWindow_Private(a, last) + a->window - 1;
  }
  a->n = last - a->first + 1;
  PetscCall(PetscMalloc1(a->n, &a->x));
  PetscCall(PetscArraycpy(a->x, whole + a->first, a->n));
  if (!cubic)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(a->n * TESS_GRID_WINDOW, &a->slope));
  for (PetscInt64 i = a->cell; i <= a->cell + a->ncell; i++) {
    const PetscInt64 begin = TessWindow_Private(a, a->first + i);

    SlopeWeights(a->window, whole + begin, (PetscInt)(a->first + i - begin), a->slope + i * TESS_GRID_WINDOW);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadValues(TessReader *r, TessGrid g)
{
  PetscInt64 start[TESS_IO_RANK] = {0}, count[TESS_IO_RANK] = {0}, n = 1, bad = 0;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < g->m; k++) { /* a rank that needs nothing has counts 0 */
    start[g->m - 1 - k] = g->axis[k].first;
    count[g->m - 1 - k] = g->axis[k].n;
    n *= g->axis[k].n;
  }
  PetscCall(PetscMalloc1(n, &g->value));
  PetscCall(TessReaderRead_Private(r, g->name, g->m, 1, start, count, g->value));
  for (PetscInt64 i = 0; i < n && !r->message[0]; i++)
    bad += PetscIsInfOrNanReal(g->value[i]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &bad, 1, MPIU_INT64, MPI_MAX, r->comm));
  if (bad)
    TessFail_Private(r->message, "field %s of %s has entries that are not finite numbers", g->name, r->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGridLoad(MPI_Comm comm, const char file[], const char dataset[], PetscInt dim,
                            const char *const axes[], const PetscReal lo[], const PetscReal hi[],
                            PetscBool cubic, TessGrid *grid)
{
  TessReader r;
  TessGrid   g;
  Found      found;
  PetscReal *whole;
  PetscBool  empty = PETSC_FALSE;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < dim; i++)
    if (lo[i] > hi[i])
      empty = PETSC_TRUE;
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(PetscNew(&g));
  PetscCall(PetscStrallocpy(dataset, &g->name));
  g->cubic = cubic;
  PetscCall(FindArrays(&r, dim, axes, &found));
  PetscCall(MatchAxes(&r, dataset, axes, &found, g));
  for (PetscInt k = 0; k < g->m && !r.message[0]; k++) {
    TessAxis *a = &g->axis[k];

    PetscCall(PetscMalloc1(a->total, &whole));
    PetscCall(ReadAxis(&r, axes[a->at], a->total, whole));
    if (!r.message[0])
      PetscCall(CheckCover(&r, dataset, a, axes[a->at], whole, lo[a->at], hi[a->at], empty));
    if (!r.message[0] && !empty)
      PetscCall(ChoosePart(a, cubic, whole, lo[a->at], hi[a->at]));
    PetscCall(PetscFree(whole));
  }
  if (!r.message[0])
    PetscCall(ReadValues(&r, g));
  if (r.message[0])
    PetscCall(TessGridDestroy(&g));
  *grid = g;
  PetscCall(TessReaderClose_Private(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}
