#pragma once
#include <tessera/jet.h>

/* TessPde - WHAT must hold: a pointwise map from named per-point columns to residuals.  Texts in the equation
   language (docs/language.md) are parsed, differentiated symbolically and compiled to one tape; or a C
   function is given (<tessera/plugin.h>).  Knows no experts and no points.  Serial, except where said: every
   rank compiles the same text, and errors are raised on the comm of creation. */
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
/* Names, copied; space axes first.  They precede AddEquation and SetPlugin.  A name is a letter, then letters
   and digits.  USER_INPUT for others, for reserved ones (n, pi, normal, the functions, and t but as an axis),
   and for names that repeat or differ only in case, in whatever kinds. */
PETSC_EXTERN PetscErrorCode TessPdeSetAxes(TessPde, PetscInt dim, PetscInt space, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetUnknowns(TessPde, PetscInt n, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetParameters(TessPde, PetscInt n, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetGiven(TessPde, PetscInt n, const char *const names[]);
PETSC_EXTERN PetscErrorCode TessPdeSetConstants(TessPde, PetscInt n, const char *const names[],
                                                const PetscReal values[]);
/* TessPdeAddEquation - "left = right", or an expression that must vanish.  `where` names it in messages (an
   option name).  USER_INPUT with the text, a caret under the column and what was expected; unknown names list
   the known ones and the nearest. */
PETSC_EXTERN PetscErrorCode TessPdeAddEquation(TessPde, const char where[], const char text[]);
/* TessPdeSetPlugin - residuals from a C function in a shared library instead of texts: <tessera/plugin.h>.
   Collective.  USER_INPUT if the library or its object tess_plugin is missing on a rank or of another
   version; at SetUp if an input is no column. */
PETSC_EXTERN PetscErrorCode TessPdeSetPlugin(TessPde, const char library[]);
/* Idempotent; then names and equations are fixed. */
PETSC_EXTERN PetscErrorCode TessPdeSetUp(TessPde);
/* Prints every equation as understood, derivatives spelled out, constants as numbers. */
PETSC_EXTERN PetscErrorCode TessPdeView(TessPde, PetscViewer);
PETSC_EXTERN PetscErrorCode TessPdeDestroy(TessPde *);

/* After SetUp: neq residuals from ncol columns; borrowed.  Only columns that are used, by kind, index, entry;
   a text that names no unknown has none of kind JET.  lap(u) of an unknown is one column TESS_LAP, unless it
   is differentiated further.  Any pointer may be NULL. */
PETSC_EXTERN PetscErrorCode TessPdeGetColumns(TessPde, PetscInt *neq, PetscInt *ncol, const TessColumn **);
/* The partial derivatives that are not identically zero, with respect to JET and PARAMETER columns: nnz pairs
   (eq[i], col[i]), sorted.  A plug-in has all pairs. */
PETSC_EXTERN PetscErrorCode TessPdeGetPartials(TessPde, PetscInt *nnz, const PetscInt **eq,
                                               const PetscInt **col);
/* Whether all residuals are affine in jets and parameters together (no partial contains one). */
PETSC_EXTERN PetscErrorCode TessPdeIsAffine(TessPde, PetscBool *);
/* Whether a partial derivative contains the column of this kind and index (a plug-in: whether the pde does).
 */
PETSC_EXTERN PetscErrorCode TessPdePartialsContain(TessPde, TessColumnKind kind, PetscInt index, PetscBool *);
/* TessPdeCreateCoordinatePartial - a new TessPde, set up: residual q of this one (set up) differentiated by
   coordinates along the axes of an entry, with unknowns, given fields, normals and parameters held fixed
   (TESS_LAP: summed over the space axes); the caller's.  USER_INPUT for a plug-in. */
PETSC_EXTERN PetscErrorCode TessPdeCreateCoordinatePartial(TessPde, PetscInt q, const TessEntry *, TessPde *);
/* TessPdeEvaluate - column [ncol] pointers to n values each; r [neq][n]; dr [nnz][n] or NULL.  Works in
   blocks that stay in cache; any n.  A point's results do not depend, bit by bit, on its neighbours.
   Not-a-number is no error here.  Costs 0.1 to 0.5 ns an operation and point, 2 to 6 an elementary function.
   Columns and outputs must not overlap.  Not for two threads at once. */
PETSC_EXTERN PetscErrorCode TessPdeEvaluate(TessPde, PetscInt n, const PetscReal *const column[],
                                            PetscReal r[], PetscReal dr[]);

/* TessConstantsResolve - values of n named constants whose texts may use each other, resolved by dependency;
   a cycle, an unknown name or a value that is not finite is USER_INPUT naming -<section>_<name>.  Not
   collective. */
PETSC_EXTERN PetscErrorCode TessConstantsResolve(MPI_Comm, const char section[], PetscInt n,
                                                 const char *const names[], const char *const texts[],
                                                 PetscReal values[]);
/* TessConstantEvaluate - the value of one text that may use the given constants; `where` is the option for
 * messages. */
PETSC_EXTERN PetscErrorCode TessConstantEvaluate(MPI_Comm, const char where[], const char text[], PetscInt n,
                                                 const char *const names[], const PetscReal values[],
                                                 PetscReal *value);
