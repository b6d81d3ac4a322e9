/* Jets through an activation equal a recurrence that knows nothing of set partitions, for inputs that excite
   every term, and the adjoint equals differences of that recurrence; the first layer is the general one for
   affine inputs. */
#include "tess_test.h"
#include "kernel/kernel.h"

#define NEURONS 2

typedef double Block[NEURONS][TESS_JET_MAX * K_BLOCK];

static Block  z, work, a, bar, scratch, got;
static double twin[TESS_JET_MAX];

static double Derivative(KActivation act, int q, double x)
{
  const double t = tanh(x), s = 1 - t * t;
  const double d[] = {t, s, -2 * t * s, s * (6 * t * t - 2), s * t * (16 - 24 * t * t)};

  if (act == K_SIN)
    return sin(x + q * M_PI / 2);
  return d[q];
}

static double At(const TessJet *jet, const double *x, int order, const PetscInt axis[])
{
  TessEntry e = {.order = order};
  PetscInt  k;

  for (int i = 0; i < order; i++)
    e.axis[i] = axis[i];
  if (TessJetFind(jet, &e, &k) || k < 0)
    return NAN;
  return x[k];
}

/* d_S f^(q)(z), by Leibniz' rule on d_i (f^(q)(z)) = f^(q+1)(z) d_i z with i the last axis of S */
static double Recur(const TessJet *jet, KActivation act, const double *x, int q, int order,
                    const PetscInt axis[])
{
  double sum = 0;

  if (!order)
    return Derivative(act, q, x[0]);
  for (int set = 0; set < 1 << (order - 1); set++) {
    PetscInt in[4], out[4];
    int      nin = 0, nout = 0;

    for (int i = 0; i < order - 1; i++) {
      if (set >> i & 1)
        in[nin++] = axis[i];
      else
        out[nout++] = axis[i];
    }
    out[nout++] = axis[order - 1];
    sum += Recur(jet, act, x, q + 1, nin, in) * At(jet, x, nout, out);
  }
  return sum;
}

/* y [K] = jets of f at x [K], one point */
static void Twin(const TessJet *jet, KActivation act, const double *x, double *y)
{
  for (int k = 0; k < jet->K; k++) {
    const TessEntry *e = &jet->entry[k];

    if (e->order != TESS_LAP)
      y[k] = Recur(jet, act, x, 0, (int)e->order, e->axis);
    else {
      y[k] = Derivative(act, 1, x[0]) * x[k];
      for (PetscInt i = 0; i < jet->space; i++)
        y[k] += Derivative(act, 2, x[0]) * At(jet, x, 1, &i) * At(jet, x, 1, &i);
    }
  }
}

static void Check(const KTableDouble *t, const KJet *c, KActivation act, int b)
{
  const TessJet *jet     = &c->jet;
  const double   bias[2] = {0.3, -0.2}, h = 1e-4;
  double         worst = 0, worst_bar = 0, x[TESS_JET_MAX], up[TESS_JET_MAX], down[TESS_JET_MAX];

  for (int i = 0; i < NEURONS; i++)
    for (int j = 0; j < TESS_JET_MAX * K_BLOCK; j++) {
      z[i][j] = work[i][j] = 2 * TessKeyUniform(5, (uint64_t)(i * 100000 + j)) - 1;
      bar[i][j] = got[i][j] = 2 * TessKeyUniform(6, (uint64_t)(i * 100000 + j)) - 1;
    }
  t->activate(c, act, NEURONS, b, TESS_JET_MAX * K_BLOCK, bias, work[0], a[0]);
  t->activate_adjoint(c, act, NEURONS, b, TESS_JET_MAX * K_BLOCK, work[0], a[0], got[0], scratch[0]);
  for (int i = 0; i < NEURONS; i++) {
    for (int p = 0; p < b; p++) {
      for (int k = 0; k < jet->K; k++)
        x[k] = z[i][k * b + p] + (k ? 0 : bias[i]);
      Twin(jet, act, x, twin);
      for (int k = 0; k < jet->K; k++)
        worst = fmax(worst, fabs(a[i][k * b + p] - twin[k]) / (1 + fabs(twin[k])));
      for (int k = 0; k < jet->K && p < 3; k++) {
        double want = 0;

        x[k] += h;
        Twin(jet, act, x, up);
        x[k] -= 2 * h;
        Twin(jet, act, x, down);
        x[k] += h;
        for (int l = 0; l < jet->K; l++)
          want += bar[i][l * b + p] * (up[l] - down[l]) / (2 * h);
        worst_bar = fmax(worst_bar, fabs(got[i][k * b + p] - want));
      }
    }
  }
  CHECK_BELOW("jets equal the recurrence", worst, 1e-12);
  CHECK_BELOW("adjoint jets equal differences", worst_bar, 3e-5);
}

/* the first layer against affine and activate, at the same points */
static void CheckFirst(const KTableDouble *t, const KJet *c, KActivation act, int b)
{
  const TessJet *jet      = &c->jet;
  const double   scale[3] = {0.7, 1.3, -0.4}, bias[2] = {0.3, -0.2};
  double         W[6], x[3 * K_BLOCK], aux[2 * K_BLOCK], constants[2 * TESS_JET_MAX], worst = 0;

  for (int i = 0; i < 6; i++)
    W[i] = 0.5 + 0.2 * i;
  for (int i = 0; i < 3 * b; i++)
    x[i] = sin(i);
  for (int i = 0; i < NEURONS; i++)
    for (int k = 0; k < jet->K; k++)
      for (int p = 0; p < b; p++) {
        const TessEntry *e = &jet->entry[k];

        work[i][k * b + p] = e->order == 1 ? W[i * 3 + e->axis[0]] * scale[e->axis[0]] : 0;
        for (int j = 0; j < 3 && !k; j++)
          work[i][p] += W[i * 3 + j] * x[j * b + p];
      }
  t->activate(c, act, NEURONS, b, TESS_JET_MAX * K_BLOCK, bias, work[0], a[0]);
  t->first_constants(c, NEURONS, W, scale, constants);
  t->first(c, act, NEURONS, b, TESS_JET_MAX * K_BLOCK, W, bias, constants, x, aux, got[0]);
  for (int i = 0; i < NEURONS; i++)
    for (int j = 0; j < jet->K * b; j++)
      worst = fmax(worst, fabs(a[i][j] - got[i][j]) / (1 + fabs(a[i][j])));
  CHECK_BELOW("the first layer is a layer", worst, 1e-13);
}

/* which = 0..7: jets of their own kernels, then mixed and higher ones */
static PetscErrorCode Jet(int which, TessJet *jet)
{
  static const TessEntry more[8][3] = {{{1, {1}}},
                                       {{2, {2, 2}}, {1, {0}}, {1, {1}}},
                                       {{TESS_LAP, {0}}},
                                       {{1, {2}}, {TESS_LAP, {0}}},
                                       {{2, {1, 1}}, {2, {0, 0}}, {2, {2, 2}}},
                                       {{2, {0, 1}}, {2, {1, 1}}, {TESS_LAP, {0}}},
                                       {{4, {0, 0, 1, 2}}, {3, {2, 2, 2}}, {TESS_LAP, {0}}},
                                       {{4, {1, 1, 1, 1}}, {4, {0, 0, 2, 2}}}};

  PetscFunctionBegin;
  PetscCall(TessJetInit(jet, 3, 2));
  for (int i = 0; i < 3; i++)
    if (more[which][i].order)
      PetscCall(TessJetAdd(jet, &more[which][i], NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  static const char *const isas[] = {"native", "v2", "v3", "v4"};
  static KJet              compiled;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int which = 0; which < 8; which++) {
    TessJet jet;

    PetscCall(Jet(which, &jet));
    k_jet_compile(&jet, &compiled);
    CHECK("a jet has a kernel of its own where it should", compiled.fused == (which < 5));
    for (int i = 0; i < 4; i++) {
      const KTableDouble *t = k_select_double(isas[i]);

      for (int act = K_TANH; act <= K_SIN && t; act++) {
        for (int b = t->lanes; b <= K_BLOCK; b += 2 * t->lanes)
          Check(t, &compiled, (KActivation)act, b);
        CheckFirst(t, &compiled, (KActivation)act, t->lanes);
      }
    }
  }
  return TessTestEnd();
}
