/* transfer.c - theta of one slab as the first guess of the next: patch by patch by natural number, for two
 * domains may be dealt to the ranks in different ways. */
#include <petscsf.h>
#include "marchimpl.h"

/* Roots: the owned patches of `from`; leaves: those of `to`. */
static PetscErrorCode Pattern(MPI_Comm comm, TessDomain from, TessDomain to, PetscSF *sf)
{
  PetscInt     nfrom, nto, *index;
  PetscInt64  *id;
  PetscMPIInt *rank;
  PetscSFNode *root;
  TessPatch    patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(from, NULL, &nfrom, NULL));
  PetscCall(TessDomainGetSizes(to, NULL, &nto, NULL));
  PetscCall(PetscMalloc3(nto, &id, nto, &rank, nto, &index));
  for (PetscInt s = 0; s < nto; s++) {
    PetscCall(TessDomainGetPatch(to, s, &patch));
    id[s] = patch.id;
  }
  PetscCall(TessDomainFindOwners(from, nto, id, rank, index));
  PetscCall(PetscMalloc1(nto, &root));
  for (PetscInt s = 0; s < nto; s++)
    root[s] = (PetscSFNode){.rank = rank[s], .index = index[s]};
  PetscCall(PetscSFCreate(comm, sf));
  PetscCall(PetscSFSetGraph(*sf, nfrom, nto, NULL, PETSC_OWN_POINTER, root, PETSC_OWN_POINTER));
  PetscCall(PetscFree3(id, rank, index));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchTransfer(TessMarch m, TessProblem found, Vec theta, PetscInt k)
{
  const TessSystem *from, *to;
  const PetscReal  *a;
  PetscReal        *b;
  PetscInt          nfrom, nto;
  PetscMPIInt       n, rank, size;
  MPI_Datatype      slice;
  PetscSF           sf;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(found, &from));
  PetscCall(TessProblemGetSystem(m->problem[k], &to));
  PetscCall(TessDomainGetSizes(from->domain, NULL, &nfrom, NULL));
  PetscCall(TessDomainGetSizes(to->domain, NULL, &nto, NULL));
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(Pattern(m->comm, from->domain, to->domain, &sf));
  PetscCall(PetscMPIIntCast(to->stride, &n));
  PetscCallMPI(MPI_Type_contiguous(n, MPIU_REAL, &slice));
  PetscCallMPI(MPI_Type_commit(&slice));
  PetscCall(VecGetArrayRead(theta, &a));
  PetscCall(VecGetArray(m->theta[k], &b));
  PetscCall(PetscSFBcastBegin(sf, slice, a, b, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, slice, a, b, MPI_REPLACE));
  if (rank == size - 1) /* the trainable scalars */
    PetscCall(PetscArraycpy(b + (size_t)nto * to->stride, a + (size_t)nfrom * from->stride, to->nparam));
  PetscCall(VecRestoreArray(m->theta[k], &b));
  PetscCall(VecRestoreArrayRead(theta, &a));
  PetscCallMPI(MPI_Type_free(&slice));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}
