/* mesh.c - the shape of a domain that is a mesh in the box around it.  Random points (meshdraw.c) and rules
   are made cell by cell, the same for all who have the cell; a patch takes those that lie in its core (on the
   boundary: just inside). */
#include <petscdt.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

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

static PetscErrorCode ShapeThere_Mesh(TessDomain d, PetscInt n, const PetscInt64 id[], PetscReal there[])
{
  PetscFunctionBegin;
  PetscCall(TessMeshMark_Private(d, d->shapedata, n, id, there));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessListAdd_Private(TessCloudList *l, const PetscReal x[], const PetscReal normal[],
                                   PetscReal share)
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

PetscErrorCode TessMeshFinish_Private(TessDomain d, PetscInt part, TessCloudList *l, TessCloud *cloud)
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

PetscErrorCode TessMeshInCore_Private(TessDomain d, PetscInt s, const PetscReal x[], const PetscReal normal[],
                                      PetscReal size, PetscBool *in)
{
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
  PetscReal        at[4];
  PetscInt64       id;

  PetscFunctionBegin;
  *in = (PetscBool)(d->ncut > 0); /* the cells of a cut are its own */
  if (d->ncut)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt a = 0; a < d->dim; a++) {
    at[a] = a < d->space ? PetscMin(PetscMax(x[a] - 1e-9 * size * normal[a], d->lo[a]), d->hi[a]) : x[a];
    if (at[a] < box[a] || at[a] > box[d->dim + a])
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessDomainLocate(d, 1, at, &id));
  *in = (PetscBool)(id == d->id[s]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessMeshHeld_Private(TessDomain d, PetscInt part)
{
  return (PetscBool)(part >= 0 && part < 2 * d->dim);
}

PetscBool TessMeshTimeShare_Private(TessDomain d, PetscInt s, PetscInt part, PetscReal *share)
{
  const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
  const PetscInt   t   = d->space;

  *share = 1;
  if (TessMeshHeld_Private(d, part))
    return (PetscBool)(part / 2 == t && (part % 2 ? box[d->dim + t] == d->hi[t] : box[t] == d->lo[t]));
  if (d->dim > t)
    *share = (box[d->dim + t] - box[t]) / (d->hi[t] - d->lo[t]);
  return PETSC_TRUE;
}

/* The rule of a cell or face times one of k points over the time of patch s. */
static PetscErrorCode RuleCell(TessDomain d, PetscInt s, PetscInt part, const TessCell *c, PetscInt face,
                               PetscInt k, TessCloudList *list)
{
  const Mesh      *m   = d->shapedata;
  const PetscInt   dim = d->dim, space = d->space;
  const PetscBool  timed = (PetscBool)(dim > space && !TessMeshHeld_Private(d, part));
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
    PetscCall(TessMeshInCore_Private(d, s, at, out, PetscPowReal(c->volume, 1. / space), &in));
    if (TessMeshHeld_Private(d, part))
      out[part / 2] = part % 2 ? 1 : -1;
    if (in)
      PetscCall(TessListAdd_Private(list, at, out, w[p % n] * wt[p / n] / d->measure[1 + part]));
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
    TessCloudList list = {.dim = d->dim};

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

PetscBool TessMeshHolds_Private(const Mesh *m, PetscInt i, const PetscReal x[])
{
  const PetscReal *box = m->around + 6 * (size_t)i;

  for (PetscInt a = 0; a < m->type.dim; a++) {
    const PetscReal slack = 1e-9 * (box[3 + a] - box[a]);

    if (x[a] < box[a] - slack || x[a] > box[3 + a] + slack)
      return PETSC_FALSE;
  }
  return TessCellInside_Private(&m->type, &m->cell[i], x);
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
      in[p] = TessMeshHolds_Private(m, m->inpatch[i], at);
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

      at[a] = x[(size_t)a * n + p];
      if (!d->ncut)
        at[a] = PetscMin(PetscMax(at[a], box[a] + within), box[d->dim + a] - within);
    }
    for (PetscInt i = first; i < last && region[p] < 0; i++) {
      const PetscInt  k = s < d->nowned ? m->inpatch[i] : i;
      const TessCell *c = &m->cell[k];

      if ((!d->ncut || c->cut == d->id[s] % d->ncut) && TessMeshHolds_Private(m, k, at))
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
  if (m->ncut) {
    PetscInt parts[4];

    for (PetscInt a = 0; a < d->dim; a++)
      parts[a] = a == 0 ? m->ncut : a < d->space ? 1 : d->parts[a];
    d->ncut = m->ncut;
    PetscCall(TessDomainSetParts(d, parts));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TessShapeOps TessShapeMesh_Private = {.nofaces    = PETSC_TRUE,
                                            .measure    = ShapeMeasure_Mesh,
                                            .there      = ShapeThere_Mesh,
                                            .draw       = TessShapeDraw_Mesh,
                                            .drawin     = TessShapeDrawIn_Mesh,
                                            .quadrature = ShapeQuadrature_Mesh,
                                            .inside     = ShapeInside_Mesh,
                                            .box        = TessMeshCutBox_Private,
                                            .next       = TessMeshNext_Private,
                                            .locate     = TessMeshLocate_Private,
                                            .destroy    = ShapeDestroy_Mesh};
