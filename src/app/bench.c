/* bench.c - the verb bench: what the kernels reach on this processor. */
#include <string.h>
#include "app.h"

PetscErrorCode AppBench(const AppArguments *args, int *exit_code)
{
  PetscFunctionBegin;
  TessCheckInput(!strcmp(args->file, "kernel"), PETSC_COMM_WORLD,
                 "\"%s\" cannot be measured: tessera bench kernel", args->file);
  PetscCall(AppStrictUnread());
  PetscCall(TessBenchKernel(PETSC_COMM_WORLD, PETSC_VIEWER_STDOUT_WORLD));
  *exit_code = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
