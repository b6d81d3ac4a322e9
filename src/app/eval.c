/* eval.c - the verb eval: a trained run at the points of a file, with derivatives. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "run.h"

/* The lines "-name value" that a run has kept, where the user sets nothing else. */
PetscErrorCode AppOptionsRestore(const char lines[])
{
  char *copy, *line, *rest;

  PetscFunctionBegin;
  PetscCall(PetscStrallocpy(lines, &copy));
  for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char     *value = strchr(line, ' ');
    PetscBool has;

    if (value)
      *value++ = 0;
    PetscCall(PetscOptionsHasName(NULL, NULL, line, &has));
    if (!has && !AppStrictIsLate(line + 1)) {
      PetscCall(PetscOptionsSetValue(NULL, line, value));
      PetscCall(PetscOptionsHasName(NULL, NULL, line, &has)); /* marks it as used: solve has judged it */
    }
  }
  PetscCall(PetscFree(copy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The file of an option as a path that can be opened: as given, beside the input of the run or beside the
 * run; one that is not there, or not wanted, is taken away. */
static PetscErrorCode FindFile(MPI_Comm comm, const char run[], const char name[], PetscBool wanted)
{
  char       *given, *input = NULL, path[3][PETSC_MAX_PATH_LEN], option[PETSC_MAX_OPTION_NAME];
  PetscMPIInt rank, found   = -1;
  PetscBool   has;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(option, sizeof(option), "-%s", name));
  PetscCall(TessOptionsText(NULL, "", name, &given));
  if (!given)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessFileHas(comm, run, "input", &has));
  if (has)
    PetscCall(TessFileReadText(comm, run, "input", &input));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  for (int i = 0; i < 3; i++) {
    const char *beside = i == 1 ? input : i == 2 ? run : NULL, *end = beside ? strrchr(beside, '/') : NULL;

    PetscCall(PetscSNPrintf(path[i], sizeof(path[i]), "%.*s%s", end ? (int)(end + 1 - beside) : 0,
                            end ? beside : "", given));
    if (found < 0 && !rank && !access(path[i], R_OK))
      found = i;
  }
  PetscCallMPI(MPI_Bcast(&found, 1, MPI_INT, 0, comm));
  if (wanted && found < 0 && !rank)
    fprintf(stderr, "tessera: warning: %s %s is not found\n", option, given);
  if (wanted && found >= 0)
    PetscCall(PetscOptionsSetValue(NULL, option, path[found]));
  else
    PetscCall(PetscOptionsClearValue(NULL, option));
  PetscCall(PetscFree(given));
  PetscCall(PetscFree(input));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppLoad(MPI_Comm comm, const char file[], PetscBool reference, TessMarch *march)
{
  char *lines;

  PetscFunctionBegin;
  PetscCall(TessFileReadText(comm, file, "options", &lines));
  PetscCall(AppOptionsRestore(lines));
  PetscCall(PetscFree(lines));
  PetscCall(FindFile(comm, file, "reference_file", reference));
  PetscCall(FindFile(comm, file, "domain_mesh", PETSC_TRUE));
  PetscCall(TessMarchCreate(comm, march));
  PetscCall(TessMarchSetFromOptions(*march));
  PetscCall(TessMarchLoad(*march, file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The unknowns, then -derivatives u_x,u_xx,... as one pde. */
static PetscErrorCode Names(const TessSystem *sys, PetscInt *n, char ***name, TessPde *pde)
{
  PetscInt nword;
  char   **word;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, "", "derivatives", &nword, &word));
  PetscCall(PetscMalloc1(sys->nunknown + nword, name));
  PetscCall(TessSystemCreatePde(sys, pde));
  for (*n = 0; *n < sys->nunknown + nword; (*n)++) {
    PetscCall(
        PetscStrallocpy(*n < sys->nunknown ? sys->unknown[*n] : word[*n - sys->nunknown], &(*name)[*n]));
    PetscCall(TessPdeAddEquation(*pde, "-derivatives", (*name)[*n]));
  }
  PetscCall(TessPdeSetUp(*pde));
  PetscCall(TessWordsDestroy(nword, &word));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Scattered points with their values; each rank writes its own. */
static PetscErrorCode Write(MPI_Comm comm, const char out[], const TessSystem *sys, PetscInt n,
                            const PetscReal x[], PetscInt nname, char **name, const PetscReal value[],
                            PetscBool quiet)
{
  TessFile   file;
  PetscInt64 count = n, start, total = n;
  PetscBool  ok;
  char       message[512];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Scan(&count, &start, 1, MPIU_INT64, MPI_SUM, comm));
  start -= count;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &total, 1, MPIU_INT64, MPI_SUM, comm));
  PetscCall(TessFileCreate(comm, out, &file));
  for (PetscInt a = 0; a < sys->axes; a++)
    PetscCall(
        TessFileWriteBlocks(file, sys->axis[a], 1, &total, n ? 1 : 0, &start, &count, x + (size_t)a * n));
  for (PetscInt i = 0; i < nname; i++)
    PetscCall(
        TessFileWriteBlocks(file, name[i], 1, &total, n ? 1 : 0, &start, &count, value + (size_t)i * n));
  PetscCall(TessFileClose(&file, &ok, message, sizeof(message)));
  TessCheckInput(ok, comm, "%s; see -output_file", message);
  if (!quiet)
    PetscCall(PetscPrintf(comm, "%" PetscInt64_FMT " points, %" PetscInt_FMT " columns in %s\n", total, nname,
                          out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppEval(const AppArguments *args, int *exit_code)
{
  const MPI_Comm    comm = PETSC_COMM_WORLD;
  const TessSystem *sys;
  AppProgress       progress;
  TessMarch         march;
  TessProblem       problem;
  TessPde           pde;
  PetscInt          n, nname = 0;
  PetscReal        *x, *none, *value;
  char            **name, *points, *out, *found;

  PetscFunctionBegin;
  PetscCall(AppProgressBegin(&progress));
  PetscCall(TessOptionsText(NULL, "", "points", &points));
  TessCheckInput(points, comm,
                 "-points is not set: the HDF5 file of the points is wanted (one array for each axis, or "
                 "`points` [n][d])");
  PetscCall(TessPathFind(comm, points, args->file, "-points", &found));
  PetscCall(TessOptionsText(NULL, "", "output_file", &out));
  if (!out)
    PetscCall(PetscStrallocpy("eval.h5", &out));
  PetscCall(AppLoad(comm, args->file, PETSC_FALSE, &march));
  PetscCall(TessMarchGetSlab(march, 0, &problem, NULL));
  PetscCall(TessProblemGetSystem(problem, &sys));
  PetscCall(Names(sys, &nname, &name, &pde));
  PetscCall(AppStrictUnread());
  PetscCall(TessTableRead(comm, found, sys->axes, (const char *const *)sys->axis, 0, NULL, &n, &x, &none));
  PetscCall(PetscMalloc1((size_t)nname * n, &value));
  PetscCall(TessMarchSample(march, pde, n, x, value));
  PetscCall(Write(comm, out, sys, n, x, nname, name, value, progress.quiet));
  PetscCall(TessPdeDestroy(&pde));
  PetscCall(TessWordsDestroy(nname, &name));
  PetscCall(TessMarchDestroy(&march));
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(none));
  PetscCall(PetscFree(value));
  PetscCall(PetscFree(points));
  PetscCall(PetscFree(found));
  PetscCall(PetscFree(out));
  *exit_code = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
