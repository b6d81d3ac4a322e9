/* meshplex.c - a DMPlex as a list of cells with their nodes. */
#include <petscdmplex.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

/* Kind and own cells: those that no other rank lends. */
static PetscErrorCode ReadType(Mesh *m, DM dm, char why[256])
{
  PetscInt        start, end, nleaf, space;
  const PetscInt *leaf;
  DMPolytopeType  kind, other;
  PetscBool      *lent;
  PetscSF         sf;

  PetscFunctionBegin;
  PetscCall(DMGetDimension(dm, &m->type.dim));
  PetscCall(DMGetCoordinateDim(dm, &space));
  PetscCall(DMPlexGetHeightStratum(dm, 0, &start, &end));
  if (end == start && m->type.dim < 2) {
    PetscCall(PetscSNPrintf(why, 256, "it has no cells"));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (m->type.dim < 2 || m->type.dim > 3 || space != m->type.dim) {
    PetscCall(PetscSNPrintf(why, 256,
                            "its cells have dimension %" PetscInt_FMT " in %" PetscInt_FMT
                            " axes of space: two in two or three in three are wanted",
                            m->type.dim, space));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc1(end - start, &m->point));
  PetscCall(PetscCalloc1(end - start, &lent));
  PetscCall(DMGetPointSF(dm, &sf));
  PetscCall(PetscSFGetGraph(sf, NULL, &nleaf, &leaf, NULL));
  for (PetscInt l = 0; l < nleaf; l++) {
    const PetscInt point = leaf ? leaf[l] : l;

    if (point >= start && point < end)
      lent[point - start] = PETSC_TRUE;
  }
  for (PetscInt c = start; c < end && !why[0]; c++) {
    PetscCall(DMPlexGetCellType(dm, c, &other));
    kind = m->n ? (DMPolytopeType)m->type.kind : other;
    if (other != kind)
      PetscCall(PetscSNPrintf(why, 256, "its cells are of several kinds, %s and %s: one is wanted",
                              DMPolytopeTypes[kind], DMPolytopeTypes[other]));
    if (other != DM_POLYTOPE_TRIANGLE && other != DM_POLYTOPE_TETRAHEDRON &&
        other != DM_POLYTOPE_QUADRILATERAL && other != DM_POLYTOPE_HEXAHEDRON)
      PetscCall(PetscSNPrintf(why, 256, "it has cells of the kind %s", DMPolytopeTypes[other]));
    m->type.kind = kind;
    if (!lent[c - start])
      m->point[m->n++] = c;
  }
  m->type.simplex =
      (PetscBool)(m->type.kind == DM_POLYTOPE_TRIANGLE || m->type.kind == DM_POLYTOPE_TETRAHEDRON);
  m->type.nface = m->type.simplex ? m->type.dim + 1 : 2 * m->type.dim;
  PetscCall(PetscFree(lent));
  PetscCall(PetscCalloc1(m->n, &m->cell));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x [3] of the point of cell c at reference point xi in the unit cell. */
static PetscErrorCode At(DM dm, PetscInt dim, PetscInt c, const PetscReal xi[], PetscReal x[])
{
  PetscReal ref[3];

  PetscFunctionBegin;
  for (PetscInt a = 0; a < dim; a++)
    ref[a] = 2 * xi[a] - 1;
  PetscCall(DMPlexReferenceToCoordinates(dm, c, 1, ref, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Nodes of all cells as of one order; *far: how far PETSc's map is from ours, over the size of the cell. */
static PetscErrorCode ReadNodes(Mesh *m, DM dm, PetscInt order, PetscReal *far)
{
  TessCellType   *t        = &m->type;
  const PetscReal probe[3] = {0.31, 0.23, 0.17};

  PetscFunctionBegin;
  t->order = order;
  t->nnode = t->dim + 1;
  if (t->simplex && order == 2)
    t->nnode += t->dim * (t->dim + 1) / 2;
  if (!t->simplex)
    t->nnode = t->dim == 2 ? (order + 1) * (order + 1) : (order + 1) * (order + 1) * (order + 1);
  *far = 0;
  for (PetscInt c = 0; c < m->n; c++) {
    PetscReal xi[3], x[3], y[3], J[9], lo[3], hi[3], size = 0;

    for (PetscInt i = 0; i < t->nnode; i++) {
      TessCellNode_Private(t, i, xi);
      PetscCall(At(dm, t->dim, m->point[c], xi, m->cell[c].x[i]));
    }
    PetscCall(At(dm, t->dim, m->point[c], probe, x));
    TessCellMap_Private(t, &m->cell[c], probe, y, J);
    TessCellBox_Private(t, &m->cell[c], lo, hi);
    for (PetscInt a = 0; a < t->dim; a++)
      size = PetscMax(size, hi[a] - lo[a]);
    for (PetscInt a = 0; a < t->dim; a++)
      *far = PetscMax(*far, PetscAbsReal(x[a] - y[a]) / size);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first cell whose map turns over or is flat somewhere. */
static PetscErrorCode CheckCells(Mesh *m, char why[256])
{
  PetscFunctionBegin;
  for (PetscInt c = 0; c < m->n; c++) {
    PetscReal xi[3], x[3], J[9], least = PETSC_MAX_REAL, most = PETSC_MIN_REAL;

    for (PetscInt i = 0; i < m->type.nnode; i++) {
      PetscReal det;

      TessCellNode_Private(&m->type, i, xi);
      TessCellMap_Private(&m->type, &m->cell[c], xi, x, J);
      det   = TessCellDet_Private(m->type.dim, J);
      least = PetscMin(least, det);
      most  = PetscMax(most, det);
    }
    if (!(least * most > 0)) {
      PetscCall(PetscSNPrintf(why, 256, "cell %" PetscInt_FMT " at (%.6g, %.6g%s) is inverted or flat", c,
                              (double)x[0], (double)x[1], m->type.dim == 3 ? ", ..." : ""));
      break;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether a rank found fault; then all get its words. */
static PetscErrorCode Agree(Mesh *m, char why[256], PetscBool *bad)
{
  PetscMPIInt rank, first;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  first = why[0] ? rank : PETSC_MPI_INT_MAX;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, m->comm));
  *bad = (PetscBool)(first < PETSC_MPI_INT_MAX);
  if (*bad)
    PetscCallMPI(MPI_Bcast(why, 256, MPI_CHAR, first, m->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cells are numbered by rank. */
static PetscErrorCode NumberCells(Mesh *m)
{
  PetscMPIInt rank;
  PetscInt64  n = m->n, before = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Exscan(&n, &before, 1, MPIU_INT64, MPI_SUM, m->comm));
  for (PetscInt c = 0; c < m->n; c++)
    m->cell[c].id = (rank ? before : 0) + c;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Ranks without cells take the kind from the others. */
static PetscErrorCode AgreeType(Mesh *m, char why[256])
{
  PetscInt type[4] = {m->type.kind, -m->type.kind, m->type.dim, m->n};

  PetscFunctionBegin;
  if (!m->n)
    type[0] = type[1] = -PETSC_MAX_INT;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, type, 4, MPIU_INT, MPI_MAX, m->comm));
  if (!type[3])
    PetscCall(PetscSNPrintf(why, 256, "it has no cells of dimension two or three"));
  else if (type[0] != -type[1])
    PetscCall(PetscSNPrintf(why, 256, "its cells are of several kinds, %s and %s: one is wanted",
                            DMPolytopeTypes[-type[1]], DMPolytopeTypes[type[0]]));
  m->type.kind    = type[0];
  m->type.dim     = type[2];
  m->type.simplex = (PetscBool)(type[0] == DM_POLYTOPE_TRIANGLE || type[0] == DM_POLYTOPE_TETRAHEDRON);
  m->type.nface   = m->type.simplex ? m->type.dim + 1 : 2 * m->type.dim;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshCells_Private(Mesh *m, DM dm, char why[256])
{
  PetscMPIInt size = 2;
  PetscReal   far  = 1;
  PetscBool   bad;

  PetscFunctionBegin;
  if (dm) {
    PetscCallMPI(MPI_Comm_size(PetscObjectComm((PetscObject)dm), &size));
    PetscCall(ReadType(m, dm, why));
  }
  PetscCall(Agree(m, why, &bad));
  if (bad)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(AgreeType(m, why));
  for (PetscInt order = 1; order <= 2 && far > 1e-10 && !why[0]; order++) {
    PetscCall(ReadNodes(m, dm, order, &far));
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &far, 1, MPIU_REAL, MPIU_MAX, m->comm));
  }
  if (far > 1e-10 && !why[0])
    PetscCall(PetscSNPrintf(why, 256, "its cells are of an order above 2"));
  if (!why[0])
    PetscCall(CheckCells(m, why));
  PetscCall(NumberCells(m));
  PetscCall(Agree(m, why, &bad));
  if (!bad && dm)
    PetscCall(TessMeshFaces_Private(m, dm, (PetscBool)(size == 1), why));
  PetscCall(Agree(m, why, &bad));
  PetscFunctionReturn(PETSC_SUCCESS);
}
