/* vector.c - elementary functions of many numbers: SLEEF's (Shibata & Petrogalli, IEEE TPDS 31, 2020) where
   the machine has AVX2, in the variants whose results are the same on all such machines; libm's loops
   elsewhere. */
#include "tape.h"

static void Loop(TessOp op, PetscInt m, const PetscReal a[], const PetscReal b[], PetscReal y[])
{
  for (PetscInt p = 0; p < m; p++)
    y[p] = TessOpValue(op, (PetscReal[]){a[p], b[p]});
}

#if defined(__x86_64__) && defined(PETSC_USE_REAL_DOUBLE)
#include <immintrin.h>

/* declared here: sleef.h shows them only to files that are compiled for AVX2 as a whole */
#define AVX2 __attribute__((target("avx2,fma")))

/* the last points are padded to a vector, so that a point's result does not depend on where it stands */
#define ONE(name, f)                                                                                         \
  AVX2 extern __m256d f(__m256d);                                                                            \
  AVX2 static void    name(PetscInt m, const double a[], double y[])                                         \
  {                                                                                                          \
    PetscInt p = 0;                                                                                          \
                                                                                                             \
    for (; p + 4 <= m; p += 4)                                                                               \
      _mm256_storeu_pd(&y[p], f(_mm256_loadu_pd(&a[p])));                                                    \
    if (p < m) {                                                                                             \
      double last[4] = {1, 1, 1, 1};                                                                         \
                                                                                                             \
      memcpy(last, &a[p], (size_t)(m - p) * sizeof(*a));                                                     \
      _mm256_storeu_pd(last, f(_mm256_loadu_pd(last)));                                                      \
      memcpy(&y[p], last, (size_t)(m - p) * sizeof(*a));                                                     \
    }                                                                                                        \
  }

#define TWO(name, f)                                                                                         \
  AVX2 extern __m256d f(__m256d, __m256d);                                                                   \
  AVX2 static void    name(PetscInt m, const double a[], const double b[], double y[])                       \
  {                                                                                                          \
    PetscInt p = 0;                                                                                          \
                                                                                                             \
    for (; p + 4 <= m; p += 4)                                                                               \
      _mm256_storeu_pd(&y[p], f(_mm256_loadu_pd(&a[p]), _mm256_loadu_pd(&b[p])));                            \
    if (p < m) {                                                                                             \
      double la[4] = {1, 1, 1, 1}, lb[4] = {1, 1, 1, 1};                                                     \
                                                                                                             \
      memcpy(la, &a[p], (size_t)(m - p) * sizeof(*a));                                                       \
      memcpy(lb, &b[p], (size_t)(m - p) * sizeof(*b));                                                       \
      _mm256_storeu_pd(la, f(_mm256_loadu_pd(la), _mm256_loadu_pd(lb)));                                     \
      memcpy(&y[p], la, (size_t)(m - p) * sizeof(*a));                                                       \
    }                                                                                                        \
  }

ONE(Sin, Sleef_finz_sind4_u10avx2)
ONE(Cos, Sleef_finz_cosd4_u10avx2)
ONE(Tan, Sleef_finz_tand4_u10avx2)
ONE(Exp, Sleef_finz_expd4_u10avx2)
ONE(Log, Sleef_finz_logd4_u10avx2)
ONE(Tanh, Sleef_finz_tanhd4_u10avx2)
ONE(Sinh, Sleef_finz_sinhd4_u10avx2)
ONE(Cosh, Sleef_finz_coshd4_u10avx2)
ONE(Erf, Sleef_finz_erfd4_u10avx2)
TWO(Atan2, Sleef_finz_atan2d4_u10avx2)
TWO(Pow, Sleef_finz_powd4_u10avx2)

void TessVectorApply(TessOp op, PetscInt m, const PetscReal a[], const PetscReal b[], PetscReal y[])
{
  static void (*const one[OP_COUNT])(PetscInt, const double *, double *) = {
      [OP_SIN] = Sin,   [OP_COS] = Cos,   [OP_TAN] = Tan,   [OP_EXP] = Exp, [OP_LOG] = Log,
      [OP_TANH] = Tanh, [OP_SINH] = Sinh, [OP_COSH] = Cosh, [OP_ERF] = Erf};

  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    Loop(op, m, a, b, y);
  else if (op == OP_ATAN2)
    Atan2(m, a, b, y);
  else if (op == OP_POWER)
    Pow(m, a, b, y);
  else if (one[op])
    one[op](m, a, y);
  else
    Loop(op, m, a, b, y);
}
#else
void TessVectorApply(TessOp op, PetscInt m, const PetscReal a[], const PetscReal b[], PetscReal y[])
{
  Loop(op, m, a, b, y);
}
#endif
