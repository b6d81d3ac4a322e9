#pragma once
#include "cut.h"
#include "domainimpl.h"

/* holes.h - what the files of the shape `holes` share. */
typedef struct {
  PetscInt  nball, space;
  TessBall *ball; /* [nball] */
  PetscInt *part; /* [nball] of the boundary */
} TessHoles;

PETSC_INTERN const TessShapeOps TessShapeHoles_Private;
/* surface.c */
PETSC_INTERN PetscErrorCode TessShapeDraw_Holes(TessDomain, PetscInt part, PetscInt64 N, PetscBool even,
                                                const TessBoxSampler *, TessKey, PetscInt round,
                                                TessCloud cloud[]);
