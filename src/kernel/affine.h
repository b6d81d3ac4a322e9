#pragma once
/* affine.h - W A, Z A^T and their rows for small W: register tiles straight from memory, nothing packed.
   OpenBLAS reaches 55, 73, 85 % of its own peak at widths 16, 32, 64 on these shapes; see tests/kernel and
   TessBenchKernel. */
#include "vector.h"

/* Z [M][N vectors] = W A: W by scalars, A by vectors */
INLINE void Tile(const int M, const int N, int k, const REAL *restrict W, ptrdiff_t rs, ptrdiff_t cs,
                 const REAL *restrict A, ptrdiff_t sa, REAL *restrict Z, ptrdiff_t sz)
{
  V z[4][6] = {{{0}}};

  for (int l = 0; l < k; l++) {
    V a[6];

#pragma GCC unroll 6
    for (int j = 0; j < N; j++)
      a[j] = Keep(Load(A + l * sa + j * LANES));
#pragma GCC unroll 4
    for (int i = 0; i < M; i++) {
      const V w = Splat(W[i * rs + l * cs]);

#pragma GCC unroll 6
      for (int j = 0; j < N; j++)
        z[i][j] += w * a[j];
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < M; i++)
#pragma GCC unroll 6
    for (int j = 0; j < N; j++)
      Store(Z + i * sz + j * LANES, z[i][j]);
}

INLINE void Panel(const int N, int m, int k, const REAL *W, ptrdiff_t rs, ptrdiff_t cs, const REAL *A,
                  ptrdiff_t sa, REAL *Z, ptrdiff_t sz)
{
  int i = 0;

  for (; i + 4 <= m; i += 4)
    Tile(4, N, k, W + i * rs, rs, cs, A, sa, Z + i * sz, sz);
  if (m - i == 3)
    Tile(3, N, k, W + i * rs, rs, cs, A, sa, Z + i * sz, sz);
  if (m - i == 2)
    Tile(2, N, k, W + i * rs, rs, cs, A, sa, Z + i * sz, sz);
  if (m - i == 1)
    Tile(1, N, k, W + i * rs, rs, cs, A, sa, Z + i * sz, sz);
}

static void Affine(int m, int k, int cols, const REAL *W, ptrdiff_t rs, ptrdiff_t cs, const REAL *A,
                   ptrdiff_t sa, REAL *Z, ptrdiff_t sz)
{
  int c = 0;

  if (m == 1)
    for (; c + 6 * LANES <= cols; c += 6 * LANES)
      Tile(1, 6, k, W, rs, cs, A + c, sa, Z + c, sz);
  for (; c + 3 * LANES <= cols; c += 3 * LANES)
    Panel(3, m, k, W, rs, cs, A + c, sa, Z + c, sz);
  for (; c < cols; c += LANES)
    Panel(1, m, k, W, rs, cs, A + c, sa, Z + c, sz);
}

/* W_bar [M][N] += Z_bar A^T, dot products along the columns */
INLINE void Dots(const int M, const int N, int cols, const REAL *restrict Z_bar, ptrdiff_t sz,
                 const REAL *restrict A, ptrdiff_t sa, REAL *restrict W_bar, ptrdiff_t sw)
{
  V w[3][4] = {{{0}}};

  for (int c = 0; c < cols; c += LANES) {
    V z[3];

#pragma GCC unroll 3
    for (int i = 0; i < M; i++)
      z[i] = Keep(Load(Z_bar + i * sz + c));
#pragma GCC unroll 4
    for (int j = 0; j < N; j++) {
      const V a = Keep(Load(A + j * sa + c));

#pragma GCC unroll 3
      for (int i = 0; i < M; i++)
        w[i][j] += z[i] * a;
    }
  }
#pragma GCC unroll 3
  for (int i = 0; i < M; i++) {
    REAL y[4] = {0};

    AddSums(w[i][0], w[i][1], w[i][2], w[i][3], N == 4 ? W_bar + i * sw : y);
    for (int j = 0; j < N && N < 4; j++)
      W_bar[i * sw + j] += y[j];
  }
}

INLINE void DotsRow(const int M, int k, int cols, const REAL *Z_bar, ptrdiff_t sz, const REAL *A,
                    ptrdiff_t sa, REAL *W_bar, ptrdiff_t sw)
{
  int l = 0;

  for (; l + 4 <= k; l += 4)
    Dots(M, 4, cols, Z_bar, sz, A + l * sa, sa, W_bar + l, sw);
  if (k - l == 3)
    Dots(M, 3, cols, Z_bar, sz, A + l * sa, sa, W_bar + l, sw);
  if (k - l == 2)
    Dots(M, 2, cols, Z_bar, sz, A + l * sa, sa, W_bar + l, sw);
  if (k - l == 1)
    Dots(M, 1, cols, Z_bar, sz, A + l * sa, sa, W_bar + l, sw);
}

static void AffineWeights(int m, int k, int cols, const REAL *Z_bar, ptrdiff_t sz, const REAL *A,
                          ptrdiff_t sa, REAL *W_bar)
{
  int i = 0;

  for (; i + 3 <= m && m - i != 4; i += 3)
    DotsRow(3, k, cols, Z_bar + i * sz, sz, A, sa, W_bar + i * (ptrdiff_t)k, k);
  for (; i + 2 <= m; i += 2)
    DotsRow(2, k, cols, Z_bar + i * sz, sz, A, sa, W_bar + i * (ptrdiff_t)k, k);
  if (i < m)
    DotsRow(1, k, cols, Z_bar + i * sz, sz, A, sa, W_bar + i * (ptrdiff_t)k, k);
}

/* adds the first `left` lanes of v */
INLINE void AddTo(REAL *x, V v, int left)
{
  if (left >= LANES)
    Store(x, Load(x) + v);
  else
    for (int i = 0; i < left; i++)
      x[i] += v[i];
}

/* rows of the M x N weights at one vector of points */
INLINE void Outer(const int M, const int N, int entries, const int *entry, int b, int left,
                  const REAL *restrict Z_bar, ptrdiff_t sz, const REAL *restrict A, ptrdiff_t sa, int k,
                  ptrdiff_t ld, REAL *restrict rows)
{
  V w[4][4] = {{{0}}};

  for (int e = 0; e < entries; e++) {
    const ptrdiff_t at = (ptrdiff_t)entry[e] * b;
    V               a[4];

#pragma GCC unroll 4
    for (int j = 0; j < N; j++)
      a[j] = Load(A + j * sa + at);
#pragma GCC unroll 4
    for (int i = 0; i < M; i++) {
      const V z = Load(Z_bar + i * sz + at);

#pragma GCC unroll 4
      for (int j = 0; j < N; j++)
        w[i][j] += z * a[j];
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < M; i++)
#pragma GCC unroll 4
    for (int j = 0; j < N; j++)
      AddTo(rows + ((ptrdiff_t)i * k + j) * ld, w[i][j], left);
}

INLINE void OuterBlock(const int M, const int N, int entries, const int *entry, int b, int n,
                       const REAL *Z_bar, ptrdiff_t sz, const REAL *A, ptrdiff_t sa, int k, ptrdiff_t ld,
                       REAL *rows)
{
  for (int p = 0; p < n; p += LANES)
    Outer(M, N, entries, entry, b, n - p, Z_bar + p, sz, A + p, sa, k, ld, rows + p);
}

static void AffineRows(int m, int k, int entries, const int *entry, int b, int n, const REAL *Z_bar,
                       ptrdiff_t sz, const REAL *A, ptrdiff_t sa, ptrdiff_t ld, REAL *rows)
{
  for (int i = 0; i < m; i += i + 2 <= m ? 2 : 1) {
    const REAL *z = Z_bar + i * sz;

    for (int l = 0; l < k; l += l + 4 <= k ? 4 : 1) {
      REAL *r = rows + ((ptrdiff_t)i * k + l) * ld;

      if (i + 2 <= m && l + 4 <= k)
        OuterBlock(2, 4, entries, entry, b, n, z, sz, A + l * sa, sa, k, ld, r);
      else if (i + 2 <= m)
        OuterBlock(2, 1, entries, entry, b, n, z, sz, A + l * sa, sa, k, ld, r);
      else if (l + 4 <= k)
        OuterBlock(1, 4, entries, entry, b, n, z, sz, A + l * sa, sa, k, ld, r);
      else
        OuterBlock(1, 1, entries, entry, b, n, z, sz, A + l * sa, sa, k, ld, r);
    }
  }
}

/* bias_bar [m] += the sum of Z_bar over the points, values only */
static void AffineBias(int m, int b, const REAL *restrict Z_bar, ptrdiff_t sz, REAL *restrict bias_bar)
{
  int i = 0;

  for (; i + 4 <= m; i += 4) {
    V sum[4] = {{0}};

    for (int p = 0; p < b; p += LANES)
      for (int j = 0; j < 4; j++)
        sum[j] += Load(Z_bar + (i + j) * sz + p);
    AddSums(sum[0], sum[1], sum[2], sum[3], bias_bar + i);
  }
  for (; i < m; i++) {
    V sum = {0};

    for (int p = 0; p < b; p += LANES)
      sum += Load(Z_bar + i * sz + p);
    bias_bar[i] += Sum(sum);
  }
}

static void AffineBiasRows(int m, int n, const REAL *Z_bar, ptrdiff_t sz, ptrdiff_t ld, REAL *rows)
{
  for (int i = 0; i < m; i++)
    for (int p = 0; p < n; p += LANES)
      AddTo(rows + i * ld + p, Load(Z_bar + i * sz + p), n - p);
}
