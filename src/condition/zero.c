/* zero.c - the observable `zero`: where an expression f first changes its sign on the line from -<name>_from
   to
   -<name>_to, as the coordinate along the axis in which the line is longest.  The line is sampled, then the
   stretch between the two samples, and the rest is linear: the condition is left with one point there, so
   that its mean times -dx/df is what a Newton step adds, and its gradient that of the place. */
#include <petscsf.h>
#include "conditionimpl.h"

#define ROUNDS 2 /* of sampling */

/* Points of the line are from + t (to - from), t in [lo, hi] of 0..1. */
typedef struct {
  PetscInt  axis, n; /* n: samples of this stretch */
  PetscReal from[TESS_DIM_MAX], to[TESS_DIM_MAX];
  PetscReal lo, hi, measure;
} Zero;

static PetscReal At(const Zero *z, PetscInt i)
{
  return z->n > 1 ? z->lo + (z->hi - z->lo) * i / (z->n - 1) : z->lo;
}

/* Every slab of time would have a zero of its own. */
static PetscErrorCode CheckWhole(TessCondition c)
{
  const TessSystem *sys = c->sys;
  const PetscReal  *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  TessCheckInput(sys->space == sys->dim ||
                     (lo[sys->dim - 1] == sys->time[0] && hi[sys->dim - 1] == sys->time[1]),
                 sys->comm, "observable \"%s\": -%szero is not supported with slabs of time; see -time_mode",
                 c->name, c->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The samples go to the owners of their patches, a set for each patch. */
static PetscErrorCode ConditionPlace_Zero(TessCondition c, PetscInt round)
{
  const Zero    *z   = c->data;
  const PetscInt dim = c->sys->dim;
  PetscReal     *x;
  PetscInt       nleaf, *patch, *number, *mine;
  PetscInt64     outside;
  PetscMPIInt    rank;
  PetscSF        sf;
  TessPointSet  *set;

  PetscFunctionBegin;
  (void)round;
  PetscCall(CheckWhole(c));
  PetscCallMPI(MPI_Comm_rank(c->sys->comm, &rank));
  PetscCall(PetscMalloc2((size_t)dim * z->n, &x, z->n, &number));
  for (PetscInt i = 0; i < z->n; i++) {
    number[i] = i;
    for (PetscInt a = 0; a < dim; a++)
      x[(size_t)a * z->n + i] = z->from[a] + At(z, i) * (z->to[a] - z->from[a]);
  }
  PetscCall(TessDomainMigrate(c->sys->domain, rank ? 0 : z->n, x, &sf, &nleaf, &patch, &outside));
  TessCheckInput(!outside, c->sys->comm, "observable \"%s\": the line leaves the domain; see -%sfrom, -%sto",
                 c->name, c->prefix, c->prefix);
  PetscCall(PetscMalloc1(nleaf, &mine));
  PetscCall(PetscSFBcastBegin(sf, MPIU_INT, number, mine, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_INT, number, mine, MPI_REPLACE));
  for (PetscInt l = 0, next; l < nleaf; l = next) {
    for (next = l; next < nleaf && patch[next] == patch[l];)
      next++;
    PetscCall(TessConditionAddSet(c, patch[l], next - l, &set));
    for (PetscInt p = 0; p < set->n; p++) {
      set->share[p] = 1. / z->n;
      for (PetscInt a = 0; a < dim; a++)
        set->x[(size_t)a * set->n + p] = x[(size_t)a * z->n + mine[l + p]];
    }
  }
  PetscCall(PetscFree(mine));
  PetscCall(PetscFree(patch));
  PetscCall(PetscSFDestroy(&sf));
  PetscCall(PetscFree2(x, number));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* f [n] at all samples, on all ranks. */
static PetscErrorCode Sample(TessCondition c, const PetscReal local[], PetscReal f[])
{
  const Zero     *z      = c->data;
  const PetscReal length = z->to[z->axis] - z->from[z->axis];

  PetscFunctionBegin;
  PetscCall(TessConditionPlace(c, 0));
  PetscCall(PetscArrayzero(f, z->n));
  for (PetscInt k = 0; k < c->nset; k++) {
    const TessPointSet *set = &c->set[k];
    PetscReal          *value;

    PetscCall(PetscMalloc1(set->n, &value));
    PetscCall(TessSidesEvaluate(set->sides, local, PETSC_FALSE, value));
    for (PetscInt p = 0; p < set->n; p++) {
      const PetscReal t = (set->x[(size_t)z->axis * set->n + p] - z->from[z->axis]) / length;

      f[(PetscInt)PetscFloorReal((t - z->lo) / (z->hi - z->lo) * (z->n - 1) + 0.5)] = value[p];
    }
    PetscCall(PetscFree(value));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, f, z->n, MPIU_REAL, MPIU_SUM, c->sys->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionFind(TessCondition c, const PetscReal local[], PetscReal *place)
{
  Zero          *z = c->data;
  PetscReal     *f, slope = 0;
  const PetscInt n = PetscMax((PetscInt)c->points, 2);

  PetscFunctionBegin;
  *place = 0;
  if (strcmp(c->text, "zero"))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(n, &f));
  z->n  = n;
  z->lo = 0;
  z->hi = 1;
  for (PetscInt round = 0; round < ROUNDS; round++) {
    PetscInt i = 0;

    PetscCall(Sample(c, local, f));
    while (i < n - 1 && (f[i] < 0) == (f[i + 1] < 0))
      i++;
    if (i == n - 1)
      break;
    const PetscReal before = At(z, i), after = At(z, i + 1);

    if (!round)
      slope = (f[i + 1] - f[i]) / (after - before);
    z->lo = before;
    z->hi = after;
  }
  PetscCall(PetscFree(f));
  z->n = 1;
  if (slope != 0)
    z->lo = z->hi = (z->lo + z->hi) / 2;
  PetscCall(TessConditionPlace(c, 0));
  *place     = slope != 0 ? z->from[z->axis] + z->lo * (z->to[z->axis] - z->from[z->axis]) : NAN;
  z->measure = slope != 0 ? -(z->to[z->axis] - z->from[z->axis]) / slope : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TessZeroMeasure(TessCondition c)
{
  return ((const Zero *)c->data)->measure;
}

static PetscErrorCode ConditionSetFromOptions_Zero(TessCondition c)
{
  const TessSystem *sys = c->sys;
  Zero             *z   = c->data;

  PetscFunctionBegin;
  z->n = PetscMax((PetscInt)c->points, 2);
  PetscCall(TessConditionReadPoint(c, "from", z->from));
  PetscCall(TessConditionReadPoint(c, "to", z->to));
  for (PetscInt a = 1; a < sys->dim; a++)
    if (PetscAbsReal(z->to[a] - z->from[a]) > PetscAbsReal(z->to[z->axis] - z->from[z->axis]))
      z->axis = a;
  TessCheckInput(z->to[z->axis] != z->from[z->axis], sys->comm,
                 "observable \"%s\": -%sfrom and -%sto are the same point", c->name, c->prefix, c->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionDestroy_Zero(TessCondition c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(c->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Zero(TessCondition c)
{
  Zero *z;

  PetscFunctionBegin;
  PetscCall(PetscNew(&z));
  z->hi     = 1;
  c->data   = z;
  c->points = 1000;
  c->ops    = (TessConditionOps){.setfromoptions = ConditionSetFromOptions_Zero,
                                 .place          = ConditionPlace_Zero,
                                 .destroy        = ConditionDestroy_Zero};
  c->border = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
