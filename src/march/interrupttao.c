/* interrupttao.c - what the Tao of an interrupted run knows: tao/numbers [n], tao/columns
   [column][patch][stride], tao/shared [column][nparam].  By natural number of the patch, so that any number
   of ranks can go on. */
#include <string.h>
#include "lines.h"

/* One box a patch of an array [ncolumn][patch][stride]; PetscFree2 them. */
static PetscErrorCode Boxes(const TessSystem *sys, PetscInt ncolumn, PetscInt *nowned, PetscInt64 **start,
                            PetscInt64 **count)
{
  TessPatch patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, nowned, NULL));
  PetscCall(PetscMalloc2(3 * *nowned, start, 3 * *nowned, count));
  for (PetscInt s = 0; s < *nowned; s++) {
    PetscInt64 *first = *start + 3 * s, *n = *count + 3 * s;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    first[0] = 0, first[1] = patch.id, first[2] = 0;
    n[0] = ncolumn, n[1] = 1, n[2] = sys->stride;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Columns [ncolumn][n] of the layout of theta to (or from) slices [nowned][ncolumn][stride] and shared
   [ncolumn][nparam]. */
static PetscErrorCode Turn(const TessSystem *sys, PetscInt ncolumn, PetscInt nowned, PetscInt n,
                           PetscReal column[], PetscReal slice[], PetscReal shared[], PetscBool back)
{
  const PetscInt stride = sys->stride, nshared = n - nowned * stride;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < ncolumn; c++) {
    PetscReal *at = column + (size_t)c * n;

    for (PetscInt s = 0; s < nowned; s++) {
      PetscReal *one = at + (size_t)s * stride, *two = slice + ((size_t)s * ncolumn + c) * stride;

      PetscCall(PetscArraycpy(back ? one : two, back ? two : one, stride));
    }
    for (PetscInt i = 0; i < nshared; i++)
      *(back ? at + nowned * stride + i : shared + (size_t)c * nshared + i) =
          *(back ? shared + (size_t)c * nshared + i : at + nowned * stride + i);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SaveColumns(TessMarch m, TessFile file, const TessSystem *sys, PetscInt ncolumn,
                                  PetscInt n, PetscReal column[])
{
  PetscInt    nowned;
  PetscInt64 *start, *count, patches;
  PetscReal  *slice, *shared;
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(TessDomainGetSizes(sys->domain, &patches, NULL, NULL));
  PetscCall(Boxes(sys, ncolumn, &nowned, &start, &count));
  PetscCall(
      PetscMalloc2((size_t)nowned * ncolumn * sys->stride, &slice, (size_t)ncolumn * sys->nparam, &shared));
  PetscCall(Turn(sys, ncolumn, nowned, n, column, slice, shared, PETSC_FALSE));
  PetscCall(TessFileWriteBlocks(file, "tao/columns", 3, (PetscInt64[]){ncolumn, patches, sys->stride}, nowned,
                                start, count, slice));
  if (sys->nparam)
    PetscCall(TessFileWriteBlocks(file, "tao/shared", 2, (PetscInt64[]){ncolumn, sys->nparam},
                                  rank == size - 1, (PetscInt64[]){0, 0},
                                  (PetscInt64[]){ncolumn, sys->nparam}, shared));
  PetscCall(PetscFree2(slice, shared));
  PetscCall(PetscFree2(start, count));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode LoadColumns(TessMarch m, const char file[], const TessSystem *sys, PetscInt ncolumn,
                                  PetscInt n, PetscReal column[])
{
  PetscInt    nowned;
  PetscInt64 *start, *count;
  PetscReal  *slice, *shared;
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  PetscCall(Boxes(sys, ncolumn, &nowned, &start, &count));
  PetscCall(
      PetscMalloc2((size_t)nowned * ncolumn * sys->stride, &slice, (size_t)ncolumn * sys->nparam, &shared));
  PetscCall(TessFileReadBlocks(m->comm, file, "tao/columns", 3, nowned, start, count, slice));
  if (sys->nparam)
    PetscCall(TessFileReadBlocks(m->comm, file, "tao/shared", 2, rank == size - 1, (PetscInt64[]){0, 0},
                                 (PetscInt64[]){ncolumn, sys->nparam}, shared));
  PetscCall(Turn(sys, ncolumn, nowned, n, column, slice, shared, PETSC_TRUE));
  PetscCall(PetscFree2(slice, shared));
  PetscCall(PetscFree2(start, count));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSaveTao(TessMarch m, TessFile file, const TessSystem *sys)
{
  PetscInt   nnumber, ncolumn, n;
  PetscReal *number, *column;
  TaoType    type;

  PetscFunctionBegin;
  PetscCall(TessTrainGetState(m->tao, &nnumber, &number, &ncolumn, &column));
  PetscCall(TaoGetType(m->tao, &type));
  PetscCall(TessFileWriteText(file, "tao/type", type));
  PetscCall(TessFileWriteArray(file, "tao/numbers", 1, (PetscInt64[]){nnumber}, number));
  PetscCall(VecGetLocalSize(m->theta[m->slab], &n));
  PetscCall(SaveColumns(m, file, sys, ncolumn, n, column));
  PetscCall(PetscFree(number));
  PetscCall(PetscFree(column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The state of another type of Tao is let go; one without a state has done some of its iterations. */
PetscErrorCode TessMarchResumeTao(TessMarch m, Tao tao)
{
  const TessSystem *sys;
  PetscInt          rank, n;
  PetscInt64        numbers[8], columns[8];
  PetscReal        *number, *column;
  TaoType           type;
  char             *was;

  PetscFunctionBegin;
  if (m->lines) /* a Tao for the start alone */
    PetscFunctionReturn(PETSC_SUCCESS);
  if (m->resume && m->whole) {
    PetscCall(TessProblemGetSystem(m->problem[m->slab], &sys));
    PetscCall(VecGetLocalSize(m->theta[m->slab], &n));
    PetscCall(TaoGetType(tao, &type));
    PetscCall(TessFileReadText(m->comm, m->resume, "tao/type", &was));
    PetscCall(TessFileReadExtent(m->comm, m->resume, "tao/numbers", &rank, numbers));
    PetscCall(TessFileReadExtent(m->comm, m->resume, "tao/columns", &rank, columns));
    PetscCall(PetscMalloc2(numbers[0], &number, columns[0] * n, &column));
    PetscCall(TessFileReadBlock(m->comm, m->resume, "tao/numbers", 1, (PetscInt64[]){0}, numbers, number));
    if (columns[0])
      PetscCall(LoadColumns(m, m->resume, sys, (PetscInt)columns[0], n, column));
    if (!strcmp(was, type))
      PetscCall(TessTrainSetState(tao, (PetscInt)numbers[0], number, (PetscInt)columns[0], column));
    PetscCall(PetscFree2(number, column));
    PetscCall(PetscFree(was));
  }
  if (m->done) {
    PetscCall(TaoGetMaximumIterations(tao, &n));
    PetscCall(TaoSetMaximumIterations(tao, PetscMax(0, n - m->done)));
  }
  PetscCall(PetscFree(m->resume));
  PetscFunctionReturn(PETSC_SUCCESS);
}
