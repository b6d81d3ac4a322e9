/* difference.c - two runs side by side, and the residual of one, at points that nothing was fitted to.  The
 * points are random numbers by key: the same on any number of ranks. */
#include "lines.h"
#include "pursuit.h"

#define POINTS 8192
#define TIMES 64 /* of them, where coefficients move: each costs an interpolation */

/* This rank's even share of the points of the box; an axis with lo = hi gives a face.  Where coefficients
   move, all share a few times. */
static PetscErrorCode Points(TessPursuit p, const char name[], const PetscReal lo[], const PetscReal hi[],
                             PetscInt *n, PetscReal **x)
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
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u [nunknown][n] */
static PetscErrorCode Unknowns(TessMarch m, PetscInt n, const PetscReal x[], PetscReal u[])
{
  const TessSystem *sys;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessSystemCreatePde(sys, &pde));
  for (PetscInt i = 0; i < sys->nunknown; i++)
    PetscCall(TessPdeAddEquation(pde, "-accuracy", sys->unknown[i]));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessMarchSample(m, pde, n, x, u));
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitDifference(TessPursuit p, TessMarch a, TessMarch b, PetscReal l2[], PetscReal max[])
{
  PetscReal *x, *u, *v;
  PetscInt   n;

  PetscFunctionBegin;
  PetscCall(Points(p, "difference", p->lo, p->hi, &n, &x));
  PetscCall(PetscMalloc2((size_t)p->nunknown * n, &u, (size_t)p->nunknown * n, &v));
  PetscCall(Unknowns(a, n, x, u));
  PetscCall(Unknowns(b, n, x, v));
  for (PetscInt i = 0; i < p->nunknown; i++) {
    TessMoments far, size;

    for (PetscInt k = i * n; k < (i + 1) * n; k++)
      u[k] -= v[k];
    PetscCall(TessMomentsOf(p->comm, n, u + (size_t)i * n, &far));
    PetscCall(TessMomentsOf(p->comm, n, v + (size_t)i * n, &size));
    l2[i]  = PetscSqrtReal(TessMomentsSquare(&far, PETSC_FALSE) / TessMomentsSquare(&size, PETSC_FALSE));
    max[i] = TessMomentsTop(&far, PETSC_FALSE) / TessMomentsTop(&size, PETSC_FALSE);
    if (PetscIsInfOrNanReal(l2[i])) /* a slab that was not trained, or nothing at all */
      l2[i] = max[i] = 1;
  }
  PetscCall(PetscFree2(u, v));
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
    PetscCall(Points(p, d->name, p->lo, end, &n, &x));
    PetscCall(PetscMalloc1((size_t)d->neq * n, &r));
    PetscCall(TessConditionGetPde(condition[c], &pde));
    PetscCall(TessMarchSample(m, pde, n, x, r));
    PetscCall(TessMomentsOf(p->comm, d->neq * n, r, &one));
    *residual += d->weight * TessMomentsSquare(&one, PETSC_FALSE) / POINTS;
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
