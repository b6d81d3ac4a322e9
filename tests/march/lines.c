/* The method of lines (-time_mode ts) is as accurate as its tolerance says, from rough to round-off, between
   its steps as well as at their ends, and on any number of ranks; what it wrote is what is read; experts that
   are trained, equations without u_t, equations of second order in time and types of TS that would lose the
   boundaries are refused. */
#include "march_test.h"

static const char *const heat[] = {"unknowns u",
                                   "domain_x 0,1",
                                   "domain_t 0,0.2",
                                   "parts_x 3",
                                   "overlap 1",
                                   "time_mode ts",
                                   "conditions inside,start,walls",
                                   "inside_type interior",
                                   "inside_equation u_t = u_xx",
                                   "inside_points 80",
                                   "start_type initial",
                                   "start_equation u = sin(pi*x)",
                                   "start_points 80",
                                   "walls_type boundary",
                                   "walls_equation u = 0",
                                   "expert_type polynomial",
                                   "expert_polynomial_degree 14",
                                   "reference_u exp(-pi^2*t)*sin(pi*x)",
                                   "reference_points 20",
                                   NULL};

/* The relative error of a run, and its steps. */
static PetscErrorCode Run(const char prefix[], PetscReal *l2, PetscInt *steps, TessMarch *m)
{
  PetscReal          max;
  TaoConvergedReason reason;

  PetscFunctionBegin;
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, m));
  PetscCall(TessMarchSolve(*m));
  PetscCall(TessMarchGetErrors(*m, l2, &max));
  PetscCall(TessMarchGetConverged(*m, &reason, steps));
  CHECK("the run came to its end", reason > 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A smaller tolerance gives a smaller error, which stays below ten times the tolerance; the last run is the
 * caller's. */
static PetscErrorCode CheckTolerance(TessMarch *m)
{
  static const char *const rtol[]  = {"ts_rtol 1e-5", "ts_rtol 1e-10"};
  const PetscReal          bound[] = {1e-4, 1e-9};
  PetscReal                before  = 1, l2;
  PetscInt                 steps;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("heat_", heat));
  for (PetscInt i = 0; i < 2; i++) {
    PetscCall(TessMarchDestroy(m));
    PetscCall(CatalogueSetAll("heat_", (const char *const[]){rtol[i], NULL}));
    PetscCall(Run("heat_", &l2, &steps, m));
    CHECK_BELOW("the error follows the tolerance", l2, bound[i]);
    CHECK("and falls with it", l2 < before);
    CHECK("in few steps", steps < 100);
    before = l2;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Values of u, u_t and u_xx at points and times of no step. */
static PetscErrorCode Sample(TessMarch m, PetscReal value[3][4])
{
  static const char *const text[] = {"u", "u_t", "u_xx"};
  const PetscReal          x[]    = {0.1, 0.4, 0.55, 1, 0.2, 0.0123, 0.1, 0.077};

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 3; i++)
    PetscCall(RunSample(m, text[i], 4, x, value[i]));
  for (PetscInt p = 0; p < 4; p++) {
    const PetscReal u = PetscExpReal(-PETSC_PI * PETSC_PI * x[4 + p]) * PetscSinReal(PETSC_PI * x[p]);

    CHECK_BELOW("u between the steps", value[0][p] - u, 1e-9);
    CHECK_BELOW("u_t between the steps", value[1][p] + PETSC_PI * PETSC_PI * u, 1e-6);
    CHECK_BELOW("u_xx between the steps", value[2][p] + PETSC_PI * PETSC_PI * u, 1e-6);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckKeep(TessMarch m)
{
  PetscReal value[2][3][4];
  TessFile  file;
  PetscBool ok;
  char      name[PETSC_MAX_PATH_LEN], message[512];

  PetscFunctionBegin;
  PetscCall(Sample(m, value[0]));
  PetscCall(RunFile("lines", sizeof(name), name));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessMarchSave(m, file));
  PetscCall(TessFileClose(&file, &ok, message, sizeof(message)));
  CHECK("written", ok);
  PetscCall(RunCreate(PETSC_COMM_WORLD, "heat_", &m));
  PetscCall(TessMarchLoad(m, name));
  PetscCall(Sample(m, value[1]));
  for (PetscInt i = 0; i < 12; i++)
    CHECK_BELOW("what is read is what was written", value[1][i / 4][i % 4] - value[0][i / 4][i % 4], 1e-12);
  PetscCall(TessMarchDestroy(&m));
  PetscCall(RunUnlink(name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The heat equation with one line changed is a mistake of the user. */
static PetscErrorCode ProvokeLine(const char prefix[], const char line[], const char words[])
{
  char           message[1024] = "";
  TessMarch      m;
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, heat));
  PetscCall(CatalogueSetAll(prefix, (const char *const[]){line, NULL}));
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = RunCreate(PETSC_COMM_WORLD, prefix, &m);
  if (!rc)
    rc = TessMarchSetUp(m);
  PetscCall(PetscPopErrorHandler());
  CHECK("refused as a mistake of the user", rc == PETSC_ERR_USER_INPUT);
  CHECK("the message says what is wrong", strstr(message, words));
  if (!strstr(message, words))
    fprintf(stderr, "  wanted \"%s\", it was: %s\n", words, message);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  TessMarch m = NULL;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckTolerance(&m));
  PetscCall(CheckKeep(m));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(ProvokeLine("mlp_", "expert_type mlp", "features or polynomial, not mlp"));
  PetscCall(ProvokeLine("still_", "inside_equation u_xx = 0", "no condition has the derivative u_t"));
  PetscCall(ProvokeLine("wave_", "inside_equation u_tt = u_xx", "introduce the velocity as an unknown"));
  PetscCall(ProvokeLine("none_", "conditions inside,walls", "no condition is of type initial"));
  PetscCall(ProvokeLine("cut_", "parts_t 4", "patches are of space alone"));
  PetscCall(ProvokeLine("cn_", "ts_type cn", "bdf"));
  PetscCall(ProvokeLine("flat_", "domain_t 0", "1 where 2 numbers are wanted"));
  return TessTestEnd();
}
