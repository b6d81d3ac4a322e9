/* table.h - the kernels of one precision and one instruction set; included by kernel.h once for each REAL. */
typedef struct {
  const char *isa;   /* v2, v3, v4, or native */
  int         lanes; /* REALs in a vector */

  /* Z [m][s] = W A on the first `cols` columns:  Z[i][c] = sum_l W[i rs + l cs] A[l][c],  A [k][s]; cols
   * whole vectors */
  void (*affine)(int m, int k, int cols, const REAL *W, ptrdiff_t rs, ptrdiff_t cs, const REAL *A,
                 ptrdiff_t sa, REAL *Z, ptrdiff_t sz);
  /* W_bar [m][k] += Z_bar A^T over the first `cols` columns */
  void (*affine_weights)(int m, int k, int cols, const REAL *Z_bar, ptrdiff_t sz, const REAL *A, ptrdiff_t sa,
                         REAL *W_bar);
  /* rows[(i k + l) ld + p] += sum over the listed entries e of Z_bar[i][e][p] A[l][e][p], p < n <= b */
  void (*affine_rows)(int m, int k, int entries, const int *entry, int b, int n, const REAL *Z_bar,
                      ptrdiff_t sz, const REAL *A, ptrdiff_t sa, ptrdiff_t ld, REAL *rows);
  /* a [m][K][b] = jets of f(z), where bias [m] (may be NULL) is added to the values first; z's values are
     overwritten by what the adjoint needs beside a */
  void (*activate)(const KJet *, KActivation, int m, int b, ptrdiff_t s, const REAL *bias, REAL *z, REAL *a);
  /* z_bar in place of a_bar; z and a as `activate` left them; scratch [K][K_BLOCK] */
  void (*activate_adjoint)(const KJet *, KActivation, int m, int b, ptrdiff_t s, const REAL *z, const REAL *a,
                           REAL *a_bar, REAL *scratch);
  /* the first layer, whose input is affine: c [m][K] are the products of scaled weights that the entries
     bring; their adjoint c_bar is summed over blocks and turned into W_bar [m][dim] += at the end */
  void (*first_constants)(const KJet *, int m, const REAL *W, const REAL *scale, REAL *c);
  void (*first_constants_adjoint)(const KJet *, int m, const REAL *W, const REAL *scale, const REAL *c_bar,
                                  REAL *W_bar);
  /* a [m][K][b] = jets of f(W x + bias) at x [dim][b]; aux [m][b] is for the adjoint */
  void (*first)(const KJet *, KActivation, int m, int b, ptrdiff_t s, const REAL *W, const REAL *bias,
                const REAL *c, const REAL *x, REAL *aux, REAL *a);
  /* W_bar [m][dim], bias_bar [m], c_bar [m][K] +=; a_bar is destroyed */
  void (*first_adjoint)(const KJet *, KActivation, int m, int b, ptrdiff_t s, const REAL *c, const REAL *x,
                        const REAL *aux, const REAL *a, REAL *a_bar, REAL *W_bar, REAL *bias_bar,
                        REAL *c_bar);
  /* the same, one row a point: rows_W[(i dim + j) ld + p], rows_bias[i ld + p] +=, p < n <= b */
  void (*first_rows)(const KJet *, KActivation, int m, int b, int n, ptrdiff_t s, const REAL *W,
                     const REAL *scale, const REAL *c, const REAL *x, const REAL *aux, const REAL *a,
                     REAL *a_bar, ptrdiff_t ld, REAL *rows_W, REAL *rows_bias);

  /* Networks at n points x [dim][n]: u [ncomp][K][n];  g [np] +=;  rows as TessExpertRows.  work: net_work()
   * REALs. */
  size_t (*net_work)(const KNet *, const KJet *);
  void (*net_evaluate)(const KNet *, const KJet *, const REAL *theta, const REAL *scale, int n, const REAL *x,
                       REAL *u, REAL *work);
  void (*net_pullback)(const KNet *, const KJet *, const REAL *theta, const REAL *scale, int n, const REAL *x,
                       const REAL *u_bar, REAL *g, REAL *work);
  void (*net_rows)(const KNet *, const KJet *, const REAL *theta, const REAL *scale, int n, const REAL *x,
                   int R, const REAL *u_bar, ptrdiff_t ld, REAL *rows, REAL *work);
} KTable;

/* k_select - the table of the named instruction set if this machine has it (else NULL), the best one for isa
 * = NULL. */
const KTable *k_select(const char *isa);
