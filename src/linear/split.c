/* split.c - J as blocks see it that are solved for one by one: of two rows that tie a block to its neighbours
   one combination moves the block of their group and another moves the rest (optimised Schwarz: Lions 1990,
   Gander 2006).  Rows that are not split move all blocks. */
#include "linearimpl.h"

PetscErrorCode SplitFind(PetscInt m, PetscInt n, const TessSplit split[], PetscInt **at)
{
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m, at));
  for (PetscInt i = 0; i < m; i++)
    (*at)[i] = -1;
  for (PetscInt k = 0; k < n; k++) {
    const PetscInt a = split[k].a, b = split[k].b;

    PetscCheck(a >= 0 && a < m && b < m && a != b && (*at)[a] < 0 && (b < 0 || (*at)[b] < 0), PETSC_COMM_SELF,
               PETSC_ERR_ARG_OUTOFRANGE,
               "split %" PetscInt_FMT " of rows %" PetscInt_FMT " and %" PetscInt_FMT
               ": rows of this rank are wanted, each split once",
               k, a, b);
    (*at)[a] = 2 * k;
    if (b >= 0)
      (*at)[b] = 2 * k + 1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Row a of the panel's own block, row b of others; of shared columns both. */
static PetscErrorCode SplitPanel(const Panel *p, const PetscInt at[], const TessSplit split[],
                                 PetscInt place[], PetscInt nlocal, PetscReal to[])
{
  PetscFunctionBegin;
  PetscCall(PetscArraycpy(to, p->a, (PetscCount)p->nrow * p->ncol));
  for (PetscInt i = 0; i < p->nrow; i++)
    place[p->rows[i]] = i;
  for (PetscInt i = 0; i < p->nrow; i++) {
    const TessSplit *s = &split[at[p->rows[i]] / 2];
    PetscInt         j;

    if (at[p->rows[i]] < 0 || at[p->rows[i]] % 2)
      continue;
    for (PetscInt c = 0; c < p->ncol && s->b < 0; c++)
      to[(PetscCount)c * p->nrow + i] *= s->own[0];
    if (s->b < 0)
      continue;
    j = place[s->b];
    PetscCheck(j >= 0 && j < p->nrow && p->rows[j] == s->b, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
               "rows %" PetscInt_FMT " and %" PetscInt_FMT " do not meet the same blocks", s->a, s->b);
    for (PetscInt c = 0; c < p->ncol; c++) {
      const PetscReal a = p->a[(PetscCount)c * p->nrow + i], b = p->a[(PetscCount)c * p->nrow + j];
      const PetscBool own = (PetscBool)(p->block == p->group);

      to[(PetscCount)c * p->nrow + i] = own || p->block == nlocal ? s->own[0] * a + s->own[1] * b : 0;
      to[(PetscCount)c * p->nrow + j] = own ? 0 : s->other[0] * a + s->other[1] * b;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsSplit(Mat J, PetscInt n, const TessSplit split[], Mat *A)
{
  Panels        *s, *to;
  const PetscInt m = J->rmap->n;
  PetscInt      *at, *place;
  PetscReal     *a;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  PetscCall(SplitFind(m, n, split, &at));
  PetscCall(PetscCalloc1(m, &place));
  if (!*A) {
    PetscCall(
        MatCreatePanels(s->layout, m - (s->layout->rank == s->layout->last ? s->nborder : 0), s->nborder, A));
    for (PetscInt k = 0; k < s->npanel; k++)
      PetscCall(
          TessMatPanelsAdd(*A, s->panel[k].group, s->panel[k].block, s->panel[k].nrow, s->panel[k].rows, &a));
  }
  PetscCall(PanelsGet(*A, &to));
  PetscCheck(to->npanel == s->npanel, s->layout->comm, PETSC_ERR_ARG_INCOMP,
             "%" PetscInt_FMT " panels where %" PetscInt_FMT " are wanted", to->npanel, s->npanel);
  for (PetscInt k = 0; k < s->npanel; k++)
    PetscCall(SplitPanel(&s->panel[k], at, split, place, s->layout->nlocal, to->panel[k].a));
  for (PetscInt b = 0; b < s->nborder; b++)
    PetscCall(PetscArraycpy(to->borderlocal[b], s->borderlocal[b],
                            s->layout->nlocal * s->layout->stride + s->layout->nshared));
  PetscCall(PetscFree(place));
  PetscCall(PetscFree(at));
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSplitVec(PetscInt n, const TessSplit split[], Vec r)
{
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(VecGetArray(r, &a));
  for (PetscInt k = 0; k < n; k++) {
    const TessSplit *s  = &split[k];
    const PetscReal  ra = a[s->a], rb = s->b < 0 ? 0 : a[s->b];

    a[s->a] = s->own[0] * ra + s->own[1] * rb;
    if (s->b >= 0)
      a[s->b] = s->other[0] * ra + s->other[1] * rb;
  }
  PetscCall(VecRestoreArray(r, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}
