#pragma once
/* tape.h - expressions compiled to a flat list of instructions over blocks of points.  An operand is the
   number of a place: registers, constant registers, columns of the caller, outputs of the caller, in this
   order. */
#include "graph.h"

typedef enum {
  TAPE_FILL,       /* k1 */
  TAPE_LINEAR,     /* k1 + k2 a */
  TAPE_ADD,        /* k1 a + k2 b */
  TAPE_MUL,        /* a b */
  TAPE_ADDMUL,     /* k1 a + k2 b c */
  TAPE_DIV,        /* a/b */
  TAPE_RECIPROCAL, /* k1/a */
  TAPE_SQRT,
  TAPE_FUNCTION /* TAPE_FUNCTION + TessOp */
} TapeOp;

typedef struct {
  int       op;
  PetscInt  to, from[3];
  PetscReal k1, k2;
} TapeCode;

typedef struct {
  PetscInt    n, nresidual; /* instructions; those that the residuals need stand first */
  PetscInt    nregister, nconst, ncol, nout, neq;
  PetscInt    block; /* points */
  TapeCode   *code;
  PetscReal  *work; /* [nregister + nconst][block]; the constants are filled in at creation */
  PetscReal **place;
} TessTape;

/* Before places are given, an operand is a value: v >= 0 the result of instruction v; TAPE_COLUMN(c);
 * TAPE_CONSTANT(i). */
#define TAPE_COLUMN(c) (-2 - 2 * (c))
#define TAPE_CONSTANT(i) (-3 - 2 * (i))
#define TAPE_IS_COLUMN(v) ((v) <= -2 && (v) % 2 == 0)
#define TAPE_IS_CONSTANT(v) ((v) <= -3 && (v) % 2 != 0)
#define TAPE_INDEX(v) ((-(v)-2) / 2)
#define TAPE_NOWHERE (-1)

/* TessTapeCreate - column[c] is the caller's number of the graph's column c; outputs are neq residuals, then
 * nnz partials. */
PETSC_INTERN PetscErrorCode TessTapeCreate(const TessGraph *, PetscInt ncol, const PetscInt column[],
                                           PetscInt neq, const TessNode r[], PetscInt nnz,
                                           const TessNode dr[], TessTape **);
/* compile.c: the instructions; `to` is an output's number or TAPE_NOWHERE; the constants are the caller's to
 * free */
PETSC_INTERN PetscErrorCode TessTapeCompile(const TessGraph *, const PetscInt column[], PetscInt neq,
                                            const TessNode r[], PetscInt nnz, const TessNode dr[], TessTape *,
                                            PetscReal **constant);
PETSC_INTERN PetscErrorCode TessTapeDestroy(TessTape **);
/* r [neq][n], dr [nnz][n] or NULL */
PETSC_INTERN PetscErrorCode TessTapeEvaluate(TessTape *, PetscInt n, const PetscReal *const column[],
                                             PetscReal r[], PetscReal dr[]);

/* run.c: m points, all places given; each point's result does not depend on its neighbours */
PETSC_INTERN void TessTapeRun(PetscInt n, const TapeCode code[], PetscReal *const place[], PetscInt m);
/* vector.c: y = f(a), y = f(a, b) */
PETSC_INTERN void TessVectorApply(TessOp, PetscInt m, const PetscReal a[], const PetscReal b[],
                                  PetscReal y[]);
