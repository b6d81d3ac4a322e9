/* keep.c - bindings that remember: where experts are linear, u_c = sum_j theta_cj B_j, B_j the jets of basis
 * function j times its window at the points of the binding, made at the first use and kept: sums in
 * another order at the first use than at the next would take its bits from a run that goes on from a
 * checkpoint.  Then a field costs a product of a matrix and a vector, and rows a few multiplications each. */
#include <petscsys.h>
#include <petscblaslapack.h>
#include "fieldimpl.h"

#define MOST 64e6 /* bytes kept by a field */

PetscErrorCode TessFieldSetRepeated(TessField f, PetscBool repeated)
{
  PetscBool linear;

  PetscFunctionBegin;
  PetscCall(TessExpertIsLinear(f->expert, &linear));
  f->keep = (PetscBool)(repeated && linear && f->nkind == 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The rows of unit adjoints, one entry of the first component at a time, are the basis. */
PetscErrorCode TessBindingKeep(TessBinding b, PetscInt i, const PetscReal theta_local[])
{
  TessField       f     = b->field;
  TessBound      *bound = &b->bound[i];
  const PetscInt  K = b->table->jet.K, m = bound->m, width = f->np / f->ncomp;
  const PetscReal bytes = (PetscReal)width * K * m * sizeof(PetscReal);
  const size_t    one   = (size_t)K * f->ncomp * b->n;
  PetscReal      *unit, *rows;

  PetscFunctionBegin;
  if (!f->keep || bound->basis || f->kept + bytes > MOST)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc2(K * one, &unit, (size_t)f->np * K * m, &rows));
  for (PetscInt k = 0; k < K; k++)
    for (PetscInt p = 0; p < b->n; p++)
      unit[k * one + (size_t)k * b->n + p] = 1;
  PetscCall(TessBindingRows(b, i, theta_local, K, unit, K * m, rows));
  PetscCall(PetscMalloc1((size_t)width * K * m, &bound->basis));
  PetscCall(PetscArraycpy(bound->basis, rows, (size_t)width * K * m));
  f->kept += bytes;
  PetscCall(PetscFree2(unit, rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessBindingAdd(TessBinding b, PetscInt i, const PetscBool wanted[], const PetscReal theta[],
                              PetscReal u[])
{
  TessField        f     = b->field;
  const TessBound *bound = &b->bound[i];
  const PetscInt   K = b->table->jet.K, m = bound->m, width = f->np / f->ncomp, *index = b->index[i];
  const PetscInt   per = wanted ? 1 : K; /* entries at a time */
  const PetscReal  one = 1, none = 0;
  PetscBLASInt     rows, ld, columns, inc = 1;
  PetscReal       *v;

  PetscFunctionBegin;
  PetscCall(TessFieldGetWork(f, (size_t)K * m, &v));
  PetscCall(PetscBLASIntCast(per * m, &rows));
  PetscCall(PetscBLASIntCast(K * m, &ld));
  PetscCall(PetscBLASIntCast(width, &columns));
  for (PetscInt c = 0; c < f->ncomp; c++)
    for (PetscInt first = 0; first < K; first += per) {
      if (wanted && !wanted[first])
        continue;
      PetscCallBLAS("BLASgemv", BLASgemv_("N", &rows, &columns, &one, bound->basis + (size_t)first * m, &ld,
                                          theta + (size_t)c * width, &inc, &none, v, &inc));
      for (PetscInt k = 0; k < per; k++) {
        PetscReal       *uk = u + ((size_t)c * K + first + k) * b->n;
        const PetscReal *vk = v + (size_t)k * m;

        for (PetscInt p = 0; p < m; p++)
          uk[index[p]] += vk[p];
      }
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* to [m] += sum over the entries k that are used of bar[k] B[k], entries m apart */
static void Combine(PetscInt K, PetscInt m, const PetscBool used[], const PetscReal bar[],
                    const PetscReal B[], PetscReal to[restrict])
{
  for (PetscInt k = 0; k < K; k++)
    for (PetscInt p = 0; p < m && used[k]; p++)
      to[p] += bar[k * m + p] * B[k * m + p];
}

PetscErrorCode TessBindingAddRows(TessBinding b, PetscInt i, PetscInt R, const PetscReal u_bar[], PetscInt ld,
                                  PetscReal rows[])
{
  TessField        f     = b->field;
  const TessBound *bound = &b->bound[i];
  const PetscInt   K = b->table->jet.K, m = bound->m, width = f->np / f->ncomp, *index = b->index[i];
  PetscReal       *bar;

  PetscFunctionBegin;
  PetscCall(TessFieldGetWork(f, (size_t)K * m, &bar));
  for (PetscInt q = 0; q < R; q++)
    for (PetscInt c = 0; c < f->ncomp; c++, u_bar += (size_t)K * b->n) {
      PetscBool used[TESS_JET_MAX] = {PETSC_FALSE}, any = PETSC_FALSE;

      for (PetscInt k = 0; k < K; k++) {
        for (PetscInt p = 0; p < m; p++) {
          bar[k * m + p] = u_bar[(size_t)k * b->n + index[p]];
          used[k]        = (PetscBool)(used[k] || bar[k * m + p] != 0);
        }
        any = (PetscBool)(any || used[k]);
      }
      for (PetscInt j = 0; j < width && any; j++)
        Combine(K, m, used, bar, bound->basis + (size_t)j * K * m,
                rows + (size_t)(c * width + j) * ld + (size_t)q * m);
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}
