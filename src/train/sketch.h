#pragma once
#include "step.h"

/* TessSketch - a preconditioner of J^T J + S from a sketch W [N][m] of the rows of J: (W W^T + S)^-1 by a
   system of size m on every rank (Woodbury), one reduction an application; private to the room. */
typedef struct _n_TessSketch *TessSketch;
PETSC_INTERN PetscErrorCode   TessSketchCreate(MPI_Comm, PetscInt m, TessSketch *);
/* W of a new J, and d = diag(J^T J): of W W^T where J cannot tell. */
PETSC_INTERN PetscErrorCode TessSketchSetMat(TessSketch, Mat J, Vec d);
/* S > 0 in all entries; *ok false if that is not so */
PETSC_INTERN PetscErrorCode TessSketchSetDamping(TessSketch, Vec S, PetscBool *ok);
PETSC_INTERN PetscErrorCode TessSketchApply(PC, Vec b, Vec y); /* of a shell with the sketch as context */
PETSC_INTERN PetscErrorCode TessSketchDestroy(TessSketch *);
