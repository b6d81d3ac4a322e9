#pragma once
/* schwarz.h - the two levels of PC type tessschwarz. */
#include "linearimpl.h"

/* What a patch takes of a block: all of it, or the span of V [size][k]. */
typedef struct {
  PetscInt block, k;
  float   *V;
} Member;

/* A block and its neighbours: P^T G P = L L^T of the k leading pivots, G [n][n] their Gram matrix. */
typedef struct {
  PetscInt  nmember, n, k;
  Member   *member; /* in the order of global columns */
  PetscInt *pivot;  /* [k] */
  float    *L;      /* columns of the lower triangle one after another */
} Patch;

typedef struct {
  PetscInt   npatch, most; /* most: largest n */
  Patch     *patch;
  PetscReal *work, *sorted; /* [most] */
} Patches;

typedef struct {
  PetscInt   N; /* columns of Z */
  Mat        Z;
  TessNormal normal;
  Vec        x, y;
} Coarse;

PETSC_INTERN PetscErrorCode PatchesSetUp(Mat J, Vec D, PetscReal cosine, Patches *, PetscBool *ok);
/* y = sum over patches of R^T G^-1 R x, local arrays; y is overwritten. */
PETSC_INTERN PetscErrorCode PatchesApply(Panels *, Patches *, const PetscReal x[], PetscReal y[]);
PETSC_INTERN PetscErrorCode PatchesReset(Patches *);
PETSC_INTERN PetscInt64     PatchBytes(TessLayout, const Patch *);

/* degree -1: only the shared slice. */
PETSC_INTERN PetscErrorCode CoarseSetUp(Mat J, Vec D, PetscInt degree, const char prefix[], Coarse *,
                                        PetscBool *ok);
PETSC_INTERN PetscErrorCode CoarseApplyAdd(Coarse *, Vec x, Vec y);
PETSC_INTERN PetscErrorCode CoarseReset(Coarse *);
