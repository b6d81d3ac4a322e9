/* track.c - coefficients between the steps: the polynomial of degree 7 that has theta and theta_t of the two
   ends of the step and of one more step on each side (Hermite; Quarteroni, Sacco & Saleri 2007, 8.5); at the
   ends of the run of two steps on one side.  Its error is of order 8 in the step. */
#include "lines.h"

#define NODES 4

PetscErrorCode TessTrackAdd(Track *k, PetscReal time, Vec theta, Vec theta_t)
{
  PetscFunctionBegin;
  if (k->n == k->max) {
    k->max = 2 * k->max + 16;
    PetscCall(PetscRealloc(k->max * sizeof(*k->t), &k->t));
    PetscCall(PetscRealloc(k->max * sizeof(*k->theta), &k->theta));
    PetscCall(PetscRealloc(k->max * sizeof(*k->theta_t), &k->theta_t));
  }
  PetscCall(VecDuplicate(theta, &k->theta[k->n]));
  PetscCall(VecDuplicate(theta, &k->theta_t[k->n]));
  PetscCall(VecCopy(theta, k->theta[k->n]));
  PetscCall(VecCopy(theta_t, k->theta_t[k->n]));
  k->t[k->n++] = time;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first of the nodes around time, and their number. */
static PetscInt Around(const Track *k, PetscReal time, PetscInt *n)
{
  PetscInt lo = 0, hi = k->n - 1;

  while (hi - lo > 1) {
    const PetscInt mid = (lo + hi) / 2;

    *(k->t[mid] <= time ? &lo : &hi) = mid;
  }
  *n = PetscMin(NODES, k->n);
  return PetscMax(0, PetscMin(lo - 1, k->n - *n));
}

/* Weights of value and rate at n nodes t for the value at time (value, rate) and for the rate at time. */
static void Hermite(PetscInt n, const PetscReal t[], PetscReal time, PetscReal w[4][NODES])
{
  for (PetscInt i = 0; i < n; i++) {
    PetscReal L = 1, slope = 0, L_t = 0;

    for (PetscInt j = 0; j < n; j++) {
      PetscReal others = 1;

      if (j == i)
        continue;
      L *= (time - t[j]) / (t[i] - t[j]);
      slope += 1 / (t[i] - t[j]);
      for (PetscInt m = 0; m < n; m++)
        if (m != i && m != j)
          others *= (time - t[m]) / (t[i] - t[m]);
      L_t += others / (t[i] - t[j]);
    }
    w[0][i] = (1 - 2 * slope * (time - t[i])) * L * L;
    w[1][i] = (time - t[i]) * L * L;
    w[2][i] = -2 * slope * L * L + (1 - 2 * slope * (time - t[i])) * 2 * L * L_t;
    w[3][i] = L * L + (time - t[i]) * 2 * L * L_t;
  }
}

PetscErrorCode TessTrackAt(const Track *k, PetscReal time, Vec theta, Vec theta_t)
{
  PetscInt       n;
  PetscReal      w[4][NODES];
  const PetscInt first = Around(k, time, &n);

  PetscFunctionBegin;
  Hermite(n, k->t + first, time, w);
  PetscCall(VecSet(theta, 0));
  PetscCall(VecSet(theta_t, 0));
  PetscCall(VecMAXPY(theta, n, w[0], k->theta + first));
  PetscCall(VecMAXPY(theta, n, w[1], k->theta_t + first));
  PetscCall(VecMAXPY(theta_t, n, w[2], k->theta + first));
  PetscCall(VecMAXPY(theta_t, n, w[3], k->theta_t + first));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrackDestroy(Track *k)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < k->n; i++) {
    PetscCall(VecDestroy(&k->theta[i]));
    PetscCall(VecDestroy(&k->theta_t[i]));
  }
  PetscCall(PetscFree(k->t));
  PetscCall(PetscFree(k->theta));
  PetscCall(PetscFree(k->theta_t));
  k->n = k->max = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
