/* The experts that reach a patch are exactly those whose supports, moved by whole periods, meet its core,
   each once and in order; the exchange brings every ghost its owner's number.  Opposite owned patches across
   linked axes stand those that reach the upper face there; without overlap every expert reaches its own core
   alone, and the upper neighbours are known; no other patch is a ghost. */
#include "../tess_test.h"
#include "cases.h"

/* Naive twin: does expert e, moved by -wrap periods, meet the core of patch s (its upper face along axis
 * `held`)?  Everything from the edges alone. */
static PetscBool Reaches(TessDomain d, const Case *c, PetscInt64 s, PetscInt held, PetscInt64 e,
                         const PetscInt wrap[])
{
  for (PetscInt i = 0; i < c->dim; i++) {
    const PetscInt   n = c->parts[i], ps = (PetscInt)(s % n), pe = (PetscInt)(e % n);
    const PetscReal  L = case_hi[i] - case_lo[i];
    const PetscReal *x;
    PetscReal        lo, hi, w;

    (void)TessDomainGetEdges(d, i, &x);
    s /= n;
    e /= n;
    w  = x[pe + 1] - x[pe];
    lo = x[pe];
    hi = x[pe + 1];
    if (pe > 0 || c->periodic[i])
      lo -= c->overlap / 2 * PetscMin(w, pe > 0 ? x[pe] - x[pe - 1] : x[n] - x[n - 1]);
    if (pe < n - 1 || c->periodic[i])
      hi += c->overlap / 2 * PetscMin(w, pe < n - 1 ? x[pe + 2] - x[pe + 1] : x[1] - x[0]);
    if (wrap[i] && !c->periodic[i])
      return PETSC_FALSE;
    lo -= wrap[i] * L; /* x + wrap L in (lo, hi) */
    hi -= wrap[i] * L;
    if (i == held && pe == n - 1)
      continue;
    if (lo >= x[ps + 1] - 1e-9 || hi <= x[i == held ? n : ps] + 1e-9)
      return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

static PetscErrorCode CheckReach(TessDomain d, const Case *c, PetscInt s, PetscInt held, PetscBool used[])
{
  const TessReach *reach;
  TessPatch        patch, expert;
  PetscInt64       npatch;
  PetscInt         n, k = 0;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(d, &npatch, NULL, NULL));
  PetscCall(TessDomainGetPatch(d, s, &patch));
  PetscCall(TessDomainGetReach(d, s, &n, &reach));
  for (PetscInt64 e = 0; e < npatch; e++) {
    PetscInt wrap[CASE_DIM] = {0, 0, 0};

    for (PetscInt image = 0; image < PetscPowInt(3, c->dim); image++) {
      for (PetscInt i = c->dim - 1, rest = image; i >= 0; i--, rest /= 3)
        wrap[i] = rest % 3 - 1;
      if (!Reaches(d, c, patch.id, held, e, wrap))
        continue;
      CHECK("no expert is forgotten", k < n);
      if (k == n)
        PetscFunctionReturn(PETSC_SUCCESS);
      PetscCall(TessDomainGetPatch(d, reach[k].e, &expert));
      CHECK("the same expert as by brute force", expert.id == e);
      for (PetscInt i = 0; i < c->dim; i++)
        CHECK_BELOW("the same shift as by brute force",
                    reach[k].shift[i] - wrap[i] * (case_hi[i] - case_lo[i]), 1e-12);
      used[reach[k++].e] = PETSC_TRUE;
    }
  }
  CHECK("no expert is too many", k == n);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The patches opposite owned ones: where they are, and what reaches them. */
static PetscErrorCode CheckOpposite(TessDomain d, const Case *c, PetscInt nowned, PetscInt nlocal,
                                    PetscBool used[])
{
  PetscInt *held, l;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(nlocal, &held));
  for (l = 0; l < nlocal; l++)
    held[l] = -2; /* not opposite */
  for (PetscInt s = 0; s < nowned; s++) {
    for (PetscInt a = 0; a < c->nlinked; a++) {
      TessPatch low, high;

      PetscCall(TessDomainGetPatch(d, s, &low));
      if (low.lo[a] > case_lo[a])
        continue;
      PetscCall(TessDomainGetOpposite(d, s, a, &l));
      PetscCall(TessDomainGetPatch(d, l, &high));
      for (PetscInt i = 0; i < c->dim; i++)
        CHECK("straight across", i == a ? high.hi[i] == case_hi[i] : high.lo[i] == low.lo[i]);
      held[l] = held[l] == -2 ? a : -1;
    }
  }
  for (l = nowned; l < nlocal; l++)
    if (held[l] > -2)
      PetscCall(CheckReach(d, c, l, held[l], used));
  PetscCall(PetscFree(held));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Without overlap: the neighbour beyond the upper face of every axis, through a period too. */
static PetscErrorCode CheckUpper(TessDomain d, const Case *c, PetscInt nowned, PetscBool used[])
{
  PetscFunctionBegin;
  for (PetscInt s = 0; s < nowned && c->overlap == 0; s++) {
    for (PetscInt a = 0; a < c->dim; a++) {
      const PetscReal L = case_hi[a] - case_lo[a];
      PetscInt        l;
      PetscReal       shift;
      TessPatch       low, high;

      PetscCall(TessDomainGetPatch(d, s, &low));
      PetscCall(TessDomainGetUpper(d, s, a, &l, &shift));
      CHECK("the last patch has no neighbour", (l < 0) == (low.hi[a] == case_hi[a] && !c->periodic[a]));
      if (l < 0)
        continue;
      PetscCall(TessDomainGetPatch(d, l, &high));
      for (PetscInt i = 0; i < c->dim; i++)
        CHECK_BELOW("it begins where this one ends",
                    high.lo[i] - (i == a ? low.hi[i] - (low.hi[a] == case_hi[a] ? L : 0) : low.lo[i]), 1e-12);
      CHECK_BELOW("moved by a period or not", high.lo[a] - low.hi[a] - shift, 1e-12);
      if (l >= nowned)
        PetscCall(CheckReach(d, c, l, -1, used));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckCase(const Case *c)
{
  TessDomain  d;
  TessPatch   patch;
  PetscSF     sf;
  PetscInt    nowned, nlocal;
  PetscBool  *used;
  PetscInt64 *id;

  PetscFunctionBegin;
  PetscCall(CaseCreate(c, &d));
  PetscCall(TessDomainGetSizes(d, NULL, &nowned, &nlocal));
  PetscCall(PetscCalloc1(nlocal, &used));
  PetscCall(PetscCalloc1(nlocal, &id));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(CheckReach(d, c, s, -1, used));
    PetscCall(TessDomainGetPatch(d, s, &patch));
    id[s] = patch.id + 100;
  }
  PetscCall(CheckOpposite(d, c, nowned, nlocal, used));
  PetscCall(CheckUpper(d, c, nowned, used));
  for (PetscInt l = nowned; l < nlocal; l++)
    CHECK("every ghost is used", used[l]);
  PetscCall(TessDomainGetSF(d, &sf));
  PetscCall(PetscSFBcastBegin(sf, MPIU_INT64, id, id, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_INT64, id, id, MPI_REPLACE));
  for (PetscInt l = 0; l < nlocal; l++) {
    PetscCall(TessDomainGetPatch(d, l, &patch));
    CHECK("a ghost gets what its owner has", id[l] == patch.id + 100);
  }
  PetscCall(PetscFree(used));
  PetscCall(PetscFree(id));
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
