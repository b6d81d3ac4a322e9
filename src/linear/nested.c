/* nested.c - (J^T J + D + shift) y = b by Cholesky of dense blocks, in two levels of nested dissection
   (George & Liu 1981, ch. 8): each rank eliminates the blocks of its own that meet no other rank's, or only
   such as are kept (cover.c); what is kept, the shared slice and border rows are summed over the ranks and
   eliminated on each of them.  Border rows B are the last rows of the quasi-definite [G + D, B^T; B, -1], as
   in direct.c. */
#include "nested.h"

/* A block of G, zero the first time. */
static PetscErrorCode Put(Nested c, const Block *b, PetscReal **sum)
{
  PetscHashIter iter;
  PetscBool     fresh;
  PetscInt      k;

  PetscFunctionBegin;
  PetscCall(PetscHMapIJPut(c->index, ((PetscHashIJKey){.i = b->e, .j = b->f}), &iter, &fresh));
  if (fresh) {
    PetscCall(PetscHMapIJIterSet(c->index, iter, c->nwhole));
    if (c->nwhole == c->max) {
      c->max = 2 * c->max + 16;
      PetscCall(PetscRealloc(c->max * sizeof(Whole), &c->whole));
    }
    c->whole[c->nwhole].at = *b;
    PetscCall(PetscCalloc1(b->ne * b->nf, &c->whole[c->nwhole++].sum));
  }
  PetscCall(PetscHMapIJIterGet(c->index, iter, &k));
  *sum = c->whole[k].sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Take(Nested c, const Block *b, const PetscReal values[])
{
  PetscReal *sum;

  PetscFunctionBegin;
  PetscCall(Put(c, b, &sum));
  for (PetscInt i = 0; i < b->ne * b->nf; i++)
    sum[i] += values[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Border rows as blocks: column i of e is what they have there. */
static PetscErrorCode TakeBorder(Nested c, Panels *p)
{
  TessLayout       t = p->layout;
  const PetscReal *a;
  PetscReal       *sum;
  PetscInt         at = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->nborder * PetscMax(t->stride, t->nshared), &sum));
  for (PetscInt l = 0; l < NestedOwned(t); l++) {
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

/* The rank that eliminates one of the blocks; this one where both are kept, for then the parts are summed
 * later. */
static PetscMPIInt Home(Nested c, const Pair *p)
{
  if (c->kept[p->e] && c->kept[p->f])
    return c->rank;
  return c->owner[c->kept[p->e] ? p->f : p->e];
}

/* Blocks of G: the sums of this rank, which are in place where it is home to them, and of the others. */
static PetscErrorCode Sum(Nested c, Panels *p)
{
  TessLayout t     = p->layout;
  PetscInt   npost = 0;
  Post      *post;
  Mail       in, out;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(c->pairs.npair, &post));
  for (PetscInt k = 0; k < c->nwhole; k++)
    PetscCall(PetscArrayzero(c->whole[k].sum, c->whole[k].at.ne * c->whole[k].at.nf));
  for (PetscInt k = 0; k < c->pairs.npair; k++) {
    const Pair       *q    = &c->pairs.pair[k];
    const PetscMPIInt home = Home(c, q);

    if (home == t->rank)
      continue;
    PetscCall(PetscArrayzero(q->sum, t->size[q->e] * t->size[q->f]));
    post[npost++] = (Post){.pair = k, .rank = home};
  }
  PetscCall(PairsAccumulate(p, &c->pairs));
  PetscCall(MailWrite(t, &c->pairs, npost, post, &out));
  PetscCall(PetscFree(post));
  PetscCall(MailExchange(t, &out, &in));
  PetscCall(MailFree(&out));
  for (PetscMPIInt i = 0; i < in.n; i++) {
    const PetscReal *sum = in.values[i];

    for (PetscInt k = 0; k < in.count[2 * i]; sum += in.block[i][k].ne * in.block[i][k].nf, k++)
      PetscCall(Take(c, &in.block[i][k], sum));
  }
  PetscCall(MailFree(&in));
  PetscCall(TakeBorder(c, p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Create(Panels *p, Nested *made)
{
  TessLayout t = p->layout;
  Nested     c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  *made     = c;
  c->rank   = t->rank;
  c->border = t->number[t->nlocal] + 1;
  PetscCall(PetscHMapIJCreate(&c->index));
  PetscCall(PetscHMapICreate(&c->node));
  PetscCall(BlockOwners(t, &c->owner));
  PetscCall(PairsCreate(p, &c->pairs));
  PetscCall(PetscMalloc1(t->nlocal + 1, &c->kept));
  PetscCall(NestedCover(c, t));
  for (PetscInt k = 0; k < c->pairs.npair; k++) {
    Pair       *q = &c->pairs.pair[k];
    const Block b = PairDescribe(t, q);

    q->ld = t->size[q->f];
    if (Home(c, q) == t->rank)
      PetscCall(Put(c, &b, &q->sum));
    else
      PetscCall(PetscMalloc1(b.ne * b.nf, &q->sum));
  }
  PetscCall(Sum(c, p));
  PetscCall(NestedMakeGraph(c, t, p->nborder));
  PetscCall(PetscMalloc1(p->nborder * p->nborder, &c->M));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NestedDestroy(Nested *nested)
{
  Nested c = *nested;

  PetscFunctionBegin;
  *nested = NULL;
  if (!c)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < c->pairs.npair; k++)
    if (Home(c, &c->pairs.pair[k]) != c->rank)
      PetscCall(PetscFree(c->pairs.pair[k].sum));
  PetscCall(PairsDestroy(&c->pairs));
  for (PetscInt k = 0; k < c->nwhole; k++)
    PetscCall(PetscFree(c->whole[k].sum));
  PetscCall(PetscFree(c->whole));
  PetscCall(PetscHMapIJDestroy(&c->index));
  PetscCall(PetscHMapIDestroy(&c->node));
  PetscCall(EliminationDestroy(&c->inner));
  PetscCall(EliminationDestroy(&c->outer));
  PetscCall(PetscFree(c->owner));
  PetscCall(PetscFree(c->kept));
  PetscCall(PetscFree(c->ownnode));
  PetscCall(PetscFree(c->number));
  PetscCall(PetscFree(c->up));
  PetscCall(PetscFree(c->M));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NestedSetMat(TessNormal s)
{
  Panels *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(PetscLogEventBegin(TESS_Assemble, s->J, 0, 0, 0));
  if (s->nested)
    PetscCall(Sum(s->nested, p));
  else
    PetscCall(Create(p, &s->nested));
  PetscCall(PetscLogEventEnd(TESS_Assemble, s->J, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* inner := G + D + shift, in the columns of this rank */
static PetscErrorCode Load(Nested c, Panels *p, Vec D, PetscReal shift)
{
  TessLayout       t  = p->layout;
  const PetscReal *d  = NULL;
  PetscInt         at = 0, node, ld;
  PetscReal       *a;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c->inner.L, c->inner.total));
  for (PetscInt k = 0; k < c->nwhole; k++) {
    const Block *b = &c->whole[k].at;
    PetscInt     e, f;

    PetscCall(PetscHMapIGet(c->node, b->e, &e));
    PetscCall(PetscHMapIGet(c->node, b->f, &f));
    PetscCall(EliminationAdd(&c->inner, e, f, c->whole[k].sum, b->nf));
  }
  if (D)
    PetscCall(VecGetArrayRead(D, &d));
  for (PetscInt l = 0; l < NestedOwned(t); l++) {
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

/* outer := what inner keeps, to be summed over the ranks */
static PetscErrorCode LoadOuter(Nested c)
{
  const Elimination *s = &c->inner;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c->outer.L, c->outer.total));
  for (PetscInt k = s->neliminated; k < s->n; k++) {
    PetscCall(EliminationAdd(&c->outer, c->up[k], c->up[k], s->L + s->at[k], s->height[k]));
    for (PetscInt j = s->start[k]; j < s->start[k + 1]; j++)
      PetscCall(EliminationAdd(&c->outer, c->up[k], c->up[s->node[s->below[j]]], s->L + s->at[k] + s->row[j],
                               s->height[k]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* M M^T = 1 + B (G + D)^-1 B^T, what the elimination left of -1 with its sign changed */
static PetscErrorCode FactorBorder(Nested c, PetscInt nborder, PetscBool *ok)
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

PetscErrorCode NestedFactor(TessNormal s, Vec D, PetscReal shift, PetscBool *ok)
{
  Nested  c = s->nested;
  Panels *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(Load(c, p, D, shift));
  PetscCall(EliminationFactor(&c->inner, ok));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 1, MPIU_BOOL, MPI_LAND, s->comm));
  if (!*ok || !c->outer.n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(LoadOuter(c));
  PetscCall(EliminationSumFactor(&c->outer, s->comm, ok));
  if (!*ok || !p->nborder)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(FactorBorder(c, p->nborder, ok));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 1, MPIU_BOOL, MPI_LAND, s->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt64 NestedFactorBytes(TessNormal s)
{
  return (s->nested->inner.total + s->nested->outer.total) * (PetscInt64)sizeof(PetscReal);
}

/* m vectors z := outer^-1 z */
static PetscErrorCode SolveOuter(Nested c, PetscInt m, PetscInt nborder)
{
  PetscReal   *w = c->z + c->outer.first[c->outer.neliminated];
  PetscBLASInt n, one = 1, info;

  PetscFunctionBegin;
  PetscCall(EliminationForward(&c->outer, m, c->z));
  PetscCall(PetscBLASIntCast(nborder, &n));
  for (PetscInt k = 0; k < m && nborder; k++, w += c->outer.first[c->outer.n]) {
    PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("L", &n, &one, c->M, &n, w, &n, &info));
    for (PetscInt i = 0; i < nborder; i++)
      w[i] = -w[i];
  }
  PetscCall(EliminationBackward(&c->outer, m, c->z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The pieces of x that belong to the nodes of this rank, from or to a vector. */
static PetscErrorCode CopyOwn(Nested c, TessLayout t, PetscReal a[], PetscReal x[], PetscBool in)
{
  PetscFunctionBegin;
  for (PetscInt l = 0; l < NestedOwned(t); l++) {
    const PetscInt n = c->inner.size[c->ownnode[l]];
    PetscReal     *p = x + c->inner.first[c->ownnode[l]];

    PetscCall(PetscArraycpy(in ? p : a, in ? a : p, n));
    a += n;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* m vectors: the kept part of x is added to z, or is z's */
static void CopyKept(Nested c, PetscInt m, PetscBool in)
{
  const Elimination *s = &c->inner, *t = &c->outer;

  for (PetscInt j = 0; j < m; j++) {
    for (PetscInt k = s->neliminated; k < s->n; k++) {
      PetscReal *x = c->x + j * s->first[s->n] + s->first[k],
                *z = c->z + j * t->first[t->n] + t->first[c->up[k]];

      for (PetscInt i = 0; i < s->size[k]; i++) {
        if (in)
          x[i] = z[i];
        else
          z[i] += x[i];
      }
    }
  }
}

PetscErrorCode NestedSolveMany(TessNormal s, PetscInt m, const Vec b[], Vec y[])
{
  Nested         c  = s->nested;
  const PetscInt nx = c->inner.first[c->inner.n], nz = c->outer.first[c->outer.n];
  PetscReal     *a;
  Panels        *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCall(PetscCalloc2(m * nx, &c->x, m * nz, &c->z));
  for (PetscInt j = 0; j < m; j++) {
    PetscCall(VecCopy(b[j], y[j]));
    PetscCall(VecGetArray(y[j], &a));
    PetscCall(CopyOwn(c, p->layout, a, c->x + j * nx, PETSC_TRUE));
    PetscCall(VecRestoreArray(y[j], &a));
  }
  PetscCall(EliminationForward(&c->inner, m, c->x));
  CopyKept(c, m, PETSC_FALSE);
  if (nz) {
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, c->z, (PetscCount)m * nz, MPIU_REAL, MPIU_SUM, s->comm));
    PetscCall(SolveOuter(c, m, p->nborder));
  }
  CopyKept(c, m, PETSC_TRUE);
  PetscCall(EliminationBackward(&c->inner, m, c->x));
  for (PetscInt j = 0; j < m; j++) {
    PetscCall(VecGetArray(y[j], &a));
    PetscCall(CopyOwn(c, p->layout, a, c->x + j * nx, PETSC_FALSE));
    PetscCall(VecRestoreArray(y[j], &a));
  }
  PetscCall(PetscFree2(c->x, c->z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NestedSolve(TessNormal s, Vec b, Vec y)
{
  PetscFunctionBegin;
  PetscCall(NestedSolveMany(s, 1, &b, &y));
  PetscFunctionReturn(PETSC_SUCCESS);
}
