/* direct.c - (J^T J + D + shift) y = b by Cholesky: LAPACK on one rank when small, else MUMPS.
   Border rows B: a dense Gram matrix gets B^T B; a sparse one the k last rows of the quasi-definite
   [G + D, B^T; B, -1] [y; B y] = [b; 0], which keeps it sparse (Vanderbei 1995). */
#include "normal.h"

static PetscErrorCode PCApply_Lapack(PC pc, Vec b, Vec y)
{
  TessNormal   s;
  PetscReal   *a;
  PetscBLASInt n, one = 1, info;

  PetscFunctionBegin;
  PetscCall(PCShellGetContext(pc, &s));
  PetscCall(PetscBLASIntCast(s->n, &n));
  PetscCall(VecCopy(b, y));
  PetscCall(VecGetArray(y, &a));
  if (n)
    PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("L", &n, &one, s->factor, &n, a, &n, &info));
  PetscCall(VecRestoreArray(y, &a));
  PetscCall(PetscLogFlops(2.0 * n * n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The solver inside; MUMPS may not use ScaLAPACK for the root, so that it counts every negative pivot. */
static PetscErrorCode SetUpKSP(TessNormal s)
{
  PC          pc;
  Mat         F;
  const char *prefix;

  PetscFunctionBegin;
  PetscCall(NormalCreateKSP(s, KSPPREONLY));
  PetscCall(KSPSetOperators(s->ksp, s->G, s->G));
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(KSPGetOptionsPrefix(s->ksp, &prefix));
  PetscCall(MatSetOptionsPrefixFactor(s->G, prefix)); /* where MUMPS looks for its options */
  if (s->dense) {
    PetscCall(PCSetType(pc, PCSHELL));
    PetscCall(PCShellSetName(pc, "LAPACK Cholesky"));
    PetscCall(PCShellSetContext(pc, s));
    PetscCall(PCShellSetApply(pc, PCApply_Lapack));
  } else {
    PetscCall(MatSetOption(s->G, s->extra ? MAT_SYMMETRIC : MAT_SPD, PETSC_TRUE));
    PetscCall(PCSetType(pc, PCCHOLESKY));
    PetscCall(PCFactorSetMatSolverType(pc, MATSOLVERMUMPS));
    PetscCall(PCFactorSetUpMatSolverType(pc));
    PetscCall(PCFactorGetMatrix(pc, &F));
    PetscCall(MatMumpsSetIcntl(F, 7, 0));
    PetscCall(MatMumpsSetIcntl(F, 13, 1));
    PetscCall(MatMumpsSetIcntl(F, 14, 40));
  }
  PetscCall(KSPSetFromOptions(s->ksp));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddBorder(TessNormal s, Panels *p)
{
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(MatDenseGetArray(s->G, &a));
  for (PetscInt k = 0; k < p->nborder; k++) {
    const PetscReal *b;

    PetscCall(VecGetArrayRead(p->border[k], &b));
    for (PetscInt j = 0; j < s->n; j++)
      for (PetscInt i = j; i < s->n; i++)
        a[(PetscCount)j * s->n + i] += b[i] * b[j];
    PetscCall(VecRestoreArrayRead(p->border[k], &b));
  }
  PetscCall(MatDenseRestoreArray(s->G, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first n entries of x into those of y, in vectors that may differ by the border rows. */
static PetscErrorCode CopyHead(PetscInt n, Vec x, Vec y)
{
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArray(y, &b));
  PetscCall(PetscArraycpy(b, a, n));
  PetscCall(VecRestoreArray(y, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode DirectSetMat(TessNormal s)
{
  Panels *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  s->dense = PanelsGramIsDense(s->J, s->below);
  s->extra = s->dense ? 0 : p->nborder;
  PetscCall(PanelsGram(s->J, s->dense, s->extra, &s->G));
  if (s->dense)
    PetscCall(AddBorder(s, p));
  if (!s->diagonal)
    PetscCall(TessLayoutCreateVec(p->layout, &s->diagonal));
  if (s->extra && !s->bx)
    PetscCall(MatCreateVecs(s->G, &s->yx, &s->bx));
  PetscCall(MatGetDiagonal(s->G, s->extra ? s->bx : s->diagonal));
  if (s->extra)
    PetscCall(CopyHead(s->n, s->bx, s->diagonal));
  if (!s->ksp)
    PetscCall(SetUpKSP(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FactorLapack(TessNormal s, const PetscReal d[], PetscBool *ok)
{
  const PetscReal *a;
  PetscBLASInt     n, info = 0;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(s->n, &n));
  if (!s->factor)
    PetscCall(PetscMalloc(sizeof(PetscReal) * n * (size_t)n, &s->factor));
  PetscCall(MatDenseGetArrayRead(s->G, &a));
  for (PetscCount j = 0; j < n; j++) {
    PetscCall(PetscArraycpy(s->factor + j * n + j, a + j * n + j, n - j));
    s->factor[j * n + j] = d[j];
  }
  PetscCall(MatDenseRestoreArrayRead(s->G, &a));
  if (n)
    PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &n, s->factor, &n, &info));
  PetscCall(PetscLogFlops(1.0 / 3 * n * n * n));
  *ok = info ? PETSC_FALSE : PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The factor of MUMPS, if the PC is that. */
static PetscErrorCode MumpsFactor(PC pc, Mat *F)
{
  PetscBool     cholesky, mumps = PETSC_FALSE;
  MatSolverType type;

  PetscFunctionBegin;
  *F = NULL;
  PetscCall(PetscObjectTypeCompare((PetscObject)pc, PCCHOLESKY, &cholesky));
  if (!cholesky)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PCFactorGetMatSolverType(pc, &type));
  PetscCall(PetscStrcmp(type, MATSOLVERMUMPS, &mumps));
  if (mumps)
    PetscCall(PCFactorGetMatrix(pc, F));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode DirectFactorBytes(TessNormal s, PetscInt64 *bytes)
{
  const PetscInt64 n = s->J->cmap->N;
  PetscInt         entries;
  PetscMPIInt      rank;
  PC               pc;
  Mat              F = NULL;

  PetscFunctionBegin;
  *bytes = s->factor ? n * (n + 1) / 2 * (PetscInt64)sizeof(PetscReal) : 0;
  if (s->method != NORMAL_DIRECT || s->dense)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(s->comm, &rank));
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(MumpsFactor(pc, &F));
  if (!F)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatMumpsGetInfog(F, 9, &entries)); /* negative: in millions */
  if (!rank)
    *bytes = (entries < 0 ? -1000000 : 1) * (PetscInt64)entries * (PetscInt64)sizeof(PetscReal);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* KSPSetUp where MUMPS orders by AMD unless told otherwise: half the time of its own choice on grids of
   patches. On one rank PETSc 3.18 sets that choice at the first analysis, whatever MatMumpsSetIcntl said, so
   that only an option is heard. */
static PetscErrorCode SetUpOrdered(TessNormal s)
{
  char        name[PETSC_MAX_PATH_LEN];
  const char *prefix;
  PetscMPIInt size;
  PetscBool   set;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(s->comm, &size));
  PetscCall(KSPGetOptionsPrefix(s->ksp, &prefix));
  PetscCall(PetscSNPrintf(name, sizeof(name), "-%smat_mumps_icntl_7", prefix));
  PetscCall(PetscOptionsHasName(NULL, NULL, name, &set));
  set = (PetscBool)(set || size > 1);
  if (!set)
    PetscCall(PetscOptionsSetValue(NULL, name, "0"));
  PetscCall(KSPSetOperators(s->ksp, s->G, s->G));
  PetscCall(KSPSetUp(s->ksp));
  if (!set)
    PetscCall(PetscOptionsClearValue(NULL, name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A factorization that failed is thrown away, for MUMPS would not try again. */
static PetscErrorCode FactorPC(TessNormal s, PC pc, const PetscReal d[], PetscBool *ok)
{
  PetscInt       start;
  PCFailedReason reason;
  Mat            F = NULL;
  int            bad;

  PetscFunctionBegin;
  PetscCall(MatGetOwnershipRange(s->G, &start, NULL));
  for (PetscInt i = 0; i < s->n; i++)
    PetscCall(MatSetValue(s->G, start + i, start + i, d[i], INSERT_VALUES));
  PetscCall(MatAssemblyBegin(s->G, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(s->G, MAT_FINAL_ASSEMBLY));
  if (s->dense)
    PetscCall(MatDenseMirror(s->G));
  PetscCall(SetUpOrdered(s));
  PetscCall(PCGetFailedReason(pc, &reason));
  bad = reason ? 1 : 0;
  if (!reason)
    PetscCall(MumpsFactor(pc, &F));
  if (F) {
    PetscInt negative, failed;

    PetscCall(MatMumpsGetInfog(F, 1, &failed));
    PetscCall(MatMumpsGetInfog(F, 12, &negative));
    bad = failed < 0 || negative != s->extra;
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &bad, 1, MPI_INT, MPI_MAX, s->comm));
  if (bad)
    PetscCall(KSPDestroy(&s->ksp));
  *ok = bad ? PETSC_FALSE : PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode DirectFactor(TessNormal s, Vec D, PetscReal shift, PetscBool *ok)
{
  Vec              d;
  const PetscReal *a;
  PC               pc;
  PetscBool        shell;

  PetscFunctionBegin;
  if (!s->ksp)
    PetscCall(SetUpKSP(s));
  PetscCall(VecDuplicate(s->diagonal, &d));
  PetscCall(VecCopy(s->diagonal, d));
  PetscCall(VecShift(d, shift));
  if (D)
    PetscCall(VecAXPY(d, 1, D));
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(PetscObjectTypeCompare((PetscObject)pc, PCSHELL, &shell));
  PetscCall(VecGetArrayRead(d, &a));
  if (shell)
    PetscCall(FactorLapack(s, a, ok));
  else
    PetscCall(FactorPC(s, pc, a, ok));
  PetscCall(VecRestoreArrayRead(d, &a));
  PetscCall(VecDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode DirectSolve(TessNormal s, Vec b, Vec y)
{
  PetscFunctionBegin;
  if (!s->extra) {
    PetscCall(KSPSolve(s->ksp, b, y));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(VecSet(s->bx, 0));
  PetscCall(CopyHead(s->n, b, s->bx));
  PetscCall(KSPSolve(s->ksp, s->bx, s->yx));
  PetscCall(CopyHead(s->n, s->yx, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode DirectSolveMany(TessNormal s, PetscInt k, const Vec b[], Vec y[], PetscBool *done)
{
  PC       pc;
  Mat      F, B, X;
  Vec      v;
  PetscInt m, M;

  PetscFunctionBegin;
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(PetscObjectTypeCompare((PetscObject)pc, PCCHOLESKY, done));
  if (!*done)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PCFactorGetMatrix(pc, &F));
  PetscCall(MatGetLocalSize(s->G, &m, NULL));
  PetscCall(MatGetSize(s->G, &M, NULL));
  PetscCall(MatCreateDense(s->comm, m, PETSC_DECIDE, M, k, NULL, &B));
  for (PetscInt j = 0; j < k; j++) {
    PetscCall(MatDenseGetColumnVec(B, j, &v));
    PetscCall(CopyHead(s->n, b[j], v));
    PetscCall(MatDenseRestoreColumnVec(B, j, &v));
  }
  PetscCall(MatDuplicate(B, MAT_DO_NOT_COPY_VALUES, &X));
  PetscCall(MatMatSolve(F, B, X));
  for (PetscInt j = 0; j < k; j++) {
    PetscCall(MatDenseGetColumnVecRead(X, j, &v));
    PetscCall(CopyHead(s->n, v, y[j]));
    PetscCall(MatDenseRestoreColumnVecRead(X, j, &v));
  }
  PetscCall(MatDestroy(&B));
  PetscCall(MatDestroy(&X));
  PetscFunctionReturn(PETSC_SUCCESS);
}
