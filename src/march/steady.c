/* steady.c - stages of an affine problem whose matrix no time changes: r = D (K z + M z_t + r_0), where K and
   M are made once, and D scales the rows with u_t.  A residual is two products, a new stage matrix a sum. */
#include "lines.h"

struct _n_TessSteady {
  Mat       K; /* of T, all rows as they are; M is the mass matrix of the lines */
  Vec       moving, d, left, work;
  PetscBool still;
  PetscReal scale, time; /* of d; of `left`, what is left of r at z = z_t = 0 */
};

PetscErrorCode TessSteadyDestroy(TessSteady *steady)
{
  PetscFunctionBegin;
  if (!*steady)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDestroy(&(*steady)->K));
  PetscCall(VecDestroy(&(*steady)->moving));
  PetscCall(VecDestroy(&(*steady)->d));
  PetscCall(VecDestroy(&(*steady)->left));
  PetscCall(VecDestroy(&(*steady)->work));
  PetscCall(PetscFree(*steady));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* left at a time */
static PetscErrorCode Left(TessLines l, PetscReal time)
{
  TessSteady s = l->steady;

  PetscFunctionBegin;
  PetscCall(VecZeroEntries(l->theta));
  PetscCall(TessProblemSetMotion(l->problem, time, NULL, 1, 1, 0));
  PetscCall(TessProblemComputeResidual(l->problem, l->theta, s->left));
  s->time = time;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSteadyCreate(TessLines l, PetscReal time)
{
  TessSteady s;
  PetscBool  is, still;
  Vec        moving;
  Mat        J;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(l->r, &moving));
  PetscCall(TessProblemGetMoving(l->problem, moving, &is, &still));
  if (!is) {
    PetscCall(VecDestroy(&moving));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscNew(&l->steady));
  s         = l->steady;
  s->still  = still;
  s->moving = moving;
  PetscCall(VecDuplicate(l->r, &s->d));
  PetscCall(VecDuplicate(l->r, &s->left));
  PetscCall(VecDuplicate(l->r, &s->work));
  PetscCall(TessProblemSetMotion(l->problem, time, NULL, 1, 1, 0));
  PetscCall(TessProblemComputeJacobian(l->problem, l->theta, &J));
  PetscCall(TessMatPanelsTimes(J, l->T, &s->K));
  PetscCall(TessMatPanelsTimes(J, l->T, &l->Q));
  PetscCall(Left(l, time));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* D for a scale */
static PetscErrorCode Scale(TessSteady s, PetscReal scale)
{
  PetscFunctionBegin;
  if (s->scale == scale)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecCopy(s->moving, s->d));
  PetscCall(VecScale(s->d, scale - 1));
  PetscCall(VecShift(s->d, 1));
  s->scale = scale;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSteadyResidual(TessLines l, PetscReal time, Vec z, Vec z_t, PetscReal scale)
{
  TessSteady s = l->steady;

  PetscFunctionBegin;
  if (!s->still && s->time != time)
    PetscCall(Left(l, time));
  PetscCall(Scale(s, scale));
  PetscCall(MatMult(s->K, z, l->r));
  if (z_t) {
    PetscCall(MatMult(l->M, z_t, s->work));
    PetscCall(VecAXPY(l->r, 1, s->work));
  }
  PetscCall(VecAXPY(l->r, 1, s->left));
  PetscCall(VecPointwiseMult(l->r, s->d, l->r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSteadyMatrix(TessLines l, PetscReal shift)
{
  PetscFunctionBegin;
  PetscCall(Scale(l->steady, 1 / shift));
  PetscCall(TessMatPanelsCombine(l->Q, l->steady->d, l->steady->K, shift, l->M));
  PetscFunctionReturn(PETSC_SUCCESS);
}
