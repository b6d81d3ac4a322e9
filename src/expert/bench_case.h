/* bench_case.h - one network, one jet, one precision; included by bench.c once for each REAL (with GEMM,
 * CASE, KTable, k_select). */

/* seconds of one product of size^3, the best seen so far */
static double CASE(Gemm)(double best)
{
  enum { size = 256 };
  REAL *A;

  if (posix_memalign((void **)&A, 64, 3 * size * size * sizeof(REAL)))
    return best;
  for (int i = 0; i < 2 * size * size; i++)
    A[i] = (REAL)(i % 7) - 3;
  for (int turn = 0; turn < 8; turn++) {
    const double start = Seconds();

    GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, A, size, A + size * size, size, 0,
         A + 2 * size * size, size);
    best = PetscMin(best, Seconds() - start);
  }
  free(A);
  return best;
}

/* points a second of forward, gradient, rows; the best of turns over at least BENCH_SECONDS */
static PetscErrorCode CASE(Measure)(const KNet *net, const KJet *jet, double rate[3])
{
  const KTable *k  = k_select(NULL);
  const size_t  np = k_net_parameters(net), K = (size_t)jet->jet.K, n = BENCH_POINTS;
  REAL         *theta, *x, *u, *u_bar, *g, *rows, *work, scale[3] = {1, 1, 1};

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(np, &theta, 3 * n, &x, K * n, &u));
  PetscCall(PetscMalloc2(K * n, &u_bar, np, &g));
  PetscCall(PetscCalloc2(np * n, &rows, k->net_work(net, jet), &work));
  for (size_t i = 0; i < np; i++)
    theta[i] = (REAL)(TessKeyUniform(1, i) - 0.5);
  for (size_t i = 0; i < 3 * n; i++)
    x[i] = (REAL)(2 * TessKeyUniform(2, i) - 1);
  for (size_t i = 0; i < K * n; i++)
    u_bar[i] = (REAL)TessKeyUniform(3, i);
  for (size_t i = 0; i < np; i++)
    g[i] = 0;
  for (int what = 0; what < 3; what++) {
    const double begin = Seconds();
    double       best  = 1e30;

    do {
      const double start = Seconds();

      if (what == 0)
        k->net_evaluate(net, jet, theta, scale, (int)n, x, u, work);
      if (what == 1)
        k->net_pullback(net, jet, theta, scale, (int)n, x, u_bar, g, work);
      if (what == 2)
        k->net_rows(net, jet, theta, scale, (int)n, x, 1, u_bar, (ptrdiff_t)n, rows, work);
      best = PetscMin(best, Seconds() - start);
    } while (Seconds() - begin < BENCH_SECONDS);
    rate[what] = (double)n / best;
  }
  PetscCall(PetscFree3(theta, x, u));
  PetscCall(PetscFree2(u_bar, g));
  PetscCall(PetscFree2(rows, work));
  PetscFunctionReturn(PETSC_SUCCESS);
}
