/* The row of an integral is the mean of its expression: exact up to degree 2k-1 with k Gauss points along
   each axis of a patch, over the domain and over faces; with fewer points than patches every patch still
   counts. */
#include "../catalogue/catalogue.h"

/* The mean of an expression over x 0..3, y 0..2 in 3 x 2 patches. */
static PetscErrorCode Mean(const char text[], PetscInt points, const char on[], PetscReal *mean)
{
  static PetscInt number = 0;
  char            prefix[16], line[256];
  TessProblem     p;
  Vec             theta, r;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "i%d_", (int)number++));
  PetscCall(
      CatalogueSetAll(prefix, (const char *const[]){"unknowns u", "domain_x 0,3", "domain_y 0,2", "parts_x 3",
                                                    "parts_y 2", "conditions mean", "mean_type integral",
                                                    "expert_type polynomial", NULL}));
  PetscCall(PetscSNPrintf(line, sizeof(line), "mean_equation %s", text));
  PetscCall(CatalogueSet(prefix, line));
  PetscCall(PetscSNPrintf(line, sizeof(line), "mean_points %" PetscInt_FMT, points));
  PetscCall(CatalogueSet(prefix, line));
  PetscCall(PetscSNPrintf(line, sizeof(line), "mean_on %s", on));
  if (on[0])
    PetscCall(CatalogueSet(prefix, line));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(VecSum(r, mean)); /* one row */
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscReal mean;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Mean("u + x^5*y^3", 54, "", &mean)); /* mean of x^5: 3^5/6, of y^3: 2 */
  CHECK_BELOW("degree 5 with 3 x 3 points a patch", mean / 81 - 1, 1e-13);
  PetscCall(Mean("u + x^6", 54, "", &mean));
  CHECK_BELOW("degree 6 nearly", mean * 7 / 729 - 1, 1e-3);
  CHECK("but not quite", PetscAbsReal(mean * 7 / 729 - 1) > 1e-8);
  PetscCall(Mean("u + x^6", 53, "", &mean));
  CHECK("one point less is 2 x 2 points", PetscAbsReal(mean * 7 / 729 - 1) > 1e-4);
  PetscCall(Mean("u + x^3*y^3", 6, "y_max", &mean));
  CHECK_BELOW("degree 3 with 2 points a patch of a face", mean / (27. / 4 * 8) - 1, 1e-13);
  PetscCall(Mean("u + x + y", 8, "y_max,x_min", &mean)); /* lengths 3 and 2 */
  CHECK_BELOW("faces count by their measure", mean - (3 * 3.5 + 2 * 1) / 5, 1e-13);
  PetscCall(Mean("u + x*y", 1, "", &mean));
  CHECK_BELOW("fewer points than patches: each has its middle", mean - 1.5, 1e-13);
  PetscCall(Mean("u + normal_x*x^2 + normal_y*y", 40, "x_min,x_max,y_min,y_max", &mean));
  CHECK_BELOW("the theorem of Gauss", mean * 10 - (2 * 9 + 3 * 2), 1e-12);
  return TessTestEnd();
}
