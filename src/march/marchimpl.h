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

/* Where patches are: the edges of the axes that -placement_type has moved. */
typedef struct {
  PetscInt  type, passes, n[TESS_DIM_MAX]; /* n: number of edges, 0 where nothing was moved */
  PetscReal growth, *edges[TESS_DIM_MAX];
  PetscBool once; /* coefficients that move: no coarse pass, none again */
} Placement;

/* Numbers summed up (moments.c): how many, their mean, the squares of their distances from it, extremes. */
typedef struct {
  PetscReal n, mean, spread, lo, hi;
} TessMoments;

struct _p_TessMarch {
  MPI_Comm         comm;
  char            *prefix, *input;
  TessMarchMonitor monitor;
  void            *ctx;
  PetscInt   mode, nslab, every, factor, balance, causal, refpoints; /* every, balance: iterations between */
  PetscReal *edge; /* [nslab+1], of time if there is such an axis */
  PetscBool  time;
  Placement  place;
  TessProblem       *problem;
  Vec               *theta;
  TessLines         *lines; /* [nslab], NULL but with -time_mode ts */
  PetscBool          fieldsonly;
  const char        *kept; /* the file that is being loaded, or NULL */
  PetscInt           slab; /* being trained */
  TaoConvergedReason reason;
  PetscInt           iterations, inner;
  PetscInt           done; /* iterations before the break, of a Tao that does not tell its state */
  PetscLogDouble     start;
  PetscReal         *loss;
  PetscReal         *tally; /* [nslab][2][scalars, observables]: values, deviations; NULL if there are none */
  PetscInt           ntally; /* slabs that are in it */
  PetscInt           round;
  TessMarchPause     pause;
  void              *pausectx;
  Tao                tao;     /* in a pause */
  PetscInt           pass;    /* of placement, of the slab being trained */
  PetscBool          stopped; /* by the pause */
  char     *resume;      /* the file that the slab being trained goes on from, until its Tao has read it */
  PetscBool whole, same; /* it has the state of the Tao; patches are on the ranks that had them */

  PetscInt     nknown, *known; /* unknowns with a reference */
  PetscBool   *constant;       /* [nknown] compared up to a constant */
  char       **text;           /* [nunknown] expressions, NULL without */
  char        *file;
  TessPde      refpde;
  TessCompare  compare; /* of the slab being trained */
  TessMoments *moments; /* [nknown][2]: of the error and of the reference, over slabs done */
};

/* reference.c */
PETSC_INTERN PetscErrorCode TessMarchReadReference(TessMarch);
PETSC_INTERN PetscErrorCode TessMarchBindReference(TessMarch, PetscInt k);
PETSC_INTERN PetscErrorCode TessMarchCompare(TessMarch, Vec theta, PetscBool keep, PetscReal *error);
PETSC_INTERN PetscErrorCode TessMarchDestroyReference(TessMarch);
/* moments.c: of x [n] of all ranks, collective; those of two sets together; the sum of squares and the
   largest size, after the mean was taken off if `centred` */
PETSC_INTERN PetscErrorCode TessMomentsOf(MPI_Comm, PetscInt n, const PetscReal x[], TessMoments *);
PETSC_INTERN void           TessMomentsJoin(TessMoments *, const TessMoments *other);
PETSC_INTERN PetscReal      TessMomentsSquare(const TessMoments *, PetscBool centred);
PETSC_INTERN PetscReal      TessMomentsTop(const TessMoments *, PetscBool centred);
/* keep.c */
PETSC_INTERN PetscErrorCode TessMarchCheckSlabs(TessMarch, const char file[]);
PETSC_INTERN PetscErrorCode TessMarchLoadSlab(TessMarch, PetscInt k, const char file[]);
/* write.c: reads the options of the output, so that mistakes in them show before the work */
PETSC_INTERN PetscErrorCode TessMarchCheckOutput(TessMarch);
/* lines.c: the method of lines.  Steps from theta at the start of slab k to its end; coarse: with COARSE
   times the tolerance; a Tao fits the start alone */
PETSC_INTERN PetscErrorCode TessLinesFitStart(TessMarch, PetscInt k);
PETSC_INTERN PetscErrorCode TessLinesSolve(TessMarch, PetscInt k, PetscBool coarse);
PETSC_INTERN PetscErrorCode TessLinesDestroy(TessLines *);
/* n thetas (borrowed) that stand for slab k: at most `most` of its steps, first and last among them; or (end)
   the last alone */
PETSC_INTERN PetscErrorCode TessLinesGetStates(TessMarch, PetscInt k, PetscBool end, PetscInt most,
                                               PetscInt *n, Vec theta[]);
/* keeptrack.c */
PETSC_INTERN PetscErrorCode TessLinesSave(TessMarch, PetscInt k, TessFile);
PETSC_INTERN PetscErrorCode TessLinesLoad(TessMarch, PetscInt k, const char file[]);
/* transfer.c: theta of slab k starts as what was found before, patch by patch */
PETSC_INTERN PetscErrorCode TessMarchTransfer(TessMarch, TessProblem found, Vec theta, PetscInt k);
/* placement.c: the edges of patches for the next pass or (end) the next slab, from what slab k found; moved:
   some differ */
PETSC_INTERN PetscErrorCode TessMarchReadPlacement(TessMarch);
PETSC_INTERN PetscErrorCode TessMarchPlace(TessMarch, PetscInt k, PetscBool end, PetscBool *moved);
PETSC_INTERN PetscErrorCode TessMarchSetPlace(TessMarch, PetscInt axis, PetscInt n, const PetscReal edges[]);
/* placement.c: after SetFromOptions: one pass alone with the method of lines, on parts [dim of space] patches
   placed by what another run has found; found NULL: by the start */
PETSC_INTERN PetscErrorCode TessMarchTakePlace(TessMarch, TessMarch found, const PetscInt parts[]);
/* placement.c: over all slabs the largest 1/l along an axis, and the largest integral of it along the axis */
PETSC_INTERN PetscErrorCode TessMarchScales(TessMarch, PetscInt axis, PetscReal *most, PetscReal *sum);
/* keepedges.c */
PETSC_INTERN PetscErrorCode TessMarchSaveEdges(TessMarch, PetscInt k, TessFile);
PETSC_INTERN PetscErrorCode TessMarchLoadEdges(TessMarch, PetscInt k, const char file[]);
/* train.c: theta of a problem by the Tao of the options; a slab, on patches that may move */
PETSC_INTERN PetscErrorCode TessMarchTrain(TessMarch, TessProblem, Vec theta);
PETSC_INTERN PetscErrorCode TessMarchTrainSlab(TessMarch, PetscInt k);
/* inside.c: of points x [.][*n], and what a reference's file has there, those in the domain, in place;
 * collective */
PETSC_INTERN PetscErrorCode TessMarchKeepInside(TessMarch, const TessSystem *, PetscInt *n, PetscReal x[]);
/* interrupt.c: the pause of a Tao */
PETSC_INTERN PetscErrorCode TessMarchSetTaoPause(TessMarch, Tao);
/* interrupttao.c: its state, to a file and from that of Resume */
PETSC_INTERN PetscErrorCode TessMarchSaveTao(TessMarch, TessFile, const TessSystem *);
PETSC_INTERN PetscErrorCode TessMarchResumeTao(TessMarch, Tao);
/* tally.c: scalars and observables of slab k, after it was trained; to and from a checkpoint */
PETSC_INTERN PetscErrorCode TessMarchTally(TessMarch, PetscInt k);
PETSC_INTERN PetscErrorCode TessMarchSaveTally(TessMarch, TessFile);
PETSC_INTERN PetscErrorCode TessMarchLoadTally(TessMarch, const char file[]);
/* update.c: what happens between steps */
PETSC_INTERN PetscErrorCode TessMarchSetUpdate(TessMarch, TessProblem, Tao);
/* march.c */
PETSC_INTERN PetscErrorCode TessMarchCreateSlab(TessMarch, PetscInt k);
