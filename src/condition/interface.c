/* interface.c - patches that do not overlap meet at the faces of their cores, or at faces of cells where they
   are parts of a mesh: rows E(x) of the lower patch less E(x) of the upper one, for points x of all faces
   between patches, shared by area.  Each side is seen from within, so that a coefficient may jump at the
   face. */
#include "interface.h"

#define ROUNDINGS 2 /* of a coordinate: how far the sides of a face are from it */
#define PART 0.05   /* of a patch, over which derivatives are compared with values */

static const char *const forms[] = {"difference", "average"};

static PetscErrorCode ConditionSetFromOptions_Interface(TessCondition c)
{
  const TessSystem *sys  = c->sys;
  Interface        *face = c->data;
  PetscReal         overlap;
  PetscInt          form = 0;

  PetscFunctionBegin;
  PetscCall(TessDomainGetOverlap(sys->domain, &overlap));
  TessCheckInput(
      overlap == 0, sys->comm,
      "condition \"%s\" is of type interface, but the patches overlap: set -%soverlap to 0, or leave the "
      "condition out",
      c->name, sys->prefix);
  PetscOptionsBegin(sys->comm, c->prefix, "an interface", NULL);
  PetscCall(TessOptionsReal("-robin", "coefficient of u in the term robin", &face->robin, PETSC_SMALL,
                            PETSC_MAX_REAL));
  PetscCall(TessOptionsChoice("-form", "how the two sides are compared", 2, forms, &form));
  PetscOptionsEnd();
  PetscCall(TessConditionReadTerms(c));
  PetscCall(TessConditionReadWeights(c));
  for (PetscInt q = 0; q < c->neq && form; q++)
    c->weight[q] /= 2; /* each side less the mean: two rows of half the difference */
  c->pde       = face->pde[0];
  face->pde[0] = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static TessPde Across(TessCondition c, PetscInt axis)
{
  return axis ? ((Interface *)c->data)->pde[axis] : c->pde;
}

/* Area of all faces between patches. */
static PetscReal Area(const TessSystem *sys)
{
  const PetscReal *lo, *hi;
  const PetscBool *periodic, *whole;
  const PetscInt  *parts;
  PetscInt         ncut;
  PetscReal        sum = 0, volume;

  (void)TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, &periodic);
  (void)TessDomainGetParts(sys->domain, &parts);
  (void)TessDomainGetWhole(sys->domain, &whole);
  (void)TessDomainGetCut(sys->domain, &ncut);
  (void)TessDomainGetBetween(sys->domain, &sum);
  if (ncut && sys->dim > sys->space) {
    (void)TessDomainGetMeasure(sys->domain, 2 * sys->space, &volume);
    sum += volume * (parts[sys->space] - 1);
  }
  if (ncut)
    return sum;
  for (PetscInt a = 0; a < sys->dim; a++) {
    PetscReal area = 1;

    for (PetscInt b = 0; b < sys->dim; b++)
      area *= b == a ? 1 : hi[b] - lo[b];
    sum += area * (parts[a] - (!periodic[a] || whole[a]));
  }
  return sum;
}

/* The points of a face: those of the whole, by area, rounded; of them those in the domain. */
static PetscErrorCode PlaceFace(TessCondition c, PetscInt s, PetscInt axis, PetscReal total, PetscInt round)
{
  const TessSystem *sys = c->sys;
  PetscReal         lo[TESS_DIM_MAX], hi[TESS_DIM_MAX], area = 1, *x;
  PetscInt          n = 1, k = 0;
  PetscBool        *in;
  TessKey           key;
  TessPatch         patch;
  TessPointSet     *set;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
  PetscCall(PetscArraycpy(lo, patch.lo, sys->dim));
  PetscCall(PetscArraycpy(hi, patch.hi, sys->dim));
  lo[axis] = hi[axis];
  for (PetscInt a = 0; a < sys->dim; a++)
    area *= a == axis ? 1 : hi[a] - lo[a];
  if (sys->dim > 1) /* between intervals there is one point */
    n = PetscMax(1, (PetscInt)(c->points * (area / total) + 0.5));
  key = TessKeyMake(TessKeyMake(TessKeyName(sys->key, c->name), (uint64_t)axis), (uint64_t)patch.id);
  PetscCall(PetscMalloc2((size_t)sys->dim * n, &x, n, &in));
  PetscCall(
      TessSampleBox((TessSampleType)c->sampling, TessKeyMake(key, (uint64_t)round), sys->dim, lo, hi, n, x));
  PetscCall(TessDomainInsidePatch(sys->domain, s, n, x, in));
  for (PetscInt p = 0; p < n; p++)
    k += in[p];
  if (k)
    PetscCall(TessConditionAddSet(c, s, k, &set));
  if (k)
    PetscCall(PetscCalloc1((size_t)sys->dim * k, &set->normal));
  for (PetscInt p = 0, i = 0; p < n; p++) {
    if (!in[p])
      continue;
    for (PetscInt a = 0; a < sys->dim; a++)
      set->x[(size_t)a * k + i] = x[(size_t)a * n + p];
    set->normal[(size_t)axis * k + i] = 1;
    set->share[i++]                   = area / total / n;
  }
  PetscCall(PetscFree2(x, in));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where holes or a mesh took points away, shares grow to sum to one. */
static PetscErrorCode Rescale(TessCondition c)
{
  PetscReal sum = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < c->nset; i++)
    for (PetscInt p = 0; p < c->set[i].n; p++)
      sum += c->set[i].share[p];
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &sum, 1, MPIU_REAL, MPIU_SUM, c->sys->comm));
  for (PetscInt i = 0; i < c->nset && sum < 1 - 1e-9; i++)
    for (PetscInt p = 0; p < c->set[i].n; p++)
      c->set[i].share[p] /= sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points on faces of cells between patch s and those beyond, where patches are parts of a mesh. */
static PetscErrorCode PlaceCells(TessCondition c, PetscInt s, PetscReal total, PetscInt round)
{
  const TessSystem    *sys     = c->sys;
  const TessBoxSampler sampler = {.draw = TessConditionSample, .ctx = &c->sampling};
  PetscInt             n, *beyond;
  PetscReal            area;
  TessCloud           *cloud;
  TessPointSet        *set;

  PetscFunctionBegin;
  PetscCall(TessDomainGetBeyond(sys->domain, s, &n, &beyond));
  PetscCall(TessDomainGetBetween(sys->domain, &area));
  PetscCall(PetscMalloc1(n, &cloud));
  if (n)
    PetscCall(TessDomainDrawBetween(sys->domain, s, (PetscInt64)(c->points * (area / total) + 0.5), &sampler,
                                    TessKeyName(sys->key, c->name), round, n, beyond, cloud));
  for (PetscInt k = 0; k < n; k++) {
    if (cloud[k].n) {
      PetscCall(TessConditionAddSet(c, s, cloud[k].n, &set));
      PetscCall(PetscArraycpy(set->x, cloud[k].x, (size_t)sys->dim * set->n));
      for (PetscInt p = 0; p < set->n; p++)
        set->share[p] = cloud[k].share[p] * area / total;
      set->normal     = cloud[k].normal;
      set->beyond     = beyond[k];
      cloud[k].normal = NULL;
    }
    PetscCall(TessCloudDestroy(&cloud[k]));
  }
  PetscCall(PetscFree(cloud));
  PetscCall(PetscFree(beyond));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionPlace_Interface(TessCondition c, PetscInt round)
{
  const TessSystem *sys   = c->sys;
  const PetscReal   total = Area(sys);
  PetscInt          nowned, upper, ncut;
  PetscReal         shift;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(TessDomainGetCut(sys->domain, &ncut));
  for (PetscInt s = 0; s < nowned; s++) {
    if (ncut)
      PetscCall(PlaceCells(c, s, total, round));
    for (PetscInt a = 0; a < sys->dim; a++) {
      PetscCall(TessDomainGetUpper(sys->domain, s, a, &upper, &shift));
      if (upper >= 0)
        PetscCall(PlaceFace(c, s, a, total, round));
    }
  }
  PetscCall(Rescale(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x [dim][n] of a set on its side k, just within patch s: by a few roundings of the coordinates, onto the
   face of its core, or against the normal. */
static PetscErrorCode Within(TessCondition c, const TessPointSet *set, PetscInt k, PetscInt s, PetscInt axis,
                             PetscReal x[])
{
  const PetscInt n   = set->n;
  PetscReal      top = 0, within;
  TessPatch      patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(c->sys->domain, s, &patch));
  PetscCall(PetscArraycpy(x, set->x, (size_t)c->sys->dim * n));
  for (PetscInt a = 0; a < c->sys->dim; a++)
    if (a == axis || (set->beyond && a < c->sys->space))
      top = PetscMax(top, PetscMax(PetscAbsReal(patch.lo[a]), PetscAbsReal(patch.hi[a])));
  within = ROUNDINGS * PETSC_MACHINE_EPSILON * top;
  for (PetscInt a = 0; a < c->sys->dim && set->beyond; a++)
    for (PetscInt p = 0; p < n; p++) {
      const PetscReal at = x[(size_t)a * n + p] + (k ? 1 : -1) * within * set->normal[(size_t)a * n + p];

      x[(size_t)a * n + p] = PetscMin(PetscMax(at, patch.lo[a]), patch.hi[a]);
    }
  for (PetscInt p = 0; p < n && !set->beyond; p++)
    x[(size_t)axis * n + p] = k ? patch.lo[axis] + within : patch.hi[axis] - within;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rows without a meaning across an axis are zero.  Coefficients that move have rows of the size of u, and the
   step, not a weight, says how much the equations count beside them: a derivative of order k counts as what
   it makes of u over a part of the narrower patch, whatever the widths are. */
static PetscErrorCode Units(TessCondition c, TessPointSet *set, const PetscInt s[2], PetscInt axis)
{
  static const PetscInt order[NTERM] = {[FLUX] = 1, [NORMAL] = 1, [NORMAL2] = 2, [NORMAL3] = 3, [ROBIN] = 1};
  const Interface      *face         = c->data;
  PetscReal             length       = PETSC_MAX_REAL;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < 2; k++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(c->sys->domain, s[k], &patch));
    length = PetscMin(length, PART * (patch.hi[axis] - patch.lo[axis]));
  }
  for (PetscInt q = 0; q < c->neq; q++)
    set->unit[q] = !face->on[axis][q] ? 0
                   : c->sys->motion   ? PetscPowRealInt(length, order[face->term[q]])
                                      : 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The same points from both sides. */
static PetscErrorCode ConditionBind_Interface(TessCondition c, TessPointSet *set)
{
  const TessSystem *sys     = c->sys;
  const PetscReal   sign[2] = {1, -1};
  PetscReal        *x, shift;
  PetscInt          axis = 0, s[2] = {set->s, set->beyond};
  TessPlan          plan[2];

  PetscFunctionBegin;
  while (!set->beyond && set->normal[(size_t)axis * set->n] == 0)
    axis++;
  if (!set->beyond)
    PetscCall(TessDomainGetUpper(sys->domain, set->s, axis, &s[1], &shift));
  PetscCall(PetscMalloc1((size_t)sys->dim * set->n, &x));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(Within(c, set, k, s[k], axis, x));
    PetscCall(TessPlanCreate(sys, Across(c, axis), s[k], set->n, x, set->normal, &plan[k]));
  }
  PetscCall(TessSidesCreate(c->neq * set->n, 2, sign, plan, &set->sides));
  PetscCall(Units(c, set, s, axis));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionDestroy_Interface(TessCondition c)
{
  Interface *face = c->data;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++)
    PetscCall(TessPdeDestroy(&face->pde[a]));
  PetscCall(PetscFree(c->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Interface(TessCondition c)
{
  Interface *face;

  PetscFunctionBegin;
  PetscCall(PetscNew(&face));
  face->robin = 1;
  c->data     = face;
  c->ops      = (TessConditionOps){.setfromoptions = ConditionSetFromOptions_Interface,
                                   .place          = ConditionPlace_Interface,
                                   .bind           = ConditionBind_Interface,
                                   .splits         = ConditionSplits_Interface,
                                   .destroy        = ConditionDestroy_Interface};
  PetscFunctionReturn(PETSC_SUCCESS);
}
