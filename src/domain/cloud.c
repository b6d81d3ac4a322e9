/* cloud.c - what can be asked of the shape of a domain: parts of its boundary, points on them. */
#include "domainimpl.h"

PetscErrorCode TessDomainGetBoundary(TessDomain d, PetscInt *n, const char *const **names)
{
  PetscFunctionBegin;
  *n     = d->npart - 2 * d->dim;
  *names = (const char *const *)d->part;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainHasFaces(TessDomain d, PetscBool *has)
{
  PetscFunctionBegin;
  *has = (PetscBool)!d->shape->nofaces;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPart(TessDomain d, PetscInt part)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(d->setup, comm, PETSC_ERR_ARG_WRONGSTATE, "TessDomainSetUp comes first");
  PetscCheck(part >= -1 && part < d->npart, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "part %" PetscInt_FMT " of %" PetscInt_FMT, part, d->npart);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetMeasure(TessDomain d, PetscInt part, PetscReal *measure)
{
  PetscFunctionBegin;
  PetscCall(CheckPart(d, part));
  *measure = d->measure[1 + part];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainDraw(TessDomain d, PetscInt part, PetscInt64 N, PetscBool even,
                              const TessBoxSampler *sampler, TessKey key, PetscInt round, TessCloud cloud[])
{
  PetscFunctionBegin;
  PetscCall(CheckPart(d, part));
  PetscCall(PetscArrayzero(cloud, d->nowned));
  PetscCall((*d->shape->draw)(d, part, N, even, sampler, key, round, cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainDrawIn(TessDomain d, PetscInt s, const TessBoxSampler *sampler, TessKey key,
                                PetscInt n, PetscReal x[])
{
  PetscFunctionBegin;
  PetscCheck(s >= 0 && s < d->nowned, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " of %" PetscInt_FMT " owned ones", s, d->nowned);
  PetscCall((*(d->shape->drawin ? d->shape->drawin : TessShapeBox_Private.drawin))(d, s, sampler, key, n, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainQuadrature(TessDomain d, PetscInt part, PetscInt64 N, TessCloud cloud[])
{
  PetscFunctionBegin;
  PetscCall(CheckPart(d, part));
  PetscCall(PetscArrayzero(cloud, d->nowned));
  PetscCall((*d->shape->quadrature)(d, part, N, cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessCloudCreate_Private(TessDomain d, PetscInt part, PetscInt n, TessCloud *cloud)
{
  PetscFunctionBegin;
  cloud->n = n;
  PetscCall(PetscMalloc1((size_t)d->dim * n, &cloud->x));
  PetscCall(PetscMalloc1(n, &cloud->share));
  if (part >= 0)
    PetscCall(PetscCalloc1((size_t)d->dim * n, &cloud->normal));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessCloudDestroy(TessCloud *cloud)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(cloud->x));
  PetscCall(PetscFree(cloud->normal));
  PetscCall(PetscFree(cloud->share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainInsidePatch(TessDomain d, PetscInt s, PetscInt n, const PetscReal x[],
                                     PetscBool in[])
{
  PetscFunctionBegin;
  PetscCheck(s >= 0 && s < d->nowned, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "patch %" PetscInt_FMT " of %" PetscInt_FMT " owned ones", s, d->nowned);
  for (PetscInt p = 0; p < n; p++)
    in[p] = PETSC_TRUE;
  if (d->shape->inside)
    PetscCall((*d->shape->inside)(d, s, n, x, in));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainInside(TessDomain d, PetscInt n, const PetscReal x[], PetscBool in[])
{
  PetscInt nleaf, *patch, *there, *here;
  PetscSF  sf;

  PetscFunctionBegin;
  PetscCall(TessDomainMigrate(d, n, x, &sf, &nleaf, &patch, NULL));
  PetscCall(PetscCalloc1(n, &here));
  PetscCall(PetscMalloc1(nleaf, &there));
  for (PetscInt l = 0; l < nleaf; l++)
    there[l] = 1;
  PetscCall(PetscSFReduceBegin(sf, MPIU_INT, there, here, MPI_REPLACE));
  PetscCall(PetscSFReduceEnd(sf, MPIU_INT, there, here, MPI_REPLACE));
  for (PetscInt i = 0; i < n; i++)
    in[i] = (PetscBool)(here[i] == 1);
  PetscCall(PetscFree(there));
  PetscCall(PetscFree(here));
  PetscCall(PetscFree(patch));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}
