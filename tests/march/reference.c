/* Errors are what they are called: a solution that is wrong by a known amount shows that amount, in the
   relative L2 and the relative maximum norm, against an expression, against a file, in slabs, and up to a
   constant. */
#include "march_test.h"

#define NX 9
#define NT 7
static const char *const options[] = {"unknowns u,v",
                                      "domain_x 0,2",
                                      "domain_t 0,1",
                                      "parts_x 2",
                                      "conditions inside",
                                      "inside_type interior",
                                      "inside_equations_u u = x + t",
                                      "inside_equations_v v = x",
                                      "inside_points 200",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 2",
                                      NULL};

/* On the grid of the file u is 1.1 (x + t), v is x + 5 + 0.2 s with s = 1, -1, 1, ... along x. */
static PetscErrorCode MakeFile(const char name[])
{
  const PetscInt64 nx = NX, nt = NT, extent[2] = {NT, NX};
  PetscReal        x[NX], t[NT], u[NT * NX], v[NT * NX];
  PetscBool        ok;
  TessFile         file;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < NX; i++)
    x[i] = 2. * i / (NX - 1);
  for (PetscInt j = 0; j < NT; j++) {
    t[j] = (PetscReal)j / (NT - 1);
    for (PetscInt i = 0; i < NX; i++) {
      u[j * NX + i] = 1.1 * (x[i] + t[j]);
      v[j * NX + i] = x[i] + 5 + (i % 2 ? -0.2 : 0.2);
    }
  }
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessFileWriteArray(file, "x", 1, &nx, x));
  PetscCall(TessFileWriteArray(file, "t", 1, &nt, t));
  PetscCall(TessFileWriteArray(file, "u", 2, extent, u));
  PetscCall(TessFileWriteArray(file, "v", 2, extent, v));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Errors(const char prefix[], const char *const more[], PetscReal l2[2], PetscReal max[2])
{
  TessMarch m;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSetAll(prefix, more));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, l2, max));
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckFile(const char name[])
{
  const PetscReal each = 0.2; /* of v: 5 times +, 4 times - */
  char            line[128];
  PetscReal       l2[2], max[2], again[2], most[2], square = 0, mean = 0, spread = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < NX; i++) {
    const PetscReal v = 0.25 * i + 5 + (i % 2 ? -each : each);

    square += v * v / NX;
    mean += v / NX;
  }
  for (PetscInt i = 0; i < NX; i++)
    spread += PetscSqr(0.25 * i + 5 + (i % 2 ? -each : each) - mean) / NX;
  PetscCall(PetscSNPrintf(line, sizeof(line), "reference_file %s", name));
  PetscCall(Errors("file_", (const char *const[]){line, NULL}, l2, max));
  CHECK_BELOW("ten percent", l2[0] - 0.1 / 1.1, 1e-10);
  CHECK_BELOW("of the largest", max[0] - 0.1 / 1.1, 1e-10);
  CHECK_BELOW("a shift counts", l2[1] - PetscSqrtReal((25 + 2 * 5 * each / 9 + each * each) / square), 1e-10);
  CHECK_BELOW("a shift counts", max[1] - 5.2 / 7.2, 1e-10);
  PetscCall(Errors("slabs_", (const char *const[]){line, "time_mode slabs", "time_slabs 3", NULL}, l2, max));
  CHECK_BELOW("the same in slabs, every point once", l2[0] - 0.1 / 1.1, 1e-10);
  CHECK_BELOW("the same in slabs", max[0] - 0.1 / 1.1, 1e-10);
  PetscCall(Errors("const_", (const char *const[]){line, "reference_constant v", NULL}, l2, max));
  CHECK_BELOW("up to a constant v is off by its zigzag", l2[1] - each * PetscSqrtReal((1 - 1. / 81) / spread),
              1e-10);
  CHECK_BELOW("u counts as before", l2[0] - 0.1 / 1.1, 1e-10);
  PetscCall(Errors("one_", (const char *const[]){line, "reference_v x + 3 + t", "reference_constant v", NULL},
                   l2, max));
  PetscCall(Errors("shift_",
                   (const char *const[]){line, "reference_v x + 3 + t", "reference_constant v",
                                         "time_mode slabs", "time_slabs 3", NULL},
                   again, most));
  for (PetscInt i = 0; i < 2; i++) {
    CHECK_BELOW("the constant of slabs is one for all of them", again[i] - l2[i], 1e-10);
    CHECK_BELOW("also in the largest error", most[i] - max[i], 1e-10);
  }
  PetscCall(Errors("both_", (const char *const[]){line, "reference_u x + t", NULL}, l2, max));
  CHECK_BELOW("with both, the expression wins", l2[0], 1e-9);
  CHECK("and the other comes from the file", l2[1] > 0.5);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckExpression(void)
{
  PetscReal l2[2], max[2];

  PetscFunctionBegin;
  PetscCall(Errors("expr_", (const char *const[]){"reference_u 2*(x + t)", NULL}, l2, max));
  CHECK_BELOW("half", l2[0] - 0.5, 1e-9);
  CHECK_BELOW("half", max[0] - 0.5, 1e-9);
  CHECK("no reference, no error", l2[1] == -1 && max[1] == -1);
  PetscCall(
      Errors("mean_", (const char *const[]){"reference_v x + 3", "reference_constant v", NULL}, l2, max));
  CHECK_BELOW("a constant does not count", l2[1], 1e-9);
  PetscCall(Errors("zero_", (const char *const[]){"reference_v 0", NULL}, l2,
                   max)); /* absolute then, a sum of squares */
  CHECK("against zero the error is finite", l2[1] > 0 && !PetscIsInfOrNanReal(l2[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Provoke(const char prefix[], const char *const more[], const char words[])
{
  char           message[1024] = "";
  PetscReal      l2[2], max[2];
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = Errors(prefix, more, l2, max);
  PetscCall(PetscPopErrorHandler());
  CHECK("a mistake of the user", rc == PETSC_ERR_USER_INPUT);
  CHECK("in words that say what does not fit", strstr(message, words));
  if (!strstr(message, words))
    fprintf(stderr, "  wanted \"%s\", it was: %s\n", words, message);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  char name[64] = "", line[128];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(RunFile("reference", sizeof(name), name));
  PetscCall(MakeFile(name));
  PetscCall(CheckFile(name));
  PetscCall(CheckExpression());
  PetscCall(PetscSNPrintf(line, sizeof(line), "reference_file %s", name));
  PetscCall(Provoke("other_", (const char *const[]){line, "domain_x 0,1", NULL},
                    "is of another domain: its x reaches"));
  PetscCall(Provoke("name_", (const char *const[]){"reference_w 1", NULL}, "there is no unknown \"w\""));
  PetscCall(Provoke("normal_", (const char *const[]){"reference_u normal_x", NULL},
                    "-normal_reference_<unknown> uses normal_x"));
  PetscCall(RunUnlink(name));
  return TessTestEnd();
}
