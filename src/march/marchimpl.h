#pragma once
#include <tessera/march.h>

/* Points of one slab with reference values, bound for repeated evaluation. */
typedef struct {
  TessProbe  probe; /* u of the unknowns that have a reference, then the expressions of those that have one */
  PetscInt   n;     /* points of this rank */
  PetscReal *value; /* [nknown][n] reference values from a file, NULL for expressions */
} TessCompare;

/* Where patches are: the edges of the axes that -placement_type has moved. */
typedef struct {
  PetscInt  type, passes, n[TESS_DIM_MAX]; /* n: number of edges, 0 where nothing was moved */
  PetscReal growth, *edges[TESS_DIM_MAX];
} Placement;

struct _p_TessMarch {
  MPI_Comm           comm;
  char              *prefix, *input;
  TessMarchMonitor   monitor;
  void              *ctx;
  PetscInt           mode, nslab, every, factor, refpoints;
  PetscReal         *edge; /* [nslab+1], of time if there is such an axis */
  PetscBool          time;
  Placement          place;
  TessProblem       *problem;
  Vec               *theta;
  PetscBool          fieldsonly;
  const char        *kept; /* the file that is being loaded, or NULL */
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
/* transfer.c: theta of slab k starts as what was found before, patch by patch */
PETSC_INTERN PetscErrorCode TessMarchTransfer(TessMarch, TessProblem found, Vec theta, PetscInt k);
/* placement.c: the edges of patches for the next pass or (end) the next slab, from what slab k found; moved:
   some differ */
PETSC_INTERN PetscErrorCode TessMarchReadPlacement(TessMarch);
PETSC_INTERN PetscErrorCode TessMarchPlace(TessMarch, PetscInt k, PetscBool end, PetscBool *moved);
PETSC_INTERN PetscErrorCode TessMarchSetPlace(TessMarch, PetscInt axis, PetscInt n, const PetscReal edges[]);
/* keepedges.c */
PETSC_INTERN PetscErrorCode TessMarchSaveEdges(TessMarch, PetscInt k, TessFile);
PETSC_INTERN PetscErrorCode TessMarchLoadEdges(TessMarch, PetscInt k, const char file[]);
/* march.c */
PETSC_INTERN PetscErrorCode TessMarchCreateSlab(TessMarch, PetscInt k);
