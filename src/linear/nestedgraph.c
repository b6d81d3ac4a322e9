/* nestedgraph.c - the graphs of what a rank eliminates for itself and of what is left for all. */
#include "nested.h"

/* A node of inner for the block with this number, unless there is one. */
static PetscErrorCode PutNode(Nested c, PetscInt number, PetscInt size, PetscInt *n, PetscInt sizes[])
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
static PetscErrorCode MakeInner(Nested c, TessLayout t, PetscInt nborder)
{
  const PetscInt last = NestedOwned(t) - t->nowned, max = t->nowned + 2 + 2 * c->nwhole;
  PetscInt       n = 0, ninner, *size, *edges;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(max, &size, 2 * c->nwhole, &edges));
  PetscCall(PetscMalloc1(max, &c->number));
  for (PetscInt l = 0; l < t->nowned; l++)
    if (!c->kept[l])
      PetscCall(PutNode(c, t->number[l], t->size[l], &n, size));
  ninner = n;
  for (PetscInt l = 0; l < t->nowned; l++)
    PetscCall(PutNode(c, t->number[l], t->size[l], &n, size));
  if (last)
    PetscCall(PutNode(c, t->number[t->nlocal], t->nshared, &n, size));
  if (t->rank == t->last && nborder)
    PetscCall(PutNode(c, c->border, nborder, &n, size));
  for (PetscInt k = 0; k < c->nwhole; k++) {
    PetscCall(PutNode(c, c->whole[k].at.e, c->whole[k].at.ne, &n, size));
    PetscCall(PutNode(c, c->whole[k].at.f, c->whole[k].at.nf, &n, size));
  }
  for (PetscInt k = 0; k < c->nwhole; k++) {
    PetscCall(PetscHMapIGet(c->node, c->whole[k].at.e, &edges[2 * k]));
    PetscCall(PetscHMapIGet(c->node, c->whole[k].at.f, &edges[2 * k + 1]));
  }
  PetscCall(EliminationCreate(n, n - ninner, size, c->nwhole, edges, &c->inner));
  PetscCall(PetscMalloc1(t->nowned + 1, &c->ownnode));
  for (PetscInt l = 0; l < t->nowned + last; l++)
    PetscCall(PetscHMapIGet(c->node, t->number[l < t->nowned ? l : t->nlocal], &c->ownnode[l]));
  PetscCall(PetscFree2(size, edges));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NestedGather(MPI_Comm comm, PetscInt n, const PetscInt mine[], PetscInt *total, PetscInt **all)
{
  PetscMPIInt nrank, length, *count, *start;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &nrank));
  PetscCall(PetscMalloc2(nrank, &count, nrank + 1, &start));
  PetscCall(PetscMPIIntCast(n, &length));
  PetscCallMPI(MPI_Allgather(&length, 1, MPI_INT, count, 1, MPI_INT, comm));
  start[0] = 0;
  for (PetscMPIInt r = 0; r < nrank; r++)
    start[r + 1] = start[r] + count[r];
  *total = start[nrank];
  PetscCall(PetscMalloc1(*total, all));
  PetscCallMPI(MPI_Allgatherv(mine, length, MPIU_INT, *all, count, start, MPIU_INT, comm));
  PetscCall(PetscFree2(count, start));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The nodes of outer in the order of their numbers: each is told by the rank that owns it. */
static PetscErrorCode OuterNodes(Nested c, TessLayout t, PetscInt *n, PetscInt **number, PetscInt **size)
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
  PetscCall(NestedGather(t->comm, 2 * m, mine, n, &all));
  PetscCall(PetscFree(mine));
  *n /= 2;
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

static PetscErrorCode MakeOuter(Nested c, TessLayout t, PetscInt nborder)
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
  PetscCall(NestedGather(t->comm, 2 * m, mine, &nedge, &all));
  PetscCall(EliminationCreate(n, nborder ? 1 : 0, size, nedge / 2, all, &c->outer));
  PetscCall(EliminationDeal(&c->outer, t->comm));
  PetscCall(PetscFree(mine));
  PetscCall(PetscFree(all));
  PetscCall(PetscFree(number));
  PetscCall(PetscFree(size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NestedMakeGraph(Nested c, TessLayout t, PetscInt nborder)
{
  PetscFunctionBegin;
  PetscCall(MakeInner(c, t, nborder));
  PetscCall(MakeOuter(c, t, nborder));
  PetscFunctionReturn(PETSC_SUCCESS);
}
