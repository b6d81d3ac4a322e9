/* modes.c - the vectors that a coarse level is made of.  J has them from its maker; Q = J T gets those of J:
   the block z of Q with Q_l z = J_l c in the sense of least squares is z = Q_l^T J_l c. */
#include "linearimpl.h"

PetscErrorCode TessMatPanelsSetModes(Mat J, TessModes modes, void *data)
{
  Panels *s;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  s->modes     = modes;
  s->modesdata = data;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* z = blocks of Q^T J c; work [rows of a panel] */
static PetscErrorCode Transform(Panels *J, Panels *Q, Vec c, PetscReal work[], Vec z)
{
  PetscFunctionBegin;
  PetscCall(TessLayoutGlobalToLocal(J->layout, c, J->x));
  PetscCall(PetscArrayzero(Q->x, Q->layout->nlocal * Q->layout->stride + Q->layout->nshared));
  for (PetscInt k = 0; k < Q->npanel; k++) {
    const Panel *p = &J->panel[k], *q = &Q->panel[k];

    if (!p->nrow || p->block == J->layout->nlocal)
      continue;
    PetscCall(PetscArrayzero(work, p->nrow));
    PetscCall(Gemv('N', p->nrow, p->ncol, p->a, J->x + p->block * J->layout->stride, 0, work));
    PetscCall(Gemv('T', q->nrow, q->ncol, q->a, work, 1, Q->x + q->block * Q->layout->stride));
  }
  PetscCall(TessLayoutLocalToGlobalAdd(Q->layout, Q->x, z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode PanelsModes(Panels *s, PetscInt degree, PetscInt *n, Vec **modes)
{
  Panels    *J;
  Vec       *of, z;
  PetscReal *work;

  PetscFunctionBegin;
  *n     = 0;
  *modes = NULL;
  if (s->modes)
    PetscCall(s->modes(s->modesdata, degree, n, modes));
  if (s->modes || !s->parent)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PanelsGet(s->parent, &J));
  PetscCall(PanelsModes(J, degree, n, &of));
  if (!*n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessLayoutCreateVec(s->layout, &z));
  PetscCall(VecDuplicateVecs(z, *n, modes));
  PetscCall(VecDestroy(&z));
  PetscCall(PetscMalloc1(s->maxrow, &work));
  for (PetscInt i = 0; i < *n; i++)
    PetscCall(Transform(J, s, of[i], work, (*modes)[i]));
  PetscCall(PetscFree(work));
  PetscCall(VecDestroyVecs(*n, &of));
  PetscFunctionReturn(PETSC_SUCCESS);
}
