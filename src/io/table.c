/* table.c - points with values: a tensor grid or a list.  Rank r of p reads points [r N/p, (r+1) N/p) of the
 * N in file order. */
#include "ioimpl.h"

#define AXES 128 /* most axes of a list; a grid has as many as a dataset may have extents */

typedef struct {
  PetscInt   dim;
  PetscBool  tensor;        /* else a list */
  PetscBool  points;        /* the list is `points` [n][dim] */
  PetscInt64 length[AXES];  /* of each axis' array */
  PetscInt64 n, begin, end; /* points in all, and this rank's */
} Shape;

/* The axes' arrays, or `points`; their lengths. */
static PetscErrorCode ReadLengths(TessReader *r, PetscInt dim, const char *const axes[], Shape *s)
{
  PetscInt   rank, missing = -1;
  PetscInt64 extent[TESS_IO_RANK];
  PetscBool  has;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < dim && missing < 0; i++) {
    PetscCall(TessReaderHas_Private(r, axes[i], &has));
    if (!has)
      missing = i;
  }
  if (missing >= 0)
    PetscCall(TessReaderHas_Private(r, "points", &s->points));
  if (s->points) {
    PetscCall(TessReaderExtent_Private(r, "points", &rank, extent));
    if (rank != 2 || extent[1] != dim) {
      TessFail_Private(r->message,
                       "dataset points of %s must have extents [n][%" PetscInt_FMT "], one column per axis",
                       r->name, dim);
    } else
      s->n = extent[0];
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt i = 0; i < dim && !r->message[0]; i++) {
    PetscCall(TessReaderExtent_Private(r, axes[i], &rank, extent));
    if (!r->message[0] && rank != 1) {
      TessFail_Private(r->message,
                       "dataset %s of %s has %" PetscInt_FMT " extents: the array of an axis has 1", axes[i],
                       r->name, rank);
    }
    s->length[i] = extent[0];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Brackets(PetscInt rank, const PetscInt64 extent[], char text[], size_t len)
{
  char one[32];

  PetscFunctionBegin;
  text[0] = 0;
  for (PetscInt i = 0; i < rank; i++) {
    PetscCall(PetscSNPrintf(one, sizeof(one), "[%" PetscInt64_FMT "]", extent[i]));
    PetscCall(PetscStrlcat(text, one, len));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the arrays of the axes allow a value with `rank` extents to be. */
static PetscErrorCode Wanted(PetscInt rank, PetscInt dim, const char *const axes[], const Shape *s,
                             PetscBool equal, const PetscInt64 grid[], size_t len, char want[])
{
  char brackets[256];

  PetscFunctionBegin;
  want[0] = 0;
  if (rank == 1 && dim > 1 && equal)
    PetscCall(PetscSNPrintf(want, len, "a list of points wants [%" PetscInt64_FMT "]; ", s->length[0]));
  if (rank == 1 && dim > 1 && !equal) {
    PetscCall(PetscSNPrintf(want, len, "a list of points wants arrays of one length, but they are"));
    for (PetscInt i = 0; i < dim; i++)
      PetscCall(PetscSNPrintf(want + strlen(want), len - strlen(want), " %s [%" PetscInt64_FMT "]%s", axes[i],
                              s->length[i], i + 1 < dim ? "," : "; "));
  }
  PetscCall(Brackets(dim, grid, brackets, sizeof(brackets)));
  PetscCall(PetscSNPrintf(want + strlen(want), len - strlen(want), "%s want %s%s",
                          rank == 1 && dim > 1 ? "as a grid they" : "the axes' arrays", brackets,
                          dim > 1 ? ", last axis slowest" : ""));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Grid or list?  Each value must say the same. */
static PetscErrorCode FindShape(TessReader *r, PetscInt dim, const char *const axes[], PetscInt nvalue,
                                const char *const values[], Shape *s)
{
  PetscInt   rank;
  PetscInt64 extent[TESS_IO_RANK], grid[AXES];
  double     total = 1;
  PetscBool  equal = PETSC_TRUE, tensor;
  char       has[256], want[512];

  PetscFunctionBegin;
  PetscCall(ReadLengths(r, dim, axes, s));
  for (PetscInt i = 0; i < dim && !s->points; i++) {
    equal = equal && s->length[i] == s->length[0] ? PETSC_TRUE : PETSC_FALSE;
    total *= (double)s->length[i];
    grid[dim - 1 - i] = s->length[i];
  }
  s->tensor = equal ? PETSC_FALSE : PETSC_TRUE;
  for (PetscInt v = 0; v < nvalue && !r->message[0]; v++) {
    PetscBool fits;

    PetscCall(TessReaderExtent_Private(r, values[v], &rank, extent));
    if (r->message[0])
      break;
    tensor = !s->points && rank == dim && dim > 1 ? PETSC_TRUE : PETSC_FALSE;
    fits   = PETSC_TRUE;
    for (PetscInt i = 0; i < dim && tensor; i++)
      fits = fits && extent[i] == grid[i] ? PETSC_TRUE : PETSC_FALSE;
    if (!tensor)
      fits = rank == 1 && equal && extent[0] == (s->points ? s->n : s->length[0]) ? PETSC_TRUE : PETSC_FALSE;
    if (fits && v && tensor != s->tensor) {
      TessFail_Private(r->message, "dataset %s of %s is a %s but %s is a %s", values[0], r->name,
                       s->tensor ? "grid" : "list", values[v], tensor ? "grid" : "list");
    }
    if (!fits) {
      PetscCall(Brackets(rank, extent, has, sizeof(has)));
      if (s->points)
        PetscCall(PetscSNPrintf(want, sizeof(want), "points want [%" PetscInt64_FMT "]", s->n));
      else
        PetscCall(Wanted(rank, dim, axes, s, equal, grid, sizeof(want), want));
      TessFail_Private(r->message, "dataset %s of %s has extents %s: %s", values[v], r->name,
                       rank ? has : "of a single number", want);
    }
    s->tensor = tensor;
  }
  if (s->tensor && !r->message[0] && (dim > TESS_IO_RANK || total > 1e15)) {
    TessFail_Private(r->message, "the axes' arrays in %s have different lengths: a grid of them is too large",
                     r->name);
  } else if (!s->points)
    s->n = s->tensor ? (PetscInt64)total : s->length[0];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points begin..end of an array in file order as boxes; at most 2 rank - 1 of them. */
static PetscInt MakeBoxes(PetscInt rank, const PetscInt64 extent[], PetscInt64 begin, PetscInt64 end,
                          PetscInt64 start[], PetscInt64 count[])
{
  PetscInt nbox = 0;

  for (PetscInt64 at = begin; at < end;
       nbox++) { /* the largest slab that begins here: all of the indices behind k, some of k */
    PetscInt64 *s = start + nbox * rank, *c = count + nbox * rank, stride = 1, rest = at;
    PetscInt    k = rank - 1;

    while (k > 0 && at % (stride * extent[k]) == 0 && at + stride * extent[k] <= end)
      stride *= extent[k--];
    for (PetscInt i = rank - 1; i >= 0; i--) {
      s[i] = rest % extent[i];
      c[i] = i > k ? extent[i] : 1;
      rest /= extent[i];
    }
    c[k] = PetscMin((end - at) / stride, extent[k] - s[k]);
    at += c[k] * stride;
  }
  return nbox;
}

/* This rank's part of a dataset of n points (and ncol columns). */
static PetscErrorCode ReadPart(TessReader *r, const char dataset[], PetscInt rank, const PetscInt64 extent[],
                               const Shape *s, PetscReal data[])
{
  PetscInt64 start[2 * TESS_IO_RANK * TESS_IO_RANK], count[2 * TESS_IO_RANK * TESS_IO_RANK];
  PetscInt64 bad = 0, per = s->points && rank == 2 ? extent[1] : 1;
  PetscInt   nbox = MakeBoxes(rank, extent, s->begin * per, s->end * per, start, count);

  PetscFunctionBegin;
  PetscCall(TessReaderRead_Private(r, dataset, rank, nbox, start, count, data));
  if (r->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt64 i = 0; i < (s->end - s->begin) * per; i++)
    bad += PetscIsInfOrNanReal(data[i]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &bad, 1, MPIU_INT64, MPI_SUM, r->comm));
  if (bad)
    TessFail_Private(r->message,
                     "dataset %s of %s has %" PetscInt64_FMT " entries that are not finite numbers", dataset,
                     r->name, bad);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x [dim][n] of this rank's points on the tensor grid, the first axis fastest. */
static PetscErrorCode ReadGridPoints(TessReader *r, PetscInt dim, const char *const axes[], const Shape *s,
                                     PetscReal x[])
{
  const PetscInt64 n      = s->end - s->begin;
  PetscInt64       stride = 1;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < dim && !r->message[0]; i++) {
    Shape      whole = {.n = s->length[i], .begin = 0, .end = s->length[i]};
    PetscReal *axis;

    PetscCall(PetscMalloc1(whole.n, &axis));
    PetscCall(ReadPart(r, axes[i], 1, &whole.n, &whole, axis));
    for (PetscInt64 p = 0; p < n && !r->message[0]; p++)
      x[i * n + p] = axis[(s->begin + p) / stride % whole.n];
    PetscCall(PetscFree(axis));
    stride *= whole.n;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x [dim][n] of this rank's points of a list. */
static PetscErrorCode ReadListPoints(TessReader *r, PetscInt dim, const char *const axes[], const Shape *s,
                                     PetscReal x[])
{
  const PetscInt64 n = s->end - s->begin, extent[] = {s->n, dim};
  PetscReal       *column;

  PetscFunctionBegin;
  if (s->points) {
    PetscCall(PetscMalloc1(n * dim, &column));
    PetscCall(ReadPart(r, "points", 2, extent, s, column));
    for (PetscInt64 p = 0; p < n * dim && !r->message[0]; p++)
      x[p % dim * n + p / dim] = column[p];
    PetscCall(PetscFree(column));
  } else {
    for (PetscInt i = 0; i < dim && !r->message[0]; i++)
      PetscCall(ReadPart(r, axes[i], 1, &s->n, s, x + i * n));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTableSize(MPI_Comm comm, const char file[], PetscInt dim, const char *const axes[],
                             PetscInt nvalue, const char *const values[], PetscInt64 *n)
{
  TessReader r;
  Shape      s = {.dim = dim};

  PetscFunctionBegin;
  PetscCheck(dim > 0 && dim <= AXES, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "a table has 1 to %d axes, not %" PetscInt_FMT, AXES, dim);
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(FindShape(&r, dim, axes, nvalue, values, &s));
  PetscCall(TessReaderClose_Private(&r));
  *n = s.n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTableRead(MPI_Comm comm, const char file[], PetscInt dim, const char *const axes[],
                             PetscInt nvalue, const char *const values[], PetscInt *n, PetscReal **x,
                             PetscReal **value)
{
  TessReader  r;
  Shape       s = {.dim = dim};
  PetscInt64  grid[AXES];
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCheck(dim > 0 && dim <= AXES, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "a table has 1 to %d axes, not %" PetscInt_FMT, AXES, dim);
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  *n = 0;
  *x = *value = NULL;
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(FindShape(&r, dim, axes, nvalue, values, &s));
  if (!r.message[0] && !s.n)
    TessFail_Private(r.message, "%s holds no point", file);
  if (!r.message[0] && s.n / size >= PETSC_MAX_INT / PetscMax(dim, nvalue) - 1) {
    TessFail_Private(r.message, "%s holds %" PetscInt64_FMT " points: too many for %d ranks", file, s.n,
                     size);
  }
  if (!r.message[0]) {
    s.begin = s.n / size * rank + PetscMin(s.n % size, rank);
    s.end   = s.begin + s.n / size + (rank < s.n % size);
    *n      = (PetscInt)(s.end - s.begin);
    for (PetscInt i = 0; i < dim; i++)
      grid[dim - 1 - i] = s.length[i];
    PetscCall(PetscMalloc1(*n * dim, x));
    PetscCall(PetscMalloc1(*n * nvalue, value));
    if (s.tensor)
      PetscCall(ReadGridPoints(&r, dim, axes, &s, *x));
    else
      PetscCall(ReadListPoints(&r, dim, axes, &s, *x));
    for (PetscInt v = 0; v < nvalue && !r.message[0]; v++) {
      PetscCall(ReadPart(&r, values[v], s.tensor ? dim : 1, s.tensor ? grid : &s.n, &s, *value + v * *n));
    }
    if (r.message[0]) {
      PetscCall(PetscFree(*x));
      PetscCall(PetscFree(*value));
    }
  }
  PetscCall(TessReaderClose_Private(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}
