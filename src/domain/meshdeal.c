/* meshdeal.c - which cells of the grid of patches meet the mesh, and the way of the mesh's cells to the
   owners of the patches whose cores they meet: one exchange, after which no rank has more than that. */
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

/* A cell lies in the hull of its control points; beyond a box if they all lie on one side of it, along an
 * axis or along the normal in the middle of one of its faces. */
PetscBool TessCellMeets_Private(const TessCellType *t, const TessCell *c, const PetscReal lo[],
                                const PetscReal hi[])
{
  const PetscReal middle = t->simplex ? 1. / t->dim : 0.5, u[2] = {middle, middle};
  PetscReal       clo[3], chi[3], x[MESH_NODES][3];

  TessCellBox_Private(t, c, clo, chi);
  for (PetscInt a = 0; a < t->dim; a++)
    if (clo[a] >= hi[a] || chi[a] <= lo[a])
      return PETSC_FALSE;
  TessCellControl_Private(t, c, x);
  for (PetscInt f = 0; f < t->nface; f++) {
    PetscReal at[3], normal[3], near = 0, far = PETSC_MIN_REAL;

    (void)TessCellFace_Private(t, c, f, u, at, normal);
    for (PetscInt a = 0; a < t->dim; a++) /* the corner of the box furthest into the cell */
      near += normal[a] * (normal[a] > 0 ? lo[a] : hi[a]);
    for (PetscInt i = 0; i < t->nnode; i++) {
      PetscReal along = 0;

      for (PetscInt a = 0; a < t->dim; a++)
        along += normal[a] * x[i][a];
      far = PetscMax(far, along);
    }
    if (near >= far)
      return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

/* The first and last part of axis a that an interval may meet, `wide`: of supports, else of cores. */
static void Range(TessDomain d, PetscInt a, PetscReal lo, PetscReal hi, PetscBool wide, PetscInt range[2])
{
  const PetscReal *e = d->edges[a];

  range[0] = 0;
  range[1] = d->parts[a] - 1;
  while (range[0] < range[1] && e[range[0] + 1] < lo)
    range[0]++;
  while (range[1] > range[0] && e[range[1]] > hi)
    range[1]--;
  range[0] = PetscMax(range[0] - (wide ? 1 : 0), 0);
  range[1] = PetscMin(range[1] + (wide ? 1 : 0), d->parts[a] - 1);
}

/* The number of a patch at the end of a list [*n] of room [*room]. */
static PetscErrorCode Append(PetscInt64 id, PetscInt *n, PetscInt *room, PetscInt64 **list)
{
  PetscFunctionBegin;
  if (*n == *room) {
    *room = 2 * *room + 64;
    PetscCall(PetscRealloc(*room * sizeof(**list), list));
  }
  (*list)[(*n)++] = id;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Natural numbers of patches, of the first part of time, whose supports (wide) or cores meet cell c: appended
 * to a list.  Of a mesh that is cut the cell's own patch and those beyond its faces, who ask for its group.
 */
static PetscErrorCode Patches(TessDomain d, const Mesh *m, const TessCell *c, PetscBool wide, PetscInt *n,
                              PetscInt *room, PetscInt64 **list)
{
  const PetscInt dim         = m->type.dim;
  PetscInt       range[3][2] = {{0, 0}, {0, 0}, {0, 0}}, part[TESS_DIM_MAX] = {0}, at[3];
  PetscReal      clo[3], chi[3], box[16];

  PetscFunctionBegin;
  if (d->ncut) {
    PetscCall(Append((PetscInt64)c->cut, n, room, list));
    for (PetscInt f = 0; f < m->type.nface; f++)
      if (c->across[f] >= 0)
        PetscCall(Append((PetscInt64)c->across[f], n, room, list));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  TessCellBox_Private(&m->type, c, clo, chi);
  for (PetscInt a = 0; a < dim; a++)
    Range(d, a, clo[a], chi[a], wide, range[a]);
  for (at[2] = range[2][0]; at[2] <= range[2][1]; at[2]++)
    for (at[1] = range[1][0]; at[1] <= range[1][1]; at[1]++)
      for (at[0] = range[0][0]; at[0] <= range[0][1]; at[0]++) {
        PetscInt64 id;
        PetscReal  lo[3], hi[3];

        PetscCall(PetscArraycpy(part, at, dim));
        id = TessDomainEncode_Private(d, part);
        TessDomainBox_Private(d, id, box);
        for (PetscInt a = 0; a < dim; a++) { /* closed cores: points may stand on their faces */
          const PetscReal slack = 1e-9 * (d->hi[a] - d->lo[a]);

          lo[a] = box[a] - (wide ? box[2 * d->dim + a] / 2 : slack);
          hi[a] = box[d->dim + a] + (wide ? box[3 * d->dim + a] / 2 : slack);
        }
        if (TessCellMeets_Private(&m->type, c, lo, hi))
          PetscCall(Append(id, n, room, list));
      }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Patches at one place of space, of all parts of time. */
static PetscInt64 Stride(TessDomain d)
{
  PetscInt64 stride = 1;

  for (PetscInt a = 0; a < d->space; a++)
    stride *= d->parts[a];
  return stride;
}

/* Values of patches of the first part of time, added up where they stand in the directory [n], in all parts.
 */
static PetscErrorCode AddUp(TessDomain d, const Mesh *m, PetscInt nlist, const PetscInt64 list[],
                            const PetscReal value[], PetscInt n, PetscReal sum[])
{
  const PetscInt64 stride = Stride(d);
  const PetscInt   nt     = d->dim > d->space ? d->parts[d->space] : 1;
  PetscReal       *leaf;
  PetscSFNode     *slab;
  PetscSF          sf;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)nlist * nt, &slab));
  PetscCall(PetscMalloc1((size_t)nlist * nt, &leaf));
  PetscCall(PetscArrayzero(sum, n));
  for (PetscInt i = 0; i < nlist * nt; i++) {
    const PetscInt64 patch = list[i % nlist] + stride * (i / nlist);

    slab[i].rank  = TessDomainSlabRank_Private(d, patch);
    slab[i].index = (PetscInt)(patch - TessDomainSlabStart_Private(d, slab[i].rank));
    leaf[i]       = value[i % nlist];
  }
  PetscCall(PetscSFCreate(m->comm, &sf));
  PetscCall(PetscSFSetGraph(sf, n, nlist * nt, NULL, PETSC_OWN_POINTER, slab, PETSC_OWN_POINTER));
  PetscCall(PetscSFReduceBegin(sf, MPIU_REAL, leaf, sum, MPIU_SUM));
  PetscCall(PetscSFReduceEnd(sf, MPIU_REAL, leaf, sum, MPIU_SUM));
  PetscCall(PetscSFDestroy(&sf));
  PetscCall(PetscFree(leaf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshMark_Private(TessDomain d, Mesh *m, PetscInt n, const PetscInt64 id[],
                                    PetscReal there[])
{
  PetscInt64 *list = NULL, *core = NULL;
  PetscInt    nlist = 0, room = 0, ncore = 0, coreroom = 0;
  PetscReal  *one, *volume = NULL, *inside;

  PetscFunctionBegin;
  (void)id;
  for (PetscInt c = 0; c < m->n; c++) {
    const PetscInt first = ncore;

    PetscCall(Patches(d, m, &m->cell[c], PETSC_FALSE, &ncore, &coreroom, &core));
    PetscCall(PetscRealloc(coreroom * sizeof(*volume), &volume));
    for (PetscInt i = first; i < ncore; i++) /* in equal parts to the cores that it meets */
      volume[i] = m->cell[c].volume / (ncore - first);
    PetscCall(Patches(d, m, &m->cell[c], PETSC_TRUE, &nlist, &room, &list));
    if (c % 1024 == 1023 || c == m->n - 1)
      TessDomainSort_Private(&nlist, list);
  }
  PetscCall(PetscMalloc1(nlist, &one));
  for (PetscInt i = 0; i < nlist; i++)
    one[i] = 1;
  PetscCall(PetscMalloc1(n, &inside));
  PetscCall(AddUp(d, m, nlist, list, one, n, there));
  PetscCall(AddUp(d, m, ncore, core, volume, n, inside));
  for (PetscInt i = 0; i < n; i++)
    there[i] = there[i] > 0 ? PetscMax(inside[i], PETSC_SMALL * m->volume) : 0;
  PetscCall(PetscFree(inside));
  PetscCall(PetscFree(one));
  PetscCall(PetscFree(volume));
  PetscCall(PetscFree(core));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Pairs (cell, rank) without repeats: which cells this rank sends, and where. */
static PetscErrorCode Destinations(TessDomain d, const Mesh *m, PetscInt *npair, PetscInt **cell,
                                   PetscMPIInt **rank)
{
  const PetscInt64 stride = Stride(d);
  const PetscInt   nt     = d->dim > d->space ? d->parts[d->space] : 1;
  PetscInt64      *list   = NULL, *all;
  PetscInt         n = 0, room = 0, *first, m0 = 0;
  PetscMPIInt     *owner;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m->n + 1, &first));
  first[0] = 0;
  for (PetscInt c = 0; c < m->n; c++) {
    PetscCall(Patches(d, m, &m->cell[c], PETSC_FALSE, &n, &room, &list));
    first[c + 1] = n;
  }
  PetscCall(PetscMalloc1((size_t)n * nt, &all));
  PetscCall(PetscMalloc1((size_t)n * nt, &owner));
  for (PetscInt i = 0; i < n * nt; i++)
    all[i] = list[i / nt] + stride * (i % nt);
  PetscCall(TessDomainFindOwners(d, n * nt, all, owner, NULL));
  PetscCall(PetscMalloc1((size_t)n * nt, cell));
  PetscCall(PetscMalloc1((size_t)n * nt, rank));
  for (PetscInt c = 0; c < m->n; c++) {
    const PetscInt begin = m0;

    for (PetscInt i = first[c] * nt; i < first[c + 1] * nt; i++) {
      PetscBool twice = (PetscBool)(owner[i] < 0);

      for (PetscInt k = begin; k < m0; k++)
        twice = (PetscBool)(twice || (*rank)[k] == owner[i]);
      if (twice)
        continue;
      (*cell)[m0]   = c;
      (*rank)[m0++] = owner[i];
    }
  }
  *npair = m0;
  PetscCall(PetscFree(first));
  PetscCall(PetscFree(all));
  PetscCall(PetscFree(owner));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The lists of cells of owned patches. */
static PetscErrorCode ListCells(TessDomain d, Mesh *m)
{
  const PetscInt dim = m->type.dim;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(d->nowned + 1, &m->first));
  for (PetscInt pass = 0; pass < 2; pass++) {
    for (PetscInt s = 0, n = 0; s < d->nowned; s++) {
      const PetscReal *box = d->box + (size_t)s * 4 * d->dim;
      PetscReal        lo[3], hi[3];

      for (PetscInt a = 0; a < dim; a++) {
        const PetscReal slack = 1e-9 * (d->hi[a] - d->lo[a]);

        lo[a] = box[a] - slack;
        hi[a] = box[d->dim + a] + slack;
      }
      for (PetscInt c = 0; c < m->n; c++) {
        if (d->ncut ? m->cell[c].cut != d->id[s] % d->ncut
                    : !TessCellMeets_Private(&m->type, &m->cell[c], lo, hi))
          continue;
        if (pass)
          m->inpatch[n] = c;
        n++;
      }
      m->first[s + 1] = n;
    }
    if (!pass)
      PetscCall(PetscMalloc1(m->first[d->nowned], &m->inpatch));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareCells(const void *a, const void *b)
{
  const TessCell *x = a, *y = b;

  return (x->id > y->id) - (x->id < y->id);
}

PetscErrorCode TessMeshDeal_Private(TessDomain d, Mesh *m)
{
  PetscInt     npair = 0, nleaf, *cell = NULL;
  PetscMPIInt *rank = NULL;
  TessCell    *send, *got;
  PetscSF      sf;
  MPI_Datatype packed;

  PetscFunctionBegin;
  PetscCall(Destinations(d, m, &npair, &cell, &rank));
  PetscCall(TessDomainRoute_Private(m->comm, npair, rank, &nleaf, &sf));
  PetscCall(PetscMalloc1(npair, &send));
  PetscCall(PetscMalloc1(nleaf, &got));
  for (PetscInt i = 0; i < npair; i++)
    send[i] = m->cell[cell[i]];
  PetscCallMPI(MPI_Type_contiguous((PetscMPIInt)(sizeof(TessCell) / sizeof(PetscReal)), MPIU_REAL, &packed));
  PetscCallMPI(MPI_Type_commit(&packed));
  PetscCall(PetscSFBcastBegin(sf, packed, send, got, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, packed, send, got, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&packed));
  PetscCall(PetscSFDestroy(&sf));
  PetscCall(PetscFree(send));
  PetscCall(PetscFree(cell));
  PetscCall(PetscFree(rank));
  PetscCall(PetscFree(m->cell));
  m->cell = got;
  m->n    = nleaf;
  if (nleaf)
    qsort(got, nleaf, sizeof(*got), CompareCells);
  PetscCall(PetscMalloc1(6 * (size_t)m->n, &m->around));
  for (PetscInt c = 0; c < m->n; c++)
    TessCellBox_Private(&m->type, &m->cell[c], m->around + 6 * (size_t)c, m->around + 6 * (size_t)c + 3);
  PetscCall(ListCells(d, m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
