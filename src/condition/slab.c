/* slab.c - data belong to the whole time; a problem that is one slab of it takes those in [lo, hi), the last
   slab those in [lo, hi]. */
#include "conditionimpl.h"

/* The axis along which point p of n is outside the whole domain, or -1. */
static PetscInt Outside(const TessSystem *sys, const PetscReal lo[], const PetscReal hi[], PetscInt n,
                        const PetscReal x[], PetscInt p)
{
  for (PetscInt a = 0; a < sys->dim; a++) {
    const PetscReal at = x[(size_t)a * n + p], low = a < sys->dim - 1 ? lo[a] : sys->time[0],
                    high = a < sys->dim - 1 ? hi[a] : sys->time[1];

    if (!(at >= low && at <= high))
      return a;
  }
  return -1;
}

/* Refuses points outside the domain, naming the first in file order. */
static PetscErrorCode CheckInside(TessCondition c, const char from[], PetscInt n, const PetscReal x[])
{
  const TessSystem *sys = c->sys;
  const PetscReal  *lo, *hi;
  PetscInt64        count = 0;
  PetscInt          bad   = n;
  PetscMPIInt       rank, first;
  char              text[512] = "";

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt p = n - 1; p >= 0; p--) {
    if (Outside(sys, lo, hi, n, x, p) < 0)
      continue;
    bad = p;
    count++;
  }
  PetscCallMPI(MPI_Comm_rank(sys->comm, &rank));
  first = bad < n ? rank : PETSC_MPI_INT_MAX;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, sys->comm));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &count, 1, MPIU_INT64, MPI_SUM, sys->comm));
  if (!count)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (rank == first) {
    const PetscInt  a   = Outside(sys, lo, hi, n, x, bad);
    const PetscBool t   = (PetscBool)(a == sys->dim - 1);
    size_t          len = 0;

    for (PetscInt i = 0; i < PetscMin(sys->dim, 6); i++, len = strlen(text))
      PetscCall(PetscSNPrintf(text + len, sizeof(text) - len, "%s%s = %.6g", i ? ", " : "", sys->axis[i],
                              (double)x[(size_t)i * n + bad]));
    PetscCall(PetscSNPrintf(text + len, sizeof(text) - len, ": %s is not in [%.6g, %.6g]", sys->axis[a],
                            (double)(t ? sys->time[0] : lo[a]), (double)(t ? sys->time[1] : hi[a])));
  }
  PetscCallMPI(MPI_Bcast(text, sizeof(text), MPI_CHAR, first, sys->comm));
  TessCheckInput(PETSC_FALSE, sys->comm,
                 "condition \"%s\": %" PetscInt64_FMT " points of %s lie outside the domain, the first at %s",
                 c->name, count, from, text);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionTakeSlab(TessCondition c, const char from[], PetscInt *n, PetscReal x[],
                                     PetscReal value[])
{
  const TessSystem *sys = c->sys;
  const PetscReal  *lo, *hi, *t = x + (size_t)(sys->dim - 1) * *n;
  PetscInt          m      = 0, *stay;
  PetscInt64        all[2] = {*n, 0};

  PetscFunctionBegin;
  PetscCall(CheckInside(c, from, *n, x));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  lo += sys->dim - 1;
  hi += sys->dim - 1;
  PetscCall(PetscMalloc1(*n, &stay));
  for (PetscInt p = 0; p < *n; p++)
    if (t[p] >= *lo && (t[p] < *hi || *hi == sys->time[1]))
      stay[m++] = p;
  for (PetscInt a = 0; a < sys->dim; a++)
    for (PetscInt p = 0; p < m; p++)
      x[(size_t)a * m + p] = x[(size_t)a * *n + stay[p]];
  for (PetscInt q = 0; q < c->neq; q++)
    for (PetscInt p = 0; p < m; p++)
      value[(size_t)q * m + p] = value[(size_t)q * *n + stay[p]];
  PetscCall(PetscFree(stay));
  *n     = m;
  all[1] = m;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, all, 2, MPIU_INT64, MPI_SUM, sys->comm));
  c->part = all[0] ? (PetscReal)all[1] / all[0] : 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}
