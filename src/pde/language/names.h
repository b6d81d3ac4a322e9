#pragma once
/* names.h - which name means what in the texts of one TessPde. */
#include <tessera/pde.h>

typedef enum { NAME_UNKNOWN, NAME_AXIS, NAME_CONSTANT, NAME_PARAMETER, NAME_GIVEN, NAME_KINDS } TessNameKind;

typedef struct {
  PetscInt   space;
  PetscInt   n[NAME_KINDS];
  char     **name[NAME_KINDS];
  PetscReal *value; /* of the constants */
} TessNames;

/* Replaces the names of a kind; errors for names that are no names, reserved, repeat, or differ only in case.
 */
PETSC_INTERN PetscErrorCode TessNamesSet(MPI_Comm, TessNames *, TessNameKind, PetscInt n,
                                         const char *const name[]);
PETSC_INTERN PetscErrorCode TessNamesClear(TessNames *);
/* the name text[0..len); PETSC_FALSE if there is none */
PETSC_INTERN PetscBool TessNamesFind(const TessNames *, const char text[], size_t len, TessNameKind *,
                                     PetscInt *index);
/* "unknowns u, v; axes x, t; ...", cut at len */
PETSC_INTERN PetscErrorCode TessNamesList(const TessNames *, size_t len, char list[]);
/* the names nearest to the word, functions included; NULL if there is none */
PETSC_INTERN PetscErrorCode TessNamesNearest(const TessNames *, const char word[], const char **nearest);
PETSC_INTERN const char    *TessNameKindText(TessNameKind);
/* the functions of the language, in calls.c */
PETSC_INTERN const char *const *TessFunctionNames(PetscInt *n);
