/* Point sets lie in their box and on held axes, are the same for the same key and others for another, and
   have the moments of a uniform density; latin puts one point in each strip; a grid has near-equal spacing
   and uses nearly all points. */
#include "../tess_test.h"
#include <tessera/sample.h>

#define DIM 4

static const PetscReal lo[DIM] = {-1, 3, 0, 10}, hi[DIM] = {1, 3, 0.01, 18};

static PetscErrorCode CheckSet(TessSampleType type, PetscInt n, PetscReal x[], PetscReal y[])
{
  PetscReal far = 0;

  PetscFunctionBegin;
  PetscCall(TessSampleBox(type, 11, DIM, lo, hi, n, x));
  PetscCall(TessSampleBox(type, 11, DIM, lo, hi, n, y));
  for (PetscInt k = 0; k < DIM * n; k++)
    CHECK("a key gives the same points", x[k] == y[k]);
  for (PetscInt i = 0; i < DIM; i++) {
    PetscReal mean = 0, square = 0;

    for (PetscInt p = 0; p < n; p++) {
      const PetscReal u = hi[i] > lo[i] ? (x[i * n + p] - lo[i]) / (hi[i] - lo[i]) - 0.5 : 0;

      CHECK("points are in the box", x[i * n + p] >= lo[i] && x[i * n + p] <= hi[i]);
      mean += u / n;
      square += u * u / n;
    }
    if (hi[i] == lo[i] || n < 1000)
      continue;
    CHECK_BELOW("the mean is the middle", mean, 5 * 0.29 / PetscSqrtReal(n));
    if (type != TESS_SAMPLE_GRID)
      CHECK_BELOW("the variance is 1/12, of the arcsine density 1/8",
                  square - 1. / (type == TESS_SAMPLE_CHEBYSHEV ? 8 : 12), 5 * 0.08 / PetscSqrtReal(n));
  }
  PetscCall(TessSampleBox(type, 12, DIM, lo, hi, n, y));
  for (PetscInt p = 0; p < n; p++)
    far = PetscMax(far, PetscAbsReal(x[p] - y[p]));
  if (n > 1 && type != TESS_SAMPLE_GRID)
    CHECK("another key gives other points", far > 0.01);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckLatin(PetscInt n, PetscReal x[], PetscInt hit[])
{
  PetscReal inner = 0;

  PetscFunctionBegin;
  PetscCall(TessSampleBox(TESS_SAMPLE_LATIN, 5, DIM, lo, hi, n, x));
  for (PetscInt i = 0; i < DIM; i++) {
    if (hi[i] == lo[i])
      continue;
    PetscCall(PetscArrayzero(hit, n));
    for (PetscInt p = 0; p < n; p++)
      hit[(PetscInt)((x[i * n + p] - lo[i]) / (hi[i] - lo[i]) * n * (1 - 1e-15))]++;
    for (PetscInt p = 0; p < n; p++)
      CHECK("one point in each strip", hit[p] == 1);
  }
  for (PetscInt p = 0; p < n; p++)
    inner += x[p] * (x[3 * n + p] - 14) / (4. * n); /* of independent axes: sd 1/(3 sqrt n) */
  CHECK_BELOW("axes are shuffled independently", inner, 5. / 3 / PetscSqrtReal(n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Midpoints of 20 x 30 cells in a 2 x 3 box, and never worse than half of the points where counts do not fit.
 */
static PetscErrorCode CheckGrid(PetscReal x[])
{
  const PetscReal a[2] = {0, 0}, b[2] = {2, 3};

  PetscFunctionBegin;
  PetscCall(TessSampleBox(TESS_SAMPLE_GRID, 5, 2, a, b, 600, x));
  for (PetscInt p = 0; p < 600; p++) {
    CHECK_BELOW("cells of side 0.1 along the first axis", x[p] - (p % 20 + 0.5) / 10, 1e-12);
    CHECK_BELOW("cells of side 0.1 along the second axis", x[600 + p] - (p / 20 + 0.5) / 10, 1e-12);
  }
  for (PetscInt n = 1; n <= 3000; n += 7) {
    PetscInt  m[2] = {0, 0};
    PetscReal h[2];

    PetscCall(TessSampleBox(TESS_SAMPLE_GRID, 5, 2, a, b, n, x));
    while (m[0] < n && x[n + m[0]] == x[n])
      m[0]++; /* first row */
    for (PetscInt p = 0; p < n && x[p] == x[0]; p += m[0])
      m[1]++;
    h[0] = b[0] / m[0];
    h[1] = b[1] / m[1];
    CHECK("a grid never has more cells than points", m[0] * m[1] <= n);
    CHECK("and could not be refined", (m[0] + 1) * m[1] > n && m[0] * (m[1] + 1) > n);
    if (n > 50)
      CHECK("its spacing is near equal", h[0] < 1.3 * h[1] && h[1] < 1.3 * h[0]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* 100 axes, 30 points: every method works. */
static PetscErrorCode CheckManyAxes(PetscReal x[])
{
  PetscReal a[100], b[100];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 100; i++) {
    a[i] = 1;
    b[i] = i % 10 ? 2 : 1;
  }
  for (PetscInt type = 0; type < TESS_SAMPLE_NTYPES; type++) {
    PetscCall(TessSampleBox((TessSampleType)type, 3, 100, a, b, 30, x));
    for (PetscInt k = 0; k < 3000; k++)
      CHECK("in the box", x[k] >= 1 && x[k] <= b[k / 30]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt sizes[] = {0, 1, 2, 3, 17, 1000, 4097, 200000}, nmax = 200000;
  PetscReal     *x, *y;
  PetscInt      *hit;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscMalloc3(DIM * nmax, &x, DIM * nmax, &y, nmax, &hit));
  for (PetscInt type = 0; type < TESS_SAMPLE_NTYPES; type++)
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
      PetscCall(CheckSet((TessSampleType)type, sizes[k], x, y));
  PetscCall(CheckLatin(1000, x, hit));
  PetscCall(CheckLatin(nmax, x, hit));
  PetscCall(CheckGrid(x));
  PetscCall(CheckManyAxes(x));
  PetscCall(PetscFree3(x, y, hit));
  return TessTestEnd();
}
