/* train.c - the Tao types of this room, and which of PETSc's suit. */
#include <string.h>
#include <petsc/private/taoimpl.h>
#include "step.h"

static const struct {
  const char *name;
  PetscErrorCode (*create)(Tao);
} types[] = {
    {TAOGAUSSNEWTON, TaoCreate_GaussNewton}, {TAOADAM, TaoCreate_Adam},
    {TAOMULTIADAM, TaoCreate_MultiAdam},     {TAOQUASINEWTON, TaoCreate_QuasiNewton},
    {TAOSCHWARZ, TaoCreate_Schwarz},
};

void TessTaoDefaults(Tao tao)
{
  TessTaoDefault(tao, max_funcs, TESS_UNLIMITED);
  TessTaoDefault(tao, gatol, 0);
  TessTaoDefault(tao, grtol, 0);
}

PetscErrorCode TessTrainRegister(void)
{
  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(types); i++)
    PetscCall(TaoRegister(types[i].name, types[i].create));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Types of PETSc that want constraints or a complementarity problem, which a residual has not; brgn trains by
   a Tao of its own, which takes its monitors for objects of PETSc, and does not hear of pauses. */
static const char *const unfit[] = {"bqpip", "almm",  "admm",  "asfls", "asils", "gpcg",  "ipm", "lcl",
                                    "pdipm", "shell", "ssfls", "ssils", "bmrm",  "owlqn", "brgn"};

PetscErrorCode TessTrainCheckType(MPI_Comm comm, const char prefix[])
{
  const char **name, *nearest;
  char        *given, *list;
  int          n;
  PetscInt     fit = 0, max_it = 0;
  PetscBool    known = PETSC_FALSE;

  PetscFunctionBegin;
  PetscOptionsBegin(comm, prefix, "training", NULL); /* PETSC_DEFAULT is no number of a user's */
  PetscCall(TessOptionsInt("-tao_max_it", "iterations at most", &max_it, 0, PETSC_MAX_INT));
  PetscOptionsEnd();
  PetscCall(TessOptionsText(NULL, prefix, "tao_type", &given));
  if (!given)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFunctionListGet(TaoList, &name, &n));
  for (int i = 0; i < n && name[i]; i++) { /* n counts the NULL at the end */
    PetscBool bad = PETSC_FALSE;

    for (size_t k = 0; k < PETSC_STATIC_ARRAY_LENGTH(unfit); k++)
      bad = (PetscBool)(bad || !strcmp(name[i], unfit[k]));
    if (bad)
      continue;
    name[fit++] = name[i];
    known       = (PetscBool)(known || !strcmp(name[i], given));
  }
  PetscCall(TessJoin(fit, name, &list));
  PetscCall(TessNearest(given, fit, name, &nearest));
  TessCheckInput(known, comm, "-%stao_type is \"%s\": one of %s is wanted%s%s%s", prefix, given, list,
                 nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
  PetscCall(PetscFree(list));
  PetscCall(PetscFree(name));
  PetscCall(PetscFree(given));
  PetscFunctionReturn(PETSC_SUCCESS);
}
