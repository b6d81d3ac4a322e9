/* The loss of a field is a sum of weighted means over the conditions' measures: known numbers for a constant
   field, whatever the points, the patches and the way of drawing, up to the error of sampling. */
#include "../catalogue/catalogue.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,2",
                                      "domain_t 1,2",
                                      "conditions inside,walls,start,total",
                                      "inside_type interior",
                                      "inside_equation u*x - t",
                                      "inside_weight 3",
                                      "walls_type boundary",
                                      "walls_on x_min,x_max,t_max",
                                      "walls_equation u*normal_x + t",
                                      "start_type initial",
                                      "start_equations_one u - x",
                                      "start_equations_two u",
                                      "start_weight 5",
                                      "start_weights_two 2",
                                      "total_type integral",
                                      "total_equation u*x*t",
                                      "total_weight 2",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 1",
                                      NULL};

/* u = c: the coefficient of T_0 in every patch, because windows sum to one. */
static PetscErrorCode Constant(TessProblem p, PetscReal c, Vec theta)
{
  const TessSystem *sys;
  PetscInt          n;
  PetscReal        *a;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(VecZeroEntries(theta));
  PetscCall(VecGetLocalSize(theta, &n));
  PetscCall(VecGetArray(theta, &a));
  for (PetscInt i = 0; i < n; i += sys->stride)
    a[i] = c;
  PetscCall(VecRestoreArray(theta, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(PetscInt points, PetscInt nx, PetscInt nt, const char sampling[], PetscReal bound)
{
  const PetscReal c = 0.7, mean2 = 7. / 3; /* of t^2 */
  const PetscReal exact[] = {3 * (c * c * 4 / 3 - 3 * c + mean2),
                             ((c * c - 3 * c + mean2) + (c * c + 3 * c + mean2) + 2 * 4) / 4,
                             5 * (c * c - 2 * c + 4. / 3) + 10 * c * c, 2 * PetscSqr(1.5 * c)};
  char            line[64];
  PetscReal       loss[4];
  TessProblem     p;
  Vec             theta, r;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("loss_", options));
  PetscCall(PetscSNPrintf(line, sizeof(line), "parts_x %" PetscInt_FMT, nx));
  PetscCall(CatalogueSet("loss_", line));
  PetscCall(PetscSNPrintf(line, sizeof(line), "parts_t %" PetscInt_FMT, nt));
  PetscCall(CatalogueSet("loss_", line));
  for (PetscInt i = 0; i < 3; i++) {
    static const char *const names[] = {"inside", "walls", "start"};

    PetscCall(PetscSNPrintf(line, sizeof(line), "%s_points %" PetscInt_FMT, names[i], points));
    PetscCall(CatalogueSet("loss_", line));
    PetscCall(PetscSNPrintf(line, sizeof(line), "%s_sampling %s", names[i], sampling));
    PetscCall(CatalogueSet("loss_", line));
  }
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "loss_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(Constant(p, c, theta));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetLosses(p, loss));
  for (PetscInt i = 0; i < 3; i++)
    CHECK_BELOW("the loss is the weighted mean square", loss[i] / exact[i] - 1, bound);
  CHECK_BELOW("that of an integral the square of the mean", loss[3] / exact[3] - 1, 1e-13);
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Check(4000, 1, 1, "sobol", 5e-3));
  PetscCall(Check(4000, 4, 3, "sobol", 5e-3));
  PetscCall(Check(1000, 5, 2, "sobol", 2e-2));
  PetscCall(Check(1000, 2, 2, "grid", 2e-2));
  PetscCall(Check(4000, 3, 1, "latin", 1e-2));
  PetscCall(Check(4000, 2, 3, "uniform", 0.1));
  return TessTestEnd();
}
