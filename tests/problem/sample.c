/* An expression at points anywhere is what a plan says of it at that point in the patch it lies in, on
   whatever rank the point was asked for; points out by round-off count as in, others are refused. */
#include "../catalogue/catalogue.h"

static PetscErrorCode Expression(TessProblem p, const char text[], TessPde *pde)
{
  const TessSystem *sys;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessSystemCreatePde(sys, pde));
  PetscCall(TessPdeAddEquation(*pde, "a test", text));
  PetscCall(TessPdeAddEquation(*pde, "a test", "u"));
  PetscCall(TessPdeSetUp(*pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r [2][n] from one plan a point; trainable scalars come from the caller. */
static PetscErrorCode Direct(TessProblem p, TessPde pde, Vec theta, PetscInt n, const PetscReal x[],
                             PetscReal r[])
{
  const TessSystem *sys;
  PetscReal        *local;
  const PetscReal  *a;
  PetscInt64       *id;
  PetscInt          size;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  size = sys->nlocal * sys->stride;
  PetscCall(PetscMalloc2(size + sys->nparam, &local, n, &id));
  PetscCall(VecGetArrayRead(theta, &a));
  PetscCall(PetscArraycpy(local, a, size));
  PetscCall(VecRestoreArrayRead(theta, &a));
  PetscCall(TessProblemGetParameters(p, theta, local + size));
  PetscCall(TessDomainLocate(sys->domain, n, x, id));
  for (PetscInt i = 0; i < n; i++) {
    PetscReal at[2], value[2];
    TessPlan  plan;

    for (PetscInt k = 0; k < sys->dim; k++)
      at[k] = x[k * n + i];
    PetscCall(TessPlanCreate(sys, pde, (PetscInt)id[i], 1, at, NULL, &plan));
    PetscCall(TessPlanEvaluate(plan, local, PETSC_FALSE, value));
    PetscCall(TessPlanDestroy(&plan));
    r[i]     = value[0];
    r[n + i] = value[1];
  }
  PetscCall(PetscFree2(local, id));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ProvokeOutside(TessProblem p, Vec theta, PetscInt n, const PetscReal x[])
{
  char           message[1024] = "";
  PetscReal      value[2];
  PetscErrorCode rc;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(CatalogueKeep, message));
  rc = CatalogueSample(p, theta, "u", n, x, value);
  PetscCall(PetscPopErrorHandler());
  CHECK("a point outside is a mistake of the user, on all ranks", rc == PETSC_ERR_USER_INPUT);
  CHECK("and counted", strstr(message, "1 of the points asked for lie outside the domain"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckEdge(TessProblem p, Vec theta, const PetscReal lo[], const PetscReal hi[])
{
  PetscMPIInt rank;
  PetscReal   x[4], value[2];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  x[0] = hi[0];
  x[1] = hi[0] + 1e-13;
  x[2] = x[3] = lo[1];
  PetscCall(CatalogueSample(p, theta, "u", rank ? 0 : 2, x, value));
  CHECK("out by round-off is on the boundary", rank || value[0] == value[1]);
  x[0] = hi[0] + 1e-3;
  x[1] = lo[1];
  PetscCall(ProvokeOutside(p, theta, rank ? 0 : 1, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Entry *e)
{
  const char       *text = strcmp(e->name, "inverse") ? "u_x + x*u" : "k*u_x + q*c";
  const PetscReal  *lo, *hi;
  const TessSystem *sys;
  char              prefix[64];
  PetscMPIInt       rank;
  PetscInt          n;
  PetscReal        *x, *r, *direct, far = 0;
  TessProblem       p[2];
  TessPde           pde[2];
  TessProbe         probe;
  Vec               theta[2];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(CatalogueOptions(e, sizeof(prefix), prefix));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(CatalogueProblem(k ? PETSC_COMM_WORLD : PETSC_COMM_SELF, prefix, &p[k]));
    PetscCall(TessProblemCreateTheta(p[k], &theta[k]));
    PetscCall(Expression(p[k], text, &pde[k]));
  }
  PetscCall(TessProblemGetSystem(p[0], &sys));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  n = rank == 1 ? 0 : 60 + 20 * rank; /* one rank asks for none */
  PetscCall(PetscMalloc3(sys->dim * n, &x, 2 * n, &r, 2 * n, &direct));
  PetscCall(TessSampleBox(TESS_SAMPLE_UNIFORM, (TessKey)rank, sys->dim, lo, hi, n, x));
  PetscCall(TessProbeCreate(p[1], pde[1], n, x, &probe));
  for (TessKey key = 0; key < 2; key++) {
    for (PetscInt k = 0; k < 2; k++)
      PetscCall(CatalogueTheta(p[k], key, 0.5, theta[k]));
    if (key)
      PetscCall(TessProbeEvaluate(probe, theta[1], r));
    else
      PetscCall(TessProblemSample(p[1], theta[1], pde[1], n, x, r));
    PetscCall(Direct(p[0], pde[0], theta[0], n, x, direct));
    for (PetscInt i = 0; i < 2 * n; i++)
      far = PetscMax(far, PetscAbsReal(r[i] - direct[i]) / (1 + PetscAbsReal(direct[i])));
    CHECK_BELOW("samples are the values there", far, 1e-11);
  }
  if (sys->dim == 2)
    PetscCall(CheckEdge(p[1], theta[1], lo, hi));
  PetscCall(TessProbeDestroy(&probe));
  for (PetscInt k = 0; k < 2; k++) {
    PetscCall(TessPdeDestroy(&pde[k]));
    PetscCall(VecDestroy(&theta[k]));
    PetscCall(TessProblemDestroy(&p[k]));
  }
  PetscCall(PetscFree3(x, r, direct));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (PetscInt i = 0; i < CATALOGUE_SIZE; i++)
    PetscCall(Check(&catalogue[i]));
  return TessTestEnd();
}
