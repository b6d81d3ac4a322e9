/* residual.c - r(theta), its parts by condition, and the gradient J^T r without J. */
#include "problemimpl.h"
#include <petsc/private/petscimpl.h>

PetscErrorCode TessProblemCreateTheta(TessProblem p, Vec *theta)
{
  PetscReal  *a;
  PetscInt    nowned;
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCall(TessLayoutCreateVec(p->layout, theta));
  for (PetscInt f = 0; f < p->sys.nfield; f++)
    PetscCall(TessFieldInit(p->sys.field[f], p->local));
  PetscCallMPI(MPI_Comm_rank(p->sys.comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->sys.comm, &size));
  PetscCall(TessLayoutGetSizes(p->layout, &nowned, NULL, NULL, NULL));
  PetscCall(VecGetArrayWrite(*theta, &a));
  PetscCall(PetscArraycpy(a, p->local, (size_t)nowned * p->sys.stride));
  for (PetscInt i = 0; i < p->sys.nparam && rank == size - 1; i++)
    a[(size_t)nowned * p->sys.stride + i] = TessParameterEta(&p->param[i]);
  PetscCall(VecRestoreArrayWrite(*theta, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCreateResidual(TessProblem p, Vec *r)
{
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->sys.comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->sys.comm, &size));
  PetscCall(VecCreateMPI(p->sys.comm, p->nrow + (rank == size - 1 ? p->nborder : 0), PETSC_DETERMINE, r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemScatter(TessProblem p, Vec theta)
{
  PetscReal *eta = p->local + (size_t)p->sys.nlocal * p->sys.stride;

  PetscFunctionBegin;
  PetscCall(TessLayoutGlobalToLocal(p->layout, theta, p->local));
  for (PetscInt i = 0; i < p->sys.nparam; i++)
    eta[i] = TessParameterValue(&p->param[i], eta[i]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first row that is not finite on any rank, as a sentence. */
static PetscErrorCode FindNaN(TessProblem p, const PetscReal r[])
{
  const TessSystem *sys = &p->sys;
  PetscMPIInt       rank, first;
  PetscInt          bad = -1;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(sys->comm, &rank));
  PetscCallMPI(MPI_Comm_size(sys->comm, &first));
  for (PetscInt i = 0; i < p->nrow && bad < 0; i++)
    if (PetscIsInfOrNanReal(r[i] * r[i]))
      bad = i;
  if (bad >= 0)
    first = rank;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, sys->comm));
  PetscCall(
      PetscStrncpy(p->nantext, "the residual of an integral condition is not finite", sizeof(p->nantext)));
  for (PetscInt i = 0; i < p->nown && rank == first; i++) {
    const TessPointSet *set = p->rows[i].set;
    const char         *name;
    TessPatch           patch;
    size_t              len;

    if (bad < set->row || bad >= set->row + p->rows[i].neq * set->n)
      continue;
    PetscCall(TessConditionGetName(p->rows[i].condition, &name));
    PetscCall(TessDomainGetPatch(sys->domain, set->s, &patch));
    PetscCall(PetscSNPrintf(
        p->nantext, sizeof(p->nantext),
        "the residual of condition \"%s\" is not a finite number in patch %" PetscInt64_FMT " at", name,
        patch.id));
    for (PetscInt a = 0; a < PetscMin(sys->dim, 6); a++) {
      len = strlen(p->nantext);
      PetscCall(PetscSNPrintf(p->nantext + len, sizeof(p->nantext) - len, " %s = %g", sys->axis[a],
                              (double)set->x[(size_t)a * set->n + (bad - set->row) % set->n]));
    }
  }
  PetscCallMPI(MPI_Comm_size(sys->comm, &rank));
  if (first < rank)
    PetscCallMPI(MPI_Bcast(p->nantext, sizeof(p->nantext), MPI_CHAR, first, sys->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where the rows of a set stand: in r, or among the border rows. */
static PetscReal *RowsOf(TessProblem p, const TessRows *at, PetscReal r[])
{
  return at->border < 0 ? r + at->set->row : p->border + at->border;
}

/* All rows at p->local, into r (rows of points, then the border rows on the last rank). */
static PetscErrorCode Rows(TessProblem p, PetscBool linearize, PetscReal r[])
{
  PetscMPIInt rank, size, bad;
  PetscReal   sum = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->sys.comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->sys.comm, &size));
  PetscCall(PetscArrayzero(p->border, p->nborder));
  PetscCall(PetscLogEventBegin(TESS_Evaluate, 0, 0, 0, 0));
  PetscCall(PetscArrayzero(p->loss, p->ncondition));
  for (PetscInt i = 0; i < p->nset; i++) {
    const TessRows *at   = &p->rows[i];
    PetscReal      *rows = RowsOf(p, at, r);

    PetscCall(TessConditionEvaluate(at->condition, at->set, p->local, linearize, rows));
    for (PetscInt k = 0; k < at->neq * at->set->n && i < p->nown; k++)
      p->loss[at->c] += PetscSqr(rows[k]);
  }
  PetscCall(PetscLogEventEnd(TESS_Evaluate, 0, 0, 0, 0));
  if (p->nborder) {
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, p->border, p->nborder, MPIU_REAL, MPIU_SUM, p->sys.comm));
    if (rank == size - 1)
      PetscCall(PetscArraycpy(r + p->nrow, p->border, p->nborder));
    for (PetscInt b = 0; b < p->nborder && rank == size - 1; b++)
      p->loss[p->border_of[b]] += PetscSqr(p->border[b]);
  }
  for (PetscInt c = 0; c < p->ncondition; c++)
    sum += p->loss[c];
  bad = PetscIsInfOrNanReal(sum);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &bad, 1, MPI_INT, MPI_MAX, p->sys.comm));
  p->isnan = (PetscBool)(bad != 0);
  if (p->isnan)
    PetscCall(FindNaN(p, r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemComputeResidual(TessProblem p, Vec theta, Vec r)
{
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(TessProblemScatter(p, theta));
  PetscCall(VecGetArrayWrite(r, &a));
  PetscCall(Rows(p, PETSC_FALSE, a));
  PetscCall(VecRestoreArrayWrite(r, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemComputeObjectiveAndGradient(TessProblem p, Vec theta, PetscReal *f, Vec g)
{
  const TessSystem *sys  = &p->sys;
  const size_t      size = (size_t)sys->nlocal * sys->stride;
  PetscReal        *r;

  PetscFunctionBegin;
  if (!p->r)
    PetscCall(TessProblemCreateResidual(p, &p->r));
  PetscCall(TessProblemScatter(p, theta));
  PetscCall(VecGetArray(p->r, &r));
  PetscCall(Rows(p, PETSC_TRUE, r));
  PetscCall(PetscArrayzero(p->g_local, size + sys->nparam));
  PetscCall(PetscLogEventBegin(TESS_Evaluate, 0, 0, 0, 0));
  for (PetscInt i = 0; i < p->nset; i++)
    PetscCall(TessConditionPullback(p->rows[i].condition, p->rows[i].set, p->local, RowsOf(p, &p->rows[i], r),
                                    p->g_local));
  PetscCall(PetscLogEventEnd(TESS_Evaluate, 0, 0, 0, 0));
  PetscCall(VecRestoreArray(p->r, &r));
  PetscCall(VecDot(p->r, p->r, f));
  *f *= 0.5;
  if (sys->nparam) { /* the chain rule through value(eta): eta once more from theta */
    PetscReal *bar;

    PetscCall(PetscMalloc1(sys->nparam, &bar));
    PetscCall(PetscArraycpy(bar, p->g_local + size, sys->nparam));
    PetscCall(TessLayoutGlobalToLocal(p->layout, theta, p->local));
    for (PetscInt i = 0; i < sys->nparam; i++)
      p->g_local[size + i] = bar[i] * TessParameterSlope(&p->param[i], p->local[size + i]);
    PetscCall(PetscFree(bar));
  }
  PetscCall(TessLayoutLocalToGlobalAdd(p->layout, p->g_local, g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetLosses(TessProblem p, PetscReal loss[])
{
  PetscFunctionBegin;
  PetscCall(MPIU_Allreduce(p->loss, loss, p->ncondition, MPIU_REAL, MPIU_SUM, p->sys.comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetNaN(TessProblem p, PetscBool *is, const char *text[])
{
  PetscFunctionBegin;
  *is = p->isnan;
  if (text)
    *text = p->nantext;
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

/* Gauss-Newton's: H y = J^T (J y), for PETSc's Newton types. */
static PetscErrorCode HessianMult(Mat H, Vec y, Vec Hy)
{
  TessProblem p;
  Mat         J;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(H, &p));
  PetscCall(TessProblemGetJacobian(p, &J));
  PetscCall(MatMult(J, y, p->r));
  PetscCall(MatMultTranspose(J, p->r, Hy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoHessian(Tao tao, Vec theta, Mat H, Mat Hpre, void *problem)
{
  Mat J;

  PetscFunctionBegin;
  PetscCall(TessProblemComputeJacobian(problem, theta, &J));
  PetscCall(PetscObjectStateIncrease((PetscObject)H));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetHessian(TessProblem p, Tao tao)
{
  Vec       theta;
  Mat       H;
  KSP       ksp;
  PC        pc;
  PetscInt  n;
  PetscBool entries;

  PetscFunctionBegin;
  PetscCall(TaoGetSolution(tao, &theta));
  PetscCall(VecGetLocalSize(theta, &n));
  PetscCall(MatCreateShell(p->sys.comm, n, n, PETSC_DETERMINE, PETSC_DETERMINE, p, &H));
  PetscCall(MatShellSetOperation(H, MATOP_MULT, (void (*)(void))HessianMult));
  PetscCall(MatSetOption(H, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(TaoSetHessian(tao, H, H, TaoHessian, p));
  PetscCall(MatDestroy(&H));
  PetscCall(TaoGetKSP(tao, &ksp));
  if (!ksp)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(KSPGetPC(ksp, &pc)); /* PETSc's defaults want the entries of H */
  PetscCall(PetscObjectTypeCompareAny((PetscObject)pc, &entries, PCBJACOBI, PCILU, PCICC, ""));
  if (entries)
    PetscCall(PCSetType(pc, PCNONE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetTao(TessProblem p, Tao tao)
{
  PetscBool gauss;

  PetscFunctionBegin;
  if (!p->r)
    PetscCall(TessProblemCreateResidual(p, &p->r));
  PetscCall(PetscObjectTypeCompareAny((PetscObject)tao, &gauss, "gaussnewton", "brgn", "pounders", ""));
  if (gauss) {
    Mat J;

    PetscCall(TessProblemGetJacobian(p, &J));
    PetscCall(TaoSetResidualRoutine(tao, p->r, TaoResidual, p));
    PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, TaoJacobian, p));
  } else {
    PetscCall(TaoSetObjectiveAndGradient(tao, NULL, TaoObjectiveGradient, p));
    PetscCall(SetHessian(p, tao));
  }
  PetscCall(PetscObjectStateIncrease((PetscObject)tao)); /* the function may be another one now */
  PetscFunctionReturn(PETSC_SUCCESS);
}
