#pragma once
#include <tessera/base.h>

/* sample - WHICH POINTS: serial point sets in a box, keyed so that they do not depend on the rank. */
typedef enum {TESS_SAMPLE_UNIFORM, TESS_SAMPLE_GRID, TESS_SAMPLE_LATIN, TESS_SAMPLE_SOBOL} TessSampleType;
PETSC_EXTERN const char *const TessSampleTypes[]; /* "uniform", "grid", "latin", "sobol" */
#define TESS_SAMPLE_NTYPES 4

/* TessSampleBox - n points x [dim][n] (point fastest) in the box lo..hi [dim]; an axis with lo = hi is held there.
   uniform: independent.  grid: cell midpoints of a grid with as near to n cells as a product of counts with near-equal spacing allows (never
   more than n), the remaining points uniform.  latin: Latin hypercube (McKay et al. 1979).  sobol: Sobol sequence (Joe & Kuo 2008) with a
   digital shift from the key, up to 21 axes, uniform for further ones.  Not collective. */
PETSC_EXTERN PetscErrorCode TessSampleBox(TessSampleType, TessKey, PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                                          PetscInt n, PetscReal x[]);
/* TessSampleByScore - picks n of m candidates, without replacement, with probability growing with score [m]^power (plus
   their mean, so that nowhere is forgotten; Wu et al. 2023, RAD): keyed; pick [n] gets indices in increasing order. */
PETSC_EXTERN PetscErrorCode TessSampleByScore(TessKey, PetscInt m, const PetscReal score[], PetscReal power, PetscInt n, PetscInt pick[]);
