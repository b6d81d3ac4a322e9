/* Writing that fails ends in one line, leaves nothing behind and the older file as it was: no folder, a
 * read-only place, a dataset twice. */
#include "scratch.h"

/* Writes a file with one small array. */
static PetscErrorCode Write(const char name[], PetscReal value, PetscInt times, PetscBool *ok, char text[],
                            size_t len)
{
  TessFile f;

  PetscFunctionBegin;
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &f));
  for (PetscInt i = 0; i < times; i++)
    PetscCall(TessFileWriteArray(f, "v", 0, NULL, &value));
  PetscCall(TessFileWriteText(f, "text", "after"));
  PetscCall(TessFileClose(&f, ok, text, len));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The json object says its name. */
static PetscErrorCode Json(const char name[])
{
  TessJson j;

  PetscFunctionBegin;
  PetscCall(TessJsonCreate(&j));
  PetscCall(TessJsonText(j, "name", name));
  message[0] = 0;
  CHECK_INPUT("JSON that cannot be written", TessJsonWrite(j, PETSC_COMM_WORLD, name), name, "cannot write");
  PetscCall(TessJsonDestroy(&j));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscReal  x[] = {0, 1}, *axis[] = {x};
  const PetscInt64 two = 2, zero = 0;
  PetscBool        ok;
  PetscReal        value;
  PetscMPIInt      rank;
  char             text[512];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(ScratchBegin());
  PetscCall(Write("nowhere/a.h5", 1, 1, &ok, text, sizeof(text)));
  CHECK("a folder that is not there is named",
        !ok && strstr(text, "nowhere/a.h5") && strstr(text, "no folder nowhere"));
  PetscCall(Write("/proc/a.h5", 1, 1, &ok, text, sizeof(text)));
  CHECK("a place that takes no file", !ok && strstr(text, "/proc/a.h5"));
  PetscCall(Write("a.h5", 1, 1, &ok, NULL, 0));
  CHECK("this can be written", ok);
  PetscCall(Write("a.h5", 2, 2, &ok, text, sizeof(text)));
  CHECK("a dataset cannot be made twice", !ok && strstr(text, "a.h5") && !strchr(text, '\n'));
  CHECK("no temporary file is left", access("a.h5.tmp", F_OK));
  PetscCall(TessFileReadBlock(PETSC_COMM_WORLD, "a.h5", "v", 0, NULL, NULL, &value));
  CHECK("the older file is as it was", value == 1);
  if (!rank && mkdir("folder.h5", 0777))
    CHECK("the test can make a folder", 0);
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  PetscCall(Write("folder.h5", 1, 1, &ok, text, sizeof(text)));
  CHECK("a folder of the name", !ok && strstr(text, "folder"));
  PetscCall(Json("nowhere/a.json"));
  PetscCall(Json("/proc/a.json"));
  CHECK_INPUT("a VTU in no folder",
              TessVtuWrite(PETSC_COMM_WORLD, "nowhere/a.vtu", 1, &two, axis, rank ? 0 : 1, &zero, &two, 0,
                           NULL, NULL),
              "nowhere/a.vtu", "no folder");
  PetscCall(ScratchEnd());
  return TessTestEnd();
}
