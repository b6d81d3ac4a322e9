#pragma once
/* pursuit.h - accuracy on demand: resolutions one after another, until two of them agree. */
#include "marchimpl.h"

typedef struct {
  PetscInt  parts[TESS_DIM_MAX]; /* patches along each axis; slabs along a time that is marched */
  PetscInt  degree;
  PetscReal rtol; /* of the TS that moves coefficients, if there is one */
} Resolution;

/* A demand of the input, as far as its points go. */
typedef struct {
  char     *name, *type;
  PetscInt  neq, faces[TESS_DIM_MAX]; /* how many faces across each axis it holds on */
  PetscReal weight;
} Demand;

struct _p_TessPursuit {
  MPI_Comm           comm;
  char              *prefix, *input;
  TessPursuitMonitor monitor;
  TessMarchPause     pause;
  void              *pausectx;
  void              *ctx;
  PetscReal          asked;
  PetscInt           levels;

  PetscInt  dim, space, axes, nunknown, ndemand; /* dim: axes that are cut; axes: with time */
  char    **axis;
  Demand   *demand;
  PetscReal lo[TESS_DIM_MAX], hi[TESS_DIM_MAX], overlap;
  PetscBool marched, moved, placed, features;  /* slabs, a TS; edges that move; width instead of degree */
  PetscBool fixed[TESS_DIM_MAX], fixed_degree; /* by the user */
  PetscInt  given[TESS_DIM_MAX];               /* parts or slabs, where fixed */
  PetscBool periodic[TESS_DIM_MAX];
  PetscInt  nchosen, nkept;
  char    **chosen, **kept; /* names of options that are ours; that the user has set */

  Resolution res;
  PetscInt   base;     /* the degree that patches are made for */
  PetscReal  safety;   /* what the patches needed are multiplied with */
  PetscBool  checking; /* the last move kept the patches */
  PetscBool  settled, failed,
      again; /* with a TS: patches were found; the last run did not arrive, nor the one before */
  PetscReal rtol,
      growth; /* with a TS: tolerance of the last run that arrived; errors in time over the tolerance */
  TessMarch  before, now;
  PetscInt   level;         /* of `before` */
  PetscReal *l2, *max;      /* [nunknown] of `before` */
  PetscReal  residual[2];   /* of before and now at points of their own */
  PetscBool  reached, open; /* open: the conditions leave something open */
};

/* resolution.c: what the input leaves open; the options of p->res, under their names; unknowns of a patch */
PETSC_INTERN PetscErrorCode TessPursuitReadInput(TessPursuit);
PETSC_INTERN PetscErrorCode TessPursuitSetOptions(TessPursuit);
PETSC_INTERN PetscErrorCode TessPursuitDestroyInput(TessPursuit);
PETSC_INTERN PetscReal      TessPursuitCoefficients(const struct _p_TessPursuit *, PetscInt dim);
/* treatment.c: which treatment of time, by the mode that the user asks for (or NULL), from p->marched,
   p->space and p->dim; with a TS: the first resolution, and from the last one and the estimate of the one
   before the next (false: none) */
PETSC_INTERN PetscErrorCode TessPursuitTreatTime(TessPursuit, TessProblem whole, const char mode[]);
PETSC_INTERN void           TessPursuitBeginMoved(TessPursuit);
PETSC_INTERN PetscErrorCode TessPursuitNextMoved(TessPursuit, PetscReal worst, PetscBool *more);
/* pursuit.c: patches (or slabs) that the scales of the last run ask for, as a real number for each axis; more
   patches along the axes where they are wanted most, at most twice as many; false if all are there */
PETSC_INTERN PetscErrorCode TessPursuitNeeded(TessPursuit, PetscReal needed[]);
PETSC_INTERN PetscBool      TessPursuitDivide(TessPursuit, const PetscReal needed[], PetscReal least);
/* tail.c: what a run leaves out in space, relative to the solution */
PETSC_INTERN PetscErrorCode TessPursuitTail(TessPursuit, TessMarch, PetscReal *tail);
/* difference.c: of two runs at common points, over the size of the second, [nunknown] each; the residual of a
   run at points that it was not fitted to, weighted as in the loss */
PETSC_INTERN PetscErrorCode TessPursuitDifference(TessPursuit, TessMarch, TessMarch, PetscReal l2[],
                                                  PetscReal max[]);
PETSC_INTERN PetscErrorCode TessPursuitResidual(TessPursuit, TessMarch, PetscReal *residual);
/* The same of the field zero. */
PETSC_INTERN PetscErrorCode TessPursuitZero(TessPursuit, TessMarch, PetscReal *residual);
