/* balance.c - weights of the conditions that follow training: lambda_c = mean_k s_k / s_c with s_c the norm
   of the gradient of the loss of condition c (Wang, Teng & Perdikaris, SIAM J. Sci. Comput. 43, 2021; Wang et
   al. 2023), or the trace of its tangent kernel K_c = J_c J_c^T (Wang, Yu & Perdikaris, J. Comput. Phys. 449,
   2022).  Then all lambda_c s_c are equal, whatever the units in which a condition is written; geometric
   means over time keep that, arithmetic ones do not. */
#include "problemimpl.h"

#define TINY 1e-14 /* of the largest s: a condition that says nothing here keeps its weight */

enum { BALANCE_FIXED, BALANCE_GRADNORM, BALANCE_NTK };

PetscErrorCode TessProblemReadBalance(TessProblem p)
{
  static const char *const types[] = {"fixed", "gradnorm", "ntk"};

  PetscFunctionBegin;
  p->balance.memory = 0.9;
  for (PetscInt c = 0; c < p->ncondition; c++)
    p->balance.lambda[c] = 1;
  PetscOptionsBegin(p->sys.comm, p->prefix, "balance of the conditions", NULL);
  PetscCall(TessOptionsChoice("-balance_type", "what the weights of the conditions follow", 3, types,
                              &p->balance.type));
  PetscCall(TessOptionsReal("-balance_memory", "share of the old weights in the new ones", &p->balance.memory,
                            0, 1));
  PetscOptionsEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s_c = |g_c| */
static PetscErrorCode GradientNorms(TessProblem p, Vec theta, PetscReal s[])
{
  PetscReal *f;
  Vec       *g;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->ncondition, &f));
  PetscCall(VecDuplicateVecs(theta, p->ncondition, &g));
  PetscCall(TessProblemComputeParts(p, theta, f, g));
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(VecNorm(g[c], NORM_2, &s[c]));
  PetscCall(VecDestroyVecs(p->ncondition, &g));
  PetscCall(PetscFree(f));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* *s += the squares of all entries of the rows of a linearised set */
static PetscErrorCode SetSquares(TessProblem p, const TessPointSet *set, PetscInt neq,
                                 const PetscReal slope[], PetscReal *s)
{
  PetscInt        nexpert;
  const PetscInt *m;
  PetscReal      *rows;

  PetscFunctionBegin;
  PetscCall(TessPointSetGetExperts(set, &nexpert, NULL, &m, NULL));
  for (PetscInt i = 0; i <= nexpert; i++) { /* the last: trainable scalars */
    const PetscInt ld = neq * (i < nexpert ? m[i] : set->n), n = i < nexpert ? p->sys.stride : p->sys.nparam;

    PetscCall(PetscCalloc1((size_t)n * ld, &rows));
    if (i < nexpert)
      PetscCall(TessPointSetRows(set, i, p->local, ld, rows));
    else
      PetscCall(TessPointSetParameterRows(set, ld, rows));
    for (PetscInt j = 0; j < n; j++)
      for (PetscInt k = 0; k < ld; k++)
        *s += PetscSqr(rows[(size_t)j * ld + k] * (i < nexpert ? 1 : slope[j]));
    PetscCall(PetscFree(rows));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s_c = the square of border row b, summed over the sets of its condition */
static PetscErrorCode BorderSquare(TessProblem p, PetscInt b, const PetscReal slope[], Vec row, PetscReal *s)
{
  const size_t size = (size_t)p->sys.nlocal * p->sys.stride;
  PetscReal   *unit, norm;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(p->g_local, size + p->sys.nparam));
  for (PetscInt i = p->nown; i < p->nset; i++) {
    const TessRows *at = &p->rows[i];

    if (b < at->border || b >= at->border + at->neq)
      continue;
    PetscCall(PetscCalloc1(at->neq, &unit));
    unit[b - at->border] = 1;
    PetscCall(TessConditionPullback(at->condition, at->set, p->local, unit, p->g_local));
    PetscCall(PetscFree(unit));
  }
  for (PetscInt j = 0; j < p->sys.nparam; j++)
    p->g_local[size + j] *= slope[j];
  PetscCall(TessLayoutLocalToGlobalAdd(p->layout, p->g_local, row));
  PetscCall(VecNorm(row, NORM_2, &norm));
  s[p->border_of[b]] += norm * norm;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s_c = tr K_c */
static PetscErrorCode Traces(TessProblem p, Vec theta, PetscReal s[])
{
  PetscReal *slope;
  Vec        row;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->sys.nparam, &slope));
  PetscCall(TessProblemLinearize(p, theta, slope));
  PetscCall(PetscArrayzero(s, p->ncondition));
  for (PetscInt i = 0; i < p->nown; i++)
    PetscCall(SetSquares(p, p->rows[i].set, p->rows[i].neq, slope, &s[p->rows[i].c]));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, s, p->ncondition, MPIU_REAL, MPIU_SUM, p->sys.comm));
  PetscCall(VecDuplicate(theta, &row));
  for (PetscInt b = 0; b < p->nborder; b++)
    PetscCall(BorderSquare(p, b, slope, row, s));
  PetscCall(VecDestroy(&row));
  PetscCall(PetscFree(slope));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemBalance(TessProblem p, Vec theta)
{
  TessBalance    *b    = &p->balance;
  const PetscReal stay = b->rounds ? b->memory : 0;
  PetscReal      *s, mean = 0, largest = 0;

  PetscFunctionBegin;
  if (b->type == BALANCE_FIXED)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(p->ncondition, &s));
  PetscCall((b->type == BALANCE_NTK ? Traces : GradientNorms)(p, theta, s));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    s[c] /= b->lambda[c]; /* of the user's weights */
    mean += s[c] / p->ncondition;
    largest = PetscMax(largest, s[c]);
  }
  for (PetscInt c = 0; c < p->ncondition && !PetscIsInfOrNanReal(mean); c++) {
    if (s[c] <= TINY * largest)
      continue;
    b->lambda[c] = PetscPowReal(b->lambda[c], stay) * PetscPowReal(mean / s[c], 1 - stay);
    PetscCall(TessConditionWeigh(p->condition[c], b->lambda[c]));
  }
  b->rounds++;
  p->jfresh = PETSC_FALSE;
  PetscCall(PetscFree(s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetBalance(TessProblem p, const PetscReal *lambda[])
{
  PetscFunctionBegin;
  *lambda = p->balance.type == BALANCE_FIXED ? NULL : p->balance.lambda;
  PetscFunctionReturn(PETSC_SUCCESS);
}
