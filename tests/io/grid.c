/* Grids: linear is of order 2, cubic of order 4 (3 and 2 in derivatives) and exact for cubics, on uneven
 * axes; the part loaded changes no bit. */
#include "scratch.h"

static const char *const axes[] = {"x", "y", "t"};

/* x on [-1,1], y on [0,2], uneven; t is no axis of the grid. */
static PetscReal Axis(PetscInt a, PetscInt i, PetscInt n)
{
  const PetscReal s = (double)i / (n - 1);

  return a ? 2 * s + 0.2 * PetscSinReal(PETSC_PI * s) * s : 2 * s - 1 + 0.1 * PetscSinReal(PETSC_PI * s);
}

/* kind 0: smooth, 1: a product of cubics; derivative of order dx, dy */
static PetscReal Exact(int kind, PetscInt dx, PetscInt dy, PetscReal x, PetscReal y)
{
  const PetscReal c[2][3] = {{((2 * x - 3) * x + 1) * x + 1, (6 * x - 6) * x + 1, 12 * x - 6},
                             {((y - 2) * y + 5) * y - 1, (3 * y - 4) * y + 5, 6 * y - 4}};

  if (kind)
    return c[0][dx] * c[1][dy];
  return (dx == 0   ? PetscSinReal(2 * x + 1)
          : dx == 1 ? 2 * PetscCosReal(2 * x + 1)
                    : -4 * PetscSinReal(2 * x + 1)) *
         PetscExpReal(y / 2) /
         (dy == 0   ? 1
          : dy == 1 ? 2
                    : 4);
}

static PetscErrorCode Make(const char name[], int kind, PetscInt nx, PetscInt ny)
{
  const PetscInt64 extent[] = {ny, nx};
  PetscReal       *axis, *k;
  TessFile         f;
  PetscBool        ok;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(PetscMax(nx, ny), &axis, nx * ny, &k));
  for (PetscInt j = 0; j < ny; j++)
    for (PetscInt i = 0; i < nx; i++)
      k[j * nx + i] = Exact(kind, 0, 0, Axis(0, i, nx), Axis(1, j, ny));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &f));
  PetscCall(TessFileWriteArray(f, "k", 2, extent, k));
  PetscCall(TessFileWriteArray(f, "alone", 1, &extent[1], k));
  for (PetscInt a = 0; a < 2; a++) {
    for (PetscInt i = 0; i < extent[1 - a]; i++)
      axis[i] = Axis(a, i, (PetscInt)extent[1 - a]);
    PetscCall(TessFileWriteArray(f, axes[a], 1, &extent[1 - a], axis));
  }
  PetscCall(TessFileClose(&f, &ok, NULL, 0));
  CHECK("the grid is made", ok);
  PetscCall(PetscFree2(axis, k));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define N 400

/* N points x [3][N] of the box, its corners among them. */
static void Points(const PetscReal lo[], const PetscReal hi[], PetscReal x[])
{
  for (PetscInt i = 0; i < N; i++)
    for (PetscInt a = 0; a < 3; a++)
      x[a * N + i] = i < 4
                         ? (i >> a & 1 ? hi[a] : lo[a])
                         : lo[a] + (hi[a] - lo[a]) * TessKeyUniform(TessKeyMake(5, (uint64_t)a), (uint64_t)i);
}

/* The largest error of a derivative over the box of this rank and all others'. */
static PetscErrorCode Worst(const char name[], int kind, PetscBool cubic, PetscInt dx, PetscInt dy,
                            PetscReal *worst)
{
  PetscMPIInt rank, size;
  PetscInt    axis[4], order = 0;
  PetscReal   lo[3] = {-1, 0, 0}, hi[3] = {1, 2, 9}, x[3 * N], value[N];
  TessGrid    g;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  lo[0] = -1 + 2. * rank / size;
  hi[0] = -1 + 2. * (rank + 1) / size;
  while (order < dx)
    axis[order++] = 0;
  while (order < dx + dy)
    axis[order++] = 1;
  Points(lo, hi, x);
  PetscCall(TessGridLoad(PETSC_COMM_WORLD, name, "k", 3, axes, lo, hi, cubic, &g));
  PetscCall(TessGridEvaluate(g, order, axis, N, x, value));
  *worst = 0;
  for (PetscInt i = 0; i < N; i++)
    *worst = PetscMax(*worst, PetscAbsReal(value[i] - Exact(kind, dx, dy, x[i], x[N + i])));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, worst, 1, MPIU_REAL, MPIU_MAX, PETSC_COMM_WORLD));
  PetscCall(TessGridDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Orders(void)
{
  PetscReal e1, e2;

  PetscFunctionBegin;
  PetscCall(Make("a.h5", 0, 41, 31));
  PetscCall(Make("b.h5", 0, 81, 61));
  PetscCall(Make("c.h5", 1, 9, 7));
  PetscCall(Worst("a.h5", 0, PETSC_FALSE, 0, 0, &e1));
  PetscCall(Worst("b.h5", 0, PETSC_FALSE, 0, 0, &e2));
  CHECK_ORDER("linear", 2, e1, e2);
  PetscCall(Worst("a.h5", 0, PETSC_FALSE, 1, 0, &e1));
  PetscCall(Worst("b.h5", 0, PETSC_FALSE, 1, 0, &e2));
  CHECK_ORDER("first derivative of linear", 1, e1, e2);
  for (PetscInt dx = 0; dx < 3; dx++) {
    for (PetscInt dy = 0; dy < 3; dy++) {
      PetscCall(Worst("a.h5", 0, PETSC_TRUE, dx, dy, &e1));
      PetscCall(Worst("b.h5", 0, PETSC_TRUE, dx, dy, &e2));
      CHECK_ORDER("cubic", 4 - PetscMax(dx, dy), e1, e2);
      PetscCall(Worst("c.h5", 1, PETSC_TRUE, dx, dy, &e1));
      CHECK_BELOW("cubics are exact", e1, 1e-10);
    }
  }
  PetscCall(Make("d.h5", 1, 4, 4));
  PetscCall(Worst("d.h5", 1, PETSC_TRUE, 1, 2, &e1));
  CHECK_BELOW("cubics are exact on four points", e1, 1e-10);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A part and the whole give the same bits; a rank may need nothing; a function of x alone has no derivative
 * along y. */
static PetscErrorCode Parts(void)
{
  const PetscReal lo[3] = {-1, 0, 0}, hi[3] = {1, 2, 9}, in_lo[3] = {0.3, 0.6, 0}, in_hi[3] = {0.31, 0.9, 9};
  const PetscInt  along[] = {0, 1}, other[] = {2};
  PetscReal       x[3 * N], whole[N], part[N];
  TessGrid        g[2];
  PetscMPIInt     rank;
  PetscBool       cubic[] = {PETSC_FALSE, PETSC_TRUE};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  Points(in_lo, in_hi, x);
  for (int c = 0; c < 2; c++) {
    PetscCall(TessGridLoad(PETSC_COMM_WORLD, "b.h5", "k", 3, axes, lo, hi, cubic[c], &g[0]));
    PetscCall(TessGridLoad(PETSC_COMM_WORLD, "b.h5", "k", 3, axes, rank ? hi : in_lo, rank ? lo : in_hi,
                           cubic[c], &g[1]));
    PetscCall(TessGridEvaluate(g[0], 2, along, N, x, whole));
    PetscCall(TessGridEvaluate(g[1], 2, along, rank ? 0 : N, x, part));
    if (!rank)
      CHECK("a part and the whole give the same bits", !memcmp(whole, part, sizeof(part)));
    PetscCall(TessGridEvaluate(g[0], 1, other, N, x, whole));
    CHECK("no derivative along an axis that is not there", whole[0] == 0 && whole[N - 1] == 0);
    PetscCall(TessGridDestroy(&g[0]));
    PetscCall(TessGridDestroy(&g[1]));
  }
  PetscCall(TessGridLoad(PETSC_COMM_WORLD, "b.h5", "alone", 3, axes, lo, hi, PETSC_TRUE, &g[0]));
  PetscCall(TessGridEvaluate(g[0], 0, NULL, N, x, whole));
  for (PetscInt i = 0; i < N; i++)
    part[i] = PetscAbsReal(whole[i] - Exact(0, 0, 0, x[i], 0));
  CHECK_BELOW("a function of x alone", part[N / 2], 1e-5);
  PetscCall(TessGridDestroy(&g[0]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Mistakes(void)
{
  const PetscReal lo[3] = {-1, 0, 0}, hi[3] = {1, 2, 9}, wide[3] = {1, 2.5, 9}, round[3] = {1, 2 + 1e-13, 9};
  const PetscInt  twice[] = {0, 0, 0};
  PetscReal       x[3 * N], value[N];
  static const char *const swapped[] = {"y", "x"};
  TessGrid                 g;
  PetscMPIInt              rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  CHECK_INPUT("outside",
              TessGridLoad(PETSC_COMM_WORLD, "a.h5", "k", 3, axes, lo, rank ? hi : wide, PETSC_TRUE, &g),
              "a.h5 covers y 0..2", "needs 0..2.5");
  CHECK_INPUT("another order of axes",
              TessGridLoad(PETSC_COMM_WORLD, "a.h5", "k", 2, swapped, lo, lo, PETSC_TRUE, &g), "a.h5",
              "y [31], x [41]");
  CHECK_INPUT("no such field", TessGridLoad(PETSC_COMM_WORLD, "a.h5", "q", 3, axes, lo, hi, PETSC_TRUE, &g),
              "a.h5 has no dataset q", "k");
  PetscCall(TessGridLoad(PETSC_COMM_WORLD, "a.h5", "k", 3, axes, lo, round, PETSC_FALSE, &g));
  Points(lo, round, x);
  PetscCall(TessGridEvaluate(g, 0, NULL, N, x, value));
  CHECK_BELOW("round-off outside is no matter", value[3] - Exact(0, 0, 0, 1, 2), 1e-9);
  CHECK_INPUT("second derivative of linear", TessGridEvaluate(g, 2, twice, N, x, value), "field k", "cubic");
  PetscCall(TessGridDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(ScratchBegin());
  PetscCall(Orders());
  PetscCall(Parts());
  PetscCall(Mistakes());
  PetscCall(ScratchEnd());
  return TessTestEnd();
}
