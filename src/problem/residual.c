/* residual.c - r(theta) and its parts by condition. */
#include "problemimpl.h"

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

PetscReal *TessProblemRowsOf(TessProblem p, const TessRows *at, PetscReal r[])
{
  return at->border < 0 ? r + at->set->row : p->border + at->border;
}

PetscErrorCode TessProblemRows(TessProblem p, PetscBool linearize, PetscReal r[])
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
    PetscReal      *rows = TessProblemRowsOf(p, at, r);

    PetscCall(TessConditionEvaluate(at->condition, at->set, p->local, linearize, rows));
    for (PetscInt k = 0; k < at->neq * at->set->n && i < p->nown; k++)
      p->loss[at->c] += PetscSqr(rows[k]) / TessConditionGetFactor(at->condition, at->set, k % at->set->n);
  }
  PetscCall(PetscLogEventEnd(TESS_Evaluate, 0, 0, 0, 0));
  if (p->nborder) {
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, p->border, p->nborder, MPIU_REAL, MPIU_SUM, p->sys.comm));
    if (rank == size - 1)
      PetscCall(PetscArraycpy(r + p->nrow, p->border, p->nborder));
    for (PetscInt b = 0; b < p->nborder && rank == size - 1; b++)
      p->loss[p->border_of[b]] +=
          PetscSqr(p->border[b]) / TessConditionGetFactor(p->condition[p->border_of[b]], NULL, 0);
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
  PetscCall(TessProblemRows(p, PETSC_FALSE, a));
  PetscCall(VecRestoreArrayWrite(r, &a));
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
  if (is)
    *is = p->isnan;
  if (text)
    *text = p->nantext;
  PetscFunctionReturn(PETSC_SUCCESS);
}
