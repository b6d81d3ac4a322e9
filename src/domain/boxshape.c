/* boxshape.c - the shape of a domain that is the whole box: points of its patches and faces are points of
   boxes.  Points that lie in holes (ops.inside) are left out, which is all that most parts of a box with
   holes ask. */
#include <petscdt.h>
#include "domainimpl.h"

#define PANEL                                                                                                \
  32 /* points of a Gauss rule at most: its points cost their square, and long axes take several */

static PetscErrorCode ShapeMeasure_Box(TessDomain d, PetscReal measure[])
{
  PetscFunctionBegin;
  for (PetscInt part = -1; part < 2 * d->dim; part++) {
    measure[1 + part] = 1;
    for (PetscInt a = 0; a < d->dim; a++)
      if (part < 0 || a != part / 2)
        measure[1 + part] *= d->hi[a] - d->lo[a];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Exact for uniform parts, so that equal patches have equal remainders. */
static PetscErrorCode ShapeShare_Box(TessDomain d, PetscInt s, PetscInt part, PetscReal *share)
{
  PetscInt64 id = d->id[s];

  PetscFunctionBegin;
  *share = 1;
  for (PetscInt i = 0; i < d->dim; i++) {
    const PetscInt   n = d->parts[i], at = (PetscInt)(id % n);
    const PetscReal *e = d->edges[i];

    id /= n;
    if (part >= 0 && i == part / 2)
      *share *= at == (part % 2 ? n - 1 : 0) ? 1 : 0;
    else
      *share *= d->uniform[i] ? 1. / n : (e[at + 1] - e[at]) / (d->hi[i] - d->lo[i]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TessDomainPartBox_Private(TessDomain d, PetscInt s, PetscInt part, PetscReal lo[], PetscReal hi[])
{
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;

  for (PetscInt a = 0; a < d->dim; a++) {
    lo[a] = part == 2 * a + 1 ? box[d->dim + a] : box[a];
    hi[a] = part == 2 * a ? box[a] : box[d->dim + a];
  }
}

/* Of points x [dim][m] those inside, to the front; returns how many there are. */
static PetscErrorCode KeepInside(TessDomain d, PetscInt s, PetscInt m, PetscReal x[], PetscInt *n)
{
  PetscBool *in;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(PetscMalloc1(m, &in));
  PetscCall((*d->shape->inside)(d, s, m, x, in));
  for (PetscInt p = 0; p < m; p++)
    *n += in[p];
  for (PetscInt a = 0, to = 0; a < d->dim; a++)
    for (PetscInt p = 0; p < m; p++)
      if (in[p])
        x[to++] = x[(size_t)a * m + p];
  PetscCall(PetscFree(in));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* *n points of the box lo..hi inside the domain, of which they fill a part `fill`, x the caller's to free; of
 * a sampler whose points count as a whole, as many as fall inside. */
static PetscErrorCode Fill(TessDomain d, PetscInt s, const TessBoxSampler *sampler, TessKey key,
                           const PetscReal lo[], const PetscReal hi[], PetscReal fill, PetscInt *n,
                           PetscReal **x)
{
  const PetscInt want = *n;
  PetscInt       m    = want;

  PetscFunctionBegin;
  if (fill < 1 - 1e-12 && d->shape->inside)
    m = (PetscInt)PetscMin(want / PetscMax(fill, 1e-7) + (sampler->whole ? 0.5 : 8), 1e8);
  for (PetscInt found = 0;; m *= 2) {
    PetscCall(PetscMalloc1((size_t)d->dim * m, x));
    PetscCall((*sampler->draw)(sampler->ctx, key, d->dim, lo, hi, m, *x));
    if (m == want && fill >= 1 - 1e-12)
      break;
    PetscCall(KeepInside(d, s, m, *x, &found));
    *n = sampler->whole || m > 100000000 ? PetscMin(found, m) : want;
    if (found >= *n) {
      for (PetscInt a = 1; a < d->dim; a++)
        PetscCall(PetscArraymove(*x + (size_t)a * *n, *x + (size_t)a * found, *n));
      break;
    }
    PetscCall(PetscFree(*x));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How full a box of the domain is: its share of a part over that of the box alone. */
static PetscErrorCode Fullness(TessDomain d, PetscInt s, PetscInt part, const PetscReal lo[],
                               const PetscReal hi[], PetscReal share, PetscReal *fill)
{
  PetscReal box = 1;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < d->dim; a++)
    box *= part >= 0 && a == part / 2 ? 1 : hi[a] - lo[a];
  *fill = d->shape->inside ? share * d->measure[1 + part] / box : 1;
  (void)s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeDraw_Box(TessDomain d, PetscInt part, PetscInt64 N, PetscBool even,
                                    const TessBoxSampler *sampler, TessKey key, PetscInt round,
                                    TessCloud cloud[])
{
  PetscInt64 *count;
  PetscReal  *share, *lo, *hi, *x, fill;

  PetscFunctionBegin;
  PetscCall(TessDomainDeal_Private(d, N, part, even, &count, &share));
  PetscCall(PetscMalloc2(d->dim, &lo, d->dim, &hi));
  for (PetscInt s = 0; s < d->nowned; s++) {
    const TessKey own = TessKeyMake(TessKeyMake(key, (uint64_t)d->id[s]), (uint64_t)round);
    PetscInt      n   = (PetscInt)count[s];

    if (!n)
      continue;
    TessDomainPartBox_Private(d, s, part, lo, hi);
    PetscCall(Fullness(d, s, part, lo, hi, share[s], &fill));
    PetscCall(Fill(d, s, sampler, own, lo, hi, fill, &n, &x));
    PetscCall(TessCloudCreate_Private(d, part, n, &cloud[s]));
    PetscCall(PetscArraycpy(cloud[s].x, x, (size_t)d->dim * n));
    PetscCall(PetscFree(x));
    for (PetscInt p = 0; p < n; p++) {
      cloud[s].share[p] = share[s] / n;
      if (part >= 0)
        cloud[s].normal[(size_t)(part / 2) * n + p] = part % 2 ? 1 : -1;
    }
  }
  PetscCall(PetscFree2(count, share));
  PetscCall(PetscFree2(lo, hi));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeDrawIn_Box(TessDomain d, PetscInt s, const TessBoxSampler *sampler, TessKey key,
                                      PetscInt n, PetscReal x[])
{
  TessBoxSampler   part = *sampler;
  const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
  PetscReal        share = 1, fill, *drawn;
  PetscInt         m     = n;

  PetscFunctionBegin;
  part.whole = PETSC_FALSE;
  if (d->shape->inside)
    PetscCall((*d->shape->share)(d, s, -1, &share));
  PetscCall(Fullness(d, s, -1, lo, hi, share, &fill));
  PetscCall(Fill(d, s, &part, key, lo, hi, fill, &m, &drawn));
  PetscCheck(m == n, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt64_FMT " has next to no room for points", d->id[s]);
  PetscCall(PetscArraycpy(x, drawn, (size_t)d->dim * n));
  PetscCall(PetscFree(drawn));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* npanel panels of equal length on lo..hi, each with n Gauss points. */
static PetscErrorCode AxisRule(PetscInt npanel, PetscInt n, PetscReal lo, PetscReal hi, PetscReal x[],
                               PetscReal w[])
{
  const PetscReal h = (hi - lo) / npanel;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < npanel; i++)
    PetscCall(PetscDTGaussQuadrature(n, lo + i * h, lo + (i + 1) * h, x + i * n, w + i * n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGaussGrid_Private(TessDomain d, PetscInt s, PetscInt part, PetscInt64 n,
                                           PetscReal share, TessCloud *cloud)
{
  const PetscInt dim = d->dim, held = part < 0 ? -1 : part / 2;
  PetscInt       k = 1, npanel, free = held < 0 ? dim : dim - 1, all = 1;
  PetscReal     *x, *w, *lo, *hi;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(dim, &lo, dim, &hi));
  TessDomainPartBox_Private(d, s, part, lo, hi);
  if (free)
    k = PetscMax(1, (PetscInt)(PetscPowReal((PetscReal)n, 1. / free) + 1e-9));
  npanel = (k + PANEL - 1) / PANEL;
  k -= k % npanel;
  for (; free > 0; free--)
    all *= k;
  PetscCall(TessCloudCreate_Private(d, part, all, cloud));
  PetscCall(PetscMalloc2(k, &x, k, &w));
  for (PetscInt p = 0; p < all; p++)
    cloud->share[p] = share;
  for (PetscInt a = 0, stride = 1; a < dim; a++) {
    if (a != held)
      PetscCall(AxisRule(npanel, k / npanel, lo[a], hi[a], x, w));
    for (PetscInt p = 0; p < all; p++) {
      cloud->x[(size_t)a * all + p] = a == held ? lo[a] : x[p / stride % k];
      if (a == held)
        cloud->normal[(size_t)a * all + p] = part % 2 ? 1 : -1;
      else
        cloud->share[p] *= w[p / stride % k] / (hi[a] - lo[a]);
    }
    stride *= a == held ? 1 : k;
  }
  PetscCall(PetscFree2(x, w));
  PetscCall(PetscFree2(lo, hi));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeQuadrature_Box(TessDomain d, PetscInt part, PetscInt64 N, TessCloud cloud[])
{
  PetscInt64 *count;
  PetscReal  *share;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d->nowned, &count, d->nowned, &share));
  PetscCall(TessDomainShare(d, N, part, count, share));
  for (PetscInt s = 0; s < d->nowned; s++)
    if (share[s] > 0)
      PetscCall(TessDomainGaussGrid_Private(d, s, part, count[s], share[s], &cloud[s]));
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TessShapeOps TessShapeBox_Private = {.measure    = ShapeMeasure_Box,
                                           .share      = ShapeShare_Box,
                                           .draw       = ShapeDraw_Box,
                                           .drawin     = ShapeDrawIn_Box,
                                           .quadrature = ShapeQuadrature_Box};
