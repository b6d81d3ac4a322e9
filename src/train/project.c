/* project.c - variable projection: r = A(a) c + b(a) is affine in the parameters c of an IS, which the steps
   of gaussnewton.c leave undamped (Kaufman's form of Golub & Pereyra 1973 by elimination of c: Ruhe & Wedin
   1980) and which are solved for anew at every trial point, min over c of |r|.  Where r is not affine in c,
   as in a nonlinear equation, this is one Gauss-Newton step in c alone, taken if it lowers f. */
#include "gaussnewton.h"

PetscErrorCode TessProject(Tao tao, GaussNewton *gn, Vec x, Vec r, PetscReal *fall)
{
  Vec         c, d, g, z, s;
  IS          rows;
  PetscReal   most;
  PetscScalar dot[2];
  PetscInt    m, start, its;
  PetscBool   ok;

  PetscFunctionBegin;
  *fall = 0;
  PetscCall(TaoComputeResidualJacobian(tao, x, tao->ls_jac, tao->ls_jac_pre));
  PetscCall(MatGetOwnershipRange(tao->ls_jac, &start, &m));
  PetscCall(ISCreateStride(PetscObjectComm((PetscObject)tao), m - start, start, 1, &rows));
  PetscCall(MatDestroy(&gn->C));
  PetscCall(MatCreateSubMatrix(tao->ls_jac, rows, gn->linearly, MAT_INITIAL_MATRIX, &gn->C));
  PetscCall(ISDestroy(&rows));
  PetscCall(MatCreateVecs(gn->C, &c, NULL));
  PetscCall(VecDuplicate(c, &d));
  PetscCall(VecDuplicate(c, &g));
  PetscCall(VecDuplicate(x, &z));
  PetscCall(VecDuplicate(r, &s));
  PetscCall(TessStepSetMat(gn->inner, gn->C, d));
  PetscCall(VecMax(d, NULL, &most));
  PetscCall(VecSet(d, PROJECTION_SHIFT * (most > 0 ? most : 1)));
  PetscCall(MatMultTranspose(gn->C, r, g));
  PetscCall(TessStepSetDamping(gn->inner, d, &ok));
  if (ok)
    PetscCall(TessStepSolve(gn->inner, r, g, c, &ok, &its));
  if (ok) {
    Vec ends[2] = {r, s};

    PetscCall(VecCopy(x, z));
    PetscCall(VecISAXPY(z, gn->linearly, 1, c));
    PetscCall(TaoComputeResidual(tao, z, s));
    PetscCall(VecWAXPY(gn->fall, -1, s, r));
    PetscCall(VecMDot(gn->fall, 2, ends, dot));
    *fall = 0.5 * (dot[0] + dot[1]);
    if (*fall > 0 && *fall < PETSC_INFINITY) {
      PetscCall(VecCopy(z, x));
      PetscCall(VecCopy(s, r));
    } else
      *fall = 0;
  }
  PetscCall(VecDestroy(&c));
  PetscCall(VecDestroy(&d));
  PetscCall(VecDestroy(&g));
  PetscCall(VecDestroy(&z));
  PetscCall(VecDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}
