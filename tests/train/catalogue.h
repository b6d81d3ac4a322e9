#pragma once
/* catalogue.h - nonlinear least squares with known answers (More, Garbow & Hillstrom, ACM TOMS 7 (1981)
   17-41, where `number` is the one of the paper).  A problem is one function of complex arguments: its
   Jacobian follows by complex steps, exact to round-off. */
#include <complex.h>
#include <tessera/base.h>

#define CATALOGUE_N 6
#define CATALOGUE_M 40
typedef double complex Number;
typedef struct {
  const char *name;
  int         number, n, m;
  double      start[CATALOGUE_N];
  double      least[2]; /* |r|^2 at the global and at another known minimum (negative: none) */
  void (*residual)(const Number x[], Number r[]);
} Problem;

static void Rosenbrock(const Number x[], Number r[])
{
  r[0] = 10 * (x[1] - x[0] * x[0]);
  r[1] = 1 - x[0];
}

static void FreudensteinRoth(const Number x[], Number r[])
{
  r[0] = -13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1];
  r[1] = -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1];
}

static void PowellScaled(const Number x[], Number r[])
{
  r[0] = 1e4 * x[0] * x[1] - 1;
  r[1] = cexp(-x[0]) + cexp(-x[1]) - 1.0001;
}

static void BrownScaled(const Number x[], Number r[])
{
  r[0] = x[0] - 1e6;
  r[1] = x[1] - 2e-6;
  r[2] = x[0] * x[1] - 2;
}

static void Beale(const Number x[], Number r[])
{
  const double y[] = {1.5, 2.25, 2.625};

  for (int i = 0; i < 3; i++)
    r[i] = y[i] - x[0] * (1 - cpow(x[1], i + 1));
}

static void JennrichSampson(const Number x[], Number r[])
{
  for (int i = 0; i < 10; i++)
    r[i] = 4 + 2 * i - (cexp((i + 1) * x[0]) + cexp((i + 1) * x[1]));
}

static void Bard(const Number x[], Number r[])
{
  const double y[] = {.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.10, 4.39};

  for (int i = 0; i < 15; i++)
    r[i] = y[i] - (x[0] + (i + 1) / ((15 - i) * x[1] + PetscMin(i + 1, 15 - i) * x[2]));
}

static void Gaussian(const Number x[], Number r[])
{
  const double y[] = {.0009, .0044, .0175, .0540, .1295, .2420, .3521, .3989};

  for (int i = 0; i < 15; i++) {
    const double t = 3.5 - 0.5 * i;

    r[i] = x[0] * cexp(-x[1] * (t - x[2]) * (t - x[2]) / 2) - y[PetscMin(i, 14 - i)];
  }
}

static void Meyer(const Number x[], Number r[])
{
  const double y[] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744,
                      8261,  7030,  6005,  5147,  4427,  3820,  3307,  2872};

  for (int i = 0; i < 16; i++)
    r[i] = x[0] * cexp(x[1] / (50 + 5 * i + x[2])) - y[i];
}

static void Box(const Number x[], Number r[])
{
  for (int i = 0; i < 10; i++) {
    const double t = 0.1 * (i + 1);

    r[i] = cexp(-t * x[0]) - cexp(-t * x[1]) - x[2] * (exp(-t) - exp(-10 * t));
  }
}

static void PowellSingular(const Number x[], Number r[])
{
  r[0] = x[0] + 10 * x[1];
  r[1] = sqrt(5) * (x[2] - x[3]);
  r[2] = (x[1] - 2 * x[2]) * (x[1] - 2 * x[2]);
  r[3] = sqrt(10) * (x[0] - x[3]) * (x[0] - x[3]);
}

static void Wood(const Number x[], Number r[])
{
  r[0] = 10 * (x[1] - x[0] * x[0]);
  r[1] = 1 - x[0];
  r[2] = sqrt(90) * (x[3] - x[2] * x[2]);
  r[3] = 1 - x[2];
  r[4] = sqrt(10) * (x[1] + x[3] - 2);
  r[5] = (x[1] - x[3]) / sqrt(10);
}

static void KowalikOsborne(const Number x[], Number r[])
{
  const double y[] = {.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246};
  const double u[] = {4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625};

  for (int i = 0; i < 11; i++)
    r[i] = y[i] - x[0] * (u[i] * u[i] + u[i] * x[1]) / (u[i] * u[i] + u[i] * x[2] + x[3]);
}

static void BrownDennis(const Number x[], Number r[])
{
  for (int i = 0; i < 20; i++) {
    const double t = (i + 1) / 5.;
    const Number a = x[0] + t * x[1] - exp(t), b = x[2] + x[3] * sin(t) - cos(t);

    r[i] = a * a + b * b;
  }
}

static void Osborne1(const Number x[], Number r[])
{
  const double y[] = {.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751,
                      .718, .685, .658, .628, .603, .580, .558, .538, .522, .506, .490,
                      .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406};

  for (int i = 0; i < 33; i++)
    r[i] = y[i] - (x[0] + x[1] * cexp(-10 * i * x[3]) + x[2] * cexp(-10 * i * x[4]));
}

static void Biggs(const Number x[], Number r[])
{
  for (int i = 0; i < 13; i++) {
    const double t = 0.1 * (i + 1), y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t);

    r[i] = x[2] * cexp(-t * x[0]) - x[3] * cexp(-t * x[1]) + x[5] * cexp(-t * x[4]) - y;
  }
}

static const Problem catalogue[] = {
    {"Rosenbrock", 1, 2, 2, {-1.2, 1}, {0, -1}, Rosenbrock},
    {"Freudenstein-Roth", 2, 2, 2, {0.5, -2}, {0, 48.984253679240}, FreudensteinRoth},
    {"Powell badly scaled", 3, 2, 2, {0, 1}, {0, -1}, PowellScaled},
    {"Brown badly scaled", 4, 2, 3, {1, 1}, {0, -1}, BrownScaled},
    {"Beale", 5, 2, 3, {1, 1}, {0, -1}, Beale},
    {"Jennrich-Sampson", 6, 2, 10, {0.3, 0.4}, {124.36218235561, -1}, JennrichSampson},
    {"Bard", 8, 3, 15, {1, 1, 1}, {8.2148773065790e-3, 17.428693333333}, Bard},
    {"Gaussian", 9, 3, 15, {0.4, 1, 0}, {1.1279327696189e-8, -1}, Gaussian},
    {"Meyer", 10, 3, 16, {0.02, 4000, 250}, {87.945855170396, -1}, Meyer},
    {"Box", 12, 3, 10, {0, 10, 20}, {0, -1}, Box},
    {"Powell singular", 13, 4, 4, {3, -1, 0, 1}, {0, -1}, PowellSingular},
    {"Wood", 14, 4, 6, {-3, -1, -3, -1}, {0, -1}, Wood},
    {"Kowalik-Osborne", 15, 4, 11, {0.25, 0.39, 0.415, 0.39}, {3.0750560384924e-4, -1}, KowalikOsborne},
    {"Brown-Dennis", 16, 4, 20, {25, 5, -5, -1}, {85822.201626356, -1}, BrownDennis},
    {"Osborne 1", 17, 5, 33, {0.5, 1.5, -1, 0.01, 0.02}, {5.4648946974969e-5, -1}, Osborne1},
    {"Biggs", 18, 6, 13, {1, 2, 1, 1, 1, 1}, {0, 5.6556499255054e-3}, Biggs},
};

/* r [m] and, if J is given, J [m][n] column-major with leading dimension ld, at x [n] */
static void CatalogueEvaluate(const Problem *p, const double x[], double r[], double J[], int ld)
{
  Number z[CATALOGUE_N], s[CATALOGUE_M];

  for (int j = 0; j < p->n; j++)
    z[j] = x[j];
  if (r) {
    p->residual(z, s);
    for (int i = 0; i < p->m; i++)
      r[i] = creal(s[i]);
  }
  if (!J)
    return;
  for (int j = 0; j < p->n; j++) {
    z[j] = x[j] + 1e-40 * I;
    p->residual(z, s);
    for (int i = 0; i < p->m; i++)
      J[j * ld + i] = cimag(s[i]) * 1e40;
    z[j] = x[j];
  }
}

/* the relative distance of |r|^2 = 2 f from the nearest known minimum; an absolute one where that is zero */
static double CatalogueError(const Problem *p, double f)
{
  double best = PETSC_MAX_REAL;

  for (int k = 0; k < 2 && p->least[k] >= 0; k++)
    best = PetscMin(best, fabs(2 * f - p->least[k]) / (p->least[k] > 0 ? p->least[k] : 1));
  return best;
}
