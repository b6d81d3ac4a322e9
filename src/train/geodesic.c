/* geodesic.c - the bend of a step: with r'' the second derivative of r along y, the path that the damped
   steps would follow is x + t y + t^2/2 a, (J^T J + mu D) a = -J^T r''.  A step y + a/2 follows a curved
   valley, and |a| against |y| tells whether y is short enough to be trusted, before f is tried (Transtrum &
   Sethna 2012; r'' by a difference of step 0.1 y).  Costs one residual, two products and a solve with the
   factor of y. */
#include "gaussnewton.h"

#define STEP 0.1 /* of the difference, in y */

PetscErrorCode TessSearchBend(Tao tao, GaussNewton *gn, PetscReal size, PetscBool *trusted)
{
  PetscReal change, curve, terms, rest, bend;
  PetscBool ok;
  PetscInt  its = 0;

  PetscFunctionBegin;
  *trusted = PETSC_TRUE;
  if (gn->bend <= 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatMult(tao->ls_jac, tao->stepdirection, gn->Jy));
  PetscCall(VecWAXPY(gn->x, STEP, tao->stepdirection, tao->solution));
  PetscCall(TaoComputeResidual(tao, gn->x, gn->r));
  PetscCall(VecAXPY(gn->r, -1, tao->ls_res));
  PetscCall(VecNorm(gn->r, NORM_2, &change));
  PetscCall(VecAXPY(gn->r, -STEP, gn->Jy)); /* STEP^2/2 r'' */
  PetscCall(VecNorm(gn->r, NORM_2, &curve));
  PetscCall(TessSearchScaledNorm(gn, gn->c, tao->solution, &terms));
  rest     = 100 * PETSC_MACHINE_EPSILON * (terms + change);
  *trusted = (PetscBool)!PetscIsInfOrNanReal(curve);
  if (!*trusted || curve <= rest) /* nothing but the round-off of r */
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecScale(gn->r, 2 / (STEP * STEP)));
  PetscCall(MatMultTranspose(tao->ls_jac, gn->r, gn->g));
  PetscCall(TessStepSolve(gn->linear, gn->r, gn->g, gn->a, &ok, &its));
  tao->ksp_its += its;
  tao->ksp_tot_its += its;
  PetscCall(TessSearchScaledNorm(gn, gn->d, gn->a, &bend));
  *trusted = (PetscBool)(ok && 2 * bend <= gn->bend * size);
  if (*trusted)
    PetscCall(VecAXPY(tao->stepdirection, 0.5, gn->a));
  PetscFunctionReturn(PETSC_SUCCESS);
}
