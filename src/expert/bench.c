/* bench.c - what the kernels do on this core, beside the matrix product of the BLAS in the same run.  Only
   the flops of products by W (forward, adjoint, weights) are counted, those that are really made: the first
   layer, whose input is affine, counts for the value alone. */
#include <cblas.h>
#include <time.h>
#include "expertimpl.h"

/* where the BLAS is OpenBLAS */
extern int  openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int) __attribute__((weak));

#define BENCH_POINTS 960
#define BENCH_SECONDS 0.25 /* of a core, for each number */
#define BENCH_GEMM 256

/* of this core's work alone, so that neighbours disturb less */
static double Seconds(void)
{
  struct timespec t;

  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define REAL double
#define GEMM cblas_dgemm
#define CASE(f) f##Double
#define KTable KTableDouble
#define k_select k_select_double
#include "bench_case.h"
#undef REAL
#undef GEMM
#undef CASE
#undef KTable
#undef k_select
#define REAL float
#define GEMM cblas_sgemm
#define CASE(f) f##Float
#define KTable KTableFloat
#define k_select k_select_float
#include "bench_case.h"

static const struct {
  const char *name;
  PetscInt    dim, space, entries;
  TessEntry   entry[4];
} cases[] = {
    {"Poisson 2D", 2, 2, 3, {{1, {0}}, {1, {1}}, {TESS_LAP, {0}}}},
    {"Burgers", 2, 1, 3, {{1, {0}}, {1, {1}}, {2, {0, 0}}}},
    {"Poisson 3D", 3, 3, 4, {{1, {0}}, {1, {1}}, {1, {2}}, {TESS_LAP, {0}}}},
};

/* flops a point of the products: what = 0 forward, 1 gradient, 2 rows */
static double Flops(const KNet *net, double K, int what)
{
  const double first  = 2. * net->dim * net->width,
               hidden = 2 * K * (net->depth - 1) * net->width * net->width;
  const double last   = 2 * K * net->ncomp * net->width;

  return what ? 2 * first + 3 * hidden + 2 * last : first + hidden + last;
}

static PetscErrorCode Line(MPI_Comm comm, PetscViewer viewer, const char name[], const KNet *net,
                           const KJet *jet)
{
  static const char *const what[] = {"forward", "gradient", "rows"};
  double                   mine[2][2][3], sum[2][2][3]; /* [rate, peak][double, float] */
  PetscMPIInt              size;

  PetscFunctionBegin;
  PetscCall(MeasureDouble(net, jet, mine[0][0], mine[1][0]));
  PetscCall(MeasureFloat(net, jet, mine[0][1], mine[1][1]));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCallMPI(MPI_Allreduce(mine, sum, 12, MPI_DOUBLE, MPI_SUM, comm));
  for (int i = 0; i < 3; i++) {
    PetscCall(PetscViewerASCIIPrintf(viewer, "%-11s %5d  %-8s", name, net->width, what[i]));
    for (int real = 0; real < 2; real++) {
      const double rate = sum[0][real][i] / size, peak = sum[1][real][i] / size,
                   flops = rate * Flops(net, (double)jet->jet.K, i);

      PetscCall(PetscViewerASCIIPrintf(viewer, "  %10.3e %7.1f %7.1f %4.0f %%", rate, 1e-9 * flops,
                                       1e-9 * peak, 100 * flops / peak));
    }
    PetscCall(PetscViewerASCIIPrintf(viewer, "\n"));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessBenchKernel(MPI_Comm comm, PetscViewer viewer)
{
  static const int widths[] = {16, 32, 64};
  const int        threads  = openblas_get_num_threads ? openblas_get_num_threads() : 1;
  KJet            *compiled;

  PetscFunctionBegin;
  PetscCall(PetscNew(&compiled));
  if (openblas_set_num_threads)
    openblas_set_num_threads(1); /* the peak of one core */
  PetscCall(PetscViewerASCIIPrintf(
      viewer, "tanh networks of two hidden layers, one output; instruction set %s; a core's mean\n",
      k_select_double(NULL)->isa));
  PetscCall(PetscViewerASCIIPrintf(viewer, "%-11s %5s  %-8s  %32s  %32s\n", "", "", "", "double", "float"));
  PetscCall(PetscViewerASCIIPrintf(viewer, "%-11s %5s  %-8s  %10s %7s %7s %6s  %10s %7s %7s %6s\n", "jet",
                                   "width", "", "points/s", "GFLOP/s", "dgemm", "", "points/s", "GFLOP/s",
                                   "sgemm", ""));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++) {
    for (size_t j = 0; j < PETSC_STATIC_ARRAY_LENGTH(widths); j++) {
      const KNet net = {.dim = (int)cases[i].dim, .ncomp = 1, .depth = 2, .width = widths[j], .act = K_TANH};
      TessJet    jet;

      PetscCall(TessJetInit(&jet, cases[i].dim, cases[i].space));
      for (PetscInt k = 0; k < cases[i].entries; k++)
        PetscCall(TessJetAdd(&jet, &cases[i].entry[k], NULL));
      k_jet_compile(&jet, compiled);
      PetscCall(Line(comm, viewer, cases[i].name, &net, compiled));
    }
  }
  if (openblas_set_num_threads)
    openblas_set_num_threads(threads);
  PetscCall(PetscFree(compiled));
  PetscFunctionReturn(PETSC_SUCCESS);
}
