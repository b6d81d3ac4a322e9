/* leastsquares.c - min |J y - b| for ill-conditioned J:  Q = J T with orthonormal blocks; the Cholesky factor
   of Q^T Q + shift, or two-level Schwarz, preconditions LSQR on Q (Paige & Saunders 1982); y = T z; then r =
   b - J y is solved for again as long as that helps. */
#include "leastsquares.h"

PetscErrorCode TessLeastSquaresCreate(MPI_Comm comm, const char prefix[], TessLeastSquares *ls)
{
  TessLeastSquares s;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&s));
  PetscCall(PetscCommDuplicate(comm, &s->comm, NULL));
  PetscCall(PetscStrallocpy(prefix ? prefix : "", &s->prefix));
  s->cut    = 1e-12;
  s->shift  = 1e-14;
  s->refine = 3;
  PetscOptionsBegin(s->comm, s->prefix, "Least squares", NULL);
  PetscCall(TessOptionsReal("-leastsquares_cut",
                            "Directions of a block under this times its largest singular value are dropped",
                            &s->cut, 0, 1));
  PetscCall(TessOptionsReal("-leastsquares_shift",
                            "Added to the normal equations of the preconditioner, relative", &s->shift, 0,
                            1));
  PetscCall(TessOptionsInt("-leastsquares_refine", "Refinements at most", &s->refine, 0, 100));
  PetscOptionsEnd();
  *ls = s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode LeastSquaresReset(TessLeastSquares s)
{
  PetscFunctionBegin;
  PetscCall(ConstrainDestroy(&s->constrain));
  PetscCall(KSPDestroy(&s->lsqr));
  PetscCall(KSPDestroy(&s->cg));
  PetscCall(TessNormalDestroy(&s->normal));
  PetscCall(MatDestroy(&s->QtQ));
  PetscCall(MatDestroy(&s->Q));
  PetscCall(MatDestroy(&s->T));
  PetscCall(MatDestroy(&s->J));
  PetscCall(VecDestroy(&s->r));
  PetscCall(VecDestroy(&s->s));
  PetscCall(VecDestroy(&s->z));
  PetscCall(VecDestroy(&s->g));
  PetscCall(VecDestroy(&s->dy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLeastSquaresDestroy(TessLeastSquares *ls)
{
  TessLeastSquares s = *ls;

  PetscFunctionBegin;
  *ls = NULL;
  if (!s)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(LeastSquaresReset(s));
  PetscCall(ISDestroy(&s->exact));
  PetscCall(PetscFree(s->prefix));
  PetscCall(PetscCommDestroy(&s->comm));
  PetscCall(PetscFree(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCApply_Normal(PC pc, Vec b, Vec y)
{
  TessLeastSquares s;

  PetscFunctionBegin;
  PetscCall(PCShellGetContext(pc, &s));
  PetscCall(TessNormalPrecondition(s->normal, b, y));
  if (s->constrain)
    PetscCall(ConstrainProject(s->constrain, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A solver with operator A, preconditioned by the factor or the two levels. */
static PetscErrorCode CreateKSP(TessLeastSquares s, Mat A, const char type[], const char name[],
                                PetscInt max_it, KSP *ksp)
{
  PC pc;

  PetscFunctionBegin;
  PetscCall(KSPCreate(s->comm, ksp));
  PetscCall(KSPSetOptionsPrefix(*ksp, s->prefix));
  PetscCall(KSPAppendOptionsPrefix(*ksp, name));
  PetscCall(KSPSetType(*ksp, type));
  PetscCall(KSPGetPC(*ksp, &pc));
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetName(pc, "normal equations of Q"));
  PetscCall(PCShellSetContext(pc, s));
  PetscCall(PCShellSetApply(pc, PCApply_Normal));
  PetscCall(TessLinearRegister());
  PetscCall(KSPSetOperators(*ksp, A, s->QtQ));
  PetscCall(KSPSetTolerances(*ksp, 1e-14, 0, PETSC_DEFAULT, max_it));
  PetscCall(KSPSetFromOptions(*ksp));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLeastSquaresSetMat(TessLeastSquares s, Mat J)
{
  PetscBool ok = PETSC_FALSE, direct;

  PetscFunctionBegin;
  PetscCall(PetscObjectReference((PetscObject)J));
  PetscCall(LeastSquaresReset(s));
  s->J = J;
  PetscCall(TessMatPanelsOrthonormalize(J, s->cut, &s->Q, &s->T));
  PetscCall(MatCreateVecs(J, &s->dy, &s->r));
  PetscCall(VecDuplicate(s->r, &s->s));
  PetscCall(MatCreateVecs(s->Q, &s->z, NULL));
  PetscCall(VecDuplicate(s->z, &s->g));
  PetscCall(TessNormalCreate(s->comm, s->prefix, &s->normal));
  PetscCall(TessNormalSetMat(s->normal, s->Q));
  for (PetscReal shift = s->shift; !ok && shift < 1; shift = PetscMax(100 * shift, 1e-14))
    PetscCall(TessNormalSetDamping(s->normal, NULL, shift, &ok));
  s->finite = ok;
  PetscCall(TessNormalGetMethod(s->normal, &direct, NULL));
  PetscCall(MatCreateNormal(s->Q, &s->QtQ));
  PetscCall(CreateKSP(s, s->Q, KSPLSQR, "lsqr_", direct ? 20 : 500, &s->lsqr));
  PetscCall(ExactSetMat(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r = b - J y and the norms of r and Q^T r. */
PetscErrorCode LeastSquaresResidual(TessLeastSquares s, Vec b, Vec y, Vec r, PetscReal norm[2])
{
  PetscFunctionBegin;
  PetscCall(MatMult(s->J, y, r));
  PetscCall(VecAYPX(r, -1, b));
  PetscCall(MatMultTranspose(s->Q, r, s->g));
  PetscCall(VecNorm(r, NORM_2, &norm[0]));
  PetscCall(VecNorm(s->g, NORM_2, &norm[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* min |Q z - r|.  LSQR calls it a breakdown when it ends exactly, with z short of the last step: the best
   along the preconditioned gradient then. */
static PetscErrorCode SolveQ(TessLeastSquares s, PetscInt *its)
{
  KSPConvergedReason reason;
  PetscReal          slope, curve;
  PC                 pc;
  Vec                dz;

  PetscFunctionBegin;
  PetscCall(KSPSolve(s->lsqr, s->r, s->z));
  PetscCall(KSPGetIterationNumber(s->lsqr, its));
  PetscCall(KSPGetConvergedReason(s->lsqr, &reason));
  if (reason != KSP_DIVERGED_BREAKDOWN)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecDuplicate(s->z, &dz));
  PetscCall(MatMult(s->Q, s->z, s->s));
  PetscCall(VecAYPX(s->s, -1, s->r));
  PetscCall(MatMultTranspose(s->Q, s->s, s->g));
  PetscCall(KSPGetPC(s->lsqr, &pc));
  PetscCall(PCApply(pc, s->g, dz));
  PetscCall(VecDot(s->g, dz, &slope));
  PetscCall(MatMult(s->Q, dz, s->s));
  PetscCall(VecDot(s->s, s->s, &curve));
  if (curve > 0)
    PetscCall(VecAXPY(s->z, slope / curve, dz));
  PetscCall(VecDestroy(&dz));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* LSQR goes on until |Q^T r| has fallen by rtol, or to the round-off of what it was at first. */
PetscErrorCode LeastSquaresRefine(TessLeastSquares s, Vec b, Vec y, PetscInt *iterations)
{
  const PetscReal round = 1 + 4 * PETSC_MACHINE_EPSILON;
  PetscReal       old[2], new[2], rtol, first;
  PetscInt        its;

  PetscFunctionBegin;
  PetscCall(LeastSquaresResidual(s, b, y, s->r, old));
  PetscCall(KSPGetTolerances(s->lsqr, &rtol, NULL, NULL, NULL));
  first = old[1];
  for (PetscInt k = 0; k <= s->refine && s->finite; k++) {
    if (old[1] <= PETSC_MACHINE_EPSILON * old[0] || (k && old[1] <= PETSC_MACHINE_EPSILON * first))
      break;
    PetscCall(KSPSetTolerances(s->lsqr, PetscMin(0.1, PetscMax(rtol, PETSC_MACHINE_EPSILON * first / old[1])),
                               PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT));
    PetscCall(SolveQ(s, &its));
    *iterations += its;
    PetscCall(MatMult(s->T, s->z, s->dy));
    PetscCall(VecAYPX(s->dy, 1, y)); /* dy = y + T z */
    PetscCall(LeastSquaresResidual(s, b, s->dy, s->s, new));
    PetscCall(PetscInfo(s->lsqr,
                        "refinement %" PetscInt_FMT ": |r| %g -> %g, |Q^T r| %g -> %g, %" PetscInt_FMT
                        " iterations\n",
                        k, (double)old[0], (double)new[0], (double)old[1], (double)new[1], its));
    if (!(new[0] < old[0] || (new[0] <= round *old[0] && new[1] < 0.5 * old[1])))
      break;
    PetscCall(VecCopy(s->dy, y));
    PetscCall(VecCopy(s->s, s->r));
    if (new[0] > 0.999 * old[0] && new[1] > 0.5 * old[1])
      break;
    old[0] = new[0];
    old[1] = new[1];
  }
  PetscCall(KSPSetTolerances(s->lsqr, rtol, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLeastSquaresApply(TessLeastSquares s, Vec b, Vec y, PetscInt *iterations)
{
  PetscInt its = 0;

  PetscFunctionBegin;
  PetscCheck(s->Q, s->comm, PETSC_ERR_ARG_WRONGSTATE, "TessLeastSquaresSetMat comes first");
  PetscCall(PetscLogEventBegin(TESS_Solve, 0, 0, 0, 0));
  PetscCall(VecSet(y, 0));
  if (s->constrain)
    s->constrain->k = 0;
  PetscCall(LeastSquaresRefine(s, b, y, &its));
  if (s->constrain && s->finite)
    PetscCall(ExactApply(s, b, y, &its));
  if (iterations)
    *iterations = its;
  PetscCall(PetscLogEventEnd(TESS_Solve, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLeastSquaresSolve(Mat J, Vec b, Vec y, const char prefix[], PetscInt *iterations)
{
  TessLeastSquares s;

  PetscFunctionBegin;
  PetscCall(TessLeastSquaresCreate(PetscObjectComm((PetscObject)J), prefix, &s));
  PetscCall(TessLeastSquaresSetMat(s, J));
  PetscCall(TessLeastSquaresApply(s, b, y, iterations));
  PetscCall(TessLeastSquaresDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLeastSquaresCorrect(TessLeastSquares s, Vec r, Vec g, Vec y)
{
  PetscFunctionBegin;
  PetscCheck(s->Q, s->comm, PETSC_ERR_ARG_WRONGSTATE, "TessLeastSquaresSetMat comes first");
  PetscCall(VecSet(y, 0));
  if (!s->finite)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (r)
    PetscCall(MatMultTranspose(s->Q, r, s->g));
  else
    PetscCall(MatMultTranspose(s->T, g, s->g));
  PetscCall(TessNormalSolve(s->normal, s->g, s->z));
  if (s->constrain)
    PetscCall(ConstrainProject(s->constrain, s->z));
  PetscCall(MatMult(s->T, s->z, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* z = T (Q^T Q)^-1 T^T g */
PetscErrorCode TessLeastSquaresCovariance(TessLeastSquares s, Vec g, Vec z, PetscReal *value)
{
  PetscBool direct;

  PetscFunctionBegin;
  PetscCheck(s->Q, s->comm, PETSC_ERR_ARG_WRONGSTATE, "TessLeastSquaresSetMat comes first");
  PetscCall(TessNormalGetMethod(s->normal, &direct, NULL));
  if (!s->cg)
    PetscCall(CreateKSP(s, s->QtQ, KSPCG, "covariance_", direct ? 50 : 500, &s->cg));
  PetscCall(MatMultTranspose(s->T, g, s->g));
  PetscCall(KSPSolve(s->cg, s->g, s->z));
  if (value)
    PetscCall(VecDot(s->g, s->z, value));
  if (z)
    PetscCall(MatMult(s->T, s->z, z));
  PetscFunctionReturn(PETSC_SUCCESS);
}
