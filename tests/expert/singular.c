/* Singular functions beside a basis have the values of their formulas; each derivative of a jet is the
   central difference, to O(h^2), of one of lower order; powers of z are harmonic, those with one conj(z)
   biharmonic; rows and pullback are the adjoint of the jet; slots that are not used vanish. */
#include "expert_test.h"

static const TessSingular list[] = {
    {.center = {0.1, -0.2}, .unit = 0.5, .direction = 0.7, .a = {2. / 3, 0}},
    {.center = {0.1, -0.2}, .unit = 0.5, .direction = 0.7, .a = {2. / 3, 0}, .part = 1},
    {.center = {0.1, -0.2}, .unit = 0.5, .direction = 0.7, .a = {2, 0}, .log = 1, .part = 1},
    {.center = {-0.3, 0}, .unit = 0.2, .a = {-3, 0}, .part = 1},
    {.center = {-0.3, 0}, .unit = 0.2, .log = 2},
    {.center = {-0.3, 0}, .unit = 0.2, .a = {2, 0}, .b = 1, .log = 2, .part = 1},
    {.center = {2, 2}, .unit = 1, .direction = -2.4, .a = {2.7, 1.1}, .b = 1},
};
#define LIST ((PetscInt)(sizeof(list) / sizeof(*list)))
#define SLOTS (LIST + 1)

static const PetscReal centre[2] = {0.4, 0.3}, scale[2] = {0.8, 1.3};

typedef struct {
  TessExpert expert;
  PetscInt   np;
  PetscReal *theta, *frozen;
} Enriched;

static PetscErrorCode Create(PetscInt ncomp, Enriched *c)
{
  PetscInt nf;

  PetscFunctionBegin;
  PetscCall(PetscOptionsClear(NULL));
  PetscCall(TessExpertCreate(2, ncomp, &c->expert));
  PetscCall(TessExpertSetType(c->expert, TESSEXPERTFEATURES));
  PetscCall(TessExpertSetFromOptions(c->expert));
  PetscCall(TessExpertSetSlots(c->expert, SLOTS));
  PetscCall(TessExpertSetUp(c->expert));
  PetscCall(TessExpertGetSizes(c->expert, NULL, NULL, &c->np, &nf));
  PetscCall(PetscCalloc2(c->np, &c->theta, nf, &c->frozen));
  PetscCall(TessExpertInit(c->expert, 3, c->theta, c->frozen));
  PetscCall(TessExpertPlace(c->expert, LIST, list, centre, scale, c->frozen));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the jet of slot j at points x [2][n], physical */
static PetscErrorCode One(Enriched *c, PetscInt j, const TessJet *jet, PetscInt n, const PetscReal x[],
                          PetscReal u[])
{
  PetscReal *xi;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(2 * n, &xi));
  for (PetscInt i = 0; i < 2 * n; i++)
    xi[i] = (x[i] - centre[i / n]) * scale[i / n];
  PetscCall(PetscArrayzero(c->theta, c->np));
  c->theta[c->np - SLOTS + j] = 1;
  PetscCall(TessExpertEvaluate(c->expert, c->theta, c->frozen, jet,
                               &(TessPoints){.n = n, .x = xi, .scale = scale}, u));
  PetscCall(PetscFree(xi));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal Formula(const TessSingular *s, PetscReal x, PetscReal y)
{
  const PetscReal dx = (x - s->center[0]) / s->unit, dy = (y - s->center[1]) / s->unit, r = hypot(dx, dy);
  const PetscReal c = PetscCosReal(s->direction), d = PetscSinReal(s->direction);
  const PetscReal t = atan2(c * dy - d * dx, c * dx + d * dy), l = PetscLogReal(r);
  const PetscReal size  = PetscExpReal((s->a[0] + s->b) * l - s->a[1] * t),
                  angle = (s->a[0] - s->b) * t + s->a[1] * l;
  const PetscReal re = size * PetscCosReal(angle), im = size * PetscSinReal(angle);

  if (s->log == 2)
    return (s->part ? im : re) * l;
  if (s->log == 1)
    return s->part ? re * t + im * l : re * l - im * t;
  return s->part ? im : re;
}

static PetscErrorCode CheckValues(Enriched *c, PetscInt j, const PetscReal x[])
{
  TessJet   jet;
  PetscInt  lap, both, k;
  PetscReal worst = 0, *u;

  PetscFunctionBegin;
  PetscCall(TessJetInit(&jet, 2, 2));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {0, 0, 1, 1}}, &both));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {0, 0, 0, 0}}, NULL));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {1, 1, 1, 1}}, &k));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = TESS_LAP}, &lap));
  PetscCall(PetscMalloc1(jet.K * POINTS, &u));
  PetscCall(One(c, j, &jet, POINTS, x, u));
  for (PetscInt p = 0; p < POINTS; p++) {
    PetscInt four;

    PetscCall(TessJetFind(&jet, &(TessEntry){.order = 4}, &four));
    worst = PetscMax(worst, PetscAbsReal(u[p] - (j < LIST ? Formula(&list[j], x[p], x[POINTS + p]) : 0)));
    if (j < LIST && !list[j].b && list[j].log != 2)
      CHECK_BELOW("powers of z are harmonic", u[lap * POINTS + p], 0);
    if (j < LIST && list[j].b == 1 && !list[j].log)
      CHECK_BELOW("with one conj(z) they are biharmonic",
                  u[four * POINTS + p] + 2 * u[both * POINTS + p] + u[k * POINTS + p], 1e-11);
  }
  CHECK_BELOW("values are those of the formula", worst, 1e-11);
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the largest difference, over points, of entry k from the central difference of the one it comes from */
static PetscErrorCode Worst(Enriched *c, PetscInt j, const TessJet *jet, PetscInt k, const PetscReal x[],
                            PetscReal h, PetscReal *worst)
{
  const TessEntry *e      = &jet->entry[k];
  const PetscInt   axis   = e->axis[e->order - 1];
  TessEntry        parent = {.order = e->order - 1};
  PetscReal       *u, *v[2], y[2 * POINTS];
  PetscInt         from;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < parent.order; i++)
    parent.axis[i] = e->axis[i];
  PetscCall(TessJetFind(jet, &parent, &from));
  PetscCall(PetscMalloc3(jet->K * POINTS, &u, jet->K * POINTS, &v[0], jet->K * POINTS, &v[1]));
  PetscCall(One(c, j, jet, POINTS, x, u));
  for (int side = 0; side < 2; side++) {
    PetscCall(PetscArraycpy(y, x, 2 * POINTS));
    for (PetscInt p = 0; p < POINTS; p++)
      y[axis * POINTS + p] += side ? h : -h;
    PetscCall(One(c, j, jet, POINTS, y, v[side]));
  }
  *worst = 0;
  for (PetscInt p = 0; p < POINTS; p++)
    *worst = PetscMax(*worst, PetscAbsReal((v[1][from * POINTS + p] - v[0][from * POINTS + p]) / (2 * h) -
                                           u[k * POINTS + p]));
  PetscCall(PetscFree3(u, v[0], v[1]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckDerivatives(Enriched *c, PetscInt j, const PetscReal x[])
{
  TessJet jet;

  PetscFunctionBegin;
  PetscCall(TessJetInit(&jet, 2, 2));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {0, 0, 1, 1}}, NULL));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {0, 1, 1, 1}}, NULL));
  for (PetscInt k = 1; k < jet.K; k++) {
    PetscReal e1 = 0, e2 = 0;

    PetscCall(Worst(c, j, &jet, k, x, 4e-4, &e1));
    PetscCall(Worst(c, j, &jet, k, x, 2e-4, &e2));
    if (e2 > 1e-6)
      CHECK_ORDER("jets are derivatives", 2, e1, e2);
    CHECK_BELOW("jets are derivatives", e2, 1e-1);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* <u_bar, u> = <pullback(u_bar), theta> = sum of rows times theta, of two components */
static PetscErrorCode CheckAdjoint(const PetscReal x[])
{
  Enriched  c;
  TessJet   jet;
  PetscReal sum[3] = {0}, *u, *bar, *g, *rows, xi[2 * POINTS];

  PetscFunctionBegin;
  PetscCall(Create(2, &c));
  PetscCall(TessJetInit(&jet, 2, 2));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = TESS_LAP}, NULL));
  PetscCall(PetscCalloc4(2 * jet.K * POINTS, &u, 2 * jet.K * POINTS, &bar, c.np, &g, c.np * POINTS, &rows));
  for (PetscInt i = 0; i < 2 * POINTS; i++)
    xi[i] = (x[i] - centre[i / POINTS]) * scale[i / POINTS];
  for (PetscInt i = 0; i < c.np; i++)
    c.theta[i] = TessKeyUniform(5, (uint64_t)i);
  for (PetscInt i = 0; i < 2 * jet.K * POINTS; i++)
    bar[i] = TessKeyUniform(6, (uint64_t)i);
  const TessPoints points = {.n = POINTS, .x = xi, .scale = scale};

  PetscCall(TessExpertEvaluate(c.expert, c.theta, c.frozen, &jet, &points, u));
  PetscCall(TessExpertPullback(c.expert, c.theta, c.frozen, &jet, &points, bar, g));
  PetscCall(TessExpertRows(c.expert, c.theta, c.frozen, &jet, &points, 1, bar, POINTS, rows));
  for (PetscInt i = 0; i < 2 * jet.K * POINTS; i++)
    sum[0] += bar[i] * u[i];
  for (PetscInt i = 0; i < c.np; i++) {
    sum[1] += g[i] * c.theta[i];
    for (PetscInt p = 0; p < POINTS; p++)
      sum[2] += rows[i * POINTS + p] * c.theta[i];
  }
  CHECK_BELOW("pullback is the adjoint", sum[1] / sum[0] - 1, 1e-12);
  CHECK_BELOW("rows are those of the jet", sum[2] / sum[0] - 1, 1e-12);
  PetscCall(PetscFree4(u, bar, g, rows));
  PetscCall(PetscFree2(c.theta, c.frozen));
  PetscCall(TessExpertDestroy(&c.expert));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Enriched  c;
  PetscReal x[2 * POINTS];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Create(1, &c));
  for (PetscInt p = 0; p < POINTS; p++) { /* on an arc about all centres, clear of them and of the cuts */
    x[p]          = 0.7 * PetscCosReal(0.6 + 0.02 * p);
    x[POINTS + p] = 0.7 * PetscSinReal(0.6 + 0.02 * p);
  }
  for (PetscInt j = 0; j < SLOTS; j++) {
    PetscCall(CheckValues(&c, j, x));
    PetscCall(CheckDerivatives(&c, j, x));
  }
  PetscCall(CheckAdjoint(x));
  PetscCall(PetscFree2(c.theta, c.frozen));
  PetscCall(TessExpertDestroy(&c.expert));
  return TessTestEnd();
}
