/* dealt.c - the factor of a sum over ranks, which all of them need: each column is summed up, eliminated and
   sent to all by one rank, the columns in turn, and each rank updates its own.  The next column goes out
   before the others are updated (look-ahead; Strazdins 1998). */
#include "elimination.h"

#define WORTH 1e7 /* flops a column, for which a message to all is sent */

static PetscBool Own(const Elimination *s, PetscMPIInt rank, PetscInt k)
{
  return k % s->nrank == rank ? PETSC_TRUE : PETSC_FALSE;
}

PetscErrorCode EliminationDeal(Elimination *s, MPI_Comm comm)
{
  PetscReal   flops = 0;
  PetscMPIInt nrank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &nrank));
  for (PetscInt k = 0; k < s->neliminated; k++) {
    const PetscReal n = s->size[s->node[k]], m = s->height[k] - n;

    flops += n * n * n / 3 + n * n * m + n * m * m;
  }
  if (nrank == 1 || flops < WORTH * s->n)
    PetscFunctionReturn(PETSC_SUCCESS);
  s->nrank = nrank;
  s->total = 0;
  for (PetscMPIInt r = 0; r < nrank; r++) {
    for (PetscInt k = r; k < s->n; k += nrank) {
      s->at[k] = s->total;
      s->total += (PetscInt64)s->height[k] * s->size[s->node[k]];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The columns of a rank, which are one after another in L, get their sums. */
static PetscErrorCode Sum(Elimination *s, MPI_Comm comm, PetscMPIInt rank)
{
  PetscMPIInt *count;
  PetscReal   *mine;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(s->nrank, &count));
  for (PetscInt k = 0; k < s->n; k++)
    count[k % s->nrank] += (PetscMPIInt)(s->height[k] * s->size[s->node[k]]);
  PetscCall(PetscMalloc1(count[rank], &mine));
  PetscCallMPI(MPI_Reduce_scatter(s->L, mine, count, MPIU_REAL, MPIU_SUM, comm));
  if (rank < s->n)
    PetscCall(PetscArraycpy(s->L + s->at[rank], mine, count[rank]));
  PetscCall(PetscFree(mine));
  PetscCall(PetscFree(count));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Column k from its rank to all; of a column that is not positive definite the last diagonal entry is no
 * number. */
static PetscErrorCode Send(Elimination *s, MPI_Comm comm, PetscInt k, MPI_Request *request)
{
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(s->height[k] * s->size[s->node[k]], &count));
  PetscCallMPI(MPI_Ibcast(s->L + s->at[k], count, MPIU_REAL, (PetscMPIInt)(k % s->nrank), comm, request));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal *LastDiagonal(const Elimination *s, PetscInt k)
{
  const PetscInt n = s->size[s->node[k]];

  return s->L + s->at[k] + (PetscCount)(n - 1) * s->height[k] + n - 1;
}

/* Column k is complete, here. */
static PetscErrorCode Finish(Elimination *s, MPI_Comm comm, PetscInt k, MPI_Request *request)
{
  PetscBool ok = PETSC_TRUE;

  PetscFunctionBegin;
  if (k < s->neliminated)
    PetscCall(EliminationColumn(s, k, &ok));
  if (!ok)
    *LastDiagonal(s, k) = NAN;
  PetscCall(Send(s, comm, k, request));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The columns of this rank take what they need of column k, the next one first. */
static PetscErrorCode Use(Elimination *s, MPI_Comm comm, PetscMPIInt rank, PetscInt k, MPI_Request request[])
{
  PetscInt  i    = s->start[k];
  PetscBool next = (PetscBool)(k + 1 < s->n && Own(s, rank, k + 1));
  int       done;

  PetscFunctionBegin;
  if (next && i < s->start[k + 1] && s->below[i] == k + 1)
    PetscCall(EliminationUpdate(s, k, i++));
  if (next)
    PetscCall(Finish(s, comm, k + 1, &request[k + 1]));
  for (; i < s->start[k + 1]; i++) {
    if (Own(s, rank, s->below[i]))
      PetscCall(EliminationUpdate(s, k, i));
    PetscCallMPI(MPI_Testall((PetscMPIInt)s->n, request, &done, MPI_STATUSES_IGNORE)); /* messages go on */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FactorDealt(Elimination *s, MPI_Comm comm, PetscBool *ok)
{
  MPI_Request *request;
  PetscMPIInt  rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(Sum(s, comm, rank));
  PetscCall(PetscMalloc1(s->n, &request));
  for (PetscInt k = 0; k < s->n; k++)
    request[k] = MPI_REQUEST_NULL;
  if (Own(s, rank, 0))
    PetscCall(Finish(s, comm, 0, request));
  *ok = PETSC_TRUE;
  for (PetscInt k = 0; k < s->n && *ok; k++) {
    if (!Own(s, rank, k)) {
      PetscCall(Send(s, comm, k, &request[k]));
      PetscCallMPI(MPI_Wait(&request[k], MPI_STATUS_IGNORE));
    }
    if (k < s->neliminated && s->size[s->node[k]])
      *ok = PetscIsInfOrNanReal(*LastDiagonal(s, k)) ? PETSC_FALSE : PETSC_TRUE;
    if (k < s->neliminated && *ok)
      PetscCall(Use(s, comm, rank, k, request));
  }
  PetscCallMPI(MPI_Waitall((PetscMPIInt)s->n, request, MPI_STATUSES_IGNORE));
  PetscCall(PetscFree(request));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationSumFactor(Elimination *s, MPI_Comm comm, PetscBool *ok)
{
  PetscFunctionBegin;
  if (s->nrank) {
    PetscCall(FactorDealt(s, comm, ok));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, s->L, (PetscCount)s->total, MPIU_REAL, MPIU_SUM, comm));
  PetscCall(EliminationFactor(s, ok));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 1, MPIU_BOOL, MPI_LAND, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}
