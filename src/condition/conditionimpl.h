#pragma once
#include <tessera/condition.h>

typedef struct _TessConditionOps {
  PetscErrorCode (*setfromoptions)(TessCondition);        /* the type's own options, may be NULL */
  PetscErrorCode (*place)(TessCondition, PetscInt round); /* fills sets: s, n, x, share, target, normal */
  PetscErrorCode (*bind)(TessCondition,
                         TessPointSet *); /* makes the sides; NULL: one, the set's own points */
  PetscErrorCode (*splits)(TessCondition, const TessPointSet *, PetscInt *n,
                           TessSplit[]);    /* as TessConditionGetSplits; NULL: none */
  PetscErrorCode (*destroy)(TessCondition); /* the type's data, may be NULL */
} TessConditionOps;

/* sides.c: a sum of plans with signs, whose points p all belong to row p; m entries in r.  Takes the plans
   over.  Evaluate and Pullback as those of a plan. */
PETSC_INTERN PetscErrorCode TessSidesCreate(PetscInt m, PetscInt nside, const PetscReal sign[],
                                            const TessPlan plan[], TessSides *);
PETSC_INTERN PetscErrorCode TessSidesDestroy(TessSides *);
PETSC_INTERN PetscErrorCode TessSidesEvaluate(TessSides, const PetscReal local[], PetscBool linearize,
                                              PetscReal r[]);
PETSC_INTERN PetscErrorCode TessSidesPullback(TessSides, const PetscReal local[], const PetscReal r_bar[],
                                              PetscReal g_local[]);

/* prescribed.c: derivatives of what the equations prescribe, compiled when they are first asked for */
typedef struct _n_TessPartial *TessPartial;
PETSC_INTERN PetscErrorCode    TessPartialDestroy(TessPartial *);

struct _p_TessCondition {
  TessConditionOps  ops;
  const TessSystem *sys; /* borrowed */
  char             *name, *prefix;
  const char       *type, *text; /* text: the option of the equation */
  PetscBool         observable;
  TessPde           pde;
  PetscInt          neq;
  char            **equation;   /* names of the equations ("1", "2", ... when they have none) */
  PetscReal        *weight;     /* [neq] */
  PetscInt64        points;     /* over the whole domain */
  PetscInt          sampling;   /* TessSampleType */
  PetscInt          even;       /* as many points in every patch, instead of by measure */
  PetscBool         idle, held; /* not active; not active because the fields meet it */
  PetscInt          enforce;    /* TessEnforce */
  TessPartial       partial;
  PetscBool         border, drawn; /* rows are sums; points are random and may be drawn anew */
  PetscInt          nface, *face;  /* of boundary-like types: parts of the domain; periodic: lower faces */
  PetscInt          nabsent;       /* behind them: those of an observable that other slabs of time have */
  PetscInt          nset, maxset;
  TessPointSet     *set;
  PetscInt64        npoint;         /* placed, over all ranks; -1 before */
  PetscReal         part;           /* of the measure that is placed: what all shares sum to */
  PetscReal         sigma, balance; /* balance: beside the weights */
  void             *data;
};

/* equations.c: integral, mean, value or zero of an observable; equations; their weights; normals stand on
 * faces only. */
PETSC_INTERN PetscErrorCode TessConditionReadObservable(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionReadEquations(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionReadWeights(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCheckNormal(TessCondition);
/* Row scales and the sides of a set whose points are known. */
PETSC_INTERN PetscErrorCode TessConditionPrepare(TessCondition, TessPointSet *);

/* slab.c, collective: of *n points x [dim][*n] with values [neq][*n] those that lie in this slab of time, in
   place; `part` is the part of all.  USER_INPUT for points outside the whole domain, naming the first. */
PETSC_INTERN PetscErrorCode TessConditionTakeSlab(TessCondition, const char from[], PetscInt *n,
                                                  PetscReal x[], PetscReal value[]);
/* A new set of n points of patch s, arrays allocated, shares zero. */
PETSC_INTERN PetscErrorCode TessConditionAddSet(TessCondition, PetscInt s, PetscInt n, TessPointSet **);
/* Sets of the clouds [nowned] of one part of the domain, which is `part` of the condition's measure; takes
 * the clouds over. */
PETSC_INTERN PetscErrorCode TessConditionTakeClouds(TessCondition, TessCloud cloud[], PetscReal part);
/* A sampler of boxes (TessBoxSampler), ctx a TessSampleType as PetscInt. */
PETSC_INTERN PetscErrorCode TessConditionSample(void *ctx, TessKey, PetscInt dim, const PetscReal lo[],
                                                const PetscReal hi[], PetscInt n, PetscReal x[]);
/* Draws the points of all patches in the domain (face -1) or on a part of its boundary, total of them, whose
 * measures are `part` of the condition's. */
PETSC_INTERN PetscErrorCode TessConditionDraw(TessCondition, PetscInt face, PetscInt64 total, PetscReal part,
                                              PetscInt round);
/* The parts of the boundary named by -<name>_on, by default all faces of space that are not periodic, and
 * all that holes have. */
PETSC_INTERN PetscErrorCode TessConditionReadFaces(TessCondition, PetscBool bydefault);
/* Draws the points of all faces that were read. */
PETSC_INTERN PetscErrorCode TessConditionDrawFaces(TessCondition, PetscInt round);
/* Shares points over the faces by measure; lists count and part [nface]. */
PETSC_INTERN PetscErrorCode TessConditionShareFaces(TessCondition, PetscInt64 count[], PetscReal part[]);

PETSC_INTERN PetscErrorCode TessConditionCreate_Interior(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Boundary(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Initial(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Data(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Integral(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Zero(TessCondition);
/* integral.c: -<name>_<key> as a point x [dim]; zero.c: dx/df with the sign that takes f to 0 */
PETSC_INTERN PetscErrorCode TessConditionReadPoint(TessCondition, const char key[], PetscReal x[]);
PETSC_INTERN PetscReal      TessZeroMeasure(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Periodic(TessCondition);
PETSC_INTERN PetscErrorCode TessConditionCreate_Interface(TessCondition);
