/* panels.c - Mat type "panels": J = sum of dense panels (rows of points x columns of a block) + border rows.
   y_rows += a x_l for each panel; border row b gives y_b = <B_b, x> on the last rank. */
#include "linearimpl.h"

PetscErrorCode PanelsGet(Mat J, Panels **p)
{
  PetscBool same;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)J, MATPANELS, &same));
  PetscCheck(same, PetscObjectComm((PetscObject)J), PETSC_ERR_ARG_WRONG,
             "the Mat has type %s, not " MATPANELS,
             ((PetscObject)J)->type_name ? ((PetscObject)J)->type_name : "(none)");
  *p = (Panels *)J->data;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PanelsGather(const Panel *p, const PetscReal r[], PetscReal y[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->nrow; i++)
    y[i] = r[p->rows[i]];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatMult_Panels(Mat J, Vec x, Vec y)
{
  Panels    *s = (Panels *)J->data;
  PetscReal *r, value;

  PetscFunctionBegin;
  PetscCall(TessLayoutGlobalToLocal(s->layout, x, s->x));
  PetscCall(VecSet(y, 0));
  PetscCall(VecGetArray(y, &r));
  for (PetscInt k = 0; k < s->npanel; k++) {
    const Panel     *p  = &s->panel[k];
    const PetscReal *xl = s->x + p->block * s->layout->stride;

    if (!p->nrow || !p->ncol)
      continue;
    if (p->contiguous)
      PetscCall(Gemv('N', p->nrow, p->ncol, p->a, xl, 1, r + p->rows[0]));
    else {
      PetscCall(Gemv('N', p->nrow, p->ncol, p->a, xl, 0, s->y));
      for (PetscInt i = 0; i < p->nrow; i++)
        r[p->rows[i]] += s->y[i];
    }
  }
  for (PetscInt b = 0; b < s->nborder; b++) {
    PetscCall(VecDot(s->border[b], x, &value));
    if (s->layout->rank == s->layout->last)
      r[J->rmap->n - s->nborder + b] = value;
  }
  PetscCall(VecRestoreArray(y, &r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatMultTranspose_Panels(Mat J, Vec y, Vec x)
{
  Panels          *s = (Panels *)J->data;
  const PetscReal *r;
  PetscReal       *value;
  PetscMPIInt      nborder;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(s->x, s->layout->nlocal * s->layout->stride + s->layout->nshared));
  PetscCall(VecGetArrayRead(y, &r));
  for (PetscInt k = 0; k < s->npanel; k++) {
    const Panel *p  = &s->panel[k];
    PetscReal   *xl = s->x + p->block * s->layout->stride;

    if (!p->nrow || !p->ncol)
      continue;
    if (!p->contiguous)
      PetscCall(PanelsGather(p, r, s->y));
    PetscCall(Gemv('T', p->nrow, p->ncol, p->a, p->contiguous ? r + p->rows[0] : s->y, 1, xl));
  }
  PetscCall(PetscMPIIntCast(s->nborder, &nborder));
  PetscCall(PetscMalloc1(s->nborder, &value));
  if (s->layout->rank == s->layout->last)
    PetscCall(PetscArraycpy(value, r + J->rmap->n - s->nborder, s->nborder));
  PetscCall(VecRestoreArrayRead(y, &r));
  PetscCall(TessLayoutLocalToGlobalAdd(s->layout, s->x, x));
  if (nborder) {
    PetscCallMPI(MPI_Bcast(value, nborder, MPIU_REAL, s->layout->last, s->layout->comm));
    PetscCall(VecMAXPY(x, s->nborder, value, s->border));
  }
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatZeroEntries_Panels(Mat J)
{
  Panels *s = (Panels *)J->data;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < s->npanel; k++)
    PetscCall(PetscArrayzero(s->panel[k].a, s->panel[k].nrow * s->panel[k].ncol));
  for (PetscInt b = 0; b < s->nborder; b++) {
    PetscCall(PetscArrayzero(s->borderlocal[b], s->layout->nlocal * s->layout->stride + s->layout->nshared));
    PetscCall(VecSet(s->border[b], 0));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Panels sorted by group (their order within a group is kept, so sums do not depend on the ranks). */
static PetscErrorCode PanelsMakeGroups(Panels *s)
{
  PetscInt *group;

  PetscFunctionBegin;
  PetscCall(PetscFree2(s->groupstart, s->member));
  PetscCall(PetscMalloc2(s->npanel + 1, &s->groupstart, s->npanel, &s->member));
  PetscCall(PetscMalloc1(s->npanel, &group));
  for (PetscInt k = 0; k < s->npanel; k++) {
    s->member[k] = k;
    group[k]     = s->panel[k].group;
  }
  PetscCall(PetscSortIntWithPermutation(s->npanel, group, s->member));
  s->ngroup = 0;
  for (PetscInt k = 0; k < s->npanel; k++)
    if (!k || group[s->member[k]] != group[s->member[k - 1]])
      s->groupstart[s->ngroup++] = k;
  s->groupstart[s->ngroup] = s->npanel;
  for (PetscInt g = 0; g < s->ngroup; g++)
    PetscCall(PetscSortInt(s->groupstart[g + 1] - s->groupstart[g], s->member + s->groupstart[g]));
  PetscCall(PetscFree(group));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A row belongs to one group and meets a block in one panel: what Gram matrix and orthonormalisation rely on.
 */
static PetscErrorCode PanelsCheck(Mat J, Panels *s)
{
  PetscInt *owner, *block;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(J->rmap->n, &owner, J->rmap->n, &block));
  for (PetscInt i = 0; i < J->rmap->n; i++)
    owner[i] = -1;
  for (PetscInt g = 0; g < s->ngroup; g++) {
    for (PetscInt i = s->groupstart[g]; i < s->groupstart[g + 1]; i++) {
      const Panel *p = &s->panel[s->member[i]];

      for (PetscInt j = 0; j < p->nrow; j++) {
        PetscCheck(owner[p->rows[j]] == g || owner[p->rows[j]] == -1, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
                   "row %" PetscInt_FMT " is in two groups, one of them %" PetscInt_FMT, p->rows[j],
                   p->group);
        owner[p->rows[j]] = g;
        block[p->rows[j]] = -1;
      }
    }
    for (PetscInt i = s->groupstart[g]; i < s->groupstart[g + 1]; i++) {
      for (PetscInt k = s->groupstart[g]; k < i; k++) {
        const Panel *p = &s->panel[s->member[i]], *q = &s->panel[s->member[k]];

        if (p->block != q->block || !p->nrow || !q->nrow)
          continue;
        for (PetscInt j = 0; j < q->nrow; j++)
          block[q->rows[j]] = q->block;
        for (PetscInt j = 0; j < p->nrow; j++)
          PetscCheck(block[p->rows[j]] != p->block, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
                     "row %" PetscInt_FMT " is in two panels of block %" PetscInt_FMT, p->rows[j], p->block);
        for (PetscInt j = 0; j < q->nrow; j++)
          block[q->rows[j]] = -1;
      }
    }
  }
  PetscCall(PetscFree2(owner, block));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatAssemblyEnd_Panels(Mat J, MatAssemblyType type)
{
  Panels  *s = (Panels *)J->data;
  PetscInt n = s->layout->nlocal * s->layout->stride + s->layout->nshared;

  PetscFunctionBegin;
  if (s->nassembled != s->npanel) {
    PetscCall(PanelsMakeGroups(s));
    PetscCall(PanelsCheck(J, s));
    s->nassembled = s->npanel;
  }
  for (PetscInt b = 0; b < s->nborder; b++) {
    PetscCall(PetscArraycpy(s->x, s->borderlocal[b], n));
    PetscCall(TessLayoutLocalToGlobalAdd(s->layout, s->x, s->border[b]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatDestroy_Panels(Mat J)
{
  Panels *s = (Panels *)J->data;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < s->npanel; k++)
    PetscCall(PetscFree2(s->panel[k].rows, s->panel[k].a));
  for (PetscInt b = 0; b < s->nborder; b++) {
    PetscCall(PetscFree(s->borderlocal[b]));
    PetscCall(VecDestroy(&s->border[b]));
  }
  PetscCall(PetscFree2(s->borderlocal, s->border));
  PetscCall(PetscFree2(s->groupstart, s->member));
  PetscCall(PetscFree(s->panel));
  PetscCall(PetscFree(s->x));
  PetscCall(PetscFree(s->y));
  PetscCall(VecDestroy(&s->norms2));
  PetscCall(MatDestroy(&s->parent));
  PetscCall(TessLayoutDestroy(&s->layout));
  PetscCall(PetscFree(J->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatView_Panels(Mat J, PetscViewer viewer)
{
  Panels    *s    = (Panels *)J->data;
  PetscInt64 n[3] = {s->npanel, 0, 0};
  PetscBool  ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (!ascii)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < s->npanel; k++)
    n[1] += (PetscInt64)s->panel[k].nrow * s->panel[k].ncol;
  PetscCall(TessMatPanelsGetMemory(J, &n[2]));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, n, 3, MPIU_INT64, MPI_SUM, s->layout->comm));
  PetscCall(PetscViewerASCIIPrintf(viewer,
                                   "panels: %" PetscInt64_FMT ", entries: %" PetscInt64_FMT
                                   ", border rows: %" PetscInt_FMT ", shared columns: %" PetscInt_FMT
                                   ", memory: %.1f MB\n",
                                   n[0], n[1], s->nborder, s->layout->nshared, n[2] / 1e6));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode MatCreatePanels(TessLayout layout, PetscInt m, PetscInt nborder, Mat *J)
{
  PetscInt n = layout->nlocal * layout->stride + layout->nshared;
  Panels  *s = NULL;
  Mat      A;

  PetscFunctionBegin;
  PetscCall(MatCreate(layout->comm, &A));
  PetscCall(MatSetSizes(A, m + (layout->rank == layout->last ? nborder : 0), layout->n, PETSC_DETERMINE,
                        layout->N));
  PetscCall(PetscNew(&s));
  A->data               = s;
  A->ops->mult          = MatMult_Panels;
  A->ops->multtranspose = MatMultTranspose_Panels;
  A->ops->zeroentries   = MatZeroEntries_Panels;
  A->ops->assemblyend   = MatAssemblyEnd_Panels;
  A->ops->view          = MatView_Panels;
  A->ops->destroy       = MatDestroy_Panels;
  A->ops->createsubmatrix = MatCreateSubMatrix_Panels;
  A->preallocated       = PETSC_TRUE;
  PetscCall(PetscLayoutSetUp(A->rmap));
  PetscCall(PetscLayoutSetUp(A->cmap));
  PetscCall(PetscObjectChangeTypeName((PetscObject)A, MATPANELS));
  layout->refct++;
  s->layout  = layout;
  s->nborder = nborder;
  PetscCall(PetscMalloc1(n, &s->x));
  PetscCall(PetscMalloc2(nborder, &s->borderlocal, nborder, &s->border));
  for (PetscInt b = 0; b < nborder; b++) {
    PetscCall(PetscCalloc1(n, &s->borderlocal[b]));
    PetscCall(TessLayoutCreateVec(layout, &s->border[b]));
  }
  *J = A;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsAdd(Mat J, PetscInt group, PetscInt l, PetscInt nrow, const PetscInt rows[],
                                PetscReal **a)
{
  Panels *s = NULL;
  Panel  *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  PetscCheck(l >= 0 && l <= s->layout->nlocal, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "block %" PetscInt_FMT " not within 0..%" PetscInt_FMT, l, s->layout->nlocal);
  for (PetscInt i = 0; i < nrow; i++)
    PetscCheck(rows[i] > (i ? rows[i - 1] : -1) && rows[i] < J->rmap->n, PETSC_COMM_SELF,
               PETSC_ERR_ARG_OUTOFRANGE,
               "row %" PetscInt_FMT " (number %" PetscInt_FMT
               " of the panel) not increasing within 0..%" PetscInt_FMT,
               rows[i], i, J->rmap->n - 1);
  if (s->npanel == s->maxpanel) {
    s->maxpanel = 2 * s->maxpanel + 16;
    PetscCall(PetscRealloc(s->maxpanel * sizeof(Panel), &s->panel));
  }
  p  = &s->panel[s->npanel++];
  *p = (Panel){.group = group, .block = l, .nrow = nrow, .ncol = s->layout->size[l]};
  PetscCall(PetscCalloc2(nrow, &p->rows, nrow * p->ncol, &p->a));
  PetscCall(PetscArraycpy(p->rows, rows, nrow));
  p->contiguous = (!nrow || rows[nrow - 1] - rows[0] == nrow - 1) ? PETSC_TRUE : PETSC_FALSE;
  if (nrow > s->maxrow) {
    s->maxrow = nrow;
    PetscCall(PetscFree(s->y));
    PetscCall(PetscMalloc1(nrow, &s->y));
  }
  J->assembled = PETSC_FALSE;
  *a           = p->a;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsGetBorder(Mat J, PetscInt b, PetscReal **local)
{
  Panels *s = NULL;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  PetscCheck(b >= 0 && b < s->nborder, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "border row %" PetscInt_FMT " of %" PetscInt_FMT, b, s->nborder);
  *local = s->borderlocal[b];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsGetLayout(Mat J, TessLayout *layout)
{
  Panels *s = NULL;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  *layout = s->layout;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsGetMemory(Mat J, PetscInt64 *bytes)
{
  Panels *s = NULL;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  *bytes = 0;
  for (PetscInt k = 0; k < s->npanel; k++)
    *bytes +=
        s->panel[k].nrow * (s->panel[k].ncol * (PetscInt64)sizeof(PetscReal) + (PetscInt64)sizeof(PetscInt));
  *bytes += (2 * s->nborder + 1) * (s->layout->nlocal * s->layout->stride + s->layout->nshared) *
            (PetscInt64)sizeof(PetscReal);
  PetscFunctionReturn(PETSC_SUCCESS);
}
