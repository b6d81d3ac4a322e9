/* interruptlines.c - the method of lines between two steps, to a file and from it: beside the track
   (keeptrack.c) where the TS stands, ts/numbers, and its Vecs by rank, ts/state [3][rank][most entries]: z,
   z_t, and the rate that the next step begins with.  Where patches have other ranks these follow from the end
   of the track.  The factor of the stages is let go on both sides, so that the run that was kept and the one
   that goes on have the same bits. */
#include "dirk.h"
#include "lines.h"

enum { TIME, STEP, NSTEP, INNER, FACTORS, MARKED, ASKED, FLOOR, ALLOWED, NNUMBER };

/* The Vecs of the state; the last is z_t again for types of TS that keep no rate. */
static PetscErrorCode State(TessLines l, Vec state[3])
{
  PetscFunctionBegin;
  state[0] = l->z;
  state[1] = l->asked;
  state[2] = l->asked;
  PetscCall(TessDirkGetRate(l->ts, &state[2]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* This rank's row of an array [rank][most]. */
static PetscErrorCode Row(TessMarch m, Vec z, PetscInt64 extent[2], PetscInt64 start[2], PetscInt64 count[2])
{
  PetscMPIInt rank, size;
  PetscInt    n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(VecGetLocalSize(z, &n));
  extent[0] = size;
  extent[1] = n;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &extent[1], 1, MPIU_INT64, MPI_MAX, m->comm));
  start[0] = rank, start[1] = 0;
  count[0] = 1, count[1] = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesKeep(TessMarch m, TessFile file)
{
  TessLines        l = m->lines[m->slab];
  PetscReal        number[NNUMBER];
  PetscInt64       extent[2], start[2], count[2];
  PetscInt         nstep;
  const PetscReal *a;
  Vec              state[3];
  char             name[] = "ts/state/0";

  PetscFunctionBegin;
  PetscCall(TSGetTime(l->ts, &number[TIME]));
  PetscCall(TSGetTimeStep(l->ts, &number[STEP]));
  PetscCall(TSGetStepNumber(l->ts, &nstep));
  number[NSTEP]   = nstep;
  number[INNER]   = l->inner;
  number[FACTORS] = l->factors;
  number[MARKED]  = l->marked;
  number[ASKED]   = l->asked_time;
  number[FLOOR]   = l->floor.size;
  number[ALLOWED] = l->floor.allowed;
  PetscCall(TessFileWriteArray(file, "ts/numbers", 1, (PetscInt64[]){NNUMBER}, number));
  PetscCall(State(l, state));
  PetscCall(Row(m, l->z, extent, start, count));
  for (PetscInt i = 0; i < 3; i++, name[9]++) {
    PetscCall(VecGetArrayRead(state[i], &a));
    PetscCall(TessFileWriteBlocks(file, name, 2, extent, count[1] ? 1 : 0, start, count, a));
    PetscCall(VecRestoreArrayRead(state[i], &a));
  }
  l->shift = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Load(TessMarch m, TessLines l)
{
  PetscInt64 extent[2], start[2], count[2], there[8];
  PetscInt   rank;
  PetscReal *a;
  Vec        state[3];
  char       name[] = "ts/state/0";

  PetscFunctionBegin;
  PetscCall(State(l, state));
  PetscCall(Row(m, l->z, extent, start, count));
  for (PetscInt i = 0; i < 3; i++, name[9]++) {
    PetscCall(TessFileReadExtent(m->comm, m->resume, name, &rank, there));
    TessCheckInput(rank == 2 && there[0] == extent[0] && there[1] == extent[1], m->comm,
                   "%s: dataset %s is not of this input", m->resume, name);
    PetscCall(VecGetArray(state[i], &a));
    PetscCall(TessFileReadBlocks(m->comm, m->resume, name, 2, count[1] ? 1 : 0, start, count, a));
    PetscCall(VecRestoreArray(state[i], &a));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* z, z_t from the end of the track. */
static PetscErrorCode Project(TessMarch m, TessLines l)
{
  const Track *k = &l->track;
  Vec          state[3];
  Mat          J;

  PetscFunctionBegin;
  PetscCall(State(l, state));
  PetscCall(TessProblemSetMotion(l->problem, k->t[0], NULL, 1, 0, 1));
  PetscCall(TessProblemComputeJacobian(l->problem, k->theta[0], &J));
  PetscCall(TessLinesProject(l, J, k->theta[k->n - 1], l->z));
  PetscCall(TessLinesProject(l, J, k->theta_t[k->n - 1], l->asked));
  if (state[2] != l->asked)
    PetscCall(VecCopy(l->asked, state[2]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesResume(TessMarch m)
{
  TessLines  l = m->lines[m->slab];
  PetscReal  number[NNUMBER];
  PetscInt   rank;
  PetscInt64 extent[8];

  PetscFunctionBegin;
  PetscCall(TessFileReadExtent(m->comm, m->resume, "ts/numbers", &rank, extent));
  TessCheckInput(rank == 1 && extent[0] == NNUMBER, m->comm, "%s is a checkpoint of another version",
                 m->resume);
  PetscCall(TessFileReadBlock(m->comm, m->resume, "ts/numbers", 1, (PetscInt64[]){0}, extent, number));
  PetscCall(TessLinesLoad(m, m->slab, m->resume));
  PetscCall(TSSetSolution(l->ts, l->z));
  PetscCall(TSSetTime(l->ts, number[TIME]));
  PetscCall(TSSetTimeStep(l->ts, number[STEP]));
  PetscCall(TSSetStepNumber(l->ts, (PetscInt)number[NSTEP]));
  PetscCall(TSSetUp(l->ts));
  PetscCall(m->same ? Load(m, l) : Project(m, l));
  PetscCall(TessDirkStartWithRate(l->ts));
  l->inner      = (PetscInt)number[INNER];
  l->factors    = (PetscInt)number[FACTORS];
  l->marked     = number[MARKED];
  l->asked_time = number[ASKED];
  l->floor      = (TessFloor){.step = -1, .size = number[FLOOR], .allowed = number[ALLOWED]};
  PetscCall(PetscFree(m->resume));
  PetscFunctionReturn(PETSC_SUCCESS);
}
