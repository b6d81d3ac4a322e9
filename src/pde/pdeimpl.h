#pragma once
/* pdeimpl.h - what the room knows of a TessPde. */
#include "language/graph.h"
#include "language/names.h"

typedef struct _TessPdeOps *TessPdeOps;
struct _TessPdeOps {
  /* called by TessPdeAddEquation before SetUp; NULL: no texts */
  PetscErrorCode (*addequation)(TessPde, const char where[], const char text[]);
  /* fills neq, col, nnz, eq, of; called once, when all names and texts are there */
  PetscErrorCode (*setup)(TessPde);
  /* called by TessPdeEvaluate after SetUp */
  PetscErrorCode (*evaluate)(TessPde, PetscInt n, const PetscReal *const column[], PetscReal r[],
                             PetscReal dr[]);
  PetscErrorCode (*view)(TessPde, PetscViewer);
  /* adds residual q differentiated by coordinates to a TessPde with the same names; NULL: cannot */
  PetscErrorCode (*differentiate)(TessPde, PetscInt q, const TessEntry *, TessPde);
  PetscErrorCode (*destroy)(TessPde);
};

struct _p_TessPde {
  MPI_Comm           comm;
  struct _TessPdeOps ops[1];
  void              *data; /* of the type */
  TessNames          names;
  PetscBool          setup, affine;
  PetscInt           neq, ncol, nnz;
  TessColumn        *col; /* [ncol] */
  PetscInt          *eq;  /* [nnz] row */
  PetscInt          *of;  /* [nnz] column */
  PetscBool         *inner; /* [ncol] columns that partials contain; NULL: all */
};

/* expr.c: residuals from texts; made by the first TessPdeAddEquation */
PETSC_INTERN PetscErrorCode TessPdeCreate_Expr(TessPde);
/* plugin.c: residuals from a shared library */
PETSC_INTERN PetscErrorCode TessPdeCreate_Plugin(TessPde, const char library[]);
