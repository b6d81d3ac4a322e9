#pragma once
#include "conditionimpl.h"

#define INTERFACE_MAX 128 /* equations */

/* The data of an interface condition. */
typedef struct {
  TessPde   pde[TESS_DIM_MAX];               /* the equations across each axis */
  PetscBool on[TESS_DIM_MAX][INTERFACE_MAX]; /* they have a meaning there */
  PetscReal robin;
  PetscInt  term[INTERFACE_MAX]; /* of each equation */
} Interface;

enum { VALUE, FLUX, NORMAL, NORMAL2, NORMAL3, RESIDUAL, GRADIENT, ROBIN, NTERM };

/* robin.c */
PETSC_INTERN PetscErrorCode ConditionSplits_Interface(TessCondition, const TessPointSet *, PetscInt *n,
                                                      TessSplit[]);

/* terms.c: equations of all axes and their names */
PETSC_INTERN PetscErrorCode TessConditionReadTerms(TessCondition);
