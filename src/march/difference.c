/* difference.c - two runs side by side, and the residual of one, at points that nothing was fitted to.  The
 * points are random numbers by key: the same on any number of ranks. */
#include "lines.h"
#include "pursuit.h"

#define POINTS 8192
#define NOTHING 1e-13 /* of the largest unknown: one that is smaller is measured by it */
#define TIMES 64      /* of them, where coefficients move: each costs an interpolation */

/* f [number of texts][n] */
static PetscErrorCode Sample(TessMarch m, PetscInt number, char *const text[], PetscInt n,
                             const PetscReal x[], PetscReal f[])
{
  const TessSystem *sys;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessSystemCreatePde(sys, &pde));
  for (PetscInt i = 0; i < number; i++)
    PetscCall(TessPdeAddEquation(pde, "-accuracy", text[i]));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessMarchSample(m, pde, n, x, f));
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Drops the points in holes or outside a mesh, where even a coordinate is not-a-number. */
static PetscErrorCode Drop(TessPursuit p, TessMarch m, PetscInt *n, PetscReal x[])
{
  const PetscInt all  = *n;
  PetscInt       kept = 0;
  PetscReal     *at;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(all, &at));
  PetscCall(Sample(m, 1, p->axis, all, x, at));
  for (PetscInt i = 0; i < all; i++)
    kept += !PetscIsNanReal(at[i]);
  for (PetscInt a = 0, k = 0; a < p->axes; a++)
    for (PetscInt i = 0; i < all; i++)
      if (!PetscIsNanReal(at[i]))
        x[k++] = x[(size_t)a * all + i];
  PetscCall(PetscFree(at));
  *n = kept;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* This rank's even share of the points of the box, those of the domain of m; an axis with lo = hi gives a
   face. Where coefficients move, all share a few times. */
static PetscErrorCode Points(TessPursuit p, TessMarch m, const char name[], const PetscReal lo[],
                             const PetscReal hi[], PetscInt *n, PetscReal **x)
{
  const TessKey key = TessKeyName(TessKeyMake(0, 0), name);
  PetscMPIInt   rank, size;
  PetscInt      first;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->comm, &size));
  first = (PetscInt)((PetscInt64)POINTS * rank / size);
  *n    = (PetscInt)((PetscInt64)POINTS * (rank + 1) / size) - first;
  PetscCall(PetscMalloc1((size_t)p->axes * *n, x));
  for (PetscInt a = 0; a < p->axes; a++)
    for (PetscInt i = 0; i < *n; i++)
      (*x)[(size_t)a * *n + i] =
          lo[a] + (hi[a] - lo[a]) * TessKeyUniform(key, (uint64_t)((first + i) * p->axes + a));
  for (PetscInt i = 0; i < *n && p->moved; i++) {
    const PetscInt  k = (first + i) % TIMES, t = p->axes - 1;
    const PetscReal u = (k + TessKeyUniform(TessKeyMake(key, 1), (uint64_t)k)) / TIMES;

    (*x)[(size_t)t * *n + i] = lo[t] + (hi[t] - lo[t]) * u;
  }
  PetscCall(Drop(p, m, n, *x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitDifference(TessPursuit p, TessMarch a, TessMarch b, PetscReal l2[], PetscReal max[])
{
  const TessSystem *sys;
  PetscReal        *x, *u, *v, top = 0, square = 0;
  TessMoments      *far, *size;
  PetscInt          n;

  PetscFunctionBegin;
  PetscCall(Points(p, b, "difference", p->lo, p->hi, &n, &x));
  PetscCall(PetscMalloc4((size_t)p->nunknown * n, &u, (size_t)p->nunknown * n, &v, p->nunknown, &far,
                         p->nunknown, &size));
  PetscCall(TessProblemGetSystem(b->problem[0], &sys));
  PetscCall(Sample(a, p->nunknown, sys->unknown, n, x, u));
  PetscCall(Sample(b, p->nunknown, sys->unknown, n, x, v));
  for (PetscInt i = 0; i < p->nunknown; i++) {
    for (PetscInt k = i * n; k < (i + 1) * n; k++)
      u[k] -= v[k];
    PetscCall(TessMomentsOf(p->comm, n, u + (size_t)i * n, &far[i]));
    PetscCall(TessMomentsOf(p->comm, n, v + (size_t)i * n, &size[i]));
    square = PetscMax(square, TessMomentsSquare(&size[i], PETSC_FALSE));
    top    = PetscMax(top, TessMomentsTop(&size[i], PETSC_FALSE));
  }
  for (PetscInt i = 0; i < p->nunknown; i++) {
    const PetscReal own    = TessMomentsSquare(&size[i], PETSC_FALSE),
                    ownmax = TessMomentsTop(&size[i], PETSC_FALSE);

    l2[i] =
        PetscSqrtReal(TessMomentsSquare(&far[i], PETSC_FALSE) / PetscMax(own, PetscSqr(NOTHING) * square));
    max[i] = TessMomentsTop(&far[i], PETSC_FALSE) / PetscMax(ownmax, NOTHING * top);
    if (PetscIsInfOrNanReal(l2[i])) /* a slab that was not trained, or nothing at all */
      l2[i] = max[i] = 1;
  }
  PetscCall(PetscFree4(u, v, far, size));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitResidual(TessPursuit p, TessMarch m, PetscReal *residual)
{
  PetscInt       ncondition, n;
  TessCondition *condition;
  PetscReal     *x, *r, end[TESS_DIM_MAX];

  PetscFunctionBegin;
  *residual = 0;
  PetscCall(TessProblemGetConditions(m->problem[0], &ncondition, &condition));
  for (PetscInt c = 0; c < PetscMin(ncondition, p->ndemand); c++) {
    const Demand   *d       = &p->demand[c];
    const PetscBool initial = (PetscBool)!strcmp(d->type, "initial");
    TessMoments     one;
    TessPde         pde;

    if (!initial && strcmp(d->type, "interior"))
      continue;
    PetscCall(PetscArraycpy(end, p->hi, p->axes));
    if (initial)
      end[p->axes - 1] = p->lo[p->axes - 1];
    PetscCall(Points(p, m, d->name, p->lo, end, &n, &x));
    PetscCall(PetscMalloc1((size_t)d->neq * n, &r));
    PetscCall(TessConditionGetPde(condition[c], &pde));
    PetscCall(TessMarchSample(m, pde, n, x, r));
    PetscCall(TessMomentsOf(p->comm, d->neq * n, r, &one));
    *residual += d->weight * d->neq * TessMomentsSquare(&one, PETSC_FALSE) / PetscMax(one.n, 1);
    PetscCall(PetscFree(r));
    PetscCall(PetscFree(x));
  }
  *residual = PetscIsInfOrNanReal(*residual) ? PETSC_MAX_REAL : PetscSqrtReal(*residual);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Tracks of nothing in place of those of a run, or (back) the other way round; kept [nslab]. */
static PetscErrorCode SwapTracks(TessMarch m, Track kept[], PetscBool back)
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < m->nslab && m->theta[k] && m->lines; k++) {
    Track *track = &m->lines[k]->track;

    if (back) {
      PetscCall(TessTrackDestroy(track));
      *track = kept[k];
    } else {
      kept[k] = *track;
      *track  = (Track){.n = 0};
      PetscCall(TessTrackAdd(track, m->edge[k], m->theta[k], m->theta[k]));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitZero(TessPursuit p, TessMarch m, PetscReal *residual)
{
  Vec   *theta;
  Track *track;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(m->nslab, &theta, m->nslab, &track));
  for (PetscInt k = 0; k < m->nslab && m->theta[k]; k++) {
    theta[k] = m->theta[k];
    PetscCall(VecDuplicate(theta[k], &m->theta[k]));
    PetscCall(VecZeroEntries(m->theta[k]));
  }
  PetscCall(SwapTracks(m, track, PETSC_FALSE));
  PetscCall(TessPursuitResidual(p, m, residual));
  PetscCall(SwapTracks(m, track, PETSC_TRUE));
  for (PetscInt k = 0; k < m->nslab && theta[k]; k++) {
    PetscCall(VecDestroy(&m->theta[k]));
    m->theta[k] = theta[k];
  }
  PetscCall(PetscFree2(theta, track));
  PetscFunctionReturn(PETSC_SUCCESS);
}
