/* Windows of a row of patches sum to one, their derivatives to zero, and each derivative is that of the one
 * before. */
#include "tess_test.h"
#include "kernel/window.h"

#define N 1001

/* worst of |d^q w - central difference of d^(q-1) w| over points away from the ends of transitions */
static PetscReal Differences(PetscInt smoothness, PetscInt q, PetscReal h)
{
  PetscReal x[3 * 50], w[K_WINDOW_ORDERS * 3 * 50], worst = 0;

  for (PetscInt i = 0; i < 50; i++) {
    const PetscReal at = (i < 25 ? 0.03 : 0.73) + 0.024 * 0.5 * (i % 25);

    for (PetscInt j = 0; j < 3; j++)
      x[3 * i + j] = at + (j - 1) * h;
  }
  k_window_axis(smoothness, 0.2, 0.9, 0.4, 0.4, 150, x, w);
  for (PetscInt i = 0; i < 50; i++) {
    const PetscReal *below = w + (q - 1) * 150 + 3 * i;

    worst = PetscMax(worst, PetscAbsReal(w[q * 150 + 3 * i + 1] - (below[2] - below[0]) / (2 * h)));
  }
  return worst;
}

static void Sums(PetscInt smoothness)
{
  const PetscReal  edge[] = {-1, -0.3, 0.1, 1.2}, width[] = {0, 0.39, 0.4, 0};
  static PetscReal x[N], w[K_WINDOW_ORDERS * N], sum[K_WINDOW_ORDERS * N];
  PetscReal        most = 0;

  PetscCallVoid(PetscArrayzero(sum, K_WINDOW_ORDERS * N));
  for (PetscInt i = 0; i < N; i++)
    x[i] = -1 + 2.2 * i / (N - 1);
  for (PetscInt s = 0; s < 3; s++) {
    k_window_axis(smoothness, edge[s], edge[s + 1], width[s], width[s + 1], N, x, w);
    for (PetscInt i = 0; i < N; i++)
      CHECK("a window lies between 0 and 1", w[i] >= 0 && w[i] <= 1);
    for (PetscInt i = 0; i < K_WINDOW_ORDERS * N; i++)
      sum[i] += w[i];
    for (PetscInt i = 4 * N; i < 5 * N; i++)
      most = PetscMax(most, PetscAbsReal(w[i]));
  }
  CHECK("fourth derivatives are there to cancel", most > 100);
  for (PetscInt i = 0; i < N; i++)
    CHECK_BELOW("windows sum to one", sum[i] - 1, 4e-16);
  for (PetscInt i = N; i < K_WINDOW_ORDERS * N; i++)
    CHECK_BELOW("derivatives sum to zero", sum[i], 1e-14 * most);
}

/* the step joins its constants smoothly, is symmetric and accurate to round-off */
static void Steps(PetscInt m)
{
  const PetscReal t[] = {-1, 0, 1e-6, 0.3, 0.7, 1, 2};
  PetscReal       s[K_WINDOW_ORDERS * 7], half = 0.5, at[K_WINDOW_ORDERS];

  k_window_step(m, 7, t, s);
  k_window_step(m, 1, &half, at);
  CHECK("S(1/2) = 1/2", at[0] == 0.5);
  CHECK("S is 0 before and 1 behind", s[0] == 0 && s[1] == 0 && s[5] == 1 && s[6] == 1);
  for (PetscInt q = 1; q < K_WINDOW_ORDERS; q++)
    CHECK("derivatives vanish outside", !s[7 * q] && !s[7 * q + 1] && !s[7 * q + 5] && !s[7 * q + 6]);
  CHECK_BELOW("S(t) + S(1-t) = 1", s[3] + s[4] - 1, 3e-16);
  CHECK_BELOW("S starts as t^(m+1)", s[2] / (m == 3 ? 35e-24 : 462e-36) - 1, 1e-5);
  CHECK("derivative m starts linearly: m are continuous",
        m != 3 || PetscAbsReal(s[7 * 3 + 2] - 840e-6) < 1e-8);
}

/* jets of products: twin from the factors */
static void Products(void)
{
  const PetscReal x[] = {0.25, 0.8}, lo[] = {0.2, 0, 0.5}, hi[] = {0.9, 1, 2}, d[] = {0.3, 0.4, 0.6};
  const PetscInt  axis[] = {0, 2, 3};
  PetscReal       w1[3 * K_WINDOW_ORDERS * 2], w[TESS_JET_MAX * 2];
  PetscInt        lap, mixed, fourth, other;
  TessJet         jet;

  PetscCallVoid(TessJetInit(&jet, 4, 3));
  PetscCallVoid(TessJetAdd(&jet, &(TessEntry){.order = TESS_LAP}, &lap));
  PetscCallVoid(TessJetAdd(&jet, &(TessEntry){.order = 3, .axis = {0, 2, 2}}, &mixed));
  PetscCallVoid(TessJetAdd(&jet, &(TessEntry){.order = 4, .axis = {0, 3, 3, 3}}, &fourth));
  PetscCallVoid(TessJetAdd(&jet, &(TessEntry){.order = 2, .axis = {1, 2}}, &other));
  for (PetscInt i = 0; i < 3; i++)
    k_window_axis(5, lo[i], hi[i], d[i], d[i], 2, x, w1 + i * K_WINDOW_ORDERS * 2);
  k_window_jet(&jet, 3, axis, 2, w1, w);
  for (PetscInt p = 0; p < 2; p++) {
    const PetscReal *a = w1 + p, *b = a + K_WINDOW_ORDERS * 2,
                    *c = b + K_WINDOW_ORDERS * 2; /* a[2 q]: order q */

    CHECK_BELOW("the value is the product", w[p] - a[0] * b[0] * c[0], 1e-15);
    CHECK_BELOW("lap sums over space", w[2 * lap + p] / ((a[4] * b[0] + a[0] * b[4]) * c[0]) - 1, 1e-14);
    CHECK_BELOW("third, mixed", w[2 * mixed + p] - a[2] * b[4] * c[0], 1e-14 * PetscAbsReal(a[2] * b[4]));
    CHECK_BELOW("fourth, with time", w[2 * fourth + p] - a[2] * b[0] * c[6],
                1e-14 * PetscAbsReal(a[2] * c[6]));
    CHECK("an axis without window has derivative 0", w[2 * other + p] == 0);
  }
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt m = 3; m <= 5; m += 2) {
    Steps(m);
    Sums(m);
    for (PetscInt q = 1; q <= 4; q++)
      CHECK_ORDER("a derivative is that of the one before", 2, Differences(m, q, 4e-3),
                  Differences(m, q, 2e-3));
  }
  Products();
  return TessTestEnd();
}
