#pragma once
/* constrain.h - exact rows of a least-squares problem in the columns of Q. */
#include "linearimpl.h"

typedef struct {
  MPI_Comm   comm;
  TessNormal normal;          /* G^-1, borrowed */
  PetscInt   m, nown, first;  /* exact rows; those of this rank, from number `first` */
  PetscInt  *own;             /* [nown] local rows */
  PetscInt   rank, k, solved; /* directions in all; of them those held; those with a w */
  PetscInt  *perm;            /* [m] the row of column j of R */
  Vec       *u, *w;           /* [m] U (from `rank` on what is left of dependent columns), [solved] G^-1 U */
  PetscReal *r, *s, *factor;  /* [m][m] columns of R and of S, upper; [k][k] the factor of S */
  PetscReal *norm, *t, *e;    /* [m] lengths of the columns; work */
} Constrain;
#define R(c, i, j) (c)->r[(size_t)(j) * (c)->m + (i)]

/* rows: global numbers, each rank its own.  Collective; an exchange for each row, a reduction or three for
 * each independent one. */
PETSC_INTERN PetscErrorCode ConstrainCreate(Mat Q, IS rows, TessNormal, Constrain **);
PETSC_INTERN PetscErrorCode ConstrainDestroy(Constrain **);
/* Holds the directions of which more than `cut` is independent of those before; one solve for each new one.
 */
PETSC_INTERN PetscErrorCode ConstrainChoose(Constrain *, PetscReal cut);
/* z = G^-1 g -> the same in the directions that are not held */
PETSC_INTERN PetscErrorCode ConstrainProject(Constrain *, Vec z);
/* The largest of the exact rows of r, over the length of the row of Q. */
PETSC_INTERN PetscErrorCode ConstrainMiss(Constrain *, Vec r, PetscReal *miss);
/* The least z (in G) with (r - Q z) = 0 in the rows of the directions held; up to `round` in a row is
 * nothing. */
PETSC_INTERN PetscErrorCode ConstrainStep(Constrain *, Vec r, PetscReal round, Vec z);
