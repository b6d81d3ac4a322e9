/* adam.c - first moments m and second moments v of the gradient g (Kingma & Ba, ICLR 2015, algorithm 1), the
   rate falling as half a cosine to zero at max_it (Loshchilov & Hutter, ICLR 2017, without restarts): m =
   beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,  x -= rate m^ / (sqrt(v^) + eps),  m^ and v^ free
   of bias. */
#include "step.h"
#include <petsc/private/taoimpl.h>

typedef struct {
  PetscReal rate, beta1, beta2;
  Vec       m, v;
} Adam;

/* x += one step; tao->stepdirection = it, tao->step = its length */
static PetscErrorCode Step(Tao tao, Adam *adam)
{
  const PetscReal eps = 1e-8, t = tao->niter + 1;
  const PetscReal unbias1 = 1 - PetscPowReal(adam->beta1, t), unbias2 = 1 - PetscPowReal(adam->beta2, t);
  const PetscReal rate =
      0.5 * adam->rate * (1 + PetscCosReal(PETSC_PI * PetscMin(1, (t - 1) / PetscMax(1, tao->max_it))));
  const PetscScalar *g;
  PetscScalar       *m, *v, *y;
  PetscInt           n;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(tao->solution, &n));
  PetscCall(VecGetArrayRead(tao->gradient, &g));
  PetscCall(VecGetArray(adam->m, &m));
  PetscCall(VecGetArray(adam->v, &v));
  PetscCall(VecGetArray(tao->stepdirection, &y));
  for (PetscInt i = 0; i < n; i++) {
    m[i] = adam->beta1 * m[i] + (1 - adam->beta1) * g[i];
    v[i] = adam->beta2 * v[i] + (1 - adam->beta2) * g[i] * g[i];
    y[i] = -rate * (m[i] / unbias1) / (PetscSqrtReal(v[i] / unbias2) + eps);
  }
  PetscCall(VecRestoreArrayRead(tao->gradient, &g));
  PetscCall(VecRestoreArray(adam->m, &m));
  PetscCall(VecRestoreArray(adam->v, &v));
  PetscCall(VecRestoreArray(tao->stepdirection, &y));
  PetscCall(VecAXPY(tao->solution, 1, tao->stepdirection));
  PetscCall(VecNorm(tao->stepdirection, NORM_2, &tao->step));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSolve_Adam(Tao tao)
{
  static PetscBool cited = PETSC_FALSE;
  Adam            *adam  = tao->data;
  PetscReal        f, gnorm;

  PetscFunctionBegin;
  PetscCall(
      TessCite("@inproceedings{kingma2015adam,\n"
               "  title = {Adam: A Method for Stochastic Optimization},\n"
               "  author = {Kingma, Diederik P. and Ba, Jimmy},\n"
               "  booktitle = {International Conference on Learning Representations},\n  year = {2015}\n}\n",
               &cited));
  PetscCall(VecSet(adam->m, 0));
  PetscCall(VecSet(adam->v, 0));
  tao->reason = TAO_CONTINUE_ITERATING;
  tao->step   = 0;
  while (1) {
    if (tao->ops->update && tao->niter < tao->max_it)
      PetscCall((*tao->ops->update)(tao, tao->niter, tao->user_update));
    PetscCall(TaoComputeObjectiveAndGradient(tao, tao->solution, &f, tao->gradient));
    PetscCall(VecNorm(tao->gradient, NORM_2, &gnorm));
    if (PetscIsInfOrNanReal(f) || PetscIsInfOrNanReal(gnorm)) {
      if (tao->niter)
        PetscCall(VecAXPY(tao->solution, -1, tao->stepdirection)); /* the last point that had a value */
      tao->reason = TAO_DIVERGED_NAN;
      break;
    }
    PetscCall(TaoLogConvergenceHistory(tao, f, gnorm, 0, tao->ksp_tot_its));
    PetscCall(TaoMonitor(tao, tao->niter, f, gnorm, 0, tao->step));
    PetscCall((*tao->ops->convergencetest)(tao, tao->cnvP));
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
    PetscCall(Step(tao, adam));
    tao->niter++;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSetUp_Adam(Tao tao)
{
  Adam *adam = tao->data;

  PetscFunctionBegin;
  if (!tao->gradient)
    PetscCall(VecDuplicate(tao->solution, &tao->gradient));
  if (!tao->stepdirection)
    PetscCall(VecDuplicate(tao->solution, &tao->stepdirection));
  if (!adam->m)
    PetscCall(VecDuplicate(tao->solution, &adam->m));
  if (!adam->v)
    PetscCall(VecDuplicate(tao->solution, &adam->v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoSetFromOptions_Adam(Tao tao, TessOptionItems PetscOptionsObject)
{
  Adam *adam = tao->data;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, "Adam options");
  PetscCall(TessOptionsReal("-tao_adam_rate",
                            "Step of every parameter at the start; falls to zero at -tao_max_it", &adam->rate,
                            PETSC_SMALL, PETSC_MAX_REAL));
  PetscCall(
      TessOptionsReal("-tao_adam_beta1", "Memory of the mean gradient", &adam->beta1, 0, 1 - PETSC_SMALL));
  PetscCall(TessOptionsReal("-tao_adam_beta2", "Memory of the mean squared gradient", &adam->beta2, 0,
                            1 - PETSC_SMALL));
  PetscOptionsHeadEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoView_Adam(Tao tao, PetscViewer viewer)
{
  Adam     *adam = tao->data;
  PetscBool ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (ascii)
    PetscCall(PetscViewerASCIIPrintf(viewer, "rate %g, beta1 %g, beta2 %g\n", (double)adam->rate,
                                     (double)adam->beta1, (double)adam->beta2));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TaoDestroy_Adam(Tao tao)
{
  Adam *adam = tao->data;

  PetscFunctionBegin;
  PetscCall(VecDestroy(&adam->m));
  PetscCall(VecDestroy(&adam->v));
  PetscCall(PetscFree(tao->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TaoCreate_Adam(Tao tao)
{
  Adam *adam;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&adam));
  adam->rate  = 1e-3;
  adam->beta1 = 0.9;
  adam->beta2 = 0.999;
  TessTaoDefaults(tao);
  tao->data                = adam;
  tao->ops->setup          = TaoSetUp_Adam;
  tao->ops->solve          = TaoSolve_Adam;
  tao->ops->view           = TaoView_Adam;
  tao->ops->setfromoptions = TaoSetFromOptions_Adam;
  tao->ops->destroy        = TaoDestroy_Adam;
  PetscFunctionReturn(PETSC_SUCCESS);
}
