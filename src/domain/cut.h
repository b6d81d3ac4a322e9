#pragma once
#include <tessera/base.h>

/* cut.h - a box of 1, 2 or 3 axes less some balls (intervals, discs): integrals over it and over the parts of
   the balls' surfaces in it, by slices.  Along the last axis the measure of a slice is smooth but at the
   coordinates where a ball begins or ends, or passes a wall, an edge or another disc: panels end there, with
   s(t) = t^2 (3 - 2t) to take the square roots out.  Balls of three axes must not meet each other. */
typedef struct {
  PetscReal c[3], r;
} TessBall;

/* One point and its weight. */
typedef void TessCutAdd(void *ctx, const PetscReal x[], PetscReal weight);

/* Whether the open ball and the closed box have points in common. */
PETSC_INTERN PetscBool TessCutMeets_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                                            const TessBall *);
/* The slice of a ball at a coordinate of one axis, in the other axes; false if they do not meet. */
PETSC_INTERN PetscBool TessCutSlice_Private(PetscInt dim, const TessBall *, PetscInt axis, PetscReal at,
                                            TessBall *slice);
/* Rules of n points a panel; with `measure` the innermost intervals come as one point each, of which only the
   weight is meant. */
PETSC_INTERN PetscErrorCode TessCutVolume_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                                                  PetscInt nball, const TessBall ball[], PetscInt n,
                                                  PetscBool measure, TessCutAdd *, void *ctx);
/* The arcs of circle k inside the box and outside the other discs: their ends from[2 m], from[2 m + 1],
   angles that increase; room for 16 + 4 nball of them. */
PETSC_INTERN PetscInt       TessCutArcs_Private(const PetscReal lo[], const PetscReal hi[], PetscInt nball,
                                                const TessBall ball[], PetscInt k, PetscReal ends[]);
PETSC_INTERN PetscErrorCode TessCutSurface_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                                                   PetscInt nball, const TessBall ball[], PetscInt k,
                                                   PetscInt n, PetscBool measure, TessCutAdd *, void *ctx);
