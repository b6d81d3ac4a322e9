#pragma once
/* schwarz.h - the two levels of PC type tessschwarz. */
#include "linearimpl.h"

/* of L [n] in single, x [n] in double; eight sums, so that the compiler may use vectors */
static inline PetscReal SingleDot(PetscInt n, const float L[], const PetscReal x[])
{
  PetscReal sum[8] = {0}, rest = 0;
  PetscInt  i = 0;

  for (; i + 8 <= n; i += 8)
    for (PetscInt q = 0; q < 8; q++)
      sum[q] += L[i + q] * x[i + q];
  for (; i < n; i++)
    rest += L[i] * x[i];
  return rest + ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

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
  Blocks    *blocks; /* of Z, which owns them */
  TessNormal normal;
  Vec        x, y;
} Coarse;

/* A Z: what column block b of Z does to the rows of block s, [size s][columns of b]. */
typedef struct {
  PetscInt s, b;
  float   *W;
} Piece;

typedef struct {
  TessLayout from, to;       /* of J and of Z, lent */
  PetscInt   npiece, *start; /* start [nowned]: of the blocks in a vector */
  Piece     *piece;
  PetscReal *local; /* local array of `to` */
} Coupling;

/* pairs: of GramBlocksCreate; the bytes that its pieces take on this rank */
PETSC_INTERN PetscInt64     CouplingBytes(TessLayout, const Pairs *pairs, const Blocks *Z);
PETSC_INTERN PetscErrorCode CouplingSetUp(Mat J, Vec D, const Pairs *pairs, const Blocks *Z, Coupling *);
/* r -= A Z z but in the shared slice, which is all coarse; z = (A Z)^T y.  A neighbour exchange each. */
PETSC_INTERN PetscErrorCode CouplingSubtract(Coupling *, Vec z, Vec r);
PETSC_INTERN PetscErrorCode CouplingTranspose(Coupling *, Vec y, Vec z);
PETSC_INTERN PetscErrorCode CouplingReset(Coupling *);

PETSC_INTERN PetscErrorCode PatchesSetUp(Mat J, Vec D, const Pairs *, PetscReal cosine, Patches *,
                                         PetscBool *ok);
/* y = sum over patches of R^T G^-1 R x, local arrays; y is overwritten. */
PETSC_INTERN PetscErrorCode PatchesApply(Panels *, Patches *, const PetscReal x[], PetscReal y[]);
PETSC_INTERN PetscErrorCode PatchesReset(Patches *);
PETSC_INTERN PetscInt64     PatchBytes(TessLayout, const Patch *);

/* degree -1: only the shared slice. */
PETSC_INTERN PetscErrorCode CoarseSetUp(Mat J, Vec D, PetscInt degree, const char prefix[], Coarse *,
                                        PetscBool *ok);
PETSC_INTERN PetscErrorCode CoarseReset(Coarse *);
