/* open.c - a run from its file alone, and what it says at points: for programs that did not make it, such as
   python/tessera.py. */
#include <string.h>
#include "marchimpl.h"

/* The lines "-name value" of a run into the database in use; the reference is not wanted. */
static PetscErrorCode Restore(char lines[])
{
  char *line, *rest;

  PetscFunctionBegin;
  for (line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *value = strchr(line, ' ');

    if (value)
      *value++ = 0;
    if (strncmp(line, "-reference_", 11))
      PetscCall(PetscOptionsSetValue(NULL, line, value));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchOpen(MPI_Comm comm, const char file[], TessMarch *march)
{
  PetscOptions   options;
  PetscErrorCode code;
  char          *lines, *input = NULL;
  PetscBool      has;

  PetscFunctionBegin;
  PetscCall(TessFileReadText(comm, file, "options", &lines));
  PetscCall(TessFileHas(comm, file, "input", &has));
  if (has)
    PetscCall(TessFileReadText(comm, file, "input", &input));
  PetscCall(TessMarchCreate(comm, march));
  PetscCall(TessMarchSetInput(*march, has ? input : file)); /* a mesh may stand beside it */
  PetscCall(PetscFree(input));
  PetscCall(PetscOptionsCreate(&options));
  PetscCall(PetscOptionsPush(options));
  code = Restore(lines);
  if (!code)
    code = TessMarchSetFromOptions(*march);
  if (!code)
    code = TessMarchLoad(*march, file);
  PetscCall(PetscOptionsPop()); /* whatever happened: the caller's options are in use again */
  PetscCall(PetscOptionsDestroy(&options));
  PetscCall(PetscFree(lines));
  if (code) {
    PetscErrorCode ignored = TessMarchDestroy(march);

    (void)ignored;
  }
  PetscFunctionReturn(code);
}

PetscErrorCode TessMarchGetNames(TessMarch m, PetscInt *naxis, const char *const *axis[], PetscInt *nunknown,
                                 const char *const *unknown[])
{
  const TessSystem *sys;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  *naxis    = sys->axes;
  *axis     = (const char *const *)sys->axis;
  *nunknown = sys->nunknown;
  *unknown  = (const char *const *)sys->unknown;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchAt(TessMarch m, PetscInt nexpr, const char *const expr[], PetscInt n,
                           const PetscReal x[], PetscReal r[])
{
  const TessSystem *sys;
  TessPde           pde;
  PetscErrorCode    code = PETSC_SUCCESS;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(TessSystemCreatePde(sys, &pde));
  for (PetscInt i = 0; i < nexpr && !code; i++)
    code = TessPdeAddEquation(pde, "the expression", expr[i]);
  if (!code)
    code = TessPdeSetUp(pde);
  if (!code)
    code = TessSystemCheckInside(sys, pde, "the expression");
  if (!code)
    code = TessMarchSample(m, pde, n, x, r);
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(code);
}
