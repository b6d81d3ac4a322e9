/* layout.c - blocks of columns on ranks: local arrays [nlocal][stride] + nshared, and the Vec without
 * padding. */
#include "linearimpl.h"

/* A value a block, from owners to ghosts. */
static PetscErrorCode SpreadInt(TessLayout t, PetscInt value[])
{
  PetscFunctionBegin;
  PetscCall(PetscSFBcastBegin(t->sf, MPIU_INT, value, value, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(t->sf, MPIU_INT, value, value, MPI_REPLACE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode LayoutNumber(TessLayout t)
{
  PetscInt local[2] = {0, t->nowned}, before[2] = {0, 0}, total[2];

  PetscFunctionBegin;
  for (PetscInt l = 0; l < t->nowned; l++)
    local[0] += t->size[l];
  PetscCallMPI(MPI_Exscan(local, before, 2, MPIU_INT, MPI_SUM, t->comm));
  PetscCallMPI(MPI_Allreduce(local, total, 2, MPIU_INT, MPI_SUM, t->comm));
  for (PetscInt l = 0; l < t->nowned; l++) {
    t->start[l]  = l ? t->start[l - 1] + t->size[l - 1] : before[0];
    t->number[l] = before[1] + l;
  }
  PetscCall(SpreadInt(t, t->start));
  PetscCall(SpreadInt(t, t->number));
  t->start[t->nlocal]  = total[0];
  t->number[t->nlocal] = total[1];
  t->n                 = local[0] + (t->rank == t->last ? t->nshared : 0);
  t->N                 = total[0] + t->nshared;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLayoutCreate(MPI_Comm comm, PetscSF sf, PetscInt nowned, PetscInt nlocal, PetscInt stride,
                                const PetscInt size[], PetscInt nshared, TessLayout *layout)
{
  TessLayout  t;
  PetscMPIInt nrank, width;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCheck(nowned <= nlocal, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "%" PetscInt_FMT " owned of %" PetscInt_FMT " blocks", nowned, nlocal);
  PetscCall(PetscNew(&t));
  t->refct = 1;
  PetscCall(PetscCommDuplicate(comm, &t->comm, NULL));
  PetscCallMPI(MPI_Comm_rank(t->comm, &t->rank));
  PetscCallMPI(MPI_Comm_size(t->comm, &nrank));
  t->last = nrank - 1;
  PetscCall(PetscObjectReference((PetscObject)sf));
  t->sf      = sf;
  t->nowned  = nowned;
  t->nlocal  = nlocal;
  t->stride  = stride;
  t->nshared = nshared;
  PetscCall(PetscMalloc3(nlocal + 1, &t->size, nlocal + 1, &t->start, nlocal + 1, &t->number));
  for (PetscInt l = 0; l < nlocal; l++) {
    t->size[l] = size ? size[l] : stride;
    PetscCheck(t->size[l] >= 0 && t->size[l] <= stride, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
               "block %" PetscInt_FMT " has size %" PetscInt_FMT ", not within 0..%" PetscInt_FMT, l,
               t->size[l], stride);
  }
  t->size[nlocal] = nshared;
  PetscCall(LayoutNumber(t));
  PetscCall(PetscMPIIntCast(stride, &width));
  PetscCall(TessRealsCreate_Private(width, &t->unit));
  *layout = t;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLayoutDestroy(TessLayout *layout)
{
  TessLayout t = *layout;

  PetscFunctionBegin;
  *layout = NULL;
  if (!t || --t->refct > 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscSFDestroy(&t->sf));
  PetscCall(TessRealsDestroy_Private(&t->unit));
  PetscCall(PetscFree3(t->size, t->start, t->number));
  PetscCall(PetscCommDestroy(&t->comm));
  PetscCall(PetscFree(t));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLayoutCreateVec(TessLayout t, Vec *x)
{
  PetscFunctionBegin;
  PetscCall(VecCreateMPI(t->comm, t->n, t->N, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLayoutGetSizes(TessLayout t, PetscInt *nowned, PetscInt *nlocal, PetscInt *stride,
                                  PetscInt *nshared)
{
  PetscFunctionBegin;
  if (nowned)
    *nowned = t->nowned;
  if (nlocal)
    *nlocal = t->nlocal;
  if (stride)
    *stride = t->stride;
  if (nshared)
    *nshared = t->nshared;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLayoutGlobalToLocal(TessLayout t, Vec x, PetscReal local[])
{
  PetscReal       *shared = local + t->nlocal * t->stride;
  const PetscReal *a;
  PetscMPIInt      nshared;

  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Exchange, 0, 0, 0, 0));
  PetscCall(VecGetArrayRead(x, &a));
  for (PetscInt l = 0, at = 0; l < t->nowned; at += t->size[l], l++) {
    PetscCall(PetscArraycpy(local + l * t->stride, a + at, t->size[l]));
    PetscCall(PetscArrayzero(local + l * t->stride + t->size[l], t->stride - t->size[l]));
  }
  if (t->rank == t->last)
    PetscCall(PetscArraycpy(shared, a + t->n - t->nshared, t->nshared));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(PetscMPIIntCast(t->nshared, &nshared));
  if (t->stride)
    PetscCall(PetscSFBcastBegin(t->sf, t->unit, local, local, MPI_REPLACE));
  if (nshared)
    PetscCallMPI(MPI_Bcast(shared, nshared, MPIU_REAL, t->last, t->comm));
  if (t->stride)
    PetscCall(PetscSFBcastEnd(t->sf, t->unit, local, local, MPI_REPLACE));
  PetscCall(PetscLogEventEnd(TESS_Exchange, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLayoutLocalToGlobalAdd(TessLayout t, PetscReal local[], Vec x)
{
  PetscReal  *shared = local + t->nlocal * t->stride, *a;
  PetscMPIInt nshared;
  PetscBool   last = t->rank == t->last ? PETSC_TRUE : PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Exchange, 0, 0, 0, 0));
  PetscCall(PetscMPIIntCast(t->nshared, &nshared));
  if (t->stride)
    PetscCall(PetscSFReduceBegin(t->sf, t->unit, local, local, MPI_SUM));
  if (nshared)
    PetscCallMPI(
        MPI_Reduce(last ? MPI_IN_PLACE : shared, shared, nshared, MPIU_REAL, MPI_SUM, t->last, t->comm));
  if (t->stride)
    PetscCall(PetscSFReduceEnd(t->sf, t->unit, local, local, MPI_SUM));
  PetscCall(VecGetArrayWrite(x, &a));
  for (PetscInt l = 0, at = 0; l < t->nowned; at += t->size[l], l++)
    PetscCall(PetscArraycpy(a + at, local + l * t->stride, t->size[l]));
  if (last)
    PetscCall(PetscArraycpy(a + t->n - t->nshared, shared, t->nshared));
  PetscCall(VecRestoreArrayWrite(x, &a));
  PetscCall(PetscLogEventEnd(TESS_Exchange, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
