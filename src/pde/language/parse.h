#pragma once
/* parse.h - the parser's state, shared by parse.c (operators), variable.c (names), calls.c (functions) and
   syntax.c (tokens and messages). */
#include "graph.h"
#include "lex.h"
#include "names.h"

typedef struct {
  MPI_Comm         comm;
  const char      *where, *text;
  const TessNames *names;
  TessGraph       *graph;
  TessToken        token; /* the one to be read next */
  PetscInt         depth; /* of nesting */
  PetscInt         nvec, maxvec;
  TessNode        *vec; /* components of the vectors met */
} TessParser;

/* a scalar (size 0) node, or a vector whose components are vec[first..first+size) of the parser */
typedef struct {
  PetscInt size;
  PetscInt first;
  TessNode node;
} TessValue;

/* TessParseEquation - the expression that must vanish: left - right.  `where` names the text in messages. */
PETSC_INTERN PetscErrorCode TessParseEquation(MPI_Comm, const char where[], const char text[],
                                              const TessNames *, TessGraph *, TessNode *);

/* TessParseFail - raises USER_INPUT: where, message, text, caret under byte `at`. */
PETSC_INTERN PetscErrorCode TessParseFail(const TessParser *, size_t at, const char format[], ...)
    PETSC_ATTRIBUTE_FORMAT(3, 4);
/* fails: what stands here is not what was expected */
PETSC_INTERN PetscErrorCode TessParseUnexpected(TessParser *, const char expected[]);
PETSC_INTERN PetscErrorCode TessParseNext(TessParser *);
PETSC_INTERN PetscBool      TessParseIs(const TessParser *, const char sign[]);
/* reads the sign or fails, saying what it was expected for */
PETSC_INTERN PetscErrorCode TessParseExpect(TessParser *, const char sign[], const char purpose[]);
PETSC_INTERN PetscErrorCode TessParseExpression(TessParser *, TessValue *);
PETSC_INTERN PetscErrorCode TessParseVector(TessParser *, PetscInt size, const TessNode[], TessValue *);
/* the variable whose name is the next token */
PETSC_INTERN PetscErrorCode TessParseVariable(TessParser *, TessNode *);
/* call = function "(" arguments ")"; the parser stands behind the name, which begins at byte `at` */
PETSC_INTERN PetscErrorCode TessParseCall(TessParser *, PetscInt function, size_t at, TessValue *);
/* the number of the function of this name or -1 */
PETSC_INTERN PetscInt TessFunctionFind(const char name[], size_t length);
