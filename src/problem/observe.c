/* observe.c - trainable scalars and observables, and their standard deviations.  Near the optimum the loss L
   = |r|^2 of data with sigma is -2 log posterior times the noise of one row, so the covariance of theta is
   noise (J^T J)^+ and that of an observable h is noise h'^T (J^T J)^+ h' (Tarantola, Inverse Problem Theory,
   2005, ch. 3: linearised least squares; the PDE's rows act as a prior). */
#include "problemimpl.h"

PetscErrorCode TessProblemGetParameters(TessProblem p, Vec theta, PetscReal value[])
{
  PetscFunctionBegin;
  PetscCall(TessProblemScatter(p, theta));
  PetscCall(PetscArraycpy(value, p->local + (size_t)p->sys.nlocal * p->sys.stride, p->sys.nparam));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetObservables(TessProblem p, PetscInt *n, const char *const **names)
{
  PetscFunctionBegin;
  *n = p->nobservable;
  if (names)
    *names = (const char *const *)p->obsname;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemObserve(TessProblem p, Vec theta, PetscReal value[])
{
  PetscFunctionBegin;
  PetscCall(TessProblemScatter(p, theta));
  for (PetscInt i = 0; i < p->nobservable; i++) {
    PetscInt      nset;
    TessPointSet *set;
    PetscReal     measure;

    value[i] = 0;
    PetscCall(TessConditionGetMeasure(p->observable[i], &measure));
    PetscCall(TessConditionGetSets(p->observable[i], &nset, &set));
    for (PetscInt k = 0; k < nset; k++)
      PetscCall(TessConditionEvaluate(p->observable[i], &set[k], p->local, PETSC_FALSE, &value[i]));
    value[i] *= measure;
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, value, p->nobservable, MPIU_REAL, MPIU_SUM, p->sys.comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* g = d observable / d theta (with d/deta for the trainable scalars) */
static PetscErrorCode ObservableGradient(TessProblem p, PetscInt i, const PetscReal slope[], Vec g)
{
  const size_t    size = (size_t)p->sys.nlocal * p->sys.stride;
  const PetscReal one  = 1;
  PetscReal       measure, value;
  PetscInt        nset;
  TessPointSet   *set;

  PetscFunctionBegin;
  PetscCall(TessConditionGetMeasure(p->observable[i], &measure));
  PetscCall(TessConditionGetSets(p->observable[i], &nset, &set));
  PetscCall(PetscArrayzero(p->g_local, size + p->sys.nparam));
  for (PetscInt k = 0; k < nset; k++) {
    PetscCall(TessConditionEvaluate(p->observable[i], &set[k], p->local, PETSC_TRUE, &value));
    PetscCall(TessConditionPullback(p->observable[i], &set[k], p->local, &one, p->g_local));
  }
  for (PetscInt j = 0; j < p->sys.nparam; j++)
    p->g_local[size + j] *= slope[j];
  PetscCall(TessLayoutLocalToGlobalAdd(p->layout, p->g_local, g));
  PetscCall(VecScale(g, measure));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The variance of a row of data; all data conditions must agree on it, the largest is taken. */
static PetscErrorCode Noise(TessProblem p, PetscReal *noise)
{
  PetscFunctionBegin;
  *noise = 0;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscReal one;

    PetscCall(TessConditionGetNoise(p->condition[c], &one));
    *noise = PetscMax(*noise, one);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetDeviations(TessProblem p, Vec theta, PetscReal param_sd[],
                                        PetscReal observable_sd[])
{
  const PetscInt   nparam = p->sys.nparam, n = nparam + p->nobservable;
  PetscReal        noise, *slope, variance;
  PetscMPIInt      rank, size;
  TessLeastSquares ls;
  Mat              J;
  Vec              g;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < nparam; i++)
    param_sd[i] = -1;
  for (PetscInt i = 0; i < p->nobservable; i++)
    observable_sd[i] = -1;
  PetscCall(Noise(p, &noise));
  if (noise <= 0 || !n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(p->sys.comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->sys.comm, &size));
  PetscCall(TessProblemComputeJacobian(p, theta, &J));
  PetscCall(TessLeastSquaresCreate(p->sys.comm, p->prefix, &ls));
  PetscCall(TessLeastSquaresSetMat(ls, J));
  PetscCall(PetscMalloc1(nparam, &slope));
  PetscCall(TessLayoutGlobalToLocal(p->layout, theta, p->local));
  for (PetscInt i = 0; i < nparam; i++)
    slope[i] = TessParameterSlope(&p->param[i], p->local[(size_t)p->sys.nlocal * p->sys.stride + i]);
  PetscCall(TessProblemScatter(p, theta));
  PetscCall(VecDuplicate(theta, &g));
  for (PetscInt i = 0; i < n; i++) {
    if (i < nparam) {
      PetscInt end;

      PetscCall(VecGetSize(g, &end));
      PetscCall(VecZeroEntries(g));
      if (rank == size - 1)
        PetscCall(VecSetValue(g, end - nparam + i, 1, INSERT_VALUES));
      PetscCall(VecAssemblyBegin(g));
      PetscCall(VecAssemblyEnd(g));
    } else
      PetscCall(ObservableGradient(p, i - nparam, slope, g));
    PetscCall(TessLeastSquaresCovariance(ls, g, NULL, &variance));
    if (i < nparam)
      param_sd[i] = PetscAbsReal(slope[i]) * PetscSqrtReal(PetscMax(variance, 0) * noise);
    else
      observable_sd[i - nparam] = PetscSqrtReal(PetscMax(variance, 0) * noise);
  }
  PetscCall(VecDestroy(&g));
  PetscCall(PetscFree(slope));
  PetscCall(TessLeastSquaresDestroy(&ls));
  PetscFunctionReturn(PETSC_SUCCESS);
}
