/* sample.c - the methods by name, and the map from the unit cube to a box.  Random numbers of axis i come
 * from child i of the key. */
#include "sampleimpl.h"

const char *const TessSampleTypes[] = {"uniform", "grid", "latin", "sobol", "chebyshev"};

static Sampler *const samplers[] = {TessSampleUniform_Private, TessSampleGrid_Private,
                                    TessSampleLatin_Private, TessSampleSobol_Private,
                                    TessSampleChebyshev_Private};

void TessSampleAxis_Private(TessKey key, PetscInt i, PetscInt begin, PetscInt n, PetscReal u[])
{
  const TessKey axis = TessKeyMake(key, i);

  for (PetscInt p = begin; p < n; p++)
    u[p] = TessKeyUniform(axis, p);
}

PetscErrorCode TessSampleUniform_Private(TessKey key, PetscInt dim, const PetscReal width[], PetscInt n,
                                         PetscReal u[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < dim; i++)
    if (width[i] > 0)
      TessSampleAxis_Private(key, i, 0, n, u + (size_t)i * n);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSampleBox(TessSampleType type, TessKey key, PetscInt dim, const PetscReal lo[],
                             const PetscReal hi[], PetscInt n, PetscReal x[])
{
  PetscReal *width;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCheck((int)type >= 0 && (int)type < TESS_SAMPLE_NTYPES, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "point set %d of %d", (int)type, TESS_SAMPLE_NTYPES);
  PetscCheck(dim > 0 && n >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " points in %" PetscInt_FMT " dimensions", n, dim);
  PetscCall(PetscMalloc1(dim, &width));
  for (PetscInt i = 0; i < dim; i++) {
    width[i] = hi[i] - lo[i];
    PetscCheck(width[i] >= 0 && !PetscIsInfReal(width[i]), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "axis %" PetscInt_FMT ": the interval [%g, %g] is empty", i, (double)lo[i], (double)hi[i]);
  }
  if (n > 0)
    PetscCall((*samplers[type])(key, dim, width, n, x));
  for (PetscInt i = 0; i < dim; i++) {
    PetscReal *xi = x + (size_t)i * n;

    for (PetscInt p = 0; p < n; p++)
      xi[p] = width[i] > 0 ? PetscMin(lo[i] + width[i] * xi[p], hi[i]) : lo[i];
  }
  PetscCall(PetscFree(width));
  PetscFunctionReturn(PETSC_SUCCESS);
}
