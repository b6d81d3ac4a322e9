/* The outline of a mesh: its corners with their angles and the directions inwards, round holes by centre and
   radius and without corners, the same on any number of ranks and for a DM that PETSc has dealt. */
#include <petscdmplex.h>
#include "../tess_test.h"
#include <tessera/domain.h>

typedef struct {
  const char *file;
  PetscInt    ncorner, nreentrant, nhole; /* corners of pi/2, of 3 pi/2 */
  PetscReal   hole[3];                    /* centre and radius */
  PetscReal   error;                      /* curved edges of second order have nearly their directions */
} Case;

static const Case cases[] = {{"triangles", 4, 0, 1, {0.2, 0.1, 0.4}, 2e-3},
                             {"quads", 4, 0, 0, {0}, 2e-2},
                             {"plates", 4, 0, 0, {0}, 1e-12},
                             {"lshape", 5, 1, 0, {0}, 1e-12}};

/* Whether a step in the direction stays in the domain, and one against it leaves it. */
static PetscErrorCode CheckDirection(TessDomain d, const TessCorner *c)
{
  const PetscReal step[2] = {0.02, -0.02};
  PetscReal       x[4];
  PetscBool       in[2];

  PetscFunctionBegin;
  for (PetscInt p = 0; p < 2; p++) {
    x[p]     = c->at[0] + step[p] * PetscCosReal(c->direction);
    x[2 + p] = c->at[1] + step[p] * PetscSinReal(c->direction);
  }
  PetscCall(TessDomainInside(d, 2, x, in));
  CHECK("the direction of a corner goes into the domain", in[0]);
  CHECK("and from outside", !in[1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckOutline(TessMesh mesh, const Case *c)
{
  const char *const names[] = {"x", "y"};
  PetscReal         lo[2], hi[2], volume;
  PetscInt          dim, found[2] = {0, 0};
  TessOutline       o;
  TessDomain        d;

  PetscFunctionBegin;
  PetscCall(TessMeshGetBox(mesh, &dim, &volume, lo, hi));
  PetscCall(TessMeshGetOutline(mesh, &o));
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, 2, 2, names, lo, hi, NULL));
  PetscCall(TessDomainSetMesh(d, mesh));
  PetscCall(TessDomainSetUp(d));
  for (PetscInt k = 0; k < o.ncorner; k++) {
    const PetscBool enters = (PetscBool)(o.corner[k].angle > PETSC_PI);

    found[enters]++;
    CHECK_BELOW("the angle of a corner", o.corner[k].angle - (enters ? 3 : 1) * PETSC_PI / 2, c->error);
    PetscCall(CheckDirection(d, &o.corner[k]));
  }
  CHECK("all corners", found[0] == c->ncorner && found[1] == c->nreentrant);
  CHECK("all holes", o.nhole == c->nhole);
  for (PetscInt h = 0; h < o.nhole; h++) {
    CHECK_BELOW("the centre along x", o.hole[h].center[0] - c->hole[0], c->error);
    CHECK_BELOW("the centre along y", o.hole[h].center[1] - c->hole[1], c->error);
    CHECK_BELOW("the radius", o.hole[h].radius - c->hole[2], c->error);
  }
  PetscCall(PetscFree(o.corner));
  PetscCall(PetscFree(o.hole));
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt faces[] = {5, 4};
  const Case     box     = {"box", 4, 0, 0, {0}, 1e-12};
  char           file[PETSC_MAX_PATH_LEN];
  DM             dm, parallel;
  TessMesh       mesh;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++) {
    PetscCall(
        PetscSNPrintf(file, sizeof(file), "%s/%s.msh", argv[cases[i].file[0] == 'l' ? 2 : 1], cases[i].file));
    PetscCall(TessMeshRead(PETSC_COMM_WORLD, file, "-mesh", &mesh));
    PetscCall(CheckOutline(mesh, &cases[i]));
  }
  PetscCall(DMPlexCreateBoxMesh(PETSC_COMM_WORLD, 2, PETSC_FALSE, faces, NULL, NULL, NULL, PETSC_TRUE, &dm));
  PetscCall(DMPlexDistribute(dm, 0, NULL, &parallel));
  PetscCall(TessMeshCreateFromDM(parallel ? parallel : dm, &mesh));
  PetscCall(CheckOutline(mesh, &box));
  PetscCall(DMDestroy(&parallel));
  PetscCall(DMDestroy(&dm));
  return TessTestEnd();
}
