/* moments.c - mean, squares and extremes of numbers that come in sets, one set a slab: squares are summed
   about the mean of each set and joined without cancellation (Chan, Golub & LeVeque, The American
   Statistician 37, 1983), so that a shift common to all sets can be taken off at the end. */
#include "marchimpl.h"

PetscErrorCode TessMomentsOf(MPI_Comm comm, PetscInt n, const PetscReal x[], TessMoments *s)
{
  PetscReal sum[2] = {n, 0}, top[2] = {-PETSC_MAX_REAL, -PETSC_MAX_REAL};

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    sum[1] += x[i];
    top[0] = PetscMax(top[0], x[i]);
    top[1] = PetscMax(top[1], -x[i]);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPIU_SUM, comm));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, top, 2, MPIU_REAL, MPIU_MAX, comm));
  *s = (TessMoments){.n = sum[0], .mean = sum[0] > 0 ? sum[1] / sum[0] : 0, .lo = -top[1], .hi = top[0]};
  for (PetscInt i = 0; i < n; i++)
    s->spread += PetscSqr(x[i] - s->mean);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &s->spread, 1, MPIU_REAL, MPIU_SUM, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TessMomentsJoin(TessMoments *s, const TessMoments *other)
{
  const PetscReal n = s->n + other->n, far = other->mean - s->mean;

  if (other->n <= 0)
    return;
  if (s->n <= 0) {
    *s = *other;
    return;
  }
  s->spread += other->spread + PetscSqr(far) * s->n / n * other->n;
  s->mean += far * other->n / n;
  s->lo = PetscMin(s->lo, other->lo);
  s->hi = PetscMax(s->hi, other->hi);
  s->n  = n;
}

PetscReal TessMomentsSquare(const TessMoments *s, PetscBool centred)
{
  return s->spread + (centred ? 0 : s->n * PetscSqr(s->mean));
}

PetscReal TessMomentsTop(const TessMoments *s, PetscBool centred)
{
  const PetscReal mean = centred ? s->mean : 0;

  return s->n > 0 ? PetscMax(s->hi - mean, mean - s->lo) : 0;
}
