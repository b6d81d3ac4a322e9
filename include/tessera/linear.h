#pragma once
#include <petscsf.h>
#include <petscis.h>
#include <tessera/base.h>

/* linear - block-sparse least squares: knows no PDE.  Columns come in blocks (one per patch: its slice of
   theta) plus one shared slice.  A local array has [nlocal][stride] entries (owned blocks, then ghosts), then
   nshared; block l uses its first size[l]. */
typedef struct _n_TessLayout *TessLayout;

/* sf: roots owned blocks, leaves ghosts (leaf l is local index l), one unit a block (borrowed by reference).
   size [nlocal] or NULL (all = stride); stride and nshared are the same on all ranks.  The Vec layout: owned
   blocks one after another (size[l] each), then on the last rank the nshared shared entries. */
PETSC_EXTERN PetscErrorCode TessLayoutCreate(MPI_Comm, PetscSF sf, PetscInt nowned, PetscInt nlocal,
                                             PetscInt stride, const PetscInt size[], PetscInt nshared,
                                             TessLayout *);
PETSC_EXTERN PetscErrorCode TessLayoutDestroy(TessLayout *); /* reference counted */
PETSC_EXTERN PetscErrorCode TessLayoutCreateVec(TessLayout, Vec *);
PETSC_EXTERN PetscErrorCode TessLayoutGetSizes(TessLayout, PetscInt *nowned, PetscInt *nlocal,
                                               PetscInt *stride, PetscInt *nshared);
/* Collective, one neighbour exchange (and a broadcast of the shared slice): x -> local. */
PETSC_EXTERN PetscErrorCode TessLayoutGlobalToLocal(TessLayout, Vec x, PetscReal local[]);
/* Collective: x = owned part of local plus what ghosts elsewhere hold (and the sum of the shared slices).
   local is destroyed. */
PETSC_EXTERN PetscErrorCode TessLayoutLocalToGlobalAdd(TessLayout, PetscReal local[], Vec x);

/* Mat type "panels": J = sum of dense panels + border rows.  A panel belongs to a column block l (owned or
   ghost; l = nlocal is the shared slice) and touches the listed local rows.  Rows live on the rank that has
   their points; the nborder border rows (integrals over the domain, dense in all columns) are the last rows
   of the last rank. MatMult, MatMultTranspose, MatZeroEntries (keeps the panels), MatCreateSubMatrix (all
   rows, columns of the rank's own), MatView. */
#define MATPANELS "panels"
/* m local rows without border rows; nborder is the same on all ranks. */
PETSC_EXTERN PetscErrorCode MatCreatePanels(TessLayout, PetscInt m, PetscInt nborder, Mat *J);
/* TessMatPanelsAdd - adds a panel of nrow rows on block l: rows [nrow] local row numbers, increasing, copied;
   group: panels of the same owned patch s share a group number (blocks of rows that meet).  *a
   [nrow][size[l]] column-major, ld = nrow, zeroed, stays the caller's to fill any number of times (then
   MatAssemblyBegin/End). A row belongs to one group and meets a block in one panel only (checked at
   assembly).  Not collective. */
PETSC_EXTERN PetscErrorCode TessMatPanelsAdd(Mat J, PetscInt group, PetscInt l, PetscInt nrow,
                                             const PetscInt rows[], PetscReal **a);
/* Border row b as this rank's contributions in local layout [nlocal*stride + nshared], summed over ranks at
   assembly; lent until the Mat is destroyed, zeroed at first and by MatZeroEntries. */
PETSC_EXTERN PetscErrorCode TessMatPanelsGetBorder(Mat J, PetscInt b, PetscReal **local);
/* G = J^T J of the panels, without the border rows (they would make it dense; TessNormal takes care of them):
   symmetric, upper part stored (sbaij, block size 1; dense and full on one rank up to 1500 columns).  Created
   if *G is NULL, else refilled.  Collective; one letter to each neighbour. */
PETSC_EXTERN PetscErrorCode TessMatPanelsGram(Mat J, Mat *G);
/* d = diag(J^T J), border rows included */
PETSC_EXTERN PetscErrorCode TessMatPanelsColumnNorms2(Mat J, Vec d);
/* TessMatPanelsOrthonormalize - Q = J T with T block diagonal: per block a rank-revealing QR of all its rows
   on all ranks (one QR on each rank, the R factors sent home and stacked, as in TSQR: Demmel et al. 2012;
   then column pivoting), directions under cut times the first dropped, so that the columns of each block of Q
   are orthonormal. The shared slice is scaled to unit columns; border rows take no part in the choice of T.
   Q has its own layout with smaller blocks, and the rows and groups of J. */
PETSC_EXTERN PetscErrorCode TessMatPanelsOrthonormalize(Mat J, PetscReal cut, Mat *Q, Mat *T);
/* TessMatSketch - W [N][m] = J^T S, a dense Mat with the rows of theta's layout, S m random combinations of
   the rows with E[S S^T] = 1: signs and places keyed by the patch and the row in it (by the global row where
   J is not of panels), so that W does not depend on the ranks.  Collective; panels: m exchanges; others: m
   products with J^T. */
PETSC_EXTERN PetscErrorCode TessMatSketch(Mat J, TessKey key, Mat W);
/* TessMatPanelsTimes - Q = J T with the T of another Mat of these columns; created if *Q is NULL, else its
   panels, of the same J, are filled again. */
PETSC_EXTERN PetscErrorCode TessMatPanelsTimes(Mat J, Mat T, Mat *Q);
/* TessMatPanelsCombine - C = diag(d) (A + b B): C, A and B have the panels of one J (TessMatPanelsTimes), and
   no border rows; C is not A or B.  d in the layout of the rows.  Not collective, but for the assembly of C.
 */
PETSC_EXTERN PetscErrorCode TessMatPanelsCombine(Mat C, Vec d, Mat A, PetscReal b, Mat B);
/* TessSplit - what blocks are told that are solved for one by one, neighbours as they were: of rows a and b
   (local numbers) the block of their group sees own[0] r_a + own[1] r_b, in row a, and all other blocks see
   other[0] r_a + other[1] r_b, in row b.  b < 0: all see own[0] r_a.  For values a and slopes b at a face
   these are the outward Robin conditions of either side. */
typedef struct {
  PetscInt  a, b;
  PetscReal own[2], other[2];
} TessSplit;
/* A = J as its blocks see it, created if *A is NULL, else filled again; each row of a split in that one only.
 */
PETSC_EXTERN PetscErrorCode TessMatPanelsSplit(Mat J, PetscInt n, const TessSplit[], Mat *A);
/* r as the blocks see it */
PETSC_EXTERN PetscErrorCode TessSplitVec(PetscInt n, const TessSplit[], Vec r);
/* TessMatPanelsSweep - with A T = Q (A from Split, T and Q from Orthonormalize) and g = Q^T r of the r that
   the blocks see: z such that theta + T z is what blocks reach that are solved one after another, `sweeps`
   times, in the order of this rank, with what its own blocks did meanwhile; blocks of other ranks stand
   still.  No exchange. */
PETSC_EXTERN PetscErrorCode TessMatPanelsSweep(Mat J, Mat Q, Mat T, PetscInt n, const TessSplit[],
                                               PetscInt sweeps, Vec g, Vec z);
/* Modes: n vectors (VecDuplicateVecs) in the columns of J, whose pieces in each block are the local
   coefficients of functions that a coarse level must reproduce: the polynomials up to `degree` on the patch.
   Called when a coarse level is set up; Q = J T takes those of J. */
typedef PetscErrorCode (*TessModes)(void *data, PetscInt degree, PetscInt *n, Vec **modes);
PETSC_EXTERN PetscErrorCode TessMatPanelsSetModes(Mat J, TessModes, void *data); /* data borrowed */
PETSC_EXTERN PetscErrorCode TessMatPanelsGetLayout(Mat J, TessLayout *);         /* lent */
/* bytes on this rank */
PETSC_EXTERN PetscErrorCode TessMatPanelsGetMemory(Mat J, PetscInt64 *bytes);

/* PC type "tessschwarz" for J^T J, J the preconditioning matrix (panels; MATNORMAL of panels): for each block
   the Cholesky factor, in single precision, of the Gram matrix of it and of what its neighbours share with
   it; and a coarse level of the modes of J (docs/decisions/schwarz.md).  Symmetric and positive definite. The
   levels are added, or the coarse one comes before and after the patches (multiplicative: three quarters of
   the iterations or less): an application takes two neighbour exchanges and a coarse solve, or four and two
   (TessNormal with prefix <prefix>pc_tessschwarz_coarse_).  Options: -pc_tessschwarz_combine auto | additive
   | multiplicative (auto: the latter where the coarse factor is small beside J and the factors),
   -pc_tessschwarz_degree 2 (0..3; -1: no coarse level), -pc_tessschwarz_cosine 0.1 (directions of a neighbour
   with a larger cosine to the span of the block belong to its patch; 0: all).  Errors: ARG_WRONG for a matrix
   of another type. */
#define PCTESSSCHWARZ "tessschwarz"
/* Registers the types of the room; idempotent. */
PETSC_EXTERN PetscErrorCode TessLinearRegister(void);

/* TessNormal - solves (J^T J + D) y = b, D a diagonal Vec or NULL.  nested: Gram matrix by dense blocks,
   block Cholesky, each rank its own blocks, then on every rank those where ranks meet, shared columns and
   border rows.  direct: Gram matrix, Cholesky (dense LAPACK on one rank when small, MUMPS otherwise; border
   rows as as many more rows of a quasi-definite matrix).  redundant: the dense matrix and its factor on each
   rank. twolevel: CG on products with J, preconditioned by tessschwarz, to 1e-10.  auto takes two levels
   where a factor would not fit in half of the memory or cost more than a hundred iterations do, else nested
   where there are 3 to 5000 blocks and what is left between the ranks takes no more than 50 MB and no more
   flops than the rest, else direct; -tess_view and -info tell why. direct and twolevel have a KSP with prefix
   <prefix>normal_ inside, so that PETSc's options reach it
   (-normal_mat_mumps_icntl_7 5, -normal_pc_tessschwarz_degree 3).  Options: -<prefix>normal_solver auto,
   -<prefix>normal_dense 1500 (columns up to which direct uses LAPACK; a single block always, unless 0). */
typedef struct _p_TessNormal *TessNormal;
PETSC_EXTERN PetscErrorCode   TessNormalCreate(MPI_Comm, const char prefix[], TessNormal *);
/* Many factors and solves to come: auto takes redundant for few columns on several ranks, where messages of a
   distributed factor cost more than its flops save.  Before SetMat. */
PETSC_EXTERN PetscErrorCode TessNormalSetRepeated(TessNormal, PetscBool);
/* New J, or new entries: forms the Gram matrix (refills it when J and its panels are the same).  J is kept by
   reference.  Then SetDamping comes before Solve. */
PETSC_EXTERN PetscErrorCode TessNormalSetMat(TessNormal, Mat J);
/* New damping D (NULL: none; kept by reference) and relative shift (times the largest diagonal entry):
   factors.  *ok false if not positive definite (known with the default PC and with other Cholesky PCs), then
   Solve is refused. */
PETSC_EXTERN PetscErrorCode TessNormalSetDamping(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
PETSC_EXTERN PetscErrorCode TessNormalSolve(TessNormal, Vec b, Vec y);
/* k solves; nested and MUMPS do them in one. */
PETSC_EXTERN PetscErrorCode TessNormalSolveMany(TessNormal, PetscInt k, const Vec b[], Vec y[]);
/* One application of the preconditioner inside: of the factor, or of the two levels. */
PETSC_EXTERN PetscErrorCode TessNormalPrecondition(TessNormal, Vec b, Vec y);
/* After SetMat; either may be NULL: the method taken, and the inner iterations of the last Solve. */
PETSC_EXTERN PetscErrorCode TessNormalGetMethod(TessNormal, PetscBool *direct, PetscInt *iterations);
PETSC_EXTERN PetscErrorCode TessNormalGetPC(TessNormal, PC *); /* Solve as a PC (shell), lent */
PETSC_EXTERN PetscErrorCode TessNormalDestroy(TessNormal *);
/* Bytes a rank, J not counted, that auto would take for `blocks` blocks of `size` columns, each of which
   meets up to `meet` (itself counted), and J with so many entries on all ranks.  Collective. */
PETSC_EXTERN PetscErrorCode TessNormalEstimate(MPI_Comm, PetscReal blocks, PetscReal size, PetscReal meet,
                                               PetscReal entries, PetscReal *bytes);

/* TessLeastSquares - min |J y - b| for ill-conditioned J with the accuracy of double: Q = J T as above,
   the solver of TessNormal for Q^T Q + shift as preconditioner of LSQR (KSP, prefix <prefix>lsqr_) on the
   rectangular Q, y = T z; then refinement with the true J until it no longer helps: |b - J y| never grows
   (but by round-off), and y = 0 is where it starts (and stays if J or b is not finite).  iterations: of LSQR
   in all refinements, may be NULL.  Options: -<prefix>leastsquares_cut 1e-12, -<prefix>leastsquares_shift
   1e-14,
   -<prefix>leastsquares_refine 3, and PETSc's -<prefix>lsqr_ksp_rtol 1e-14, -<prefix>lsqr_ksp_max_it 20 (500
   with two levels). */
PETSC_EXTERN PetscErrorCode TessLeastSquaresSolve(Mat J, Vec b, Vec y, const char prefix[],
                                                  PetscInt *iterations);
/* The same split, for repeated right-hand sides and covariances. */
typedef struct _p_TessLeastSquares *TessLeastSquares;
PETSC_EXTERN PetscErrorCode         TessLeastSquaresCreate(MPI_Comm, const char prefix[], TessLeastSquares *);
/* New J, or new entries; J is kept by reference. */
PETSC_EXTERN PetscErrorCode TessLeastSquaresSetMat(TessLeastSquares, Mat J);
PETSC_EXTERN PetscErrorCode TessLeastSquaresApply(TessLeastSquares, Vec b, Vec y, PetscInt *iterations);
/* y = T C^-1 Q^T r of the factor C of the last J (g NULL), or y = T C^-1 T^T g for a gradient g (r NULL): one
   application, no iteration. The sign is that of r. */
PETSC_EXTERN PetscErrorCode TessLeastSquaresCorrect(TessLeastSquares, Vec r, Vec g, Vec y);
/* Rows (global numbers, each rank its own; NULL: none) in which J y = b holds exactly, to round-off, and |J y
   - b| is least in the others: by the null space of those rows that are independent (constrain.c).  Before
   SetMat; at most TESS_EXACT_MOST, USER_INPUT above.  A copy of the rows is distributed as the columns of J,
   and as much for the independent ones; a matrix of their number squared is on each rank.  Rows that
   contradict each other, or have values that J y has not, hold as well as they can: GetExact tells. */
#define TESS_EXACT_MOST 4000
PETSC_EXTERN PetscErrorCode TessLeastSquaresSetExact(TessLeastSquares, IS rows);
/* After Apply: exact rows; directions of them that are held; the largest of those of b and of b - J y, each
   over the length of the row of Q, relative to |J y| and to the largest of all b so far. */
PETSC_EXTERN PetscErrorCode TessLeastSquaresGetExact(TessLeastSquares, PetscInt *rows, PetscInt *held,
                                                     PetscReal miss[2]);
/* z = T (Q^T Q)^-1 T^T g, which is (J^T J)^-1 g when no direction was dropped, and the quadratic form
   value = g^T z (a variance when rows are whitened).  Either may be NULL.  CG with the same preconditioner,
   prefix <prefix>covariance_. */
PETSC_EXTERN PetscErrorCode TessLeastSquaresCovariance(TessLeastSquares, Vec g, Vec z, PetscReal *value);
PETSC_EXTERN PetscErrorCode TessLeastSquaresDestroy(TessLeastSquares *);
