#pragma once
/* lines.h - the method of lines (-time_mode ts): u = sum_j phi_j(x) theta_j(t), theta moved by a PETSc TS.

   The TS sees z with theta = T z, whose blocks are orthonormal: |z| is the size of u.  A stage of an implicit
   method, with z_t = a (z - z*), is not made square: it is the least-squares solution of all rows together,
     min over z of |r(t, T z, T z_t) / a|^2 (equations with u_t)  +  |r(t, T z)|^2 (boundaries, constraints).
 */
#include <petscts.h>
#include <tessera/linear.h>
#include "marchimpl.h"

/* Where the run has been: theta and theta_t at the ends of the steps; between them Hermite interpolation. */
typedef struct {
  PetscInt   n, max;
  PetscReal *t;
  Vec       *theta, *theta_t;
} Track;

typedef struct _n_TessSteady *TessSteady;

/* The last step that was tried: its number, length and error over the tolerance; what is allowed (1 at
   first), and how often that was raised. */
typedef struct {
  PetscInt  step, times;
  PetscReal h, size, allowed;
} TessFloor;

struct _n_TessLines {
  TessProblem problem;
  TS          ts;
  Mat         T, shell; /* the stage matrix that the TS is shown has no entries */
  Vec         z, theta, theta_t, r;
  Vec         y, g; /* work */
  Mat         Q, M; /* J T of the stage, and of the mass matrix */
  TessNormal  stage, mass;
  TessFloor   floor;
  TessSteady  steady; /* NULL: Q must be made anew for each stage */
  Vec         d;      /* diagonal added to normal equations */
  PetscReal   missed; /* the residual of the fit of the start */
  PetscReal   size;   /* of u at the start */
  PetscReal   shift;  /* a of the stage factored; 0: none */
  Vec         asked;  /* z_t of the stage that asked last, its time and a */
  PetscReal   asked_time, asked_shift;
  PetscBool   asking; /* F is not wanted */
  PetscInt    inner, factors;
  PetscReal   marked; /* share of the time that was reported */
  Track       track;
};

/* stage.c: the implicit stages of lines->ts, and z_t = -M^+ r of theta at a time (also into theta_t) */
PETSC_INTERN PetscErrorCode TessLinesSetStages(TessLines);
PETSC_INTERN PetscErrorCode TessLinesProject(TessLines, Mat J, Vec theta,
                                             Vec z); /* T z = theta, J the mass matrix */
/* |e| over the tolerances of the TS at z, both as functions in the mean square over the points of the rows; a
   TessDirkSize */
PETSC_INTERN PetscErrorCode TessLinesSize(void *lines, Vec z, Vec e, PetscReal *size);
/* floor.c: the same, for the errors of steps */
PETSC_INTERN PetscErrorCode TessFloorSize(void *lines, Vec z, Vec e, PetscReal *size);
/* z nearest to z that meets the boundaries at a time, else the first stages would: an error that no step
   makes small */
PETSC_INTERN PetscErrorCode TessLinesMeet(TessLines, PetscReal time, PetscReal length, Vec z);
PETSC_INTERN PetscErrorCode TessLinesRate(TessLines, PetscReal time, Vec z, Vec z_t);

/* steady.c: l->steady (and Q, without entries) if the problem allows, after M and T; then r and Q, as by the
   problem with the same scale of rows with u_t, and with scale 1 / shift */
PETSC_INTERN PetscErrorCode TessSteadyCreate(TessLines, PetscReal time);
PETSC_INTERN PetscErrorCode TessSteadyResidual(TessLines, PetscReal time, Vec z, Vec z_t, PetscReal scale);
PETSC_INTERN PetscErrorCode TessSteadyMatrix(TessLines, PetscReal shift);
PETSC_INTERN PetscErrorCode TessSteadyDestroy(TessSteady *);
/* interruptlines.c */
PETSC_INTERN PetscErrorCode TessLinesKeep(TessMarch, TessFile);
PETSC_INTERN PetscErrorCode TessLinesResume(TessMarch);
/* interrupt.c: after a step */
PETSC_INTERN PetscErrorCode TessMarchPauseLines(TessMarch, TS, PetscReal time);
/* track.c */
PETSC_INTERN PetscErrorCode TessTrackAdd(Track *, PetscReal time, Vec theta, Vec theta_t);
PETSC_INTERN PetscErrorCode TessTrackAt(const Track *, PetscReal time, Vec theta, Vec theta_t);
PETSC_INTERN PetscErrorCode TessTrackDestroy(Track *);
