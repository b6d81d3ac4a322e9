/* read.c - reading parallel HDF5.  Rank 0 looks at the file alone first, where a fault cannot make others
   wait; then all open it and ask the same questions together. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ioimpl.h"

#define REASON 256 /* longest reason of HDF5 */

/* The file, or the reason why not. */
static hid_t Open(MPI_Comm comm, const char name[], char reason[REASON])
{
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  hid_t       file   = -1;

  if (access >= 0 && H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL) >= 0 &&
      H5Pset_all_coll_metadata_ops(access, 1) >= 0)
    file = H5Fopen(name, H5F_ACC_RDONLY, access);
  if (file < 0)
    TessReason_Private(REASON, reason);
  if (access >= 0)
    H5Pclose(access);
  return file;
}

static void FailOpen(const char name[], const char reason[], char message[])
{
  if (strstr(reason, "truncated"))
    TessFail_Private(message, "cannot read %s: the file is cut short (%s)", name, reason);
  else
    TessFail_Private(message, "cannot read %s: the file is damaged (%s)", name, reason);
}

/* What rank 0 alone can find wrong with a file. */
static void Inspect(const char name[], char message[])
{
  struct stat s;
  hid_t       file;
  char        reason[REASON];

  if (stat(name, &s))
    TessFail_Private(message, "cannot read %s: %s", name,
                     errno == ENOENT ? "there is no such file" : strerror(errno));
  else if (S_ISDIR(s.st_mode))
    TessFail_Private(message, "cannot read %s: it is a folder", name);
  else if (access(name, R_OK))
    TessFail_Private(message, "cannot read %s: %s", name, strerror(errno));
  else if (!s.st_size)
    TessFail_Private(message, "cannot read %s: the file is empty", name);
  else if (H5Fis_hdf5(name) <= 0)
    TessFail_Private(message, "cannot read %s: it is not an HDF5 file", name);
  else if ((file = Open(MPI_COMM_SELF, name, reason)) < 0)
    FailOpen(name, reason, message);
  else
    H5Fclose(file);
}

PetscErrorCode TessReaderOpen_Private(MPI_Comm comm, const char name[], TessReader *r)
{
  PetscMPIInt rank;
  char        reason[REASON];

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  r->comm       = comm;
  r->name       = name;
  r->file       = -1;
  r->message[0] = 0;
  TessQuietBegin_Private(&r->quiet);
  if (!rank)
    Inspect(name, r->message);
  PetscCall(TessAgree_Private(comm, r->message));
  if (!r->message[0] && access(name, R_OK)) {
    TessFail_Private(r->message,
                     "cannot read %s: rank %d does not see it; the folder must be shared by all nodes", name,
                     rank);
  }
  PetscCall(TessAgree_Private(comm, r->message));
  if (!r->message[0]) {
    r->file = Open(comm, name, reason);
    if (r->file < 0)
      FailOpen(name, reason, r->message);
    PetscCall(TessAgree_Private(comm, r->message));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessReaderClose_Private(TessReader *r)
{
  PetscFunctionBegin;
  if (r->file >= 0)
    H5Fclose(r->file);
  TessQuietEnd_Private(&r->quiet);
  TessCheckInput(!r->message[0], r->comm, "%s", r->message);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Is there a dataset of that path?  HDF5 wants every group on the way asked for. */
static PetscBool Exists(hid_t file, const char dataset[])
{
  char       path[PETSC_MAX_PATH_LEN];
  H5O_info_t info;

  for (const char *c = dataset + (dataset[0] == '/');; c++) {
    if (*c && *c != '/')
      continue;
    snprintf(path, sizeof(path), "%.*s", (int)(c - dataset), dataset);
    if (!path[0] || H5Lexists(file, path, H5P_DEFAULT) <= 0)
      return PETSC_FALSE;
    if (!*c)
      break;
  }
  return H5Oget_info_by_name2(file, dataset, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
                 info.type == H5O_TYPE_DATASET
             ? PETSC_TRUE
             : PETSC_FALSE;
}

typedef struct {
  size_t len;
  int    n;
  char   names[TESS_IO_LINE / 2];
} Listing;

static herr_t Name(hid_t file, const char name[], const H5O_info_t *info, void *ctx)
{
  Listing *l = ctx;

  if (info->type != H5O_TYPE_DATASET)
    return 0;
  if (l->len + strlen(name) + 8 < sizeof(l->names)) {
    l->len += (size_t)snprintf(l->names + l->len, sizeof(l->names) - l->len, "%s%s", l->n ? ", " : "", name);
  } else if (l->len + 6 < sizeof(l->names)) {
    l->len += (size_t)snprintf(l->names + l->len, sizeof(l->names) - l->len, ", ...");
    return 1;
  }
  l->n++;
  return 0;
}

static void FailMissing(TessReader *r, const char dataset[])
{
  Listing l = {0, 0, ""};

  H5Ovisit2(r->file, H5_INDEX_NAME, H5_ITER_INC, Name, &l, H5O_INFO_BASIC);
  TessFail_Private(r->message, "%s has no dataset %s: it has %s", r->name, dataset,
                   l.n ? l.names : "none at all");
}

PetscErrorCode TessReaderHas_Private(TessReader *r, const char dataset[], PetscBool *has)
{
  PetscFunctionBegin;
  *has = r->message[0] ? PETSC_FALSE : Exists(r->file, dataset);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Extents of an open dataset of numbers. */
static void Extent(TessReader *r, hid_t set, const char dataset[], PetscInt *rank, PetscInt64 extent[])
{
  const hid_t       type = H5Dget_type(set), space = H5Dget_space(set);
  const H5T_class_t kind = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
  const int         n    = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
  hsize_t           dims[H5S_MAX_RANK];

  if (n < 0 || kind == H5T_NO_CLASS)
    TessFail_Private(r->message, "cannot read %s: dataset %s is damaged", r->name, dataset);
  else if (kind != H5T_INTEGER && kind != H5T_FLOAT)
    TessFail_Private(r->message, "dataset %s of %s does not hold numbers", dataset, r->name);
  else if (n > TESS_IO_RANK)
    TessFail_Private(r->message, "dataset %s of %s has %d extents: at most %d are read", dataset, r->name, n,
                     TESS_IO_RANK);
  else {
    H5Sget_simple_extent_dims(space, dims, NULL);
    *rank = n;
    for (int i = 0; i < n; i++)
      extent[i] = (PetscInt64)dims[i];
  }
  if (type >= 0)
    H5Tclose(type);
  if (space >= 0)
    H5Sclose(space);
}

PetscErrorCode TessReaderExtent_Private(TessReader *r, const char dataset[], PetscInt *rank,
                                        PetscInt64 extent[TESS_IO_RANK])
{
  hid_t set = -1;

  PetscFunctionBegin;
  *rank = 0;
  if (r->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  if (!Exists(r->file, dataset))
    FailMissing(r, dataset);
  else if ((set = H5Dopen2(r->file, dataset, H5P_DEFAULT)) < 0) {
    TessFail_Private(r->message, "cannot read %s: dataset %s is damaged", r->name, dataset);
  } else
    Extent(r, set, dataset, rank, extent);
  if (set >= 0)
    H5Dclose(set);
  PetscCall(TessAgree_Private(r->comm, r->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Do the boxes lie in the dataset? */
static void CheckBoxes(TessReader *r, const char dataset[], PetscInt has, const PetscInt64 extent[],
                       PetscInt rank, PetscInt nbox, const PetscInt64 start[], const PetscInt64 count[])
{
  if (has != rank) {
    TessFail_Private(r->message,
                     "dataset %s of %s has %" PetscInt_FMT " extents: %" PetscInt_FMT " are wanted", dataset,
                     r->name, has, rank);
    return;
  }
  for (PetscInt i = 0; i < nbox * rank; i++) {
    if (start[i] >= 0 && count[i] >= 0 && start[i] + count[i] <= extent[i % rank])
      continue;
    TessFail_Private(r->message,
                     "dataset %s of %s has extent %" PetscInt64_FMT " along index %" PetscInt_FMT
                     ": %" PetscInt64_FMT "..%" PetscInt64_FMT " are wanted",
                     dataset, r->name, extent[i % rank], i % rank, start[i], start[i] + count[i]);
    return;
  }
}

PetscErrorCode TessReaderRead_Private(TessReader *r, const char dataset[], PetscInt rank, PetscInt nbox,
                                      const PetscInt64 start[], const PetscInt64 count[], PetscReal data[])
{
  PetscInt     has;
  PetscInt64   extent[TESS_IO_RANK];
  hid_t        set, space;
  hsize_t      n;
  PetscReal    nothing;
  char         reason[REASON];
  TessTransfer t;

  PetscFunctionBegin;
  PetscCall(TessReaderExtent_Private(r, dataset, &has, extent));
  if (!r->message[0])
    CheckBoxes(r, dataset, has, extent, rank, nbox, start, count);
  PetscCall(TessAgree_Private(r->comm, r->message));
  if (r->message[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  set   = H5Dopen2(r->file, dataset, H5P_DEFAULT);
  space = TessSelect_Private(rank, extent, nbox, start, count, &n);
  if (!TessTransferBegin_Private(&t, space, n) || set < 0) {
    TessFail_Private(r->message, "cannot read dataset %s of %s", dataset, r->name);
  }
  PetscCall(TessAgree_Private(r->comm, r->message));
  if (!r->message[0] && H5Dread(set, H5T_NATIVE_DOUBLE, t.packed, space, t.list, n ? data : &nothing) < 0) {
    TessReason_Private(sizeof(reason), reason);
    TessFail_Private(r->message, "cannot read %s: dataset %s is damaged (%s)", r->name, dataset, reason);
  }
  if (set >= 0)
    H5Dclose(set);
  TessTransferEnd_Private(&t);
  PetscCall(TessAgree_Private(r->comm, r->message));
  PetscFunctionReturn(PETSC_SUCCESS);
}
