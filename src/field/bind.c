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

/* xi, window jets, and what can be skipped in products with them */
static PetscErrorCode Windows(TessField f, const TessPatch *patch, PetscInt naxis, const PetscInt axis[],
                              const TessReach reach[], PetscInt n, const PetscReal x[],
                              const PetscInt image[], const TessJet *jet, TessBound *bound)
{
  const PetscInt   nv = bound->nvisit, e = reach[0].e;
  const PetscReal *centre = f->centre + (size_t)e * f->dim, *scale = f->scale + (size_t)e * f->dim;
  PetscReal       *w1, *y;
  PetscBool        one = PETSC_TRUE;

  PetscFunctionBegin;
  PetscCall(TessFieldGetWork(f, (size_t)nv * (naxis * K_WINDOW_ORDERS + 1), &w1));
  y = w1 + (size_t)nv * naxis * K_WINDOW_ORDERS;
  for (PetscInt i = 0, a = 0; i < f->dim; i++) {
    for (PetscInt v = 0; v < nv; v++) {
      y[v]                          = x[(size_t)i * n + bound->visit[v]] + reach[image[v]].shift[i];
      bound->xi[(size_t)i * nv + v] = (y[v] - centre[i]) * scale[i];
    }
    if (a < naxis && axis[a] == i) {
      k_window_axis(f->smoothness, patch->lo[i], patch->hi[i], patch->dlo[i], patch->dhi[i], nv, y,
                    w1 + (size_t)a * K_WINDOW_ORDERS * nv);
      a++;
    }
  }
  k_window_jet(jet, naxis, axis, nv, w1, bound->w);
  for (PetscInt k = 0; k < jet->K; k++) {
    const PetscReal *wk = bound->w + (size_t)k * nv;
    PetscInt         v  = 0;

    while (v < nv && wk[v] == 0)
      v++;
    bound->zero[k] = (PetscBool)(v == nv);
    if (k)
      one = (PetscBool)(one && bound->zero[k]);
  }
  for (PetscInt v = 0; v < nv && one; v++)
    one = (PetscBool)(bound->w[v] == 1);
  if (one)
    PetscCall(PetscFree(bound->w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The distinct points among the visits. */
static PetscErrorCode Index(TessBound *bound, PetscInt n, PetscInt **index)
{
  const PetscInt nv = bound->nvisit;
  PetscInt       m  = 0;

  PetscFunctionBegin;
  for (PetscInt v = 0; v < nv; v++)
    m += !v || bound->visit[v] != bound->visit[v - 1];
  bound->m     = m;
  bound->whole = (PetscBool)(nv == n && m == n);
  *index       = bound->visit;
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
  PetscCall(PetscMalloc1((size_t)nv * b->table->jet.K, &bound->w));
  PetscCall(PetscArraycpy(bound->visit, point, nv));
  PetscCall(Windows(f, &patch, naxis, axis, reach, b->n, x, image, &b->table->jet, bound));
  PetscCall(Index(bound, b->n, &b->index[b->nexpert]));
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
    PetscCall(PetscFree(bound->w));
  }
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
