/* blocks.c - T, block diagonal: columns of J times one dense block each; J T as panels, and T as a Mat. */
#include "linearimpl.h"

PetscErrorCode BlocksCreate(TessLayout from, PetscInt width, Blocks **made)
{
  Blocks *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  s->from  = from;
  s->width = width;
  from->refct++;
  PetscCall(PetscMalloc2((size_t)from->nlocal * from->stride * width, &s->block, from->nshared, &s->shared));
  *made = s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BlocksApply(Mat T, char op, Vec x, Vec y)
{
  Blocks          *s;
  const PetscReal *a;
  PetscReal       *b;
  PetscInt         stride, i = 0, j = 0;
  const PetscReal  one = 1, zero = 0;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(T, &s));
  stride = s->from->stride;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArrayWrite(y, &b));
  for (PetscInt l = 0; l < s->from->nowned; l++) {
    const PetscInt m = s->from->size[l], n = s->to->size[l];
    PetscBLASInt   bm, bn, ld, inc = 1;

    PetscCall(PetscBLASIntCast(m, &bm));
    PetscCall(PetscBLASIntCast(n, &bn));
    PetscCall(PetscBLASIntCast(PetscMax(1, stride), &ld));
    PetscCall(PetscArrayzero(b + (op == 'N' ? i : j), op == 'N' ? m : n));
    if (m && n)
      PetscCallBLAS("BLASgemv",
                    BLASgemv_(&op, &bm, &bn, &one, s->block + (PetscCount)l * s->width * stride, &ld,
                              a + (op == 'N' ? j : i), &inc, &zero, b + (op == 'N' ? i : j), &inc));
    i += m;
    j += n;
  }
  if (s->from->rank == s->from->last)
    for (PetscInt k = 0; k < s->from->nshared; k++)
      b[(op == 'N' ? i : j) + k] = s->shared[k] * a[(op == 'N' ? j : i) + k];
  PetscCall(VecRestoreArrayWrite(y, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatMult_Blocks(Mat T, Vec x, Vec y)
{
  return BlocksApply(T, 'N', x, y);
}

static PetscErrorCode MatMultTranspose_Blocks(Mat T, Vec x, Vec y)
{
  return BlocksApply(T, 'T', x, y);
}

static PetscErrorCode BlocksDestroy(Blocks **s)
{
  PetscFunctionBegin;
  PetscCall(TessLayoutDestroy(&(*s)->from));
  PetscCall(TessLayoutDestroy(&(*s)->to));
  PetscCall(PetscFree2((*s)->block, (*s)->shared));
  PetscCall(PetscFree(*s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatDestroy_Blocks(Mat T)
{
  Blocks *s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(T, &s));
  PetscCall(BlocksDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Panels and border rows of J times T; the first time the panels of Q are made. */
static PetscErrorCode Fill(Panels *s, Blocks *T, Mat Q)
{
  TessLayout     from = T->from, to = T->to;
  const PetscInt square = from->stride * T->width;
  Panels        *q      = Q->data;
  const PetscInt given  = q->npanel;
  PetscReal     *a;

  PetscFunctionBegin;
  PetscCheck(!given || given == s->npanel, from->comm, PETSC_ERR_ARG_INCOMP,
             "%" PetscInt_FMT " panels where %" PetscInt_FMT " are wanted", given, s->npanel);
  for (PetscInt k = 0; k < s->npanel; k++) {
    const Panel     *p  = &s->panel[k];
    const PetscReal *Tl = T->block + (PetscCount)p->block * square;

    if (given)
      a = q->panel[k].a;
    else
      PetscCall(TessMatPanelsAdd(Q, p->group, p->block, p->nrow, p->rows, &a));
    if (p->block < from->nlocal)
      PetscCall(Gemm("NN", p->nrow, to->size[p->block], p->ncol, 1, p->a, p->nrow, Tl, from->stride, 0, a,
                     p->nrow));
    else
      for (PetscInt j = 0; j < p->ncol; j++)
        for (PetscInt i = 0; i < p->nrow; i++)
          a[j * p->nrow + i] = p->a[j * p->nrow + i] * T->shared[j];
  }
  for (PetscInt b = 0; b < s->nborder; b++) {
    const PetscReal *B = s->borderlocal[b];

    PetscCall(TessMatPanelsGetBorder(Q, b, &a));
    for (PetscInt l = 0; l < from->nlocal; l++)
      PetscCall(Gemm("TN", to->size[l], 1, from->size[l], 1, T->block + (PetscCount)l * square, from->stride,
                     B + l * from->stride, from->stride, 0, a + l * to->stride, to->stride));
    for (PetscInt j = 0; j < from->nshared; j++)
      a[to->nlocal * to->stride + j] = B[from->nlocal * from->stride + j] * T->shared[j];
  }
  PetscCall(MatAssemblyBegin(Q, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(Q, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode BlocksMultiply(Mat J, Blocks *T, const PetscInt size[], PetscInt m, Mat *JT, Mat *made)
{
  TessLayout t      = T->from;
  PetscInt   stride = 0;
  Panels    *s;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  for (PetscInt l = 0; l < t->nlocal; l++)
    stride = PetscMax(stride, size[l]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &stride, 1, MPIU_INT, MPI_MAX, t->comm));
  PetscCall(TessLayoutCreate(t->comm, t->sf, t->nowned, t->nlocal, stride, size, t->nshared, &T->to));
  PetscCall(MatCreatePanels(T->to, m, s->nborder, JT));
  PetscCall(Fill(s, T, *JT));
  PetscCall(MatCreateShell(t->comm, t->n, T->to->n, PETSC_DETERMINE, PETSC_DETERMINE, T, made));
  PetscCall(MatShellSetOperation(*made, MATOP_MULT, (void (*)(void))MatMult_Blocks));
  PetscCall(MatShellSetOperation(*made, MATOP_MULT_TRANSPOSE, (void (*)(void))MatMultTranspose_Blocks));
  PetscCall(MatShellSetOperation(*made, MATOP_DESTROY, (void (*)(void))MatDestroy_Blocks));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsTimes(Mat J, Mat T, Mat *Q)
{
  Panels *s;
  Blocks *blocks;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  PetscCall(MatShellGetContext(T, &blocks));
  PetscCheck(s->layout == blocks->from, s->layout->comm, PETSC_ERR_ARG_INCOMP,
             "T was not made of a Mat with the columns of J");
  if (!*Q)
    PetscCall(MatCreatePanels(blocks->to, J->rmap->n - (s->layout->rank == s->layout->last ? s->nborder : 0),
                              s->nborder, Q));
  PetscCall(Fill(s, blocks, *Q));
  PetscFunctionReturn(PETSC_SUCCESS);
}
