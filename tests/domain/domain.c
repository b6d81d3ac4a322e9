/* Cores tile the domain, every patch has one owner, transitions agree on both sides of an edge, owners are
   found by number, weights balance, and one hundred axes or more ranks than patches are no trouble. */
#include "../tess_test.h"
#include "cases.h"

static PetscErrorCode CheckPatches(TessDomain d, const Case *c)
{
  PetscReal    volume = 0, whole = 1;
  PetscInt64   npatch, *id, sum = 0;
  PetscInt     nowned, *index;
  PetscMPIInt *owner, rank, size;
  TessPatch    patch;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(TessDomainGetSizes(d, &npatch, &nowned, NULL));
  for (PetscInt i = 0; i < c->dim; i++)
    whole *= case_hi[i] - case_lo[i];
  PetscCall(PetscMalloc3(npatch, &id, npatch, &owner, npatch, &index));
  for (PetscInt64 p = 0; p < npatch; p++)
    id[p] = p;
  PetscCall(TessDomainFindOwners(d, rank == size - 1 ? (PetscInt)npatch : 0, id, owner, index));
  PetscCallMPI(MPI_Bcast(owner, (PetscMPIInt)npatch, MPI_INT, size - 1, PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Bcast(index, (PetscMPIInt)npatch, MPIU_INT, size - 1, PETSC_COMM_WORLD));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscReal v = 1;

    PetscCall(TessDomainGetPatch(d, s, &patch));
    for (PetscInt i = 0; i < c->dim; i++) {
      v *= patch.hi[i] - patch.lo[i];
      CHECK("transitions fit into the patch",
            patch.dlo[i] + patch.dhi[i] <= 2.0000001 * (patch.hi[i] - patch.lo[i]));
      CHECK("no transition at an outer face",
            c->periodic[i] || patch.lo[i] > case_lo[i] || patch.dlo[i] == 0);
      CHECK("no transition at an outer face",
            c->periodic[i] || patch.hi[i] < case_hi[i] || patch.dhi[i] == 0);
    }
    volume += v;
    sum += patch.id;
    CHECK("the directory knows the owner", owner[patch.id] == rank && index[patch.id] == s);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &volume, 1, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &sum, 1, MPIU_INT64, MPI_SUM, PETSC_COMM_WORLD));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &nowned, 1, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("the cores fill the domain", volume / whole - 1, 1e-13);
  CHECK("every patch has one owner", nowned == npatch && sum == npatch * (npatch - 1) / 2);
  PetscCall(PetscFree3(id, owner, index));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The transition at an upper face is the one at the lower face of the neighbour, where both are local. */
static PetscErrorCode CheckTransitions(TessDomain d, const Case *c)
{
  PetscInt  nlocal;
  TessPatch a, b;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, NULL, NULL, &nlocal));
  for (PetscInt i = 0; i < nlocal; i++) {
    PetscCall(TessDomainGetPatch(d, i, &a));
    for (PetscInt j = 0; j < nlocal; j++) {
      PetscCall(TessDomainGetPatch(d, j, &b));
      if (b.id != a.id + 1 || b.lo[0] != a.hi[0])
        continue;
      CHECK("both sides of an edge see one transition",
            a.dhi[0] == b.dlo[0] && (a.dhi[0] > 0) == (c->overlap > 0));
      CHECK_BELOW("it is the overlap times the narrower width",
                  a.dhi[0] - c->overlap * PetscMin(a.hi[0] - a.lo[0], b.hi[0] - b.lo[0]), 1e-13);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckHundredAxes(void)
{
  char        text[100][8];
  const char *names[100];
  PetscReal   lo[100], hi[100];
  PetscInt    nowned, n;
  PetscInt64  npatch;
  TessDomain  d;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 100; i++) {
    PetscCall(PetscSNPrintf(text[i], 8, "x%" PetscInt_FMT, i + 1));
    names[i] = text[i];
    lo[i]    = 0;
    hi[i]    = 2;
  }
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, 100, 100, names, lo, hi, NULL));
  PetscCall(TessDomainSetUp(d));
  PetscCall(TessDomainGetSizes(d, &npatch, &nowned, NULL));
  CHECK("one patch", npatch == 1 && nowned <= 1);
  if (nowned) {
    const TessReach *reach;

    PetscCall(TessDomainGetReach(d, 0, &n, &reach));
    CHECK("it reaches itself only", n == 1 && reach[0].e == 0);
  }
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Patches of the lower half weigh three times as much. */
static PetscErrorCode Weight(void *ctx, PetscInt64 id, const PetscReal lo[], const PetscReal hi[],
                             PetscReal *weight)
{
  *weight = hi[0] > 0.5 ? 0.1 : 0.3;
  return PETSC_SUCCESS;
}

static PetscErrorCode CheckWeights(void)
{
  const char *const names[] = {"x", "y"};
  const PetscReal   lo[] = {0, 0}, hi[] = {1, 1};
  const PetscInt    parts[] = {8, 8};
  PetscReal         mine    = 0, most;
  PetscInt          nowned;
  PetscMPIInt       size;
  TessDomain        d;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, 2, 2, names, lo, hi, NULL));
  PetscCall(TessDomainSetParts(d, parts));
  PetscCall(TessDomainSetWeight(d, Weight, NULL));
  PetscCall(TessDomainSetUp(d));
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, NULL));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch p;
    PetscReal w;

    PetscCall(TessDomainGetPatch(d, s, &p));
    PetscCall(Weight(NULL, p.id, p.lo, p.hi, &w));
    mine += w / (64 * 0.2);
  }
  PetscCall(MPIU_Allreduce(&mine, &most, 1, MPIU_REAL, MPIU_MAX, PETSC_COMM_WORLD));
  CHECK_BELOW("no rank has a quarter more than its share of the weight", most, 1.25 / size);
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt c = 0; c < NCASES; c++) {
    TessDomain d;

    PetscCall(CaseCreate(&cases[c], &d));
    PetscCall(CheckPatches(d, &cases[c]));
    PetscCall(CheckTransitions(d, &cases[c]));
    PetscCall(TessDomainDestroy(&d));
    CHECK("Destroy leaves NULL", !d);
  }
  PetscCall(CheckHundredAxes());
  PetscCall(CheckWeights());
  return TessTestEnd();
}
