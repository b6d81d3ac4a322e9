/* What TessPdeView prints is text in the language that means the same: parsed again it has the same values;
   derivatives are spelled out and lap is explained. */
#include "jets.h"

static const char *const texts[] = {"u_t + u*u_x = nu*u_xx",
                                    "div(k*grad(u)) = 2*lap(v) - x",
                                    "-(u + v)^-2*(x - y)/(u*v) + 1/sqrt(u)",
                                    "if(u < v, u^q, (x + 1)^y) + max(u, min(v, x))",
                                    "(u > 1)*(1 - (v <= 2)) != 0",
                                    "d(atan2(u, v)*exp(-x^2), x)",
                                    "normal_x*u_xy - q*s/k_t",
                                    "(2*u)^0.5*(-3)^3 - 4",
                                    "5",
                                    "-u"};

#define COUNT ((int)(sizeof(texts) / sizeof(*texts)))

static PetscErrorCode Print(TessPde pde, size_t len, char text[])
{
  PetscViewer viewer;
  FILE       *file = fmemopen(text, len - 1, "w");

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(text, len));
  PetscCall(PetscViewerASCIIOpenWithFILE(PETSC_COMM_SELF, file, &viewer));
  PetscCall(TessPdeView(pde, viewer));
  PetscCall(PetscViewerDestroy(&viewer));
  (void)fclose(file);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  char        text[4096], *line, *end;
  const char *one;
  PetscReal   r[N], again[N];
  TessPde     pde;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (int i = 0; i < COUNT; i++) {
    PetscCall(Make(1, &texts[i], &pde));
    PetscCall(Values(pde, 0, 0, r));
    PetscCall(Print(pde, sizeof(text), text));
    PetscCall(TessPdeDestroy(&pde));
    line = strchr(text, '\n');
    end  = line ? strchr(line + 1, '\n') : NULL;
    CHECK("two lines", end != NULL);
    if (!end)
      continue;
    *end = 0;
    one  = line;
    PetscCall(Make(1, &one, &pde));
    PetscCall(Values(pde, 0, 0, again));
    for (int p = 0; p < N; p++)
      CHECK_BELOW(line, (r[p] - again[p]) / (1 + PetscAbsReal(r[p])), 1e-5);
    PetscCall(TessPdeDestroy(&pde));
  }
  PetscCall(Make(1, &texts[1], &pde));
  PetscCall(Print(pde, sizeof(text), text));
  CHECK("the flux is spelled out",
        strstr(text, "u_x*k_x") && strstr(text, "k*u_yy") && strstr(text, "- 2*lap(v)"));
  CHECK("lap is explained", strstr(text, "with lap(v) = v_xx + v_yy"));
  PetscCall(TessPdeDestroy(&pde));
  return TessTestEnd();
}
