/* sample.c - a pde of the system at points anywhere: they travel to the owners of their patches, the values
 * travel back. */
#include <math.h>
#include "problemimpl.h"

#define CHUNK 4096 /* points of one plan */

struct _n_TessProbe {
  TessProblem problem;
  PetscSF     sf;
  PetscInt    neq, n, nleaf, nplan;
  PetscInt   *first; /* [nplan+1] leaves of each plan */
  TessPlan   *plan;
  PetscReal  *value, *own;
};

/* All points must lie in the box of the domain; those in holes get not-a-number. */
static PetscErrorCode CheckBox(const TessSystem *sys, PetscInt n, const PetscReal x[])
{
  PetscInt64 outside = 0, *id;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &id));
  PetscCall(TessDomainLocate(sys->domain, n, x, id));
  for (PetscInt i = 0; i < n; i++)
    outside += id[i] < 0;
  PetscCall(PetscFree(id));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &outside, 1, MPIU_INT64, MPI_SUM, sys->comm));
  TessCheckInput(!outside, sys->comm, "%" PetscInt64_FMT " of the points asked for lie outside the domain",
                 outside);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points at home or moved onto the boundary where round-off put them outside. */
static PetscErrorCode Clamp(const TessSystem *sys, PetscInt n, const PetscReal x[], PetscReal clamped[])
{
  const PetscReal *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt a = 0; a < sys->dim; a++) {
    const PetscReal slack = 1e-10 * (hi[a] - lo[a]);

    for (PetscInt i = 0; i < n; i++) {
      const PetscReal at = x[(size_t)a * n + i];

      clamped[(size_t)a * n + i] = at < lo[a] && at > lo[a] - slack   ? lo[a]
                                   : at > hi[a] && at < hi[a] + slack ? hi[a]
                                                                      : at;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProbeCreate(TessProblem p, TessPde pde, PetscInt n, const PetscReal x[], TessProbe *probe)
{
  const TessSystem *sys = &p->sys;
  PetscReal        *clamped, *there, *own;
  PetscInt         *patch;
  TessProbe         b;

  PetscFunctionBegin;
  PetscCall(TessSystemCheckInside(sys, pde, "an expression to be evaluated at points"));
  PetscCall(PetscNew(&b));
  b->problem = p;
  b->n       = n;
  PetscCall(TessPdeGetColumns(pde, &b->neq, NULL, NULL));
  PetscCall(PetscMalloc1((size_t)sys->dim * n, &clamped));
  PetscCall(Clamp(sys, n, x, clamped));
  PetscCall(CheckBox(sys, n, clamped));
  PetscCall(TessDomainMigrate(sys->domain, n, clamped, &b->sf, &b->nleaf, &patch, NULL));
  PetscCall(PetscMalloc2((size_t)sys->dim * b->nleaf, &there, (size_t)sys->dim * CHUNK, &own));
  PetscCall(PetscMalloc4((size_t)b->neq * b->nleaf, &b->value, (size_t)b->neq * CHUNK, &b->own, b->nleaf + 1,
                         &b->first, b->nleaf, &b->plan));
  for (PetscInt a = 0; a < sys->dim; a++) {
    PetscCall(PetscSFBcastBegin(b->sf, MPIU_REAL, clamped + (size_t)a * n, there + (size_t)a * b->nleaf,
                                MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(b->sf, MPIU_REAL, clamped + (size_t)a * n, there + (size_t)a * b->nleaf,
                              MPI_REPLACE));
  }
  for (PetscInt first = 0, end; first < b->nleaf; first = end) {
    for (end = first; end < b->nleaf && patch[end] == patch[first] && end - first < CHUNK;)
      end++;
    for (PetscInt a = 0; a < sys->dim; a++)
      PetscCall(
          PetscArraycpy(own + (size_t)a * (end - first), there + (size_t)a * b->nleaf + first, end - first));
    PetscCall(TessPlanCreate(sys, pde, patch[first], end - first, own, NULL, &b->plan[b->nplan]));
    b->first[b->nplan++] = first;
  }
  b->first[b->nplan] = b->nleaf;
  PetscCall(PetscFree2(there, own));
  PetscCall(PetscFree(clamped));
  PetscCall(PetscFree(patch));
  *probe = b;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProbeEvaluate(TessProbe b, Vec theta, PetscReal r[])
{
  PetscFunctionBegin;
  PetscCall(TessProblemScatter(b->problem, theta));
  for (PetscInt k = 0; k < b->nplan; k++) {
    const PetscInt first = b->first[k], m = b->first[k + 1] - first;

    PetscCall(TessPlanEvaluate(b->plan[k], b->problem->local, PETSC_FALSE, b->own));
    for (PetscInt q = 0; q < b->neq; q++)
      PetscCall(PetscArraycpy(b->value + (size_t)q * b->nleaf + first, b->own + (size_t)q * m, m));
  }
  for (size_t i = 0; i < (size_t)b->neq * b->n; i++)
    r[i] = NAN;
  for (PetscInt q = 0; q < b->neq; q++) {
    PetscCall(PetscSFReduceBegin(b->sf, MPIU_REAL, b->value + (size_t)q * b->nleaf, r + (size_t)q * b->n,
                                 MPI_REPLACE));
    PetscCall(PetscSFReduceEnd(b->sf, MPIU_REAL, b->value + (size_t)q * b->nleaf, r + (size_t)q * b->n,
                               MPI_REPLACE));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProbeDestroy(TessProbe *probe)
{
  TessProbe b = *probe;

  PetscFunctionBegin;
  if (!b)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < b->nplan; k++)
    PetscCall(TessPlanDestroy(&b->plan[k]));
  PetscCall(PetscFree4(b->value, b->own, b->first, b->plan));
  PetscCall(PetscSFDestroy(&b->sf));
  PetscCall(PetscFree(*probe));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSample(TessProblem p, Vec theta, TessPde pde, PetscInt n, const PetscReal x[],
                                 PetscReal r[])
{
  TessProbe probe;

  PetscFunctionBegin;
  for (PetscInt f = 0; f < p->sys.nfield; f++)
    PetscCall(TessFieldSetRepeated(p->sys.field[f], PETSC_FALSE)); /* these points are seen once */
  PetscCall(TessProbeCreate(p, pde, n, x, &probe));
  PetscCall(TessProbeEvaluate(probe, theta, r));
  PetscCall(TessProbeDestroy(&probe));
  for (PetscInt f = 0; f < p->sys.nfield; f++)
    PetscCall(TessFieldSetRepeated(p->sys.field[f], (PetscBool)!p->affine));
  PetscFunctionReturn(PETSC_SUCCESS);
}
