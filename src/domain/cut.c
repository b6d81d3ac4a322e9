/* cut.c - see cut.h. */
#include <petscdt.h>
#include "cut.h"

typedef struct {
  PetscInt         n; /* points of a panel */
  PetscBool        measure;
  const PetscReal *t, *w; /* [n] Gauss rule on [0, 1] */
  const PetscReal *lo, *hi;
  TessCutAdd      *add;
  void            *ctx;
  PetscReal        x[3];
} Cut;

PetscBool TessCutMeets_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[], const TessBall *b)
{
  PetscReal square = 0;

  for (PetscInt a = 0; a < dim; a++)
    square += PetscSqr(PetscMax(PetscMax(lo[a] - b->c[a], b->c[a] - hi[a]), 0));
  return (PetscBool)(square < b->r * b->r);
}

PetscBool TessCutSlice_Private(PetscInt dim, const TessBall *b, PetscInt axis, PetscReal at, TessBall *slice)
{
  const PetscReal square = b->r * b->r - PetscSqr(at - b->c[axis]);

  for (PetscInt a = 0, k = 0; a < dim; a++)
    if (a != axis)
      slice->c[k++] = b->c[a];
  slice->r = square > 0 ? PetscSqrtReal(square) : 0;
  return (PetscBool)(square > 0);
}

/* The coordinates along the last axis of [dim] where slices change: of one ball, its ends and where it passes
 * walls and edges. */
static PetscInt BallBreaks(PetscInt dim, const PetscReal lo[], const PetscReal hi[], const TessBall *b,
                           PetscReal at[])
{
  const PetscInt last = dim - 1, corners = dim == 3 ? 9 : 3; /* each other axis: free, at lo, at hi */
  PetscInt       n = 0;

  for (PetscInt corner = 0; corner < corners; corner++) {
    PetscReal square = b->r * b->r;

    for (PetscInt a = 0, rest = corner; a < last; a++, rest /= 3)
      if (rest % 3)
        square -= PetscSqr((rest % 3 == 1 ? lo[a] : hi[a]) - b->c[a]);
    if (!(square > 0))
      continue;
    at[n++] = b->c[last] - PetscSqrtReal(square);
    at[n++] = b->c[last] + PetscSqrtReal(square);
  }
  return n;
}

/* The two points where two circles meet; false if they do not. */
static PetscBool Meet(const TessBall *a, const TessBall *b, PetscReal p[4])
{
  const PetscReal dx = b->c[0] - a->c[0], dy = b->c[1] - a->c[1], d = PetscSqrtReal(dx * dx + dy * dy);
  PetscReal       along, across;

  if (d >= a->r + b->r || d <= PetscAbsReal(a->r - b->r))
    return PETSC_FALSE;
  along  = (d * d + a->r * a->r - b->r * b->r) / (2 * d);
  across = PetscSqrtReal(PetscMax(a->r * a->r - along * along, 0));
  for (PetscInt k = 0; k < 2; k++) {
    p[2 * k]     = a->c[0] + (along * dx - (k ? -across : across) * dy) / d;
    p[2 * k + 1] = a->c[1] + (along * dy + (k ? -across : across) * dx) / d;
  }
  return PETSC_TRUE;
}

/* Sorts the n breaks between lo and hi and puts these at the ends; returns the number of panels. */
static PetscErrorCode Panels(PetscReal lo, PetscReal hi, PetscInt n, PetscReal at[], PetscInt *npanel)
{
  PetscInt m = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    at[i] = PetscMin(PetscMax(at[i], lo), hi);
  at[n]     = lo;
  at[n + 1] = hi;
  PetscCall(PetscSortReal(n + 2, at));
  for (PetscInt i = 1; i < n + 2; i++)
    if (at[i] - at[m] > 1e-13 * (hi - lo))
      at[++m] = at[i];
  at[m]   = hi;
  *npanel = m;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Point i of a rule on [a, b]: coordinate, and times its weight. */
static PetscReal Rule(const Cut *c, PetscInt i, PetscReal a, PetscReal b, PetscBool smooth, PetscReal *weight)
{
  const PetscReal t = c->t[i], s = smooth ? t * t * (3 - 2 * t) : t;

  *weight *= (b - a) * c->w[i] * (smooth ? 6 * t * (1 - t) : 1);
  return a + (b - a) * s;
}

/* The interval of axis 0 less the balls there. */
static PetscErrorCode Intervals(Cut *c, PetscReal weight, PetscInt nball, const TessBall ball[])
{
  PetscReal *end, at = c->lo[0];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(2 * nball + 2, &end));
  for (PetscInt k = 0; k < nball; k++) { /* by lower ends */
    PetscInt i = k;

    for (; i > 0 && end[2 * i - 2] > ball[k].c[0] - ball[k].r; i--) {
      end[2 * i]     = end[2 * i - 2];
      end[2 * i + 1] = end[2 * i - 1];
    }
    end[2 * i]     = ball[k].c[0] - ball[k].r;
    end[2 * i + 1] = ball[k].c[0] + ball[k].r;
  }
  for (PetscInt k = 0; k <= nball; k++) {
    const PetscReal to = k < nball ? PetscMin(end[2 * k], c->hi[0]) : c->hi[0];

    for (PetscInt i = 0; i < c->n && to > at && !c->measure; i++) {
      PetscReal w = weight;

      c->x[0] = Rule(c, i, at, to, PETSC_FALSE, &w);
      (*c->add)(c->ctx, c->x, w);
    }
    if (to > at && c->measure)
      (*c->add)(c->ctx, c->x, weight * (to - at));
    if (k < nball)
      at = PetscMax(at, end[2 * k + 1]);
  }
  PetscCall(PetscFree(end));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Volume(Cut *c, PetscInt dim, PetscReal weight, PetscInt nball, const TessBall ball[])
{
  const PetscInt last = dim - 1;
  PetscInt       m = 0, n = 0, npanel;
  TessBall      *near, *slice;
  PetscReal     *at, p[4];

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(nball, &near, nball, &slice, nball * (18 + 2 * nball) + 2, &at));
  for (PetscInt k = 0; k < nball; k++)
    if (TessCutMeets_Private(dim, c->lo, c->hi, &ball[k]))
      near[m++] = ball[k];
  for (PetscInt k = 0; k < m && dim > 1; k++) {
    n += BallBreaks(dim, c->lo, c->hi, &near[k], at + n);
    for (PetscInt j = 0; j < k && dim == 2; j++)
      if (Meet(&near[j], &near[k], p)) {
        at[n++] = p[1];
        at[n++] = p[3];
      }
  }
  if (dim == 1)
    PetscCall(Intervals(c, weight, m, near));
  else
    PetscCall(Panels(c->lo[last], c->hi[last], n, at, &npanel));
  for (PetscInt i = 0; dim > 1 && i < npanel * c->n; i++) {
    PetscReal w      = weight;
    PetscInt  nslice = 0;

    c->x[last] = Rule(c, i % c->n, at[i / c->n], at[i / c->n + 1], (PetscBool)(m > 0), &w);
    for (PetscInt k = 0; k < m; k++)
      nslice += TessCutSlice_Private(dim, &near[k], last, c->x[last], &slice[nslice]);
    PetscCall(Volume(c, last, w, nslice, slice));
  }
  PetscCall(PetscFree3(near, slice, at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Begin(Cut *c, const PetscReal lo[], const PetscReal hi[], PetscInt n, PetscBool measure,
                            TessCutAdd *add, void *ctx)
{
  PetscReal *rule;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(2 * n, &rule));
  PetscCall(PetscDTGaussQuadrature(n, 0, 1, rule, rule + n));
  *c =
      (Cut){.n = n, .measure = measure, .t = rule, .w = rule + n, .lo = lo, .hi = hi, .add = add, .ctx = ctx};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessCutVolume_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[], PetscInt nball,
                                     const TessBall ball[], PetscInt n, PetscBool measure, TessCutAdd *add,
                                     void *ctx)
{
  Cut c;

  PetscFunctionBegin;
  PetscCall(Begin(&c, lo, hi, n, measure, add, ctx));
  if (dim)
    PetscCall(Volume(&c, dim, 1, nball, ball));
  else
    (*add)(ctx, c.x, 1);
  PetscCall(PetscFree(c.t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TessCutArcs_Private(const PetscReal lo[], const PetscReal hi[], PetscInt nball,
                             const TessBall ball[], PetscInt k, PetscReal ends[])
{
  const TessBall *b = &ball[k];
  PetscReal       p[4], *at = ends + 2 * (8 + 2 * nball); /* breaks, behind the arcs */
  PetscInt        n = 0, m = 0;

  for (PetscInt side = 0; side < 4; side++) {
    const PetscReal h    = ((side & 1 ? hi : lo)[side / 2] - b->c[side / 2]) / b->r;
    const PetscReal half = PetscAbsReal(h) < 1 ? PetscAcosReal(h) : 0, mid = side / 2 ? PETSC_PI / 2 : 0;

    if (!(PetscAbsReal(h) < 1))
      continue;
    at[n++] = mid - half;
    at[n++] = mid + half;
  }
  for (PetscInt j = 0; j < nball; j++)
    for (PetscInt i = 0; j != k && i < 2 && Meet(b, &ball[j], p); i++)
      at[n++] = PetscAtan2Real(p[2 * i + 1] - b->c[1], p[2 * i] - b->c[0]);
  if (!n)
    at[n++] = 0;
  for (PetscInt i = 0; i < n; i++)
    at[i] -= 2 * PETSC_PI * PetscFloorReal(at[i] / (2 * PETSC_PI));
  (void)PetscSortReal(n, at);
  at[n] = at[0] + 2 * PETSC_PI;
  for (PetscInt i = 0; i < n; i++) {
    const PetscReal from = at[i], to = at[i + 1], mid = (from + to) / 2;
    const PetscReal x[2] = {b->c[0] + b->r * PetscCosReal(mid), b->c[1] + b->r * PetscSinReal(mid)};
    PetscBool in = (PetscBool)(to > from && x[0] > lo[0] && x[0] < hi[0] && x[1] > lo[1] && x[1] < hi[1]);

    for (PetscInt j = 0; j < nball; j++)
      in = (PetscBool)(in && (j == k || PetscSqr(x[0] - ball[j].c[0]) + PetscSqr(x[1] - ball[j].c[1]) >
                                            PetscSqr(ball[j].r)));
    if (in) {
      ends[2 * m]     = from;
      ends[2 * m + 1] = to;
      m++;
    }
  }
  return m;
}

/* The arcs of a circle in a plane, weight a radian. */
static PetscErrorCode Arcs(Cut *c, PetscReal weight, PetscInt nball, const TessBall ball[], PetscInt k)
{
  PetscReal *ends;
  PetscInt   m;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(2 * (16 + 4 * nball), &ends));
  m = TessCutArcs_Private(c->lo, c->hi, nball, ball, k, ends);
  for (PetscInt i = 0; i < m * (c->measure ? 1 : c->n); i++) {
    const PetscReal *end = ends + 2 * (c->measure ? i : i / c->n);
    PetscReal        w = weight, angle = end[0];

    if (c->measure)
      w *= end[1] - end[0];
    else
      angle = Rule(c, i % c->n, end[0], end[1], PETSC_FALSE, &w);
    c->x[0] = ball[k].c[0] + ball[k].r * PetscCosReal(angle);
    c->x[1] = ball[k].c[1] + ball[k].r * PetscSinReal(angle);
    (*c->add)(c->ctx, c->x, w);
  }
  PetscCall(PetscFree(ends));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessCutSurface_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                                      PetscInt nball, const TessBall ball[], PetscInt k, PetscInt n,
                                      PetscBool measure, TessCutAdd *add, void *ctx)
{
  PetscReal at[20];
  PetscInt  nbreak, npanel;
  TessBall  circle;
  Cut       c;

  PetscFunctionBegin;
  PetscCall(Begin(&c, lo, hi, n, measure, add, ctx));
  if (dim == 2)
    PetscCall(Arcs(&c, ball[k].r, nball, ball, k));
  if (dim == 3 && TessCutMeets_Private(3, lo, hi, &ball[k])) { /* r dz dphi (Archimedes) */
    nbreak = BallBreaks(3, lo, hi, &ball[k], at);
    PetscCall(Panels(PetscMax(lo[2], ball[k].c[2] - ball[k].r), PetscMin(hi[2], ball[k].c[2] + ball[k].r),
                     nbreak, at, &npanel));
    for (PetscInt i = 0; i < npanel * n; i++) {
      PetscReal w = ball[k].r;

      c.x[2] = Rule(&c, i % n, at[i / n], at[i / n + 1], PETSC_TRUE, &w);
      if (TessCutSlice_Private(3, &ball[k], 2, c.x[2], &circle))
        PetscCall(Arcs(&c, w, 1, &circle, 0));
    }
  }
  PetscCall(PetscFree(c.t));
  PetscFunctionReturn(PETSC_SUCCESS);
}
