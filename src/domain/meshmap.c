/* meshmap.c - the map of a cell from its reference cell by its nodes (Lagrange polynomials), of its faces,
   and back by Newton's method. */
#include <petscdt.h>
#include "mesh.h"

static const PetscInt tri_face[3][2] = {{0, 1}, {1, 2}, {2, 0}};
static const PetscInt tet_face[4][3] = {{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {1, 2, 3}};

/* Vertex v of the unit simplex or cube. */
static void Vertex(const TessCellType *t, PetscInt v, PetscReal xi[])
{
  for (PetscInt a = 0; a < t->dim; a++)
    xi[a] = t->simplex ? v == a + 1 : (v >> a) & 1;
}

/* The two vertices of edge e of a simplex. */
static void Edge(const TessCellType *t, PetscInt e, PetscInt end[2])
{
  for (end[0] = 0; e >= t->dim - end[0]; end[0]++)
    e -= t->dim - end[0];
  end[1] = end[0] + 1 + e;
}

void TessCellNode_Private(const TessCellType *t, PetscInt i, PetscReal xi[])
{
  if (!t->simplex) {
    for (PetscInt a = 0; a < t->dim; a++, i /= t->order + 1)
      xi[a] = (PetscReal)(i % (t->order + 1)) / t->order;
  } else if (i <= t->dim) {
    Vertex(t, i, xi);
  } else {
    PetscInt  end[2];
    PetscReal other[3];

    Edge(t, i - t->dim - 1, end);
    Vertex(t, end[0], xi);
    Vertex(t, end[1], other);
    for (PetscInt a = 0; a < t->dim; a++)
      xi[a] = (xi[a] + other[a]) / 2;
  }
}

/* N [nnode] and dN [nnode][3] at xi. */
static void SimplexShape(const TessCellType *t, const PetscReal xi[], PetscReal N[], PetscReal dN[][3])
{
  PetscReal l[4] = {1, 0, 0, 0}, dl[4][3] = {{-1, -1, -1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  for (PetscInt a = 0; a < t->dim; a++) {
    l[a + 1] = xi[a];
    l[0] -= xi[a];
  }
  for (PetscInt i = 0; i < t->nnode; i++) {
    PetscInt end[2] = {0, 0};

    if (i > t->dim)
      Edge(t, i - t->dim - 1, end);
    N[i] = t->order == 1 ? l[i] : i <= t->dim ? l[i] * (2 * l[i] - 1) : 4 * l[end[0]] * l[end[1]];
    for (PetscInt a = 0; a < t->dim; a++)
      dN[i][a] = t->order == 1 ? dl[i][a]
                 : i <= t->dim ? (4 * l[i] - 1) * dl[i][a]
                               : 4 * (dl[end[0]][a] * l[end[1]] + l[end[0]] * dl[end[1]][a]);
  }
}

static void TensorShape(const TessCellType *t, const PetscReal xi[], PetscReal N[], PetscReal dN[][3])
{
  PetscReal v[3][3], dv[3][3];

  for (PetscInt a = 0; a < t->dim; a++) {
    const PetscReal s = xi[a];

    if (t->order == 1) {
      v[a][0] = 1 - s, v[a][1] = s;
      dv[a][0] = -1, dv[a][1] = 1;
    } else {
      v[a][0] = (1 - s) * (1 - 2 * s), v[a][1] = 4 * s * (1 - s), v[a][2] = s * (2 * s - 1);
      dv[a][0] = 4 * s - 3, dv[a][1] = 4 - 8 * s, dv[a][2] = 4 * s - 1;
    }
  }
  for (PetscInt i = 0; i < t->nnode; i++) {
    N[i] = 1;
    for (PetscInt b = 0; b < t->dim; b++)
      dN[i][b] = 1;
    for (PetscInt a = 0, rest = i; a < t->dim; a++, rest /= t->order + 1) {
      const PetscInt k = rest % (t->order + 1);

      N[i] *= v[a][k];
      for (PetscInt b = 0; b < t->dim; b++)
        dN[i][b] *= a == b ? dv[a][k] : v[a][k];
    }
  }
}

void TessCellMap_Private(const TessCellType *t, const TessCell *c, const PetscReal xi[], PetscReal x[],
                         PetscReal J[])
{
  PetscReal N[MESH_NODES], dN[MESH_NODES][3];

  if (t->simplex)
    SimplexShape(t, xi, N, dN);
  else
    TensorShape(t, xi, N, dN);
  for (PetscInt a = 0; a < t->dim; a++) {
    x[a] = 0;
    for (PetscInt b = 0; b < t->dim; b++)
      J[a * t->dim + b] = 0;
    for (PetscInt i = 0; i < t->nnode; i++) {
      x[a] += c->x[i][a] * N[i];
      for (PetscInt b = 0; b < t->dim; b++)
        J[a * t->dim + b] += c->x[i][a] * dN[i][b];
    }
  }
}

PetscReal TessCellDet_Private(PetscInt dim, const PetscReal J[])
{
  if (dim == 2)
    return J[0] * J[3] - J[1] * J[2];
  return J[0] * (J[4] * J[8] - J[5] * J[7]) - J[1] * (J[3] * J[8] - J[5] * J[6]) +
         J[2] * (J[3] * J[7] - J[4] * J[6]);
}

/* Sorted coordinates are uniform in a simplex: differences of them are its coordinates. */
void TessCellFold_Private(PetscBool simplex, PetscInt dim, PetscReal u[])
{
  if (!simplex)
    return;
  for (PetscInt a = 1; a < dim; a++)
    for (PetscInt b = a; b > 0 && u[b] < u[b - 1]; b--) {
      const PetscReal swap = u[b];

      u[b]     = u[b - 1];
      u[b - 1] = swap;
    }
  for (PetscInt a = dim - 1; a > 0; a--)
    u[a] -= u[a - 1];
}

/* Duffy's map of the cube; returns its determinant. */
PetscReal TessCellCollapse_Private(PetscBool simplex, PetscInt dim, PetscReal u[])
{
  PetscReal left = 1, det = 1;

  for (PetscInt a = 0; a < dim && simplex; a++) {
    const PetscReal at = u[a];

    u[a] *= left;
    det *= left;
    left *= 1 - at;
  }
  return det;
}

PetscInt TessCellFaceNodes_Private(const TessCellType *t, PetscInt face, PetscInt node[4])
{
  PetscInt n = t->simplex ? t->dim : 1 << (t->dim - 1);

  for (PetscInt i = 0; i < n; i++) {
    const PetscInt axis = face / 2, low = i & ((1 << axis) - 1);

    if (t->simplex)
      node[i] = t->dim == 2 ? tri_face[face][i] : tet_face[face][i];
    else
      node[i] = ((i >> axis) << (axis + 1)) | (face % 2) << axis | low;
  }
  return n;
}

PetscReal TessCellFace_Private(const TessCellType *t, const TessCell *c, PetscInt face, const PetscReal u[],
                               PetscReal x[], PetscReal normal[])
{
  const PetscInt dim = t->dim;
  PetscInt       node[4];
  PetscReal      xi[3] = {0}, corner[4][3], J[9], tangent[2][3] = {{0}}, out = 0, length = 0;

  (void)TessCellFaceNodes_Private(t, face, node);
  for (PetscInt i = 0; i < dim; i++)
    Vertex(t, node[i], corner[i]);
  for (PetscInt a = 0; a < dim; a++) {
    xi[a] = corner[0][a];
    for (PetscInt b = 0; b < dim - 1; b++)
      xi[a] += u[b] * (corner[b + 1][a] - corner[0][a]);
  }
  TessCellMap_Private(t, c, xi, x, J);
  for (PetscInt b = 0; b < dim - 1; b++)
    for (PetscInt a = 0; a < dim; a++)
      for (PetscInt k = 0; k < dim; k++)
        tangent[b][a] += J[a * dim + k] * (corner[b + 1][k] - corner[0][k]);
  if (dim == 2) {
    normal[0] = tangent[0][1];
    normal[1] = -tangent[0][0];
  }
  for (PetscInt a = 0; a < 3 && dim == 3; a++)
    normal[a] =
        tangent[0][(a + 1) % 3] * tangent[1][(a + 2) % 3] - tangent[0][(a + 2) % 3] * tangent[1][(a + 1) % 3];
  for (PetscInt a = 0; a < dim; a++) { /* away from the middle of the cell */
    for (PetscInt k = 0; k < dim; k++)
      out += normal[a] * J[a * dim + k] * (xi[k] - (t->simplex ? 1. / (dim + 1) : 0.5));
    length += normal[a] * normal[a];
  }
  length = PetscSqrtReal(length);
  for (PetscInt a = 0; a < dim; a++)
    normal[a] *= (out < 0 ? -1 : 1) / length;
  return length;
}

/* Of order 2 the coefficients of Bernstein polynomials instead of Lagrange's: in the middle of an edge 2 x -
 * mean of its ends, along each axis of a tensor cell. */
void TessCellControl_Private(const TessCellType *t, const TessCell *c, PetscReal x[][3])
{
  for (PetscInt i = 0; i < t->nnode; i++)
    for (PetscInt a = 0; a < t->dim; a++)
      x[i][a] = c->x[i][a];
  if (t->order == 1)
    return;
  for (PetscInt i = t->dim + 1; i < t->nnode && t->simplex; i++) {
    PetscInt end[2];

    Edge(t, i - t->dim - 1, end);
    for (PetscInt a = 0; a < t->dim; a++)
      x[i][a] = 2 * x[i][a] - (x[end[0]][a] + x[end[1]][a]) / 2;
  }
  for (PetscInt k = 0, stride = 1; k < t->dim && !t->simplex; k++, stride *= 3)
    for (PetscInt i = 0; i < t->nnode; i++)
      for (PetscInt a = 0; a < t->dim && (i / stride) % 3 == 1; a++)
        x[i][a] = 2 * x[i][a] - (x[i - stride][a] + x[i + stride][a]) / 2;
}

void TessCellBox_Private(const TessCellType *t, const TessCell *c, PetscReal lo[], PetscReal hi[])
{
  PetscReal x[MESH_NODES][3];

  TessCellControl_Private(t, c, x);
  for (PetscInt a = 0; a < t->dim; a++) {
    lo[a] = hi[a] = x[0][a];
    for (PetscInt i = 1; i < t->nnode; i++) {
      lo[a] = PetscMin(lo[a], x[i][a]);
      hi[a] = PetscMax(hi[a], x[i][a]);
    }
  }
}

/* b := J^-1 b by Cramer's rule */
static void Solve(PetscInt dim, const PetscReal J[], PetscReal b[])
{
  const PetscReal det = TessCellDet_Private(dim, J);
  PetscReal       y[3];

  for (PetscInt k = 0; k < dim; k++) {
    PetscReal A[9] = {0};

    for (PetscInt a = 0; a < dim; a++)
      for (PetscInt j = 0; j < dim; j++)
        A[a * dim + j] = j == k ? b[a] : J[a * dim + j];
    y[k] = TessCellDet_Private(dim, A) / det;
  }
  for (PetscInt k = 0; k < dim; k++)
    b[k] = y[k];
}

PetscBool TessCellInside_Private(const TessCellType *t, const TessCell *c, const PetscReal x[])
{
  const PetscReal slack = 1e-9;
  PetscReal       xi[3], at[3], J[9], step = 1, sum = 0;

  for (PetscInt a = 0; a < t->dim; a++)
    xi[a] = t->simplex ? 1. / (t->dim + 1) : 0.5;
  for (PetscInt i = 0; i < 30 && step > 1e-12; i++) {
    PetscReal d[3];

    TessCellMap_Private(t, c, xi, at, J);
    for (PetscInt a = 0; a < t->dim; a++)
      d[a] = x[a] - at[a];
    Solve(t->dim, J, d);
    step = 0;
    for (PetscInt a = 0; a < t->dim; a++) {
      xi[a] = PetscMin(PetscMax(xi[a] + d[a], -2), 3);
      step  = PetscMax(step, PetscAbsReal(d[a]));
    }
  }
  for (PetscInt a = 0; a < t->dim; a++) {
    if (!(xi[a] >= -slack && xi[a] <= 1 + slack))
      return PETSC_FALSE;
    sum += xi[a];
  }
  return (PetscBool)(step < 1e-6 && (!t->simplex || sum <= 1 + slack));
}

PetscErrorCode TessCellRule_Private(const TessCellType *t, const TessCell *c, PetscInt face, PetscInt k,
                                    PetscInt *n, PetscReal x[], PetscReal normal[], PetscReal w[])
{
  const PetscInt axes = t->dim - (face >= 0);
  PetscReal      g[MESH_RULE], gw[MESH_RULE], J[9];

  PetscFunctionBegin;
  PetscCall(PetscDTGaussQuadrature(k, 0, 1, g, gw));
  *n = 1;
  for (PetscInt a = 0; a < axes; a++)
    *n *= k;
  for (PetscInt p = 0; p < *n; p++) {
    PetscReal u[3];

    w[p] = 1;
    for (PetscInt a = 0, rest = p; a < axes; a++, rest /= k) {
      u[a] = g[rest % k];
      w[p] *= gw[rest % k];
    }
    w[p] *= TessCellCollapse_Private(t->simplex, axes, u);
    if (face < 0) {
      TessCellMap_Private(t, c, u, x + 3 * p, J);
      w[p] *= PetscAbsReal(TessCellDet_Private(t->dim, J));
    } else
      w[p] *= TessCellFace_Private(t, c, face, u, x + 3 * p, normal + 3 * p);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
