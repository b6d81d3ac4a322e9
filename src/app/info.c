/* info.c - the verb info: what would be solved, without solving it; what a checkpoint or a result holds. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "run.h"
#include "runs.h"

/* Rank 0: sizes, end and errors of a run by the record beside its result, if it is there. */
static void PrintRecord(const char result[])
{
  static const char *const size[] = {"patches", "parameters", "points", "ranks"};
  char                     file[PETSC_MAX_PATH_LEN], message[512];
  json_t                  *record, *error;
  const char              *name;

  snprintf(file, sizeof(file), "%.*s.json", (int)(strlen(result) - strlen(".h5")), result);
  record = AppRunsRead(file, message, sizeof(message));
  if (!record) {
    printf("record     %s\n", message);
    return;
  }
  printf("sizes     ");
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(size); i++)
    printf(" %lld %s%s", (long long)json_integer_value(json_object_get(record, size[i])), size[i],
           i + 1 < PETSC_STATIC_ARRAY_LENGTH(size) ? "," : "\n");
  printf("end        %s after %lld iterations and %.3g s\n",
         json_string_value(json_object_get(record, "reason")),
         (long long)json_integer_value(json_object_get(record, "iterations")),
         json_number_value(json_object_get(json_object_get(record, "seconds"), "total")));
  json_object_foreach(json_object_get(record, "errors"), name, error)
  {
    printf("error      %s: relative L2 %.4e, relative max %.4e\n", name,
           json_number_value(json_object_get(error, "l2")), json_number_value(json_object_get(error, "max")));
  }
  json_decref(record);
}

static PetscErrorCode InfoResult(MPI_Comm comm, const char file[])
{
  static const char *const text[] = {"version", "title", "input"};
  char                    *line, **unknown;
  PetscInt                 n, rank;
  PetscInt64               extent[8];
  PetscMPIInt              me;

  PetscFunctionBegin;
  PetscCall(PetscPrintf(comm, "result     %s\n", file));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(text); i++) {
    PetscCall(TessFileReadText(comm, file, text[i], &line));
    PetscCall(PetscPrintf(comm, "%-11s%s\n", text[i], line));
    PetscCall(PetscFree(line));
  }
  PetscCall(TessFileReadText(comm, file, "options", &line));
  PetscCall(AppOptionsRestore(line));
  PetscCall(TessOptionsWords(NULL, "", "unknowns", &n, &unknown));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(TessFileReadExtent(comm, file, unknown[i], &rank, extent));
    PetscCall(PetscPrintf(comm, "unknown    %s at", unknown[i]));
    for (PetscInt a = 0; a < rank; a++)
      PetscCall(PetscPrintf(comm, "%s %" PetscInt64_FMT, a ? " x" : "", extent[a]));
    PetscCall(PetscPrintf(comm, " points\n"));
  }
  PetscCall(TessWordsDestroy(n, &unknown));
  PetscCallMPI(MPI_Comm_rank(comm, &me));
  if (!me)
    PrintRecord(file);
  PetscCall(PetscPrintf(comm, "options\n%s\n", line));
  PetscCall(PetscFree(line));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A file that holds a run and no checkpoint; what is damaged, or named as a checkpoint, is not opened. */
static PetscErrorCode IsResult(MPI_Comm comm, const char file[], PetscBool *result)
{
  char        message[1024];
  PetscMPIInt rank;
  PetscBool   sealed, has = PETSC_FALSE;
  int         there;

  PetscFunctionBegin;
  *result = PETSC_FALSE;
  PetscCall(TessFileCheckSeal(comm, file, &sealed, message, sizeof(message)));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  there = !rank && !access(file, R_OK);
  PetscCallMPI(MPI_Bcast(&there, 1, MPI_INT, 0, comm));
  if (sealed || !there || strstr(file, ".chk."))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessFileHas(comm, file, "checkpoint", &has));
  if (!has)
    PetscCall(TessFileHas(comm, file, "options", result));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppInfo(const AppArguments *args, int *exit_code)
{
  AppRun         run = {.comm = PETSC_COMM_WORLD, .input = args->file};
  TessProblem    problem;
  Vec            theta, r;
  Mat            J;
  PetscLogDouble t[3];
  PetscBool      linear, affine, result;

  PetscFunctionBegin;
  if (strstr(args->file, ".h5")) {
    PetscCall(AppStrictUnread());
    PetscCall(IsResult(run.comm, args->file, &result));
    PetscCall(result ? InfoResult(run.comm, args->file) : AppInfoCheckpoint(args->file));
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
