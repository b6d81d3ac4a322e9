/* difference.c - two runs side by side, and the residual of one, at points that nothing was fitted to.  The
 * points are random numbers by key: the same on any number of ranks. */
#include "pursuit.h"

#define POINTS 8000

/* This rank's even share of the points of the box; an axis with lo = hi gives a face. */
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
  PetscCall(PetscMalloc1((size_t)p->dim * *n, x));
  for (PetscInt a = 0; a < p->dim; a++)
    for (PetscInt i = 0; i < *n; i++)
      (*x)[(size_t)a * *n + i] =
          lo[a] + (hi[a] - lo[a]) * TessKeyUniform(key, (uint64_t)((first + i) * p->dim + a));
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
  for (PetscInt c = 0; c < ncondition; c++) {
    const Demand   *d       = &p->demand[c];
    const PetscBool initial = (PetscBool)!strcmp(d->type, "initial");
    TessMoments     one;
    TessPde         pde;

    if (!initial && strcmp(d->type, "interior"))
      continue;
    PetscCall(PetscArraycpy(end, p->hi, p->dim));
    if (initial)
      end[p->dim - 1] = p->lo[p->dim - 1];
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

PetscErrorCode TessPursuitZero(TessPursuit p, TessMarch m, PetscReal *residual)
{
  Vec *theta;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(m->nslab, &theta));
  for (PetscInt k = 0; k < m->nslab && m->theta[k]; k++) {
    theta[k] = m->theta[k];
    PetscCall(VecDuplicate(theta[k], &m->theta[k]));
    PetscCall(VecZeroEntries(m->theta[k]));
  }
  PetscCall(TessPursuitResidual(p, m, residual));
  for (PetscInt k = 0; k < m->nslab && theta[k]; k++) {
    PetscCall(VecDestroy(&m->theta[k]));
    m->theta[k] = theta[k];
  }
  PetscCall(PetscFree(theta));
  PetscFunctionReturn(PETSC_SUCCESS);
}
