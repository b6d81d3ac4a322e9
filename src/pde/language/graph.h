#pragma once
/* graph.h - expressions as a directed acyclic graph in which equal expressions are one node (hash-consing;
   Ershov 1958). Nodes are made only by the functions below, which simplify, so that what vanishes identically
   is the constant 0. Canonical forms: a sum is  value + sum_i coef_i arg_i  (no argument is a sum or a
   constant, all differ); a product is prod_i arg_i^coef_i  (no constant arguments; its factor stands in the
   sum around it).  So -a, a - b, a/b, sqrt(a) are none of their own. */
#include <tessera/pde.h>

typedef enum {
  OP_CONST,
  OP_COLUMN,
  OP_SUM,
  OP_PRODUCT,
  OP_POWER, /* a^b, b no constant */
  OP_SIN,
  OP_COS,
  OP_TAN,
  OP_EXP,
  OP_LOG,
  OP_TANH,
  OP_SINH,
  OP_COSH,
  OP_ERF,
  OP_ABS,
  OP_SIGN,
  OP_STEP, /* 1 where a >= 0, else 0 */
  OP_MIN,
  OP_MAX,
  OP_ATAN2,
  OP_LT, /* comparisons are 1 or 0 */
  OP_LE,
  OP_EQ,
  OP_IF, /* a != 0 ? b : c */
  OP_COUNT
} TessOp;

typedef PetscInt TessNode;
typedef struct {
  TessOp    op;
  PetscInt  n, first; /* arguments arg[first..first+n) with coef[] */
  PetscReal value;    /* of a constant; the constant part of a sum */
  PetscInt  column;
} TessNodeData;

typedef enum { TESS_FAULT_NONE, TESS_FAULT_ORDER, TESS_FAULT_NORMAL } TessFault;

typedef struct {
  PetscInt      dim, space;
  PetscInt      nnode, maxnode, narg, maxarg, ncol, maxcol, nslot;
  TessNodeData *node;
  TessNode     *arg;
  PetscReal    *coef;
  TessColumn   *col;
  TessNode     *slot;  /* hash table of nodes, -1 is empty */
  TessFault     fault; /* why the last derivatives are not there; the caller clears it */
} TessGraph;

PETSC_INTERN PetscErrorCode TessGraphCreate(PetscInt dim, PetscInt space, TessGraph **);
PETSC_INTERN PetscErrorCode TessGraphDestroy(TessGraph **);
/* graph.c: the node with these contents, made if it is new; nobody but simplify.c calls Intern */
PETSC_INTERN PetscErrorCode TessGraphIntern(TessGraph *, const TessNodeData *, const TessNode arg[],
                                            const PetscReal coef[], TessNode *);
PETSC_INTERN PetscErrorCode TessGraphConst(TessGraph *, PetscReal, TessNode *);
PETSC_INTERN PetscErrorCode TessGraphColumn(TessGraph *, const TessColumn *, TessNode *);
PETSC_INTERN PetscBool      TessGraphIsConst(const TessGraph *, TessNode, PetscReal value);
PETSC_INTERN const char    *TessOpName(TessOp);

/* simplify.c */
PETSC_INTERN PetscErrorCode TessGraphSum(TessGraph *, PetscInt n, const TessNode[], const PetscReal coef[],
                                         PetscReal value, TessNode *);
PETSC_INTERN PetscErrorCode TessGraphProduct(TessGraph *, PetscInt n, const TessNode[],
                                             const PetscReal power[], PetscReal factor, TessNode *);
PETSC_INTERN PetscErrorCode TessGraphApply(TessGraph *, TessOp, PetscInt n, const TessNode[], TessNode *);
PETSC_INTERN PetscErrorCode TessGraphAdd(TessGraph *, TessNode a, PetscReal factor, TessNode b,
                                         TessNode *); /* a + factor b */
PETSC_INTERN PetscErrorCode TessGraphMul(TessGraph *, TessNode a, TessNode b, PetscReal power,
                                         TessNode *); /* a b^power */
PETSC_INTERN PetscErrorCode TessGraphPower(TessGraph *, TessNode a, TessNode b, TessNode *);
PETSC_INTERN PetscReal      TessOpValue(TessOp, const PetscReal arg[]);

/* diff.c */
/* the total derivative along an axis: the chain rule through unknowns and given fields; sets `fault` */
PETSC_INTERN PetscErrorCode TessGraphAlong(TessGraph *, TessNode, PetscInt axis, TessNode *);
/* the partial derivative with respect to one column of the graph */
PETSC_INTERN PetscErrorCode TessGraphPartial(TessGraph *, TessNode, PetscInt column, TessNode *);
/* laplace.c: the sum of second derivatives over the space axes: one column TESS_LAP for an unknown; sets
 * `fault` */
PETSC_INTERN PetscErrorCode TessGraphLap(TessGraph *, TessNode, TessNode *);
/* content.c: used[c] is set for every column the nodes contain */
PETSC_INTERN PetscErrorCode TessGraphUsed(const TessGraph *, PetscInt n, const TessNode[], PetscBool used[]);
/* whether residual r with the given partials is affine in jets and parameters */
PETSC_INTERN PetscErrorCode TessGraphIsAffine(const TessGraph *, PetscInt n, const TessNode r[], PetscInt nnz,
                                              const TessNode dr[], PetscBool *);
