/* solve.c - the verb solve: input, training, files, table. */
#include <stdio.h>
#include <stdlib.h>
#include "run.h"

PetscErrorCode AppOptionsKeep(char **text)
{
  PetscInt n;
  char   **name, **value, *end;
  size_t   len = 1, one, two;

  PetscFunctionBegin;
  PetscCall(PetscOptionsLeftGet(NULL, &n, &name, &value));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(PetscStrlen(name[i], &one));
    PetscCall(PetscStrlen(value[i] ? value[i] : "", &two));
    len += one + two + 3;
  }
  PetscCall(PetscCalloc1(len, text));
  end = *text;
  for (PetscInt i = 0; i < n; i++) {
    char *line = end;

    end += snprintf(end, len - (size_t)(end - *text), "-%s %s\n", name[i], value[i] ? value[i] : "");
    for (; line < end - 1; line++)
      if (*line == '\n')
        *line = ' ';
  }
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &name, &value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Scalars and observables, kept beside the results of the run. */
static PetscErrorCode Estimate(AppRun *run)
{
  TessProblem problem;
  PetscBool   has;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetObservables(problem, &run->nobs, &run->obsname));
  run->nparam = run->sys->nparam;
  PetscCall(PetscMalloc4(run->nparam, &run->param, run->nparam, &run->param_sd, run->nobs, &run->obs,
                         run->nobs, &run->obs_sd));
  PetscCall(TessMarchGetScalars(run->march, &has, run->param, run->param_sd, run->obs, run->obs_sd));
  if (!has)
    run->nparam = run->nobs = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* 2: an accuracy or tolerance that the user set was not reached. */
static PetscErrorCode ExitCode(const AppRun *run, int *exit_code)
{
  static const char *const tolerances[] = {"-tao_gatol", "-tao_grtol", "-tao_gttol"};
  PetscBool                set;

  PetscFunctionBegin;
  *exit_code = run->pursuit && !run->reached ? 2 : 0;
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(tolerances); i++) {
    PetscCall(PetscOptionsHasName(NULL, NULL, tolerances[i], &set));
    if (set && run->reason < 0)
      *exit_code = 2;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Finish(AppRun *run, int *exit_code)
{
  PetscBool   ok, isnan;
  char        message[512], last[2 * PETSC_MAX_PATH_LEN];
  const char *text;
  TessProblem problem;
  PetscInt    nslab;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(run->march, 0, &problem, NULL));
  PetscCall(TessProblemGetSystem(problem, &run->sys)); /* that of the last pass of placement */
  PetscCall(TessMarchGetConverged(run->march, &run->reason, &run->iterations));
  PetscCall(TessMarchGetSlabs(run->march, &nslab, NULL));
  for (PetscInt k = 0; k < nslab; k++) {
    PetscCall(TessMarchGetSlab(run->march, k, &problem, NULL));
    if (!problem)
      break;
    PetscCall(TessProblemGetNaN(problem, &isnan, &text));
    TessCheckInput(!isnan || run->reason != TAO_DIVERGED_NAN, PETSC_COMM_WORLD, "%s: training cannot %s%s",
                   text, run->nstep ? "go on" : "begin there", AppCheckpointLast(run, sizeof(last), last));
  }
  PetscCall(Estimate(run));
  PetscCall(PetscMalloc2(run->sys->nunknown, &run->l2, run->sys->nunknown, &run->max));
  PetscCall(TessMarchGetErrors(run->march, run->l2, run->max));
  PetscCall(TessMarchWrite(run->march, run->stem, run->options, &ok, message, sizeof(message)));
  TessCheckInput(ok, PETSC_COMM_WORLD, "%s; see -output_file%s", message,
                 AppCheckpointLast(run, sizeof(last), last));
  PetscCall(AppRecordWrite(run));
  PetscCall(AppReportTable(run));
  PetscCall(ExitCode(run, exit_code));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -help: the options of the optimiser that would be used, the last ones to be printed. */
PetscErrorCode AppHelpTao(MPI_Comm comm)
{
  Tao              tao;
  TessLeastSquares leastsquares;
  TessNormal       normal;

  PetscFunctionBegin;
  PetscCall(TaoCreate(comm, &tao));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoDestroy(&tao));
  PetscCall(TessLeastSquaresCreate(comm, "tao_gaussnewton_", &leastsquares));
  PetscCall(TessLeastSquaresDestroy(&leastsquares));
  PetscCall(TessNormalCreate(comm, "tao_gaussnewton_", &normal));
  PetscCall(TessNormalDestroy(&normal));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Names and places: what can be wrong before the set-up. */
static PetscErrorCode Begin(AppRun *run, const AppArguments *args, double begun)
{
  PetscFunctionBegin;
  if (!args->file) {
    run->alone = PETSC_TRUE;
    PetscCall(AppRestartAlone(run, args->restart));
  } else {
    char path[PETSC_MAX_PATH_LEN];

    PetscCall(PetscStrallocpy(realpath(args->file, path) ? path : args->file, &run->whole));
  }
  PetscCall(AppOptionsKeep(&run->options));
  PetscCall(AppStrictNames());
  PetscCall(AppOutputStem(run->comm, run->input, run->options, sizeof(run->stem), run->stem));
  PetscCall(AppProgressBegin(&run->progress));
  PetscCall(AppCheckpointBegin(run, begun));
  PetscCall(AppRestartChoose(run));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppSolve(const AppArguments *args, int *exit_code)
{
  AppRun         run   = {.comm = PETSC_COMM_WORLD, .input = args->file};
  const double   begun = MPI_Wtime();
  TessProblem    problem;
  PetscLogDouble now;
  PetscBool      stopped;

  PetscFunctionBegin;
  PetscCall(PetscLogDefaultBegin());
  PetscCall(PetscTime(&run.start));
  PetscCall(Begin(&run, args, begun));
  PetscCall(AppAccuracySetUp(&run));
  PetscCall(AppStrictUnread());
  if (args->help) {
    PetscCall(AppHelpTao(run.comm));
    PetscCall(AppRunDestroy(&run));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessMarchGetSlab(run.march, 0, &problem, NULL));
  PetscCall(TessProblemGetConditions(problem, &run.ncond, NULL));
  PetscCall(AppReportHeader(&run));
  PetscCall(AppRestartRun(&run));
  PetscCall(TessMarchGetSlab(run.march, 0, &problem, NULL)); /* a restart may have made it anew */
  PetscCall(TessProblemGetSystem(problem, &run.sys));
  PetscCall(AppHistoryBegin(&run, (PetscBool)!run.restart));
  PetscCall(PetscTime(&now));
  run.setup = now - run.start;
  PetscCall(AppAccuracySolve(&run));
  PetscCall(AppProgressClear(&run.progress));
  PetscCall(TessMarchIsStopped(run.march, &stopped));
  PetscCall(stopped ? AppCheckpointLeave(&run, exit_code) : Finish(&run, exit_code));
  PetscCall(AppStrictWarn());
  PetscCall(AppRunDestroy(&run));
  PetscFunctionReturn(PETSC_SUCCESS);
}
