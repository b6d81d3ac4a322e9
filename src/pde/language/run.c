/* run.c - the interpreter: one loop over the points for each instruction.  Compiled for this machine
   (-march), or twice and chosen at run time. */
#include "tape.h"

#define EACH(value)                                                                                          \
  _Pragma("GCC ivdep") for (PetscInt p = 0; p < m; p++) y[p] = (value);                                      \
  break

/* y may be one of the operands: every point is read before it is written */
static inline __attribute__((always_inline)) void Run(PetscInt n, const TapeCode code[],
                                                      PetscReal *const place[], PetscInt m)
{
  for (PetscInt i = 0; i < n; i++) {
    const PetscReal *a = place[code[i].from[0]], *b = place[code[i].from[1]], *c = place[code[i].from[2]];
    const PetscReal  k1 = code[i].k1, k2 = code[i].k2;
    PetscReal       *y = place[code[i].to];

    switch (code[i].op) {
    case TAPE_FILL:
      EACH(k1);
    case TAPE_LINEAR:
      EACH(k1 + k2 * a[p]);
    case TAPE_ADD:
      EACH(k1 * a[p] + k2 * b[p]);
    case TAPE_MUL:
      EACH(a[p] * b[p]);
    case TAPE_ADDMUL:
      EACH(k1 * a[p] + k2 * (b[p] * c[p]));
    case TAPE_DIV:
      EACH(a[p] / b[p]);
    case TAPE_RECIPROCAL:
      EACH(k1 / a[p]);
    case TAPE_SQRT:
      EACH(PetscSqrtReal(a[p]));
    case TAPE_FUNCTION + OP_ABS:
      EACH(PetscAbsReal(a[p]));
    case TAPE_FUNCTION + OP_SIGN:
      EACH((PetscReal)(a[p] > 0) - (PetscReal)(a[p] < 0));
    case TAPE_FUNCTION + OP_STEP:
      EACH(a[p] >= 0 ? (PetscReal)1 : 0);
    case TAPE_FUNCTION + OP_MIN:
      EACH(a[p] < b[p] ? a[p] : b[p]);
    case TAPE_FUNCTION + OP_MAX:
      EACH(a[p] > b[p] ? a[p] : b[p]);
    case TAPE_FUNCTION + OP_LT:
      EACH(a[p] < b[p] ? (PetscReal)1 : 0);
    case TAPE_FUNCTION + OP_LE:
      EACH(a[p] <= b[p] ? (PetscReal)1 : 0);
    case TAPE_FUNCTION + OP_EQ:
      EACH(a[p] == b[p] ? (PetscReal)1 : 0);
    case TAPE_FUNCTION + OP_IF:
      EACH(a[p] != 0 ? b[p] : c[p]);
    default:
      TessVectorApply((TessOp)(code[i].op - TAPE_FUNCTION), m, a, b, y);
    }
  }
}

#if defined(__x86_64__) && !defined(__AVX2__)
__attribute__((target("avx2,fma"))) static void RunAVX2(PetscInt n, const TapeCode code[],
                                                        PetscReal *const place[], PetscInt m)
{
  Run(n, code, place, m);
}

void TessTapeRun(PetscInt n, const TapeCode code[], PetscReal *const place[], PetscInt m)
{
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    RunAVX2(n, code, place, m);
  else
    Run(n, code, place, m);
}
#else
void TessTapeRun(PetscInt n, const TapeCode code[], PetscReal *const place[], PetscInt m)
{
  Run(n, code, place, m);
}
#endif
