/* condition.c - the class: its equations and weights from options, its rows from its sides.
   Row q at point p is  scale[q][p] (residual_q(x_p) - target[q][p]),  scale = sqrt(weight_q share_p) (data:
   over sigma). */
#include "conditionimpl.h"

typedef struct {
  const char *type, *what;
  PetscErrorCode (*create)(TessCondition);
} TypeEntry;
static const TypeEntry types[] = {
    {"interior", "in the domain", TessConditionCreate_Interior},
    {"boundary", "on faces of the domain", TessConditionCreate_Boundary},
    {"initial", "at the lower end of time", TessConditionCreate_Initial},
    {"data", "values at points", TessConditionCreate_Data},
    {"periodic", "at two opposite faces", TessConditionCreate_Periodic},
    {"interface", "between patches that do not overlap", TessConditionCreate_Interface},
    {"integral", "the mean over the domain or a boundary vanishes", TessConditionCreate_Integral},
};
#define NTYPES ((PetscInt)PETSC_STATIC_ARRAY_LENGTH(types))

PetscErrorCode TessConditionCreate(const TessSystem *sys, const char name[], TessCondition *condition)
{
  TessCondition c;
  char          prefix[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&c));
  c->sys      = sys;
  c->points   = 1000;
  c->npoint   = -1;
  c->part     = 1;
  c->sampling = TESS_SAMPLE_SOBOL;
  c->sigma    = 1;
  c->balance  = 1;
  c->text     = "equation";
  PetscCall(PetscStrallocpy(name, &c->name));
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%s%s_", sys->prefix, name));
  PetscCall(PetscStrallocpy(prefix, &c->prefix));
  *condition = c;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetType(TessCondition c)
{
  const char *words[NTYPES];
  char       *given, *list;
  const char *nearest;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < NTYPES; i++)
    words[i] = types[i].type;
  PetscCall(TessOptionsText(NULL, c->prefix, "type", &given));
  PetscCall(TessJoin(NTYPES, words, &list));
  if (!given && !strcmp(c->name, "interface"))
    PetscCall(PetscStrallocpy("interface", &given));
  TessCheckInput(given, c->sys->comm, "condition \"%s\" has no type: set -%stype to one of %s", c->name,
                 c->prefix, list);
  for (PetscInt i = 0; i < NTYPES; i++) {
    if (strcmp(given, types[i].type))
      continue;
    c->type = types[i].type;
    PetscCall(types[i].create(c));
  }
  PetscCall(TessNearest(given, NTYPES, words, &nearest));
  TessCheckInput(c->type, c->sys->comm, "condition \"%s\": type \"%s\" is not one of %s%s%s%s; see -%stype",
                 c->name, given, list, nearest ? "; did you mean " : "", nearest ? nearest : "",
                 nearest ? "?" : "", c->prefix);
  PetscCall(PetscFree(given));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionSetObservable(TessCondition c)
{
  PetscFunctionBegin;
  c->observable = PETSC_TRUE;
  c->points     = 10000;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const spreads[]  = {"measure", "even"};
static const char *const enforces[] = {"weight", "ansatz", "exact"};

PetscErrorCode TessConditionSetFromOptions(TessCondition c)
{
  PetscInt  points;
  PetscBool drawn, file = PETSC_FALSE;

  PetscFunctionBegin;
  if (c->observable)
    PetscCall(TessConditionReadObservable(c));
  else
    PetscCall(SetType(c));
  points = (PetscInt)c->points;
  drawn  = (PetscBool)(strcmp(c->type, "data") && strcmp(c->type, "integral"));
  if (!strcmp(c->type, "data"))
    PetscCall(PetscOptionsHasName(NULL, c->prefix, "-file", &file));
  PetscOptionsBegin(c->sys->comm, c->prefix, "a condition", NULL);
  if (!file)
    PetscCall(TessOptionsInt("-points", "points of this condition over the whole domain", &points, 1,
                             PETSC_MAX_INT));
  if (drawn) {
    PetscCall(TessOptionsChoice("-sampling", "how points are drawn", TESS_SAMPLE_NTYPES, TessSampleTypes,
                                &c->sampling));
    PetscCall(TessOptionsChoice("-spread", "points of a patch: by its measure, or as many in every patch", 2,
                                spreads, &c->even));
  }
  if (!c->observable)
    PetscCall(
        TessOptionsChoice("-enforce",
                          "by its weight in the loss, exactly by an ansatz of the fields, or exactly by "
                          "the steps",
                          PETSC_STATIC_ARRAY_LENGTH(enforces), enforces, &c->enforce));
  PetscOptionsEnd();
  c->points = points;
  TessCheckInput(
      c->enforce != TESS_ENFORCE_ANSATZ || !strcmp(c->type, "boundary") || !strcmp(c->type, "initial"),
      c->sys->comm,
      "condition \"%s\": -%senforce ansatz is for conditions of type boundary and initial, this one is "
      "of type %s",
      c->name, c->prefix, c->type);
  if (c->ops.setfromoptions)
    PetscCall(c->ops.setfromoptions(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionSetUp(TessCondition c)
{
  PetscFunctionBegin;
  if (!c->pde)
    PetscCall(TessConditionReadEquations(c));
  if (!c->weight)
    PetscCall(TessConditionReadWeights(c));
  PetscCall(TessConditionCheckNormal(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetsReset(TessCondition c)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < c->nset; i++) {
    PetscCall(PetscFree6(c->set[i].x, c->set[i].share, c->set[i].target, c->set[i].factor, c->set[i].unit,
                         c->set[i].scale));
    PetscCall(PetscFree(c->set[i].normal));
    PetscCall(TessSidesDestroy(&c->set[i].sides));
  }
  c->nset = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionDestroy(TessCondition *condition)
{
  TessCondition c = *condition;

  PetscFunctionBegin;
  if (!c)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SetsReset(c));
  PetscCall(PetscFree(c->set));
  PetscCall(TessPdeDestroy(&c->pde));
  PetscCall(TessPartialDestroy(&c->partial));
  PetscCall(TessWordsDestroy(c->neq, &c->equation));
  PetscCall(PetscFree(c->weight));
  PetscCall(PetscFree(c->face));
  if (c->ops.destroy)
    PetscCall(c->ops.destroy(c));
  PetscCall(PetscFree(c->name));
  PetscCall(PetscFree(c->prefix));
  PetscCall(PetscFree(*condition));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionAddSet(TessCondition c, PetscInt s, PetscInt n, TessPointSet **set)
{
  PetscFunctionBegin;
  if (c->nset == c->maxset) {
    TessPointSet *more;

    c->maxset = 2 * c->maxset + 4;
    PetscCall(PetscCalloc1(c->maxset, &more));
    PetscCall(PetscArraycpy(more, c->set, c->nset));
    PetscCall(PetscFree(c->set));
    c->set = more;
  }
  *set = &c->set[c->nset++];
  PetscCall(PetscMemzero(*set, sizeof(**set)));
  (*set)->s = s;
  (*set)->n = n;
  PetscCall(PetscCalloc6((size_t)c->sys->dim * n, &(*set)->x, n, &(*set)->share, (size_t)c->neq * n,
                         &(*set)->target, n, &(*set)->factor, c->neq, &(*set)->unit, (size_t)c->neq * n,
                         &(*set)->scale));
  for (PetscInt q = 0; q < c->neq; q++)
    (*set)->unit[q] = 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionTakeClouds(TessCondition c, TessCloud cloud[], PetscReal part)
{
  PetscInt nowned;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(c->sys->domain, NULL, &nowned, NULL));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPointSet *set;

    if (cloud[s].n) {
      PetscCall(TessConditionAddSet(c, s, cloud[s].n, &set));
      PetscCall(PetscArraycpy(set->x, cloud[s].x, (size_t)c->sys->dim * set->n));
      for (PetscInt p = 0; p < set->n; p++)
        set->share[p] = part * cloud[s].share[p];
      set->normal     = cloud[s].normal;
      cloud[s].normal = NULL;
    }
    PetscCall(TessCloudDestroy(&cloud[s]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* By patch, in a patch in the order of placing (kept in row meanwhile). */
static int CompareSets(const void *a, const void *b)
{
  const TessPointSet *x = a, *y = b;

  return x->s != y->s ? x->s - y->s : x->row - y->row;
}

PetscReal TessConditionGetFactor(TessCondition c, const TessPointSet *set, PetscInt p)
{
  return c->border ? c->balance : c->balance * set->factor[p];
}

static void Scale(TessCondition c, TessPointSet *set)
{
  for (PetscInt q = 0; q < c->neq; q++)
    for (PetscInt p = 0; p < set->n; p++) {
      const PetscReal weight = c->weight[q] * TessConditionGetFactor(c, set, p);
      const PetscReal root   = c->border ? PetscSqrtReal(weight) * set->share[p]
                                         : PetscSqrtReal(weight * set->share[p]) / c->sigma;

      set->scale[(size_t)q * set->n + p] = set->unit[q] * root;
    }
}

PetscErrorCode TessConditionWeigh(TessCondition c, PetscReal balance)
{
  PetscFunctionBegin;
  c->balance = balance;
  for (PetscInt i = 0; i < c->nset; i++)
    Scale(c, &c->set[i]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Row scales and the sides of a set whose points are known. */
PetscErrorCode TessConditionPrepare(TessCondition c, TessPointSet *set)
{
  const PetscReal sign = 1;
  TessPlan        plan;

  PetscFunctionBegin;
  for (PetscInt p = 0; p < set->n; p++)
    set->factor[p] = 1;
  PetscCall(TessSidesDestroy(&set->sides));
  if (c->ops.bind)
    PetscCall(c->ops.bind(c, set));
  else {
    PetscCall(TessPlanCreate(c->sys, c->pde, set->s, set->n, set->x, set->normal, &plan));
    PetscCall(TessSidesCreate(c->neq * set->n, 1, &sign, &plan, &set->sides));
  }
  Scale(c, set);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionPlace(TessCondition c, PetscInt round)
{
  PetscReal covered = 0;

  PetscFunctionBegin;
  PetscCall(SetsReset(c));
  if (c->held)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(c->ops.place(c, round));
  for (PetscInt i = 0; i < c->nset; i++)
    c->set[i].row = i;
  if (c->nset)
    qsort(c->set, c->nset, sizeof(*c->set), CompareSets);
  c->npoint = 0;
  for (PetscInt i = 0; i < c->nset; i++) {
    c->set[i].row = 0;
    c->npoint += c->set[i].n;
    for (PetscInt p = 0; p < c->set[i].n; p++)
      covered += c->set[i].share[p];
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &c->npoint, 1, MPIU_INT64, MPI_SUM, c->sys->comm));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &covered, 1, MPIU_REAL, MPIU_SUM, c->sys->comm));
  for (PetscInt i = 0; i < c->nset; i++) { /* patches too small for a point give their share to the others */
    for (PetscInt p = 0; p < c->set[i].n; p++)
      c->set[i].share[p] *= c->part / covered;
    PetscCall(TessConditionPrepare(c, &c->set[i]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionEvaluate(TessCondition c, TessPointSet *set, const PetscReal local[],
                                     PetscBool linearize, PetscReal r[])
{
  const size_t m   = (size_t)c->neq * set->n;
  PetscReal   *raw = r;

  PetscFunctionBegin;
  if (c->border)
    PetscCall(PetscMalloc1(m, &raw));
  PetscCall(TessSidesEvaluate(set->sides, local, linearize, raw));
  for (size_t i = 0; i < m; i++)
    raw[i] = set->scale[i] * (raw[i] - set->target[i]);
  if (c->border) {
    for (size_t i = 0; i < m; i++)
      r[i / set->n] += raw[i];
    PetscCall(PetscFree(raw));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionPullback(TessCondition c, TessPointSet *set, const PetscReal local[],
                                     const PetscReal r_bar[], PetscReal g_local[])
{
  const size_t m = (size_t)c->neq * set->n;
  PetscReal   *bar;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m, &bar));
  for (size_t i = 0; i < m; i++)
    bar[i] = set->scale[i] * r_bar[c->border ? i / set->n : i];
  PetscCall(TessSidesPullback(set->sides, local, bar, g_local));
  PetscCall(PetscFree(bar));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionView(TessCondition c, PetscViewer viewer)
{
  PetscFunctionBegin;
  if (c->held)
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s: %s, met exactly by the ansatz\n", c->name, c->type));
  else
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s: %s%s, %" PetscInt64_FMT " points, %s\n", c->name, c->type,
                                     c->ops.bind ? " (lower side less upper side)" : "",
                                     c->npoint < 0 ? c->points : c->npoint, TessSampleTypes[c->sampling]));
  PetscCall(PetscViewerASCIIPushTab(viewer));
  PetscCall(TessPdeView(c->pde, viewer));
  PetscCall(PetscViewerASCIIPopTab(viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}
