/* path.c - where a file named in an input is: in the working directory, else beside the input. */
#include <unistd.h>
#include "ioimpl.h"

PetscErrorCode TessPathFind(MPI_Comm comm, const char path[], const char input[], const char option[],
                            char **found)
{
  char message[TESS_IO_LINE] = "", folder[PETSC_MAX_PATH_LEN] = "", beside[PETSC_MAX_PATH_LEN] = "",
       here[PETSC_MAX_PATH_LEN];
  PetscMPIInt rank, which = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  TessCheckInput(path[0], comm, "%s is empty: the name of a file is wanted", option);
  if (input && path[0] != '/') {
    TessFolder_Private(input, folder);
    PetscCall(PetscSNPrintf(beside, sizeof(beside), "%s/%s", folder, path));
  }
  if (!rank && access(path, F_OK)) {
    which = 1;
    if (!beside[0])
      TessFail_Private(message, "%s: there is no file %s", option, path);
    else if (access(beside, F_OK)) {
      PetscCall(PetscGetWorkingDirectory(here, sizeof(here)));
      TessFail_Private(message,
                       "%s: there is no file %s in the working directory %s nor beside the input in %s",
                       option, path, here, folder);
    }
  }
  PetscCallMPI(MPI_Bcast(&which, 1, MPI_INT, 0, comm));
  PetscCall(TessAgree_Private(comm, message));
  TessCheckInput(!message[0], comm, "%s", message);
  PetscCall(PetscStrallocpy(which ? beside : path, found));
  PetscFunctionReturn(PETSC_SUCCESS);
}
