/* init.c - what is registered once a process: the class id and the log events. */
#include <tessera/base.h>

PetscClassId  TESS_CLASSID;
PetscLogEvent TESS_Evaluate, TESS_Assemble, TESS_Solve, TESS_Exchange;

static PetscBool initialized = PETSC_FALSE;

static PetscErrorCode Finalize(void)
{
  PetscFunctionBegin;
  initialized = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessInitializeBase(void)
{
  PetscFunctionBegin;
  if (initialized)
    PetscFunctionReturn(PETSC_SUCCESS);
  initialized = PETSC_TRUE;
  PetscCall(PetscClassIdRegister("Tessera", &TESS_CLASSID));
  PetscCall(PetscLogEventRegister("TessEvaluate", TESS_CLASSID, &TESS_Evaluate));
  PetscCall(PetscLogEventRegister("TessAssemble", TESS_CLASSID, &TESS_Assemble));
  PetscCall(PetscLogEventRegister("TessSolve", TESS_CLASSID, &TESS_Solve));
  PetscCall(PetscLogEventRegister("TessExchange", TESS_CLASSID, &TESS_Exchange));
  PetscCall(PetscRegisterFinalize(Finalize));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessCite(const char bibtex[], PetscBool *set)
{
  PetscFunctionBegin;
  PetscCall(PetscCitationsRegister(bibtex, set));
  PetscFunctionReturn(PETSC_SUCCESS);
}
