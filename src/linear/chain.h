#pragma once
/* chain.h - the two eliminations of chain.c. */
#include <petsc/private/hashmapi.h>
#include "elimination.h"
#include "normal.h"

/* A complete block of G whose first block of columns is this rank's. */
typedef struct {
  Block      at;
  PetscReal *sum; /* [nf][ne] column-major */
} Whole;

struct _Chain {
  Pairs        pairs; /* the sums of this rank's rows */
  PetscMPIInt *owner;
  PetscHMapIJ  index; /* global numbers -> whole */
  PetscInt     nwhole, max;
  Whole       *whole;
  PetscHMapI   node;    /* global number -> node of inner */
  PetscInt    *ownnode; /* [nowned + 1] of the blocks of this rank; the shared slice on the last rank */
  Elimination  inner, outer;
  PetscInt    *number; /* [inner.n] global numbers of the nodes */
  PetscInt    *up;     /* [inner.n] node of outer, or -1 */
  PetscInt     border; /* its number; border rows are the last node of outer */
  PetscReal   *x, *z;  /* vectors of inner and outer */
  PetscReal   *M;      /* factor of 1 + B (G + D)^-1 B^T */
};

/* Collective.  inner, outer, ownnode, number and up, from the complete blocks. */
PETSC_INTERN PetscErrorCode ChainMakeGraph(Chain, TessLayout, PetscInt nborder);
/* Blocks of this rank, with the shared slice on the last. */
static inline PetscInt ChainOwned(TessLayout t)
{
  return t->nowned + (t->rank == t->last && t->nshared);
}
