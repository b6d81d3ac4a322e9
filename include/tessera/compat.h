#pragma once
/* compat.h - the differences between PETSc releases, all in this one place.  Built and tested: 3.18.5, with
   indices of 32 and of 64 bits.  Newer releases: what their headers and pages of changes say (up to 3.23);
   never built. */
#include <petscsys.h>

#if PETSC_VERSION_LT(3, 19, 0)
  #define PETSC_SUCCESS 0
#endif
#if PETSC_VERSION_LT(3, 23, 0)
typedef PetscOptionItems *TessOptionItems; /* a struct, now a pointer to one */
typedef PetscInt          TessSFCount;     /* ranks told by PetscSFGetLeafRanks, now PetscMPIInt */
#else
typedef PetscOptionItems TessOptionItems;
typedef PetscMPIInt      TessSFCount;
#endif
