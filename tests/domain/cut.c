/* A mesh cut into parts: they have cells of one group each and about the same volume; each obeys Gauss's
   theorem with the faces of cells to its neighbours, seen from below outward; a point goes to the one part
   whose cells hold it.  All of it, points included, is the same on any number of ranks. */
#include <petscdmplex.h>
#include <string.h>
#include "../tess_test.h"
#include <tessera/domain.h>
#include <tessera/sample.h>

typedef struct {
  const char *file;
  PetscInt    dim, n;
  PetscReal   most; /* of the largest volume over the mean */
} Case;

static const Case cases[] = {{"triangles", 2, 7, 1.4},
                             {"quads", 2, 4, 1.4},
                             {"plates", 2, 6, 1.4},
                             {"tetrahedra", 3, 5, 1.6},
                             {"hexes", 3, 4, 1.6}};

static PetscErrorCode Sample(void *ctx, TessKey key, PetscInt dim, const PetscReal low[],
                             const PetscReal high[], PetscInt n, PetscReal x[])
{
  return TessSampleBox(TESS_SAMPLE_SOBOL, key, dim, low, high, n, x);
}
static const TessBoxSampler sampler = {.draw = Sample};

static PetscErrorCode Create(MPI_Comm comm, const char folder[], const Case *c, TessDomain *d)
{
  const char *const names[] = {"x", "y", "z"};
  PetscReal         lo[3], hi[3], volume;
  PetscInt          dim;
  char              file[PETSC_MAX_PATH_LEN];
  TessMesh          mesh;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s/%s.msh", folder, c->file));
  PetscCall(TessMeshRead(comm, file, "-mesh", &mesh));
  PetscCall(TessMeshGetBox(mesh, &dim, &volume, lo, hi));
  PetscCall(TessMeshCut(mesh, c->n, "-parts_mesh"));
  PetscCall(TessDomainCreate(comm, d));
  PetscCall(TessDomainSetAxes(*d, dim, dim, names, lo, hi, NULL));
  PetscCall(TessDomainSetOverlap(*d, 0));
  PetscCall(TessDomainSetMesh(*d, mesh));
  PetscCall(TessDomainSetUp(*d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* F = (x^2 y + 1, y^2 + x, x z) times a normal, and its divergence */
static PetscReal Flux(PetscInt dim, const PetscReal x[], PetscInt n, PetscInt p, const PetscReal normal[])
{
  const PetscReal z    = dim == 3 ? x[2 * n + p] : 0,
                  F[3] = {x[p] * x[p] * x[n + p] + 1, x[n + p] * x[n + p] + x[p], x[p] * z};
  PetscReal sum        = 0;

  for (PetscInt a = 0; a < dim; a++)
    sum += F[a] * normal[a * n + p];
  return sum;
}

/* What is left of Gauss's theorem in every part, gauss [n], and their volumes; of all ranks. */
static PetscErrorCode Balance(TessDomain d, const Case *c, PetscReal gauss[], PetscReal volume[])
{
  const PetscInt     dim = c->dim;
  PetscInt           nowned, npart, n, *beyond;
  const char *const *name;
  PetscReal          measure, between;
  TessCloud         *cloud, next[64];
  TessPatch          patch;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(gauss, c->n));
  PetscCall(PetscArrayzero(volume, c->n));
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetBoundary(d, &npart, &name));
  PetscCall(TessDomainGetBetween(d, &between));
  PetscCall(PetscMalloc1(nowned, &cloud));
  for (PetscInt part = -1; part < npart; part++) {
    const PetscInt number = part < 0 ? -1 : part + 2 * dim;

    PetscCall(TessDomainGetMeasure(d, number, &measure));
    PetscCall(TessDomainQuadrature(d, number, 100, cloud));
    for (PetscInt s = 0; s < nowned; s++) {
      const PetscInt   m = cloud[s].n;
      const PetscReal *x = cloud[s].x;

      PetscCall(TessDomainGetPatch(d, s, &patch));
      for (PetscInt p = 0; p < m; p++) {
        const PetscReal w = measure * cloud[s].share[p];

        volume[patch.id] += part < 0 ? w : 0;
        gauss[patch.id] += part < 0 ? -w * (2 * x[p] * x[m + p] + 2 * x[m + p] + (dim == 3 ? x[p] : 0))
                                    : w * Flux(dim, x, m, p, cloud[s].normal);
      }
      PetscCall(TessCloudDestroy(&cloud[s]));
    }
  }
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetBeyond(d, s, &n, &beyond));
    PetscCall(TessDomainDrawBetween(d, s, 40000, &sampler, 5, 1, n, beyond, next));
    for (PetscInt k = 0; k < n; k++) {
      TessPatch other;

      PetscCall(TessDomainGetPatch(d, s, &patch));
      PetscCall(TessDomainGetPatch(d, beyond[k], &other));
      CHECK("those beyond have higher numbers", other.id > patch.id);
      for (PetscInt p = 0; p < next[k].n; p++) {
        const PetscReal flux =
            between * next[k].share[p] * Flux(dim, next[k].x, next[k].n, p, next[k].normal);

        gauss[patch.id] += flux;
        gauss[other.id] -= flux;
      }
      PetscCall(TessCloudDestroy(&next[k]));
    }
    PetscCall(PetscFree(beyond));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, gauss, (PetscMPIInt)c->n, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, volume, (PetscMPIInt)c->n, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(PetscFree(cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Natural numbers [n] of the parts that points x [dim][n] of this rank go to, -1: none. */
static PetscErrorCode Homes(TessDomain d, PetscInt n, const PetscReal x[], PetscInt64 home[])
{
  PetscInt    nleaf, *patch;
  PetscInt64 *id;
  PetscSF     sf;
  TessPatch   one;

  PetscFunctionBegin;
  PetscCall(TessDomainMigrate(d, n, x, &sf, &nleaf, &patch, NULL));
  PetscCall(PetscMalloc1(nleaf, &id));
  for (PetscInt l = 0; l < nleaf; l++) {
    PetscCall(TessDomainGetPatch(d, patch[l], &one));
    id[l] = one.id;
  }
  for (PetscInt p = 0; p < n; p++)
    home[p] = -1;
  PetscCall(PetscSFReduceBegin(sf, MPIU_INT64, id, home, MPI_REPLACE));
  PetscCall(PetscSFReduceEnd(sf, MPIU_INT64, id, home, MPI_REPLACE));
  PetscCall(PetscFree(id));
  PetscCall(PetscFree(patch));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Random points of a part go to that part, and are the same as of `alone`, which has all; one group each. */
static PetscErrorCode CheckPoints(TessDomain d, TessDomain alone)
{
  PetscInt   nowned, nall, *region;
  PetscBool  same = PETSC_FALSE;
  TessCloud *cloud, *all;
  TessPatch  patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetSizes(alone, NULL, &nall, NULL));
  PetscCall(PetscMalloc2(nall, &cloud, nall, &all));
  PetscCall(PetscArrayzero(cloud, nall));
  PetscCall(TessDomainDraw(d, -1, 500, PETSC_FALSE, &sampler, 17, 1, cloud));
  PetscCall(TessDomainDraw(alone, -1, 500, PETSC_FALSE, &sampler, 17, 1, all));
  for (PetscInt s = 0; s < nall; s++) { /* as often on each rank: Homes is collective */
    const TessCloud one = s < nowned ? cloud[s] : (TessCloud){0};
    PetscInt64     *home;

    PetscCall(PetscMalloc2(one.n, &home, one.n, &region));
    PetscCall(Homes(d, one.n, one.x, home));
    if (s < nowned) {
      PetscCall(TessDomainGetPatch(d, s, &patch));
      CHECK("each part has points", one.n > 0);
      if (all[patch.id].n == one.n)
        PetscCall(PetscArraycmp(one.x, all[patch.id].x, one.n, &same));
      CHECK("the same on any number of ranks", same);
      PetscCall(TessDomainFindRegions(d, s, one.n, one.x, region));
    }
    for (PetscInt p = 0; p < one.n; p++) {
      CHECK("points are at home in their part", home[p] == patch.id);
      CHECK("and all of one group of cells", region[p] >= 0 && region[p] == region[0]);
    }
    PetscCall(PetscFree2(home, region));
    PetscCall(TessCloudDestroy(&cloud[s]));
    PetscCall(TessCloudDestroy(&all[s]));
  }
  PetscCall(PetscFree2(cloud, all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckCase(const char folder[], const Case *c)
{
  TessDomain d, alone;
  PetscReal  gauss[16], volume[16], sum = 0, most = 0;

  PetscFunctionBegin;
  PetscCall(Create(PETSC_COMM_WORLD, folder, c, &d));
  PetscCall(Create(PETSC_COMM_SELF, folder, c, &alone));
  PetscCall(Balance(d, c, gauss, volume));
  for (PetscInt k = 0; k < c->n; k++) {
    sum += volume[k];
    most = PetscMax(most, volume[k]);
  }
  CHECK_BELOW("parts are of about one volume", most * c->n / sum, c->most);
  for (PetscInt k = 0; k < c->n; k++)
    CHECK_BELOW("Gauss's theorem in a part", gauss[k], 2e-3 * sum);
  PetscCall(CheckPoints(d, alone));
  PetscCall(TessDomainDestroy(&d));
  PetscCall(TessDomainDestroy(&alone));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A DM that PETSc has dealt to the ranks, with cells lent or not, is cut as the whole one. */
static PetscErrorCode CheckDM(PetscInt overlap)
{
  const PetscInt  faces[] = {8, 6};
  const PetscReal hi[]    = {4, 3};
  PetscReal       lo[2], up[2], volume, between;
  PetscInt        dim;
  DM              dm, parallel;
  TessMesh        mesh;
  TessDomain      d;

  PetscFunctionBegin;
  PetscCall(DMPlexCreateBoxMesh(PETSC_COMM_WORLD, 2, PETSC_FALSE, faces, NULL, hi, NULL, PETSC_TRUE, &dm));
  PetscCall(DMPlexDistribute(dm, overlap, NULL, &parallel));
  PetscCall(TessMeshCreateFromDM(parallel ? parallel : dm, &mesh));
  PetscCall(TessMeshGetBox(mesh, &dim, &volume, lo, up));
  PetscCall(TessMeshCut(mesh, 4, "the cut"));
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, 2, 2, (const char *const[]){"x", "y"}, lo, up, NULL));
  PetscCall(TessDomainSetOverlap(d, 0));
  PetscCall(TessDomainSetMesh(d, mesh));
  PetscCall(TessDomainSetUp(d));
  PetscCall(TessDomainGetBetween(d, &between));
  CHECK_BELOW("four quarters meet along both middles", between - 7, 1e-12);
  PetscCall(TessDomainDestroy(&d));
  PetscCall(DMDestroy(&parallel));
  PetscCall(DMDestroy(&dm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++)
    PetscCall(CheckCase(argv[1], &cases[i]));
  for (PetscInt overlap = 0; overlap <= 1; overlap++)
    PetscCall(CheckDM(overlap));
  return TessTestEnd();
}
