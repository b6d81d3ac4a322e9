/* observe.c - trainable scalars and observables, and their standard deviations.  Near the optimum the loss L
   = |r|^2 of data with sigma is -2 log posterior times the noise of one row, so the covariance of theta is
   noise (J^T J)^+ and that of an observable h is noise h'^T (J^T J)^+ h' (Tarantola, Inverse Problem Theory,
   2005, ch. 3: linearised least squares; the PDE's rows act as a prior).  Where weights or numbers of points
   give the rows of some data another noise, J is taken with those rows scaled to the mean noise. */
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
  PetscReal *place;

  PetscFunctionBegin;
  PetscCall(TessProblemScatter(p, theta));
  PetscCall(PetscMalloc1(p->nobservable, &place));
  for (PetscInt i = 0; i < p->nobservable; i++) {
    PetscInt      nset;
    TessPointSet *set;
    PetscReal     measure;

    value[i] = 0;
    PetscCall(TessConditionFind(p->observable[i], p->local, &place[i]));
    PetscCall(TessConditionGetMeasure(p->observable[i], &measure));
    PetscCall(TessConditionGetSets(p->observable[i], &nset, &set));
    for (PetscInt k = 0; k < nset; k++)
      PetscCall(TessConditionEvaluate(p->observable[i], &set[k], p->local, PETSC_FALSE, &value[i]));
    value[i] *= measure;
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, value, p->nobservable, MPIU_REAL, MPIU_SUM, p->sys.comm));
  for (PetscInt i = 0; i < p->nobservable; i++)
    value[i] += place[i];
  PetscCall(PetscFree(place));
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

/* The mean variance of a row of data (0 without data), and whether all have the same. */
static PetscErrorCode Noise(TessProblem p, PetscReal *mean, PetscBool *same)
{
  PetscReal sum = 0, rows = 0, lo = PETSC_MAX_REAL, hi = 0;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt   neq;
    PetscInt64 n;
    PetscReal *noise;

    PetscCall(TessConditionGetInfo(p->condition[c], NULL, &neq, &n));
    PetscCall(PetscMalloc1(neq, &noise));
    PetscCall(TessConditionGetNoise(p->condition[c], noise));
    for (PetscInt q = 0; q < neq; q++) {
      if (noise[q] <= 0)
        continue;
      lo = PetscMin(lo, noise[q]);
      hi = PetscMax(hi, noise[q]);
      sum += noise[q] * n;
      rows += n;
    }
    PetscCall(PetscFree(noise));
  }
  *mean = rows > 0 ? sum / rows : 0;
  *same = (PetscBool)(hi <= lo * (1 + 1e-12));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* scale [nown]: row scales of all sets for which the data have that noise; the caller's, each of them. */
static PetscErrorCode EvenScales(TessProblem p, PetscReal mean, PetscReal *scale[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->nown; i++) {
    const TessRows *at = &p->rows[i];
    const PetscInt  n  = at->set->n;
    PetscReal      *noise;

    PetscCall(PetscMalloc1(at->neq, &noise));
    PetscCall(PetscMalloc1((size_t)at->neq * n, &scale[i]));
    PetscCall(TessConditionGetNoise(at->condition, noise));
    for (PetscInt q = 0; q < at->neq; q++)
      for (PetscInt k = 0; k < n; k++)
        scale[i][(size_t)q * n + k] =
            at->set->scale[(size_t)q * n + k] * (noise[q] > 0 ? PetscSqrtReal(mean / noise[q]) : 1);
    PetscCall(PetscFree(noise));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void SwapScales(TessProblem p, PetscReal *scale[])
{
  for (PetscInt i = 0; i < p->nown; i++) {
    PetscReal *old = p->rows[i].set->scale;

    p->rows[i].set->scale = scale[i];
    scale[i]              = old;
  }
  p->jfresh = PETSC_FALSE;
}

/* J at theta, lent, with the same noise in all rows of data; its entries are those of the loss again at the
 * next TessProblemComputeJacobian. */
static PetscErrorCode EvenJacobian(TessProblem p, Vec theta, PetscReal mean, PetscBool same, Mat *J)
{
  PetscReal **scale;

  PetscFunctionBegin;
  if (same) {
    PetscCall(TessProblemComputeJacobian(p, theta, J));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc1(p->nown, &scale));
  PetscCall(EvenScales(p, mean, scale));
  SwapScales(p, scale);
  PetscCall(TessProblemComputeJacobian(p, theta, J));
  SwapScales(p, scale);
  for (PetscInt i = 0; i < p->nown; i++)
    PetscCall(PetscFree(scale[i]));
  PetscCall(PetscFree(scale));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define UNTOLD 3 /* deviation of eta at which the data do not tell how far from its bound a scalar is */

PetscErrorCode TessProblemGetDeviations(TessProblem p, Vec theta, PetscReal param_sd[],
                                        PetscReal observable_sd[])
{
  const PetscInt   nparam = p->sys.nparam, n = nparam + p->nobservable;
  PetscReal        noise = 0, *slope, variance, sd;
  PetscMPIInt      rank, size;
  PetscBool        same = PETSC_TRUE;
  TessLeastSquares ls;
  Mat              J;
  Vec              g;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < nparam; i++)
    param_sd[i] = -1;
  for (PetscInt i = 0; i < p->nobservable; i++)
    observable_sd[i] = -1;
  PetscCall(Noise(p, &noise, &same));
  if (noise <= 0 || !n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(p->sys.comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->sys.comm, &size));
  PetscCall(EvenJacobian(p, theta, noise, same, &J));
  PetscCall(TessLeastSquaresCreate(p->sys.comm, p->prefix, &ls));
  PetscCall(TessLeastSquaresSetMat(ls, J));
  PetscCall(PetscMalloc1(nparam, &slope));
  PetscCall(TessLayoutGlobalToLocal(p->layout, theta, p->local));
  for (PetscInt i = 0; i < nparam; i++) {
    param_sd[i] = p->local[(size_t)p->sys.nlocal * p->sys.stride + i]; /* eta, until its turn comes */
    slope[i]    = TessParameterSlope(&p->param[i], param_sd[i]);
  }
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
    sd = PetscSqrtReal(PetscMax(variance, 0) * noise);
    if (i >= nparam)
      observable_sd[i - nparam] = sd;
    else if (sd > UNTOLD && TessParameterIsNear(&p->param[i], param_sd[i]))
      param_sd[i] = 0;
    else
      param_sd[i] = PetscAbsReal(slope[i]) * sd;
  }
  PetscCall(VecDestroy(&g));
  PetscCall(PetscFree(slope));
  PetscCall(TessLeastSquaresDestroy(&ls));
  PetscFunctionReturn(PETSC_SUCCESS);
}
