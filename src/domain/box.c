/* box.c - the geometry of a patch from its natural number.  Between two cores of widths a and b stands a
   transition of width overlap * min(a, b), centred on their edge: a support reaches at most half a neighbour,
   hence adjacent cores only. */
#include "domainimpl.h"

void TessDomainDecode_Private(TessDomain d, PetscInt64 id, PetscInt part[])
{
  for (PetscInt i = 0; i < d->dim; i++) {
    part[i] = (PetscInt)(id % d->parts[i]);
    id /= d->parts[i];
  }
}

PetscInt64 TessDomainEncode_Private(TessDomain d, const PetscInt part[])
{
  PetscInt64 id = 0;

  for (PetscInt i = d->dim - 1; i >= 0; i--)
    id = id * d->parts[i] + part[i];
  return id;
}

PetscBool TessDomainNeighbour_Private(TessDomain d, PetscInt axis, PetscInt part, PetscInt offset,
                                      PetscInt *neighbour, PetscInt *wrap)
{
  const PetscInt  n = d->parts[axis], to = part + offset;
  const PetscBool cut = (PetscBool)(d->ncut && axis < d->space); /* numbers there are no places */

  *wrap      = to < 0 ? 1 : (to >= n ? -1 : 0); /* x near lo is x + period near hi */
  *neighbour = to + *wrap * n;
  return (PetscBool)((!*wrap || (d->periodic[axis] && !d->whole[axis])) && (!cut || !offset));
}

PetscReal TessDomainTransition_Private(TessDomain d, PetscInt axis, PetscInt part, PetscInt side)
{
  const PetscReal *e = d->edges[axis];
  PetscInt         next, wrap;

  if (!TessDomainNeighbour_Private(d, axis, part, side ? 1 : -1, &next, &wrap))
    return 0;
  return d->overlap * PetscMin(e[part + 1] - e[part], e[next + 1] - e[next]);
}

void TessDomainBox_Private(TessDomain d, PetscInt64 id, PetscReal box[])
{
  const PetscInt   dim   = d->dim;
  const PetscInt64 whole = id;

  for (PetscInt i = 0; i < dim; i++) {
    const PetscInt part = (PetscInt)(id % d->parts[i]);

    id /= d->parts[i];
    box[i]           = d->edges[i][part];
    box[dim + i]     = d->edges[i][part + 1];
    box[2 * dim + i] = TessDomainTransition_Private(d, i, part, 0);
    box[3 * dim + i] = TessDomainTransition_Private(d, i, part, 1);
  }
  if (d->ncut)
    (*d->shape->box)(d, whole, box);
}
