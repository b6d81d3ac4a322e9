/* memory.c - whether the matrices will fit, asked before they are built. */
#include <unistd.h>
#include "problemimpl.h"

/* The machine's memory over the ranks on it, a tenth left free. */
PetscErrorCode TessProblemGetMemoryLimit(TessProblem p, PetscReal *bytes)
{
  MPI_Comm    node;
  PetscMPIInt n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_split_type(p->sys.comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node));
  PetscCallMPI(MPI_Comm_size(node, &n));
  PetscCallMPI(MPI_Comm_free(&node));
  *bytes = p->memory_limit > 0
               ? 1e9 * p->memory_limit
               : 0.9 * (PetscReal)sysconf(_SC_PHYS_PAGES) * (PetscReal)sysconf(_SC_PAGESIZE) / n;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, bytes, 1, MPIU_REAL, MPIU_MIN, p->sys.comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Panels (J, and Q if linear), border rows (as long as theta), and what solves with them. */
PetscErrorCode TessProblemEstimateMemory(TessProblem p)
{
  const TessSystem *sys    = &p->sys;
  const PetscReal   copies = p->linear ? 2 : 1, block = sizeof(PetscReal) * (PetscReal)sys->stride;
  PetscReal         rows = 0, border = 0, meet = 1, want, solver;
  PetscInt64        patches;
  PetscMPIInt       size;
  PetscInt          nowned, nreach;
  const TessReach  *reach;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(sys->comm, &size));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(TessDomainGetPatches(sys->domain, &patches));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetReach(sys->domain, s, &nreach, &reach));
    meet = PetscMax(meet, nreach);
  }
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt   neq;
    PetscInt64 npoint;
    PetscBool  isborder;

    PetscCall(TessConditionGetInfo(p->condition[c], &isborder, &neq, &npoint));
    if (isborder)
      border += neq;
    else
      rows += (PetscReal)neq * npoint;
  }
  /* at most meet experts reach a point; on average the square root of that with half overlap */
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &meet, 1, MPIU_REAL, MPIU_MAX, sys->comm));
  PetscCall(TessNormalEstimate(sys->comm, (PetscReal)patches, (PetscReal)sys->stride, meet,
                               rows * PetscSqrtReal(meet) * (PetscReal)sys->stride, &solver));
  want = PetscMax(nowned, patches / size) *
         (block * copies * (rows / patches * PetscSqrtReal(meet) + border) + solver * size / patches);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &want, 1, MPIU_REAL, MPIU_MAX, sys->comm));
  p->bytes = want;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCheckMemory(TessProblem p)
{
  PetscReal  limit;
  PetscInt64 patches, rows;

  PetscFunctionBegin;
  PetscCall(TessProblemGetMemoryLimit(p, &limit));
  PetscCall(TessProblemGetSizes(p, &patches, NULL, &rows, NULL, NULL));
  TessCheckInput(p->bytes <= limit, p->sys.comm,
                 "the problem needs about %.3g GB a rank (%" PetscInt_FMT
                 " parameters a patch, %" PetscInt64_FMT
                 " patches, %.3g rows), %.3g GB are allowed: take fewer parameters (-expert_...), fewer "
                 "points, more ranks, a trainer without a Jacobian (-tao_type quasinewton, adam), or set "
                 "-memory_limit",
                 (double)p->bytes / 1e9, p->sys.stride, patches, (double)rows, (double)limit / 1e9);
  PetscFunctionReturn(PETSC_SUCCESS);
}
