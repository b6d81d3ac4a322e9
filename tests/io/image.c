/* Draws what image.py looks at, and tells when it cannot: no folder, no gnuplot.  Skipped (77) where there is
 * no gnuplot. */
#include "scratch.h"

#define NX 9
#define NY 7

/* value x + 10 y over uneven axes: grows to the right and upwards; its logarithm too. */
static PetscErrorCode Heat(void)
{
  PetscReal      x[NX], y[NY], value[NX * NY], flat[NX * NY];
  TessImagePanel panel[4];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < NX; i++)
    x[i] = (double)(i * i) / 64;
  for (PetscInt j = 0; j < NY; j++)
    y[j] = (double)(j * j) / 18;
  for (PetscInt k = 0; k < NX * NY; k++) {
    value[k] = PetscPowReal(10, x[k % NX] + y[k / NX]);
    flat[k]  = k ? 2 : NAN;
  }
  PetscCall(TessImageHeat(PETSC_COMM_WORLD, "log.png", "it's `u_t` on a \"log\" scale {x}", NX, x, NY, y,
                          value, "x", "y", PETSC_TRUE));
  for (PetscInt k = 0; k < NX * NY; k++)
    value[k] = x[k % NX] + y[k / NX];
  PetscCall(TessImageHeat(PETSC_COMM_WORLD, "heat.png", "u", NX, x, NY, y, value, "x", "y", PETSC_FALSE));
  for (int k = 0; k < 4; k++)
    panel[k] =
        (TessImagePanel){.title = "u", .nx = NX, .ny = NY, .x = x, .y = y, .value = k == 3 ? flat : value};
  panel[2].logscale = PETSC_TRUE;
  PetscCall(TessImagePanels(PETSC_COMM_WORLD, "panels.png", "four", "x", "y", PETSC_TRUE, 4, panel));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Lines(const char file[])
{
  PetscReal              x[50], y[50], z[3] = {NAN, 0, -1};
  const PetscReal *const xs[] = {x, x, x}, *const ys[] = {y, y + 30, z};
  const char *const names[] = {"loss", "error_of u", "nothing"};
  const PetscInt    n[]     = {50, 20, 3};

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 50; i++) {
    x[i] = i;
    y[i] = PetscExpReal(-0.3 * (double)i);
  }
  PetscCall(TessImageLines(PETSC_COMM_WORLD, file, "convergence", "iteration", "loss", PETSC_TRUE, 3, names,
                           n, xs, ys));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt         zero   = 0;
  const PetscReal *const none[] = {NULL};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  if (system("gnuplot -V >/dev/null 2>&1")) {
    PetscCall(PetscFinalize());
    return 77;
  }
  PetscCall(Heat());
  PetscCall(Lines("lines.png"));
  PetscCall(TessImageLines(PETSC_COMM_WORLD, "nothing.png", NULL, NULL, NULL, PETSC_FALSE, 1, NULL, &zero,
                           none, none));
  CHECK_INPUT("no folder", Lines("nowhere/a.png"), "nowhere/a.png", "no folder nowhere");
  if (setenv("PATH", "/nowhere", 1))
    CHECK("the test can hide gnuplot", 0);
  CHECK_INPUT("no gnuplot", Lines("hidden.png"), "hidden.png", "gnuplot-nox");
  CHECK("nothing is left of what failed", access("hidden.png", F_OK) && access("hidden.png.tmp", F_OK));
  return TessTestEnd();
}
