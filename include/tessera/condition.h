#pragma once
#include <tessera/field.h>
#include <tessera/io.h>
#include <tessera/linear.h>
#include <tessera/pde.h>
#include <tessera/sample.h>

/* TessMotion - coefficients that move in time (method of lines): fields and patches are of space alone, and
   u_t is the same field of the coefficients `rate` = d theta/dt.  Equations with such a derivative are
   multiplied by scale; the derivative of a residual is value * dr/dtheta + rated * dr/d(theta_t). */
typedef struct {
  PetscReal  lo, hi; /* the interval of time */
  PetscReal  time, scale, value, rated;
  PetscReal *rate; /* [nlocal][stride] as the local array */
} TessMotion;

/* TessSystem - what all conditions of a problem stand on: names, given values, domain and fields.  A plain
   value, filled and owned by the problem, borrowed by its conditions.  Unknown i is component ucomp[i] of
   field ufield[i].  The local array of a rank is theta [nlocal][stride] (owned patches, ghosts; in a slice
   the fields one after another), then param [nparam]: the VALUES of the trainable scalars. */
typedef struct {
  MPI_Comm    comm;
  const char *prefix; /* of all options of the problem */
  const char *input;  /* the input file's path or NULL: other files are looked for beside it */
  TessKey     key;
  PetscInt    axes; /* of the equations: dim, and t if theta moves */
  PetscInt    dim, space;
  PetscReal   time[2]; /* the whole last axis, of which the domain may be one slab */
  char      **axis;    /* [axes] */
  PetscInt    nunknown, nparam, ngiven, nconst;
  char      **unknown, **param, **given, **constant;
  PetscReal  *value;    /* [nconst] of the constants */
  TessGrid   *grid;     /* [ngiven], NULL: the field has values by group of cells */
  PetscReal **byregion; /* [ngiven][groups of cells], or NULL */
  TessDomain  domain;
  PetscInt    nfield;
  TessField  *field;          /* [nfield] */
  PetscInt   *ufield, *ucomp; /* [nunknown] */
  PetscInt    nlocal, stride;
  TessMotion *motion; /* NULL: time, if any, is an axis of the domain */
} TessSystem;

/* A TessPde that knows the names of the system and no equation yet; the caller's to destroy. */
PETSC_EXTERN PetscErrorCode TessSystemCreatePde(const TessSystem *, TessPde *);
/* USER_INPUT on all ranks if the pde uses a normal, which is known on faces only; `what` names the
 * expression. */
PETSC_EXTERN PetscErrorCode TessSystemCheckInside(const TessSystem *, TessPde, const char what[]);

/* TessPlan - a compiled pde bound to points of one patch (s as TessDomainGetReach): which jets it wants of
 * which field, and columns that do not change. */
typedef struct _n_TessPlan *TessPlan;
/* x [dim][n] and normal [dim][n], the outward unit normals (NULL if the pde uses none), copied.  Not
 * collective. */
PETSC_EXTERN PetscErrorCode TessPlanCreate(const TessSystem *, TessPde, PetscInt s, PetscInt n,
                                           const PetscReal x[], const PetscReal normal[], TessPlan *);
PETSC_EXTERN PetscErrorCode TessPlanDestroy(TessPlan *);
/* r [neq][n] from the local array.  With linearize the partials are kept for Pullback and Rows. */
PETSC_EXTERN PetscErrorCode TessPlanEvaluate(TessPlan, const PetscReal local[], PetscBool linearize,
                                             PetscReal r[]);
/* g_local += adjoint of the linearisation applied to r_bar [neq][n]. */
PETSC_EXTERN PetscErrorCode TessPlanPullback(TessPlan, const PetscReal local[], const PetscReal r_bar[],
                                             PetscReal g_local[]);
/* The distinct experts of the points, as TessBindingGetExperts. */
PETSC_EXTERN PetscErrorCode TessPlanGetExperts(TessPlan, PetscInt *nexpert, const PetscInt *e[],
                                               const PetscInt *m[], const PetscInt *const **index);
/* rows[j*ld + q*m + p'] += scale[q][p] d r[q][p] / d theta_j of expert i, j in the whole slice of the patch;
 * scale [neq][n]. */
PETSC_EXTERN PetscErrorCode TessPlanRows(TessPlan, PetscInt i, const PetscReal local[],
                                         const PetscReal scale[], PetscInt ld, PetscReal rows[]);
/* rows[j*ld + q*n + p] += scale[q][p] d r[q][p] / d param_j. */
PETSC_EXTERN PetscErrorCode TessPlanParameterRows(TessPlan, const PetscReal scale[], PetscInt ld,
                                                  PetscReal rows[]);

/* TessCondition - ONE DEMAND: where x what x how much.  Its rows are r = sqrt(weight * share of measure) *
   residual, so that their squares sum to weight times the mean of residual^2 over the condition's measure.
   Types: interior, boundary, initial (at the lower end of time), periodic (the difference of opposite faces),
   interface (the difference of the two sides of faces between patches that do not overlap), data (values at
   points), integral (the mean over the domain or a boundary vanishes: one border row an equation). */
typedef struct _p_TessCondition *TessCondition;

/* How a condition is met: by its weight in the loss, by the ansatz of the fields, or by rows that every step
   holds. */
typedef enum { TESS_ENFORCE_WEIGHT, TESS_ENFORCE_ANSATZ, TESS_ENFORCE_EXACT } TessEnforce;

/* TessPrescribed - what one equation says that an ansatz is to meet: unknown `unknown`, differentiated
   `order` times (0, or 1 in time) along the axis of the faces, is g(coordinates, constants) on faces 2 axis +
   side. */
typedef struct {
  PetscInt        unknown, order, nface;
  const PetscInt *face; /* [nface] borrowed */
} TessPrescribed;

/* Where the residual of a set is evaluated: at its points, or at images of them too, with signs. */
typedef struct _n_TessSides *TessSides;

/* The points of one owned patch (and one face) in a condition. */
typedef struct {
  PetscInt   s, n, row; /* owned patch; points; first row among those of the rank (border conditions: 0) */
  PetscReal *x;         /* [dim][n] */
  PetscReal
      *share; /* [n] of the condition's measure; sums to 1 over all ranks (data: and all slabs of time) */
  PetscReal *target; /* [neq][n] subtracted from the residual, or NULL */
  PetscReal *factor; /* [n] what multiplies the weights at its points; 1 at first; then TessConditionWeigh */
  PetscReal *unit;   /* [neq] of the equations: 1; at a face 0 where one has no meaning (see interface.c) */
  PetscReal *scale;  /* [neq][n] what multiplies the residual to make rows */
  PetscReal *normal; /* [dim][n] outward unit normals, NULL inside the domain */
  PetscInt   beyond; /* of an interface between parts of a mesh: local index of the patch beyond; else 0 */
  TessSides  sides;
} TessPointSet;
/* The distinct experts of all sides of a set, as TessBindingGetExperts; only nexpert may not be NULL. */
PETSC_EXTERN PetscErrorCode TessPointSetGetExperts(const TessPointSet *, PetscInt *nexpert,
                                                   const PetscInt *e[], const PetscInt *m[],
                                                   const PetscInt *const **index);
/* Jacobian rows of a linearised set with respect to its expert i, or to the trainable scalars, as
   TessPlanRows and TessPlanParameterRows with the set's scale. */
PETSC_EXTERN PetscErrorCode TessPointSetRows(const TessPointSet *, PetscInt i, const PetscReal local[],
                                             PetscInt ld, PetscReal rows[]);
PETSC_EXTERN PetscErrorCode TessPointSetParameterRows(const TessPointSet *, PetscInt ld, PetscReal rows[]);

/* Rows of an interface set that make the Robin conditions of either side, for blocks that are solved one by
   one: values and slopes (or fluxes), or the term robin; rows of other terms are told to none then.  split
   [neq n], *n of them; rows are those of the rank. */
PETSC_EXTERN PetscErrorCode TessConditionGetSplits(TessCondition, const TessPointSet *, PetscInt *n,
                                                   TessSplit[]);

/* name: the prefix of its options (-<name>_type ...); with border = true the type is integral-like. */
PETSC_EXTERN PetscErrorCode TessConditionCreate(const TessSystem *, const char name[], TessCondition *);
PETSC_EXTERN PetscErrorCode TessConditionSetFromOptions(TessCondition);
/* An observable is an integral condition whose text stands under -<name>_integral, -<name>_mean,
   -<name>_value (with -<name>_at, a point) or -<name>_zero (with -<name>_from and -<name>_to, the ends of a
   line); before SetFromOptions.  Its border row is the mean of the text; times the measure, plus what
   TessConditionFind gives, it is the observable. */
PETSC_EXTERN PetscErrorCode TessConditionSetObservable(TessCondition);
/* Collective, after Place.  Of a zero: the coordinate of the first change of sign, as it is seen from `from`,
   where the one point of the condition stands from now on; NAN if there is none.  Of others: 0. */
PETSC_EXTERN PetscErrorCode TessConditionFind(TessCondition, const PetscReal local[], PetscReal *place);
/* What turns the mean into the observable: the measure of the domain or faces for integral, -dx/df for zero,
 * else 1; after Place and Find. */
PETSC_EXTERN PetscErrorCode TessConditionGetMeasure(TessCondition, PetscReal *measure);
/* Compiles the equations; needs names only. */
PETSC_EXTERN PetscErrorCode TessConditionSetUp(TessCondition);
/* Collective.  Draws the points (round 0, 1, ... give others), binds them.  Domain and fields must be set up.
 */
PETSC_EXTERN PetscErrorCode TessConditionPlace(TessCondition, PetscInt round);
/* Collective.  Draws points anew where |residual| is large (for types that draw points). */
PETSC_EXTERN PetscErrorCode TessConditionResample(TessCondition, PetscInt round, PetscInt factor,
                                                  const PetscReal local[]);
PETSC_EXTERN PetscErrorCode TessConditionGetEnforce(TessCondition, TessEnforce *);
/* TessConditionGetPrescribed - what equation q of a condition prescribes; after SetUp, the axes of the domain
   set. USER_INPUT if it is not  unknown = g. */
PETSC_EXTERN PetscErrorCode TessConditionGetPrescribed(TessCondition, PetscInt q, TessPrescribed *);
/* TessConditionPrescribe - g [n] of equation q, or its derivative `entry`, at points x [dim][n] anywhere: g
   is used as it is written.  Not collective. */
PETSC_EXTERN PetscErrorCode TessConditionPrescribe(TessCondition, PetscInt q, const TessEntry *, PetscInt n,
                                                   const PetscReal x[], PetscReal g[]);
/* The fields meet the condition by themselves: it has no points, equations or sets from now on.  Before
 * Place. */
PETSC_EXTERN PetscErrorCode TessConditionSetHeld(TessCondition);
/* Whether the points may be drawn anew; and, after the caller changed x of sets, binds them again (not
 * collective). */
PETSC_EXTERN PetscErrorCode TessConditionIsDrawn(TessCondition, PetscBool *);
PETSC_EXTERN PetscErrorCode TessConditionMovePoints(TessCondition);
/* Scales of all sets from the user's weights times balance (> 0, default 1) times the sets' factors (> 0).
   Points that are drawn anew have factor 1. */
PETSC_EXTERN PetscErrorCode TessConditionWeigh(TessCondition, PetscReal balance);
/* What multiplies the user's weight at point p of a set (0 of border rows): balance times factor. */
PETSC_EXTERN PetscReal TessConditionGetFactor(TessCondition, const TessPointSet *, PetscInt p);
/* A condition that is not active has no equations and no sets, as if it were not there; default active. */
PETSC_EXTERN PetscErrorCode TessConditionSetActive(TessCondition, PetscBool);
PETSC_EXTERN PetscErrorCode TessConditionGetType(TessCondition, const char *type[]);
PETSC_EXTERN PetscErrorCode TessConditionView(TessCondition, PetscViewer);
PETSC_EXTERN PetscErrorCode TessConditionDestroy(TessCondition *);
PETSC_EXTERN PetscErrorCode TessConditionGetName(TessCondition, const char *name[]);
/* Names of its equations, borrowed: of an interface, its terms. */
PETSC_EXTERN PetscErrorCode TessConditionGetEquations(TessCondition, const char *const **names);
PETSC_EXTERN PetscErrorCode TessConditionGetPde(TessCondition, TessPde *);
/* Are its points dealt evenly to the patches (spread: even), instead of by measure? */
PETSC_EXTERN PetscErrorCode TessConditionIsEven(TessCondition, PetscBool *even);
/* border: rows are sums over all ranks (integrals); npoint: points over all ranks */
PETSC_EXTERN PetscErrorCode TessConditionGetInfo(TessCondition, PetscBool *border, PetscInt *neq,
                                                 PetscInt64 *npoint);
/* The sets of this rank, by patch; borrowed until the next Place. */
PETSC_EXTERN PetscErrorCode TessConditionGetSets(TessCondition, PetscInt *nset, TessPointSet **);
/* Rows of one set: r [neq][n] scaled, targets subtracted.  For a border condition r [neq] are this rank's
 * sums, added to. */
PETSC_EXTERN PetscErrorCode TessConditionEvaluate(TessCondition, TessPointSet *, const PetscReal local[],
                                                  PetscBool linearize, PetscReal r[]);
PETSC_EXTERN PetscErrorCode TessConditionPullback(TessCondition, TessPointSet *, const PetscReal local[],
                                                  const PetscReal r_bar[], PetscReal g_local[]);
/* noise [neq]: variance of the rows of each equation: a datum with sigma has row (u - d)/sigma * sqrt(noise);
 * 0 if this is not data, or its weight is 0.  After Place. */
PETSC_EXTERN PetscErrorCode TessConditionGetNoise(TessCondition, PetscReal noise[]);
