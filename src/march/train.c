/* train.c - one slab by a Tao: what is told after each iteration, patches that move. */
#include "marchimpl.h"

static PetscErrorCode Monitor(Tao tao, void *ctx)
{
  TessMarch          m = ctx;
  TessProgress       progress;
  TaoConvergedReason reason;
  PetscLogDouble     now;
  PetscReal          gnorm, cnorm;
  Vec                theta;

  PetscFunctionBegin;
  if (!m->monitor)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMemzero(&progress, sizeof(progress)));
  PetscCall(TaoGetSolutionStatus(tao, &progress.iteration, &progress.objective, &gnorm, &cnorm,
                                 &progress.step, &reason));
  PetscCall(TaoGetSolution(tao, &theta));
  PetscCall(TaoGetMaximumIterations(tao, &progress.max_it));
  progress.iteration += m->done;
  progress.max_it += m->done;
  PetscCall(TaoGetLinearSolveIterations(tao, &progress.inner));
  PetscCall(TessProblemGetLosses(m->problem[m->slab], m->loss));
  PetscCall(TessProblemGetBalance(m->problem[m->slab], &progress.balance));
  PetscCall(TessProblemGetCausal(m->problem[m->slab], &progress.causal));
  PetscCall(TessMarchCompare(m, theta, PETSC_FALSE, &progress.error));
  PetscCall(PetscTime(&now));
  progress.slab    = m->slab;
  progress.nslab   = m->nslab;
  progress.seconds = now - m->start;
  progress.loss    = m->loss;
  progress.done    = (m->slab + (PetscReal)progress.iteration / PetscMax(progress.max_it, 1)) / m->nslab;
  progress.inner += m->inner;
  PetscCall(m->monitor(m, &progress, m->ctx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchTrain(TessMarch m, TessProblem p, Vec theta)
{
  Tao                tao;
  PetscInt           its;
  PetscBool          linear;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(TessProblemIsLinear(p, &linear, NULL));
  PetscCall(TaoCreate(m->comm, &tao));
  PetscCall(TaoSetOptionsPrefix(tao, m->prefix));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  if (linear)
    PetscCall(TessGaussNewtonSetSolver(tao, PETSC_TRUE));
  PetscCall(TaoSetSolution(tao, theta));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TessProblemSetTao(p, tao));
  PetscCall(TaoMonitorSet(tao, Monitor, m, NULL));
  PetscCall(TessMarchSetUpdate(m, p, tao));
  PetscCall(TessMarchSetTaoPause(m, tao));
  PetscCall(TessMarchResumeTao(m, tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetConvergedReason(tao, &reason));
  if (m->reason >= 0 || reason == TAO_DIVERGED_NAN) /* of slabs the first that failed */
    m->reason = reason;
  if (reason != TAO_DIVERGED_NAN)
    PetscCall(TessProblemCheckExact(p, theta));
  PetscCall(TaoGetIterationNumber(tao, &its));
  m->iterations += m->done + its;
  m->done = 0;
  PetscCall(TaoGetLinearSolveIterations(tao, &its));
  m->inner += its;
  PetscCall(TaoDestroy(&tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether theta means the same in slab k as in the one before. */
static PetscErrorCode SameAnsatz(TessMarch m, PetscInt k, PetscBool *same)
{
  PetscBool before, now;

  PetscFunctionBegin;
  PetscCall(TessProblemHoldsStart(m->problem[k - 1], &before));
  PetscCall(TessProblemHoldsStart(m->problem[k], &now));
  *same = (PetscBool)(before == now);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Problem and first guess of slab k, from the pass before or the slab before; they are there in a run that
 * goes on. */
static PetscErrorCode Begin(TessMarch m, PetscInt k, PetscInt pass)
{
  TessProblem found       = pass ? m->problem[k] : NULL;
  Vec         found_theta = m->theta[k];
  PetscBool   same        = PETSC_TRUE;

  PetscFunctionBegin;
  if (m->resume) {
    if (!m->lines) /* whose steps are compared when all are there */
      PetscCall(TessMarchBindReference(m, k));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (k || pass) {
    PetscCall(TessMarchCreateSlab(m, k));
    if (k)
      PetscCall(TessProblemSetPrevious(m->problem[k], m->problem[k - 1], m->theta[k - 1]));
    PetscCall(TessProblemSetUp(m->problem[k]));
  }
  PetscCall(TessProblemCreateTheta(m->problem[k], &m->theta[k]));
  if (k)
    PetscCall(SameAnsatz(m, k, &same));
  if (pass)
    PetscCall(TessMarchTransfer(m, found, found_theta, k));
  else if (k && same)
    PetscCall(TessMarchTransfer(m, m->problem[k - 1], m->theta[k - 1], k));
  PetscCall(VecDestroy(&found_theta));
  if (!m->lines)
    PetscCall(TessMarchBindReference(m, k));
  PetscCall(TessProblemDestroy(&found));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Coefficients that move: patches suit the start before the first step is made. */
static PetscErrorCode PlaceStart(TessMarch m)
{
  PetscBool moved = PETSC_TRUE;

  PetscFunctionBegin;
  for (PetscInt pass = 0; pass < m->place.passes && moved; pass++) {
    PetscCall(TessLinesFitStart(m, 0));
    if (m->reason == TAO_DIVERGED_NAN)
      break;
    PetscCall(TessMarchPlace(m, 0, PETSC_FALSE, &moved));
    PetscCall(TessLinesDestroy(&m->lines[0]));
    PetscCall(TessProblemDestroy(&m->problem[0]));
    PetscCall(TessMarchCreateSlab(m, 0));
    PetscCall(TessProblemSetUp(m->problem[0]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Slab k is trained, and again on patches that have moved; by the method of lines the very first pass is
 * coarse. */
PetscErrorCode TessMarchTrainSlab(TessMarch m, PetscInt k)
{
  const PetscInt most   = m->place.once ? 1 : m->place.passes;
  PetscBool      placed = PETSC_FALSE, again = PETSC_TRUE;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    placed = (PetscBool)(placed || m->place.n[a]);
  if (m->lines && m->place.type && !k && !m->resume && !placed)
    PetscCall(PlaceStart(m));
  for (m->pass = m->resume ? m->pass : 0; again; m->pass++) {
    const PetscBool coarse = (PetscBool)(m->lines && m->place.type && !k && !m->pass && !m->place.once);

    PetscCall(Begin(m, k, m->pass));
    if (m->lines)
      PetscCall(TessLinesSolve(m, k, coarse));
    else
      PetscCall(TessMarchTrain(m, m->problem[k], m->theta[k]));
    again = PETSC_FALSE;
    if (!m->stopped && m->reason != TAO_DIVERGED_NAN && m->pass + 1 < most + coarse)
      PetscCall(TessMarchPlace(m, k, PETSC_FALSE, &again));
    again = (PetscBool)(again || coarse);
  }
  if (m->lines && !m->stopped)
    PetscCall(TessMarchBindReference(m, k));
  PetscFunctionReturn(PETSC_SUCCESS);
}
