#pragma once
#include "inverse.h"
#include <petsc/private/taoimpl.h>

typedef struct {
  PetscBool   broyden;
  PetscInt    dense, memory; /* parameters up to which H is dense; else pairs */
  PetscReal   f;             /* at the Tao's solution, where tao->gradient is, too */
  PetscReal   best, first;   /* least f so far; f at the start */
  PetscReal   noise;         /* of f, relative */
  PetscInt    since;         /* steps without a smaller f */
  Vec         x, g, y;       /* trial point and gradient; work */
  TessInverse H;
} QuasiNewton;

/* TessSearchWolfe - a step t along tao->stepdirection from tao->solution, where f has the derivative slope <
   0: the trial point x, its gradient g and value *f.  *t is the first trial on entry, and 0 on return if no
   trial lowered f by more than the noise; then *noise is what f differs by at a step too short to matter.
   *wolfe: the derivative has shrunk along the step as well, so that y.s > 0.  *end is the derivative there.
 */
PETSC_INTERN PetscErrorCode TessSearchWolfe(Tao, QuasiNewton *, PetscReal slope, PetscReal *t, PetscReal *f,
                                            PetscReal *end, PetscBool *wolfe, PetscReal *noise);
