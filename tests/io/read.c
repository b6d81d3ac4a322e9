/* A mistake in reading is USER_INPUT, one line with file and reason: missing, foreign, cut short, damaged, no
 * dataset, wrong extents, no numbers. */
#include "scratch.h"

static const PetscInt64 none[2] = {0, 0}, big[2] = {2, 4}, three[3] = {1, 1, 1};

static PetscErrorCode Make(void)
{
  const PetscInt64 extent[] = {2, 3};
  const PetscReal  m[]      = {1, 2, 3, 4, 5, 6};
  TessFile         f;
  PetscBool        ok;
  char             text[256];

  PetscFunctionBegin;
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, "good.h5", &f));
  PetscCall(TessFileWriteArray(f, "fields/u", 2, extent, m));
  PetscCall(TessFileWriteArray(f, "v", 2, extent, m));
  PetscCall(TessFileWriteText(f, "note", "text"));
  PetscCall(TessFileClose(&f, &ok, text, sizeof(text)));
  CHECK("the good file is made", ok);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first `keep` bytes of the good file, noise in bytes noise..noise+n. */
static void Spoil(const char name[], size_t keep, size_t noise, size_t n)
{
  FILE        *in = fopen("good.h5", "rb"), *out = fopen(name, "wb");
  unsigned int seed = 7;

  for (size_t i = 0; i < keep && in && out; i++) {
    const int c = fgetc(in);

    if (c == EOF)
      break;
    fputc(i >= noise && i < noise + n ? rand_r(&seed) & 255 : c, out);
  }
  if (in)
    fclose(in);
  if (out)
    fclose(out);
}

static PetscErrorCode Block(const char file[], const char dataset[], PetscInt rank, const PetscInt64 count[])
{
  PetscReal        data[64];
  const PetscInt64 start[3] = {0, 0, 0};

  PetscFunctionBegin;
  PetscCall(TessFileReadBlock(PETSC_COMM_WORLD, file, dataset, rank, start, count, data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Paths(void)
{
  char *found;

  PetscFunctionBegin;
  PetscCall(TessPathFind(PETSC_COMM_WORLD, "good.h5", "inputs/a/input.yaml", "-data_file", &found));
  CHECK("the working directory comes first", !strcmp(found, "good.h5"));
  PetscCall(PetscFree(found));
  PetscCall(TessPathFind(PETSC_COMM_WORLD, "beside.h5", "folder/input.yaml", "-data_file", &found));
  CHECK("then the place of the input", !strcmp(found, "folder/beside.h5"));
  PetscCall(PetscFree(found));
  CHECK_INPUT("no such file: the option",
              TessPathFind(PETSC_COMM_WORLD, "no.h5", "folder/input.yaml", "-data_file", &found),
              "-data_file", "no.h5");
  CHECK_INPUT("no such file: the places",
              TessPathFind(PETSC_COMM_WORLD, "no.h5", "folder/input.yaml", "-data_file", &found), scratch,
              "folder");
  CHECK_INPUT("no input to stand beside", TessPathFind(PETSC_COMM_WORLD, "no.h5", NULL, "-data_file", &found),
              "-data_file", "no.h5");
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscMPIInt rank;
  PetscBool   has;
  char       *text;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(ScratchBegin());
  PetscCall(Make());
  if (!rank) {
    Spoil("cut.h5", 1500, 0, 0);
    Spoil("noise.h5", 100000, 0, 100000);
    Spoil("empty.h5", 0, 0, 0);
    Spoil("tree.h5", 100000, 96, 700);
    if (mkdir("folder", 0777))
      CHECK("the test can make a folder", 0);
    Spoil("folder/beside.h5", 100000, 0, 0);
  }
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  CHECK_INPUT("missing file", Block("missing.h5", "v", 2, none), "missing.h5", "no such file");
  CHECK_INPUT("a folder", Block("folder", "v", 2, none), "folder", "is a folder");
  CHECK_INPUT("random bytes", Block("noise.h5", "v", 2, none), "noise.h5", "not an HDF5 file");
  CHECK_INPUT("an empty file", Block("empty.h5", "v", 2, none), "empty.h5", "empty");
  CHECK_INPUT("a truncated file", Block("cut.h5", "v", 2, none), "cut.h5", "cut short");
  CHECK_INPUT("noise in the headers", Block("tree.h5", "v", 2, none), "tree.h5", "");
  CHECK_INPUT("missing dataset", Block("good.h5", "w", 2, none), "good.h5 has no dataset w",
              "fields/u, note, v");
  CHECK_INPUT("missing group", Block("good.h5", "no/w", 2, none), "good.h5 has no dataset no/w",
              "fields/u, note, v");
  CHECK_INPUT("a group", Block("good.h5", "fields", 2, none), "good.h5 has no dataset fields",
              "fields/u, note, v");
  CHECK_INPUT("wrong extents", Block("good.h5", "v", 2, big), "good.h5", "extent 3");
  CHECK_INPUT("wrong extents on one rank", Block("good.h5", "v", 2, rank ? none : big), "good.h5",
              "extent 3");
  CHECK_INPUT("wrong number of extents", Block("good.h5", "v", 3, three), "good.h5", "2 extents");
  CHECK_INPUT("a text for numbers", Block("good.h5", "note", 0, NULL), "good.h5", "numbers");
  CHECK_INPUT("numbers for a text", TessFileReadText(PETSC_COMM_WORLD, "good.h5", "v", &text), "good.h5",
              "text");
  CHECK_INPUT("missing text", TessFileReadText(PETSC_COMM_WORLD, "good.h5", "w", &text), "good.h5",
              "no dataset w");
  CHECK_INPUT("missing file, asked what it has", TessFileHas(PETSC_COMM_WORLD, "missing.h5", "v", &has),
              "missing.h5", "no such file");
  PetscCall(Paths());
  PetscCall(ScratchEnd());
  return TessTestEnd();
}
