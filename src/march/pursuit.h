#pragma once
/* pursuit.h - accuracy on demand: resolutions one after another, until two of them agree. */
#include "marchimpl.h"

typedef struct {
  PetscInt parts[TESS_DIM_MAX]; /* patches along each axis; slabs along a time that is marched */
  PetscInt degree;
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

  PetscInt  dim, space, nunknown, ndemand;
  char    **axis;
  Demand   *demand;
  PetscReal lo[TESS_DIM_MAX], hi[TESS_DIM_MAX], overlap;
  PetscBool marched, placed, features;         /* time in slabs; edges that move; width instead of degree */
  PetscBool fixed[TESS_DIM_MAX], fixed_degree; /* by the user */
  PetscBool periodic[TESS_DIM_MAX];
  PetscInt  nchosen, nkept;
  char    **chosen, **kept; /* names of options that are ours; that the user has set */

  Resolution res;
  PetscInt   base;     /* the degree that patches are made for */
  PetscReal  safety;   /* what the patches needed are multiplied with */
  PetscBool  checking; /* the last move kept the patches */
  TessMarch  before, now;
  PetscReal *l2, *max;    /* [nunknown] of `before` */
  PetscReal  residual[2]; /* of before and now at points of their own */
  PetscBool  reached;
};

/* resolution.c: what the input leaves open; the options of p->res, under their names; unknowns of a patch */
PETSC_INTERN PetscErrorCode TessPursuitReadInput(TessPursuit);
PETSC_INTERN PetscErrorCode TessPursuitSetOptions(TessPursuit);
PETSC_INTERN PetscErrorCode TessPursuitDestroyInput(TessPursuit);
PETSC_INTERN PetscReal      TessPursuitCoefficients(const struct _p_TessPursuit *, PetscInt dim);
/* difference.c: of two runs at common points, over the size of the second, [nunknown] each; the residual of a
   run at points that it was not fitted to, weighted as in the loss */
PETSC_INTERN PetscErrorCode TessPursuitDifference(TessPursuit, TessMarch, TessMarch, PetscReal l2[],
                                                  PetscReal max[]);
PETSC_INTERN PetscErrorCode TessPursuitResidual(TessPursuit, TessMarch, PetscReal *residual);
/* The same of the field zero. */
PETSC_INTERN PetscErrorCode TessPursuitZero(TessPursuit, TessMarch, PetscReal *residual);
