/* elimination.c - block Cholesky on a graph (George & Liu 1981, ch. 5), in the order of order.c. */
#include "elimination.h"

#define TILE 8 /* columns that are turned together: a line of memory */

PetscErrorCode EliminationCreate(PetscInt n, PetscInt nkept, const PetscInt size[], PetscInt nedge,
                                 const PetscInt edges[], Elimination *s)
{
  PetscFunctionBegin;
  *s = (Elimination){.n = n, .neliminated = n - nkept};
  PetscCall(PetscMalloc6(n, &s->size, n + 1, &s->first, n, &s->node, n, &s->place, n, &s->height, n + 1,
                         &s->start));
  PetscCall(PetscMalloc1(n, &s->at));
  PetscCall(EliminationOrder(n, s->neliminated, nedge, edges, s->node, s->place, s->start, &s->below));
  PetscCall(PetscMalloc1(s->start[n], &s->row));
  s->first[0] = 0;
  for (PetscInt v = 0; v < n; v++) {
    s->size[v]      = size[v];
    s->first[v + 1] = s->first[v] + size[v];
  }
  for (PetscInt k = 0; k < n; k++) {
    s->height[k] = size[s->node[k]];
    for (PetscInt j = s->start[k]; j < s->start[k + 1]; j++) {
      s->row[j] = s->height[k];
      s->height[k] += size[s->node[s->below[j]]];
    }
    s->at[k] = s->total;
    s->total += (PetscInt64)s->height[k] * size[s->node[k]];
  }
  PetscCall(PetscMalloc1(s->total, &s->L));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationDestroy(Elimination *s)
{
  PetscFunctionBegin;
  PetscCall(PetscFree6(s->size, s->first, s->node, s->place, s->height, s->start));
  PetscCall(PetscFree(s->below));
  PetscCall(PetscFree(s->row));
  PetscCall(PetscFree(s->at));
  PetscCall(PetscFree(s->L));
  *s = (Elimination){.n = 0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal *EliminationDiagonal(const Elimination *s, PetscInt node, PetscInt *ld)
{
  *ld = s->height[s->place[node]];
  return s->L + s->at[s->place[node]];
}

/* Block of place i in column k, which has it. */
static PetscReal *Find(const Elimination *s, PetscInt k, PetscInt i)
{
  PetscInt low = s->start[k], high = s->start[k + 1];

  if (i == k)
    return s->L + s->at[k];
  while (low + 1 < high) {
    const PetscInt middle = (low + high) / 2;

    if (s->below[middle] <= i)
      low = middle;
    else
      high = middle;
  }
  return s->L + s->at[k] + s->row[low];
}

PetscErrorCode EliminationAdd(Elimination *s, PetscInt i, PetscInt j, const PetscReal sum[], PetscInt ld)
{
  const PetscInt  column = PetscMin(s->place[i], s->place[j]), h = s->height[column];
  const PetscBool turned = s->place[j] < s->place[i] ? PETSC_TRUE : PETSC_FALSE;
  PetscReal      *a      = Find(s, column, PetscMax(s->place[i], s->place[j]));

  PetscFunctionBegin;
  for (PetscInt c = 0; c < s->size[i] && !turned; c++)
    for (PetscInt r = i == j ? c : 0; r < s->size[j]; r++)
      a[(PetscCount)c * h + r] += sum[(PetscCount)c * ld + r];
  for (PetscInt c0 = 0; c0 < s->size[i] && turned; c0 += TILE)
    for (PetscInt r = 0; r < s->size[j]; r++)
      for (PetscInt c = c0; c < PetscMin(s->size[i], c0 + TILE); c++)
        a[(PetscCount)r * h + c] += sum[(PetscCount)c * ld + r];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationUpdate(Elimination *s, PetscInt k, PetscInt i)
{
  const PetscReal  minus = -1, one = 1;
  const PetscInt   h = s->height[k], n = s->size[s->node[k]];
  const PetscInt   column = s->below[i], m = s->size[s->node[column]], ld = s->height[column];
  const PetscReal *L = s->L + s->at[k];
  PetscBLASInt     bn, bm, bh, bld;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(PetscMax(1, h), &bh));
  PetscCall(PetscBLASIntCast(m, &bm));
  PetscCall(PetscBLASIntCast(PetscMax(1, ld), &bld));
  PetscCallBLAS("BLASsyrk",
                BLASsyrk_("L", "N", &bm, &bn, &minus, L + s->row[i], &bh, &one, s->L + s->at[column], &bld));
  PetscCall(PetscLogFlops(1.0 * m * m * n));
  for (PetscInt j = i + 1, next; j < s->start[k + 1]; j = next) {
    PetscReal *a    = Find(s, column, s->below[j]);
    PetscInt   rows = s->size[s->node[s->below[j]]];

    for (next = j + 1; next < s->start[k + 1] && Find(s, column, s->below[next]) == a + rows; next++)
      rows += s->size[s->node[s->below[next]]]; /* blocks that stand together there too */
    PetscCall(Gemm("NT", rows, m, n, -1, L + s->row[j], h, L + s->row[i], h, 1, a, ld));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationColumn(Elimination *s, PetscInt k, PetscBool *ok)
{
  const PetscReal one = 1;
  const PetscInt  h = s->height[k], n = s->size[s->node[k]];
  PetscReal      *L = s->L + s->at[k];
  PetscBLASInt    bn, bm, bh, info = 0;

  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(h - n, &bm));
  PetscCall(PetscBLASIntCast(h, &bh));
  PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &bn, L, &bh, &info));
  *ok = info || PetscIsInfOrNanReal(L[(PetscCount)(n - 1) * h + n - 1]) ? PETSC_FALSE : PETSC_TRUE;
  if (*ok && bm)
    PetscCallBLAS("BLAStrsm", BLAStrsm_("R", "L", "T", "N", &bm, &bn, &one, L, &bh, L + n, &bh));
  PetscCall(PetscLogFlops(1.0 / 3 * n * n * n + 1.0 * n * n * (h - n)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationFactor(Elimination *s, PetscBool *ok)
{
  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  for (PetscInt k = 0; k < s->neliminated && *ok; k++) {
    PetscCall(EliminationColumn(s, k, ok));
    for (PetscInt i = s->start[k]; i < s->start[k + 1] && *ok; i++)
      PetscCall(EliminationUpdate(s, k, i));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* y = A x, or with op T A^T x subtracted from y, for k vectors; A [m][n] with ld */
static PetscErrorCode Product(char op, PetscInt m, PetscInt n, PetscInt k, const PetscReal A[], PetscInt ld,
                              const PetscReal x[], PetscInt ldx, PetscReal y[], PetscInt ldy)
{
  const PetscReal alpha = op == 'N' ? 1 : -1, beta = op == 'N' ? 0 : 1;
  const char      ops[2] = {op, 'N'};
  PetscBLASInt    bm, bn, bld, inc = 1;

  PetscFunctionBegin;
  if (k > 1) {
    PetscCall(Gemm(ops, op == 'N' ? m : n, k, op == 'N' ? n : m, alpha, A, ld, x, ldx, beta, y, ldy));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscBLASIntCast(m, &bm));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(ld, &bld));
  PetscCallBLAS("BLASgemv", BLASgemv_(&op, &bm, &bn, &alpha, A, &bld, x, &inc, &beta, y, &inc));
  PetscCall(PetscLogFlops(2.0 * m * n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Triangle(char op, PetscInt n, PetscInt k, const PetscReal L[], PetscInt ld,
                               PetscReal x[], PetscInt ldx)
{
  const PetscReal unit = 1;
  PetscBLASInt    bn, bk, bld, bx;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(k, &bk));
  PetscCall(PetscBLASIntCast(ld, &bld));
  PetscCall(PetscBLASIntCast(ldx, &bx));
  PetscCallBLAS("BLAStrsm", BLAStrsm_("L", "L", &op, "N", &bn, &bk, &unit, L, &bld, x, &bx));
  PetscCall(PetscLogFlops(1.0 * n * n * k));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* w [m][rows of column k under its diagonal block]: what x has there, or taken from it */
static PetscErrorCode Rows(const Elimination *s, PetscInt k, PetscInt m, PetscBool take, PetscReal w[],
                           PetscReal x[])
{
  const PetscInt n = s->size[s->node[k]], ldw = s->height[k] - n, ldx = s->first[s->n];

  PetscFunctionBegin;
  for (PetscInt j = 0; j < m; j++) {
    for (PetscInt i = s->start[k]; i < s->start[k + 1]; i++) {
      const PetscInt v = s->node[s->below[i]];
      PetscReal     *a = w + j * ldw + s->row[i] - n, *b = x + j * ldx + s->first[v];

      for (PetscInt r = 0; r < s->size[v]; r++) {
        if (take)
          b[r] -= a[r];
        else
          a[r] = b[r];
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationForward(const Elimination *s, PetscInt m, PetscReal x[])
{
  const PetscInt ldx = s->first[s->n];
  PetscReal     *w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m * ldx, &w));
  for (PetscInt k = 0; k < s->neliminated; k++) {
    const PetscInt   n = s->size[s->node[k]], h = s->height[k];
    const PetscReal *L = s->L + s->at[k];
    PetscReal       *z = x + s->first[s->node[k]];

    if (n)
      PetscCall(Triangle('N', n, m, L, h, z, ldx));
    if (!n || h == n)
      continue;
    PetscCall(Product('N', h - n, n, m, L + n, h, z, ldx, w, h - n));
    PetscCall(Rows(s, k, m, PETSC_TRUE, w, x));
  }
  PetscCall(PetscFree(w));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode EliminationBackward(const Elimination *s, PetscInt m, PetscReal x[])
{
  const PetscInt ldx = s->first[s->n];
  PetscReal     *w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m * ldx, &w));
  for (PetscInt k = s->neliminated - 1; k >= 0; k--) {
    const PetscInt   n = s->size[s->node[k]], h = s->height[k];
    const PetscReal *L = s->L + s->at[k];
    PetscReal       *z = x + s->first[s->node[k]];

    if (n && h > n) {
      PetscCall(Rows(s, k, m, PETSC_FALSE, w, x));
      PetscCall(Product('T', h - n, n, m, L + n, h, w, h - n, z, ldx));
    }
    if (n)
      PetscCall(Triangle('T', n, m, L, h, z, ldx));
  }
  PetscCall(PetscFree(w));
  PetscFunctionReturn(PETSC_SUCCESS);
}
