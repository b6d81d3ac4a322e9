#pragma once
/* compat.h - the differences between PETSc releases, all in this one place: the sources use the newer names.
   Read in the sources of 3.19 to 3.25; README.md says what was built. */
#include <petscsys.h>

#if PETSC_VERSION_LT(3, 19, 0)
#define PETSC_SUCCESS 0
#endif
#if PETSC_VERSION_LT(3, 20, 0)
#define PetscAssertPointer PetscValidPointer
#endif
#if PETSC_VERSION_LT(3, 21, 0)
#define TaoMonitorSet TaoSetMonitor
#endif
/* A default of a Tao's own type, where the user set nothing. */
#if PETSC_VERSION_LT(3, 22, 0)
#define PetscOptionsCreateViewer PetscOptionsGetViewer
#define TESS_UNLIMITED (-1)
#define TessTaoDefault(tao, name, value)                                                                     \
  do {                                                                                                       \
    if (!(tao)->name##_changed)                                                                              \
      (tao)->name = (value);                                                                                 \
  } while (0)
#else
#define TESS_UNLIMITED PETSC_UNLIMITED
#define TessTaoDefault(tao, name, value) PetscObjectParameterSetDefault(tao, name, value)
#endif
#if PETSC_VERSION_LT(3, 23, 0)
typedef PetscOptionItems *TessOptionItems; /* a struct, now a pointer to one */
typedef PetscInt          TessSFCount;     /* ranks told by PetscSFGetLeafRanks, now PetscMPIInt */
#else
typedef PetscOptionItems TessOptionItems;
typedef PetscMPIInt      TessSFCount;
#endif
/* What destroys the content of a container is given the content, now its address. */
#if PETSC_VERSION_LT(3, 23, 0)
#define PetscContainerSetCtxDestroy PetscContainerSetUserDestroy
#define TessContent(given) (given)
typedef void *TessGiven;
#elif PETSC_VERSION_LT(3, 25, 0)
#define TessContent(given) (*(given))
typedef void           **TessGiven;
#else
#define TessContent(given) (*(void **)(given))
typedef PetscCtxRt TessGiven;
#endif
#if !PETSC_VERSION_LT(3, 24, 0)
#undef MPIU_BOOL
#define MPIU_BOOL MPI_C_BOOL /* PetscBool is bool */
#endif
