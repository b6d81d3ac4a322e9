/* keep.c - points that were drawn anew and weights that followed training, to and from a file:
   <group>/<condition> [patch][width] by the natural number of the patch, its sets one after another, each
   [dim+1][n] (coordinates, then factors of the weights), then zeros, so that any number of ranks can read
   them; <group>_weights [ncondition+2]. */
#include "problemimpl.h"

/* Numbers of each owned patch of the drawn conditions, count [nowned]; the most of any patch of all ranks. */
static PetscErrorCode Width(TessProblem p, TessCondition c, PetscInt nowned, PetscInt count[],
                            PetscInt64 *width)
{
  TessPointSet *set;
  PetscInt      nset;

  PetscFunctionBegin;
  *width = 0;
  PetscCall(PetscArrayzero(count, nowned));
  PetscCall(TessConditionGetSets(c, &nset, &set));
  for (PetscInt i = 0; i < nset; i++) {
    count[set[i].s] += (p->sys.dim + 1) * set[i].n;
    *width = PetscMax(*width, count[set[i].s]);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, width, 1, MPIU_INT64, MPI_MAX, p->sys.comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

enum { TAKE, PUT_POINTS, PUT_FACTORS };

/* Between the sets and rows [nowned][width]. */
static PetscErrorCode Copy(TessProblem p, TessCondition c, PetscInt nowned, PetscInt64 width,
                           PetscReal rows[], int what)
{
  TessPointSet *set;
  PetscInt      nset, *at;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(nowned, &at));
  PetscCall(TessConditionGetSets(c, &nset, &set));
  for (PetscInt i = 0; i < nset; i++) {
    const PetscInt n   = p->sys.dim * set[i].n;
    PetscReal     *row = rows + set[i].s * width + at[set[i].s];

    if (what == PUT_POINTS)
      PetscCall(PetscArraycpy(set[i].x, row, n));
    else if (what == PUT_FACTORS)
      PetscCall(PetscArraycpy(set[i].factor, row + n, set[i].n));
    else {
      PetscCall(PetscArraycpy(row, set[i].x, n));
      PetscCall(PetscArraycpy(row + n, set[i].factor, set[i].n));
    }
    at[set[i].s] += n + set[i].n;
  }
  PetscCall(PetscFree(at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One row of a dataset for each owned patch. */
static PetscErrorCode Boxes(TessProblem p, PetscInt nowned, PetscInt64 width, PetscInt64 start[],
                            PetscInt64 count[])
{
  TessPatch patch;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetPatch(p->sys.domain, s, &patch));
    start[2 * s] = patch.id, start[2 * s + 1] = 0;
    count[2 * s] = 1, count[2 * s + 1] = width;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One condition: file (to be written), or the name of one to be read. */
static PetscErrorCode KeepCondition(TessProblem p, TessCondition c, TessFile file, const char from[],
                                    const char group[])
{
  PetscInt    nowned, rank, *used;
  PetscInt64  patches, width, extent[8], *start, *count;
  PetscReal  *rows;
  const char *name;
  char        dataset[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(p->sys.domain, &patches, &nowned, NULL));
  PetscCall(TessConditionGetName(c, &name));
  PetscCall(PetscSNPrintf(dataset, sizeof(dataset), "%s/%s", group, name));
  PetscCall(PetscMalloc1(nowned, &used));
  PetscCall(Width(p, c, nowned, used, &width));
  PetscCall(PetscMalloc2(2 * nowned, &start, 2 * nowned, &count));
  PetscCall(PetscCalloc1(nowned * width, &rows));
  PetscCall(Boxes(p, nowned, width, start, count));
  if (file) {
    PetscCall(Copy(p, c, nowned, width, rows, TAKE));
    PetscCall(
        TessFileWriteBlocks(file, dataset, 2, (PetscInt64[]){patches, width}, nowned, start, count, rows));
  } else {
    PetscCall(TessFileReadExtent(p->sys.comm, from, dataset, &rank, extent));
    TessCheckInput(rank == 2 && extent[0] == patches && extent[1] == width, p->sys.comm,
                   "%s: dataset %s is not of this input: %" PetscInt64_FMT " patches with %" PetscInt64_FMT
                   " coordinates are wanted; see -%s_points",
                   from, dataset, patches, width, name);
    PetscCall(TessFileReadBlocks(p->sys.comm, from, dataset, 2, nowned, start, count, rows));
    PetscCall(Copy(p, c, nowned, width, rows, PUT_POINTS));
    PetscCall(TessConditionMovePoints(c));
    PetscCall(Copy(p, c, nowned, width, rows, PUT_FACTORS));
  }
  PetscCall(PetscFree(rows));
  PetscCall(PetscFree2(start, count));
  PetscCall(PetscFree(used));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Keep(TessProblem p, TessFile file, const char from[], const char group[])
{
  PetscBool  drawn;
  PetscInt64 npoint;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscCall(TessConditionIsDrawn(p->condition[c], &drawn));
    PetscCall(TessConditionGetInfo(p->condition[c], NULL, NULL, &npoint));
    if (drawn && npoint > 0)
      PetscCall(KeepCondition(p, p->condition[c], file, from, group));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* lambda of the conditions, then how often they were balanced, and the smallest causal weight. */
static PetscErrorCode KeepWeights(TessProblem p, TessFile file, const char from[], const char group[])
{
  const PetscInt   n      = p->ncondition;
  const PetscInt64 extent = n + 2, start = 0;
  PetscReal       *weight;
  char             dataset[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(dataset, sizeof(dataset), "%s_weights", group));
  PetscCall(PetscMalloc1(extent, &weight));
  if (file) {
    PetscCall(PetscArraycpy(weight, p->balance.lambda, n));
    weight[n]     = p->balance.rounds;
    weight[n + 1] = p->causal.smallest;
    PetscCall(TessFileWriteArray(file, dataset, 1, &extent, weight));
  } else {
    PetscCall(TessFileReadBlock(p->sys.comm, from, dataset, 1, &start, &extent, weight));
    PetscCall(PetscArraycpy(p->balance.lambda, weight, n));
    p->balance.rounds  = (PetscInt)weight[n];
    p->causal.smallest = weight[n + 1];
    for (PetscInt c = 0; c < n; c++)
      PetscCall(TessConditionWeigh(p->condition[c], weight[c]));
  }
  PetscCall(PetscFree(weight));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSavePoints(TessProblem p, TessFile file, const char group[])
{
  PetscFunctionBegin;
  PetscCall(Keep(p, file, NULL, group));
  PetscCall(KeepWeights(p, file, NULL, group));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemLoadPoints(TessProblem p, const char file[], const char group[])
{
  PetscFunctionBegin;
  PetscCall(Keep(p, NULL, file, group));
  PetscCall(KeepWeights(p, NULL, file, group));
  PetscCall(TessProblemResetJacobian(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}
