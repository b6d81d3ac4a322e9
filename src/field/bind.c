/* bind.c - the geometry of a set of points, done once: who reaches them, where they are in the reference
 * boxes, the window jets. */
#include "fieldimpl.h"
#include "../kernel/window.h"

/* Axes along which the patch has a transition: the only ones where its window is not 1. */
static PetscInt ActiveAxes(PetscInt dim, const TessPatch *patch, PetscInt axis[])
{
  PetscInt n = 0;

  for (PetscInt i = 0; i < dim; i++)
    if (patch->dlo[i] > 0 || patch->dhi[i] > 0)
      axis[n++] = i;
  return n;
}

/* The visits of one expert in nshift images: point and image, sorted by point. */
static PetscInt Visits(const TessPatch *patch, PetscInt naxis, const PetscInt axis[], PetscInt nshift,
                       const TessReach reach[], PetscInt n, const PetscReal x[], PetscInt point[],
                       PetscInt image[])
{
  PetscInt nvisit = 0;

  for (PetscInt p = 0; p < n; p++) {
    for (PetscInt r = 0; r < nshift; r++) {
      PetscBool inside = PETSC_TRUE;

      for (PetscInt a = 0; a < naxis && inside; a++) {
        const PetscInt  i = axis[a];
        const PetscReal y = x[(size_t)i * n + p] + reach[r].shift[i];

        if (patch->dlo[i] > 0 && y <= patch->lo[i] - patch->dlo[i] / 2)
          inside = PETSC_FALSE;
        if (patch->dhi[i] > 0 && y >= patch->hi[i] + patch->dhi[i] / 2)
          inside = PETSC_FALSE;
      }
      if (!inside)
        continue;
      point[nvisit]   = p;
      image[nvisit++] = r;
    }
  }
  return nvisit;
}

/* What can be skipped in products with a factor. */
static PetscErrorCode Thin(const TessJet *jet, PetscInt nv, TessFactor *factor)
{
  PetscBool one = PETSC_TRUE;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < jet->K; k++) {
    const PetscReal *wk = factor->w + (size_t)k * nv;
    PetscInt         v  = 0;

    while (v < nv && wk[v] == 0)
      v++;
    factor->zero[k] = (PetscBool)(v == nv);
    if (k)
      one = (PetscBool)(one && factor->zero[k]);
  }
  for (PetscInt v = 0; v < nv && one; v++)
    one = (PetscBool)(factor->w[v] == 1);
  if (one)
    PetscCall(PetscFree(factor->w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* xi, and the jets of window times phi, both products over the axes */
static PetscErrorCode Factors(TessField f, const TessPatch *patch, const TessReach reach[], PetscInt n,
                              const PetscReal x[], const PetscInt image[], const TessJet *jet,
                              TessBound *bound)
{
  const PetscInt   nv = bound->nvisit, e = reach[0].e;
  const size_t     orders = (size_t)K_WINDOW_ORDERS * nv;
  const PetscReal *centre = f->centre + (size_t)e * f->dim, *scale = f->scale + (size_t)e * f->dim;
  PetscReal       *y, *w1;

  PetscFunctionBegin;
  PetscCall(TessFieldGetWork(f, f->dim * (orders + nv), &y));
  w1 = y + f->dim * (size_t)nv;
  for (PetscInt i = 0; i < f->dim; i++)
    for (PetscInt v = 0; v < nv; v++) {
      y[(size_t)i * nv + v]         = x[(size_t)i * n + bound->visit[v]] + reach[image[v]].shift[i];
      bound->xi[(size_t)i * nv + v] = (y[(size_t)i * nv + v] - centre[i]) * scale[i];
    }
  for (PetscInt kind = 0; kind < f->nkind; kind++) {
    PetscInt axis[TESS_DIM_MAX], naxis = 0;

    for (PetscInt i = 0; i < f->dim; i++) {
      const PetscBool held = TessFieldIsHeld(f, kind, i);
      PetscReal      *w    = w1 + naxis * orders;

      if (!held && patch->dlo[i] <= 0 && patch->dhi[i] <= 0)
        continue;
      k_window_axis(f->smoothness, patch->lo[i], patch->hi[i], patch->dlo[i], patch->dhi[i], nv,
                    y + (size_t)i * nv, w);
      if (held)
        TessFieldTimesDistance(f, f->power + (size_t)kind * 2 * f->dim, i, nv, y + (size_t)i * nv, w);
      axis[naxis++] = i;
    }
    PetscCall(PetscMalloc1((size_t)nv * jet->K, &bound->factor[kind].w));
    k_window_jet(jet, naxis, axis, nv, w1, bound->factor[kind].w);
    PetscCall(Thin(jet, nv, &bound->factor[kind]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The distinct points among the visits; whether the expert is the whole field there. */
static PetscErrorCode Index(TessBound *bound, PetscInt nkind, PetscInt n, PetscInt **index)
{
  const PetscInt nv = bound->nvisit;
  PetscInt       m  = 0;

  PetscFunctionBegin;
  for (PetscInt v = 0; v < nv; v++)
    m += !v || bound->visit[v] != bound->visit[v - 1];
  bound->m     = m;
  bound->whole = (PetscBool)(nv == n && m == n);
  bound->plain = bound->whole;
  for (PetscInt kind = 0; kind < nkind; kind++)
    bound->plain = (PetscBool)(bound->plain && !bound->factor[kind].w);
  *index = bound->visit;
  if (m == nv)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(nv, &bound->place));
  PetscCall(PetscMalloc1(m, index));
  m = 0;
  for (PetscInt v = 0; v < nv; v++) {
    if (!v || bound->visit[v] != bound->visit[v - 1])
      (*index)[m++] = bound->visit[v];
    bound->place[v] = m - 1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Adds expert reach[0].e, seen in nshift images, to the binding if it reaches any point; point, image are
 * scratch. */
static PetscErrorCode BindExpert(TessBinding b, PetscInt nshift, const TessReach reach[], const PetscReal x[],
                                 PetscInt point[], PetscInt image[])
{
  TessField  f     = b->field;
  TessBound *bound = &b->bound[b->nexpert];
  PetscInt   axis[TESS_DIM_MAX], naxis, nv;
  TessPatch  patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(f->domain, reach[0].e, &patch));
  naxis = ActiveAxes(f->dim, &patch, axis);
  nv    = Visits(&patch, naxis, axis, nshift, reach, b->n, x, point, image);
  if (!nv)
    PetscFunctionReturn(PETSC_SUCCESS);
  bound->nvisit = nv;
  PetscCall(PetscMalloc1(nv, &bound->visit));
  PetscCall(PetscMalloc1((size_t)nv * f->dim, &bound->xi));
  PetscCall(PetscCalloc1(f->nkind, &bound->factor));
  PetscCall(PetscArraycpy(bound->visit, point, nv));
  PetscCall(Factors(f, &patch, reach, b->n, x, image, &b->table->jet, bound));
  PetscCall(Index(bound, f->nkind, b->n, &b->index[b->nexpert]));
  b->e[b->nexpert] = reach[0].e;
  b->m[b->nexpert] = bound->m;
  b->nexpert++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldBind(TessField f, PetscInt s, const TessJet *jet, PetscInt n, const PetscReal x[],
                             TessBinding *binding)
{
  const TessReach *reach;
  TessBinding      b;
  PetscInt         nreach, most = 0, *point, *image;

  PetscFunctionBegin;
  PetscCheck(n >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "%" PetscInt_FMT " points", n);
  PetscCall(PetscNew(&b));
  b->n     = n;
  b->field = f;
  f->refct++;
  PetscCall(TessFieldGetLeibniz(f, jet, &b->table));
  PetscCall(TessDomainGetReach(f->domain, s, &nreach, &reach));
  PetscCall(PetscCalloc4(nreach, &b->e, nreach, &b->m, nreach, &b->index, nreach, &b->bound));
  for (PetscInt r = 0, end; r < nreach; r = end) { /* images of one expert stand together */
    for (end = r + 1; end < nreach && reach[end].e == reach[r].e;)
      end++;
    most = PetscMax(most, end - r);
  }
  PetscCall(PetscMalloc2((size_t)n * most, &point, (size_t)n * most, &image));
  for (PetscInt r = 0, end; r < nreach; r = end) {
    for (end = r + 1; end < nreach && reach[end].e == reach[r].e;)
      end++;
    PetscCall(BindExpert(b, end - r, reach + r, x, point, image));
  }
  PetscCall(PetscFree2(point, image));
  PetscCall(TessBindingLift(b, x));
  *binding = b;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessBindingDestroy(TessBinding *binding)
{
  TessBinding b = *binding;

  PetscFunctionBegin;
  *binding = NULL;
  if (!b)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < b->nexpert; i++) {
    TessBound *bound = &b->bound[i];

    if (bound->place)
      PetscCall(PetscFree(b->index[i]));
    PetscCall(PetscFree(bound->place));
    PetscCall(PetscFree(bound->visit));
    PetscCall(PetscFree(bound->xi));
    for (PetscInt kind = 0; kind < b->field->nkind; kind++)
      PetscCall(PetscFree(bound->factor[kind].w));
    PetscCall(PetscFree(bound->factor));
    if (bound->basis)
      b->field->kept -=
          (PetscReal)b->field->np / b->field->ncomp * b->table->jet.K * bound->m * sizeof(PetscReal);
    PetscCall(PetscFree(bound->basis));
  }
  for (PetscInt c = 0; c < b->field->ncomp; c++)
    PetscCall(PetscFree(b->lift[c]));
  PetscCall(PetscFree(b->lift));
  PetscCall(PetscFree4(b->e, b->m, b->index, b->bound));
  PetscCall(TessFieldDestroy(&b->field));
  PetscCall(PetscFree(b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessBindingGetExperts(TessBinding b, PetscInt *nexpert, const PetscInt *e[],
                                     const PetscInt *m[], const PetscInt *const **index)
{
  PetscFunctionBegin;
  if (nexpert)
    *nexpert = b->nexpert;
  if (e)
    *e = b->e;
  if (m)
    *m = b->m;
  if (index)
    *index = (const PetscInt *const *)b->index;
  PetscFunctionReturn(PETSC_SUCCESS);
}
