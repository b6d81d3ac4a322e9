#pragma once
/* gridimpl.h - a grid as loaded: shared by the file that loads it and the one that evaluates it. */
#include "ioimpl.h"

#define TESS_GRID_WINDOW 5                       /* points a slope is taken from */
#define TESS_GRID_STENCIL (TESS_GRID_WINDOW + 1) /* points a cell depends on, at most */

typedef struct {
  PetscInt   at;          /* which axis of the domain */
  PetscInt64 total;       /* points of the whole axis, */
  PetscInt64 first, n;    /* those that are loaded: first .. first+n-1, */
  PetscInt64 cell, ncell; /* and the cells that may be asked for, counted from the first loaded point */
  PetscInt   window;      /* points of a slope: TESS_GRID_WINDOW, or all if they are fewer */
  PetscReal  slack;       /* how far outside is round-off */
  PetscReal *x;           /* [n] */
  PetscReal *slope;       /* [n][TESS_GRID_WINDOW]: d_i = sum_j slope_ij f(window_i + j); cubic only */
} TessAxis;

struct _n_TessGrid {
  char      *name;
  PetscInt   m; /* axes of the grid, in the order of the domain's */
  TessAxis   axis[TESS_IO_RANK];
  PetscBool  cubic;
  PetscReal *value; /* [n_m-1]..[n_0] */
};

/* First point, in the whole axis, of the window of point i: placed in the whole grid, so the part loaded
 * changes nothing. */
static inline PetscInt64 TessWindow_Private(const TessAxis *a, PetscInt64 i)
{
  return PetscMin(PetscMax(i - a->window / 2, 0), a->total - a->window);
}

/* The cell of x between n increasing points; the outer cells reach outwards. */
static inline PetscInt64 TessLocate_Private(PetscInt64 n, const PetscReal points[], PetscReal x)
{
  PetscInt64 low = 0, high = n - 1;

  while (high - low > 1) {
    const PetscInt64 middle = (low + high) / 2;

    if (points[middle] <= x)
      low = middle;
    else
      high = middle;
  }
  return low;
}
