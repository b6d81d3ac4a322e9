static const char help[] =
    "A program of one's own hands its DMPLEX to Tessera, which solves Poisson's equation on it:\n"
    "  -lap(u) = -2 on a quarter of a ring, exact: u = exp(x) sin(y) + x^2, so that the error is known.\n"
    "The mesh is made here, distributed by PETSc, and stays the program's; what is solved stands in\n"
    "input.yaml, under the prefix ring_.  Options: -options_file FILE, -promise ERROR, -mesh_overlap N.\n";

#include <petscdmplex.h>
#include <tessera/problem.h>
#include <tessera/train.h>

/* Facets of value 1 .. 4 in PETSc's label of the sides of a box, by names. */
static PetscErrorCode NameSides(DM dm)
{
  static const char *const name[] = {"ends", "outer", "ends", "inner"};

  PetscFunctionBegin;
  for (PetscInt side = 0; side < 4; side++) {
    IS              is;
    PetscInt        n;
    const PetscInt *facet;

    PetscCall(DMGetStratumIS(dm, "Face Sets", side + 1, &is));
    if (!is) /* the box is whole on the first rank */
      continue;
    PetscCall(ISGetLocalSize(is, &n));
    PetscCall(ISGetIndices(is, &facet));
    for (PetscInt i = 0; i < n; i++)
      PetscCall(DMSetLabelValue(dm, name[side], facet[i], 1));
    PetscCall(ISRestoreIndices(is, &facet));
    PetscCall(ISDestroy(&is));
  }
  PetscCall(DMRemoveLabel(dm, "Face Sets", NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* 8 x 12 quadrilaterals of the box (radius, angle), bent to a quarter of a ring. */
static PetscErrorCode MakeRing(DM *dm)
{
  const PetscInt  faces[] = {8, 12};
  const PetscReal lo[] = {1, 0}, hi[] = {2, PETSC_PI / 2};
  PetscInt        n, overlap = 0;
  PetscScalar    *x;
  Vec             coordinates;
  DM              parallel;

  PetscFunctionBegin;
  PetscCall(DMPlexCreateBoxMesh(PETSC_COMM_WORLD, 2, PETSC_FALSE, faces, lo, hi, NULL, PETSC_TRUE, dm));
  PetscCall(NameSides(*dm));
  PetscCall(DMGetCoordinatesLocal(*dm, &coordinates));
  PetscCall(VecGetLocalSize(coordinates, &n));
  PetscCall(VecGetArray(coordinates, &x));
  for (PetscInt i = 0; i < n; i += 2) {
    const PetscReal r = x[i], phi = x[i + 1];

    x[i]     = r * PetscCosReal(phi);
    x[i + 1] = r * PetscSinReal(phi);
  }
  PetscCall(VecRestoreArray(coordinates, &x));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-mesh_overlap", &overlap, NULL));
  PetscCall(DMPlexDistribute(*dm, overlap, NULL, &parallel));
  if (parallel) {
    PetscCall(DMDestroy(dm));
    *dm = parallel;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Trains the experts of problem p. */
static PetscErrorCode Solve(TessProblem p, Vec theta)
{
  Tao tao;

  PetscFunctionBegin;
  PetscCall(TessTrainRegister());
  PetscCall(TaoCreate(PETSC_COMM_WORLD, &tao));
  PetscCall(TaoSetOptionsPrefix(tao, "ring_"));
  PetscCall(TaoSetType(tao, TAOGAUSSNEWTON));
  PetscCall(TessGaussNewtonSetSolver(tao, PETSC_TRUE)); /* experts that are linear in theta */
  PetscCall(TaoSetSolution(tao, theta));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TessProblemSetTao(p, tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoDestroy(&tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The largest error at the vertices of the mesh, each rank asking for those that it has. */
static PetscErrorCode Error(TessProblem p, Vec theta, DM dm, PetscReal *error)
{
  const TessSystem  *sys;
  const PetscScalar *vertex;
  PetscReal         *x, *u;
  PetscInt           n;
  Vec                coordinates;
  TessPde            value;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessSystemCreatePde(sys, &value));
  PetscCall(TessPdeAddEquation(value, "the value", "u"));
  PetscCall(TessPdeSetUp(value));
  PetscCall(DMGetCoordinatesLocal(dm, &coordinates));
  PetscCall(VecGetLocalSize(coordinates, &n));
  n /= 2;
  PetscCall(PetscMalloc2(2 * n, &x, n, &u));
  PetscCall(VecGetArrayRead(coordinates, &vertex));
  for (PetscInt i = 0; i < 2 * n; i++) /* point fastest */
    x[i % 2 * n + i / 2] = vertex[i];
  PetscCall(VecRestoreArrayRead(coordinates, &vertex));
  PetscCall(TessProblemSample(p, theta, value, n, x, u));
  *error = 0;
  for (PetscInt i = 0; i < n; i++)
    *error = PetscMax(*error, PetscAbsReal(u[i] - PetscExpReal(x[i]) * PetscSinReal(x[n + i]) - x[i] * x[i]));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, error, 1, MPIU_REAL, MPIU_MAX, PETSC_COMM_WORLD));
  PetscCall(PetscFree2(x, u));
  PetscCall(TessPdeDestroy(&value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  DM          dm;
  TessMesh    mesh;
  TessProblem p;
  Vec         theta;
  PetscReal   error, promise = PETSC_MAX_REAL;

  PetscCall(PetscInitialize(&argc, &argv, NULL, help));
  PetscCall(MakeRing(&dm));
  PetscCall(TessMeshCreateFromDM(dm, &mesh));
  PetscCall(TessProblemCreate(PETSC_COMM_WORLD, &p));
  PetscCall(TessProblemSetOptionsPrefix(p, "ring_"));
  PetscCall(TessProblemSetMesh(p, mesh)); /* takes the mesh, not the DM */
  PetscCall(TessProblemSetFromOptions(p));
  PetscCall(TessProblemSetUp(p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(Solve(p, theta));
  PetscCall(Error(p, theta, dm, &error));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "largest error at the vertices: %.2e\n", (double)error));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-promise", &promise, NULL));
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscCall(DMDestroy(&dm));
  PetscCall(PetscFinalize());
  return error < promise ? 0 : 2; /* not so for a number that is none */
}
