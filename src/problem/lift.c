/* lift.c - G of an ansatz: takes the prescribed values on all held faces.  With one equation for all of them
   G is its g as it is written.  Else it is the Boolean sum of the interpolants P_a along the held axes a
   (Gordon, SIAM J. Numer. Anal. 8, 1971), 1 - prod_a (1 - P_a),   P_a u = sum over the holds k of axis a of
   b_k(x_a) (what k prescribes on its face), b_k = 1 for one face, linear for two, 1 and t - t0 for value and
   derivative in time.  Where two or more axes meet, what the last of them prescribes is taken; the others
   agree (meet.c).  A term is a product of functions b of some axes and of one g that is frozen along them, so
   that a derivative of it is that of each factor. */
#include "problemimpl.h"

/* A hold and those of lower axes that it is combined with: one factor b an axis. */
typedef struct {
  const TessHold *hold[TESS_DIM_MAX]; /* by axis, NULL: g is not frozen along it */
  PetscReal       sign;
} Term;

/* b or b' at x of a hold among all of its axis */
static PetscReal Blend(const TessAnsatz *a, const TessHold *hold, PetscReal lo, PetscReal hi, PetscInt order,
                       PetscReal x)
{
  const PetscInt  side  = hold->face % 2;
  const PetscReal slope = (side ? 1 : -1) / (hi - lo);
  PetscBool       two   = PETSC_FALSE;

  for (PetscInt i = 0; i < a->nhold; i++)
    two = (PetscBool)(two || a->hold[i].face == (hold->face ^ 1));
  if (order > 1)
    return 0;
  if (hold->order)
    return order ? 1 : x - (side ? hi : lo);
  if (!two)
    return order ? 0 : 1;
  return order ? slope : side ? (x - lo) * slope : (x - hi) * slope;
}

/* Adds sign * prod b * (derivative of g) for one entry of a jet to G [n]; y [dim][n] are the points, frozen.
 */
static PetscErrorCode AddEntry(TessProblem p, const TessAnsatz *a, const Term *term, const TessHold *last,
                               const TessEntry *entry, PetscInt n, const PetscReal x[], const PetscReal y[],
                               PetscReal g[], PetscReal G[])
{
  const PetscReal *lo, *hi;
  PetscInt         order[TESS_DIM_MAX] = {0};
  TessEntry        rest                = {.order = 0};

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(p->sys.domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt i = 0; i < entry->order; i++)
    if (term->hold[entry->axis[i]])
      order[entry->axis[i]]++;
    else
      rest.axis[rest.order++] = entry->axis[i];
  PetscCall(TessConditionPrescribe(last->condition, last->q, &rest, n, y, g));
  for (PetscInt i = 0; i < n; i++)
    g[i] *= term->sign;
  for (PetscInt d = 0; d < p->sys.dim; d++)
    for (PetscInt i = 0; i < n && term->hold[d]; i++)
      g[i] *= Blend(a, term->hold[d], lo[d], hi[d], order[d], x[(size_t)d * n + i]);
  for (PetscInt i = 0; i < n; i++)
    G[i] += g[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Adds one term to all entries; lap is the sum of second derivatives. */
static PetscErrorCode AddTerm(TessProblem p, const TessAnsatz *a, const Term *term, const TessHold *last,
                              const TessJet *jet, PetscInt n, const PetscReal x[], PetscReal G[])
{
  const PetscReal *lo, *hi;
  PetscReal       *y, *g;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(p->sys.domain, NULL, NULL, NULL, &lo, &hi, NULL));
  PetscCall(PetscMalloc2((size_t)jet->dim * n, &y, n, &g));
  for (PetscInt d = 0; d < jet->dim; d++) {
    const TessHold *hold = term->hold[d];

    for (PetscInt i = 0; i < n; i++)
      y[(size_t)d * n + i] = hold ? (hold->face % 2 ? hi[d] : lo[d]) : x[(size_t)d * n + i];
  }
  for (PetscInt k = 0; k < jet->K; k++) {
    PetscReal *Gk = G + (size_t)k * n;

    if (jet->entry[k].order != TESS_LAP)
      PetscCall(AddEntry(p, a, term, last, &jet->entry[k], n, x, y, g, Gk));
    for (PetscInt d = 0; d < jet->space && jet->entry[k].order == TESS_LAP; d++)
      PetscCall(AddEntry(p, a, term, last, &(TessEntry){.order = 2, .axis = {d, d}}, n, x, y, g, Gk));
  }
  PetscCall(PetscFree2(y, g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Holds of lower axes are chosen in all ways, none or one an axis: all terms in which `last` gives g. */
static PetscErrorCode AddHold(TessProblem p, const TessAnsatz *a, const TessHold *last, const TessJet *jet,
                              PetscInt n, const PetscReal x[], PetscReal G[])
{
  const PetscInt below = last->face / 2;
  Term           term  = {.sign = 1};
  PetscInt       d, next[TESS_DIM_MAX] = {0}; /* the hold to be chosen next */

  PetscFunctionBegin;
  term.hold[below] = last;
  do {
    PetscCall(AddTerm(p, a, &term, last, jet, n, x, G));
    for (d = 0; d < below; d++) { /* as a counter: the next hold of axis d, or none and carry */
      PetscInt i = next[d];

      while (i < a->nhold && a->hold[i].face / 2 != d)
        i++;
      if (!term.hold[d] != !(i < a->nhold))
        term.sign = -term.sign;
      term.hold[d] = i < a->nhold ? &a->hold[i] : NULL;
      next[d]      = i < a->nhold ? i + 1 : 0;
      if (term.hold[d])
        break;
    }
  } while (d < below);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemLift(void *ctx, PetscInt c, const TessJet *jet, PetscInt n, const PetscReal x[],
                               PetscReal G[])
{
  const TessLifted *lifted = ctx;
  const TessSystem *sys    = &lifted->problem->sys;
  const TessAnsatz *a;
  PetscInt          u = 0;

  PetscFunctionBegin;
  while (sys->ufield[u] != lifted->field || sys->ucomp[u] != c)
    u++;
  a = &lifted->problem->ansatz[u];
  PetscCall(PetscArrayzero(G, (size_t)jet->K * n));
  for (PetscInt k = 0; k < jet->K && a->one; k++)
    PetscCall(
        TessConditionPrescribe(a->hold[0].condition, a->hold[0].q, &jet->entry[k], n, x, G + (size_t)k * n));
  for (PetscInt i = 0; i < a->nhold && !a->one; i++)
    PetscCall(AddHold(lifted->problem, a, &a->hold[i], jet, n, x, G));
  PetscFunctionReturn(PETSC_SUCCESS);
}
