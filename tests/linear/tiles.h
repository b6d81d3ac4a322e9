#pragma once
/* tiles.h - frozen random features on P x P tiles of the unit square: rows of lap u + k2 u = f inside and u =
   0 on the walls, u a sum of sin(m pi x) sin(m pi y).  Column j of tile s is w_s(x) act(a . xi + c), w_s
   products of differences of C3 steps. */
#include <tessera/linear.h>
#include "tess_test.h"

typedef struct {
  PetscInt P, width, inside, wall; /* tiles an axis, features a tile, points a tile inside and on each wall */
  PetscReal overlap, k2,
      R;          /* transition in tile widths, wave number squared, range of weights in reference units */
  PetscBool wave; /* sin features and modes 1, 4, 16; else tanh and mode 1 */
} Tiles;

typedef struct {
  Tiles      p;
  MPI_Comm   comm;
  PetscInt   nowned, nlocal, first, m;
  PetscInt  *number;
  TessLayout layout;
  Mat        J;
  Vec        b;
} Problem;

/* C3 step from 0 to 1 on 0..1: value, first and second derivative */
static inline void Step(PetscReal t, PetscReal s[3])
{
  s[0] = t > 0 ? 1 : 0;
  s[1] = s[2] = 0;
  if (t <= 0 || t >= 1)
    return;
  s[0] = t * t * t * t * (35 + t * (-84 + t * (70 - 20 * t)));
  s[1] = 140 * t * t * t * (1 - t) * (1 - t) * (1 - t);
  s[2] = 420 * t * t * (1 - t) * (1 - t) * (1 - 2 * t);
}

static inline void Window(const Tiles *p, PetscInt i, PetscReal x, PetscReal w[3])
{
  const PetscReal h = 1. / p->P, d = p->overlap * h;
  PetscReal       s[3];

  w[0] = 1, w[1] = w[2] = 0;
  if (i > 0) {
    Step((x - i * h) / d + 0.5, s);
    w[0] = s[0], w[1] = s[1] / d, w[2] = s[2] / d / d;
  }
  if (i < p->P - 1) {
    Step((x - (i + 1) * h) / d + 0.5, s);
    w[0] -= s[0], w[1] -= s[1] / d, w[2] -= s[2] / d / d;
  }
}

/* value and Laplacian of feature j of tile (ix, iy) */
static inline void Feature(const Tiles *p, PetscInt ix, PetscInt iy, PetscInt j, const PetscReal x[2],
                           PetscReal v[2])
{
  const TessKey   key = TessKeyMake(TessKeyMake(2024, iy * p->P + ix), j);
  const PetscReal h = 1. / p->P / 2 * (1 + p->overlap), R = p->R;
  const PetscReal a[2] = {R * (2 * TessKeyUniform(key, 0) - 1), R * (2 * TessKeyUniform(key, 1) - 1)};
  const PetscReal c    = R * (2 * TessKeyUniform(key, 2) - 1);
  const PetscReal z    = a[0] * (x[0] - (ix + 0.5) / p->P) / h + a[1] * (x[1] - (iy + 0.5) / p->P) / h + c;
  PetscReal       f[3], wx[3], wy[3];

  if (p->wave)
    f[0] = PetscSinReal(z), f[1] = PetscCosReal(z), f[2] = -f[0];
  else
    f[0] = PetscTanhReal(z), f[1] = 1 - f[0] * f[0], f[2] = -2 * f[0] * f[1];
  Window(p, ix, x[0], wx);
  Window(p, iy, x[1], wy);
  v[0] = wx[0] * wy[0] * f[0];
  v[1] = (wx[2] * wy[0] + wx[0] * wy[2]) * f[0] +
         2 * f[1] / h * (wx[1] * wy[0] * a[0] + wx[0] * wy[1] * a[1]) +
         wx[0] * wy[0] * f[2] * (a[0] * a[0] + a[1] * a[1]) / h / h;
}

static inline void Exact(const Tiles *p, const PetscReal x[2], PetscReal v[2])
{
  v[0] = v[1] = 0;
  for (PetscInt m = 1; m <= (p->wave ? 16 : 1); m *= 4) {
    const PetscReal s = PetscSinReal(m * PETSC_PI * x[0]) * PetscSinReal(m * PETSC_PI * x[1]);

    v[0] += s;
    v[1] -= 2 * m * m * PETSC_PI * PETSC_PI * s;
  }
}

static inline PetscInt Near(const Tiles *p, PetscInt s, PetscInt t)
{
  return PetscAbsInt(s % p->P - t % p->P) <= 1 && PetscAbsInt(s / p->P - t / p->P) <= 1;
}

static inline PetscErrorCode ProblemLayout(Problem *q)
{
  const PetscInt n = q->p.P * q->p.P;
  PetscMPIInt    rank, nrank;
  PetscInt      *ilocal, nghost = 0, r = 0;
  PetscSFNode   *remote;
  PetscSF        sf;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(q->comm, &rank));
  PetscCallMPI(MPI_Comm_size(q->comm, &nrank));
  q->first  = n * rank / nrank;
  q->nowned = n * (rank + 1) / nrank - q->first;
  PetscCall(PetscMalloc1(n, &q->number));
  PetscCall(PetscMalloc2(n, &ilocal, n, &remote));
  for (PetscInt l = 0; l < q->nowned; l++)
    q->number[l] = q->first + l;
  for (PetscInt t = 0; t < n; t++) {
    PetscBool wanted = PETSC_FALSE;

    while (t >= n * (r + 1) / nrank)
      r++;
    for (PetscInt l = 0; l < q->nowned && r != rank; l++)
      if (Near(&q->p, t, q->number[l]))
        wanted = PETSC_TRUE;
    if (!wanted)
      continue;
    q->number[q->nowned + nghost] = t;
    ilocal[nghost]                = q->nowned + nghost;
    remote[nghost++]              = (PetscSFNode){.rank = r, .index = t - n * r / nrank};
  }
  q->nlocal = q->nowned + nghost;
  PetscCall(PetscSFCreate(q->comm, &sf));
  PetscCall(PetscSFSetGraph(sf, q->nowned, nghost, ilocal, PETSC_COPY_VALUES, remote, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(TessLayoutCreate(q->comm, sf, q->nowned, q->nlocal, q->p.width, NULL, 0, &q->layout));
  PetscCall(PetscSFDestroy(&sf));
  PetscCall(PetscFree2(ilocal, remote));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Points of tile s: inside first, then on its walls; returns their number, *ninside of them inside. */
static inline PetscInt Points(const Tiles *p, PetscInt s, PetscReal x[], PetscInt *ninside)
{
  const PetscInt i[2] = {s % p->P, s / p->P};
  const TessKey  key  = TessKeyMake(99, s);
  PetscInt       n    = 0;

  for (; n < p->inside; n++)
    for (PetscInt d = 0; d < 2; d++)
      x[2 * n + d] = (i[d] + TessKeyUniform(key, 2 * n + d)) / p->P;
  *ninside = n;
  for (PetscInt wall = 0; wall < 4; wall++) {
    const PetscInt d = wall / 2, up = wall % 2;

    if (i[d] != (up ? p->P - 1 : 0))
      continue;
    for (PetscInt k = 0; k < p->wall; k++, n++) {
      x[2 * n + d]     = up;
      x[2 * n + 1 - d] = (i[1 - d] + (k + 0.5) / p->wall) / p->P;
    }
  }
  return n;
}

static inline PetscErrorCode ProblemCreate(MPI_Comm comm, const Tiles *p, Problem *q)
{
  const PetscInt  max = p->inside + 4 * p->wall;
  const PetscReal wi  = 1 / PetscSqrtReal(1. * p->inside * p->P * p->P),
                  ww  = 100 / PetscSqrtReal(4. * p->wall * p->P);
  PetscInt  *rows, ninside, m = 0;
  PetscReal *x, *a, *b, v[2];

  PetscFunctionBegin;
  q->p    = *p;
  q->comm = comm;
  PetscCall(ProblemLayout(q));
  PetscCall(PetscMalloc2(2 * max, &x, max, &rows));
  for (PetscInt s = 0; s < q->nowned; s++)
    m += Points(p, q->number[s], x, &ninside);
  PetscCall(MatCreatePanels(q->layout, m, 0, &q->J));
  PetscCall(MatCreateVecs(q->J, NULL, &q->b));
  PetscCall(VecGetArray(q->b, &b));
  q->m = m;
  m    = 0;
  for (PetscInt s = 0; s < q->nowned; s++) {
    const PetscInt np = Points(p, q->number[s], x, &ninside);

    for (PetscInt i = 0; i < np; i++) {
      Exact(p, x + 2 * i, v);
      b[m + i] = i < ninside ? wi * (v[1] + p->k2 * v[0]) : ww * v[0];
    }
    for (PetscInt l = 0; l < q->nlocal; l++) {
      const PetscInt t = q->number[l];
      PetscInt       n = 0;
      PetscReal      wx[3], wy[3];

      if (!Near(p, t, q->number[s]))
        continue;
      for (PetscInt i = 0; i < np; i++) {
        Window(p, t % p->P, x[2 * i], wx);
        Window(p, t / p->P, x[2 * i + 1], wy);
        if (wx[0] * wy[0] > 0)
          rows[n++] = m + i;
      }
      if (!n)
        continue;
      PetscCall(TessMatPanelsAdd(q->J, s, l, n, rows, &a));
      for (PetscInt k = 0; k < n; k++) {
        const PetscInt i = rows[k] - m;

        for (PetscInt j = 0; j < p->width; j++) {
          Feature(p, t % p->P, t / p->P, j, x + 2 * i, v);
          a[j * n + k] = i < ninside ? wi * (v[1] + p->k2 * v[0]) : ww * v[0];
        }
      }
    }
    m += np;
  }
  PetscCall(VecRestoreArray(q->b, &b));
  PetscCall(MatAssemblyBegin(q->J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(q->J, MAT_FINAL_ASSEMBLY));
  PetscCall(PetscFree2(x, rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Largest error of the field on a grid of points, relative to the largest value; values [n][n], the same on
 * all ranks. */
static inline PetscErrorCode ProblemError(Problem *q, Vec y, PetscInt n, PetscReal values[], PetscReal *error)
{
  PetscReal *local, v[2], top = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(q->nlocal * q->p.width, &local));
  PetscCall(PetscArrayzero(values, n * n));
  PetscCall(TessLayoutGlobalToLocal(q->layout, y, local));
  for (PetscInt k = 0; k < n * n; k++) {
    const PetscReal x[2] = {(k % n + 0.5) / n, (k / n + 0.5) / n};

    for (PetscInt l = 0; l < q->nowned; l++)
      for (PetscInt j = 0; j < q->p.width && PetscAbsReal(x[0] * q->p.P - q->number[l] % q->p.P - 0.5) < 1;
           j++) {
        Feature(&q->p, q->number[l] % q->p.P, q->number[l] / q->p.P, j, x, v);
        values[k] += local[l * q->p.width + j] * v[0];
      }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, values, (PetscMPIInt)(n * n), MPIU_REAL, MPI_SUM, q->comm));
  *error = 0;
  for (PetscInt k = 0; k < n * n; k++) {
    const PetscReal x[2] = {(k % n + 0.5) / n, (k / n + 0.5) / n};

    Exact(&q->p, x, v);
    top    = PetscMax(top, PetscAbsReal(v[0]));
    *error = PetscMax(*error, PetscAbsReal(values[k] - v[0]));
  }
  *error /= top;
  PetscCall(PetscFree(local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode ProblemDestroy(Problem *q)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(&q->J));
  PetscCall(VecDestroy(&q->b));
  PetscCall(TessLayoutDestroy(&q->layout));
  PetscCall(PetscFree(q->number));
  PetscFunctionReturn(PETSC_SUCCESS);
}
