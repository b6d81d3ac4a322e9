#pragma once
/* sampleimpl.h - a method fills the free axes (width > 0) of u [dim][n] with coordinates of the unit
 * interval. */
#include <tessera/sample.h>

#define SOBOL_DIM_MAX 21

typedef PetscErrorCode Sampler(TessKey, PetscInt dim, const PetscReal width[], PetscInt n, PetscReal u[]);
PETSC_INTERN Sampler   TessSampleUniform_Private, TessSampleGrid_Private, TessSampleLatin_Private,
    TessSampleSobol_Private, TessSampleChebyshev_Private;
/* numbers begin .. n-1 of axis i, independent */
PETSC_INTERN void TessSampleAxis_Private(TessKey, PetscInt i, PetscInt begin, PetscInt n, PetscReal u[]);
