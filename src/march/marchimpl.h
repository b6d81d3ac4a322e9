#pragma once
#include <tessera/march.h>

/* Points of one slab with reference values, bound for repeated evaluation. */
typedef struct {
  TessProbe  probe; /* u of the unknowns that have a reference, then the expressions of those that have one */
  PetscInt   n;     /* points of this rank */
  PetscReal *x;     /* [axes][n] instead of a probe, with the method of lines */
  PetscReal *value; /* [nknown][n] reference values from a file, NULL for expressions */
} TessCompare;

typedef struct _n_TessLines *TessLines;

struct _p_TessMarch {
  MPI_Comm           comm;
  char              *prefix, *input;
  TessMarchMonitor   monitor;
  void              *ctx;
  PetscInt           mode, nslab, every, factor, refpoints;
  PetscReal         *edge; /* [nslab+1], of time if there is such an axis */
  PetscBool          time;
  TessProblem       *problem;
  Vec               *theta;
  TessLines          lines; /* NULL but with -time_mode ts */
  PetscBool          fieldsonly;
  PetscInt           slab; /* being trained */
  TaoConvergedReason reason;
  PetscInt           iterations, inner;
  PetscLogDouble     start;
  PetscReal         *loss;
  PetscInt           round;

  PetscInt    nknown, *known; /* unknowns with a reference */
  PetscBool  *constant;       /* [nknown] compared up to a constant */
  char      **text;           /* [nunknown] expressions, NULL without */
  char       *file;
  TessPde     refpde;
  TessCompare compare; /* of the slab being trained */
  PetscReal  *sum;     /* [nknown][4]: error^2, reference^2, error, points: of slabs done; */
  PetscReal  *top;     /* [nknown][2]: largest error and reference */
};

/* reference.c */
PETSC_INTERN PetscErrorCode TessMarchReadReference(TessMarch);
PETSC_INTERN PetscErrorCode TessMarchBindReference(TessMarch, PetscInt k);
PETSC_INTERN PetscErrorCode TessMarchCompare(TessMarch, Vec theta, PetscBool keep, PetscReal *error);
PETSC_INTERN PetscErrorCode TessMarchDestroyReference(TessMarch);
/* keep.c */
PETSC_INTERN PetscErrorCode TessMarchCheckSlabs(TessMarch, const char file[]);
PETSC_INTERN PetscErrorCode TessMarchLoadSlab(TessMarch, PetscInt k, const char file[]);
/* write.c: reads the options of the output, so that mistakes in them show before the work */
PETSC_INTERN PetscErrorCode TessMarchCheckOutput(TessMarch);
/* transfer.c: theta of slab k starts as that of slab k - 1 */
PETSC_INTERN PetscErrorCode TessMarchTransfer(TessMarch, PetscInt k);
/* lines.c: the method of lines */
PETSC_INTERN PetscErrorCode TessLinesCreate(TessMarch);
PETSC_INTERN PetscErrorCode TessLinesSolve(TessMarch);
PETSC_INTERN PetscErrorCode TessLinesDestroy(TessMarch);
/* keeptrack.c */
PETSC_INTERN PetscErrorCode TessLinesSave(TessMarch, TessFile);
PETSC_INTERN PetscErrorCode TessLinesLoad(TessMarch, const char file[]);
/* march.c */
PETSC_INTERN PetscErrorCode TessMarchTrain(TessMarch, TessProblem, Vec theta);
PETSC_INTERN PetscErrorCode TessMarchCreateSlab(TessMarch, PetscInt k);
