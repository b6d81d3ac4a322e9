/* chebyshev.c - Sobol's points with the density of Chebyshev's, 1 / (pi sqrt(u (1 - u))) along each axis:
   dense at the ends, where polynomials of high degree need it (Cohen & Migliorati 2017, section 5). */
#include "sampleimpl.h"

PetscErrorCode TessSampleChebyshev_Private(TessKey key, PetscInt dim, const PetscReal width[], PetscInt n,
                                           PetscReal u[])
{
  PetscFunctionBegin;
  PetscCall(TessSampleSobol_Private(key, dim, width, n, u));
  for (PetscInt i = 0; i < dim; i++)
    for (PetscInt p = 0; p < n && width[i] > 0; p++)
      u[(size_t)i * n + p] = PetscSqr(PetscSinReal(0.5 * PETSC_PI * u[(size_t)i * n + p]));
  PetscFunctionReturn(PETSC_SUCCESS);
}
