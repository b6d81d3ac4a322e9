/* sides.c - rows that combine points of several sides: r = sum over sides k of sign_k E(x_k), where point p
   of every side belongs to row p and each side is a plan in a patch of its own.  Most conditions have one
   side. */
#include "conditionimpl.h"

struct _n_TessSides {
  PetscInt         m, nside; /* m: entries of r, equations times points */
  TessPlan        *plan;     /* [nside] */
  PetscReal       *sign;     /* [nside] */
  PetscReal       *work;     /* [m] */
  PetscInt         nexpert;  /* each once: those of the first side, then those that the next ones add */
  PetscInt        *e, *npoint, *at; /* [nexpert], [nexpert], [nexpert][nside] its number on a side, or -1 */
  const PetscInt **index;           /* [nexpert] borrowed from a plan */
};

/* Expert e, number i of side k, in the union.  Where it stands already it must reach the rows that it reaches
   on this side: sides are images of each other, and windows along a face know nothing of the axis across. */
static PetscErrorCode Unite(TessSides t, PetscInt k, PetscInt i, PetscInt e, PetscInt m,
                            const PetscInt index[])
{
  PetscInt  place = 0;
  PetscBool same;

  PetscFunctionBegin;
  while (place < t->nexpert && t->e[place] != e)
    place++;
  if (place == t->nexpert) {
    t->e[place]      = e;
    t->npoint[place] = m;
    t->index[place]  = index;
    for (PetscInt j = 0; j < t->nside; j++)
      t->at[place * t->nside + j] = -1;
    t->nexpert++;
  }
  t->at[place * t->nside + k] = i;
  same                        = (PetscBool)(t->npoint[place] == m);
  if (same)
    PetscCall(PetscArraycmp(t->index[place], index, m, &same));
  PetscCheck(same, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
             "the expert of patch %" PetscInt_FMT " reaches other points on one side than on another", e);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSidesCreate(PetscInt m, PetscInt nside, const PetscReal sign[], const TessPlan plan[],
                               TessSides *sides)
{
  PetscInt               room = 0, n;
  const PetscInt        *e, *npoint;
  const PetscInt *const *index;
  TessSides              t;

  PetscFunctionBegin;
  PetscCall(PetscNew(&t));
  t->m     = m;
  t->nside = nside;
  for (PetscInt k = 0; k < nside; k++) {
    PetscCall(TessPlanGetExperts(plan[k], &n, NULL, NULL, NULL));
    room += n;
  }
  PetscCall(PetscMalloc3(nside, &t->plan, nside, &t->sign, nside > 1 ? m : 0, &t->work));
  PetscCall(PetscMalloc4(room, &t->e, room, &t->npoint, room * nside, &t->at, room, &t->index));
  for (PetscInt k = 0; k < nside; k++) {
    t->plan[k] = plan[k];
    t->sign[k] = sign[k];
    PetscCall(TessPlanGetExperts(plan[k], &n, &e, &npoint, &index));
    for (PetscInt i = 0; i < n; i++)
      PetscCall(Unite(t, k, i, e[i], npoint[i], index[i]));
  }
  *sides = t;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSidesDestroy(TessSides *sides)
{
  TessSides t = *sides;

  PetscFunctionBegin;
  if (!t)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < t->nside; k++)
    PetscCall(TessPlanDestroy(&t->plan[k]));
  PetscCall(PetscFree3(t->plan, t->sign, t->work));
  PetscCall(PetscFree4(t->e, t->npoint, t->at, t->index));
  PetscCall(PetscFree(*sides));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSidesEvaluate(TessSides t, const PetscReal local[], PetscBool linearize, PetscReal r[])
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < t->nside; k++) {
    PetscReal *side = k ? t->work : r;

    PetscCall(TessPlanEvaluate(t->plan[k], local, linearize, side));
    for (PetscInt i = 0; i < t->m && k; i++)
      r[i] += t->sign[k] * side[i];
    for (PetscInt i = 0; i < t->m && !k; i++)
      r[i] *= t->sign[k];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* sign_k times a weight of every entry of r; the array itself where the sign is 1. */
static const PetscReal *Signed(TessSides t, PetscInt k, const PetscReal weight[])
{
  if (t->sign[k] == 1)
    return weight;
  for (PetscInt i = 0; i < t->m; i++)
    t->work[i] = t->sign[k] * weight[i];
  return t->work;
}

PetscErrorCode TessSidesPullback(TessSides t, const PetscReal local[], const PetscReal r_bar[],
                                 PetscReal g_local[])
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < t->nside; k++)
    PetscCall(TessPlanPullback(t->plan[k], local, Signed(t, k, r_bar), g_local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPointSetGetExperts(const TessPointSet *set, PetscInt *nexpert, const PetscInt *e[],
                                      const PetscInt *m[], const PetscInt *const **index)
{
  const TessSides t = set->sides;

  PetscFunctionBegin;
  *nexpert = t->nexpert;
  if (e)
    *e = t->e;
  if (m)
    *m = t->npoint;
  if (index)
    *index = (const PetscInt *const *)t->index;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPointSetRows(const TessPointSet *set, PetscInt i, const PetscReal local[], PetscInt ld,
                                PetscReal rows[])
{
  const TessSides t = set->sides;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < t->nside; k++) {
    const PetscInt at = t->at[i * t->nside + k];

    if (at >= 0)
      PetscCall(TessPlanRows(t->plan[k], at, local, Signed(t, k, set->scale), ld, rows));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPointSetParameterRows(const TessPointSet *set, PetscInt ld, PetscReal rows[])
{
  const TessSides t = set->sides;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < t->nside; k++)
    PetscCall(TessPlanParameterRows(t->plan[k], Signed(t, k, set->scale), ld, rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}
