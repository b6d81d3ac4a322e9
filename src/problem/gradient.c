/* gradient.c - the gradient J^T r without J, of the whole loss and of each condition by itself; and all that
   a Tao is given. */
#include "problemimpl.h"
#include <petsc/private/petscimpl.h>

/* r and its linearisation at theta, and dvalue/deta of the trainable scalars. */
static PetscErrorCode Linearize(TessProblem p, Vec theta, PetscReal slope[])
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
  PetscCall(Linearize(p, theta, slope));
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
  PetscCall(Linearize(p, theta, slope));
  PetscCall(TessProblemGetLosses(p, f));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    f[c] *= 0.5;
    PetscCall(Pullback(p, c, slope, g[c]));
  }
  PetscCall(PetscFree(slope));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoResidual(Tao tao, Vec theta, Vec r, void *problem)
{
  PetscFunctionBegin;
  PetscCall(TessProblemComputeResidual(problem, theta, r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoJacobian(Tao tao, Vec theta, Mat J, Mat Jpre, void *problem)
{
  PetscFunctionBegin;
  PetscCall(TessProblemComputeJacobian(problem, theta, &J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoObjectiveGradient(Tao tao, Vec theta, PetscReal *f, Vec g, void *problem)
{
  PetscFunctionBegin;
  PetscCall(TessProblemComputeObjectiveAndGradient(problem, theta, f, g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoParts(Tao tao, Vec theta, PetscInt n, PetscReal f[], Vec g[], void *problem)
{
  PetscFunctionBegin;
  PetscCall(TessProblemComputeParts(problem, theta, f, g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The parameters that the fields are linear in. */
static PetscErrorCode CreateLinear(TessProblem p, Vec theta, IS *linearly)
{
  PetscInt n = 0, np, last, nowned, start, *index;

  PetscFunctionBegin;
  PetscCall(TessLayoutGetSizes(p->layout, &nowned, NULL, NULL, NULL));
  PetscCall(VecGetOwnershipRange(theta, &start, NULL));
  PetscCall(PetscMalloc1(nowned * p->sys.stride, &index));
  for (PetscInt s = 0; s < nowned; s++)
    for (PetscInt f = 0; f < p->sys.nfield; f++) {
      PetscCall(TessExpertGetSizes(p->expert[f], NULL, NULL, &np, NULL));
      PetscCall(TessExpertGetLinear(p->expert[f], &last));
      start += np;
      for (PetscInt i = start - last; i < start; i++)
        index[n++] = i;
    }
  PetscCall(ISCreateGeneral(p->sys.comm, n, index, PETSC_COPY_VALUES, linearly));
  PetscCall(PetscFree(index));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetTao(TessProblem p, Tao tao)
{
  PetscBool gauss;
  Vec       theta;
  IS        linearly;

  PetscFunctionBegin;
  if (!p->r)
    PetscCall(TessProblemCreateResidual(p, &p->r));
  PetscCall(PetscObjectTypeCompareAny((PetscObject)tao, &gauss, "gaussnewton", "brgn", "pounders", ""));
  if (gauss) {
    Mat J;

    PetscCall(TessProblemGetJacobian(p, &J));
    PetscCall(TaoSetResidualRoutine(tao, p->r, TaoResidual, p));
    PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, TaoJacobian, p));
  } else
    PetscCall(TaoSetObjectiveAndGradient(tao, NULL, TaoObjectiveGradient, p));
  PetscCall(TaoGetSolution(tao, &theta));
  if (theta) {
    PetscCall(CreateLinear(p, theta, &linearly));
    PetscTryMethod(tao, "TessTrainSetLinear_C", (Tao, IS), (tao, linearly));
    PetscCall(ISDestroy(&linearly));
  }
  PetscTryMethod(tao, "TessTrainSetParts_C",
                 (Tao, PetscInt, PetscErrorCode(*)(Tao, Vec, PetscInt, PetscReal[], Vec[], void *), void *),
                 (tao, p->ncondition, TaoParts, p));
  PetscCall(PetscObjectStateIncrease((PetscObject)tao)); /* the function may be another one now */
  PetscFunctionReturn(PETSC_SUCCESS);
}
