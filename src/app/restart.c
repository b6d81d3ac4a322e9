/* restart.c - a run from its checkpoint: which file, whether it is whole, its options and history. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "run.h"

/* USER_INPUT unless the file is a whole checkpoint of this version. */
static PetscErrorCode Check(MPI_Comm comm, const char file[], PetscBool *ok, char message[], size_t len)
{
  char     *mark = NULL;
  PetscBool has;

  PetscFunctionBegin;
  PetscCall(TessFileCheckSeal(comm, file, ok, message, len));
  if (!*ok)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessFileHas(comm, file, "checkpoint", &has));
  if (has)
    PetscCall(TessFileReadText(comm, file, "checkpoint", &mark));
  *ok = (PetscBool)(has && !strcmp(mark, APP_CHECKPOINT));
  if (!*ok)
    PetscCall(PetscSNPrintf(message, len, "%s is no checkpoint of this version (it says \"%s\")", file,
                            has ? mark : "nothing"));
  PetscCall(PetscFree(mark));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Exists(MPI_Comm comm, const char file[], PetscBool *exists)
{
  PetscMPIInt rank;
  int         there;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  there = !rank && !access(file, F_OK);
  PetscCallMPI(MPI_Bcast(&there, 1, MPI_INT, 0, comm));
  *exists = (PetscBool)(there != 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether a name is of how a run is made, not of what is solved: such options may differ after a restart. */
static PetscBool IsFree(const char name[])
{
  static const char *const prefix[] = {"tao_",     "checkpoint", "restart",   "time_limit", "output_",
                                       "quiet",    "log_",       "ksp_",      "pc_",        "mat_",
                                       "options_", "help",       "view",      "malloc",     "title",
                                       "memory_",  "plot_",      "tess_view", "domain_mat"};

  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(prefix); i++)
    if (!strncmp(name, prefix[i], strlen(prefix[i])))
      return PETSC_TRUE;
  return PETSC_FALSE;
}

/* The first line of a that is not one of b, NULL if there is none; to be freed. */
static PetscErrorCode Difference(const char a[], const char b[], char **line)
{
  char *all, *copy, *at, *rest, *found;

  PetscFunctionBegin;
  *line = NULL;
  PetscCall(PetscStrallocpy(a, &copy));
  PetscCall(PetscMalloc1(strlen(b) + 3, &all));
  sprintf(all, "\n%s\n", b);
  for (at = strtok_r(copy, "\n", &rest); at && !*line; at = strtok_r(NULL, "\n", &rest)) {
    const size_t n = strlen(at);

    for (found = strstr(all, at); found && (found[-1] != '\n' || found[n] != '\n');)
      found = strstr(found + 1, at);
    if (!found && at[0] == '-' && !IsFree(at + 1))
      PetscCall(PetscStrallocpy(at, line));
  }
  PetscCall(PetscFree(all));
  PetscCall(PetscFree(copy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The input says what the checkpoint says. */
static PetscErrorCode Compare(AppRun *run, const char file[])
{
  char *kept, *there, *here;

  PetscFunctionBegin;
  PetscCall(TessFileReadText(run->comm, file, "options", &kept));
  PetscCall(Difference(kept, run->options, &there));
  PetscCall(Difference(run->options, kept, &here));
  TessCheckInput(
      !there && !here, run->comm,
      "%s is of another input: %s %s; remove it, set another -output_file, or give the checkpoint alone: "
      "tessera solve --restart %s",
      file, there ? there : here, there ? "there, not here" : "here, not there", file);
  PetscCall(PetscFree(kept));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Options of the checkpoint where the user sets nothing else; none is marked as read. */
static PetscErrorCode Restore(MPI_Comm comm, const char file[])
{
  char    *lines, *stem, *line, *rest, **name, **value;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(TessFileReadText(comm, file, "options", &lines));
  for (line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char     *text = strchr(line, ' ');
    PetscBool has  = (PetscBool)(!strncmp(line, "-restart", 8) || AppStrictIsLate(line + 1));

    if (text)
      *text++ = 0;
    PetscCall(PetscOptionsLeftGet(NULL, &n, &name, &value));
    for (PetscInt i = 0; i < n; i++)
      has = (PetscBool)(has || !strcasecmp(name[i], line + 1));
    PetscCall(PetscOptionsLeftRestore(NULL, &n, &name, &value));
    if (!has)
      PetscCall(PetscOptionsSetValue(NULL, line, text));
  }
  PetscCall(PetscFree(lines));
  PetscCall(PetscOptionsLeftGet(NULL, &n, &name, &value));
  for (PetscInt i = 0; i < n && n >= 0; i++)
    if (!strcasecmp(name[i], "output_file")) {
      PetscCall(PetscOptionsLeftRestore(NULL, &n, &name, &value));
      PetscFunctionReturn(PETSC_SUCCESS);
    }
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &name, &value));
  PetscCall(TessFileReadText(comm, file, "stem", &stem));
  PetscCall(PetscOptionsSetValue(NULL, "-output_file", stem));
  PetscCall(PetscFree(stem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRestartAlone(AppRun *run, const char file[])
{
  PetscBool ok;
  char      message[1024];

  PetscFunctionBegin;
  PetscCall(Check(run->comm, file, &ok, message, sizeof(message)));
  TessCheckInput(ok, run->comm, "%s; see --restart", message);
  PetscCall(Restore(run->comm, file));
  PetscCall(TessFileReadText(run->comm, file, "input", &run->whole));
  run->input = run->whole;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A checkpoint that is not gone on from is no longer in the way: x.chk.h5 becomes x.chk.<which>.h5, which
   `auto` does not take. */
static PetscErrorCode SetAside(AppRun *run, const char file[], const char which[])
{
  char        aside[PETSC_MAX_PATH_LEN];
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  AppCheckpointNamed(run->checkpoint.file, which, sizeof(aside), aside);
  if (!rank && !rename(file, aside) && !run->progress.quiet)
    printf("%s is kept as %s\n", file, aside);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRestartChoose(AppRun *run)
{
  const AppCheckpoint *c       = &run->checkpoint;
  const char *const    file[2] = {c->file, c->previous};
  char                *given, message[1024];
  PetscBool            ok, exists = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, "", "restart", &given));
  if (given && !strcmp(given, "auto")) {
    for (int i = 0; i < 2 && !run->restart; i++) {
      PetscCall(Exists(run->comm, file[i], &exists));
      if (!exists)
        continue;
      PetscCall(Check(run->comm, file[i], &ok, message, sizeof(message)));
      if (ok)
        PetscCall(PetscStrallocpy(file[i], &run->restart));
      else {
        PetscCall(PetscPrintf(run->comm, "restart: %s\n", message));
        PetscCall(SetAside(run, file[i], "damaged"));
      }
    }
    if (!run->restart && !run->progress.quiet)
      PetscCall(PetscPrintf(run->comm, "restart: there is no checkpoint %s: the run begins anew\n", c->file));
  } else if (given && strcmp(given, "none")) {
    TessCheckInput(given[0], run->comm, "-restart wants a checkpoint, auto or none");
    PetscCall(Check(run->comm, given, &ok, message, sizeof(message)));
    TessCheckInput(ok, run->comm, "%s; -restart wants a checkpoint, auto or none", message);
    PetscCall(PetscStrallocpy(given, &run->restart));
  }
  PetscCall(PetscFree(given));
  if (run->restart && !run->alone)
    PetscCall(Compare(run, run->restart));
  for (int i = 1; i >= 0 && !run->restart; i--)
    PetscCall(SetAside(run, file[i], "old"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The weights of the history, where they were not fixed. */
static PetscErrorCode ReadBalance(AppRun *run)
{
  PetscInt   rank;
  PetscInt64 extent[8];
  PetscBool  has;

  PetscFunctionBegin;
  PetscCall(TessFileHas(run->comm, run->restart, "balance", &has));
  if (!has)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessFileReadExtent(run->comm, run->restart, "balance", &rank, extent));
  TessCheckInput(rank == 2 && extent[0] == run->nstep && extent[1] == run->ncond, run->comm,
                 "%s: dataset balance is not of this input", run->restart);
  PetscCall(PetscMalloc1(run->nstep * run->ncond, &run->balance));
  PetscCall(
      TessFileReadBlock(run->comm, run->restart, "balance", 2, (PetscInt64[]){0, 0}, extent, run->balance));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Not kept by earlier versions. */
static PetscErrorCode ReadSeconds(AppRun *run)
{
  PetscBool has;

  PetscFunctionBegin;
  PetscCall(TessFileHas(run->comm, run->restart, "seconds", &has));
  if (has)
    PetscCall(TessFileReadBlock(run->comm, run->restart, "seconds", 1, (PetscInt64[]){0},
                                (PetscInt64[]){APP_SECONDS}, run->before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppRestartRun(AppRun *run)
{
  PetscInt   rank;
  PetscInt64 extent[8];
  PetscReal *row;
  char       note[256], *state;

  PetscFunctionBegin;
  if (!run->restart)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessMarchResume(run->march, run->restart, note, sizeof(note)));
  PetscCall(TessFileReadExtent(run->comm, run->restart, "history", &rank, extent));
  TessCheckInput(rank == 2 && extent[1] == APP_HISTORY && extent[0] < PETSC_MAX_INT / APP_HISTORY, run->comm,
                 "%s: dataset history is of another version", run->restart);
  run->nstep = run->maxstep = (PetscInt)extent[0];
  PetscCall(PetscMalloc1(APP_HISTORY * run->nstep, &row));
  PetscCall(PetscRealloc(run->maxstep * sizeof(*run->step), &run->step));
  PetscCall(TessFileReadBlock(run->comm, run->restart, "history", 2, (PetscInt64[]){0, 0}, extent, row));
  for (PetscInt i = 0; i < run->nstep; i++) {
    const PetscReal *r = row + APP_HISTORY * i;

    run->step[i] = (AppStep){(PetscInt)r[0], (PetscInt)r[1], (PetscInt)r[2], r[3], r[4], r[5], r[6], r[7]};
  }
  PetscCall(PetscFree(row));
  PetscCall(ReadBalance(run));
  PetscCall(ReadSeconds(run));
  PetscCall(TessFileReadText(run->comm, run->restart, "state", &state));
  if (!run->progress.quiet)
    PetscCall(PetscPrintf(run->comm, "restart from %s: %s; %s\n", run->restart, state, note));
  PetscCall(PetscFree(state));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppInfoCheckpoint(const char file[])
{
  static const char *const text[] = {"checkpoint", "version", "title", "state", "input", "stem", "options"};
  const MPI_Comm           comm   = PETSC_COMM_WORLD;
  char                     message[1024], *line;
  PetscBool                ok;

  PetscFunctionBegin;
  PetscCall(Check(comm, file, &ok, message, sizeof(message)));
  TessCheckInput(ok, comm, "%s", message);
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(text); i++) {
    PetscCall(TessFileReadText(comm, file, text[i], &line));
    PetscCall(
        PetscPrintf(comm, "%-11s%s%s\n", text[i], i + 1 < PETSC_STATIC_ARRAY_LENGTH(text) ? "" : "\n", line));
    PetscCall(PetscFree(line));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
