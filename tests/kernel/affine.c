/* The products of a layer equal three loops, for every shape of tile and every instruction set of this
 * machine. */
#include "tess_test.h"
#include "kernel/kernel.h"

#define MOST 21
#define COLS (3 * K_BLOCK)

static double W[MOST * MOST], A[MOST * COLS], Z[MOST * COLS], twin[MOST * COLS], rows[MOST * MOST * K_BLOCK],
    want[MOST * MOST * K_BLOCK];

static double Difference(size_t n, const double *x, const double *y)
{
  double worst = 0;

  for (size_t i = 0; i < n; i++)
    worst = fmax(worst, fabs(x[i] - y[i]));
  return worst;
}

static void Fill(double *x, size_t n, TessKey key)
{
  for (size_t i = 0; i < n; i++)
    x[i] = 2 * TessKeyUniform(key, i) - 1;
}

static void Shape(const KTableDouble *t, int m, int k, int b)
{
  const int cols = 3 * b, entry[] = {0, 2}, n = b - 1;

  Fill(W, MOST * MOST, 1);
  Fill(A, MOST * COLS, 2);
  Fill(Z, MOST * COLS, 3);
  Fill(twin, MOST * COLS, 3);
  for (int transposed = 0; transposed < 2; transposed++) {
    const int rs = transposed ? 1 : k, cs = transposed ? m : 1;

    for (int i = 0; i < m; i++) {
      for (int c = 0; c < cols; c++) {
        twin[i * COLS + c] = 0;
        for (int l = 0; l < k; l++)
          twin[i * COLS + c] += W[i * rs + l * cs] * A[l * COLS + c];
      }
    }
    t->affine(m, k, cols, W, rs, cs, A, COLS, Z, COLS);
    CHECK_BELOW("Z = W A, and nothing else is touched", Difference(MOST * COLS, Z, twin), 1e-13);
  }
  for (int i = 0; i < m; i++)
    for (int l = 0; l < k; l++) {
      rows[i * k + l] = want[i * k + l] = 0.5;
      for (int c = 0; c < cols; c++)
        want[i * k + l] += Z[i * COLS + c] * A[l * COLS + c];
    }
  t->affine_weights(m, k, cols, Z, COLS, A, COLS, rows);
  CHECK_BELOW("W_bar += Z_bar A^T", Difference((size_t)(m * k), rows, want), 1e-11);
  for (int i = 0; i < m * k * K_BLOCK; i++)
    rows[i] = want[i] = 0.5;
  for (int i = 0; i < m; i++)
    for (int l = 0; l < k; l++)
      for (int p = 0; p < n; p++)
        for (int e = 0; e < 2; e++)
          want[(i * k + l) * K_BLOCK + p] += Z[i * COLS + entry[e] * b + p] * A[l * COLS + entry[e] * b + p];
  t->affine_rows(m, k, 2, entry, b, n, Z, COLS, A, COLS, K_BLOCK, rows);
  CHECK_BELOW("one row a point, and nothing behind the last point",
              Difference((size_t)(m * k * K_BLOCK), rows, want), 1e-12);
}

int main(int argc, char **argv)
{
  static const char *const isas[]  = {"native", "v2", "v3", "v4"};
  static const int         sizes[] = {1, 2, 3, 4, 5, 7, 8, 20, 21};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int i = 0; i < 4; i++) {
    const KTableDouble *t = k_select_double(isas[i]);

    for (int m = 0; m < 9 && t; m++)
      for (int k = 0; k < 9; k++)
        for (int b = t->lanes; b <= K_BLOCK; b += 5 * t->lanes)
          Shape(t, sizes[m], sizes[k], b);
  }
  return TessTestEnd();
}
