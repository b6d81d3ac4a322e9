/* mlp.c - a trained network:  a_1 = f(W_1 xi + b_1),  a_l = f(W_l a_{l-1} + b_l),  u = W a_L + b,  f = tanh
   or sin, theta = (W_1, b_1, ..., W, b), W row-major [out][in].  Jets by kernel/net.c (Griewank & Walther
   2008, ch. 13). Start: W uniform in [-r, r], r^2 = 6 / (in + out) (Glorot & Bengio, AISTATS 2010); b_1 =
   -W_1 c with c uniform in the box, so that the bends lie inside it; the other b = 0. */
#include "expertimpl.h"

static const char *const activations[] = {"tanh", "sin"};

static PetscErrorCode ExpertSetFromOptions_MLP(TessExpert e, TessOptionItems PetscOptionsObject)
{
  KNet    *net   = e->data;
  PetscInt depth = net->depth, width = net->width, act = net->act;

  PetscFunctionBegin;
  PetscCall(TessOptionsInt("-expert_mlp_depth", "Hidden layers of a network", &depth, 1, 1000));
  PetscCall(TessOptionsInt("-expert_mlp_width", "Neurons of each hidden layer", &width, 1, 10000));
  PetscCall(TessOptionsChoice("-expert_mlp_activation", "Activation of a network", 2, activations, &act));
  e->setup   = (PetscBool)(e->setup && net->depth == depth && net->width == width);
  net->depth = (int)depth;
  net->width = (int)width;
  net->act   = (KActivation)act;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertSetUp_MLP(TessExpert e)
{
  KNet  *net = e->data;
  size_t np;

  PetscFunctionBegin;
  net->dim   = (int)e->nin;
  net->jets  = ExpertIsEmbedded(e);
  net->ncomp = (int)e->ncomp;
  np         = k_net_parameters(net);
  TessCheckInput(
      np <= PETSC_MAX_INT, PETSC_COMM_SELF,
      "a network of %zu parameters does not fit an integer; see -expert_mlp_width, -expert_mlp_depth", np);
  e->np     = (PetscInt)np;
  e->nf     = 0;
  e->linear = PETSC_FALSE;
  e->last   = e->ncomp * (net->width + 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertInit_MLP(TessExpert e, TessKey key, PetscReal theta[], PetscReal frozen[])
{
  const KNet *net = e->data;

  PetscFunctionBegin;
  if (!theta)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (int l = 0; l <= net->depth; l++) {
    const int       in = l ? net->width : net->dim, out = l < net->depth ? net->width : net->ncomp;
    const PetscReal r     = PetscSqrtReal(6. / (in + out));
    const TessKey   layer = TessKeyMake(key, (uint64_t)l);
    PetscReal      *W = theta, *b = theta + (size_t)in * out;

    for (int i = 0; i < in * out; i++)
      W[i] = r * (2 * TessKeyUniform(layer, (uint64_t)i) - 1);
    for (int i = 0; i < out; i++) {
      b[i] = 0;
      for (int j = 0; j < in && !l; j++)
        b[i] -= W[i * in + j] * (2 * TessKeyUniform(layer, (uint64_t)(in * out + i * in + j)) - 1);
    }
    theta = b + out;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the network reads: the points, or the jets of functions of them. */
static PetscErrorCode Inputs(TessExpert e, const ExpertCall *c, const PetscReal *x[])
{
  PetscFunctionBegin;
  PetscCall(ExpertWork(e, e->k->net_work(e->data, c->jet)));
  *x = c->x;
  if (ExpertIsEmbedded(e))
    PetscCall(ExpertEmbedAll(e, c, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertEvaluate_MLP(TessExpert e, const ExpertCall *c, PetscReal u[])
{
  const PetscReal *x;

  PetscFunctionBegin;
  PetscCall(Inputs(e, c, &x));
  e->k->net_evaluate(e->data, c->jet, c->theta, c->scale, (int)c->n, x, u, e->work);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertPullback_MLP(TessExpert e, const ExpertCall *c, const PetscReal u_bar[],
                                         PetscReal g[])
{
  const PetscReal *x;

  PetscFunctionBegin;
  PetscCall(Inputs(e, c, &x));
  e->k->net_pullback(e->data, c->jet, c->theta, c->scale, (int)c->n, x, u_bar, g, e->work);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertRows_MLP(TessExpert e, const ExpertCall *c, PetscInt R, const PetscReal u_bar[],
                                     PetscInt ld, PetscReal rows[])
{
  const PetscReal *x;

  PetscFunctionBegin;
  PetscCall(Inputs(e, c, &x));
  e->k->net_rows(e->data, c->jet, c->theta, c->scale, (int)c->n, x, (int)R, u_bar, ld, rows, e->work);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertView_MLP(TessExpert e, PetscViewer viewer)
{
  const KNet *net = e->data;

  PetscFunctionBegin;
  PetscCall(PetscViewerASCIIPrintf(viewer, "%d hidden layers of %d, %s\n", net->depth, net->width,
                                   activations[net->act]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessExpertOps MLPOps = {.setfromoptions = ExpertSetFromOptions_MLP,
                                             .setup          = ExpertSetUp_MLP,
                                             .init           = ExpertInit_MLP,
                                             .evaluate       = ExpertEvaluate_MLP,
                                             .pullback       = ExpertPullback_MLP,
                                             .rows           = ExpertRows_MLP,
                                             .view           = ExpertView_MLP};

PetscErrorCode TessExpertCreate_MLP(TessExpert e)
{
  KNet *net;

  PetscFunctionBegin;
  PetscCall(PetscNew(&net));
  net->depth = 2;
  net->width = 20;
  e->data    = net;
  *e->ops    = MLPOps;
  PetscFunctionReturn(PETSC_SUCCESS);
}
