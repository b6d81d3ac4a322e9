#pragma once
/* dirk.h - TS type "dirk": diagonally implicit Runge-Kutta methods with an explicit first stage. */
#include <petscts.h>
#include <tessera/base.h>

#define TSDIRK_TESS "dirk"

typedef struct {
  const char      *name;
  PetscInt         order, second; /* of the step and of the formula that it is compared with */
  PetscInt         s;             /* stages, the first explicit */
  const PetscReal *a;             /* [s (s + 1) / 2] rows of the lower triangle; the last one is b */
  const PetscReal *second_b;      /* [s] */
} Tableau;

#define NDIRK 3
PETSC_INTERN const char *const TessDirkTypes[];
PETSC_INTERN const Tableau    *TessDirkTableau(PetscInt type); /* -1: all stages implicit, to start with */

/* The size of a difference e near the state z over what is allowed: 1 is just accepted. */
typedef PetscErrorCode (*TessDirkSize)(void *ctx, Vec z, Vec e, PetscReal *size);

PETSC_INTERN PetscErrorCode TessDirkRegister(void);
/* The rate that the next step begins with, borrowed, after TSSetUp; and that it is known.  Nothing for other
 * types. */
PETSC_INTERN PetscErrorCode TessDirkGetRate(TS, Vec *);
PETSC_INTERN PetscErrorCode TessDirkStartWithRate(TS);
/* After TSSetUp: the next step has implicit stages alone, of which each meets the boundaries, and is
 * accepted: for a state that does not meet them, where no rate can be had and no short step is more accurate.
 */
PETSC_INTERN PetscErrorCode TessDirkStartImplicit(TS);
/* Default: the weighted norm of TSErrorWeightedNorm.  Nothing for other types. */
PETSC_INTERN PetscErrorCode TessDirkSetSize(TS, TessDirkSize, void *ctx);
