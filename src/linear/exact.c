/* exact.c - rows that hold exactly.  After the best y of all rows a step to the exact ones, then the best y
   among those that keep them.  Of directions that exact rows nearly share only those are held that are
   needed: the cut is lowered until the rows hold to round-off, but not so far that what is left there,
   round-off or values that no y has, spoils the other rows. */
#include "leastsquares.h"

#define FIRST_CUT 1e-6
#define LAST_CUT 1e-12
#define SPOILED 10 /* times the residual with the larger cut */
#define HELPS 0.3  /* of what the exact rows missed before */
#define ROUND (16 * PETSC_MACHINE_EPSILON)
#define HOLDS 3e-13 /* of `scale`: less is not missed */

PetscErrorCode TessLeastSquaresSetExact(TessLeastSquares s, IS rows)
{
  PetscFunctionBegin;
  if (rows)
    PetscCall(PetscObjectReference((PetscObject)rows));
  PetscCall(ISDestroy(&s->exact));
  s->exact = rows;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLeastSquaresGetExact(TessLeastSquares s, PetscInt *rows, PetscInt *held, PetscReal miss[2])
{
  PetscFunctionBegin;
  *rows = s->constrain ? s->constrain->m : 0;
  *held = s->constrain ? s->constrain->k : 0;
  for (PetscInt i = 0; i < 2; i++)
    miss[i] = s->constrain && s->scale > 0 ? s->miss[i] / s->scale : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ExactSetMat(TessLeastSquares s)
{
  PetscInt m = 0;

  PetscFunctionBegin;
  if (s->exact)
    PetscCall(ISGetSize(s->exact, &m));
  TessCheckInput(m <= TESS_EXACT_MOST, s->comm, "%" PetscInt_FMT " exact rows: %d at most can be held", m,
                 TESS_EXACT_MOST);
  if (m && s->finite)
    PetscCall(ConstrainCreate(s->Q, s->exact, s->normal, &s->constrain));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* y to the exact rows, again while that helps; r = b - J y */
static PetscErrorCode ToRows(TessLeastSquares s, Vec b, Vec y, PetscReal *miss, PetscReal *size)
{
  PetscReal norm[2], last;

  PetscFunctionBegin;
  PetscCall(LeastSquaresResidual(s, b, y, s->r, norm));
  PetscCall(ConstrainMiss(s->constrain, s->r, miss));
  do {
    last = *miss;
    PetscCall(ConstrainStep(s->constrain, s->r, ROUND * s->scale, s->z));
    PetscCall(MatMult(s->T, s->z, s->dy));
    PetscCall(VecAXPY(y, 1, s->dy));
    PetscCall(LeastSquaresResidual(s, b, y, s->r, norm));
    PetscCall(ConstrainMiss(s->constrain, s->r, miss));
  } while ((*miss < 0.1 * last) && (*miss > ROUND * s->scale));
  *size = norm[0];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -tess_view: once */
static PetscErrorCode View(TessLeastSquares s, PetscReal miss)
{
  PetscViewer viewer;
  PetscBool   view;

  PetscFunctionBegin;
  if (s->viewed)
    PetscFunctionReturn(PETSC_SUCCESS);
  s->viewed = PETSC_TRUE;
  PetscCall(PetscOptionsCreateViewer(s->comm, NULL, NULL, "-tess_view", &viewer, NULL, &view));
  if (view)
    PetscCall(PetscViewerASCIIPrintf(viewer,
                                     "exact rows: %" PetscInt_FMT " held of %" PetscInt_FMT " (%" PetscInt_FMT
                                     " independent), missed by %.1e of the solution\n",
                                     s->constrain->k, s->constrain->m, s->constrain->rank,
                                     (double)(miss / s->scale)));
  PetscCall(PetscViewerDestroy(&viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ExactApply(TessLeastSquares s, Vec b, Vec y, PetscInt *its)
{
  PetscReal miss = 0, size = 0, best = PETSC_MAX_REAL, least = PETSC_MAX_REAL, kept = FIRST_CUT;
  Vec       free, trial;

  PetscFunctionBegin;
  PetscCall(MatMult(s->J, y, s->s));
  PetscCall(VecNorm(s->s, NORM_2, &size)); /* that of z, about: no exact row has larger terms */
  PetscCall(VecDuplicate(y, &free));
  PetscCall(VecDuplicate(y, &trial));
  PetscCall(VecCopy(y, free));
  PetscCall(ConstrainMiss(s->constrain, b, &s->miss[0]));
  s->scale = PetscMax(s->scale, PetscMax(s->miss[0], size));
  for (PetscReal cut = FIRST_CUT; cut >= LAST_CUT; cut /= 100) {
    const PetscInt k = s->constrain->k;

    PetscCall(ConstrainChoose(s->constrain, cut));
    if (cut < FIRST_CUT && s->constrain->k == k)
      continue;
    PetscCall(VecCopy(free, trial));
    PetscCall(ToRows(s, b, trial, &miss, &size));
    PetscCall(LeastSquaresRefine(s, b, trial, its));
    PetscCall(ToRows(s, b, trial, &miss, &size));
    PetscCall(PetscInfo(
        s->lsqr, "exact rows: %" PetscInt_FMT " directions of %" PetscInt_FMT " rows, missed by %g, |r| %g\n",
        s->constrain->k, s->constrain->m, (double)miss, (double)size));
    if (!(miss < HELPS * best && size <= SPOILED * least))
      break;
    best  = miss;
    least = size;
    kept  = cut;
    PetscCall(VecCopy(trial, y));
    if (miss <= HOLDS * s->scale)
      break;
  }
  PetscCall(ConstrainChoose(s->constrain, kept));
  PetscCall(View(s, best));
  s->miss[1] = best;
  PetscCall(VecDestroy(&free));
  PetscCall(VecDestroy(&trial));
  PetscFunctionReturn(PETSC_SUCCESS);
}
