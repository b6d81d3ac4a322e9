/* opposite.c - patches that meet an owned one in rows, not in windows: along linked axes those at the upper
   face opposite owned ones at the lower face; without overlap the upper neighbours.  What is evaluated there
   belongs to rows of the owned patch, so the experts that reach them become ghosts (halo.c). */
#include <stdlib.h>
#include "domainimpl.h"

PetscErrorCode TessDomainSetLinked(TessDomain d, PetscInt axis)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(d->dim && !d->setup, comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetLinked comes between SetAxes and SetUp");
  PetscCheck(axis >= 0 && axis < d->dim, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "axis %" PetscInt_FMT " of %" PetscInt_FMT, axis, d->dim);
  d->linked[axis] = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetLinked(TessDomain d, const PetscBool **linked)
{
  PetscFunctionBegin;
  *linked = d->linked;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The natural number opposite patch `id` along an axis, -1 if it is not at the lower face. */
static PetscInt64 Opposite(TessDomain d, PetscInt64 id, PetscInt axis)
{
  PetscInt64 stride = 1;

  for (PetscInt i = 0; i < axis; i++)
    stride *= d->parts[i];
  return id / stride % d->parts[axis] ? -1 : id + stride * (d->parts[axis] - 1);
}

/* The natural number of the upper neighbour of patch `id` along an axis, -1 if there is none; wrap as
   TessDomainNeighbour_Private. */
static PetscInt64 Upper(TessDomain d, PetscInt64 id, PetscInt axis, PetscInt *wrap)
{
  PetscInt64 stride = 1;
  PetscInt   part, next;

  for (PetscInt i = 0; i < axis; i++)
    stride *= d->parts[i];
  part = (PetscInt)(id / stride % d->parts[axis]);
  return TessDomainNeighbour_Private(d, axis, part, 1, &next, wrap) ? id + stride * (next - part) : -1;
}

static PetscInt Local(TessDomain d, PetscInt64 id)
{
  const PetscInt owned = TessDomainFind_Private(id, d->nowned, d->id);

  return owned >= 0 ? owned
                    : d->nowned + TessDomainFind_Private(id, d->nlocal - d->nowned, d->id + d->nowned);
}

static int ComparePlaces(const void *a, const void *b)
{
  const TessPlace *x = a, *y = b;

  if (x->id != y->id)
    return x->id < y->id ? -1 : 1;
  return x->held - y->held;
}

PetscErrorCode TessDomainPlaces_Private(TessDomain d)
{
  PetscInt        n    = 0, wrap;
  size_t          room = (size_t)d->nowned * (1 + 2 * d->dim);
  const PetscInt *next;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < d->nowned && d->ncut; s++)
    room += (*d->shape->next)(d, d->id[s], &next);
  PetscCall(PetscMalloc1(room, &d->place));
  for (PetscInt s = 0; s < d->nowned; s++)
    d->place[s] = (TessPlace){.id = d->id[s], .held = -1};
  for (PetscInt s = 0; s < d->nowned; s++) {
    for (PetscInt a = 0; a < d->dim; a++) {
      const PetscInt64 id[2] = {d->linked[a] ? Opposite(d, d->id[s], a) : -1,
                                d->overlap > 0 ? -1 : Upper(d, d->id[s], a, &wrap)};

      for (PetscInt i = 0; i < 2; i++)
        if (id[i] >= 0 && TessDomainFind_Private(id[i], d->nowned, d->id) < 0)
          d->place[d->nowned + n++] = (TessPlace){.id = id[i], .held = a};
    }
  }
  for (PetscInt s = 0; s < d->nowned && d->ncut; s++)
    for (PetscInt k = (*d->shape->next)(d, d->id[s], &next); k > 0; k--) {
      const PetscInt64 id = d->id[s] - d->id[s] % d->ncut + next[k - 1];

      if (id > d->id[s] && TessDomainFind_Private(id, d->nowned, d->id) < 0)
        d->place[d->nowned + n++] = (TessPlace){.id = id, .held = 0};
    }
  if (n)
    qsort(d->place + d->nowned, n, sizeof(*d->place), ComparePlaces);
  d->nplace = d->nowned;
  for (PetscInt k = d->nowned; k < d->nowned + n; k++) {
    if (d->nplace > d->nowned && d->place[d->nplace - 1].id == d->place[k].id)
      d->place[d->nplace - 1].held = -1; /* opposite along two axes: all that reach it */
    else
      d->place[d->nplace++] = d->place[k];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TessDomainFindPlace_Private(TessDomain d, PetscInt local)
{
  PetscInt low = d->nowned, high = d->nplace;

  if (local < 0 || local >= d->nlocal)
    return -1;
  if (local < d->nowned)
    return local;
  while (low < high) {
    const PetscInt mid = low + (high - low) / 2;

    if (d->place[mid].id < d->id[local])
      low = mid + 1;
    else
      high = mid;
  }
  return low < d->nplace && d->place[low].id == d->id[local] ? low : -1;
}

PetscErrorCode TessDomainGetOpposite(TessDomain d, PetscInt s, PetscInt axis, PetscInt *opposite)
{
  PetscInt64 id;

  PetscFunctionBegin;
  PetscCheck(d->setup, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetUp comes first");
  PetscCheck(s >= 0 && s < d->nowned && axis >= 0 && axis < d->dim && d->linked[axis], PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " of %" PetscInt_FMT " owned ones along axis %" PetscInt_FMT
             ", which must be linked",
             s, d->nowned, axis);
  id = Opposite(d, d->id[s], axis);
  PetscCheck(id >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " is not at the lower face of axis \"%s\"", s, d->names[axis]);
  *opposite = Local(d, id);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetBeyond(TessDomain d, PetscInt s, PetscInt *n, PetscInt **beyond)
{
  PetscInt        most = 0;
  const PetscInt *next = NULL;

  PetscFunctionBegin;
  PetscCheck(d->setup && d->overlap == 0, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetUp comes first, and overlap must be 0");
  PetscCheck(s >= 0 && s < d->nowned, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " of %" PetscInt_FMT " owned ones", s, d->nowned);
  if (d->ncut)
    most = (*d->shape->next)(d, d->id[s], &next);
  PetscCall(PetscMalloc1(most, beyond));
  *n = 0;
  for (PetscInt k = 0; k < most; k++) {
    const PetscInt64 id = d->id[s] - d->id[s] % d->ncut + next[k];

    if (id > d->id[s])
      (*beyond)[(*n)++] = Local(d, id);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetUpper(TessDomain d, PetscInt s, PetscInt axis, PetscInt *upper, PetscReal *shift)
{
  PetscInt64 id;
  PetscInt   wrap;

  PetscFunctionBegin;
  PetscCheck(d->setup && d->overlap == 0, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetUp comes first, and overlap must be 0");
  PetscCheck(s >= 0 && s < d->nowned && axis >= 0 && axis < d->dim, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " of %" PetscInt_FMT " owned ones, axis %" PetscInt_FMT
             " of %" PetscInt_FMT,
             s, d->nowned, axis, d->dim);
  id     = Upper(d, d->id[s], axis, &wrap);
  *upper = id < 0 ? -1 : Local(d, id);
  *shift = id < 0 ? 0 : wrap * (d->hi[axis] - d->lo[axis]);
  PetscFunctionReturn(PETSC_SUCCESS);
}
