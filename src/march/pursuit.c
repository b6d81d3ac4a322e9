/* pursuit.c - accuracy on demand.  Runs on a sequence of resolutions; run b is finer than run a, and
 *
 *   |u_a - u_b| = |u_a - u| (1 + O(|u_b - u| / |u_a - u|)),
 *
 * so that a, the coarser one, is returned with a difference as its estimate.  That b is the better one is
 * asked of the residual at points of its own: L (u_a - u_b) = r_a - r_b explains r_a if r_b is small beside
 * it.
 *
 * Where to go: a wave of k radians a length has Chebyshev coefficients like (e k h / 2p)^p beyond degree p in
 * a patch that reaches h to both sides, so that patches of a degree are wanted with k h below (2p / e)
 * accuracy^(1/p).  k is the inverse length scale of what was found (placement.c); `safety` corrects what
 * differences show. */
#include "pursuit.h"

#define CONFIRMED 0.5 /* residual of the finer run over that of the coarser */
#define EXPLAINED 1e8 /* a relative difference over relative residuals: larger ones no residual explains */
#define FAR 0.5       /* a difference as large as the solution, where no time is marched, is explained by */
#define LARGE 1e5     /* so much less */
#define ROUND                                                                                                \
  0.1 /* or over that of no solution at all, in units of what is asked: at round-off nothing falls */
#define NEAR 30.0 /* an error that many times too large is left to the degree */
#define HIGHER 2  /* a step of the degree */
#define STEPS 3   /* of the degree above that of the patches */

PetscErrorCode TessPursuitAsked(const char prefix[], PetscBool *asked)
{
  PetscFunctionBegin;
  PetscCall(PetscOptionsHasName(NULL, prefix, "-accuracy", asked));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitCreate(MPI_Comm comm, TessPursuit *pursuit)
{
  TessPursuit p;

  PetscFunctionBegin;
  PetscCall(PetscNew(&p));
  p->comm   = comm;
  p->asked  = 1e-6;
  p->levels = 15;
  p->safety = 1;
  PetscCall(PetscStrallocpy("", &p->prefix));
  *pursuit = p;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetOptionsPrefix(TessPursuit p, const char prefix[])
{
  PetscFunctionBegin;
  PetscCall(PetscFree(p->prefix));
  PetscCall(PetscStrallocpy(prefix ? prefix : "", &p->prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetInput(TessPursuit p, const char file[])
{
  PetscFunctionBegin;
  PetscCall(PetscFree(p->input));
  PetscCall(PetscStrallocpy(file, &p->input));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetMonitor(TessPursuit p, TessPursuitMonitor monitor, void *ctx)
{
  PetscFunctionBegin;
  p->monitor = monitor;
  p->ctx     = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetPause(TessPursuit p, TessMarchPause pause, void *ctx)
{
  PetscFunctionBegin;
  p->pause    = pause;
  p->pausectx = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetFromOptions(TessPursuit p)
{
  PetscFunctionBegin;
  PetscOptionsBegin(p->comm, p->prefix, "accuracy on demand", NULL);
  PetscCall(TessOptionsReal(
      "-accuracy", "relative L2 error of every unknown: patches, slabs, degree and points are chosen",
      &p->asked, 1e-12, 0.1));
  PetscCall(TessOptionsInt("-accuracy_levels", "resolutions at most", &p->levels, 2, 100));
  PetscOptionsEnd();
  PetscCall(TessPursuitReadInput(p));
  PetscCall(PetscCalloc2(p->nunknown, &p->l2, p->nunknown, &p->max));
  for (PetscInt i = 0; i < p->nunknown; i++)
    p->l2[i] = p->max[i] = -1;
  for (PetscInt a = 0; a < p->dim; a++)
    p->res.parts[a] = 2;
  if (p->moved)
    TessPursuitBeginMoved(p);
  for (PetscInt a = 0; a < p->dim; a++)
    if (p->fixed[a])
      p->res.parts[a] = p->given[a];
  p->base = p->res.degree =
      (PetscInt)((p->dim < 3 ? 10 : 6) -
                 (p->dim < 3 && (p->moved || p->overlap > 0) ? 0.75 : 1) * PetscLog10Real(p->asked) + 0.5);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode NewRun(TessPursuit p)
{
  PetscFunctionBegin;
  PetscCall(TessPursuitSetOptions(p));
  PetscCall(TessMarchCreate(p->comm, &p->now));
  PetscCall(TessMarchSetOptionsPrefix(p->now, p->prefix));
  if (p->input)
    PetscCall(TessMarchSetInput(p->now, p->input));
  PetscCall(TessMarchSetPause(p->now, p->pause, p->pausectx));
  PetscCall(TessMarchSetFromOptions(p->now));
  if (p->moved)
    PetscCall(TessMarchTakePlace(p->now, p->failed ? NULL : p->before, p->res.parts));
  PetscCall(TessMarchSetUp(p->now));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetUp(TessPursuit p, TessMarch *march)
{
  PetscFunctionBegin;
  if (!p->now)
    PetscCall(NewRun(p));
  *march = p->now;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The run of this resolution, its estimate for the one before, its residual; nothing of them if it was
 * stopped. */
static PetscErrorCode Run(TessPursuit p, PetscInt level, PetscReal *worst, PetscBool *stopped)
{
  TessResolution now = {.level   = level,
                        .before  = p->level,
                        .degree  = p->res.degree,
                        .dim     = p->dim,
                        .parts   = p->res.parts,
                        .marched = p->marched,
                        .rtol    = p->res.rtol};
  PetscLogDouble start, end;
  PetscInt64     unknowns;

  PetscFunctionBegin;
  PetscCall(PetscTime(&start));
  PetscCall(TessMarchSolve(p->now));
  PetscCall(TessMarchIsStopped(p->now, stopped));
  if (*stopped)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < p->now->nslab; k++) {
    if (!p->now->problem[k])
      break;
    PetscCall(TessProblemGetSizes(p->now->problem[k], NULL, &unknowns, NULL, NULL, NULL));
    now.unknowns += unknowns;
    PetscCall(TessProblemResetJacobian(p->now->problem[k]));
  }
  p->failed = (PetscBool)(p->moved && p->now->reason < 0);
  *worst    = -1;
  PetscCall(TessPursuitResidual(p, p->now, &now.residual));
  if (!p->failed) {
    p->residual[0] = p->residual[1];
    p->residual[1] = now.residual;
  }
  if (p->before && !p->failed)
    PetscCall(TessPursuitDifference(p, p->before, p->now, p->l2, p->max));
  for (PetscInt i = 0; i < p->nunknown && p->before && !p->failed; i++)
    *worst = PetscMax(*worst, p->l2[i]);
  PetscCall(PetscTime(&end));
  now.estimate = *worst;
  now.seconds  = end - start;
  if (p->monitor)
    PetscCall(p->monitor(p, &now, p->ctx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitNeeded(TessPursuit p, PetscReal needed[])
{
  const PetscReal width = (2 * p->base / M_E) * PetscPowReal(p->asked, 1.0 / p->base);

  PetscFunctionBegin;
  for (PetscInt a = 0; a < p->dim; a++) {
    const PetscBool slab = (PetscBool)(p->marched && a == p->dim - 1);
    PetscReal       most, sum;

    PetscCall(TessMarchScales(p->now, a, &most, &sum));
    needed[a] = p->placed && !slab ? sum : most * (p->hi[a] - p->lo[a]);
    needed[a] *= p->safety * (slab ? 0.5 : 1) / width;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessPursuitDivide(TessPursuit p, const PetscReal needed[], PetscReal least)
{
  PetscReal most = 0;
  PetscBool more = PETSC_FALSE;

  for (PetscInt a = 0; a < p->dim; a++)
    if (!p->fixed[a])
      most = PetscMax(most, needed[a] / p->res.parts[a]);
  for (PetscInt a = 0; a < p->dim; a++) {
    const PetscInt  n    = p->res.parts[a];
    const PetscReal want = PetscMax(needed[a], needed[a] > 0.6 * most * n ? least * n : 0);

    if (p->fixed[a] || want <= 1.1 * n)
      continue;
    p->res.parts[a] = (PetscInt)PetscCeilReal(PetscMin(want - 0.05, 2.0 * n));
    more            = PETSC_TRUE;
  }
  return more;
}

/* The next resolution; false if there is none.  worst is the estimate of the run before the last one. */
static PetscErrorCode Next(TessPursuit p, PetscReal worst, PetscBool *more)
{
  const PetscBool higher = (PetscBool)(!p->fixed_degree && p->res.degree < p->base + STEPS * HIGHER);
  PetscReal       needed[TESS_DIM_MAX], gap = worst / p->asked, least = 1;

  PetscFunctionBegin;
  if (p->moved) {
    PetscCall(TessPursuitNextMoved(p, worst, more));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (p->checking && gap > (higher ? NEAR : 0)) {
    least = PetscMax(1.2, PetscMin(2, PetscPowReal(2 * gap, 1.0 / p->base)));
    p->safety *= least;
  }
  PetscCall(TessPursuitNeeded(p, needed));
  *more = PETSC_TRUE;
  if (least == 1 && higher && p->checking)
    p->res.degree += HIGHER;
  else if (TessPursuitDivide(p, needed, least)) {
    p->checking = PETSC_FALSE;
    if (!p->fixed_degree)
      p->res.degree = p->base;
  } else if (higher) {
    p->res.degree += HIGHER;
    p->checking = PETSC_TRUE;
  } else {
    p->checking = PETSC_FALSE;
    *more       = TessPursuitDivide(p, needed, 1.5);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether the next run will be refused for its memory: bytes grow as patches times coefficients squared, and
   with the neighbours of a patch. */
static PetscErrorCode Fits(TessPursuit p, const Resolution *before, PetscBool *fits)
{
  PetscReal        bytes, limit, grown;
  const Resolution next = p->res;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSizes(p->now->problem[0], NULL, NULL, NULL, NULL, &bytes));
  PetscCall(TessProblemGetMemoryLimit(p->now->problem[0], &limit));
  grown  = PetscSqr(TessPursuitCoefficients(p, p->dim));
  p->res = *before;
  grown /= PetscSqr(TessPursuitCoefficients(p, p->dim));
  p->res = next;
  for (PetscInt a = 0; a < p->dim; a++)
    if (!p->marched || a < p->dim - 1)
      grown *= (PetscReal)next.parts[a] * PetscMin(next.parts[a], 3) /
               (before->parts[a] * PetscMin(before->parts[a], 3));
  *fits = (PetscBool)(1.1 * grown * bytes <= limit);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Two solutions differ by far more than their residuals, zero being that of no solution, can tell. */
static PetscBool IsOpen(TessPursuit p, PetscReal worst, PetscReal zero)
{
  const PetscReal limit = worst > FAR && !p->marched && !p->moved ? LARGE : EXPLAINED;

  return (PetscBool)(worst * zero > limit * (p->residual[0] + p->residual[1]));
}

PetscErrorCode TessPursuitSolve(TessPursuit p, TessMarch *found)
{
  Resolution last, next;
  PetscReal  worst = -1, zero = 0;
  PetscBool  more = PETSC_TRUE, stopped, ground = PETSC_FALSE; /* the residual bears the difference out */

  PetscFunctionBegin;
  PetscCall(TessPursuitSetUp(p, found));
  for (PetscInt level = 1; more; level++) {
    if (level > 1)
      PetscCall(NewRun(p));
    PetscCall(Run(p, level, &worst, &stopped));
    if (stopped) {
      ground = p->reached = PETSC_FALSE;
      break;
    }
    if (level == 1)
      PetscCall(TessPursuitZero(p, p->now, &zero));
    ground     = (PetscBool)(p->before && (!p->moved || (p->checking && !p->failed)) &&
                         (p->residual[1] <= CONFIRMED * p->residual[0] ||
                          p->residual[1] <= ROUND * p->asked * zero));
    p->open    = (PetscBool)(p->before && IsOpen(p, worst, zero));
    ground     = (PetscBool)(ground && !p->open);
    p->reached = (PetscBool)(ground && worst <= p->asked);
    next       = p->res;
    more       = (PetscBool)(!p->reached && !p->open && level < p->levels);
    if (more)
      PetscCall(Next(p, worst, &more));
    if (more)
      PetscCall(Fits(p, &next, &more));
    if (!more)
      break;
    if (p->failed && p->before) {
      PetscCall(TessMarchDestroy(&p->now));
      continue;
    }
    PetscCall(TessMarchDestroy(&p->before));
    p->before = p->now;
    p->level  = level;
    p->now    = NULL;
    last      = next;
  }
  for (PetscInt i = 0; i < p->nunknown && !ground; i++)
    p->l2[i] = p->max[i] = -1;
  if (p->before) { /* the coarser of the two */
    p->res = last;
    PetscCall(TessPursuitSetOptions(p));
    PetscCall(TessMarchDestroy(&p->now));
  } else
    p->before = p->now;
  *found    = p->before;
  p->before = p->now = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitGetEstimates(TessPursuit p, PetscReal *asked, const PetscReal *l2[],
                                       const PetscReal *max[], PetscBool *reached)
{
  PetscFunctionBegin;
  *asked   = p->asked;
  *l2      = p->l2;
  *max     = p->max;
  *reached = p->reached;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitIsOpen(TessPursuit p, PetscBool *open)
{
  PetscFunctionBegin;
  *open = p->open;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitGetChoices(TessPursuit p, char **lines, PetscInt *n, const char *const *kept[])
{
  char   option[PETSC_MAX_OPTION_NAME], *value;
  size_t len = (size_t)p->nchosen * (2 * PETSC_MAX_OPTION_NAME) + 1, at = 0;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(len, lines));
  for (PetscInt i = 0; i < p->nchosen; i++) {
    PetscCall(TessOptionsText(NULL, p->prefix, p->chosen[i], &value));
    PetscCall(PetscSNPrintf(option, sizeof(option), "-%s%s %s\n", p->prefix, p->chosen[i], value));
    PetscCall(PetscStrncpy(*lines + at, option, len - at));
    at += strlen(option);
    PetscCall(PetscFree(value));
  }
  *n    = p->nkept;
  *kept = (const char *const *)p->kept;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitDestroy(TessPursuit *pursuit)
{
  TessPursuit p = *pursuit;

  PetscFunctionBegin;
  if (!p)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessMarchDestroy(&p->before));
  PetscCall(TessMarchDestroy(&p->now));
  PetscCall(TessPursuitDestroyInput(p));
  PetscCall(PetscFree2(p->l2, p->max));
  PetscCall(PetscFree(p->prefix));
  PetscCall(PetscFree(p->input));
  PetscCall(PetscFree(*pursuit));
  PetscFunctionReturn(PETSC_SUCCESS);
}
