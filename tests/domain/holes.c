/* A box less discs or balls: volumes and areas are those of the formulas, patches share them, quadratures
   obey Gauss's theorem with the outward normals, random points lie in their patch and in the domain (on the
   hole, those of its surface) and do not depend on the ranks; patches that holes swallow are not there. */
#include <string.h>
#include "../tess_test.h"
#include <tessera/sample.h>
#include <tessera/domain.h>

#define PI PETSC_PI

typedef struct {
  PetscInt  dim, space, parts[4], nhole;
  PetscReal volume, wall, area; /* exact: the domain, its face x_min, the surface called a */
  TessHole  hole[3];
} Case;

/* area of the part of a disc of radius r beyond a chord at distance h from its centre; volume of a cap */
static PetscReal Segment(PetscReal r, PetscReal h)
{
  return r * r * PetscAcosReal(h / r) - h * PetscSqrtReal(r * r - h * h);
}
static PetscReal Cap(PetscReal r, PetscReal h)
{
  return PI * PetscSqr(r - h) * (2 * r + h) / 3;
}

static const PetscReal lo[4] = {-1, -1, -1, 0}, hi[4] = {1, 1, 1, 1};

static void MakeCases(Case c[5])
{
  const PetscReal angle = 2 * PI - 2 * PetscAcosReal(0.2 / 0.5), lens = 2 * Segment(0.4, 0.25);

  c[0] = (Case){2, 2, {5, 4}, 2, 4 - PI * 0.34, 2, PI, {{"a", {0.3, 0.2}, 0.5}, {"b", {-0.6, -0.5}, 0.3}}};
  c[1] = (Case){2,
                2,
                {3, 3},
                1,
                4 - PI * 0.25 + Segment(0.5, 0.2),
                2 - 2 * PetscSqrtReal(0.21),
                angle * 0.5,
                {{"a", {-0.8, 0.1}, 0.5}}};
  c[2] = (Case){2,
                2,
                {4, 3},
                2,
                4 - 2 * PI * 0.16 + lens,
                2,
                0.4 * (2 * PI - 2 * PetscAcosReal(0.25 / 0.4)),
                {{"a", {0, 0.1}, 0.4}, {"b", {0.3, 0.5}, 0.4}}};
  c[3] = (Case){3,
                3,
                {3, 2, 4},
                2,
                8 - 4 * PI / 3 * (0.216 + 0.027) + Cap(0.3, 0.2),
                4 - PI * (0.09 - 0.04),
                4 * PI * 0.36,
                {{"a", {0.2, 0.1, -0.1}, 0.6}, {"b", {-0.8, -0.6, 0.6}, 0.3}}};
  c[4] = (Case){3, 2, {4, 4, 3}, 1, 4 - PI * 0.81, 2, 2 * PI * 0.9, {{"a", {0, 0}, 0.9}}};
}

static PetscErrorCode Create(MPI_Comm comm, const Case *c, TessDomain *d)
{
  const char *const names[2][4] = {{"x", "y", "z", "t"}, {"x", "y", "t"}};
  PetscReal         low[4], high[4];

  PetscFunctionBegin;
  for (PetscInt a = 0; a < c->dim; a++) {
    low[a]  = lo[a < c->space ? a : 3];
    high[a] = hi[a < c->space ? a : 3];
  }
  PetscCall(TessDomainCreate(comm, d));
  PetscCall(TessDomainSetAxes(*d, c->dim, c->space, names[c->space == 2 && c->dim == 3], low, high, NULL));
  PetscCall(TessDomainSetParts(*d, c->parts));
  PetscCall(TessDomainSetHoles(*d, c->nhole, c->hole));
  PetscCall(TessDomainSetUp(*d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* int div F = sum of int F.n over all parts, F = (x^3 y + 1, y^2 + x, x z, 0) */
static PetscErrorCode CheckGauss(TessDomain d, const Case *c)
{
  const PetscInt npart = 2 * c->dim + (c->nhole > 1 ? 2 : 1);
  PetscInt       nowned;
  TessCloud     *cloud;
  PetscReal      flux = 0, inner = 0, shares[16] = {0}, measure;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(PetscMalloc1(nowned, &cloud));
  for (PetscInt part = -1; part < npart; part++) {
    PetscCall(TessDomainGetMeasure(d, part, &measure));
    PetscCall(TessDomainQuadrature(
        d, part, (c->dim == 2 ? 900 : 2000) * c->parts[0] * c->parts[1] * c->parts[c->dim - 1], cloud));
    for (PetscInt s = 0; s < nowned; s++) {
      const PetscInt   n  = cloud[s].n;
      const PetscReal *at = cloud[s].x;

      for (PetscInt p = 0; p < n; p++) {
        const PetscReal x = at[p], y = at[n + p], z = c->space == 3 ? at[2 * n + p] : 0;
        const PetscReal F[3] = {x * x * x * y + 1, y * y + x, x * z};
        const PetscReal w    = measure * cloud[s].share[p];

        shares[part + 1] += cloud[s].share[p];
        if (part < 0)
          inner += w * (3 * x * x * y + 2 * y + (c->space == 3 ? x : 0));
        for (PetscInt a = 0; a < c->space && part >= 0; a++)
          flux += w * F[a] * cloud[s].normal[a * n + p];
      }
      PetscCall(TessCloudDestroy(&cloud[s]));
    }
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &flux, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &inner, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, shares, 16, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("Gauss's theorem", flux - inner, c->dim == 2 ? 1e-10 : 1e-5);
  for (PetscInt part = -1; part < npart; part++)
    CHECK_BELOW("the weights of a part sum to one", shares[part + 1] - 1, 1e-10);
  PetscCall(PetscFree(cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Sample(void *ctx, TessKey key, PetscInt dim, const PetscReal low[],
                             const PetscReal high[], PetscInt n, PetscReal x[])
{
  return TessSampleBox(*(TessSampleType *)ctx, key, dim, low, high, n, x);
}

/* Points of a part in the patch, in the domain, on their surface; those of `alone`, which has all patches,
 * are the same. */
static PetscErrorCode CheckDraw(TessDomain d, TessDomain alone, const Case *c, PetscInt part,
                                TessSampleType type)
{
  const TessBoxSampler sampler = {
      .draw = Sample, .ctx = &type, .whole = (PetscBool)(type == TESS_SAMPLE_GRID)};
  PetscInt   nowned, nall;
  TessCloud *cloud, *all;
  TessPatch  patch, other;
  PetscReal  share = 0;
  PetscInt64 n     = 0;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetSizes(alone, NULL, &nall, NULL));
  PetscCall(PetscMalloc2(nowned, &cloud, nall, &all));
  PetscCall(TessDomainDraw(d, part, 700, PETSC_FALSE, &sampler, 17, 1, cloud));
  PetscCall(TessDomainDraw(alone, part, 700, PETSC_FALSE, &sampler, 17, 1, all));
  for (PetscInt s = 0, k = 0; s < nowned; s++) {
    PetscBool same;

    PetscCall(TessDomainGetPatch(d, s, &patch));
    for (; k < nall; k++) {
      PetscCall(TessDomainGetPatch(alone, k, &other));
      if (other.id == patch.id)
        break;
    }
    same = (PetscBool)(k < nall && all[k].n == cloud[s].n);
    if (same)
      PetscCall(PetscArraycmp(all[k].x, cloud[s].x, c->dim * cloud[s].n, &same));
    CHECK("the points do not depend on the ranks", same);
    n += cloud[s].n;
    for (PetscInt p = 0; p < cloud[s].n; p++) {
      PetscReal near = 1;

      share += cloud[s].share[p];
      for (PetscInt a = 0; a < c->dim; a++) {
        const PetscReal x = cloud[s].x[a * cloud[s].n + p];

        CHECK("in the core", x >= patch.lo[a] && x <= patch.hi[a]);
      }
      for (PetscInt h = 0; h < c->nhole; h++) {
        PetscReal square = 0, along = 0;

        for (PetscInt a = 0; a < c->space; a++) {
          const PetscReal r = cloud[s].x[a * cloud[s].n + p] - c->hole[h].center[a];

          square += r * r;
          along += part >= 0 ? r * cloud[s].normal[a * cloud[s].n + p] : 0;
        }
        CHECK("in no hole", PetscSqrtReal(square) > c->hole[h].radius - 1e-12);
        if (part == 2 * c->dim + h)
          near = PetscMax(PetscAbsReal(PetscSqrtReal(square) - c->hole[h].radius),
                          PetscAbsReal(along + c->hole[h].radius));
      }
      if (part >= 2 * c->dim)
        CHECK_BELOW("on the hole, the normal into it", near, 1e-12);
    }
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &n, 1, MPIU_INT64, MPI_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &share, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK("as many as asked for, about so in grids", type == TESS_SAMPLE_GRID ? n > 500 && n < 900 : n == 700);
  CHECK_BELOW("shares sum to one", share - 1, 0.02); /* patches too small for a point */
  for (PetscInt k = 0; k < nall; k++)
    PetscCall(TessCloudDestroy(&all[k]));
  PetscCall(PetscFree2(cloud, all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Points of the holes are nobody's; the patches that are there are those whose support leaves a hole. */
static PetscErrorCode CheckPatches(TessDomain d, const Case *c)
{
  const PetscReal  x[2][3] = {{c->hole[0].center[0] + 0.1, lo[0]}, {c->hole[0].center[1], hi[1]}};
  PetscReal        at[8]   = {0};
  PetscInt64       ncell, npatch;
  PetscInt         nowned, n;
  PetscBool        in[2];
  const TessReach *reach;

  PetscFunctionBegin;
  for (PetscInt p = 0; p < 2; p++)
    for (PetscInt a = 0; a < c->dim; a++)
      at[2 * a + p] = a < 2 ? x[a][p] : c->hole[0].center[2];
  PetscCall(TessDomainInside(d, 2, at, in));
  CHECK("a hole is outside, a corner inside", !in[0] && in[1]);
  PetscCall(TessDomainGetSizes(d, &ncell, &nowned, NULL));
  PetscCall(TessDomainGetPatches(d, &npatch));
  CHECK("a large hole swallows its middle",
        c->hole[0].radius < 0.9 ? npatch == ncell : npatch == ncell - 4 * 3);
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetReach(d, s, &n, &reach));
    CHECK("a patch reaches itself", n > 0);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Case c[5];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  MakeCases(c);
  for (PetscInt i = 0; i < 5; i++) {
    TessDomain d, alone;
    PetscReal  measure;

    PetscCall(Create(PETSC_COMM_WORLD, &c[i], &d));
    PetscCall(Create(PETSC_COMM_SELF, &c[i], &alone));
    PetscCall(TessDomainGetMeasure(d, -1, &measure));
    CHECK_BELOW("the volume", measure - c[i].volume, 1e-11);
    PetscCall(TessDomainGetMeasure(d, 0, &measure));
    CHECK_BELOW("the wall x_min", measure - c[i].wall, 1e-11);
    PetscCall(TessDomainGetMeasure(d, 2 * c[i].dim, &measure));
    CHECK_BELOW("the surface of the hole", measure - c[i].area, 1e-11);
    PetscCall(CheckGauss(d, &c[i]));
    PetscCall(CheckPatches(d, &c[i]));
    for (PetscInt type = 0; type < TESS_SAMPLE_NTYPES; type++) {
      PetscCall(CheckDraw(d, alone, &c[i], -1, (TessSampleType)type));
      if (type != TESS_SAMPLE_GRID)
        PetscCall(CheckDraw(d, alone, &c[i], 2 * c[i].dim, (TessSampleType)type));
    }
    PetscCall(TessDomainDestroy(&d));
    PetscCall(TessDomainDestroy(&alone));
  }
  return TessTestEnd();
}
