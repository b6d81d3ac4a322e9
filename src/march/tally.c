/* tally.c - trainable scalars and observables of a run, from those of its slabs of time.  An observable is
   the sum over slabs: an integral is one of integrals, a point or an end of time is in one of them.  A scalar
   is the same at all times: each slab has an estimate from its own data, and their mean weighted by the
   inverse variances is the best of independent ones.  What a slab's start owes to the errors of the slab
   before is left out. */
#include "marchimpl.h"

/* numbers of scalars and observables */
static PetscErrorCode Count(TessMarch m, PetscInt *nparam, PetscInt *n)
{
  const TessSystem *sys;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessProblemGetObservables(m->problem[0], n, NULL));
  *nparam = sys->nparam;
  *n += sys->nparam;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchTally(TessMarch m, PetscInt k)
{
  PetscInt nparam, n;

  PetscFunctionBegin;
  PetscCall(Count(m, &nparam, &n));
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (!m->tally)
    PetscCall(PetscMalloc1((size_t)m->nslab * 2 * n, &m->tally));
  PetscReal *value = m->tally + (size_t)k * 2 * n, *sd = value + n;

  PetscCall(TessProblemGetParameters(m->problem[k], m->theta[k], value));
  PetscCall(TessProblemObserve(m->problem[k], m->theta[k], value + nparam));
  PetscCall(TessProblemGetDeviations(m->problem[k], m->theta[k], sd, sd + nparam));
  m->ntally = k + 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of slabs that tell a scalar, or else the last one. */
static void Mean(PetscInt nslab, PetscInt stride, const PetscReal value[], const PetscReal sd[],
                 PetscReal *mean, PetscReal *deviation)
{
  PetscReal sum = 0, weight = 0;

  *mean      = value[(size_t)(nslab - 1) * stride];
  *deviation = sd[(size_t)(nslab - 1) * stride];
  if (nslab == 1)
    return;
  for (PetscInt k = 0; k < nslab; k++) {
    const PetscReal s = sd[(size_t)k * stride], w = s > 0 ? 1 / (s * s) : 0;

    sum += w * value[(size_t)k * stride];
    weight += w;
  }
  if (weight > 0) {
    *mean      = sum / weight;
    *deviation = 1 / PetscSqrtReal(weight);
  }
}

/* A slab without the point or face of an observable has a sum of nothing, 0. */
static void Sum(PetscInt nslab, PetscInt stride, const PetscReal value[], const PetscReal sd[],
                PetscReal *sum, PetscReal *deviation)
{
  PetscReal variance = 0;

  *sum = 0;
  for (PetscInt k = 0; k < nslab; k++) {
    const PetscReal v = value[(size_t)k * stride], s = sd[(size_t)k * stride];

    *sum += v;
    variance = (s < 0 && v != 0) || variance < 0 ? -1 : variance + (s > 0 ? s * s : 0);
  }
  *deviation = variance < 0 || (variance == 0 && sd[0] < 0) ? -1 : PetscSqrtReal(variance);
}

PetscErrorCode TessMarchGetScalars(TessMarch m, PetscBool *has, PetscReal param[], PetscReal param_sd[],
                                   PetscReal observable[], PetscReal observable_sd[])
{
  PetscInt nparam, n;

  PetscFunctionBegin;
  PetscCall(Count(m, &nparam, &n));
  *has = (PetscBool)(m->ntally > 0);
  for (PetscInt i = 0; i < n && *has; i++) {
    const PetscReal *value = m->tally + i, *sd = value + n;

    if (m->lines) /* at the end */
      observable[i - nparam] = value[(m->ntally - 1) * 2 * n], observable_sd[i - nparam] = -1;
    else if (i < nparam)
      Mean(m->ntally, 2 * n, value, sd, &param[i], &param_sd[i]);
    else
      Sum(m->ntally, 2 * n, value, sd, &observable[i - nparam], &observable_sd[i - nparam]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSaveTally(TessMarch m, TessFile file)
{
  PetscInt nparam, n;

  PetscFunctionBegin;
  PetscCall(Count(m, &nparam, &n));
  if (m->ntally)
    PetscCall(TessFileWriteArray(file, "run/tally", 2, (PetscInt64[]){m->ntally, 2 * n}, m->tally));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchLoadTally(TessMarch m, const char file[])
{
  PetscInt   nparam, n, rank;
  PetscInt64 extent[8];
  PetscBool  has;

  PetscFunctionBegin;
  PetscCall(Count(m, &nparam, &n));
  PetscCall(TessFileHas(m->comm, file, "run/tally", &has));
  if (!has)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessFileReadExtent(m->comm, file, "run/tally", &rank, extent));
  TessCheckInput(rank == 2 && extent[0] <= m->nslab && extent[1] == 2 * n, m->comm,
                 "%s: dataset run/tally is not of this input", file);
  PetscCall(PetscMalloc1((size_t)m->nslab * 2 * n, &m->tally));
  PetscCall(TessFileReadBlock(m->comm, file, "run/tally", 2, (PetscInt64[]){0, 0}, extent, m->tally));
  m->ntally = (PetscInt)extent[0];
  PetscFunctionReturn(PETSC_SUCCESS);
}
