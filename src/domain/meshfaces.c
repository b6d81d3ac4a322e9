/* meshfaces.c - which faces of the cells of a DMPlex lie on the boundary, whether cells lie side by side, and
   whether they hang together. */
#include <petscdmplex.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

/* The mesh vertices of cell c in the order of PETSc's closure. */
static PetscErrorCode Vertices(DM dm, PetscInt c, PetscInt vertex[8])
{
  PetscInt npoint, *point = NULL, start, end, n = 0;

  PetscFunctionBegin;
  PetscCall(DMPlexGetDepthStratum(dm, 0, &start, &end));
  PetscCall(DMPlexGetTransitiveClosure(dm, c, PETSC_TRUE, &npoint, &point));
  for (PetscInt i = 0; i < npoint; i++)
    if (point[2 * i] >= start && point[2 * i] < end)
      vertex[n++] = point[2 * i];
  PetscCall(DMPlexRestoreTransitiveClosure(dm, c, PETSC_TRUE, &npoint, &point));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The numbers of the vertices of a closure as ours, by kind of cell: PETSc turns the cells of three
 * dimensions inside out, but not their curved coordinates. */
static const PetscInt orders[][8] = {{0, 1, 2, 3},
                                     {1, 0, 2, 3},
                                     {0, 2, 1, 3},
                                     {0, 1, 3, 2},
                                     {0, 2, 3, 1, 4, 5, 7, 6},
                                     {0, 1, 3, 2, 4, 5, 7, 6}};

/* The order in which the cells around each vertex agree where it is, NULL: none. */
static PetscErrorCode FindOrder(Mesh *m, DM dm, const PetscInt **order)
{
  const PetscInt first  = m->type.simplex ? 0 : m->type.dim == 2 ? 3 : 4;
  const PetscInt last   = m->type.simplex ? m->type.dim - 1 : m->type.dim == 2 ? 3 : 5;
  TessCellType   linear = m->type;
  PetscInt       start, end, vertex[8];
  PetscReal(*at)[3];
  PetscBool *known;

  PetscFunctionBegin;
  *order       = NULL;
  linear.order = 1;
  PetscCall(DMPlexGetDepthStratum(dm, 0, &start, &end));
  PetscCall(PetscMalloc2(end - start, &at, end - start, &known));
  for (PetscInt o = first; o <= last && !*order; o++) {
    *order = orders[o];
    PetscCall(PetscArrayzero(known, end - start));
    for (PetscInt c = 0; c < m->n && *order; c++) {
      PetscCall(Vertices(dm, m->point[c], vertex));
      for (PetscInt i = 0; i < (m->type.simplex ? m->type.dim + 1 : 1 << m->type.dim); i++) {
        const PetscInt v = vertex[i] - start;
        PetscReal      xi[3], x[3] = {0, 0, 0}, J[9], far = 0, size = 0;

        TessCellNode_Private(&linear, (*order)[i], xi);
        TessCellMap_Private(&m->type, &m->cell[c], xi, x, J);
        for (PetscInt a = 0; a < m->type.dim; a++) {
          far  = PetscMax(far, known[v] ? PetscAbsReal(x[a] - at[v][a]) : 0);
          size = PetscMax(size, PetscAbsReal(J[a * m->type.dim]) + PetscAbsReal(J[a * m->type.dim + 1]));
        }
        if (far > 1e-8 * size)
          *order = NULL;
        if (!*order)
          break;
        known[v] = PETSC_TRUE;
        PetscCall(PetscArraycpy(at[v], x, 3));
      }
    }
  }
  PetscCall(PetscFree2(at, known));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Which face of cell c a facet is: the one whose vertices are all among the facet's. */
static PetscErrorCode FaceOf(Mesh *m, DM dm, PetscInt facet, PetscInt c, const PetscInt order[],
                             PetscInt *face)
{
  const PetscInt corners = m->type.simplex ? m->type.dim + 1 : 1 << m->type.dim;
  PetscInt       npoint, *point = NULL, vertex[8], node[4];
  PetscBool      on[8] = {PETSC_FALSE};

  PetscFunctionBegin;
  PetscCall(Vertices(dm, m->point[c], vertex));
  PetscCall(DMPlexGetTransitiveClosure(dm, facet, PETSC_TRUE, &npoint, &point));
  for (PetscInt i = 0; i < corners; i++)
    for (PetscInt k = 0; k < npoint; k++)
      on[order[i]] = (PetscBool)(on[order[i]] || point[2 * k] == vertex[i]);
  PetscCall(DMPlexRestoreTransitiveClosure(dm, facet, PETSC_TRUE, &npoint, &point));
  *face = -1;
  for (PetscInt f = 0; f < m->type.nface; f++) {
    const PetscInt n   = TessCellFaceNodes_Private(&m->type, f, node);
    PetscInt       all = 0;

    for (PetscInt i = 0; i < n; i++)
      all += on[node[i]];
    if (all == n)
      *face = f;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The cells that hang together with cell c: those with its root. */
static PetscInt Root(PetscInt root[], PetscInt c)
{
  for (; root[c] != c; c = root[c])
    root[c] = root[root[c]];
  return c;
}

/* How many own cells of all ranks a point of the mesh has around it, count [chart]: 1 on facets of the
 * boundary.
 */
static PetscErrorCode CountAround(Mesh *m, DM dm, PetscInt count[])
{
  PetscInt        start, end, n, roots;
  const PetscInt *cone;
  PetscSF         sf;

  PetscFunctionBegin;
  PetscCall(DMPlexGetChart(dm, &start, &end));
  PetscCall(PetscArrayzero(count, end));
  for (PetscInt c = 0; c < m->n; c++) {
    PetscCall(DMPlexGetConeSize(dm, m->point[c], &n));
    PetscCall(DMPlexGetCone(dm, m->point[c], &cone));
    for (PetscInt f = 0; f < n; f++)
      count[cone[f]]++;
  }
  PetscCall(DMGetPointSF(dm, &sf));
  PetscCall(PetscSFGetGraph(sf, &roots, NULL, NULL, NULL));
  if (roots < 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  {
    PetscInt *sum;

    PetscCall(PetscMalloc1(end, &sum));
    PetscCall(PetscArraycpy(sum, count, end));
    PetscCall(PetscSFReduceBegin(sf, MPIU_INT, count, sum, MPI_SUM));
    PetscCall(PetscSFReduceEnd(sf, MPIU_INT, count, sum, MPI_SUM));
    PetscCall(PetscArraycpy(count, sum, end));
    PetscCall(PetscSFBcastBegin(sf, MPIU_INT, sum, count, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(sf, MPIU_INT, sum, count, MPI_REPLACE));
    PetscCall(PetscFree(sum));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The largest and, negative, the smallest number of the own cells of all ranks around each point of the mesh,
 * id [2][chart]; -1e300: none. */
static PetscErrorCode NumbersAround(Mesh *m, DM dm, PetscInt chart, PetscReal id[])
{
  PetscInt        n, roots;
  const PetscInt *cone;
  PetscReal      *most;
  PetscSF         sf;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 2 * chart; i++)
    id[i] = -1e300;
  for (PetscInt c = 0; c < m->n; c++) {
    PetscCall(DMPlexGetConeSize(dm, m->point[c], &n));
    PetscCall(DMPlexGetCone(dm, m->point[c], &cone));
    for (PetscInt f = 0; f < n; f++) {
      id[cone[f]]         = PetscMax(id[cone[f]], m->cell[c].id);
      id[chart + cone[f]] = PetscMax(id[chart + cone[f]], -m->cell[c].id);
    }
  }
  PetscCall(DMGetPointSF(dm, &sf));
  PetscCall(PetscSFGetGraph(sf, &roots, NULL, NULL, NULL));
  if (roots < 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(chart, &most));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(PetscArraycpy(most, id + k * chart, chart));
    PetscCall(PetscSFReduceBegin(sf, MPIU_REAL, id + k * chart, most, MPIU_MAX));
    PetscCall(PetscSFReduceEnd(sf, MPIU_REAL, id + k * chart, most, MPIU_MAX));
    PetscCall(PetscArraycpy(id + k * chart, most, chart));
    PetscCall(PetscSFBcastBegin(sf, MPIU_REAL, most, id + k * chart, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(sf, MPIU_REAL, most, id + k * chart, MPI_REPLACE));
  }
  PetscCall(PetscFree(most));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether two cells lie on the same side of a facet between them: outward normals in its middle. */
static PetscBool Folded(Mesh *m, const PetscInt cell[2], const PetscInt face[2])
{
  const PetscReal middle = m->type.simplex ? 1. / m->type.dim : 0.5, u[2] = {middle, middle};
  PetscReal       x[3], normal[2][3], cosine = 0;

  for (PetscInt i = 0; i < 2; i++)
    (void)TessCellFace_Private(&m->type, &m->cell[cell[i]], face[i], u, x, normal[i]);
  for (PetscInt a = 0; a < m->type.dim; a++)
    cosine += normal[0][a] * normal[1][a];
  return (PetscBool)(cosine > 0);
}

PetscErrorCode TessMeshFaces_Private(Mesh *m, DM dm, PetscBool whole, char why[256])
{
  PetscInt        start, end, cstart, cend, *root, *own, *count, n = m->n;
  const PetscInt *order;
  PetscReal      *id;

  PetscFunctionBegin;
  PetscCall(FindOrder(m, dm, &order));
  if (!order)
    PetscCall(PetscSNPrintf(why, 256, "the vertices of its cells are not where their neighbours have them"));
  PetscCall(DMPlexGetHeightStratum(dm, 0, &cstart, &cend));
  PetscCall(DMPlexGetHeightStratum(dm, 1, &start, &end));
  PetscCall(DMPlexGetChart(dm, NULL, &cend));
  PetscCall(PetscMalloc3(m->n, &root, cend, &own, cend, &count));
  PetscCall(PetscMalloc1(2 * cend, &id));
  PetscCall(CountAround(m, dm, count));
  PetscCall(NumbersAround(m, dm, cend, id));
  for (PetscInt i = 0; i < cend; i++)
    own[i] = -1;
  for (PetscInt c = 0; c < m->n; c++) {
    root[c]          = c;
    own[m->point[c]] = c;
    for (PetscInt f = 0; f < MESH_FACES; f++)
      m->cell[c].part[f] = m->cell[c].across[f] = -1;
  }
  for (PetscInt f = start; f < end && !why[0]; f++) {
    const PetscInt *support;
    PetscInt        size, cell[2], face[2], k = 0;

    PetscCall(DMPlexGetSupportSize(dm, f, &size));
    PetscCall(DMPlexGetSupport(dm, f, &support));
    for (PetscInt i = 0; i < PetscMin(size, 2); i++) {
      cell[k] = own[support[i]];
      if (cell[k] < 0)
        continue;
      PetscCall(FaceOf(m, dm, f, cell[k], order, &face[k]));
      if (count[f] == 2)
        m->cell[cell[k]].across[face[k]] = id[f] == m->cell[cell[k]].id ? -id[cend + f] : id[f];
      k++;
    }
    if (size > 2 || (k == 2 && Folded(m, cell, face)))
      PetscCall(PetscSNPrintf(why, 256, "cell %" PetscInt_FMT " is inverted: it lies over its neighbour",
                              cell[0] < 0 ? 0 : cell[0]));
    if (k == 2 && Root(root, cell[0]) != Root(root, cell[1])) {
      root[Root(root, cell[0])] = Root(root, cell[1]);
      n--;
    }
    if (k == 1 && count[f] == 1)
      m->cell[cell[0]].part[face[0]] = f;
  }
  if (whole && n > 1 && !why[0])
    PetscCall(PetscSNPrintf(why, 256, "it has %" PetscInt_FMT " parts that do not meet: one is wanted", n));
  PetscCall(PetscFree(id));
  PetscCall(PetscFree3(root, own, count));
  PetscFunctionReturn(PETSC_SUCCESS);
}
