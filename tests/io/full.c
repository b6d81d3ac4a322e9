/* A full disk ends in one line, leaves nothing behind and the older file as it was (on a 1 MB tmpfs; skipped
 * where it cannot be mounted). */
#include <sys/mount.h>
#include "scratch.h"

/* n values in all, an even slab a rank. */
static PetscErrorCode Write(const char name[], PetscInt64 n, PetscBool *ok, char text[], size_t len)
{
  TessFile    f;
  PetscMPIInt rank, size;
  PetscInt64  start, count;
  PetscReal  *data;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  start = n * rank / size;
  count = n * (rank + 1) / size - start;
  PetscCall(PetscMalloc1(count, &data));
  for (PetscInt64 i = 0; i < count; i++)
    data[i] = (double)(start + i);
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &f));
  PetscCall(TessFileWriteBlocks(f, "u", 1, &n, 1, &start, &count, data));
  PetscCall(TessFileWriteText(f, "after", "that"));
  PetscCall(TessFileClose(&f, ok, text, len));
  PetscCall(PetscFree(data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A grid of n vertices on rank 0. */
static PetscErrorCode Vtu(const char name[], PetscInt64 n)
{
  const PetscInt64 zero = 0;
  PetscMPIInt      rank;
  PetscReal       *x;
  const PetscReal *axis[1];
  PetscErrorCode   code;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscMalloc1(n, &x));
  for (PetscInt64 i = 0; i < n; i++)
    x[i] = (double)i;
  axis[0] = x;
  code    = TessVtuWrite(PETSC_COMM_WORLD, name, 1, &n, axis, rank ? 0 : 1, &zero, &n, 0, NULL, NULL);
  if (code)
    CHECK_INPUT("again the same",
                TessVtuWrite(PETSC_COMM_WORLD, name, 1, &n, axis, rank ? 0 : 1, &zero, &n, 0, NULL, NULL),
                name, "cannot write");
  PetscCall(PetscFree(x));
  PetscFunctionReturn(code);
}

/* JSON of n characters. */
static PetscErrorCode Json(const char name[], size_t n)
{
  TessJson       j;
  char          *text;
  PetscErrorCode code;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n + 1, &text));
  memset(text, 'a', n);
  text[n] = 0;
  PetscCall(TessJsonCreate(&j));
  PetscCall(TessJsonText(j, "long", text));
  code = TessJsonWrite(j, PETSC_COMM_WORLD, name);
  PetscCall(TessJsonDestroy(&j));
  PetscCall(PetscFree(text));
  PetscFunctionReturn(code);
}

static PetscErrorCode Claims(void)
{
  const PetscInt64 n[] = {129000, 129200, 129400, 131072, 200000, 900000};
  PetscBool        ok;
  char             text[512];
  PetscInt         rank;
  PetscInt64       extent[8];
  PetscMPIInt      me;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &me));
  PetscCall(Write("disk/a.h5", 1000, &ok, text, sizeof(text)));
  CHECK("a small file fits", ok);
  for (int i = 0; i < 6;
       i++) { /* the first are so near the size of the disk that headers are what fails, if anything */
    PetscCall(Write("disk/a.h5", n[i], &ok, text, sizeof(text)));
    if (!ok)
      CHECK("the reason is told", strstr(text, "disk/a.h5") && strstr(text, "disk full"));
    if (i > 2)
      CHECK("this is more than the disk has", !ok);
    CHECK("no temporary file is left", access("disk/a.h5.tmp", F_OK));
    PetscCall(TessFileReadExtent(PETSC_COMM_WORLD, "disk/a.h5", "u", &rank, extent));
    CHECK("the older file is as it was", rank == 1 && extent[0] == (ok ? n[i] : 1000));
    if (!ok)
      continue;
    if (!me && unlink("disk/a.h5"))
      CHECK("the test can make room", 0);
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(Write("disk/a.h5", 1000, &ok, text, sizeof(text)));
    CHECK("a small file fits", ok);
  }
  PetscCall(PetscPushErrorHandler(Keep, NULL));
  CHECK("a VTU does not fit", Vtu("disk/a.vtu", 100000) == PETSC_ERR_USER_INPUT);
  CHECK("a JSON does not fit",
        Json("disk/a.json", 2000000) == PETSC_ERR_USER_INPUT && strstr(message, "disk/a.json"));
  PetscCall(PetscPopErrorHandler());
  CHECK("no temporary file is left", access("disk/a.vtu.tmp", F_OK) && access("disk/a.json.tmp", F_OK));
  CHECK("no file of that name was made", access("disk/a.vtu", F_OK) && access("disk/a.json", F_OK));
  PetscCall(Write("disk/b.h5", 100000, &ok, text, sizeof(text)));
  CHECK("all of the disk is free again", ok);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscMPIInt rank;
  int         skip = 0;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(ScratchBegin());
  if (!rank)
    skip = mkdir("disk", 0777) || mount("tmpfs", "disk", "tmpfs", 0, "size=1m");
  PetscCallMPI(MPI_Bcast(&skip, 1, MPI_INT, 0, PETSC_COMM_WORLD));
  if (!skip) {
    PetscCall(Claims());
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    if (!rank && umount2("disk", MNT_DETACH))
      CHECK("the disk goes away", 0);
  }
  PetscCall(ScratchEnd());
  if (skip) {
    PetscCall(PetscFinalize());
    return 77;
  }
  return TessTestEnd();
}
