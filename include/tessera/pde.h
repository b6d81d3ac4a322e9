#pragma once
#include <tessera/jet.h>

/* TessPde - WHAT must hold: a pointwise map from named per-point columns to residuals.  Texts in the equation language
   (docs/language.md) are parsed, differentiated symbolically and compiled to one tape; or a C function is given.
   Knows no experts and no points.  Serial; errors are raised on the comm of creation (every rank compiles the same text). */
typedef struct _p_TessPde *TessPde;

typedef enum {
  TESS_COLUMN_JET,      /* derivative `entry` of unknown `index` */
  TESS_COLUMN_AXIS,     /* coordinate `index` */
  TESS_COLUMN_NORMAL,   /* component `index` of the outward unit normal */
  TESS_COLUMN_GIVEN,    /* derivative `entry` of given field `index` */
  TESS_COLUMN_PARAMETER /* trainable scalar `index` (a column too: the same value at all points) */
} TessColumnKind;
typedef struct {
  TessColumnKind kind;
  PetscInt       index;
  TessEntry      entry;
} TessColumn;

PETSC_EXTERN PetscErrorCode TessPdeCreate(MPI_Comm, TessPde *);
/* Names, copied; space axes first.  Must precede AddEquation.  Names that repeat, differ only in case, or are reserved are errors. */
PETSC_EXTERN PetscErrorCode TessPdeSetAxes(TessPde, PetscInt dim, PetscInt space, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetUnknowns(TessPde, PetscInt n, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetParameters(TessPde, PetscInt n, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetGiven(TessPde, PetscInt n, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetConstants(TessPde, PetscInt n, const char *const names[], const PetscReal values[]);
/* TessPdeAddEquation - "left = right", or an expression that must vanish.  `where` names it in messages (an option name).  Errors:
   USER_INPUT with the text, a caret under the column and what was expected; unknown names list the known and the nearest. */
PETSC_EXTERN PetscErrorCode TessPdeAddEquation(TessPde, const char where[], const char text[]);
/* TessPdeSetPlugin - residuals from a C function in a shared library instead of texts: <tessera/plugin.h>. */
PETSC_EXTERN PetscErrorCode TessPdeSetPlugin(TessPde, const char library[]);
PETSC_EXTERN PetscErrorCode TessPdeSetUp(TessPde);
/* Prints every equation as understood, derivatives spelled out. */
PETSC_EXTERN PetscErrorCode TessPdeView(TessPde, PetscViewer);
PETSC_EXTERN PetscErrorCode TessPdeDestroy(TessPde *);

/* After SetUp: neq residuals from ncol columns; borrowed. */
PETSC_EXTERN PetscErrorCode TessPdeGetColumns(TessPde, PetscInt *neq, PetscInt *ncol, const TessColumn **);
/* The partial derivatives that are not identically zero, with respect to JET and PARAMETER columns: nnz pairs (eq[i], col[i]). */
PETSC_EXTERN PetscErrorCode TessPdeGetPartials(TessPde, PetscInt *nnz, const PetscInt **eq, const PetscInt **col);
/* Whether all residuals are affine in jets and parameters together (no partial contains one). */
PETSC_EXTERN PetscErrorCode TessPdeIsAffine(TessPde, PetscBool *);
/* TessPdeEvaluate - column [ncol] pointers to n values each; r [neq][n]; dr [nnz][n] or NULL.  Works in blocks that stay in
   cache; any n.  Not-a-number is not an error here. */
PETSC_EXTERN PetscErrorCode TessPdeEvaluate(TessPde, PetscInt n, const PetscReal *const column[], PetscReal r[], PetscReal dr[]);

/* TessConstantsResolve - values of n named constants whose texts may use each other, resolved by dependency; a cycle or an
   unknown name is USER_INPUT naming -<section>_<name>. */
PETSC_EXTERN PetscErrorCode TessConstantsResolve(MPI_Comm, const char section[], PetscInt n, const char *const names[],
                                                 const char *const texts[], PetscReal values[]);
/* TessConstantEvaluate - the value of one text that may use the given constants; `where` is the option for messages. */
PETSC_EXTERN PetscErrorCode TessConstantEvaluate(MPI_Comm, const char where[], const char text[], PetscInt n, const char *const names[],
                                                 const PetscReal values[], PetscReal *value);
