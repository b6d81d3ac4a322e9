/* wolfe.c - line search by bracketing and secants on the derivative.  A trial ends it by the conditions of
   Wolfe, f <= f0 + 1e-4 t slope and derivative >= 0.9 slope, or where f shows only noise by the approximate
   ones of Hager & Zhang (SIAM J. Optim. 16 (2005) 170-192): f <= best + noise and 0.9 slope <= derivative <=
   -0.8 slope, which ask the gradient, not f, whether the step was good. */
#include "quasinewton.h"

#define TRIALS 24

/* One end of the bracket: where, f and its derivative there. */
typedef struct {
  PetscReal t, f, d;
} End;

static PetscErrorCode Trial(Tao tao, QuasiNewton *qn, PetscReal t, End *e)
{
  PetscScalar d;

  PetscFunctionBegin;
  e->t = t;
  PetscCall(VecWAXPY(qn->x, t, tao->stepdirection, tao->solution));
  PetscCall(TaoComputeObjectiveAndGradient(tao, qn->x, &e->f, qn->g));
  PetscCall(VecDot(qn->g, tao->stepdirection, &d));
  e->d = d;
  if (PetscIsInfOrNanReal(e->f) || PetscIsInfOrNanReal(e->d))
    e->f = e->d = PETSC_INFINITY;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The next trial: where the secant of the derivative, or the parabola of f, is stationary; well inside the
   bracket, or well beyond its lower end where there is no upper one. */
static PetscReal Next(const End *before, const End *lo, const End *hi)
{
  const PetscReal w = hi->t - lo->t;
  PetscReal       t;

  if (w == PETSC_INFINITY) {
    t = lo->t + (lo->t - before->t) * lo->d / (before->d - lo->d);
    return lo->d > before->d && t < 10 * lo->t ? PetscMax(t, 2 * lo->t) : 10 * lo->t;
  }
  if (hi->f == PETSC_INFINITY)
    return lo->t + 0.1 * w;
  if (hi->d > 0)
    t = lo->t - lo->d * w / (hi->d - lo->d);
  else
    t = lo->t - 0.5 * lo->d * w * w / (hi->f - lo->f - lo->d * w);
  return PetscMin(PetscMax(t, lo->t + 0.1 * w), hi->t - 0.1 * w); /* a NaN becomes an end */
}

PetscErrorCode TessSearchWolfe(Tao tao, QuasiNewton *qn, PetscReal slope, PetscReal *t, PetscReal *f,
                               PetscReal *end, PetscBool *wolfe, PetscReal *noise)
{
  const PetscReal allowed = qn->best + qn->noise * PetscAbsReal(qn->best);
  End             e, before, lo = {0, qn->f, slope}, hi = {PETSC_INFINITY, 0, 0};

  PetscFunctionBegin;
  *wolfe = PETSC_FALSE;
  *noise = 0;
  before = lo;
  for (PetscInt k = 0; k < TRIALS && !*wolfe; k++) {
    PetscCall(Trial(tao, qn, *t, &e));
    if (e.f < PETSC_INFINITY)
      *noise = PetscAbsReal(e.f - qn->f - *t * slope);
    if (!(e.f < qn->f + 1e-4 * *t * slope) && !(e.f <= allowed && e.d <= -0.8 * slope))
      hi = e;
    else if (e.d < 0.9 * slope) {
      before = lo;
      lo     = e;
    } else
      *wolfe = PETSC_TRUE;
    *t = Next(&before, &lo, &hi);
  }
  if (!*wolfe && lo.t > 0 && lo.f < qn->f)
    PetscCall(Trial(tao, qn, lo.t, &e));
  else if (!*wolfe)
    e.t = 0;
  *t   = e.t;
  *f   = e.f;
  *end = e.d;
  PetscFunctionReturn(PETSC_SUCCESS);
}
