/* triangle.c - R of a QR factorisation, and nothing else of it.  Householder reflectors H = 1 - tau v v^T,
   `FEW` columns at a time, whose products 1 - V T V^T (Schreiber & Van Loan 1989) are taken to the `MANY`
   columns around them, and those of all of these to the rest.  T is never formed: its inverse is the upper
   triangle of V^T V with 1/tau on the diagonal (Puglisi 1992).  LAPACK's dgeqrf takes twice the time: half of
   its work for tall and narrow matrices is in products of a matrix and a vector. */
#include "linearimpl.h"

#define FEW 8   /* columns that stay in the nearest cache */
#define MANY 32 /* columns of a product with the rest */

typedef struct {
  PetscReal *V;       /* [MANY][m] reflectors, zeros above and ones on the diagonal */
  PetscReal *S, *W;   /* [MANY][MANY] inverse of T; [n][MANY] */
  PetscReal  d[MANY]; /* 1 / tau */
} Reflectors;

/* Sums of eight that may go side by side. */
static PetscReal Dot(PetscInt n, const PetscReal a[], const PetscReal b[])
{
  PetscReal s[8] = {0};
  PetscInt  i    = 0;

  for (; i + 8 <= n; i += 8)
    for (PetscInt k = 0; k < 8; k++)
      s[k] += a[i + k] * b[i + k];
  for (; i < n; i++)
    s[0] += a[i] * b[i];
  return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

/* The k first columns of a [m][k], ld: R above and on the diagonal; V [m][k], ldv, and d */
static void Reflect(PetscInt m, PetscInt k, PetscReal a[], PetscInt ld, PetscReal V[], PetscInt ldv,
                    PetscReal d[])
{
  for (PetscInt j = 0; j < k; j++) {
    PetscReal      *c = a + j * ld + j, *v = V + j * ldv;
    const PetscInt  n = m - j;
    const PetscReal x = c[0], below = Dot(n - 1, c + 1, c + 1);
    PetscReal       diagonal, tau;

    for (PetscInt i = 0; i < m; i++)
      v[i] = 0;
    d[j] = 1;
    if (below == 0)
      continue; /* nothing to reflect */
    v += j;
    diagonal = x > 0 ? -PetscSqrtReal(x * x + below) : PetscSqrtReal(x * x + below);
    tau      = (diagonal - x) / diagonal;
    v[0]     = 1;
    for (PetscInt i = 1; i < n; i++)
      v[i] = c[i] / (x - diagonal);
    c[0] = diagonal;
    d[j] = 1 / tau;
    for (PetscInt l = j + 1; l < k; l++) {
      PetscReal      *b = a + l * ld + j;
      const PetscReal w = tau * Dot(n, v, b);

      for (PetscInt i = 0; i < n; i++)
        b[i] -= w * v[i];
    }
  }
}

/* C [m][n], ld := (1 - V T V^T)^T C of k reflectors */
static PetscErrorCode Apply(Reflectors *s, PetscInt m, PetscInt k, const PetscReal V[], PetscInt ldv,
                            const PetscReal d[], PetscInt n, PetscReal C[], PetscInt ld)
{
  const PetscReal one = 1;
  PetscBLASInt    bk, bn;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(k, &bk));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(Gemm("TN", k, k, m, 1, V, ldv, V, ldv, 0, s->S, k));
  for (PetscInt j = 0; j < k; j++)
    s->S[j * k + j] = d[j];
  PetscCall(Gemm("TN", k, n, m, 1, V, ldv, C, ld, 0, s->W, k));
  PetscCallBLAS("BLAStrsm", BLAStrsm_("L", "U", "T", "N", &bk, &bn, &one, s->S, &bk, s->W, &bk));
  PetscCall(Gemm("NN", m, n, k, -1, V, ldv, s->W, k, 1, C, ld));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TriangleOfQR(PetscInt m, PetscInt n, PetscReal a[], PetscReal R[], PetscInt ldr)
{
  const PetscInt most = PetscMin(m, n);
  Reflectors     s;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(m * MANY, &s.V, MANY * MANY, &s.S, n * MANY, &s.W));
  for (PetscInt p = 0; p < most; p += MANY) {
    const PetscInt b = PetscMin(MANY, most - p), left = m - p;
    PetscReal     *A = a + (PetscCount)p * m + p;

    for (PetscInt q = 0; q < b; q += FEW) {
      const PetscInt k = PetscMin(FEW, b - q);
      PetscReal     *V = s.V + q * left;

      for (PetscInt j = 0; j < k; j++)
        PetscCall(PetscArrayzero(V + j * left, q));
      Reflect(left - q, k, A + q * m + q, m, V + q, left, s.d + q);
      if (q + k < b)
        PetscCall(Apply(&s, left - q, k, V + q, left, s.d + q, b - q - k, A + (q + k) * m + q, m));
    }
    if (p + b < n)
      PetscCall(Apply(&s, left, b, s.V, left, s.d, n - p - b, A + b * m, m));
  }
  for (PetscInt j = 0; j < n; j++)
    PetscCall(PetscArraycpy(R + j * ldr, a + (PetscCount)j * m, PetscMin(m, j + 1)));
  PetscCall(PetscFree3(s.V, s.S, s.W));
  PetscFunctionReturn(PETSC_SUCCESS);
}
