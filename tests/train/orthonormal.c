/* With the orthonormal solver an affine residual of ill-conditioned features is solved in one step with one
   factorisation, and one that is nonlinear in linear experts in a few, with more residuals than Jacobians,
   both to far below the square root of the rounding of the normal equations. */
#include "alone.h"

#define BLOCKS 5
#define WIDTH 40
#define POINTS 90

typedef struct {
  PetscReal  bend;                   /* r = u + bend u^2 - (v + bend v^2), v = sin(4 x) */
  PetscReal  feature[WIDTH][POINTS]; /* tanh(w x + b) */
  PetscReal *panel[BLOCKS];
  PetscInt   nblock, nr, nJ;
} Features;

/* u [POINTS] of one block */
static void Evaluate(const Features *f, const PetscReal theta[], PetscReal u[])
{
  for (PetscInt i = 0; i < POINTS; i++)
    u[i] = 0;
  for (PetscInt j = 0; j < WIDTH; j++)
    for (PetscInt i = 0; i < POINTS; i++)
      u[i] += theta[j] * f->feature[j][i];
}

static PetscErrorCode Residual(Tao tao, Vec x, Vec r, void *ctx)
{
  Features        *f = ctx;
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  f->nr++;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArray(r, &b));
  for (PetscInt k = 0; k < f->nblock; k++) {
    PetscReal *u = b + k * POINTS;

    Evaluate(f, a + k * WIDTH, u);
    for (PetscInt i = 0; i < POINTS; i++) {
      const PetscReal v = PetscSinReal(4 * (2. * i / (POINTS - 1) - 1));

      u[i] += f->bend * u[i] * u[i] - v - f->bend * v * v;
    }
  }
  PetscCall(VecRestoreArray(r, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(Tao tao, Vec x, Mat J, Mat P, void *ctx)
{
  Features        *f = ctx;
  const PetscReal *a;
  PetscReal        u[POINTS];

  PetscFunctionBegin;
  f->nJ++;
  PetscCall(VecGetArrayRead(x, &a));
  for (PetscInt k = 0; k < f->nblock; k++) {
    Evaluate(f, a + k * WIDTH, u);
    for (PetscInt j = 0; j < WIDTH; j++)
      for (PetscInt i = 0; i < POINTS; i++)
        f->panel[k][j * POINTS + i] = (1 + 2 * f->bend * u[i]) * f->feature[j][i];
  }
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscCall(MatAssemblyBegin(J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(J, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateJacobian(Features *f, Mat *J)
{
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  f->nblock = BLOCKS * (rank + 1) / size - BLOCKS * rank / size;
  for (PetscInt j = 0; j < WIDTH; j++)
    for (PetscInt i = 0; i < POINTS; i++)
      f->feature[j][i] = PetscTanhReal(4 * (TessKeyUniform(1, j) - 0.5) * (2. * i / (POINTS - 1) - 1) +
                                       4 * TessKeyUniform(2, j) - 2);
  PetscCall(AloneCreate(PETSC_COMM_WORLD, f->nblock, POINTS, WIDTH, f->panel, J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(PetscReal bend, Features *f, PetscInt *its, PetscReal *least,
                            TaoConvergedReason *reason)
{
  Mat J;

  PetscFunctionBegin;
  *f = (Features){.bend = bend};
  PetscCall(CreateJacobian(f, &J));
  PetscCall(AloneSolve(J, Residual, Jacobian, f, PETSC_TRUE, its, least, reason));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Features           f;
  PetscInt           its;
  PetscReal          least;
  TaoConvergedReason reason;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessTrainRegister());
  PetscCall(Solve(0, &f, &its, &least, &reason));
  CHECK("affine: one step, Jacobian and residual before and after it",
        its == 1 && f.nJ == 2 && f.nr == 2 && reason == TAO_CONVERGED_STEPTOL);
  CHECK_BELOW("affine: accuracy", PetscSqrtReal(2 * least / (BLOCKS * POINTS)), 2e-9);
  PetscCall(Solve(0.2, &f, &its, &least, &reason));
  CHECK("nonlinear: a few steps", its > 1 && its < 9 && reason > 0);
  CHECK("nonlinear: simplified steps, which need no Jacobian", f.nr > f.nJ);
  CHECK_BELOW("nonlinear: accuracy", PetscSqrtReal(2 * least / (BLOCKS * POINTS)), 2e-9);
  return TessTestEnd();
}
