/* inverse.c - updates of an inverse Hessian by the self-scaled Broyden family.  With b = s.B s / y.s, h = y.H
   y / y.s, a = b h - 1: BFGS     phi = 1, tau = min(1, 1/b)                                (Al-Baali, J.
   Comput. Appl. Math. 1998) Broyden  phi = (1 - theta) / (1 + a theta), theta and tau as in Urban, Stefanou &
   Pons, J. Comput. Phys. 2025 The dense H is an mpidense Mat: one product and one pass over its rows an
   update. In limited memory H = gamma + W M W^T with the pairs W and a small M, which follows from the
   products of the pairs without another reduction (as Byrd, Nocedal & Schnabel, Math. Program. 63 (1994)
   129-156, for BFGS). */
#include "inverse.h"

/* phi and tau of an update of N parameters */
static void Choose(const TessInverse H, PetscReal b, PetscReal h, PetscReal *phi, PetscReal *tau)
{
  const PetscReal a = b * h - 1;

  *phi = 1;
  *tau = PetscMin(1, 1 / b);
  if (!H->broyden || a < 1e-12 || H->N < 2)
    return;
  const PetscReal c = PetscSqrtReal(a / (a + 1)), rho = PetscMin(1, h * (1 - c));
  const PetscReal theta = PetscMax((rho - 1) / a, PetscMin(1 / rho, (1 - b) / b)), sigma = 1 + a * theta;
  const PetscReal power = PetscPowReal(PetscAbsReal(sigma), 1. / (1 - H->N));

  *phi = (1 - theta) / sigma;
  *tau = theta <= 0 ? PetscMin(*tau * power, sigma) : *tau * PetscMin(power, 1 / theta);
}

PetscErrorCode TessInverseCreate(Vec x, PetscInt memory, PetscBool broyden, TessInverse *inverse)
{
  TessInverse H;
  PetscInt    n;

  PetscFunctionBegin;
  PetscCall(PetscNew(&H));
  H->broyden = broyden;
  H->memory  = memory;
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetSize(x, &H->N));
  if (memory) {
    PetscCall(VecDuplicateVecs(x, 2 * memory, &H->pair));
    PetscCall(PetscCalloc4(4 * memory * memory, &H->gram, 4 * memory * memory, &H->M, memory, &H->b,
                           8 * memory, &H->work));
  } else {
    PetscCall(MatCreateDense(PetscObjectComm((PetscObject)x), n, n, H->N, H->N, NULL, &H->A));
    PetscCall(VecDuplicate(x, &H->z));
    PetscCall(VecScatterCreateToAll(x, &H->gather, &H->full));
  }
  PetscCall(TessInverseReset(H));
  *inverse = H;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessInverseReset(TessInverse H)
{
  PetscFunctionBegin;
  H->fresh = PETSC_TRUE;
  H->gamma = 1;
  H->n     = 0;
  if (H->A) {
    PetscCall(MatZeroEntries(H->A));
    PetscCall(MatShift(H->A, 1));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* M and gamma from the products of the pairs.  The last pair gives the length, for all (tau = 1); phi is not
   negative, so that H stays positive definite though b is that of the pairs before some were forgotten. */
static void Recur(TessInverse H)
{
  const PetscInt ld = 2 * H->memory;
  PetscReal     *z = H->work, *v = z + ld, yy, phi, tau;

  yy       = H->gram[(H->memory + H->n - 1) * (ld + 1)];
  H->gamma = 1 / yy;
  for (PetscInt i = 0; i < ld * ld; i++)
    H->M[i] = 0;
  for (PetscInt k = 0; k < H->n; k++) {
    const PetscReal *Wy = H->gram + (H->memory + k) * ld;
    PetscReal        yz = 0;

    for (PetscInt i = 0; i < ld; i++) {
      z[i] = 0;
      for (PetscInt j = 0; j < ld; j++)
        z[i] += H->M[i * ld + j] * Wy[j];
    }
    z[H->memory + k] += H->gamma;
    for (PetscInt i = 0; i < ld; i++)
      yz += z[i] * Wy[i];
    for (PetscInt i = 0; i < ld; i++)
      v[i] = (i == k) - z[i] / yz;
    Choose(H, H->b[k], yz, &phi, &tau);
    phi = PetscMax(0, phi);
    for (PetscInt i = 0; i < ld; i++)
      for (PetscInt j = 0; j < ld; j++)
        H->M[i * ld + j] += phi * yz * v[i] * v[j] - z[i] * z[j] / yz;
    H->M[k * (ld + 1)] += 1;
  }
}

/* W^T x into [2][memory], one reduction; zero where there is no pair yet */
static PetscErrorCode Products(TessInverse H, Vec x, PetscReal out[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(out, 2 * H->memory));
  if (!H->n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecMDotBegin(x, H->n, H->pair, out));
  PetscCall(VecMDotBegin(x, H->n, H->pair + H->memory, out + H->memory));
  PetscCall(VecMDotEnd(x, H->n, H->pair, out));
  PetscCall(VecMDotEnd(x, H->n, H->pair + H->memory, out + H->memory));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessInverseApply(TessInverse H, Vec g, Vec p)
{
  const PetscInt ld = 2 * H->memory;

  PetscFunctionBegin;
  if (H->A)
    PetscCall(MatMult(H->A, g, p));
  else {
    PetscReal *Wg = H->work, *MWg = Wg + ld;

    PetscCall(Products(H, g, Wg));
    for (PetscInt i = 0; i < ld; i++) {
      MWg[i] = 0;
      for (PetscInt j = 0; j < ld; j++)
        MWg[i] += H->M[i * ld + j] * Wg[j];
    }
    PetscCall(VecCopy(g, p));
    PetscCall(VecScale(p, H->gamma));
    PetscCall(VecMAXPY(p, H->n, MWg, H->pair));
    PetscCall(VecMAXPY(p, H->n, MWg + H->memory, H->pair + H->memory));
  }
  PetscCall(VecScale(p, -1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Forgets the oldest pair. */
static void Shift(TessInverse H)
{
  const PetscInt m = H->memory, ld = 2 * m;

  for (PetscInt k = 0; k < 2; k++) {
    Vec oldest = H->pair[k * m];

    for (PetscInt i = 0; i < m - 1; i++)
      H->pair[k * m + i] = H->pair[k * m + i + 1];
    H->pair[k * m + m - 1] = oldest;
  }
  for (PetscInt i = 0; i < m - 1; i++)
    H->b[i] = H->b[i + 1];
  for (PetscInt i = 0; i < ld - 1; i++)
    for (PetscInt j = 0; j < ld - 1; j++)
      H->gram[i * ld + j] = H->gram[(i + 1) * ld + j + 1];
  H->n--;
}

static PetscErrorCode Remember(TessInverse H, Vec s, Vec y, PetscReal ys, PetscReal b)
{
  const PetscInt m = H->memory, ld = 2 * m;
  PetscInt       last;

  PetscFunctionBegin;
  if (H->n == m)
    Shift(H);
  last       = H->n++;
  H->b[last] = b;
  PetscCall(VecAXPBY(H->pair[last], 1 / PetscSqrtReal(ys), 0, s));
  PetscCall(VecAXPBY(H->pair[m + last], 1 / PetscSqrtReal(ys), 0, y));
  for (PetscInt k = 0; k < 2; k++) {
    const PetscInt row = k * m + last;

    PetscCall(Products(H, H->pair[row], H->gram + row * ld));
    for (PetscInt i = 0; i < ld; i++)
      H->gram[i * ld + row] = H->gram[row * ld + i];
  }
  Recur(H);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A+ = (A - z z^T / y.z + phi y.z v v^T) / tau + s s^T / y.s on the rows of this rank */
static PetscErrorCode UpdateRows(TessInverse H, Vec s, PetscReal ys, PetscReal yz, PetscReal phi,
                                 PetscReal tau)
{
  const PetscScalar *si, *zi, *all;
  PetscScalar       *a, *sj;
  PetscInt           n, ld;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(H->N, &sj));
  PetscCall(VecScatterBegin(H->gather, s, H->full, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecScatterEnd(H->gather, s, H->full, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGetArrayRead(H->full, &all));
  PetscCall(PetscArraycpy(sj, all, H->N));
  PetscCall(VecRestoreArrayRead(H->full, &all));
  PetscCall(VecScatterBegin(H->gather, H->z, H->full, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecScatterEnd(H->gather, H->z, H->full, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGetLocalSize(s, &n));
  PetscCall(VecGetArrayRead(H->full, &all));
  PetscCall(VecGetArrayRead(s, &si));
  PetscCall(VecGetArrayRead(H->z, &zi));
  PetscCall(MatDenseGetArray(H->A, &a));
  PetscCall(MatDenseGetLDA(H->A, &ld));
  for (PetscInt j = 0; j < H->N; j++) {
    const PetscReal v = phi * yz * (sj[j] / ys - all[j] / yz) / tau;
    const PetscReal z = -all[j] / (yz * tau) - v / yz, t = sj[j] / ys + v / ys;

    for (PetscInt i = 0; i < n; i++)
      a[(size_t)j * ld + i] = a[(size_t)j * ld + i] / tau + z * zi[i] + t * si[i];
  }
  PetscCall(MatDenseRestoreArray(H->A, &a));
  PetscCall(VecRestoreArrayRead(H->z, &zi));
  PetscCall(VecRestoreArrayRead(s, &si));
  PetscCall(VecRestoreArrayRead(H->full, &all));
  PetscCall(PetscFree(sj));
  PetscCall(MatAssemblyBegin(H->A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(H->A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessInverseUpdate(TessInverse H, Vec s, Vec y, PetscReal ys, PetscReal sBs)
{
  PetscReal   phi, tau, b = sBs / ys;
  PetscScalar yz;

  PetscFunctionBegin;
  if (!H->A) {
    PetscCall(Remember(H, s, y, ys, b));
    H->fresh = PETSC_FALSE;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (H->fresh) { /* the identity has no unit: the length of the first pair gives it one */
    PetscReal ynorm;

    PetscCall(VecNorm(y, NORM_2, &ynorm));
    PetscCall(MatScale(H->A, ys / (ynorm * ynorm)));
    b *= ynorm * ynorm / ys;
    H->fresh = PETSC_FALSE;
  }
  PetscCall(MatMult(H->A, y, H->z));
  PetscCall(VecDot(y, H->z, &yz));
  Choose(H, b, yz / ys, &phi, &tau);
  PetscCall(UpdateRows(H, s, ys, yz, phi, tau));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessInverseState(TessInverse H, TessState s)
{
  const PetscInt m = H->memory;

  PetscFunctionBegin;
  PetscCall(TessStateBool(s, &H->fresh));
  PetscCall(TessStateReal(s, &H->gamma));
  if (H->A) {
    PetscCall(TessStateDense(s, H->A));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessStateInt(s, &H->n));
  H->n = PetscMin(PetscMax(H->n, 0), m);
  PetscCall(TessStateReals(s, 4 * m * m, H->gram));
  PetscCall(TessStateReals(s, 4 * m * m, H->M));
  PetscCall(TessStateReals(s, m, H->b));
  for (PetscInt k = 0; k < 2; k++)
    for (PetscInt i = 0; i < H->n; i++)
      PetscCall(TessStateVec(s, H->pair[k * m + i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessInverseDestroy(TessInverse *inverse)
{
  TessInverse H = *inverse;

  PetscFunctionBegin;
  if (!H)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&H->A));
  PetscCall(VecDestroy(&H->z));
  PetscCall(VecDestroy(&H->full));
  PetscCall(VecScatterDestroy(&H->gather));
  PetscCall(VecDestroyVecs(2 * H->memory, &H->pair));
  PetscCall(PetscFree4(H->gram, H->M, H->b, H->work));
  PetscCall(PetscFree(*inverse));
  PetscFunctionReturn(PETSC_SUCCESS);
}
