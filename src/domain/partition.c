/* partition.c - deals patches to ranks.  Each rank sees the slab of natural numbers that is its part of the
   directory: it builds those rows of the patch graph, lets a MatPartitioning name their owners, and sends the
   numbers there. */
#include <stdlib.h>
#include "domainimpl.h"

/* How many FaceNeighbours may find. */
static PetscInt MostNeighbours(TessDomain d, PetscInt64 id)
{
  const PetscInt *next;

  return 2 * d->dim + (d->ncut ? (*d->shape->next)(d, id, &next) : 0);
}

/* Patches that share a face with patch id, themselves and repeats left out. */
static PetscInt FaceNeighbours(TessDomain d, PetscInt64 id, PetscInt part[], PetscInt adj[])
{
  PetscInt        n = 0;
  const PetscInt *next;

  for (PetscInt k = d->ncut ? (*d->shape->next)(d, id, &next) : 0; k > 0; k--)
    adj[n++] = (PetscInt)(id - id % d->ncut) + next[k - 1];
  TessDomainDecode_Private(d, id, part);
  for (PetscInt i = 0; i < d->dim; i++) {
    const PetscInt here = part[i];

    for (PetscInt offset = -1; offset <= 1; offset += 2) {
      PetscInt to, wrap;

      if (!TessDomainNeighbour_Private(d, i, here, offset, &to, &wrap) || to == here)
        continue;
      if (d->parts[i] == 2 && d->periodic[i] && offset == 1)
        continue; /* the lower neighbour already */
      part[i]  = to;
      adj[n++] = (PetscInt)TessDomainEncode_Private(d, part);
    }
    part[i] = here;
  }
  return n;
}

/* Vertex weights as integers 1 .. 1000, as the partitioners want them: the points of a patch, of which some
 * are dealt evenly and the others by measure; cells without a patch have the least. */
static PetscErrorCode Weights(TessDomain d, PetscInt64 start, PetscInt n, const PetscReal there[],
                              PetscInt **weights)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscReal     *w, *box, most = 0, sum[2] = {0, 0}; /* measure and number of patches */

  PetscFunctionBegin;
  *weights = NULL;
  if (!d->weight && !there)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc2(n, &w, 4 * d->dim, &box));
  for (PetscInt i = 0; i < n && there; i++) {
    sum[0] += there[i];
    sum[1] += there[i] > 0;
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPIU_SUM, comm));
  for (PetscInt i = 0; i < n; i++) {
    TessDomainBox_Private(d, start + i, box);
    w[i] = !there ? 1 : there[i] > 0 ? d->even + (1 - d->even) * there[i] * sum[1] / sum[0] : 0;
    if (d->weight && w[i] > 0)
      PetscCall((*d->weight)(d->weightctx, start + i, box, box + d->dim, &w[i]));
    most = PetscMax(most, w[i]);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &most, 1, MPIU_REAL, MPIU_MAX, comm));
  PetscCheck(most > 0 && !PetscIsInfReal(most), comm, PETSC_ERR_ARG_OUTOFRANGE,
             "the largest weight of a patch is %g", (double)most);
  PetscCall(PetscMalloc1(n, weights));
  for (PetscInt i = 0; i < n; i++)
    (*weights)[i] = PetscMax(1, (PetscInt)(1000 * w[i] / most));
  PetscCall(PetscFree2(w, box));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The rows start .. start+n of the patch graph. */
static PetscErrorCode Graph(TessDomain d, PetscInt64 start, PetscInt n, Mat *graph)
{
  PetscInt *ia, *ja, *part;
  size_t    most = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    most += MostNeighbours(d, start + i);
  PetscCall(PetscMalloc1(d->dim, &part));
  PetscCall(PetscMalloc1(n + 1, &ia));
  PetscCall(PetscMalloc1(most, &ja));
  ia[0] = 0;
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt m = FaceNeighbours(d, start + i, part, ja + ia[i]);

    PetscCall(PetscSortInt(m, ja + ia[i]));
    ia[i + 1] = ia[i] + m;
  }
  PetscCall(PetscFree(part));
  PetscCall(MatCreateMPIAdj(PetscObjectComm((PetscObject)d), n, (PetscInt)d->npatch, ia, ja, NULL,
                            graph)); /* takes ia, ja */
  PetscFunctionReturn(PETSC_SUCCESS);
}

#if defined(PETSC_HAVE_PTSCOTCH)
/* PETSc has loaded the library, and does not show these functions of it. */
extern void SCOTCH_randomReset(void) __attribute__((weak));
extern int  SCOTCH_numSizeof(void) __attribute__((weak));
#endif

/* PT-Scotch where its integers are those of PETSc (Debian's have 32 bits beside indices of 64), else natural
 * order. */
static PetscErrorCode SetType(MatPartitioning mp)
{
  MatPartitioningType type = MATPARTITIONINGAVERAGE;

  PetscFunctionBegin;
#if defined(PETSC_HAVE_PTSCOTCH)
  if (SCOTCH_numSizeof && SCOTCH_numSizeof() == (int)sizeof(PetscInt)) {
    type = MATPARTITIONINGPTSCOTCH;
    SCOTCH_randomReset();
  }
#endif
  PetscCall(MatPartitioningSetType(mp, type));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* PT-Scotch 7 starts as many threads as the machine has cores.  Two of them call MPI at once where it halves
 * a graph between ranks (7.0.3 does not ask whether MPI allows that, later releases do), which PETSc has not
 * initialised MPI for: ranks crash or wait for ever, now and then.  One thread it is, whatever was asked for;
 * then the owners depend neither on the cores nor on who comes first. */
static PetscErrorCode ApplyOnOneThread(MatPartitioning mp, IS *is)
{
  static const char name[] = "SCOTCH_PTHREAD_NUMBER"; /* read at each call */
  char             *before = NULL;

  PetscFunctionBegin;
  PetscCall(PetscStrallocpy(getenv(name), &before));
  PetscCheck(!setenv(name, "1", 1), PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory to set %s", name);
  PetscCall(MatPartitioningApply(mp, is));
  if (before)
    (void)setenv(name, before, 1);
  else
    (void)unsetenv(name);
  PetscCall(PetscFree(before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* owner [n] of the patches of this rank's slab, by a MatPartitioning.  Equal domains are dealt equally,
 * whatever was dealt before: else a run that goes on from a file would add its sums in another order. */
static PetscErrorCode Partition(TessDomain d, PetscInt64 start, PetscInt n, const PetscReal there[],
                                PetscMPIInt owner[])
{
  const MPI_Comm  comm = PetscObjectComm((PetscObject)d);
  MatPartitioning mp;
  Mat             graph;
  IS              is;
  PetscInt       *weights;
  const PetscInt *rank;

  PetscFunctionBegin;
  PetscCall(Graph(d, start, n, &graph));
  PetscCall(Weights(d, start, n, there, &weights));
  PetscCall(MatPartitioningCreate(comm, &mp));
  PetscCall(PetscObjectSetOptionsPrefix((PetscObject)mp, ((PetscObject)d)->prefix));
  PetscCall(PetscObjectAppendOptionsPrefix((PetscObject)mp, "domain_"));
  PetscCall(MatPartitioningSetAdjacency(mp, graph));
  if (weights)
    PetscCall(MatPartitioningSetVertexWeights(mp, weights)); /* takes weights */
  PetscCall(SetType(mp));
  PetscCall(MatPartitioningSetFromOptions(mp));
  PetscCall(ApplyOnOneThread(mp, &is));
  PetscCall(ISGetIndices(is, &rank));
  for (PetscInt i = 0; i < n; i++)
    owner[i] = (PetscMPIInt)rank[i];
  PetscCall(ISRestoreIndices(is, &rank));
  PetscCall(ISDestroy(&is));
  PetscCall(MatPartitioningDestroy(&mp));
  PetscCall(MatDestroy(&graph));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Numbers go to their owners, who answer with the local index: the directory is complete. */
static PetscErrorCode Deal(TessDomain d, PetscInt64 start, PetscInt n, const PetscMPIInt owner[])
{
  PetscInt64 *number;
  PetscInt   *index, *answer;
  PetscSF     sf;

  PetscFunctionBegin;
  PetscCall(TessDomainRoute_Private(PetscObjectComm((PetscObject)d), n, owner, &d->nowned, &sf));
  PetscCall(PetscMalloc1(n, &number));
  PetscCall(PetscMalloc1(d->nowned, &d->id));
  PetscCall(PetscMalloc2(d->nowned, &index, n, &answer));
  for (PetscInt i = 0; i < n; i++)
    number[i] = start + i;
  for (PetscInt i = 0; i < n; i++)
    answer[i] = -1;
  for (PetscInt i = 0; i < d->nowned; i++)
    index[i] = i; /* slabs come by rank, so the numbers arrive sorted */
  PetscCall(PetscSFBcastBegin(sf, MPIU_INT64, number, d->id, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, MPIU_INT64, number, d->id, MPI_REPLACE));
  PetscCall(PetscSFReduceBegin(sf, MPIU_INT, index, answer, MPI_REPLACE));
  PetscCall(PetscSFReduceEnd(sf, MPIU_INT, index, answer, MPI_REPLACE));
  for (PetscInt i = 0; i < n; i++) {
    d->slab[2 * i]     = owner[i];
    d->slab[2 * i + 1] = answer[i];
  }
  PetscCall(PetscFree2(index, answer));
  PetscCall(PetscFree(number));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainPartition_Private(TessDomain d)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscMPIInt    rank, size, *owner;
  PetscInt64     start, n;
  PetscReal     *there = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  TessCheckInput(d->npatch / size < PETSC_MAX_INT / (4 * d->dim), comm,
                 "domain: %" PetscInt64_FMT " patches are too many for %d ranks; see -parts_%s", d->npatch,
                 size, d->names[0]);
  start = TessDomainSlabStart_Private(d, rank);
  n     = TessDomainSlabStart_Private(d, rank + 1) - start;
  PetscCall(PetscMalloc1(n, &owner));
  d->nslab = (PetscInt)n;
  PetscCall(PetscMalloc1(2 * n, &d->slab));
  for (PetscInt i = 0; i < n; i++)
    owner[i] = rank;
  if (d->shape->there) {
    PetscInt64 *id;

    PetscCall(PetscMalloc1(n, &there));
    PetscCall(PetscMalloc1(n, &id));
    for (PetscInt i = 0; i < n; i++)
      id[i] = start + i;
    PetscCall((*d->shape->there)(d, d->nslab, id, there));
    PetscCall(PetscFree(id));
  }
  if (size > 1 && d->npatch > size && d->npatch < PETSC_MAX_INT)
    PetscCall(Partition(d, start, d->nslab, there, owner));
  for (PetscInt i = 0; i < n && there; i++)
    owner[i] = there[i] > 0 ? owner[i] : -1;
  PetscCall(Deal(d, start, d->nslab, owner));
  PetscCall(PetscFree(there));
  PetscCall(PetscFree(owner));
  PetscFunctionReturn(PETSC_SUCCESS);
}
