/* pieces.c - points of a box less other boxes: what a part has in a patch is cut into rectangles, and each
   has a Gauss grid; random points fall on rectangles by area. */
#include <petscdt.h>
#include "boxes.h"

#define MOST 32 /* points of a Gauss rule */

/* A rectangle of a part in a patch: face (2 axis + side of the domain's normal) or -1. */
typedef struct {
  PetscInt  held, outward;
  PetscReal lo[TESS_DIM_MAX], hi[TESS_DIM_MAX], area;
} Piece;

/* What a part has in the core of patch s, cut into rectangles: faces of boxes as they are, the rest by a
 * recursion over the boxes that cut it. */
static PetscErrorCode Split(TessDomain d, const Piece *whole, PetscInt from, PetscInt *n, Piece **list)
{
  const TessBoxes *s = d->shapedata;
  PetscReal        low[TESS_DIM_MAX], high[TESS_DIM_MAX];
  Piece            rest = *whole;

  PetscFunctionBegin;
  while (from < s->nbox && !TessBoxesCommon_Private(d, from, rest.lo, rest.hi, rest.held, low, high))
    from++;
  if (from == s->nbox) {
    rest.area = TessBoxesArea_Private(d->dim, rest.lo, rest.hi, rest.held);
    PetscCall(PetscRealloc((*n + 1) * sizeof(Piece), list));
    (*list)[(*n)++] = rest;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt a = 0; a < d->dim; a++) {
    if (a == rest.held)
      continue;
    for (PetscInt side = 0; side < 2; side++) {
      Piece slab = rest;

      (side ? slab.lo : slab.hi)[a] = side ? high[a] : low[a];
      if (slab.lo[a] < slab.hi[a])
        PetscCall(Split(d, &slab, from + 1, n, list));
    }
    rest.lo[a] = low[a];
    rest.hi[a] = high[a];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Pieces(TessDomain d, PetscInt s, PetscInt part, PetscInt *n, Piece **list)
{
  const TessBoxes *boxes = d->shapedata;
  const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
  Piece            one = {.held = -1};

  PetscFunctionBegin;
  *n    = 0;
  *list = NULL;
  if (part < 2 * d->dim) {
    TessDomainPartBox_Private(d, s, part, one.lo, one.hi);
    one.held    = part < 0 ? -1 : part / 2;
    one.outward = part % 2 ? 1 : -1;
    PetscCall(Split(d, &one, 0, n, list));
  }
  for (PetscInt b = 0; b < boxes->nbox && part >= 2 * d->dim; b++)
    for (PetscInt f = 0; f < 2 * d->space && boxes->part[b] == part; f++)
      if (TessBoxesFace_Private(d, b, f, lo, hi, one.lo, one.hi)) {
        one.held    = f / 2;
        one.outward = f % 2 ? -1 : 1; /* into the box */
        one.area    = TessBoxesArea_Private(d->dim, one.lo, one.hi, one.held);
        PetscCall(PetscRealloc((*n + 1) * sizeof(Piece), list));
        (*list)[(*n)++] = one;
      }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void SetNormals(TessDomain d, const Piece *piece, PetscInt from, PetscInt to, TessCloud *cloud)
{
  for (PetscInt p = from; p < to && piece->held >= 0; p++)
    cloud->normal[(size_t)piece->held * cloud->n + p] = piece->outward;
}

/* count points of the faces of boxes in patch s, by area (largest remainder: the last piece takes the rest)
 */
static PetscErrorCode DrawFaces(TessDomain d, PetscInt s, PetscInt part, PetscInt count, PetscReal share,
                                const TessBoxSampler *sampler, TessKey key, TessCloud *cloud)
{
  Piece    *list;
  PetscInt  n, at = 0;
  PetscReal all = 0, sum = 0, *x;

  PetscFunctionBegin;
  PetscCall(Pieces(d, s, part, &n, &list));
  PetscCall(TessCloudCreate_Private(d, part, count, cloud));
  PetscCall(PetscMalloc1((size_t)d->dim * count, &x));
  for (PetscInt i = 0; i < n; i++)
    all += list[i].area;
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt to = i == n - 1 ? count : (PetscInt)((sum + list[i].area) / all * count + 0.5),
                   m  = to - at;

    PetscCall(
        (*sampler->draw)(sampler->ctx, TessKeyMake(key, (uint64_t)i), d->dim, list[i].lo, list[i].hi, m, x));
    for (PetscInt a = 0; a < d->dim; a++)
      PetscCall(PetscArraycpy(cloud->x + (size_t)a * count + at, x + (size_t)a * m, m));
    for (PetscInt p = at; p < to; p++)
      cloud->share[p] = share / count;
    SetNormals(d, &list[i], at, to, cloud);
    sum += list[i].area;
    at = to;
  }
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessShapeDraw_Boxes(TessDomain d, PetscInt part, PetscInt64 N, PetscBool even,
                                   const TessBoxSampler *sampler, TessKey key, PetscInt round,
                                   TessCloud cloud[])
{
  PetscInt64 *count;
  PetscReal  *share;

  PetscFunctionBegin;
  if (part < 2 * d->dim) {
    PetscCall((*TessShapeBox_Private.draw)(d, part, N, even, sampler, key, round, cloud));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessDomainDeal_Private(d, N, part, even, &count, &share));
  for (PetscInt s = 0; s < d->nowned; s++)
    if (count[s])
      PetscCall(DrawFaces(d, s, part, (PetscInt)count[s], share[s], sampler,
                          TessKeyMake(TessKeyMake(key, (uint64_t)d->id[s]), (uint64_t)round), &cloud[s]));
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The Gauss grid of a rectangle, k points along each of its axes, from point `at` of the cloud. */
static PetscErrorCode PieceRule(TessDomain d, const Piece *piece, PetscInt k, PetscReal share, PetscInt at,
                                PetscInt n, TessCloud *cloud)
{
  PetscReal *x, *w;
  PetscInt   stride = 1;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(k, &x, k, &w));
  PetscCall(PetscDTGaussQuadrature(k, 0, 1, x, w));
  for (PetscInt p = 0; p < n; p++)
    cloud->share[at + p] = share;
  for (PetscInt a = 0; a < d->dim; a++) {
    for (PetscInt p = 0; p < n; p++) {
      const PetscInt i = p / stride % k;

      cloud->x[(size_t)a * cloud->n + at + p] =
          a == piece->held ? piece->lo[a] : piece->lo[a] + x[i] * (piece->hi[a] - piece->lo[a]);
      cloud->share[at + p] *= a == piece->held ? 1 : w[i];
    }
    stride *= a == piece->held ? 1 : k;
  }
  SetNormals(d, piece, at, at + n, cloud);
  PetscCall(PetscFree2(x, w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessShapeQuadrature_Boxes(TessDomain d, PetscInt part, PetscInt64 N, TessCloud cloud[])
{
  const PetscInt free = d->dim - (part >= 0);
  PetscInt64    *count;
  PetscReal     *share;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d->nowned, &count, d->nowned, &share));
  PetscCall(TessDomainShare(d, N, part, count, share));
  for (PetscInt s = 0; s < d->nowned; s++) {
    Piece    *list;
    PetscInt  n, k, each = 1;
    PetscReal all = 0;

    if (!(share[s] > 0))
      continue;
    PetscCall(Pieces(d, s, part, &n, &list));
    k = (PetscInt)(PetscPowReal((PetscReal)count[s] / n, 1. / PetscMax(free, 1)) + 1e-9);
    k = PetscMin(PetscMax(k, 1), MOST);
    for (PetscInt i = 0; i < free; i++)
      each *= k;
    for (PetscInt i = 0; i < n; i++)
      all += list[i].area;
    PetscCall(TessCloudCreate_Private(d, part, n * each, &cloud[s]));
    for (PetscInt i = 0; i < n; i++)
      PetscCall(PieceRule(d, &list[i], k, share[s] * list[i].area / all, i * each, each, &cloud[s]));
    PetscCall(PetscFree(list));
  }
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}
