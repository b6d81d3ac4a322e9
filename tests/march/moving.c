/* Placement with the method of lines: at equal unknowns the error of a moving front falls, by patches that
   stay and by patches that move between slabs, where the narrowest of the last slab is at the front; the run
   is the same on any number of ranks, and a file remembers all slabs. */
#include "march_test.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x -1,1",
                                      "domain_t 0,0.2",
                                      "parts_x 12",
                                      "overlap 1",
                                      "time_mode ts",
                                      "ts_rtol 1e-6",
                                      "conditions inside,start,ends",
                                      "inside_type interior",
                                      "inside_equation u_t + u*u_x = 0.01*u_xx",
                                      "inside_points 360",
                                      "inside_spread even",
                                      "inside_sampling grid",
                                      "start_type initial",
                                      "start_equation u = 1 - tanh(50*(x + 0.2))",
                                      "start_points 360",
                                      "start_spread even",
                                      "start_sampling grid",
                                      "ends_type boundary",
                                      "ends_equation u = 1 - tanh(50*(x + 0.2 - t))",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 9",
                                      "reference_u 1 - tanh(50*(x + 0.2 - t))",
                                      "reference_points 500",
                                      NULL};

static PetscErrorCode Run(MPI_Comm comm, const char prefix[], const char *const lines[], TessMarch *m,
                          PetscReal *l2)
{
  PetscReal max;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSetAll(prefix, lines));
  PetscCall(RunCreate(comm, prefix, m));
  PetscCall(TessMarchSolve(*m));
  PetscCall(TessMarchGetErrors(*m, l2, &max));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where the narrowest patch of the last slab is. */
static PetscErrorCode Narrowest(TessMarch m, PetscReal *at)
{
  const TessSystem *sys;
  const PetscReal  *edges;
  PetscInt          nslab, least = 0;
  TessProblem       p;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlabs(m, &nslab, NULL));
  PetscCall(TessMarchGetSlab(m, nslab - 1, &p, NULL));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessDomainGetEdges(sys->domain, 0, &edges));
  for (PetscInt i = 1; i < 12; i++)
    if (edges[i + 1] - edges[i] < edges[least + 1] - edges[least])
      least = i;
  *at = (edges[least] + edges[least + 1]) / 2;
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define N 20
static PetscErrorCode CheckFile(TessMarch m, const PetscReal x[])
{
  TessMarch again;
  TessFile  file;
  PetscReal a[N], b[N];
  PetscBool ok;
  char      name[64];

  PetscFunctionBegin;
  PetscCall(RunFile("moving", sizeof(name), name));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessMarchSave(m, file));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscCall(RunCreate(PETSC_COMM_WORLD, "moving_", &again));
  PetscCall(TessMarchLoad(again, name));
  PetscCall(RunSample(m, "u + u_t", N, x, a));
  PetscCall(RunSample(again, "u + u_t", N, x, b));
  for (PetscInt i = 0; i < N; i++)
    CHECK_BELOW("a file remembers all slabs", a[i] - b[i], 1e-10 * (1 + PetscAbsReal(a[i])));
  PetscCall(TessMarchDestroy(&again));
  PetscCall(RunUnlink(name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const char *const even[] = {NULL}, *const still[] = {"placement_type equidistribute", NULL};
  const char *const moving[] = {"placement_type equidistribute", "time_slabs 2", NULL};
  const PetscReal   lo[] = {-1, 0}, hi[] = {1, 0.2};
  PetscReal         l2[4], at            = 0, x[2 * N];
  TessMarch         m;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessSampleBox(TESS_SAMPLE_UNIFORM, 1, 2, lo, hi, N, x));
  PetscCall(Run(PETSC_COMM_WORLD, "even_", even, &m, &l2[0]));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(Run(PETSC_COMM_WORLD, "still_", still, &m, &l2[1]));
  CHECK_BELOW("patches that stay suit all of the time", l2[1], 0.1 * l2[0]);
  PetscCall(TessMarchDestroy(&m));
  PetscCall(Run(PETSC_COMM_SELF, "moving_", moving, &m, &l2[2]));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(Run(PETSC_COMM_WORLD, "moving_", moving, &m, &l2[3]));
  CHECK_BELOW("patches that move follow the front", l2[3], 0.1 * l2[0]);
  CHECK_BELOW("the ranks do not matter", PetscAbsReal(l2[3] / l2[2] - 1), 0.01);
  PetscCall(Narrowest(m, &at));
  CHECK_BELOW("the narrowest patch is at the front", PetscAbsReal(at + 0.05), 0.1);
  PetscCall(CheckFile(m, x));
  PetscCall(TessMarchDestroy(&m));
  return TessTestEnd();
}
