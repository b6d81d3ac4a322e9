#pragma once
/* nested.h - the two eliminations of nested.c. */
#include <petsc/private/hashmapi.h>
#include <petsc/private/hashseti.h>
#include "elimination.h"
#include "normal.h"

/* A complete block of G that this rank eliminates, or its part of one that is kept. */
typedef struct {
  Block      at;
  PetscReal *sum; /* [nf][ne] column-major */
} Whole;

struct _Nested {
  Pairs       pairs; /* the sums of this rank's rows */
  PetscMPIInt rank, *owner;
  PetscBool  *kept;  /* [nlocal + 1] blocks that are left for all ranks; the shared slice is */
  PetscHMapIJ index; /* global numbers -> whole */
  PetscInt    nwhole, max;
  Whole      *whole;
  PetscHMapI  node;    /* global number -> node of inner */
  PetscInt   *ownnode; /* [nowned + 1] of the blocks of this rank; the shared slice on the last rank */
  Elimination inner, outer;
  PetscInt   *number; /* [inner.n] global numbers of the nodes */
  PetscInt   *up;     /* [inner.n] node of outer, or -1 */
  PetscInt    border; /* its number; border rows are the last node of outer */
  PetscReal  *x, *z;  /* vectors of inner and outer, during a solve */
  PetscReal  *M;      /* factor of 1 + B (G + D)^-1 B^T */
};

/* Collective.  kept, from the pairs and their owners. */
PETSC_INTERN PetscErrorCode NestedCover(Nested, TessLayout);
/* What the ranks have, one after another: *total numbers, the caller's to free. */
PETSC_INTERN PetscErrorCode NestedGather(MPI_Comm, PetscInt n, const PetscInt mine[], PetscInt *total,
                                         PetscInt **all);
/* Collective.  inner, outer, ownnode, number and up, from the complete blocks. */
PETSC_INTERN PetscErrorCode NestedMakeGraph(Nested, TessLayout, PetscInt nborder);
/* Blocks of this rank, with the shared slice on the last. */
static inline PetscInt NestedOwned(TessLayout t)
{
  return t->nowned + (t->rank == t->last && t->nshared);
}
