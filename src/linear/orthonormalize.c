/* orthonormalize.c - Q = J T, T block diagonal.  Per block: one QR of its rows on each rank, R factors of
   ghosts sent home and merged there (Demmel, Grigori, Hoemmen & Langou 2012); of the last triangle a
   QR with column pivoting, R P = Z S (Golub & Van Loan, 5.4), and T = P S_k^-1 with the k leading columns,
   |s_kk| > cut |s_11|.  Pivoting takes half the time of singular values, and fields came out as accurate. */
#include "linearimpl.h"

#define LAPACKgeqp3_ PETSCBLAS(geqp3, GEQP3)
PETSC_EXTERN void LAPACKgeqp3_(const PetscBLASInt *m, const PetscBLASInt *n, PetscReal *a,
                               const PetscBLASInt *lda, PetscBLASInt *jpvt, PetscReal *tau, PetscReal *work,
                               const PetscBLASInt *lwork, PetscBLASInt *info);

#define LAPACKtpqrt_ PETSCBLAS(tpqrt, TPQRT)
PETSC_EXTERN void LAPACKtpqrt_(const PetscBLASInt *m, const PetscBLASInt *n, const PetscBLASInt *l,
                               const PetscBLASInt *nb, PetscReal *a, const PetscBLASInt *lda, PetscReal *b,
                               const PetscBLASInt *ldb, PetscReal *t, const PetscBLASInt *ldt,
                               PetscReal *work, PetscBLASInt *info);

/* The triangle of R stacked on S (destroyed), both upper triangles [n][n] with ld, into R. */
static PetscErrorCode Merge(PetscInt n, PetscReal R[], PetscReal S[], PetscInt ld)
{
  PetscBLASInt bn, bld, nb = (PetscBLASInt)PetscMin(32, n), info;
  PetscReal   *reflectors, *work;

  PetscFunctionBegin;
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(ld, &bld));
  PetscCall(PetscMalloc2(nb * n, &reflectors, nb * n, &work));
  PetscCallBLAS("LAPACKtpqrt",
                LAPACKtpqrt_(&bn, &bn, &bn, &nb, R, &bld, S, &bld, reflectors, &nb, work, &info));
  PetscCall(PetscLogFlops(2.0 / 3 * n * n * n));
  PetscCall(PetscFree2(reflectors, work));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* T [n][k], ld, of a triangle R [n][n], ld (destroyed). */
static PetscErrorCode Reveal(PetscInt n, PetscReal R[], PetscInt ld, PetscReal cut, PetscReal T[],
                             PetscInt *k)
{
  const PetscReal one = 1;
  PetscBLASInt    bn, bk, bld, lwork = -1, info = 0, *column;
  PetscReal      *tau, *work, *inverse, size;

  PetscFunctionBegin;
  *k = 0;
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(ld, &bld));
  PetscCall(PetscCalloc3(n, &column, n, &tau, n * n, &inverse));
  PetscCallBLAS("LAPACKgeqp3", LAPACKgeqp3_(&bn, &bn, R, &bld, column, tau, &size, &lwork, &info));
  PetscCall(PetscBLASIntCast((PetscInt)size, &lwork));
  PetscCall(PetscMalloc1(lwork, &work));
  PetscCallBLAS("LAPACKgeqp3", LAPACKgeqp3_(&bn, &bn, R, &bld, column, tau, work, &lwork, &info));
  PetscCall(PetscLogFlops(4.0 / 3 * n * n * n));
  while (*k < n && PetscAbsReal(R[*k * ld + *k]) > cut * PetscAbsReal(R[0]))
    (*k)++;
  PetscCall(PetscBLASIntCast(*k, &bk));
  for (PetscInt j = 0; j < *k; j++)
    inverse[j * n + j] = 1;
  if (bk)
    PetscCallBLAS("BLAStrsm", BLAStrsm_("L", "U", "N", "N", &bk, &bk, &one, R, &bld, inverse, &bn));
  for (PetscInt j = 0; j < *k; j++) {
    PetscCall(PetscArrayzero(T + j * ld, n));
    for (PetscInt i = 0; i <= j; i++)
      T[j * ld + column[i] - 1] = inverse[j * n + i];
  }
  PetscCall(PetscFree(work));
  PetscCall(PetscFree3(column, tau, inverse));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* R [nlocal][stride * stride] of the rows on this rank of every block, then the R factors of ghosts at home:
   at [nowned + 1] into gathered, [][stride * stride]. */
static PetscErrorCode LocalTriangles(Panels *s, PetscReal R[], PetscInt at[], PetscReal **gathered)
{
  TessLayout     t      = s->layout;
  const PetscInt square = t->stride * t->stride, *degree;
  PetscInt      *m;
  PetscReal     *stack;
  MPI_Datatype   unit;
  PetscMPIInt    width;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(t->nlocal + 1, &m));
  for (PetscInt k = 0; k < s->npanel; k++)
    m[s->panel[k].block] += s->panel[k].nrow;
  for (PetscInt l = 0; l < t->nlocal; l++) {
    PetscInt row = 0;

    PetscCall(PetscMalloc1(m[l] * t->size[l], &stack));
    for (PetscInt k = 0; k < s->npanel; k++) {
      const Panel *p = &s->panel[s->member[k]];

      if (p->block != l)
        continue;
      for (PetscInt j = 0; j < p->ncol; j++)
        PetscCall(PetscArraycpy(stack + j * m[l] + row, p->a + j * p->nrow, p->nrow));
      row += p->nrow;
    }
    PetscCall(PetscArrayzero(R + (PetscCount)l * square, square));
    PetscCall(TriangleOfQR(m[l], t->size[l], stack, R + (PetscCount)l * square, t->stride));
    PetscCall(PetscFree(stack));
  }
  PetscCall(PetscFree(m));
  PetscCall(PetscSFComputeDegreeBegin(t->sf, &degree));
  PetscCall(PetscSFComputeDegreeEnd(t->sf, &degree));
  at[0] = 0;
  for (PetscInt l = 0; l < t->nowned; l++)
    at[l + 1] = at[l] + degree[l];
  PetscCall(PetscMalloc1((size_t)at[t->nowned] * square, gathered));
  PetscCall(PetscMPIIntCast(square, &width));
  PetscCall(TessRealsCreate_Private(width, &unit));
  if (square) {
    PetscCall(PetscSFGatherBegin(t->sf, unit, R, *gathered));
    PetscCall(PetscSFGatherEnd(t->sf, unit, R, *gathered));
  }
  PetscCall(TessRealsDestroy_Private(&unit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* T and its number of columns, of owned blocks at home, then of ghosts. */
static PetscErrorCode MakeBlocks(Panels *s, PetscReal cut, PetscReal T[], PetscInt size[])
{
  TessLayout     t      = s->layout;
  const PetscInt stride = t->stride, square = stride * stride;
  PetscReal     *R, *gathered;
  PetscInt      *at;
  MPI_Datatype   unit;
  PetscMPIInt    width;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((size_t)t->nlocal * square, &R, t->nowned + 1, &at));
  PetscCall(LocalTriangles(s, R, at, &gathered));
  for (PetscInt l = 0; l < t->nowned; l++) {
    const PetscInt n    = t->size[l];
    PetscReal     *mine = R + (PetscCount)l * square;

    for (PetscInt k = at[l]; k < at[l + 1]; k++)
      PetscCall(Merge(n, mine, gathered + (PetscCount)k * square, stride));
    PetscCall(Reveal(n, mine, stride, cut, T + (PetscCount)l * square, &size[l]));
  }
  PetscCall(PetscFree(gathered));
  PetscCall(PetscFree2(R, at));
  PetscCall(PetscSFBcastBegin(t->sf, MPIU_INT, size, size, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(t->sf, MPIU_INT, size, size, MPI_REPLACE));
  PetscCall(PetscMPIIntCast(square, &width));
  PetscCall(TessRealsCreate_Private(width, &unit));
  if (square) {
    PetscCall(PetscSFBcastBegin(t->sf, unit, T, T, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(t->sf, unit, T, T, MPI_REPLACE));
  }
  PetscCall(TessRealsDestroy_Private(&unit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* 1 / column norm of the shared slice, on every rank. */
static PetscErrorCode ScaleShared(Mat J, Panels *s, PetscReal shared[])
{
  TessLayout t = s->layout;
  Vec        d;

  PetscFunctionBegin;
  if (!t->nshared)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessLayoutCreateVec(t, &d));
  PetscCall(TessMatPanelsColumnNorms2(J, d));
  PetscCall(TessLayoutGlobalToLocal(t, d, s->x));
  for (PetscInt j = 0; j < t->nshared; j++) {
    const PetscReal norm2 = s->x[t->nlocal * t->stride + j];

    shared[j] = norm2 > 0 ? 1 / PetscSqrtReal(norm2) : 1;
  }
  PetscCall(VecDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsOrthonormalize(Mat J, PetscReal cut, Mat *Q, Mat *T)
{
  Panels    *s = NULL, *q;
  Blocks    *blocks;
  TessLayout t;
  PetscInt  *size, m;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  t = s->layout;
  PetscCall(PetscLogEventBegin(TESS_Assemble, J, 0, 0, 0));
  PetscCall(BlocksCreate(t, t->stride, &blocks));
  PetscCall(PetscCalloc1(t->nlocal, &size));
  PetscCall(MakeBlocks(s, cut, blocks->block, size));
  PetscCall(ScaleShared(J, s, blocks->shared));
  m = J->rmap->n - (t->rank == t->last ? s->nborder : 0);
  PetscCall(BlocksMultiply(J, blocks, size, m, Q, T));
  PetscCall(PetscFree(size));
  PetscCall(PanelsGet(*Q, &q));
  PetscCall(PetscObjectReference((PetscObject)J));
  q->parent = J;
  PetscCall(PetscLogEventEnd(TESS_Assemble, J, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
