/* orthonormalize.c - Q = J T, T block diagonal.  Per block: one QR of its rows on each rank, R factors of
   ghosts sent home and stacked for another (Demmel, Grigori, Hoemmen & Langou 2012); of the last triangle a
   QR with column pivoting, R P = Z S (Golub & Van Loan, 5.4), and T = P S_k^-1 with the k leading columns,
   |s_kk| > cut |s_11|.  Pivoting takes half the time of singular values, and fields came out as accurate. */
#include "linearimpl.h"

#define LAPACKgeqp3_ PETSCBLAS(geqp3, GEQP3)
PETSC_EXTERN void LAPACKgeqp3_(const PetscBLASInt *m, const PetscBLASInt *n, PetscReal *a,
                               const PetscBLASInt *lda, PetscBLASInt *jpvt, PetscReal *tau, PetscReal *work,
                               const PetscBLASInt *lwork, PetscBLASInt *info);

/* T: one dense block [size of J][size of Q] an owned block, one number a shared column. */
typedef struct {
  TessLayout from, to; /* columns of J, columns of Q */
  PetscReal *block;    /* [nlocal][stride * stride] of J, column-major with ld = stride */
  PetscReal *shared;   /* [nshared] */
} Blocks;

static PetscErrorCode BlocksApply(Mat T, char op, Vec x, Vec y)
{
  Blocks          *s;
  const PetscReal *a;
  PetscReal       *b;
  PetscInt         stride, i = 0, j = 0;
  const PetscReal  one = 1, zero = 0;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(T, &s));
  stride = s->from->stride;
  PetscCall(VecGetArrayRead(x, &a));
  PetscCall(VecGetArrayWrite(y, &b));
  for (PetscInt l = 0; l < s->from->nowned; l++) {
    const PetscInt m = s->from->size[l], n = s->to->size[l];
    PetscBLASInt   bm, bn, ld, inc = 1;

    PetscCall(PetscBLASIntCast(m, &bm));
    PetscCall(PetscBLASIntCast(n, &bn));
    PetscCall(PetscBLASIntCast(PetscMax(1, stride), &ld));
    PetscCall(PetscArrayzero(b + (op == 'N' ? i : j), op == 'N' ? m : n));
    if (m && n)
      PetscCallBLAS("BLASgemv",
                    BLASgemv_(&op, &bm, &bn, &one, s->block + (PetscCount)l * stride * stride, &ld,
                              a + (op == 'N' ? j : i), &inc, &zero, b + (op == 'N' ? i : j), &inc));
    i += m;
    j += n;
  }
  if (s->from->rank == s->from->last)
    for (PetscInt k = 0; k < s->from->nshared; k++)
      b[(op == 'N' ? i : j) + k] = s->shared[k] * a[(op == 'N' ? j : i) + k];
  PetscCall(VecRestoreArrayWrite(y, &b));
  PetscCall(VecRestoreArrayRead(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatMult_Blocks(Mat T, Vec x, Vec y)
{
  return BlocksApply(T, 'N', x, y);
}

static PetscErrorCode MatMultTranspose_Blocks(Mat T, Vec x, Vec y)
{
  return BlocksApply(T, 'T', x, y);
}

static PetscErrorCode BlocksDestroy(Blocks **s)
{
  PetscFunctionBegin;
  PetscCall(TessLayoutDestroy(&(*s)->from));
  PetscCall(TessLayoutDestroy(&(*s)->to));
  PetscCall(PetscFree2((*s)->block, (*s)->shared));
  PetscCall(PetscFree(*s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MatDestroy_Blocks(Mat T)
{
  Blocks *s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(T, &s));
  PetscCall(BlocksDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* R [n][ldr] upper triangular (zero below, and in rows that do not exist) of the QR of a [m][n], which is
 * destroyed. */
static PetscErrorCode Triangle(PetscInt m, PetscInt n, PetscReal a[], PetscReal R[], PetscInt ldr)
{
  PetscBLASInt bm, bn, lwork = -1, info;
  PetscReal   *tau, *work, size;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < n; j++)
    PetscCall(PetscArrayzero(R + j * ldr, n));
  if (!m || !n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscBLASIntCast(m, &bm));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscMalloc1(PetscMin(m, n), &tau));
  PetscCallBLAS("LAPACKgeqrf", LAPACKgeqrf_(&bm, &bn, a, &bm, tau, &size, &lwork, &info));
  PetscCall(PetscBLASIntCast((PetscInt)size, &lwork));
  PetscCall(PetscMalloc1(lwork, &work));
  PetscCallBLAS("LAPACKgeqrf", LAPACKgeqrf_(&bm, &bn, a, &bm, tau, work, &lwork, &info));
  PetscCall(PetscLogFlops(2.0 * m * n * n));
  for (PetscInt j = 0; j < n; j++)
    PetscCall(PetscArraycpy(R + j * ldr, a + j * m, PetscMin(m, j + 1)));
  PetscCall(PetscFree(work));
  PetscCall(PetscFree(tau));
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
    PetscCall(Triangle(m[l], t->size[l], stack, R + (PetscCount)l * square, t->stride));
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
  PetscReal     *R, *gathered, *stack;
  PetscInt      *at;
  MPI_Datatype   unit;
  PetscMPIInt    width;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((size_t)t->nlocal * square, &R, t->nowned + 1, &at));
  PetscCall(LocalTriangles(s, R, at, &gathered));
  for (PetscInt l = 0; l < t->nowned; l++) {
    const PetscInt more = at[l + 1] - at[l], n = t->size[l], m = n * (more + 1);
    PetscReal     *mine = R + (PetscCount)l * square;

    if (more) {
      PetscCall(PetscMalloc1(m * n, &stack));
      for (PetscInt j = 0; j < n; j++) {
        PetscCall(PetscArraycpy(stack + j * m, mine + j * stride, n));
        for (PetscInt k = 0; k < more; k++)
          PetscCall(PetscArraycpy(stack + j * m + (k + 1) * n,
                                  gathered + (PetscCount)(at[l] + k) * square + j * stride, n));
      }
      PetscCall(Triangle(m, n, stack, mine, stride));
      PetscCall(PetscFree(stack));
    }
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

/* Panels and border rows of J times T; the first time the panels of Q are made. */
static PetscErrorCode FillQ(Panels *s, Blocks *T, Mat Q)
{
  TessLayout     from = T->from, to = T->to;
  const PetscInt square = from->stride * from->stride;
  PetscReal     *a;
  Panels        *q     = (Panels *)Q->data;
  const PetscInt given = q->npanel;

  PetscFunctionBegin;
  PetscCheck(!given || given == s->npanel, from->comm, PETSC_ERR_ARG_INCOMP,
             "%" PetscInt_FMT " panels where %" PetscInt_FMT " are wanted", given, s->npanel);
  for (PetscInt k = 0; k < s->npanel; k++) {
    const Panel     *p  = &s->panel[k];
    const PetscReal *Tl = T->block + (PetscCount)p->block * square;

    if (given)
      a = q->panel[k].a;
    else
      PetscCall(TessMatPanelsAdd(Q, p->group, p->block, p->nrow, p->rows, &a));
    if (p->block < from->nlocal)
      PetscCall(Gemm("NN", p->nrow, to->size[p->block], p->ncol, 1, p->a, p->nrow, Tl, from->stride, 0, a,
                     p->nrow));
    else
      for (PetscInt j = 0; j < p->ncol; j++)
        for (PetscInt i = 0; i < p->nrow; i++)
          a[j * p->nrow + i] = p->a[j * p->nrow + i] * T->shared[j];
  }
  for (PetscInt b = 0; b < s->nborder; b++) {
    const PetscReal *B = s->borderlocal[b];

    PetscCall(TessMatPanelsGetBorder(Q, b, &a));
    for (PetscInt l = 0; l < from->nlocal; l++)
      PetscCall(Gemm("TN", to->size[l], 1, from->size[l], 1, T->block + (PetscCount)l * square, from->stride,
                     B + l * from->stride, from->stride, 0, a + l * to->stride, to->stride));
    for (PetscInt j = 0; j < from->nshared; j++)
      a[to->nlocal * to->stride + j] = B[from->nlocal * from->stride + j] * T->shared[j];
  }
  PetscCall(MatAssemblyBegin(Q, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(Q, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsTimes(Mat J, Mat T, Mat *Q)
{
  Panels *s = NULL;
  Blocks *blocks;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  PetscCall(MatShellGetContext(T, &blocks));
  PetscCheck(s->layout == blocks->from, s->layout->comm, PETSC_ERR_ARG_INCOMP,
             "T was not made of a Mat with the columns of J");
  if (!*Q)
    PetscCall(MatCreatePanels(blocks->to, J->rmap->n - (s->layout->rank == s->layout->last ? s->nborder : 0),
                              s->nborder, Q));
  PetscCall(FillQ(s, blocks, *Q));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsOrthonormalize(Mat J, PetscReal cut, Mat *Q, Mat *T)
{
  Panels    *s = NULL;
  Blocks    *blocks;
  TessLayout t;
  PetscInt  *size, stride = 0;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  t = s->layout;
  PetscCall(PetscLogEventBegin(TESS_Assemble, J, 0, 0, 0));
  PetscCall(PetscNew(&blocks));
  PetscCall(
      PetscMalloc2((size_t)t->nlocal * t->stride * t->stride, &blocks->block, t->nshared, &blocks->shared));
  PetscCall(PetscCalloc1(t->nlocal, &size));
  PetscCall(MakeBlocks(s, cut, blocks->block, size));
  PetscCall(ScaleShared(J, s, blocks->shared));
  for (PetscInt l = 0; l < t->nlocal; l++)
    stride = PetscMax(stride, size[l]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &stride, 1, MPIU_INT, MPI_MAX, t->comm));
  blocks->from = t;
  t->refct++;
  PetscCall(TessLayoutCreate(t->comm, t->sf, t->nowned, t->nlocal, stride, size, t->nshared, &blocks->to));
  PetscCall(PetscFree(size));
  PetscCall(MatCreateShell(t->comm, t->n, blocks->to->n, PETSC_DETERMINE, PETSC_DETERMINE, blocks, T));
  PetscCall(MatShellSetOperation(*T, MATOP_MULT, (void (*)(void))MatMult_Blocks));
  PetscCall(MatShellSetOperation(*T, MATOP_MULT_TRANSPOSE, (void (*)(void))MatMultTranspose_Blocks));
  PetscCall(MatShellSetOperation(*T, MATOP_DESTROY, (void (*)(void))MatDestroy_Blocks));
  *Q = NULL;
  PetscCall(TessMatPanelsTimes(J, *T, Q));
  PetscCall(PetscLogEventEnd(TESS_Assemble, J, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
