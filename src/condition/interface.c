/* interface.c - patches that do not overlap meet at the faces of their cores: rows E(x) of the lower patch
   less E(x) of the upper one, for points x of all faces between patches, shared by area.  Each side is seen
   from within, so that a coefficient may jump at the face. */
#include "interface.h"

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
  PetscCall(TessOptionsReal("-robin", "coefficient of u in the term robin", &face->robin, 0, PETSC_MAX_REAL));
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
  PetscReal        sum = 0;

  (void)TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, &periodic);
  (void)TessDomainGetParts(sys->domain, &parts);
  (void)TessDomainGetWhole(sys->domain, &whole);
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

static PetscErrorCode ConditionPlace_Interface(TessCondition c, PetscInt round)
{
  const TessSystem *sys   = c->sys;
  const PetscReal   total = Area(sys);
  PetscInt          nowned, upper;
  PetscReal         shift;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  for (PetscInt s = 0; s < nowned; s++) {
    for (PetscInt a = 0; a < sys->dim; a++) {
      PetscCall(TessDomainGetUpper(sys->domain, s, a, &upper, &shift));
      if (upper >= 0)
        PetscCall(PlaceFace(c, s, a, total, round));
    }
  }
  PetscCall(Rescale(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The same points from both sides, just within each patch. */
static PetscErrorCode ConditionBind_Interface(TessCondition c, TessPointSet *set)
{
  const TessSystem *sys     = c->sys;
  const Interface  *face    = c->data;
  const PetscReal   sign[2] = {1, -1}, within = 1e-13;
  PetscReal        *x, shift;
  PetscInt          axis = 0, s[2] = {set->s, 0};
  TessPatch         patch;
  TessPlan          plan[2];

  PetscFunctionBegin;
  while (set->normal[(size_t)axis * set->n] == 0)
    axis++;
  PetscCall(TessDomainGetUpper(sys->domain, set->s, axis, &s[1], &shift));
  PetscCall(PetscMalloc1((size_t)sys->dim * set->n, &x));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(TessDomainGetPatch(sys->domain, s[k], &patch));
    PetscCall(PetscArraycpy(x, set->x, (size_t)sys->dim * set->n));
    for (PetscInt p = 0; p < set->n; p++)
      x[(size_t)axis * set->n + p] = k ? patch.lo[axis] + within * (patch.hi[axis] - patch.lo[axis])
                                       : patch.hi[axis] - within * (patch.hi[axis] - patch.lo[axis]);
    PetscCall(TessPlanCreate(sys, Across(c, axis), s[k], set->n, x, set->normal, &plan[k]));
  }
  PetscCall(TessSidesCreate(c->neq * set->n, 2, sign, plan, &set->sides));
  for (PetscInt q = 0; q < c->neq; q++)
    for (PetscInt p = 0; p < set->n && !face->on[axis][q]; p++)
      set->scale[(size_t)q * set->n + p] = 0;
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
