/* gram.c - G_ef = sum over groups of J_e^T J_f on their common rows (dsyrk, dgemm), one dense sum a pair of
   blocks before anything goes into the Mat.  A pair e <= f (by global column) is kept as [f][e] column-major:
   column i is row i of the upper part, and in place in the lower triangle of a dense G. */
#include "linearimpl.h"

PetscBool PanelsGramIsDense(Mat J, PetscInt below)
{
  const TessLayout t = ((Panels *)J->data)->layout;

  return t->last == 0 && (t->N <= below || (below && t->nowned == 1)) ? PETSC_TRUE : PETSC_FALSE;
}

static PetscBool RowsMeet(const Panel *p, const Panel *q)
{
  PetscInt i = 0, j = 0;

  if (!p->nrow || !q->nrow || p->rows[p->nrow - 1] < q->rows[0] || q->rows[q->nrow - 1] < p->rows[0])
    return PETSC_FALSE;
  while (i < p->nrow && j < q->nrow) {
    if (p->rows[i] == q->rows[j])
      return PETSC_TRUE;
    if (p->rows[i] < q->rows[j])
      i++;
    else
      j++;
  }
  return PETSC_FALSE;
}

/* Panels of a pair, the one with the first column first. */
static void InOrder(TessLayout t, const Panel **p, const Panel **q)
{
  if (t->number[(*p)->block] > t->number[(*q)->block]) {
    const Panel *z = *p;

    *p = *q;
    *q = z;
  }
}

PetscErrorCode PairsPut(Pairs *pairs, PetscInt e, PetscInt f, PetscInt *at)
{
  PetscHashIter iter;
  PetscBool     fresh;

  PetscFunctionBegin;
  PetscCall(PetscHMapIJPut(pairs->at, ((PetscHashIJKey){.i = e, .j = f}), &iter, &fresh));
  if (fresh) {
    PetscCall(PetscHMapIJIterSet(pairs->at, iter, pairs->npair));
    if (pairs->npair == pairs->max) {
      pairs->max = 2 * pairs->max + 16;
      PetscCall(PetscRealloc(pairs->max * sizeof(Pair), &pairs->pair));
    }
    pairs->pair[pairs->npair++] = (Pair){.e = e, .f = f};
  }
  PetscCall(PetscHMapIJIterGet(pairs->at, iter, at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PairsCreate(Panels *s, Pairs *pairs)
{
  PetscInt at;

  PetscFunctionBegin;
  *pairs = (Pairs){.npair = 0};
  PetscCall(PetscHMapIJCreate(&pairs->at));
  for (PetscInt g = 0; g < s->ngroup; g++) {
    for (PetscInt i = s->groupstart[g]; i < s->groupstart[g + 1]; i++) {
      for (PetscInt j = s->groupstart[g]; j <= i; j++) {
        const Panel *p = &s->panel[s->member[i]], *q = &s->panel[s->member[j]];

        if (!p->ncol || !q->ncol || !RowsMeet(p, q))
          continue;
        InOrder(s->layout, &p, &q);
        PetscCall(PairsPut(pairs, p->block, q->block, &at));
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PairsDestroy(Pairs *pairs)
{
  PetscFunctionBegin;
  PetscCall(PetscHMapIJDestroy(&pairs->at));
  PetscCall(PetscFree(pairs->pair));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The common rows of p and q as dense [k][ncol]: pointers into the panels when nothing has to be picked, else
 * copies in work. */
static PetscErrorCode CommonRows(const Panel *p, const Panel *q, PetscInt index[], PetscReal work[],
                                 PetscInt *k, const PetscReal *a[2], PetscInt ld[2])
{
  const Panel *pq[2] = {p, q};
  PetscInt    *at[2] = {index, index + PetscMin(p->nrow, q->nrow)}, n = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0, j = 0; i < p->nrow && j < q->nrow;) {
    if (p->rows[i] == q->rows[j]) {
      at[0][n]   = i++;
      at[1][n++] = j++;
    } else if (p->rows[i] < q->rows[j])
      i++;
    else
      j++;
  }
  *k = n;
  for (PetscInt side = 0; side < 2 && n; side++) {
    const Panel *r = pq[side];

    if (at[side][n - 1] - at[side][0] == n - 1) {
      a[side]  = r->a + at[side][0];
      ld[side] = r->nrow;
      continue;
    }
    for (PetscInt c = 0; c < r->ncol; c++)
      for (PetscInt i = 0; i < n; i++)
        work[c * n + i] = r->a[c * r->nrow + at[side][i]];
    a[side]  = work;
    ld[side] = n;
    work += n * r->ncol;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Syrk(const Panel *p, PetscReal *C, PetscInt ldc)
{
  const PetscReal one = 1;
  PetscBLASInt    n, k, lda, bc;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(p->ncol, &n));
  PetscCall(PetscBLASIntCast(p->nrow, &k));
  PetscCall(PetscBLASIntCast(PetscMax(1, p->nrow), &lda));
  PetscCall(PetscBLASIntCast(ldc, &bc));
  PetscCallBLAS("BLASsyrk", BLASsyrk_("L", "T", &n, &k, &one, p->a, &lda, &one, C, &bc));
  PetscCall(PetscLogFlops(1.0 * n * n * k));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PairsAccumulate(Panels *s, Pairs *pairs)
{
  PetscInt   maxcol = 0, *index, at;
  PetscReal *work;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < s->npanel; k++)
    maxcol = PetscMax(maxcol, s->panel[k].ncol);
  PetscCall(PetscMalloc2(2 * s->maxrow, &index, 2 * s->maxrow * maxcol, &work));
  for (PetscInt g = 0; g < s->ngroup; g++) {
    for (PetscInt i = s->groupstart[g]; i < s->groupstart[g + 1]; i++) {
      for (PetscInt j = s->groupstart[g]; j <= i; j++) {
        const Panel     *p = &s->panel[s->member[i]], *q = &s->panel[s->member[j]];
        const PetscReal *a[2];
        PetscInt         k, ld[2];
        const Pair      *pair;

        if (!p->ncol || !q->ncol || !RowsMeet(p, q))
          continue;
        InOrder(s->layout, &p, &q);
        PetscCall(PetscHMapIJGet(pairs->at, ((PetscHashIJKey){.i = p->block, .j = q->block}), &at));
        pair = &pairs->pair[at];
        if (p == q)
          PetscCall(Syrk(p, pair->sum, pair->ld));
        else {
          PetscCall(CommonRows(p, q, index, work, &k, a, ld));
          PetscCall(Gemm("TN", q->ncol, p->ncol, k, 1, a[1], ld[1], a[0], ld[0], 1, pair->sum, pair->ld));
        }
      }
    }
  }
  PetscCall(PetscFree2(index, work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode GramDense(Panels *s, Pairs *pairs, Mat G)
{
  TessLayout t = s->layout;
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(MatDenseGetArrayWrite(G, &a));
  PetscCall(PetscArrayzero(a, t->N * t->N));
  for (PetscInt k = 0; k < pairs->npair; k++) {
    pairs->pair[k].ld  = t->N;
    pairs->pair[k].sum = a + (PetscCount)t->start[pairs->pair[k].e] * t->N + t->start[pairs->pair[k].f];
  }
  PetscCall(PairsAccumulate(s, pairs));
  if (t->last > 0)
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, a, (PetscCount)t->N * t->N, MPIU_REAL, MPIU_SUM, t->comm));
  PetscCall(MatDenseRestoreArrayWrite(G, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PanelsGram(Mat J, PetscBool dense, PetscInt extra, Mat *G)
{
  Panels    *s;
  TessLayout t;
  Pairs      pairs;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  t = s->layout;
  PetscCall(PetscLogEventBegin(TESS_Assemble, J, 0, 0, 0));
  PetscCall(PairsCreate(s, &pairs));
  if (!*G && dense)
    PetscCall(MatCreateSeqDense(t->last ? PETSC_COMM_SELF : t->comm, t->N, t->N, NULL, G));
  if (!*G)
    PetscCall(GramSparseCreate(s, &pairs, extra, G));
  if (dense)
    PetscCall(GramDense(s, &pairs, *G));
  else
    PetscCall(GramSparseFill(s, &pairs, extra, *G));
  PetscCall(PairsDestroy(&pairs));
  PetscCall(PetscLogEventEnd(TESS_Assemble, J, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode MatDenseMirror(Mat G)
{
  const PetscInt tile = 32;
  PetscInt       n, ld;
  PetscReal     *a;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(G, &n, NULL));
  PetscCall(MatDenseGetLDA(G, &ld));
  PetscCall(MatDenseGetArray(G, &a));
  for (PetscInt jt = 0; jt < n; jt += tile)
    for (PetscInt it = jt; it < n; it += tile)
      for (PetscInt j = jt; j < PetscMin(n, jt + tile); j++)
        for (PetscInt i = PetscMax(it, j + 1); i < PetscMin(n, it + tile); i++)
          a[i * ld + j] = a[j * ld + i];
  PetscCall(MatDenseRestoreArray(G, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsGram(Mat J, Mat *G)
{
  PetscBool dense;

  PetscFunctionBegin;
  dense = PanelsGramIsDense(J, DENSE_BELOW);
  PetscCall(PanelsGram(J, dense, 0, G));
  if (dense)
    PetscCall(MatDenseMirror(*G));
  PetscFunctionReturn(PETSC_SUCCESS);
}
