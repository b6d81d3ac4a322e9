/* columns.c - the columns of J that an IS names, as panels again: every rank names columns of its own blocks,
   ghosts hear of them by one exchange. */
#include "linearimpl.h"

/* chosen [nlocal*stride + nshared] in local layout: whether the column is asked for */
static PetscErrorCode Choose(TessLayout t, IS columns, PetscReal **chosen)
{
  const PetscInt *index;
  PetscInt        n, start;
  PetscReal      *a;
  Vec             mask;

  PetscFunctionBegin;
  PetscCall(TessLayoutCreateVec(t, &mask));
  PetscCall(VecGetOwnershipRange(mask, &start, NULL));
  PetscCall(ISGetLocalSize(columns, &n));
  PetscCall(ISGetIndices(columns, &index));
  PetscCall(VecGetArray(mask, &a));
  for (PetscInt i = 0; i < n; i++) {
    PetscCheck(index[i] >= start && index[i] < start + t->n && (!i || index[i] > index[i - 1]),
               PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "column %" PetscInt_FMT " is not of this rank, or not after the one before", index[i]);
    a[index[i] - start] = 1;
  }
  PetscCall(VecRestoreArray(mask, &a));
  PetscCall(ISRestoreIndices(columns, &index));
  PetscCall(PetscCalloc1(t->nlocal * t->stride + t->nshared, chosen));
  PetscCall(TessLayoutGlobalToLocal(t, mask, *chosen));
  PetscCall(VecDestroy(&mask));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateColumns(Mat J, const PetscReal chosen[], Mat *C)
{
  Panels    *s = (Panels *)J->data;
  TessLayout t = s->layout, layout;
  PetscInt  *size, stride = 0, nshared = 0;
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(t->nlocal, &size));
  for (PetscInt l = 0; l < t->nlocal; l++) {
    for (PetscInt j = 0; j < t->size[l]; j++)
      size[l] += chosen[l * t->stride + j] > 0;
    stride = PetscMax(stride, size[l]);
  }
  for (PetscInt j = 0; j < t->nshared; j++)
    nshared += chosen[t->nlocal * t->stride + j] > 0;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &stride, 1, MPIU_INT, MPI_MAX, t->comm));
  PetscCall(TessLayoutCreate(t->comm, t->sf, t->nowned, t->nlocal, stride, size, nshared, &layout));
  PetscCall(MatCreatePanels(layout, J->rmap->n - (t->rank == t->last ? s->nborder : 0), s->nborder, C));
  for (PetscInt k = 0; k < s->npanel; k++)
    PetscCall(
        TessMatPanelsAdd(*C, s->panel[k].group, s->panel[k].block, s->panel[k].nrow, s->panel[k].rows, &a));
  PetscCall(TessLayoutDestroy(&layout));
  PetscCall(PetscFree(size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode MatCreateSubMatrix_Panels(Mat J, IS rows, IS columns, MatReuse reuse, Mat *C)
{
  Panels    *s = (Panels *)J->data, *sub;
  TessLayout t = s->layout;
  PetscInt   m;
  PetscReal *chosen;

  PetscFunctionBegin;
  PetscCall(ISGetLocalSize(rows, &m));
  PetscCheck(m == J->rmap->n, PETSC_COMM_SELF, PETSC_ERR_SUP, "a sub-matrix of panels has all rows");
  PetscCall(Choose(t, columns, &chosen));
  if (reuse == MAT_INITIAL_MATRIX)
    PetscCall(CreateColumns(J, chosen, C));
  PetscCall(PanelsGet(*C, &sub));
  for (PetscInt k = 0; k < s->npanel; k++) {
    const Panel *p = &s->panel[k];
    PetscReal   *a = sub->panel[k].a;

    for (PetscInt j = 0; j < p->ncol; j++)
      if (chosen[p->block * t->stride + j] > 0) {
        PetscCall(PetscArraycpy(a, p->a + (PetscCount)j * p->nrow, p->nrow));
        a += p->nrow;
      }
  }
  for (PetscInt b = 0; b < s->nborder; b++)
    for (PetscInt l = 0; l <= t->nlocal; l++) {
      PetscReal *to = sub->borderlocal[b] + l * sub->layout->stride;

      for (PetscInt j = 0; j < t->size[l]; j++)
        if (chosen[l * t->stride + j] > 0)
          *to++ = s->borderlocal[b][l * t->stride + j];
    }
  PetscCall(PetscFree(chosen));
  PetscCall(MatAssemblyBegin(*C, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*C, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}
