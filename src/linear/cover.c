/* cover.c - of two blocks of different ranks that meet, one at least is left for all ranks: a vertex cover of
   the edges that are cut, small, and such that the ranks have equally many blocks left for themselves.  Along
   the cut between two ranks, in the order of a breadth-first search from one end (as Cuthill & McKee 1969),
   the blocks of one rank are taken up to a place, and behind it those of the other: one block more than the
   smallest cover in a plane, and each rank gives half of it. */
#include "nested.h"

/* Block e of rank p meets block f of rank q > p. */
typedef struct {
  PetscInt p, q, e, f;
} Edge;

static int CompareEdges(const void *a, const void *b)
{
  const PetscInt *x = a, *y = b;

  for (PetscInt i = 0; i < 4; i++)
    if (x[i] != y[i])
      return x[i] < y[i] ? -1 : 1;
  return 0;
}

/* The edges between two ranks that are to be covered, by nodes 0, 1, ... of each side. */
typedef struct {
  PetscInt  n, nleft, nright, *left, *right; /* edges; nodes; [n] nodes of the edges */
  PetscInt *order;                           /* [nleft] */
  PetscInt *mark;                            /* [max(nleft, nright)] */
  PetscInt *leftnumber, *rightnumber;        /* [nleft], [nright] numbers of the blocks */
} Seam;

static void Push(Seam *s, PetscInt node, PetscBool met[], PetscInt *n)
{
  if (!met[node])
    s->order[(*n)++] = node;
  met[node] = PETSC_TRUE;
}

/* order: nodes of the left side as they are reached from one of them, then from one not reached, ... */
static PetscErrorCode Sweep(Seam *s, PetscInt from)
{
  PetscBool *met, *across;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(s->nleft, &met, s->nright, &across));
  for (PetscInt i = -1, n = 0, at = 0; i < s->nleft; i++) {
    Push(s, i < 0 ? from : i, met, &n);
    for (; at < n; at++) {
      for (PetscInt k = 0; k < s->n; k++) {
        if (s->left[k] != s->order[at] || across[s->right[k]])
          continue;
        across[s->right[k]] = PETSC_TRUE;
        for (PetscInt j = 0; j < s->n; j++)
          if (s->right[j] == s->right[k])
            Push(s, s->left[j], met, &n);
      }
    }
  }
  PetscCall(PetscFree2(met, across));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Takes the first nodes of the left side, and of the right side those with an edge that is left: as many as
   make the larger rest of the two (own [2] before) and the cover together smallest. */
static PetscErrorCode Choose(Seam *s, PetscInt own[2], PetscHSetI kept)
{
  PetscInt best = s->nleft, least = PETSC_MAX_INT, taken = 0, *last = s->mark;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < s->nright; j++)
    last[j] = -1; /* place of its last neighbour in the order */
  for (PetscInt i = 0; i < s->nleft; i++)
    for (PetscInt k = 0; k < s->n; k++)
      if (s->left[k] == s->order[i])
        last[s->right[k]] = i;
  for (PetscInt h = 0; h <= s->nleft; h++) {
    PetscInt right = 0, cost;

    for (PetscInt j = 0; j < s->nright; j++)
      right += last[j] >= h;
    cost = PetscMax(own[0] - h, own[1] - right) + h + right;
    if (cost < least) {
      least = cost;
      best  = h;
      taken = right;
    }
  }
  own[0] -= best;
  own[1] -= taken;
  for (PetscInt i = 0; i < best; i++)
    PetscCall(PetscHSetIAdd(kept, s->leftnumber[s->order[i]]));
  for (PetscInt j = 0; j < s->nright; j++)
    if (last[j] >= best)
      PetscCall(PetscHSetIAdd(kept, s->rightnumber[j]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* numbers [n] of blocks -> nodes, and the sorted numbers of the nodes */
static PetscErrorCode Nodes(PetscInt n, PetscInt node[], PetscInt *nnode, PetscInt number[])
{
  PetscFunctionBegin;
  *nnode = n;
  PetscCall(PetscArraycpy(number, node, n));
  PetscCall(PetscSortRemoveDupsInt(nnode, number));
  for (PetscInt k = 0; k < n; k++)
    PetscCall(PetscFindInt(node[k], *nnode, number, &node[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* n edges between the ranks p and q */
static PetscErrorCode CoverSeam(PetscInt n, const Edge edge[], PetscInt blocks[], PetscHSetI kept)
{
  Seam     s      = {.n = 0};
  PetscInt own[2] = {blocks[edge->p], blocks[edge->q]};

  PetscFunctionBegin;
  PetscCall(
      PetscMalloc6(n, &s.left, n, &s.right, n, &s.order, n, &s.mark, n, &s.leftnumber, n, &s.rightnumber));
  for (PetscInt k = 0; k < n; k++) {
    PetscBool has[2];

    PetscCall(PetscHSetIHas(kept, edge[k].e, &has[0]));
    PetscCall(PetscHSetIHas(kept, edge[k].f, &has[1]));
    if (has[0] || has[1])
      continue;
    s.left[s.n]    = edge[k].e;
    s.right[s.n++] = edge[k].f;
  }
  PetscCall(Nodes(s.n, s.left, &s.nleft, s.leftnumber));
  PetscCall(Nodes(s.n, s.right, &s.nright, s.rightnumber));
  if (s.n) {
    PetscCall(Sweep(&s, 0));
    PetscCall(Sweep(&s, s.order[s.nleft - 1]));
    PetscCall(Choose(&s, own, kept));
  }
  blocks[edge->p] = own[0];
  blocks[edge->q] = own[1];
  PetscCall(PetscFree6(s.left, s.right, s.order, s.mark, s.leftnumber, s.rightnumber));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NestedCover(Nested c, TessLayout t)
{
  PetscInt   *mine, *all, n, m = 0, *blocks;
  Edge       *edge;
  PetscMPIInt nrank;
  PetscHSetI  kept;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(t->comm, &nrank));
  PetscCall(PetscMalloc1(4 * c->pairs.npair, &mine));
  for (PetscInt k = 0; k < c->pairs.npair; k++) {
    const Pair *p = &c->pairs.pair[k];

    if (p->f >= t->nlocal || c->owner[p->e] == c->owner[p->f])
      continue;
    mine[m++] = c->owner[p->e];
    mine[m++] = c->owner[p->f];
    mine[m++] = t->number[p->e];
    mine[m++] = t->number[p->f];
  }
  PetscCall(NestedGather(t->comm, m, mine, &n, &all));
  PetscCall(PetscFree(mine));
  edge = (Edge *)all;
  n /= 4;
  if (n)
    qsort(edge, (size_t)n, sizeof(*edge), CompareEdges);
  PetscCall(PetscMalloc1(nrank, &blocks));
  PetscCallMPI(MPI_Allgather(&t->nowned, 1, MPIU_INT, blocks, 1, MPIU_INT, t->comm));
  PetscCall(PetscHSetICreate(&kept));
  for (PetscInt from = 0, to = 0; from < n; from = to) {
    while (to < n && edge[to].p == edge[from].p && edge[to].q == edge[from].q)
      to++;
    PetscCall(CoverSeam(to - from, edge + from, blocks, kept));
  }
  for (PetscInt l = 0; l < t->nlocal; l++)
    PetscCall(PetscHSetIHas(kept, t->number[l], &c->kept[l]));
  c->kept[t->nlocal] = PETSC_TRUE;
  PetscCall(PetscHSetIDestroy(&kept));
  PetscCall(PetscFree(blocks));
  PetscCall(PetscFree(all));
  PetscFunctionReturn(PETSC_SUCCESS);
}
