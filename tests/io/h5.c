/* Load(Write(x)) = x: arrays in blocks of odd shapes, some shared and some ranks without any; small arrays,
 * texts, attributes. */
#include "scratch.h"

static PetscReal Value(PetscInt64 t, PetscInt64 y, PetscInt64 x)
{
  return 1e6 * (double)t + 1e3 * (double)y + (double)x + 1. / 3;
}

static void Fill(const PetscInt64 s[3], const PetscInt64 c[3], PetscReal data[])
{
  for (PetscInt64 k = 0; k < c[0]; k++)
    for (PetscInt64 j = 0; j < c[1]; j++)
      for (PetscInt64 i = 0; i < c[2]; i++)
        *data++ = Value(s[0] + k, s[1] + j, s[2] + i);
}

#define BLOCKS 64 /* of a rank, at most */
/* Blocks of 2 x 3 x 4 points and what is left at the ends, dealt to ranks in turn (none to the last of
   three), each one layer wider than its share where it can be: points of neighbours stand in both. */
static PetscErrorCode Deal(const PetscInt64 extent[3], PetscInt64 layer, PetscInt *nblocks,
                           PetscInt64 start[], PetscInt64 count[], PetscInt64 *length, PetscReal data[])
{
  const PetscInt64 size[3] = {2, 3, 4};
  PetscMPIInt      rank, nrank;
  PetscInt         nblock = 0, number = 0;
  PetscInt64       n = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &nrank));
  for (PetscInt64 i = 0; i < extent[2]; i += size[2]) /* the fastest outermost: not the order of the file */
    for (PetscInt64 k = 0; k < extent[0]; k += size[0])
      for (PetscInt64 j = 0; j < extent[1]; j += size[1]) {
        const PetscInt64 s[3] = {k, j, i};

        if (number++ % PetscMin(nrank, 2) != rank)
          continue;
        for (int a = 0; a < 3; a++) {
          start[3 * nblock + a] = s[a];
          count[3 * nblock + a] = PetscMin(size[a] + layer, extent[a] - s[a]);
        }
        Fill(start + 3 * nblock, count + 3 * nblock, data + n);
        n += count[3 * nblock] * count[3 * nblock + 1] * count[3 * nblock + 2];
        nblock++;
      }
  *nblocks = nblock;
  *length  = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteBlocks(TessFile f, const char name[], const PetscInt64 extent[3], PetscInt64 layer)
{
  PetscInt   nblock;
  PetscInt64 start[3 * BLOCKS], count[3 * BLOCKS], n;
  PetscReal *data;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(60 * BLOCKS, &data));
  PetscCall(Deal(extent, layer, &nblock, start, count, &n, data));
  PetscCall(TessFileWriteBlocks(f, name, 3, extent, nblock, start, count, data));
  PetscCall(PetscFree(data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadBlocks(const char name[], const PetscInt64 extent[3])
{
  PetscInt   nblock, bad = 0;
  PetscInt64 start[3 * BLOCKS], count[3 * BLOCKS], n;
  PetscReal *data, *want;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(60 * BLOCKS, &data, 60 * BLOCKS, &want));
  PetscCall(Deal(extent, 0, &nblock, start, count, &n, want));
  PetscCall(TessFileReadBlocks(PETSC_COMM_WORLD, "a.h5", name, 3, nblock, start, count, data));
  for (PetscInt64 i = 0; i < n; i++)
    bad += data[i] != want[i];
  CHECK("block after block as they were written", !bad);
  PetscCall(PetscFree2(data, want));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Each rank reads its own slab along y, the last one of three nothing. */
static PetscErrorCode ReadBack(const char name[], const PetscInt64 extent[3])
{
  PetscMPIInt rank, nrank;
  PetscInt    dims, bad = 0;
  PetscInt64  start[3] = {1, 0, 2}, count[3] = {extent[0] - 1, 0, extent[2] - 2}, got[8];
  PetscReal   data[512], want[512];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &nrank));
  nrank    = PetscMin(nrank, 2);
  start[1] = rank < nrank ? extent[1] * rank / nrank : 0;
  count[1] = rank < nrank ? extent[1] * (rank + 1) / nrank - start[1] : 0;
  PetscCall(TessFileReadExtent(PETSC_COMM_WORLD, "a.h5", name, &dims, got));
  CHECK("extents come back", dims == 3 && got[0] == extent[0] && got[1] == extent[1] && got[2] == extent[2]);
  PetscCall(TessFileReadBlock(PETSC_COMM_WORLD, "a.h5", name, 3, start, count, data));
  Fill(start, count, want);
  for (PetscInt64 i = 0; i < count[0] * count[1] * count[2]; i++)
    bad += data[i] != want[i];
  CHECK("values come back", !bad);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Small(void)
{
  const PetscInt64 zero[] = {0, 0}, all[] = {2, 3};
  PetscReal        data[6];
  char            *text;
  PetscBool        has;

  PetscFunctionBegin;
  PetscCall(TessFileReadBlock(PETSC_COMM_WORLD, "a.h5", "small/m", 2, zero, all, data));
  CHECK("a small array comes back", data[0] == 1 && data[5] == 6);
  PetscCall(TessFileReadBlock(PETSC_COMM_WORLD, "a.h5", "small/one", 0, NULL, NULL, data));
  CHECK("a number comes back", data[0] == 42.5);
  PetscCall(TessFileReadText(PETSC_COMM_WORLD, "a.h5", "small/input", &text));
  CHECK("a text comes back", !strcmp(text, "title: \xc3\xa9t\xc3\xa9\nunknowns: u\n"));
  PetscCall(PetscFree(text));
  PetscCall(TessFileReadText(PETSC_COMM_WORLD, "a.h5", "small/empty", &text));
  CHECK("an empty text comes back", !text[0]);
  PetscCall(PetscFree(text));
  PetscCall(TessFileHas(PETSC_COMM_WORLD, "a.h5", "deep/er/u", &has));
  CHECK("a dataset in groups is there", has);
  PetscCall(TessFileHas(PETSC_COMM_WORLD, "a.h5", "deep/er", &has));
  CHECK("a group is no dataset", !has);
  PetscCall(TessFileHas(PETSC_COMM_WORLD, "a.h5", "no/er/u", &has));
  CHECK("what is in no group is not there", !has);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt64 odd[] = {5, 7, 9}, plain[] = {2, 3}, none[] = {0, 4, 4};
  const PetscReal  m[] = {1, 2, 3, 4, 5, 6}, one = 42.5;
  TessFile         f;
  PetscBool        ok;
  char             text[256];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(ScratchBegin());
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, "a.h5", &f));
  PetscCall(WriteBlocks(f, "u", odd, 0));
  PetscCall(WriteBlocks(f, "deep/er/u", odd, 1));
  PetscCall(TessFileWriteBlocks(f, "deep/none", 3, none, 0, NULL, NULL, NULL));
  PetscCall(TessFileWriteArray(f, "small/m", 2, plain, m));
  PetscCall(TessFileWriteArray(f, "small/one", 0, NULL, &one));
  PetscCall(TessFileWriteText(f, "small/input", "title: \xc3\xa9t\xc3\xa9\nunknowns: u\n"));
  PetscCall(TessFileWriteText(f, "small/empty", ""));
  PetscCall(TessFileWriteAttribute(f, "/", "version", "0.1"));
  PetscCall(TessFileWriteAttribute(f, "u", "unit", "m/s"));
  PetscCall(TessFileWriteAttribute(f, "made/here", "note", ""));
  PetscCall(TessFileClose(&f, &ok, text, sizeof(text)));
  if (!ok)
    fprintf(stderr, "%s\n", text);
  CHECK("the file is written, without a message", ok && !text[0] && !f);
  PetscCall(ReadBack("u", odd));
  PetscCall(ReadBack("deep/er/u", odd));
  PetscCall(ReadBlocks("u", odd));
  PetscCall(Small());
  CHECK("no temporary file is left", access("a.h5.tmp", F_OK));
  PetscCall(ScratchEnd());
  return TessTestEnd();
}
