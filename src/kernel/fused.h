#pragma once
/* fused.h - jets of first derivatives with some pure second ones, or with lap, through an activation in one
   pass; the counts nf, ns, nl of KJet are constants, so that everything stays in registers.  activate.h has
   the general case, which these equal. f1, f2, f3 are the derivatives of f at z_0. */
#include "activation.h"

typedef struct {
  ptrdiff_t at[4], second[4], of[4], lap;
} Offsets; /* of the entries, copied so that the compiler sees that no store changes them */

INLINE Offsets OffsetsOf(const int nf, const int ns, const KJet *jet, int b)
{
  Offsets o = {.lap = (ptrdiff_t)jet->lap * b};

  for (int i = 0; i < nf; i++)
    o.at[i] = (ptrdiff_t)jet->at[i] * b;
  for (int i = 0; i < ns; i++)
    o.second[i] = (ptrdiff_t)jet->second[i] * b;
  for (int i = 0; i < ns; i++)
    o.of[i] = (ptrdiff_t)jet->at[jet->of[i]] * b;
  return o;
}

/* a_i = f1 z_i;  a_ii = f2 z_i^2 + f1 z_ii;  a_lap = f2 sum z_i^2 + f1 z_lap */
INLINE void FusedForward(const int nf, const int ns, const int nl, const KJet *jet, KActivation act, int b,
                         const REAL *restrict z, REAL *restrict a)
{
  const Offsets o = OffsetsOf(nf, ns, jet, b);

  for (int p = 0; p < b; p += LANES) {
    V f[6], square = {0};

    Derivatives(act, 2, Load(a + p), Load(z + p), f);
    for (int i = 0; i < nf; i++) {
      const V zi = Load(z + o.at[i] + p);

      if (i < nl)
        square += zi * zi;
      Store(a + o.at[i] + p, f[1] * zi);
    }
    for (int i = 0; i < ns; i++) {
      const V zi = Load(z + o.of[i] + p);

      Store(a + o.second[i] + p, f[2] * (zi * zi) + f[1] * Load(z + o.second[i] + p));
    }
    if (nl)
      Store(a + o.lap + p, f[2] * square + f[1] * Load(z + o.lap + p));
  }
}

/* in place of a_bar */
INLINE void FusedAdjoint(const int nf, const int ns, const int nl, const KJet *jet, KActivation act, int b,
                         const REAL *restrict z, const REAL *restrict a, REAL *restrict bar)
{
  const Offsets o = OffsetsOf(nf, ns, jet, b);

  for (int p = 0; p < b; p += LANES) {
    V f[6], by2 = {0}, by3 = {0}, lap = {0}, square = {0}; /* z_bar_0 = f1 a_bar_0 + f2 by2 + f3 by3 */

    Derivatives(act, ns || nl ? 3 : 2, Load(a + p), Load(z + p), f);
    if (nl) { /* a_lap = f2 sum z_i^2 + f1 z_lap */
      const V bar_lap = Load(bar + o.lap + p);

      by2 = bar_lap * Load(z + o.lap + p);
      by3 = bar_lap;
      lap = 2 * f[2] * bar_lap;
      Store(bar + o.lap + p, f[1] * bar_lap);
    }
    for (int i = 0; i < nf; i++) { /* a_i = f1 z_i */
      const V zi = Load(z + o.at[i] + p), ai = Load(bar + o.at[i] + p);

      by2 += ai * zi;
      if (i < nl)
        square += zi * zi;
      Store(bar + o.at[i] + p, i < nl ? f[1] * ai + lap * zi : f[1] * ai);
    }
    if (nl)
      by3 *= square;
    for (int i = 0; i < ns; i++) { /* a_ii = f2 z_i^2 + f1 z_ii */
      const V zi = Load(z + o.of[i] + p), aii = Load(bar + o.second[i] + p), x = aii * zi;

      by2 += aii * Load(z + o.second[i] + p);
      by3 += x * zi;
      Store(bar + o.of[i] + p, Load(bar + o.of[i] + p) + 2 * f[2] * x);
      Store(bar + o.second[i] + p, f[1] * aii);
    }
    by2 = f[1] * Load(bar + p) + f[2] * by2; /* a_0 = f(z_0) */
    Store(bar + p, ns || nl ? by2 + f[3] * by3 : by2);
  }
}

/* the counts for which there is a kernel; X(nf, ns, nl) */
#define K_FUSED(X)                                                                                           \
  X(1, 0, 0)                                                                                                 \
  X(1, 1, 0)                                                                                                 \
  X(1, 0, 1)                                                                                                 \
  X(2, 0, 0)                                                                                                 \
  X(2, 1, 0)                                                                                                 \
  X(2, 2, 0)                                                                                                 \
  X(2, 0, 1) X(2, 0, 2) X(3, 0, 0) X(3, 1, 0) X(3, 2, 0) X(3, 3, 0) X(3, 0, 1) X(3, 0, 2) X(3, 0, 3)         \
      X(4, 0, 0) X(4, 3, 0) X(4, 0, 3)
#define K_FUSED_CODE(nf, ns, nl) ((nf)*25 + (ns)*5 + (nl))

INLINE int FusedCode(const KJet *jet)
{
  return jet->fused ? K_FUSED_CODE(jet->nf, jet->ns, jet->nl) : -1;
}

/* whether there was a kernel for the jet */
INLINE int Fused(const KJet *jet, KActivation act, int b, const REAL *z, REAL *a)
{
#define K_CASE(nf, ns, nl)                                                                                   \
  case K_FUSED_CODE(nf, ns, nl):                                                                             \
    FusedForward(nf, ns, nl, jet, act, b, z, a);                                                             \
    return 1;
  switch (FusedCode(jet)) {
    K_FUSED(K_CASE)
  }
#undef K_CASE
  return 0;
}

INLINE int FusedBack(const KJet *jet, KActivation act, int b, const REAL *z, const REAL *a, REAL *bar)
{
#define K_CASE(nf, ns, nl)                                                                                   \
  case K_FUSED_CODE(nf, ns, nl):                                                                             \
    FusedAdjoint(nf, ns, nl, jet, act, b, z, a, bar);                                                        \
    return 1;
  switch (FusedCode(jet)) {
    K_FUSED(K_CASE)
  }
#undef K_CASE
  return 0;
}
