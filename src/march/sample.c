/* sample.c - a run at points: each slab of time answers for its own; where coefficients move, one time after
 * another. */
#include <math.h>
#include "lines.h"

/* The slab of time t; a point on an edge belongs to the earlier one. */
static PetscInt SlabOf(TessMarch m, PetscReal t)
{
  PetscInt k = 0;

  while (k < m->nslab - 1 && t > m->edge[k + 1])
    k++;
  return k;
}

/* The points in `index` of a set x [.][n], to r [neq][n]. */
static PetscErrorCode Some(TessMarch m, PetscInt k, Vec theta, TessPde pde, PetscInt n, const PetscReal x[],
                           PetscInt found, const PetscInt index[], PetscReal r[])
{
  const TessSystem *sys;
  PetscInt          neq;
  PetscReal        *at, *value;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  PetscCall(TessPdeGetColumns(pde, &neq, NULL, NULL));
  PetscCall(PetscMalloc2((size_t)found * sys->dim, &at, (size_t)found * neq, &value));
  for (PetscInt a = 0; a < sys->dim; a++)
    for (PetscInt i = 0; i < found; i++)
      at[(size_t)a * found + i] = x[(size_t)a * n + index[i]];
  PetscCall(TessProblemSample(m->problem[k], theta, pde, found, at, value));
  for (PetscInt q = 0; q < neq; q++)
    for (PetscInt i = 0; i < found; i++)
      r[(size_t)q * n + index[i]] = value[(size_t)q * found + i];
  PetscCall(PetscFree2(at, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points in `index` of slab k: all ranks go through the times of all points in increasing order. */
static PetscErrorCode SampleLines(TessMarch m, PetscInt k, TessPde pde, PetscInt n, const PetscReal x[],
                                  PetscInt found, PetscInt index[], PetscReal r[])
{
  const TessSystem *sys;
  PetscInt          done = 0;
  PetscReal        *sorted;
  Vec               theta, theta_t;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  PetscCall(PetscMalloc1(found, &sorted));
  for (PetscInt i = 0; i < found; i++)
    sorted[i] = x[(size_t)sys->dim * n + index[i]];
  PetscCall(PetscSortRealWithArrayInt(found, sorted, index));
  PetscCall(VecDuplicate(m->theta[k], &theta));
  PetscCall(VecDuplicate(m->theta[k], &theta_t));
  while (1) {
    PetscReal next = done < found ? sorted[done] : PETSC_MAX_REAL;
    PetscInt  same = 0;

    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &next, 1, MPIU_REAL, MPIU_MIN, m->comm));
    if (next == PETSC_MAX_REAL)
      break;
    while (done + same < found && sorted[done + same] == next)
      same++;
    PetscCall(TessTrackAt(&m->lines[k]->track, next, theta, theta_t));
    PetscCall(TessProblemSetMotion(m->problem[k], next, theta_t, 1, 1, 0));
    PetscCall(Some(m, k, theta, pde, n, x, same, index + done, r));
    done += same;
  }
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&theta_t));
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSample(TessMarch m, TessPde pde, PetscInt n, const PetscReal x[], PetscReal r[])
{
  const TessSystem *sys;
  PetscInt          neq, *index;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessPdeGetColumns(pde, &neq, NULL, NULL));
  for (size_t i = 0; i < (size_t)neq * n; i++)
    r[i] = NAN;
  PetscCall(PetscMalloc1(n, &index));
  for (PetscInt k = 0; k < m->nslab; k++) {
    PetscInt found = 0;

    if (!m->theta[k])
      continue;
    for (PetscInt i = 0; i < n; i++)
      if (m->nslab == 1 || SlabOf(m, x[(size_t)(sys->axes - 1) * n + i]) == k)
        index[found++] = i;
    if (m->lines)
      PetscCall(SampleLines(m, k, pde, n, x, found, index, r));
    else
      PetscCall(Some(m, k, m->theta[k], pde, n, x, found, index, r));
  }
  PetscCall(PetscFree(index));
  PetscFunctionReturn(PETSC_SUCCESS);
}
