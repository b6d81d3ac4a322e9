/* Layout: ghosts receive what owners have, the reverse exchange is its adjoint, and the shared slice is
 * summed over ranks. */
#include "chain.h"

int main(int argc, char **argv)
{
  Chain       c;
  Vec         x, y;
  PetscReal  *local, *adjoint, worst = 0, inner = 0, value;
  PetscInt    n, start;
  PetscMPIInt nrank;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &nrank));
  PetscCall(ChainCreate(7, 2, &c));
  n = c.nlocal * c.stride + c.nshared;
  PetscCall(PetscMalloc2(n, &local, n, &adjoint));
  PetscCall(TessLayoutCreateVec(c.layout, &x));
  PetscCall(VecDuplicate(x, &y));
  PetscCall(FillVec(3, x));
  PetscCall(TessLayoutGlobalToLocal(c.layout, x, local));
  for (PetscInt l = 0; l < c.nlocal; l++) {
    start = 0;
    for (PetscInt b = 0; b < c.number[l]; b++)
      start += ChainSize(b);
    for (PetscInt j = 0; j < c.size[l]; j++)
      worst = PetscMax(worst, PetscAbsReal(local[l * c.stride + j] - TessKeyNormal(3, start + j)));
  }
  PetscCall(VecGetSize(x, &start));
  for (PetscInt j = 0; j < 2; j++)
    worst = PetscMax(worst, PetscAbsReal(local[c.nlocal * c.stride + j] - TessKeyNormal(3, start - 2 + j)));
  CHECK_BELOW("blocks arrive where they belong", worst, 0);
  for (PetscInt i = 0; i < n; i++) {
    adjoint[i] = TessKeyNormal(TessKeyMake(5, c.first), i);
    inner += local[i] * adjoint[i];
    if (i < c.nlocal * c.stride && i % c.stride >= c.size[i / c.stride])
      inner -= local[i] * adjoint[i];
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &inner, 1, MPIU_REAL, MPI_SUM, PETSC_COMM_WORLD));
  PetscCall(TessLayoutLocalToGlobalAdd(c.layout, adjoint, y));
  PetscCall(VecDot(x, y, &value));
  CHECK_BELOW("<G x, z> = <x, G^T z>", value - inner, 1e-12 * PetscAbsReal(value));
  for (PetscInt i = 0; i < n; i++)
    local[i] = 1;
  PetscCall(TessLayoutLocalToGlobalAdd(c.layout, local, y));
  PetscCall(VecSum(y, &value));
  inner = 2 * nrank;
  for (PetscInt l = 0; l < c.nlocal; l++)
    worst += c.size[l];
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPIU_REAL, MPI_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("every local entry is counted once", value - worst - inner, 1e-12);
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscCall(PetscFree2(local, adjoint));
  PetscCall(ChainDestroy(&c));
  return TessTestEnd();
}
