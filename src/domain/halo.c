/* halo.c - which experts reach an owned patch (or one opposite it, opposite.c), the ghosts that follow, and
   the exchange pattern.  A transition is never wider than the narrower of its two patches, so a support
   reaches adjacent cores only: offsets -1, 0, 1 along each axis where there is a neighbour; without overlap
   an expert reaches its own core alone. */
#include <stdlib.h>
#include "domainimpl.h"

#define REACH_MAX 1000000

/* One expert before local indices are known; `image` numbers the shift in base 3 over the periodic axes. */
typedef struct {
  PetscInt64 id;
  PetscInt   image;
} Hit;

typedef struct {
  PetscInt n, part[3], wrap[3];
} Step; /* the neighbours along one axis, the patch itself included */

static int CompareHits(const void *a, const void *b)
{
  const Hit *x = a, *y = b;

  if (x->id != y->id)
    return x->id < y->id ? -1 : 1;
  return (x->image > y->image) - (x->image < y->image);
}

static PetscReal FillSteps(TessDomain d, const PetscInt part[], PetscInt held, Step step[])
{
  PetscReal count = 1;

  for (PetscInt i = 0; i < d->dim; i++) {
    step[i].n = 0;
    for (PetscInt offset = -1; offset <= 1; offset++) {
      const PetscInt k = step[i].n;

      if (((i != held && d->overlap > 0) || !offset) &&
          TessDomainNeighbour_Private(d, i, part[i], offset, &step[i].part[k], &step[i].wrap[k]))
        step[i].n++;
    }
    count *= step[i].n;
  }
  return count;
}

/* All combinations of the steps, the first axis fastest; the digit of an image is wrap + 1. */
static PetscErrorCode Enumerate(TessDomain d, const Step step[], PetscInt at[], PetscInt n, Hit hit[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(at, d->dim));
  for (PetscInt h = 0; h < n; h++) {
    hit[h] = (Hit){0, 0};
    for (PetscInt i = d->dim - 1; i >= 0; i--)
      hit[h].id = hit[h].id * d->parts[i] + step[i].part[at[i]];
    for (PetscInt i = 0; i < d->dim; i++)
      if (d->periodic[i])
        hit[h].image = 3 * hit[h].image + step[i].wrap[at[i]] + 1;
    for (PetscInt i = 0; i < d->dim && ++at[i] == step[i].n; i++)
      at[i] = 0;
  }
  qsort(hit, n, sizeof(Hit), CompareHits);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* first [nplace+1]: how many experts reach each place, summed up. */
static PetscErrorCode CountHits(TessDomain d)
{
  PetscInt *part;
  Step     *step;
  PetscReal total[2] = {0, 0};

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d->dim, &part, d->dim, &step));
  PetscCall(PetscMalloc1(d->nplace + 1, &d->first));
  d->first[0] = 0;
  for (PetscInt s = 0; s < d->nplace; s++) {
    TessDomainDecode_Private(d, d->place[s].id, part);
    const PetscReal n = FillSteps(d, part, d->place[s].held, step);

    total[0] = PetscMax(total[0], n);
    total[1] += n;
    d->first[s + 1] = total[1] < PETSC_MAX_INT ? (PetscInt)total[1] : 0;
  }
  PetscCall(PetscFree2(part, step));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, total, 2, MPIU_REAL, MPIU_MAX, PetscObjectComm((PetscObject)d)));
  TessCheckInput(total[0] <= REACH_MAX && total[1] < PETSC_MAX_INT, PetscObjectComm((PetscObject)d),
                 "domain: a patch has %g neighbours, a rank %g; at most %d and %g are possible: cut fewer "
                 "axes; see -parts_%s",
                 (double)total[0], (double)total[1], REACH_MAX, (double)PETSC_MAX_INT, d->names[0]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FindHits(TessDomain d, Hit **hits)
{
  PetscInt *part, *at;
  Step     *step;

  PetscFunctionBegin;
  PetscCall(CountHits(d));
  PetscCall(PetscMalloc3(d->dim, &part, d->dim, &at, d->dim, &step));
  PetscCall(PetscMalloc1(d->first[d->nplace], hits));
  for (PetscInt s = 0; s < d->nplace; s++) {
    TessDomainDecode_Private(d, d->place[s].id, part);
    (void)FillSteps(d, part, d->place[s].held, step);
    PetscCall(Enumerate(d, step, at, d->first[s + 1] - d->first[s], *hits + d->first[s]));
  }
  PetscCall(PetscFree3(part, at, step));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Drops hits of cells without a patch: the directory is asked for all cells met that are not owned. */
static PetscErrorCode DropMissing(TessDomain d, Hit hits[])
{
  const PetscInt nhit = d->first[d->nplace];
  PetscInt64    *id;
  PetscMPIInt   *owner;
  PetscInt       n = 0, m = 0, from = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(nhit, &id));
  for (PetscInt h = 0; h < nhit; h++)
    if (TessDomainFind_Private(hits[h].id, d->nowned, d->id) < 0)
      id[n++] = hits[h].id;
  TessDomainSort_Private(&n, id);
  PetscCall(PetscMalloc1(n, &owner));
  PetscCall(TessDomainFindOwners(d, n, id, owner, NULL));
  for (PetscInt s = 0; s < d->nplace; s++) {
    for (PetscInt h = from; h < d->first[s + 1]; h++) {
      const PetscInt k = TessDomainFind_Private(hits[h].id, n, id);

      if (k < 0 || owner[k] >= 0)
        hits[m++] = hits[h];
    }
    from            = d->first[s + 1];
    d->first[s + 1] = m;
  }
  PetscCall(PetscFree(owner));
  PetscCall(PetscFree(id));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The patches met that are not owned, sorted, behind the owned ones. */
static PetscErrorCode AddGhosts(TessDomain d, PetscInt nhit, const Hit hits[])
{
  PetscInt64 *ghost, *id;
  PetscInt    n = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(nhit, &ghost));
  for (PetscInt h = 0; h < nhit; h++)
    if (TessDomainFind_Private(hits[h].id, d->nowned, d->id) < 0)
      ghost[n++] = hits[h].id;
  TessDomainSort_Private(&n, ghost);
  PetscCall(PetscMalloc1(d->nowned + n, &id));
  PetscCall(PetscArraycpy(id, d->id, d->nowned));
  PetscCall(PetscArraycpy(id + d->nowned, ghost, n));
  PetscCall(PetscFree(d->id));
  PetscCall(PetscFree(ghost));
  d->id     = id;
  d->nlocal = d->nowned + n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The shift of every image: digit 0, 1, 2 = minus a period, none, plus a period. */
static PetscErrorCode MakeShifts(TessDomain d)
{
  size_t n = 1;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < d->dim; i++)
    n *= d->periodic[i] ? 3 : 1;
  PetscCall(PetscCalloc1(n * d->dim, &d->shifts));
  for (size_t image = 0; image < n; image++) {
    size_t rest = image;

    for (PetscInt i = d->dim - 1; i >= 0; i--) {
      if (!d->periodic[i])
        continue;
      d->shifts[image * d->dim + i] = ((PetscReal)(rest % 3) - 1) * (d->hi[i] - d->lo[i]);
      rest /= 3;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MakeSF(TessDomain d)
{
  const PetscInt nghost = d->nlocal - d->nowned;
  PetscInt      *leaf;
  PetscSFNode   *remote;
  PetscMPIInt   *owner;
  PetscInt      *index;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(nghost, &owner, nghost, &index));
  PetscCall(TessDomainFindOwners(d, nghost, d->id + d->nowned, owner, index));
  PetscCall(PetscMalloc1(nghost, &leaf));
  PetscCall(PetscMalloc1(nghost, &remote));
  for (PetscInt i = 0; i < nghost; i++) {
    leaf[i]   = d->nowned + i;
    remote[i] = (PetscSFNode){.rank = owner[i], .index = index[i]};
  }
  PetscCall(PetscFree2(owner, index));
  PetscCall(PetscSFCreate(PetscObjectComm((PetscObject)d), &d->sf));
  PetscCall(PetscSFSetGraph(d->sf, d->nowned, nghost, leaf, PETSC_OWN_POINTER, remote, PETSC_OWN_POINTER));
  PetscCall(PetscSFSetUp(d->sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainHalo_Private(TessDomain d)
{
  Hit     *hits;
  PetscInt nhit;

  PetscFunctionBegin;
  PetscCall(TessDomainPlaces_Private(d));
  PetscCall(FindHits(d, &hits));
  if (d->shape->there)
    PetscCall(DropMissing(d, hits));
  nhit = d->first[d->nplace];
  PetscCall(AddGhosts(d, nhit, hits));
  PetscCall(MakeShifts(d));
  PetscCall(PetscMalloc1(nhit, &d->reach));
  for (PetscInt h = 0; h < nhit; h++) {
    PetscInt e = TessDomainFind_Private(hits[h].id, d->nowned, d->id);

    if (e < 0)
      e = d->nowned + TessDomainFind_Private(hits[h].id, d->nlocal - d->nowned, d->id + d->nowned);
    d->reach[h] = (TessReach){.e = e, .shift = d->shifts + (size_t)hits[h].image * d->dim};
  }
  PetscCall(PetscFree(hits));
  PetscCall(PetscMalloc1((size_t)d->nlocal * 4 * d->dim, &d->box));
  for (PetscInt l = 0; l < d->nlocal; l++)
    TessDomainBox_Private(d, d->id[l], d->box + (size_t)l * 4 * d->dim);
  PetscCall(MakeSF(d));
  PetscFunctionReturn(PETSC_SUCCESS);
}
