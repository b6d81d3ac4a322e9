#pragma once
#include <petsctao.h>
#include <tessera/linear.h>

/* train - UNTIL THEY HOLD: Tao types for nonlinear least squares, given by TaoSetResidualRoutine and
   TaoSetJacobianResidualRoutine, as PETSc's brgn is.  Knows neither PDE nor mesh. */
#define TAOGAUSSNEWTON "gaussnewton"
#define TAOADAM "adam"
#define TAOMULTIADAM "multiadam"
#define TAOQUASINEWTON "quasinewton"
#define TAOSCHWARZ "schwarz"

/* Registers the types; idempotent. */
PETSC_EXTERN PetscErrorCode TessTrainRegister(void);
/* -<prefix>tao_type must name a type that minimises without constraints of its own, ours or PETSc's: else
   USER_INPUT.  Collective. */
PETSC_EXTERN PetscErrorCode TessTrainCheckType(MPI_Comm, const char prefix[]);

/* gaussnewton: Levenberg-Marquardt (Marquardt 1963; scaled by the running maximum of diag(J^T J), damping
   raised by 2 and lowered by 5, Transtrum & Sethna 2012) or Gauss-Newton steps by orthonormalised least
   squares.  Options: -tao_gaussnewton_solver normal | orthonormal   (orthonormal: for frozen experts; J of
   type panels) -tao_gaussnewton_damping 0.1                   first damping, relative to the scaling The
   normal solver takes J of any type: panels by TessNormal (options -<prefix>tao_gaussnewton_normal_...), aij
   and dense by Cholesky of J^T J, others by CG on products with J and J^T (-<prefix>tao_gaussnewton_ksp_...).
   The objective of the Tao is 1/2 |r|^2.  A step is one iteration and one Jacobian; rejected trials cost a
   residual and a factorisation.  A Tao update function (TaoSetUpdate) may change the residual before a step
   (resampling, weights, another number of rows): r and J are evaluated afresh after it, before monitors and
   convergence test.  The last residual evaluated before a monitor is called is that of the Tao's solution. A
   residual that is not finite rejects the step; at the start it is reason TAO_DIVERGED_NAN.  Converged: as
   the tolerances of Tao say (-tao_fmin, -tao_gatol, -tao_grtol: both zero by default), or
   TAO_CONVERGED_STEPTOL when round-off leaves nothing to gain (at once, if r was affine along the step and
   nobody updates). TAO_DIVERGED_LS_FAILURE: no damping lowers the objective, though J promises it. */
PETSC_EXTERN PetscErrorCode TessGaussNewtonSetSolver(Tao, PetscBool orthonormal);
/* Sketched Gauss-Newton, -tao_gaussnewton_sketch m (0: no): J^T J is not formed; CG on products with J and
   J^T, preconditioned by m random combinations of the rows of J (-<prefix>tao_gaussnewton_ksp_rtol 1e-4): for
   networks so wide that the square of their parameters is too much, and for Jacobians that are only products.
   m is a good choice where J has about m singular values above its damping; the memory is m vectors and m^2
   numbers. */
/* Variable projection (Golub & Pereyra 1973), -tao_gaussnewton_projection true: the parameters of the IS
   (increasing, each rank its own), which the residual is affine in, are not damped, and are solved for at
   every trial point, for one more Jacobian: steps do not depend on where they started.  Where r is not affine
   in them, as with the last layers of networks in a nonlinear equation, it is one more Gauss-Newton step in
   them, and a step that was rejected twice damps them, too.  Needs the normal solver; other types ignore the
   IS. */
PETSC_EXTERN PetscErrorCode TessTrainSetLinear(Tao, IS);
/* Rows of the residual (global numbers, each rank its own) that are affine, and that the steps of the
   orthonormal solver hold exactly (TessLeastSquaresSetExact): from the first step on, which is taken whole
   whatever f does.  Of the other solver USER_INPUT; other types ignore it. */
PETSC_EXTERN PetscErrorCode TessTrainSetExact(Tao, IS rows);
/* The damping of the next step; 0 for the orthonormal solver and for other types. */
PETSC_EXTERN PetscErrorCode TessGaussNewtonGetDamping(Tao, PetscReal *damping);

/* adam: Kingma & Ba 2015 with cosine decay of the rate to zero at max_it: -tao_adam_rate 1e-3 -tao_adam_beta1
   0.9 -tao_adam_beta2 0.999.  Needs objective and gradient only. */

/* The objective as a sum of n parts: f[c] and its gradient g[c] at x, all of them to be set.  Collective. */
typedef PetscErrorCode (*TessParts)(Tao, Vec x, PetscInt n, PetscReal f[], Vec g[], void *ctx);
/* For types that look at the parts (multiadam), before the Tao is set up; other types ignore it.  The
   function composed with such a Tao is "TessTrainSetParts_C", so that TessProblemSetTao gives it the
   conditions. */
PETSC_EXTERN PetscErrorCode TessTrainSetParts(Tao, PetscInt n, TessParts, void *ctx);

/* multiadam: Adam on every part by itself, and the mean of their steps: the weights of the parts do not
   matter (Yao et al. 2023).  Rate and decay as adam: -tao_multiadam_rate 1e-3 -tao_multiadam_beta1 0.99
   -tao_multiadam_beta2 0.99. Needs TessTrainSetParts. */

/* quasinewton: the self-scaled Broyden family (Al-Baali 1998; Urban, Stefanou & Pons 2025) with a line search
   that trusts the gradient where f shows only noise (Hager & Zhang 2005).  Needs objective and gradient only.
   Options: -tao_quasinewton_update broyden | bfgs -tao_quasinewton_dense 2000    parameters up to which the
   inverse Hessian is a dense matrix, by rows -tao_quasinewton_memory 30     pairs of steps kept when there
   are more A search that finds nothing begins again from the gradient, and takes what f shows there for the
   noise of f: in single precision the method goes on to where g is noise, too.  An update function
   (TaoSetUpdate) that changes the objective says so by PetscObjectStateIncrease((PetscObject)tao), as
   TessProblemSetTao does; then f and g are evaluated afresh.  TAO_CONVERGED_STEPTOL: no smaller f for 100
   steps, or nothing lowers f and the Newton step promises nothing; TAO_DIVERGED_LS_FAILURE: nothing lowers f
   though it does; TAO_DIVERGED_NAN: not finite at the start or after an update. */

/* schwarz: Schwarz iterations for experts that meet at interfaces: the Jacobian is of type panels, a block is
   an expert.  In an iteration every block is solved by itself in the least-squares sense, its neighbours as
   they were at the last exchange, by a factor made once where J does not change.  What blocks want, Q^T r, is
   to vanish; the step is the best for that along the changes of all blocks and the last steps.  Messages go
   to neighbours only: an exchange there and one back for J d and its Q^T, the same for r and Q^T r, one for
   J^T r.  Options:
     -tao_schwarz_rows outward | all | finish   what a block sees of the rows at interfaces: a Robin condition
                               outward of itself, which ends within the residual of the minimum of f; all
                               rows, which ends in that minimum, after many times the iterations; outward
                               first, then all
     -tao_schwarz_sweeps 0     0: all blocks at once (the same iterations on any number of ranks); k: a rank
                               solves its own blocks one after another, k times, between two exchanges
     -tao_schwarz_window 30    last steps; 0: none, and the whole step, whatever it does (classical Schwarz)
     -tao_schwarz_lag 10       iterations that a factor serves where J changes
     -tao_schwarz_cut 1e-12    as -leastsquares_cut, of the blocks
     -tao_schwarz_rtol 1e-10   ends when blocks want this share of what they wanted at first,
     -tao_schwarz_stol 1e-3    or of |r|; both are TAO_CONVERGED_STEPTOL
   TAO_DIVERGED_LS_FAILURE: no step along the changes lowers what they want. */
/* What blocks see of rows at interfaces (TessMatPanelsSplit), copied; other types ignore it.
   TessProblemSetTao does it. */
PETSC_EXTERN PetscErrorCode TessTrainSetSplits(Tao, PetscInt n, const TessSplit[]);

/* To be interrupted and go on in another process.  The pause is called before each step, where the state is
   whole; `stop` set to true ends the Tao with TAO_CONVERGED_USER.  Types of PETSc are asked at their test. */
typedef PetscErrorCode (*TessPause)(Tao, PetscBool *stop, void *ctx);
PETSC_EXTERN PetscErrorCode TessTrainSetPause(Tao, TessPause, void *ctx);
/* Whether the type can tell its state: those of this room. */
PETSC_EXTERN PetscErrorCode TessTrainHasState(Tao, PetscBool *);
/* In a pause: all that the Tao knows beyond its solution: number [nnumber], the same on all ranks, and column
   [ncolumn][n] in the layout of the solution (n local entries); the caller's to PetscFree. */
PETSC_EXTERN PetscErrorCode TessTrainGetState(Tao, PetscInt *nnumber, PetscReal **number, PetscInt *ncolumn,
                                              PetscReal **column);
/* The next TaoSolve goes on with the step that the pause stood before, to the same bits if residual, Jacobian
   and solution have the same; after TaoSetSolution.  Numbers that are not of this type and its options:
   USER_INPUT in TaoSolve. */
PETSC_EXTERN PetscErrorCode TessTrainSetState(Tao, PetscInt nnumber, const PetscReal number[],
                                              PetscInt ncolumn, const PetscReal column[]);
