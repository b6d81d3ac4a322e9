#pragma once
/* activate.h - jets through an activation, a = f(z), for any compiled jet; b points of a neuron at a time. */
#include "fused.h"

typedef REAL Powers[TESS_ORDER_MAX + 2][K_BLOCK]
    __attribute__((aligned(64))); /* f, f', ... f^(5) at the points of a block */

INLINE void FillPowers(KActivation act, int order, int b, const REAL *t, const REAL *c, Powers f)
{
  for (int p = 0; p < b; p += LANES) {
    V g[TESS_ORDER_MAX + 2];

    Derivatives(act, order, Load(t + p), Load(c + p), g);
    Store(f[0] + p, Load(t + p));
    for (int q = 1; q <= order; q++)
      Store(f[q] + p, g[q]);
  }
}

static void ActivateTable(const KJet *jet, KActivation act, int b, const REAL *restrict z, REAL *restrict a)
{
  Powers f;

  FillPowers(act, jet->order, b, a, z, f);
  for (int k = 1; k < jet->jet.K; k++) {
    REAL *restrict ak = a + k * b;

    for (int p = 0; p < b; p += LANES) {
      V sum = {0};

      for (int i = jet->first[k]; i < jet->first[k + 1]; i++) {
        const KTerm *term = &jet->term[i];
        V            x    = Load(f[term->q] + p) * (REAL)term->coef;

        for (int j = 0; j < term->q; j++)
          x *= Load(z + term->factor[j] * b + p);
        sum += x;
      }
      Store(ak + p, sum);
    }
  }
}

/* a_k += coef f^(q)(z_0) z_i z_j ...  gives
   z_bar_0 += a_bar_k coef f^(q+1)(z_0) z_i z_j ...   and   z_bar_i += a_bar_k coef f^(q)(z_0) z_j ... */
static void ActivateTableAdjoint(const KJet *jet, KActivation act, int b, const REAL *restrict z,
                                 const REAL *restrict a, REAL *restrict a_bar, REAL *restrict z_bar)
{
  const int K = (int)jet->jet.K;
  Powers    f;

  FillPowers(act, jet->order + 1, b, a, z, f);
  for (int p = 0; p < b; p += LANES)
    Store(z_bar + p, Load(a_bar + p) * Load(f[1] + p)); /* a_0 = f(z_0) */
  memset(z_bar + b, 0, (size_t)(K - 1) * (size_t)b * sizeof(REAL));
  for (int k = 1; k < K; k++) {
    for (int i = jet->first[k]; i < jet->first[k + 1]; i++) {
      const KTerm *term = &jet->term[i];

      for (int p = 0; p < b; p += LANES) {
        const V c_bar = Load(a_bar + k * b + p) * (REAL)term->coef, w = c_bar * Load(f[term->q] + p);
        V       all = c_bar * Load(f[term->q + 1] + p);

        for (int j = 0; j < term->q; j++) {
          REAL *zj = z_bar + term->factor[j] * b + p;
          V     x  = w;

          for (int l = 0; l < term->q; l++)
            if (l != j)
              x *= Load(z + term->factor[l] * b + p);
          Store(zj, Load(zj) + x);
          all *= Load(z + term->factor[j] * b + p);
        }
        Store(z_bar + p, Load(z_bar + p) + all);
      }
    }
  }
  memcpy(a_bar, z_bar, (size_t)K * (size_t)b * sizeof(REAL));
}

static void Activate(const KJet *jet, KActivation act, int m, int b, ptrdiff_t s, const REAL *bias, REAL *z,
                     REAL *a)
{
  for (int i = 0; i < m; i++) {
    Value(act, b, bias ? bias[i] : 0, z + i * s, a + i * s);
    if (!Fused(jet, act, b, z + i * s, a + i * s))
      ActivateTable(jet, act, b, z + i * s, a + i * s);
  }
}

static void ActivateAdjoint(const KJet *jet, KActivation act, int m, int b, ptrdiff_t s, const REAL *z,
                            const REAL *a, REAL *a_bar, REAL *scratch)
{
  for (int i = 0; i < m; i++)
    if (!FusedBack(jet, act, b, z + i * s, a + i * s, a_bar + i * s))
      ActivateTableAdjoint(jet, act, b, z + i * s, a + i * s, a_bar + i * s, scratch);
}
