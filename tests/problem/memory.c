/* What a problem needs is estimated from its rows: data of a file count as many as the file holds, and an
   integral counts one row, however many points it sums. */
#include "../catalogue/catalogue.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "parts_x 4",
                                      "inside_type interior",
                                      "inside_equation u_xx = 1",
                                      "inside_points 300",
                                      "total_type integral",
                                      "total_equation u - 1",
                                      "points_type data",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 20",
                                      NULL};

static PetscErrorCode MakeFile(const char name[], PetscInt64 n)
{
  PetscReal *x;
  PetscBool  ok;
  TessFile   file;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &x));
  for (PetscInt64 i = 0; i < n; i++)
    x[i] = (i + 0.5) / n;
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessFileWriteArray(file, "x", 1, &n, x));
  PetscCall(TessFileWriteArray(file, "u", 1, &n, x));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The estimate, and the rows it is made from. */
static PetscErrorCode Estimate(const char prefix[], const char *const more[], PetscReal *bytes,
                               PetscInt64 *rows)
{
  TessProblem p;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSetAll(prefix, more));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemGetSizes(p, NULL, NULL, rows, NULL, bytes));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  char        name[64], line[96];
  PetscMPIInt rank, size;
  PetscInt64  rows[5];
  PetscReal   bytes[5];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(PetscSNPrintf(name, sizeof(name), "tess_memory_%d.h5", size));
  PetscCall(PetscSNPrintf(line, sizeof(line), "points_file %s", name));
  PetscCall(MakeFile(name, 7000));
  PetscCall(Estimate("file_", (const char *const[]){"conditions points", line, NULL}, &bytes[0], &rows[0]));
  PetscCall(Estimate(
      "twin_", (const char *const[]){"conditions points", "points_exact_u x", "points_points 7000", NULL},
      &bytes[1], &rows[1]));
  CHECK("a file counts as the drawing of as many",
        bytes[0] == bytes[1] && rows[0] == 7000 && rows[1] == 7000);
  PetscCall(Estimate("few_", (const char *const[]){"conditions inside,total", "total_points 8", NULL},
                     &bytes[2], &rows[2]));
  PetscCall(Estimate("many_", (const char *const[]){"conditions inside,total", "total_points 1000", NULL},
                     &bytes[3], &rows[3]));
  CHECK("an integral counts one row", bytes[2] == bytes[3] && rows[2] == 301 && rows[3] == 301);
  PetscCall(Estimate("none_", (const char *const[]){"conditions inside", NULL}, &bytes[4], &rows[4]));
  CHECK("which is not nothing, and not a panel", bytes[4] < bytes[2] && bytes[2] < 1.1 * bytes[4]);
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  if (!rank)
    CHECK("the file goes", !remove(name));
  return TessTestEnd();
}
