#pragma once
#include "state.h"

/* TessInverse - a positive definite H for the inverse Hessian of f, made of pairs s = x+ - x, y = g+ - g by
   updates of Broyden's family that scale what they keep (Al-Baali 1998; Urban et al. 2024): H+ = (H - z z^T /
   y.z + phi v v^T) / tau + s s^T / y.s,   z = H y,   v = sqrt(y.z) (s / y.s - z / y.z) A dense matrix by
   rows, or the last pairs; private to the room. */
typedef struct _n_TessInverse *TessInverse;

struct _n_TessInverse {
  PetscBool  broyden; /* phi and tau of the self-scaled Broyden method; else BFGS with tau */
  PetscBool  fresh;   /* H is the identity */
  PetscInt   N;       /* parameters */
  Mat        A;       /* H; NULL: limited memory */
  Vec        z, full; /* H y; the entries of all ranks (a sequential Vec) */
  VecScatter gather;
  PetscInt   memory, n; /* pairs at most, and now */
  Vec       *pair;      /* [2][memory] all s, all y, the oldest first, of unit y.s */
  PetscReal *gram;      /* [2][memory][2][memory] products of the pairs */
  PetscReal *M, gamma;  /* H = gamma + W M W^T, W = the pairs [N][2][memory] */
  PetscReal *b, *work;  /* [memory] s.B s when the pair was new; [4][2][memory] */
};

/* memory > 0: as many pairs; 0: dense.  x gives the layout. */
PETSC_INTERN PetscErrorCode TessInverseCreate(Vec x, PetscInt memory, PetscBool broyden, TessInverse *);
PETSC_INTERN PetscErrorCode TessInverseReset(TessInverse);
/* p = -H g */
PETSC_INTERN PetscErrorCode TessInverseApply(TessInverse, Vec g, Vec p);
/* ys = y.s > 0 and sBs = s.H^-1 s, which a line search along H g knows */
PETSC_INTERN PetscErrorCode TessInverseUpdate(TessInverse, Vec s, Vec y, PetscReal ys, PetscReal sBs);
/* Names its parts for a checkpoint. */
PETSC_INTERN PetscErrorCode TessInverseState(TessInverse, TessState);
PETSC_INTERN PetscErrorCode TessInverseDestroy(TessInverse *);
