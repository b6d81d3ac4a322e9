/* surface.c - random points on the surfaces of holes: of circles along their arcs, of spheres uniform in
   height and angle (Archimedes), those outside the core of the patch rejected. */
#include "holes.h"

/* A stretch of a surface: an arc of ball b (angles from..to), or a zone of a sphere (heights). */
typedef struct {
  PetscInt  b;
  PetscReal from, to, length;
} Stretch;

/* The stretches of a part in the core of patch s; PetscFree them.  *length: of all together. */
static PetscErrorCode Stretches(TessDomain d, PetscInt s, PetscInt part, PetscInt *n, Stretch **list,
                                PetscReal *length)
{
  const TessHoles *h  = d->shapedata;
  const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
  PetscReal       *ends;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(h->nball * (8 + 2 * h->nball), list));
  PetscCall(PetscMalloc1(2 * (16 + 4 * h->nball), &ends));
  *n      = 0;
  *length = 0;
  for (PetscInt b = 0; b < h->nball; b++) {
    const TessBall *ball = &h->ball[b];
    PetscInt        m    = 1;

    if (h->part[b] != part || !TessCutMeets_Private(d->space, lo, hi, ball))
      continue;
    ends[0] = PetscMax(lo[d->space - 1], ball->c[d->space - 1] - ball->r);
    ends[1] = PetscMin(hi[d->space - 1], ball->c[d->space - 1] + ball->r);
    if (d->space == 2)
      m = TessCutArcs_Private(lo, hi, h->nball, h->ball, b, ends);
    for (PetscInt i = 0; i < m; i++) {
      const PetscReal from = ends[2 * i], to = ends[2 * i + 1], scale = d->space == 2 ? ball->r : 1;

      (*list)[(*n)++] = (Stretch){
          .b = b, .from = from, .to = to, .length = scale * (to - from) * (d->space == 2 ? 1 : ball->r)};
      *length += (*list)[*n - 1].length;
    }
  }
  PetscCall(PetscFree(ends));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Point p of m drawn u [.][m], to x and normal [dim]; false if it lies outside the core of patch s. */
static PetscBool OnSurface(TessDomain d, PetscInt s, PetscInt n, const Stretch list[], const PetscReal u[],
                           PetscInt m, PetscInt p, PetscReal x[], PetscReal normal[])
{
  const TessHoles *h  = d->shapedata;
  const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
  const PetscInt   space = d->space;
  PetscReal        at = u[p], angle, flat = 1;
  PetscInt         i  = 0;
  PetscBool        in = PETSC_TRUE;

  while (i < n - 1 && at > list[i].length)
    at -= list[i++].length;
  const TessBall *ball = &h->ball[list[i].b];
  const PetscReal z    = list[i].from + (list[i].to - list[i].from) * PetscMin(at / list[i].length, 1);

  angle = space == 2 ? z : u[m + p];
  if (space == 3) {
    normal[2] = -(z - ball->c[2]) / ball->r;
    flat      = PetscSqrtReal(PetscMax(1 - normal[2] * normal[2], 0));
  }
  normal[0] = -flat * PetscCosReal(angle);
  normal[1] = -flat * PetscSinReal(angle);
  for (PetscInt a = 0; a < space; a++) {
    x[a] = ball->c[a] - ball->r * normal[a];
    if (space == 2)
      x[a] = PetscMin(PetscMax(x[a], lo[a]), hi[a]);
    in = (PetscBool)(in && x[a] >= lo[a] && x[a] <= hi[a]);
  }
  if (d->dim > space) {
    x[space]      = u[(size_t)(space - 1) * m + p];
    normal[space] = 0;
  }
  return in;
}

/* n points of the surface in patch s, into its cloud; `fill` is the part of the zones that lies in the core.
 */
static PetscErrorCode DrawSurface(TessDomain d, PetscInt s, PetscInt part, PetscInt n, PetscReal share,
                                  const TessBoxSampler *sampler, TessKey key, TessCloud *cloud)
{
  const PetscInt   dim = d->dim, space = d->space, axes = dim - 1;
  const PetscReal *box   = d->box + (size_t)s * 4 * dim;
  PetscReal        lo[3] = {0, 0, 0}, hi[3] = {0, 2 * PETSC_PI, 0}, fill = 1, *u, x[4], normal[4];
  PetscInt         nlist = 0, m = n, found = 0;
  Stretch         *list;

  PetscFunctionBegin;
  PetscCall(Stretches(d, s, part, &nlist, &list, &hi[0]));
  if (dim > space) {
    lo[space - 1] = box[space];
    hi[space - 1] = box[dim + space];
  }
  if (space == 3) {
    fill = share * d->measure[1 + part] / (2 * PETSC_PI * hi[0] * (dim > space ? hi[2] - lo[2] : 1));
    m    = (PetscInt)PetscMin(n / PetscMax(fill, 1e-7) + 8, 1e8);
  }
  PetscCall(TessCloudCreate_Private(d, part, n, cloud));
  for (; found < n && m < 200000000; m *= 2) {
    PetscCall(PetscMalloc1((size_t)axes * m, &u));
    PetscCall((*sampler->draw)(sampler->ctx, key, axes, lo, hi, m, u));
    found = 0;
    for (PetscInt p = 0; p < m && found < n; p++) {
      if (!OnSurface(d, s, nlist, list, u, m, p, x, normal))
        continue;
      for (PetscInt a = 0; a < dim; a++) {
        cloud->x[(size_t)a * n + found]      = x[a];
        cloud->normal[(size_t)a * n + found] = normal[a];
      }
      cloud->share[found++] = share / n;
    }
    PetscCall(PetscFree(u));
  }
  PetscCheck(found == n, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt64_FMT " has next to nothing of part %" PetscInt_FMT, d->id[s], part);
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessShapeDraw_Holes(TessDomain d, PetscInt part, PetscInt64 N, PetscBool even,
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
  for (PetscInt s = 0; s < d->nowned; s++) {
    const TessKey  own = TessKeyMake(TessKeyMake(key, (uint64_t)d->id[s]), (uint64_t)round);
    const PetscInt n   = (PetscInt)count[s];

    if (n)
      PetscCall(DrawSurface(d, s, part, n, share[s], sampler, own, &cloud[s]));
  }
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}
