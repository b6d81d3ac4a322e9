/* solve.c - the verb solve. */
#include "app.h"

PetscErrorCode AppSolve(const AppArguments *args, int *exit_code)
{
  PetscFunctionBegin;
  PetscCall(AppStrictNames());
  PetscCall(AppStrictUnread());
  PetscCall(AppStrictWarn());
  PetscFunctionReturn(PETSC_SUCCESS);
}
