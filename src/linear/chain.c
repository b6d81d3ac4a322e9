/* chain.c - (J^T J + D + shift) y = b when blocks stand in chains or rings (no block meets more than two
   others): Cholesky by dense blocks.  Each rank eliminates the blocks of its own that meet no lower rank;
   what is left (of two neighbours on different ranks the block of the higher rank, the shared slice, border
   rows) is summed over the ranks and eliminated on each of them: two levels of nested dissection (George &
   Liu 1981, ch. 8). Border rows B are the last rows of the quasi-definite [G + D, B^T; B, -1], as in
   direct.c. */
#include "chain.h"

/* Adds to a block of G, a new one the first time. */
static PetscErrorCode Take(Chain c, const Block *b, const PetscReal sum[])
{
  const PetscInt n = b->ne * b->nf;
  PetscHashIter  iter;
  PetscBool      fresh;
  PetscInt       k;

  PetscFunctionBegin;
  PetscCall(PetscHMapIJPut(c->index, ((PetscHashIJKey){.i = b->e, .j = b->f}), &iter, &fresh));
  if (fresh) {
    PetscCall(PetscHMapIJIterSet(c->index, iter, c->nwhole));
    if (c->nwhole == c->max) {
      c->max = 2 * c->max + 16;
      PetscCall(PetscRealloc(c->max * sizeof(Whole), &c->whole));
    }
    c->whole[c->nwhole].at = *b;
    PetscCall(PetscCalloc1(n, &c->whole[c->nwhole++].sum));
  }
  PetscCall(PetscHMapIJIterGet(c->index, iter, &k));
  for (PetscInt i = 0; i < n; i++)
    c->whole[k].sum[i] += sum[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Border rows as blocks: column i of e is what they have there. */
static PetscErrorCode TakeBorder(Chain c, Panels *p)
{
  TessLayout       t = p->layout;
  const PetscReal *a;
  PetscReal       *sum;
  PetscInt         at = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->nborder * PetscMax(t->stride, t->nshared), &sum));
  for (PetscInt l = 0; l < ChainOwned(t); l++) {
    const PetscInt e = l < t->nowned ? l : t->nlocal;
    const Block    b = {.e = t->number[e], .f = c->border, .ne = t->size[e], .nf = p->nborder};

    for (PetscInt k = 0; k < p->nborder; k++) {
      PetscCall(VecGetArrayRead(p->border[k], &a));
      for (PetscInt i = 0; i < b.ne; i++)
        sum[i * p->nborder + k] = a[at + i];
      PetscCall(VecRestoreArrayRead(p->border[k], &a));
    }
    at += b.ne;
    if (p->nborder)
      PetscCall(Take(c, &b, sum));
  }
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Complete blocks of G: the sums of this rank and of the others. */
static PetscErrorCode Sum(Chain c, Panels *p)
{
  TessLayout t = p->layout;
  PetscInt   npost;
  Post      *post;
  Mail       in, out;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < c->nwhole; k++)
    PetscCall(PetscArrayzero(c->whole[k].sum, c->whole[k].at.ne * c->whole[k].at.nf));
  for (PetscInt k = 0; k < c->pairs.npair; k++)
    PetscCall(
        PetscArrayzero(c->pairs.pair[k].sum, t->size[c->pairs.pair[k].e] * t->size[c->pairs.pair[k].f]));
  PetscCall(PairsAccumulate(p, &c->pairs));
  PetscCall(MailHome(&c->pairs, c->owner, t->rank, &npost, &post));
  PetscCall(MailWrite(t, &c->pairs, npost, post, &out));
  PetscCall(PetscFree(post));
  PetscCall(MailExchange(t, &out, &in));
  PetscCall(MailFree(&out));
  for (PetscInt k = 0; k < c->pairs.npair; k++) {
    const Block b = PairDescribe(t, &c->pairs.pair[k]);

    if (c->owner[c->pairs.pair[k].e] == t->rank)
      PetscCall(Take(c, &b, c->pairs.pair[k].sum));
  }
  for (PetscMPIInt i = 0; i < in.n; i++) {
    const PetscReal *sum = in.values[i];

    for (PetscInt k = 0; k < in.count[2 * i]; sum += in.block[i][k].ne * in.block[i][k].nf, k++)
      PetscCall(Take(c, &in.block[i][k], sum));
  }
  PetscCall(MailFree(&in));
  PetscCall(TakeBorder(c, p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Create(Panels *p, Chain *made)
{
  TessLayout t = p->layout;
  Chain      c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  *made     = c;
  c->border = t->number[t->nlocal] + 1;
  PetscCall(PetscHMapIJCreate(&c->index));
  PetscCall(PetscHMapICreate(&c->node));
  PetscCall(BlockOwners(t, &c->owner));
  PetscCall(PairsCreate(p, &c->pairs));
  for (PetscInt k = 0; k < c->pairs.npair; k++) {
    Pair *q = &c->pairs.pair[k];

    q->ld = t->size[q->f];
    PetscCall(PetscMalloc1(t->size[q->e] * t->size[q->f], &q->sum));
  }
  PetscCall(Sum(c, p));
  PetscCall(ChainMakeGraph(c, t, p->nborder));
  PetscCall(PetscMalloc1(c->inner.first[c->inner.n], &c->x));
  PetscCall(PetscMalloc1(c->outer.first[c->outer.n], &c->z));
  PetscCall(PetscMalloc1(p->nborder * p->nborder, &c->M));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ChainDestroy(Chain *chain)
{
  Chain c = *chain;

  PetscFunctionBegin;
  *chain = NULL;
  if (!c)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(GramBlocksDestroy(&c->pairs));
  for (PetscInt k = 0; k < c->nwhole; k++)
    PetscCall(PetscFree(c->whole[k].sum));
  PetscCall(PetscFree(c->whole));
  PetscCall(PetscHMapIJDestroy(&c->index));
  PetscCall(PetscHMapIDestroy(&c->node));
  PetscCall(EliminationDestroy(&c->inner));
  PetscCall(EliminationDestroy(&c->outer));
  PetscCall(PetscFree(c->owner));
  PetscCall(PetscFree(c->ownnode));
  PetscCall(PetscFree(c->number));
  PetscCall(PetscFree(c->up));
  PetscCall(PetscFree(c->x));
  PetscCall(PetscFree(c->z));
  PetscCall(PetscFree(c->M));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ChainSetMat(TessNormal s)
{
  Panels *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(PetscLogEventBegin(TESS_Assemble, s->J, 0, 0, 0));
  if (s->chain)
    PetscCall(Sum(s->chain, p));
  else
    PetscCall(Create(p, &s->chain));
  PetscCall(PetscLogEventEnd(TESS_Assemble, s->J, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* inner := G + D + shift, in the columns of this rank */
static PetscErrorCode Load(Chain c, Panels *p, Vec D, PetscReal shift)
{
  TessLayout       t  = p->layout;
  const PetscReal *d  = NULL;
  PetscInt         at = 0, node, ld;
  PetscReal       *a;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c->inner.L, c->inner.at[c->inner.n]));
  for (PetscInt k = 0; k < c->nwhole; k++) {
    const Block *b = &c->whole[k].at;
    PetscInt     e, f;

    PetscCall(PetscHMapIGet(c->node, b->e, &e));
    PetscCall(PetscHMapIGet(c->node, b->f, &f));
    PetscCall(EliminationAdd(&c->inner, e, f, c->whole[k].sum, b->nf));
  }
  if (D)
    PetscCall(VecGetArrayRead(D, &d));
  for (PetscInt l = 0; l < ChainOwned(t); l++) {
    a = EliminationDiagonal(&c->inner, c->ownnode[l], &ld);
    for (PetscInt i = 0; i < c->inner.size[c->ownnode[l]]; i++)
      a[(PetscCount)i * ld + i] += shift + (d ? d[at + i] : 0);
    at += c->inner.size[c->ownnode[l]];
  }
  if (D)
    PetscCall(VecRestoreArrayRead(D, &d));
  if (t->rank == t->last && p->nborder) {
    PetscCall(PetscHMapIGet(c->node, c->border, &node));
    a = EliminationDiagonal(&c->inner, node, &ld);
    for (PetscInt i = 0; i < p->nborder; i++)
      a[i * ld + i] = -1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* outer := the sum over ranks of what inner keeps */
static PetscErrorCode LoadOuter(Chain c, MPI_Comm comm)
{
  const Elimination *s = &c->inner;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c->outer.L, c->outer.at[c->outer.n]));
  for (PetscInt k = s->neliminated; k < s->n; k++) {
    PetscCall(EliminationAdd(&c->outer, c->up[k], c->up[k], s->L + s->at[k], s->height[k]));
    for (PetscInt j = s->start[k]; j < s->start[k + 1]; j++)
      PetscCall(EliminationAdd(&c->outer, c->up[k], c->up[s->node[s->below[j]]], s->L + s->at[k] + s->row[j],
                               s->height[k]));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, c->outer.L, (PetscCount)c->outer.at[c->outer.n], MPIU_REAL, MPIU_SUM,
                           comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* M M^T = 1 + B (G + D)^-1 B^T, what the elimination left of -1 with its sign changed */
static PetscErrorCode FactorBorder(Chain c, PetscInt nborder, PetscBool *ok)
{
  PetscBLASInt     n, info;
  PetscInt         ld;
  const PetscReal *a = EliminationDiagonal(&c->outer, c->outer.n - 1, &ld);

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(nborder, &n));
  for (PetscInt j = 0; j < nborder; j++)
    for (PetscInt i = j; i < nborder; i++)
      c->M[j * nborder + i] = -a[j * ld + i];
  PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &n, c->M, &n, &info));
  *ok = info || PetscIsInfOrNanReal(c->M[nborder * nborder - 1]) ? PETSC_FALSE : PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ChainFactor(TessNormal s, Vec D, PetscReal shift, PetscBool *ok)
{
  Chain   c = s->chain;
  Panels *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(Load(c, p, D, shift));
  PetscCall(EliminationFactor(&c->inner, ok));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 1, MPIU_BOOL, MPI_LAND, s->comm));
  if (!*ok || !c->outer.n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(LoadOuter(c, s->comm));
  PetscCall(EliminationFactor(&c->outer, ok));
  if (*ok && p->nborder)
    PetscCall(FactorBorder(c, p->nborder, ok));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 1, MPIU_BOOL, MPI_LAND, s->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* z := outer^-1 z */
static PetscErrorCode SolveOuter(Chain c, PetscInt nborder)
{
  PetscReal   *w = c->z + c->outer.first[c->outer.neliminated];
  PetscBLASInt n, one = 1, info;

  PetscFunctionBegin;
  PetscCall(EliminationForward(&c->outer, c->z));
  if (nborder) {
    PetscCall(PetscBLASIntCast(nborder, &n));
    PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("L", &n, &one, c->M, &n, w, &n, &info));
    for (PetscInt i = 0; i < nborder; i++)
      w[i] = -w[i];
  }
  PetscCall(EliminationBackward(&c->outer, c->z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The pieces of x that belong to the nodes of this rank, from or to a vector. */
static PetscErrorCode CopyOwn(Chain c, TessLayout t, Vec b, PetscBool in)
{
  PetscReal *a;
  PetscInt   at = 0;

  PetscFunctionBegin;
  PetscCall(VecGetArray(b, &a));
  for (PetscInt l = 0; l < ChainOwned(t); l++) {
    PetscReal     *x = c->x + c->inner.first[c->ownnode[l]];
    const PetscInt n = c->inner.size[c->ownnode[l]];

    PetscCall(PetscArraycpy(in ? x : a + at, in ? a + at : x, n));
    at += n;
  }
  PetscCall(VecRestoreArray(b, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ChainSolve(TessNormal s, Vec b, Vec y)
{
  Chain              c  = s->chain;
  const Elimination *in = &c->inner;
  const PetscInt     m  = c->outer.first[c->outer.n];
  PetscMPIInt        count;
  Panels            *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(PetscArrayzero(c->x, in->first[in->n]));
  PetscCall(VecCopy(b, y));
  PetscCall(CopyOwn(c, p->layout, y, PETSC_TRUE));
  PetscCall(EliminationForward(in, c->x));
  PetscCall(PetscArrayzero(c->z, m));
  for (PetscInt k = in->neliminated; k < in->n; k++)
    for (PetscInt i = 0; i < in->size[k]; i++)
      c->z[c->outer.first[c->up[k]] + i] += c->x[in->first[k] + i];
  if (m) {
    PetscCall(PetscMPIIntCast(m, &count));
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, c->z, count, MPIU_REAL, MPIU_SUM, s->comm));
    PetscCall(SolveOuter(c, p->nborder));
  }
  for (PetscInt k = in->neliminated; k < in->n; k++)
    PetscCall(PetscArraycpy(c->x + in->first[k], c->z + c->outer.first[c->up[k]], in->size[k]));
  PetscCall(EliminationBackward(in, c->x));
  PetscCall(CopyOwn(c, p->layout, y, PETSC_FALSE));
  PetscFunctionReturn(PETSC_SUCCESS);
}
