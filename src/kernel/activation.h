#pragma once
/* activation.h - tanh and sin of vectors (SLEEF, Shibata & Petrogalli, IEEE TPDS 31, 2020; the finz functions
   give the same bits for every vector length), and the derivatives of the activations from what forward
   leaves behind: tanh: t = tanh z;  f' = 1 - t^2, f'' = -2 t f', f''' = (6 t^2 - 2) f', f'''' = (16 - 24 t^2)
   t f', f^(5) = (16 - 120 t^2 + 120 t^4) f' sin:  t = sin z, and c = cos z is kept in the place of z */
#include <sleef.h>
#include "vector.h"

#if defined(K_FLOAT)
#if K_BYTES == 64
#define K_TANH_V Sleef_finz_tanhf16_u35avx512f
#define K_SIN_V Sleef_finz_sinf16_u35avx512f
#define K_COS_V Sleef_finz_cosf16_u35avx512f
#elif K_BYTES == 32
#define K_TANH_V Sleef_finz_tanhf8_u35avx2
#define K_SIN_V Sleef_finz_sinf8_u35avx2
#define K_COS_V Sleef_finz_cosf8_u35avx2
#else
#define K_TANH_V Sleef_cinz_tanhf4_u35sse4
#define K_SIN_V Sleef_cinz_sinf4_u35sse4
#define K_COS_V Sleef_cinz_cosf4_u35sse4
#endif
#else
#if K_BYTES == 64
#define K_TANH_V Sleef_finz_tanhd8_u35avx512f
#define K_SIN_V Sleef_finz_sind8_u35avx512f
#define K_COS_V Sleef_finz_cosd8_u35avx512f
#elif K_BYTES == 32
#define K_TANH_V Sleef_finz_tanhd4_u35avx2
#define K_SIN_V Sleef_finz_sind4_u35avx2
#define K_COS_V Sleef_finz_cosd4_u35avx2
#else
#define K_TANH_V Sleef_cinz_tanhd2_u35sse4
#define K_SIN_V Sleef_cinz_sind2_u35sse4
#define K_COS_V Sleef_cinz_cosd2_u35sse4
#endif
#endif

/* t [b] = f(z + bias); for sin, z becomes the cosine */
INLINE void Value(KActivation act, int b, REAL bias, REAL *z, REAL *t)
{
  if (act == K_TANH) {
    for (int p = 0; p < b; p += LANES)
      Store(t + p, (V)K_TANH_V(Load(z + p) + bias));
  } else {
    for (int p = 0; p < b; p += LANES) {
      const V v = Load(z + p) + bias;

      Store(t + p, (V)K_SIN_V(v));
      Store(z + p, (V)K_COS_V(v));
    }
  }
}

/* f [1..order] of one vector of points; t the value, c the cosine (not used for tanh) */
INLINE void Derivatives(KActivation act, int order, V t, V c, V f[])
{
  if (act == K_TANH) {
    const V tt = t * t, f1 = (REAL)1 - tt;

    f[1] = f1;
    if (order >= 2)
      f[2] = (REAL)-2 * t * f1;
    if (order >= 3)
      f[3] = ((REAL)6 * tt - (REAL)2) * f1;
    if (order >= 4)
      f[4] = ((REAL)16 - (REAL)24 * tt) * t * f1;
    if (order >= 5)
      f[5] = ((REAL)16 + ((REAL)120 * tt - (REAL)120) * tt) * f1;
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
