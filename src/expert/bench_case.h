/* bench_case.h - one network, one jet, one precision; included by bench.c once for each REAL (with GEMM,
 * CASE, KTable, k_select). */

typedef struct {
  REAL *theta, *x, *u, *u_bar, *g, *rows, *work, *A;
} CASE(Data);

static void CASE(Run)(const KNet *net, const KJet *jet, int what, const CASE(Data) * d)
{
  const KTable *k        = k_select(NULL);
  const REAL    scale[3] = {1, 1, 1};

  if (what == 0)
    k->net_evaluate(net, jet, d->theta, scale, BENCH_POINTS, d->x, d->u, d->work);
  if (what == 1)
    k->net_pullback(net, jet, d->theta, scale, BENCH_POINTS, d->x, d->u_bar, d->g, d->work);
  if (what == 2)
    k->net_rows(net, jet, d->theta, scale, BENCH_POINTS, d->x, 1, d->u_bar, BENCH_POINTS, d->rows, d->work);
}

static void CASE(Gemm)(REAL *A)
{
  GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, BENCH_GEMM, BENCH_GEMM, BENCH_GEMM, 1, A, BENCH_GEMM,
       A + BENCH_GEMM * BENCH_GEMM, BENCH_GEMM, 0, A + 2 * BENCH_GEMM * BENCH_GEMM, BENCH_GEMM);
}

/* points a second of forward, gradient, rows, and flops a second of the BLAS: the best of turns that
   alternate, so that both see the same clock */
static PetscErrorCode CASE(Measure)(const KNet *net, const KJet *jet, double rate[3], double peak[3])
{
  const size_t np = k_net_parameters(net), K = (size_t)jet->jet.K, n = BENCH_POINTS, gemm = BENCH_GEMM;
  CASE(Data) d;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(np, &d.theta, 3 * n, &d.x, K * n, &d.u, K * n, &d.u_bar));
  PetscCall(PetscCalloc4(np, &d.g, np * n, &d.rows, k_select(NULL)->net_work(net, jet), &d.work,
                         3 * gemm * gemm, &d.A));
  for (size_t i = 0; i < np; i++)
    d.theta[i] = (REAL)(TessKeyUniform(1, i) - 0.5);
  for (size_t i = 0; i < 3 * n; i++)
    d.x[i] = (REAL)(2 * TessKeyUniform(2, i) - 1);
  for (size_t i = 0; i < K * n; i++)
    d.u_bar[i] = (REAL)TessKeyUniform(3, i);
  for (size_t i = 0; i < 2 * gemm * gemm; i++)
    d.A[i] = (REAL)TessKeyUniform(4, i);
  for (int what = 0; what < 3; what++) {
    const double begin = Seconds();
    double       best = 1e30, blas = 1e30;

    do {
      const double start = Seconds();
      double       middle;

      CASE(Gemm)(d.A);
      middle = Seconds();
      blas   = PetscMin(blas, middle - start);
      for (int turn = 0; turn < 3; turn++) {
        CASE(Run)(net, jet, what, &d);
        best   = PetscMin(best, Seconds() - middle);
        middle = Seconds();
      }
    } while (Seconds() - begin < BENCH_SECONDS);
    rate[what] = (double)n / best;
    peak[what] = 2. * gemm * gemm * gemm / blas;
  }
  PetscCall(PetscFree4(d.theta, d.x, d.u, d.u_bar));
  PetscCall(PetscFree4(d.g, d.rows, d.work, d.A));
  PetscFunctionReturn(PETSC_SUCCESS);
}
