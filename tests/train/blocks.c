/* Copies of a problem on the blocks of a panel matrix, dealt to the ranks, are solved as the problem alone
 * is: same steps, same minimum. */
#include "alone.h"
#include "catalogue.h"

#define COPIES 5

typedef struct {
  const Problem *problem;
  PetscInt       ncopy;                            /* blocks on this rank */
  PetscReal     *panel[COPIES];                    /* [m][n] each */
  PetscReal      entry[CATALOGUE_N * CATALOGUE_M]; /* of a block, for other types */
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
  Blocks            *b = ctx;
  const PetscScalar *a;
  PetscInt           row, col;

  PetscFunctionBegin;
  PetscCall(MatGetOwnershipRange(J, &row, NULL));
  PetscCall(MatGetOwnershipRangeColumn(J, &col, NULL));
  PetscCall(VecGetArrayRead(x, &a));
  for (PetscInt k = 0; k < b->ncopy; k++) {
    const PetscInt m = b->problem->m, n = b->problem->n;

    CatalogueEvaluate(b->problem, a + k * n, NULL, b->panel[k] ? b->panel[k] : b->entry, m);
    for (PetscInt i = 0; i < n * m && !b->panel[k]; i++)
      PetscCall(MatSetValue(J, row + k * m + i % m, col + k * n + i / m, b->entry[i], INSERT_VALUES));
  }
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateJacobian(MPI_Comm comm, MatType type, Blocks *b, Mat *J)
{
  PetscBool panels;

  PetscFunctionBegin;
  PetscCall(PetscStrcmp(type, MATPANELS, &panels));
  if (panels) {
    PetscCall(AloneCreate(comm, b->ncopy, b->problem->m, b->problem->n, b->panel, J));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(MatCreate(comm, J));
  PetscCall(
      MatSetSizes(*J, b->ncopy * b->problem->m, b->ncopy * b->problem->n, PETSC_DETERMINE, PETSC_DETERMINE));
  PetscCall(MatSetType(*J, type));
  PetscCall(MatSeqAIJSetPreallocation(*J, CATALOGUE_N, NULL));
  PetscCall(MatMPIAIJSetPreallocation(*J, CATALOGUE_N, NULL, 0, NULL));
  PetscCall(MatSetUp(*J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(MPI_Comm comm, MatType type, const Problem *p, PetscInt ncopy, PetscInt *its,
                            PetscReal *f)
{
  Blocks             b = {.problem = p, .ncopy = ncopy};
  Tao                tao;
  Vec                x, r;
  Mat                J;
  PetscScalar       *a;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(CreateJacobian(comm, type, &b, &J));
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
  const char *const types[] = {MATPANELS, MATAIJ, MATDENSE};
  const char *const sketch  = "-tao_gaussnewton_sketch 24 -tao_gaussnewton_ksp_rtol 1e-12";
  PetscMPIInt       rank, size;
  PetscInt          alone, all;
  PetscReal         f;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(catalogue); i++) {
    const Problem *p = &catalogue[i];

    PetscCall(Solve(PETSC_COMM_SELF, MATPANELS, p, 1, &alone, &f));
    CHECK_BELOW(p->name, CatalogueError(p, f), 1e-10);
    if (alone > 20)
      continue; /* round-off grows over many steps */
    for (PetscInt k = 0; k < (i < 3 ? 3 : 1); k++) {
      PetscCall(
          Solve(PETSC_COMM_WORLD, types[k], p, COPIES * (rank + 1) / size - COPIES * rank / size, &all, &f));
      CHECK_BELOW(p->name, CatalogueError(p, f / COPIES), 1e-10);
      CHECK("the steps are those of one block", PetscAbsInt(alone - all) <= 5);
    }
    PetscCall(PetscOptionsInsertString(NULL, sketch));
    PetscCall(
        Solve(PETSC_COMM_WORLD, MATPANELS, p, COPIES * (rank + 1) / size - COPIES * rank / size, &all, &f));
    CHECK_BELOW(p->name, CatalogueError(p, f / COPIES), 1e-10);
    CHECK("sketched, too, but for an end in the round-off of CG", all <= 2 * alone);
    PetscCall(PetscOptionsClear(NULL));
  }
  return TessTestEnd();
}
