/* meshpatch.c - random points of one patch of a mesh, as many as are asked for: drawn over the cells that
   meet the patch, by measure, until enough lie in its core.  What a patch has of a part of the mesh is not
   known in closed form (curved cells cut by boxes): it is the share of such points that are kept. */
#include "mesh.h"

#define SAMPLE 4096 /* points of a round that measures */
#define HITS 200    /* kept points that measure well enough */
#define ROUNDS 4    /* of those rounds at most: a patch with less than 1e-4 of its cells may get no points */

typedef struct _n_TessMesh Mesh;

/* The part's measure in a cell, as face f (-1: the cell itself). */
static PetscReal Piece(const TessCell *c, PetscInt f)
{
  return f < 0 ? c->volume : c->area[f];
}

/* Whether a cell is one of those of patch s.  A rank may have more that touch the core and hold none of it:
 * they must not count, as other ranks have them not. */
static PetscBool Counts(TessDomain d, PetscInt s, const TessCell *c)
{
  const Mesh      *m   = d->shapedata;
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
  PetscReal        lo[3], hi[3];

  for (PetscInt a = 0; a < m->type.dim; a++) {
    const PetscReal slack = 1e-9 * (d->hi[a] - d->lo[a]);

    lo[a] = box[a] + slack;
    hi[a] = box[d->dim + a] - slack;
  }
  return (PetscBool)(d->ncut > 0 || TessCellMeets_Private(&m->type, c, lo, hi));
}

/* One round: about n points of a part over the cells of patch s, those in its core appended to the list with
 * the share 1; *all: the measure of the part in these cells. */
static PetscErrorCode Round(TessDomain d, PetscInt s, PetscInt part, PetscInt n,
                            const TessBoxSampler *sampler, TessKey key, PetscReal *all, TessCloudList *list)
{
  const Mesh     *m     = d->shapedata;
  const PetscInt  group = part - 2 * d->dim, first = group < 0 ? -1 : 0, last = group < 0 ? 0 : m->type.nface;
  const PetscReal shift = TessKeyUniform(key, 0);
  PetscReal       sum   = 0;

  PetscFunctionBegin;
  for (PetscInt pass = 0; pass < 2; pass++) {
    *all = sum;
    sum  = 0;
    for (PetscInt i = m->first[s]; i < m->first[s + 1]; i++) {
      const TessCell *c = &m->cell[m->inpatch[i]];

      for (PetscInt f = first; f < last; f++) {
        PetscReal before = sum;
        PetscInt  k;

        if ((f >= 0 && c->part[f] != group) || !Counts(d, s, c))
          continue;
        sum += Piece(c, f);
        if (!pass)
          continue;
        k = (PetscInt)(PetscFloorReal(sum / *all * n + shift) - PetscFloorReal(before / *all * n + shift));
        if (k)
          PetscCall(TessMeshDrawCell_Private(
              d, s, part, c, f, k, 1, sampler,
              TessKeyMake(TessKeyMake(key, (uint64_t)c->id), (uint64_t)(f + 1)), list));
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of n points, evenly from first to last, the others dropped. */
static void Thin(TessCloudList *l, PetscInt n)
{
  for (PetscInt p = 0; p < n; p++) {
    const PetscInt from = (PetscInt)((PetscInt64)p * l->n / n);

    for (PetscInt a = 0; a < l->dim; a++) {
      l->x[(size_t)p * l->dim + a]      = l->x[(size_t)from * l->dim + a];
      l->normal[(size_t)p * l->dim + a] = l->normal[(size_t)from * l->dim + a];
    }
    l->share[p] = l->share[from];
  }
  l->n = n;
}

static PetscErrorCode Empty(TessCloudList *l)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(l->x));
  PetscCall(PetscFree(l->normal));
  PetscCall(PetscFree(l->share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The measure of a part in the core of patch s, within some percent; *tries: points drawn for one kept. */
static PetscErrorCode Measure(TessDomain d, PetscInt s, PetscInt part, const TessBoxSampler *sampler,
                              TessKey key, PetscReal *measure, PetscReal *tries)
{
  TessCloudList list = {.dim = d->dim};
  PetscReal     all = 0, kept = 0, time;
  uint64_t      round;

  PetscFunctionBegin;
  *measure = *tries = 0;
  if (!TessMeshTimeShare_Private(d, s, part, &time))
    PetscFunctionReturn(PETSC_SUCCESS);
  for (round = 0; round < ROUNDS && list.n < HITS; round++) {
    PetscCall(Round(d, s, part, SAMPLE, sampler, TessKeyMake(key, round), &all, &list));
    if (all <= 0)
      break;
  }
  for (PetscInt p = 0; p < list.n; p++)
    kept += list.share[p];
  if (list.n) {
    *measure = time * all * kept / ((PetscReal)round * SAMPLE);
    *tries   = (PetscReal)round * SAMPLE / list.n;
  }
  PetscCall(Empty(&list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* n points of a part in patch s, of which one in `tries` is kept. */
static PetscErrorCode DrawPatch(TessDomain d, PetscInt s, PetscInt part, PetscInt n, PetscReal tries,
                                const TessBoxSampler *sampler, TessKey key, TessCloudList *list)
{
  PetscReal all;

  PetscFunctionBegin;
  for (uint64_t round = 0; list->n < n; round++) {
    PetscCheck(round < 10000, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "patch %" PetscInt64_FMT " has next to no room for points", d->id[s]);
    PetscCall(Round(d, s, part, (PetscInt)(n * tries) + 1, sampler, TessKeyMake(key, round), &all, list));
  }
  Thin(list, n);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessShapeDrawIn_Mesh(TessDomain d, PetscInt s, const TessBoxSampler *sampler, TessKey key,
                                    PetscInt n, PetscReal x[])
{
  TessCloudList list = {.dim = d->dim};

  PetscFunctionBegin;
  PetscCall(DrawPatch(d, s, -1, n, 1, sampler, key, &list));
  for (PetscInt p = 0; p < n; p++)
    for (PetscInt a = 0; a < d->dim; a++)
      x[(size_t)a * n + p] = list.x[(size_t)p * d->dim + a];
  PetscCall(Empty(&list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshDrawEven_Private(TessDomain d, PetscInt part, PetscInt64 N,
                                        const TessBoxSampler *sampler, TessKey key, PetscInt round,
                                        TessCloud cloud[])
{
  PetscReal  *share, *tries, sum = 0;
  PetscInt64 *count;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d->nowned, &share, d->nowned, &tries));
  PetscCall(PetscCalloc1(d->nowned, &count));
  for (PetscInt s = 0; s < d->nowned; s++) {
    const TessKey own = TessKeyMake(TessKeyMake(key, (uint64_t)d->id[s]), 0);

    PetscCall(Measure(d, s, part, sampler, own, &share[s], &tries[s]));
    sum += share[s];
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &sum, 1, MPIU_REAL, MPIU_SUM, PetscObjectComm((PetscObject)d)));
  PetscCall(TessDomainEven_Private(d, N, share, count));
  for (PetscInt s = 0; s < d->nowned; s++) {
    const TessKey own  = TessKeyMake(TessKeyMake(key, (uint64_t)d->id[s]), (uint64_t)round + 1);
    TessCloudList list = {.dim = d->dim};
    PetscReal     kept = 0;

    PetscCall(DrawPatch(d, s, part, (PetscInt)count[s], tries[s], sampler, own, &list));
    for (PetscInt p = 0; p < list.n; p++)
      kept += list.share[p];
    for (PetscInt p = 0; p < list.n; p++)
      list.share[p] *= share[s] / (sum * kept);
    PetscCall(TessMeshFinish_Private(d, part, &list, &cloud[s]));
  }
  PetscCall(PetscFree2(share, tries));
  PetscCall(PetscFree(count));
  PetscFunctionReturn(PETSC_SUCCESS);
}
