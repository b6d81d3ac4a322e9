/* boxes.c - the shape of a domain that is a box less other boxes, which do not touch each other: what they
   leave of patches and faces, and their own faces.  Everything is a sum over rectangles.  A box that reaches
   a wall goes on beyond it, and through all of time. */
#include "boxes.h"

PetscBool TessBoxesCommon_Private(TessDomain d, PetscInt b, const PetscReal lo[], const PetscReal hi[],
                                  PetscInt held, PetscReal low[], PetscReal high[])
{
  const TessBoxes *s   = d->shapedata;
  const PetscReal *blo = s->lo + (size_t)b * d->dim, *bhi = s->hi + (size_t)b * d->dim;

  for (PetscInt a = 0; a < d->dim; a++) {
    low[a]  = PetscMax(lo[a], blo[a]);
    high[a] = PetscMin(hi[a], bhi[a]);
    if (a == held ? !(blo[a] < lo[a] && lo[a] < bhi[a]) : !(low[a] < high[a]))
      return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

PetscReal TessBoxesArea_Private(PetscInt dim, const PetscReal lo[], const PetscReal hi[], PetscInt held)
{
  PetscReal area = 1;

  for (PetscInt a = 0; a < dim; a++)
    area *= a == held ? 1 : hi[a] - lo[a];
  return area;
}

PetscBool TessBoxesFace_Private(TessDomain d, PetscInt b, PetscInt f, const PetscReal lo[],
                                const PetscReal hi[], PetscReal low[], PetscReal high[])
{
  const TessBoxes *s  = d->shapedata;
  const PetscReal  at = (f % 2 ? s->hi : s->lo)[(size_t)b * d->dim + f / 2];

  if (f / 2 >= d->space || !(at >= lo[f / 2] && at < hi[f / 2] && at > d->lo[f / 2] && at < d->hi[f / 2]))
    return PETSC_FALSE;
  for (PetscInt a = 0; a < d->dim; a++) {
    low[a]  = a == f / 2 ? at : PetscMax(lo[a], s->lo[(size_t)b * d->dim + a]);
    high[a] = a == f / 2 ? at : PetscMin(hi[a], s->hi[(size_t)b * d->dim + a]);
    if (a != f / 2 && !(low[a] < high[a]))
      return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* Measure of a part in lo..hi, where a face of the domain stands at its own coordinate. */
static PetscReal MeasureIn(TessDomain d, const PetscReal lo[], const PetscReal hi[], PetscInt part)
{
  const TessBoxes *s = d->shapedata;
  PetscReal        low[TESS_DIM_MAX], high[TESS_DIM_MAX], flo[TESS_DIM_MAX], fhi[TESS_DIM_MAX], measure = 0;
  PetscInt         held = part < 0 || part >= 2 * d->dim ? -1 : part / 2;

  for (PetscInt b = 0; b < s->nbox && part >= 2 * d->dim; b++)
    for (PetscInt f = 0; f < 2 * d->space && s->part[b] == part; f++)
      if (TessBoxesFace_Private(d, b, f, lo, hi, low, high))
        measure += TessBoxesArea_Private(d->dim, low, high, f / 2);
  if (part >= 2 * d->dim)
    return measure;
  for (PetscInt a = 0; a < d->dim; a++) {
    flo[a] = part == 2 * a + 1 ? hi[a] : lo[a];
    fhi[a] = part == 2 * a ? lo[a] : hi[a];
  }
  measure = TessBoxesArea_Private(d->dim, flo, fhi, held);
  for (PetscInt b = 0; b < s->nbox; b++)
    if (TessBoxesCommon_Private(d, b, flo, fhi, held, low, high))
      measure -= TessBoxesArea_Private(d->dim, low, high, held);
  return measure > 1e-14 * TessBoxesArea_Private(d->dim, flo, fhi, held) ? measure : 0;
}

static PetscErrorCode ShapeMeasure_Boxes(TessDomain d, PetscReal measure[])
{
  PetscFunctionBegin;
  for (PetscInt part = -1; part < d->npart; part++)
    measure[1 + part] = MeasureIn(d, d->lo, d->hi, part);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeThere_Boxes(TessDomain d, PetscInt n, const PetscInt64 id[], PetscReal there[])
{
  PetscReal *box;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(4 * d->dim, &box));
  for (PetscInt i = 0; i < n; i++) {
    TessDomainBox_Private(d, id[i], box);
    for (PetscInt a = 0; a < d->dim; a++) {
      box[a] -= box[2 * d->dim + a] / 2;
      box[d->dim + a] += box[3 * d->dim + a] / 2;
    }
    there[i] = MeasureIn(d, box, box + d->dim, -1);
  }
  PetscCall(PetscFree(box));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeShare_Boxes(TessDomain d, PetscInt s, PetscInt part, PetscReal *share)
{
  const PetscReal *lo = d->box + (size_t)s * 4 * d->dim, *hi = lo + d->dim;
  const PetscInt   a = part / 2;

  PetscFunctionBegin;
  *share = 0;
  if (part >= 0 && part < 2 * d->dim && (part % 2 ? hi[a] != d->hi[a] : lo[a] != d->lo[a]))
    PetscFunctionReturn(PETSC_SUCCESS);
  if (d->measure[1 + part] > 0)
    *share = MeasureIn(d, lo, hi, part) / d->measure[1 + part];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeInside_Boxes(TessDomain d, PetscInt s, PetscInt n, const PetscReal x[],
                                        PetscBool in[])
{
  const TessBoxes *boxes = d->shapedata;

  PetscFunctionBegin;
  (void)s;
  for (PetscInt p = 0; p < n; p++) {
    in[p] = PETSC_TRUE;
    for (PetscInt b = 0; b < boxes->nbox; b++) {
      PetscBool within = PETSC_TRUE;

      for (PetscInt a = 0; a < d->dim; a++)
        within = (PetscBool)(within && x[(size_t)a * n + p] > boxes->lo[(size_t)b * d->dim + a] &&
                             x[(size_t)a * n + p] < boxes->hi[(size_t)b * d->dim + a]);
      in[p] = (PetscBool)(in[p] && !within);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeDestroy_Boxes(TessDomain d)
{
  TessBoxes *s = d->shapedata;

  PetscFunctionBegin;
  PetscCall(PetscFree3(s->lo, s->hi, s->part));
  PetscCall(PetscFree(d->shapedata));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TessShapeOps TessShapeBoxes_Private = {.measure    = ShapeMeasure_Boxes,
                                             .there      = ShapeThere_Boxes,
                                             .share      = ShapeShare_Boxes,
                                             .draw       = TessShapeDraw_Boxes,
                                             .quadrature = TessShapeQuadrature_Boxes,
                                             .inside     = ShapeInside_Boxes,
                                             .destroy    = ShapeDestroy_Boxes};

/* Box b against the walls: it goes on beyond those it reaches. */
static PetscErrorCode Place(TessDomain d, const TessHoleBox *box, PetscReal lo[], PetscReal hi[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscBool      all  = PETSC_TRUE;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < d->dim; a++) {
    lo[a] = a < d->space ? box->lo[a] : PETSC_NINFINITY;
    hi[a] = a < d->space ? box->hi[a] : PETSC_INFINITY;
    if (a >= d->space)
      continue;
    TessCheckInput(lo[a] < hi[a] && lo[a] < d->hi[a] && hi[a] > d->lo[a], comm,
                   "domain: the hole \"%s\" is %.6g to %.6g along %s: an interval that meets the domain is "
                   "wanted; see -domain_%s_%s",
                   box->name, (double)lo[a], (double)hi[a], d->names[a], box->name, d->names[a]);
    TessCheckInput(!(d->periodic[a] || d->linked[a]) || (lo[a] > d->lo[a] && hi[a] < d->hi[a]), comm,
                   "domain: the hole \"%s\" reaches the wall of the axis \"%s\", whose ends meet; see "
                   "-domain_%s_%s",
                   box->name, d->names[a], box->name, d->names[a]);
    lo[a] = lo[a] <= d->lo[a] ? PETSC_NINFINITY : lo[a];
    hi[a] = hi[a] >= d->hi[a] ? PETSC_INFINITY : hi[a];
    all   = (PetscBool)(all && lo[a] < d->lo[a] && hi[a] > d->hi[a]);
  }
  TessCheckInput(!all, comm, "domain: the hole \"%s\" takes all of the domain; see -domain_%s_%s", box->name,
                 box->name, d->names[0]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckApart(TessDomain d, const TessHoleBox box[], PetscInt i, PetscInt k)
{
  const TessBoxes *s     = d->shapedata;
  PetscBool        apart = PETSC_FALSE;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < d->space; a++)
    apart = (PetscBool)(apart || s->lo[i * d->dim + a] > s->hi[k * d->dim + a] ||
                        s->hi[i * d->dim + a] < s->lo[k * d->dim + a]);
  TessCheckInput(
      apart, PetscObjectComm((PetscObject)d),
      "domain: the holes \"%s\" and \"%s\" touch; make them one or move them apart, see -domain_%s_%s",
      box[k].name, box[i].name, box[i].name, d->names[0]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetBoxes(TessDomain d, PetscInt n, const TessHoleBox box[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  TessBoxes     *s;

  PetscFunctionBegin;
  PetscCheck(d->dim && !d->setup && d->shape == &TessShapeBox_Private, comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetBoxes comes between SetAxes and SetUp, and no other holes beside it");
  TessCheckInput(d->space > 1 && d->space <= 3, comm,
                 "domain: holes want two or three axes of space, here are %" PetscInt_FMT
                 "; see -domain_holes",
                 d->space);
  PetscCall(PetscNew(&s));
  d->shapedata = s;
  PetscCall(PetscMalloc3(n * d->dim, &s->lo, n * d->dim, &s->hi, n, &s->part));
  PetscCall(PetscMalloc1(n, &d->part));
  for (PetscInt b = 0; b < n; b++) {
    PetscCall(Place(d, &box[b], s->lo + b * d->dim, s->hi + b * d->dim));
    for (PetscInt k = 0; k < b; k++)
      PetscCall(CheckApart(d, box, b, k));
    s->part[b] = 2 * d->dim + b;
    PetscCall(PetscStrallocpy(box[b].name, &d->part[b]));
  }
  s->nbox  = n;
  d->npart = 2 * d->dim + n;
  d->shape = &TessShapeBoxes_Private;
  PetscFunctionReturn(PETSC_SUCCESS);
}
