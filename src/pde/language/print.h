#pragma once
/* print.h - expressions as text in the equation language. */
#include "graph.h"
#include "names.h"

/* TessGraphPrint - the expression, constants as numbers, at most a few thousand characters; free with
 * PetscFree. */
PETSC_INTERN PetscErrorCode TessGraphPrint(const TessGraph *, TessNode, const TessNames *, char **text);
