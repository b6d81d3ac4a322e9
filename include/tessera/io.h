#pragma once
#include <tessera/base.h>

/* io - KEEP: parallel HDF5, XDMF, VTU, JSON, text tables.  Knows arrays and names, never a field.  Numbers are float64. */

/* --- writing: an HDF5 file made aside (<name>.tmp) and renamed when every rank has written all of it --- */
typedef struct _n_TessFile *TessFile;
/* Collective.  Failures to open, write or close are not errors: they are kept, agreed over the ranks at Close, and told by *ok with one line
   in message (disk full, no such folder, read only, ...); the temporary file is removed then and an older file of the name is left as it was. */
PETSC_EXTERN PetscErrorCode TessFileCreate(MPI_Comm, const char name[], TessFile *);
PETSC_EXTERN PetscErrorCode TessFileClose(TessFile *, PetscBool *ok, char message[], size_t len);
/* Groups in `dataset` ("fields/u") are made as needed. Collective; the whole array has extents [rank] (slowest first). Each
   rank writes nblock boxes: start and count [nblock][rank], data packed box after box, last index fastest. */
PETSC_EXTERN PetscErrorCode TessFileWriteBlocks(TessFile, const char dataset[], PetscInt rank, const PetscInt64 extent[], PetscInt nblock,
                                                const PetscInt64 start[], const PetscInt64 count[], const PetscReal data[]);
/* The same small array on all ranks. */
PETSC_EXTERN PetscErrorCode TessFileWriteArray(TessFile, const char dataset[], PetscInt rank, const PetscInt64 extent[], const PetscReal data[]);
PETSC_EXTERN PetscErrorCode TessFileWriteText(TessFile, const char dataset[], const char text[]);
PETSC_EXTERN PetscErrorCode TessFileWriteAttribute(TessFile, const char object[], const char name[], const char text[]);

/* --- reading: any mistake is USER_INPUT naming file and reason (missing, not HDF5, truncated, no dataset (lists those there are), shape) --- */
/* TessPathFind - the path as given, else beside `input` (a file); USER_INPUT naming both places and `option`. Caller frees. */
PETSC_EXTERN PetscErrorCode TessPathFind(MPI_Comm, const char path[], const char input[], const char option[], char **found);
PETSC_EXTERN PetscErrorCode TessFileReadExtent(MPI_Comm, const char file[], const char dataset[], PetscInt *rank, PetscInt64 extent[8]);
PETSC_EXTERN PetscErrorCode TessFileHas(MPI_Comm, const char file[], const char dataset[], PetscBool *);
/* This rank's box start, count [rank]; data is the caller's, product of count. Collective (a count may be 0). */
PETSC_EXTERN PetscErrorCode TessFileReadBlock(MPI_Comm, const char file[], const char dataset[], PetscInt rank, const PetscInt64 start[],
                                              const PetscInt64 count[], PetscReal data[]);
PETSC_EXTERN PetscErrorCode TessFileReadText(MPI_Comm, const char file[], const char dataset[], char **text);
/* TessTableRead - points with values from a data, point or reference file; each rank gets an even share.  The file has either one 1D array per
   axis and values [nlast]..[nfirst] on their tensor grid, or n values at n scattered points (one array per axis, or `points` [n][dim]).
   x [dim][n] and value [nvalue][n] are the caller's to PetscFree. nvalue may be 0. */
PETSC_EXTERN PetscErrorCode TessTableRead(MPI_Comm, const char file[], PetscInt dim, const char *const axes[], PetscInt nvalue,
                                          const char *const values[], PetscInt *n, PetscReal **x, PetscReal **value);

/* --- given functions on tensor grids --- */
typedef struct _n_TessGrid *TessGrid;
/* Collective: loads the part of dataset (axes' arrays beside it) that covers this rank's box lo..hi. cubic: tensor splines-free Catmull-Rom-like C1 of 4 points or
   better; linear: multilinear. Points outside the grid by more than round-off are USER_INPUT at load ("field covers x 0..1, domain needs ..."). */
PETSC_EXTERN PetscErrorCode TessGridLoad(MPI_Comm, const char file[], const char dataset[], PetscInt dim, const char *const axes[],
                                         const PetscReal lo[], const PetscReal hi[], PetscBool cubic, TessGrid *);
/* value [n] = derivative along `order` axes (axis[]) at x [dim][n].  Grids may lack axes of the domain (a field of x alone in x,t). */
PETSC_EXTERN PetscErrorCode TessGridEvaluate(TessGrid, PetscInt order, const PetscInt axis[], PetscInt n, const PetscReal x[], PetscReal value[]);
PETSC_EXTERN PetscErrorCode TessGridDestroy(TessGrid *);

/* --- views for ParaView and scripts --- */
/* TessXdmfWrite - rank 0 writes <stem>.xdmf for datasets of <stem>.h5 on a rectilinear grid: axes datasets "x", ..., a time axis "t" becomes a collection. */
PETSC_EXTERN PetscErrorCode TessXdmfWrite(MPI_Comm, const char stem[], PetscInt dim, PetscInt space, const char *const axes[],
                                          const PetscInt64 n[], const PetscReal *const axis[], PetscInt nfield, const char *const field[]);
/* TessVtuWrite - one .vtu with appended raw data written by all ranks (MPI-IO): nblock boxes of the grid a rank, points repeated at seams; data as in
   TessFileWriteBlocks (extent order: last axis slowest), field [nfield] arrays. */
PETSC_EXTERN PetscErrorCode TessVtuWrite(MPI_Comm, const char name[], PetscInt space, const PetscInt64 n[], const PetscReal *const axis[],
                                         PetscInt nblock, const PetscInt64 start[], const PetscInt64 count[], PetscInt nfield,
                                         const char *const field[], const PetscReal *const data[]);
PETSC_EXTERN PetscErrorCode TessPvdWrite(MPI_Comm, const char stem[], PetscInt n, const PetscReal time[], const char *const file[]);

/* --- JSON: written on rank 0, indented, atomically --- */
typedef struct _n_TessJson *TessJson;
PETSC_EXTERN PetscErrorCode TessJsonCreate(TessJson *);
PETSC_EXTERN PetscErrorCode TessJsonOpen(TessJson, const char key[], char kind); /* '{' or '['; key NULL inside a list */
PETSC_EXTERN PetscErrorCode TessJsonShut(TessJson);
PETSC_EXTERN PetscErrorCode TessJsonNumber(TessJson, const char key[], PetscReal); /* not finite: null */
PETSC_EXTERN PetscErrorCode TessJsonInt(TessJson, const char key[], PetscInt64);
PETSC_EXTERN PetscErrorCode TessJsonText(TessJson, const char key[], const char text[]);
PETSC_EXTERN PetscErrorCode TessJsonBool(TessJson, const char key[], PetscBool);
PETSC_EXTERN PetscErrorCode TessJsonWrite(TessJson, MPI_Comm, const char file[]);
PETSC_EXTERN PetscErrorCode TessJsonDestroy(TessJson *);
