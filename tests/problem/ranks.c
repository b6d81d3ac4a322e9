/* A problem on all ranks is the problem on one: same points bit by bit, and the rows of every set and the
   gradient of every patch agree to round-off. */
#include "../catalogue/catalogue.h"

/* The normal at the first point of a set, 0 inside. */
static PetscReal NormalOf(const TessPointSet *set, PetscInt a)
{
  return set->normal && set->n ? set->normal[a * set->n] : 0;
}

/* The set of `p` at the patch and face of another one. */
static PetscErrorCode Find(TessProblem p, TessCondition c, PetscInt64 id, const TessPointSet *like,
                           TessPointSet **found)
{
  const TessSystem *sys;
  PetscInt          n;
  TessPointSet     *set;

  PetscFunctionBegin;
  *found = NULL;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessConditionGetSets(c, &n, &set));
  for (PetscInt i = 0; i < n; i++) {
    TessPatch patch;
    PetscBool same = PETSC_TRUE;

    PetscCall(TessDomainGetPatch(sys->domain, set[i].s, &patch));
    for (PetscInt a = 0; a < sys->dim; a++)
      same = (PetscBool)(same && NormalOf(&set[i], a) == NormalOf(like, a));
    if (patch.id == id && same)
      *found = &set[i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckSets(TessProblem p[2], const PetscReal *r[2], PetscReal size)
{
  const TessSystem *sys;
  PetscInt          ncondition, nset, neq;
  PetscBool         border;
  TessCondition    *c[2];
  TessPointSet     *set, *twin;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p[1], &sys));
  for (PetscInt k = 0; k < 2; k++)
    PetscCall(TessProblemGetConditions(p[k], &ncondition, &c[k]));
  for (PetscInt i = 0; i < ncondition; i++) {
    PetscCall(TessConditionGetInfo(c[1][i], &border, &neq, NULL));
    PetscCall(TessConditionGetSets(c[1][i], &nset, &set));
    for (PetscInt k = 0; k < nset; k++) {
      TessPatch patch;
      PetscReal far = 0;

      PetscCall(TessDomainGetPatch(sys->domain, set[k].s, &patch));
      PetscCall(Find(p[0], c[0][i], patch.id, &set[k], &twin));
      CHECK("the set is there on one rank, and as large", twin && twin->n == set[k].n);
      if (!twin)
        continue;
      for (PetscInt j = 0; j < sys->dim * set[k].n; j++)
        CHECK("its points are the same", twin->x[j] == set[k].x[j]);
      for (PetscInt j = 0; j < neq * set[k].n && !border; j++)
        far = PetscMax(far, PetscAbsReal(r[1][set[k].row + j] - r[0][twin->row + j]));
      CHECK_BELOW("its rows are the same", far, 1e-13 * size);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckGradient(TessProblem p[2], Vec g[2])
{
  const TessSystem *sys;
  PetscInt          nowned, n[2];
  PetscReal         size, far = 0;
  const PetscReal  *a[2];

  PetscFunctionBegin;
  PetscCall(VecNorm(g[0], NORM_INFINITY, &size));
  PetscCall(TessProblemGetSystem(p[1], &sys));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(VecGetLocalSize(g[k], &n[k]));
    PetscCall(VecGetArrayRead(g[k], &a[k]));
  }
  for (PetscInt s = 0; s < nowned; s++) { /* on one rank patches stand by their natural numbers */
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt j = 0; j < sys->stride; j++)
      far = PetscMax(far, PetscAbsReal(a[1][s * sys->stride + j] - a[0][patch.id * sys->stride + j]));
  }
  for (PetscInt j = nowned * sys->stride; j < n[1]; j++)
    far = PetscMax(far, PetscAbsReal(a[1][j] - a[0][n[0] - n[1] + j]));
  CHECK_BELOW("J^T r of every patch is the same", far, 1e-12 * size);
  for (PetscInt k = 0; k < 2; k++)
    PetscCall(VecRestoreArrayRead(g[k], &a[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Entry *e)
{
  const MPI_Comm   comm[2] = {PETSC_COMM_SELF, PETSC_COMM_WORLD};
  char             prefix[64];
  PetscReal        size[2];
  const PetscReal *a[2];
  TessProblem      p[2];
  Vec              theta, r[2], g[2];
  Mat              J;

  PetscFunctionBegin;
  PetscCall(CatalogueOptions(e, sizeof(prefix), prefix));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(CatalogueProblem(comm[k], prefix, &p[k]));
    PetscCall(TessProblemCreateTheta(p[k], &theta));
    PetscCall(TessProblemCreateResidual(p[k], &r[k]));
    PetscCall(VecDuplicate(theta, &g[k]));
    PetscCall(CatalogueTheta(p[k], 3, 0.5, theta));
    PetscCall(TessProblemResample(p[k], theta, 1, 3));
    PetscCall(TessProblemComputeResidual(p[k], theta, r[k]));
    PetscCall(TessProblemComputeJacobian(p[k], theta, &J));
    PetscCall(MatMultTranspose(J, r[k], g[k]));
    PetscCall(VecNorm(r[k], NORM_2, &size[k]));
    PetscCall(VecDestroy(&theta));
  }
  CHECK_BELOW("|r| is the same", size[1] - size[0], 1e-13 * size[0]);
  for (PetscInt k = 0; k < 2; k++)
    PetscCall(VecGetArrayRead(r[k], &a[k]));
  PetscCall(CheckSets(p, a, size[0]));
  PetscCall(CheckGradient(p, g));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(VecRestoreArrayRead(r[k], &a[k]));
    PetscCall(VecDestroy(&r[k]));
    PetscCall(VecDestroy(&g[k]));
    PetscCall(TessProblemDestroy(&p[k]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt i = 0; i < CATALOGUE_SIZE; i++)
    PetscCall(Check(&catalogue[i]));
  return TessTestEnd();
}
