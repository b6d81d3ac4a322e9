#pragma once
/* schwarz.h - the two levels of PC type tessschwarz. */
#include "linearimpl.h"

/* A block and its neighbours: the factor of their Gram matrix, P^T G P = L L^T of the k leading pivots. */
typedef struct {
  PetscInt  n, k;
  PetscInt *index; /* [k] into a local array, in the order of the pivots */
  float    *L;     /* columns of the lower triangle one after another */
} Patch;

typedef struct {
  PetscInt   npatch, most; /* most: largest k */
  Patch     *patch;
  PetscReal *work; /* [most] */
  PetscReal *root; /* local array, 1 / sqrt(patches that have the entry), or NULL */
} Patches;

typedef struct {
  PetscInt   N; /* columns of Z */
  Mat        Z;
  TessNormal normal;
  Vec        x, y;
} Coarse;

PETSC_INTERN PetscErrorCode PatchesSetUp(Mat J, Vec D, PetscReal cut, PetscReal share, PetscBool weighted,
                                         Patches *, PetscBool *ok);
/* y = sum over patches of R^T G^-1 R x, local arrays; y is overwritten. */
PETSC_INTERN PetscErrorCode PatchesApply(Panels *, Patches *, const PetscReal x[], PetscReal y[]);
PETSC_INTERN PetscErrorCode PatchesReset(Patches *);

/* degree -1: only the shared slice. */
PETSC_INTERN PetscErrorCode CoarseSetUp(Mat J, Vec D, PetscInt degree, const char prefix[], Coarse *,
                                        PetscBool *ok);
PETSC_INTERN PetscErrorCode CoarseApplyAdd(Coarse *, Vec x, Vec y);
PETSC_INTERN PetscErrorCode CoarseReset(Coarse *);
