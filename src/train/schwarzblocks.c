/* schwarzblocks.c - the blocks of Schwarz iterations: J as each of them sees it, its factor by blocks, what
   they want of a residual, and what they do. */
#include "schwarz.h"

/* Splits in use. */
static PetscInt Told(const Schwarz *s)
{
  return s->all ? 0 : s->nsplit;
}

PetscErrorCode SchwarzReset(Schwarz *s)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(&s->Q));
  PetscCall(MatDestroy(&s->T));
  PetscCall(MatDestroy(&s->A));
  PetscCall(VecDestroy(&s->r));
  PetscCall(VecDestroy(&s->Jd));
  PetscCall(VecDestroy(&s->z));
  PetscCall(VecDestroy(&s->g));
  PetscCall(VecDestroy(&s->h));
  PetscCall(VecDestroyVecs(s->room, &s->d));
  PetscCall(VecDestroyVecs(s->room, &s->v));
  s->n = s->next = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SchwarzFactor(Tao tao, Schwarz *s, PetscBool *fresh)
{
  const Mat        J = tao->ls_jac;
  PetscObjectState state;

  PetscFunctionBegin;
  PetscCall(PetscObjectStateGet((PetscObject)J, &state));
  *fresh = (PetscBool)(!s->Q || s->J != J || (s->state != state && s->age >= s->lag));
  if (!*fresh)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SchwarzReset(s));
  PetscCall(PetscLogEventBegin(TESS_Assemble, 0, 0, 0, 0));
  PetscCall(TessMatPanelsSplit(J, Told(s), s->split, &s->A));
  PetscCall(TessMatPanelsOrthonormalize(s->A, s->cut, &s->Q, &s->T));
  PetscCall(PetscLogEventEnd(TESS_Assemble, 0, 0, 0, 0));
  PetscCall(MatCreateVecs(s->Q, &s->z, &s->r));
  PetscCall(VecDuplicate(s->r, &s->Jd));
  PetscCall(VecDuplicate(s->z, &s->g));
  PetscCall(VecDuplicate(s->z, &s->h));
  s->room = s->window + 1;
  PetscCall(VecDuplicateVecs(tao->solution, s->room, &s->d));
  PetscCall(VecDuplicateVecs(s->z, s->room, &s->v));
  s->J     = J;
  s->state = state;
  s->age   = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SchwarzWant(Schwarz *s, Vec r, Vec g)
{
  PetscFunctionBegin;
  PetscCall(VecCopy(r, s->r));
  PetscCall(TessSplitVec(Told(s), s->split, s->r));
  PetscCall(MatMultTranspose(s->Q, s->r, g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SchwarzSweep(Tao tao, Schwarz *s, Vec d, Vec v)
{
  PetscFunctionBegin;
  if (s->sweeps)
    PetscCall(TessMatPanelsSweep(tao->ls_jac, s->Q, s->T, Told(s), s->split, s->sweeps, s->g, s->z));
  else
    PetscCall(VecAXPBY(s->z, -1, 0, s->g));
  PetscCall(MatMult(s->T, s->z, d));
  PetscCall(MatMult(tao->ls_jac, d, s->Jd));
  PetscCall(SchwarzWant(s, s->Jd, v));
  tao->ksp_its = PetscMax(1, s->sweeps);
  tao->ksp_tot_its += tao->ksp_its;
  s->age++;
  PetscFunctionReturn(PETSC_SUCCESS);
}
