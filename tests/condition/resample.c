/* Points drawn anew keep their number, rows and shares, lie in their patches, crowd where the residual is
   large, and stay uniform, and independent of the others, along axes that the residual does not depend on. */
#include "../catalogue/catalogue.h"

#define BINS 16
static const char *const options[] = {"unknowns u",
                                      "domain_x 0,1",
                                      "domain_t 0,1",
                                      "parts_x 2",
                                      "parts_t 2",
                                      "conditions inside,start",
                                      "inside_type interior",
                                      "inside_equation u - exp(-((x - 0.3)/0.03)^2)",
                                      "inside_points 8000",
                                      "inside_sampling uniform",
                                      "start_type initial",
                                      "start_equation u = 1",
                                      "start_points 50",
                                      "expert_type polynomial",
                                      NULL};

typedef struct {
  PetscReal n, share, near, x, t, xt, bin[BINS]; /* sums over all points */
} Sums;

static PetscErrorCode Sum(TessProblem p, PetscInt i, Sums *s)
{
  const TessSystem *sys;
  PetscInt          n;
  TessCondition    *c;
  TessPointSet     *set;

  PetscFunctionBegin;
  PetscCall(PetscMemzero(s, sizeof(*s)));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessProblemGetConditions(p, &n, &c));
  PetscCall(TessConditionGetSets(c[i], &n, &set));
  for (PetscInt k = 0; k < n; k++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, set[k].s, &patch));
    for (PetscInt j = 0; j < set[k].n; j++) {
      const PetscReal x = set[k].x[j], t = set[k].x[set[k].n + j];

      CHECK("in its patch", x >= patch.lo[0] && x <= patch.hi[0] && t >= patch.lo[1] && t <= patch.hi[1]);
      s->n += 1, s->share += set[k].share[j], s->near += PetscAbsReal(x - 0.3) < 0.06;
      s->x += x - 0.5, s->t += t - 0.5, s->xt += (x - 0.3) * (t - 0.5);
      s->bin[PetscMin((PetscInt)(BINS * t), BINS - 1)] += 1;
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, s, 6 + BINS, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Time of the drawn points: its mean, its product with x, and chi squared of its bins. */
static PetscErrorCode CheckUniform(const Sums *s)
{
  PetscReal chi2 = 0;

  PetscFunctionBegin;
  CHECK_BELOW("the mean time is 1/2", s->t / s->n, 5 * 0.29 / PetscSqrtReal(s->n));
  CHECK_BELOW("time does not know of x", s->xt / s->n, 5 * 0.29 * 0.3 / PetscSqrtReal(s->n));
  for (PetscInt b = 0; b < BINS; b++)
    chi2 += PetscSqr(s->bin[b] - s->n / BINS) / (s->n / BINS);
  CHECK_BELOW("its histogram is flat", chi2, BINS - 1 + 5 * PetscSqrtReal(2. * (BINS - 1)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  TessProblem p;
  Vec         theta, r;
  PetscInt    rows[2];
  Sums        before, after, start[2];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CatalogueSetAll("re_", options));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "re_", &p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(VecGetLocalSize(r, &rows[0]));
  PetscCall(Sum(p, 0, &before));
  PetscCall(Sum(p, 1, &start[0]));
  after = before;
  CHECK_BELOW("at first a uniform share is near", before.near / before.n - 0.12, 0.02);
  for (PetscInt round = 1; round < 4; round++) {
    PetscReal moved = after.x;

    PetscCall(TessProblemResample(p, theta, round, 4));
    PetscCall(Sum(p, 0, &after));
    CHECK("as many points as before", after.n == before.n);
    CHECK_BELOW("shares sum to one", after.share - 1, 1e-12);
    CHECK("points crowd where the residual is large", after.near > 1.5 * before.near);
    CHECK("points are left elsewhere", after.near < 0.8 * after.n);
    CHECK("every round draws others", after.x != moved);
    PetscCall(CheckUniform(&after));
    PetscCall(Sum(p, 1, &start[1]));
    CHECK("conditions that draw no points anew keep theirs", start[0].n == 50 && start[1].x == start[0].x);
    PetscCall(VecDestroy(&r));
    PetscCall(TessProblemCreateResidual(p, &r));
    PetscCall(VecGetLocalSize(r, &rows[1]));
    CHECK("as many rows as before on every rank", rows[1] == rows[0]);
    PetscCall(TessProblemComputeResidual(p, theta, r));
  }
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  return TessTestEnd();
}
