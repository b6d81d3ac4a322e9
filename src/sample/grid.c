/* grid.c - midpoints of a grid of at most n cells with near-equal spacing h: counts m_i = floor(w_i / h),
   axes shorter than h one cell; then the axis with the coarsest spacing is refined as long as n allows.  What
   is left over is uniform. */
#include "sampleimpl.h"

/* h with product of w_i / h = n over the axes longer than h. */
static PetscReal Spacing(PetscInt dim, const PetscReal width[], PetscInt n)
{
  PetscReal h = 0;

  for (PetscInt round = 0; round < dim;
       round++) { /* each round drops the axes shorter than h, which makes h smaller */
    PetscReal logs = -PetscLogReal(n), last = h;
    PetscInt  k = 0;

    for (PetscInt i = 0; i < dim; i++) {
      if (!(width[i] > h))
        continue;
      logs += PetscLogReal(width[i]);
      k++;
    }
    if (!k)
      break;
    h = PetscExpReal(logs / k);
    if (h <= last)
      break;
  }
  return h;
}

static void Counts(PetscInt dim, const PetscReal width[], PetscInt n, PetscInt m[])
{
  const PetscReal h     = Spacing(dim, width, n);
  double          cells = 1;

  for (PetscInt i = 0; i < dim; i++) {
    m[i] = width[i] > 0 ? PetscMax(1, (PetscInt)(width[i] / h * (1 + 1e-12))) : 1;
    cells *= m[i];
  }
  for (;;) {
    PetscInt  best   = -1;
    PetscReal coarse = 0;

    for (PetscInt i = 0; i < dim; i++) {
      if (cells / m[i] * (m[i] + 1) > n || width[i] / m[i] <= coarse)
        continue;
      best   = i;
      coarse = width[i] / m[i];
    }
    if (best < 0)
      break;
    cells = cells / m[best] * (m[best] + 1);
    m[best]++;
  }
}

PetscErrorCode TessSampleGrid_Private(TessKey key, PetscInt dim, const PetscReal width[], PetscInt n,
                                      PetscReal u[])
{
  PetscInt *m, cells = 1, stride = 1;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(dim, &m));
  Counts(dim, width, n, m);
  for (PetscInt i = 0; i < dim; i++)
    cells *= m[i];
  for (PetscInt i = 0; i < dim; i++) {
    PetscReal *ui = u + (size_t)i * n;

    if (!(width[i] > 0))
      continue;
    for (PetscInt p = 0; p < cells; p++)
      ui[p] = (p / stride % m[i] + 0.5) / m[i];
    TessSampleAxis_Private(key, i, cells, n, ui);
    stride *= m[i];
  }
  PetscCall(PetscFree(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
