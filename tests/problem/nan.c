/* A residual that is not a number is told in one sentence, the same on all ranks, that names the condition,
   the patch and a point at fault; the next good residual forgets it. */
#include <math.h>
#include "../catalogue/catalogue.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "parts_x 4",
                                      "conditions ends,inside",
                                      "inside_type interior",
                                      "inside_equation log(u + sin(8*pi*x) + 0.9)",
                                      "inside_points 100",
                                      "ends_type boundary",
                                      "ends_equation u = 0",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 0",
                                      NULL};

static PetscErrorCode CheckPoint(TessProblem p, const char text[])
{
  const char *at = strstr(text, "in patch"), *x = strstr(text, "x = ");
  char        first[512] = "";
  long        patch      = -1;
  double      value      = 2;

  PetscFunctionBegin;
  CHECK("the condition is named", strstr(text, "\"inside\""));
  CHECK("patch and point are named",
        at && x && sscanf(at, "in patch %ld", &patch) == 1 && sscanf(x, "x = %lf", &value) == 1);
  CHECK("the residual is not a number at the point", sin(8 * PETSC_PI * value) + 0.9 < 1e-3);
  CHECK("the point lies in the patch", value >= 0.25 * patch && value <= 0.25 * (patch + 1));
  PetscCall(PetscStrncpy(first, text, sizeof(first)));
  PetscCallMPI(MPI_Bcast(first, sizeof(first), MPI_CHAR, 0, PETSC_COMM_WORLD));
  CHECK("all ranks say the same", !strcmp(first, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  TessProblem p;
  Vec         theta, r;
  PetscBool   is;
  const char *text;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CatalogueSetAll("nan_", options));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "nan_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetNaN(p, &is, &text));
  CHECK("u = 0 is not a number at some points of every patch", is);
  if (is)
    PetscCall(CheckPoint(p, text));
  PetscCall(VecSet(theta, 1));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetNaN(p, &is, NULL));
  CHECK("u = 1 is fine", !is);
  PetscCall(TessProblemDestroy(&p));
  PetscCall(CatalogueSet("nan_", "inside_type integral"));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "nan_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetNaN(p, &is, &text));
  CHECK("an integral is told as such", is && strstr(text, "integral"));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  return TessTestEnd();
}
