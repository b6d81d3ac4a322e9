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
#define LEAST 1e-13 /* of any run */
#define SAFE 0.3    /* error aimed at, in units of what is asked */
#define NEAR 30.0   /* an error that many times too large wants more patches */
#define HIGHER 2    /* a step of the degree */
#define STEPS 3

PetscErrorCode TessPursuitTreatTime(TessPursuit p, TessProblem whole, const char mode[], PetscBool affine)
{
  const PetscBool slabs = (PetscBool)(mode && !strcmp(mode, "slabs"));
  PetscBool       can;

  PetscFunctionBegin;
  PetscCall(TessProblemCanMove(whole, &can));
  p->moved   = (PetscBool)(can && p->marched && (mode ? !slabs : !affine));
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

/* A finer run than the last, with no larger tolerance than this. */
static void Finer(TessPursuit p, PetscReal rtol)
{
  p->res.rtol = PetscMax(LEAST, PetscMin(rtol, FINER * p->res.rtol));
  if (!p->fixed_degree && p->res.degree < p->base + STEPS * HIGHER)
    p->res.degree += HIGHER;
}

/* More patches: `least` times as many, or as many as are needed; the degree begins anew. */
static PetscBool More(TessPursuit p, const PetscReal needed[], PetscReal least)
{
  const PetscBool more = TessPursuitDivide(p, needed, least);

  if (more && !p->fixed_degree)
    p->res.degree = p->base;
  return more;
}

PetscErrorCode TessPursuitNextMoved(TessPursuit p, PetscReal worst, PetscBool *more)
{
  const PetscReal before = p->rtol, gap = worst / p->asked;
  PetscReal       needed[TESS_DIM_MAX];

  PetscFunctionBegin;
  *more   = PETSC_TRUE;
  p->rtol = p->res.rtol;
  for (PetscInt a = 0; a < p->dim; a++)
    needed[a] = 2 * p->res.parts[a];
  if (p->failed) {
    p->checking = PETSC_FALSE;
    *more       = More(p, needed, 2);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TessPursuitNeeded(p, needed));
  if (!p->settled && More(p, needed, 1))
    PetscFunctionReturn(PETSC_SUCCESS);
  p->settled = PETSC_TRUE;
  if (p->res.rtol > TIGHT * p->asked)
    p->res.rtol = TIGHT * p->asked;
  else if (!p->checking) {
    Finer(p, 1);
    p->checking = PETSC_TRUE;
  } else {
    *more = (PetscBool)(p->res.rtol > LEAST);
    Finer(p, SAFE * before / gap);
    if (gap > NEAR || p->res.degree == p->base + STEPS * HIGHER)
      More(p, needed, PetscMax(1.2, PetscMin(2, PetscPowReal(2 * gap, 1.0 / p->base))));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
