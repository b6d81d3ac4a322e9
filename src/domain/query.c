/* query.c - what can be asked of a domain, and how it is shown. */
#include "domainimpl.h"

#define NEEDS_SETUP(d)                                                                                       \
  PetscCheck((d)->setup, PetscObjectComm((PetscObject)(d)), PETSC_ERR_ARG_WRONGSTATE,                        \
             "TessDomainSetUp comes first")

PetscErrorCode TessDomainGetComm(TessDomain d, MPI_Comm *comm)
{
  PetscFunctionBegin;
  *comm = PetscObjectComm((PetscObject)d);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetAxes(TessDomain d, PetscInt *dim, PetscInt *space, const char *const **names,
                                 const PetscReal **lo, const PetscReal **hi, const PetscBool **periodic)
{
  PetscFunctionBegin;
  if (dim)
    *dim = d->dim;
  if (space)
    *space = d->space;
  if (names)
    *names = (const char *const *)d->names;
  if (lo)
    *lo = d->lo;
  if (hi)
    *hi = d->hi;
  if (periodic)
    *periodic = d->periodic;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetParts(TessDomain d, const PetscInt **parts)
{
  PetscFunctionBegin;
  *parts = d->parts;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetCut(TessDomain d, PetscInt *ncut)
{
  PetscFunctionBegin;
  *ncut = d->ncut;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetEdges(TessDomain d, PetscInt axis, const PetscReal **edges)
{
  PetscFunctionBegin;
  PetscCheck(axis >= 0 && axis < d->dim, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "axis %" PetscInt_FMT " of %" PetscInt_FMT, axis, d->dim);
  *edges = d->edges[axis];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetOverlap(TessDomain d, PetscReal *overlap)
{
  PetscFunctionBegin;
  *overlap = d->overlap;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetPatches(TessDomain d, PetscInt64 *npatch)
{
  PetscFunctionBegin;
  NEEDS_SETUP(d);
  *npatch = d->nthere;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetSizes(TessDomain d, PetscInt64 *ncell, PetscInt *nowned, PetscInt *nlocal)
{
  PetscFunctionBegin;
  NEEDS_SETUP(d);
  if (ncell)
    *ncell = d->npatch;
  if (nowned)
    *nowned = d->nowned;
  if (nlocal)
    *nlocal = d->nlocal;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetPatch(TessDomain d, PetscInt local, TessPatch *patch)
{
  PetscFunctionBegin;
  NEEDS_SETUP(d);
  PetscCheck(local >= 0 && local < d->nlocal, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "local patch %" PetscInt_FMT " of %" PetscInt_FMT, local, d->nlocal);
  const PetscReal *box = d->box + (size_t)local * 4 * d->dim;

  *patch = (TessPatch){
      .id = d->id[local], .lo = box, .hi = box + d->dim, .dlo = box + 2 * d->dim, .dhi = box + 3 * d->dim};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetReach(TessDomain d, PetscInt s, PetscInt *n, const TessReach **reach)
{
  PetscFunctionBegin;
  NEEDS_SETUP(d);
  const PetscInt place = TessDomainFindPlace_Private(d, s);

  PetscCheck(place >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "local patch %" PetscInt_FMT " is neither owned (there are %" PetscInt_FMT
             ") nor opposite an owned one",
             s, d->nowned);
  *n     = d->first[place + 1] - d->first[place];
  *reach = d->reach + d->first[place];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetSF(TessDomain d, PetscSF *sf)
{
  PetscFunctionBegin;
  NEEDS_SETUP(d);
  *sf = d->sf;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ViewAxes(TessDomain d, PetscViewer viewer)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < d->dim; i++) {
    PetscReal least = d->hi[i] - d->lo[i], most = 0;

    for (PetscInt k = 0; k < d->parts[i]; k++) {
      least = PetscMin(least, d->edges[i][k + 1] - d->edges[i][k]);
      most  = PetscMax(most, d->edges[i][k + 1] - d->edges[i][k]);
    }
    if (d->ncut && i < d->space) {
      PetscCall(PetscViewerASCIIPrintf(viewer, "%s in [%.6g, %.6g]\n", d->names[i], (double)d->lo[i],
                                       (double)d->hi[i]));
      continue;
    }
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s in [%.6g, %.6g]%s%s, %" PetscInt_FMT " part%s", d->names[i],
                                     (double)d->lo[i], (double)d->hi[i], i >= d->space ? ", time" : "",
                                     d->periodic[i] ? ", periodic" : "", d->parts[i],
                                     d->parts[i] == 1 ? "" : "s"));
    PetscCall(PetscViewerASCIIUseTabs(viewer, PETSC_FALSE));
    if (!d->uniform[i])
      PetscCall(PetscViewerASCIIPrintf(viewer, " of width %.6g to %.6g", (double)least, (double)most));
    PetscCall(PetscViewerASCIIPrintf(viewer, "\n"));
    PetscCall(PetscViewerASCIIUseTabs(viewer, PETSC_TRUE));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainView(TessDomain d, PetscViewer viewer)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscBool      ascii;
  PetscMPIInt    size;

  PetscFunctionBegin;
  if (!viewer)
    PetscCall(PetscViewerASCIIGetStdout(comm, &viewer));
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (!ascii)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(
      PetscViewerASCIIPrintf(viewer, "domain of %" PetscInt_FMT " ax%ss\n", d->dim, d->dim == 1 ? "i" : "e"));
  PetscCall(PetscViewerASCIIPushTab(viewer));
  PetscCall(ViewAxes(d, viewer));
  if (d->ncut)
    PetscCall(PetscViewerASCIIPrintf(viewer, "cells of the mesh in %" PetscInt_FMT " parts\n", d->ncut));
  for (PetscInt k = 0; k < d->npart - 2 * d->dim; k++)
    PetscCall(PetscViewerASCIIPrintf(viewer, "boundary %s\n", d->part[k]));
  PetscCall(PetscViewerASCIIPrintf(viewer, "overlap %.6g\n", (double)d->overlap));
  if (d->setup) {
    char     deal[128];
    PetscInt range[3] = {-d->nowned, d->nowned, d->nlocal - d->nowned};

    PetscCallMPI(MPI_Comm_size(comm, &size));
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, range, 3, MPIU_INT, MPI_MAX, comm));
    PetscCall(PetscSNPrintf(deal, sizeof(deal),
                            ": %" PetscInt_FMT " to %" PetscInt_FMT " each, at most %" PetscInt_FMT " ghosts",
                            -range[0], range[1], range[2]));
    PetscCall(PetscViewerASCIIPrintf(viewer, "%" PetscInt64_FMT " patch%s on %d rank%s%s\n", d->nthere,
                                     d->nthere == 1 ? "" : "es", size, size == 1 ? "" : "s",
                                     size == 1 ? "" : deal));
  }
  PetscCall(PetscViewerASCIIPopTab(viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}
