/* meshmeet.c - where the parts of a mesh that is cut meet: the faces of cells between them, and which parts
   share some. */
#include <stdlib.h>
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

/* `across` from the numbers of cells to those of cuts. */
static PetscErrorCode Across(Mesh *m, const PetscInt of[])
{
  PetscMPIInt  size;
  PetscInt64   mine = m->n, *start;
  PetscInt    *other, n = 0;
  PetscSFNode *remote;
  PetscSF      sf;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(PetscMalloc1(size + 1, &start));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPIU_INT64, start + 1, 1, MPIU_INT64, m->comm));
  start[0] = 0;
  for (PetscMPIInt r = 0; r < size; r++)
    start[r + 1] += start[r];
  PetscCall(PetscMalloc1((size_t)m->n * m->type.nface, &remote));
  PetscCall(PetscMalloc1((size_t)m->n * m->type.nface, &other));
  for (PetscInt c = 0; c < m->n; c++)
    for (PetscInt f = 0; f < m->type.nface; f++) {
      const PetscInt64 id = (PetscInt64)m->cell[c].across[f];
      PetscMPIInt      r  = 0;

      if (id < 0)
        continue;
      while (id >= start[r + 1])
        r++;
      remote[n++] = (PetscSFNode){.rank = r, .index = (PetscInt)(id - start[r])};
    }
  PetscCall(PetscSFCreate(m->comm, &sf));
  PetscCall(PetscSFSetGraph(sf, m->n, n, NULL, PETSC_OWN_POINTER, remote, PETSC_OWN_POINTER));
  PetscCall(PetscSFBcastBegin(sf, MPIU_INT, of, other, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_INT, of, other, MPI_REPLACE));
  PetscCall(PetscSFDestroy(&sf));
  for (PetscInt c = 0, i = 0; c < m->n; c++)
    for (PetscInt f = 0; f < m->type.nface; f++) {
      if (m->cell[c].across[f] < 0)
        continue;
      m->cell[c].across[f] = other[i] == of[c] ? -1 : other[i];
      i++;
    }
  PetscCall(PetscFree(other));
  PetscCall(PetscFree(start));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Faces between cuts become one more part of faces, on the cells of the lower cut. */
static PetscErrorCode Between(Mesh *m)
{
  PetscReal x[3 * MESH_POINTS], normal[3 * MESH_POINTS], w[MESH_POINTS], sum = 0, before = 0;
  PetscInt  n;

  PetscFunctionBegin;
  for (PetscInt pass = 0; pass < 2; pass++) {
    for (PetscInt c = 0; c < m->n; c++) {
      TessCell *cell = &m->cell[c];

      for (PetscInt f = 0; f < m->type.nface; f++) {
        if (cell->across[f] <= cell->cut)
          continue;
        if (pass) {
          cell->areabefore[f] += before;
          continue;
        }
        PetscCall(TessCellRule_Private(&m->type, cell, f, MESH_RULE, &n, x, normal, w));
        cell->part[f]       = m->npart;
        cell->areabefore[f] = sum;
        for (PetscInt p = 0; p < n; p++)
          cell->area[f] += w[p];
        sum += cell->area[f];
      }
    }
    if (!pass)
      PetscCallMPI(MPI_Exscan(&sum, &before, 1, MPIU_REAL, MPIU_SUM, m->comm));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &sum, 1, MPIU_REAL, MPIU_SUM, m->comm));
  PetscCall(PetscRealloc((m->npart + 1) * sizeof(PetscReal), &m->area));
  m->area[m->npart] = sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CutBoxes(Mesh *m)
{
  PetscReal lo[3], hi[3];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(6 * m->ncut, &m->cutbox));
  for (PetscInt i = 0; i < 6 * m->ncut; i++)
    m->cutbox[i] = PETSC_MAX_REAL;
  for (PetscInt c = 0; c < m->n; c++) {
    PetscReal *box = m->cutbox + 6 * (PetscInt)m->cell[c].cut;

    TessCellBox_Private(&m->type, &m->cell[c], lo, hi);
    for (PetscInt a = 0; a < m->type.dim; a++) {
      box[a]     = PetscMin(box[a], PetscMax(lo[a], m->lo[a]));
      box[3 + a] = PetscMin(box[3 + a], -PetscMin(hi[a], m->hi[a]));
    }
  }
  PetscCall(
      MPIU_Allreduce(MPI_IN_PLACE, m->cutbox, (PetscMPIInt)(6 * m->ncut), MPIU_REAL, MPIU_MIN, m->comm));
  for (PetscInt k = 0; k < m->ncut; k++)
    for (PetscInt a = 3; a < 6; a++)
      m->cutbox[6 * k + a] *= -1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int ComparePairs(const void *a, const void *b)
{
  const PetscInt *x = a, *y = b;

  return x[0] != y[0] ? (x[0] > y[0]) - (x[0] < y[0]) : (x[1] > y[1]) - (x[1] < y[1]);
}

static void SortPairs(PetscInt *n, PetscInt pair[])
{
  PetscInt m = 0;

  if (*n)
    qsort(pair, *n, 2 * sizeof(*pair), ComparePairs);
  for (PetscInt i = 0; i < *n; i++) {
    if (m && pair[2 * i] == pair[2 * m - 2] && pair[2 * i + 1] == pair[2 * m - 1])
      continue;
    pair[2 * m]     = pair[2 * i];
    pair[2 * m + 1] = pair[2 * i + 1];
    m++;
  }
  *n = m;
}

/* Which cuts share faces, on all ranks. */
static PetscErrorCode Neighbours(Mesh *m)
{
  PetscMPIInt size, *length, *start, mine;
  PetscInt    n = 0, all, *pair, *pairs;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(PetscMalloc1((size_t)2 * m->n * m->type.nface, &pair));
  for (PetscInt c = 0; c < m->n; c++)
    for (PetscInt f = 0; f < m->type.nface; f++) {
      if (m->cell[c].across[f] < 0)
        continue;
      pair[2 * n]     = (PetscInt)m->cell[c].cut;
      pair[2 * n + 1] = (PetscInt)m->cell[c].across[f];
      n++;
    }
  SortPairs(&n, pair);
  mine = (PetscMPIInt)(2 * n);
  PetscCall(PetscMalloc2(size, &length, size + 1, &start));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, length, 1, MPI_INT, m->comm));
  start[0] = 0;
  for (PetscMPIInt r = 0; r < size; r++)
    start[r + 1] = start[r] + length[r];
  PetscCall(PetscMalloc1(start[size], &pairs));
  PetscCallMPI(MPI_Allgatherv(pair, mine, MPIU_INT, pairs, length, start, MPIU_INT, m->comm));
  all = start[size] / 2;
  SortPairs(&all, pairs);
  PetscCall(PetscCalloc1(m->ncut + 1, &m->nextto));
  PetscCall(PetscMalloc1(all, &m->next));
  for (PetscInt i = 0; i < all; i++) {
    m->nextto[pairs[2 * i] + 1]++;
    m->next[i] = pairs[2 * i + 1];
  }
  for (PetscInt k = 0; k < m->ncut; k++)
    m->nextto[k + 1] += m->nextto[k];
  PetscCall(PetscFree(pairs));
  PetscCall(PetscFree(pair));
  PetscCall(PetscFree2(length, start));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshMeet_Private(Mesh *m, const PetscInt of[])
{
  PetscFunctionBegin;
  PetscCall(Across(m, of));
  for (PetscInt c = 0; c < m->n; c++)
    m->cell[c].cut = of[c];
  PetscCall(Between(m));
  PetscCall(CutBoxes(m));
  PetscCall(Neighbours(m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
