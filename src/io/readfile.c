/* readfile.c - the public questions to one file: each opens it, asks, and closes it. */
#include <string.h>
#include "ioimpl.h"

PetscErrorCode TessFileReadExtent(MPI_Comm comm, const char file[], const char dataset[], PetscInt *rank,
                                  PetscInt64 extent[8])
{
  TessReader r;

  PetscFunctionBegin;
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(TessReaderExtent_Private(&r, dataset, rank, extent));
  PetscCall(TessReaderClose_Private(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileHas(MPI_Comm comm, const char file[], const char dataset[], PetscBool *has)
{
  TessReader r;

  PetscFunctionBegin;
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(TessReaderHas_Private(&r, dataset, has));
  PetscCall(TessReaderClose_Private(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileReadBlock(MPI_Comm comm, const char file[], const char dataset[], PetscInt rank,
                                 const PetscInt64 start[], const PetscInt64 count[], PetscReal data[])
{
  TessReader r;

  PetscFunctionBegin;
  PetscCheck(rank >= 0 && rank <= TESS_IO_RANK, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "an array has 0 to %d extents, not %" PetscInt_FMT, TESS_IO_RANK, rank);
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(TessReaderRead_Private(&r, dataset, rank, 1, start, count, data));
  PetscCall(TessReaderClose_Private(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileReadBlocks(MPI_Comm comm, const char file[], const char dataset[], PetscInt rank,
                                  PetscInt nblock, const PetscInt64 start[], const PetscInt64 count[],
                                  PetscReal data[])
{
  TessReader r;
  PetscInt   has;
  PetscInt64 extent[TESS_IO_RANK], n = 0;
  PetscReal *packed;

  PetscFunctionBegin;
  PetscCheck(rank > 0 && rank <= TESS_IO_RANK, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "an array has 1 to %d extents, not %" PetscInt_FMT, TESS_IO_RANK, rank);
  for (PetscInt b = 0; b < nblock; b++) {
    PetscInt64 one = 1;

    for (PetscInt i = 0; i < rank; i++)
      one *= count[b * rank + i];
    n += one;
  }
  PetscCall(PetscMalloc1(n, &packed));
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(TessReaderExtent_Private(&r, dataset, &has, extent));
  PetscCall(TessReaderRead_Private(&r, dataset, rank, nblock, start, count, packed));
  if (!r.message[0])
    PetscCall(TessUnpack_Private(rank, extent, nblock, start, count, packed, data));
  PetscCall(TessReaderClose_Private(&r));
  PetscCall(PetscFree(packed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The only string of a dataset; NULL if it has no or many, or cannot be read. */
static PetscErrorCode String(hid_t set, char **text)
{
  const hid_t type = H5Dget_type(set), space = H5Dget_space(set);
  hid_t       memory   = -1;
  char       *variable = NULL;
  size_t      size;

  PetscFunctionBegin;
  if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
      H5Sget_simple_extent_npoints(space) == 1) {
    size   = H5Tget_size(type);
    memory = H5Tcopy(H5T_C_S1);
    H5Tset_cset(memory, H5Tget_cset(type));
    H5Tset_size(memory, H5Tis_variable_str(type) > 0 ? H5T_VARIABLE : size + 1);
    if (H5Tis_variable_str(type) > 0) {
      if (H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, &variable) >= 0)
        PetscCall(PetscStrallocpy(variable ? variable : "", text));
      if (variable)
        H5free_memory(variable);
    } else {
      PetscCall(PetscCalloc1(size + 1, text));
      if (H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, *text) < 0)
        PetscCall(PetscFree(*text));
    }
    H5Tclose(memory);
  }
  if (type >= 0)
    H5Tclose(type);
  if (space >= 0)
    H5Sclose(space);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFileReadText(MPI_Comm comm, const char file[], const char dataset[], char **text)
{
  TessReader r;
  PetscBool  has;
  PetscInt   rank;
  PetscInt64 extent[TESS_IO_RANK];
  hid_t      set = -1;

  PetscFunctionBegin;
  *text = NULL;
  PetscCall(TessReaderOpen_Private(comm, file, &r));
  PetscCall(TessReaderHas_Private(&r, dataset, &has));
  if (!has)
    PetscCall(TessReaderExtent_Private(&r, dataset, &rank, extent)); /* tells what is there instead */
  if (has && (set = H5Dopen2(r.file, dataset, H5P_DEFAULT)) >= 0) {
    PetscCall(String(set, text));
    H5Dclose(set);
  }
  if (!*text)
    TessFail_Private(r.message, "dataset %s of %s does not hold a text", dataset, file);
  PetscCall(TessAgree_Private(comm, r.message));
  if (r.message[0])
    PetscCall(PetscFree(*text));
  PetscCall(TessReaderClose_Private(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}
