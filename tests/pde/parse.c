/* A text has the value that C gives the same expression: operators, precedence, functions, comparisons, if,
 * names. */
#include "jets.h"

#define CASES                                                                                                \
  X("1 + 2*3 - 4/8", 1 + 2 * 3 - 4. / 8)                                                                     \
  X("-x^2", -(x * x))                                                                                        \
  X("2^-x", pow(2, -x))                                                                                      \
  X("2^3^2 * x", 512 * x)                                                                                    \
  X("(2^3)^2 * x", 64 * x)                                                                                   \
  X("x - y - t", (x - y) - t)                                                                                \
  X("x/y/t", (x / y) / t)                                                                                    \
  X("x/y*t", (x / y) * t)                                                                                    \
  X("--x - +y", x - y)                                                                                       \
  X("x*-y", -x *y)                                                                                           \
  X("1.5e-3*x + .5 + 2.*y + 1E2", 1.5e-3 * x + .5 + 2 * y + 100)                                             \
  X("pi*sin(pi*x)", PETSC_PI *sin(PETSC_PI *x))                                                              \
  X("sin(x)*cos(y) - tan(t)", sin(x) * cos(y) - tan(t))                                                      \
  X("exp(-x) + log(y) + sqrt(t)", exp(-x) + log(y) + sqrt(t))                                                \
  X("tanh(x) + sinh(y) - cosh(t)", tanh(x) + sinh(y) - cosh(t))                                              \
  X("abs(x - y) + erf(t - x)", fabs(x - y) + erf(t - x))                                                     \
  X("min(x, y) + 2*max(t, x)", fmin(x, y) + 2 * fmax(t, x))                                                  \
  X("atan2(x - y, t - 0.5)", atan2(x - y, t - 0.5))                                                          \
  X("step(x - y) + 2*step(0)", (x - y >= 0) + 2)                                                             \
  X("if(x < y, u, v)", x < y ? u : v)                                                                        \
  X("if(x - y, 1, 2) + if(0, u, x)", 1 + x)                                                                  \
  X("(x < y) + 2*(x > y) + 4*(x <= x) + 8*(x >= y) + 16*(x == y) + 32*(x != y)",                             \
    (x < y) + 2 * (x > y) + 4 + 8 * (x >= y) + 16 * (x == y) + 32 * (x != y))                                \
  X("u*u_x + nu*u_xx - u_t", u *u_x + nu * u_xx - u_t)                                                       \
  X("u_xy - u_yx + u_txy", u_xyt)                                                                            \
  X("q*u + s", q *u + s)                                                                                     \
  X("k*k_x", k *k_x)                                                                                         \
  X("normal_x*u + normal_y*v", 0.6 * u - 0.8 * v)                                                            \
  X("u^2.5 + u^-1.5 + u^0.3 + 1/u^2 + u^7",                                                                  \
    pow(u, 2.5) + pow(u, -1.5) + pow(u, 0.3) + 1 / (u * u) + pow(u, 7))                                      \
  X("u^0.25 + u^0.75 + u^-1.25 + u^3.75", pow(u, 0.25) + pow(u, 0.75) + pow(u, -1.25) + pow(u, 3.75))        \
  X("x^y + (2*x)^q + 2^x + u^100", pow(x, y) + pow(2 * x, q) + pow(2, x) + pow(u, 100))                      \
  X("sqrt(4*u) + (-2*u)^3 + (-u)^-1", 2 * sqrt(u) - 8 * u * u * u - 1 / u)                                   \
  X("(u - v)*(u + v) + (v - u)^2/(v - u)", (u - v) * (u + v) + (v - u))                                      \
  X("1/(1 + u^2 + v^2)^(3/2)", pow(1 + u * u + v * v, -1.5))                                                 \
  X("x + 1 = y + 2", x + 1 - y - 2)                                                                          \
  X("\t x +\n y ", x + y)                                                                                    \
  X("dot([x, y, t], [1, 2, 3])", x + 2 * y + 3 * t)                                                          \
  X("dot(2*[x, y]/4 - [y, x] + -[t, t]*x, [1, 1])", x / 2 + y / 2 - y - x - 2 * t * x)

static const char *const texts[] = {
#define X(text, value) text,
    CASES
#undef X
};

#define COUNT ((int)(sizeof(texts) / sizeof(*texts)))

static void Expected(const PetscReal at[DIM], PetscReal out[])
{
  const PetscReal x = at[0], y = at[1], t = at[2], nu = constants[0], q = parameters[0], s = parameters[1];
#define J(f, ...) Jet(f, &(TessEntry){__VA_ARGS__}, at)
  const PetscReal u = J(0, 0), v = J(1, 0), k = J(2, 0), u_x = J(0, 1, {0}), u_xx = J(0, 2, {0, 0}),
                  u_t   = J(0, 1, {2});
  const PetscReal u_xyt = J(0, 3, {0, 1, 2}), k_x = J(2, 1, {0});
  int             i = 0;

#define X(text, value) out[i++] = (value);
  CASES
#undef X
}

/* a text of thousands of characters: sum over i of (x + i)^2 sin(i y) */
static PetscErrorCode Long(void)
{
  enum { TERMS = 300 };
  char        text[TERMS * 40] = "0";
  const char *one              = text;
  size_t      used             = 1;
  PetscReal   at[DIM], r[N];
  TessPde     pde;

  PetscFunctionBegin;
  for (int i = 1; i <= TERMS; i++)
    used += (size_t)snprintf(&text[used], sizeof(text) - used, " + (x + %d)^2*sin(%d*y)", i, i);
  PetscCall(Make(1, &one, &pde));
  PetscCall(Values(pde, 0, 0, r));
  for (int p = 0; p < N; p++) {
    PetscReal sum = 0;

    Point(p, 0, 0, at);
    for (int i = 1; i <= TERMS; i++)
      sum += (at[0] + i) * (at[0] + i) * sin(i * at[1]);
    CHECK_BELOW("a long text", (r[p] - sum) / (TERMS * TERMS), 1e-12);
  }
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  TessPde   pde;
  PetscReal at[DIM], *r, expected[COUNT];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscMalloc1(COUNT * N, &r));
  PetscCall(Make(COUNT, texts, &pde));
  PetscCall(Values(pde, 0, 0, r));
  for (int p = 0; p < N; p++) {
    Point(p, 0, 0, at);
    Expected(at, expected);
    for (int i = 0; i < COUNT; i++)
      CHECK_BELOW(texts[i], (r[i * N + p] - expected[i]) / PetscMax(1, fabs(expected[i])), 2e-14);
  }
  PetscCall(TessPdeDestroy(&pde));
  PetscCall(PetscFree(r));
  PetscCall(Long());
  return TessTestEnd();
}
