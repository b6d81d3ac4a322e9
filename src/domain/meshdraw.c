/* meshdraw.c - random points of a mesh: a cell has as many of N points as the multiples of V/N, moved at
   random, that fall into its stretch of the volumes summed up by number. */
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

/* The number of multiples of total/N, moved by shift, in (before, before + size]. */
static PetscInt Count(PetscReal before, PetscReal size, PetscReal total, PetscReal N, PetscReal shift)
{
  return (PetscInt)(PetscFloorReal((before + size) / total * N + shift) -
                    PetscFloorReal(before / total * N + shift));
}

PetscErrorCode TessMeshDrawCell_Private(TessDomain d, PetscInt s, PetscInt part, const TessCell *c,
                                        PetscInt face, PetscInt n, PetscReal share,
                                        const TessBoxSampler *sampler, TessKey key, TessCloudList *list)
{
  const Mesh      *m   = d->shapedata;
  const PetscInt   dim = d->dim, space = d->space, axes = space - (face >= 0);
  const PetscBool  timed = (PetscBool)(dim > space && !TessMeshHeld_Private(d, part));
  const PetscReal *box   = d->box + (size_t)s * 4 * dim;
  PetscReal        lo[4] = {0, 0, 0, 0}, hi[4] = {1, 1, 1, 1}, *u, J[9];
  const PetscReal  whole = face < 0 ? c->volume : c->area[face], size = m->type.simplex ? (axes == 3 ? 1. / 6
                                                                                           : axes == 2 ? 0.5
                                                                                                       : 1)
                                                                                        : 1;

  PetscFunctionBegin;
  if (timed) {
    lo[axes] = box[space];
    hi[axes] = box[dim + space];
  }
  PetscCall(PetscMalloc1((size_t)(axes + timed) * n, &u));
  PetscCall((*sampler->draw)(sampler->ctx, key, axes + timed, lo, hi, n, u));
  for (PetscInt p = 0; p < n; p++) {
    PetscReal x[4] = {0, 0, 0, 0}, normal[4] = {0, 0, 0, 0}, xi[3], element;
    PetscBool in;

    for (PetscInt a = 0; a < axes; a++)
      xi[a] = u[(size_t)a * n + p];
    TessCellFold_Private(m->type.simplex, axes, xi);
    if (face < 0) {
      TessCellMap_Private(&m->type, c, xi, x, J);
      element = PetscAbsReal(TessCellDet_Private(space, J));
    } else
      element = TessCellFace_Private(&m->type, c, face, xi, x, normal);
    if (dim > space)
      x[space] = timed ? u[(size_t)axes * n + p] : box[part % 2 ? dim + space : space];
    PetscCall(TessMeshInCore_Private(d, s, x, normal, PetscPowReal(c->volume, 1. / space), &in));
    if (TessMeshHeld_Private(d, part))
      normal[part / 2] = part % 2 ? 1 : -1;
    if (in)
      PetscCall(TessListAdd_Private(list, x, normal, share * element * size / whole));
  }
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessShapeDraw_Mesh(TessDomain d, PetscInt part, PetscInt64 N, PetscBool even,
                                  const TessBoxSampler *sampler, TessKey key, PetscInt round,
                                  TessCloud cloud[])
{
  const Mesh    *m      = d->shapedata;
  const PetscInt group  = part - 2 * d->dim; /* of faces, if not negative */
  PetscInt64     stride = 1;

  PetscFunctionBegin;
  if (even) {
    PetscCall(TessMeshDrawEven_Private(d, part, N, sampler, key, round, cloud));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt a = 0; a < d->space; a++)
    stride *= d->parts[a];
  for (PetscInt s = 0; s < d->nowned; s++) {
    const TessKey own = TessKeyMake(TessKeyMake(key, (uint64_t)(d->id[s] / stride)), (uint64_t)round);
    PetscReal     time;
    TessCloudList list = {.dim = d->dim};

    if (!TessMeshTimeShare_Private(d, s, part, &time))
      continue;
    for (PetscInt i = m->first[s]; i < m->first[s + 1]; i++) {
      const TessCell *c     = &m->cell[m->inpatch[i]];
      const TessKey   mine  = TessKeyMake(own, (uint64_t)c->id);
      const PetscReal shift = TessKeyUniform(own, 0);

      for (PetscInt f = group < 0 ? -1 : 0; f < (group < 0 ? 0 : m->type.nface); f++) {
        PetscInt n;

        if (f >= 0 && c->part[f] != group)
          continue;
        n = f < 0 ? Count(c->before, c->volume, m->volume, N * time, shift)
                  : Count(c->areabefore[f], c->area[f], m->area[group], N * time, shift);
        if (n)
          PetscCall(TessMeshDrawCell_Private(d, s, part, c, f, n, 1. / N, sampler,
                                             TessKeyMake(mine, (uint64_t)(f + 1)), &list));
      }
    }
    PetscCall(TessMeshFinish_Private(d, part, &list, &cloud[s]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Points on the faces of cells between patches s and `beyond`. */
static PetscErrorCode DrawFaces(TessDomain d, PetscInt s, PetscInt64 N, const TessBoxSampler *sampler,
                                TessKey own, PetscReal time, PetscInt beyond, TessCloud *cloud)
{
  const Mesh     *m     = d->shapedata;
  const PetscReal shift = TessKeyUniform(own, 0), cut = (PetscReal)(d->id[beyond] % d->ncut);
  TessCloudList   list = {.dim = d->dim};

  PetscFunctionBegin;
  for (PetscInt i = m->first[s]; i < m->first[s + 1]; i++) {
    const TessCell *c    = &m->cell[m->inpatch[i]];
    const TessKey   mine = TessKeyMake(own, (uint64_t)c->id);

    for (PetscInt f = 0; f < m->type.nface; f++) {
      const PetscInt n =
          c->across[f] == cut ? Count(c->areabefore[f], c->area[f], m->area[m->npart], N * time, shift) : 0;

      if (n)
        PetscCall(TessMeshDrawCell_Private(d, s, 2 * d->dim + m->npart, c, f, n, 1. / N, sampler,
                                           TessKeyMake(mine, (uint64_t)(f + 1)), &list));
    }
  }
  PetscCall(TessMeshFinish_Private(d, 2 * d->dim + m->npart, &list, cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainDrawBetween(TessDomain d, PetscInt s, PetscInt64 N, const TessBoxSampler *sampler,
                                     TessKey key, PetscInt round, PetscInt n, const PetscInt beyond[],
                                     TessCloud cloud[])
{
  PetscReal time;
  TessKey   own;

  PetscFunctionBegin;
  PetscCheck(d->setup && d->ncut && s >= 0 && s < d->nowned, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " of %" PetscInt_FMT " owned ones, which must be parts of a mesh", s,
             d->nowned);
  own = TessKeyMake(TessKeyMake(key, (uint64_t)(d->id[s] / d->ncut)), (uint64_t)round);
  (void)TessMeshTimeShare_Private(d, s, -1, &time);
  for (PetscInt k = 0; k < n; k++) {
    PetscCall(PetscMemzero(&cloud[k], sizeof(cloud[k])));
    PetscCall(DrawFaces(d, s, N, sampler, own, time, beyond[k], &cloud[k]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetBetween(TessDomain d, PetscReal *area)
{
  const Mesh *m = d->shapedata;

  PetscFunctionBegin;
  *area = d->ncut ? m->area[m->npart] * (d->dim > d->space ? d->hi[d->space] - d->lo[d->space] : 1) : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
