/* Levenberg-Marquardt finds the known minima of the catalogue with the Jacobian in any matrix of PETSc. */
#include "../tess_test.h"
#include "catalogue.h"
#include <tessera/train.h>

static PetscErrorCode Residual(Tao tao, Vec x, Vec r, void *ctx)
{
  const Problem     *p = ctx;
  const PetscScalar *a;
  PetscScalar       *b;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArray(r, &b));
  CatalogueEvaluate(p, a, b, NULL, 0);
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(VecRestoreArray(r, &b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(Tao tao, Vec x, Mat J, Mat P, void *ctx)
{
  const Problem     *p = ctx;
  const PetscScalar *a;
  PetscScalar        v[CATALOGUE_N * CATALOGUE_M];

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  CatalogueEvaluate(p, a, NULL, v, p->m);
  PetscCall(VecRestoreArrayRead(x, &a));
  for (PetscInt i = 0; i < p->m; i++)
    for (PetscInt j = 0; j < p->n; j++)
      PetscCall(MatSetValue(J, i, j, v[j * p->m + i], INSERT_VALUES));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Run(const Problem *p, MatType type)
{
  Tao                tao;
  Vec                x, r;
  Mat                J;
  PetscReal          f, gnorm, hist[1001];
  PetscInt           its, n;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(MatCreate(PETSC_COMM_SELF, &J));
  PetscCall(MatSetSizes(J, p->m, p->n, p->m, p->n));
  PetscCall(MatSetType(J, type));
  PetscCall(MatSetUp(J));
  PetscCall(MatCreateVecs(J, &x, &r));
  for (PetscInt j = 0; j < p->n; j++)
    PetscCall(VecSetValue(x, j, p->start[j], INSERT_VALUES));
  PetscCall(TaoCreate(PETSC_COMM_SELF, &tao));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  PetscCall(TaoSetMaximumIterations(tao, 1000));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetResidualRoutine(tao, r, Residual, (void *)p));
  PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, Jacobian, (void *)p));
  PetscCall(TaoSetConvergenceHistory(tao, hist, NULL, NULL, NULL, 1001, PETSC_TRUE));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, &its, &f, &gnorm, NULL, NULL, &reason));
  PetscCall(TaoGetConvergenceHistory(tao, NULL, NULL, NULL, NULL, &n));
  CHECK_BELOW(p->name, CatalogueError(p, f), 1e-10);
  for (PetscInt i = 1; i < n; i++)
    CHECK("the objective falls", hist[i] <= hist[i - 1] * (1 + 1e-14));
  PetscCall(TaoDestroy(&tao));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&r));
  PetscCall(MatDestroy(&J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(catalogue); i++) {
    PetscCall(Run(&catalogue[i], MATSEQDENSE));
    PetscCall(Run(&catalogue[i], MATSEQAIJ));
  }
  return TessTestEnd();
}
