#pragma once
/* ioimpl.h - what the files of this room share: one agreed line of failure, files made aside, text that
 * grows, HDF5 kept quiet. */
#include <hdf5.h>
#include <tessera/io.h>

#define TESS_IO_LINE 1024 /* longest message */
#define TESS_IO_RANK 8    /* most extents of a dataset */

_Static_assert(sizeof(PetscReal) == sizeof(double),
               "the files hold float64, and PetscReal is written as it stands");

/* Collective.  A message is a failure, empty is none: afterwards all ranks have that of the lowest rank that
 * has one. */
PETSC_INTERN PetscErrorCode TessAgree_Private(MPI_Comm, char message[TESS_IO_LINE]);
/* Sets the message if it is empty: only the first failure counts. */
PETSC_INTERN void TessFail_Private(char message[TESS_IO_LINE], const char format[], ...)
    PETSC_ATTRIBUTE_FORMAT(2, 3);

/* Collective.  Rank 0 makes an empty <name>.tmp that all ranks can see; *tmp is the caller's (also when it
 * fails). */
PETSC_INTERN PetscErrorCode TessAsideOpen_Private(MPI_Comm, const char name[], char **tmp,
                                                  char message[TESS_IO_LINE]);
/* Collective.  Makes sure that the temporary file can grow to so many bytes, so that no write of one rank
 * fails where others wait for it. */
PETSC_INTERN PetscErrorCode TessReserve_Private(MPI_Comm, const char name[], const char tmp[], double bytes,
                                                char message[TESS_IO_LINE]);
/* Collective.  Without a message: fsync, rename, fsync of the folder by rank 0 (which may set one).  With
 * one: unlinks.  Frees *tmp. */
PETSC_INTERN PetscErrorCode TessAsideClose_Private(MPI_Comm, const char name[], char **tmp,
                                                   char message[TESS_IO_LINE]);
/* Collective.  Puts the checksum of the temporary file behind its end; message is not agreed. */
PETSC_INTERN PetscErrorCode TessSeal_Private(MPI_Comm, const char name[], const char tmp[],
                                             char message[TESS_IO_LINE]);
/* Collective.  Rank 0's text becomes the file, whole or not at all; USER_INPUT otherwise. */
PETSC_INTERN PetscErrorCode TessTextWrite_Private(MPI_Comm, const char name[], const char text[], size_t len);
/* The folder of a path, "." if it has none. */
PETSC_INTERN void TessFolder_Private(const char path[], char folder[PETSC_MAX_PATH_LEN]);

/* Text that grows; free with PetscFree(t.at). */
typedef struct {
  char  *at;
  size_t len, size;
} TessText;
PETSC_INTERN PetscErrorCode TessTextAdd_Private(TessText *, const char format[], ...)
    PETSC_ATTRIBUTE_FORMAT(2, 3);
PETSC_INTERN PetscErrorCode TessTextAddBytes_Private(TessText *, const void *bytes, size_t n);
/* With the five characters of XML that need it written as entities. */
PETSC_INTERN PetscErrorCode TessTextAddXml_Private(TessText *, const char text[]);

/* Adds the whole object, shut, as indented text that ends with a new line. */
PETSC_INTERN PetscErrorCode TessJsonWhole_Private(TessJson, TessText *);
/* As a string of gnuplot's in which nothing has a meaning. */
PETSC_INTERN PetscErrorCode TessTextAddQuoted_Private(TessText *, const char text[]);
/* Collective.  Rank 0's script (what comes after terminal and output) draws the PNG; USER_INPUT if it cannot.
 */
PETSC_INTERN PetscErrorCode TessGnuplot_Private(MPI_Comm, const char file[], PetscInt width, PetscInt height,
                                                const TessText *script);

/* HDF5's own printing of errors is turned off between Begin and End, and whatever was set before is restored.
 */
typedef struct {
  H5E_auto2_t print;
  void       *data;
} TessQuiet;
PETSC_INTERN void TessQuietBegin_Private(TessQuiet *);
PETSC_INTERN void TessQuietEnd_Private(TessQuiet *);
/* The innermost reason of the last HDF5 failure; to be asked for at once. */
PETSC_INTERN void TessReason_Private(size_t len, char reason[]);
/* A file selection of nbox boxes, start and count [nbox][rank]; id < 0 if HDF5 failed. */
PETSC_INTERN hid_t TessSelect_Private(PetscInt rank, const PetscInt64 extent[], PetscInt nbox,
                                      const PetscInt64 start[], const PetscInt64 count[], hsize_t *npoint);

/* A collective transfer between n packed numbers and a selection of a file. */
typedef struct {
  hid_t space, packed, list; /* of the file, owned; of memory; the properties */
} TessTransfer;
/* PETSC_FALSE if HDF5 failed (End all the same). */
PETSC_INTERN PetscBool TessTransferBegin_Private(TessTransfer *, hid_t space, hsize_t n);
PETSC_INTERN void      TessTransferEnd_Private(TessTransfer *);

/* data, box after box, in the order of the file, each point once; packed [n] is the caller's to PetscFree. */
PETSC_INTERN PetscErrorCode TessPack_Private(PetscInt rank, const PetscInt64 extent[], PetscInt nbox,
                                             const PetscInt64 start[], const PetscInt64 count[],
                                             const PetscReal data[], PetscInt64 *n, PetscReal **packed);

/* The way back, of boxes that share no point. */
PETSC_INTERN PetscErrorCode TessUnpack_Private(PetscInt rank, const PetscInt64 extent[], PetscInt nbox,
                                               const PetscInt64 start[], const PetscInt64 count[],
                                               const PetscReal packed[], PetscReal data[]);

/* A file open for reading by all ranks.  As with TessFile the first mistake is kept, agreed, and stops what
 * follows; Close raises it. */
typedef struct {
  MPI_Comm    comm;
  const char *name; /* borrowed */
  hid_t       file;
  TessQuiet   quiet;
  char        message[TESS_IO_LINE];
} TessReader;
PETSC_INTERN PetscErrorCode TessReaderOpen_Private(MPI_Comm, const char name[], TessReader *);
PETSC_INTERN PetscErrorCode TessReaderHas_Private(TessReader *, const char dataset[], PetscBool *);
PETSC_INTERN PetscErrorCode TessReaderExtent_Private(TessReader *, const char dataset[], PetscInt *rank,
                                                     PetscInt64 extent[TESS_IO_RANK]);
/* nbox boxes whose union in row-major order is the order of data; they must lie in the dataset. */
PETSC_INTERN PetscErrorCode TessReaderRead_Private(TessReader *, const char dataset[], PetscInt rank,
                                                   PetscInt nbox, const PetscInt64 start[],
                                                   const PetscInt64 count[], PetscReal data[]);
PETSC_INTERN PetscErrorCode TessReaderClose_Private(TessReader *);
