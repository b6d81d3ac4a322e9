/* integral.c - the mean of an expression over the domain, or over -<name>_on, vanishes: one border row an
   equation, the sum over Gauss points (Golub & Welsch 1969) of share * residual; the points of a patch are a
   tensor grid with about -<name>_points in all patches together. */
#include <petscdt.h>
#include <petscsf.h>
#include "conditionimpl.h"

/* Replaces the drawn points of a set by a Gauss grid with no more points. */
static PetscErrorCode GaussGrid(TessCondition c, TessPointSet *set)
{
  const PetscInt dim = c->sys->dim;
  PetscInt       k, free = 0, n;
  PetscReal     *x, *w, total = 0;
  TessPatch      patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(c->sys->domain, set->s, &patch));
  for (PetscInt a = 0; a < dim; a++)
    free += !(set->face && set->normal[a] != 0);
  for (PetscInt p = 0; p < set->n; p++)
    total += set->share[p];
  k = free ? PetscMax(1, (PetscInt)(PetscPowReal(set->n, 1. / free) + 1e-9)) : 1;
  for (n = 1; free > 0; free--)
    n *= k;
  PetscCall(PetscMalloc2(k, &x, k, &w));
  for (PetscInt p = 0; p < n; p++)
    set->share[p] = total;
  for (PetscInt a = 0, stride = 1; a < dim; a++) {
    const PetscReal at = set->x[(size_t)a * set->n];

    if (set->face && set->normal[a] != 0) {
      for (PetscInt p = 0; p < n; p++)
        set->x[(size_t)a * n + p] = at;
      continue;
    }
    PetscCall(PetscDTGaussQuadrature(k, patch.lo[a], patch.hi[a], x, w));
    for (PetscInt p = 0; p < n; p++) {
      set->x[(size_t)a * n + p] = x[p / stride % k];
      set->share[p] *= w[p / stride % k] / (patch.hi[a] - patch.lo[a]);
    }
    stride *= k;
  }
  set->n = n;
  PetscCall(PetscFree2(x, w));
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
    for (PetscInt f = 0; f < c->nface; f++) PetscCall(TessConditionDraw(c, c->face[f], count[f], part[f], round));
    PetscCall(PetscFree2(count, part));
  } else PetscCall(TessConditionDraw(c, -1, c->points, 1, round));
  for (PetscInt i = 0; i < c->nset; i++)
    PetscCall(GaussGrid(c, &c->set[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Integral(TessCondition c)
{
  PetscFunctionBegin;
  c->ops    = (TessConditionOps){.place = ConditionPlace_Integral};
  c->border = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
