/* Where points go by measure, the ranks get about as many of them, however unequal the patches of a mesh are,
   of a box with a hole, or of boxes taken out; where they go evenly, as many patches. */
#include "../tess_test.h"
#include <tessera/domain.h>

#define PARTS 9

enum { MESH, HOLE, BOX, KINDS };
static const char *const kinds[] = {"mesh", "hole", "box"};

static PetscErrorCode Create(int kind, const char folder[], PetscReal even, TessDomain *d)
{
  const PetscReal lo[2] = {0, 0}, hi[2] = {2, 1};
  PetscReal       edges[PARTS + 1] = {0};
  char            file[PETSC_MAX_PATH_LEN];
  TessMesh        mesh;

  PetscFunctionBegin;
  for (PetscInt k = 1; k <= PARTS; k++)
    edges[k] = PetscPowReal(1.5, k - PARTS) * 2; /* the last one has a third */
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, d));
  PetscCall(TessDomainSetAxes(*d, 2, 2, (const char *const[]){"x", "y"}, lo, hi, NULL));
  PetscCall(TessDomainSetParts(*d, (PetscInt[]){PARTS, 1}));
  PetscCall(TessDomainSetEdges(*d, 0, edges));
  PetscCall(TessDomainSetOverlap(*d, 0.1));
  if (kind == MESH) {
    PetscCall(PetscSNPrintf(file, sizeof(file), "%s/plates.msh", folder));
    PetscCall(TessMeshRead(PETSC_COMM_WORLD, file, "-mesh", &mesh));
    PetscCall(TessDomainSetMesh(*d, mesh));
  } else if (kind == HOLE)
    PetscCall(TessDomainSetHoles(*d, 1, &(TessHole){.name = "disc", .center = {1.7, 0.5}, .radius = 0.1}));
  else
    PetscCall(TessDomainSetBoxes(*d, 1, &(TessHoleBox){.name = "notch", .lo = {1.6, 0.4}, .hi = {1.8, 0.6}}));
  PetscCall(TessDomainSetEven(*d, even));
  PetscCall(TessDomainSetUp(*d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of all points, or patches, what the rank with the most has. */
static PetscErrorCode Most(TessDomain d, PetscReal *points, PetscReal *patches)
{
  PetscInt   nowned;
  PetscInt64 npatch;
  PetscReal  most[2] = {0, 0};

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, &npatch, &nowned, NULL));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(d, s, &patch));
    most[0] += (patch.hi[0] - patch.lo[0]) / 2; /* holes are small */
    most[1] += 1 / (PetscReal)npatch;
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, most, 2, MPIU_REAL, MPIU_MAX, PETSC_COMM_WORLD));
  *points  = most[0];
  *patches = most[1];
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal   points, patches;
  PetscMPIInt size;
  TessDomain  d;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (int kind = 0; kind < KINDS; kind++) {
    PetscCall(Create(kind, argv[1], 0, &d));
    PetscCall(Most(d, &points, &patches));
    CHECK_BELOW(kinds[kind], points * size, 1.2);
    PetscCall(TessDomainDestroy(&d));
    PetscCall(Create(kind, argv[1], 1, &d));
    PetscCall(Most(d, &points, &patches));
    CHECK_BELOW(kinds[kind], patches * size, 1.4);
    CHECK("which is not so by points", size == 1 || points * size > 1.4);
    PetscCall(TessDomainDestroy(&d));
  }
  return TessTestEnd();
}
