/* domain.c - the class: axes, parts, edges, overlap, the checks on them, set-up and what can be asked. */
#include "domainimpl.h"

/* Frees what SetUp made. */
static PetscErrorCode Reset(TessDomain d)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(d->id));
  PetscCall(PetscFree(d->box));
  PetscCall(PetscFree(d->place));
  PetscCall(PetscFree(d->first));
  PetscCall(PetscFree(d->reach));
  PetscCall(PetscFree(d->shifts));
  PetscCall(PetscFree(d->slab));
  PetscCall(PetscFree(d->measure));
  PetscCall(PetscSFDestroy(&d->sf));
  d->setup = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Frees what SetAxes and the shape made. */
static PetscErrorCode ResetAxes(TessDomain d)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < d->dim; i++) {
    PetscCall(PetscFree(d->names[i]));
    PetscCall(PetscFree(d->edges[i]));
  }
  PetscCall(PetscFree2(d->names, d->edges));
  PetscCall(PetscFree2(d->lo, d->hi));
  PetscCall(PetscFree5(d->periodic, d->whole, d->linked, d->uniform, d->parts));
  if (d->shape->destroy)
    PetscCall((*d->shape->destroy)(d));
  d->shape = &TessShapeBox_Private;
  PetscCall(TessWordsDestroy(d->npart - 2 * d->dim, &d->part));
  d->npart = d->dim = d->ncut = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainDestroy(TessDomain *d)
{
  PetscFunctionBegin;
  if (!*d)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (--((PetscObject)*d)->refct > 0) {
    *d = NULL;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(Reset(*d));
  PetscCall(ResetAxes(*d));
  PetscCall(PetscHeaderDestroy(d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainCreate(MPI_Comm comm, TessDomain *domain)
{
  TessDomain d;

  PetscFunctionBegin;
  PetscAssertPointer(domain, 2);
  *domain = NULL;
  PetscCall(TessInitializeBase());
  PetscCall(PetscHeaderCreate(d, TESS_CLASSID, "TessDomain", "Box cut into patches", "Tessera", comm,
                              TessDomainDestroy, TessDomainView));
  d->shape   = &TessShapeBox_Private;
  d->overlap = 0.5;
  d->even    = 1;
  *domain    = d;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetOptionsPrefix(TessDomain d, const char prefix[])
{
  PetscFunctionBegin;
  PetscCall(PetscObjectSetOptionsPrefix((PetscObject)d, prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckAxis(TessDomain d, PetscInt i, const char *const names[], PetscReal lo,
                                PetscReal hi)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  TessCheckInput(names[i] && names[i][0], comm, "domain: axis %" PetscInt_FMT " has no name", i);
  for (PetscInt j = 0; j < i; j++) {
    PetscBool same;

    PetscCall(PetscStrcasecmp(names[i], names[j], &same));
    TessCheckInput(!same, comm, "domain: two axes are called \"%s\"; see -domain_%s", names[i], names[i]);
  }
  TessCheckInput(!PetscIsInfOrNanReal(lo) && !PetscIsInfOrNanReal(hi - lo), comm,
                 "domain: axis \"%s\": the interval [%.6g, %.6g] is not finite; see -domain_%s", names[i],
                 (double)lo, (double)hi, names[i]);
  TessCheckInput(
      lo < hi, comm,
      "domain: axis \"%s\": the interval [%.6g, %.6g] is empty (the lower end comes first); see -domain_%s",
      names[i], (double)lo, (double)hi, names[i]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetAxes(TessDomain d, PetscInt dim, PetscInt space, const char *const names[],
                                 const PetscReal lo[], const PetscReal hi[], const PetscBool periodic[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(!d->setup, comm, PETSC_ERR_ARG_WRONGSTATE, "TessDomainSetAxes comes before TessDomainSetUp");
  TessCheckInput(dim >= 1 && dim <= TESS_DIM_MAX, comm,
                 "domain: %" PetscInt_FMT " axes; 1 to %d are allowed; see -domain_<axis>", dim,
                 TESS_DIM_MAX);
  PetscCheck(space == dim || space == dim - 1, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " axes of which %" PetscInt_FMT " are space: at most one axis is time", dim,
             space);
  for (PetscInt i = 0; i < dim; i++)
    PetscCall(CheckAxis(d, i, names, lo[i], hi[i]));
  PetscCall(ResetAxes(d));
  d->dim   = dim;
  d->space = space;
  d->npart = 2 * dim;
  PetscCall(PetscCalloc2(dim, &d->names, dim, &d->edges));
  PetscCall(PetscMalloc2(dim, &d->lo, dim, &d->hi));
  PetscCall(
      PetscCalloc5(dim, &d->periodic, dim, &d->whole, dim, &d->linked, dim, &d->uniform, dim, &d->parts));
  for (PetscInt i = 0; i < dim; i++) {
    PetscCall(PetscStrallocpy(names[i], &d->names[i]));
    d->lo[i]       = lo[i];
    d->hi[i]       = hi[i];
    d->periodic[i] = periodic ? periodic[i] : PETSC_FALSE;
    d->parts[i]    = 1;
  }
  PetscCall(TessDomainSetParts(d, d->parts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetParts(TessDomain d, const PetscInt parts[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscInt64     n    = 1;

  PetscFunctionBegin;
  PetscCheck(d->dim && !d->setup, comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetParts comes between SetAxes and SetUp");
  for (PetscInt i = 0; i < d->dim; i++) {
    TessCheckInput(parts[i] >= 1 && parts[i] < PETSC_MAX_INT, comm,
                   "domain: %" PetscInt_FMT " parts along axis \"%s\"; at least 1 is needed; see -parts_%s",
                   parts[i], d->names[i], d->names[i]);
    TessCheckInput(n <= INT64_MAX / 4 / parts[i], comm,
                   "domain: the number of patches overflows; see -parts_%s", d->names[i]);
    PetscCheck(!d->ncut || i >= d->space || parts[i] == (i ? 1 : d->ncut), comm, PETSC_ERR_ARG_INCOMP,
               "%" PetscInt_FMT " parts along \"%s\" of a mesh that is cut into %" PetscInt_FMT, parts[i],
               d->names[i], d->ncut);
    n *= parts[i];
  }
  for (PetscInt i = 0; i < d->dim; i++) {
    const PetscInt p = d->parts[i] = parts[i];

    PetscCall(PetscFree(d->edges[i]));
    PetscCall(PetscMalloc1((size_t)p + 1, &d->edges[i]));
    for (PetscInt k = 0; k <= p; k++)
      d->edges[i][k] = ((p - k) * d->lo[i] + k * d->hi[i]) / p;
    d->edges[i][0] = d->lo[i];
    d->edges[i][p] = d->hi[i];
    d->uniform[i]  = PETSC_TRUE;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetWhole(TessDomain d, PetscInt axis)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(axis >= 0 && axis < d->dim && !d->setup && d->periodic[axis] && d->parts[axis] == 1, comm,
             PETSC_ERR_ARG_WRONGSTATE, "TessDomainSetWhole is for a periodic axis of one part, before SetUp");
  d->whole[axis] = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainGetWhole(TessDomain d, const PetscBool **whole)
{
  PetscFunctionBegin;
  *whole = d->whole;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetEdges(TessDomain d, PetscInt axis, const PetscReal edges[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(d->dim && !d->setup, comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetEdges comes between SetParts and SetUp");
  PetscCheck(axis >= 0 && axis < d->dim, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "axis %" PetscInt_FMT " of %" PetscInt_FMT, axis, d->dim);
  const PetscInt  p  = d->parts[axis];
  const PetscReal lo = d->lo[axis], hi = d->hi[axis], tol = 1e-12 * (hi - lo);
  const char     *name = d->names[axis];

  for (PetscInt k = 0; k < p; k++)
    TessCheckInput(edges[k] < edges[k + 1], comm,
                   "domain: axis \"%s\": edges %.6g, %.6g do not increase; see -edges_%s", name,
                   (double)edges[k], (double)edges[k + 1], name);
  TessCheckInput(
      PetscAbsReal(edges[0] - lo) <= tol && PetscAbsReal(edges[p] - hi) <= tol, comm,
      "domain: axis \"%s\": edges run from %.6g to %.6g, the domain from %.6g to %.6g; see -edges_%s", name,
      (double)edges[0], (double)edges[p], (double)lo, (double)hi, name);
  PetscCall(PetscArraycpy(d->edges[axis], edges, p + 1));
  d->edges[axis][0] = lo;
  d->edges[axis][p] = hi;
  d->uniform[axis]  = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetOverlap(TessDomain d, PetscReal overlap)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);

  PetscFunctionBegin;
  PetscCheck(!d->setup, comm, PETSC_ERR_ARG_WRONGSTATE, "TessDomainSetOverlap comes before TessDomainSetUp");
  TessCheckInput(overlap >= 0 && overlap <= 1, comm, "domain: overlap %.6g is not in [0, 1]; see -overlap",
                 (double)overlap);
  d->overlap = overlap;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetEven(TessDomain d, PetscReal even)
{
  PetscFunctionBegin;
  PetscCheck(!d->setup, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetEven comes before TessDomainSetUp");
  PetscCheck(even >= 0 && even <= 1, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_OUTOFRANGE,
             "the share %g is not in [0, 1]", (double)even);
  d->even = even;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetWeight(TessDomain d, TessPatchWeight *weight, void *ctx)
{
  PetscFunctionBegin;
  PetscCheck(!d->setup, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetWeight comes before TessDomainSetUp");
  d->weight    = weight;
  d->weightctx = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetUp(TessDomain d)
{
  PetscFunctionBegin;
  if (d->setup)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCheck(d->dim, PetscObjectComm((PetscObject)d), PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetAxes comes first");
  TessCheckInput(!d->ncut || d->overlap == 0, PetscObjectComm((PetscObject)d),
                 "domain: patches that are parts of a mesh do not overlap, and overlap is %.6g; see -overlap",
                 (double)d->overlap);
  PetscCall(Reset(d)); /* of a set-up that failed */
  d->npatch = 1;
  for (PetscInt i = 0; i < d->dim; i++)
    d->npatch *= d->parts[i];
  PetscCall(TessDomainPartition_Private(d));
  PetscCall(TessDomainHalo_Private(d));
  d->nthere = d->nowned;
  PetscCall(
      MPIU_Allreduce(MPI_IN_PLACE, &d->nthere, 1, MPIU_INT64, MPI_SUM, PetscObjectComm((PetscObject)d)));
  PetscCall(PetscMalloc1(1 + d->npart, &d->measure));
  PetscCall((*d->shape->measure)(d, d->measure));
  d->setup = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
