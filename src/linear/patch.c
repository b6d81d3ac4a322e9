/* patch.c - the first level: for each block s the Gram matrix of s and its neighbours, factored.  The factor
   is of the pivoted Cholesky, P^T G P = L L^T (Higham, Accuracy and Stability, 10.3), in double; it is stored
   in single: rounding the entries of a rank-revealing factor changes small eigenvalues by a small relative
   amount (Demmel et al. 1999), which rounding the entries of G would not. */
#include "schwarz.h"

#define LAPACKpstrf_ PETSCBLAS(pstrf, PSTRF)
PETSC_EXTERN void LAPACKpstrf_(const char *uplo, const PetscBLASInt *n, PetscReal *a, const PetscBLASInt *lda,
                               PetscBLASInt *piv, PetscBLASInt *rank, const PetscReal *tol, PetscReal *work,
                               PetscBLASInt *info);

/* The blocks of a patch in the order of global columns, their first unknowns. */
typedef struct {
  PetscInt  nblock, n;
  PetscInt *block, *start, *index; /* [nblock], [nblock + 1], [n] places in a local array */
} Members;

static PetscErrorCode MembersDestroy(Members *m)
{
  PetscFunctionBegin;
  PetscCall(PetscFree2(m->block, m->start));
  PetscCall(PetscFree(m->index));
  PetscFunctionReturn(PETSC_SUCCESS);
}

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

/* s itself, and of a neighbour the columns that keep more than `share` of their length in the span of s */
static PetscErrorCode MembersCreate(TessLayout t, const Pairs *pairs, const PetscReal diagonal[], PetscInt s,
                                    PetscReal share, Members *m)
{
  PetscInt *number;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(t->nlocal, &m->block, t->nlocal + 1, &m->start));
  PetscCall(PetscMalloc1(t->nlocal, &number));
  m->nblock = m->n = 0;
  for (PetscInt l = 0; l < t->nlocal; l++) {
    if (!t->size[l] || !FindPair(t, pairs, s, l))
      continue;
    number[m->nblock]     = t->number[l];
    m->block[m->nblock++] = l;
    m->n += t->size[l];
  }
  PetscCall(PetscSortIntWithArray(m->nblock, number, m->block));
  PetscCall(PetscFree(number));
  PetscCall(PetscMalloc1(m->n, &m->index));
  m->n = 0;
  for (PetscInt b = 0; b < m->nblock; b++) {
    const PetscInt l = m->block[b];
    const Pair    *p = FindPair(t, pairs, s, l);

    m->start[b] = m->n;
    for (PetscInt j = 0; j < t->size[l]; j++) {
      PetscReal energy = 0;

      for (PetscInt i = 0; i < t->size[s] && l != s; i++) {
        const PetscReal a = p->e == s ? p->sum[i * p->ld + j] : p->sum[j * p->ld + i];

        energy += a * a / diagonal[s * t->stride + i] / diagonal[l * t->stride + j];
      }
      if (l == s || energy > share * share)
        m->index[m->n++] = l * t->stride + j;
    }
  }
  m->start[m->nblock] = m->n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The lower triangle of G [n][n]. */
static PetscErrorCode Assemble(TessLayout t, const Pairs *pairs, const Members *m, const PetscReal d[],
                               PetscReal G[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(G, m->n * m->n));
  for (PetscInt a = 0; a < m->nblock; a++) {
    for (PetscInt b = a; b < m->nblock; b++) {
      const PetscInt e = m->block[a], f = m->block[b];
      const Pair    *p = FindPair(t, pairs, e, f);

      if (!p)
        continue;
      for (PetscInt i = m->start[a]; i < m->start[a + 1]; i++) {
        const PetscReal *row = p->sum + (m->index[i] - e * t->stride) * p->ld;

        for (PetscInt j = PetscMax(i, m->start[b]); j < m->start[b + 1]; j++)
          G[i * m->n + j] = row[m->index[j] - f * t->stride];
      }
    }
  }
  for (PetscInt i = 0; i < m->n && d; i++)
    G[i * m->n + i] += d[m->index[i]];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Factor(const Members *m, PetscReal G[], PetscReal cut, Patch *patch)
{
  PetscBLASInt n, rank = 0, info = 0, *pivot;
  PetscReal   *work, largest = 0, tol;
  float       *L;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < m->n; i++)
    largest = PetscMax(largest, G[i * m->n + i]);
  tol = cut * largest;
  PetscCall(PetscBLASIntCast(m->n, &n));
  PetscCall(PetscMalloc2(n, &pivot, 2 * n, &work));
  if (n && largest > 0)
    PetscCallBLAS("LAPACKpstrf", LAPACKpstrf_("L", &n, G, &n, pivot, &rank, &tol, work, &info));
  PetscCall(PetscLogFlops(1.0 / 3 * n * n * n));
  patch->n = m->n;
  patch->k = rank;
  PetscCall(PetscMalloc2(rank, &patch->index, (size_t)rank * (rank + 1) / 2, &patch->L));
  L = patch->L;
  for (PetscInt j = 0; j < rank; j++) {
    patch->index[j] = m->index[pivot[j] - 1];
    for (PetscInt i = j; i < rank; i++)
      *L++ = (float)G[(PetscCount)j * n + i];
  }
  PetscCall(PetscFree2(pivot, work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* L [n] in single, x [n] in double; eight sums, so that the compiler may use vectors */
static PetscReal Dot(PetscInt n, const float L[], const PetscReal x[])
{
  PetscReal sum[8] = {0}, rest = 0;
  PetscInt  i = 0;

  for (; i + 8 <= n; i += 8)
    for (PetscInt q = 0; q < 8; q++)
      sum[q] += L[i + q] * x[i + q];
  for (; i < n; i++)
    rest += L[i] * x[i];
  return rest + ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
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
    x[j] = (x[j] - Dot(k - j - 1, L + 1, x + j + 1)) / L[0];
  }
}

/* 1 / sqrt(number of patches that have the entry) */
static PetscErrorCode Weights(TessLayout t, Patches *p)
{
  const PetscInt n = t->nlocal * t->stride + t->nshared;
  Vec            count;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(n, &p->root));
  for (PetscInt s = 0; s < p->npatch; s++)
    for (PetscInt i = 0; i < p->patch[s].k; i++)
      p->root[p->patch[s].index[i]] += 1;
  PetscCall(TessLayoutCreateVec(t, &count));
  PetscCall(TessLayoutLocalToGlobalAdd(t, p->root, count));
  PetscCall(TessLayoutGlobalToLocal(t, count, p->root));
  PetscCall(VecDestroy(&count));
  for (PetscInt i = 0; i < n; i++)
    p->root[i] = p->root[i] > 0 ? 1 / PetscSqrtReal(p->root[i]) : 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PatchesSetUp(Mat J, Vec D, PetscReal cut, PetscReal share, PetscBool weighted, Patches *p,
                            PetscBool *ok)
{
  Panels    *s;
  TessLayout t;
  Pairs      pairs;
  PetscReal *d = NULL, *diagonal;

  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  PetscCall(PatchesReset(p));
  PetscCall(PanelsGet(J, &s));
  t = s->layout;
  if (D) {
    PetscCall(PetscMalloc1(t->nlocal * t->stride + t->nshared, &d));
    PetscCall(TessLayoutGlobalToLocal(t, D, d));
  }
  PetscCall(GramBlocksCreate(s, &pairs));
  PetscCall(PetscMalloc1(t->nlocal * t->stride, &diagonal));
  for (PetscInt l = 0; l < t->nlocal; l++) {
    const Pair *pair = FindPair(t, &pairs, l, l);

    for (PetscInt i = 0; i < t->size[l]; i++)
      diagonal[l * t->stride + i] = pair && pair->sum[i * pair->ld + i] > 0 ? pair->sum[i * pair->ld + i] : 1;
  }
  p->npatch = t->nowned;
  PetscCall(PetscCalloc1(t->nowned, &p->patch));
  for (PetscInt l = 0; l < t->nowned; l++) {
    Members    m;
    PetscReal *G;

    PetscCall(MembersCreate(t, &pairs, diagonal, l, share, &m));
    PetscCall(PetscMalloc1((size_t)m.n * m.n, &G));
    PetscCall(Assemble(t, &pairs, &m, d, G));
    PetscCall(Factor(&m, G, cut, &p->patch[l]));
    p->most = PetscMax(p->most, p->patch[l].k);
    PetscCall(PetscFree(G));
    PetscCall(MembersDestroy(&m));
  }
  PetscCall(PetscMalloc1(p->most, &p->work));
  PetscCall(PetscFree(diagonal));
  PetscCall(PetscFree(d));
  PetscCall(GramBlocksDestroy(&pairs));
  if (weighted)
    PetscCall(Weights(t, p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PatchesApply(Panels *J, Patches *p, const PetscReal x[], PetscReal y[])
{
  TessLayout     t = J->layout;
  const PetscInt n = t->nlocal * t->stride + t->nshared;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(y, n));
  for (PetscInt s = 0; s < p->npatch; s++) {
    const Patch *q = &p->patch[s];

    for (PetscInt i = 0; i < q->k; i++)
      p->work[i] = x[q->index[i]] * (p->root ? p->root[q->index[i]] : 1);
    Solve(q->k, q->L, p->work);
    for (PetscInt i = 0; i < q->k; i++)
      y[q->index[i]] += p->work[i] * (p->root ? p->root[q->index[i]] : 1);
    PetscCall(PetscLogFlops(2.0 * q->k * q->k));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PatchesReset(Patches *p)
{
  PetscFunctionBegin;
  for (PetscInt s = 0; s < p->npatch; s++)
    PetscCall(PetscFree2(p->patch[s].index, p->patch[s].L));
  PetscCall(PetscFree(p->patch));
  PetscCall(PetscFree(p->work));
  PetscCall(PetscFree(p->root));
  *p = (Patches){.npatch = 0};
  PetscFunctionReturn(PETSC_SUCCESS);
}
