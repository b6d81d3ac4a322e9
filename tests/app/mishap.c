/* An error ends all ranks together with exit code 1, wherever it is raised; a user's mistake is printed once,
   without a stack.  The argument says which mishap; terminal.py holds what must be seen. */
#include <string.h>
#include "../../src/app/app.h"

static PetscErrorCode Mishap(const char kind[], int *exit_code)
{
  PetscMPIInt rank;
  PetscInt    n = 0;
  KSP         ksp;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (!strcmp(kind, "together"))
    TessCheckInput(PETSC_FALSE, PETSC_COMM_WORLD, "together on %d", 7);
  if (!strcmp(kind, "each"))
    TessCheckInput(PETSC_FALSE, PETSC_COMM_SELF, "each alone");
  if (!strcmp(kind, "one"))
    TessCheckInput(!rank, PETSC_COMM_SELF, "one alone");
  if (!strcmp(kind, "internal"))
    PetscCheck(PETSC_FALSE, PETSC_COMM_WORLD, PETSC_ERR_PLIB, "broken inside");
  if (!strcmp(kind, "type")) {
    PetscCall(KSPCreate(PETSC_COMM_WORLD, &ksp));
    PetscCall(KSPSetType(ksp, "magic"));
  }
  if (!strcmp(kind, "number"))
    PetscCall(PetscOptionsGetInt(NULL, NULL, "-number", &n, NULL));
  if (!strcmp(kind, "code"))
    *exit_code = 3;
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD)); /* where the others wait */
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  AppErrors      errors = {.code = PETSC_SUCCESS};
  PetscErrorCode ierr;
  int            exit_code = 0;

  MPI_Init(&argc, &argv);
  MPI_Comm_dup(MPI_COMM_WORLD, &errors.comm);
  if (PetscInitialize(&argc, &argv, NULL, NULL))
    return 9;
  (void)PetscPushErrorHandler(AppErrorsHandle, &errors);
  ierr      = Mishap(argv[1], &exit_code);
  exit_code = AppErrorsAgree(&errors, ierr, exit_code);
  if (PetscFinalize())
    return 9;
  MPI_Finalize();
  return exit_code;
}
