/* keepedges.c - where -placement_type has moved patches, to and from a file: edges/<slab>/<number of the
 * axis>. */
#include "marchimpl.h"

static PetscErrorCode Name(PetscInt k, PetscInt axis, size_t len, char name[])
{
  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, len, "edges/%" PetscInt_FMT "/%" PetscInt_FMT, k, axis));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSaveEdges(TessMarch m, PetscInt k, TessFile file)
{
  const TessSystem *sys;
  const PetscReal  *edges;
  const PetscInt   *parts;
  char              name[64];

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  PetscCall(TessDomainGetParts(sys->domain, &parts));
  for (PetscInt a = 0; a < sys->dim && m->place.type; a++) {
    PetscCall(TessDomainGetEdges(sys->domain, a, &edges));
    PetscCall(Name(k, a, sizeof(name), name));
    PetscCall(TessFileWriteArray(file, name, 1, (PetscInt64[]){parts[a] + 1}, edges));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchLoadEdges(TessMarch m, PetscInt k, const char file[])
{
  PetscInt   rank;
  PetscInt64 extent[8];
  PetscReal *edges;
  PetscBool  has;
  char       name[64];

  PetscFunctionBegin;
  for (PetscInt a = 0; a < TESS_DIM_MAX; a++) {
    PetscCall(Name(k, a, sizeof(name), name));
    PetscCall(TessFileHas(m->comm, file, name, &has));
    if (!has)
      break;
    PetscCall(TessFileReadExtent(m->comm, file, name, &rank, extent));
    TessCheckInput(rank == 1 && extent[0] > 1 && extent[0] <= PETSC_MAX_INT, m->comm,
                   "%s: dataset %s is not a list of edges", file, name);
    PetscCall(PetscMalloc1(extent[0], &edges));
    PetscCall(TessFileReadBlock(m->comm, file, name, 1, (PetscInt64[]){0}, extent, edges));
    PetscCall(TessMarchSetPlace(m, a, (PetscInt)extent[0], edges));
    PetscCall(PetscFree(edges));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
