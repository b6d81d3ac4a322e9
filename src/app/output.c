/* output.c - where the files of a run go: asked before the work, so that nothing is lost after it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "run.h"

/* output_file less .h5, else the name of the folder that the input lies in. */
static PetscErrorCode Stem(const char input[], size_t len, char stem[])
{
  char path[PETSC_MAX_PATH_LEN], *given, *end;

  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, "", "output_file", &given));
  if (given) {
    end = strrchr(given, '.');
    if (end && !strcmp(end, ".h5"))
      *end = 0;
    PetscCall(PetscStrncpy(stem, given, len));
  } else {
    if (!realpath(input, path))
      PetscCall(PetscStrncpy(path, "./tessera/input.yaml", sizeof(path)));
    if ((end = strrchr(path, '/')))
      *end = 0;
    end = strrchr(path, '/');
    PetscCall(PetscStrncpy(stem, end && end[1] ? end + 1 : "tessera", len));
  }
  PetscCall(PetscFree(given));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The folder must take files: seen before the work, not after it. */
static PetscErrorCode CheckFolder(MPI_Comm comm, const char stem[])
{
  char        folder[PETSC_MAX_PATH_LEN], *slash;
  PetscMPIInt rank;
  int         error = 0;

  PetscFunctionBegin;
  PetscCall(PetscStrncpy(folder, stem, sizeof(folder)));
  slash = strrchr(folder, '/');
  if (slash)
    slash[slash == folder] = 0;
  else
    PetscCall(PetscStrncpy(folder, ".", sizeof(folder)));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank && access(folder, W_OK | X_OK))
    error = errno;
  PetscCallMPI(MPI_Bcast(&error, 1, MPI_INT, 0, comm));
  TessCheckInput(!error, comm, "cannot write %s.h5 in the folder %s: %s; see -output_file", stem, folder,
                 strerror(error));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether two paths are one file that is there. */
static PetscBool IsSame(const char a[], const char b[])
{
  char real[2][PETSC_MAX_PATH_LEN];

  return (PetscBool)(realpath(a, real[0]) && realpath(b, real[1]) && !strcmp(real[0], real[1]));
}

/* <stem>.h5 must not replace a file that the input reads: the value of an option -..._file, as given or
 * beside the input. */
static PetscErrorCode CheckRead(MPI_Comm comm, const char input[], const char options[], const char stem[])
{
  char        out[PETSC_MAX_PATH_LEN], beside[PETSC_MAX_PATH_LEN], reader[PETSC_MAX_OPTION_NAME] = "";
  char       *copy, *line, *rest;
  const char *slash = strrchr(input, '/');

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(out, sizeof(out), "%s.h5", stem));
  PetscCall(PetscStrallocpy(options, &copy));
  for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char  *value = strchr(line, ' ');
    size_t len   = value ? (size_t)(value - line) : 0;

    if (len < 6 || strncmp(value - 5, "_file", 5) || !strncmp(line, "-output_", 8))
      continue;
    *value++ = 0;
    PetscCall(
        PetscSNPrintf(beside, sizeof(beside), "%.*s%s", slash ? (int)(slash + 1 - input) : 0, input, value));
    if (IsSame(value, out) || (access(value, F_OK) && IsSame(beside, out)))
      PetscCall(PetscStrncpy(reader, line, sizeof(reader)));
  }
  PetscCall(PetscFree(copy));
  PetscCallMPI(MPI_Bcast(reader, sizeof(reader), MPI_CHAR, 0, comm));
  TessCheckInput(!*reader, comm, "the run would replace %s, which %s reads: set another -output_file", out,
                 reader);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppOutputStem(MPI_Comm comm, const char input[], const char options[], size_t len, char stem[])
{
  PetscFunctionBegin;
  PetscCall(Stem(input, len, stem));
  PetscCall(CheckFolder(comm, stem));
  PetscCall(CheckRead(comm, input, options, stem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
