#pragma once
/* jets.h - columns of functions whose every derivative is known: u = exp(a.x), v = sin(b.x + 1), given k =
   cos(c.x) on axes x, y (space) and t; parameters q = 0.7, s = -1.3; constant nu = 0.3. */
#include <tessera/pde.h>
#include "tess_test.h"

#define DIM 3
#define N 37 /* points: no multiple of a vector */

static const PetscReal slope_u[DIM] = {0.7, -0.4, 0.5}, slope_v[DIM] = {1.1, 0.6, -0.8},
                       slope_k[DIM]  = {0.3, 0.9, 0.2};
static const PetscReal parameters[2] = {0.7, -1.3}, constants[1] = {0.3}, normals[2] = {0.6, -0.8};

/* derivative number m of exp, sin(. + 1), cos */
static inline PetscReal Outer(int f, int m, PetscReal z)
{
  return f == 0 ? PetscExpReal(z) : PetscSinReal(z + (f == 1 ? 1 : PETSC_PI / 2) + m * PETSC_PI / 2);
}

/* the derivative `e` of function f (0 u, 1 v, 2 k) */
static inline PetscReal Jet(int f, const TessEntry *e, const PetscReal x[DIM])
{
  const PetscReal *a = f == 0 ? slope_u : f == 1 ? slope_v : slope_k;
  PetscReal        z = 0, factor = 1;

  for (int i = 0; i < DIM; i++)
    z += a[i] * x[i];
  if (e->order == TESS_LAP)
    return (a[0] * a[0] + a[1] * a[1]) * Outer(f, 2, z);
  for (int i = 0; i < e->order; i++)
    factor *= a[e->axis[i]];
  return factor * Outer(f, (int)e->order, z);
}

static inline PetscReal ColumnValue(const TessColumn *c, const PetscReal x[DIM])
{
  switch (c->kind) {
  case TESS_COLUMN_AXIS:
    return x[c->index];
  case TESS_COLUMN_NORMAL:
    return normals[c->index];
  case TESS_COLUMN_PARAMETER:
    return parameters[c->index];
  default:
    return Jet(c->kind == TESS_COLUMN_GIVEN ? 2 : (int)c->index, &c->entry, x);
  }
}

/* point p, moved by h along an axis */
static inline void Point(int p, int axis, PetscReal h, PetscReal x[DIM])
{
  for (int i = 0; i < DIM; i++)
    x[i] = 0.2 + 0.7 * TessKeyUniform(5 + i, p) + (i == axis ? h : 0);
}

/* a TessPde with all these names and n texts, set up */
static inline PetscErrorCode Make(int n, const char *const text[], TessPde *pde)
{
  const char *const axes[] = {"x", "y", "t"}, *const unknowns[] = {"u", "v"}, *const given[] = {"k"},
                    *const par[] = {"q", "s"};
  const char *const        con[] = {"nu"};

  PetscFunctionBegin;
  PetscCall(TessPdeCreate(PETSC_COMM_WORLD, pde));
  PetscCall(TessPdeSetAxes(*pde, DIM, 2, axes));
  PetscCall(TessPdeSetUnknowns(*pde, 2, unknowns));
  PetscCall(TessPdeSetGiven(*pde, 1, given));
  PetscCall(TessPdeSetParameters(*pde, 2, par));
  PetscCall(TessPdeSetConstants(*pde, 1, con, constants));
  for (int i = 0; i < n; i++)
    PetscCall(TessPdeAddEquation(*pde, "-test_equation", text[i]));
  PetscCall(TessPdeSetUp(*pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* all columns [ncol][N] at the points moved by h along an axis; pointers in col, freed with
 * PetscFree2(col[0]...) by Drop */
static inline PetscErrorCode Fill(TessPde pde, int axis, PetscReal h, PetscReal ***column)
{
  const TessColumn *c;
  PetscInt          ncol;
  PetscReal         x[DIM], *data;

  PetscFunctionBegin;
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &c));
  PetscCall(PetscMalloc1(ncol + 1, column));
  PetscCall(PetscMalloc1(ncol * N + 1, &data));
  (*column)[0] = data;
  for (PetscInt i = 0; i < ncol; i++) {
    (*column)[i] = &data[i * N];
    for (int p = 0; p < N; p++) {
      Point(p, axis, h, x);
      data[i * N + p] = ColumnValue(&c[i], x);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode Drop(PetscReal ***column)
{
  PetscFunctionBegin;
  PetscCall(PetscFree((*column)[0]));
  PetscCall(PetscFree(*column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r [neq][N] at the moved points */
static inline PetscErrorCode Values(TessPde pde, int axis, PetscReal h, PetscReal r[])
{
  PetscReal **column;

  PetscFunctionBegin;
  PetscCall(Fill(pde, axis, h, &column));
  PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, r, NULL));
  PetscCall(Drop(&column));
  PetscFunctionReturn(PETSC_SUCCESS);
}
