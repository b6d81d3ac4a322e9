/* normal.c - (J^T J + D + shift) y = b, by Cholesky (direct.c, redundant.c, nested.c) or by conjugate
   gradients with two-level Schwarz (twolevel.c). */
#include "normal.h"

static PetscErrorCode PCApply_Normal(PC pc, Vec b, Vec y)
{
  TessNormal s;

  PetscFunctionBegin;
  PetscCall(PCShellGetContext(pc, &s));
  PetscCall(TessNormalSolve(s, b, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const solvers[] = {"auto", "direct", "redundant", "nested", "twolevel"};

static const struct {
  PetscErrorCode (*setmat)(TessNormal);
  PetscErrorCode (*damp)(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
  PetscErrorCode (*solve)(TessNormal, Vec b, Vec y);
} methods[] = {
    [NORMAL_DIRECT]    = {DirectSetMat, DirectFactor, DirectSolve},
    [NORMAL_REDUNDANT] = {RedundantSetMat, RedundantFactor, RedundantSolve},
    [NORMAL_NESTED]    = {NestedSetMat, NestedFactor, NestedSolve},
    [NORMAL_TWOLEVEL]  = {TwoLevelSetMat, TwoLevelSetDamping, TwoLevelSolve},
};

PetscErrorCode TessNormalCreate(MPI_Comm comm, const char prefix[], TessNormal *normal)
{
  TessNormal s;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&s));
  PetscCall(PetscCommDuplicate(comm, &s->comm, NULL));
  PetscCall(PetscStrallocpy(prefix ? prefix : "", &s->prefix));
  s->below = DENSE_BELOW;
  PetscOptionsBegin(s->comm, s->prefix, "Normal equations", NULL);
  PetscCall(TessOptionsChoice("-normal_solver", "How normal equations are solved",
                              PETSC_STATIC_ARRAY_LENGTH(solvers), solvers, &s->solver));
  PetscCall(TessOptionsInt("-normal_dense", "Columns up to which a rank uses LAPACK, not MUMPS", &s->below, 0,
                           20000));
  PetscOptionsEnd();
  PetscCall(PCCreate(s->comm, &s->pc));
  PetscCall(PCSetType(s->pc, PCSHELL));
  PetscCall(PCShellSetName(s->pc, "normal equations"));
  PetscCall(PCShellSetContext(s->pc, s));
  PetscCall(PCShellSetApply(s->pc, PCApply_Normal));
  *normal = s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalSetRepeated(TessNormal s, PetscBool repeated)
{
  PetscFunctionBegin;
  s->repeated = repeated;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode NormalReset(TessNormal s)
{
  PetscFunctionBegin;
  PetscCall(KSPDestroy(&s->ksp));
  PetscCall(MatDestroy(&s->G));
  PetscCall(MatDestroy(&s->J));
  PetscCall(VecDestroy(&s->diagonal));
  PetscCall(VecDestroy(&s->bx));
  PetscCall(VecDestroy(&s->yx));
  PetscCall(PetscFree(s->factor));
  PetscCall(NestedDestroy(&s->nested));
  PetscCall(MatDestroy(&s->H));
  PetscCall(VecDestroy(&s->D));
  PetscCall(VecDestroy(&s->r));
  s->factored = s->viewed = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalDestroy(TessNormal *normal)
{
  TessNormal s = *normal;

  PetscFunctionBegin;
  *normal = NULL;
  if (!s)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(NormalReset(s));
  PetscCall(PCDestroy(&s->pc));
  PetscCall(PetscFree(s->prefix));
  PetscCall(PetscCommDestroy(&s->comm));
  PetscCall(PetscFree(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NormalCreateKSP(TessNormal s, KSPType type)
{
  PetscFunctionBegin;
  PetscCall(KSPCreate(s->comm, &s->ksp));
  PetscCall(KSPSetOptionsPrefix(s->ksp, s->prefix));
  PetscCall(KSPAppendOptionsPrefix(s->ksp, "normal_"));
  PetscCall(KSPSetType(s->ksp, type));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalSetMat(TessNormal s, Mat J)
{
  Panels *p;
  Vec     norms;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &p));
  PetscCall(PetscObjectReference((PetscObject)J));
  if (s->J != J || s->npanel != p->npanel) {
    PetscCall(NormalReset(s));
    s->J = J;
    PetscCall(NormalChoose(s));
  } else
    PetscCall(MatDestroy(&s->J));
  s->J        = J;
  s->npanel   = p->npanel;
  s->n        = p->layout->n;
  s->factored = PETSC_FALSE;
  s->empty    = p->layout->N ? PETSC_FALSE : PETSC_TRUE;
  if (s->empty)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessLayoutCreateVec(p->layout, &norms));
  PetscCall(TessMatPanelsColumnNorms2(J, norms));
  PetscCall(VecMax(norms, NULL, &s->largest));
  PetscCall(VecDestroy(&norms));
  PetscCall(methods[s->method].setmat(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -tess_view: the method and why, and the levels, once for each structure of J */
static PetscErrorCode NormalView(TessNormal s)
{
  PetscViewer viewer;
  PetscBool   view;
  PC          pc;

  PetscFunctionBegin;
  if (s->viewed)
    PetscFunctionReturn(PETSC_SUCCESS);
  s->viewed = PETSC_TRUE;
  PetscCall(PetscOptionsCreateViewer(s->comm, NULL, NULL, "-tess_view", &viewer, NULL, &view));
  if (!view)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscViewerASCIIPrintf(viewer, "-%snormal_solver: %s\n", s->prefix, s->why));
  if (s->method == NORMAL_TWOLEVEL) {
    PetscCall(KSPGetPC(s->ksp, &pc));
    PetscCall(PCView(pc, viewer));
  }
  PetscCall(PetscViewerDestroy(&viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalSetDamping(TessNormal s, Vec D, PetscReal shift, PetscBool *ok)
{
  PetscFunctionBegin;
  PetscCheck(s->J, s->comm, PETSC_ERR_ARG_WRONGSTATE, "TessNormalSetMat comes first");
  s->factored = *ok = PETSC_TRUE;
  if (s->empty)
    PetscFunctionReturn(PETSC_SUCCESS);
  shift *= s->largest > 0 ? s->largest : 1;
  PetscCall(PetscLogEventBegin(TESS_Solve, 0, 0, 0, 0));
  PetscCall(methods[s->method].damp(s, D, shift, ok));
  PetscCall(PetscLogEventEnd(TESS_Solve, 0, 0, 0, 0));
  s->factored = *ok;
  if (*ok)
    PetscCall(NormalView(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalSolve(TessNormal s, Vec b, Vec y)
{
  PetscFunctionBegin;
  PetscCheck(s->factored, s->comm, PETSC_ERR_ARG_WRONGSTATE,
             "no factor: TessNormalSetDamping was not called, or it failed");
  if (s->empty)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscLogEventBegin(TESS_Solve, 0, 0, 0, 0));
  PetscCall(methods[s->method].solve(s, b, y));
  PetscCall(PetscLogEventEnd(TESS_Solve, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalSolveMany(TessNormal s, PetscInt k, const Vec b[], Vec y[])
{
  PetscBool done = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCheck(s->factored, s->comm, PETSC_ERR_ARG_WRONGSTATE,
             "no factor: TessNormalSetDamping was not called, or it failed");
  if (k && !s->empty && s->method == NORMAL_DIRECT)
    PetscCall(DirectSolveMany(s, k, b, y, &done));
  if (k && !s->empty && s->method == NORMAL_NESTED) {
    PetscCall(NestedSolveMany(s, k, b, y));
    done = PETSC_TRUE;
  }
  for (PetscInt j = 0; j < k && !done; j++)
    PetscCall(TessNormalSolve(s, b[j], y[j]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalPrecondition(TessNormal s, Vec b, Vec y)
{
  PC pc;

  PetscFunctionBegin;
  if (s->method != NORMAL_TWOLEVEL || s->empty) {
    PetscCall(TessNormalSolve(s, b, y));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCheck(s->factored, s->comm, PETSC_ERR_ARG_WRONGSTATE,
             "no preconditioner: TessNormalSetDamping was not called, or it failed");
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(PCApply(pc, b, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalGetMethod(TessNormal s, PetscBool *direct, PetscInt *iterations)
{
  PetscFunctionBegin;
  if (direct)
    *direct = s->method == NORMAL_TWOLEVEL ? PETSC_FALSE : PETSC_TRUE;
  if (iterations) {
    *iterations = 1;
    if (s->ksp)
      PetscCall(KSPGetIterationNumber(s->ksp, iterations));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode NormalFactorBytes(TessNormal s, PetscInt64 *bytes)
{
  PetscFunctionBegin;
  if (s->method == NORMAL_NESTED)
    *bytes = NestedFactorBytes(s);
  else
    PetscCall(DirectFactorBytes(s, bytes));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNormalGetPC(TessNormal s, PC *pc)
{
  PetscFunctionBegin;
  *pc = s->pc;
  PetscFunctionReturn(PETSC_SUCCESS);
}
