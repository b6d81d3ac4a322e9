/* modes.c - what the coarse level of a solver must reproduce: the polynomials on every patch, one field and
   one component at a time. */
#include "problemimpl.h"

PetscErrorCode TessProblemModes(void *data, PetscInt degree, PetscInt *n, Vec **modes)
{
  TessProblem p     = data;
  PetscInt    first = 0, nowned, most = 0;
  PetscReal  *c, **out;
  Vec         theta;

  PetscFunctionBegin;
  *n = 0;
  for (PetscInt f = 0; f < p->sys.nfield; f++) {
    PetscInt one;

    PetscCall(TessFieldGetModes(p->sys.field[f], degree, &one));
    *n += one;
  }
  PetscCall(TessLayoutCreateVec(p->layout, &theta));
  PetscCall(VecDuplicateVecs(theta, *n, modes));
  PetscCall(VecDestroy(&theta));
  for (PetscInt i = 0; i < *n; i++)
    PetscCall(VecSet((*modes)[i], 0));
  PetscCall(TessDomainGetSizes(p->sys.domain, NULL, &nowned, NULL));
  PetscCall(PetscMalloc1((size_t)*n * p->sys.stride, &c));
  PetscCall(VecGetArrays(*modes, *n, &out));
  for (PetscInt f = 0, offset = 0; f < p->sys.nfield; f++, first += most) {
    TessExpert expert;
    PetscInt   np;

    PetscCall(TessFieldGetExpert(p->sys.field[f], &expert));
    PetscCall(TessExpertGetSizes(expert, NULL, NULL, &np, NULL));
    PetscCall(TessFieldGetModes(p->sys.field[f], degree, &most));
    for (PetscInt s = 0; s < nowned; s++) {
      PetscCall(TessFieldModes(p->sys.field[f], s, p->local, degree, c));
      for (PetscInt i = 0; i < most; i++)
        PetscCall(PetscArraycpy(out[first + i] + (size_t)s * p->sys.stride + offset, c + (size_t)i * np, np));
    }
    offset += np;
  }
  PetscCall(VecRestoreArrays(*modes, *n, &out));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}
