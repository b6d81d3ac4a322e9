/* features.c - a frozen random hidden layer:  phi_j = f(w_j . xi + b_j),  f = tanh or sin (random features,
   Rahimi & Recht, NIPS 2007; extreme learning machines, Huang et al., Neurocomputing 70, 2006; on patches,
   Dong & Li, CMAME 387, 2021).  frozen = (W [width][dim], b [width]), in [-R, R]; theta [ncomp][width]. (w_j,
   b_j) are not independent but fill the cube evenly, from a random start by steps of the inverse powers of
   the generalised golden ratio (Kronecker's sequence): ten seeds of four problems had a half to a third of
   the error of independent ones, and no unlucky draws.  b = -W c with centres c in the box fits smooth
   functions and waves no better: within a factor of three either way. */
#include "expertimpl.h"

typedef struct {
  ExpertLinear linear;
  KActivation  act;
  PetscReal    range; /* R, 0 for the activation's default */
} Features;

static const char *const activations[] = {"tanh", "sin"};

static PetscErrorCode ExpertSetFromOptions_Features(TessExpert e, TessOptionItems PetscOptionsObject)
{
  Features *f     = e->data;
  PetscInt  width = f->linear.width, act = f->act;

  PetscFunctionBegin;
  PetscCall(TessOptionsInt("-expert_features_width", "Random features of a patch", &width, 1, 1000000));
  PetscCall(TessOptionsChoice("-expert_features_activation", "Activation of the random features", 2,
                              activations, &act));
  PetscCall(TessOptionsReal("-expert_features_range",
                            "R: weights are uniform in [-R, R] (0: 1.5 for tanh, 5 for sin)", &f->range, 0,
                            1e6));
  e->setup        = (PetscBool)(e->setup && f->linear.width == width);
  f->linear.width = width;
  f->act          = (KActivation)act;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertSetUp_Features(TessExpert e)
{
  Features        *f     = e->data;
  const PetscInt64 width = f->linear.width, largest = width * PetscMax(e->nin + 1, e->ncomp);

  PetscFunctionBegin;
  TessCheckInput(largest <= PETSC_MAX_INT, PETSC_COMM_SELF,
                 "%" PetscInt64_FMT " parameters do not fit an integer; see -expert_features_width", largest);
  e->np              = (PetscInt)width * e->ncomp;
  e->nf              = (PetscInt)width * (e->nin + 1);
  e->linear          = PETSC_TRUE;
  f->linear.nscratch = (size_t)(width + e->dim) * K_BLOCK;
  f->linear.nrows    = ExpertIsEmbedded(e) ? (PetscInt)width + e->nin : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* g with g^(n+1) = g + 1: the golden ratio of n dimensions. */
static PetscReal Ratio(PetscInt n)
{
  PetscReal g = 1.5;

  for (PetscInt k = 0; k < 60; k++)
    g = PetscPowReal(1 + g, 1. / (n + 1));
  return g;
}

static PetscErrorCode ExpertInit_Features(TessExpert e, TessKey key, PetscReal theta[], PetscReal frozen[])
{
  const Features *f     = e->data;
  const PetscInt  width = f->linear.width, dim = e->nin;
  const PetscReal R = f->range > 0 ? f->range : (f->act == K_TANH ? 1.5 : 5.);

  PetscFunctionBegin;
  if (theta)
    PetscCall(PetscArrayzero(theta, e->np));
  if (!frozen)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt d = 0; d <= dim; d++) {
    const PetscReal start = TessKeyUniform(key, (uint64_t)d), step = PetscPowReal(Ratio(dim + 1), -(d + 1));

    for (PetscInt i = 0; i < width; i++) {
      const PetscReal v = start + (i + 1) * step;

      frozen[d < dim ? i * dim + d : width * dim + i] = R * (2 * (v - PetscFloorReal(v)) - 1);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* phi where the inputs are jets of functions of the points: an ordinary layer. */
static void Embedded(TessExpert e, const ExpertCall *c, PetscInt from, PetscInt m, PetscInt b, size_t s,
                     PetscReal phi[], PetscReal scratch[])
{
  const Features *f     = e->data;
  const PetscInt  width = f->linear.width, K = c->jet->jet.K;
  PetscReal      *E = scratch, *z = E + e->nin * s;

  for (PetscInt i = 0; i < e->nin; i++)
    for (PetscInt p = 0; p < K * b; p++)
      E[i * s + p] = 0;
  ExpertEmbed(e, c, from, m, (size_t)b, s, E);
  e->k->affine((int)width, (int)e->nin, (int)(K * b), c->frozen, e->nin, 1, E, (ptrdiff_t)s, z, (ptrdiff_t)s);
  e->k->activate(c->jet, f->act, (int)width, (int)b, (ptrdiff_t)s, c->frozen + width * e->nin, z, phi);
}

static PetscErrorCode Basis_Features(TessExpert e, const ExpertCall *c, PetscInt from, PetscInt m, PetscInt b,
                                     size_t s, PetscReal phi[], PetscReal scratch[])
{
  const Features *f     = e->data;
  const PetscInt  width = f->linear.width;
  PetscReal      *x = scratch, *aux = scratch + e->dim * K_BLOCK, *constants = aux + width * K_BLOCK;

  PetscFunctionBegin;
  if (ExpertIsEmbedded(e)) {
    Embedded(e, c, from, m, b, s, phi, scratch);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt i = 0; i < e->dim; i++)
    for (PetscInt p = 0; p < b; p++)
      x[i * b + p] = p < m ? c->x[(size_t)i * c->n + from + p] : 0;
  if (!from)
    e->k->first_constants(c->jet, (int)width, c->frozen, c->scale, constants);
  e->k->first(c->jet, f->act, (int)width, (int)b, (ptrdiff_t)s, c->frozen, c->frozen + width * e->dim,
              constants, x, aux, phi);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertView_Features(TessExpert e, PetscViewer viewer)
{
  const Features *f = e->data;

  PetscFunctionBegin;
  PetscCall(PetscViewerASCIIPrintf(viewer, "%" PetscInt_FMT " features, %s\n", f->linear.width,
                                   activations[f->act]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessExpertOps FeaturesOps = {.setfromoptions = ExpertSetFromOptions_Features,
                                                  .setup          = ExpertSetUp_Features,
                                                  .init           = ExpertInit_Features,
                                                  .evaluate       = ExpertEvaluate_Linear,
                                                  .pullback       = ExpertPullback_Linear,
                                                  .rows           = ExpertRows_Linear,
                                                  .view           = ExpertView_Features};

PetscErrorCode TessExpertCreate_Features(TessExpert e)
{
  Features *f;

  PetscFunctionBegin;
  PetscCall(PetscNew(&f));
  f->linear.width = 200;
  f->linear.basis = Basis_Features;
  e->data         = f;
  *e->ops         = FeaturesOps;
  PetscFunctionReturn(PETSC_SUCCESS);
}
