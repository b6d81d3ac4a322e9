#pragma once
/* first.h - the first layer, whose input x is affine: only powers of v_i = scale_i W_i appear,
     a_k = f^(q_k)(z) c_k,  c_k = product of v over the axes of entry k  (lap: sum of v_i^2 over space),  z =
   W x + bias. Its adjoint: z_bar = sum_k a_bar_k c_k f^(q_k + 1)(z),  c_k_bar = a_bar_k f^(q_k)(z). */
#include "affine.h"
#include "activate.h"

/* c [m][K] */
static void FirstConstants(const KJet *jet, int m, const REAL *W, const REAL *scale, REAL *c)
{
  const int dim = (int)jet->jet.dim;

  for (; m > 0; m--, W += dim) {
    for (int k = 0; k < jet->jet.K; k++, c++) {
      const TessEntry *e = &jet->jet.entry[k];

      if (e->order == TESS_LAP) {
        *c = 0;
        for (int i = 0; i < jet->jet.space; i++)
          *c += (W[i] * scale[i]) * (W[i] * scale[i]);
      } else {
        *c = 1;
        for (int i = 0; i < e->order; i++)
          *c *= W[e->axis[i]] * scale[e->axis[i]];
      }
    }
  }
}

/* d [dim] += c_bar d c_k / d W */
static void ConstantsAdjoint(const KJet *jet, int k, const REAL *W, const REAL *scale, REAL c_bar, REAL d[])
{
  const TessEntry *e = &jet->jet.entry[k];

  if (e->order == TESS_LAP) {
    for (int i = 0; i < jet->jet.space; i++)
      d[i] += c_bar * 2 * W[i] * scale[i] * scale[i];
    return;
  }
  for (int i = 0; i < e->order; i++) {
    REAL x = c_bar * scale[e->axis[i]];

    for (int j = 0; j < e->order; j++)
      if (j != i)
        x *= W[e->axis[j]] * scale[e->axis[j]];
    d[e->axis[i]] += x;
  }
}

/* W_bar [m][dim] += from c_bar [m][K] */
static void FirstConstantsAdjoint(const KJet *jet, int m, const REAL *W, const REAL *scale, const REAL *c_bar,
                                  REAL *W_bar)
{
  const int dim = (int)jet->jet.dim, K = (int)jet->jet.K;

  for (int i = 0; i < m; i++)
    for (int k = 1; k < K; k++)
      ConstantsAdjoint(jet, k, W + (ptrdiff_t)i * dim, scale, c_bar[i * K + k], W_bar + (ptrdiff_t)i * dim);
}

/* The entries by power: n1 first derivatives, then n2 of power 2, if there is nothing higher and these are
   constants; c are the constants of a neuron in that order. */
typedef struct {
  ptrdiff_t at[8];
  REAL      c[8];
} Simple;

INLINE Simple SimpleOf(const int n, const KJet *jet, int b, const REAL c[])
{
  Simple s;

  for (int i = 0; i < n; i++) {
    s.at[i] = (ptrdiff_t)jet->simple[i] * b;
    s.c[i]  = c[jet->simple[i]];
  }
  return s;
}

INLINE void SimpleForward(const int n1, const int n2, const KJet *jet, KActivation act, int b, const REAL c[],
                          const REAL *restrict z, REAL *restrict a)
{
  const Simple s = SimpleOf(n1 + n2, jet, b, c);

  for (int p = 0; p < b; p += LANES) {
    V f[6];

    Derivatives(act, 2, Load(a + p), Load(z + p), f);
    for (int i = 0; i < n1 + n2; i++)
      Store(a + s.at[i] + p, (i < n1 ? f[1] : f[2]) * s.c[i]);
  }
}

INLINE void SimpleAdjoint(const int n1, const int n2, const KJet *jet, KActivation act, int b, const REAL c[],
                          const REAL *restrict z, const REAL *restrict a, REAL *restrict a_bar, REAL c_bar[])
{
  const Simple s      = SimpleOf(n1 + n2, jet, b, c);
  V            sum[8] = {{0}};
  REAL         y[8]   = {0};

  for (int p = 0; p < b; p += LANES) {
    V f[6], by2 = {0}, by3 = {0};

    Derivatives(act, n2 ? 3 : 2, Load(a + p), Load(z + p), f);
    for (int i = 0; i < n1 + n2; i++) {
      const V x = Load(a_bar + s.at[i] + p);

      sum[i] += (i < n1 ? f[1] : f[2]) * x;
      if (i < n1)
        by2 += s.c[i] * x;
      else
        by3 += s.c[i] * x;
    }
    by2 = f[1] * Load(a_bar + p) + f[2] * by2;
    Store(a_bar + p, n2 ? by2 + f[3] * by3 : by2);
  }
  AddSums(sum[0], sum[1], sum[2], sum[3], y);
  if (n1 + n2 > 4)
    AddSums(sum[4], sum[5], sum[6], sum[7], y + 4);
  for (int i = 0; i < n1 + n2; i++)
    c_bar[jet->simple[i]] += y[i];
}

/* the counts for which there is a kernel; X(n1, n2) */
#define K_SIMPLE(X)                                                                                          \
  X(1, 0)                                                                                                    \
  X(1, 1) X(2, 0) X(2, 1) X(2, 2) X(2, 3) X(3, 0) X(3, 1) X(3, 2) X(3, 3) X(4, 0) X(4, 1) X(4, 2) X(4, 3)

/* the jets of a neuron whose values are there */
INLINE void FirstNeuron(const KJet *jet, KActivation act, int b, const REAL c[], const REAL *z, REAL *a)
{
#define K_CASE(n1, n2)                                                                                       \
  case n1 * 8 + n2:                                                                                          \
    SimpleForward(n1, n2, jet, act, b, c, z, a);                                                             \
    return;
  switch (jet->nsimple) {
    K_SIMPLE(K_CASE)
  }
#undef K_CASE
  for (int p = 0; p < b; p += LANES) {
    V f[6];

    Derivatives(act, 4, Load(a + p), Load(z + p), f);
    for (int k = 1; k < jet->jet.K; k++)
      Store(a + k * b + p, f[jet->power[k]] * c[k]);
  }
}

/* z_bar = sum_k a_bar_k c_k f^(q_k + 1) in place of a_bar_0;  c_bar_k = sum over the points of a_bar_k
 * f^(q_k) */
INLINE void FirstNeuronBar(const KJet *jet, KActivation act, int b, const REAL c[], const REAL *restrict z,
                           const REAL *restrict a, REAL *restrict a_bar, REAL c_bar[])
{
  const int K = (int)jet->jet.K;
  V         sum[TESS_JET_MAX];

#define K_CASE(n1, n2)                                                                                       \
  case n1 * 8 + n2:                                                                                          \
    SimpleAdjoint(n1, n2, jet, act, b, c, z, a, a_bar, c_bar);                                               \
    return;
  switch (jet->nsimple) {
    K_SIMPLE(K_CASE)
  }
#undef K_CASE
  for (int k = 0; k < K; k++)
    sum[k] = (V){0};
  for (int p = 0; p < b; p += LANES) {
    V f[6], z_bar;

    Derivatives(act, 5, Load(a + p), Load(z + p), f);
    z_bar = Load(a_bar + p) * f[1];
    for (int k = 1; k < K; k++) {
      const V x = Load(a_bar + k * b + p);

      z_bar += x * c[k] * f[jet->power[k] + 1];
      sum[k] += x * f[jet->power[k]];
    }
    Store(a_bar + p, z_bar);
  }
  for (int k = 1; k < K; k++)
    c_bar[k] += Sum(sum[k]);
}

static void First(const KJet *jet, KActivation act, int m, int b, ptrdiff_t s, const REAL *W,
                  const REAL *bias, const REAL *c, const REAL *x, REAL *aux, REAL *a)
{
  const int dim = (int)jet->jet.dim, K = (int)jet->jet.K;

  Affine(m, dim, b, W, dim, 1, x, b, aux, b);
  for (int i = 0; i < m; i++) {
    REAL *ai = a + i * s, *z = aux + (ptrdiff_t)i * b;

    Value(act, b, bias[i], z, ai);
    FirstNeuron(jet, act, b, c + i * K, z, ai);
  }
}

static void FirstAdjoint(const KJet *jet, KActivation act, int m, int b, ptrdiff_t s, const REAL *c,
                         const REAL *x, const REAL *aux, const REAL *a, REAL *a_bar, REAL *W_bar,
                         REAL *bias_bar, REAL *c_bar)
{
  const int dim = (int)jet->jet.dim, K = (int)jet->jet.K;

  for (int i = 0; i < m; i++)
    FirstNeuronBar(jet, act, b, c + i * K, aux + (ptrdiff_t)i * b, a + i * s, a_bar + i * s, c_bar + i * K);
  AffineWeights(m, dim, b, a_bar, s, x, b, W_bar); /* z = W x + bias */
  AffineBias(m, b, a_bar, s, bias_bar);
}

static void FirstRows(const KJet *jet, KActivation act, int m, int b, int n, ptrdiff_t s, const REAL *W,
                      const REAL *scale, const REAL *c, const REAL *x, const REAL *aux, const REAL *a,
                      REAL *a_bar, ptrdiff_t ld, REAL *rows_W, REAL *rows_bias)
{
  const int dim = (int)jet->jet.dim, K = (int)jet->jet.K, value[] = {0};

  for (int i = 0; i < m; i++) {
    const REAL *z = aux + (ptrdiff_t)i * b, *ai = a + i * s;
    REAL        c_bar[TESS_JET_MAX] = {0}, d[TESS_DIM_MAX], *bar = a_bar + i * s;
    Powers      f;

    FillPowers(act, jet->order, b, ai, z, f);
    for (int k = 1; k < K; k++) {
      for (int j = 0; j < dim; j++)
        d[j] = 0;
      ConstantsAdjoint(jet, k, W + (ptrdiff_t)i * dim, scale, 1, d); /* d c_k / d W */
      for (int j = 0; j < dim; j++) {
        REAL *row = rows_W + ((ptrdiff_t)i * dim + j) * ld;

        if (d[j] != 0)
          for (int p = 0; p < n; p += LANES)
            AddTo(row + p, Load(bar + k * b + p) * Load(f[jet->power[k]] + p) * d[j], n - p);
      }
    }
    FirstNeuronBar(jet, act, b, c + i * K, z, ai, bar, c_bar);
  }
  AffineRows(m, dim, 1, value, b, n, a_bar, s, x, b, ld, rows_W);
  AffineBiasRows(m, n, a_bar, s, ld, rows_bias);
}
