/* A Jacobian that has products only is enough. */
#include "../tess_test.h"
#include "catalogue.h"
#include "fit.h"
#include <string.h>

static void Function(void *ctx, PetscInt m, PetscInt n, const PetscReal x[], PetscReal r[], PetscReal J[])
{
  CatalogueEvaluate(ctx, x, r, J, m);
}

static PetscErrorCode Mult(Mat A, Vec x, Vec y)
{
  Mat J;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &J));
  PetscCall(MatMult(J, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MultTranspose(Mat A, Vec x, Vec y)
{
  Mat J;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, &J));
  PetscCall(MatMultTranspose(J, x, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(Tao tao, Vec x, Mat A, Mat P, void *ctx)
{
  PetscFunctionBegin;
  PetscCall(FitJacobian(tao, x, P, P, ctx));
  PetscCall(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(catalogue); i++) {
    const Problem     *p      = &catalogue[i];
    const char *const  sane[] = {"Rosenbrock", "Freudenstein-Roth", "Beale", "Bard", "Gaussian",
                                 "Wood",       "Kowalik-Osborne"};
    PetscBool          run    = PETSC_FALSE;
    Fit                fit;
    Mat                A;
    PetscInt           its;
    PetscReal          f;
    TaoConvergedReason reason;

    for (size_t k = 0; k < PETSC_STATIC_ARRAY_LENGTH(sane); k++)
      if (!strcmp(sane[k], p->name))
        run = PETSC_TRUE;
    if (!run)
      continue;
    PetscCall(FitCreate(Function, (void *)p, p->m, p->n, p->start, &fit));
    PetscCall(MatCreateShell(PETSC_COMM_SELF, p->m, p->n, p->m, p->n, fit.J, &A));
    PetscCall(MatShellSetOperation(A, MATOP_MULT, (void (*)(void))Mult));
    PetscCall(MatShellSetOperation(A, MATOP_MULT_TRANSPOSE, (void (*)(void))MultTranspose));
    PetscCall(TaoSetJacobianResidualRoutine(fit.tao, A, fit.J, Jacobian, &fit));
    PetscCall(FitSolve(&fit, &its, &f, &reason));
    CHECK_BELOW(p->name, CatalogueError(p, f), 1e-10);
    PetscCall(MatDestroy(&A));
    PetscCall(FitDestroy(&fit));
  }
  return TessTestEnd();
}
