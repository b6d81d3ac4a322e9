#pragma once
#include "step.h"
#include <petsc/private/taoimpl.h>

#define MIN_DAMPING 1e-15
#define STATIONARY 1e-6 /* fall of the gradient in a step that ended at the minimum */
#define SEEN 1e3        /* fall of the gradient in a step whose J saw all directions that matter */

typedef struct {
  PetscBool orthonormal;
  PetscReal start; /* first damping */
  PetscReal bend;  /* largest bend of a step, 2 |a| / |y|; 0: steps are straight */
  PetscReal mu;    /* damping of the next step */
  PetscReal f;     /* 1/2 |r|^2 */
  PetscReal last;  /* |y|_D of the last step taken under the round-off of f; negative: there was none */
  PetscReal gnorm, before;  /* norm of the gradient, and f, where the last step began */
  PetscBool exact;          /* r was affine along the last step: its end is the minimum there */
  PetscInt  sketch;         /* rows of the sketch; 0: none */
  PetscBool projection;     /* the parameters of `linearly` are eliminated */
  IS        linearly;       /* those r is affine in; NULL: not told */
  IS        rows;           /* of r that steps hold exactly, or NULL */
  PetscReal shift;          /* in place of the damping of those */
  TessStep  linear, inner;  /* for all parameters, for those */
  Mat       C;              /* their columns */
  PetscReal mean;           /* running maximum of the mean of diag(J^T J) */
  Vec       c, d, S;        /* running maximum of diag(J^T J), D, mu D */
  Vec       x, r, fall, Jy; /* trial point, its residual, r - r+, J y */
  Vec       g, a;           /* J^T r'' and the bend of a step */
} GaussNewton;

/* One step from x by the method of the solver: x, r, f and tao->step are new and tao->niter counts it, or
 * tao->reason tells why not. */
PETSC_INTERN PetscErrorCode TessSearchDamped(Tao, GaussNewton *);
PETSC_INTERN PetscErrorCode TessSearchHalved(Tao, GaussNewton *);
PETSC_INTERN PetscErrorCode TessSearchObjective(Vec r, PetscReal *f);
PETSC_INTERN PetscErrorCode TessSearchSettled(Tao, GaussNewton *, PetscReal fall, PetscBool *settled);
/* |c^(1/2) y|; g is work */
PETSC_INTERN PetscErrorCode TessSearchScaledNorm(GaussNewton *, Vec c, Vec y, PetscReal *norm);
/* geodesic.c: bends the step (size = |y|_D) with the matrix that it was solved with; or tells that it is too
 * long. */
PETSC_INTERN PetscErrorCode TessSearchBend(Tao, GaussNewton *, PetscReal size, PetscBool *trusted);

#define PROJECTION_SHIFT 1e-13 /* relative to the squares of the columns: many are nearly dependent */
/* Moves x along the parameters of gn->linearly to where |r| is least, r to the residual there; f falls by
 *fall >= 0. The Jacobian is that of the x given. */
PETSC_INTERN PetscErrorCode TessProject(Tao, GaussNewton *, Vec x, Vec r, PetscReal *fall);
