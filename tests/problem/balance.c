/* Weights that follow training make all conditions equal, in the norms of their gradients or the traces of
   their kernels, whatever the units in which a condition is written; they are those of one rank, and the
   losses that are told stay those of the user's weights. */
#include "../catalogue/catalogue.h"

#define MAXC 8

/* Balanced at two thetas one after the other (or at the second alone): the factors, and what is equal now. */
static PetscErrorCode Balanced(MPI_Comm comm, const char prefix[], PetscBool both, PetscInt *n,
                               PetscReal lambda[])
{
  const PetscReal *found;
  TessProblem      p;
  Vec              theta;

  PetscFunctionBegin;
  PetscCall(CatalogueProblem(comm, prefix, &p));
  PetscCall(TessProblemGetConditions(p, n, NULL));
  PetscCall(TessProblemCreateTheta(p, &theta));
  for (PetscInt k = both ? 0 : 1; k < 2; k++) {
    PetscCall(CatalogueTheta(p, k ? 5 : 4, 0.4, theta));
    PetscCall(TessProblemBalance(p, theta));
  }
  PetscCall(TessProblemGetBalance(p, &found));
  PetscCall(PetscArraycpy(lambda, found, *n));
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s_c: the sum of the squares of the entries of J, column by column, in the rows of each condition. */
static PetscErrorCode Traces(TessProblem p, Mat J, PetscInt n, PetscReal s[])
{
  TessCondition   *condition;
  PetscMPIInt      rank, ranks;
  PetscInt         N, lo, hi, m;
  Vec              e, col;
  const PetscReal *a;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  PetscCall(TessProblemGetConditions(p, NULL, &condition));
  PetscCall(MatCreateVecs(J, &e, &col));
  PetscCall(VecGetSize(e, &N));
  PetscCall(VecGetOwnershipRange(e, &lo, &hi));
  PetscCall(VecGetLocalSize(col, &m));
  PetscCall(PetscArrayzero(s, n));
  for (PetscInt j = 0; j < N; j++) {
    PetscInt end = m;

    PetscCall(VecZeroEntries(e));
    if (lo <= j && j < hi)
      PetscCall(VecSetValue(e, j, 1, INSERT_VALUES));
    PetscCall(VecAssemblyBegin(e));
    PetscCall(VecAssemblyEnd(e));
    PetscCall(MatMult(J, e, col));
    PetscCall(VecGetArrayRead(col, &a));
    for (PetscInt c = n - 1; c >= 0; c--) {
      PetscInt      neq, nset;
      PetscBool     border;
      TessPointSet *set;

      PetscCall(TessConditionGetInfo(condition[c], &border, &neq, NULL));
      PetscCall(TessConditionGetSets(condition[c], &nset, &set));
      for (PetscInt q = 0; q < neq && border && rank == ranks - 1; q++) {
        end--;
        s[c] += PetscSqr(a[end]);
      }
      for (PetscInt i = 0; i < nset && !border; i++)
        for (PetscInt k = 0; k < neq * set[i].n; k++)
          s[c] += PetscSqr(a[set[i].row + k]);
    }
    PetscCall(VecRestoreArrayRead(col, &a));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, s, n, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscCall(VecDestroy(&e));
  PetscCall(VecDestroy(&col));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Losses by the user's weights, |r|^2 by the factors too; what was to become equal is. */
static PetscErrorCode CheckEqual(const char prefix[], PetscBool ntk)
{
  PetscReal        before[MAXC], after[MAXC], size[MAXC], sum = 0, want = 0;
  const PetscReal *lambda;
  PetscInt         n;
  TessProblem      p;
  Vec              theta, r, *g;
  Mat              J;

  PetscFunctionBegin;
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, prefix, &p));
  PetscCall(TessProblemGetConditions(p, &n, NULL));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(VecDuplicateVecs(theta, n, &g));
  PetscCall(CatalogueTheta(p, 4, 0.4, theta));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetLosses(p, before));
  PetscCall(TessProblemComputeJacobian(p, theta, &J)); /* kept, when it does not depend on theta */
  PetscCall(TessProblemBalance(p, theta));
  PetscCall(TessProblemGetBalance(p, &lambda));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetLosses(p, after));
  PetscCall(VecDot(r, r, &sum));
  for (PetscInt c = 0; c < n; c++) {
    CHECK_BELOW("a loss does not see the factor", after[c] - before[c], 1e-12 * before[c]);
    want += lambda[c] * before[c];
  }
  CHECK_BELOW("the objective does", sum - want, 1e-12 * want);
  PetscCall(TessProblemComputeParts(p, theta, after, g));
  for (PetscInt c = 0; c < n; c++)
    PetscCall(VecNorm(g[c], NORM_2, &size[c]));
  PetscCall(TessProblemComputeJacobian(p, theta, &J));
  if (ntk)
    PetscCall(Traces(p, J, n, size));
  for (PetscInt c = 1; c < n; c++) { /* 0: an ansatz holds it */
    CHECK("there are gradients", size[0] > 0);
    CHECK_BELOW("gradients or kernels are as large", size[c] > 0 ? size[c] - size[0] : 0, 1e-11 * size[0]);
  }
  PetscCall(VecDestroyVecs(n, &g));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Entry *e, const char type[])
{
  char      prefix[64], line[64];
  PetscReal one[MAXC], all[MAXC], second[MAXC], both[MAXC];
  PetscInt  n;

  PetscFunctionBegin;
  PetscCall(CatalogueOptions(e, sizeof(prefix), prefix));
  PetscCall(PetscSNPrintf(line, sizeof(line), "balance_type %s", type));
  PetscCall(CatalogueSet(prefix, line));
  PetscCall(CatalogueSet(prefix, "balance_memory 0.9"));
  PetscCall(CheckEqual(prefix, (PetscBool)!strcmp(type, "ntk")));
  PetscCall(Balanced(PETSC_COMM_SELF, prefix, PETSC_TRUE, &n, one));
  PetscCall(Balanced(PETSC_COMM_WORLD, prefix, PETSC_TRUE, &n, all));
  for (PetscInt c = 0; c < n; c++)
    CHECK_BELOW("the same on one rank", all[c] - one[c], 1e-11 * one[c]);
  PetscCall(Balanced(PETSC_COMM_WORLD, prefix, PETSC_FALSE, &n, second));
  PetscCall(CatalogueSet(prefix, "balance_memory 0"));
  PetscCall(Balanced(PETSC_COMM_WORLD, prefix, PETSC_TRUE, &n, both));
  for (PetscInt c = 0; c < n; c++)
    CHECK_BELOW("without memory only the last measure counts", both[c] - second[c], 1e-11 * second[c]);
  PetscCall(CatalogueSet(prefix, "balance_memory 1"));
  PetscCall(Balanced(PETSC_COMM_WORLD, prefix, PETSC_TRUE, &n, both));
  for (PetscInt c = 0; c < n; c++) /* both is the first measure */
    CHECK_BELOW("else the old ones stay in part",
                PetscLogReal(all[c]) - 0.9 * PetscLogReal(both[c]) - 0.1 * PetscLogReal(second[c]), 1e-11);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One condition written in units a thousand times smaller: its factor times the square of that, over the
   factors of others, is what it was. */
static PetscErrorCode CheckUnits(const char type[])
{
  static const char *const options[] = {"unknowns u",
                                        "domain_x 0,1",
                                        "parts_x 2",
                                        "conditions inside,ends,level",
                                        "inside_type interior",
                                        "inside_points 60",
                                        "ends_type boundary",
                                        "ends_equation u = x",
                                        "level_type integral",
                                        "level_equation u - 1",
                                        "expert_type mlp",
                                        "expert_mlp_width 5",
                                        NULL};
  PetscReal                lambda[2][MAXC];
  char                     line[64];
  PetscInt                 n;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("units_", options));
  PetscCall(PetscSNPrintf(line, sizeof(line), "balance_type %s", type));
  PetscCall(CatalogueSet("units_", line));
  PetscCall(CatalogueSet("units_", "inside_equation u_xx - u^2 + x"));
  PetscCall(Balanced(PETSC_COMM_WORLD, "units_", PETSC_TRUE, &n, lambda[0]));
  PetscCall(CatalogueSet("units_", "inside_equation 1000*(u_xx - u^2 + x)"));
  PetscCall(Balanced(PETSC_COMM_WORLD, "units_", PETSC_TRUE, &n, lambda[1]));
  for (PetscInt c = 1; c < n; c++)
    CHECK_BELOW("the product of weight and scale is the same",
                1e6 * lambda[1][0] / lambda[1][c] / (lambda[0][0] / lambda[0][c]) - 1, 1e-10);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  static const char *const types[] = {"gradnorm", "ntk"};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt k = 0; k < 2; k++) {
    for (PetscInt i = 0; i < CATALOGUE_SIZE; i++)
      PetscCall(Check(&catalogue[i], types[k]));
    PetscCall(CheckUnits(types[k]));
  }
  return TessTestEnd();
}
