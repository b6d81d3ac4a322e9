/* gramsparse.c - the Gram matrix in sbaij.  Rows of a block have the same columns but for the triangle of the
   block itself, so row i of block e starts at start + i len - i (i - 1) / 2 of the value array: pairs are
   copied there, which takes a third of the time of MatSetValues.  Pairs whose rows are another rank's are
   sent to it; only columns of other ranks go through MatSetValues. */
#include "linearimpl.h"

typedef struct {
  PetscInt  nblock, first; /* row blocks here (with the shared slice on the last rank), number of the first */
  PetscInt *start, *len;   /* [nblock] of the block's first row, among the columns of this rank */
  PetscInt *at, *number,
      *offset; /* [nblock + 1]; neighbours of block b: at[b]..at[b + 1], offset in its first row */
} Plan;

static PetscErrorCode PlanDestroy(TessGiven given)
{
  Plan *plan = TessContent(given);

  PetscFunctionBegin;
  PetscCall(PetscFree3(plan->start, plan->len, plan->at));
  PetscCall(PetscFree2(plan->number, plan->offset));
  PetscCall(PetscFree(plan));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The graph of blocks on all ranks: row e holds the sizes of the blocks f >= e that it meets. */
static PetscErrorCode Graph(TessLayout t, Pairs *pairs, PetscInt nblock, Mat *graph)
{
  PetscFunctionBegin;
  PetscCall(
      MatCreateAIJ(t->comm, nblock, nblock, PETSC_DETERMINE, PETSC_DETERMINE, 32, NULL, 32, NULL, graph));
  PetscCall(MatSetOption(*graph, MAT_NEW_NONZERO_ALLOCATION_ERR, PETSC_FALSE));
  for (PetscInt l = 0; l < t->nowned; l++)
    PetscCall(MatSetValue(*graph, t->number[l], t->number[l], t->size[l], INSERT_VALUES));
  if (t->rank == t->last)
    PetscCall(MatSetValue(*graph, t->number[t->nlocal], t->number[t->nlocal], t->nshared, INSERT_VALUES));
  for (PetscInt k = 0; k < pairs->npair; k++) {
    const Pair *p = &pairs->pair[k];

    PetscCall(MatSetValue(*graph, t->number[p->e], t->number[p->f], t->size[p->f], INSERT_VALUES));
  }
  PetscCall(MatAssemblyBegin(*graph, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*graph, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The plan, and the number of columns of other ranks in the rows of each block. */
static PetscErrorCode PlanCreate(TessLayout t, Pairs *pairs, PetscInt extra, Plan **made, PetscInt **outside)
{
  const PetscInt   last = t->rank == t->last ? 1 : 0;
  const PetscInt  *f;
  const PetscReal *size;
  PetscInt         total = 0, nf;
  Plan            *plan;
  Mat              graph;

  PetscFunctionBegin;
  PetscCall(PetscNew(&plan));
  plan->nblock = t->nowned + last;
  plan->first  = t->nowned ? t->number[0] : t->number[t->nlocal];
  PetscCall(Graph(t, pairs, plan->nblock, &graph));
  PetscCall(PetscMalloc3(plan->nblock, &plan->start, plan->nblock, &plan->len, plan->nblock + 1, &plan->at));
  for (PetscInt b = 0; b < plan->nblock; b++) {
    PetscCall(MatGetRow(graph, plan->first + b, &nf, NULL, NULL));
    total += nf;
    PetscCall(MatRestoreRow(graph, plan->first + b, &nf, NULL, NULL));
  }
  PetscCall(PetscMalloc2(total, &plan->number, total, &plan->offset));
  PetscCall(PetscMalloc1(plan->nblock, outside));
  plan->at[0] = 0;
  for (PetscInt b = 0, start = 0; b < plan->nblock; b++) {
    const PetscInt n = b < t->nowned ? t->size[b] : t->nshared;
    PetscInt       k = plan->at[b], len = 0;

    (*outside)[b] = last ? 0 : extra;
    PetscCall(MatGetRow(graph, plan->first + b, &nf, &f, &size));
    for (PetscInt j = 0; j < nf; j++) {
      if (f[j] >= plan->first + plan->nblock)
        (*outside)[b] += (PetscInt)size[j];
      else {
        plan->number[k]   = f[j];
        plan->offset[k++] = len;
        len += (PetscInt)size[j];
      }
    }
    PetscCall(MatRestoreRow(graph, plan->first + b, &nf, &f, &size));
    plan->at[b + 1] = k;
    plan->len[b]    = len + last * extra;
    plan->start[b]  = start;
    start += n * plan->len[b] - n * (n - 1) / 2;
  }
  PetscCall(MatDestroy(&graph));
  *made = plan;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Columns of this rank, row by row. */
static PetscErrorCode PlanColumns(TessLayout t, const Plan *plan, PetscInt extra, PetscInt columns[])
{
  const PetscInt extras = t->rank == t->last ? extra : 0, n = t->n + extras;
  PetscInt      *first, k                                   = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(plan->nblock + 1, &first));
  first[0] = 0;
  for (PetscInt b = 0; b < plan->nblock; b++)
    first[b + 1] = first[b] + (b < t->nowned ? t->size[b] : t->nshared);
  for (PetscInt b = 0; b < plan->nblock; b++) {
    for (PetscInt i = 0; i < first[b + 1] - first[b]; i++) {
      for (PetscInt m = plan->at[b]; m < plan->at[b + 1]; m++) {
        const PetscInt c = plan->number[m] - plan->first;

        for (PetscInt j = first[c] + (c == b ? i : 0); j < first[c + 1]; j++)
          columns[k++] = j;
      }
      for (PetscInt j = n - extras; j < n; j++)
        columns[k++] = j;
    }
  }
  for (PetscInt i = n - extras; i < n; i++)
    for (PetscInt j = i; j < n; j++)
      columns[k++] = j;
  PetscCall(PetscFree(first));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The part of G with columns of this rank. */
static PetscErrorCode Inside(Mat G, Mat *part)
{
  PetscBool sequential;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)G, MATSEQSBAIJ, &sequential));
  if (sequential)
    *part = G;
  else
    PetscCall(MatGetDiagonalBlock(G, part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode GramSparseCreate(Panels *s, Pairs *pairs, PetscInt extra, Mat *G)
{
  TessLayout     t      = s->layout;
  const PetscInt extras = t->rank == t->last ? extra : 0, n = t->n + extras;
  PetscInt      *dnnz, *onnz, *outside, *columns, row = 0, total = 0;
  Plan          *plan = NULL;
  PetscContainer container;
  Mat            part;

  PetscFunctionBegin;
  PetscCall(PlanCreate(t, pairs, extra, &plan, &outside));
  PetscCall(PetscMalloc2(n, &dnnz, n, &onnz));
  for (PetscInt b = 0; b < plan->nblock; b++) {
    for (PetscInt i = 0; i < (b < t->nowned ? t->size[b] : t->nshared); i++, row++) {
      dnnz[row] = plan->len[b] - i;
      onnz[row] = outside[b];
    }
  }
  for (; row < n; row++) {
    dnnz[row] = n - row;
    onnz[row] = 0;
  }
  for (PetscInt i = 0; i < n; i++)
    total += dnnz[i];
  PetscCall(MatCreateSBAIJ(t->comm, 1, n, n, PETSC_DETERMINE, PETSC_DETERMINE, 0, dnnz, 0, onnz, G));
  PetscCall(MatSetOption(*G, MAT_NO_OFF_PROC_ENTRIES, PETSC_TRUE));
  PetscCall(PetscMalloc1(total, &columns));
  PetscCall(PlanColumns(t, plan, extra, columns));
  PetscCall(Inside(*G, &part));
  PetscCall(MatSeqSBAIJSetColumnIndices(part, columns));
  PetscCall(PetscFree(columns));
  PetscCall(PetscFree2(dnnz, onnz));
  PetscCall(PetscFree(outside));
  PetscCall(PetscContainerCreate(t->comm, &container));
  PetscCall(PetscContainerSetPointer(container, plan));
  PetscCall(PetscContainerSetCtxDestroy(container, PlanDestroy));
  PetscCall(PetscObjectCompose((PetscObject)*G, "TessGramPlan", (PetscObject)container));
  PetscCall(PetscContainerDestroy(&container));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* values: of the part Inside */
static PetscErrorCode AddBlock(const Plan *plan, Mat G, PetscReal values[], const Block *p,
                               const PetscReal sum[])
{
  const PetscInt b = p->e - plan->first;
  PetscInt      *columns, k;

  PetscFunctionBegin;
  if (p->f < plan->first + plan->nblock) {
    PetscCall(PetscFindInt(p->f, plan->at[b + 1] - plan->at[b], plan->number + plan->at[b], &k));
    k += plan->at[b];
    for (PetscInt i = 0; i < p->ne; i++) {
      const PetscInt skip = p->e == p->f ? i : 0, shift = p->e == p->f ? 0 : i;
      PetscReal *row = values + plan->start[b] + i * plan->len[b] - i * (i - 1) / 2 + plan->offset[k] - shift;

      for (PetscInt j = skip; j < p->nf; j++)
        row[j - skip] += sum[i * p->nf + j];
    }
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc1(p->nf, &columns));
  for (PetscInt j = 0; j < p->nf; j++)
    columns[j] = p->colf + j;
  for (PetscInt i = 0; i < p->ne; i++) {
    const PetscInt row = p->rowe + i;

    PetscCall(MatSetValues(G, 1, &row, p->nf, columns, sum + i * p->nf, ADD_VALUES));
  }
  PetscCall(PetscFree(columns));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddBlocks(TessLayout t, const Pairs *pairs, const Plan *plan, Mat G)
{
  Mail         in, out;
  PetscMPIInt *owner;
  PetscInt     npost;
  Post        *post;
  PetscReal   *values;
  Mat          part;

  PetscFunctionBegin;
  PetscCall(BlockOwners(t, &owner));
  PetscCall(MailHome(pairs, owner, t->rank, &npost, &post));
  PetscCall(MailWrite(t, pairs, npost, post, &out));
  PetscCall(PetscFree(post));
  PetscCall(MailExchange(t, &out, &in));
  PetscCall(MailFree(&out));
  PetscCall(Inside(G, &part));
  PetscCall(MatSeqSBAIJGetArray(part, &values));
  for (PetscInt k = 0; k < pairs->npair; k++) {
    const Block b = PairDescribe(t, &pairs->pair[k]);

    if (owner[pairs->pair[k].e] == t->rank)
      PetscCall(AddBlock(plan, G, values, &b, pairs->pair[k].sum));
  }
  for (PetscMPIInt i = 0; i < in.n; i++) {
    const PetscReal *sum = in.values[i];

    for (PetscInt k = 0; k < in.count[2 * i]; sum += in.block[i][k].ne * in.block[i][k].nf, k++)
      PetscCall(AddBlock(plan, G, values, &in.block[i][k], sum));
  }
  PetscCall(MatSeqSBAIJRestoreArray(part, &values));
  PetscCall(MailFree(&in));
  PetscCall(PetscFree(owner));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddBorder(Panels *s, Mat G)
{
  const PetscReal *b;
  PetscInt         start;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < s->nborder; k++) {
    const PetscInt col = s->layout->N + k;

    PetscCall(VecGetOwnershipRange(s->border[k], &start, NULL));
    PetscCall(VecGetArrayRead(s->border[k], &b));
    for (PetscInt i = 0; i < s->layout->n; i++)
      PetscCall(MatSetValue(G, start + i, col, b[i], ADD_VALUES));
    PetscCall(VecRestoreArrayRead(s->border[k], &b));
    if (s->layout->rank == s->layout->last)
      PetscCall(MatSetValue(G, col, col, -1, ADD_VALUES));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode GramSparseFill(Panels *s, Pairs *pairs, PetscInt extra, Mat G)
{
  TessLayout     t = s->layout;
  PetscReal     *sums;
  size_t         total = 0, at = 0;
  PetscContainer container;
  Plan          *plan;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < pairs->npair; k++)
    total += (size_t)t->size[pairs->pair[k].e] * t->size[pairs->pair[k].f];
  PetscCall(PetscCalloc1(total, &sums));
  for (PetscInt k = 0; k < pairs->npair; k++) {
    Pair *p = &pairs->pair[k];

    p->sum = sums + at;
    p->ld  = t->size[p->f];
    at += (size_t)t->size[p->e] * t->size[p->f];
  }
  PetscCall(PairsAccumulate(s, pairs));
  PetscCall(PetscObjectQuery((PetscObject)G, "TessGramPlan", (PetscObject *)&container));
  PetscCall(PetscContainerGetPointer(container, (void **)&plan));
  PetscCall(MatZeroEntries(G));
  PetscCall(AddBlocks(t, pairs, plan, G));
  if (extra)
    PetscCall(AddBorder(s, G));
  PetscCall(MatAssemblyBegin(G, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(G, MAT_FINAL_ASSEMBLY));
  PetscCall(PetscFree(sums));
  PetscFunctionReturn(PETSC_SUCCESS);
}
