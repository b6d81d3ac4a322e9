#pragma once
#include <petscsf.h>
#include <tessera/problem.h>

/* Where the rows of expert i of a point set stand in a panel: a [.][ld], from row `start`. */
typedef struct {
  PetscReal *a;
  PetscInt   ld, start;
} TessSlot;

/* A trainable scalar: value = eta (no bounds), min + exp(eta), max - exp(eta), or min + (max - min) / (1 +
 * exp(-eta)). */
typedef struct {
  PetscReal start, min, max;
} TessParameter;

struct _p_TessProblem {
  TessSystem     sys;
  char          *prefix, *input, *title;
  PetscInt       seed, smoothness;
  PetscReal      slab[2]; /* time interval set by the caller */
  PetscBool      isslab, setup, fieldsonly, moving;
  TessMotion     motion;
  PetscBool      timed;  /* an equation of a moving problem uses t */
  PetscReal    **edges;  /* [dim] set by the caller, or NULL */
  PetscInt      *nedges; /* [dim] */
  TessParameter *param;  /* [nparam] */
  TessExpert    *expert; /* [nfield] */
  PetscInt       ncondition, nobservable;
  TessCondition *condition, *observable;
  char         **obsname;
  TessProblem    before;
  Vec            theta_before;

  TessLayout layout;
  PetscReal *local, *g_local; /* [nlocal][stride] + nparam */
  PetscInt   nrow, nborder;   /* rows of this rank without border rows; border rows in all */
  PetscReal *border;          /* [nborder] */
  Vec        r;
  Mat        J;
  PetscBool  jfresh; /* an affine problem's J is up to date */
  TessSlot  *slot;   /* of all sets and their experts, in the order of the loops over conditions and sets */
  TessSlot  *shared; /* [nowned] the panel of the trainable scalars in the rows of each patch, `start` its
                        first row */
  PetscBool linear, affine;
  PetscReal bytes, memory_limit;

  PetscReal *loss; /* [ncondition] of the last residual, this rank */
  PetscBool  isnan;
  char       nantext[512];
};

/* input.c */
PETSC_INTERN PetscErrorCode TessProblemReadInput(TessProblem);
/* motion.c: time leaves the axes of the domain (they are read, their bounds in lo, hi); what cannot move is
 * refused; which conditions are active; the array of theta_t */
PETSC_INTERN PetscErrorCode TessProblemTakeTime(TessProblem, const PetscReal lo[], const PetscReal hi[]);
PETSC_INTERN PetscErrorCode TessProblemCheckMoving(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemActivate(TessProblem, PetscBool starting);
/* residual.c: theta -> p->local with values of the trainable scalars; and dvalue/deta */
PETSC_INTERN PetscErrorCode TessProblemScatter(TessProblem, Vec theta);
PETSC_INTERN PetscReal      TessParameterValue(const TessParameter *, PetscReal eta);
PETSC_INTERN PetscReal      TessParameterSlope(const TessParameter *, PetscReal eta);
PETSC_INTERN PetscReal      TessParameterEta(const TessParameter *);
PETSC_INTERN PetscErrorCode TessProblemPlace(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemResetJacobian(TessProblem);
