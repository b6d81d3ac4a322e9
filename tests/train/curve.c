/* A network of two hidden layers learns a curve: the median error of nine starts is below 5e-5 after 120
 * Jacobians, and none of its parameters runs away. */
#include "fit.h"

#define WIDTH 10
#define N (2 * WIDTH + WIDTH * (WIDTH + 1) + WIDTH + 1)
#define M 250

/* u = c.a2 + e, a2 = tanh(W a1 + b2), a1 = tanh(w x + b1); theta = (w, b1, b2, W, c, e) */
static void Network(const PetscReal theta[], PetscReal x, PetscReal *u, PetscReal row[])
{
  const PetscReal *w = theta, *b1 = w + WIDTH, *b2 = b1 + WIDTH, *W = b2 + WIDTH, *c = W + WIDTH * WIDTH;
  PetscReal        a1[WIDTH], a2[WIDTH];

  *u = c[WIDTH];
  for (PetscInt i = 0; i < WIDTH; i++)
    a1[i] = PetscTanhReal(w[i] * x + b1[i]);
  for (PetscInt j = 0; j < WIDTH; j++) {
    a2[j] = b2[j];
    for (PetscInt i = 0; i < WIDTH; i++)
      a2[j] += W[j * WIDTH + i] * a1[i];
    a2[j] = PetscTanhReal(a2[j]);
    *u += c[j] * a2[j];
  }
  if (!row)
    return;
  for (PetscInt i = 0; i < WIDTH; i++)
    row[i] = 0;
  for (PetscInt j = 0; j < WIDTH; j++) {
    const PetscReal z2_bar = c[j] * (1 - a2[j] * a2[j]);

    row[2 * WIDTH + j]                 = z2_bar;
    row[3 * WIDTH + WIDTH * WIDTH + j] = a2[j];
    for (PetscInt i = 0; i < WIDTH; i++) {
      row[3 * WIDTH + j * WIDTH + i] = z2_bar * a1[i];
      row[i] += z2_bar * W[j * WIDTH + i] * (1 - a1[i] * a1[i]);
    }
  }
  for (PetscInt i = 0; i < WIDTH; i++) {
    row[WIDTH + i] = row[i];
    row[i] *= x;
  }
  row[N - 1] = 1;
}

static void Curve(void *ctx, PetscInt m, PetscInt n, const PetscReal theta[], PetscReal r[], PetscReal J[])
{
  const PetscReal scale = 1 / PetscSqrtReal(m);
  PetscReal       u, row[N];

  for (PetscInt i = 0; i < m; i++) {
    const PetscReal x = 2. * i / (m - 1) - 1;

    Network(theta, x, &u, J ? row : NULL);
    if (r)
      r[i] = scale * (u - PetscSinReal(8 * x) * PetscExpReal(x) - PetscTanhReal(10 * x));
    for (PetscInt j = 0; j < n && J; j++)
      J[j * m + i] = scale * row[j];
  }
}

int main(int argc, char **argv)
{
  PetscReal start[N], error[64], f, check[N], up, down, u, theta[N], most, largest = 0;
  PetscInt  its, seeds = 9, max_it = 120;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-seeds", &seeds, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-its", &max_it, NULL));
  for (PetscInt seed = 0; seed < seeds; seed++) {
    const TessKey      key = TessKeyMake(seed, 0);
    Fit                fit;
    TaoConvergedReason reason;

    for (PetscInt j = 0; j < N; j++)
      start[j] = TessKeyNormal(key, j) * (j < WIDTH ? 2 : PetscSqrtReal(1. / WIDTH));
    PetscCall(FitCreate(Curve, NULL, M, N, start, &fit));
    PetscCall(TaoSetMaximumIterations(fit.tao, max_it));
    PetscCall(TaoSetFromOptions(fit.tao));
    PetscCall(FitSolve(&fit, &its, &f, &reason));
    error[seed] = PetscSqrtReal(2 * f);
    PetscCall(VecNorm(fit.x, NORM_INFINITY, &most));
    largest = PetscMax(largest, most);
    PetscCall(PetscInfo(fit.tao, "start %" PetscInt_FMT ": error %g, %" PetscInt_FMT " residuals\n", seed,
                        (double)error[seed], fit.nr));
    PetscCall(FitDestroy(&fit));
  }
  PetscCall(PetscSortReal(seeds, error));
  CHECK_BELOW("median error", error[seeds / 2], 5e-5);
  CHECK_BELOW("largest parameter", largest, 100);
  Network(start, 0.3, &u, check);
  for (PetscInt j = 0; j < N; j++) {
    for (PetscInt i = 0; i < N; i++)
      theta[i] = start[i] + (i == j) * 1e-5;
    Network(theta, 0.3, &up, NULL);
    theta[j] -= 2e-5;
    Network(theta, 0.3, &down, NULL);
    CHECK_BELOW("the row of the network", check[j] - (up - down) / 2e-5, 1e-8);
  }
  return TessTestEnd();
}
