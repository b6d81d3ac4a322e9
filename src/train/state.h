#pragma once
#include "step.h"
#include <petsc/private/taoimpl.h>

/* TessState - what a Tao of this room knows beyond its solution, as a list of numbers and of columns of the
   solution's layout: each type names its parts once, in a function composed as "TessTrainState_C", which
   saves or loads them; private to the room. */
typedef struct _n_TessState *TessState;

PETSC_INTERN PetscErrorCode TessStateReal(TessState, PetscReal *);
PETSC_INTERN PetscErrorCode TessStateReals(TessState, PetscInt n, PetscReal[]);
PETSC_INTERN PetscErrorCode TessStateInt(TessState, PetscInt *);
PETSC_INTERN PetscErrorCode TessStateBool(TessState, PetscBool *);
PETSC_INTERN PetscErrorCode TessStateVec(TessState, Vec);
/* The rows of this rank of a dense matrix whose rows are laid out as the solution. */
PETSC_INTERN PetscErrorCode TessStateDense(TessState, Mat);

/* After a type has set itself to its start: *resumed tells that the state given by TessTrainSetState is in
   its place instead; then r, g and the like are to be evaluated, without update, monitor or test, and the
   step follows. */
PETSC_INTERN PetscErrorCode TessStateResume(Tao, PetscBool *resumed);
/* Before a step: calls the pause, if there is one; tao->reason may be TAO_CONVERGED_USER after it. */
PETSC_INTERN PetscErrorCode TessStatePause(Tao);
