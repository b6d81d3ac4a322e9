/* patch.c - the first level: for each block s the Gram matrix of s and its neighbours, factored.  The factor
   is of the pivoted Cholesky, P^T G P = L L^T (Higham, Accuracy and Stability, 10.3), in double; it is stored
   in single: rounding the entries of a rank-revealing factor changes small eigenvalues by a small relative
   amount (Demmel et al. 1999), which rounding the entries of G would not. */
#include "schwarz.h"

#define CUT 1e-14 /* pivots under this times the largest entry are round-off */

#define LAPACKpstrf_ PETSCBLAS(pstrf, PSTRF)
PETSC_EXTERN void LAPACKpstrf_(const char *uplo, const PetscBLASInt *n, PetscReal *a, const PetscBLASInt *lda,
                               PetscBLASInt *piv, PetscBLASInt *rank, const PetscReal *tol, PetscReal *work,
                               PetscBLASInt *info);

static const Pair *FindPair(TessLayout t, const Pairs *pairs, PetscInt e, PetscInt f)
{
  PetscInt at = -1;

  if (t->number[e] > t->number[f]) {
    const PetscInt z = e;

    e = f;
    f = z;
  }
  (void)PetscHMapIJGet(pairs->at, ((PetscHashIJKey){.i = e, .j = f}), &at);
  return at < 0 ? NULL : &pairs->pair[at];
}

/* M [n e][n f] = L_e^-1 G_ef L_f^-T of a pair of blocks, in the order asked for */
static PetscErrorCode Whitened(TessLayout t, const Pair *p, PetscInt e, PetscInt f, PetscReal *const L[],
                               PetscReal M[])
{
  const PetscInt  ne = t->size[e], nf = t->size[f];
  const PetscReal one = 1;
  PetscBLASInt    be, bf;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < nf; j++)
    for (PetscInt i = 0; i < ne; i++)
      M[j * ne + i] = p->e == e ? p->sum[i * p->ld + j] : p->sum[j * p->ld + i];
  PetscCall(PetscBLASIntCast(ne, &be));
  PetscCall(PetscBLASIntCast(nf, &bf));
  PetscCallBLAS("BLAStrsm", BLAStrsm_("L", "L", "N", "N", &be, &bf, &one, L[e], &be, M, &be));
  PetscCallBLAS("BLAStrsm", BLAStrsm_("R", "L", "T", "N", &be, &bf, &one, L[f], &bf, M, &be));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* V [n f][k] = L_f^-T times the right singular vectors of M whose singular values (the cosines of the angles
   between the spans of e and f) are above `cosine` */
static PetscErrorCode Directions(PetscInt ne, PetscInt nf, const PetscReal M[], const PetscReal L[],
                                 PetscReal cosine, PetscInt *k, float **V)
{
  const PetscReal one = 1, zero = 0;
  PetscReal      *C, *sigma2, *work;
  PetscBLASInt    be, bf, bk, lwork, info;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(ne, &be));
  PetscCall(PetscBLASIntCast(nf, &bf));
  PetscCall(PetscBLASIntCast(8 * nf, &lwork));
  PetscCall(PetscMalloc3(nf * nf, &C, nf, &sigma2, lwork, &work));
  PetscCallBLAS("BLASsyrk", BLASsyrk_("L", "T", &bf, &be, &one, M, &be, &zero, C, &bf));
  PetscCallBLAS("LAPACKsyev", LAPACKsyev_("V", "L", &bf, C, &bf, sigma2, work, &lwork, &info));
  *k = 0;
  while (*k < nf && sigma2[nf - 1 - *k] > cosine * cosine)
    (*k)++;
  PetscCall(PetscBLASIntCast(*k, &bk));
  if (*k)
    PetscCallBLAS("BLAStrsm", BLAStrsm_("L", "L", "T", "N", &bf, &bk, &one, L, &bf, C + (nf - *k) * nf, &bf));
  PetscCall(PetscMalloc1(nf * *k, V));
  for (PetscInt i = 0; i < nf * *k; i++)
    (*V)[i] = (float)C[(nf - *k) * nf + i];
  PetscCall(PetscFree3(C, sigma2, work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* s whole, and of each neighbour what overlaps with it */
static PetscErrorCode Gather(TessLayout t, const Pairs *pairs, PetscReal *const L[], PetscInt s,
                             PetscReal cosine, Patch *patch)
{
  PetscInt  *number;
  PetscReal *M;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(t->nlocal, &number, t->stride * t->stride, &M));
  PetscCall(PetscMalloc1(t->nlocal, &patch->member));
  for (PetscInt l = 0; l < t->nlocal; l++) {
    const Pair *p = FindPair(t, pairs, s, l);
    Member      m = {.block = l, .k = t->size[l]};

    if (!t->size[l] || !p)
      continue;
    if (l != s && cosine > 0) {
      PetscCall(Whitened(t, p, s, l, L, M));
      PetscCall(Directions(t->size[s], t->size[l], M, L[l], cosine, &m.k, &m.V));
    }
    number[patch->nmember]          = t->number[l];
    patch->member[patch->nmember++] = m;
    patch->n += m.k;
  }
  for (PetscInt i = 1; i < patch->nmember; i++) {
    for (PetscInt j = i; j > 0 && number[j] < number[j - 1]; j--) {
      const Member   m = patch->member[j];
      const PetscInt q = number[j];

      number[j]            = number[j - 1];
      patch->member[j]     = patch->member[j - 1];
      number[j - 1]        = q;
      patch->member[j - 1] = m;
    }
  }
  PetscCall(PetscFree2(number, M));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* V of a member in double: [size][k], a unit matrix if it has none */
static void Basis(TessLayout t, const Member *m, PetscReal V[])
{
  const PetscInt n = t->size[m->block];

  for (PetscInt j = 0; j < m->k; j++)
    for (PetscInt i = 0; i < n; i++)
      V[j * n + i] = m->V ? m->V[j * n + i] : i == j;
}

/* The lower triangle of G [n][n], V^T (J^T J + D) V. */
static PetscErrorCode Assemble(TessLayout t, const Pairs *pairs, const Patch *patch, const PetscReal d[],
                               PetscReal G[])
{
  const PetscInt square = t->stride * t->stride;
  PetscReal     *V, *W, *C;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(G, patch->n * patch->n));
  PetscCall(PetscMalloc3(square, &V, square, &W, square, &C));
  for (PetscInt a = 0, col = 0; a < patch->nmember; col += patch->member[a].k, a++) {
    const PetscInt e = patch->member[a].block, ne = t->size[e], ka = patch->member[a].k;

    for (PetscInt b = a, row = col; b < patch->nmember; row += patch->member[b].k, b++) {
      const PetscInt f = patch->member[b].block, nf = t->size[f], kb = patch->member[b].k;
      const Pair    *p = FindPair(t, pairs, e, f);

      if (!p)
        continue;
      Basis(t, &patch->member[a], V);
      Basis(t, &patch->member[b], W);
      PetscCall(Gemm("NN", nf, ka, ne, 1, p->sum, p->ld, V, ne, 0, C, nf));
      if (e == f && d)
        for (PetscInt j = 0; j < ka; j++)
          for (PetscInt i = 0; i < ne; i++)
            C[j * ne + i] += d[e * t->stride + i] * V[j * ne + i];
      PetscCall(Gemm("TN", kb, ka, nf, 1, W, nf, C, nf, 0, G + (PetscCount)col * patch->n + row, patch->n));
    }
  }
  PetscCall(PetscFree3(V, W, C));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* G is destroyed. */
static PetscErrorCode Factor(PetscReal G[], Patch *patch)
{
  PetscBLASInt n, rank = 0, info = 0, *pivot;
  PetscReal   *work, largest = 0, tol;
  float       *L;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < patch->n; i++)
    largest = PetscMax(largest, G[i * patch->n + i]);
  tol = CUT * largest;
  PetscCall(PetscBLASIntCast(patch->n, &n));
  PetscCall(PetscMalloc2(n, &pivot, 2 * n, &work));
  if (n && largest > 0)
    PetscCallBLAS("LAPACKpstrf", LAPACKpstrf_("L", &n, G, &n, pivot, &rank, &tol, work, &info));
  PetscCall(PetscLogFlops(1.0 / 3 * n * n * n));
  patch->k = rank;
  PetscCall(PetscMalloc2(rank, &patch->pivot, (size_t)rank * (rank + 1) / 2, &patch->L));
  L = patch->L;
  for (PetscInt j = 0; j < rank; j++) {
    patch->pivot[j] = pivot[j] - 1;
    for (PetscInt i = j; i < rank; i++)
      *L++ = (float)G[(PetscCount)j * n + i];
  }
  PetscCall(PetscFree2(pivot, work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x := (L L^T)^-1 x, columns of L one after another */
static void Solve(PetscInt k, const float L[], PetscReal x[])
{
  for (PetscInt j = 0; j < k; L += k - j, j++) {
    const PetscReal z = x[j] /= L[0];

    for (PetscInt i = 1; i < k - j; i++)
      x[j + i] -= L[i] * z;
  }
  for (PetscInt j = k - 1; j >= 0; j--) {
    L -= k - j;
    x[j] = (x[j] - SingleDot(k - j - 1, L + 1, x + j + 1)) / L[0];
  }
}

/* L_l L_l^T = diagonal block + D of every local block, a little shifted */
static PetscErrorCode FactorBlocks(TessLayout t, const Pairs *pairs, const PetscReal d[], PetscReal *L[])
{
  PetscFunctionBegin;
  for (PetscInt l = 0; l < t->nlocal; l++) {
    const PetscInt n       = t->size[l];
    const Pair    *p       = FindPair(t, pairs, l, l);
    PetscReal      largest = 0;
    PetscBLASInt   bn, info = 1;

    PetscCall(PetscBLASIntCast(n, &bn));
    PetscCall(PetscCalloc1(n * n, &L[l]));
    for (PetscInt i = 0; i < n && p; i++)
      largest = PetscMax(largest, p->sum[i * n + i] + (d ? d[l * t->stride + i] : 0));
    for (PetscReal shift = 1e-14; info && n && shift < 1; shift *= 100) {
      for (PetscInt i = 0; i < n * n && p; i++)
        L[l][i] = p->sum[i];
      for (PetscInt i = 0; i < n; i++)
        L[l][i * n + i] += (d ? d[l * t->stride + i] : 0) + (largest > 0 ? shift * largest : 1);
      PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &bn, L[l], &bn, &info));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PatchesSetUp(Mat J, Vec D, const Pairs *pairs, PetscReal cosine, Patches *p, PetscBool *ok)
{
  Panels    *s;
  TessLayout t;
  PetscReal *d = NULL, **L;

  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  PetscCall(PatchesReset(p));
  PetscCall(PanelsGet(J, &s));
  t = s->layout;
  if (D) {
    PetscCall(PetscMalloc1(t->nlocal * t->stride + t->nshared, &d));
    PetscCall(TessLayoutGlobalToLocal(t, D, d));
  }
  PetscCall(PetscMalloc1(t->nlocal, &L));
  PetscCall(FactorBlocks(t, pairs, d, L));
  p->npatch = t->nowned;
  PetscCall(PetscCalloc1(t->nowned, &p->patch));
  for (PetscInt l = 0; l < t->nowned; l++) {
    Patch     *patch = &p->patch[l];
    PetscReal *G;

    PetscCall(Gather(t, pairs, L, l, cosine, patch));
    PetscCall(PetscMalloc1((size_t)patch->n * patch->n, &G));
    PetscCall(Assemble(t, pairs, patch, d, G));
    PetscCall(Factor(G, patch));
    p->most = PetscMax(p->most, patch->n);
    PetscCall(PetscFree(G));
  }
  PetscCall(PetscMalloc2(p->most, &p->work, p->most, &p->sorted));
  for (PetscInt l = 0; l < t->nlocal; l++)
    PetscCall(PetscFree(L[l]));
  PetscCall(PetscFree(L));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PatchesApply(Panels *J, Patches *p, const PetscReal x[], PetscReal y[])
{
  TessLayout t = J->layout;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(y, t->nlocal * t->stride + t->nshared));
  for (PetscInt s = 0; s < p->npatch; s++) {
    const Patch *q = &p->patch[s];
    PetscReal   *w = p->work;

    for (PetscInt i = 0; i < q->nmember; w += q->member[i].k, i++) {
      const Member    *m = &q->member[i];
      const PetscReal *z = x + m->block * t->stride;
      const PetscInt   n = t->size[m->block];

      for (PetscInt j = 0; j < m->k; j++)
        w[j] = m->V ? SingleDot(n, m->V + j * n, z) : z[j];
    }
    for (PetscInt i = 0; i < q->k; i++)
      p->sorted[i] = p->work[q->pivot[i]];
    Solve(q->k, q->L, p->sorted);
    PetscCall(PetscArrayzero(p->work, q->n));
    for (PetscInt i = 0; i < q->k; i++)
      p->work[q->pivot[i]] = p->sorted[i];
    w = p->work;
    for (PetscInt i = 0; i < q->nmember; w += q->member[i].k, i++) {
      const Member  *m = &q->member[i];
      PetscReal     *z = y + m->block * t->stride;
      const PetscInt n = t->size[m->block];

      for (PetscInt j = 0; j < m->k; j++)
        if (m->V)
          for (PetscInt r = 0; r < n; r++)
            z[r] += m->V[j * n + r] * w[j];
        else
          z[j] += w[j];
    }
    PetscCall(PetscLogFlops(2.0 * q->k * q->k));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PatchesReset(Patches *p)
{
  PetscFunctionBegin;
  for (PetscInt s = 0; s < p->npatch; s++) {
    for (PetscInt i = 0; i < p->patch[s].nmember; i++)
      PetscCall(PetscFree(p->patch[s].member[i].V));
    PetscCall(PetscFree(p->patch[s].member));
    PetscCall(PetscFree2(p->patch[s].pivot, p->patch[s].L));
  }
  PetscCall(PetscFree(p->patch));
  PetscCall(PetscFree2(p->work, p->sorted));
  *p = (Patches){.npatch = 0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt64 PatchBytes(TessLayout t, const Patch *q)
{
  PetscInt64 bytes = q->k * (PetscInt64)(q->k + 1) / 2 * (PetscInt64)sizeof(float);

  for (PetscInt i = 0; i < q->nmember; i++)
    if (q->member[i].V)
      bytes += (PetscInt64)q->member[i].k * t->size[q->member[i].block] * (PetscInt64)sizeof(float);
  return bytes;
}
