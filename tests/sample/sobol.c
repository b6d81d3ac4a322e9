/* Sobol points: each of 21 coordinates of the first 2^k points puts one point in each of 2^k strips, the
   first two make a net with one point in every dyadic box, in all pairs 2^k boxes hold at most 4 points, and
   integrals converge faster than random ones. */
#include "../tess_test.h"
#include <tessera/sample.h>

#define DIM 21

static PetscErrorCode Points(TessKey key, PetscInt n, PetscReal x[])
{
  PetscReal lo[DIM], hi[DIM];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < DIM; i++) {
    lo[i] = 0;
    hi[i] = 1;
  }
  PetscCall(TessSampleBox(TESS_SAMPLE_SOBOL, key, DIM, lo, hi, n, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The largest number of points in one of 2^a x 2^b boxes of axes i, j. */
static PetscErrorCode Crowd(PetscInt n, const PetscReal x[], PetscInt i, PetscInt j, PetscInt a, PetscInt b,
                            PetscInt hit[], PetscInt *most)
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(hit, (size_t)1 << (a + b)));
  *most = 0;
  for (PetscInt p = 0; p < n; p++) {
    const PetscInt box = ((PetscInt)(x[i * n + p] * (1 << a)) << b) + (PetscInt)(x[j * n + p] * (1 << b));

    hit[box]++;
    *most = PetscMax(*most, hit[box]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckNets(PetscInt k, PetscReal x[], PetscInt hit[])
{
  const PetscInt n = 1 << k;
  PetscInt       most, spread = 0;

  PetscFunctionBegin;
  PetscCall(Points(k, n, x));
  for (PetscInt i = 0; i < DIM; i++) {
    PetscCall(Crowd(n, x, i, i, k, 0, hit, &most));
    CHECK("one point in each strip", most == 1);
  }
  for (PetscInt a = 0; a <= k; a++) {
    PetscCall(Crowd(n, x, 0, 1, a, k - a, hit, &most));
    CHECK("one point in each box of the first two axes", most == 1);
  }
  if (k < 8 || k % 2)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < DIM; i++) {
    for (PetscInt j = 0; j < i; j++) {
      PetscCall(Crowd(n, x, i, j, k / 2, k / 2, hit, &most));
      CHECK_BELOW("no pair of axes crowds: 7 to 10 points if they were random, 2^(k/2) if axes were equal",
                  most, 4);
      spread += most;
    }
  }
  CHECK_BELOW("the most crowded box holds 1.6 points on average, 5 to 7 if they were random", spread / 210.,
              1.7);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Error of the mean of prod (1 + c_i (x_i - 1/2)), c_i = 1/(i+1)^2; the exact mean is 1.  Root mean square
 * over keys. */
static PetscErrorCode Integral(PetscInt n, PetscReal x[], PetscReal *error)
{
  PetscFunctionBegin;
  *error = 0;
  for (TessKey key = 0; key < 16; key++) {
    PetscReal mean = 0;

    PetscCall(Points(key, n, x));
    for (PetscInt p = 0; p < n; p++) {
      PetscReal f = 1;

      for (PetscInt i = 0; i < DIM; i++)
        f *= 1 + (x[i * n + p] - 0.5) / ((i + 1.) * (i + 1.));
      mean += f / n;
    }
    *error += (mean - 1) * (mean - 1) / 16;
  }
  *error = PetscSqrtReal(*error);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt nmax = 1 << 14;
  PetscReal     *x, coarse, fine;
  PetscInt      *hit;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscMalloc2(DIM * nmax, &x, nmax, &hit));
  for (PetscInt k = 0; k <= 14; k++)
    PetscCall(CheckNets(k, x, hit));
  PetscCall(Integral(1 << 7, x, &coarse));
  PetscCall(Integral(1 << 13, x, &fine));
  CHECK_BELOW("64 times the points, a fortieth of the error (random: an eighth)", fine / coarse, 1. / 40);
  PetscCall(PetscFree2(x, hit));
  return TessTestEnd();
}
