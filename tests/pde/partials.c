/* The partial derivatives of well-known residuals are those of central differences in the columns (order 2),
   the ones not listed vanish, and affine residuals are known as such. */
#include "jets.h"

static const struct {
  const char *name, *text[3];
  PetscBool   affine;
} cases[] = {
    {"Burgers", {"u_t + u*u_x = nu*u_xx"}, PETSC_FALSE},
    {"Navier-Stokes",
     {"u*u_x + v*u_y - q*lap(u) + k_x", "u*v_x + v*v_y - q*lap(v) + k_y", "u_x + v_y = 0"},
     PETSC_FALSE},
    {"Korteweg-de Vries", {"u_t + 6*u*u_x + u_xxx = 0"}, PETSC_FALSE},
    {"beam", {"u_tt + nu*u_xxxx = sin(pi*x)"}, PETSC_TRUE},
    {"Poisson", {"-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)"}, PETSC_TRUE},
    {"Helmholtz", {"lap(u) + 400*u = k"}, PETSC_TRUE},
    {"diffusion with a trained coefficient", {"div((q + s*x)*grad(u)) = 1"}, PETSC_FALSE},
    {"p-Laplacian, regularised",
     {"div((0.01 + dot(grad(u), grad(u)))^0.25*grad(u)) = if(x > 0.5, 1, k)"},
     PETSC_FALSE},
    {"minimal surface", {"div(grad(u)/sqrt(1 + dot(grad(u), grad(u)))) = 0"}, PETSC_FALSE},
    {"Allen-Cahn", {"u_t - nu*u_xx + 5*u^3 - 5*u"}, PETSC_FALSE},
    {"Schroedinger, cubic", {"u_t + v_xx/2 + (u^2 + v^2)*v", "v_t - u_xx/2 - (u^2 + v^2)*u"}, PETSC_FALSE},
    {"sine-Gordon", {"u_tt - u_xx + sin(u) = 0"}, PETSC_FALSE},
    {"eikonal", {"sqrt(u_x^2 + u_y^2) = 1/k"}, PETSC_FALSE},
    {"Monge-Ampere", {"u_xx*u_yy - u_xy^2 = exp(v)"}, PETSC_FALSE},
    {"Cahn-Hilliard", {"u_t = lap(u^3 - u - nu*lap(u))"}, PETSC_FALSE},
    {"biharmonic with flux", {"lap(lap(u)) + d(k*v, x)", "dn(u) + q"}, PETSC_TRUE},
    {"switch on the solution", {"if(u > 1.35, 2*u, u + 1.35)*x + max(v, 0.9*u_x) + abs(v - 3)"}, PETSC_FALSE},
    {"affine in the unknown, not with the parameter", {"q*u + x"}, PETSC_FALSE},
    {"affine with the parameter", {"q + u*x + k*s + atan2(x, y)"}, PETSC_TRUE},
    {"a trained exponent where its base is 0", {"max(u - 9, 0)^(q + 1) + u^q"}, PETSC_FALSE},
    {"piecewise constant", {"step(u - 7) + x"}, PETSC_FALSE}};

/* max over equations and points of |dr/dcolumn - difference|; dr is dense [neq][ncol][N] */
static PetscErrorCode Worst(TessPde pde, PetscReal **column, const PetscReal dense[], PetscReal h,
                            PetscReal *worst)
{
  PetscInt   neq, ncol;
  PetscReal *above, *below;

  PetscFunctionBegin;
  PetscCall(TessPdeGetColumns(pde, &neq, &ncol, NULL));
  PetscCall(PetscMalloc2(neq * N, &above, neq * N, &below));
  *worst = 0;
  for (PetscInt c = 0; c < ncol; c++) {
    for (int p = 0; p < N; p++)
      column[c][p] += h;
    PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, above, NULL));
    for (int p = 0; p < N; p++)
      column[c][p] -= 2 * h;
    PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, below, NULL));
    for (int p = 0; p < N; p++)
      column[c][p] += h;
    for (PetscInt i = 0; i < neq; i++) {
      for (int p = 0; p < N && !(dense[(i * ncol + c) * N] >= PETSC_INFINITY); p++) {
        const PetscReal d = dense[(i * ncol + c) * N + p];
        const PetscReal e =
            PetscAbsReal(d - (above[i * N + p] - below[i * N + p]) / (2 * h)) / (1 + PetscAbsReal(d));

        *worst = *worst != *worst || e <= *worst ? *worst : e; /* a NaN stays */
      }
    }
  }
  PetscCall(PetscFree2(above, below));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(int k)
{
  PetscInt          neq = 0, ncol, nnz;
  const PetscInt   *eq, *of;
  const TessColumn *c;
  PetscReal       **column, *r, *r_alone, *dr, *dense, coarse = 0, fine = 0;
  PetscBool         affine;
  TessPde           pde;

  PetscFunctionBegin;
  while (neq < 3 && cases[k].text[neq])
    neq++;
  PetscCall(Make((int)neq, cases[k].text, &pde));
  PetscCall(TessPdeIsAffine(pde, &affine));
  CHECK(cases[k].name, affine == cases[k].affine);
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &c));
  PetscCall(TessPdeGetPartials(pde, &nnz, &eq, &of));
  PetscCall(Fill(pde, 0, 0, &column));
  PetscCall(PetscMalloc4(neq * N, &r, neq * N, &r_alone, nnz * N, &dr, neq * ncol * N, &dense));
  PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, r_alone, NULL));
  PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, r, dr));
  CHECK("the residual is the same with and without partials",
        !memcmp(r, r_alone, (size_t)(neq * N) * sizeof(*r)));
  for (PetscInt i = 0; i < neq * ncol * N;
       i++) { /* columns that are no unknowns have no partials: not looked at */
    const TessColumnKind kind = c[i / N % ncol].kind;

    dense[i] = kind == TESS_COLUMN_JET || kind == TESS_COLUMN_PARAMETER ? 0 : PETSC_INFINITY;
  }
  for (PetscInt z = 0; z < nnz; z++)
    PetscCall(PetscArraycpy(&dense[(eq[z] * ncol + of[z]) * N], &dr[z * N], N));
  PetscCall(Worst(pde, column, dense, 2e-3, &coarse));
  PetscCall(Worst(pde, column, dense, 1e-3, &fine));
  CHECK_BELOW(cases[k].name, fine, 1e-4);
  if (fine > 1e-10)
    CHECK_ORDER(cases[k].name, 2, coarse, fine);
  PetscCall(PetscFree4(r, r_alone, dr, dense));
  PetscCall(Drop(&column));
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int k = 0; k < (int)(sizeof(cases) / sizeof(*cases)); k++)
    PetscCall(Check(k));
  return TessTestEnd();
}
