#pragma once
#include "run.h"

#define APP_SLICES 3 /* along the third axis */

/* The grid that is drawn, whole on rank 0; the other ranks have no points. */
typedef struct {
  PetscInt   slices, n[2], np; /* n[1] is 1 with one axis; np = n[0] n[1] slices on rank 0, else 0 */
  PetscReal *axis[2], at[APP_SLICES];
  PetscReal *x;     /* [dim][np], axis 0 fastest, slices last */
  PetscReal *value; /* [unknowns in the reference's file][np] */
} AppGrid;

typedef struct {
  MPI_Comm          comm;
  TessMarch         march;
  const TessSystem *sys;
  const char       *title;
  AppProgress       progress;
  char              stem[PETSC_MAX_PATH_LEN];
  PetscInt         *infile; /* [nunknown] which values of the grid are its reference's, or -1 */
  AppGrid           grid;
  PetscReal        *value, *known, *error; /* [nunknown][np], [np] of one unknown */
} AppPlot;

/* Prints the name of a picture. */
PetscErrorCode AppPlotTell(AppPlot *, const char file[]);
/* --- plotgrid.c: the grid of the reference's file if it has one, else -plot_points along each axis --- */
PetscErrorCode AppGridCreate(AppPlot *);
PetscErrorCode AppGridDestroy(AppGrid *);
/* --- plothistory.c: loss and error against iterations and seconds, from <stem>.json --- */
PetscErrorCode AppPlotHistory(AppPlot *);
