/* mesh.c - the shape of a domain that is a mesh in the box around it.  Random points and rules are made cell
   by cell, the same for all who have the cell; a patch takes those that lie in its core (on the boundary:
   just inside).  A cell has as many of N points as the multiples of V/N, moved at random, that fall into its
   stretch of the volumes summed up by number. */
#include <petscdt.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;
typedef TessCloudList      List;

static PetscErrorCode ShapeMeasure_Mesh(TessDomain d, PetscReal measure[])
{
  Mesh           *m    = d->shapedata;
  const PetscReal time = d->dim > d->space ? d->hi[d->space] - d->lo[d->space] : 1;

  PetscFunctionBegin;
  PetscCall(TessMeshDeal_Private(d, m));
  measure[0] = m->volume * time;
  for (PetscInt part = 0; part < d->npart; part++) {
    if (part >= 2 * d->dim)
      measure[1 + part] = m->area[part - 2 * d->dim] * time;
    else
      measure[1 + part] = part / 2 == d->space ? m->volume : 0;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeThere_Mesh(TessDomain d, PetscInt n, const PetscInt64 id[], PetscBool there[])
{
  PetscFunctionBegin;
  PetscCall(TessMeshMark_Private(d, d->shapedata, n, id, there));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Add(List *l, const PetscReal x[], const PetscReal normal[], PetscReal share)
{
  PetscFunctionBegin;
  if (l->n == l->room) {
    l->room = 2 * l->room + 64;
    PetscCall(PetscRealloc((size_t)l->room * l->dim * sizeof(PetscReal), &l->x));
    PetscCall(PetscRealloc((size_t)l->room * l->dim * sizeof(PetscReal), &l->normal));
    PetscCall(PetscRealloc((size_t)l->room * sizeof(PetscReal), &l->share));
  }
  PetscCall(PetscArraycpy(l->x + (size_t)l->n * l->dim, x, l->dim));
  PetscCall(PetscArraycpy(l->normal + (size_t)l->n * l->dim, normal, l->dim));
  l->share[l->n++] = share;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshFinish_Private(TessDomain d, PetscInt part, List *l, TessCloud *cloud)
{
  PetscFunctionBegin;
  if (l->n)
    PetscCall(TessCloudCreate_Private(d, part, l->n, cloud));
  for (PetscInt p = 0; p < l->n; p++) {
    cloud->share[p] = l->share[p];
    for (PetscInt a = 0; a < d->dim; a++) {
      cloud->x[(size_t)a * l->n + p] = l->x[(size_t)p * d->dim + a];
      if (part >= 0)
        cloud->normal[(size_t)a * l->n + p] = l->normal[(size_t)p * d->dim + a];
    }
  }
  PetscCall(PetscFree(l->x));
  PetscCall(PetscFree(l->normal));
  PetscCall(PetscFree(l->share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether x [dim], moved a little against the normal, lies in the core of patch s. */
static PetscErrorCode InCore(TessDomain d, PetscInt s, const PetscReal x[], const PetscReal normal[],
                             PetscReal size, PetscBool *in)
{
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
  PetscReal        at[4];
  PetscInt64       id;

  PetscFunctionBegin;
  *in = PETSC_FALSE;
  for (PetscInt a = 0; a < d->dim; a++) {
    at[a] = a < d->space ? PetscMin(PetscMax(x[a] - 1e-9 * size * normal[a], d->lo[a]), d->hi[a]) : x[a];
    if (at[a] < box[a] || at[a] > box[d->dim + a])
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessDomainLocate(d, 1, at, &id));
  *in = (PetscBool)(id == d->id[s]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The number of multiples of total/N, moved by shift, in (before, before + size]. */
static PetscInt Count(PetscReal before, PetscReal size, PetscReal total, PetscReal N, PetscReal shift)
{
  return (PetscInt)(PetscFloorReal((before + size) / total * N + shift) -
                    PetscFloorReal(before / total * N + shift));
}

/* What a part asks of a patch: whether it has time as an axis to draw in, and where it is held. */
static PetscBool Held(TessDomain d, PetscInt part)
{
  return (PetscBool)(part >= 0 && part < 2 * d->dim);
}

PetscErrorCode TessMeshDrawCell_Private(TessDomain d, PetscInt s, PetscInt part, const TessCell *c,
                                        PetscInt face, PetscInt n, PetscReal share,
                                        const TessBoxSampler *sampler, TessKey key, List *list)
{
  const Mesh      *m   = d->shapedata;
  const PetscInt   dim = d->dim, space = d->space, axes = space - (face >= 0);
  const PetscBool  timed = (PetscBool)(dim > space && !Held(d, part));
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
    PetscCall(InCore(d, s, x, normal, PetscPowReal(c->volume, 1. / space), &in));
    if (Held(d, part))
      normal[part / 2] = part % 2 ? 1 : -1;
    if (in)
      PetscCall(Add(list, x, normal, share * element * size / whole));
  }
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessMeshTimeShare_Private(TessDomain d, PetscInt s, PetscInt part, PetscReal *share)
{
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
  const PetscInt   t   = d->space;

  *share = 1;
  if (Held(d, part))
    return (PetscBool)(part / 2 == t && (part % 2 ? box[d->dim + t] == d->hi[t] : box[t] == d->lo[t]));
  if (d->dim > t)
    *share = (box[d->dim + t] - box[t]) / (d->hi[t] - d->lo[t]);
  return PETSC_TRUE;
}

static PetscErrorCode ShapeDraw_Mesh(TessDomain d, PetscInt part, PetscInt64 N, PetscBool even,
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
    List          list = {.dim = d->dim};

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

/* The rule of a cell or face times one of k points over the time of patch s. */
static PetscErrorCode RuleCell(TessDomain d, PetscInt s, PetscInt part, const TessCell *c, PetscInt face,
                               PetscInt k, List *list)
{
  const Mesh      *m   = d->shapedata;
  const PetscInt   dim = d->dim, space = d->space;
  const PetscBool  timed = (PetscBool)(dim > space && !Held(d, part));
  const PetscReal *box   = d->box + (size_t)s * 4 * dim;
  PetscReal        x[3 * MESH_POINTS], normal[3 * MESH_POINTS], w[MESH_POINTS], t[MESH_RULE], wt[MESH_RULE];
  PetscInt         n, nt = timed ? k : 1;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(normal, 3 * MESH_POINTS));
  PetscCall(TessCellRule_Private(&m->type, c, face, k, &n, x, normal, w));
  t[0]  = dim > space ? box[part >= 0 && part % 2 ? dim + space : space] : 0;
  wt[0] = 1;
  if (timed)
    PetscCall(PetscDTGaussQuadrature(k, box[space], box[dim + space], t, wt));
  for (PetscInt p = 0; p < n * nt; p++) {
    PetscReal at[4] = {0, 0, 0, 0}, out[4] = {0, 0, 0, 0};
    PetscBool in;

    PetscCall(PetscArraycpy(at, x + 3 * (p % n), space));
    PetscCall(PetscArraycpy(out, normal + 3 * (p % n), space));
    if (dim > space)
      at[space] = t[p / n];
    PetscCall(InCore(d, s, at, out, PetscPowReal(c->volume, 1. / space), &in));
    if (Held(d, part))
      out[part / 2] = part % 2 ? 1 : -1;
    if (in)
      PetscCall(Add(list, at, out, w[p % n] * wt[p / n] / d->measure[1 + part]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeQuadrature_Mesh(TessDomain d, PetscInt part, PetscInt64 N, TessCloud cloud[])
{
  const Mesh     *m     = d->shapedata;
  const PetscInt  group = part - 2 * d->dim;
  const PetscReal each  = (PetscReal)N / (m->all * (d->dim > d->space ? d->parts[d->space] : 1));
  const PetscInt  k     = PetscMin(PetscMax((PetscInt)PetscPowReal(each, 1. / d->dim), 4), MESH_RULE);
  PetscReal       time;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < d->nowned; s++) {
    List list = {.dim = d->dim};

    if (!TessMeshTimeShare_Private(d, s, part, &time))
      continue;
    for (PetscInt i = m->first[s]; i < m->first[s + 1]; i++) {
      const TessCell *c = &m->cell[m->inpatch[i]];

      for (PetscInt f = group < 0 ? -1 : 0; f < (group < 0 ? 0 : m->type.nface); f++)
        if (f < 0 || c->part[f] == group)
          PetscCall(RuleCell(d, s, part, c, f, f < 0 ? k : MESH_RULE, &list));
    }
    PetscCall(TessMeshFinish_Private(d, part, &list, &cloud[s]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeInside_Mesh(TessDomain d, PetscInt s, PetscInt n, const PetscReal x[],
                                       PetscBool in[])
{
  const Mesh *m = d->shapedata;

  PetscFunctionBegin;
  for (PetscInt p = 0; p < n; p++) {
    PetscReal at[3];

    for (PetscInt a = 0; a < d->space; a++)
      at[a] = x[(size_t)a * n + p];
    in[p] = PETSC_FALSE;
    for (PetscInt i = m->first[s]; i < m->first[s + 1] && !in[p]; i++)
      in[p] = TessCellInside_Private(&m->type, &m->cell[m->inpatch[i]], at);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetRegions(TessDomain d, PetscInt *n, const char *const **names)
{
  const Mesh *m = d->shape == &TessShapeMesh_Private ? d->shapedata : NULL;

  PetscFunctionBegin;
  *n     = m ? m->nregion : 0;
  *names = m ? (const char *const *)m->region : NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainFindRegions(TessDomain d, PetscInt s, PetscInt n, const PetscReal x[],
                                     PetscInt region[])
{
  const Mesh      *m     = d->shapedata;
  const PetscReal *box   = d->box + (size_t)s * 4 * d->dim;
  const PetscInt   first = s < d->nowned ? m->first[s] : 0, last = s < d->nowned ? m->first[s + 1] : m->n;

  PetscFunctionBegin;
  for (PetscInt p = 0; p < n; p++) {
    PetscReal at[3];

    region[p] = -1;
    for (PetscInt a = 0; a < d->space; a++) {
      const PetscReal within = 1e-7 * (box[d->dim + a] - box[a]);

      at[a] = PetscMin(PetscMax(x[(size_t)a * n + p], box[a] + within), box[d->dim + a] - within);
    }
    for (PetscInt i = first; i < last && region[p] < 0; i++) {
      const TessCell *c = &m->cell[s < d->nowned ? m->inpatch[i] : i];

      if (TessCellInside_Private(&m->type, c, at))
        region[p] = (PetscInt)c->region;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ShapeDestroy_Mesh(TessDomain d)
{
  PetscFunctionBegin;
  PetscCall(TessMeshDestroy((TessMesh *)&d->shapedata));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetMesh(TessDomain d, TessMesh m)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(d->dim && !d->setup && d->shape == &TessShapeBox_Private, comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetMesh comes between SetAxes and SetUp, once");
  PetscCheck(d->space == m->type.dim, comm, PETSC_ERR_ARG_SIZ,
             "a mesh of dimension %" PetscInt_FMT " in %" PetscInt_FMT " axes of space", m->type.dim,
             d->space);
  for (PetscInt a = 0; a < d->space; a++)
    TessCheckInput(!d->periodic[a] && !d->linked[a], comm,
                   "domain: the ends of the axis \"%s\" cannot meet on a mesh; see -domain_periodic",
                   d->names[a]);
  PetscCall(PetscMalloc1(m->npart, &d->part));
  for (PetscInt i = 0; i < m->npart; i++)
    PetscCall(PetscStrallocpy(m->part[i], &d->part[i]));
  d->npart     = 2 * d->dim + m->npart;
  d->shape     = &TessShapeMesh_Private;
  d->shapedata = m;
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TessShapeOps TessShapeMesh_Private = {.nofaces    = PETSC_TRUE,
                                            .measure    = ShapeMeasure_Mesh,
                                            .there      = ShapeThere_Mesh,
                                            .draw       = ShapeDraw_Mesh,
                                            .drawin     = TessShapeDrawIn_Mesh,
                                            .quadrature = ShapeQuadrature_Mesh,
                                            .inside     = ShapeInside_Mesh,
                                            .destroy    = ShapeDestroy_Mesh};
