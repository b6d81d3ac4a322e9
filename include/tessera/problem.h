#pragma once
#include <petsctao.h>
#include <tessera/condition.h>
#include <tessera/io.h>
#include <tessera/linear.h>

/* TessProblem - ALL DEMANDS: unknowns, fields and conditions as one residual Vec r(theta) and one
   block-sparse Mat J(theta) of type "panels".  The loss is |r|^2 = sum over conditions of weight * mean
   square; a Tao minimises |r|^2 / 2.  theta has a slice a patch (the fields one after another) and the
   trainable scalars at the end of the last rank, as eta: value = eta, or min + exp(eta), or between min and
   max by the logistic function.  Rows of a rank: patch by patch, in it condition by condition; sums over the
   domain (integrals) are the last rows of the last rank. */
typedef struct _p_TessProblem *TessProblem;

PETSC_EXTERN PetscErrorCode TessProblemCreate(MPI_Comm, TessProblem *);
PETSC_EXTERN PetscErrorCode TessProblemSetOptionsPrefix(TessProblem, const char prefix[]);
/* The input file (NULL: none): other files are looked for beside it. */
PETSC_EXTERN PetscErrorCode TessProblemSetInput(TessProblem, const char file[]);
/* The mesh of the domain, instead of a file; taken over.  Before SetFromOptions; for a DM see
 * TessMeshCreateFromDM. */
PETSC_EXTERN PetscErrorCode TessProblemSetMesh(TessProblem, TessMesh);
/* Replaces the time interval of the input by one slab; before SetFromOptions. */
PETSC_EXTERN PetscErrorCode TessProblemSetTime(TessProblem, PetscReal lo, PetscReal hi);
/* The edges of the patches along one axis [parts+1]; before SetFromOptions; default uniform. */
PETSC_EXTERN PetscErrorCode TessProblemSetEdges(TessProblem, PetscInt axis, PetscInt n,
                                                const PetscReal edges[]);
/* Initial conditions ask for residual(u) = residual(u of before at theta_before): this problem goes on where
   `before` ended.  Before SetUp; borrowed until SetUp has returned; the Jacobian of `before` is
   freed. */
PETSC_EXTERN PetscErrorCode TessProblemSetPrevious(TessProblem, TessProblem before, Vec theta_before);
/* TessProblemSetMoving - method of lines: time is no axis of fields and patches, theta moves in it and u_t is
   the field of theta_t.  Trained experts, scalars, data and second derivatives in time are USER_INPUT.
   Before SetFromOptions. */
PETSC_EXTERN PetscErrorCode TessProblemSetMoving(TessProblem, PetscBool);
/* Whether coefficients could move: after SetFromOptions, of a problem that is not moving: every unknown has a
   first derivative in time inside the domain, and nothing stands in the way that SetMoving refuses (the
   experts aside). */
PETSC_EXTERN PetscErrorCode TessProblemCanMove(TessProblem, PetscBool *);
/* Of a moving problem after SetUp: which conditions make rows, the initial ones or (at first) all others.
   Collective; a residual Vec made before does not fit any more. */
PETSC_EXTERN PetscErrorCode TessProblemSetStarting(TessProblem, PetscBool starting);
/* TessProblemSetMotion - where the next residuals, Jacobians and samples of a moving problem are: time and
   theta_t (NULL: 0).  Rows of equations with a derivative in time are multiplied by scale; J = value
   dr/dtheta
   + rated dr/dtheta_t.  Collective, one ghost exchange. */
PETSC_EXTERN PetscErrorCode TessProblemSetMotion(TessProblem, PetscReal time, Vec theta_t, PetscReal scale,
                                                 PetscReal value, PetscReal rated);
/* TessProblemGetMoving - of a moving problem after SetUp: moving, made by CreateResidual, is 1 in the rows
   that SetMotion scales, else 0; steady: the residual is affine in theta and theta_t with a J that no time
   changes, and has no border rows; still: what is left of it at theta = 0 does not change either. */
PETSC_EXTERN PetscErrorCode TessProblemGetMoving(TessProblem, Vec moving, PetscBool *steady,
                                                 PetscBool *still);
/* Only the fields: conditions, observables and given fields of the input are not read; before SetFromOptions.
 */
PETSC_EXTERN PetscErrorCode TessProblemSetFieldsOnly(TessProblem, PetscBool);
/* Reads the whole input: unknowns, domain, parts, overlap, constants, fields, parameters, experts,
   conditions, observables (docs/input.md). Mistakes are USER_INPUT. */
PETSC_EXTERN PetscErrorCode TessProblemSetFromOptions(TessProblem);
/* Collective.  Deals patches, estimates memory (USER_INPUT if it will not fit; -memory_limit in GB a rank),
 * draws points, binds them. */
PETSC_EXTERN PetscErrorCode TessProblemSetUp(TessProblem);
/* Collective.  Bytes of matrices that a rank may take: -memory_limit, or its part of the machine. */
PETSC_EXTERN PetscErrorCode TessProblemGetMemoryLimit(TessProblem, PetscReal *bytes);
PETSC_EXTERN PetscErrorCode TessProblemView(TessProblem, PetscViewer);
PETSC_EXTERN PetscErrorCode TessProblemDestroy(TessProblem *);

/* Borrowed, after SetFromOptions; the title is NULL if the input has none. */
PETSC_EXTERN PetscErrorCode TessProblemGetSystem(TessProblem, const TessSystem **);
PETSC_EXTERN PetscErrorCode TessProblemGetTitle(TessProblem, const char *title[]);
PETSC_EXTERN PetscErrorCode TessProblemGetConditions(TessProblem, PetscInt *n, TessCondition **);
/* Over all ranks; after SetUp.  bytes: largest estimate of a rank for panels and solver. Any pointer may
 * be NULL. */
PETSC_EXTERN PetscErrorCode TessProblemGetSizes(TessProblem, PetscInt64 *patches, PetscInt64 *parameters,
                                                PetscInt64 *rows, PetscInt64 *points, PetscReal *bytes);
/* Collective, after SetUp: the patches of linear experts that fewer rows meet (some, of the conditions that
   make rows now, border rows aside) than they have coefficients, singular functions aside; of those the one
   with the fewest, and its rows. */
PETSC_EXTERN PetscErrorCode TessProblemGetPoor(TessProblem, PetscInt64 *n, PetscInt64 *patch,
                                               PetscInt64 *rows, PetscInt *coefficients);
/* linear: all experts are linear in theta; affine: the residual is affine in theta, so that J is constant */
PETSC_EXTERN PetscErrorCode TessProblemIsLinear(TessProblem, PetscBool *linear, PetscBool *affine);

/* Whether an ansatz holds values at the lower end of time; theta then says something else than in a slab
   where none does.  After SetFromOptions. */
PETSC_EXTERN PetscErrorCode TessProblemHoldsStart(TessProblem, PetscBool *);

/* theta with starting values, the caller's. */
PETSC_EXTERN PetscErrorCode TessProblemCreateTheta(TessProblem, Vec *theta);
PETSC_EXTERN PetscErrorCode TessProblemCreateResidual(TessProblem, Vec *r);
/* Collective, one ghost exchange. Not-a-number is kept for GetNaN, not an error. */
PETSC_EXTERN PetscErrorCode TessProblemComputeResidual(TessProblem, Vec theta, Vec r);
/* Collective.  The structure of J, entries not computed; created at the first call (and after points
 * changed), lent. */
PETSC_EXTERN PetscErrorCode TessProblemGetJacobian(TessProblem, Mat *J);
/* Collective.  J(theta); lent.  An affine problem computes it once. */
PETSC_EXTERN PetscErrorCode TessProblemComputeJacobian(TessProblem, Vec theta, Mat *J);
/* Frees the memory of J; the next call that wants it makes it again. */
PETSC_EXTERN PetscErrorCode TessProblemResetJacobian(TessProblem);
PETSC_EXTERN PetscErrorCode TessProblemComputeObjectiveAndGradient(TessProblem, Vec theta, PetscReal *f,
                                                                   Vec g);
/* The same by condition (order of GetConditions): f [ncondition], g [ncondition] of theta's layout, which sum
   to those above.  One exchange a condition. */
PETSC_EXTERN PetscErrorCode TessProblemComputeParts(TessProblem, Vec theta, PetscReal f[], Vec g[]);
/* After TaoSetFromOptions and TaoSetSolution: gives a Tao residual and Jacobian, or objective, gradient and
   the Hessian J^T J of Gauss-Newton as products (r and J belong to the problem). */
PETSC_EXTERN PetscErrorCode TessProblemSetTao(TessProblem, Tao);
/* After a Tao has ended at theta: USER_INPUT, naming the condition, if one with -<name>_enforce exact does
   not hold to 1e-6 of the residuals that these conditions have at theta = 0: they contradict each other, or
   experts cannot take their values.  Collective; two residuals. */
PETSC_EXTERN PetscErrorCode TessProblemCheckExact(TessProblem, Vec theta);
/* Collective.  Points anew where the residual is large; rows keep their number.  The Tao must be given the
 * problem again. */
PETSC_EXTERN PetscErrorCode TessProblemResample(TessProblem, Vec theta, PetscInt round, PetscInt factor);
/* Points that may be drawn anew and weights that follow training, datasets <group>/<condition> and
   <group>_weights, to and from a file, on any number of ranks; collective.  After Load the Tao must be given
   the problem again.  Other numbers of points: USER_INPUT. */
PETSC_EXTERN PetscErrorCode TessProblemSavePoints(TessProblem, TessFile, const char group[]);
PETSC_EXTERN PetscErrorCode TessProblemLoadPoints(TessProblem, const char file[], const char group[]);
/* TessProblemBalance - collective, between steps: factors lambda of the conditions' weights anew from theta,
   for -balance_type gradnorm (lambda_c = mean_k |g_k| / |g_c|, g_c the gradient of the part of the loss;
   Wang, Teng & Perdikaris 2021) or ntk (mean_k tr K_k / tr K_c, tr K_c the sum of squares of the rows of J;
   Wang, Yu & Perdikaris 2022); nothing if fixed.  The first measure is taken whole, later ones are averaged,
   old^memory new^(1 - memory) (-balance_memory 0.9).  One exchange a condition, or rows of J patch by
   patch.  r, J and objective change. */
PETSC_EXTERN PetscErrorCode TessProblemBalance(TessProblem, Vec theta);
/* lambda [ncondition], borrowed, in use now; NULL with -balance_type fixed. */
PETSC_EXTERN PetscErrorCode TessProblemGetBalance(TessProblem, const PetscReal *lambda[]);
/* TessProblemFollowTime - collective, between steps and after Resample: causal weights.  With -causal_epsilon
   above 0 (never by default: the authors of the method claim a patent on it) the weights of interior rows in
   chunk k of -causal_chunks 32 of time are multiplied by exp(-epsilon sum of L_j of earlier chunks j), L_j
   the mean square of the interior residuals there at theta (Wang, Sankaran & Perdikaris 2024).  One
   reduction.  r, J and objective change. */
PETSC_EXTERN PetscErrorCode TessProblemFollowTime(TessProblem, Vec theta);
/* The smallest of them in use, that of the last chunk; -1 without causal weights. */
PETSC_EXTERN PetscErrorCode TessProblemGetCausal(TessProblem, PetscReal *smallest);
/* The part of |r|^2 of every condition (order of GetConditions) in the last residual, by the user's weights:
   without what Balance and FollowTime make of them; loss [ncondition]; collective. */
PETSC_EXTERN PetscErrorCode TessProblemGetLosses(TessProblem, PetscReal loss[]);
/* is: whether the last residual was not finite; text: a sentence that names condition, patch and point (the
   first by row) of the last one that was not, "" if all were.  Either may be NULL.  Not collective. */
PETSC_EXTERN PetscErrorCode TessProblemGetNaN(TessProblem, PetscBool *is, const char *text[]);

/* TessProblemGetJumps - collective: of condition c (order of GetConditions), if it is an interface, the root
   mean square over its points and the largest difference between the two sides, term by term and without
   weights: rms, most [n] (rms NULL: only n and names), names [n] of the terms, borrowed.  n is 0 for other
   types and for moving problems.  One exchange, three reductions. */
PETSC_EXTERN PetscErrorCode TessProblemGetJumps(TessProblem, Vec theta, PetscInt c, PetscInt *n,
                                                const char *const **names, PetscReal rms[], PetscReal most[]);

/* TessProblemSample - collective: r [neq][n] of a pde of this system (TessSystemCreatePde) at n points x
   [dim][n] of the caller, anywhere in the box of the domain (clamped to it if out by round-off; others are
   USER_INPUT); not-a-number in holes. */
PETSC_EXTERN PetscErrorCode TessProblemSample(TessProblem, Vec theta, TessPde, PetscInt n,
                                              const PetscReal x[], PetscReal r[]);

/* TessProbe - the same, prepared for repeated evaluation.  All calls collective. */
typedef struct _n_TessProbe *TessProbe;
PETSC_EXTERN PetscErrorCode  TessProbeCreate(TessProblem, TessPde, PetscInt n, const PetscReal x[],
                                             TessProbe *);
PETSC_EXTERN PetscErrorCode  TessProbeEvaluate(TessProbe, Vec theta, PetscReal r[]);
PETSC_EXTERN PetscErrorCode  TessProbeDestroy(TessProbe *);

/* Values of the trainable scalars, and of the observables (-observables_<name>_...), with standard deviations
   from the Gauss-Newton matrix when there are data with sigma (else sd = -1; 0: the scalar is at its bound).
   Collective.  Arrays [nparam] or [nobservable]. */
PETSC_EXTERN PetscErrorCode TessProblemGetParameters(TessProblem, Vec theta, PetscReal value[]);
PETSC_EXTERN PetscErrorCode TessProblemGetObservables(TessProblem, PetscInt *n, const char *const **names);
PETSC_EXTERN PetscErrorCode TessProblemObserve(TessProblem, Vec theta, PetscReal value[]);
/* The whole loss is taken as -2 log of the posterior density, scaled so that the mean datum has variance 1;
   each datum then counts with its sigma alone, whatever its weight (above 0). */
PETSC_EXTERN PetscErrorCode TessProblemGetDeviations(TessProblem, Vec theta, PetscReal param_sd[],
                                                     PetscReal observable_sd[]);
