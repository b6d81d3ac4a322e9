/* Wide blocks: the columns of J T are orthonormal and as many as J has directions, with fewer rows than
   columns, as many, or more, a column of zeros among them or not. */
#include <tessera/linear.h>
#include "tess_test.h"

/* One block of n columns a rank, m rows; column `zero` is 0. */
static PetscErrorCode Make(PetscInt m, PetscInt n, PetscInt zero, Mat *J)
{
  PetscMPIInt rank;
  PetscSF     sf;
  TessLayout  layout;
  PetscInt   *rows;
  PetscReal  *a;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscSFCreate(PETSC_COMM_WORLD, &sf));
  PetscCall(PetscSFSetGraph(sf, 1, 0, NULL, PETSC_COPY_VALUES, NULL, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(TessLayoutCreate(PETSC_COMM_WORLD, sf, 1, 1, n, NULL, 0, &layout));
  PetscCall(MatCreatePanels(layout, m, 0, J));
  PetscCall(PetscMalloc1(m, &rows));
  for (PetscInt i = 0; i < m; i++)
    rows[i] = i;
  PetscCall(TessMatPanelsAdd(*J, 0, 0, m, rows, &a));
  for (PetscInt j = 0; j < n; j++)
    for (PetscInt i = 0; i < m && j != zero; i++)
      a[j * m + i] = TessKeyUniform(rank + 5, j * m + i) - 0.4;
  PetscCall(MatAssemblyBegin(*J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*J, MAT_FINAL_ASSEMBLY));
  PetscCall(PetscFree(rows));
  PetscCall(TessLayoutDestroy(&layout));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt m, PetscInt n, PetscInt zero)
{
  Mat       J, Q, T;
  Vec       x, y, z;
  PetscReal error;
  PetscInt  k;

  PetscFunctionBegin;
  PetscCall(Make(m, n, zero, &J));
  PetscCall(TessMatPanelsOrthonormalize(J, 1e-10, &Q, &T));
  PetscCall(MatGetLocalSize(Q, NULL, &k));
  CHECK("as many columns as directions", k == PetscMin(m, n - (zero >= 0)));
  PetscCall(MatCreateVecs(Q, &x, &y));
  PetscCall(VecDuplicate(x, &z));
  PetscCall(VecSet(x, 1));
  PetscCall(MatMult(Q, x, y));
  PetscCall(MatMultTranspose(Q, y, z));
  PetscCall(VecAXPY(z, -1, x));
  PetscCall(VecNorm(z, NORM_INFINITY, &error));
  CHECK_BELOW("Q^T Q = 1", error, 1e-10);
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&z));
  PetscCall(MatDestroy(&T));
  PetscCall(MatDestroy(&Q));
  PetscCall(MatDestroy(&J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(200, 75, -1));
  PetscCall(Check(200, 75, 40)); /* in the second round of columns */
  PetscCall(Check(75, 75, 0));
  PetscCall(Check(50, 75, 3));
  PetscCall(Check(30, 8, 7));
  return TessTestEnd();
}
