/* chaingraph.c - which blocks of a chain a rank eliminates for itself, and which are left for all. */
#include "chain.h"

/* cut [nlocal]: of two blocks of different ranks that meet, the second */
static PetscErrorCode Cut(Chain c, TessLayout t, PetscInt cut[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(cut, t->nlocal));
  for (PetscInt k = 0; k < c->pairs.npair; k++) {
    const Pair *p = &c->pairs.pair[k];

    if (p->f < t->nlocal && c->owner[p->e] != c->owner[p->f])
      cut[p->f] = 1;
  }
  PetscCall(PetscSFReduceBegin(t->sf, MPIU_INT, cut, cut, MPI_MAX));
  PetscCall(PetscSFReduceEnd(t->sf, MPIU_INT, cut, cut, MPI_MAX));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A node of inner for the block with this number, unless there is one. */
static PetscErrorCode PutNode(Chain c, PetscInt number, PetscInt size, PetscInt *n, PetscInt sizes[])
{
  PetscInt at;

  PetscFunctionBegin;
  PetscCall(PetscHMapIGet(c->node, number, &at));
  if (at >= 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscHMapISet(c->node, number, *n));
  c->number[*n] = number;
  sizes[(*n)++] = size;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* inner: what this rank eliminates, then what it keeps of its own and of others */
static PetscErrorCode MakeInner(Chain c, TessLayout t, PetscInt nborder)
{
  const PetscInt last = ChainOwned(t) - t->nowned, max = t->nowned + 2 + c->nwhole;
  PetscInt       n = 0, ninner, *cut, *size, *edges;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(t->nlocal, &cut, max, &size, 2 * c->nwhole, &edges));
  PetscCall(PetscMalloc1(max, &c->number));
  PetscCall(Cut(c, t, cut));
  for (PetscInt l = 0; l < t->nowned; l++)
    if (!cut[l])
      PetscCall(PutNode(c, t->number[l], t->size[l], &n, size));
  ninner = n;
  for (PetscInt l = 0; l < t->nowned; l++)
    PetscCall(PutNode(c, t->number[l], t->size[l], &n, size));
  if (last)
    PetscCall(PutNode(c, t->number[t->nlocal], t->nshared, &n, size));
  if (t->rank == t->last && nborder)
    PetscCall(PutNode(c, c->border, nborder, &n, size));
  for (PetscInt k = 0; k < c->nwhole; k++)
    PetscCall(PutNode(c, c->whole[k].at.f, c->whole[k].at.nf, &n, size));
  for (PetscInt k = 0; k < c->nwhole; k++) {
    PetscCall(PetscHMapIGet(c->node, c->whole[k].at.e, &edges[2 * k]));
    PetscCall(PetscHMapIGet(c->node, c->whole[k].at.f, &edges[2 * k + 1]));
  }
  PetscCall(EliminationCreate(n, n - ninner, size, c->nwhole, edges, &c->inner));
  PetscCall(PetscMalloc1(t->nowned + 1, &c->ownnode));
  for (PetscInt l = 0; l < t->nowned + last; l++)
    PetscCall(PetscHMapIGet(c->node, t->number[l < t->nowned ? l : t->nlocal], &c->ownnode[l]));
  PetscCall(PetscFree3(cut, size, edges));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the ranks have [n][2], one after another. */
static PetscErrorCode GatherPairs(MPI_Comm comm, PetscInt n, const PetscInt mine[], PetscInt *total,
                                  PetscInt **all)
{
  PetscMPIInt nrank, length, *count, *start;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &nrank));
  PetscCall(PetscMalloc2(nrank, &count, nrank + 1, &start));
  PetscCall(PetscMPIIntCast(2 * n, &length));
  PetscCallMPI(MPI_Allgather(&length, 1, MPI_INT, count, 1, MPI_INT, comm));
  start[0] = 0;
  for (PetscMPIInt r = 0; r < nrank; r++)
    start[r + 1] = start[r] + count[r];
  *total = start[nrank] / 2;
  PetscCall(PetscMalloc1(start[nrank], all));
  PetscCallMPI(MPI_Allgatherv(mine, length, MPIU_INT, *all, count, start, MPIU_INT, comm));
  PetscCall(PetscFree2(count, start));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The nodes of outer in the order of their numbers: each is told by the rank that owns it. */
static PetscErrorCode OuterNodes(Chain c, TessLayout t, PetscInt *n, PetscInt **number, PetscInt **size)
{
  const Elimination *s = &c->inner;
  PetscInt          *mine, *all, m = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(2 * s->n, &mine));
  for (PetscInt i = s->neliminated; i < s->n; i++) {
    const PetscInt  k   = c->number[i];
    const PetscBool own = k >= t->number[t->nlocal]
                              ? (PetscBool)(t->rank == t->last)
                              : (PetscBool)(t->nowned && k >= t->number[0] && k < t->number[0] + t->nowned);

    if (own) {
      mine[2 * m]       = k;
      mine[2 * m++ + 1] = s->size[i];
    }
  }
  PetscCall(GatherPairs(t->comm, m, mine, n, &all));
  PetscCall(PetscFree(mine));
  PetscCall(PetscMalloc1(*n, number));
  PetscCall(PetscMalloc1(*n, size));
  for (PetscInt i = 0; i < *n; i++) {
    (*number)[i] = all[2 * i];
    (*size)[i]   = all[2 * i + 1];
  }
  PetscCall(PetscFree(all));
  PetscCall(PetscSortIntWithArray(*n, *number, *size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeOuter(Chain c, TessLayout t, PetscInt nborder)
{
  const Elimination *s = &c->inner;
  PetscInt           n, *number, *size, nedge, *all, *mine, m = 0;

  PetscFunctionBegin;
  PetscCall(OuterNodes(c, t, &n, &number, &size));
  PetscCall(PetscMalloc1(s->n, &c->up));
  for (PetscInt i = 0; i < s->n; i++) {
    c->up[i] = -1;
    if (i >= s->neliminated)
      PetscCall(PetscFindInt(c->number[i], n, number, &c->up[i]));
  }
  PetscCall(PetscMalloc1(2 * (s->start[s->n] - s->start[s->neliminated]), &mine));
  for (PetscInt i = s->neliminated; i < s->n; i++)
    for (PetscInt j = s->start[i]; j < s->start[i + 1]; j++) {
      mine[2 * m]       = c->up[i];
      mine[2 * m++ + 1] = c->up[s->node[s->below[j]]];
    }
  PetscCall(GatherPairs(t->comm, m, mine, &nedge, &all));
  PetscCall(EliminationCreate(n, nborder ? 1 : 0, size, nedge, all, &c->outer));
  PetscCall(PetscFree(mine));
  PetscCall(PetscFree(all));
  PetscCall(PetscFree(number));
  PetscCall(PetscFree(size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ChainMakeGraph(Chain c, TessLayout t, PetscInt nborder)
{
  PetscFunctionBegin;
  PetscCall(MakeInner(c, t, nborder));
  PetscCall(MakeOuter(c, t, nborder));
  PetscFunctionReturn(PETSC_SUCCESS);
}
