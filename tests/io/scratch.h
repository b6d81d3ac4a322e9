#pragma once
/* scratch.h - a folder that is gone after the test, and the message of an error that is expected. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <tessera/io.h>
#include "tess_test.h"

static char scratch[256], message[4096];

/* Collective: makes the folder (in the working directory, which is on a disk that all ranks share) and goes
 * into it. */
static inline PetscErrorCode ScratchBegin(void)
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  snprintf(scratch, sizeof(scratch), "scratch-XXXXXX");
  if (!rank && !mkdtemp(scratch))
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_SYS, "no folder for the test");
  PetscCallMPI(MPI_Bcast(scratch, sizeof(scratch), MPI_CHAR, 0, PETSC_COMM_WORLD));
  if (chdir(scratch))
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_SYS, "cannot enter %s", scratch);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode ScratchEnd(void)
{
  PetscMPIInt rank;
  char        command[300];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  if (chdir(".."))
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_SYS, "cannot leave %s", scratch);
  snprintf(command, sizeof(command), "rm -r %s", scratch);
  if (!rank && system(command))
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_SYS, "cannot remove %s", scratch);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode Keep(MPI_Comm comm, int line, const char *func, const char *file,
                                  PetscErrorCode code, PetscErrorType type, const char *text, void *ctx)
{
  if (type == PETSC_ERROR_INITIAL)
    snprintf(message, sizeof(message), "%s", text);
  return code;
}

/* The call is a mistake of the user, and the message names both. */
#define CHECK_INPUT(claim, call, name1, name2)                                                               \
  do {                                                                                                       \
    PetscErrorCode code_;                                                                                    \
    message[0] = 0;                                                                                          \
    PetscCall(PetscPushErrorHandler(Keep, NULL));                                                            \
    code_ = call;                                                                                            \
    PetscCall(PetscPopErrorHandler());                                                                       \
    CHECK(claim, code_ == PETSC_ERR_USER_INPUT);                                                             \
    if (!strstr(message, name1) || !strstr(message, name2) || strchr(message, '\n')) {                       \
      fprintf(stderr, "%s:%d: false: the message of \"%s\" names %s and %s: %s\n", __FILE__, __LINE__,       \
              claim, name1, name2, message);                                                                 \
      tess_test_failed++;                                                                                    \
    }                                                                                                        \
  } while (0)
