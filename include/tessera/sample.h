#pragma once
#include <tessera/base.h>

/* sample - WHICH POINTS: serial point sets in a box, keyed so that they do not depend on the rank. */
typedef enum {
  TESS_SAMPLE_UNIFORM,
  TESS_SAMPLE_GRID,
  TESS_SAMPLE_LATIN,
  TESS_SAMPLE_SOBOL,
  TESS_SAMPLE_CHEBYSHEV
} TessSampleType;
PETSC_EXTERN const char *const TessSampleTypes[]; /* "uniform", "grid", "latin", "sobol", "chebyshev" */
#define TESS_SAMPLE_NTYPES 5

/* TessSampleBox - n points x [dim][n] (point fastest) in the box lo..hi [dim]; an axis with lo = hi is held.
     uniform  independent
     grid     midpoints of at most n cells with near-equal spacing, the remaining points uniform
     latin    Latin hypercube (McKay et al. 1979)
     sobol    Sobol sequence (Joe & Kuo 2008) with a digital shift from the key; uniform after 21 free axes
     chebyshev  the same, moved to the ends of each axis (arcsine density): for polynomials of high degree
   Not collective.  Errors: ARG_OUTOFRANGE for an interval with lo > hi or not finite. */
PETSC_EXTERN PetscErrorCode TessSampleBox(TessSampleType, TessKey, PetscInt dim, const PetscReal lo[],
                                          const PetscReal hi[], PetscInt n, PetscReal x[]);
/* TessSampleByScore - picks n of m candidates, without replacement, with weights score [m]^power plus their
   mean, so that nowhere is forgotten (Wu et al. 2023, RAD); scores of any scale, not negative.  Keyed; pick
   [n] gets indices in increasing order.  Not collective; m log m.  Errors: ARG_OUTOFRANGE for n > m or a
   score that is negative or not finite. */
PETSC_EXTERN PetscErrorCode TessSampleByScore(TessKey, PetscInt m, const PetscReal score[], PetscReal power,
                                              PetscInt n, PetscInt pick[]);
