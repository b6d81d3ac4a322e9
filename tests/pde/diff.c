/* d(f, x) is the derivative: central differences of f tend to it with order 2, for every function, operator
 * and rule. */
#include "jets.h"

static const char *const texts[] = {"sin(x*t)",
                                    "cos(2*x)",
                                    "tan(x/2)",
                                    "exp(-x*u)",
                                    "log(x + u)",
                                    "sqrt(x + 1)",
                                    "tanh(2*x - v)",
                                    "sinh(x)",
                                    "cosh(x*y)",
                                    "abs(x - 5)*x",
                                    "abs(x)*u",
                                    "erf(x*u)",
                                    "atan2(x, y + x*u)",
                                    "atan2(v, u)",
                                    "min(x, 5)*u",
                                    "min(u, 50*v + 100)",
                                    "max(x^2, -1)",
                                    "max(v, u + 3)*x",
                                    "step(x)*x^2",
                                    "if(x > 0, u^3, v)",
                                    "if(v > 90, u, v*x)",
                                    "x^3",
                                    "x^-2",
                                    "x^2.5",
                                    "u^q",
                                    "x^y",
                                    "q^x",
                                    "x^x",
                                    "u^v",
                                    "(x + u)^(1/3)",
                                    "sqrt(x)*u/(1 + v^2)",
                                    "x*u*v*k",
                                    "x/u",
                                    "1/(x*u)",
                                    "u_x*v_yy/k_x",
                                    "u_xxx*x",
                                    "lap(u)*x",
                                    "normal_y*u_x",
                                    "nu*u + q*v_t - 3",
                                    "u*(v + x)*(v + x)",
                                    "(u - v)^3*(v - u)",
                                    "dot(grad(u), [x, v])",
                                    "div(k*grad(u))",
                                    "(x < u)*u",
                                    "exp(sin(x)^2)^2"};

#define COUNT ((int)(sizeof(texts) / sizeof(*texts)))

/* the greatest difference between d(f, axis) and central differences of f, relative to the derivative */
static PetscErrorCode Worst(TessPde f, TessPde df, int axis, PetscReal h, PetscReal worst[])
{
  PetscReal above[COUNT * N], below[COUNT * N], d[COUNT * N];

  PetscFunctionBegin;
  PetscCall(Values(f, axis, h, above));
  PetscCall(Values(f, axis, -h, below));
  PetscCall(Values(df, axis, 0, d));
  for (int i = 0; i < COUNT; i++) {
    worst[i] = 0;
    for (int p = 0; p < N; p++) {
      const PetscReal e = PetscAbsReal(d[i * N + p] - (above[i * N + p] - below[i * N + p]) / (2 * h)) /
                          (1 + PetscAbsReal(d[i * N + p]));

      worst[i] = worst[i] != worst[i] || e <= worst[i] ? worst[i] : e; /* a NaN stays */
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  static const char *const axes = "xyt";
  char                    *text[COUNT];
  TessPde                  f, df;
  PetscReal                coarse[COUNT], fine[COUNT];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Make(COUNT, texts, &f));
  for (int axis = 0; axis < DIM; axis++) {
    for (int i = 0; i < COUNT; i++) {
      PetscCall(PetscMalloc1(200, &text[i]));
      if (axis == 2 || !strstr(texts[i], "normal"))
        PetscCall(PetscSNPrintf(text[i], 200, "d(%s, %c)", texts[i], axes[axis]));
      else
        PetscCall(
            PetscSNPrintf(text[i], 200, "normal_y*d(u_x, %c)", axes[axis])); /* no derivative along space */
    }
    PetscCall(Make(COUNT, (const char *const *)text, &df));
    PetscCall(Worst(f, df, axis, 2e-3, coarse));
    PetscCall(Worst(f, df, axis, 1e-3, fine));
    for (int i = 0; i < COUNT; i++) {
      CHECK_BELOW(text[i], fine[i], 1e-3);
      if (fine[i] > 1e-10)
        CHECK_ORDER(text[i], 2, coarse[i], fine[i]);
      PetscCall(PetscFree(text[i]));
    }
    PetscCall(TessPdeDestroy(&df));
  }
  PetscCall(TessPdeDestroy(&f));
  return TessTestEnd();
}
