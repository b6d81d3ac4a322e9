/* grid.c - given functions on tensor grids.  In the cell [x_i, x_i+1] of width h, with s = (x - x_i)/h,
     linear:  f = (1-s) f_i + s f_i+1
     cubic:   f = h00(s) f_i + h01(s) f_i+1 + h (h10(s) d_i + h11(s) d_i+1)
   with Hermite's polynomials and d_i the slope at x_i of the polynomial through five points around it (fewer
   on a shorter axis).  Several axes: the tensor product. */
#include "gridimpl.h"

/* weight [TESS_GRID_STENCIL] of the derivative of order o along an axis at x, and the first loaded point they
 * belong to. */
static PetscInt64 Weights(const TessAxis *a, PetscBool cubic, PetscInt o, PetscReal x, PetscReal weight[],
                          PetscInt *nweight)
{
  const PetscInt64 i = a->cell + TessLocate_Private(a->ncell + 1, a->x + a->cell, x);
  const PetscReal  h = a->x[i + 1] - a->x[i], s = (x - a->x[i]) / h;
  PetscReal        f[2], d[2];
  PetscInt64       begin[2];

  if (!cubic) {
    weight[0] = o ? -1 / h : 1 - s;
    weight[1] = o ? 1 / h : s;
    *nweight  = 2;
    return i;
  }
  if (o == 0) {
    f[1] = s * s * (3 - 2 * s);
    f[0] = 1 - f[1];
    d[0] = h * s * (1 - s) * (1 - s);
    d[1] = h * s * s * (s - 1);
  } else if (o == 1) {
    f[1] = 6 * s * (1 - s) / h;
    f[0] = -f[1];
    d[0] = (1 - s) * (1 - 3 * s);
    d[1] = s * (3 * s - 2);
  } else {
    f[1] = (6 - 12 * s) / (h * h);
    f[0] = -f[1];
    d[0] = (6 * s - 4) / h;
    d[1] = (6 * s - 2) / h;
  }
  for (int e = 0; e < 2; e++)
    begin[e] = TessWindow_Private(a, a->first + i + e) - a->first;
  *nweight = a->window + (PetscInt)(begin[1] - begin[0]);
  for (PetscInt j = 0; j < *nweight; j++)
    weight[j] = 0;
  for (int e = 0; e < 2; e++) {
    weight[i + e - begin[0]] += f[e];
    for (PetscInt j = 0; j < a->window; j++)
      weight[begin[e] - begin[0] + j] += d[e] * a->slope[(i + e) * TESS_GRID_WINDOW + j];
  }
  return begin[0];
}

PetscErrorCode TessGridEvaluate(TessGrid g, PetscInt order, const PetscInt axis[], PetscInt n,
                                const PetscReal x[], PetscReal value[])
{
  PetscInt  o[TESS_IO_RANK] = {0}, limit = g->cubic ? 2 : 1;
  PetscBool flat = PETSC_FALSE;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < order; k++) {
    PetscBool has = PETSC_FALSE;

    for (PetscInt i = 0; i < g->m; i++) {
      if (g->axis[i].at != axis[k])
        continue;
      has = PETSC_TRUE;
      o[i]++;
      TessCheckInput(o[i] <= limit, PETSC_COMM_SELF,
                     "field %s: its derivative of order %" PetscInt_FMT
                     " along one axis is wanted, %s interpolation has %" PetscInt_FMT "%s",
                     g->name, o[i], g->cubic ? "cubic" : "linear", limit,
                     g->cubic ? "" : "; choose interpolation: cubic");
    }
    if (!has)
      flat = PETSC_TRUE;
  }
  for (PetscInt p = 0; p < n; p++) {
    PetscReal  weight[TESS_IO_RANK][TESS_GRID_STENCIL], sum = 0;
    PetscInt   nw[TESS_IO_RANK], at[TESS_IO_RANK] = {0}, i = 0;
    PetscInt64 first[TESS_IO_RANK];

    for (PetscInt k = 0; k < g->m; k++) {
      const TessAxis *a = &g->axis[k];
      const PetscReal y = x[a->at * n + p];

      PetscCheck(a->ncell && y >= a->x[a->cell] - a->slack && y <= a->x[a->cell + a->ncell] + a->slack,
                 PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
                 "field %s: point %g lies outside the box that was loaded", g->name, (double)y);
      first[k] = Weights(&g->axis[k], g->cubic, o[k], y, weight[k], &nw[k]);
    }
    while (i < g->m &&
           !flat) { /* all points of the stencil but those along axis 0, which the inner loop takes */
      PetscReal  w = 1, line = 0;
      PetscInt64 place = 0;

      for (PetscInt k = g->m - 1; k > 0; k--) {
        w *= weight[k][at[k]];
        place = (place + first[k] + at[k]) * g->axis[k - 1].n;
      }
      for (PetscInt j = 0; j < nw[0]; j++)
        line += weight[0][j] * g->value[place + first[0] + j];
      sum += w * line;
      for (i = 1; i < g->m && ++at[i] == nw[i]; i++)
        at[i] = 0;
    }
    value[p] = sum;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGridDestroy(TessGrid *grid)
{
  PetscFunctionBegin;
  if (!*grid)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < (*grid)->m; i++) {
    PetscCall(PetscFree((*grid)->axis[i].x));
    PetscCall(PetscFree((*grid)->axis[i].slope));
  }
  PetscCall(PetscFree((*grid)->value));
  PetscCall(PetscFree((*grid)->name));
  PetscCall(PetscFree(*grid));
  PetscFunctionReturn(PETSC_SUCCESS);
}
