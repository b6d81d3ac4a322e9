/* holes.c - the shape of a domain that is a box less discs or balls: what they leave of patches and faces,
   and their own surfaces, by slices (cut.c); points of patches by rejection (boxshape.c), of surfaces in
   surface.c.  All holes are known to all ranks. */
#include <petscdt.h>
#include "holes.h"

#define EXACT 30   /* points of a panel for measures */
#define TINY 1e-10 /* of a support: what is left of it does not count */

/* What a rule over space hands its points to; held: the axis of a face, which the rule does not see, or -1.
 */
typedef struct {
  PetscInt    held, space;
  PetscReal   at;
  TessCutAdd *add;
  void       *ctx;
} Lift;

static void AddLifted(void *ctx, const PetscReal x[], PetscReal weight)
{
  const Lift *l = ctx;
  PetscReal   full[3];

  for (PetscInt a = 0, k = 0; a < l->space; a++)
    full[a] = a == l->held ? l->at : x[k++];
  (*l->add)(l->ctx, full, weight);
}

/* The rule over the part of the boundary (-1 and faces of time: over space) in the box lo..hi of space, where
 * a face stands at its own coordinate. */
static PetscErrorCode SpaceRule(const TessHoles *h, const PetscReal lo[], const PetscReal hi[], PetscInt part,
                                PetscBool face, PetscInt n, PetscBool measure, TessCutAdd *add, void *ctx)
{
  const PetscInt space = h->space;
  PetscReal      low[3], high[3];
  Lift           lift = {.held = -1, .space = space, .add = add, .ctx = ctx};
  TessBall      *slice;
  PetscInt       m = 0, k = 0;

  PetscFunctionBegin;
  if (!face) {
    for (PetscInt b = 0; b < h->nball; b++)
      if (h->part[b] == part)
        PetscCall(TessCutSurface_Private(space, lo, hi, h->nball, h->ball, b, n, measure, add, ctx));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (part < 0 || part >= 2 * space) {
    PetscCall(TessCutVolume_Private(space, lo, hi, h->nball, h->ball, n, measure, add, ctx));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  lift.held = part / 2;
  lift.at   = part % 2 ? hi[part / 2] : lo[part / 2];
  for (PetscInt a = 0; a < space; a++) {
    if (a == part / 2)
      continue;
    low[k]    = lo[a];
    high[k++] = hi[a];
  }
  PetscCall(PetscMalloc1(h->nball, &slice));
  for (PetscInt b = 0; b < h->nball; b++)
    m += TessCutSlice_Private(space, &h->ball[b], part / 2, lift.at, &slice[m]);
  PetscCall(TessCutVolume_Private(space - 1, low, high, m, slice, n, measure, AddLifted, &lift));
  PetscCall(PetscFree(slice));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void AddWeight(void *ctx, const PetscReal x[], PetscReal weight)
{
  (void)x;
  *(PetscReal *)ctx += weight;
}

static PetscErrorCode SpaceMeasure(TessDomain d, const PetscReal lo[], const PetscReal hi[], PetscInt part,
                                   PetscReal *measure)
{
  const TessHoles *h     = d->shapedata;
  const PetscBool  axial = (PetscBool)(part < 2 * d->dim), time = (PetscBool)(d->dim > d->space);

  PetscFunctionBegin;
  *measure = 0;
  PetscCall(SpaceRule(h, lo, hi, part, axial, EXACT, PETSC_TRUE, AddWeight, measure));
  if (time && part / 2 != d->space)
    *measure *= hi[d->space] - lo[d->space];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeMeasure_Holes(TessDomain d, PetscReal measure[])
{
  PetscFunctionBegin;
  for (PetscInt part = -1; part < d->npart; part++)
    PetscCall(SpaceMeasure(d, d->lo, d->hi, part, &measure[1 + part]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeThere_Holes(TessDomain d, PetscInt n, const PetscInt64 id[], PetscReal there[])
{
  const TessHoles *h = d->shapedata;
  PetscReal       *box;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(4 * d->dim, &box));
  for (PetscInt i = 0; i < n; i++) {
    PetscReal lo[3], hi[3], whole = 1, left = 0;

    TessDomainBox_Private(d, id[i], box);
    for (PetscInt a = 0; a < d->space; a++) {
      lo[a] = box[a] - box[2 * d->dim + a] / 2;
      hi[a] = box[d->dim + a] + box[3 * d->dim + a] / 2;
      whole *= hi[a] - lo[a];
    }
    PetscCall(SpaceRule(h, lo, hi, -1, PETSC_TRUE, EXACT, PETSC_TRUE, AddWeight, &left));
    there[i] = left > TINY * whole ? left : 0;
  }
  PetscCall(PetscFree(box));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeShare_Holes(TessDomain d, PetscInt s, PetscInt part, PetscReal *share)
{
  const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
  const PetscInt   a = part / 2;

  PetscFunctionBegin;
  *share = 0;
  if (part >= 0 && part < 2 * d->dim && (part % 2 ? hi[a] != d->hi[a] : lo[a] != d->lo[a]))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SpaceMeasure(d, lo, hi, part, share));
  *share = d->measure[1 + part] > 0 ? *share / d->measure[1 + part] : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeInside_Holes(TessDomain d, PetscInt s, PetscInt n, const PetscReal x[],
                                        PetscBool in[])
{
  const TessHoles *h = d->shapedata;

  PetscFunctionBegin;
  (void)s;
  for (PetscInt p = 0; p < n; p++) {
    in[p] = PETSC_TRUE;
    for (PetscInt b = 0; b < h->nball; b++) {
      PetscReal square = 0;

      for (PetscInt a = 0; a < d->space; a++)
        square += PetscSqr(x[(size_t)a * n + p] - h->ball[b].c[a]);
      in[p] = (PetscBool)(in[p] && square >= PetscSqr(h->ball[b].r * (1 - 1e-12)));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Points of a rule over space [n][3] and their weights. */
typedef struct {
  PetscInt   n, room;
  PetscReal *x, *w;
} List;

static void AddPoint(void *ctx, const PetscReal x[], PetscReal weight)
{
  List *l = ctx;

  if (l->n < l->room) {
    for (PetscInt a = 0; a < 3; a++)
      l->x[3 * l->n + a] = x[a];
    l->w[l->n] = weight;
  }
  l->n++;
}

/* A rule over space times one of k points over time, as the cloud of patch s, weights summing to share. */
static PetscErrorCode Product(TessDomain d, PetscInt s, PetscInt part, const List *list, PetscInt k,
                              PetscReal share, TessCloud *cloud)
{
  const TessHoles *h   = d->shapedata;
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
  const PetscInt   dim = d->dim, space = d->space, n = list->n * k;
  PetscReal       *t, *w, sum                        = 0;

  PetscFunctionBegin;
  PetscCall(TessCloudCreate_Private(d, part, n, cloud));
  PetscCall(PetscMalloc2(k, &t, k, &w));
  w[0] = 1;
  t[0] = dim > space ? box[part % 2 ? dim + space : space] : 0;
  if (dim > space && part / 2 != space)
    PetscCall(PetscDTGaussQuadrature(k, box[space], box[dim + space], t, w));
  for (PetscInt p = 0; p < n; p++) {
    const PetscReal *x = list->x + 3 * (p % list->n);

    for (PetscInt a = 0; a < dim; a++)
      cloud->x[(size_t)a * n + p] = a < space ? x[a] : t[p / list->n];
    cloud->share[p] = list->w[p % list->n] * w[p / list->n];
    sum += cloud->share[p];
    if (part >= 0 && part < 2 * dim)
      cloud->normal[(size_t)(part / 2) * n + p] = part % 2 ? 1 : -1;
    for (PetscInt b = 0; b < h->nball && part >= 2 * dim; b++) { /* of the nearest surface */
      PetscReal square = 0;

      for (PetscInt a = 0; a < space; a++)
        square += PetscSqr(x[a] - h->ball[b].c[a]);
      if (h->part[b] == part && PetscAbsReal(PetscSqrtReal(square) - h->ball[b].r) < 1e-8 * h->ball[b].r)
        for (PetscInt a = 0; a < space; a++)
          cloud->normal[(size_t)a * n + p] = (h->ball[b].c[a] - x[a]) / h->ball[b].r;
    }
  }
  for (PetscInt p = 0; p < n; p++)
    cloud->share[p] *= share / sum;
  PetscCall(PetscFree2(t, w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeQuadrature_Holes(TessDomain d, PetscInt part, PetscInt64 N, TessCloud cloud[])
{
  const TessHoles *h    = d->shapedata;
  const PetscBool  face = (PetscBool)(part < 2 * d->dim),
                  time  = (PetscBool)(d->dim > d->space && part / 2 != d->space);
  const PetscInt free   = d->dim - (part >= 0);
  PetscInt64    *count;
  PetscReal     *share;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d->nowned, &count, d->nowned, &share));
  PetscCall(TessDomainShare(d, N, part, count, share));
  for (PetscInt s = 0; s < d->nowned; s++) {
    const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
    const PetscInt   k    = free ? (PetscInt)PetscPowReal((PetscReal)count[s], 1. / free) : 1;
    List             list = {0, 0, NULL, NULL};
    PetscReal        box  = 1;

    if (!(share[s] > 0))
      continue;
    for (PetscInt a = 0; a < d->dim; a++)
      box *= part >= 0 && a == part / 2 ? 1 : hi[a] - lo[a];
    if (face && share[s] * d->measure[1 + part] > box * (1 - 1e-12)) {
      PetscCall(TessDomainGaussGrid_Private(d, s, part, count[s], share[s], &cloud[s]));
      continue;
    }
    for (PetscInt pass = 0; pass < 2; pass++) { /* count, then fill */
      list.room = list.n;
      list.n    = 0;
      if (pass)
        PetscCall(PetscMalloc2(3 * list.room, &list.x, list.room, &list.w));
      PetscCall(SpaceRule(h, lo, hi, part, face, PetscMin(PetscMax(k, d->space == 2 ? 12 : 6), EXACT),
                          PETSC_FALSE, AddPoint, &list));
    }
    PetscCall(Product(d, s, part, &list, time ? PetscMax(k, 4) : 1, share[s], &cloud[s]));
    PetscCall(PetscFree2(list.x, list.w));
  }
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeDestroy_Holes(TessDomain d)
{
  TessHoles *h = d->shapedata;

  PetscFunctionBegin;
  PetscCall(PetscFree2(h->ball, h->part));
  PetscCall(PetscFree(d->shapedata));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TessShapeOps TessShapeHoles_Private = {.measure    = ShapeMeasure_Holes,
                                             .there      = ShapeThere_Holes,
                                             .share      = ShapeShare_Holes,
                                             .draw       = TessShapeDraw_Holes,
                                             .quadrature = ShapeQuadrature_Holes,
                                             .inside     = ShapeInside_Holes,
                                             .destroy    = ShapeDestroy_Holes};
