/* checkpoint.c - when a run is kept, and what the file holds beside what the march says: who made it, the
   options, the history.  The ranks agree in one small reduction an iteration. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "run.h"

#define RETRY 30.0 /* s until a checkpoint that failed is tried again */

enum { ASK_TIME = 4, ASK_LIMIT = 8 }; /* rank 0 alone: minutes have passed; the limit is near */

PetscErrorCode AppCheckpointBegin(AppRun *run, double begun)
{
  AppCheckpoint *c = &run->checkpoint;
  char          *given;
  char           tmp[PETSC_MAX_PATH_LEN];
  PetscMPIInt    rank;

  PetscFunctionBegin;
  c->minutes = 5;
  PetscOptionsBegin(run->comm, "", "checkpoints", NULL);
  PetscCall(TessOptionsReal("-checkpoint_minutes", "minutes between checkpoints; 0: not by the clock",
                            &c->minutes, 0, 1e9));
  PetscCall(TessOptionsInt("-checkpoint_every", "iterations between checkpoints; 0: not by their number",
                           &c->every, 0, PETSC_MAX_INT));
  PetscOptionsEnd();
  PetscCall(TessOptionsText(NULL, "", "checkpoint_file", &given));
  if (given)
    PetscCall(PetscStrncpy(c->file, given, sizeof(c->file)));
  else
    PetscCall(PetscSNPrintf(c->file, sizeof(c->file), "%s.chk.h5", run->stem));
  PetscCall(PetscFree(given));
  AppCheckpointNamed(c->file, "prev", sizeof(c->previous), c->previous);
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  PetscCall(PetscSNPrintf(tmp, sizeof(tmp), "%s.tmp", c->file));
  if (!rank)
    (void)unlink(tmp); /* of a run that was killed while it wrote */
  PetscCall(AppLimitRead(run->comm, begun, &c->end));
  c->begun = begun;
  c->last = c->step = MPI_Wtime();
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x.chk.h5, prev: x.chk.prev.h5 */
void AppCheckpointNamed(const char file[], const char which[], size_t len, char name[])
{
  const char *end = strrchr(file, '.');
  const int   n   = end && !strcmp(end, ".h5") ? (int)(end - file) : (int)strlen(file);

  snprintf(name, len, "%.*s.%s.h5", n, file, which);
}

/* What the program adds to the march's own. */
static PetscErrorCode WriteTexts(AppRun *run, TessFile file)
{
  const AppStep *s = run->nstep ? &run->step[run->nstep - 1] : NULL;
  TessProblem    problem;
  const char    *title;
  char           state[256];
  PetscMPIInt    size;
  PetscInt       nslab;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->comm, &size));
  PetscCall(TessMarchGetSlabs(run->march, &nslab, NULL));
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetTitle(problem, &title));
  PetscCall(PetscSNPrintf(state, sizeof(state),
                          "iteration %" PetscInt_FMT " of slab %" PetscInt_FMT " of %" PetscInt_FMT
                          ", loss %.6e, %.1f s, written by %d rank%s",
                          s ? s->iteration : 0, s ? s->slab + 1 : 1, nslab,
                          s ? 2 * (double)s->objective : 0.0, s ? (double)s->seconds : 0.0, size,
                          size > 1 ? "s" : ""));
  PetscCall(TessFileWriteText(file, "checkpoint", APP_CHECKPOINT));
  PetscCall(TessFileWriteText(file, "version", TESS_VERSION));
  PetscCall(TessFileWriteText(file, "title", title ? title : ""));
  PetscCall(TessFileWriteText(file, "state", state));
  PetscCall(TessFileWriteText(file, "stem", run->stem));
  PetscCall(TessFileWriteText(file, "input", run->whole));
  PetscCall(TessFileWriteText(file, "options", run->options));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteHistory(AppRun *run, TessFile file)
{
  PetscReal *rows, seconds[APP_SECONDS], memory;

  PetscFunctionBegin;
  PetscCall(AppReportSeconds(run, seconds, &memory));
  PetscCall(TessFileWriteArray(file, "seconds", 1, (PetscInt64[]){APP_SECONDS}, seconds));
  PetscCall(PetscMalloc1(APP_HISTORY * run->nstep, &rows));
  for (PetscInt i = 0; i < run->nstep; i++) {
    const AppStep  *s                = &run->step[i];
    const PetscReal row[APP_HISTORY] = {s->iteration, s->slab, s->inner,   s->objective,
                                        s->error,     s->step, s->seconds, s->causal};

    PetscCall(PetscArraycpy(rows + APP_HISTORY * i, row, APP_HISTORY));
  }
  PetscCall(TessFileWriteArray(file, "history", 2, (PetscInt64[]){run->nstep, APP_HISTORY}, rows));
  if (run->balance)
    PetscCall(TessFileWriteArray(file, "balance", 2, (PetscInt64[]){run->nstep, run->ncond}, run->balance));
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Write(AppRun *run, PetscBool *ok)
{
  AppCheckpoint *c         = &run->checkpoint;
  const PetscInt iteration = run->nstep ? run->step[run->nstep - 1].iteration : 0;
  const double   start     = MPI_Wtime();
  TessFile       file;
  PetscMPIInt    rank;
  struct stat    s;
  char           message[512];

  PetscFunctionBegin;
  PetscCall(TessFileCreate(run->comm, c->file, &file));
  PetscCall(TessFileSetSealed(file, c->previous));
  PetscCall(TessMarchKeep(run->march, file));
  PetscCall(WriteTexts(run, file));
  PetscCall(WriteHistory(run, file));
  PetscCall(TessFileClose(&file, ok, message, sizeof(message)));
  PetscCall(AppProgressClear(&run->progress));
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  c->since = 0;
  c->last  = MPI_Wtime();
  if (!*ok) {
    c->last += PetscMin(RETRY, 60 * c->minutes) - 60 * c->minutes;
    if (!rank)
      fprintf(stderr, "tessera: warning: no checkpoint at iteration %d: %s; %s\n", (int)iteration, message,
              access(c->file, F_OK) ? "it is tried again" : "the one before is kept, and it is tried again");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  c->written++;
  c->cost = c->last - start;
  c->spent += c->cost;
  if (!rank && !stat(c->file, &s))
    c->megabytes = (double)s.st_size / 1e6;
  if (!run->progress.quiet && !rank)
    printf("checkpoint: iteration %d in %s, %.3g MB, %.2g s\n", (int)iteration, c->file, c->megabytes,
           c->cost);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rank 0: the end comes so near that one more iteration and a checkpoint might not be done before it. */
static PetscBool IsLate(const AppCheckpoint *c, double now)
{
  const double slack = PetscMin(60, PetscMax(1, 0.02 * (c->end - c->begun)));

  return (PetscBool)(c->end < PETSC_INFINITY && now + 2 * c->longest + 2 * c->cost + slack > c->end);
}

/* A TessMarchPause; runs with -accuracy are not kept, but leave. */
PetscErrorCode AppCheckpointPause(TessMarch march, PetscBool *stop, void *ctx)
{
  AppRun        *run = ctx;
  AppCheckpoint *c   = &run->checkpoint;
  const double   now = MPI_Wtime();
  int            ask = AppSignalsTake();
  PetscMPIInt    rank;
  PetscBool      ok;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  c->longest = PetscMax(c->longest, now - c->step);
  if (!rank && c->minutes > 0 && now - c->last >= 60 * c->minutes)
    ask |= ASK_TIME;
  if (!rank && IsLate(c, now))
    ask |= ASK_LIMIT;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &ask, 1, MPI_INT, MPI_BOR, run->comm));
  c->since++;
  if (!run->pursuit && (ask || (c->every && c->since >= c->every)))
    PetscCall(Write(run, &ok));
  if (ask & (APP_ASK_LEAVE | ASK_LIMIT)) {
    *stop     = PETSC_TRUE;
    c->reason = ask & APP_ASK_LEAVE ? "a signal" : "the time limit";
  }
  c->step = MPI_Wtime();
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppCheckpointLeave(AppRun *run, int *exit_code)
{
  const AppCheckpoint *c = &run->checkpoint;

  PetscFunctionBegin;
  TessCheckInput(!run->pursuit, run->comm, "stopped by %s before the first resolution was found", c->reason);
  TessCheckInput(c->written, run->comm, "stopped by %s, and no checkpoint could be written to %s", c->reason,
                 c->file);
  if (!run->progress.quiet)
    PetscCall(
        PetscPrintf(run->comm, "stopped by %s; `tessera solve --restart %s` goes on\n", c->reason, c->file));
  *exit_code = 3;
  PetscFunctionReturn(PETSC_SUCCESS);
}

const char *AppCheckpointLast(const AppRun *run, size_t len, char text[])
{
  const char *file = run->checkpoint.written ? run->checkpoint.file : run->restart;

  text[0] = 0;
  if (file)
    snprintf(text, len, "; `tessera solve --restart %s` goes on from the last checkpoint", file);
  return text;
}
