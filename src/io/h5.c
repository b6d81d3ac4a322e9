/* h5.c - writing parallel HDF5.  Every call that can fail on one rank alone is followed by an agreement, so
   that all ranks go on or none does: a rank that left early would leave the others waiting in the next
   collective call. */
#include <sys/mman.h>
#include <unistd.h>
#include "ioimpl.h"

struct _n_TessFile {
  MPI_Comm  comm; /* ours, a duplicate */
  char     *name, *tmp;
  hid_t     file; /* < 0: not open */
  double    size; /* bytes reserved for objects */
  PetscBool sealed;
  char     *previous; /* what stood under the name is kept under this; NULL: not */
  char      message[TESS_IO_LINE];
};

/* Keeps why HDF5 failed at `what`. */
static void Fail(TessFile f, const char what[], const char object[])
{
  char reason[256];

  TessReason_Private(sizeof(reason), reason);
  TessFail_Private(f->message, "cannot write %s: HDF5 failed at %s %s (%s)", f->name, what, object, reason);
}

#define METADATA 65536. /* bytes that the headers of the file may need, */
#define HEADER 8192.    /* and those of one more object */

/* Collective.  Room on the disk for one more object of so many bytes.  A full disk must be met here: when
   HDF5 meets it while it writes its headers, one rank returns and the others wait for it for ever. */
static PetscErrorCode Reserve(TessFile f, double bytes)
{
  PetscFunctionBegin;
  f->size += bytes + HEADER;
  PetscCall(TessReserve_Private(f->comm, f->name, f->tmp, f->size + METADATA, f->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define ROOM ((size_t)64 << 20) /* bytes of address space that opening a file may take */

/* A rank that is refused memory within MPI-IO leaves the others waiting there: it is asked for before. */
static PetscErrorCode TryMemory(TessFile f)
{
  void       *room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(f->comm, &rank));
  if (room == MAP_FAILED)
    TessFail_Private(f->message, "cannot write %s: rank %d is out of memory", f->name, rank);
  else
    munmap(room, ROOM);
  PetscCall(TessAgree_Private(f->comm, f->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileCreate(MPI_Comm comm, const char name[], TessFile *file)
{
  TessFile  f;
  TessQuiet quiet;
  hid_t     access;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&f));
  PetscCall(PetscCommDuplicate(comm, &f->comm, NULL));
  PetscCall(PetscStrallocpy(name, &f->name));
  f->file = -1;
  PetscCall(TessAsideOpen_Private(f->comm, f->name, &f->tmp, f->message));
  PetscCall(TryMemory(f));
  PetscCall(Reserve(f, 0));
  if (!f->message[0]) {
    TessQuietBegin_Private(&quiet);
    access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fapl_mpio(access, f->comm, MPI_INFO_NULL) >= 0) {
      f->file = H5Fcreate(f->tmp, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    }
    if (f->file < 0)
      Fail(f, "opening", "");
    if (access >= 0)
      H5Pclose(access);
    TessQuietEnd_Private(&quiet);
    PetscCall(TessAgree_Private(f->comm, f->message));
  }
  *file = f;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileSetSealed(TessFile f, const char previous[])
{
  PetscFunctionBegin;
  f->sealed = PETSC_TRUE;
  PetscCall(PetscFree(f->previous));
  PetscCall(PetscStrallocpy(previous, &f->previous));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rank 0: the file of the name under another one, too; at every moment one of both names stands for a whole
 * file. */
static void KeepPrevious(const char name[], const char previous[])
{
  if (access(name, F_OK))
    return;
  (void)unlink(previous);
  if (link(name, previous)) /* a file system without links */
    (void)rename(name, previous);
}

PetscErrorCode TessFileClose(TessFile *file, PetscBool *ok, char message[], size_t len)
{
  TessFile    f = *file;
  TessQuiet   quiet;
  PetscMPIInt rank;

  PetscFunctionBegin;
  if (!f)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(f->comm, &rank));
  TessQuietBegin_Private(&quiet);
  if (f->file >= 0)
    PetscCall(Reserve(f, 0));
  if (!f->message[0] && H5Fflush(f->file, H5F_SCOPE_GLOBAL) < 0)
    Fail(f, "flushing", "");
  PetscCall(TessAgree_Private(f->comm, f->message));
  /* a file given up frees its blocks first: then HDF5, which must write its headers to close at all, can */
  if (f->message[0] && !rank && truncate(f->tmp, 0))
    TessFail_Private(f->message, "cannot cut %s", f->tmp);
  PetscCallMPI(MPI_Barrier(f->comm));
  if (f->file >= 0 && H5Fclose(f->file) < 0)
    Fail(f, "closing", "");
  TessQuietEnd_Private(&quiet);
  PetscCall(TessAgree_Private(f->comm, f->message));
  if (f->sealed && !f->message[0]) {
    PetscCall(TessSeal_Private(f->comm, f->name, f->tmp, f->message));
    PetscCall(TessAgree_Private(f->comm, f->message));
    if (!rank && f->previous && !f->message[0])
      KeepPrevious(f->name, f->previous);
  }
  PetscCall(TessAsideClose_Private(f->comm, f->name, &f->tmp, f->message));
  *ok = f->message[0] ? PETSC_FALSE : PETSC_TRUE;
  if (len)
    PetscCall(PetscStrncpy(message, f->message, len));
  PetscCall(PetscCommDestroy(&f->comm));
  PetscCall(PetscFree(f->name));
  PetscCall(PetscFree(f->previous));
  PetscCall(PetscFree(*file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A new dataset whose groups are made as needed; keeps why not. */
static hid_t MakeSet(TessFile f, const char dataset[], hid_t type, hid_t space)
{
  const hid_t link = H5Pcreate(H5P_LINK_CREATE), create = H5Pcreate(H5P_DATASET_CREATE);
  hid_t       set = -1;

  if (link >= 0 && create >= 0 && H5Pset_create_intermediate_group(link, 1) >= 0 &&
      H5Pset_fill_time(create, H5D_FILL_TIME_NEVER) >= 0) {
    set = H5Dcreate2(f->file, dataset, type, space, link, create, H5P_DEFAULT);
  }
  if (set < 0)
    Fail(f, "making", dataset);
  if (link >= 0)
    H5Pclose(link);
  if (create >= 0)
    H5Pclose(create);
  return set;
}

/* All ranks write their n points of the selected space, together.  Closes space. */
static PetscErrorCode WriteSelected(TessFile f, const char dataset[], hid_t type, hid_t memory, hid_t space,
                                    double total, hsize_t n, const void *data)
{
  hid_t        set        = -1;
  char         nothing[8] = "";
  TessTransfer t;

  PetscFunctionBegin;
  PetscCall(Reserve(f, total));
  if (!TessTransferBegin_Private(&t, space, n))
    Fail(f, "describing", dataset);
  PetscCall(TessAgree_Private(f->comm, f->message));
  if (!f->message[0]) {
    set = MakeSet(f, dataset, type, space);
    PetscCall(TessAgree_Private(f->comm, f->message));
  }
  if (!f->message[0] && total > 0 && /* nothing is more than this release of HDF5 can write */
      H5Dwrite(set, memory, t.packed, space, t.list, n ? data : nothing) < 0)
    Fail(f, "writing", dataset);
  if (set >= 0 && H5Dclose(set) < 0)
    Fail(f, "closing", dataset);
  TessTransferEnd_Private(&t);
  PetscCall(TessAgree_Private(f->comm, f->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileWriteBlocks(TessFile f, const char dataset[], PetscInt rank, const PetscInt64 extent[],
                                   PetscInt nblock, const PetscInt64 start[], const PetscInt64 count[],
                                   const PetscReal data[])
{
  TessQuiet  quiet;
  PetscInt64 n;
  PetscReal *packed;
  hid_t      space;
  hsize_t    selected;
  double     total = sizeof(PetscReal);

  PetscFunctionBegin;
  PetscCheck(rank > 0 && rank <= TESS_IO_RANK, f->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "an array has 1 to %d extents, not %" PetscInt_FMT, TESS_IO_RANK, rank);
  if (f->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < rank; i++)
    total *= (double)extent[i];
  PetscCall(TessPack_Private(rank, extent, nblock, start, count, data, &n, &packed));
  TessQuietBegin_Private(&quiet);
  space = TessSelect_Private(rank, extent, nblock, start, count, &selected);
  PetscCheck(space < 0 || (PetscInt64)selected == n, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "%" PetscInt64_FMT " points packed, %lld selected", n, (long long)selected);
  PetscCall(WriteSelected(f, dataset, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, space, total, selected, packed));
  TessQuietEnd_Private(&quiet);
  PetscCall(PetscFree(packed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileWriteArray(TessFile f, const char dataset[], PetscInt rank, const PetscInt64 extent[],
                                  const PetscReal data[])
{
  const PetscInt64 start[TESS_IO_RANK] = {0};
  double           total               = sizeof(PetscReal);
  TessQuiet        quiet;
  PetscMPIInt      me;
  hid_t            space;
  hsize_t          n;

  PetscFunctionBegin;
  PetscCheck(rank >= 0 && rank <= TESS_IO_RANK, f->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "an array has 0 to %d extents, not %" PetscInt_FMT, TESS_IO_RANK, rank);
  if (f->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(f->comm, &me));
  TessQuietBegin_Private(&quiet);
  for (PetscInt i = 0; i < rank; i++)
    total *= (double)extent[i];
  space = TessSelect_Private(rank, extent, me ? 0 : 1, start, extent, &n);
  PetscCall(WriteSelected(f, dataset, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, space, total, n, data));
  TessQuietEnd_Private(&quiet);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The type of a text with its closing zero. */
static hid_t TextType(const char text[])
{
  const hid_t type = H5Tcopy(H5T_C_S1);

  if (type >= 0 && (H5Tset_size(type, strlen(text) + 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

PetscErrorCode TessFileWriteText(TessFile f, const char dataset[], const char text[])
{
  TessQuiet   quiet;
  PetscMPIInt me;
  hid_t       type, space;
  hsize_t     n;

  PetscFunctionBegin;
  if (f->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(f->comm, &me));
  TessQuietBegin_Private(&quiet);
  type  = TextType(text);
  space = TessSelect_Private(0, NULL, me ? 0 : 1, NULL, NULL, &n);
  PetscCall(WriteSelected(f, dataset, type, type, space, (double)strlen(text) + 1, n, text));
  if (type >= 0)
    H5Tclose(type);
  TessQuietEnd_Private(&quiet);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileWriteAttribute(TessFile f, const char object[], const char name[], const char text[])
{
  TessQuiet quiet;
  hid_t     at, type = -1, space = -1, attribute = -1, link;

  PetscFunctionBegin;
  if (f->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Reserve(f, (double)strlen(text)));
  if (f->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  TessQuietBegin_Private(&quiet);
  link = H5Pcreate(H5P_LINK_CREATE);
  if (link >= 0)
    H5Pset_create_intermediate_group(link, 1);
  at = H5Oopen(f->file, object, H5P_DEFAULT);
  if (at < 0)
    at = H5Gcreate2(f->file, object, link, H5P_DEFAULT, H5P_DEFAULT);
  if (at >= 0)
    type = TextType(text);
  if (type >= 0)
    space = H5Screate(H5S_SCALAR);
  if (space >= 0)
    attribute = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0 || H5Awrite(attribute, type, text) < 0)
    Fail(f, "writing attribute", name);
  if (attribute >= 0)
    H5Aclose(attribute);
  if (space >= 0)
    H5Sclose(space);
  if (type >= 0)
    H5Tclose(type);
  if (at >= 0)
    H5Oclose(at);
  if (link >= 0)
    H5Pclose(link);
  TessQuietEnd_Private(&quiet);
  PetscCall(TessAgree_Private(f->comm, f->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}
