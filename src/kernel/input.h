/* input.h - a first layer whose inputs are jets E [dim][K][b] of given functions: an ordinary layer, z = W E,
   a = f(z + bias), but no adjoint of E is wanted. */
#include "activate.h"
#include "affine.h"

static void Input(const KJet *jet, KActivation act, int m, int dim, int b, ptrdiff_t s, const REAL *W,
                  const REAL *bias, const REAL *E, REAL *z, REAL *a)
{
  Affine(m, dim, (int)jet->jet.K * b, W, dim, 1, E, s, z, s);
  Activate(jet, act, m, b, s, bias, z, a);
}

static void InputAdjoint(const KJet *jet, KActivation act, int m, int dim, int b, ptrdiff_t s, const REAL *E,
                         const REAL *z, const REAL *a, REAL *a_bar, REAL *W_bar, REAL *bias_bar,
                         REAL *scratch)
{
  ActivateAdjoint(jet, act, m, b, s, z, a, a_bar, scratch);
  AffineWeights(m, dim, (int)jet->jet.K * b, a_bar, s, E, s, W_bar);
  AffineBias(m, b, a_bar, s, bias_bar);
}

static void InputRows(const KJet *jet, KActivation act, int m, int dim, int b, int n, ptrdiff_t s,
                      const int *entry, const REAL *E, const REAL *z, const REAL *a, REAL *a_bar,
                      ptrdiff_t ld, REAL *rows_W, REAL *rows_bias, REAL *scratch)
{
  ActivateAdjoint(jet, act, m, b, s, z, a, a_bar, scratch);
  AffineRows(m, dim, (int)jet->jet.K, entry, b, n, a_bar, s, E, s, ld, rows_W);
  AffineBiasRows(m, n, a_bar, s, ld, rows_bias);
}
