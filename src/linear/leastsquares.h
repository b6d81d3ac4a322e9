#pragma once
/* leastsquares.h - TessLeastSquares and what its files share. */
#include "constrain.h"

struct _p_TessLeastSquares {
  MPI_Comm   comm;
  char      *prefix;
  PetscReal  cut, shift;
  PetscInt   refine;
  PetscBool  viewed, finite; /* Q^T Q has a factor */
  Mat        J, Q, T, QtQ;   /* J borrowed by reference */
  TessNormal normal;
  KSP        lsqr, cg;
  Vec        r, s;  /* rows */
  Vec        z, g;  /* columns of Q */
  Vec        dy;    /* columns of J */
  IS         exact; /* rows that hold exactly, or NULL */
  Constrain *constrain;
  PetscReal  scale, miss[2]; /* of exact rows: the largest seen; before and after the last Apply */
};

/* exact.c: y, the best without exact rows, becomes the best with them; after SetMat: what that needs. */
PETSC_INTERN PetscErrorCode ExactSetMat(TessLeastSquares);
PETSC_INTERN PetscErrorCode ExactApply(TessLeastSquares, Vec b, Vec y, PetscInt *its);
/* leastsquares.c: r = b - J y and the norms of r and Q^T r; y is made better as long as that helps. */
PETSC_INTERN PetscErrorCode LeastSquaresResidual(TessLeastSquares, Vec b, Vec y, Vec r, PetscReal norm[2]);
PETSC_INTERN PetscErrorCode LeastSquaresRefine(TessLeastSquares, Vec b, Vec y, PetscInt *its);
