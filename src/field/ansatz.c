/* ansatz.c - u = G + phi sum_s w_s u_s.  phi is a product over the axes, as the windows are: along one axis,
   with z = (x - lo)/L, s = (hi - x)/L and the powers p, q of its two faces, phi = c z^p s^q,   c = (p + q)^(p
   + q) / (p^p q^q), so that its maximum is 1, a polynomial that is 0 to order p and q at the faces in
   floating point too, for z and s are. */
#include "fieldimpl.h"
#include "../kernel/window.h"

#define POWER_MAX TESS_ORDER_MAX

PetscBool TessFieldIsHeld(TessField f, PetscInt kind, PetscInt axis)
{
  const PetscInt *power = f->power + ((size_t)kind * f->dim + axis) * 2;

  return (PetscBool)(power[0] || power[1]);
}

/* d^k/dz^k z^p */
static PetscReal Monomial(PetscInt p, PetscInt k, PetscReal z)
{
  PetscReal value = 1;

  for (PetscInt i = 0; i < p; i++)
    value *= i < k ? p - i : z;
  return k <= p ? value : 0;
}

void TessFieldTimesDistance(TessField f, const PetscInt power[], PetscInt axis, PetscInt n,
                            const PetscReal x[], PetscReal w1[])
{
  const PetscInt   p = power[2 * axis], q = power[2 * axis + 1];
  const PetscReal *lo, *hi;
  PetscReal        L, c;

  (void)TessDomainGetAxes(f->domain, NULL, NULL, NULL, &lo, &hi, NULL);
  L = hi[axis] - lo[axis];
  c = PetscPowReal(p + q, p + q) / (PetscPowReal(p, p) * PetscPowReal(q, q));
  for (PetscInt i = 0; i < n; i++) {
    const PetscReal z = (x[i] - lo[axis]) / L, s = (hi[axis] - x[i]) / L;
    PetscReal       phi[K_WINDOW_ORDERS], scale  = c;

    for (PetscInt k = 0; k < K_WINDOW_ORDERS; k++, scale /= L) {
      PetscReal binomial = 1;

      phi[k] = 0;
      for (PetscInt j = 0; j <= k; binomial *= (PetscReal)(k - j) / (j + 1), j++)
        phi[k] += ((k - j) % 2 ? -scale : scale) * binomial * Monomial(p, j, z) * Monomial(q, k - j, s);
    }
    for (PetscInt k = K_WINDOW_ORDERS - 1; k >= 0;
         k--) { /* downwards: the lower ones are still the window's */
      PetscReal sum = 0, binomial = 1;

      for (PetscInt j = 0; j <= k; binomial *= (PetscReal)(k - j) / (j + 1), j++)
        sum += binomial * phi[j] * w1[(size_t)(k - j) * n + i];
      w1[(size_t)k * n + i] = sum;
    }
  }
}

PetscErrorCode TessFieldSetAnsatz(TessField f, const PetscInt power[], TessLift *lift, void *ctx)
{
  const size_t     faces = 2 * f->dim;
  const PetscBool *periodic;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(f->domain, NULL, NULL, NULL, NULL, NULL, &periodic));
  for (size_t i = 0; i < f->ncomp * faces; i++)
    PetscCheck(power[i] >= 0 && power[i] <= POWER_MAX && !(power[i] && periodic[i % faces / 2]),
               PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "power %" PetscInt_FMT " of an ansatz along axis %d: 0 to %d are allowed, 0 if it is periodic",
               power[i], (int)(i % faces / 2), POWER_MAX);
  PetscCall(PetscFree(f->power));
  PetscCall(PetscMalloc1(f->ncomp * faces, &f->power));
  f->nkind = 0;
  for (PetscInt c = 0; c < f->ncomp; c++) {
    PetscBool same = PETSC_FALSE;

    f->kind[c] = -1;
    for (PetscInt kind = 0; kind < f->nkind && f->kind[c] < 0; kind++) {
      PetscCall(PetscArraycmp(f->power + kind * faces, power + c * faces, faces, &same));
      if (same)
        f->kind[c] = kind;
    }
    if (f->kind[c] >= 0)
      continue;
    f->kind[c] = f->nkind++;
    PetscCall(PetscArraycpy(f->power + f->kind[c] * faces, power + c * faces, faces));
  }
  f->lift = lift;
  f->ctx  = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessBindingLift(TessBinding b, const PetscReal x[])
{
  const TessField f    = b->field;
  const size_t    size = (size_t)b->table->jet.K * b->n;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(f->ncomp, &b->lift));
  for (PetscInt c = 0; c < f->ncomp && f->lift; c++) {
    PetscBool held = PETSC_FALSE, zero = PETSC_TRUE;

    for (PetscInt i = 0; i < f->dim; i++)
      held = (PetscBool)(held || TessFieldIsHeld(f, f->kind[c], i));
    if (!held)
      continue;
    PetscCall(PetscMalloc1(size, &b->lift[c]));
    PetscCall((*f->lift)(f->ctx, c, &b->table->jet, b->n, x, b->lift[c]));
    for (size_t i = 0; i < size && zero; i++)
      zero = (PetscBool)(b->lift[c][i] == 0);
    if (zero)
      PetscCall(PetscFree(b->lift[c]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
