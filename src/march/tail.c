/* tail.c - what a run by the method of lines leaves out in space: where experts are Chebyshev polynomials of
 * one axis, the share of the two highest degrees, as functions in the mean square,
 *
 *   max over states and unknowns of  sqrt(sum over patches s of h_s (c_{s,p-1}^2 + c_{s,p}^2) / sum of h_s
 * |c_s|^2).
 *
 * Smooth solutions lose about that much by degree p (Boyd, Chebyshev and Fourier Spectral Methods,
 * 2001, 2.12).  It needs no second run and no small tolerance in time; it says where to go and is no
 * estimate. */
#include "lines.h"
#include "pursuit.h"

#define STATES 64

/* sum [2]: of the highest degrees, of all; this rank's patches */
static PetscErrorCode Sum(TessMarch m, PetscInt unknown, Vec theta, PetscReal sum[])
{
  const TessSystem *sys;
  const PetscReal  *a;
  PetscInt          nowned, width;
  TessPatch         patch;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  width = sys->stride / sys->nunknown;
  PetscCall(VecGetArrayRead(theta, &a));
  for (PetscInt s = 0; s < nowned; s++) {
    const PetscReal *c = a + (size_t)s * sys->stride + (size_t)unknown * width;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt d = 0; d < width; d++) {
      const PetscReal square = (patch.hi[0] - patch.lo[0]) * c[d] * c[d];

      sum[0] += d + 2 >= width ? square : 0;
      sum[1] += square;
    }
  }
  PetscCall(VecRestoreArrayRead(theta, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitTail(TessPursuit p, TessMarch m, PetscReal *tail)
{
  const PetscInt count = 2 * STATES * p->nunknown;
  PetscReal     *sum;
  Vec            state[STATES];
  PetscInt       n;

  PetscFunctionBegin;
  *tail = 0;
  PetscCall(PetscMalloc1(count, &sum));
  for (PetscInt k = 0; k < m->nslab && m->theta[k]; k++) {
    PetscCall(PetscArrayzero(sum, count));
    PetscCall(TessLinesGetStates(m, k, PETSC_FALSE, STATES, &n, state));
    for (PetscInt i = 0; i < n; i++)
      for (PetscInt u = 0; u < p->nunknown; u++)
        PetscCall(Sum(m, u, state[i], sum + 2 * (i * p->nunknown + u)));
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, count, MPIU_REAL, MPIU_SUM, p->comm));
    for (PetscInt u = 0; u < p->nunknown; u++) {
      PetscReal most = 0;

      for (PetscInt i = 0; i < n; i++)
        most = PetscMax(most, sum[2 * (i * p->nunknown + u) + 1]);
      for (PetscInt i = 0; i < n && most > 0; i++)
        *tail = PetscMax(*tail, PetscSqrtReal(sum[2 * (i * p->nunknown + u)] / most));
    }
  }
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}
