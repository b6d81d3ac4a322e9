/* norms.c - diag(J^T J), computed once for each J that was assembled: damping, scaling and the two levels all
   ask for it. */
#include "linearimpl.h"

static PetscErrorCode Compute(Panels *s, Vec d)
{
  Vec square;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(s->x, s->layout->nlocal * s->layout->stride + s->layout->nshared));
  for (PetscInt k = 0; k < s->npanel; k++) {
    const Panel *p  = &s->panel[k];
    PetscReal   *dl = s->x + p->block * s->layout->stride;

    for (PetscInt j = 0; j < p->ncol; j++) {
      const PetscReal *a   = p->a + j * p->nrow;
      PetscReal        sum = 0;

      for (PetscInt i = 0; i < p->nrow; i++)
        sum += a[i] * a[i];
      dl[j] += sum;
    }
  }
  PetscCall(TessLayoutLocalToGlobalAdd(s->layout, s->x, d));
  if (s->nborder)
    PetscCall(VecDuplicate(d, &square));
  for (PetscInt b = 0; b < s->nborder; b++) {
    PetscCall(VecPointwiseMult(square, s->border[b], s->border[b]));
    PetscCall(VecAXPY(d, 1, square));
  }
  if (s->nborder)
    PetscCall(VecDestroy(&square));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsColumnNorms2(Mat J, Vec d)
{
  Panels          *s = NULL;
  PetscObjectState state;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  PetscCall(PetscObjectStateGet((PetscObject)J, &state));
  if (!s->norms2 || s->state != state) {
    if (!s->norms2)
      PetscCall(TessLayoutCreateVec(s->layout, &s->norms2));
    PetscCall(Compute(s, s->norms2));
    s->state = state;
  }
  PetscCall(VecCopy(s->norms2, d));
  PetscFunctionReturn(PETSC_SUCCESS);
}
