/* meshfile.c - a mesh from a file that PETSc reads on rank 0 (gmsh 2 and 4, text or binary), or from a DM
   that lies on all ranks. */
#include <petscdmplex.h>
#include "mesh.h"

static PetscErrorCode KeepMessage(MPI_Comm comm, int line, const char *func, const char *file,
                                  PetscErrorCode n, PetscErrorType type, const char *text, void *ctx)
{
  (void)comm, (void)line, (void)func, (void)file;
  if (type == PETSC_ERROR_INITIAL)
    (void)PetscSNPrintf(ctx, 256, "%s", text ? text : "it cannot be read");
  return n;
}

/* The mesh as PETSc has it, with named groups as labels. */
static PetscErrorCode ReadPlex(const char file[], DM *dm, char why[256])
{
  static const char regions[] = "-dm_plex_gmsh_use_regions";
  PetscBool         given, old;
  PetscErrorCode    failed;

  PetscFunctionBegin;
  PetscCall(PetscOptionsHasName(NULL, NULL, regions, &given));
  PetscCall(TessMeshIsOld_Private(file, &old));
  if (!given)
    PetscCall(PetscOptionsSetValue(NULL, regions, old ? "false" : "true"));
  PetscCall(PetscPushErrorHandler(KeepMessage, why));
  failed = DMPlexCreateFromFile(PETSC_COMM_SELF, file, "mesh", PETSC_TRUE, dm);
  PetscCall(PetscPopErrorHandler());
  if (!given)
    PetscCall(PetscOptionsClearValue(NULL, regions));
  if (!failed && old && !given)
    PetscCall(TessMeshNames_Private(file, *dm));
  if (failed && !why[0])
    PetscCall(PetscSNPrintf(why, 256, "it cannot be read"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The cells of dm (NULL: none on this rank) as a mesh; why: what is wrong with it, the same on all ranks. */
static PetscErrorCode Build(MPI_Comm comm, DM dm, char why[256], TessMesh *mesh)
{
  TessMesh m;

  PetscFunctionBegin;
  PetscCall(PetscNew(&m));
  *mesh = m;
  PetscCall(PetscCommDuplicate(comm, &m->comm, NULL)); /* that of a DM goes with it */
  PetscCall(TessMeshCells_Private(m, dm, why));
  if (!why[0])
    PetscCall(TessMeshGroups_Private(m, dm));
  PetscCall(PetscFree(m->point));
  if (why[0])
    PetscCall(TessMeshDestroy(mesh));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshRead(MPI_Comm comm, const char file[], const char option[], TessMesh *mesh)
{
  char        why[256] = "";
  PetscMPIInt rank;
  DM          dm = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank)
    PetscCall(TessMeshCheckNodes_Private(file, why));
  if (!rank && !why[0])
    PetscCall(ReadPlex(file, &dm, why));
  PetscCall(Build(comm, dm, why, mesh));
  TessCheckInput(!why[0], comm, "the mesh %s is refused: %s; see %s", file, why, option);
  PetscCall(DMDestroy(&dm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshCreateFromDM(DM dm, TessMesh *mesh)
{
  const MPI_Comm comm     = PetscObjectComm((PetscObject)dm);
  char           why[256] = "";
  PetscBool      plex;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)dm, DMPLEX, &plex));
  PetscCheck(plex, comm, PETSC_ERR_ARG_WRONG, "the mesh is a DM of the type %s: %s is wanted",
             ((PetscObject)dm)->type_name, DMPLEX);
  PetscCall(Build(comm, dm, why, mesh));
  TessCheckInput(!why[0], comm, "the mesh is refused: %s", why);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshGetBox(TessMesh m, PetscInt *dim, PetscReal *volume, PetscReal lo[], PetscReal hi[])
{
  PetscFunctionBegin;
  *dim    = m->type.dim;
  *volume = m->volume;
  PetscCall(PetscArraycpy(lo, m->lo, m->type.dim));
  PetscCall(PetscArraycpy(hi, m->hi, m->type.dim));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshDestroy(TessMesh *mesh)
{
  TessMesh m = *mesh;

  PetscFunctionBegin;
  if (!m)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree(m->cell));
  PetscCall(PetscFree(m->point));
  PetscCall(TessWordsDestroy(m->npart, &m->part));
  PetscCall(TessWordsDestroy(m->nregion, &m->region));
  PetscCall(PetscFree(m->area));
  PetscCall(PetscFree(m->first));
  PetscCall(PetscFree(m->inpatch));
  PetscCall(PetscFree(m->around));
  PetscCall(PetscFree(m->cutbox));
  PetscCall(PetscFree(m->nextto));
  PetscCall(PetscFree(m->next));
  PetscCall(PetscCommDestroy(&m->comm));
  PetscCall(PetscFree(*mesh));
  PetscFunctionReturn(PETSC_SUCCESS);
}
