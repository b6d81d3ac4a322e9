/* What the sides of an interface are apart is told term by term, without weights: a patch raised by one jumps
   by one in value and not in slope, and a ramp on it jumps in slope; other conditions have no jumps.  Terms
   of a higher order than experts have are refused. */
#include "../catalogue/catalogue.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "domain_y 0,1",
                                      "parts_x 2",
                                      "overlap 0",
                                      "conditions inside",
                                      "inside_type interior",
                                      "inside_equation lap(u) = 0",
                                      "inside_points 60",
                                      "interface_terms value,normal",
                                      "interface_weights_value 7",
                                      "interface_weights_normal 0.3",
                                      "interface_points 40",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 1",
                                      NULL};

/* The jumps of u = a + b x' on the first patch and 0 on the other, x' from -1 to 1 in the patch. */
static PetscErrorCode Check(TessProblem p, Vec theta, PetscReal a, PetscReal b)
{
  const char *const *name;
  const TessSystem  *sys;
  PetscReal          rms[2], most[2], u, *at;
  PetscInt           n, nowned;
  TessPatch          patch;
  TessPde            pde;
  const PetscReal    x[2] = {0.25, 0.5}; /* the middle of the patch */

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(VecSet(theta, 0));
  PetscCall(VecGetArray(theta, &at));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    if (patch.id == 0) { /* of the basis 1, y, x */
      at[0] = a;
      at[2] = b;
    }
  }
  PetscCall(VecRestoreArray(theta, &at));
  PetscCall(TessSystemCreatePde(sys, &pde));
  PetscCall(TessPdeAddEquation(pde, "a test", "u"));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessProblemSample(p, theta, pde, 1, x, &u));
  CHECK_BELOW("the patch is what was set", u - a, 1e-14);
  PetscCall(TessPdeDestroy(&pde));
  PetscCall(TessProblemGetJumps(p, theta, 1, &n, &name, rms, most));
  CHECK("two terms", n == 2 && !strcmp(name[0], "value") && !strcmp(name[1], "normal"));
  CHECK_BELOW("the jump in value", rms[0] - PetscAbsReal(a + b), 1e-10);
  CHECK_BELOW("everywhere", most[0] - PetscAbsReal(a + b), 1e-10);
  CHECK_BELOW("the jump in slope", rms[1] - PetscAbsReal(4 * b), 1e-10);
  PetscCall(TessProblemGetJumps(p, theta, 0, &n, &name, rms, most));
  CHECK("none in the domain", n == 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  TessProblem p;
  Vec         theta;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CatalogueSetAll("jump_", options));
  PetscCall(TessProblemCreate(PETSC_COMM_WORLD, &p));
  PetscCall(TessProblemSetOptionsPrefix(p, "jump_"));
  PetscCall(TessProblemSetFromOptions(p));
  PetscCall(TessProblemSetUp(p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(Check(p, theta, 1, 0));
  PetscCall(Check(p, theta, 0.5, 2));
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscCall(CatalogueSet("jump_", "interface_terms value,normal,normal2"));
  PetscCall(ProvokeRefusal(
      "jump_", "compares derivatives of order 2 of u, whose experts are polynomials of degree 1"));
  return TessTestEnd();
}
