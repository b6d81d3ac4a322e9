/* keep.c - trained parameters to and from a file: a row a patch, by its natural number, so that any number of
 * ranks can read them.  A rank has its rows in one collective write or read. */
#include "marchimpl.h"

/* The rows of the owned patches as boxes start, count [nbox][2], a run of neighbours in one; PetscFree2 them.
 */
static PetscErrorCode Boxes(const TessSystem *sys, PetscInt *nowned, PetscInt *nbox, PetscInt64 **start,
                            PetscInt64 **count)
{
  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, nowned, NULL));
  PetscCall(PetscMalloc2(2 * *nowned, start, 2 * *nowned, count));
  *nbox = 0;
  for (PetscInt s = 0; s < *nowned; s++) {
    PetscInt64 *first = *start + 2 * *nbox, *n = *count + 2 * *nbox;
    TessPatch   patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    if (*nbox && patch.id == first[-2] + n[-2]) {
      n[-2]++;
      continue;
    }
    first[0] = patch.id, first[1] = 0;
    n[0] = 1, n[1] = sys->stride;
    (*nbox)++;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The trainable scalars of theta (the last entries of the last rank) on all ranks, or back. */
static PetscErrorCode Shared(TessMarch m, PetscInt nparam, PetscInt nslice, PetscReal a[], PetscReal shared[],
                             PetscBool put)
{
  PetscMPIInt rank, size, n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(PetscMPIIntCast(nparam, &n));
  if (put && rank == size - 1)
    PetscCall(PetscArraycpy(a + nslice, shared, nparam));
  if (!put && rank == size - 1)
    PetscCall(PetscArraycpy(shared, a + nslice, nparam));
  if (!put)
    PetscCallMPI(MPI_Bcast(shared, n, MPIU_REAL, size - 1, m->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSave(TessMarch m, TessFile file)
{
  PetscFunctionBegin;
  if (m->nslab > 1)
    PetscCall(TessFileWriteArray(file, "slabs", 1, (PetscInt64[]){m->nslab + 1}, m->edge));
  for (PetscInt k = 0; k < m->nslab; k++) {
    const TessSystem *sys;
    PetscInt          nowned, nbox;
    PetscInt64       *start, *count, patches;
    PetscReal        *a, *shared;
    char              name[64];

    if (!m->theta[k])
      continue;
    PetscCall(TessMarchSaveEdges(m, k, file));
    if (m->lines) {
      PetscCall(TessLinesSave(m, k, file));
      continue;
    }
    PetscCall(TessProblemGetSystem(m->problem[k], &sys));
    PetscCall(Boxes(sys, &nowned, &nbox, &start, &count));
    PetscCall(TessDomainGetSizes(sys->domain, &patches, NULL, NULL));
    PetscCall(PetscMalloc1(sys->nparam, &shared));
    PetscCall(VecGetArray(m->theta[k], &a));
    PetscCall(PetscSNPrintf(name, sizeof(name), "parameters/%" PetscInt_FMT, k));
    PetscCall(
        TessFileWriteBlocks(file, name, 2, (PetscInt64[]){patches, sys->stride}, nbox, start, count, a));
    PetscCall(Shared(m, sys->nparam, nowned * sys->stride, a, shared, PETSC_FALSE));
    PetscCall(PetscSNPrintf(name, sizeof(name), "parameters/shared/%" PetscInt_FMT, k));
    if (sys->nparam)
      PetscCall(TessFileWriteArray(file, name, 1, (PetscInt64[]){sys->nparam}, shared));
    PetscCall(VecRestoreArray(m->theta[k], &a));
    PetscCall(PetscFree(shared));
    PetscCall(PetscFree2(start, count));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The slabs of a file are those of the options. */
PetscErrorCode TessMarchCheckSlabs(TessMarch m, const char file[])
{
  PetscBool  has, same;
  PetscInt   rank, n = 1;
  PetscInt64 extent[8];
  PetscReal *edge;

  PetscFunctionBegin;
  PetscCall(TessFileHas(m->comm, file, "slabs", &has));
  if (has) {
    PetscCall(TessFileReadExtent(m->comm, file, "slabs", &rank, extent));
    TessCheckInput(rank == 1 && extent[0] > 1 && extent[0] <= PETSC_MAX_INT, m->comm,
                   "%s: dataset slabs is not a list of times", file);
    n = (PetscInt)extent[0] - 1;
  }
  TessCheckInput(n == m->nslab, m->comm,
                 "%s has %" PetscInt_FMT " slabs of time, the options say %" PetscInt_FMT
                 "; see -%stime_slabs",
                 file, n, m->nslab, m->prefix);
  if (!has)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(n + 1, &edge));
  PetscCall(TessFileReadBlock(m->comm, file, "slabs", 1, (PetscInt64[]){0}, (PetscInt64[]){n + 1}, edge));
  same = PETSC_TRUE;
  for (PetscInt k = 0; k <= n; k++)
    same = (PetscBool)(same && PetscAbsReal(edge[k] - m->edge[k]) <= 1e-10 * (m->edge[n] - m->edge[0]));
  TessCheckInput(same, m->comm, "%s: its slabs of time, from %.6g to %.6g, are not those of -%sdomain_t",
                 file, (double)edge[0], (double)edge[n], m->prefix);
  PetscCall(PetscFree(edge));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchLoadSlab(TessMarch m, PetscInt k, const char file[])
{
  const TessSystem *sys;
  PetscInt          nowned, nbox, rank;
  PetscInt64       *start, *count, patches, extent[8];
  PetscReal        *a, *shared;
  char              name[64];

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  PetscCall(Boxes(sys, &nowned, &nbox, &start, &count));
  PetscCall(TessDomainGetSizes(sys->domain, &patches, NULL, NULL));
  PetscCall(PetscSNPrintf(name, sizeof(name), "parameters/%" PetscInt_FMT, k));
  PetscCall(TessFileReadExtent(m->comm, file, name, &rank, extent));
  TessCheckInput(rank == 2 && extent[0] == patches && extent[1] == sys->stride, m->comm,
                 "%s: dataset %s is not of this input: %" PetscInt64_FMT " patches with %" PetscInt_FMT
                 " parameters are wanted",
                 file, name, patches, sys->stride);
  PetscCall(VecGetArray(m->theta[k], &a));
  PetscCall(TessFileReadBlocks(m->comm, file, name, 2, nbox, start, count, a));
  if (sys->nparam) {
    PetscCall(PetscMalloc1(sys->nparam, &shared));
    PetscCall(PetscSNPrintf(name, sizeof(name), "parameters/shared/%" PetscInt_FMT, k));
    PetscCall(
        TessFileReadBlock(m->comm, file, name, 1, (PetscInt64[]){0}, (PetscInt64[]){sys->nparam}, shared));
    PetscCall(Shared(m, sys->nparam, nowned * sys->stride, a, shared, PETSC_TRUE));
    PetscCall(PetscFree(shared));
  }
  PetscCall(VecRestoreArray(m->theta[k], &a));
  PetscCall(PetscFree2(start, count));
  PetscFunctionReturn(PETSC_SUCCESS);
}
