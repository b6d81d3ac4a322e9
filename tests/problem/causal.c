/* Weights that follow time: those of interior rows are exp(-epsilon sum of the mean squares of earlier
   chunks), of other rows they are one; with a residual that vanishes all are one; they are those of one rank,
   and points that are drawn anew have them. */
#include "../catalogue/catalogue.h"

#define EPSILON 0.7
#define CHUNKS 4

/* u = 0 in every patch: the residual is t alone, L_k the mean of 3 t^2 + 5 over a chunk. */
static const char *const options[] = {"unknowns u",
                                      "domain_x 0,2",
                                      "domain_t 1,2",
                                      "parts_x 3",
                                      "parts_t 2",
                                      "conditions inside,again,walls,start,total",
                                      "inside_type interior",
                                      "inside_equation u_x - t",
                                      "inside_sampling grid",
                                      "inside_points 9600",
                                      "inside_weight 3",
                                      "again_type interior",
                                      "again_equation u + 1",
                                      "again_weight 5",
                                      "again_points 600",
                                      "walls_type boundary",
                                      "walls_equation u - 1",
                                      "walls_points 300",
                                      "start_type initial",
                                      "start_equation u = 1",
                                      "total_type integral",
                                      "total_equation u",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 2",
                                      "causal_epsilon 0.7",
                                      "causal_chunks 4",
                                      NULL};

/* The factor of all points of a condition, given by their chunk; bound: of the relative difference. */
static PetscErrorCode CheckFactors(TessProblem p, const PetscReal want[], PetscReal bound)
{
  TessCondition *condition;
  PetscInt       n;

  PetscFunctionBegin;
  PetscCall(TessProblemGetConditions(p, &n, &condition));
  for (PetscInt c = 0; c < n; c++) {
    const char   *type;
    PetscInt      nset;
    TessPointSet *set;

    PetscCall(TessConditionGetType(condition[c], &type));
    PetscCall(TessConditionGetSets(condition[c], &nset, &set));
    for (PetscInt i = 0; i < nset; i++)
      for (PetscInt j = 0; j < set[i].n; j++) {
        const PetscInt  k    = PetscMin(CHUNKS - 1, (PetscInt)(CHUNKS * (set[i].x[set[i].n + j] - 1)));
        const PetscReal w    = strcmp(type, "interior") ? 1 : want[k],
                        have = TessConditionGetFactor(condition[c], &set[i], j);

        CHECK_BELOW("the weight of a row", have / w - 1, bound);
      }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckLaw(void)
{
  PetscReal   want[CHUNKS], before = 0, smallest, loss[2][5];
  TessProblem p;
  Vec         theta, r;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < CHUNKS; k++) {
    const PetscReal lo = 1 + (PetscReal)k / CHUNKS, hi = lo + 1. / CHUNKS;

    want[k] = PetscExpReal(-EPSILON * before);
    before += 3 * (hi * hi * hi - lo * lo * lo) / (3 * (hi - lo)) + 5;
  }
  PetscCall(CatalogueSetAll("causal_", options));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "causal_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(VecZeroEntries(theta));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetLosses(p, loss[0]));
  PetscCall(TessProblemFollowTime(p, theta));
  PetscCall(TessProblemFollowTime(p, theta)); /* of the residual, not of the weighted one */
  PetscCall(TessProblemGetCausal(p, &smallest));
  CHECK_BELOW("the last chunk has the smallest weight", smallest / want[CHUNKS - 1] - 1, 1e-2);
  PetscCall(CheckFactors(p, want, 1e-2));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetLosses(p, loss[1]));
  for (PetscInt c = 0; c < 5; c++)
    CHECK_BELOW("losses are those of the user's weights", loss[1][c] - loss[0][c], 1e-12 * loss[0][c]);
  PetscCall(TessProblemResample(p, theta, 1, 3));
  PetscCall(CheckFactors(p, want, 0.1));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* On one rank and on all; without a residual. */
static PetscErrorCode CheckRanks(void)
{
  const MPI_Comm comm[2] = {PETSC_COMM_SELF, PETSC_COMM_WORLD};
  const char    *none[]  = {"inside_equation u_x", "again_equation u_t", NULL};
  PetscReal      smallest[2], size[2];
  TessProblem    p;
  Vec            theta, r;

  PetscFunctionBegin;
  PetscCall(CatalogueSet("causal_", "causal_epsilon 0.05"));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(CatalogueProblem(comm[k], "causal_", &p));
    PetscCall(TessProblemCreateTheta(p, &theta));
    PetscCall(TessProblemCreateResidual(p, &r));
    PetscCall(CatalogueTheta(p, 3, 0.1, theta));
    PetscCall(TessProblemFollowTime(p, theta));
    PetscCall(TessProblemGetCausal(p, &smallest[k]));
    PetscCall(TessProblemComputeResidual(p, theta, r));
    PetscCall(VecNorm(r, NORM_2, &size[k]));
    PetscCall(VecDestroy(&theta));
    PetscCall(VecDestroy(&r));
    PetscCall(TessProblemDestroy(&p));
  }
  CHECK("there is something to compare", smallest[0] > 1e-11 && smallest[0] < 0.5);
  CHECK_BELOW("the weights are those of one rank", smallest[1] / smallest[0] - 1, 1e-11);
  CHECK_BELOW("and so is the residual", size[1] / size[0] - 1, 1e-12);
  PetscCall(CatalogueSetAll("causal_", none));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "causal_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(VecZeroEntries(theta));
  PetscCall(TessProblemFollowTime(p, theta));
  PetscCall(TessProblemGetCausal(p, &smallest[0]));
  CHECK("no residual, no weights", smallest[0] == 1);
  PetscCall(CheckFactors(p, (PetscReal[]){1, 1, 1, 1}, 0));
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ProvokeNoTime(void)
{
  static const char *const flat[] = {
      "unknowns u",          "domain_x 0,2",           "conditions inside", "inside_type interior",
      "inside_equation u_x", "expert_type polynomial", "causal_epsilon 1",  NULL};

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("flat_", flat));
  PetscCall(ProvokeRefusal("flat_", "-flat_causal_epsilon: causal weights need a time axis"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckLaw());
  PetscCall(CheckRanks());
  PetscCall(ProvokeNoTime());
  return TessTestEnd();
}
