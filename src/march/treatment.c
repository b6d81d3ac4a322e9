/* treatment.c - accuracy on demand, how time is treated: as an axis of patches (all of it, or slab by slab),
 * or by a TS that moves the coefficients (time_mode ts), whose tolerance then belongs to the resolution.
 *
 * The TS goes first over coarse patches with a loose tolerance, until there are as many as the scales found
 * ask for; every run takes the edges of its patches from the one before.  Then two runs follow that differ in
 * degree and tolerance.  What errors are in units of the tolerance, the first difference tells: growth of
 * errors in time, which differs by powers of ten between problems. */
#include "pursuit.h"

#define LOOSE 1e-4  /* tolerance of the runs that look for patches */
#define TIGHT 0.03  /* of the first run that may do, in units of what is asked */
#define FINER 0.1   /* of a run that checks, over that of the run before */
#define NEARER 0.5  /* the same, where that one did not arrive */
#define LEAST 1e-13 /* of any run */
#define SAFE 0.3    /* error aimed at, in units of what is asked */
#define PART 0.3    /* of what is asked, that space may leave out */
#define FALLS 5.0   /* what a step of the degree is trusted to make of an error in space */
#define HIGHER 2    /* a step of the degree */
#define STEPS 3     /* of the degree above that of the patches */

/* Whether all equations are affine in the unknowns, whatever experts the input has. */
static PetscErrorCode IsAffine(TessProblem whole, PetscBool *affine)
{
  TessCondition *condition;
  PetscInt       n;

  PetscFunctionBegin;
  *affine = PETSC_TRUE;
  PetscCall(TessProblemGetConditions(whole, &n, &condition));
  for (PetscInt c = 0; c < n; c++) {
    TessPde   pde;
    PetscBool is;

    PetscCall(TessConditionGetPde(condition[c], &pde));
    PetscCall(TessPdeIsAffine(pde, &is));
    *affine = (PetscBool)(*affine && is);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitTreatTime(TessPursuit p, TessProblem whole, const char mode[])
{
  const PetscBool slabs = (PetscBool)(mode && !strcmp(mode, "slabs"));
  PetscBool       can, affine;

  PetscFunctionBegin;
  PetscCall(IsAffine(whole, &affine));
  PetscCall(TessProblemCanMove(whole, &can));
  p->moved   = (PetscBool)(can && p->marched && (mode ? !slabs : !affine && p->space == 1));
  p->marched = (PetscBool)(p->marched && !p->moved);
  if (p->moved)
    p->dim = p->space;
  p->placed = (PetscBool)(p->moved || (p->marched && !affine));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TessPursuitBeginMoved(TessPursuit p)
{
  for (PetscInt a = 0; a < p->dim; a++)
    p->res.parts[a] = p->dim == 1 ? 16 : 4;
  p->res.rtol = PetscMax(LOOSE, TIGHT * p->asked);
}

/* Patches that the last run asks for, so that what it leaves out in space becomes a part of what is asked. */
static PetscErrorCode Needed(TessPursuit p, PetscReal needed[])
{
  PetscReal tail;

  PetscFunctionBegin;
  if (p->dim > 1 || p->features) {
    PetscCall(TessPursuitNeeded(p, needed));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessPursuitTail(p, p->now, &tail));
  needed[0] = p->res.parts[0] * PetscPowReal(p->safety * tail / (PART * p->asked), 1.0 / p->res.degree);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* More patches: as many as are needed, or `least` times as many; the degree begins anew. */
static PetscBool More(TessPursuit p, const PetscReal needed[], PetscReal least)
{
  const PetscBool more = TessPursuitDivide(p, needed, least);

  if (more && !p->fixed_degree)
    p->res.degree = p->base;
  return more;
}

/* What may do: a tolerance that suits the growth of errors in time, as far as it is known. */
static void Candidate(TessPursuit p)
{
  p->checking = PETSC_FALSE;
  p->res.rtol = PetscMax(LEAST, PetscMin(TIGHT, p->growth > 0 ? SAFE / p->growth : 1) * p->asked);
}

/* Finer than the last in space and in time. */
static void Check(TessPursuit p)
{
  p->checking = PETSC_TRUE;
  p->res.rtol = PetscMax(LEAST, FINER * p->res.rtol);
  if (!p->fixed_degree)
    p->res.degree += HIGHER;
  else if (!p->fixed[0])
    p->res.parts[0] += (p->res.parts[0] + 3) / 4;
}

/* After a run that did not arrive: at tolerances that are too small for its patches steps become short in
 * vain, so that a check is tried with a larger one; else with more patches, once. */
static PetscBool Retry(TessPursuit p)
{
  const PetscBool again = p->again;
  PetscReal       twice[TESS_DIM_MAX];

  if (p->checking && p->res.rtol < NEARER * p->rtol) {
    p->res.rtol = NEARER * p->rtol;
    return PETSC_TRUE;
  }
  for (PetscInt a = 0; a < p->dim; a++)
    twice[a] = 2 * p->res.parts[a];
  p->again    = PETSC_TRUE;
  p->checking = PETSC_FALSE;
  return (PetscBool)(!again && More(p, twice, 2));
}

PetscErrorCode TessPursuitNextMoved(TessPursuit p, PetscReal worst, PetscBool *more)
{
  const PetscReal rtol = p->before ? p->rtol : 0; /* of the run before */
  PetscReal       needed[TESS_DIM_MAX], space;

  PetscFunctionBegin;
  *more = PETSC_TRUE;
  if (p->failed) {
    *more = Retry(p);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  p->rtol = p->res.rtol;
  PetscCall(Needed(p, needed));
  p->again = PETSC_FALSE;
  if (!p->settled && More(p, needed, 1))
    PetscFunctionReturn(PETSC_SUCCESS);
  if (!p->settled && p->res.rtol > TIGHT * p->asked) {
    Candidate(p);
  } else if (!p->checking) {
    if (!p->growth && rtol > p->res.rtol) /* the two differ in time alone */
      p->growth = worst / rtol;
    if (p->growth * p->res.rtol > p->asked)
      Candidate(p);
    else
      Check(p);
  } else {
    space = worst - p->growth * rtol;
    *more = (PetscBool)(p->res.rtol > LEAST);
    if (PetscMax(space / FALLS, p->growth * p->res.rtol) <= p->asked &&
        p->res.degree < p->base + STEPS * HIGHER)
      Check(p);
    else {
      if (space > 0.3 * p->asked) {
        p->safety *= PetscMax(2, 2 * space / p->asked);
        PetscCall(Needed(p, needed));
        More(p, needed, 1.2);
      }
      p->growth = PetscMax(p->growth, space < 0 ? worst / rtol : 0);
      Candidate(p);
    }
  }
  p->settled = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
