/* locate.c - from a point to its patch, from a patch to its owner, from points to the owners of their
   patches.  The directory is cut into slabs of natural numbers, one a rank: the first npatch % size slabs
   have one number more. */
#include <stdlib.h>
#include "domainimpl.h"

PetscInt64 TessDomainSlabStart_Private(TessDomain d, PetscMPIInt rank)
{
  PetscMPIInt size = 1;

  (void)MPI_Comm_size(PetscObjectComm((PetscObject)d), &size);
  return d->npatch / size * rank + PetscMin((PetscInt64)rank, d->npatch % size);
}

PetscMPIInt TessDomainSlabRank_Private(TessDomain d, PetscInt64 id)
{
  PetscMPIInt size = 1;
  PetscInt64  few, more;

  (void)MPI_Comm_size(PetscObjectComm((PetscObject)d), &size);
  few  = d->npatch / size;
  more = d->npatch % size * (few + 1);
  return (PetscMPIInt)(id < more ? id / (few + 1) : d->npatch % size + (id - more) / few);
}

static int CompareNumbers(const void *a, const void *b)
{
  const PetscInt64 x = *(const PetscInt64 *)a, y = *(const PetscInt64 *)b;

  return (x > y) - (x < y);
}

void TessDomainSort_Private(PetscInt *n, PetscInt64 list[])
{
  PetscInt m = 0;

  if (*n)
    qsort(list, *n, sizeof(*list), CompareNumbers);
  for (PetscInt i = 0; i < *n; i++)
    if (!i || list[i] != list[i - 1])
      list[m++] = list[i];
  *n = m;
}

PetscInt TessDomainFind_Private(PetscInt64 id, PetscInt n, const PetscInt64 list[])
{
  const PetscInt64 *p = n ? bsearch(&id, list, n, sizeof(id), CompareNumbers) : NULL;

  return p ? (PetscInt)(p - list) : -1;
}

PetscErrorCode TessDomainFindOwners(TessDomain d, PetscInt n, const PetscInt64 id[], PetscMPIInt rank[],
                                    PetscInt index[])
{
  PetscSFNode *remote;
  PetscInt    *answer;
  PetscSF      sf;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &remote));
  PetscCall(PetscMalloc1(2 * n, &answer));
  for (PetscInt i = 0; i < n; i++) {
    PetscCheck(id[i] >= 0 && id[i] < d->npatch, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "patch %" PetscInt64_FMT " of %" PetscInt64_FMT, id[i], d->npatch);
    remote[i].rank  = TessDomainSlabRank_Private(d, id[i]);
    remote[i].index = (PetscInt)(id[i] - TessDomainSlabStart_Private(d, remote[i].rank));
  }
  PetscCall(PetscSFCreate(PetscObjectComm((PetscObject)d), &sf));
  PetscCall(PetscSFSetGraph(sf, d->nslab, n, NULL, PETSC_OWN_POINTER, remote, PETSC_OWN_POINTER));
  PetscCall(PetscSFBcastBegin(sf, MPIU_2INT, d->slab, answer, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_2INT, d->slab, answer, MPI_REPLACE));
  PetscCall(PetscSFDestroy(&sf));
  for (PetscInt i = 0; i < n; i++) {
    if (rank)
      rank[i] = (PetscMPIInt)answer[2 * i];
    if (index)
      index[i] = answer[2 * i + 1];
  }
  PetscCall(PetscFree(answer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* k with edges[k] <= x < edges[k+1], the last one for the upper end; -1 outside and for not-a-number */
static PetscInt FindPart(PetscReal x, PetscInt n, const PetscReal edges[])
{
  PetscInt low = 0, high = n;

  if (!(x >= edges[0] && x <= edges[n]))
    return -1;
  while (high - low > 1) {
    const PetscInt mid = low + (high - low) / 2;

    if (x >= edges[mid])
      low = mid;
    else
      high = mid;
  }
  return low;
}

PetscErrorCode TessDomainLocate(TessDomain d, PetscInt n, const PetscReal x[], PetscInt64 id[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(id, n));
  for (PetscInt i = d->dim - 1; i >= 0; i--) {
    for (PetscInt p = 0; p < n; p++) {
      const PetscInt part = FindPart(x[(size_t)i * n + p], d->parts[i], d->edges[i]);

      id[p] = id[p] < 0 || part < 0 ? -1 : id[p] * d->parts[i] + (d->ncut && i < d->space ? 0 : part);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* dest [n] and index [n] (local at the owner) of located points, -1 outside; every patch is asked for once.
 */
static PetscErrorCode Destinations(TessDomain d, PetscInt n, const PetscInt64 id[], PetscMPIInt dest[],
                                   PetscInt index[])
{
  PetscInt64  *list;
  PetscInt    *where, m = 0;
  PetscMPIInt *owner;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &list));
  for (PetscInt p = 0; p < n; p++)
    if (id[p] >= 0)
      list[m++] = id[p];
  TessDomainSort_Private(&m, list);
  PetscCall(PetscMalloc2(m, &owner, m, &where));
  PetscCall(TessDomainFindOwners(d, m, list, owner, where));
  for (PetscInt p = 0; p < n; p++) {
    const PetscInt k = id[p] < 0 ? -1 : TessDomainFind_Private(id[p], m, list);

    dest[p]  = k < 0 ? -1 : owner[k];
    index[p] = k < 0 ? -1 : where[k];
  }
  PetscCall(PetscFree2(owner, where));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The leaves of *sf in the order of their patch [nleaf], which is sorted too; points of one patch keep their
 * order. */
static PetscErrorCode SortLeaves(TessDomain d, PetscInt nleaf, PetscInt patch[], PetscSF *sf)
{
  const PetscSFNode *remote;
  PetscSFNode       *sorted;
  PetscInt          *next, *old, nroot;

  PetscFunctionBegin;
  PetscCall(PetscSFGetGraph(*sf, &nroot, NULL, NULL, &remote));
  PetscCall(PetscMalloc1(nleaf, &sorted));
  PetscCall(PetscMalloc1(nleaf, &old));
  PetscCall(PetscCalloc1(d->nowned + 1, &next));
  PetscCall(PetscArraycpy(old, patch, nleaf));
  for (PetscInt l = 0; l < nleaf; l++)
    next[old[l] + 1]++;
  for (PetscInt s = 0; s < d->nowned; s++)
    next[s + 1] += next[s];
  for (PetscInt l = 0; l < nleaf; l++) {
    const PetscInt to = next[old[l]]++;

    sorted[to] = remote[l];
    patch[to]  = old[l];
  }
  PetscCall(PetscFree(old));
  PetscCall(PetscFree(next));
  PetscCall(PetscSFDestroy(sf));
  PetscCall(PetscSFCreate(PetscObjectComm((PetscObject)d), sf));
  PetscCall(PetscSFSetGraph(*sf, nroot, nleaf, NULL, PETSC_OWN_POINTER, sorted, PETSC_OWN_POINTER));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Drops the leaves that lie in holes; x [dim][n] at the roots. */
static PetscErrorCode DropOutside(TessDomain d, PetscInt n, const PetscReal x[], PetscInt *nleaf,
                                  PetscInt patch[], PetscSF *sf)
{
  const PetscSFNode *remote;
  PetscSFNode       *kept;
  PetscReal         *y, *own;
  PetscBool         *in;
  PetscInt           m = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3((size_t)d->dim * *nleaf, &y, (size_t)d->dim * *nleaf, &own, *nleaf, &in));
  for (PetscInt a = 0; a < d->dim; a++) {
    PetscCall(PetscSFBcastBegin(*sf, MPIU_REAL, x + (size_t)a * n, y + (size_t)a * *nleaf, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(*sf, MPIU_REAL, x + (size_t)a * n, y + (size_t)a * *nleaf, MPI_REPLACE));
  }
  for (PetscInt first = 0, end; first < *nleaf; first = end) {
    for (end = first; end < *nleaf && patch[end] == patch[first];)
      end++;
    for (PetscInt a = 0; a < d->dim; a++)
      PetscCall(PetscArraycpy(own + (size_t)a * (end - first), y + (size_t)a * *nleaf + first, end - first));
    PetscCall((*d->shape->inside)(d, patch[first], end - first, own, in + first));
  }
  PetscCall(PetscSFGetGraph(*sf, NULL, NULL, NULL, &remote));
  PetscCall(PetscMalloc1(*nleaf, &kept));
  for (PetscInt l = 0; l < *nleaf; l++) {
    if (!in[l])
      continue;
    kept[m]    = remote[l];
    patch[m++] = patch[l];
  }
  *nleaf = m;
  PetscCall(PetscFree3(y, own, in));
  PetscCall(PetscSFDestroy(sf));
  PetscCall(PetscSFCreate(PetscObjectComm((PetscObject)d), sf));
  PetscCall(PetscSFSetGraph(*sf, n, m, NULL, PETSC_OWN_POINTER, kept, PETSC_OWN_POINTER));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainMigrate(TessDomain d, PetscInt n, const PetscReal x[], PetscSF *sf, PetscInt *nleaf,
                                 PetscInt **patch, PetscInt64 *noutside)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscInt64    *id, out;
  PetscMPIInt   *dest;
  PetscInt      *index;

  PetscFunctionBegin;
  PetscCheck(d->setup, comm, PETSC_ERR_ARG_WRONGSTATE, "TessDomainSetUp comes first");
  PetscCall(PetscLogEventBegin(TESS_Exchange, d, 0, 0, 0));
  PetscCall(PetscMalloc3(n, &id, n, &dest, n, &index));
  if (d->ncut)
    PetscCall((*d->shape->locate)(d, n, x, id));
  else
    PetscCall(TessDomainLocate(d, n, x, id));
  PetscCall(Destinations(d, n, id, dest, index));
  PetscCall(TessDomainRoute_Private(comm, n, dest, nleaf, sf));
  PetscCall(PetscMalloc1(*nleaf, patch));
  PetscCall(PetscSFBcastBegin(*sf, MPIU_INT, index, *patch, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(*sf, MPIU_INT, index, *patch, MPI_REPLACE));
  PetscCall(SortLeaves(d, *nleaf, *patch, sf));
  if (d->shape->inside && !d->ncut) /* the located ones are in */
    PetscCall(DropOutside(d, n, x, nleaf, *patch, sf));
  if (noutside) {
    out = n - *nleaf;
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &out, 1, MPIU_INT64, MPI_SUM, comm));
    *noutside = out;
  }
  PetscCall(PetscFree3(id, dest, index));
  PetscCall(PetscLogEventEnd(TESS_Exchange, d, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
