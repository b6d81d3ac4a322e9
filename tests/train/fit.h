#pragma once
/* fit.h - a Tao for a least-squares problem on one rank, given as a C function. */
#include <tessera/train.h>
#include "../tess_test.h"

/* r [m] and, if J is given, J [m][n] column-major, at x [n] */
typedef void (*FitFunction)(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[],
                            PetscReal J[]);
typedef struct {
  FitFunction f;
  void       *ctx;
  PetscInt    m, n, nr, nJ; /* sizes, and how often r and J were asked for */
  Tao         tao;
  Vec         x, r;
  Mat         J;
} Fit;

static inline PetscErrorCode FitResidual(Tao tao, Vec x, Vec r, void *ctx)
{
  Fit             *fit = ctx;
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArray(r, &b));
  fit->f(fit->ctx, fit->m, fit->n, a, b, NULL);
  fit->nr++;
  PetscCall(VecRestoreArray(r, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode FitJacobian(Tao tao, Vec x, Mat J, Mat P, void *ctx)
{
  Fit             *fit = ctx;
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(MatDenseGetArray(J, &b));
  fit->f(fit->ctx, fit->m, fit->n, a, NULL, b);
  fit->nJ++;
  PetscCall(MatDenseRestoreArray(J, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* (Re)makes residual and Jacobian of m rows. */
static inline PetscErrorCode FitSetRows(Fit *fit, PetscInt m)
{
  PetscFunctionBegin;
  fit->m = m;
  PetscCall(VecDestroy(&fit->r));
  PetscCall(MatDestroy(&fit->J));
  PetscCall(MatCreateSeqDense(PETSC_COMM_SELF, m, fit->n, NULL, &fit->J));
  PetscCall(MatCreateVecs(fit->J, NULL, &fit->r));
  PetscCall(TaoSetResidualRoutine(fit->tao, fit->r, FitResidual, fit));
  PetscCall(TaoSetJacobianResidualRoutine(fit->tao, fit->J, fit->J, FitJacobian, fit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode FitCreate(FitFunction f, void *ctx, PetscInt m, PetscInt n,
                                       const PetscReal start[], Fit *fit)
{
  PetscReal *a;

  PetscFunctionBegin;
  *fit = (Fit){.f = f, .ctx = ctx, .n = n};
  PetscCall(VecCreateSeq(PETSC_COMM_SELF, n, &fit->x));
  PetscCall(VecGetArray(fit->x, &a));
  for (PetscInt i = 0; i < n; i++)
    a[i] = start[i];
  PetscCall(VecRestoreArray(fit->x, &a));
  PetscCall(TaoCreate(PETSC_COMM_SELF, &fit->tao));
  PetscCall(TaoSetType(fit->tao, TAOGAUSSNEWTON));
  PetscCall(TaoSetSolution(fit->tao, fit->x));
  PetscCall(FitSetRows(fit, m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode FitDestroy(Fit *fit)
{
  PetscFunctionBegin;
  PetscCall(TaoDestroy(&fit->tao));
  PetscCall(VecDestroy(&fit->x));
  PetscCall(VecDestroy(&fit->r));
  PetscCall(MatDestroy(&fit->J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode FitSolve(Fit *fit, PetscInt *its, PetscReal *f, TaoConvergedReason *reason)
{
  PetscFunctionBegin;
  PetscCall(TaoSolve(fit->tao));
  PetscCall(TaoGetSolutionStatus(fit->tao, its, f, NULL, NULL, NULL, reason));
  PetscFunctionReturn(PETSC_SUCCESS);
}
