#pragma once
/* compat.h - the differences between PETSc releases, all in this one place (read from the sources of 3.18 to 3.22). */
#include <petscsys.h>

#if PETSC_VERSION_LT(3, 19, 0)
  #define PETSC_SUCCESS 0
#endif
#if PETSC_VERSION_LT(3, 21, 0)
typedef PetscOptionItems *TessOptionItems;
#else
typedef PetscOptionItems TessOptionItems;
#endif
