/* adam.c - first moments m and second moments v of the gradient g (Kingma & Ba, ICLR 2015, algorithm 1), the
   rate falling as half a cosine to zero at max_it (Loshchilov & Hutter, ICLR 2017, without restarts): m =
   beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,  x -= rate m^ / (sqrt(v^) + eps),  m^ and v^ free
   of bias.  multiadam: moments of every part's gradient, and the mean of their steps, so that the scale of a
   part does not matter (Yao et al., ICML 2023). */
#include "state.h"

#define CUTS 10

typedef struct {
  PetscBool  multi;
  PetscReal  rate, beta1, beta2;
  PetscInt   n; /* parts; 1 for adam */
  TessParts  parts;
  void      *ctx;
  PetscReal *f;         /* [n] */
  Vec       *g, *m, *v; /* [n]; g of adam is the Tao's gradient */
} Adam;

/* y -= what the moments of part c say, with the gradient g taken in */
static PetscErrorCode Moments(Tao tao, Adam *adam, PetscInt c, PetscReal rate)
{
  const PetscReal    eps = 1e-8, t = tao->niter + 1;
  const PetscReal    unbias1 = 1 - PetscPowReal(adam->beta1, t), unbias2 = 1 - PetscPowReal(adam->beta2, t);
  const PetscScalar *g;
  PetscScalar       *m, *v, *y;
  PetscInt           n;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(tao->solution, &n));
  PetscCall(VecGetArrayRead(adam->multi ? adam->g[c] : tao->gradient, &g));
  PetscCall(VecGetArray(adam->m[c], &m));
  PetscCall(VecGetArray(adam->v[c], &v));
  PetscCall(VecGetArray(tao->stepdirection, &y));
  for (PetscInt i = 0; i < n; i++) {
    m[i] = adam->beta1 * m[i] + (1 - adam->beta1) * g[i];
    v[i] = adam->beta2 * v[i] + (1 - adam->beta2) * g[i] * g[i];
    y[i] -= rate * (m[i] / unbias1) / (PetscSqrtReal(v[i] / unbias2) + eps);
  }
  PetscCall(VecRestoreArray(tao->stepdirection, &y));
  PetscCall(VecRestoreArray(adam->v[c], &v));
  PetscCall(VecRestoreArray(adam->m[c], &m));
  PetscCall(VecRestoreArrayRead(adam->multi ? adam->g[c] : tao->gradient, &g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x += one step; tao->stepdirection = it, tao->step = its length */
static PetscErrorCode Step(Tao tao, Adam *adam)
{
  const PetscReal done = PetscMin(1, tao->niter / PetscMax(1., tao->max_it));

  PetscFunctionBegin;
  PetscCall(VecSet(tao->stepdirection, 0));
  for (PetscInt c = 0; c < adam->n; c++)
    PetscCall(Moments(tao, adam, c, 0.5 * adam->rate / adam->n * (1 + PetscCosReal(PETSC_PI * done))));
  PetscCall(VecAXPY(tao->solution, 1, tao->stepdirection));
  PetscCall(VecNorm(tao->stepdirection, NORM_2, &tao->step));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* f and tao->gradient, of multiadam as sums over the parts */
static PetscErrorCode Evaluate(Tao tao, Adam *adam, PetscReal *f, PetscReal *gnorm)
{
  PetscFunctionBegin;
  if (adam->multi) {
    PetscCall((*adam->parts)(tao, tao->solution, adam->n, adam->f, adam->g, adam->ctx));
    PetscCall(VecSet(tao->gradient, 0));
    *f = 0;
    for (PetscInt c = 0; c < adam->n; c++) {
      PetscCall(VecAXPY(tao->gradient, 1, adam->g[c]));
      *f += adam->f[c];
    }
  } else
    PetscCall(TaoComputeObjectiveAndGradient(tao, tao->solution, f, tao->gradient));
  PetscCall(VecNorm(tao->gradient, NORM_2, gnorm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A step that ends where f is no number is cut to a quarter, CUTS times at most, the last time to nothing. */
static PetscErrorCode Cut(Tao tao, Adam *adam, PetscReal *f, PetscReal *gnorm)
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < CUTS && (PetscIsInfOrNanReal(*f) || PetscIsInfOrNanReal(*gnorm)); k++) {
    const PetscReal share = k + 1 < CUTS ? 0.25 : 0;

    PetscCall(VecAXPY(tao->solution, share - 1, tao->stepdirection));
    PetscCall(VecScale(tao->stepdirection, share));
    tao->step *= share;
    PetscCall(Evaluate(tao, adam, f, gnorm));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const papers[2] = {
    "@inproceedings{kingma2015adam,\n"
    "  title = {Adam: A Method for Stochastic Optimization},\n"
    "  author = {Kingma, Diederik P. and Ba, Jimmy},\n"
    "  booktitle = {International Conference on Learning Representations},\n  year = {2015}\n}\n",
    "@inproceedings{yao2023multiadam,\n"
    "  title = {{M}ulti{A}dam: Parameter-wise Scale-invariant Optimizer for Multiscale Training of "
    "Physics-informed Neural Networks},\n"
    "  author = {Yao, Jiachen and Su, Chang and Hao, Zhongkai and Liu, Songming and Su, Hang and Zhu, "
    "Jun},\n"
    "  booktitle = {International Conference on Machine Learning},\n  year = {2023}\n}\n"};

static PetscErrorCode TaoSolve_Adam(Tao tao)
{
  static PetscBool cited[2];
  Adam            *adam = tao->data;
  PetscReal        f, gnorm;
  PetscBool        resumed;

  PetscFunctionBegin;
  PetscCall(TessCite(papers[adam->multi], &cited[adam->multi]));
  for (PetscInt c = 0; c < adam->n; c++) {
    PetscCall(VecSet(adam->m[c], 0));
    PetscCall(VecSet(adam->v[c], 0));
  }
  tao->reason = TAO_CONTINUE_ITERATING;
  tao->step   = 0;
  PetscCall(TessStateResume(tao, &resumed));
  while (1) {
    if (!resumed && tao->ops->update && tao->niter < tao->max_it)
      PetscCall((*tao->ops->update)(tao, tao->niter, tao->user_update));
    PetscCall(Evaluate(tao, adam, &f, &gnorm));
    if (tao->niter)
      PetscCall(Cut(tao, adam, &f, &gnorm));
    if (PetscIsInfOrNanReal(f) || PetscIsInfOrNanReal(gnorm)) {
      if (tao->niter)
        PetscCall(VecAXPY(tao->solution, -1, tao->stepdirection)); /* the last point that had a value */
      tao->reason = TAO_DIVERGED_NAN;
      break;
    }
    if (!resumed) {
      PetscCall(TaoLogConvergenceHistory(tao, f, gnorm, 0, tao->ksp_tot_its));
      PetscCall(TaoMonitor(tao, tao->niter, f, gnorm, 0, tao->step));
      PetscCall((*tao->ops->convergencetest)(tao, tao->cnvP));
      PetscCall(TessStatePause(tao));
    }
    resumed = PETSC_FALSE;
    if (tao->reason != TAO_CONTINUE_ITERATING)
      break;
    PetscCall(Step(tao, adam));
    tao->niter++;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode State_Adam(Tao tao, TessState s)
{
  Adam *adam = tao->data;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < adam->n; c++) {
    PetscCall(TessStateVec(s, adam->m[c]));
    PetscCall(TessStateVec(s, adam->v[c]));
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
  TessCheckInput(adam->n, PetscObjectComm((PetscObject)tao),
                 TAOMULTIADAM " needs the parts of the objective: TessTrainSetParts");
  PetscCall(VecDuplicateVecs(tao->solution, adam->n, &adam->m));
  PetscCall(VecDuplicateVecs(tao->solution, adam->n, &adam->v));
  if (adam->multi)
    PetscCall(VecDuplicateVecs(tao->solution, adam->n, &adam->g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *const keys[2][3] = {
    {"-tao_adam_rate", "-tao_adam_beta1", "-tao_adam_beta2"},
    {"-tao_multiadam_rate", "-tao_multiadam_beta1", "-tao_multiadam_beta2"}};

static PetscErrorCode TaoSetFromOptions_Adam(Tao tao, TessOptionItems PetscOptionsObject)
{
  Adam              *adam = tao->data;
  const char *const *key  = keys[adam->multi];
  const PetscReal    most = 1 - PETSC_SMALL;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, adam->multi ? "MultiAdam options" : "Adam options");
  PetscCall(TessOptionsReal(key[0], "Step of every parameter at the start; falls to zero at -tao_max_it",
                            &adam->rate, PETSC_SMALL, PETSC_MAX_REAL));
  PetscCall(TessOptionsReal(key[1], "Memory of the mean gradient", &adam->beta1, 0, most));
  PetscCall(TessOptionsReal(key[2], "Memory of the mean squared gradient", &adam->beta2, 0, most));
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
  PetscCall(VecDestroyVecs(adam->n, &adam->g));
  PetscCall(VecDestroyVecs(adam->n, &adam->m));
  PetscCall(VecDestroyVecs(adam->n, &adam->v));
  PetscCall(PetscFree(adam->f));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetParts_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", NULL));
  PetscCall(PetscFree(tao->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetParts_Adam(Tao tao, PetscInt n, TessParts parts, void *ctx)
{
  Adam *adam = tao->data;

  PetscFunctionBegin;
  PetscCheck(!adam->m || n == adam->n, PetscObjectComm((PetscObject)tao), PETSC_ERR_ARG_WRONGSTATE,
             "the number of parts is fixed once the Tao is set up");
  if (!adam->f)
    PetscCall(PetscMalloc1(n, &adam->f));
  adam->n     = n;
  adam->parts = parts;
  adam->ctx   = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainSetParts(Tao tao, PetscInt n, TessParts parts, void *ctx)
{
  PetscFunctionBegin;
  PetscValidHeaderSpecific(tao, TAO_CLASSID, 1);
  PetscTryMethod(tao, "TessTrainSetParts_C", (Tao, PetscInt, TessParts, void *), (tao, n, parts, ctx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TaoCreate_Adam(Tao tao)
{
  Adam *adam;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&adam));
  *adam = (Adam){.n = 1, .rate = 1e-3, .beta1 = 0.9, .beta2 = 0.999};
  TessTaoDefaults(tao);
  tao->data                = adam;
  tao->ops->setup          = TaoSetUp_Adam;
  tao->ops->solve          = TaoSolve_Adam;
  tao->ops->view           = TaoView_Adam;
  tao->ops->setfromoptions = TaoSetFromOptions_Adam;
  tao->ops->destroy        = TaoDestroy_Adam;
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainState_C", State_Adam));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TaoCreate_MultiAdam(Tao tao)
{
  Adam *adam;

  PetscFunctionBegin;
  PetscCall(TaoCreate_Adam(tao));
  adam  = tao->data;
  *adam = (Adam){.multi = PETSC_TRUE, .rate = 1e-3, .beta1 = 0.99, .beta2 = 0.99};
  PetscCall(PetscObjectComposeFunction((PetscObject)tao, "TessTrainSetParts_C", SetParts_Adam));
  PetscFunctionReturn(PETSC_SUCCESS);
}
