/* tessera - solves, learns and couples partial differential equations with domain-decomposed neural experts
 * on PETSc meshes. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app.h"

static const AppVerb verbs[] = {
    {"solve", "solve INPUT.yaml",
     "solves what the input says, writes fields and the run record (or --restart RUN.chk.h5)", PETSC_TRUE,
     PETSC_FALSE, AppSolve},
    {"info", "info INPUT.yaml",
     "prints what would be solved: equations, patches, points, memory, cost; or what a checkpoint or result "
     "holds",
     PETSC_TRUE, PETSC_FALSE, AppInfo},
    {"eval", "eval RUN.h5 -points P.h5", "evaluates a run at points, with -derivatives u_x,...", PETSC_FALSE,
     PETSC_FALSE, AppEval},
    {"plot", "plot RUN.h5", "draws fields, errors and convergence as PNG files beside the run", PETSC_FALSE,
     PETSC_FALSE, AppPlotRun},
    {"compare", "compare A.json B.json ...", "a table of several runs, and their convergence in one picture",
     PETSC_FALSE, PETSC_TRUE, AppCompare},
    {"bench", "bench kernel", "measures the kernels beside this processor's matrix product", PETSC_FALSE,
     PETSC_FALSE, AppBench},
};
#define NVERBS ((PetscInt)PETSC_STATIC_ARRAY_LENGTH(verbs))

static const char usage[] =
    "usage: tessera VERB FILE [-option value ...], alone or as mpirun -n RANKS tessera ...\n\n";

static void PrintUsage(void)
{
  fputs(usage, stdout);
  for (PetscInt i = 0; i < NVERBS; i++)
    printf("  tessera %-25s %s\n", verbs[i].usage, verbs[i].text);
  printf("  tessera %-25s %s\n", "-help", "lists the keys of an input and all options");
  printf("  tessera %-25s %s\n", "-version", "versions of tessera, PETSc and MPI");
}

static void PrintHelp(void)
{
  PrintUsage();
  printf("\nKeys of an input; each is an option too (unknowns: u is -unknowns u; inside: {weight: 2} is "
         "-inside_weight 2):\n\n");
  for (const AppKey *k = AppSchema; k->key; k++)
    printf(k->usual ? "  -%s : %s (default %s)\n" : "  -%s : %s\n", k->key, k->text, k->usual);
}

static void PrintVersion(void)
{
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING];
  int  len;

  MPI_Get_library_version(mpi, &len);
  mpi[strcspn(mpi, ",\n")] = 0;
  printf("tessera %s (PETSc %d.%d.%d, %s)\n", TESS_VERSION, PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR,
         PETSC_VERSION_SUBMINOR, mpi);
}

/* A checkpoint instead of an input: of solve in an option, of info as the file. */
static PetscBool IsCheckpoint(const AppArguments *args)
{
  const char *end = args->file ? strrchr(args->file, '.') : NULL;

  if (!args->verb || strcmp(args->verb, "info"))
    return (PetscBool)(args->verb && !strcmp(args->verb, "solve") && !args->file && args->restart &&
                       strcmp(args->restart, "auto") && strcmp(args->restart, "none"));
  return (PetscBool)(end && !strcmp(end, ".h5"));
}

/* NULL, or what is wrong with the command line; free it. */
static char *CheckArguments(const AppArguments *args, const AppVerb **verb)
{
  const char *list[NVERBS], *nearest = NULL;
  char       *text = NULL, *names = NULL;
  int         n = 0;

  for (PetscInt i = 0; i < NVERBS; i++) {
    list[i] = verbs[i].name;
    if (!strcmp(args->verb, list[i]))
      *verb = &verbs[i];
  }
  if (!*verb) {
    if (TessNearest(args->verb, NVERBS, list, &nearest) || TessJoin(NVERBS, list, &names))
      return NULL;
    n = asprintf(&text, "\"%s\" is no verb: one of %s is wanted%s%s%s", args->verb, names,
                 nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    (void)PetscFree(names);
  } else if (args->stray && !(*verb)->many)
    n = asprintf(&text, "the argument \"%s\" is neither an option nor the value of one: tessera %s",
                 args->stray, (*verb)->usage);
  else if (IsCheckpoint(args))
    return NULL;
  else if (!args->file && args->swallowed)
    n = asprintf(
        &text,
        "\"%s\" stands where the value of an option stands; the file comes first: tessera %s -option value",
        args->swallowed, (*verb)->usage);
  else if (!args->file)
    n = asprintf(&text, "a file or name is missing: tessera %s", (*verb)->usage);
  else if (args->unreadable)
    n = asprintf(&text, "-options_file %s: no file that can be read", args->unreadable);
  else if (args->file && (*verb)->input && !strstr(args->file, ".yaml") && !strstr(args->file, ".yml"))
    n = asprintf(&text, "the input \"%s\" is not named .yaml or .yml", args->file);
  return n < 0 ? NULL : text;
}

static PetscBool ReadsInput(const char verb[])
{
  for (PetscInt i = 0; i < NVERBS; i++)
    if (!strcmp(verb, verbs[i].name))
      return verbs[i].input;
  return PETSC_FALSE;
}

/* What needs no PETSc: answers, or finds the verb and looks at the text of its input.  Serial, on rank 0:
 * true if the program goes on. */
static PetscBool Open(const AppArguments *args, const AppVerb **verb, int *exit_code)
{
  char *mistake = NULL;

  *exit_code = 0;
  if (args->version)
    PrintVersion();
  else if (args->help && (!args->file || !ReadsInput(args->verb)))
    PrintHelp();
  else if (!args->verb)
    PrintUsage();
  else {
    mistake = CheckArguments(args, verb);
    if (!mistake && (*verb)->input && args->file)
      mistake = IsCheckpoint(args) ? NULL : AppStructureCheck(args->file);
    if (!mistake)
      return PETSC_TRUE;
    AppErrorsPrint(mistake);
    free(mistake);
    *exit_code = 1;
  }
  return PETSC_FALSE;
}

/* PETSc reads, each over the one before: the input, petscrc files, PETSC_OPTIONS, the command line. */
static int Run(AppArguments *args, const AppVerb *verb)
{
  AppErrors      errors = {.code = PETSC_SUCCESS};
  PetscErrorCode ierr;
  int            exit_code = 0;

  if (!AppBlasBegin())
    MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Comm_dup(MPI_COMM_WORLD, &errors.comm);
  if (PetscInitialize(&args->argc, &args->argv, verb->input && !IsCheckpoint(args) ? args->file : NULL,
                      usage))
    MPI_Abort(MPI_COMM_WORLD, 1);
  AppSignalsCatch((PetscBool)(verb->run == AppSolve));
  (void)signal(SIGPIPE, SIG_IGN); /* a pager that is left does not end the run */
  if (args->help)
    (void)PetscOptionsSetValue(NULL, "-help", NULL);
  (void)PetscPushErrorHandler(AppErrorsHandle, &errors);
  ierr      = verb->run(args, &exit_code);
  exit_code = AppErrorsAgree(&errors, ierr, exit_code);
  (void)PetscPopErrorHandler();
  if (PetscFinalize())
    exit_code = 1;
  MPI_Comm_free(&errors.comm);
  return exit_code;
}

int main(int argc, char **argv)
{
  const AppVerb *verb = NULL;
  AppArguments   args;
  int            rank, provided, state[3] = {0}; /* go on, exit code, verb */

  AppSignalsCatch(PETSC_FALSE); /* what is asked during the set-up is kept */
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  AppArgumentsSplit(argc, argv, &args);
  if (!rank) {
    state[0] = Open(&args, &verb, &state[1]);
    state[2] = verb ? (int)(verb - verbs) : 0;
  }
  if (MPI_Bcast(state, 3, MPI_INT, 0, MPI_COMM_WORLD))
    MPI_Abort(MPI_COMM_WORLD, 1);
  if (state[0])
    state[1] = Run(&args, &verbs[state[2]]);
  MPI_Finalize();
  free(args.files);
  return state[1];
}
