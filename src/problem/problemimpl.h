#pragma once
#include <petscsf.h>
#include <tessera/problem.h>

/* Where the rows of expert i of a point set stand in a panel: a [.][ld], from row `start`. */
typedef struct {
  PetscReal *a;
  PetscInt   ld, start;
} TessSlot;

/* A trainable scalar (scalars.c). */
typedef struct {
  PetscReal start, min, max;
} TessParameter;

/* One face on which an ansatz holds an unknown (order 0) or its derivative in time (order 1): equation q of a
 * condition. */
typedef struct {
  TessCondition condition;
  PetscInt      q, face, order;
} TessHold;

/* What the ansatz of an unknown holds, by axis and face (ansatz.c). */
typedef struct {
  PetscInt  nhold;
  TessHold *hold;
  PetscBool one; /* one equation says it all: G is its g, as it is written */
} TessAnsatz;

/* The context of a field's lift. */
typedef struct {
  TessProblem problem;
  PetscInt    field;
} TessLifted;

/* A point set among the rows of the problem. */
typedef struct {
  TessCondition condition;
  TessPointSet *set;
  PetscInt      c, neq; /* number of the condition; its equations */
  PetscInt      border; /* first border row of the condition; -1: the set has neq n rows from set->row */
  TessSlot     *slot;   /* [experts of the plan] while there is a J and border < 0 */
} TessRows;

/* Singular functions beside the basis of the experts, and where the geometry has them (enrich.c). */
typedef struct {
  PetscInt      n, nhole, nbox, ncorner;
  PetscBool     mesh; /* in the place of a box */
  PetscReal     reach;
  TessSingular *singular; /* [n] */
  TessHole     *hole;     /* [nhole]; names are not kept */
  TessHoleBox  *box;      /* [nbox] */
  TessCorner   *corner;   /* [ncorner] */
} TessEnrich;

/* What the weights of the conditions follow (balance.c). */
typedef struct {
  PetscInt   type, rounds;
  PetscReal  memory;
  PetscReal *lambda; /* [ncondition] beside the user's weights */
} TessBalance;

/* Weights that follow time (causal.c). */
typedef struct {
  PetscInt  chunks;
  PetscReal epsilon, smallest; /* 0: off; the weight of the last chunk */
} TessCausal;

struct _p_TessProblem {
  TessSystem     sys;
  char          *prefix, *input, *title;
  PetscInt       seed, smoothness, harmonics;
  PetscReal      slab[2]; /* time interval set by the caller */
  PetscInt       slots;   /* of a patch for singular functions, in each field */
  PetscBool      isslab, setup, fieldsonly, moving;
  TessMotion     motion;
  PetscBool      timed;      /* an equation of a moving problem uses t */
  TessMesh       mesh;       /* until the domain has it */
  PetscReal      meshvolume; /* 0: no mesh */
  PetscInt       meshcut;    /* patches that its cells are dealt to; 0: patches are boxes */
  PetscReal    **edges;      /* [dim] set by the caller, or NULL */
  PetscInt      *nedges;     /* [dim] */
  TessParameter *param;      /* [nparam] */
  TessExpert    *expert;     /* [nfield] */
  PetscInt       ncondition, nobservable;
  TessCondition *condition, *observable;
  TessAnsatz    *ansatz; /* [nunknown] */
  TessLifted    *lifted; /* [nfield] */
  char         **obsname;
  TessProblem    before;
  Vec            theta_before;

  TessLayout layout;
  PetscReal *local, *g_local; /* [nlocal][stride] + nparam */
  PetscInt   nset, nown;      /* point sets of this rank; those with rows of their own, which stand first */
  TessRows  *rows;            /* [nset] in the order of their rows (rows.c) */
  PetscInt   nrow, nborder;   /* rows of this rank without border rows; border rows in all */
  PetscReal *border;          /* [nborder] */
  PetscInt  *border_of;       /* [nborder] the condition of each */
  Vec        r;
  Mat        J;
  PetscBool  jfresh; /* an affine problem's J is up to date */
  TessSlot  *slot;   /* of all sets and their experts, in the order of rows */
  TessSlot  *shared; /* [nowned] the panel of the trainable scalars in the rows of each patch, `start` its
                        first row */
  PetscBool linear, affine, exact; /* exact: a condition is to hold exactly */
  PetscReal bytes, memory_limit;

  TessEnrich  enrich;
  TessBalance balance;
  TessCausal  causal;
  PetscReal  *loss; /* [ncondition] of the last residual, this rank */
  PetscBool   isnan;
  char        nantext[512];
};

/* The input, section by section. */
PETSC_INTERN PetscErrorCode TessProblemReadInput(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemReadScalars(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemReadGiven(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemReadDomain(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemReadExperts(TessProblem);
/* shape.c: a mesh gives the first axes and their bounds, and of `all` patches how many along each; the domain
 * gets its mesh or holes; whether a key of the section `domain` speaks of them, not of an axis */
PETSC_INTERN PetscErrorCode TessProblemReadMesh(TessProblem, PetscReal lo[], PetscReal hi[]);
PETSC_INTERN void TessProblemMeshParts(TessProblem, PetscInt all, const PetscReal lo[], const PetscReal hi[],
                                       PetscInt parts[]);
PETSC_INTERN PetscErrorCode TessProblemSetShape(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemIsShapeKey(TessProblem, const char key[], PetscBool *is);
/* -<prefix><name> as `want` numbers that may use the constants; *n of them are there */
PETSC_INTERN PetscErrorCode TessProblemNumbers(TessProblem, const char name[], PetscInt want, PetscInt *n,
                                               PetscReal value[]);
/* The same, however many they are (0: not set), the caller's to free. */
PETSC_INTERN PetscErrorCode TessProblemList(TessProblem, const char name[], PetscInt *n, PetscReal **value);
/* Those of -<prefix><section>_<name>_<key>. */
PETSC_INTERN PetscErrorCode TessProblemListOf(TessProblem, const char section[], const char name[],
                                              const char key[], PetscInt *n, PetscReal **value);
/* The names under a section: the unique first parts of keys like "k_start", "k_min"; the caller's. */
PETSC_INTERN PetscErrorCode TessProblemNames(TessProblem, const char section[], PetscInt *n, char ***names);

/* experts.c: USER_INPUT if an interface asks for derivatives that experts do not have */
PETSC_INTERN PetscErrorCode TessProblemCheckOrder(TessProblem, TessCondition);
/* corners.c: the corners of a box of two axes less boxes, once they are known */
PETSC_INTERN PetscErrorCode TessProblemFindCorners(TessProblem);
/* enrich.c: reads the singular functions; makes room for them in the experts, once the domain is set up */
PETSC_INTERN PetscErrorCode TessProblemReadEnrich(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemEnrich(TessProblem);

/* ansatz.c: what the conditions with -<name>_enforce ansatz say of each unknown, checked; given to the fields
 */
PETSC_INTERN PetscErrorCode TessProblemReadAnsatz(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemSetAnsatz(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemDestroyAnsatz(TessProblem);
/* meet.c: USER_INPUT where two faces that are held do not agree */
PETSC_INTERN PetscErrorCode TessProblemCheckMeeting(TessProblem, PetscInt unknown);
/* lift.c: a TessLift, ctx a TessLifted */
PETSC_INTERN TessLift TessProblemLift;

/* motion.c: time leaves the axes of the domain (they are read, their bounds in lo, hi); what cannot move is
 * refused; which conditions are active */
PETSC_INTERN PetscErrorCode TessProblemTakeTime(TessProblem, const PetscReal lo[], const PetscReal hi[]);
PETSC_INTERN PetscErrorCode TessProblemCheckMoving(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemActivate(TessProblem, PetscBool starting);

/* balance.c, causal.c */
PETSC_INTERN PetscErrorCode TessProblemReadBalance(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemReadCausal(TessProblem);

/* exact.c: in SetUp, when affine conditions are known; to a Tao */
PETSC_INTERN PetscErrorCode TessProblemSetExact(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemTellExact(TessProblem, Tao);

/* USER_INPUT if the matrices of SetUp's estimate are too large; before they are built.  Collective. */
PETSC_INTERN PetscErrorCode TessProblemCheckMemory(TessProblem);

/* Parts of SetUp, in this order; all collective. */
PETSC_INTERN PetscErrorCode TessProblemEstimateMemory(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemLoadGiven(TessProblem);
PETSC_INTERN PetscErrorCode TessProblemListRows(TessProblem);

/* gradient.c: rows linearised at theta, with dvalue/deta of the trainable scalars [nparam] */
PETSC_INTERN PetscErrorCode TessProblemLinearize(TessProblem, Vec theta, PetscReal slope[]);
/* theta -> p->local, with values of the trainable scalars */
PETSC_INTERN PetscErrorCode TessProblemScatter(TessProblem, Vec theta);
/* All rows at p->local, into r (rows of points, then the border rows on the last rank); and where those of a
 * set stand: in r, or among the border rows. */
PETSC_INTERN PetscErrorCode TessProblemRows(TessProblem, PetscBool linearize, PetscReal r[]);
PETSC_INTERN PetscReal     *TessProblemRowsOf(TessProblem, const TessRows *, PetscReal r[]);
/* value(eta), dvalue/deta, and the eta of the starting value */
PETSC_INTERN PetscReal TessParameterValue(const TessParameter *, PetscReal eta);
PETSC_INTERN PetscReal TessParameterSlope(const TessParameter *, PetscReal eta);
PETSC_INTERN PetscReal TessParameterEta(const TessParameter *);
/* Whether the value is within a hundredth of the first distance from a bound. */
PETSC_INTERN PetscBool TessParameterIsNear(const TessParameter *, PetscReal eta);
/* modes.c: data is the problem */
PETSC_INTERN PetscErrorCode TessProblemModes(void *data, PetscInt degree, PetscInt *n, Vec **modes);
