/* A run kept in a file is the same run when it is read back, on as many ranks or on one: values, trainable
   scalars, slabs.  A file of other sizes or other slabs is refused. */
#include "march_test.h"

static const char *const options[] = {"unknowns u,v",
                                      "domain_x 0,1",
                                      "domain_t 0,1",
                                      "parts_x 3",
                                      "time_mode slabs",
                                      "time_slabs 2",
                                      "parameters_k_start 1",
                                      "parameters_k_min 0",
                                      "conditions inside,start,second",
                                      "inside_type interior",
                                      "inside_equations_u u_t = -k*u",
                                      "inside_equations_v v = u^2 + x",
                                      "inside_points 150",
                                      "start_type initial",
                                      "start_equation u = exp(x)",
                                      "start_points 60",
                                      "start_enforce ansatz",
                                      "second_type integral",
                                      "second_equation k - 2",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 4",
                                      "v_expert_type mlp",
                                      "v_expert_mlp_width 4",
                                      "tao_max_it 4",
                                      NULL};

#define N 30
static PetscErrorCode CheckLoad(MPI_Comm comm, const char file[], const PetscReal x[],
                                const PetscReal value[])
{
  PetscReal   again[N], k, far = 0;
  TessMarch   m;
  TessProblem p;
  Vec         theta;

  PetscFunctionBegin;
  PetscCall(RunCreate(comm, "keep_", &m));
  PetscCall(TessMarchLoad(m, file));
  PetscCall(RunSample(m, "u*v_x + k", N, x, again));
  for (PetscInt i = 0; i < N; i++)
    far = PetscMax(far, PetscAbsReal(again[i] - value[i]) / (1 + PetscAbsReal(value[i])));
  CHECK_BELOW("the values are the same", far, 1e-12);
  PetscCall(TessMarchGetSlab(m, 1, &p, &theta));
  PetscCall(TessProblemGetParameters(p, theta, &k));
  CHECK_BELOW("the scalar is what was found", k - 2, 0.1);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Provoke(const char prefix[], const char file[], const char line[], const char words[])
{
  char           message[1024] = "";
  TessMarch      m;
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSet(prefix, line));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, &m));
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = TessMarchLoad(m, file);
  PetscCall(PetscPopErrorHandler());
  CHECK("a mistake of the user", rc == PETSC_ERR_USER_INPUT);
  CHECK("in words that say what does not fit", strstr(message, words));
  if (!strstr(message, words))
    fprintf(stderr, "  wanted \"%s\", it was: %s\n", words, message);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscReal lo[2] = {0, 0}, hi[2] = {1, 1};
  PetscReal       x[2 * N], value[N];
  PetscMPIInt     rank;
  PetscBool       ok;
  char            name[64] = "";
  TessMarch       m;
  TessFile        file;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(RunFile("keep", sizeof(name), name));
  PetscCall(CatalogueSetAll("keep_", options));
  PetscCall(RunCreate(PETSC_COMM_WORLD, "keep_", &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessSampleBox(TESS_SAMPLE_UNIFORM, (TessKey)rank, 2, lo, hi, N, x));
  PetscCall(RunSample(m, "u*v_x + k", N, x, value));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessMarchSave(m, file));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscCall(TessMarchDestroy(&m));
  PetscCall(CheckLoad(PETSC_COMM_WORLD, name, x, value));
  PetscCall(CheckLoad(PETSC_COMM_SELF, name, x, value));
  PetscCall(Provoke("parts_", name, "parts_x 4", "4 patches with"));
  PetscCall(Provoke("width_", name, "v_expert_mlp_width 5", "3 patches with"));
  PetscCall(Provoke("slabs_", name, "time_slabs 3", "has 2 slabs of time, the options say 3"));
  PetscCall(Provoke("one_", name, "time_slabs 1", "has 2 slabs of time, the options say 1"));
  PetscCall(Provoke("end_", name, "domain_t 0,2", "are not those of"));
  PetscCall(RunUnlink(name));
  return TessTestEnd();
}
