#pragma once
/* chain.h - a chain of blocks dealt to ranks by hand: block i meets i-1 and i+1; panels of random numbers
   that depend on block and row only, never on the rank. */
#include <tessera/linear.h>
#include "tess_test.h"

typedef struct {
  PetscInt   nblock, nowned, nlocal, first; /* global number of the first owned block */
  PetscInt  *number;                        /* [nlocal] global number */
  PetscInt  *size;                          /* [nlocal] */
  PetscInt   stride, nshared;
  PetscBool  ring;      /* the last block meets the first */
  PetscBool  dependent; /* the last column of a block is made of the first two */
  TessLayout layout;
} Chain;

static inline PetscInt ChainSize(PetscInt block)
{
  return 3 + block % 3;
}

static inline PetscErrorCode ChainCreateRing(PetscInt nblock, PetscInt nshared, PetscBool ring, Chain *c)
{
  PetscMPIInt rank, nrank;
  PetscInt    nghost = 0, ilocal[2];
  PetscSFNode remote[2];
  PetscSF     sf;
  PetscInt    start[65];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &nrank));
  for (PetscInt r = 0; r <= nrank; r++)
    start[r] = nblock * r / nrank;
  c->dependent = PETSC_FALSE;
  c->ring      = ring;
  c->nblock    = nblock;
  c->first     = start[rank];
  c->nowned    = start[rank + 1] - start[rank];
  c->stride    = 5;
  c->nshared   = nshared;
  PetscCall(PetscMalloc2(c->nowned + 2, &c->number, c->nowned + 2, &c->size));
  for (PetscInt l = 0; l < c->nowned; l++)
    c->number[l] = c->first + l;
  for (PetscInt side = 0; side < 2 && c->nowned; side++) {
    PetscInt ghost = side ? c->first + c->nowned : c->first - 1, r = 0;

    if (ring)
      ghost = (ghost + nblock) % nblock;
    if (ghost < 0 || ghost >= nblock || (ghost >= c->first && ghost < c->first + c->nowned))
      continue;
    while (ghost >= start[r + 1])
      r++;
    ilocal[nghost]                = c->nowned + nghost;
    remote[nghost]                = (PetscSFNode){.rank = r, .index = ghost - start[r]};
    c->number[c->nowned + nghost] = ghost;
    nghost++;
  }
  c->nlocal = c->nowned + nghost;
  for (PetscInt l = 0; l < c->nlocal; l++)
    c->size[l] = ChainSize(c->number[l]);
  PetscCall(PetscSFCreate(PETSC_COMM_WORLD, &sf));
  PetscCall(PetscSFSetGraph(sf, c->nowned, nghost, ilocal, PETSC_COPY_VALUES, remote, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(sf));
  PetscCall(
      TessLayoutCreate(PETSC_COMM_WORLD, sf, c->nowned, c->nlocal, c->stride, c->size, nshared, &c->layout));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode ChainCreate(PetscInt nblock, PetscInt nshared, Chain *c)
{
  return ChainCreateRing(nblock, nshared, PETSC_FALSE, c);
}

static inline PetscErrorCode ChainDestroy(Chain *c)
{
  PetscFunctionBegin;
  PetscCall(TessLayoutDestroy(&c->layout));
  PetscCall(PetscFree2(c->number, c->size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The same vector on any number of ranks. */
static inline PetscErrorCode FillVec(TessKey key, Vec x)
{
  PetscInt   start, end;
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(VecGetOwnershipRange(x, &start, &end));
  PetscCall(VecGetArray(x, &a));
  for (PetscInt i = start; i < end; i++)
    a[i - start] = TessKeyNormal(key, i);
  PetscCall(VecRestoreArray(x, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* J with `rows` rows a block: rows of block s touch s, and those with an odd number s-1, the others but two
   s+1; the first half touches the shared slice. */
static inline PetscErrorCode ChainMat(Chain *c, PetscInt rows, PetscInt nborder, Mat *J)
{
  PetscInt  *list;
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(MatCreatePanels(c->layout, c->nowned * rows, nborder, J));
  PetscCall(PetscMalloc1(rows, &list));
  for (PetscInt s = 0; s < c->nowned; s++) {
    const TessKey key = TessKeyMake(17, c->number[s]);

    for (PetscInt l = 0; l <= c->nlocal; l++) {
      const PetscInt ncol = l < c->nlocal ? c->size[l] : c->nshared;
      PetscInt       n = 0, gap = l < c->nlocal ? c->number[l] - c->number[s] : 0;

      if (c->ring && PetscAbsInt(gap) == c->nblock - 1)
        gap = gap > 0 ? -1 : 1;
      for (PetscInt i = 0; i < rows; i++) {
        PetscBool touch = PETSC_TRUE;

        if (l == c->nlocal)
          touch = c->nshared && i < rows / 2 ? PETSC_TRUE : PETSC_FALSE;
        else if (gap == -1)
          touch = i % 2 ? PETSC_TRUE : PETSC_FALSE;
        else if (gap == 1)
          touch = i % 2 == 0 && i > 3 ? PETSC_TRUE : PETSC_FALSE;
        else if (gap)
          touch = PETSC_FALSE;
        if (touch)
          list[n++] = s * rows + i;
      }
      if (!n)
        continue;
      PetscCall(TessMatPanelsAdd(*J, s, l, n, list, &a));
      for (PetscInt i = 0; i < n; i++)
        for (PetscInt j = 0; j < ncol; j++)
          a[j * n + i] =
              TessKeyNormal(TessKeyMake(TessKeyMake(key, list[i] - s * rows), l == c->nlocal ? 5 : gap), j);
      for (PetscInt i = 0; i < n && c->dependent && l < c->nlocal; i++)
        a[(ncol - 1) * n + i] = a[i] - 2 * a[n + i];
    }
  }
  for (PetscInt b = 0; b < nborder; b++) {
    PetscCall(TessMatPanelsGetBorder(*J, b, &a));
    for (PetscInt l = 0; l < c->nlocal; l++) /* ghosts take part */
      for (PetscInt j = 0; j < c->size[l]; j++)
        a[l * c->stride + j] = TessKeyNormal(TessKeyMake(91 + b, c->number[l]), j);
    for (PetscInt j = 0; j < c->nshared; j++)
      a[c->nlocal * c->stride + j] = 0.1 * (j + 1);
  }
  PetscCall(MatAssemblyBegin(*J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*J, MAT_FINAL_ASSEMBLY));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Dense [M][N] column-major copy of A on every rank, a column at a time. */
static inline PetscErrorCode Dense(Mat A, PetscReal **dense)
{
  Vec              e, y, all;
  VecScatter       scatter;
  PetscInt         M, N;
  const PetscReal *a;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, &M, &N));
  PetscCall(PetscMalloc1(M * N, dense));
  PetscCall(MatCreateVecs(A, &e, &y));
  PetscCall(VecScatterCreateToAll(y, &scatter, &all));
  for (PetscInt j = 0; j < N; j++) {
    PetscCall(VecSet(e, 0));
    PetscCall(VecSetValue(e, j, 1, INSERT_VALUES));
    PetscCall(VecAssemblyBegin(e));
    PetscCall(VecAssemblyEnd(e));
    PetscCall(MatMult(A, e, y));
    PetscCall(VecScatterBegin(scatter, y, all, INSERT_VALUES, SCATTER_FORWARD));
    PetscCall(VecScatterEnd(scatter, y, all, INSERT_VALUES, SCATTER_FORWARD));
    PetscCall(VecGetArrayRead(all, &a));
    PetscCall(PetscArraycpy(*dense + j * M, a, M));
    PetscCall(VecRestoreArrayRead(all, &a));
  }
  PetscCall(VecScatterDestroy(&scatter));
  PetscCall(VecDestroy(&all));
  PetscCall(VecDestroy(&e));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(PETSC_SUCCESS);
}
