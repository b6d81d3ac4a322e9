/* meshloops.c - the boundary of a mesh of two dimensions as closed curves, with the domain on their left: the
   corners where they turn, and the holes, curves that run clockwise.  The facets of the boundary, not the
   mesh, meet on rank 0 for that. */
#include <stdlib.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

#define TURN (PETSC_PI / 6) /* curves in short straight facets turn by less */
#define ROUND 0.02          /* of the radius: vertices of a round hole are no farther from its circle */
#define NEAR 1e-9           /* of the box: vertices nearer than that are one */

/* A facet: where it begins and ends, and its directions there. */
typedef struct {
  PetscReal a[2], ta[2], b[2], tb[2];
} Edge;

/* Face f of a cell, turned so that the cell lies on its left. */
static Edge EdgeOf(const Mesh *m, const TessCell *c, PetscInt f)
{
  PetscReal x[2][3], normal[2][3];
  PetscInt  first;
  Edge      e;

  for (PetscInt k = 0; k < 2; k++) {
    const PetscReal u[2] = {k, 0};

    (void)TessCellFace_Private(&m->type, c, f, u, x[k], normal[k]);
  }
  first = (x[1][1] - x[0][1]) * normal[0][0] - (x[1][0] - x[0][0]) * normal[0][1] < 0;
  for (PetscInt a = 0; a < 2; a++) {
    e.a[a]  = x[first][a];
    e.b[a]  = x[!first][a];
    e.ta[a] = a ? normal[first][0] : -normal[first][1];
    e.tb[a] = a ? normal[!first][0] : -normal[!first][1];
  }
  return e;
}

/* All facets of the boundary on rank 0, none on others; the caller's. */
static PetscErrorCode Gather(const Mesh *m, PetscInt *n, Edge **edge)
{
  const PetscMPIInt reals = sizeof(Edge) / sizeof(PetscReal);
  PetscMPIInt       rank, size, mine, *length, *start;
  Edge             *own;
  PetscInt          k = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(PetscMalloc1((size_t)m->n * m->type.nface, &own));
  for (PetscInt c = 0; c < m->n; c++)
    for (PetscInt f = 0; f < m->type.nface; f++)
      if (m->cell[c].part[f] >= 0)
        own[k++] = EdgeOf(m, &m->cell[c], f);
  mine = (PetscMPIInt)(k * reals);
  PetscCall(PetscCalloc2(size, &length, size + 1, &start));
  PetscCallMPI(MPI_Gather(&mine, 1, MPI_INT, length, 1, MPI_INT, 0, m->comm));
  for (PetscMPIInt r = 0; r < size; r++)
    start[r + 1] = start[r] + length[r];
  *n = start[size] / reals;
  PetscCall(PetscMalloc1(*n, edge));
  PetscCallMPI(MPI_Gatherv(own, mine, MPIU_REAL, *edge, length, start, MPIU_REAL, 0, m->comm));
  PetscCall(PetscFree2(length, start));
  PetscCall(PetscFree(own));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareEdges(const void *a, const void *b)
{
  const Edge *x = a, *y = b;

  return (x->a[0] > y->a[0]) - (x->a[0] < y->a[0]);
}

/* The angle from direction s to t, -pi .. pi. */
static PetscReal Turn(const PetscReal s[], const PetscReal t[])
{
  return PetscAtan2Real(s[0] * t[1] - s[1] * t[0], s[0] * t[0] + s[1] * t[1]);
}

/* Of edges sorted by their first coordinate the one that begins where e ends and was not passed, turning most
 * to the left where there are several; -1: none. */
static PetscInt Next(PetscInt n, const Edge edge[], const PetscBool passed[], const Edge *e, PetscReal near)
{
  PetscInt low = 0, high = n, found = -1;

  while (low < high) {
    const PetscInt mid = low + (high - low) / 2;

    if (edge[mid].a[0] < e->b[0] - near)
      low = mid + 1;
    else
      high = mid;
  }
  for (; low < n && edge[low].a[0] <= e->b[0] + near; low++)
    if (!passed[low] && PetscAbsReal(edge[low].a[1] - e->b[1]) <= near &&
        (found < 0 || Turn(e->tb, edge[low].ta) > Turn(e->tb, edge[found].ta)))
      found = low;
  return found;
}

/* The hole that a clockwise curve of edges loop [n] leaves: the centroid of its inside, the mean distance of
 * its vertices; whether it is round. */
static PetscBool FitHole(PetscInt n, const PetscInt loop[], const Edge edge[], PetscReal area, TessHole *hole)
{
  const PetscReal *origin = edge[loop[0]].a;
  PetscReal        c[2] = {0, 0}, r = 0, off = 0;

  for (PetscInt i = 0; i < n; i++) {
    const Edge     *e = &edge[loop[i]];
    const PetscReal w =
        (e->a[0] - origin[0]) * (e->b[1] - origin[1]) - (e->a[1] - origin[1]) * (e->b[0] - origin[0]);

    for (PetscInt a = 0; a < 2; a++)
      c[a] += w * (e->a[a] + e->b[a] - 2 * origin[a]) / (6 * area);
  }
  *hole = (TessHole){.name = "", .center = {c[0] + origin[0], c[1] + origin[1], 0}};
  for (PetscInt i = 0; i < n; i++)
    r += PetscSqrtReal(PetscSqr(edge[loop[i]].a[0] - hole->center[0]) +
                       PetscSqr(edge[loop[i]].a[1] - hole->center[1])) /
         n;
  hole->radius = r;
  for (PetscInt i = 0; i < n; i++)
    off = PetscMax(off, PetscAbsReal(PetscSqrtReal(PetscSqr(edge[loop[i]].a[0] - hole->center[0]) +
                                                   PetscSqr(edge[loop[i]].a[1] - hole->center[1])) -
                                     r));
  return (PetscBool)(off <= ROUND * r && n > 4);
}

/* What one closed curve has. */
static PetscErrorCode Read(PetscInt n, const PetscInt loop[], const Edge edge[], TessOutline *o)
{
  PetscReal area = 0;
  TessHole  hole;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    const Edge      *e      = &edge[loop[i]];
    const PetscReal *origin = edge[loop[0]].a;

    area +=
        ((e->a[0] - origin[0]) * (e->b[1] - origin[1]) - (e->a[1] - origin[1]) * (e->b[0] - origin[0])) / 2;
  }
  if (area < 0) {
    const PetscBool round = FitHole(n, loop, edge, area, &hole);

    PetscCall(PetscRealloc((o->nhole + 1) * sizeof(hole), &o->hole));
    o->hole[o->nhole++] = hole;
    if (round)
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt i = 0; i < n; i++) {
    const Edge     *before = &edge[loop[i]], *after = &edge[loop[(i + 1) % n]];
    const PetscReal turn = Turn(before->tb, after->ta), angle = PETSC_PI - turn;

    if (PetscAbsReal(turn) < TURN)
      continue;
    PetscCall(PetscRealloc((o->ncorner + 1) * sizeof(*o->corner), &o->corner));
    o->corner[o->ncorner++] =
        (TessCorner){.at        = {after->a[0], after->a[1]},
                     .angle     = angle,
                     .direction = PetscAtan2Real(after->ta[1], after->ta[0]) + angle / 2};
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Follow(PetscInt n, Edge edge[], PetscReal near, TessOutline *o)
{
  PetscInt  *loop;
  PetscBool *passed;

  PetscFunctionBegin;
  if (n)
    qsort(edge, n, sizeof(*edge), CompareEdges);
  PetscCall(PetscMalloc1(n, &loop));
  PetscCall(PetscCalloc1(n, &passed));
  for (PetscInt first = 0; first < n; first++) {
    PetscInt k = 0;

    for (PetscInt e = first; e >= 0 && !passed[e]; e = Next(n, edge, passed, &edge[e], near)) {
      passed[e] = PETSC_TRUE;
      loop[k++] = e;
    }
    if (k)
      PetscCall(Read(k, loop, edge, o));
  }
  PetscCall(PetscFree(loop));
  PetscCall(PetscFree(passed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshGetOutline(TessMesh m, TessOutline *o)
{
  Edge     *edge = NULL;
  PetscInt  n    = 0, counts[2];
  PetscReal near = 0;

  PetscFunctionBegin;
  PetscCheck(m->type.dim == 2 && !m->ncut, m->comm, PETSC_ERR_ARG_WRONGSTATE,
             "the outline is that of a mesh of two dimensions, before it is cut");
  *o = (TessOutline){0};
  for (PetscInt a = 0; a < 2; a++)
    near = PetscMax(near, NEAR * (m->hi[a] - m->lo[a]));
  PetscCall(Gather(m, &n, &edge));
  PetscCall(Follow(n, edge, near, o));
  PetscCall(PetscFree(edge));
  counts[0] = o->ncorner;
  counts[1] = o->nhole;
  PetscCallMPI(MPI_Bcast(counts, 2, MPIU_INT, 0, m->comm));
  PetscCall(PetscRealloc(counts[0] * sizeof(*o->corner), &o->corner));
  PetscCall(PetscRealloc(counts[1] * sizeof(*o->hole), &o->hole));
  o->ncorner = counts[0];
  o->nhole   = counts[1];
  PetscCallMPI(MPI_Bcast(o->corner, (PetscMPIInt)(counts[0] * sizeof(*o->corner)), MPI_BYTE, 0, m->comm));
  PetscCallMPI(MPI_Bcast(o->hole, (PetscMPIInt)(counts[1] * sizeof(*o->hole)), MPI_BYTE, 0, m->comm));
  for (PetscInt h = 0; h < o->nhole; h++)
    o->hole[h].name = "";
  PetscFunctionReturn(PETSC_SUCCESS);
}
