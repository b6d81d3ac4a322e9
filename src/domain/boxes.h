#pragma once
#include "domainimpl.h"

/* boxes.h - what the files of the shape `boxes` share. */
typedef struct {
  PetscInt   nbox;
  PetscReal *lo, *hi; /* [nbox][dim], infinite beyond walls and in time */
  PetscInt  *part;    /* [nbox] of the boundary */
} TessBoxes;

PETSC_INTERN const TessShapeOps TessShapeBoxes_Private;
/* What lo..hi has in common with box b: false if nothing.  Along the axis `held` (-1: none) the box must have
   both sides of the coordinate lo = hi within. */
PETSC_INTERN PetscBool TessBoxesCommon_Private(TessDomain, PetscInt b, const PetscReal lo[],
                                               const PetscReal hi[], PetscInt held, PetscReal low[],
                                               PetscReal high[]);
/* Face f = 2 axis + side of box b in lo..hi, false if there is nothing of it; one at the upper wall of lo..hi
   belongs to the patch above. */
PETSC_INTERN PetscBool TessBoxesFace_Private(TessDomain, PetscInt b, PetscInt f, const PetscReal lo[],
                                             const PetscReal hi[], PetscReal low[], PetscReal high[]);
/* Measure of a rectangle without its axis `held`. */
PETSC_INTERN PetscReal TessBoxesArea_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                                             PetscInt held);
/* pieces.c */
PETSC_INTERN PetscErrorCode TessShapeDraw_Boxes(TessDomain, PetscInt part, PetscInt64 N, PetscBool even,
                                                const TessBoxSampler *, TessKey, PetscInt round,
                                                TessCloud cloud[]);
PETSC_INTERN PetscErrorCode TessShapeQuadrature_Boxes(TessDomain, PetscInt part, PetscInt64 N,
                                                      TessCloud cloud[]);
