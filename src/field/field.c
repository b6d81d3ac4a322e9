/* field.c - the object: what it shares, where its parameters stand, the support boxes of its patches. */
#include "fieldimpl.h"

/* The support of a patch is its core widened by half of each transition; the reference box of its expert maps
 * onto it. */
static PetscErrorCode Boxes(TessField f)
{
  TessPatch patch;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(f->nlocal * f->dim, &f->centre, f->nlocal * f->dim, &f->scale));
  for (PetscInt l = 0; l < f->nlocal; l++) {
    PetscCall(TessDomainGetPatch(f->domain, l, &patch));
    for (PetscInt i = 0; i < f->dim; i++) {
      const PetscReal lo = patch.lo[i] - patch.dlo[i] / 2, hi = patch.hi[i] + patch.dhi[i] / 2;

      f->centre[l * f->dim + i] = (lo + hi) / 2;
      f->scale[l * f->dim + i]  = 2 / (hi - lo);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Frozen(TessField f)
{
  TessPatch patch;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)f->nlocal * f->nf, &f->frozen));
  for (PetscInt l = 0; l < f->nlocal && f->nf; l++) {
    PetscCall(TessDomainGetPatch(f->domain, l, &patch));
    PetscCall(TessExpertInit(f->expert, TessKeyMake(f->key, (uint64_t)patch.id), NULL,
                             f->frozen + (size_t)l * f->nf));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldCreate(TessDomain domain, TessExpert expert, TessKey key, TessField *field)
{
  TessField f;
  PetscInt  edim;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&f));
  f->refct      = 1;
  f->domain     = domain;
  f->expert     = expert;
  f->key        = key;
  f->smoothness = 5;
  f->nkind      = 1;
  PetscCall(PetscObjectReference((PetscObject)domain));
  PetscCall(PetscObjectReference((PetscObject)expert));
  PetscCall(TessDomainGetAxes(domain, &f->dim, &f->space, NULL, NULL, NULL, NULL));
  PetscCall(TessDomainGetSizes(domain, NULL, &f->nowned, &f->nlocal));
  PetscCall(TessExpertGetSizes(expert, &edim, &f->ncomp, &f->np, &f->nf));
  PetscCheck(edim == f->dim, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "an expert of %" PetscInt_FMT " axes on a domain of %" PetscInt_FMT " axes", edim, f->dim);
  f->stride = f->np;
  PetscCall(PetscCalloc1(f->ncomp, &f->kind));
  PetscCall(PetscCalloc1(2 * f->dim, &f->power));
  PetscCall(Boxes(f));
  PetscCall(Frozen(f));
  *field = f;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldSetLayout(TessField f, PetscInt stride, PetscInt offset)
{
  PetscFunctionBegin;
  PetscCheck(offset >= 0 && offset + f->np <= stride, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a slice of %" PetscInt_FMT " parameters at offset %" PetscInt_FMT
             " does not fit into %" PetscInt_FMT,
             f->np, offset, stride);
  f->stride = stride;
  f->offset = offset;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldSetSmoothness(TessField f, PetscInt smoothness)
{
  MPI_Comm comm;

  PetscFunctionBegin;
  PetscCall(TessDomainGetComm(f->domain, &comm));
  TessCheckInput(smoothness == 3 || smoothness == 5, comm,
                 "windows with %" PetscInt_FMT
                 " continuous derivatives: 3 and 5 are there; see -window_smoothness",
                 smoothness);
  f->smoothness = smoothness;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldDestroy(TessField *field)
{
  TessField f = *field;

  PetscFunctionBegin;
  *field = NULL;
  if (!f || --f->refct > 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (TessLeibniz t = f->tables, next; t; t = next) {
    next = t->next;
    PetscCall(PetscFree(t->term));
    PetscCall(PetscFree(t));
  }
  PetscCall(PetscFree2(f->centre, f->scale));
  PetscCall(PetscFree(f->frozen));
  PetscCall(PetscFree(f->kind));
  PetscCall(PetscFree(f->power));
  PetscCall(PetscFree(f->work));
  PetscCall(TessExpertDestroy(&f->expert));
  PetscCall(TessDomainDestroy(&f->domain));
  PetscCall(PetscFree(f));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldGetDomain(TessField f, TessDomain *domain)
{
  PetscFunctionBegin;
  *domain = f->domain;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldGetExpert(TessField f, TessExpert *expert)
{
  PetscFunctionBegin;
  *expert = f->expert;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldInit(TessField f, PetscReal theta_local[])
{
  TessPatch patch;

  PetscFunctionBegin;
  for (PetscInt l = 0; l < f->nowned; l++) {
    PetscCall(TessDomainGetPatch(f->domain, l, &patch));
    PetscCall(TessExpertInit(f->expert, TessKeyMake(f->key, (uint64_t)patch.id),
                             theta_local + (size_t)l * f->stride + f->offset, NULL));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldGetWork(TessField f, size_t n, PetscReal **work)
{
  PetscFunctionBegin;
  if (n > f->nwork) {
    PetscCall(PetscFree(f->work));
    PetscCall(PetscMalloc1(n, &f->work));
    f->nwork = n;
  }
  *work = f->work;
  PetscFunctionReturn(PETSC_SUCCESS);
}
