/* vtu.c - VTK's XML file of an unstructured grid: a header of rank 0, then one stream of raw arrays, each
   [64-bit length][values], of which every rank writes its part at its place.  A block of c vertices along an
   axis is c-1 lines, quadrilaterals or hexahedra. */
#include <limits.h>
#include "ioimpl.h"

typedef struct {
  MPI_Comm                comm;
  PetscInt                space, nblock;
  const PetscInt64       *start, *count; /* [nblock][space], last axis first */
  const PetscReal *const *axis;
  PetscInt64              np, nc;            /* points and cells of this rank, */
  PetscInt64              before[2], all[2]; /* of lower ranks, of all */
  MPI_File                file;
  MPI_Offset              at; /* where the next array begins */
  char                   *message;
} Writer;

static const char *const Types[] = {"Float64", "Int64", "UInt8"};
enum { FLOAT64, INT64, UINT8 };

static PetscErrorCode Measure(Writer *w)
{
  PetscInt64 mine[2];

  PetscFunctionBegin;
  for (PetscInt b = 0; b < w->nblock; b++) {
    PetscInt64 np = 1, nc = 1;

    for (PetscInt i = 0; i < w->space; i++) {
      np *= w->count[b * w->space + i];
      nc *= PetscMax(w->count[b * w->space + i] - 1, 0);
    }
    w->np += np;
    w->nc += nc;
  }
  mine[0] = w->np;
  mine[1] = w->nc;
  PetscCallMPI(MPI_Exscan(mine, w->before, 2, MPIU_INT64, MPI_SUM, w->comm));
  PetscCallMPI(MPI_Allreduce(mine, w->all, 2, MPIU_INT64, MPI_SUM, w->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One <DataArray> of the header; offset is where its bytes begin in the stream, and is moved behind them. */
static PetscErrorCode AddArray(TessText *t, const char name[], int type, int ncomp, PetscInt64 values,
                               PetscInt64 *offset)
{
  const PetscInt64 size[] = {8, 8, 1};

  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t, "        <DataArray type=\"%s\" Name=\"", Types[type]));
  PetscCall(TessTextAddXml_Private(t, name));
  PetscCall(TessTextAdd_Private(
      t, "\" NumberOfComponents=\"%d\" format=\"appended\" offset=\"%" PetscInt64_FMT "\"/>\n", ncomp,
      *offset));
  *offset += 8 + values * size[type];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* *size: bytes of the arrays behind it */
static PetscErrorCode MakeHeader(const Writer *w, PetscInt nfield, const char *const field[], TessText *t,
                                 double *size)
{
  PetscInt64       offset = 0;
  const PetscInt64 np = w->all[0], nc = w->all[1];
#if defined(PETSC_WORDS_BIGENDIAN)
  const char order[] = "BigEndian";
#else
  const char order[] = "LittleEndian";
#endif

  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t,
                                "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"1.0\" "
                                "byte_order=\"%s\" header_type=\"UInt64\">\n",
                                order));
  PetscCall(TessTextAdd_Private(t,
                                "  <UnstructuredGrid>\n    <Piece NumberOfPoints=\"%" PetscInt64_FMT
                                "\" NumberOfCells=\"%" PetscInt64_FMT "\">\n      <Points>\n",
                                np, nc));
  PetscCall(AddArray(t, "Points", FLOAT64, 3, 3 * np, &offset));
  PetscCall(TessTextAdd_Private(t, "      </Points>\n      <Cells>\n"));
  PetscCall(AddArray(t, "connectivity", INT64, 1, nc << w->space, &offset));
  PetscCall(AddArray(t, "offsets", INT64, 1, nc, &offset));
  PetscCall(AddArray(t, "types", UINT8, 1, nc, &offset));
  PetscCall(TessTextAdd_Private(t, "      </Cells>\n      <PointData>\n"));
  for (PetscInt f = 0; f < nfield; f++)
    PetscCall(AddArray(t, field[f], FLOAT64, 1, np, &offset));
  PetscCall(TessTextAdd_Private(
      t, "      </PointData>\n    </Piece>\n  </UnstructuredGrid>\n  <AppendedData encoding=\"raw\">\n_"));
  *size = (double)offset;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Fail(Writer *w, const char name[], int error)
{
  char text[MPI_MAX_ERROR_STRING] = "the disk may be full";
  int  len;

  if (error)
    MPI_Error_string(error, text, &len);
  TessFail_Private(w->message, "cannot write %s: %s", name, text);
}

/* Collective: n of `all` values of this rank, `before` them those of lower ranks; the length stands before
 * the first. */
static PetscErrorCode WriteArray(Writer *w, const char name[], MPI_Datatype type, PetscInt64 n,
                                 PetscInt64 before, PetscInt64 all, const void *data)
{
  MPI_Status  status;
  PetscMPIInt rank, got = 0, len;
  int         size, error;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(w->comm, &rank));
  PetscCallMPI(MPI_Type_size(type, &size));
  PetscCall(PetscMPIIntCast(w->message[0] ? 0 : n, &len));
  if (!rank && !w->message[0]) {
    const uint64_t bytes = (uint64_t)all * (uint64_t)size;

    error = MPI_File_write_at(w->file, w->at, &bytes, 8, MPI_BYTE, &status);
    if (error)
      Fail(w, name, error);
  }
  error = MPI_File_write_at_all(w->file, w->at + 8 + before * size, data, len, type, &status);
  if (!error)
    MPI_Get_count(&status, type, &got);
  if (error || got != len)
    Fail(w, name, error);
  w->at += 8 + all * size;
  PetscCall(TessAgree_Private(w->comm, w->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x y z of the vertices, block after block, first axis fastest. */
static void FillPoints(const Writer *w, PetscReal x[])
{
  for (PetscInt b = 0; b < w->nblock; b++) {
    PetscInt64 c[3] = {1, 1, 1}, s[3] = {0, 0, 0};

    for (PetscInt a = 0; a < w->space; a++) {
      c[a] = w->count[b * w->space + w->space - 1 - a];
      s[a] = w->start[b * w->space + w->space - 1 - a];
    }
    for (PetscInt64 k = 0; k < c[2]; k++)
      for (PetscInt64 j = 0; j < c[1]; j++)
        for (PetscInt64 i = 0; i < c[0]; i++, x += 3) {
          x[0] = w->axis[0][s[0] + i];
          x[1] = w->space > 1 ? w->axis[1][s[1] + j] : 0;
          x[2] = w->space > 2 ? w->axis[2][s[2] + k] : 0;
        }
  }
}

/* The corners of each cell in VTK's order: around the lower face, then around the upper. */
static void FillCells(const Writer *w, PetscInt64 *corner)
{
  static const int walk[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                                 {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
  PetscInt64       first      = w->before[0];

  for (PetscInt b = 0; b < w->nblock; b++) {
    PetscInt64 c[3] = {1, 1, 1}, m[3] = {1, 1, 1};

    for (PetscInt a = 0; a < w->space; a++) {
      c[a] = w->count[b * w->space + w->space - 1 - a];
      m[a] = c[a] - 1;
    }
    for (PetscInt64 k = 0; k < m[2]; k++)
      for (PetscInt64 j = 0; j < m[1]; j++)
        for (PetscInt64 i = 0; i < m[0]; i++)
          for (int v = 0; v < 1 << w->space; v++)
            *corner++ = first + ((k + walk[v][2]) * c[1] + j + walk[v][1]) * c[0] + i + walk[v][0];
    first += c[0] * c[1] * c[2];
  }
}

/* Points, corners, ends and types, in the order of the header. */
static PetscErrorCode WriteMesh(Writer *w, const char name[])
{
  const int           corners = 1 << w->space;
  const unsigned char type    = w->space == 1   ? 3
                                : w->space == 2 ? 9
                                                : 12; /* VTK_LINE, VTK_QUAD, VTK_HEXAHEDRON */
  PetscReal          *x;
  PetscInt64         *cell;
  unsigned char      *types;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(3 * w->np, &x));
  FillPoints(w, x);
  PetscCall(WriteArray(w, name, MPIU_REAL, 3 * w->np, 3 * w->before[0], 3 * w->all[0], x));
  PetscCall(PetscFree(x));
  PetscCall(PetscMalloc1(corners * w->nc, &cell));
  FillCells(w, cell);
  PetscCall(
      WriteArray(w, name, MPIU_INT64, corners * w->nc, corners * w->before[1], corners * w->all[1], cell));
  for (PetscInt64 i = 0; i < w->nc; i++)
    cell[i] = (w->before[1] + i + 1) * corners;
  PetscCall(WriteArray(w, name, MPIU_INT64, w->nc, w->before[1], w->all[1], cell));
  PetscCall(PetscFree(cell));
  PetscCall(PetscMalloc1(w->nc, &types));
  for (PetscInt64 i = 0; i < w->nc; i++)
    types[i] = type;
  PetscCall(WriteArray(w, name, MPI_UNSIGNED_CHAR, w->nc, w->before[1], w->all[1], types));
  PetscCall(PetscFree(types));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteAll(Writer *w, const char name[], const TessText *header, PetscInt nfield,
                               const PetscReal *const data[])
{
  static const char foot[] = "\n  </AppendedData>\n</VTKFile>\n";
  PetscMPIInt       rank;
  MPI_Status        status;
  int               error = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(w->comm, &rank));
  w->at = (MPI_Offset)header->len;
  if (!rank)
    error = MPI_File_write_at(w->file, 0, header->at, (int)header->len, MPI_BYTE, &status);
  if (error)
    Fail(w, name, error);
  PetscCall(TessAgree_Private(w->comm, w->message));
  PetscCall(WriteMesh(w, name));
  for (PetscInt f = 0; f < nfield; f++)
    PetscCall(WriteArray(w, name, MPIU_REAL, w->np, w->before[0], w->all[0], data[f]));
  if (!rank && !w->message[0])
    error = MPI_File_write_at(w->file, w->at, foot, sizeof(foot) - 1, MPI_BYTE, &status);
  if (error)
    Fail(w, name, error);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessVtuWrite(MPI_Comm comm, const char name[], PetscInt space, const PetscInt64 n[],
                            const PetscReal *const axis[], PetscInt nblock, const PetscInt64 start[],
                            const PetscInt64 count[], PetscInt nfield, const char *const field[],
                            const PetscReal *const data[])
{
  char     message[TESS_IO_LINE] = "", *tmp;
  Writer   w                     = {.comm    = comm,
                                    .space   = space,
                                    .nblock  = nblock,
                                    .start   = start,
                                    .count   = count,
                                    .axis    = axis,
                                    .message = message};
  TessText header                = {NULL, 0, 0};
  double   size                  = 0;
  int      error;

  PetscFunctionBegin;
  PetscCheck(space >= 1 && space <= 3, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "VTU shows 1 to 3 axes, not %" PetscInt_FMT, space);
  for (PetscInt i = 0; i < nblock * space; i++) {
    PetscCheck(start[i] >= 0 && count[i] >= 0 && start[i] + count[i] <= n[space - 1 - i % space],
               PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "box %" PetscInt_FMT " covers %" PetscInt64_FMT "..%" PetscInt64_FMT " of %" PetscInt64_FMT
               " vertices",
               i / space, start[i], start[i] + count[i], n[space - 1 - i % space]);
  }
  PetscCall(Measure(&w));
  PetscCall(MakeHeader(&w, nfield, field, &header, &size));
  PetscCall(TessAsideOpen_Private(comm, name, &tmp, message));
  PetscCall(TessReserve_Private(comm, name, tmp, size + (double)header.len + 64, message));
  if (!message[0]) {
    error = MPI_File_open(comm, tmp, MPI_MODE_WRONLY, MPI_INFO_NULL, &w.file);
    if (error)
      Fail(&w, name, error);
    PetscCall(TessAgree_Private(comm, message));
  }
  if (!message[0]) {
    PetscCall(WriteAll(&w, name, &header, nfield, data));
    error = MPI_File_sync(w.file);
    if (error)
      Fail(&w, name, error);
    error = MPI_File_close(&w.file);
    if (error)
      Fail(&w, name, error);
  }
  PetscCall(TessAsideClose_Private(comm, name, &tmp, message));
  PetscCall(PetscFree(header.at));
  TessCheckInput(!message[0], comm, "%s", message);
  PetscFunctionReturn(PETSC_SUCCESS);
}
