#pragma once
#include <tessera/problem.h>
#include <tessera/train.h>

/* TessMarch - a whole run: one problem in space-time, or one after another for slabs of time, each trained by
   a Tao; the field of the run is that of the slab in which a point lies.  Or the method of lines (-time_mode
   ts): fields of space alone, whose coefficients a PETSc TS moves.  Options: -time_mode spacetime | slabs |
   ts, -time_slabs, -ts_..., -resample_every (iterations; default 10 for trained experts, 0 for linear ones),
   -resample_factor (candidates a point), -balance_every (iterations between new weights of the conditions),
   -reference_..., and the Tao's (-tao_type gaussnewton ...). */
typedef struct _p_TessMarch *TessMarch;

/* Called once an iteration; loss [ncondition] (borrowed); error is the relative L2 error over all unknowns
   with a reference in the slab, -1 if there is none. */
typedef struct {
  PetscInt         slab, nslab, iteration, max_it;
  PetscReal        objective, step, error, seconds;
  PetscReal        done;  /* share of the whole run, 0..1 */
  PetscInt         inner; /* Krylov iterations or factorisations so far */
  const PetscReal *loss;
  PetscReal        causal;  /* smallest causal weight; -1: none */
  const PetscReal *balance; /* [ncondition] factors of the weights, borrowed; NULL: -balance_type fixed */
} TessProgress;
typedef PetscErrorCode (*TessMarchMonitor)(TessMarch, const TessProgress *, void *);

PETSC_EXTERN PetscErrorCode TessMarchCreate(MPI_Comm, TessMarch *);
PETSC_EXTERN PetscErrorCode TessMarchSetOptionsPrefix(TessMarch, const char prefix[]);
/* The input file (NULL: none): other files are looked for beside it. */
PETSC_EXTERN PetscErrorCode TessMarchSetInput(TessMarch, const char file[]);
/* Called after every iteration of the Tao; one monitor. */
PETSC_EXTERN PetscErrorCode TessMarchSetMonitor(TessMarch, TessMarchMonitor, void *ctx);
PETSC_EXTERN PetscErrorCode TessMarchSetFromOptions(TessMarch);
/* Collective.  Reads and sets up the problem of the first slab: all mistakes of the input show here. */
PETSC_EXTERN PetscErrorCode TessMarchSetUp(TessMarch);
/* Collective.  Trains all slabs.  Stops after a slab whose residual became not-a-number. */
PETSC_EXTERN PetscErrorCode TessMarchSolve(TessMarch);
/* To be interrupted and to go on in another process.  The pause is called between steps of the Tao, or of the
   TS, where the run is whole; *stop ends Solve there.  In it TessMarchKeep writes all that Resume needs; what
   else stands in the file (options, ...) is the caller's. */
typedef PetscErrorCode (*TessMarchPause)(TessMarch, PetscBool *stop, void *ctx);
PETSC_EXTERN PetscErrorCode TessMarchSetPause(TessMarch, TessMarchPause, void *ctx);
PETSC_EXTERN PetscErrorCode TessMarchKeep(TessMarch, TessFile);
/* Instead of SetUp, or after it, and before Solve: the run goes on from a file of Keep, with the options now
   in the database and on any number of ranks.  On the same number the same bits follow, where the solvers of
   the steps repeat theirs; note [len] says what is to be expected.  Sizes that do not fit are USER_INPUT. */
PETSC_EXTERN PetscErrorCode TessMarchResume(TessMarch, const char file[], char note[], size_t len);
/* Whether the pause has ended Solve. */
PETSC_EXTERN PetscErrorCode TessMarchIsStopped(TessMarch, PetscBool *);
PETSC_EXTERN PetscErrorCode TessMarchView(TessMarch, PetscViewer);
PETSC_EXTERN PetscErrorCode TessMarchDestroy(TessMarch *);

/* The problem of slab k and its theta (NULL before it was trained); borrowed. Slab 0 exists after SetUp;
   -placement_type makes slabs anew in Solve. */
PETSC_EXTERN PetscErrorCode TessMarchGetSlab(TessMarch, PetscInt k, TessProblem *, Vec *theta);
/* The time axis whole: slabs and their edges [nslab+1] (borrowed; NULL without time). */
PETSC_EXTERN PetscErrorCode TessMarchGetSlabs(TessMarch, PetscInt *nslab, const PetscReal *edges[]);
/* Reason of the first slab that did not converge, else of the last one trained; iterations of all slabs. */
PETSC_EXTERN PetscErrorCode TessMarchGetConverged(TessMarch, TaoConvergedReason *, PetscInt *iterations);
/* After Solve: the trainable scalars [nparam] and observables [nobservable] of the run, with deviations as
   of TessProblemGetDeviations.  Of several slabs: the sum of an observable; of a scalar the mean of the
   slabs with a deviation, weighted by its inverse square (the last slab's value, if none has one).  With
   -time_mode ts observables are those of the end.  *has: any. */
PETSC_EXTERN PetscErrorCode TessMarchGetScalars(TessMarch, PetscBool *has, PetscReal param[],
                                                PetscReal param_sd[], PetscReal observable[],
                                                PetscReal observable_sd[]);
/* Lower and upper bounds [dim] of the whole domain (all slabs). */
PETSC_EXTERN PetscErrorCode TessMarchGetBox(TessMarch, PetscReal lo[], PetscReal hi[]);

/* Points have an axis of time in all modes.  TessMarchSample - collective: r [neq][n] of a pde (made by
   TessSystemCreatePde from any slab's system) at the caller's n points x [dim][n]; not-a-number in slabs that
   were not trained. */
PETSC_EXTERN PetscErrorCode TessMarchSample(TessMarch, TessPde, PetscInt n, const PetscReal x[],
                                            PetscReal r[]);
/* Whether -reference_... says something of unknown i, and, after Solve, the relative L2 and maximum errors on
 * the reference's points. Collective. */
PETSC_EXTERN PetscErrorCode TessMarchHasReference(TessMarch, PetscInt unknown, PetscBool *);
PETSC_EXTERN PetscErrorCode TessMarchGetErrors(TessMarch, PetscReal l2[],
                                               PetscReal max[]); /* [nunknown]; -1 without a reference */
/* Values of unknown i of the reference at n points when it is an expression (plots of the error); *has false
 * otherwise. */
PETSC_EXTERN PetscErrorCode TessMarchReferenceAt(TessMarch, PetscInt unknown, PetscInt n, const PetscReal x[],
                                                 PetscReal value[], PetscBool *has);

/* TessMarchSave - datasets parameters/<slab> [patch][stride], parameters/shared/<slab> [nparam], and the
 * slabs' edges. */
PETSC_EXTERN PetscErrorCode TessMarchSave(TessMarch, TessFile);
/* TessMarchLoad - instead of SetUp and Solve: builds the fields (conditions, data and given fields are not
   read) with the options now in the database, and reads theta from a file made by TessMarchSave on any number
   of ranks.  Sizes that do not fit are USER_INPUT. */
PETSC_EXTERN PetscErrorCode TessMarchLoad(TessMarch, const char file[]);
/* TessMarchOpen - collective: a run from its file alone, by TessMarchLoad with the options that the file
   keeps. They are read aside: those of the caller neither matter nor change, and several runs may be open.
   Without its reference.  Destroy it by TessMarchDestroy.  USER_INPUT for what is no such file; then *march
   is NULL. */
PETSC_EXTERN PetscErrorCode TessMarchOpen(MPI_Comm, const char file[], TessMarch *march);
/* Names of the axes (t last) and of the unknowns; borrowed. */
PETSC_EXTERN PetscErrorCode TessMarchGetNames(TessMarch, PetscInt *naxis, const char *const *axis[],
                                              PetscInt *nunknown, const char *const *unknown[]);
/* TessMarchAt - collective: TessMarchSample of expressions of the language ("u", "u_xx", "u*v_x - k") at n
   points x [dim][n] of the domain; r [nexpr][n].  USER_INPUT shows what is wrong with an expression. */
PETSC_EXTERN PetscErrorCode TessMarchAt(TessMarch, PetscInt nexpr, const char *const expr[], PetscInt n,
                                        const PetscReal x[], PetscReal r[]);
/* TessMarchWrite - collective: <stem>.h5 with the axes and every unknown (and -output_derivatives) on a grid
   of the box (-output_points[_<axis>]; axis order of the datasets: last axis slowest), the parameters
   (TessMarchSave) and the texts `options`, `title`, `version`, `input` (path) as datasets; <stem>.xdmf and
   <stem>.vtu (a series and <stem>.pvd with two or more space axes and time) beside it.  A file that cannot be
   written: ok false and one line in message. */
PETSC_EXTERN PetscErrorCode TessMarchWrite(TessMarch, const char stem[], const char options[], PetscBool *ok,
                                           char message[], size_t len);

/* TessPursuit - accuracy on demand: runs on finer and finer resolutions (patches, slabs of time, degree,
   points: what the options leave open) until two agree.  The coarser of the two is the result, its difference
   from the finer one the estimate of its error.  Options: -accuracy (relative L2 error of every unknown),
   -accuracy_levels. */
typedef struct _p_TessPursuit *TessPursuit;

/* One resolution, after its run.  parts [dim] (borrowed) are patches along each axis, the slabs along a time
   that is marched.  estimate is the largest relative L2 difference of any unknown between the last
   resolution before that arrived (its level: before) and this one, -1 for the first; residual is taken at
   points of its own. */
typedef struct {
  PetscInt        level, before, degree, dim;
  const PetscInt *parts;
  PetscBool       marched;
  PetscReal       rtol;     /* tolerance of the TS that moves coefficients, 0: none does */
  PetscInt64      unknowns; /* of all slabs */
  PetscReal       estimate, residual, seconds;
} TessResolution;
typedef PetscErrorCode (*TessPursuitMonitor)(TessPursuit, const TessResolution *, void *);

PETSC_EXTERN PetscErrorCode TessPursuitAsked(const char prefix[], PetscBool *); /* is -accuracy set? */
PETSC_EXTERN PetscErrorCode TessPursuitCreate(MPI_Comm, TessPursuit *);
PETSC_EXTERN PetscErrorCode TessPursuitSetOptionsPrefix(TessPursuit, const char prefix[]);
PETSC_EXTERN PetscErrorCode TessPursuitSetInput(TessPursuit, const char file[]);
PETSC_EXTERN PetscErrorCode TessPursuitSetMonitor(TessPursuit, TessPursuitMonitor, void *ctx);
/* As TessMarchSetPause, for the runs of all resolutions.  One that is stopped is dropped: Solve finds the
   last that was finished, without an estimate, or, if there is none, what TessMarchIsStopped is true of. */
PETSC_EXTERN PetscErrorCode TessPursuitSetPause(TessPursuit, TessMarchPause, void *ctx);
/* USER_INPUT where there is no ground for an estimate. */
PETSC_EXTERN PetscErrorCode TessPursuitSetFromOptions(TessPursuit);
/* Collective.  Writes the first resolution into the options and sets its run up: lent, until Solve. */
PETSC_EXTERN PetscErrorCode TessPursuitSetUp(TessPursuit, TessMarch *);
/* Collective.  The result is the caller's to destroy; the options are those of its resolution. */
PETSC_EXTERN PetscErrorCode TessPursuitSolve(TessPursuit, TessMarch *);
/* After Solve: estimates of the result [nunknown], -1 if there is only one run; whether all are as asked. */
PETSC_EXTERN PetscErrorCode TessPursuitGetEstimates(TessPursuit, PetscReal *asked, const PetscReal *l2[],
                                                    const PetscReal *max[], PetscBool *reached);
/* After Solve: it ended because two solutions differ that both meet all conditions to round-off, so that
   these leave something open (a boundary without a condition, a constant). */
PETSC_EXTERN PetscErrorCode TessPursuitIsOpen(TessPursuit, PetscBool *open);
/* The options that were chosen, a line each: "-name value"; and the names [n] of those that the user has set
   and that were kept (borrowed). */
PETSC_EXTERN PetscErrorCode TessPursuitGetChoices(TessPursuit, char **lines, PetscInt *n,
                                                  const char *const *kept[]);
PETSC_EXTERN PetscErrorCode TessPursuitDestroy(TessPursuit *);
