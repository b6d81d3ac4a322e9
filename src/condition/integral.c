/* integral.c - the mean of an expression over the domain, or over -<name>_on, vanishes: one border row an
   equation, the sum over the points of a rule (TessDomainQuadrature) of share * residual, with at most
   -<name>_points in all together as long as each patch has one. */
#include <petscsf.h>
#include "conditionimpl.h"

/* The rule on a part of the boundary (-1: the domain), n points and a part of the measure together. */
static PetscErrorCode AddRule(TessCondition c, PetscInt face, PetscInt64 n, PetscReal part)
{
  PetscInt   nowned;
  TessCloud *cloud;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(c->sys->domain, NULL, &nowned, NULL));
  PetscCall(PetscMalloc1(nowned, &cloud));
  PetscCall(TessDomainQuadrature(c->sys->domain, face, n, cloud));
  PetscCall(TessConditionTakeClouds(c, cloud, part));
  PetscCall(PetscFree(cloud));
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
  PetscFunctionBegin;
  *measure = strcmp(c->text, "integral") ? 1 : 0;
  if (*measure > 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt f = 0; f < PetscMax(c->nface, 1); f++) {
    PetscReal part;

    PetscCall(TessDomainGetMeasure(c->sys->domain, c->nface ? c->face[f] : -1, &part));
    *measure += part;
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
      PetscCall(AddRule(c, c->face[f], count[f], part[f]));
    PetscCall(PetscFree2(count, part));
  } else
    PetscCall(AddRule(c, -1, c->points, 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Integral(TessCondition c)
{
  PetscFunctionBegin;
  c->ops    = (TessConditionOps){.place = ConditionPlace_Integral};
  c->border = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
