/* Meshes of all kinds of cells and formats of gmsh: volumes and areas are those of the shapes, as far as
   cells of second order have them; quadratures obey Gauss's theorem with the outward normals, which are those
   of the true surfaces; random points lie in the mesh and do not depend on the ranks, and if asked for there
   are as many in every patch, with its share of the measure; patches beyond the mesh are not there. */
#include <string.h>
#include "../tess_test.h"
#include <tessera/domain.h>
#include <tessera/sample.h>

typedef struct {
  const char *file;
  PetscInt    dim;
  PetscReal   volume, outer, all; /* of the group "outer", of all the boundary; outward n = x / |x| there */
  PetscReal   error, angle;       /* of these, and of the normals; angle 0: the group is not round */
  PetscInt    missing;            /* of the 5^dim patches with next to no overlap */
} Case;

static const Case cases[] = {
    {"triangles", 2, 4 - 0.16 * PETSC_PI, 8, 8 + 0.8 * PETSC_PI, 1e-3, 0, 0},
    {"quads", 2, 0.75 * PETSC_PI, PETSC_PI, 1.5 * PETSC_PI + 2, 2e-4, 5e-3, 4},
    {"plates", 2, 2, 2, 6, 1e-12, 0, 0},
    {"numbers", 2, 1, 1, 4, 1e-12, 0, 0}, /* version 2, whose entities have the numbers of other groups */
    {"tetrahedra", 3, 4 * PETSC_PI / 3, 4 * PETSC_PI, 4 * PETSC_PI, 4e-2, 0.5, 0},
    {"hexes", 3, 0.75 * PETSC_PI, PETSC_PI, 3 * PETSC_PI + 2, 2e-4, 5e-3, 20},
};

static PetscErrorCode Create(MPI_Comm comm, const char folder[], const Case *c, TessDomain *d)
{
  const char *const names[]  = {"x", "y", "z", "t"};
  const PetscInt    parts[4] = {5, 5, c->dim == 3 ? 5 : 2, 2};
  PetscReal         lo[4], hi[4], volume;
  PetscInt          dim;
  char              file[PETSC_MAX_PATH_LEN];
  TessMesh          mesh;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s/%s.msh", folder, c->file));
  PetscCall(TessMeshRead(comm, file, "-mesh", &mesh));
  PetscCall(TessMeshGetBox(mesh, &dim, &volume, lo, hi));
  CHECK("the dimension", dim == c->dim);
  CHECK_BELOW("the volume", volume / c->volume - 1, c->error);
  lo[dim] = 0;
  hi[dim] = 0.5;
  PetscCall(TessDomainCreate(comm, d));
  PetscCall(TessDomainSetAxes(*d, dim + 1, dim,
                              (const char *const[]){names[0], names[1], names[dim == 2 ? 3 : 2], names[3]},
                              lo, hi, NULL));
  PetscCall(TessDomainSetParts(*d, parts));
  PetscCall(TessDomainSetOverlap(*d, 0.02));
  PetscCall(TessDomainSetMesh(*d, mesh));
  PetscCall(TessDomainSetUp(*d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* int div F = sum of int F.n over all parts, F = (x^2 y + 1, y^2 + x, x z); areas, and normals of round ones
 */
static PetscErrorCode CheckGauss(TessDomain d, const Case *c)
{
  PetscInt           nowned, npart;
  const char *const *names;
  TessCloud         *cloud;
  PetscReal          sum[2] = {0, 0}, all = 0, angle = 0, measure;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetBoundary(d, &npart, &names));
  PetscCall(PetscMalloc1(nowned, &cloud));
  for (PetscInt part = -1; part < npart; part++) {
    const PetscBool outer = (PetscBool)(part >= 0 && !strcmp(names[part], "outer"));
    PetscReal       share = 0;

    PetscCall(TessDomainGetMeasure(d, part < 0 ? -1 : part + 2 * (c->dim + 1), &measure));
    PetscCall(TessDomainQuadrature(d, part < 0 ? -1 : part + 2 * (c->dim + 1), 100, cloud));
    for (PetscInt s = 0; s < nowned; s++) {
      const PetscInt   n  = cloud[s].n;
      const PetscReal *at = cloud[s].x;

      for (PetscInt p = 0; p < n; p++) {
        const PetscReal x = at[p], y = at[n + p], z = c->dim == 3 ? at[2 * n + p] : 0;
        const PetscReal F[3] = {x * x * y + 1, y * y + x, x * z}, w = measure * cloud[s].share[p];
        const PetscReal X[3]  = {x, y, strcmp(c->file, "hexes") ? z : 0};
        PetscReal       along = 0, r = 0;

        share += cloud[s].share[p];
        if (part < 0)
          sum[0] += w * (2 * x * y + 2 * y + (c->dim == 3 ? x : 0));
        for (PetscInt a = 0; a < c->dim && part >= 0; a++) {
          sum[1] += w * F[a] * cloud[s].normal[a * n + p];
          along += X[a] * cloud[s].normal[a * n + p];
          r += X[a] * X[a];
        }
        if (outer && c->angle > 0)
          angle = PetscMax(angle, 1 - along / PetscSqrtReal(r));
      }
      PetscCall(TessCloudDestroy(&cloud[s]));
    }
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &share, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
    CHECK_BELOW("the weights of a part sum to one", share - 1, 1e-10);
    all += part < 0 ? 0 : measure / 0.5;
    if (outer)
      CHECK_BELOW("the area of a group", measure / 0.5 / c->outer - 1, c->error);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("Gauss's theorem", sum[0] - sum[1], c->dim == 2 ? 1e-10 : 1e-7);
  CHECK_BELOW("the area of the boundary", all / c->all - 1, c->error);
  CHECK_BELOW("the normals of a round surface", angle, c->angle * c->angle / 2);
  PetscCall(PetscFree(cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Sample(void *ctx, TessKey key, PetscInt dim, const PetscReal low[],
                             const PetscReal high[], PetscInt n, PetscReal x[])
{
  return TessSampleBox(TESS_SAMPLE_UNIFORM, key, dim, low, high, n, x);
}

/* The mean of x^2 over a part, by its rule. */
static PetscErrorCode SquareOfRule(TessDomain d, PetscInt part, PetscReal *mean)
{
  PetscInt   nowned;
  TessCloud *cloud;

  PetscFunctionBegin;
  *mean = 0;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(PetscMalloc1(nowned, &cloud));
  PetscCall(TessDomainQuadrature(d, part, 100, cloud));
  for (PetscInt s = 0; s < nowned; s++) {
    for (PetscInt p = 0; p < cloud[s].n; p++)
      *mean += cloud[s].share[p] * PetscSqr(cloud[s].x[p]);
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, mean, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(PetscFree(cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Random points in the core and in the mesh, the same as of `alone`, which has all patches. */
static PetscErrorCode CheckDraw(TessDomain d, TessDomain alone, const Case *c, PetscInt part, PetscBool even)
{
  const TessBoxSampler sampler = {.draw = Sample};
  const PetscInt       dim     = c->dim + 1;
  PetscInt             nowned, nall;
  TessCloud           *cloud, *all;
  TessPatch            patch, other;
  PetscReal            sum[4] = {0, 0, 0, 0}, most = 0, mean;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetSizes(alone, NULL, &nall, NULL));
  PetscCall(PetscMalloc2(nowned, &cloud, nall, &all));
  PetscCall(TessDomainDraw(d, part, 2000, even, &sampler, 17, 1, cloud));
  PetscCall(TessDomainDraw(alone, part, 2000, even, &sampler, 17, 1, all));
  for (PetscInt s = 0, k = 0; s < nowned; s++) {
    const PetscInt n = cloud[s].n;
    PetscBool      same;

    PetscCall(TessDomainGetPatch(d, s, &patch));
    for (; k < nall; k++) {
      PetscCall(TessDomainGetPatch(alone, k, &other));
      if (other.id == patch.id)
        break;
    }
    same = (PetscBool)(k < nall && all[k].n == n);
    if (same)
      PetscCall(PetscArraycmp(all[k].x, cloud[s].x, dim * n, &same));
    for (PetscInt p = 0; p < n && same; p++)
      same = (PetscBool)(PetscAbsReal(all[k].share[p] / cloud[s].share[p] - 1) < 1e-12);
    CHECK("the points do not depend on the ranks", same);
    sum[0] += n;
    for (PetscInt p = 0; p < n; p++) {
      sum[1] += cloud[s].share[p];
      sum[3] += cloud[s].share[p] * PetscSqr(cloud[s].x[p]);
      for (PetscInt a = 0; a < dim; a++)
        CHECK("in the core",
              cloud[s].x[a * n + p] >= patch.lo[a] - 1e-8 && cloud[s].x[a * n + p] <= patch.hi[a] + 1e-8);
    }
    most = PetscMax(most, n);
    sum[2] += n > 0;
    if (n && part < 0 && !even) {
      PetscReal x[12];

      PetscCall(TessDomainDrawIn(d, s, &sampler, 3, 3, x));
      for (PetscInt i = 0; i < 3 * dim; i++)
        CHECK("drawn in the core", x[i] >= patch.lo[i / 3] - 1e-8 && x[i] <= patch.hi[i / 3] + 1e-8);
    }
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, 4, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &most, 1, MPIU_REAL, MPIU_MAX, PETSC_COMM_WORLD));
  PetscCall(SquareOfRule(d, part, &mean));
  CHECK_BELOW("the mean of x^2", sum[3] - mean, even ? 0.01 : 0.12);
  if (even)
    CHECK("as many in every patch", sum[0] == most * sum[2]);
  CHECK("about as many as asked for", PetscAbsReal(sum[0] - 2000) < 250);
  CHECK_BELOW("shares sum to about one", sum[1] - 1, 0.12);
  for (PetscInt k = 0; k < nall; k++)
    PetscCall(TessCloudDestroy(&all[k]));
  PetscCall(PetscFree2(cloud, all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInitialize(&argc, &argv, NULL, NULL);
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const Case        *c = &cases[i];
    TessDomain         d, alone;
    PetscInt64         ncell, npatch;
    PetscInt           n;
    const char *const *names;

    PetscCall(Create(PETSC_COMM_WORLD, argv[1], c, &d));
    PetscCall(Create(PETSC_COMM_SELF, argv[1], c, &alone));
    PetscCall(TessDomainGetSizes(d, &ncell, NULL, NULL));
    PetscCall(TessDomainGetPatches(d, &npatch));
    PetscCall(TessDomainGetBoundary(d, &n, &names));
    CHECK("patches beyond the mesh are not there", ncell - npatch == 2 * c->missing);
    PetscCall(CheckGauss(d, c));
    for (PetscInt even = 0; even < (c->dim == 2 ? 2 : 1); even++) {
      PetscCall(CheckDraw(d, alone, c, -1, (PetscBool)even));
      PetscCall(CheckDraw(d, alone, c, 2 * (c->dim + 1), (PetscBool)even));
    }
    PetscCall(TessDomainDestroy(&d));
    PetscCall(TessDomainDestroy(&alone));
  }
  return TessTestEnd();
}
