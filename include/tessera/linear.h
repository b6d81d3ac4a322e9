#pragma once
#include <petscsf.h>
#include <tessera/base.h>

/* linear - block-sparse least squares: knows no PDE.  Columns come in blocks (one per patch: its slice of theta) plus one shared
   slice.  A local array has [nlocal][stride] entries (owned blocks, then ghosts), then nshared; block l uses its first size[l]. */
typedef struct _n_TessLayout *TessLayout;

/* sf: roots owned blocks, leaves ghosts, one unit a block (borrowed by reference).  size [nlocal] or NULL (all = stride).
   The Vec layout: owned blocks one after another (size[l] each), then on the last rank the nshared shared entries. */
PETSC_EXTERN PetscErrorCode TessLayoutCreate(MPI_Comm, PetscSF sf, PetscInt nowned, PetscInt nlocal, PetscInt stride, const PetscInt size[],
                                             PetscInt nshared, TessLayout *);
PETSC_EXTERN PetscErrorCode TessLayoutDestroy(TessLayout *); /* reference counted */
PETSC_EXTERN PetscErrorCode TessLayoutCreateVec(TessLayout, Vec *);
PETSC_EXTERN PetscErrorCode TessLayoutGetSizes(TessLayout, PetscInt *nowned, PetscInt *nlocal, PetscInt *stride, PetscInt *nshared);
/* Collective, one neighbour exchange (and a broadcast of the shared slice): x -> local. */
PETSC_EXTERN PetscErrorCode TessLayoutGlobalToLocal(TessLayout, Vec x, PetscReal local[]);
/* Collective: x = owned part of local plus what ghosts elsewhere hold (and the sum of the shared slices).  local is destroyed. */
PETSC_EXTERN PetscErrorCode TessLayoutLocalToGlobalAdd(TessLayout, PetscReal local[], Vec x);

/* Mat type "panels": J = sum of dense panels + border rows.  A panel belongs to a column block l (owned or ghost; l = nlocal is the
   shared slice) and touches the listed local rows.  Rows live on the rank that has their points; the nborder border rows
   (integrals over the domain, dense in all columns) are the last rows of the last rank. */
#define MATPANELS "panels"
/* m local rows without border rows. */
PETSC_EXTERN PetscErrorCode MatCreatePanels(TessLayout, PetscInt m, PetscInt nborder, Mat *J);
/* TessMatPanelsAdd - adds a panel of nrow rows on block l: rows [nrow] local row numbers, increasing, copied; group: panels of the
   same owned patch s share a group number (blocks of rows that meet).  *a [nrow][size[l]] column-major, ld = nrow, zeroed, stays the
   caller's to fill any number of times (then MatAssemblyBegin/End; MatZeroEntries keeps the panels).  A row belongs to one group and
   meets a block in one panel only (checked at assembly). */
PETSC_EXTERN PetscErrorCode TessMatPanelsAdd(Mat J, PetscInt group, PetscInt l, PetscInt nrow, const PetscInt rows[], PetscReal **a);
/* Border row b as this rank's contributions in local layout [nlocal*stride + nshared], summed over ranks at assembly; lent until the Mat
   is destroyed, zeroed at first and by MatZeroEntries. */
PETSC_EXTERN PetscErrorCode TessMatPanelsGetBorder(Mat J, PetscInt b, PetscReal **local);
/* G = J^T J of the panels, without the border rows (they would make it dense; TessNormal takes care of them): symmetric, upper part
   stored (sbaij, block size 1; dense and full on one rank up to 1500 columns).  Created if *G is NULL, else refilled. */
PETSC_EXTERN PetscErrorCode TessMatPanelsGram(Mat J, Mat *G);
/* d = diag(J^T J) */
PETSC_EXTERN PetscErrorCode TessMatPanelsColumnNorms2(Mat J, Vec d);
/* TessMatPanelsOrthonormalize - Q = J T with T block diagonal: per block a rank-revealing QR of all its rows on all ranks (local
   QR of each group, the R factors sent home and stacked, as in TSQR: Demmel et al. 2012; then SVD), directions under cut * sigma_max dropped, so that the columns
   of each block of Q are orthonormal.  The shared slice is scaled to unit columns.  Q has its own layout with smaller blocks. */
PETSC_EXTERN PetscErrorCode TessMatPanelsOrthonormalize(Mat J, PetscReal cut, Mat *Q, Mat *T);
PETSC_EXTERN PetscErrorCode TessMatPanelsGetLayout(Mat J, TessLayout *);
/* bytes on this rank */
PETSC_EXTERN PetscErrorCode TessMatPanelsGetMemory(Mat J, PetscInt64 *bytes);

/* TessNormalSolver - solves (J^T J + D) y = b, D a diagonal Vec or NULL: Gram matrix, Cholesky (dense LAPACK on one rank when small, MUMPS
   otherwise).  A KSP with prefix <prefix>normal_ inside, so that PETSc's options reach it. */
typedef struct _p_TessNormal *TessNormal;
PETSC_EXTERN PetscErrorCode TessNormalCreate(MPI_Comm, const char prefix[], TessNormal *);
/* New J: forms the Gram matrix. */
PETSC_EXTERN PetscErrorCode TessNormalSetMat(TessNormal, Mat J);
/* New damping D (NULL: none) and relative shift (times the largest diagonal entry): factors.  *ok false if not positive definite. */
PETSC_EXTERN PetscErrorCode TessNormalSetDamping(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
PETSC_EXTERN PetscErrorCode TessNormalSolve(TessNormal, Vec b, Vec y);
PETSC_EXTERN PetscErrorCode TessNormalGetPC(TessNormal, PC *);
PETSC_EXTERN PetscErrorCode TessNormalDestroy(TessNormal *);

/* TessLeastSquares - min |J y - b| for ill-conditioned J with the accuracy of double: Q = J T as above, Cholesky of Q^T Q + shift as
   preconditioner of LSQR (KSP, prefix <prefix>lsqr_) on the rectangular Q, y = T z; then refinement with the true J until it no longer helps. */
PETSC_EXTERN PetscErrorCode TessLeastSquaresSolve(Mat J, Vec b, Vec y, const char prefix[], PetscInt *iterations);
/* The same split, for repeated right-hand sides and covariances. */
typedef struct _p_TessLeastSquares *TessLeastSquares;
PETSC_EXTERN PetscErrorCode TessLeastSquaresCreate(MPI_Comm, const char prefix[], TessLeastSquares *);
PETSC_EXTERN PetscErrorCode TessLeastSquaresSetMat(TessLeastSquares, Mat J);
PETSC_EXTERN PetscErrorCode TessLeastSquaresApply(TessLeastSquares, Vec b, Vec y, PetscInt *iterations);
/* z = (J^T J)^+ g, and the quadratic form value = g^T z (a variance when rows are whitened). z may be NULL. */
PETSC_EXTERN PetscErrorCode TessLeastSquaresCovariance(TessLeastSquares, Vec g, Vec z, PetscReal *value);
PETSC_EXTERN PetscErrorCode TessLeastSquaresDestroy(TessLeastSquares *);
