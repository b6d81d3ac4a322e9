/* Copies of a problem on the blocks of a panel matrix, dealt to the ranks, are solved as the problem alone
 * is: same steps, same minimum. */
#include "../tess_test.h"
#include "catalogue.h"
#include <tessera/train.h>

#define COPIES 5

typedef struct {
  const Problem *problem;
  PetscInt       ncopy;         /* blocks on this rank */
  PetscReal     *panel[COPIES]; /* [m][n] each */
} Blocks;

static PetscErrorCode Residual(Tao tao, Vec x, Vec r, void *ctx)
{
  const Blocks      *b = ctx;
  const PetscScalar *a;
  PetscScalar       *s;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArray(r, &s));
  for (PetscInt k = 0; k < b->ncopy; k++)
    CatalogueEvaluate(b->problem, a + k * b->problem->n, s + k * b->problem->m, NULL, 0);
  PetscCall(VecRestoreArray(r, &s));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(Tao tao, Vec x, Mat J, Mat P, void *ctx)
{
  const Blocks      *b = ctx;
  const PetscScalar *a;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  for (PetscInt k = 0; k < b->ncopy; k++)
    CatalogueEvaluate(b->problem, a + k * b->problem->n, NULL, b->panel[k], b->problem->m);
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Panel k: rows k m ... of block k. */
static PetscErrorCode CreateJacobian(MPI_Comm comm, Blocks *b, Mat *J)
{
  const PetscInt n = b->problem->n, m = b->problem->m;
  PetscSF        sf;
  TessLayout     layout;
  PetscInt       rows[CATALOGUE_M];

  PetscFunctionBegin;
  PetscCall(PetscSFCreate(comm, &sf));
  PetscCall(PetscSFSetGraph(sf, b->ncopy, 0, NULL, PETSC_COPY_VALUES, NULL, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(TessLayoutCreate(comm, sf, b->ncopy, b->ncopy, n, NULL, 0, &layout));
  PetscCall(MatCreatePanels(layout, b->ncopy * m, 0, J));
  for (PetscInt k = 0; k < b->ncopy; k++) {
    for (PetscInt i = 0; i < m; i++)
      rows[i] = k * m + i;
    PetscCall(TessMatPanelsAdd(*J, k, k, m, rows, &b->panel[k]));
  }
  PetscCall(TessLayoutDestroy(&layout));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(MPI_Comm comm, const Problem *p, PetscInt ncopy, PetscInt *its, PetscReal *f)
{
  Blocks             b = {.problem = p, .ncopy = ncopy};
  Tao                tao;
  Vec                x, r;
  Mat                J;
  PetscScalar       *a;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(CreateJacobian(comm, &b, &J));
  PetscCall(MatCreateVecs(J, &x, &r));
  PetscCall(VecGetArray(x, &a));
  for (PetscInt i = 0; i < ncopy * p->n; i++)
    a[i] = p->start[i % p->n];
  PetscCall(VecRestoreArray(x, &a));
  PetscCall(TaoCreate(comm, &tao));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  PetscCall(TaoSetMaximumIterations(tao, 1000));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetResidualRoutine(tao, r, Residual, &b));
  PetscCall(TaoSetJacobianResidualRoutine(tao, J, J, Jacobian, &b));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, its, f, NULL, NULL, NULL, &reason));
  PetscCall(TaoDestroy(&tao));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&r));
  PetscCall(MatDestroy(&J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscMPIInt rank, size;
  PetscInt    one, all;
  PetscReal   f;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(catalogue); i++) {
    const Problem *p = &catalogue[i];

    PetscCall(Solve(PETSC_COMM_SELF, p, 1, &one, &f));
    PetscCall(Solve(PETSC_COMM_WORLD, p, COPIES * (rank + 1) / size - COPIES * rank / size, &all, &f));
    CHECK_BELOW(p->name, CatalogueError(p, f / COPIES), 1e-10);
    CHECK("the steps are those of one block", PetscAbsInt(one - all) <= 3 + one / 5);
    if (PetscDefined(USE_INFO) && getenv("CATALOGUE_VERBOSE") && !rank)
      printf("%s %d %d %g\n", p->name, (int)one, (int)all, CatalogueError(p, f / COPIES));
  }
  return TessTestEnd();
}
