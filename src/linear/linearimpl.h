#pragma once
/* linearimpl.h - what the files of the room share: the layout, the panels and short names for BLAS. */
#include <tessera/linear.h>
#include <petscblaslapack.h>
#include <petsc/private/matimpl.h>
#include <petsc/private/hashmapij.h>

struct _n_TessLayout {
  PetscInt     refct;
  MPI_Comm     comm;
  PetscMPIInt  rank, last; /* last: the rank that keeps the shared slice and the border rows */
  PetscSF      sf;
  PetscInt     nowned, nlocal, stride, nshared;
  PetscInt    *size;   /* [nlocal + 1], the last is nshared */
  PetscInt    *start;  /* [nlocal + 1] first global column of the block */
  PetscInt    *number; /* [nlocal + 1] global number of the block, the shared slice last */
  PetscInt     n, N;   /* local and global length of the Vec */
  MPI_Datatype unit;
};

/* n reals as one unit.  One real is its own type: PETSc 3.18 cannot reduce a type made of one in a PetscSF.
 */
static inline PetscErrorCode TessRealsCreate_Private(PetscMPIInt n, MPI_Datatype *unit)
{
  PetscFunctionBegin;
  *unit = MPIU_REAL;
  if (n != 1) {
    PetscCallMPI(MPI_Type_contiguous(n, MPIU_REAL, unit));
    PetscCallMPI(MPI_Type_commit(unit));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode TessRealsDestroy_Private(MPI_Datatype *unit)
{
  PetscFunctionBegin;
  if (*unit != MPIU_REAL)
    PetscCallMPI(MPI_Type_free(unit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

typedef struct {
  PetscInt   group, block, nrow, ncol;
  PetscInt  *rows;
  PetscReal *a;          /* [nrow][ncol] column-major */
  PetscBool  contiguous; /* rows[i] = rows[0] + i */
} Panel;

typedef struct {
  TessLayout  layout;
  PetscInt    npanel, nassembled, maxpanel, maxrow;
  Panel      *panel;
  PetscInt    ngroup;     /* groups are made at assembly: */
  PetscInt   *groupstart; /* [ngroup + 1] into member */
  PetscInt   *member;     /* panels sorted by group */
  PetscInt    nborder;
  PetscReal **borderlocal; /* [nborder] contributions of this rank, the caller's to fill */
  Vec        *border;      /* [nborder] assembled */
  PetscReal  *x, *y;       /* local array, rows of a panel */
  Vec         norms2;      /* of the columns, as they were at `state` of J */
  PetscObjectState state;
  TessModes   modes;       /* what the coarse level of a solver is made of, and its context; may be NULL */
  void       *modesdata;
  Mat         parent; /* this is parent T: modes are the parent's */
} Panels;

/* T: one dense block [size of J][size of J T] an owned or ghost block, one number a shared column. */
typedef struct {
  TessLayout from, to; /* columns of J, columns of J T */
  PetscInt   width;    /* columns of a block at most */
  PetscReal *block;    /* [nlocal][stride * width], column-major with ld = stride of J */
  PetscReal *shared;   /* [nshared] */
} Blocks;

/* Without `to`; block and shared are the caller's to fill. */
PETSC_INTERN PetscErrorCode BlocksCreate(TessLayout from, PetscInt width, Blocks **);
/* J T as panels with the rows and groups of J (m local rows, or more that are free), and T as a Mat that owns
   the blocks; size [nlocal] columns of each block. */
PETSC_INTERN PetscErrorCode BlocksMultiply(Mat J, Blocks *, const PetscInt size[], PetscInt m, Mat *JT,
                                           Mat *T);

/* The upper triangle of R [n][ldr] of the QR of a [m][n], which is destroyed; rows m to n and what is under the
   diagonal are left as they are. */
PETSC_INTERN PetscErrorCode TriangleOfQR(PetscInt m, PetscInt n, PetscReal a[], PetscReal R[], PetscInt ldr);

/* Blocks e <= f (local numbers, order of global columns) that meet in some row of this rank. */
typedef struct {
  PetscInt   e, f, ld;
  PetscReal *sum; /* [size f][size e] column-major, ld */
} Pair;

typedef struct {
  PetscInt    npair, max;
  Pair       *pair;
  PetscHMapIJ at; /* (e, f) -> index */
} Pairs;

/* A pair by global numbers, and its values [size of f][size of e]. */
typedef struct {
  PetscInt e, f, ne, nf, rowe, colf; /* block numbers, sizes, first row, first column */
} Block;

/* Letters to or from other ranks. */
typedef struct {
  PetscMPIInt n, *rank; /* the other ranks, increasing */
  PetscInt   *count;    /* [n][2] blocks and values */
  Block     **block;
  PetscReal **values;
} Mail;

PETSC_INTERN Block          PairDescribe(TessLayout, const Pair *);
PETSC_INTERN PetscErrorCode BlockOwners(TessLayout, PetscMPIInt **owner);
/* A pair and the rank it is sent to. */
typedef struct {
  PetscInt    pair;
  PetscMPIInt rank;
} Post;
PETSC_INTERN PetscErrorCode MailWrite(TessLayout, const Pairs *, PetscInt npost, const Post[], Mail *);
/* Posts of the pairs whose first block is another rank's; the caller's to free. */
PETSC_INTERN PetscErrorCode MailHome(const Pairs *, const PetscMPIInt owner[], PetscMPIInt rank,
                                     PetscInt *npost, Post **);
PETSC_INTERN PetscErrorCode MailExchange(TessLayout, Mail *out, Mail *in);
PETSC_INTERN PetscErrorCode MailFree(Mail *);

PETSC_INTERN PetscErrorCode PanelsGet(Mat, Panels **);
PETSC_INTERN PetscErrorCode MatCreateSubMatrix_Panels(Mat, IS rows, IS columns, MatReuse, Mat *);
PETSC_INTERN PetscErrorCode PanelsGather(const Panel *, const PetscReal r[], PetscReal y[]);
/* G (extra = 0) or the bordered [G B^T; B -1] with extra = nborder rows; only the lower triangle of a dense G
   is set, which is whole on every rank. */
PETSC_INTERN PetscErrorCode PanelsGram(Mat J, PetscBool dense, PetscInt extra, Mat *G);
#define DENSE_BELOW 1500 /* columns: up to here LAPACK is as fast as MUMPS on blocks of 200 in a plane */
/* One rank, and no more than `below` columns or (unless that is 0) one block only, whose G has no zeros for a
 * sparse factor to spare. */
PETSC_INTERN PetscBool      PanelsGramIsDense(Mat J, PetscInt below);
PETSC_INTERN PetscErrorCode MatDenseMirror(Mat G);
/* The pairs of blocks that meet on this rank, without sums. */
PETSC_INTERN PetscErrorCode PairsCreate(Panels *, Pairs *);
PETSC_INTERN PetscErrorCode PairsDestroy(Pairs *);
/* The pair (e, f), new ones without a sum. */
PETSC_INTERN PetscErrorCode PairsPut(Pairs *, PetscInt e, PetscInt f, PetscInt *at);
/* Adds J_f^T J_e of every group to the pairs. */
PETSC_INTERN PetscErrorCode PairsAccumulate(Panels *, Pairs *);
/* Complete sums of all pairs of blocks that this rank knows; the caller's to destroy. */
PETSC_INTERN PetscErrorCode GramBlocksCreate(Panels *, Pairs *);
PETSC_INTERN PetscErrorCode GramBlocksDestroy(Pairs *);
/* split.c: where the m rows stand in the splits: 2 k as row a, 2 k + 1 as row b, -1; the caller's to free. */
PETSC_INTERN PetscErrorCode SplitFind(PetscInt m, PetscInt n, const TessSplit[], PetscInt **at);
/* modes.c: n vectors of modes, for VecDestroyVecs; n = 0 if the maker of the matrix gave none. */
PETSC_INTERN PetscErrorCode PanelsModes(Panels *, PetscInt degree, PetscInt *n, Vec **);
PETSC_INTERN PetscErrorCode GramSparseCreate(Panels *, Pairs *, PetscInt extra, Mat *G);
PETSC_INTERN PetscErrorCode GramSparseFill(Panels *, Pairs *, PetscInt extra, Mat G);

/* C = alpha op(A) op(B) + beta C, all column-major */
static inline PetscErrorCode Gemm(const char ops[2], PetscInt m, PetscInt n, PetscInt k, PetscReal alpha,
                                  const PetscReal *A, PetscInt lda, const PetscReal *B, PetscInt ldb,
                                  PetscReal beta, PetscReal *C, PetscInt ldc)
{
  PetscBLASInt bm, bn, bk, ba, bb, bc;

  PetscFunctionBegin;
  if (!m || !n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscBLASIntCast(m, &bm));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(k, &bk));
  PetscCall(PetscBLASIntCast(PetscMax(1, lda), &ba));
  PetscCall(PetscBLASIntCast(PetscMax(1, ldb), &bb));
  PetscCall(PetscBLASIntCast(PetscMax(1, ldc), &bc));
  PetscCallBLAS("BLASgemm",
                BLASgemm_(&ops[0], &ops[1], &bm, &bn, &bk, &alpha, A, &ba, B, &bb, &beta, C, &bc));
  PetscCall(PetscLogFlops(2.0 * m * n * k));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* y = op(A) x + beta y, A [m][n] column-major */
static inline PetscErrorCode Gemv(char op, PetscInt m, PetscInt n, const PetscReal *A, const PetscReal *x,
                                  PetscReal beta, PetscReal *y)
{
  const PetscReal one = 1;
  PetscBLASInt    bm, bn, inc = 1;

  PetscFunctionBegin;
  if (!m || !n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscBLASIntCast(m, &bm));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCallBLAS("BLASgemv", BLASgemv_(&op, &bm, &bn, &one, A, &bm, x, &inc, &beta, y, &inc));
  PetscCall(PetscLogFlops(2.0 * m * n));
  PetscFunctionReturn(PETSC_SUCCESS);
}
