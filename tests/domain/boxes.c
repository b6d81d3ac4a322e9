/* A box less other boxes: measures are exact and shared by the patches, quadratures obey Gauss's theorem with
   the outward normals, random points lie in the domain or on the faces of the part; patches that a box
   swallows are not there. */
#include "../tess_test.h"
#include <tessera/sample.h>
#include <tessera/domain.h>

typedef struct {
  PetscInt    dim, space, parts[3], nbox;
  PetscInt64  patches;
  PetscReal   volume, wall, area; /* exact: the domain, its face x_max, the faces of the first box */
  TessHoleBox box[2];
} Case;

static const Case cases[] = {
    {2, 2, {3, 4, 1}, 1, 11, 3, 1, 2, {{"notch", {0, -1}, {1, 0}}}},
    {2, 2, {4, 4, 1}, 2, 16, 3.03, 1.6, 4, {{"bar", {-0.8, -0.3}, {1, 0.1}}, {"b", {0.1, 0.4}, {0.6, 0.9}}}},
    {3, 2, {2, 2, 2}, 1, 8, 3, 1, 2, {{"notch", {0, -1}, {1, 0}}}},
    {3, 3, {2, 3, 2}, 1, 12, 7.5, 3.5, 2.5, {{"notch", {0, -0.5, 0.5}, {1, 0.5, 1}}}},
};

static PetscErrorCode Create(const Case *c, TessDomain *d)
{
  const char *const names[2][3] = {{"x", "y", "z"}, {"x", "y", "t"}};
  const PetscReal   lo[3] = {-1, -1, c->space == 3 ? -1. : 0.}, hi[3] = {1, 1, 1};

  PetscFunctionBegin;
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, d));
  PetscCall(TessDomainSetAxes(*d, c->dim, c->space, names[c->space == 2], lo, hi, NULL));
  PetscCall(TessDomainSetParts(*d, c->parts));
  PetscCall(TessDomainSetOverlap(*d, 0.2));
  PetscCall(TessDomainSetBoxes(*d, c->nbox, c->box));
  PetscCall(TessDomainSetUp(*d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* F = (x^3 y + 1, y^2 + x, x z); in time F does not flow */
static void Flow(const Case *c, PetscInt n, const PetscReal x[], PetscInt p, PetscReal F[3], PetscReal *div)
{
  const PetscReal X = x[p], Y = x[n + p], Z = c->space == 3 ? x[2 * n + p] : 0;

  F[0] = X * X * X * Y + 1;
  F[1] = Y * Y + X;
  F[2] = c->space == 3 ? X * Z : 0;
  *div = 3 * X * X * Y + 2 * Y + (c->space == 3 ? X : 0);
}

static PetscBool Outside(const Case *c, PetscInt n, const PetscReal x[], PetscInt p)
{
  PetscBool outside = PETSC_TRUE;

  for (PetscInt b = 0; b < c->nbox; b++) {
    PetscBool in = PETSC_TRUE;

    for (PetscInt a = 0; a < c->space; a++)
      in = (PetscBool)(in && x[a * n + p] > c->box[b].lo[a] && x[a * n + p] < c->box[b].hi[a]);
    outside = (PetscBool)(outside && !in);
  }
  return outside;
}

static PetscErrorCode Draw(void *ctx, TessKey key, PetscInt dim, const PetscReal low[],
                           const PetscReal high[], PetscInt n, PetscReal x[])
{
  (void)ctx;
  return TessSampleBox(TESS_SAMPLE_SOBOL, key, dim, low, high, n, x);
}

/* int of div F over the domain (part -1), of F.n over another; sum of shares; the points checked */
static PetscErrorCode Sum(TessDomain d, const Case *c, PetscInt part, TessCloud cloud[], PetscReal sum[2])
{
  PetscInt  nowned;
  PetscReal measure, F[3], div;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetMeasure(d, part, &measure));
  sum[0] = sum[1] = 0;
  for (PetscInt s = 0; s < nowned; s++) {
    for (PetscInt p = 0; p < cloud[s].n; p++) {
      PetscReal value;

      CHECK("points lie in the domain", Outside(c, cloud[s].n, cloud[s].x, p));
      Flow(c, cloud[s].n, cloud[s].x, p, F, &div);
      value = part < 0 ? div : 0;
      for (PetscInt a = 0; a < c->space && part >= 0; a++)
        value += F[a] * cloud[s].normal[(size_t)a * cloud[s].n + p];
      sum[0] += value * cloud[s].share[p] * measure;
      sum[1] += cloud[s].share[p];
    }
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPI_SUM, PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Case *c)
{
  TessDomain           d;
  const TessBoxSampler sampler = {.draw = Draw};
  PetscInt             nowned, npart;
  const char *const   *names;
  PetscInt64           patches;
  PetscReal            measure, sum[2], flow = 0, inside = 0;
  TessCloud           *cloud;

  PetscFunctionBegin;
  PetscCall(Create(c, &d));
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(TessDomainGetPatches(d, &patches));
  PetscCall(TessDomainGetBoundary(d, &npart, &names));
  CHECK("patches that reach the domain are there", patches == c->patches);
  PetscCall(TessDomainGetMeasure(d, -1, &measure));
  CHECK_BELOW("volume", measure - c->volume, 1e-13);
  PetscCall(TessDomainGetMeasure(d, 1, &measure));
  CHECK_BELOW("area of a wall", measure - c->wall, 1e-13);
  PetscCall(TessDomainGetMeasure(d, 2 * c->dim, &measure));
  CHECK_BELOW("area of the faces of a box", measure - c->area, 1e-13);
  PetscCall(PetscCalloc1(nowned, &cloud));
  for (PetscInt part = -1; part < 2 * c->dim + npart; part++) {
    PetscCall(TessDomainQuadrature(d, part, 2000, cloud));
    PetscCall(Sum(d, c, part, cloud, sum));
    CHECK_BELOW("shares of a rule sum to one", sum[1] - 1, 1e-12);
    *(part < 0 ? &inside : &flow) += sum[0];
    for (int even = 0; even < 2; even++) {
      PetscCall(TessDomainDraw(d, part, 400, (PetscBool)even, &sampler, 5, 0, cloud));
      PetscCall(Sum(d, c, part, cloud, sum));
      CHECK_BELOW("shares of drawn points sum to one", sum[1] - 1, 1e-12);
    }
  }
  CHECK_BELOW("Gauss's theorem", flow - inside, 1e-12);
  PetscCall(PetscFree(cloud));
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    PetscCall(Check(&cases[i]));
  return TessTestEnd();
}
