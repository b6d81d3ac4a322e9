/* lap, div, grad, dot, d and dn obey the identities of vector calculus; what vanishes identically is
   recognised; lap of an unknown is one column. */
#include "jets.h"

static const char *const zero[] = {/* value zero at every point */
                                   "lap(u*v) = u*lap(v) + 2*dot(grad(u), grad(v)) + v*lap(u)",
                                   "div(u*grad(v)) = u*lap(v) + dot(grad(u), grad(v))",
                                   "lap(u) = div(grad(u))",
                                   "lap(u^3) = 3*u^2*lap(u) + 6*u*dot(grad(u), grad(u))",
                                   "lap(lap(u)) = u_xxxx + 2*u_xxyy + u_yyyy",
                                   "lap(k) = k_xx + k_yy",
                                   "lap(k*u + x^2*v) = div(grad(k*u + x^2*v))",
                                   "dn(u*v) = normal_x*d(u*v, x) + normal_y*d(u*v, y)",
                                   "dn(u) = dot(grad(u), [normal_x, normal_y])",
                                   "d(sin(u)*k, t) = cos(u)*u_t*k + sin(u)*k_t",
                                   "d(d(u*v, x), y) = d(d(u*v, y), x)",
                                   "div([u*v, k]) = u_x*v + u*v_x + k_y",
                                   "dot(d([u, v], t), [1, x]) = u_t + x*v_t",
                                   "dot(lap([u, v]), [1, 2]) = lap(u) + 2*lap(v)",
                                   "dot(dn([u, v]), [1, 2]) = dn(u + 2*v)",
                                   "exp(log(u)) = u",
                                   "tan(x) = sin(x)/cos(x)",
                                   "cosh(u)^2 - sinh(u)^2 = 1",
                                   "lap(q*u) = q*u_xx + q*u_yy",
                                   "lap(t^2*u) = t^2*(u_xx + u_yy)"};

static const char *const nothing[] = {/* zero as an expression: no columns at all */
                                      "u - u",
                                      "d(u, x) - u_x",
                                      "d(u*v, x) = u*v_x + v*u_x",
                                      "u*(v + x) - (x + v)*u",
                                      "(u - v)*k + (v - u)*k",
                                      "0*exp(u)",
                                      "u/u - 1",
                                      "d(t*pi, x)",
                                      "0.1*u + 0.2*u - 0.3*u",
                                      "sqrt(u)^2 - u",
                                      "if(1 < 2, 0, u)",
                                      "lap(u) - lap(u)",
                                      "u_xy - d(u_y, x)",
                                      "(-u)^2 - u^2",
                                      "1/(-u) + 1/u",
                                      "d(q, x) + lap(s) + d(nu, t)",
                                      "div(grad(u)) - u_xx - u_yy",
                                      "dot(grad(u) - [u_x, u_y], [x, t])",
                                      "2*(u + v) - 2*u - 2*v"};

int main(int argc, char **argv)
{
  const int nzero = (int)(sizeof(zero) / sizeof(*zero)), nnothing = (int)(sizeof(nothing) / sizeof(*nothing));
  PetscReal r[40 * N];
  PetscInt  ncol, nnz;
  const TessColumn *c;
  TessPde           pde;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Make(nzero, zero, &pde));
  PetscCall(Values(pde, 0, 0, r));
  for (int i = 0; i < nzero; i++)
    for (int p = 0; p < N; p++)
      CHECK_BELOW(zero[i], r[i * N + p], 1e-13);
  PetscCall(TessPdeDestroy(&pde));
  for (int i = 0; i < nnothing; i++) {
    PetscCall(Make(1, &nothing[i], &pde));
    PetscCall(TessPdeGetColumns(pde, NULL, &ncol, NULL));
    PetscCall(TessPdeGetPartials(pde, &nnz, NULL, NULL));
    CHECK(nothing[i], ncol == 0 && nnz == 0);
    PetscCall(Values(pde, 0, 0, r));
    CHECK_BELOW(nothing[i], r[N - 1], 0);
    PetscCall(TessPdeDestroy(&pde));
  }
  PetscCall(Make(2, (const char *const[]){"nu*lap(2*u - 3*v) + lap(q*u*t^2)", "lap(u + v) = u_xx"}, &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &c));
  CHECK("lap(u), u_xx, lap(v), t, q and nothing else",
        ncol == 5 && c[0].entry.order == TESS_LAP && c[1].entry.order == 2 && c[2].entry.order == TESS_LAP &&
            c[2].index == 1 && c[3].kind == TESS_COLUMN_AXIS && c[4].kind == TESS_COLUMN_PARAMETER);
  PetscCall(TessPdeDestroy(&pde));
  return TessTestEnd();
}
