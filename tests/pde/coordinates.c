/* A residual differentiated by coordinates is its difference quotient along an axis with all other columns
 * held, in any order of the axes; lap is the sum of second derivatives. */
#include "jets.h"

static const char *const texts[] = {"u = sin(x)*exp(y*t) + k*x^3", "q*u_xx + v*t^4*x - lap(u)*y^2/(1 + x^2)",
                                    "u = 3", "x^2*u = if(t > 0.1, tanh(x*y - t), k)"};

/* residual 0 of a pde at points whose coordinate `axis` is moved by h; the other columns stay */
static PetscErrorCode Moved(TessPde pde, PetscInt axis, PetscReal h, PetscReal r[])
{
  const TessColumn *c;
  PetscReal       **column;
  PetscInt          ncol;

  PetscFunctionBegin;
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &c));
  PetscCall(Fill(pde, 0, 0, &column));
  for (PetscInt i = 0; i < ncol; i++)
    for (int p = 0; p < N && c[i].kind == TESS_COLUMN_AXIS && c[i].index == axis; p++)
      column[i][p] += h;
  PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, r, NULL));
  PetscCall(Drop(&column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Worst(TessPde pde, TessPde partial, PetscInt axis, PetscReal h, PetscReal *worst)
{
  PetscReal up[N], down[N], d[N];

  PetscFunctionBegin;
  PetscCall(Moved(pde, axis, h, up));
  PetscCall(Moved(pde, axis, -h, down));
  PetscCall(Moved(partial, axis, 0, d));
  *worst = 0;
  for (int p = 0; p < N; p++)
    *worst = PetscMax(*worst, PetscAbsReal((up[p] - down[p]) / (2 * h) - d[p]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* derivative by `entry` against differences of the one with its last axis less */
static PetscErrorCode CheckEntry(TessPde pde, const TessEntry *entry)
{
  const PetscInt axis = entry->axis[entry->order - 1];
  TessEntry      less = *entry;
  TessPde        partial, below;
  PetscReal      coarse, fine;

  PetscFunctionBegin;
  less.axis[--less.order] = 0;
  PetscCall(TessPdeCreateCoordinatePartial(pde, 0, entry, &partial));
  PetscCall(TessPdeCreateCoordinatePartial(pde, 0, &less, &below));
  PetscCall(Worst(below, partial, axis, 1e-3, &coarse));
  PetscCall(Worst(below, partial, axis, 5e-4, &fine));
  CHECK_BELOW("close to differences", fine, 1e-4);
  if (fine > 1e-9)
    CHECK_ORDER("a derivative by a coordinate", 2, coarse, fine);
  PetscCall(TessPdeDestroy(&partial));
  PetscCall(TessPdeDestroy(&below));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckLap(TessPde pde)
{
  PetscReal lap[N], part[N];
  TessPde   d;

  PetscFunctionBegin;
  PetscCall(TessPdeCreateCoordinatePartial(pde, 0, &(TessEntry){.order = TESS_LAP}, &d));
  PetscCall(Moved(d, 0, 0, lap));
  PetscCall(TessPdeDestroy(&d));
  for (PetscInt a = 0; a < 2; a++) {
    PetscCall(TessPdeCreateCoordinatePartial(pde, 0, &(TessEntry){.order = 2, .axis = {a, a}}, &d));
    PetscCall(Moved(d, 0, 0, part));
    PetscCall(TessPdeDestroy(&d));
    for (int p = 0; p < N; p++)
      lap[p] -= part[p];
  }
  for (int p = 0; p < N; p++)
    CHECK_BELOW("lap is the sum over the space axes", lap[p], 1e-12);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  static const TessEntry entries[] = {{.order = 1, .axis = {0}},       {.order = 1, .axis = {2}},
                                      {.order = 2, .axis = {0, 0}},    {.order = 2, .axis = {1, 0}},
                                      {.order = 3, .axis = {0, 1, 2}}, {.order = 4, .axis = {0, 0, 2, 2}}};
  TessPde                pde;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(texts); i++) {
    PetscCall(Make(1, &texts[i], &pde));
    for (size_t k = 0; k < PETSC_STATIC_ARRAY_LENGTH(entries); k++)
      PetscCall(CheckEntry(pde, &entries[k]));
    PetscCall(CheckLap(pde));
    PetscCall(TessPdeDestroy(&pde));
  }
  return TessTestEnd();
}
