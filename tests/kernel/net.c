/* Floats agree with doubles to float precision, instruction sets with each other to round-off; tanh is good
   to 4 ulp from end to end, +-1 far out, and not a number stays so. */
#include <stdlib.h>
#include "tess_test.h"
#include "kernel/kernel.h"

#define POINTS 101
#define NP 2000

typedef struct {
  double u[2 * 8 * POINTS], g[NP], rows[NP * POINTS];
} Result;

static double theta[NP], x[3 * POINTS], u_bar[2 * 8 * POINTS], scale[3] = {1.1, 0.6, 0.9};

static void Doubles(const KTableDouble *t, const KNet *net, const KJet *jet, Result *r)
{
  double *work = malloc(t->net_work(net, jet) * sizeof(*work));

  memset(r, 0, sizeof(*r));
  t->net_evaluate(net, jet, theta, scale, POINTS, x, r->u, work);
  t->net_pullback(net, jet, theta, scale, POINTS, x, u_bar, r->g, work);
  t->net_rows(net, jet, theta, scale, POINTS, x, 1, u_bar, POINTS, r->rows, work);
  free(work);
}

static void Floats(const KTableFloat *t, const KNet *net, const KJet *jet, Result *r)
{
  static float tf[NP], xf[3 * POINTS], bf[2 * 8 * POINTS], uf[2 * 8 * POINTS], gf[NP], rf[NP * POINTS], sf[3];
  float       *work = malloc(t->net_work(net, jet) * sizeof(*work));

  for (int i = 0; i < NP; i++)
    tf[i] = (float)theta[i];
  for (int i = 0; i < 3 * POINTS; i++)
    xf[i] = (float)x[i];
  for (int i = 0; i < 2 * 8 * POINTS; i++)
    bf[i] = (float)u_bar[i];
  for (int i = 0; i < 3; i++)
    sf[i] = (float)scale[i];
  memset(gf, 0, sizeof(gf));
  memset(rf, 0, sizeof(rf));
  memset(uf, 0, sizeof(uf));
  t->net_evaluate(net, jet, tf, sf, POINTS, xf, uf, work);
  t->net_pullback(net, jet, tf, sf, POINTS, xf, bf, gf, work);
  t->net_rows(net, jet, tf, sf, POINTS, xf, 1, bf, POINTS, rf, work);
  for (int i = 0; i < 2 * 8 * POINTS; i++)
    r->u[i] = uf[i];
  for (int i = 0; i < NP; i++)
    r->g[i] = gf[i];
  for (int i = 0; i < NP * POINTS; i++)
    r->rows[i] = rf[i];
  free(work);
}

/* the largest difference over the largest number */
static double Relative(size_t n, const double *y, const double *z)
{
  double worst = 0, most = 0;

  for (size_t i = 0; i < n; i++) {
    worst = fmax(worst, fabs(y[i] - z[i]));
    most  = fmax(most, fabs(y[i]));
  }
  return worst / most;
}

static double Compare(const Result *r, const Result *s)
{
  return fmax(Relative(2 * 8 * POINTS, r->u, s->u),
              fmax(Relative(NP, r->g, s->g), Relative(NP * POINTS, r->rows, s->rows)));
}

/* tanh as the kernels compute it: a net of one neuron, theta = (1, 0, 1, 0) */
static void CheckTanh(const KTableDouble *t)
{
  static KJet  jet;
  const KNet   net = {.dim = 1, .ncomp = 1, .depth = 1, .width = 1, .act = K_TANH};
  const double w[] = {1, 0, 1, 0}, one = 1;
  double      *work, worst             = 0, y[400], v[400];
  TessJet      value;

  TessJetInit(&value, 1, 1);
  k_jet_compile(&value, &jet);
  work = malloc(t->net_work(&net, &jet) * sizeof(*work));
  for (int turn = 0; turn < 100; turn++) {
    for (int i = 0; i < 400; i++)
      y[i] = (i % 2 ? 1 : -1) * pow(10, -12 + 13.5 * TessKeyUniform(9, (uint64_t)(400 * turn + i)));
    t->net_evaluate(&net, &jet, w, &one, 400, y, v, work);
    for (int i = 0; i < 400; i++)
      worst = fmax(worst, fabs(v[i] / tanh(y[i]) - 1));
  }
  CHECK_BELOW("tanh is good to 4 ulp", worst, 4 * 2.3e-16);
  y[0] = 1e300;
  y[1] = -INFINITY;
  y[2] = NAN;
  y[3] = 0;
  t->net_evaluate(&net, &jet, w, &one, 4, y, v, work);
  CHECK("far out, and not a number", v[0] == 1 && v[1] == -1 && isnan(v[2]) && v[3] == 0);
  free(work);
}

int main(int argc, char **argv)
{
  static const char *const isas[] = {"v2", "v3", "v4"};
  static KJet              jet;
  static Result            best, other;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int i = 0; i < NP; i++)
    theta[i] = TessKeyUniform(1, (uint64_t)i) - 0.5;
  for (int i = 0; i < 3 * POINTS; i++)
    x[i] = 2 * TessKeyUniform(2, (uint64_t)i) - 1;
  for (int i = 0; i < 2 * 8 * POINTS; i++)
    u_bar[i] = TessKeyNormal(3, (uint64_t)i);
  for (int which = 0; which < 4; which++) {
    const KNet net = {
        .dim = 3, .ncomp = 2, .depth = 3, .width = which % 2 ? 12 : 17, .act = which < 2 ? K_TANH : K_SIN};
    TessJet list;

    PetscCall(TessJetInit(&list, 3, 2));
    PetscCall(TessJetAdd(&list, &(TessEntry){1, {2}}, NULL));
    if (which % 2)
      PetscCall(TessJetAdd(&list, &(TessEntry){3, {0, 0, 2}}, NULL));
    else
      PetscCall(TessJetAdd(&list, &(TessEntry){TESS_LAP, {0}}, NULL));
    k_jet_compile(&list, &jet);
    CHECK("the net fits the arrays of this test", k_net_parameters(&net) <= NP && list.K <= 8);
    Doubles(k_select_double(NULL), &net, &jet, &best);
    for (int i = 0; i < 3; i++) {
      if (k_select_double(isas[i])) {
        Doubles(k_select_double(isas[i]), &net, &jet, &other);
        CHECK_BELOW("instruction sets agree", Compare(&best, &other), 1e-13);
      }
      if (k_select_float(isas[i])) {
        Floats(k_select_float(isas[i]), &net, &jet, &other);
        CHECK_BELOW("floats agree", Compare(&best, &other), 2e-5);
      }
    }
    Floats(k_select_float(NULL), &net, &jet, &other);
    CHECK_BELOW("floats agree", Compare(&best, &other), 2e-5);
  }
  CheckTanh(k_select_double(NULL));
  for (int i = 0; i < 3; i++)
    if (k_select_double(isas[i]))
      CheckTanh(k_select_double(isas[i]));
  return TessTestEnd();
}
