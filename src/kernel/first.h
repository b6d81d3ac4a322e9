#pragma once
/* first.h - the first layer, whose input x is affine: only powers of v_i = scale_i W_i appear,
     a_k = f^(q_k)(z) c_k,  c_k = product of v over the axes of entry k  (lap: sum of v_i^2 over space),  z =
   W x + bias. Its adjoint: z_bar = sum_k a_bar_k c_k f^(q_k + 1)(z),  c_k_bar = a_bar_k f^(q_k)(z). */
#include "activate.h"

static void Constants(const KJet *jet, const REAL *W, const REAL *scale, REAL c[])
{
  for (int k = 0; k < jet->jet.K; k++) {
    const TessEntry *e = &jet->jet.entry[k];

    if (e->order == TESS_LAP) {
      c[k] = 0;
      for (int i = 0; i < jet->jet.space; i++)
        c[k] += (W[i] * scale[i]) * (W[i] * scale[i]);
    } else {
      c[k] = 1;
      for (int i = 0; i < e->order; i++)
        c[k] *= W[e->axis[i]] * scale[e->axis[i]];
    }
  }
}

/* d c_k / d W_i, position by position of the entry: calls with (k, i, value) become additions to d [dim] */
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

static void First(const KJet *jet, KActivation act, int m, int b, ptrdiff_t s, const REAL *W,
                  const REAL *bias, const REAL *scale, const REAL *x, REAL *aux, REAL *a)
{
  const int dim = (int)jet->jet.dim, K = (int)jet->jet.K;

  Affine(m, dim, b, W, dim, 1, x, b, aux, b);
  for (int i = 0; i < m; i++) {
    REAL  *ai = a + i * s, *z = aux + (ptrdiff_t)i * b, c[TESS_JET_MAX];
    Powers f;

    Constants(jet, W + (ptrdiff_t)i * dim, scale, c);
    Value(act, b, bias[i], z, ai);
    FillPowers(act, jet->order, b, ai, z, f);
    for (int k = 1; k < K; k++)
      for (int p = 0; p < b; p += LANES)
        Store(ai + k * b + p, Load(f[jet->power[k]] + p) * c[k]);
  }
}

/* z_bar [b] of one neuron */
static void FirstValueBar(const KJet *jet, int b, Powers f, const REAL c[], const REAL *a_bar, REAL *z_bar)
{
  for (int p = 0; p < b; p += LANES) {
    V sum = {0};

    for (int k = 0; k < jet->jet.K; k++)
      sum += Load(a_bar + k * b + p) * c[k] * Load(f[jet->power[k] + 1] + p);
    Store(z_bar + p, sum);
  }
}

static void FirstAdjoint(const KJet *jet, KActivation act, int m, int b, ptrdiff_t s, const REAL *W,
                         const REAL *scale, const REAL *x, const REAL *aux, const REAL *a, const REAL *a_bar,
                         REAL *W_bar, REAL *bias_bar)
{
  const int dim = (int)jet->jet.dim;

  for (int i = 0; i < m; i++) {
    const REAL *Wi = W + (ptrdiff_t)i * dim, *ab = a_bar + i * s;
    REAL        c[TESS_JET_MAX], z_bar[K_BLOCK];
    V           sum = {0};
    Powers      f;

    Constants(jet, Wi, scale, c);
    FillPowers(act, jet->order + 1, b, a + i * s, aux + (ptrdiff_t)i * b, f);
    FirstValueBar(jet, b, f, c, ab, z_bar);
    for (int p = 0; p < b; p += LANES)
      sum += Load(z_bar + p);
    bias_bar[i] += Sum(sum); /* z = W x + bias */
    AffineWeights(1, dim, b, z_bar, b, x, b, W_bar + (ptrdiff_t)i * dim);
    for (int k = 1; k < jet->jet.K; k++) {
      V c_bar = {0}; /* a_k = f^(q) c_k */

      for (int p = 0; p < b; p += LANES)
        c_bar += Load(ab + k * b + p) * Load(f[jet->power[k]] + p);
      ConstantsAdjoint(jet, k, Wi, scale, Sum(c_bar), W_bar + (ptrdiff_t)i * dim);
    }
  }
}

static void FirstRows(const KJet *jet, KActivation act, int m, int b, int n, ptrdiff_t s, const REAL *W,
                      const REAL *scale, const REAL *x, const REAL *aux, const REAL *a, const REAL *a_bar,
                      ptrdiff_t ld, REAL *rows_W, REAL *rows_bias)
{
  const int dim = (int)jet->jet.dim;

  for (int i = 0; i < m; i++) {
    const REAL *Wi = W + (ptrdiff_t)i * dim, *ab = a_bar + i * s;
    REAL        c[TESS_JET_MAX], z_bar[K_BLOCK];
    Powers      f;

    Constants(jet, Wi, scale, c);
    FillPowers(act, jet->order + 1, b, a + i * s, aux + (ptrdiff_t)i * b, f);
    FirstValueBar(jet, b, f, c, ab, z_bar);
    for (int p = 0; p < n; p++)
      rows_bias[i * ld + p] += z_bar[p];
    for (int j = 0; j < dim; j++)
      for (int p = 0; p < n; p++)
        rows_W[((ptrdiff_t)i * dim + j) * ld + p] += z_bar[p] * x[j * b + p];
    for (int k = 1; k < jet->jet.K; k++) {
      REAL d[TESS_DIM_MAX] = {0}; /* d c_k / d W */

      ConstantsAdjoint(jet, k, Wi, scale, 1, d);
      for (int j = 0; j < dim; j++) {
        REAL *restrict r = rows_W + ((ptrdiff_t)i * dim + j) * ld;

        if (d[j] == 0)
          continue;
        for (int p = 0; p < n; p++)
          r[p] += d[j] * ab[k * b + p] * f[jet->power[k]][p];
      }
    }
  }
}
