#pragma once
#include <petsctao.h>
#include <tessera/linear.h>

/* train - UNTIL THEY HOLD: Tao types for nonlinear least squares, given by TaoSetResidualRoutine and
   TaoSetJacobianResidualRoutine (J of type panels), as PETSc's brgn is.  Knows neither PDE nor mesh. */
#define TAOGAUSSNEWTON "gaussnewton"
#define TAOADAM        "adam"

/* Registers the types; idempotent. */
PETSC_EXTERN PetscErrorCode TessTrainRegister(void);

/* gaussnewton: Levenberg-Marquardt (Marquardt 1963; scaling diag(J^T J), gain-ratio damping of Nielsen 1999) or plain Gauss-Newton
   steps by orthonormalised least squares.  Options:
     -tao_gaussnewton_solver normal | orthonormal   (orthonormal: for frozen experts; set by TessGaussNewtonSetSolver)
     -tao_gaussnewton_damping 1e-3                  first damping
   The objective of the Tao is 1/2 |r|^2.  A Tao update function (TaoSetUpdate) may change the residual between steps (resampling,
   weights): the type evaluates r and J afresh after it.  A residual that is not finite rejects the step; at the start it is reason
   TAO_DIVERGED_NAN.  Converged: -tao_gatol, -tao_grtol, -tao_gttol as PETSc, -tao_fmin, or no further reduction at the level of round-off. */
PETSC_EXTERN PetscErrorCode TessGaussNewtonSetSolver(Tao, PetscBool orthonormal);
/* The damping of the next step, relative to diag(J^T J); 0 for the orthonormal solver and for other types. */
PETSC_EXTERN PetscErrorCode TessGaussNewtonGetDamping(Tao, PetscReal *damping);
/* adam: Kingma & Ba 2015 with cosine decay of the rate to zero at max_it: -tao_adam_rate 1e-3 -tao_adam_beta1 0.9 -tao_adam_beta2 0.999.
   Needs objective and gradient only. */
