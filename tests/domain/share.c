/* Shares sum to one and counts to N; the counts are those of the largest remainder method written down
   plainly over all patches, also on faces, and hence do not depend on the ranks. */
#include "../tess_test.h"
#include "cases.h"

/* The share of patch id, or 0 if it is not at the face. */
static PetscReal ShareOf(TessDomain d, const Case *c, PetscInt64 id, PetscInt axis, PetscInt side)
{
  PetscReal share = 1;

  for (PetscInt i = 0; i < c->dim; id /= c->parts[i++]) {
    const PetscInt   n = c->parts[i], k = (PetscInt)(id % n);
    const PetscReal *x;

    (void)TessDomainGetEdges(d, i, &x);
    if (i != axis)
      share *= (x[k + 1] - x[k]) / (case_hi[i] - case_lo[i]);
    else if (k != (side ? n - 1 : 0))
      return 0;
  }
  return share;
}

/* Slow and plain: floor, then one by one to the largest remainder; less than 1e-6 apart is a tie. */
static PetscErrorCode Deal(TessDomain d, const Case *c, PetscInt64 N, PetscInt axis, PetscInt side,
                           PetscInt64 npatch, PetscInt64 count[], PetscReal rest[])
{
  PetscFunctionBegin;
  for (PetscInt64 p = 0; p < npatch; p++) {
    const PetscReal quota = N * ShareOf(d, c, p, axis, side);

    count[p] = (PetscInt64)(quota + 1e-8);
    rest[p]  = quota > 0 ? PetscMax(0, quota - count[p]) : -1;
  }
  for (PetscInt64 left = N;; left = N) {
    PetscInt64 best = 0;

    for (PetscInt64 p = 0; p < npatch; p++)
      left -= count[p];
    if (left <= 0)
      break;
    for (PetscInt64 p = 1; p < npatch; p++)
      if (rest[p] > rest[best] + 1e-6)
        best = p;
    count[best]++;
    rest[best] = -1;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckShare(TessDomain d, const Case *c, PetscInt64 N, PetscInt axis, PetscInt side)
{
  PetscInt64 npatch, sum = 0, *count, *plain;
  PetscReal  total = 0, *share, *rest;
  PetscInt   nowned;
  TessPatch  patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, &npatch, &nowned, NULL));
  PetscCall(PetscMalloc4(nowned, &count, nowned, &share, npatch, &plain, npatch, &rest));
  PetscCall(TessDomainShare(d, N, axis < 0 ? -1 : 2 * axis + side, count, share));
  PetscCall(Deal(d, c, N, axis, side, npatch, plain, rest));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetPatch(d, s, &patch));
    CHECK_BELOW("the share is the measure", share[s] - ShareOf(d, c, patch.id, axis, side), 1e-14);
    CHECK("the count is the plain one", count[s] == plain[patch.id]);
    sum += count[s];
    total += share[s];
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &sum, 1, MPIU_INT64, MPI_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &total, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK("counts sum to N", sum == N);
  CHECK_BELOW("shares sum to one", total - 1, 1e-13);
  PetscCall(PetscFree4(count, share, plain, rest));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt64 N[] = {0, 1, 5, 17, 100, 1003, 1234567};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < NCASES; c++) {
    TessDomain d;

    PetscCall(CaseCreate(&cases[c], &d));
    for (size_t k = 0; k < sizeof(N) / sizeof(N[0]); k++) {
      PetscCall(CheckShare(d, &cases[c], N[k], -1, 0));
      PetscCall(CheckShare(d, &cases[c], N[k], cases[c].dim - 1, 0));
      PetscCall(CheckShare(d, &cases[c], N[k], 0, 1));
    }
    PetscCall(TessDomainDestroy(&d));
  }
  return TessTestEnd();
}
