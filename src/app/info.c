/* info.c - the verb info: what would be solved, without solving it. */
#include <string.h>
#include "run.h"

PetscErrorCode AppInfo(const AppArguments *args, int *exit_code)
{
  AppRun         run = {.comm = PETSC_COMM_WORLD, .input = args->file};
  TessProblem    problem;
  Vec            theta, r;
  Mat            J;
  PetscLogDouble t[3];
  PetscBool      linear, affine;

  PetscFunctionBegin;
  if (strstr(args->file, ".h5")) {
    PetscCall(AppStrictUnread());
    PetscCall(AppInfoCheckpoint(args->file));
    *exit_code = 0;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(AppStrictNames());
  PetscCall(AppProgressBegin(&run.progress));
  PetscCall(PetscOptionsHasName(NULL, NULL, "-output_file", &linear)); /* read by solve */
  PetscCall(AppAccuracySetUp(&run));
  PetscCall(AppStrictUnread());
  if (args->help) {
    PetscCall(AppHelpTao(run.comm));
    PetscCall(AppRunDestroy(&run));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessMarchGetSlab(run.march, 0, &problem, NULL));
  PetscCall(AppAccuracyInfo(&run));
  PetscCall(AppReportProblem(&run));
  PetscCall(TessProblemIsLinear(problem, &linear, &affine));
  PetscCall(TessProblemCreateTheta(problem, &theta));
  PetscCall(TessProblemCreateResidual(problem, &r));
  PetscCall(PetscTime(&t[0]));
  PetscCall(TessProblemComputeResidual(problem, theta, r));
  PetscCall(PetscTime(&t[1]));
  PetscCall(TessProblemComputeJacobian(problem, theta, &J));
  PetscCall(PetscTime(&t[2]));
  PetscCall(PetscPrintf(run.comm, "%s; one residual %.3g s, one Jacobian %.3g s\n",
                        affine   ? "linear least squares: one step solves it"
                        : linear ? "nonlinear equations of frozen experts: a few Gauss-Newton steps"
                                 : "trained experts: Levenberg-Marquardt",
                        t[1] - t[0], t[2] - t[1]));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(AppRunDestroy(&run));
  *exit_code = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
