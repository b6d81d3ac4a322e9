#pragma once
/* schwarz.h - a Tao of type schwarz: its blocks and what they want (schwarzblocks.c), steps along their
   changes (schwarz.c). */
#include "step.h"
#include <petsc/private/taoimpl.h>

typedef struct {
  PetscInt         sweeps, window, lag;
  PetscReal        rtol, stol, cut;
  PetscInt         rows;
  PetscBool        all; /* rows of interfaces as they are */
  PetscInt         nsplit;
  TessSplit       *split;
  Mat              A, Q, T; /* J as its blocks see it, and its factor */
  Mat              J;       /* of the directions, borrowed, and its state */
  PetscObjectState state;
  PetscInt         age;           /* sweeps of the factor */
  Vec              r, Jd;         /* rows */
  Vec              z, g, h;       /* columns of Q: the changes, what blocks want, and wanted */
  PetscInt         room, n, next; /* of them: room, taken, place of the next */
  Vec             *d, *v;    /* [room = window + 1] steps, and what they do to g; |v| = 1; the last is work */
  PetscInt         its;      /* with these rows */
  PetscReal        f, first; /* |g| at first */
} Schwarz;

/* Frees the factor and the directions. */
PETSC_INTERN PetscErrorCode SchwarzReset(Schwarz *);
/* A factor of J, for `lag` sweeps where J changes; directions go with it. */
PETSC_INTERN PetscErrorCode SchwarzFactor(Tao, Schwarz *, PetscBool *fresh);
/* g = Q^T of the r that the blocks see: what they want, in rows */
PETSC_INTERN PetscErrorCode SchwarzWant(Schwarz *, Vec r, Vec g);
/* d, the changes of all blocks for s->g, and v, what they make of g by J */
PETSC_INTERN PetscErrorCode SchwarzSweep(Tao, Schwarz *, Vec d, Vec v);
