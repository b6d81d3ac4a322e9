#pragma once
/* tess_test.h - checks that count; TessTestEnd finalises and returns non-zero if a claim was false on any
 * rank. */
#include <stdio.h>
#include <tessera/base.h>

static int tess_test_failed = 0;

#define CHECK(claim, cond)                                                                                   \
  do {                                                                                                       \
    if (!(cond)) {                                                                                           \
      fprintf(stderr, "%s:%d: false: %s (%s)\n", __FILE__, __LINE__, claim, #cond);                          \
      tess_test_failed++;                                                                                    \
    }                                                                                                        \
  } while (0)
/* |value| <= bound, both printed when it is not so (a NaN fails) */
#define CHECK_BELOW(claim, value, bound)                                                                     \
  do {                                                                                                       \
    const double value_ = (double)(value), bound_ = (double)(bound);                                         \
    if (!(PetscAbsReal(value_) <= bound_)) {                                                                 \
      fprintf(stderr, "%s:%d: false: %s (%s = %g, bound %g)\n", __FILE__, __LINE__, claim, #value, value_,   \
              bound_);                                                                                       \
      tess_test_failed++;                                                                                    \
    }                                                                                                        \
  } while (0)
/* the error e2 at h/2 follows from e1 at h with order p (or both are round-off) */
#define CHECK_ORDER(claim, p, e1, e2)                                                                        \
  do {                                                                                                       \
    const double e1_ = (double)(e1), e2_ = (double)(e2), order_ = log2(e1_ / e2_);                           \
    if (!(order_ > (p)-0.3 || e2_ < 1e-12)) {                                                                \
      fprintf(stderr, "%s:%d: false: %s (order %g of %g, errors %g, %g)\n", __FILE__, __LINE__, claim,       \
              order_, (double)(p), e1_, e2_);                                                                \
      tess_test_failed++;                                                                                    \
    }                                                                                                        \
  } while (0)

static inline int TessTestEnd(void)
{
  int failed = tess_test_failed;

  if (MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, PETSC_COMM_WORLD))
    return 2;
  if (PetscFinalize())
    return 2;
  return failed ? 1 : 0;
}
