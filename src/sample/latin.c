/* latin.c - Latin hypercube: along every axis one point in each of n equal strips (McKay, Beckman & Conover,
 * Technometrics 21, 1979). */
#include "sampleimpl.h"

PetscErrorCode TessSampleLatin_Private(TessKey key, PetscInt dim, const PetscReal width[], PetscInt n,
                                       PetscReal u[])
{
  PetscInt *strip;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &strip));
  for (PetscInt i = 0; i < dim; i++) {
    const TessKey shuffle = TessKeyMake(TessKeyMake(key, i), 1);
    PetscReal    *ui      = u + (size_t)i * n;

    if (!(width[i] > 0))
      continue;
    TessSampleAxis_Private(key, i, 0, n, ui);
    for (PetscInt p = 0; p < n; p++) { /* Fisher & Yates, inside out */
      const PetscInt q = PetscMin(p, (PetscInt)(TessKeyUniform(shuffle, p) * (p + 1.)));

      strip[p] = strip[q];
      strip[q] = p;
    }
    for (PetscInt p = 0; p < n; p++)
      ui[p] = (strip[p] + ui[p]) / n;
  }
  PetscCall(PetscFree(strip));
  PetscFunctionReturn(PETSC_SUCCESS);
}
