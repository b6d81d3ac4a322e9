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

/* Whether time t is in this slab, its lower end included (the last one's upper end too); if it is in another,
   t becomes one that is in this, so that the place can be checked in every slab. */
static PetscErrorCode TakeTime(const TessSystem *sys, PetscReal *t, PetscBool *here)
{
  const PetscReal *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  const PetscReal from = lo[sys->dim - 1], to = hi[sys->dim - 1];

  *here = (PetscBool)(*t >= from && (*t < to || to == sys->time[1]));
  if (!*here && *t >= sys->time[0] && *t <= sys->time[1])
    *t = from;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether a part of the boundary is an end of time; then, whether this slab has it. */
static PetscBool IsEnd(const TessSystem *sys, PetscInt face, PetscBool *here)
{
  const PetscReal *lo, *hi;
  const PetscInt   t   = sys->dim - 1;
  const PetscBool  end = (PetscBool)(sys->space < sys->dim && face >= 0 && face / 2 == t);

  (void)TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL);
  *here = (PetscBool)(!end || (face % 2 ? hi[t] == sys->time[1] : lo[t] == sys->time[0]));
  return end;
}

/* Faces of an observable that other slabs have stand behind those of this one. */
static void LeaveFaces(TessCondition c)
{
  PetscBool here;

  c->nabsent = 0;
  for (PetscInt f = 0; f < c->nface;) {
    const PetscInt face = c->face[f];

    IsEnd(c->sys, face, &here);
    if (here)
      f++;
    else {
      c->face[f]        = c->face[--c->nface];
      c->face[c->nface] = face;
      c->nabsent++;
    }
  }
}

PetscErrorCode TessConditionReadPoint(TessCondition c, const char key[], PetscReal x[])
{
  const TessSystem *sys = c->sys;
  PetscInt          nword;
  char            **word;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, c->prefix, key, &nword, &word));
  TessCheckInput(nword == sys->dim, sys->comm,
                 "-%s%s has %" PetscInt_FMT " coordinates: %" PetscInt_FMT " are wanted", c->prefix, key,
                 nword, sys->dim);
  for (PetscInt a = 0; a < sys->dim; a++) {
    PetscBool ok;

    PetscCall(TessParseReal(word[a], &x[a], &ok));
    TessCheckInput(ok, sys->comm, "-%s%s: \"%s\" is not a number", c->prefix, key, word[a]);
  }
  PetscCall(TessWordsDestroy(nword, &word));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -<name>_at x,y,...: the one point, at the rank that owns it, in the slab of time that has it. */
static PetscErrorCode PlacePoint(TessCondition c)
{
  const TessSystem *sys = c->sys;
  PetscReal         x[TESS_DIM_MAX];
  PetscInt          nleaf, *patch;
  PetscBool         here = PETSC_TRUE;
  PetscInt64        outside;
  PetscMPIInt       rank;
  PetscSF           sf;
  TessPointSet     *set;

  PetscFunctionBegin;
  PetscCall(TessConditionReadPoint(c, "at", x));
  if (sys->space < sys->dim)
    PetscCall(TakeTime(sys, &x[sys->dim - 1], &here));
  PetscCallMPI(MPI_Comm_rank(sys->comm, &rank));
  PetscCall(TessDomainMigrate(sys->domain, rank ? 0 : 1, x, &sf, &nleaf, &patch, &outside));
  TessCheckInput(!outside, sys->comm, "-%sat: the point lies outside the domain", c->prefix);
  if (nleaf && here) {
    PetscCall(TessConditionAddSet(c, patch[0], 1, &set));
    PetscCall(PetscArraycpy(set->x, x, sys->dim));
    set->share[0] = 1;
  }
  PetscCall(PetscFree(patch));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The mean over the whole time is the sum over slabs with their share of the measure. */
PetscErrorCode TessConditionGetMeasure(TessCondition c, PetscReal *measure)
{
  const TessSystem *sys = c->sys;
  const PetscInt    all = c->nface + c->nabsent;
  const PetscReal  *lo, *hi;
  PetscReal         here = 0, whole = 0, slabs = 1;
  PetscBool         own;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  if (sys->space < sys->dim)
    slabs = (sys->time[1] - sys->time[0]) / (hi[sys->dim - 1] - lo[sys->dim - 1]);
  for (PetscInt f = 0; f < PetscMax(all, 1); f++) {
    const PetscInt face = all ? c->face[f] : -1;
    PetscReal      part;

    PetscCall(TessDomainGetMeasure(sys->domain, face, &part));
    whole += IsEnd(sys, face, &own) ? part : part * slabs;
    here += own ? part : 0;
  }
  *measure = !strcmp(c->text, "integral") ? here
             : !strcmp(c->text, "mean")   ? here / whole
             : !strcmp(c->text, "zero")   ? TessZeroMeasure(c)
                                          : 1;
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
  PetscCall(TessWordsDestroy(nword, &word));
  if (nword) {
    PetscCall(PlacePoint(c));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessConditionReadFaces(c, PETSC_FALSE));
  if (c->observable)
    LeaveFaces(c);
  if (c->nface) {
    PetscCall(PetscMalloc2(c->nface, &count, c->nface, &part));
    PetscCall(TessConditionShareFaces(c, count, part));
    for (PetscInt f = 0; f < c->nface; f++)
      PetscCall(AddRule(c, c->face[f], count[f], part[f]));
    PetscCall(PetscFree2(count, part));
  } else if (!c->nabsent)
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
