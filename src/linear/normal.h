#pragma once
/* normal.h - TessNormal and its methods. */
#include "linearimpl.h"

typedef struct _Nested *Nested;

struct _p_TessNormal {
  MPI_Comm  comm;
  char     *prefix;
  PetscInt  solver;                  /* NORMAL_AUTO, or the method that was asked for */
  Mat       J;                       /* borrowed by reference */
  PetscInt  method;                  /* the one taken */
  PetscBool repeated;                /* small ones redundant on several ranks */
  PetscBool coarse;                  /* itself of two levels: no more of them */
  PetscBool factored, viewed, empty; /* empty: no columns on any rank */
  PetscInt  n, npanel;               /* local columns of J; its panels when the solver was made */
  PetscReal largest;                 /* diagonal entry of J^T J */
  KSP       ksp;
  PC        pc; /* Solve as a PC */
  char      why[256];

  /* direct */
  Mat        G;
  PetscBool  dense;
  PetscInt   below;    /* columns up to which G is dense on one rank */
  PetscInt   extra;    /* border rows inside G */
  Vec        diagonal; /* of the undamped G */
  Vec        bx, yx;   /* with the extra rows */
  PetscReal *factor;   /* [n][n] of LAPACK, lower; redundant too */

  Nested nested;

  /* two levels */
  Mat       H; /* J^T J + D + shift */
  Vec       D; /* borrowed by reference, or NULL */
  Vec       r; /* rows */
  PetscReal shift;
};

enum { NORMAL_AUTO, NORMAL_DIRECT, NORMAL_REDUNDANT, NORMAL_NESTED, NORMAL_TWOLEVEL };

/* The solver inside, with prefix <prefix>normal_. */
PETSC_INTERN PetscErrorCode NormalCreateKSP(TessNormal, KSPType);
/* choose.c: fills method and why. */
PETSC_INTERN PetscErrorCode NormalChoose(TessNormal);

/* direct.c, redundant.c, nested.c and twolevel.c: what depends on J, then the damping, then a solve. */
PETSC_INTERN PetscErrorCode DirectSetMat(TessNormal);
PETSC_INTERN PetscErrorCode DirectFactor(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
PETSC_INTERN PetscErrorCode DirectSolve(TessNormal, Vec b, Vec y);
/* Bytes of the factor, this rank's or on the first rank those of all; 0 of a solver that an option asked for. */
PETSC_INTERN PetscErrorCode NormalFactorBytes(TessNormal, PetscInt64 *bytes);
PETSC_INTERN PetscErrorCode DirectFactorBytes(TessNormal, PetscInt64 *bytes);
PETSC_INTERN PetscInt64     NestedFactorBytes(TessNormal);
/* k solves in one; *done false where the factor is not PETSC's Mat. */
PETSC_INTERN PetscErrorCode DirectSolveMany(TessNormal, PetscInt k, const Vec b[], Vec y[], PetscBool *done);
PETSC_INTERN PetscErrorCode RedundantSetMat(TessNormal);
PETSC_INTERN PetscErrorCode RedundantFactor(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
PETSC_INTERN PetscErrorCode RedundantSolve(TessNormal, Vec b, Vec y);
PETSC_INTERN PetscErrorCode NestedSetMat(TessNormal);
PETSC_INTERN PetscErrorCode NestedFactor(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
PETSC_INTERN PetscErrorCode NestedSolve(TessNormal, Vec b, Vec y);
PETSC_INTERN PetscErrorCode NestedSolveMany(TessNormal, PetscInt k, const Vec b[], Vec y[]);
PETSC_INTERN PetscErrorCode NestedDestroy(Nested *);
PETSC_INTERN PetscErrorCode TwoLevelSetMat(TessNormal);
PETSC_INTERN PetscErrorCode TwoLevelSetDamping(TessNormal, Vec D, PetscReal shift, PetscBool *ok);
PETSC_INTERN PetscErrorCode TwoLevelSolve(TessNormal, Vec b, Vec y);
