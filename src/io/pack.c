/* pack.c - the points of many boxes in the order in which they stand in the file, each once: HDF5 walks a
 * selection so. */
#include <stdlib.h>
#include "ioimpl.h"

/* A row is a run of neighbours in the file: `first` is its place there, `from` that in the packed boxes. */
typedef struct {
  PetscInt64 first, from, len;
} Row;

static int CompareRows(const void *a, const void *b)
{
  const Row *s = a, *t = b;

  return s->first != t->first ? (s->first > t->first) - (s->first < t->first)
                              : (s->len < t->len) - (s->len > t->len);
}

/* The rows of all boxes in the order of the file; PetscFree them. */
static PetscErrorCode MakeRows(PetscInt rank, const PetscInt64 extent[], PetscInt nblock,
                               const PetscInt64 start[], const PetscInt64 count[], PetscInt64 *nrow,
                               Row **rows)
{
  PetscInt64 from = 0, total = 0, k = 0;

  PetscFunctionBegin;
  for (PetscInt b = 0; b < nblock; b++) {
    PetscInt64 n = 1;

    for (PetscInt i = 0; i < rank; i++) {
      const PetscInt64 s = start[b * rank + i], c = count[b * rank + i];

      PetscCheck(s >= 0 && c >= 0 && s + c <= extent[i], PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
                 "box %" PetscInt_FMT " covers %" PetscInt64_FMT "..%" PetscInt64_FMT
                 " of extent %" PetscInt64_FMT,
                 b, s, s + c, extent[i]);
      n *= i < rank - 1 ? c : c > 0;
    }
    total += n;
  }
  PetscCall(PetscMalloc1(total, rows));
  for (PetscInt b = 0; b < nblock; b++) {
    const PetscInt64 *s = start + b * rank, *c = count + b * rank;
    PetscInt64        at[TESS_IO_RANK] = {0}, n = c[rank - 1] > 0;

    for (PetscInt i = 0; i < rank - 1; i++)
      n *= c[i];
    for (PetscInt64 r = 0; r < n; r++, k++) {
      Row *row = &(*rows)[k];

      row->first = 0;
      for (PetscInt i = 0; i < rank; i++)
        row->first = row->first * extent[i] + s[i] + (i < rank - 1 ? at[i] : 0);
      row->from = from;
      row->len  = c[rank - 1];
      from += row->len;
      for (PetscInt i = rank - 2; i >= 0 && ++at[i] == c[i]; i--)
        at[i] = 0;
    }
  }
  *nrow = total;
  if (total)
    qsort(*rows, (size_t)total, sizeof(**rows), CompareRows);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Boxes that share points have rows that overlap: what is there already is skipped. */
static PetscErrorCode PackRows(PetscInt64 nrow, const Row row[], const PetscReal data[], PetscInt64 *n,
                               PetscReal **packed)
{
  PetscInt64 size = 0, end = 0;

  PetscFunctionBegin;
  for (PetscInt64 r = 0; r < nrow; r++)
    size += row[r].len;
  PetscCall(PetscMalloc1(size, packed));
  *n = 0;
  for (PetscInt64 r = 0; r < nrow; r++) {
    const PetscInt64 skip = PetscMin(r ? PetscMax(end - row[r].first, 0) : 0, row[r].len);

    PetscCall(PetscArraycpy(*packed + *n, data + row[r].from + skip, row[r].len - skip));
    *n += row[r].len - skip;
    end = r ? PetscMax(end, row[r].first + row[r].len) : row[r].first + row[r].len;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPack_Private(PetscInt rank, const PetscInt64 extent[], PetscInt nbox,
                                const PetscInt64 start[], const PetscInt64 count[], const PetscReal data[],
                                PetscInt64 *n, PetscReal **packed)
{
  PetscInt64 nrow = 0;
  Row       *row  = NULL;

  PetscFunctionBegin;
  PetscCall(MakeRows(rank, extent, nbox, start, count, &nrow, &row));
  PetscCall(PackRows(nrow, row, data, n, packed));
  PetscCall(PetscFree(row));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessUnpack_Private(PetscInt rank, const PetscInt64 extent[], PetscInt nbox,
                                  const PetscInt64 start[], const PetscInt64 count[],
                                  const PetscReal packed[], PetscReal data[])
{
  PetscInt64 nrow = 0;
  Row       *row  = NULL;

  PetscFunctionBegin;
  PetscCall(MakeRows(rank, extent, nbox, start, count, &nrow, &row));
  for (PetscInt64 r = 0; r < nrow; packed += row[r++].len)
    PetscCall(PetscArraycpy(data + row[r].from, packed, row[r].len));
  PetscCall(PetscFree(row));
  PetscFunctionReturn(PETSC_SUCCESS);
}
