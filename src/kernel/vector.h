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
  return (V){0} + x;
}

INLINE REAL Sum(V v)
{
  REAL sum = 0;

  for (int i = 0; i < LANES; i++)
    sum += v[i];
  return sum;
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
