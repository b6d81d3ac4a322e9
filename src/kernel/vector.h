#pragma once
/* vector.h - the vector type V of the instruction set and precision that this folder is being compiled for:
   the build gives -march=, K_ISA (v2, v3, v4, native) and, for floats, K_FLOAT.  GCC's vector extension, so
   no intrinsics. */
#include <string.h>
#include "kernel.h"

#if defined(__AVX512F__)
#define K_BYTES 64
#elif defined(__AVX2__)
#define K_BYTES 32
#else
#define K_BYTES 16
#endif
#if defined(K_FLOAT)
typedef float REAL;
typedef int   BITS;
#define KTable KTableFloat
#define K_SUFFIX float
#else
typedef double    REAL;
typedef long long BITS;
#define KTable KTableDouble
#define K_SUFFIX double
#endif
#define LANES ((int)(K_BYTES / sizeof(REAL)))
#define K_PASTE_(a, b, c) a##b##_##c
#define K_PASTE(a, b, c) K_PASTE_(a, b, c)
#define INLINE static inline __attribute__((always_inline))

typedef REAL V __attribute__((vector_size(K_BYTES)));
typedef REAL VU
    __attribute__((vector_size(K_BYTES), aligned(4), may_alias)); /* the same anywhere in memory */
typedef BITS VI __attribute__((vector_size(K_BYTES)));

INLINE V Load(const REAL *x)
{
  return *(const VU *)x;
}

INLINE void Store(REAL *x, V v)
{
  *(VU *)x = v;
}

INLINE V Splat(REAL x)
{
  return x - (V){0}; /* x - 0 is x also for -0, so nothing is computed */
}

/* the compiler must keep v in a register, instead of reading it again from memory for each use */
INLINE V Keep(V v)
{
#if defined(__AVX512F__)
  __asm__("" : "+v"(v));
#elif defined(__x86_64__)
  __asm__("" : "+x"(v));
#endif
  return v;
}

typedef REAL V4 __attribute__((vector_size(4 * sizeof(REAL)), aligned(4), may_alias));
typedef BITS I4 __attribute__((vector_size(4 * sizeof(REAL))));

/* four partial sums of a vector of at least four */
INLINE V4 Fold(V v)
{
  V4 part[(LANES + 3) / 4];

  memcpy(part, &v, sizeof(v));
  for (int i = 1; i < LANES / 4; i++)
    part[0] += part[i];
  return part[0];
}

/* y [4] += the sums of four vectors, by additions of whole vectors */
INLINE void AddSums(V a, V b, V c, V d, REAL *y)
{
#if K_BYTES == 16 && !defined(K_FLOAT)
  y[0] += a[0] + a[1];
  y[1] += b[0] + b[1];
  y[2] += c[0] + c[1];
  y[3] += d[0] + d[1];
#else
  const V4 p = Fold(a), q = Fold(b), r = Fold(c), s = Fold(d);
  const V4 pq = __builtin_shuffle(p, q, (I4){0, 4, 2, 6}) +
                __builtin_shuffle(p, q, (I4){1, 5, 3, 7}); /* p01 q01 p23 q23 */
  const V4 rs = __builtin_shuffle(r, s, (I4){0, 4, 2, 6}) + __builtin_shuffle(r, s, (I4){1, 5, 3, 7});

  *(V4 *)y += __builtin_shuffle(pq, rs, (I4){0, 1, 4, 5}) + __builtin_shuffle(pq, rs, (I4){2, 3, 6, 7});
#endif
}

INLINE REAL Sum(V v)
{
  REAL y[4] = {0};

  AddSums(v, (V){0}, (V){0}, (V){0}, y);
  return y[0];
}

/* n points padded to whole vectors */
INLINE int Pad(int n)
{
  return (n + LANES - 1) / LANES * LANES;
}

/* the distance of neurons of K b numbers: an odd number of cache lines */
INLINE ptrdiff_t Stride(int K, int b)
{
  const ptrdiff_t line = 64 / (ptrdiff_t)sizeof(REAL), lines = ((ptrdiff_t)K * b + line - 1) / line;

  return (lines | 1) * line;
}
