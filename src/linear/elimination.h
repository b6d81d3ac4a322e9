#pragma once
/* elimination.h - Cholesky of a symmetric matrix of dense blocks whose graph is small and sparse. */
#include "linearimpl.h"

/* The nodes of the graph are blocks of unknowns, their vectors one after another.  The last nodes are kept:
   after the others were eliminated, their columns hold the Schur complement.  Column k, of the node that is
   k-th in the order of elimination, is dense [height][size] column-major: its diagonal block (lower triangle)
   and under it the blocks `below`. */
typedef struct {
  PetscMPIInt nrank; /* that share the factorisation, 0 where each does all of it */
  PetscInt    n, neliminated;
  PetscInt   *size, *first; /* [n], [n + 1] of the nodes in a vector */
  PetscInt   *node, *place; /* [n] nodes in the order of elimination, and the inverse */
  PetscInt   *start;        /* [n + 1] of column k in below and row */
  PetscInt   *below, *row;  /* places, increasing; the first row of each in the column */
  PetscInt   *height;       /* [n] rows of column k */
  PetscInt64 *at, total;    /* [n] of column k in L; length of L */
  PetscReal  *L;
} Elimination;

/* order.c: of the first m nodes the order of elimination, the others behind them as they are: node and place
   [n], and of each column k the places below, start [n + 1] into *below, the caller's to free. */
PETSC_INTERN PetscErrorCode EliminationOrder(PetscInt n, PetscInt m, PetscInt nedge, const PetscInt edges[],
                                             PetscInt node[], PetscInt place[], PetscInt start[],
                                             PetscInt **below);
/* edges [nedge][2]: pairs of nodes that meet, in any order, repeated or not.  L is not set. */
PETSC_INTERN PetscErrorCode EliminationCreate(PetscInt n, PetscInt nkept, const PetscInt size[],
                                              PetscInt nedge, const PetscInt edges[], Elimination *);
PETSC_INTERN PetscErrorCode EliminationDestroy(Elimination *);
/* Adds G_ji [size j][size i] column-major; of a diagonal block the lower triangle is taken. */
PETSC_INTERN PetscErrorCode EliminationAdd(Elimination *, PetscInt i, PetscInt j, const PetscReal sum[],
                                           PetscInt ld);
/* The diagonal block of a node: column-major with ld = *ld. */
PETSC_INTERN PetscReal     *EliminationDiagonal(const Elimination *, PetscInt node, PetscInt *ld);
PETSC_INTERN PetscErrorCode EliminationFactor(Elimination *, PetscBool *ok);
/* Of it: column k, from which nothing more is to be taken; and what column below[i] takes from column k. */
PETSC_INTERN PetscErrorCode EliminationColumn(Elimination *, PetscInt k, PetscBool *ok);
PETSC_INTERN PetscErrorCode EliminationUpdate(Elimination *, PetscInt k, PetscInt i);
/* dealt.c: the same where every rank holds a part of the sum that is to be factored, and the whole factor
   afterwards.  Collective; ok is the same on all. */
PETSC_INTERN PetscErrorCode EliminationSumFactor(Elimination *, MPI_Comm, PetscBool *ok);
/* Before anything is added: columns are dealt to the ranks where that is worth the messages. */
PETSC_INTERN PetscErrorCode EliminationDeal(Elimination *, MPI_Comm);
/* m vectors x [first[n]]: x := L^-1 x, the kept part less what the others take from it; and x := L^-T x with
   the kept part given. */
PETSC_INTERN PetscErrorCode EliminationForward(const Elimination *, PetscInt m, PetscReal x[]);
PETSC_INTERN PetscErrorCode EliminationBackward(const Elimination *, PetscInt m, PetscReal x[]);
