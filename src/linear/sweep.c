/* sweep.c - one block after another solved by its own factor Q, T of the split Mat, on what the rank's other
   blocks have done since the last exchange: z_t -= Q_t^T r with r as it is then, theta_t = T_t z_t.  Of rows
   on other ranks only the block's own part is known: Q_t^T Q_t = 1 over all rows, so that it is z_t less what
   stands here. */
#include "linearimpl.h"

typedef struct {
  const TessSplit *split;
  PetscInt        *at;  /* [rows] 2 k, 2 k + 1 of a split, or -1 */
  PetscReal       *r;   /* [rows] change of the residual on this rank */
  PetscReal       *row; /* of a panel */
} Sweep;

/* Entry i of the split residual. */
static PetscReal Told(const Sweep *s, PetscInt i)
{
  const TessSplit *t = &s->split[s->at[i] / 2];

  if (s->at[i] < 0)
    return s->r[i];
  if (t->b < 0)
    return t->own[0] * s->r[i];
  return s->at[i] % 2 ? t->other[0] * s->r[t->a] + t->other[1] * s->r[t->b]
                      : t->own[0] * s->r[t->a] + t->own[1] * s->r[t->b];
}

/* g += z + sum over panels q of the block of q^T (r - q z) */
static PetscErrorCode Gradient(const Sweep *s, Panels *Q, PetscInt t, const PetscReal z[], PetscReal g[])
{
  PetscFunctionBegin;
  for (PetscInt j = 0; j < Q->layout->size[t]; j++)
    g[j] += z[j];
  for (PetscInt k = 0; k < Q->npanel; k++) {
    const Panel *q = &Q->panel[k];

    if (q->block != t || !q->nrow || !q->ncol)
      continue;
    PetscCall(Gemv('N', q->nrow, q->ncol, q->a, z, 0, s->row));
    for (PetscInt i = 0; i < q->nrow; i++)
      s->row[i] = Told(s, q->rows[i]) - s->row[i];
    PetscCall(Gemv('T', q->nrow, q->ncol, q->a, s->row, 1, g));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r += J_t y */
static PetscErrorCode Move(const Sweep *s, Panels *J, PetscInt t, const PetscReal y[])
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < J->npanel; k++) {
    const Panel *p = &J->panel[k];

    if (p->block != t || !p->nrow || !p->ncol)
      continue;
    PetscCall(Gemv('N', p->nrow, p->ncol, p->a, y, 0, s->row));
    for (PetscInt i = 0; i < p->nrow; i++)
      s->r[p->rows[i]] += s->row[i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Blockwise(Sweep *s, Panels *J, Panels *Q, const Blocks *T, PetscInt sweeps,
                                const PetscReal g[], PetscReal z[])
{
  TessLayout t = J->layout;
  PetscReal *work, *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(Q->layout->stride, &work, t->stride, &y));
  for (PetscInt k = 0; k < sweeps; k++) {
    for (PetscInt l = 0, at = 0; l < t->nowned; at += Q->layout->size[l], l++) {
      const PetscInt n = Q->layout->size[l];

      PetscCall(PetscArraycpy(work, g + at, n));
      PetscCall(Gradient(s, Q, l, z + at, work));
      for (PetscInt j = 0; j < n; j++) {
        z[at + j] -= work[j];
        work[j] = -work[j];
      }
      PetscCall(Gemm("NN", t->size[l], 1, n, 1, T->block + (PetscCount)l * T->width * t->stride, t->stride,
                     work, PetscMax(1, n), 0, y, t->stride));
      PetscCall(Move(s, J, l, y));
    }
  }
  PetscCall(PetscFree2(work, y));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMatPanelsSweep(Mat J, Mat Q, Mat T, PetscInt n, const TessSplit split[], PetscInt sweeps,
                                  Vec g, Vec z)
{
  Sweep            s = {.split = split};
  Panels          *j, *q;
  Blocks          *t;
  const PetscReal *a;
  PetscReal       *b;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &j));
  PetscCall(PanelsGet(Q, &q));
  PetscCall(MatShellGetContext(T, &t));
  PetscCall(SplitFind(J->rmap->n, n, split, &s.at));
  PetscCall(PetscMalloc2(J->rmap->n, &s.r, PetscMax(j->maxrow, 1), &s.row));
  PetscCall(PetscArrayzero(s.r, J->rmap->n));
  PetscCall(VecAXPBY(z, -1, 0, g)); /* the shared slice at once */
  PetscCall(VecGetArrayRead(g, &a));
  PetscCall(VecGetArray(z, &b));
  for (PetscInt i = 0; i < q->layout->n - (q->layout->rank == q->layout->last ? q->layout->nshared : 0); i++)
    b[i] = 0;
  PetscCall(Blockwise(&s, j, q, t, sweeps, a, b));
  PetscCall(VecRestoreArray(z, &b));
  PetscCall(VecRestoreArrayRead(g, &a));
  PetscCall(PetscFree2(s.r, s.row));
  PetscCall(PetscFree(s.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}
