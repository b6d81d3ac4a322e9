/* meshcells.c - patches that are parts of the cells of a mesh: their boxes, neighbours, the points on the
   faces between them, and in which of them a point lies: those whose boxes hold it are asked, the first that
   has it in a cell gets it. */
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

void TessMeshCutBox_Private(TessDomain d, PetscInt64 id, PetscReal box[])
{
  const Mesh      *m   = d->shapedata;
  const PetscReal *cut = m->cutbox + 6 * (id % d->ncut);

  for (PetscInt a = 0; a < d->space; a++) {
    box[a]          = cut[a];
    box[d->dim + a] = cut[3 + a];
  }
}

PetscInt TessMeshNext_Private(TessDomain d, PetscInt64 id, const PetscInt **next)
{
  const Mesh    *m = d->shapedata;
  const PetscInt k = (PetscInt)(id % d->ncut);

  *next = m->next + m->nextto[k];
  return m->nextto[k + 1] - m->nextto[k];
}

/* The patches whose boxes hold point p of x [dim][n], of the time `id` begins with: numbers in list, if
 * given; returns how many. */
static PetscInt Candidates(TessDomain d, PetscInt n, const PetscReal x[], PetscInt p, PetscInt64 id,
                           PetscInt64 list[])
{
  const Mesh *m     = d->shapedata;
  PetscInt    found = 0;

  for (PetscInt k = 0; k < d->ncut && id >= 0; k++) {
    const PetscReal *box = m->cutbox + 6 * k;
    PetscBool        in  = PETSC_TRUE;

    for (PetscInt a = 0; a < d->space; a++) {
      const PetscReal slack = 1e-9 * (box[3 + a] - box[a]), at = x[(size_t)a * n + p];

      in = (PetscBool)(in && at >= box[a] - slack && at <= box[3 + a] + slack);
    }
    if (in && list)
      list[found] = id + k;
    found += in;
  }
  return found;
}

/* in [nq] of questions (point of x [dim][n], patch): whether a cell of the patch holds the point. */
static PetscErrorCode Ask(TessDomain d, PetscInt n, const PetscReal x[], PetscInt nq, const PetscInt point[],
                          const PetscInt64 patch[], PetscInt in[])
{
  PetscInt    *index, *where, *answer, nleaf;
  PetscMPIInt *owner;
  PetscReal   *send, *at;
  PetscSF      sf;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(nq, &owner, nq, &index, (size_t)nq, &send));
  PetscCall(TessDomainFindOwners(d, nq, patch, owner, index));
  PetscCall(TessDomainRoute_Private(PetscObjectComm((PetscObject)d), nq, owner, &nleaf, &sf));
  PetscCall(PetscMalloc3(nleaf, &where, nleaf, &answer, (size_t)nleaf * d->dim, &at));
  PetscCall(PetscSFBcastBegin(sf, MPIU_INT, index, where, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_INT, index, where, MPI_REPLACE));
  for (PetscInt a = 0; a < d->dim; a++) {
    for (PetscInt q = 0; q < nq; q++)
      send[q] = x[(size_t)a * n + point[q]];
    PetscCall(PetscSFBcastBegin(sf, MPIU_REAL, send, at + (size_t)a * nleaf, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(sf, MPIU_REAL, send, at + (size_t)a * nleaf, MPI_REPLACE));
  }
  for (PetscInt l = 0; l < nleaf; l++) {
    PetscReal one[4];
    PetscBool inside;

    for (PetscInt a = 0; a < d->dim; a++)
      one[a] = at[(size_t)a * nleaf + l];
    PetscCall((*d->shape->inside)(d, where[l], 1, one, &inside));
    answer[l] = inside;
  }
  PetscCall(PetscSFReduceBegin(sf, MPIU_INT, answer, in, MPI_REPLACE));
  PetscCall(PetscSFReduceEnd(sf, MPIU_INT, answer, in, MPI_REPLACE));
  PetscCall(PetscFree3(owner, index, send));
  PetscCall(PetscFree3(where, answer, at));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshLocate_Private(TessDomain d, PetscInt n, const PetscReal x[], PetscInt64 id[])
{
  PetscInt64 *patch, nq = 0;
  PetscInt   *point, *in;

  PetscFunctionBegin;
  PetscCall(TessDomainLocate(d, n, x, id));
  for (PetscInt p = 0; p < n; p++)
    nq += Candidates(d, n, x, p, id[p], NULL);
  PetscCall(PetscMalloc3(nq, &patch, nq, &point, nq, &in));
  nq = 0;
  for (PetscInt p = 0; p < n; p++)
    for (PetscInt k = Candidates(d, n, x, p, id[p], patch + nq); k > 0; k--)
      point[nq++] = p;
  PetscCall(Ask(d, n, x, (PetscInt)nq, point, patch, in));
  for (PetscInt p = 0; p < n; p++)
    id[p] = -1;
  for (PetscInt q = 0; q < nq; q++)
    if (in[q] && id[point[q]] < 0)
      id[point[q]] = patch[q];
  PetscCall(PetscFree3(patch, point, in));
  PetscFunctionReturn(PETSC_SUCCESS);
}
