/* jumps.c - how far the two sides of interfaces are apart: what their terms leave, without weights. */
#include "problemimpl.h"

/* Adds the jumps of one set: sum [neq] of share r^2, most [neq] of |r|, and its share of the measure. */
static PetscErrorCode AddSet(TessProblem p, const TessRows *rows, PetscReal sum[], PetscReal most[],
                             PetscReal measure[])
{
  const TessPointSet *set = rows->set;
  PetscReal          *r;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)rows->neq * set->n, &r));
  PetscCall(TessConditionEvaluate(rows->condition, rows->set, p->local, PETSC_FALSE, r));
  for (PetscInt q = 0; q < rows->neq; q++)
    for (PetscInt k = 0; k < set->n; k++) {
      const PetscReal scale = set->scale[(size_t)q * set->n + k];
      const PetscReal jump  = scale > 0 ? r[(size_t)q * set->n + k] / scale : 0;

      if (scale > 0)
        measure[q] += set->share[k];
      sum[q] += set->share[k] * jump * jump;
      most[q] = PetscMax(most[q], PetscAbsReal(jump));
    }
  PetscCall(PetscFree(r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetJumps(TessProblem p, Vec theta, PetscInt c, PetscInt *n,
                                   const char *const **names, PetscReal rms[], PetscReal most[])
{
  const char *type;
  PetscReal  *measure;

  PetscFunctionBegin;
  PetscCheck(c >= 0 && c < p->ncondition, p->sys.comm, PETSC_ERR_ARG_OUTOFRANGE,
             "condition %" PetscInt_FMT " of %" PetscInt_FMT, c, p->ncondition);
  *n = 0;
  PetscCall(TessConditionGetType(p->condition[c], &type));
  if (strcmp(type, "interface") || p->moving)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessConditionGetInfo(p->condition[c], NULL, n, NULL));
  PetscCall(TessConditionGetEquations(p->condition[c], names));
  if (!rms)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(*n, &measure));
  PetscCall(PetscArrayzero(rms, *n));
  PetscCall(PetscArrayzero(most, *n));
  PetscCall(TessProblemScatter(p, theta));
  for (PetscInt i = 0; i < p->nset; i++)
    if (p->rows[i].c == c)
      PetscCall(AddSet(p, &p->rows[i], rms, most, measure));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, rms, (PetscMPIInt)*n, MPIU_REAL, MPIU_SUM, p->sys.comm));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, measure, (PetscMPIInt)*n, MPIU_REAL, MPIU_SUM, p->sys.comm));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, most, (PetscMPIInt)*n, MPIU_REAL, MPIU_MAX, p->sys.comm));
  for (PetscInt q = 0; q < *n; q++)
    rms[q] = measure[q] > 0 ? PetscSqrtReal(rms[q] / measure[q]) : 0;
  PetscCall(PetscFree(measure));
  PetscFunctionReturn(PETSC_SUCCESS);
}
