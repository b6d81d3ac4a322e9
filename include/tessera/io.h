#pragma once
#include <tessera/base.h>

/* io - KEEP: parallel HDF5, XDMF, VTU, JSON, tables, pictures.  Knows arrays and names, never a field.
   Numbers are float64. Extents, starts and counts of arrays in files run slowest first, so the LAST axis
   of a domain comes first: u(x,t) is [nt][nx]. Everything here is collective unless it says otherwise, and
   makes files aside (<name>.tmp) and renames them when they are whole, so that an older file of the name
   is never half replaced.  Reading mistakes are USER_INPUT, one line naming file and reason; so are
   failures to write, except where `ok` is returned. */

/* --- writing HDF5 --- */
typedef struct _n_TessFile *TessFile;
/* Begins <name>.tmp.  Failures to open, write or close (no such folder, read only, disk full, ...) are no
   errors: the first is kept, further calls do nothing, and Close tells. */
PETSC_EXTERN PetscErrorCode TessFileCreate(MPI_Comm, const char name[], TessFile *);
/* Ends and renames the file, and frees.  ok [out, same on all ranks]: PETSC_FALSE leaves an older file as
   it was and no temporary one, with one line in message [len]; message may be NULL with len 0. */
PETSC_EXTERN PetscErrorCode TessFileClose(TessFile *, PetscBool *ok, char message[], size_t len);
/* Before Close: a checksum of the whole file will stand behind its end (HDF5 does not look there), and what
   stood under its name is kept under `previous` (NULL: not). */
PETSC_EXTERN PetscErrorCode TessFileSetSealed(TessFile, const char previous[]);
/* Writes an array of extents [rank] of which each rank has nblock boxes, start and count [nblock][rank],
   their data packed box after box, last index fastest.  Groups in the name ("fields/u") are made as
   needed.  One collective write; boxes may share points (then the values should agree), a rank may have
   none.  Costs a copy of the data. */
PETSC_EXTERN PetscErrorCode TessFileWriteBlocks(TessFile, const char dataset[], PetscInt rank,
                                                const PetscInt64 extent[], PetscInt nblock,
                                                const PetscInt64 start[], const PetscInt64 count[],
                                                const PetscReal data[]);
/* The same small array on all ranks (the first one's is written); without extents (rank = 0) a number. */
PETSC_EXTERN PetscErrorCode TessFileWriteArray(TessFile, const char dataset[], PetscInt rank,
                                               const PetscInt64 extent[], const PetscReal data[]);
PETSC_EXTERN PetscErrorCode TessFileWriteText(TessFile, const char dataset[], const char text[]);
/* An attribute, under 64 kB, of a dataset, of a group (made if there is none) or of the file ("/"). */
PETSC_EXTERN PetscErrorCode TessFileWriteAttribute(TessFile, const char object[], const char name[],
                                                   const char text[]);

/* --- reading HDF5 --- */
/* USER_INPUT for a file that is missing, foreign or cut short, and for a dataset that is missing (the
   message lists those that are there), is no number or has other extents. */
/* The path as given, else beside `input` (a file, or NULL); USER_INPUT names both places and `option`.
   Free with PetscFree. */
PETSC_EXTERN PetscErrorCode TessPathFind(MPI_Comm, const char path[], const char input[], const char option[],
                                         char **found);
/* Whether a sealed file is as it was written, before HDF5 opens it (which may crash on altered headers): else
   one line in text [len] says why not.  Each rank reads a share. */
PETSC_EXTERN PetscErrorCode TessFileCheckSeal(MPI_Comm, const char file[], PetscBool *ok, char text[],
                                              size_t len);
PETSC_EXTERN PetscErrorCode TessFileReadExtent(MPI_Comm, const char file[], const char dataset[],
                                               PetscInt *rank, PetscInt64 extent[8]);
/* Is there such a dataset?  (The file must be there.) */
PETSC_EXTERN PetscErrorCode TessFileHas(MPI_Comm, const char file[], const char dataset[], PetscBool *);
/* This rank's box start, count [rank] of a dataset with `rank` extents into data [product of count], the
   caller's.  A count may be 0. */
PETSC_EXTERN PetscErrorCode TessFileReadBlock(MPI_Comm, const char file[], const char dataset[],
                                              PetscInt rank, const PetscInt64 start[],
                                              const PetscInt64 count[], PetscReal data[]);
/* The same for nblock boxes start, count [nblock][rank] of this rank, none in another, into data packed box
   after box, as TessFileWriteBlocks has it.  One collective read. */
PETSC_EXTERN PetscErrorCode TessFileReadBlocks(MPI_Comm, const char file[], const char dataset[],
                                               PetscInt rank, PetscInt nblock, const PetscInt64 start[],
                                               const PetscInt64 count[], PetscReal data[]);
/* A text of fixed or variable length; free with PetscFree. */
PETSC_EXTERN PetscErrorCode TessFileReadText(MPI_Comm, const char file[], const char dataset[], char **text);
/* TessTableRead - points with values from a data, point or reference file; each rank reads an even share,
   in file order. The file has one 1D array per axis, named as the axis, and values [nlast]..[nfirst] on
   their tensor grid, or values [n] at n scattered points (one array [n] per axis, or `points` [n][dim]).
   Without values (nvalue 0) axes of equal length are scattered points. x [dim][n] and value [nvalue][n]
   are the caller's to PetscFree.  Not-a-numbers are refused.  A list has up to 128 axes, a grid 8. */
PETSC_EXTERN PetscErrorCode TessTableRead(MPI_Comm, const char file[], PetscInt dim, const char *const axes[],
                                          PetscInt nvalue, const char *const values[], PetscInt *n,
                                          PetscReal **x, PetscReal **value);
/* TessTableSize - how many points such a file has over all ranks; only extents are read. */
PETSC_EXTERN PetscErrorCode TessTableSize(MPI_Comm, const char file[], PetscInt dim, const char *const axes[],
                                          PetscInt nvalue, const char *const values[], PetscInt64 *n);

/* --- given functions on tensor grids --- */
typedef struct _n_TessGrid *TessGrid;
/* Loads what of `dataset` the box lo..hi [dim] of this rank needs (lo > hi: nothing); the axes' increasing
   arrays stand in the same file, those of axes the function does not depend on may be missing.  linear:
   multilinear, continuous.  cubic: C1 Hermite cells with slopes from five points, exact for cubics, errors
   of order 4 (first derivatives 3, second 2); fewer than five points along an axis lower the degree.  A
   box that leaves the grid by more than round-off is USER_INPUT ("covers x 0..1, the domain needs ..."). */
PETSC_EXTERN PetscErrorCode TessGridLoad(MPI_Comm, const char file[], const char dataset[], PetscInt dim,
                                         const char *const axes[], const PetscReal lo[], const PetscReal hi[],
                                         PetscBool cubic, TessGrid *);
/* Not collective.  value [n] = the derivative along axis [order] (order 0: the function) at x [dim][n] in
   the box.  Along one axis up to order 2 when cubic, 1 when linear (piecewise constant), else USER_INPUT;
   along an axis the grid lacks it is 0.  Does not depend on the box. */
PETSC_EXTERN PetscErrorCode TessGridEvaluate(TessGrid, PetscInt order, const PetscInt axis[], PetscInt n,
                                             const PetscReal x[], PetscReal value[]);
PETSC_EXTERN PetscErrorCode TessGridDestroy(TessGrid *);

/* --- views for ParaView and scripts --- */
/* TessXdmfWrite - <stem>.xdmf (version 2) for datasets field [nfield] (paths, extents [n_last]..[n_first])
   of <stem>.h5 on the rectilinear grid axis [dim][n]; the first `space` (1 to 3) axes are space, one more
   is time and becomes a collection.  Rank 0's arguments count. */
PETSC_EXTERN PetscErrorCode TessXdmfWrite(MPI_Comm, const char stem[], PetscInt dim, PetscInt space,
                                          const char *const axes[], const PetscInt64 n[],
                                          const PetscReal *const axis[], PetscInt nfield,
                                          const char *const field[]);
/* TessVtuWrite - one .vtu, appended raw data, written by all ranks at once (MPI-IO).  Grid of axis [space]
   with n [space] vertices (x first), all arrays whole on every rank.  nblock boxes of VERTICES a rank,
   start and count [nblock][space] and field data as in TessFileWriteBlocks (slowest, that is the last
   axis, first); a box of c vertices along an axis has c-1 cells, so boxes that tile the domain share a
   layer of vertices; those stand twice in the file.  data [nfield] arrays. */
PETSC_EXTERN PetscErrorCode TessVtuWrite(MPI_Comm, const char name[], PetscInt space, const PetscInt64 n[],
                                         const PetscReal *const axis[], PetscInt nblock,
                                         const PetscInt64 start[], const PetscInt64 count[], PetscInt nfield,
                                         const char *const field[], const PetscReal *const data[]);
/* TessPvdWrite - <stem>.pvd, the series of n files at times time [n]; names in the folder of stem are made
   relative. */
PETSC_EXTERN PetscErrorCode TessPvdWrite(MPI_Comm, const char stem[], PetscInt n, const PetscReal time[],
                                         const char *const file[]);

/* --- JSON: one object, indented.  Not collective but for Write, which writes rank 0's --- */
typedef struct _n_TessJson *TessJson;
/* The outer object is open from the start. */
PETSC_EXTERN PetscErrorCode TessJsonCreate(TessJson *);
/* Opens an object '{' or a list '['.  In an object it has a key; in a list key is NULL, here and below. */
PETSC_EXTERN PetscErrorCode TessJsonOpen(TessJson, const char key[], char kind);
/* Shuts the innermost one that Open opened. */
PETSC_EXTERN PetscErrorCode TessJsonShut(TessJson);
/* Reads back to the same bits; what is not finite, and PETSC_INFINITY, becomes null. */
PETSC_EXTERN PetscErrorCode TessJsonNumber(TessJson, const char key[], PetscReal);
PETSC_EXTERN PetscErrorCode TessJsonInt(TessJson, const char key[], PetscInt64);
/* UTF-8; NULL becomes null. */
PETSC_EXTERN PetscErrorCode TessJsonText(TessJson, const char key[], const char text[]);
PETSC_EXTERN PetscErrorCode TessJsonBool(TessJson, const char key[], PetscBool);
/* Whatever is open is shut in the copy written: more may be added, and it be written again. */
PETSC_EXTERN PetscErrorCode TessJsonWrite(TessJson, MPI_Comm, const char file[]);
/* TessJsonAppend - not collective: adds the object to a file of an object a line (JSON Lines), or begins the
   file (anew).  The file is opened and closed for every line, so that readers on other nodes follow it; a
   line that was cut when a writer died is taken away first.  A line is written whole or not at all: false and
   one line in message [len] if the disk or the folder does not take it. */
PETSC_EXTERN PetscErrorCode TessJsonAppend(TessJson, const char file[], PetscBool anew, PetscBool *ok,
                                           char message[], size_t len);
PETSC_EXTERN PetscErrorCode TessJsonDestroy(TessJson *);

/* --- pictures --- */
/* PNGs by gnuplot (Debian: gnuplot-nox), drawn by rank 0 from its arguments; USER_INPUT without gnuplot. */
/* One heat map: value [ny][nx] over the increasing axes x [nx], y [ny], bilinear between them.  Colours from
   lo to hi (lo >= hi: the range of the values), on a log scale over at most six decades if `logscale`.
   Texts are shown as they are. */
typedef struct {
  const char      *title;
  PetscInt         nx, ny;
  const PetscReal *x, *y, *value; /* borrowed */
  PetscReal        lo, hi;
  PetscBool        logscale;
} TessImagePanel;
/* Heat maps side by side; equal: one unit is as long upwards as sideways. */
PETSC_EXTERN PetscErrorCode TessImagePanels(MPI_Comm, const char file[], const char title[],
                                            const char xlabel[], const char ylabel[], PetscBool equal,
                                            PetscInt npanel, const TessImagePanel panel[]);
PETSC_EXTERN PetscErrorCode TessImageHeat(MPI_Comm, const char file[], const char title[], PetscInt nx,
                                          const PetscReal x[], PetscInt ny, const PetscReal y[],
                                          const PetscReal value[], const char xlabel[], const char ylabel[],
                                          PetscBool logscale);
/* Curves y [ncurve][n[i]] over x [ncurve][n[i]]; values that are not finite, or not positive with logy,
   are left out. */
PETSC_EXTERN PetscErrorCode TessImageLines(MPI_Comm, const char file[], const char title[],
                                           const char xlabel[], const char ylabel[], PetscBool logy,
                                           PetscInt ncurve, const char *const names[], const PetscInt n[],
                                           const PetscReal *const x[], const PetscReal *const y[]);
