/* Patches move to a layer: the error falls at equal cost, edges do not depend on the ranks, and a file
 * remembers them. */
#include "march_test.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x -1,1",
                                      "parts_x 12",
                                      "conditions inside,ends",
                                      "inside_type interior",
                                      "inside_equation -u_xx + 2500*u = 2500*sin(x)",
                                      "inside_points 360",
                                      "inside_spread even",
                                      "ends_type boundary",
                                      "ends_equation u = 0",
                                      "ends_weight 1e8",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 7",
                                      NULL};
/* u = 2500/2501 (sin x - sinh(50 x) sin(1)/sinh(50)), layers of width 1/50 at the ends */
static const char exact[] =
    "u - 2500/2501*(sin(x) - sin(1)*(exp(50*(x - 1)) - exp(-50*(x + 1)))/(1 - exp(-100)))";

#define N 400
static PetscErrorCode Solve(const char prefix[], PetscBool place, PetscReal x[], TessMarch *m, PetscReal *far)
{
  PetscReal r[N];

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  if (place)
    PetscCall(CatalogueSet(prefix, "placement_type equidistribute"));
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, m));
  PetscCall(TessMarchSolve(*m));
  PetscCall(RunSample(*m, exact, N, x, r));
  *far = 0;
  for (PetscInt i = 0; i < N; i++)
    *far = PetscMax(*far, PetscAbsReal(r[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Edges(TessMarch m, const PetscReal **edges)
{
  const TessSystem *sys;
  TessProblem       p;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(m, 0, &p, NULL));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessDomainGetEdges(sys->domain, 0, edges));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckFile(TessMarch m, const PetscReal x[])
{
  char             name[64] = "";
  TessFile         file;
  TessMarch        again;
  PetscReal        a[N], b[N], far = 0;
  const PetscReal *edges, *kept;
  PetscBool        ok;

  PetscFunctionBegin;
  PetscCall(RunFile("placement", sizeof(name), name));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessMarchSave(m, file));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscCall(RunCreate(PETSC_COMM_WORLD, "placed_", &again));
  PetscCall(TessMarchLoad(again, name));
  PetscCall(Edges(m, &edges));
  PetscCall(Edges(again, &kept));
  for (PetscInt i = 0; i <= 12; i++)
    far = PetscMax(far, PetscAbsReal(edges[i] - kept[i]));
  PetscCall(RunSample(m, "u_x", N, x, a));
  PetscCall(RunSample(again, "u_x", N, x, b));
  for (PetscInt i = 0; i < N; i++)
    far = PetscMax(far, PetscAbsReal(a[i] - b[i]) / (1 + PetscAbsReal(a[i])));
  CHECK_BELOW("a file remembers where patches are", far, 1e-12);
  PetscCall(TessMarchDestroy(&again));
  PetscCall(RunUnlink(name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The edges on all ranks are those of one rank. */
static PetscErrorCode CheckRanks(const PetscReal edges[])
{
  const PetscReal *alone;
  PetscReal        far = 0;
  TessMarch        m;

  PetscFunctionBegin;
  PetscCall(RunCreate(PETSC_COMM_SELF, "placed_", &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(Edges(m, &alone));
  for (PetscInt i = 0; i <= 12; i++)
    far = PetscMax(far, PetscAbsReal(edges[i] - alone[i]));
  CHECK_BELOW("edges do not depend on the ranks", far, 1e-8);
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscReal lo = -1, hi = 1, *edges;
  PetscReal       x[N], even, placed;
  TessMarch       m;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessSampleBox(TESS_SAMPLE_GRID, 0, 1, &lo, &hi, N, x));
  PetscCall(Solve("even_", PETSC_FALSE, x, &m, &even));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(Solve("placed_", PETSC_TRUE, x, &m, &placed));
  CHECK_BELOW("patches that moved find the layer at equal cost", placed, 1e-3 * even);
  PetscCall(Edges(m, &edges));
  CHECK("patches are narrow in the layers", edges[1] - edges[0] < 0.25 * (edges[7] - edges[6]));
  CHECK_BELOW("the ends stay", PetscAbsReal(edges[0] + 1) + PetscAbsReal(edges[12] - 1), 0);
  PetscCall(CheckFile(m, x));
  PetscCall(CheckRanks(edges));
  PetscCall(TessMarchDestroy(&m));
  return TessTestEnd();
}
