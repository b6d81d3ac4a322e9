/* step.c - which method solves the linear problem of a step, and the methods of panels: Cholesky of the
   damped Gram matrix, and orthonormalised least squares. */
#include "step.h"

#define MISSED 1e-11 /* by an exact row, of the largest value that there was: more than round-off */

static PetscErrorCode SetMat_Normal(TessStep step, Mat J, Vec d)
{
  PetscFunctionBegin;
  if (!step->data)
    PetscCall(TessNormalCreate(step->comm, step->prefix, (TessNormal *)&step->data));
  PetscCall(TessNormalSetMat(step->data, J));
  PetscCall(TessMatPanelsColumnNorms2(J, d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetDamping_Normal(TessStep step, Vec S, PetscBool *ok)
{
  PetscFunctionBegin;
  PetscCall(TessNormalSetDamping(step->data, S, 0, ok));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve_Normal(TessStep step, Vec r, Vec g, Vec y, PetscBool *ok, PetscInt *its)
{
  PetscFunctionBegin;
  *ok  = PETSC_TRUE;
  *its = 1;
  PetscCall(TessNormalSolve(step->data, g, y));
  PetscCall(TessNormalGetMethod(step->data, NULL, its));
  PetscCall(VecScale(y, -1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy_Normal(TessStep step)
{
  PetscFunctionBegin;
  PetscCall(TessNormalDestroy((TessNormal *)&step->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessStepOps StepNormal = {.setmat     = SetMat_Normal,
                                               .setdamping = SetDamping_Normal,
                                               .solve      = Solve_Normal,
                                               .destroy    = Destroy_Normal};

/* Without damping: directions that J does not determine are dropped instead.  The scaling of columns is for
 * the stopping tests. */
static PetscErrorCode SetMat_Orthonormal(TessStep step, Mat J, Vec d)
{
  PetscFunctionBegin;
  if (!step->data)
    PetscCall(TessLeastSquaresCreate(step->comm, step->prefix, (TessLeastSquares *)&step->data));
  PetscCall(TessLeastSquaresSetExact(step->data, step->exact));
  PetscCall(TessLeastSquaresSetMat(step->data, J));
  PetscCall(TessMatPanelsColumnNorms2(J, d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve_Orthonormal(TessStep step, Vec r, Vec g, Vec y, PetscBool *ok, PetscInt *its)
{
  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  PetscCall(TessLeastSquaresApply(step->data, r, y, its));
  PetscCall(VecScale(y, -1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Correct_Orthonormal(TessStep step, Vec r, Vec g, Vec y)
{
  PetscFunctionBegin;
  PetscCall(TessLeastSquaresCorrect(step->data, r, g, y));
  PetscCall(VecScale(y, -1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Reaches_Orthonormal(TessStep step, PetscBool *reaches)
{
  PetscInt  rows, held;
  PetscReal miss[2];

  PetscFunctionBegin;
  PetscCall(TessLeastSquaresGetExact(step->data, &rows, &held, miss));
  *reaches = (PetscBool)(rows && miss[0] > MISSED && miss[1] < 0.5 * miss[0]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy_Orthonormal(TessStep step)
{
  PetscFunctionBegin;
  PetscCall(TessLeastSquaresDestroy((TessLeastSquares *)&step->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessStepOps StepOrthonormal = {.setmat  = SetMat_Orthonormal,
                                                    .solve   = Solve_Orthonormal,
                                                    .correct = Correct_Orthonormal,
                                                    .reaches = Reaches_Orthonormal,
                                                    .destroy = Destroy_Orthonormal};

static PetscErrorCode Choose(TessStep step, Mat J, const struct _TessStepOps **ops)
{
  MatType   type;
  PetscBool panels, assembled;

  PetscFunctionBegin;
  PetscCall(MatGetType(J, &type));
  PetscCall(PetscObjectTypeCompare((PetscObject)J, MATPANELS, &panels));
  PetscCall(PetscObjectTypeCompareAny((PetscObject)J, &assembled, MATSEQAIJ, MATMPIAIJ, MATSEQDENSE,
                                      MATMPIDENSE, ""));
  TessCheckInput(panels || !step->orthonormal, step->comm,
                 "The orthonormal solver needs a Jacobian of type " MATPANELS
                 ", not %s; use -tao_gaussnewton_solver normal",
                 type);
  *ops = step->orthonormal ? &StepOrthonormal
         : step->sketch    ? &TessStepFree
         : panels          ? &StepNormal
         : assembled       ? &TessStepGram
                           : &TessStepFree;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepCreate(MPI_Comm comm, const char prefix[], PetscBool orthonormal, TessStep *step)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(step));
  (*step)->comm        = comm;
  (*step)->orthonormal = orthonormal;
  PetscCall(PetscStrallocpy(prefix, &(*step)->prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepSetMat(TessStep step, Mat J, Vec d)
{
  const struct _TessStepOps *ops = NULL;

  PetscFunctionBegin;
  PetscCall(Choose(step, J, &ops));
  if (step->ops && step->ops != ops)
    PetscCall(step->ops->destroy(step));
  step->ops = ops;
  PetscCall(ops->setmat(step, J, d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepSetDamping(TessStep step, Vec S, PetscBool *ok)
{
  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Solve, S, 0, 0, 0));
  PetscCall(step->ops->setdamping(step, S, ok));
  PetscCall(PetscLogEventEnd(TESS_Solve, S, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepSolve(TessStep step, Vec r, Vec g, Vec y, PetscBool *ok, PetscInt *its)
{
  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Solve, r, g, y, 0));
  PetscCall(step->ops->solve(step, r, g, y, ok, its));
  PetscCall(PetscLogEventEnd(TESS_Solve, r, g, y, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepCorrect(TessStep step, Vec r, Vec g, Vec y, PetscBool *known)
{
  PetscFunctionBegin;
  *known = (PetscBool)(step->ops && step->ops->correct);
  if (!*known)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscLogEventBegin(TESS_Solve, r, g, y, NULL));
  PetscCall(step->ops->correct(step, r, g, y));
  PetscCall(PetscLogEventEnd(TESS_Solve, r, g, y, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepReaches(TessStep step, PetscBool *reaches)
{
  PetscFunctionBegin;
  *reaches = PETSC_FALSE;
  if (step->ops->reaches)
    PetscCall(step->ops->reaches(step, reaches));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStepDestroy(TessStep *step)
{
  PetscFunctionBegin;
  if (!*step)
    PetscFunctionReturn(PETSC_SUCCESS);
  if ((*step)->ops)
    PetscCall((*step)->ops->destroy(*step));
  PetscCall(PetscFree((*step)->prefix));
  PetscCall(PetscFree(*step));
  PetscFunctionReturn(PETSC_SUCCESS);
}
