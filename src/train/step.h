#pragma once
#include <tessera/train.h>

/* TessStep - the linear problem of one step: y minimises |J y + r|^2 + |S^(1/2) y|^2, with the diagonal S =
   damping x scaling.  The method follows from the type of J; private to the room. */
typedef struct _n_TessStep *TessStep;

struct _TessStepOps {
  /* A new J: forms what the solves share and d = diag(J^T J) (ones if J cannot tell). */
  PetscErrorCode (*setmat)(TessStep, Mat J, Vec d);
  /* The S of the solves that follow, borrowed; *ok false when the matrix is not positive definite.  NULL: the
   * method knows no damping. */
  PetscErrorCode (*setdamping)(TessStep, Vec S, PetscBool *ok);
  /* g = J^T r.  *ok false when the damped matrix is not positive definite; *its counts inner iterations. */
  PetscErrorCode (*solve)(TessStep, Vec r, Vec g, Vec y, PetscBool *ok, PetscInt *its);
  /* About solve for a new r, or a new gradient g (r NULL), by the factor of the J that was set last; may be
   * NULL. */
  PetscErrorCode (*correct)(TessStep, Vec r, Vec g, Vec y);
  /* Whether the y of the last solve reaches exact rows that r missed; may be NULL. */
  PetscErrorCode (*reaches)(TessStep, PetscBool *);
  PetscErrorCode (*destroy)(TessStep);
};

struct _n_TessStep {
  MPI_Comm                   comm;
  char                      *prefix; /* of the options of inner solvers */
  PetscBool                  orthonormal;
  PetscInt                   sketch; /* rows of the sketch that preconditions CG; 0: none */
  IS                         exact;  /* rows that hold exactly, borrowed, or NULL; orthonormal only */
  const struct _TessStepOps *ops;    /* NULL before the first J */
  void                      *data;
};

PETSC_INTERN PetscErrorCode TessStepCreate(MPI_Comm, const char prefix[], PetscBool orthonormal, TessStep *);
PETSC_INTERN PetscErrorCode TessStepSetMat(TessStep, Mat J, Vec d);
PETSC_INTERN PetscErrorCode TessStepSetDamping(TessStep, Vec S, PetscBool *ok);
PETSC_INTERN PetscErrorCode TessStepSolve(TessStep, Vec r, Vec g, Vec y, PetscBool *ok, PetscInt *its);
/* *known: there was a J, and the method can do it. */
PETSC_INTERN PetscErrorCode TessStepCorrect(TessStep, Vec r, Vec g, Vec y, PetscBool *known);
PETSC_INTERN PetscErrorCode TessStepReaches(TessStep, PetscBool *reaches);
PETSC_INTERN PetscErrorCode TessStepDestroy(TessStep *);

PETSC_INTERN const struct _TessStepOps TessStepGram, TessStepFree;
/* What all types here want: as many evaluations as they need, and to judge gradients themselves unless asked. */
PETSC_INTERN void TessTaoDefaults(Tao);

PETSC_INTERN PetscErrorCode TaoCreate_GaussNewton(Tao), TaoCreate_Adam(Tao), TaoCreate_MultiAdam(Tao),
    TaoCreate_QuasiNewton(Tao), TaoCreate_Schwarz(Tao);
