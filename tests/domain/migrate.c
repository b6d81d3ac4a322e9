/* Every point inside arrives once, on the owner of the core it lies in, sorted by patch and in the order of
   its sender; points outside or not a number are counted and go nowhere; ranks may have no points. */
#include "../tess_test.h"
#include <tessera/sample.h>
#include "cases.h"

/* n points of this rank: some on corners and edges of cores, one outside, one not a number. */
static PetscErrorCode MakePoints(TessDomain d, const Case *c, PetscMPIInt rank, PetscInt n, PetscReal x[])
{
  PetscFunctionBegin;
  PetscCall(TessSampleBox(TESS_SAMPLE_UNIFORM, 100 + rank, c->dim, case_lo, case_hi, n, x));
  if (n < 10)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < c->dim; i++) {
    const PetscReal *edges;

    PetscCall(TessDomainGetEdges(d, i, &edges));
    x[i * n + 1] = case_lo[i];
    x[i * n + 2] = case_hi[i];
    x[i * n + 3] = edges[c->parts[i] / 2];
  }
  x[(c->dim - 1) * n + 4] = case_hi[c->dim - 1] + 1e-9;
  x[5]                    = NAN;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Brings coordinate i and the ticket (sender, index) to the leaves and checks them. */
static PetscErrorCode CheckLeaves(TessDomain d, const Case *c, PetscMPIInt rank, PetscInt n,
                                  const PetscReal x[], PetscSF sf, PetscInt nleaf, const PetscInt patch[])
{
  PetscReal  *y;
  PetscInt64 *ticket, *got;
  PetscInt    nowned;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  PetscCall(PetscMalloc3(nleaf, &y, n, &ticket, nleaf, &got));
  for (PetscInt i = 0; i < c->dim; i++) {
    PetscCall(PetscSFBcastBegin(sf, MPIU_REAL, x + i * n, y, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(sf, MPIU_REAL, x + i * n, y, MPI_REPLACE));
    for (PetscInt l = 0; l < nleaf; l++) {
      TessPatch p;

      CHECK("the patch is owned", patch[l] >= 0 && patch[l] < nowned);
      PetscCall(TessDomainGetPatch(d, patch[l], &p));
      CHECK("the point is in the core",
            y[l] >= p.lo[i] && (y[l] < p.hi[i] || p.hi[i] == case_hi[i]) && y[l] <= p.hi[i]);
    }
  }
  for (PetscInt p = 0; p < n; p++)
    ticket[p] = 1000000 * (PetscInt64)rank + p;
  PetscCall(PetscSFBcastBegin(sf, MPIU_INT64, ticket, got, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_INT64, ticket, got, MPI_REPLACE));
  for (PetscInt l = 1; l < nleaf; l++) {
    CHECK("sorted by patch, then sender and index, each once",
          patch[l - 1] < patch[l] || (patch[l - 1] == patch[l] && got[l - 1] < got[l]));
  }
  PetscCall(PetscFree3(y, ticket, got));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckCase(const Case *c)
{
  TessDomain  d;
  PetscSF     sf;
  PetscInt    n, nleaf, *patch;
  PetscInt64  sums[2], outside;
  PetscReal  *x;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(CaseCreate(c, &d));
  n = rank == 1 ? 0 : 500 + 10 * rank;
  PetscCall(PetscMalloc1(c->dim * n, &x));
  PetscCall(MakePoints(d, c, rank, n, x));
  PetscCall(TessDomainMigrate(d, n, x, &sf, &nleaf, &patch, &outside));
  PetscCall(CheckLeaves(d, c, rank, n, x, sf, nleaf, patch));
  sums[0] = n ? n - 2 : 0;
  sums[1] = nleaf;
  CHECK("the same count of outsiders on all ranks", n == 0 || outside >= 2);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sums, 2, MPIU_INT64, MPI_SUM, PETSC_COMM_WORLD));
  CHECK("all points inside arrive", sums[0] == sums[1]);
  n = n ? 2 : 0;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &n, 1, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  CHECK("two outside on each rank that has points", outside == n);
  PetscCall(PetscSFDestroy(&sf));
  PetscCall(PetscFree(patch));
  PetscCall(PetscFree(x));
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < NCASES; c++)
    PetscCall(CheckCase(&cases[c]));
  return TessTestEnd();
}
