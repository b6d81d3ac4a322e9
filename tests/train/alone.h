#pragma once
/* alone.h - panel matrices whose blocks share no rows, and the search that such a J and its residual make. */
#include <tessera/train.h>
#include "../tess_test.h"

/* J with nblock blocks of this rank, each one panel [m][n] for the caller to fill; rows k m ... belong to
 * block k. */
static inline PetscErrorCode AloneCreate(MPI_Comm comm, PetscInt nblock, PetscInt m, PetscInt n,
                                         PetscReal *panel[], Mat *J)
{
  PetscSF    sf;
  TessLayout layout;
  PetscInt  *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m, &rows));
  PetscCall(PetscSFCreate(comm, &sf));
  PetscCall(PetscSFSetGraph(sf, nblock, 0, NULL, PETSC_COPY_VALUES, NULL, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(TessLayoutCreate(comm, sf, nblock, nblock, n, NULL, 0, &layout));
  PetscCall(MatCreatePanels(layout, nblock * m, 0, J));
  for (PetscInt k = 0; k < nblock; k++) {
    for (PetscInt i = 0; i < m; i++)
      rows[i] = k * m + i;
    PetscCall(TessMatPanelsAdd(*J, k, k, m, rows, &panel[k]));
  }
  PetscCall(TessLayoutDestroy(&layout));
  PetscCall(PetscSFDestroy(&sf));
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

typedef PetscErrorCode (*AloneResidual)(Tao, Vec, Vec, void *);
typedef PetscErrorCode (*AloneJacobian)(Tao, Vec, Mat, Mat, void *);

/* Gauss-Newton from zero with one of its solvers; destroys J. */
static inline PetscErrorCode AloneSolve(Mat J, AloneResidual residual, AloneJacobian jacobian, void *ctx,
                                        PetscBool orthonormal, PetscInt *its, PetscReal *least,
                                        TaoConvergedReason *reason)
{
  Tao tao;
  Vec x, r;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(J, &x, &r));
  PetscCall(VecSet(x, 0));
  PetscCall(TaoCreate(PetscObjectComm((PetscObject)J), &tao));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  PetscCall(TessGaussNewtonSetSolver(tao, orthonormal));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetResidualRoutine(tao, r, residual, ctx));
  PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, jacobian, ctx));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, its, least, NULL, NULL, NULL, reason));
  PetscCall(TaoDestroy(&tao));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&r));
  PetscCall(MatDestroy(&J));
  PetscFunctionReturn(PETSC_SUCCESS);
}
