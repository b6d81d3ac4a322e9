/* tao.c - all that a Tao is given: residual and Jacobian, or objective, gradient and Hessian; and for types
   that look at them the conditions one by one, and the parameters that the fields are linear in. */
#include "problemimpl.h"
#include <petsc/private/petscimpl.h>

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

/* What blocks see of the interfaces that are solved one by one. */
static PetscErrorCode TellSplits(TessProblem p, Tao tao)
{
  PetscInt   room = 0, n = 0, more;
  TessSplit *split;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->nown; i++)
    room += p->rows[i].neq * p->rows[i].set->n;
  PetscCall(PetscMalloc1(room, &split));
  for (PetscInt i = 0; i < p->nown; i++) {
    PetscCall(TessConditionGetSplits(p->rows[i].condition, p->rows[i].set, &more, split + n));
    n += more;
  }
  PetscTryMethod(tao, "TessTrainSetSplits_C", (Tao, PetscInt, const TessSplit[]), (tao, n, split));
  PetscCall(PetscFree(split));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetTao(TessProblem p, Tao tao)
{
  PetscBool gauss, schwarz;
  Vec       theta;
  IS        linearly;

  PetscFunctionBegin;
  if (!p->r)
    PetscCall(TessProblemCreateResidual(p, &p->r));
  PetscCall(
      PetscObjectTypeCompareAny((PetscObject)tao, &gauss, "gaussnewton", "brgn", "pounders", "schwarz", ""));
  if (gauss) {
    Mat J;

    PetscCall(PetscObjectTypeCompare((PetscObject)tao, "schwarz", &schwarz));
    TessCheckInput(
        !schwarz || p->linear, p->sys.comm,
        "-%stao_type schwarz wants experts that are linear in their parameters (features, polynomial), "
        "not trained networks",
        p->prefix);
    PetscCall(TessProblemGetJacobian(p, &J));
    PetscCall(TaoSetResidualRoutine(tao, p->r, TaoResidual, p));
    PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, TaoJacobian, p));
  } else {
    PetscCall(TaoSetObjectiveAndGradient(tao, NULL, TaoObjectiveGradient, p));
    PetscCall(SetHessian(p, tao));
  }
  PetscCall(TaoGetSolution(tao, &theta));
  PetscCall(CreateLinear(p, theta, &linearly));
  PetscTryMethod(tao, "TessTrainSetLinear_C", (Tao, IS), (tao, linearly));
  PetscCall(ISDestroy(&linearly));
  PetscCall(TessProblemTellExact(p, tao));
  PetscCall(TellSplits(p, tao));
  PetscTryMethod(tao, "TessTrainSetParts_C",
                 (Tao, PetscInt, PetscErrorCode(*)(Tao, Vec, PetscInt, PetscReal[], Vec[], void *), void *),
                 (tao, p->ncondition, TaoParts, p));
  PetscCall(PetscObjectStateIncrease((PetscObject)tao)); /* the function may be another one now */
  PetscFunctionReturn(PETSC_SUCCESS);
}
