/* interrupt.c - a run between two steps, to a file and from it: parameters of all slabs so far (keep.c),
   where it stands, points drawn anew, and what the Tao knows (interrupttao.c).  By natural number of the
   patch, so that any number of ranks can go on. */
#include "lines.h"

/* Entries of run/position. */
enum {
  SLAB,
  PASS,
  ROUND,
  ITERATIONS,
  INNER,
  REASON,
  SECONDS,
  TAO,
  POINTS,
  DONE,
  PLACED,
  NPOSITION = PLACED + TESS_DIM_MAX
};

PetscErrorCode TessMarchSetPause(TessMarch m, TessMarchPause pause, void *ctx)
{
  PetscFunctionBegin;
  m->pause    = pause;
  m->pausectx = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchIsStopped(TessMarch m, PetscBool *stopped)
{
  PetscFunctionBegin;
  *stopped = m->stopped;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A TessPause. */
static PetscErrorCode Pause(Tao tao, PetscBool *stop, void *march)
{
  TessMarch m = march;

  PetscFunctionBegin;
  m->tao = tao;
  PetscCall((*m->pause)(m, stop, m->pausectx));
  m->tao     = NULL;
  m->stopped = *stop;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetTaoPause(TessMarch m, Tao tao)
{
  PetscFunctionBegin;
  if (m->pause && !m->lines)
    PetscCall(TessTrainSetPause(tao, Pause, m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* After a step of a TS, but the last one. */
PetscErrorCode TessMarchPauseLines(TessMarch m, TS ts, PetscReal time)
{
  PetscFunctionBegin;
  if (!m->pause || time >= m->edge[m->slab + 1])
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall((*m->pause)(m, &m->stopped, m->pausectx));
  if (m->stopped)
    PetscCall(TSSetConvergedReason(ts, TS_CONVERGED_USER));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Which rank has which patch: bits are the same only where that is. */
static PetscErrorCode SaveOwners(TessMarch m, TessFile file, const TessSystem *sys)
{
  PetscInt    nowned;
  PetscInt64 *start, *count, patches;
  PetscReal  *owner;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCall(TessDomainGetSizes(sys->domain, &patches, &nowned, NULL));
  PetscCall(PetscMalloc3(nowned, &start, nowned, &count, nowned, &owner));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    start[s] = patch.id;
    count[s] = 1;
    owner[s] = rank;
  }
  PetscCall(TessFileWriteBlocks(file, "run/owners", 1, &patches, nowned, start, count, owner));
  PetscCall(PetscFree3(start, count, owner));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether each rank has the patches that it had in the file. */
static PetscErrorCode SameOwners(TessMarch m, const char file[], const TessSystem *sys, PetscBool *same)
{
  PetscInt    nowned;
  PetscInt64 *start, *count;
  PetscReal  *owner;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(PetscMalloc3(nowned, &start, nowned, &count, nowned, &owner));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    start[s] = patch.id;
    count[s] = 1;
  }
  PetscCall(TessFileReadBlocks(m->comm, file, "run/owners", 1, nowned, start, count, owner));
  *same = PETSC_TRUE;
  for (PetscInt s = 0; s < nowned; s++)
    *same = (PetscBool)(*same && owner[s] == rank);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, same, 1, MPIU_BOOL, MPI_LAND, m->comm));
  PetscCall(PetscFree3(start, count, owner));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchKeep(TessMarch m, TessFile file)
{
  const TessSystem *sys;
  PetscReal         position[NPOSITION] = {0};
  PetscLogDouble    now;
  PetscBool         has = PETSC_FALSE;
  PetscInt          its = 0;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[m->slab], &sys));
  PetscCall(TessMarchSave(m, file));
  if (m->tao) {
    PetscCall(TessTrainHasState(m->tao, &has));
    PetscCall(TaoGetIterationNumber(m->tao, &its));
  }
  PetscCall(PetscTime(&now));
  position[SLAB]       = m->slab;
  position[PASS]       = m->pass;
  position[ROUND]      = m->round;
  position[ITERATIONS] = m->iterations;
  position[INNER]      = m->inner;
  position[REASON]     = m->reason;
  position[SECONDS]    = now - m->start;
  position[TAO]        = has;
  position[POINTS]     = m->every || m->balance || m->causal;
  position[DONE]       = has ? 0 : m->done + its;
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    position[PLACED + a] = m->place.n[a];
  PetscCall(TessFileWriteArray(file, "run/position", 1, (PetscInt64[]){NPOSITION}, position));
  PetscCall(TessFileWriteArray(file, "run/moments", 2, (PetscInt64[]){2 * sys->nunknown, 5}, &m->moments->n));
  PetscCall(SaveOwners(m, file, sys));
  PetscCall(TessMarchSaveTally(m, file));
  if (m->lines) {
    PetscCall(TessLinesKeep(m, file));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (m->every || m->balance || m->causal)
    PetscCall(TessProblemSavePoints(m->problem[m->slab], file, "points"));
  if (has)
    PetscCall(TessMarchSaveTao(m, file, sys));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Problem and theta of slab k; those before the one in training are for their fields alone, but the first. */
static PetscErrorCode LoadSlab(TessMarch m, PetscInt k, PetscInt last, const char file[])
{
  PetscFunctionBegin;
  if (k || m->place.type) {
    PetscCall(TessProblemDestroy(&m->problem[k]));
    m->kept       = file;
    m->fieldsonly = (PetscBool)(k && k < last);
    PetscCall(TessMarchCreateSlab(m, k));
    m->kept       = NULL;
    m->fieldsonly = PETSC_FALSE;
    if (k && k == last)
      PetscCall(TessProblemSetPrevious(m->problem[k], m->problem[k - 1], m->theta[k - 1]));
    PetscCall(TessProblemSetUp(m->problem[k]));
  }
  PetscCall(TessProblemCreateTheta(m->problem[k], &m->theta[k]));
  if (!m->lines)
    PetscCall(TessMarchLoadSlab(m, k, file));
  else if (k < last)
    PetscCall(TessLinesLoad(m, k, file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadPosition(TessMarch m, const char file[], PetscReal position[])
{
  const TessSystem *sys;
  PetscInt          rank;
  PetscInt64        extent[8];
  PetscLogDouble    now;

  PetscFunctionBegin;
  PetscCall(TessFileReadExtent(m->comm, file, "run/position", &rank, extent));
  TessCheckInput(rank == 1 && extent[0] == NPOSITION, m->comm, "%s is a checkpoint of another version", file);
  PetscCall(TessFileReadBlock(m->comm, file, "run/position", 1, (PetscInt64[]){0}, extent, position));
  PetscCall(TessMarchCheckSlabs(m, file));
  TessCheckInput(position[SLAB] >= 0 && position[SLAB] < m->nslab, m->comm, "%s: there is no slab %g", file,
                 (double)position[SLAB]);
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessFileReadExtent(m->comm, file, "run/moments", &rank, extent));
  TessCheckInput(rank == 2 && extent[0] == 2 * sys->nunknown && extent[1] == 5, m->comm,
                 "%s: dataset run/moments is not of this input", file);
  PetscCall(TessFileReadBlock(m->comm, file, "run/moments", 2, (PetscInt64[]){0, 0}, extent, &m->moments->n));
  PetscCall(PetscTime(&now));
  m->slab       = (PetscInt)position[SLAB];
  m->pass       = (PetscInt)position[PASS];
  m->round      = (PetscInt)position[ROUND];
  m->iterations = (PetscInt)position[ITERATIONS];
  m->inner      = (PetscInt)position[INNER];
  m->done       = (PetscInt)position[DONE];
  m->reason     = (TaoConvergedReason)position[REASON];
  m->start      = now - position[SECONDS];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchResume(TessMarch m, const char file[], char note[], size_t len)
{
  const TessSystem *sys;
  const char       *text;
  PetscReal         position[NPOSITION];
  PetscInt          rank, N = 0;
  PetscInt64        columns[8] = {0};

  PetscFunctionBegin;
  PetscCall(TessMarchSetUp(m));
  PetscCall(ReadPosition(m, file, position));
  PetscCall(TessMarchLoadTally(m, file));
  for (PetscInt k = 0; k <= m->slab; k++)
    PetscCall(LoadSlab(m, k, m->slab, file));
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    m->place.n[a] = m->place.n[a] ? (PetscInt)position[PLACED + a] : 0;
  PetscCall(TessProblemGetSystem(m->problem[m->slab], &sys));
  PetscCall(SameOwners(m, file, sys, &m->same));
  if (position[POINTS] != 0 && !m->lines)
    PetscCall(TessProblemLoadPoints(m->problem[m->slab], file, "points"));
  PetscCall(PetscStrallocpy(file, &m->resume));
  m->whole = (PetscBool)(position[TAO] != 0 || m->lines);
  text     = !m->whole  ? "the optimiser does not tell its state: it begins anew from there"
             : !m->same ? "patches are on other ranks than before: equal but for round-off"
                        : "the same bits follow as without the break, if it is trained as before";
  if (position[TAO] != 0) {
    PetscCall(TessFileReadExtent(m->comm, file, "tao/columns", &rank, columns));
    PetscCall(VecGetSize(m->theta[m->slab], &N));
  }
  if (!m->same && position[TAO] != 0 && columns[0] >= N) { /* columns by the order of theta */
    m->whole = PETSC_FALSE;
    text     = "patches are on other ranks than before: the inverse Hessian begins anew";
  }
  PetscCall(PetscStrncpy(note, text, len));
  PetscFunctionReturn(PETSC_SUCCESS);
}
