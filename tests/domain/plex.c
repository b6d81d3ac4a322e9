/* A DM of PETSc, whole or distributed, with cells lent to others or not, is the mesh that it says: volume, area
   of each of its sets of faces, normals; points for its patches lie on all ranks.  Other DMs are refused. */
#include <petscdmplex.h>
#include <string.h>
#include "../tess_test.h"
#include <tessera/domain.h>
#include <tessera/sample.h>

static PetscErrorCode Sample(void *ctx, TessKey key, PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                             PetscInt n, PetscReal x[])
{
  return TessSampleBox(TESS_SAMPLE_UNIFORM, key, dim, lo, hi, n, x);
}

/* A box of 6 x 4 (x 2) cells, [0, 3] x [0, 2] (x [0, 1]); overlap < 0: it stays where it was made. */
static PetscErrorCode Box(PetscInt dim, PetscInt overlap, DM *dm)
{
  const PetscInt  faces[] = {6, 4, 2};
  const PetscReal lo[] = {0, 0, 0}, hi[] = {3, 2, 1};
  DM              parallel = NULL;

  PetscFunctionBegin;
  PetscCall(DMPlexCreateBoxMesh(PETSC_COMM_WORLD, dim, PETSC_FALSE, faces, lo, hi, NULL, PETSC_TRUE, dm));
  if (overlap >= 0)
    PetscCall(DMPlexDistribute(*dm, overlap, NULL, &parallel));
  if (parallel) {
    PetscCall(DMDestroy(dm));
    *dm = parallel;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The mean normal over a part, summed over the ranks, and how many points. */
static PetscErrorCode Mean(TessDomain d, PetscInt dim, PetscInt part, PetscReal mean[], PetscReal *points)
{
  const TessBoxSampler sampler = {.draw = Sample};
  PetscInt             nowned;
  TessCloud           *cloud;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(PetscMalloc1(nowned, &cloud));
  PetscCall(PetscArrayzero(mean, 3));
  *points = 0;
  PetscCall(TessDomainQuadrature(d, part, 100, cloud));
  for (PetscInt s = 0; s < nowned; s++) {
    for (PetscInt p = 0; p < cloud[s].n; p++)
      for (PetscInt a = 0; a < dim; a++)
        mean[a] += cloud[s].share[p] * cloud[s].normal[a * cloud[s].n + p];
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscCall(TessDomainDraw(d, part, 1000, PETSC_FALSE, &sampler, 3, 1, cloud));
  for (PetscInt s = 0; s < nowned; s++) {
    *points += cloud[s].n;
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, mean, 3, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, points, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(PetscFree(cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckBox(PetscInt dim, PetscInt overlap)
{
  const char *const  axis[]  = {"x", "y", "z"};
  const PetscInt     parts[] = {3, 2, 1};
  const PetscReal    side[]  = {3, 2, 1};
  const char *const *name;
  PetscReal          lo[3], hi[3], volume, area, mean[3], points;
  PetscInt           n, d2;
  DM                 dm;
  TessMesh           mesh;
  TessDomain         d;

  PetscFunctionBegin;
  PetscCall(Box(dim, overlap, &dm));
  PetscCall(TessMeshCreateFromDM(dm, &mesh));
  PetscCall(DMDestroy(&dm));
  PetscCall(TessMeshGetBox(mesh, &d2, &volume, lo, hi));
  CHECK("the dimension", d2 == dim);
  CHECK_BELOW("the volume", volume - 6, 1e-12);
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, dim, dim, axis, lo, hi, NULL));
  PetscCall(TessDomainSetParts(d, parts));
  PetscCall(TessDomainSetMesh(d, mesh));
  PetscCall(TessDomainSetUp(d));
  PetscCall(TessDomainGetBoundary(d, &n, &name));
  CHECK("as many parts as the box has faces", n == 2 * dim);
  for (PetscInt i = 0; i < n; i++) {
    PetscReal length = 0;
    PetscInt  along  = 0;

    PetscCall(TessDomainGetMeasure(d, 2 * dim + i, &area));
    PetscCall(Mean(d, dim, 2 * dim + i, mean, &points));
    for (PetscInt a = 0; a < dim; a++) {
      length += mean[a] * mean[a];
      along = PetscAbsReal(mean[a]) > PetscAbsReal(mean[along]) ? a : along;
    }
    CHECK_BELOW("one normal on a set of faces", length - 1, 1e-12);
    CHECK_BELOW("the area of a set", area * side[along] - 6, 1e-12);
    CHECK_BELOW("points", points - 1000, 120);
  }
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Ignore(MPI_Comm comm, int line, const char *func, const char *file, PetscErrorCode n,
                             PetscErrorType p, const char *text, void *ctx)
{
  return n;
}

static PetscErrorCode ProvokeOther(void)
{
  DM             dm;
  TessMesh       mesh;
  PetscErrorCode code;

  PetscFunctionBegin;
  PetscCall(DMCreate(PETSC_COMM_WORLD, &dm));
  PetscCall(DMSetType(dm, DMSHELL));
  PetscCall(PetscPushErrorHandler(Ignore, NULL));
  code = TessMeshCreateFromDM(dm, &mesh);
  PetscCall(PetscPopErrorHandler());
  CHECK("a shell is no mesh", code == PETSC_ERR_ARG_WRONG);
  PetscCall(DMDestroy(&dm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt dim = 2; dim <= 3; dim++)
    for (PetscInt overlap = -1; overlap <= 1; overlap++)
      PetscCall(CheckBox(dim, overlap));
  PetscCall(ProvokeOther());
  return TessTestEnd();
}
