/* train.c - the Tao types of this room. */
#include "step.h"

static const struct {
  const char *name;
  PetscErrorCode (*create)(Tao);
} types[] = {
    {TAOGAUSSNEWTON, TaoCreate_GaussNewton},
    {TAOADAM, TaoCreate_Adam},
    {TAOQUASINEWTON, TaoCreate_QuasiNewton},
};

PetscErrorCode TessTrainRegister(void)
{
  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(types); i++)
    PetscCall(TaoRegister(types[i].name, types[i].create));
  PetscFunctionReturn(PETSC_SUCCESS);
}
