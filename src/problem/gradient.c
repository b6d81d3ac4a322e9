/* gradient.c - the gradient J^T r without J, of the whole loss and of each condition by itself. */
#include "problemimpl.h"

/* r and its linearisation at theta, and dvalue/deta of the trainable scalars. */
PetscErrorCode TessProblemLinearize(TessProblem p, Vec theta, PetscReal slope[])
{
  PetscReal *r, *eta = p->local + (size_t)p->sys.nlocal * p->sys.stride;

  PetscFunctionBegin;
  if (!p->r)
    PetscCall(TessProblemCreateResidual(p, &p->r));
  PetscCall(TessLayoutGlobalToLocal(p->layout, theta, p->local));
  for (PetscInt i = 0; i < p->sys.nparam; i++) {
    slope[i] = TessParameterSlope(&p->param[i], eta[i]);
    eta[i]   = TessParameterValue(&p->param[i], eta[i]);
  }
  PetscCall(VecGetArray(p->r, &r));
  PetscCall(TessProblemRows(p, PETSC_TRUE, r));
  PetscCall(VecRestoreArray(p->r, &r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* g = J^T r of condition c; of all if c < 0 */
static PetscErrorCode Pullback(TessProblem p, PetscInt c, const PetscReal slope[], Vec g)
{
  const size_t size = (size_t)p->sys.nlocal * p->sys.stride;
  PetscReal   *r;

  PetscFunctionBegin;
  PetscCall(VecGetArray(p->r, &r));
  PetscCall(PetscArrayzero(p->g_local, size + p->sys.nparam));
  PetscCall(PetscLogEventBegin(TESS_Evaluate, 0, 0, 0, 0));
  for (PetscInt i = 0; i < p->nset; i++)
    if (c < 0 || p->rows[i].c == c)
      PetscCall(TessConditionPullback(p->rows[i].condition, p->rows[i].set, p->local,
                                      TessProblemRowsOf(p, &p->rows[i], r), p->g_local));
  PetscCall(PetscLogEventEnd(TESS_Evaluate, 0, 0, 0, 0));
  PetscCall(VecRestoreArray(p->r, &r));
  for (PetscInt i = 0; i < p->sys.nparam; i++)
    p->g_local[size + i] *= slope[i];
  PetscCall(TessLayoutLocalToGlobalAdd(p->layout, p->g_local, g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemComputeObjectiveAndGradient(TessProblem p, Vec theta, PetscReal *f, Vec g)
{
  PetscReal *slope;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->sys.nparam, &slope));
  PetscCall(TessProblemLinearize(p, theta, slope));
  PetscCall(VecDot(p->r, p->r, f));
  *f *= 0.5;
  PetscCall(Pullback(p, -1, slope, g));
  PetscCall(PetscFree(slope));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemComputeParts(TessProblem p, Vec theta, PetscReal f[], Vec g[])
{
  PetscReal *slope;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->sys.nparam, &slope));
  PetscCall(TessProblemLinearize(p, theta, slope));
  PetscCall(TessProblemGetLosses(p, f));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    f[c] *= 0.5;
    PetscCall(Pullback(p, c, slope, g[c]));
  }
  PetscCall(PetscFree(slope));
  PetscFunctionReturn(PETSC_SUCCESS);
}
