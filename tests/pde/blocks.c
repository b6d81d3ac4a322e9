/* A point's residual does not depend on which points stand beside it, bit by bit; and what a point costs is
 * printed. */
#include <petsctime.h>
#include "jets.h"

enum { MANY = 4096, COLUMNS = 40 };

static const struct {
  const char *name, *text[3];
} cases[] = {
    {"Burgers", {"u_t + u*u_x = nu*u_xx"}},
    {"Poisson", {"-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)"}},
    {"Navier-Stokes", {"u*u_x + v*u_y - q*lap(u) + k_x", "u*v_x + v*v_y - q*lap(v) + k_y", "u_x + v_y = 0"}},
    {"p-Laplacian", {"div((0.01 + dot(grad(u), grad(u)))^0.25*grad(u)) = if(x > 0.5, 1, k)"}},
    {"sine-Gordon", {"u_tt - u_xx + sin(u) = 0"}},
    {"every function",
     {"sin(u) + cos(u) + tan(u) + exp(u) + log(u) + tanh(u) + sinh(u) + cosh(u) + erf(u) + u^q + atan2(u, "
      "v)"}}};

static PetscErrorCode One(int k, PetscReal data[COLUMNS][MANY], PetscReal r[], PetscReal dr[],
                          PetscReal r_part[])
{
  const PetscReal *column[COLUMNS];
  PetscInt         neq = 0, nnz, ncol;
  PetscLogDouble   begin, end, seconds[2] = {1, 1};
  TessPde          pde;

  PetscFunctionBegin;
  while (neq < 3 && cases[k].text[neq])
    neq++;
  PetscCall(Make((int)neq, cases[k].text, &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, NULL));
  PetscCall(TessPdeGetPartials(pde, &nnz, NULL, NULL));
  for (int c = 0; c < ncol; c++)
    column[c] = data[c];
  for (int repeat = 0; repeat < 20; repeat++) {
    for (int with = 0; with < 2; with++) {
      PetscCall(PetscTime(&begin));
      PetscCall(TessPdeEvaluate(pde, MANY, column, r, with ? dr : NULL));
      PetscCall(PetscTime(&end));
      seconds[with] = PetscMin(seconds[with], end - begin);
    }
  }
  printf("%-16s %2d columns, %2d partials: %6.2f ns a point, with partials %6.2f\n", cases[k].name, (int)ncol,
         (int)nnz, 1e9 * seconds[0] / MANY, 1e9 * seconds[1] / MANY);
  for (int start = 0, m = 1; start + m <= MANY; start += m, m = 1 + (5 * m) % 301) {
    for (int c = 0; c < ncol; c++)
      column[c] = data[c] + start;
    PetscCall(TessPdeEvaluate(pde, m, column, r_part, NULL));
    for (PetscInt e = 0; e < neq; e++)
      CHECK("the same bits in any company",
            !memcmp(&r_part[e * m], &r[e * MANY + start], (size_t)m * sizeof(*r)));
  }
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal(*data)[MANY], *r, *dr, *r_part;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscMalloc4(COLUMNS, &data, 3 * MANY, &r, COLUMNS * MANY, &dr, 3 * MANY, &r_part));
  for (int c = 0; c < COLUMNS; c++)
    for (int p = 0; p < MANY; p++)
      data[c][p] = TessKeyUniform(c, p);
  for (int k = 0; k < (int)(sizeof(cases) / sizeof(*cases)); k++)
    PetscCall(One(k, data, r, dr, r_part));
  PetscCall(PetscFree4(data, r, dr, r_part));
  return TessTestEnd();
}
