/* singular.c - which patches carry which singular functions: those whose support box, widened by `reach`
   times its half widths, holds the centre.  Copies in neighbouring patches are parameters of their own; where
   all patches of a point carry a function, windows that sum to one reproduce it exactly (Babuska & Melenk,
   Int. J. Numer. Methods Eng. 40, 1997). */
#include "fieldimpl.h"

/* The functions of the patch, by their numbers: how many, and which if list is given. */
static PetscInt Carried(const TessPatch *patch, PetscInt n, const TessSingular s[], TessSingular list[])
{
  PetscInt m = 0;

  for (PetscInt j = 0; j < n; j++) {
    PetscBool near = PETSC_TRUE;

    for (PetscInt i = 0; i < 2; i++) {
      const PetscReal lo = patch->lo[i] - patch->dlo[i] / 2, hi = patch->hi[i] + patch->dhi[i] / 2;

      near = (PetscBool)(near &&
                         PetscAbsReal(s[j].center[i] - (lo + hi) / 2) <= (1 + s[j].reach) * (hi - lo) / 2);
    }
    if (near && list)
      list[m] = s[j];
    m += near;
  }
  return m;
}

PetscErrorCode TessSingularMost(TessDomain d, PetscInt n, const TessSingular s[], PetscInt *most)
{
  PetscInt  nlocal;
  TessPatch patch;
  MPI_Comm  comm;

  PetscFunctionBegin;
  PetscCall(TessDomainGetComm(d, &comm));
  PetscCall(TessDomainGetSizes(d, NULL, NULL, &nlocal));
  *most = 0;
  for (PetscInt l = 0; l < nlocal; l++) {
    PetscCall(TessDomainGetPatch(d, l, &patch));
    *most = PetscMax(*most, Carried(&patch, n, s, NULL));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, most, 1, MPIU_INT, MPI_MAX, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldSetSingular(TessField f, PetscInt n, const TessSingular s[])
{
  TessSingular *list;
  TessPatch     patch;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &list));
  for (PetscInt l = 0; l < f->nlocal; l++) {
    PetscInt m;

    PetscCall(TessDomainGetPatch(f->domain, l, &patch));
    m = Carried(&patch, n, s, list);
    PetscCall(TessExpertPlace(f->expert, m, list, f->centre + l * f->dim, f->scale + l * f->dim,
                              f->frozen + (size_t)l * f->nf));
  }
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}
