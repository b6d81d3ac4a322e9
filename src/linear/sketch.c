/* sketch.c - a few random combinations of the rows of J: w_k = J^T s_k.  Every row goes into a few of the m
   columns of W with a random sign (sparse sign embedding: Nelson & Nguyen, FOCS 2013; Martinsson & Tropp,
   Acta Numerica 2020, ch. 9), so that E[W W^T] = J^T J.  Signs and columns are numbers of the row's patch and
   its place in it: no rank matters. */
#include "linearimpl.h"

#define COPIES 8 /* of a row, in different columns or, now and then, the same */

/* Where copy z of a row goes, and with which sign. */
static PetscInt Place(TessKey row, PetscInt z, PetscInt m, PetscReal *sign)
{
  *sign = (TessKeyUniform(row, (uint64_t)(2 * z)) < 0.5 ? -1 : 1) / PetscSqrtReal(COPIES);
  return PetscMin(m - 1, (PetscInt)(m * TessKeyUniform(row, (uint64_t)(2 * z + 1))));
}

/* sum [columns in local layout][m] += what the rows of a group of panels give */
static PetscErrorCode AddGroup(const Panels *s, PetscInt g, TessKey key, PetscInt m, PetscReal sum[])
{
  const Panel *first = &s->panel[s->member[s->groupstart[g]]];
  PetscInt    *at, low = PETSC_MAX_INT;
  PetscReal   *sign;

  PetscFunctionBegin;
  key = TessKeyMake(
      key, (uint64_t)(first->group < s->layout->nowned ? s->layout->number[first->group] : first->group));
  PetscCall(PetscMalloc2(s->maxrow, &at, s->maxrow, &sign));
  for (PetscInt i = s->groupstart[g]; i < s->groupstart[g + 1]; i++)
    if (s->panel[s->member[i]].nrow)
      low = PetscMin(low, s->panel[s->member[i]].rows[0]);
  for (PetscInt i = s->groupstart[g]; i < s->groupstart[g + 1]; i++) {
    const Panel *p = &s->panel[s->member[i]];

    for (PetscInt z = 0; z < COPIES; z++) {
      for (PetscInt j = 0; j < p->nrow; j++)
        at[j] = Place(TessKeyMake(key, (uint64_t)(p->rows[j] - low)), z, m, &sign[j]);
      for (PetscInt c = 0; c < p->ncol; c++) {
        const PetscReal *a  = p->a + (PetscCount)c * p->nrow;
        PetscReal       *to = sum + (PetscCount)(p->block * s->layout->stride + c) * m;

        for (PetscInt j = 0; j < p->nrow; j++)
          to[at[j]] += sign[j] * a[j];
      }
    }
  }
  PetscCall(PetscFree2(at, sign));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SketchPanels(Mat J, TessKey key, Mat W)
{
  Panels    *s = (Panels *)J->data;
  PetscInt   m, n = s->layout->nlocal * s->layout->stride + s->layout->nshared;
  PetscReal *sum, sign;
  Vec        w;

  PetscFunctionBegin;
  PetscCall(MatGetSize(W, NULL, &m));
  PetscCall(PetscCalloc1((PetscCount)n * m, &sum));
  for (PetscInt g = 0; g < s->ngroup; g++)
    PetscCall(AddGroup(s, g, key, m, sum));
  for (PetscInt k = 0; k < m; k++) {
    for (PetscInt i = 0; i < n; i++)
      s->x[i] = sum[(PetscCount)i * m + k];
    PetscCall(MatDenseGetColumnVec(W, k, &w));
    PetscCall(TessLayoutLocalToGlobalAdd(s->layout, s->x, w));
    for (PetscInt b = 0; b < s->nborder; b++)
      for (PetscInt z = 0; z < COPIES; z++)
        if (Place(TessKeyMake(key, UINT64_MAX - (uint64_t)b), z, m, &sign) == k)
          PetscCall(VecAXPY(w, sign, s->border[b]));
    PetscCall(MatDenseRestoreColumnVec(W, k, &w));
  }
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Any other J: the columns of S one by one, rows keyed by their global number. */
static PetscErrorCode SketchProducts(Mat J, TessKey key, Mat W)
{
  PetscInt   m, start, end;
  PetscReal *a, sign;
  Vec        s, w;

  PetscFunctionBegin;
  PetscCall(MatGetSize(W, NULL, &m));
  PetscCall(MatGetOwnershipRange(J, &start, &end));
  PetscCall(MatCreateVecs(J, NULL, &s));
  for (PetscInt k = 0; k < m; k++) {
    PetscCall(VecSet(s, 0));
    PetscCall(VecGetArray(s, &a));
    for (PetscInt i = start; i < end; i++)
      for (PetscInt z = 0; z < COPIES; z++)
        if (Place(TessKeyMake(key, (uint64_t)i), z, m, &sign) == k)
          a[i - start] += sign;
    PetscCall(VecRestoreArray(s, &a));
    PetscCall(MatDenseGetColumnVec(W, k, &w));
    PetscCall(MatMultTranspose(J, s, w));
    PetscCall(MatDenseRestoreColumnVec(W, k, &w));
  }
  PetscCall(VecDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatSketch(Mat J, TessKey key, Mat W)
{
  PetscBool panels;

  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Assemble, J, W, 0, 0));
  PetscCall(PetscObjectTypeCompare((PetscObject)J, MATPANELS, &panels));
  PetscCall(panels ? SketchPanels(J, key, W) : SketchProducts(J, key, W));
  PetscCall(PetscLogEventEnd(TESS_Assemble, J, W, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
