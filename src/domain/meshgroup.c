/* meshgroup.c - names of groups of faces and of cells, from the labels of a DMPlex, united over the ranks;
   and the measures of cells, faces and groups. */
#include <petscdmplex.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

#define UNNAMED "unnamed" /* what stands in no group */

/* The group of a point: a named label before the numbers of PETSc's sets, and those before its marker; a face
 * is in no group that has its cell (-1: the point is a cell). */
static PetscErrorCode GroupOf(DM dm, PetscInt point, PetscInt cell, char group[256])
{
  PetscInt nlabel, best = -1;

  PetscFunctionBegin;
  PetscCall(PetscStrncpy(group, UNNAMED, 256));
  PetscCall(DMGetNumLabels(dm, &nlabel));
  for (PetscInt l = 0; l < nlabel; l++) {
    const char *name;
    PetscInt    value, around = -1, rank;

    PetscCall(DMGetLabelName(dm, l, &name));
    if (!strcmp(name, "celltype") || !strcmp(name, "depth"))
      continue;
    PetscCall(DMGetLabelValue(dm, name, point, &value));
    if (cell >= 0)
      PetscCall(DMGetLabelValue(dm, name, cell, &around));
    rank = strstr(name, " Sets") ? 1 : strcmp(name, "marker") ? 2 : 0;
    if (value < 0 || around >= 0 || rank <= best)
      continue;
    best = rank;
    if (rank == 1)
      PetscCall(PetscSNPrintf(group, 256, "%" PetscInt_FMT, value));
    else
      PetscCall(PetscStrncpy(group, name, 256));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The number of a name in a list, added if it is new. */
static PetscErrorCode Number(PetscInt *n, char ***list, const char name[], PetscReal *number)
{
  PetscInt i;

  PetscFunctionBegin;
  for (i = 0; i < *n; i++)
    if (!strcmp((*list)[i], name))
      break;
  *number = i;
  if (i < *n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscRealloc((*n + 1) * sizeof(**list), list));
  PetscCall(PetscStrallocpy(name, &(*list)[(*n)++]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareNames(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all ranks in the order of the alphabet; number [n] is where those of this rank went. */
static PetscErrorCode Unite(MPI_Comm comm, PetscInt *n, char ***list, PetscInt **number)
{
  PetscMPIInt size, mine = 0, *length, *start;
  PetscInt    all = 0;
  char       *text, *texts, **name = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  for (PetscInt i = 0; i < *n; i++)
    mine += (PetscMPIInt)strlen((*list)[i]) + 1;
  PetscCall(PetscMalloc3(size, &length, size + 1, &start, mine, &text));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, length, 1, MPI_INT, comm));
  start[0] = 0;
  for (PetscMPIInt r = 0; r < size; r++)
    start[r + 1] = start[r] + length[r];
  for (PetscInt i = 0, at = 0; i < *n; at += (PetscInt)strlen((*list)[i++]) + 1)
    PetscCall(PetscStrncpy(text + at, (*list)[i], (size_t)(mine - at)));
  PetscCall(PetscMalloc1(start[size], &texts));
  PetscCallMPI(MPI_Allgatherv(text, mine, MPI_CHAR, texts, length, start, MPI_CHAR, comm));
  for (PetscMPIInt at = 0; at < start[size]; at += (PetscMPIInt)strlen(texts + at) + 1) {
    PetscReal none;

    PetscCall(Number(&all, &name, texts + at, &none));
  }
  if (all)
    qsort(name, all, sizeof(*name), CompareNames);
  PetscCall(PetscMalloc1(*n, number));
  for (PetscInt i = 0; i < *n; i++)
    for (PetscInt k = 0; k < all; k++)
      if (!strcmp((*list)[i], name[k]))
        (*number)[i] = k;
  PetscCall(TessWordsDestroy(*n, list));
  *n    = all;
  *list = name;
  PetscCall(PetscFree(texts));
  PetscCall(PetscFree3(length, start, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Facets of the boundary become numbers of groups. */
static PetscErrorCode ReadGroups(Mesh *m, DM dm)
{
  PetscInt *part, *region;
  char      group[256];

  PetscFunctionBegin;
  for (PetscInt c = 0; c < m->n; c++) {
    TessCell *cell = &m->cell[c];

    PetscCall(GroupOf(dm, m->point[c], -1, group));
    PetscCall(Number(&m->nregion, &m->region, group, &cell->region));
    for (PetscInt f = 0; f < m->type.nface; f++) {
      if (cell->part[f] < 0)
        continue;
      PetscCall(GroupOf(dm, (PetscInt)cell->part[f], m->point[c], group));
      PetscCall(Number(&m->npart, &m->part, group, &cell->part[f]));
    }
  }
  PetscCall(Unite(m->comm, &m->nregion, &m->region, &region));
  PetscCall(Unite(m->comm, &m->npart, &m->part, &part));
  for (PetscInt c = 0; c < m->n; c++) {
    m->cell[c].region = region[(PetscInt)m->cell[c].region];
    for (PetscInt f = 0; f < m->type.nface; f++)
      if (m->cell[c].part[f] >= 0)
        m->cell[c].part[f] = part[(PetscInt)m->cell[c].part[f]];
  }
  PetscCall(PetscFree(region));
  PetscCall(PetscFree(part));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What lies before the sums [n] of this rank on the ranks below it; then sum [n] becomes that of all. */
static PetscErrorCode Before(MPI_Comm comm, PetscInt n, PetscReal sum[], PetscReal before[])
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Exscan(sum, before, (PetscMPIInt)n, MPIU_REAL, MPIU_SUM, comm));
  if (!rank)
    PetscCall(PetscArrayzero(before, n));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, (PetscMPIInt)n, MPIU_REAL, MPIU_SUM, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Measure(Mesh *m)
{
  PetscReal x[3 * MESH_POINTS], normal[3 * MESH_POINTS], w[MESH_POINTS], sum[2], before[2], *area;
  PetscInt  n;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(m->npart, &m->area));
  PetscCall(PetscMalloc1(m->npart, &area));
  for (PetscInt c = 0; c < m->n; c++) {
    TessCell *cell = &m->cell[c];

    PetscCall(TessCellRule_Private(&m->type, cell, -1, 4, &n, x, normal, w));
    cell->before = m->volume;
    for (PetscInt p = 0; p < n; p++)
      cell->volume += w[p];
    m->volume += cell->volume;
    for (PetscInt f = 0; f < m->type.nface; f++) {
      if (cell->part[f] < 0)
        continue;
      PetscCall(TessCellRule_Private(&m->type, cell, f, MESH_RULE, &n, x, normal, w));
      cell->areabefore[f] = m->area[(PetscInt)cell->part[f]];
      for (PetscInt p = 0; p < n; p++)
        cell->area[f] += w[p];
      m->area[(PetscInt)cell->part[f]] += cell->area[f];
    }
  }
  sum[0] = m->n;
  sum[1] = m->volume;
  PetscCall(Before(m->comm, 2, sum, before));
  PetscCall(Before(m->comm, m->npart, m->area, area));
  for (PetscInt c = 0; c < m->n; c++) {
    m->cell[c].before += before[1];
    for (PetscInt f = 0; f < m->type.nface; f++)
      if (m->cell[c].part[f] >= 0)
        m->cell[c].areabefore[f] += area[(PetscInt)m->cell[c].part[f]];
  }
  m->all    = (PetscInt64)sum[0];
  m->volume = sum[1];
  PetscCall(PetscFree(area));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A box around the mesh: around its nodes and, where it is curved, points between them on its boundary. */
static PetscErrorCode Box(Mesh *m)
{
  const PetscInt k      = m->type.order == 1 ? 1 : 16;
  PetscReal      box[6] = {PETSC_MAX_REAL, PETSC_MAX_REAL, PETSC_MAX_REAL,
                           PETSC_MAX_REAL, PETSC_MAX_REAL, PETSC_MAX_REAL};
  PetscReal      x[3], normal[3];

  PetscFunctionBegin;
  for (PetscInt c = 0; c < m->n; c++) {
    for (PetscInt i = 0; i < m->type.nnode; i++)
      for (PetscInt a = 0; a < m->type.dim; a++) {
        box[a]     = PetscMin(box[a], m->cell[c].x[i][a]);
        box[3 + a] = PetscMin(box[3 + a], -m->cell[c].x[i][a]);
      }
    for (PetscInt f = 0; f < m->type.nface && k > 1; f++)
      for (PetscInt i = 0; i < (m->type.dim == 2 ? k : k * k) && m->cell[c].part[f] >= 0; i++) {
        PetscReal u[2] = {(i % k + 0.5) / k, (i / k + 0.5) / k};

        TessCellFold_Private(m->type.simplex, m->type.dim - 1, u);
        (void)TessCellFace_Private(&m->type, &m->cell[c], f, u, x, normal);
        for (PetscInt a = 0; a < m->type.dim; a++) {
          box[a]     = PetscMin(box[a], x[a]);
          box[3 + a] = PetscMin(box[3 + a], -x[a]);
        }
      }
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, box, 6, MPIU_REAL, MPIU_MIN, m->comm));
  for (PetscInt a = 0; a < m->type.dim; a++) { /* what round-off puts beside zero is zero */
    const PetscReal none = 1e-14 * PetscMax(PetscAbsReal(box[a]), PetscAbsReal(box[3 + a]));

    m->lo[a] = PetscAbsReal(box[a]) < none ? 0 : box[a];
    m->hi[a] = PetscAbsReal(box[3 + a]) < none ? 0 : -box[3 + a];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshGroups_Private(Mesh *m, DM dm)
{
  PetscFunctionBegin;
  PetscCall(ReadGroups(m, dm));
  PetscCall(Measure(m));
  PetscCall(Box(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
