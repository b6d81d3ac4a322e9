/* errors.c - how the program fails.  A mistake of the user is remembered where it is raised and printed when
   all ranks have come back to the end, once; a rank that fails alone waits a moment for the others and then
   ends the job, so that nothing hangs. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "app.h"

#define PATIENCE 3.0 /* s that a failed rank waits for the others */

void AppErrorsPrint(const char message[])
{
  fflush(stdout);
  fprintf(stderr, "tessera: error: %s\n", message);
  fflush(stderr);
}

/* The option whose value PETSc could not read: its messages hold the value, not the name. */
static void NameOption(const char text[], size_t len, char message[])
{
  char *all, *at, *end, quoted[PETSC_MAX_PATH_LEN], whole[2048];

  if (PetscOptionsGetAll(NULL, &all))
    return;
  snprintf(whole, sizeof(whole), "%s ", text);
  for (at = all; (at = strstr(at, "-")); at = end) { /* "-name value -name value " */
    char *value = strchr(at, ' ');

    if (!value)
      break;
    end = strstr(++value, " -");
    if (!end)
      end = all + strlen(all) - 1;
    snprintf(quoted, sizeof(quoted), " %.*s ", (int)(end - value), value);
    if (end > value && strstr(whole, quoted)) {
      snprintf(message, len, "%.*s: %s", (int)(end - at), at, text);
      break;
    }
  }
  (void)PetscFree(all);
}

/* PETSc 3.18 mixes up the arguments where memory is refused: its code is a line, its text a function. */
static PetscBool IsMemory(PetscErrorCode code, const char func[])
{
  return (PetscBool)(code == PETSC_ERR_MEM || (func && strstr(func, "allocAlign")));
}

static void NameMemory(AppErrors *errors, const char text[])
{
  PetscMPIInt rank;

  MPI_Comm_rank(errors->comm, &rank);
  snprintf(
      errors->message, sizeof(errors->message),
      "rank %d is out of memory (%s): take more nodes, fewer ranks on a node, or fewer points, patches or "
      "parameters; see -memory_limit",
      rank, text ? text : "");
}

PetscErrorCode AppErrorsHandle(MPI_Comm comm, int line, const char *func, const char *file,
                               PetscErrorCode code, PetscErrorType type, const char *text, void *ctx)
{
  AppErrors  *errors = ctx;
  PetscMPIInt rank   = 0;

  if (type == PETSC_ERROR_INITIAL) {
    const PetscBool memory = IsMemory(code, func);
    const PetscBool parse  = (PetscBool)(func && !strncmp(func, "PetscOptionsStringTo", 20));

    if (comm != PETSC_COMM_SELF && comm != MPI_COMM_NULL)
      MPI_Comm_rank(comm, &rank);
    errors->code = code;
    errors->mistake =
        (PetscBool)(code == PETSC_ERR_USER_INPUT || code == PETSC_ERR_ARG_UNKNOWN_TYPE || parse || memory);
    errors->traced = (PetscBool)(!errors->mistake && rank == 0);
    snprintf(errors->message, sizeof(errors->message), "%s", text ? text : "");
    if (memory)
      NameMemory(errors, text);
    if (parse)
      NameOption(text, sizeof(errors->message), errors->message);
  }
  if (errors->traced)
    return PetscTraceBackErrorHandler(PETSC_COMM_SELF, line, func, file, code, type, text, NULL);
  return code;
}

int AppErrorsAgree(AppErrors *errors, PetscErrorCode ierr, int exit_code)
{
  const double start = MPI_Wtime();
  int          size, rank, done = 0, all[3];
  MPI_Request  request;

  MPI_Comm_size(errors->comm, &size);
  MPI_Comm_rank(errors->comm, &rank);
  /* greatest of: size - first rank that failed, an error that is not the user's, exit code */
  int mine[3] = {ierr ? size - rank : 0, ierr && !errors->mistake, ierr ? 1 : exit_code};

  if (MPI_Iallreduce(mine, all, 3, MPI_INT, MPI_MAX, errors->comm, &request))
    MPI_Abort(MPI_COMM_WORLD, 1);
  while (!done && !(ierr && MPI_Wtime() - start > PATIENCE)) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (!done)
      usleep(1000);
  }
  if (!done || (all[0] && all[1])) {
    if (ierr && errors->mistake)
      AppErrorsPrint(errors->message);
    if (done && all[0] != size - rank)
      sleep((unsigned)PATIENCE); /* one rank aborts for all: mpirun may crash when several do */
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  if (all[0] == size - rank && ierr)
    AppErrorsPrint(errors->message);
  return all[2];
}
