/* Two-level Schwarz is symmetric and positive definite, takes the same iterations on any number of ranks, few
   more when there are four times as many blocks, more where its levels are added, and many more without the
   coarse one; the solver of normal equations that uses it agrees with Cholesky, with damping, border rows and
   a shared slice too; and no factor is counted where it is taken. */
#include "chain.h"
#include "tiles.h"

#include <petscblaslapack.h>

#define POINTS 60 /* of a tile, for the modes */

/* Coefficients of the polynomials in the coordinates of a tile, by least squares on its core. */
static PetscErrorCode Modes(void *data, PetscInt degree, PetscInt *n, Vec **modes)
{
  Problem     *q = data;
  const Tiles *p = &q->p;
  Vec          x;
  PetscReal  **out, *A, *B, *sigma, work[4000], rcond = 1e-8, v[2], wx[3], wy[3];
  PetscBLASInt m = POINTS, nc = p->width, nb, rank, lwork = 4000, info;

  PetscFunctionBegin;
  *n = (degree + 1) * (degree + 2) / 2;
  nb = (PetscBLASInt)*n;
  PetscCall(TessLayoutCreateVec(q->layout, &x));
  PetscCall(VecDuplicateVecs(x, *n, modes));
  PetscCall(VecDestroy(&x));
  PetscCall(VecGetArrays(*modes, *n, &out));
  PetscCall(PetscMalloc3(POINTS * p->width, &A, POINTS * *n, &B, p->width, &sigma));
  for (PetscInt l = 0; l < q->nowned; l++) {
    const PetscInt ix = q->number[l] % p->P, iy = q->number[l] / p->P;

    for (PetscInt k = 0; k < POINTS; k++) {
      const PetscReal xi[2] = {TessKeyUniform(5, 2 * k), TessKeyUniform(5, 2 * k + 1)};
      const PetscReal at[2] = {(ix + xi[0]) / p->P, (iy + xi[1]) / p->P};

      Window(p, ix, at[0], wx);
      Window(p, iy, at[1], wy);
      for (PetscInt j = 0; j < p->width; j++) {
        Feature(p, ix, iy, j, at, v);
        A[j * POINTS + k] = v[0] / (wx[0] * wy[0]);
      }
      for (PetscInt i = 0, c = 0; i <= degree; i++)
        for (PetscInt j = 0; j <= degree - i; j++, c++)
          B[c * POINTS + k] = PetscPowRealInt(xi[0], (int)i) * PetscPowRealInt(xi[1], (int)j);
    }
    LAPACKgelss_(&m, &nc, &nb, A, &m, B, &m, sigma, &rcond, &rank, work, &lwork, &info);
    for (PetscInt c = 0; c < *n; c++)
      PetscCall(PetscArraycpy(out[c] + l * p->width, B + c * POINTS, p->width));
  }
  PetscCall(PetscFree3(A, B, sigma));
  PetscCall(VecRestoreArrays(*modes, *n, &out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* CG on Q^T Q y = x = Q^T b to 1e-8 with options of this prefix; form = x^T M^-1 x */
static PetscErrorCode Iterations(MPI_Comm comm, PetscInt P, const char prefix[], PetscInt *its,
                                 PetscReal *form)
{
  const Tiles p = {.P = P, .width = 25, .inside = 60, .wall = 16, .overlap = 0.5, .R = 1};
  Problem     q;
  Mat         Q, T, N;
  KSP         ksp;
  PC          pc;
  Vec         x, y, Mx, My;
  PetscReal   a, b, c;

  PetscFunctionBegin;
  PetscCall(ProblemCreate(comm, &p, &q));
  PetscCall(TessMatPanelsSetModes(q.J, Modes, &q));
  PetscCall(TessMatPanelsOrthonormalize(q.J, 1e-12, &Q, &T));
  PetscCall(MatCreateNormal(Q, &N));
  PetscCall(KSPCreate(comm, &ksp));
  PetscCall(KSPSetOptionsPrefix(ksp, prefix));
  PetscCall(KSPSetOperators(ksp, N, N));
  PetscCall(KSPSetType(ksp, KSPCG));
  PetscCall(KSPSetTolerances(ksp, 1e-8, 0, PETSC_DEFAULT, 1000));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCTESSSCHWARZ));
  PetscCall(KSPSetFromOptions(ksp));
  PetscCall(MatCreateVecs(Q, &x, NULL));
  PetscCall(VecDuplicate(x, &y));
  PetscCall(VecDuplicate(x, &Mx));
  PetscCall(VecDuplicate(x, &My));
  PetscCall(MatMultTranspose(Q, q.b, x));
  PetscCall(KSPSolve(ksp, x, y));
  PetscCall(KSPGetIterationNumber(ksp, its));
  PetscCall(PCApply(pc, x, Mx));
  PetscCall(PCApply(pc, y, My));
  PetscCall(VecDot(x, My, &a));
  PetscCall(VecDot(y, Mx, &b));
  PetscCall(VecDot(x, Mx, &c));
  *form = c;
  CHECK("positive", c > 0);
  CHECK_BELOW("symmetric", a - b, 1e-10 * PetscAbsReal(a));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&Mx));
  PetscCall(VecDestroy(&My));
  PetscCall(KSPDestroy(&ksp));
  PetscCall(MatDestroy(&N));
  PetscCall(MatDestroy(&T));
  PetscCall(MatDestroy(&Q));
  PetscCall(ProblemDestroy(&q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Agree(PetscInt nshared, PetscInt nborder)
{
  static const char *const prefix[] = {"direct_", "redundant_", "twolevel_"};
  Chain                    c;
  Mat                      J;
  Vec                      b, D, y[3];
  PetscReal                error, norm;
  PetscBool                ok, direct;
  PetscInt                 its;

  PetscFunctionBegin;
  PetscCall(PetscOptionsSetValue(NULL, "-direct_normal_solver", "direct"));
  PetscCall(PetscOptionsSetValue(NULL, "-redundant_normal_solver", "redundant"));
  PetscCall(PetscOptionsSetValue(NULL, "-twolevel_normal_solver", "twolevel"));
  PetscCall(PetscOptionsSetValue(NULL, "-twolevel_normal_ksp_rtol", "1e-13"));
  PetscCall(ChainCreate(9, nshared, &c));
  PetscCall(ChainMat(&c, 12, nborder, &J));
  PetscCall(MatCreateVecs(J, &b, NULL));
  PetscCall(FillVec(8, b));
  PetscCall(VecDuplicate(b, &D));
  for (PetscInt i = 0; i < 3; i++) {
    TessNormal s;

    PetscCall(VecDuplicate(b, &y[i]));
    PetscCall(TessNormalCreate(PETSC_COMM_WORLD, prefix[i], &s));
    PetscCall(TessNormalSetMat(s, J));
    for (PetscInt k = 0; k < 2; k++) { /* the last damping counts */
      PetscCall(VecSet(D, k ? 0.3 : 5));
      PetscCall(TessNormalSetDamping(s, D, 0, &ok));
      CHECK("positive definite", ok);
      PetscCall(TessNormalSolve(s, b, y[i]));
    }
    PetscCall(TessNormalGetMethod(s, &direct, &its));
    CHECK("the method is the one asked for", direct == (i < 2) && (its > 1) == (i == 2));
    PetscCall(TessNormalDestroy(&s));
  }
  PetscCall(VecNorm(y[0], NORM_2, &norm));
  for (PetscInt i = 1; i < 3; i++) {
    PetscCall(VecAXPY(y[i], -1, y[0]));
    PetscCall(VecNorm(y[i], NORM_2, &error));
    CHECK_BELOW("methods agree", error, 1e-10 * norm);
  }
  for (PetscInt i = 0; i < 3; i++)
    PetscCall(VecDestroy(&y[i]));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&D));
  PetscCall(MatDestroy(&J));
  PetscCall(ChainDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A matrix of another type is refused by name. */
static PetscErrorCode ProvokeRefusal(void)
{
  Mat            A;
  PC             pc;
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(MatCreateConstantDiagonal(PETSC_COMM_SELF, 3, 3, 3, 3, 1, &A));
  PetscCall(PCCreate(PETSC_COMM_SELF, &pc));
  PetscCall(PCSetType(pc, PCTESSSCHWARZ));
  PetscCall(PCSetOperators(pc, A, A));
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = PCSetUp(pc);
  PetscCall(PetscPopErrorHandler());
  CHECK("other matrices are refused", ierr == PETSC_ERR_ARG_WRONG);
  PetscCall(PCDestroy(&pc));
  PetscCall(MatDestroy(&A));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* 300 blocks in space get a factor, 1000 two levels: fewer bytes a block. */
static PetscErrorCode Estimates(void)
{
  PetscReal few, many;

  PetscFunctionBegin;
  PetscCall(TessNormalEstimate(PETSC_COMM_SELF, 300, 60, 27, 300 * 6e4, &few));
  PetscCall(TessNormalEstimate(PETSC_COMM_SELF, 1000, 60, 27, 1000 * 6e4, &many));
  CHECK("the Gram matrix by blocks at least", many > 1000 * 14 * 3600 * 8.);
  CHECK("no factor of all", many / 1000 < 0.5 * few / 300);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt  few, many, alone, one, sum;
  PetscReal form[5];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessLinearRegister());
  PetscCall(PetscOptionsSetValue(NULL, "-one_pc_tessschwarz_degree", "-1"));
  PetscCall(PetscOptionsSetValue(NULL, "-sum_pc_tessschwarz_combine", "additive"));
  PetscCall(PetscOptionsSetValue(NULL, "-two_pc_tessschwarz_combine", "multiplicative"));
  PetscCall(Iterations(PETSC_COMM_WORLD, 4, "two_", &few, &form[0]));
  PetscCall(Iterations(PETSC_COMM_WORLD, 8, "two_", &many, &form[1]));
  PetscCall(Iterations(PETSC_COMM_SELF, 8, "two_", &alone, &form[2]));
  PetscCall(Iterations(PETSC_COMM_WORLD, 8, "one_", &one, &form[3]));
  PetscCall(Iterations(PETSC_COMM_WORLD, 8, "sum_", &sum, &form[4]));
  PetscCall(PetscInfo(NULL, "16 blocks %d, 64 blocks %d, on one rank %d, levels added %d, one level %d\n",
                      (int)few, (int)many, (int)alone, (int)sum, (int)one));
  CHECK("levels that are added take more", sum > many && sum < one);
  CHECK("four times as many blocks take few more iterations", 2 * many <= 3 * few);
  CHECK("the same iterations on any number of ranks", PetscAbsInt(many - alone) <= 1);
  CHECK_BELOW("and the same operator", form[1] - form[2], 1e-6 * form[2]);
  CHECK("the coarse level is what does it", 2 * one >= 3 * many);
  PetscCall(Agree(0, 0));
  PetscCall(Agree(2, 2));
  PetscCall(Estimates());
  PetscCall(ProvokeRefusal());
  return TessTestEnd();
}
