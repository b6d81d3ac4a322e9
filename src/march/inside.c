/* inside.c - which points of a reference lie in the domain, where holes are taken out of its box. */
#include "marchimpl.h"

PetscErrorCode TessMarchKeepInside(TessMarch m, const TessSystem *sys, PetscInt *n, PetscReal x[])
{
  const PetscInt all   = *n;
  PetscReal     *value = m->compare.value;
  PetscBool     *in;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(all, &in));
  PetscCall(TessDomainInside(sys->domain, all, x, in));
  for (PetscInt a = 0, to = 0; a < sys->axes; a++)
    for (PetscInt p = 0; p < all; p++)
      if (in[p])
        x[to++] = x[(size_t)a * all + p];
  for (PetscInt i = 0, to = 0; i < m->nknown && value; i++)
    for (PetscInt p = 0; p < all; p++)
      if (in[p])
        value[to++] = value[(size_t)i * all + p];
  *n = 0;
  for (PetscInt p = 0; p < all; p++)
    *n += in[p];
  PetscCall(PetscFree(in));
  PetscFunctionReturn(PETSC_SUCCESS);
}
