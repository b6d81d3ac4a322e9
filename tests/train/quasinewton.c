/* The quasi-Newton method finds the minima of the catalogue and of a long valley, dense and in limited
   memory, on any number of ranks, and goes on where f and g are rounded to single precision. */
#include "catalogue.h"
#include "../tess_test.h"
#include <tessera/train.h>

static PetscErrorCode Fit(Tao tao, Vec x, PetscReal *f, Vec g, void *ctx)
{
  const Problem   *p = ctx;
  double           r[CATALOGUE_M], J[CATALOGUE_M * CATALOGUE_N];
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArrayWrite(g, &b));
  CatalogueEvaluate(p, a, r, J, p->m);
  *f = 0;
  for (int j = 0; j < p->n; j++)
    b[j] = 0;
  for (int i = 0; i < p->m; i++) {
    *f += 0.5 * r[i] * r[i];
    for (int j = 0; j < p->n; j++)
      b[j] += J[j * p->m + i] * r[i];
  }
  PetscCall(VecRestoreArrayWrite(g, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Pairs (a, b) of Rosenbrock's function, each rank its own: 1/2 sum (10 (b - a^2))^2 + (1 - a)^2, in single
   precision if *ctx */
static PetscErrorCode Valley(Tao tao, Vec x, PetscReal *f, Vec g, void *ctx)
{
  const PetscBool  single = *(PetscBool *)ctx;
  const PetscReal *z;
  PetscReal       *b, sum = 0;
  PetscInt         n;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetArrayRead(x, &z));
  PetscCall(VecGetArrayWrite(g, &b));
  for (PetscInt i = 0; i < n; i += 2) {
    if (single) {
      const float p = (float)z[i], q = (float)z[i + 1], u = 10 * (q - p * p), v = 1 - p;

      b[i]     = (PetscReal)(float)(-20 * p * u - v);
      b[i + 1] = (PetscReal)(float)(10 * u);
      sum += (PetscReal)(float)(0.5f * (u * u + v * v));
    } else {
      const PetscReal u = 10 * (z[i + 1] - z[i] * z[i]), v = 1 - z[i];

      b[i]     = -20 * z[i] * u - v;
      b[i + 1] = 10 * u;
      sum += 0.5 * (u * u + v * v);
    }
  }
  PetscCall(VecRestoreArrayWrite(g, &b));
  PetscCall(VecRestoreArrayRead(x, &z));
  PetscCallMPI(MPI_Allreduce(&sum, f, 1, MPIU_REAL, MPIU_SUM, PetscObjectComm((PetscObject)x)));
  if (single)
    *f = (PetscReal)(float)(1 + *f); /* noise of one ulp of 1 on what is small itself */
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(PetscErrorCode (*f)(Tao, Vec, PetscReal *, Vec, void *), void *ctx, Vec x,
                            const char options[], PetscInt *its, PetscReal *least, TaoConvergedReason *reason)
{
  Tao tao;

  PetscFunctionBegin;
  PetscCall(PetscOptionsClear(NULL));
  PetscCall(PetscOptionsInsertString(NULL, options));
  PetscCall(TaoCreate(PetscObjectComm((PetscObject)x), &tao));
  PetscCall(TaoSetType(tao, TAOQUASINEWTON));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetObjectiveAndGradient(tao, NULL, f, ctx));
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(TaoSolve(tao));
  PetscCall(TaoGetSolutionStatus(tao, its, least, NULL, NULL, NULL, reason));
  PetscCall(TaoDestroy(&tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Catalogue(const char options[])
{
  PetscInt           its, solved = 0, count = PETSC_STATIC_ARRAY_LENGTH(catalogue);
  PetscReal          f;
  TaoConvergedReason reason;
  Vec                x;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < count; k++) {
    const Problem *p = &catalogue[k];

    PetscCall(VecCreateSeq(PETSC_COMM_SELF, p->n, &x));
    for (PetscInt i = 0; i < p->n; i++)
      PetscCall(VecSetValue(x, i, p->start[i], INSERT_VALUES));
    PetscCall(Solve(Fit, (void *)p, x, options, &its, &f, &reason));
    solved += CatalogueError(p, f) < 1e-6;
    CHECK("converged", reason > 0);
    PetscCall(PetscInfo(x, "%s%s: error %g, %" PetscInt_FMT " steps, %s\n", p->name, options,
                        CatalogueError(p, f), its, TaoConvergedReasons[reason]));
    PetscCall(VecDestroy(&x));
  }
  CHECK("all but one of the catalogue", solved >= count - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Valleys(const char options[], PetscBool single)
{
  PetscInt           its;
  PetscReal          f, distance;
  TaoConvergedReason reason;
  Vec                x;

  PetscFunctionBegin;
  PetscCall(VecCreate(PETSC_COMM_WORLD, &x));
  PetscCall(VecSetSizes(x, PETSC_DECIDE, 24));
  PetscCall(VecSetBlockSize(x, 2));
  PetscCall(VecSetFromOptions(x));
  for (PetscInt i = 0; i < 24; i++)
    PetscCall(VecSetValue(x, i, i % 2 ? 1 : -1.2 + 0.1 * i, INSERT_VALUES));
  PetscCall(VecAssemblyBegin(x));
  PetscCall(VecAssemblyEnd(x));
  PetscCall(Solve(Valley, &single, x, options, &its, &f, &reason));
  PetscCall(VecShift(x, -1));
  PetscCall(VecNorm(x, NORM_INFINITY, &distance));
  PetscCall(PetscInfo(x, "valleys%s: distance %g, f %g, %" PetscInt_FMT " steps, %s\n", options,
                      (double)distance, (double)f, its, TaoConvergedReasons[reason]));
  CHECK_BELOW("the end of the valleys", distance, single ? 1e-4 : 1e-7);
  CHECK("it took steps and converged", its > 20 && reason > 0);
  PetscCall(VecDestroy(&x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The gradient points the wrong way: a failure, at once. */
static PetscErrorCode Wrong(Tao tao, Vec x, PetscReal *f, Vec g, void *ctx)
{
  PetscFunctionBegin;
  PetscCall(VecDot(x, x, f));
  PetscCall(VecCopy(x, g));
  PetscCall(VecScale(g, -2));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscMPIInt        size;
  PetscInt           its;
  PetscReal          f;
  TaoConvergedReason reason;
  Vec                x;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  if (size == 1) {
    PetscCall(Catalogue(""));
    PetscCall(Catalogue(" -tao_quasinewton_update bfgs"));
    PetscCall(Catalogue(" -tao_quasinewton_dense 0 -tao_quasinewton_memory 10"));
    PetscCall(VecCreateSeq(PETSC_COMM_SELF, 2, &x));
    PetscCall(VecSet(x, 1));
    PetscCall(Solve(Wrong, NULL, x, "", &its, &f, &reason));
    CHECK("a wrong gradient is a failure", reason == TAO_DIVERGED_LS_FAILURE && its == 0);
    PetscCall(VecDestroy(&x));
  }
  PetscCall(Valleys("", PETSC_FALSE));
  PetscCall(Valleys(" -tao_quasinewton_update bfgs", PETSC_FALSE));
  PetscCall(Valleys(" -tao_quasinewton_dense 0 -tao_quasinewton_memory 12", PETSC_FALSE));
  PetscCall(Valleys("", PETSC_TRUE));
  PetscCall(Valleys(" -tao_quasinewton_dense 0 -tao_quasinewton_memory 12", PETSC_TRUE));
  return TessTestEnd();
}
