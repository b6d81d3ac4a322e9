/* integral.c - the mean of an expression over the domain, or over -<name>_on, vanishes: one border row an
   equation, the sum over Gauss points (Golub & Welsch 1969, in panels) of share * residual; the points of a
   patch are a tensor grid, with at most -<name>_points in all together as long as each has one. */
#include <petscdt.h>
#include <petscsf.h>
#include "conditionimpl.h"

#define PANEL                                                                                                \
  32 /* points of a Gauss rule at most: its points cost their square, and long axes take several */

/* npanel panels of equal length on lo..hi, each with n Gauss points. */
static PetscErrorCode AxisRule(PetscInt npanel, PetscInt n, PetscReal lo, PetscReal hi, PetscReal x[],
                               PetscReal w[])
{
  const PetscReal h = (hi - lo) / npanel;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < npanel; i++)
    PetscCall(PetscDTGaussQuadrature(n, lo + i * h, lo + (i + 1) * h, x + i * n, w + i * n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The Gauss grid of patch s on a face (-1: in the core) with at most n points, but one at least. */
static PetscErrorCode AddGrid(TessCondition c, PetscInt s, PetscInt face, PetscInt64 n, PetscReal share)
{
  const PetscInt dim = c->sys->dim, held = face < 0 ? -1 : face / 2;
  PetscInt       k = 1, npanel, free = held < 0 ? dim : dim - 1, all = 1;
  PetscReal     *x, *w;
  TessPatch      patch;
  TessPointSet  *set;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(c->sys->domain, s, &patch));
  if (free)
    k = PetscMax(1, (PetscInt)(PetscPowReal((PetscReal)n, 1. / free) + 1e-9));
  npanel = (k + PANEL - 1) / PANEL;
  k -= k % npanel;
  for (; free > 0; free--)
    all *= k;
  PetscCall(TessConditionAddSet(c, s, all, &set));
  PetscCall(PetscMalloc2(k, &x, k, &w));
  for (PetscInt p = 0; p < all; p++)
    set->share[p] = share;
  for (PetscInt a = 0, stride = 1; a < dim; a++) {
    if (a == held) {
      set->face      = PETSC_TRUE;
      set->normal[a] = face % 2 ? 1 : -1;
      for (PetscInt p = 0; p < all; p++)
        set->x[(size_t)a * all + p] = face % 2 ? patch.hi[a] : patch.lo[a];
      continue;
    }
    PetscCall(AxisRule(npanel, k / npanel, patch.lo[a], patch.hi[a], x, w));
    for (PetscInt p = 0; p < all; p++) {
      set->x[(size_t)a * all + p] = x[p / stride % k];
      set->share[p] *= w[p / stride % k] / (patch.hi[a] - patch.lo[a]);
    }
    stride *= k;
  }
  PetscCall(PetscFree2(x, w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The grids of all owned patches at a face (-1: of all), n points and a part of the measure together. */
static PetscErrorCode AddGrids(TessCondition c, PetscInt face, PetscInt64 n, PetscReal part)
{
  PetscInt    nowned;
  PetscInt64 *count;
  PetscReal  *share;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(c->sys->domain, NULL, &nowned, NULL));
  PetscCall(PetscMalloc2(nowned, &count, nowned, &share));
  PetscCall(
      TessDomainShare(c->sys->domain, n, face < 0 ? -1 : face / 2, face < 0 ? 0 : face % 2, count, share));
  for (PetscInt s = 0; s < nowned; s++)
    if (share[s] > 0)
      PetscCall(AddGrid(c, s, face, count[s], part * share[s]));
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -<name>_at x,y,...: the one point, at the rank that owns it. */
static PetscErrorCode PlacePoint(TessCondition c, PetscInt nword, char **word)
{
  const TessSystem *sys = c->sys;
  PetscReal         x[TESS_DIM_MAX];
  PetscInt          nleaf, *patch;
  PetscInt64        outside;
  PetscMPIInt       rank;
  PetscSF           sf;
  TessPointSet     *set;

  PetscFunctionBegin;
  TessCheckInput(nword == sys->dim, sys->comm,
                 "-%sat has %" PetscInt_FMT " coordinates: %" PetscInt_FMT " are wanted", c->prefix, nword,
                 sys->dim);
  for (PetscInt a = 0; a < sys->dim; a++) {
    PetscBool ok;

    PetscCall(TessParseReal(word[a], &x[a], &ok));
    TessCheckInput(ok, sys->comm, "-%sat: \"%s\" is not a number", c->prefix, word[a]);
  }
  PetscCallMPI(MPI_Comm_rank(sys->comm, &rank));
  PetscCall(TessDomainMigrate(sys->domain, rank ? 0 : 1, x, &sf, &nleaf, &patch, &outside));
  TessCheckInput(!outside, sys->comm, "-%sat: the point lies outside the domain", c->prefix);
  if (nleaf) {
    PetscCall(TessConditionAddSet(c, patch[0], 1, &set));
    PetscCall(PetscArraycpy(set->x, x, sys->dim));
    set->share[0] = 1;
  }
  PetscCall(PetscFree(patch));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetMeasure(TessCondition c, PetscReal *measure)
{
  const PetscReal *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(c->sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  *measure = 1;
  if (strcmp(c->text, "integral"))
    PetscFunctionReturn(PETSC_SUCCESS);
  if (c->nface)
    *measure = 0;
  for (PetscInt f = 0; f < PetscMax(c->nface, 1); f++) {
    PetscReal area = 1;

    for (PetscInt a = 0; a < c->sys->dim; a++)
      if (!c->nface || a != c->face[f] / 2)
        area *= hi[a] - lo[a];
    *measure = c->nface ? *measure + area : area;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionPlace_Integral(TessCondition c, PetscInt round)
{
  PetscInt64 *count;
  PetscReal  *part;
  PetscInt    nword;
  char      **word;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, c->prefix, "at", &nword, &word));
  if (nword) {
    PetscCall(PlacePoint(c, nword, word));
    PetscCall(TessWordsDestroy(nword, &word));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessConditionReadFaces(c, PETSC_FALSE));
  if (c->nface) {
    PetscCall(PetscMalloc2(c->nface, &count, c->nface, &part));
    PetscCall(TessConditionShareFaces(c, count, part));
    for (PetscInt f = 0; f < c->nface; f++)
      PetscCall(AddGrids(c, c->face[f], count[f], part[f]));
    PetscCall(PetscFree2(count, part));
  } else
    PetscCall(AddGrids(c, -1, c->points, 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Integral(TessCondition c)
{
  PetscFunctionBegin;
  c->ops    = (TessConditionOps){.place = ConditionPlace_Integral};
  c->border = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
