/* causal.c - interior rows of later times count when those before them hold: the interval of time is cut into
   chunks, L_k is the mean square of the interior residuals in chunk k (by the user's weights), and the
   weights of its rows are multiplied by w_k = exp(-epsilon sum_{j<k} L_j) (Wang, Sankaran & Perdikaris,
   Comput. Methods Appl. Mech. Engrg. 421, 2024).  They are constants of a step, and go to one as the residual
   goes to zero. */
#include "problemimpl.h"

#define LEAST 1e-12 /* weight: rows do not vanish */

PetscErrorCode TessProblemReadCausal(TessProblem p)
{
  TessCausal *k = &p->causal;

  PetscFunctionBegin;
  k->chunks   = 32;
  k->smallest = 1;
  PetscOptionsBegin(p->sys.comm, p->prefix, "causal weights", NULL);
  PetscCall(TessOptionsReal("-causal_epsilon",
                            "how fast weights of interior rows fall with residuals of earlier times; 0: not",
                            &k->epsilon, 0, PETSC_MAX_REAL));
  PetscCall(TessOptionsInt("-causal_chunks", "parts of the interval of time with a weight of their own",
                           &k->chunks, 2, 1000000));
  PetscOptionsEnd();
  if (k->epsilon == 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(!p->moving, p->sys.comm,
                 "-%scausal_epsilon: -%stime_mode ts follows time by itself; take spacetime or slabs",
                 p->prefix, p->prefix);
  TessCheckInput(p->sys.space < p->sys.dim, p->sys.comm,
                 "-%scausal_epsilon: causal weights need a time axis: add t to the domain", p->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The chunk of point i of a set. */
static PetscInt Chunk(TessProblem p, const TessPointSet *set, PetscInt i, PetscReal lo, PetscReal hi)
{
  const PetscReal t = set->x[(size_t)(p->sys.dim - 1) * set->n + i];

  return PetscMin(p->causal.chunks - 1, PetscMax(0, (PetscInt)((t - lo) / (hi - lo) * p->causal.chunks)));
}

static PetscErrorCode IsInterior(const TessRows *at, PetscBool *is)
{
  const char *type;

  PetscFunctionBegin;
  PetscCall(TessConditionGetType(at->condition, &type));
  *is = (PetscBool)!strcmp(type, "interior");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* sum [ncondition][chunks][2]: of share times weighted squares, and of shares; over all ranks */
static PetscErrorCode Sums(TessProblem p, PetscReal lo, PetscReal hi, PetscReal sum[])
{
  PetscReal *r;
  PetscBool  interior = PETSC_FALSE;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->nown; i++) {
    const TessRows *at = &p->rows[i];
    const PetscInt  n  = at->set->n;

    PetscCall(IsInterior(at, &interior));
    if (!interior)
      continue;
    PetscCall(PetscMalloc1((size_t)at->neq * n, &r));
    PetscCall(TessConditionEvaluate(at->condition, at->set, p->local, PETSC_FALSE, r));
    for (PetscInt j = 0; j < n; j++) {
      PetscReal *s = sum + 2 * ((size_t)at->c * p->causal.chunks + Chunk(p, at->set, j, lo, hi));

      for (PetscInt q = 0; q < at->neq; q++)
        s[0] += PetscSqr(r[(size_t)q * n + j]) / TessConditionGetFactor(at->condition, at->set, j);
      s[1] += at->set->share[j];
    }
    PetscCall(PetscFree(r));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, 2 * p->ncondition * p->causal.chunks, MPIU_REAL, MPIU_SUM,
                           p->sys.comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* w [chunks] from the sums */
static void Weights(TessProblem p, const PetscReal sum[], PetscReal w[])
{
  const PetscInt chunks = p->causal.chunks;
  PetscReal      before = 0;

  for (PetscInt k = 0; k < chunks; k++) {
    w[k] = PetscMax(LEAST, PetscExpReal(-p->causal.epsilon * before));
    for (PetscInt c = 0; c < p->ncondition; c++) {
      const PetscReal *s = sum + 2 * ((size_t)c * chunks + k);

      before += s[1] > 0 ? s[0] / s[1] : 0;
    }
  }
}

PetscErrorCode TessProblemFollowTime(TessProblem p, Vec theta)
{
  const PetscInt   chunks = p->causal.chunks, last = p->sys.dim - 1;
  const PetscReal *lo, *hi;
  PetscReal       *sum, *w;
  PetscBool        interior = PETSC_FALSE;

  PetscFunctionBegin;
  if (p->causal.epsilon == 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessDomainGetAxes(p->sys.domain, NULL, NULL, NULL, &lo, &hi, NULL));
  PetscCall(PetscCalloc2(2 * (size_t)p->ncondition * chunks, &sum, chunks, &w));
  PetscCall(TessProblemScatter(p, theta));
  PetscCall(Sums(p, lo[last], hi[last], sum));
  Weights(p, sum, w);
  for (PetscInt i = 0; i < p->nown; i++) {
    TessPointSet *set = p->rows[i].set;

    PetscCall(IsInterior(&p->rows[i], &interior));
    for (PetscInt j = 0; j < set->n && interior; j++)
      set->factor[j] = w[Chunk(p, set, j, lo[last], hi[last])];
  }
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(TessConditionWeigh(p->condition[c], p->balance.lambda[c]));
  p->causal.smallest = w[chunks - 1];
  p->jfresh          = PETSC_FALSE;
  PetscCall(PetscFree2(sum, w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetCausal(TessProblem p, PetscReal *smallest)
{
  PetscFunctionBegin;
  *smallest = p->causal.epsilon == 0 ? -1 : p->causal.smallest;
  PetscFunctionReturn(PETSC_SUCCESS);
}
