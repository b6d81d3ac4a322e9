/* gram.c - damped normal equations (J^T J + S) y = -J^T r for the Jacobians of other people: assembled
   (dense, aij) by Cholesky, any other type by conjugate gradients on products with J and J^T.  These also for
   any J, preconditioned by a sketch of it. */
#include "sketch.h"

typedef struct {
  Mat              G, H; /* J^T J and J^T J + S, or the product form of the latter */
  Mat              J;    /* borrowed */
  Vec              S;    /* borrowed */
  Vec              z, w; /* J y, S y */
  KSP              ksp;
  TessSketch       sketch; /* NULL: no preconditioner */
  PetscObjectId    id;     /* of the J that G was made of, and its pattern */
  PetscObjectState state;
  PetscBool        dense; /* G is mpidense: without a factorisation, so that H is aij */
} Gram;

static PetscErrorCode Create(TessStep step, KSPType ksptype, PCType pctype)
{
  Gram *gram;
  PC    pc;

  PetscFunctionBegin;
  if (step->data)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscNew(&gram));
  step->data = gram;
  PetscCall(KSPCreate(step->comm, &gram->ksp));
  PetscCall(KSPSetOptionsPrefix(gram->ksp, step->prefix));
  PetscCall(KSPSetType(gram->ksp, ksptype));
  PetscCall(KSPSetTolerances(gram->ksp, 1e-10, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT));
  PetscCall(KSPGetPC(gram->ksp, &pc));
  PetscCall(PCSetType(pc, pctype));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy(TessStep step)
{
  Gram *gram = step->data;

  PetscFunctionBegin;
  if (!gram)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&gram->G));
  PetscCall(MatDestroy(&gram->H));
  PetscCall(VecDestroy(&gram->z));
  PetscCall(VecDestroy(&gram->w));
  PetscCall(KSPDestroy(&gram->ksp));
  PetscCall(TessSketchDestroy(&gram->sketch));
  PetscCall(PetscFree(step->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* H y = -g; not a descent direction: not positive definite. */
static PetscErrorCode Solve(TessStep step, Vec r, Vec g, Vec y, PetscBool *ok, PetscInt *its)
{
  Gram              *gram = step->data;
  KSPConvergedReason reason;
  PetscReal          slope;

  PetscFunctionBegin;
  PetscCall(KSPSolve(gram->ksp, g, y));
  PetscCall(KSPGetConvergedReason(gram->ksp, &reason));
  PetscCall(KSPGetIterationNumber(gram->ksp, its));
  PetscCall(VecScale(y, -1));
  PetscCall(VecDot(g, y, &slope));
  *ok = (PetscBool)((reason > 0 || reason == KSP_DIVERGED_ITS) && slope < 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetMat_Gram(TessStep step, Mat J, Vec d)
{
  Gram            *gram;
  PC               pc;
  PetscMPIInt      size;
  PetscObjectId    id;
  PetscObjectState state;

  PetscFunctionBegin;
  if (!step->data) {
    PetscCall(Create(step, KSPPREONLY, PCCHOLESKY));
    gram = step->data;
    PetscCallMPI(MPI_Comm_size(step->comm, &size));
    PetscCall(KSPGetPC(gram->ksp, &pc));
    if (size > 1)
      PetscCall(PCFactorSetMatSolverType(pc, MATSOLVERMUMPS));
    PetscCall(KSPSetFromOptions(gram->ksp));
  }
  gram = step->data;
  PetscCall(PetscLogEventBegin(TESS_Assemble, J, 0, 0, 0));
  PetscCall(PetscObjectGetId((PetscObject)J, &id));
  PetscCall(MatGetNonzeroState(J, &state));
  if (id != gram->id || state != gram->state) {
    PetscCall(MatDestroy(&gram->G));
    PetscCall(MatDestroy(&gram->H));
  }
  gram->id    = id;
  gram->state = state;
  PetscCall(
      MatTransposeMatMult(J, J, gram->G ? MAT_REUSE_MATRIX : MAT_INITIAL_MATRIX, PETSC_DEFAULT, &gram->G));
  PetscCall(MatSetOption(gram->G, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(MatGetDiagonal(gram->G, d));
  PetscCall(PetscObjectTypeCompare((PetscObject)gram->G, MATMPIDENSE, &gram->dense));
  PetscCall(PetscLogEventEnd(TESS_Assemble, J, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetDamping_Gram(TessStep step, Vec S, PetscBool *ok)
{
  Gram *gram = step->data;

  PetscFunctionBegin;
  if (gram->dense) {
    PetscCall(MatDestroy(&gram->H));
    PetscCall(MatConvert(gram->G, MATAIJ, MAT_INITIAL_MATRIX, &gram->H));
  } else if (gram->H)
    PetscCall(MatCopy(gram->G, gram->H, DIFFERENT_NONZERO_PATTERN));
  else
    PetscCall(MatDuplicate(gram->G, MAT_COPY_VALUES, &gram->H));
  PetscCall(MatSetOption(gram->H, MAT_NEW_NONZERO_ALLOCATION_ERR,
                         PETSC_FALSE)); /* the diagonal of an empty column */
  PetscCall(MatDiagonalSet(gram->H, S, ADD_VALUES));
  PetscCall(MatSetOption(gram->H, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(KSPSetOperators(gram->ksp, gram->H, gram->H));
  *ok = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatMult_Damped(Mat H, Vec y, Vec b)
{
  Gram *gram;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(H, &gram));
  PetscCall(MatMult(gram->J, y, gram->z));
  PetscCall(MatMultTranspose(gram->J, gram->z, b));
  PetscCall(VecPointwiseMult(gram->w, gram->S, y));
  PetscCall(VecAXPY(b, 1, gram->w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The sketch as preconditioner: a few digits of the step are enough then. */
static PetscErrorCode UseSketch(TessStep step, Gram *gram)
{
  PC pc;

  PetscFunctionBegin;
  PetscCall(TessSketchCreate(step->comm, step->sketch, &gram->sketch));
  PetscCall(KSPSetTolerances(gram->ksp, 1e-4, PETSC_DEFAULT, PETSC_DEFAULT, 500));
  PetscCall(KSPGetPC(gram->ksp, &pc));
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetName(pc, "sketch"));
  PetscCall(PCShellSetContext(pc, gram->sketch));
  PetscCall(PCShellSetApply(pc, TessSketchApply));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetMat_Free(TessStep step, Mat J, Vec d)
{
  Gram    *gram;
  PetscInt n, N;

  PetscFunctionBegin;
  if (!step->data) {
    PetscCall(Create(step, KSPCG, PCNONE));
    gram = step->data;
    if (step->sketch)
      PetscCall(UseSketch(step, gram));
    PetscCall(KSPSetFromOptions(gram->ksp));
    PetscCall(VecGetLocalSize(d, &n));
    PetscCall(VecGetSize(d, &N));
    PetscCall(VecDuplicate(d, &gram->w));
    PetscCall(MatCreateShell(step->comm, n, n, N, N, gram, &gram->H));
    PetscCall(MatShellSetOperation(gram->H, MATOP_MULT, (void (*)(void))MatMult_Damped));
  }
  gram    = step->data;
  gram->J = J;
  PetscCall(VecDestroy(&gram->z));
  PetscCall(MatCreateVecs(J, NULL, &gram->z));
  PetscCall(VecSet(d, 1));
  if (gram->sketch)
    PetscCall(TessSketchSetMat(gram->sketch, J, d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetDamping_Free(TessStep step, Vec S, PetscBool *ok)
{
  Gram *gram = step->data;

  PetscFunctionBegin;
  gram->S = S;
  PetscCall(KSPSetOperators(gram->ksp, gram->H, gram->H));
  *ok = PETSC_TRUE;
  if (gram->sketch)
    PetscCall(TessSketchSetDamping(gram->sketch, S, ok));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const struct _TessStepOps TessStepGram = {
    .setmat = SetMat_Gram, .setdamping = SetDamping_Gram, .solve = Solve, .destroy = Destroy};
const struct _TessStepOps TessStepFree = {
    .setmat = SetMat_Free, .setdamping = SetDamping_Free, .solve = Solve, .destroy = Destroy};
