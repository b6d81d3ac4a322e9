#pragma once
/* activation.h - tanh and sin of vectors, and their derivatives f1 = f', f2 = f'', ... from what forward
   leaves behind: tanh: t = tanh z;  f1 = 1 - t^2,  f2 = -2 t f1,  f3 = (6 t^2 - 2) f1,  f4 = (16 - 24 t^2) t
   f1, f5 = (16 - 120 t^2 + 120 t^4) f1; sin:  t = sin z, and c = cos z is kept in the place of z. sin and cos
   are SLEEF's (Shibata & Petrogalli, IEEE TPDS 31, 2020; the finz functions give the same bits for every
   vector length).  tanh is written here: without a call it takes less than half of the time of SLEEF's. */
#include <immintrin.h>
#include <sleef.h>
#include "vector.h"

#if defined(K_FLOAT)
#if K_BYTES == 64
#define K_SINCOS Sleef_finz_sincosf16_u35avx512f
#define K_MIN(x, y) _mm512_min_ps(x, y)
#define K_MAX(x, y) _mm512_max_ps(x, y)
#elif K_BYTES == 32
#define K_SINCOS Sleef_finz_sincosf8_u35avx2
#define K_MIN(x, y) _mm256_min_ps(x, y)
#define K_MAX(x, y) _mm256_max_ps(x, y)
#else
#define K_SINCOS Sleef_cinz_sincosf4_u35sse4
#define K_MIN(x, y) _mm_min_ps(x, y)
#define K_MAX(x, y) _mm_max_ps(x, y)
#endif
#else
#if K_BYTES == 64
#define K_SINCOS Sleef_finz_sincosd8_u35avx512f
#define K_MIN(x, y) _mm512_min_pd(x, y)
#define K_MAX(x, y) _mm512_max_pd(x, y)
#elif K_BYTES == 32
#define K_SINCOS Sleef_finz_sincosd4_u35avx2
#define K_MIN(x, y) _mm256_min_pd(x, y)
#define K_MAX(x, y) _mm256_max_pd(x, y)
#else
#define K_SINCOS Sleef_cinz_sincosd2_u35sse4
#define K_MIN(x, y) _mm_min_pd(x, y)
#define K_MAX(x, y) _mm_max_pd(x, y)
#endif
#endif

/* x within [-most, most]; not a number stays so, for these instructions then return their second operand */
INLINE V Clip(V x, REAL most)
{
  return (V)K_MAX(Splat(-most), (V)K_MIN(Splat(most), x));
}

#define K_TOGETHER (K_BLOCK / LANES % 4 ? 3 : 4) /* vectors whose chains of operations are interleaved */
#define K_EACH _Pragma("GCC unroll 4") for (int i = 0; i < N; i++)

/* E = exp(2x) - 1 for N vectors, then tanh x = E / (E + 2):  E = 2^n e + (2^n - 1),  e = exp(r) - 1 = r + r^2
   P(r), 2x = n log 2 + r, |r| <= log(2)/2 (Muller, Elementary Functions, 2016, ch. 5 and 11).  P interpolates
   at Chebyshev points. */
INLINE void Expm1(const int N, REAL bias, const REAL *restrict x, REAL *restrict E)
{
#if defined(K_FLOAT)
  const REAL most = 20, magic = 12582912, log2e = 1.44269504f, high = 0.693359375f, low = -2.12194440e-4f;
  const int  mantissa = 23;
  const VI   one      = (VI){0} + 0x3f800000;
#else
  const REAL most = 40, magic = 0x1.8p52, log2e = 1.4426950408889634, high = 6.93147180369123816490e-01,
             low     = 1.90821492927058770002e-10;
  const int mantissa = 52;
  const VI  one      = (VI){0} + 0x3ff0000000000000ll;
#endif
  V r[4], r2[4], power[4], P[4];

  K_EACH r[i]     = Load(x + i * LANES) + bias;
  K_EACH r[i]     = Clip(r[i] + r[i], most);
  K_EACH power[i] = r[i] * log2e + magic; /* n, the nearest integer, is in the lowest bits */
  K_EACH r[i]     = r[i] - (power[i] - magic) * high - (power[i] - magic) * low;
  K_EACH power[i] = (V)(((VI)power[i] << mantissa) + one);
  K_EACH r2[i]    = r[i] * r[i];
#if defined(K_FLOAT)
  K_EACH P[i] = 0.04166655421f + r[i] * 0.008363232884f + r2[i] * 0.001392625083f;
  K_EACH P[i] = (0.5f + r[i] * 0.1666657667f) + r2[i] * P[i];
#else
  K_EACH    P[i]     = 2.76202015910315488e-7 + r[i] * 2.5100472505694996e-8;
  K_EACH    P[i]     = (0.0000248015210578682052 + r[i] * 2.75572682769056962e-6) + r2[i] * P[i];
  K_EACH    P[i]     = (0.00138888889173670806 + r[i] * 0.00019841269863171556) + r2[i] * P[i];
  K_EACH    P[i]     = (0.0416666666666238205 + r[i] * 0.0083333333333300382) + r2[i] * P[i];
  K_EACH    P[i]     = (0.500000000000000103 + r[i] * 0.166666666666666675) + r2[i] * P[i];
#endif
  K_EACH r[i] = r[i] + r2[i] * P[i];
  K_EACH Store(E + i * LANES, power[i] * r[i] + (power[i] - 1));
}

/* t [b] = f(z + bias); for sin, z becomes the cosine */
INLINE void Value(KActivation act, int b, REAL bias, REAL *restrict z, REAL *restrict t)
{
  int p = 0;

  if (act == K_TANH) {
    for (; p + K_TOGETHER * LANES <= b; p += K_TOGETHER * LANES)
      Expm1(K_TOGETHER, bias, z + p, t + p);
    for (; p < b; p += LANES)
      Expm1(1, bias, z + p, t + p);
    for (p = 0; p < b;
         p += LANES) { /* a loop of its own, for divisions are slow and keep nothing else waiting here */
      const V E = Load(t + p);

      Store(t + p, E / (E + 2));
    }
  } else {
    for (; p < b; p += LANES) {
      const __typeof__(K_SINCOS(Load(z))) both = K_SINCOS(Load(z + p) + bias);

      Store(t + p, (V)both.x);
      Store(z + p, (V)both.y);
    }
  }
}

/* f [1..order] of one vector of points; t the value, c the cosine (not used for tanh) */
INLINE void Derivatives(KActivation act, int order, V t, V c, V f[])
{
  if (act == K_TANH) {
    const V tt = t * t, f1 = 1 - tt;

    f[1] = f1;
    if (order >= 2)
      f[2] = -2 * t * f1;
    if (order >= 3)
      f[3] = (6 * tt - 2) * f1;
    if (order >= 4)
      f[4] = (16 - 24 * tt) * t * f1;
    if (order >= 5)
      f[5] = (16 + (120 * tt - 120) * tt) * f1;
  } else {
    f[1] = c;
    if (order >= 2)
      f[2] = -t;
    if (order >= 3)
      f[3] = -c;
    if (order >= 4)
      f[4] = t;
    if (order >= 5)
      f[5] = c;
  }
}
