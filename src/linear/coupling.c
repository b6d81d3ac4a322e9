/* coupling.c - A Z in single precision, A = J^T J + D without border rows, Z the basis of the coarse level:
   what coarse functions do to the residual.  A rank has the rows of its own blocks. */
#include "schwarz.h"

static PetscErrorCode AddPiece(TessLayout t, const Blocks *Z, const Pair *p, PetscInt s, const PetscReal d[],
                               PetscReal work[], Coupling *c)
{
  const PetscInt   b = p->e == s ? p->f : p->e, ns = t->size[s], nb = t->size[b];
  const PetscInt   k     = b < t->nlocal ? Z->to->size[b] : t->nshared;
  const PetscReal *basis = Z->block + (PetscCount)b * Z->width * t->stride;
  Piece           *piece = &c->piece[c->npiece++];

  PetscFunctionBegin;
  *piece = (Piece){.s = s, .b = b};
  if (b < t->nlocal)
    PetscCall(Gemm(p->e == s ? "TN" : "NN", ns, k, nb, 1, p->sum, p->ld, basis, t->stride, 0, work, ns));
  else
    for (PetscInt i = 0; i < ns; i++)
      for (PetscInt j = 0; j < k; j++)
        work[j * ns + i] = p->sum[i * p->ld + j];
  for (PetscInt j = 0; j < k && b == s && d; j++)
    for (PetscInt i = 0; i < ns; i++)
      work[j * ns + i] += d[i] * basis[j * t->stride + i];
  PetscCall(PetscMalloc1(ns * k, &piece->W));
  for (PetscInt i = 0; i < ns * k; i++)
    piece->W[i] = (float)work[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt64 CouplingBytes(TessLayout t, const Pairs *pairs, const Blocks *Z)
{
  PetscInt64 bytes = 0;

  for (PetscInt k = 0; k < pairs->npair; k++) {
    const PetscInt e = pairs->pair[k].e, f = pairs->pair[k].f;

    if (e < t->nowned)
      bytes += (PetscInt64)t->size[e] * (f < t->nlocal ? Z->to->size[f] : t->nshared);
    if (f < t->nowned && f != e)
      bytes += (PetscInt64)t->size[f] * Z->to->size[e];
  }
  return bytes * (PetscInt64)sizeof(float);
}

PetscErrorCode CouplingSetUp(Mat J, Vec D, const Pairs *pairs, const Blocks *Z, Coupling *c)
{
  Panels          *s;
  TessLayout       t;
  const PetscReal *d = NULL;
  PetscReal       *work;
  PetscInt         n = 0;

  PetscFunctionBegin;
  PetscCall(PanelsGet(J, &s));
  t       = s->layout;
  c->from = t;
  c->to   = Z->to;
  if (D)
    PetscCall(VecGetArrayRead(D, &d));
  PetscCall(PetscMalloc1(t->stride * PetscMax(Z->width, t->nshared), &work));
  PetscCall(PetscMalloc1(t->nowned + 1, &c->start));
  c->start[0] = 0;
  for (PetscInt l = 0; l < t->nowned; l++)
    c->start[l + 1] = c->start[l] + t->size[l];
  for (PetscInt k = 0; k < pairs->npair; k++)
    n += (pairs->pair[k].e < t->nowned) + (pairs->pair[k].f < t->nowned);
  PetscCall(PetscMalloc1(n, &c->piece));
  PetscCall(PetscMalloc1(Z->to->nlocal * Z->to->stride + Z->to->nshared, &c->local));
  for (PetscInt k = 0; k < pairs->npair; k++) {
    const Pair *p = &pairs->pair[k];

    if (p->e < t->nowned)
      PetscCall(AddPiece(t, Z, p, p->e, d ? d + c->start[p->e] : NULL, work, c));
    if (p->f < t->nowned && p->f != p->e)
      PetscCall(AddPiece(t, Z, p, p->f, NULL, work, c));
  }
  PetscCall(PetscFree(work));
  if (D)
    PetscCall(VecRestoreArrayRead(D, &d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode CouplingSubtract(Coupling *c, Vec z, Vec r)
{
  PetscReal *a;

  PetscFunctionBegin;
  PetscCall(VecGetArray(r, &a));
  PetscCall(TessLayoutGlobalToLocal(c->to, z, c->local));
  for (PetscInt q = 0; q < c->npiece; q++) {
    const Piece     *p  = &c->piece[q];
    const PetscInt   ns = c->from->size[p->s];
    const PetscReal *zb = c->local + p->b * c->to->stride;
    PetscReal       *rs = a + c->start[p->s];

    for (PetscInt j = 0; j < c->to->size[p->b]; j++)
      for (PetscInt i = 0; i < ns; i++)
        rs[i] -= p->W[j * ns + i] * zb[j];
  }
  PetscCall(VecRestoreArray(r, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode CouplingTranspose(Coupling *c, Vec y, Vec z)
{
  const PetscReal *a;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c->local, c->to->nlocal * c->to->stride + c->to->nshared));
  PetscCall(VecGetArrayRead(y, &a));
  for (PetscInt q = 0; q < c->npiece; q++) {
    const Piece   *p  = &c->piece[q];
    const PetscInt ns = c->from->size[p->s];

    for (PetscInt j = 0; j < c->to->size[p->b]; j++)
      c->local[p->b * c->to->stride + j] += SingleDot(ns, p->W + j * ns, a + c->start[p->s]);
  }
  PetscCall(VecRestoreArrayRead(y, &a));
  PetscCall(TessLayoutLocalToGlobalAdd(c->to, c->local, z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode CouplingReset(Coupling *c)
{
  PetscFunctionBegin;
  for (PetscInt q = 0; q < c->npiece; q++)
    PetscCall(PetscFree(c->piece[q].W));
  PetscCall(PetscFree(c->piece));
  PetscCall(PetscFree(c->start));
  PetscCall(PetscFree(c->local));
  *c = (Coupling){.npiece = 0};
  PetscFunctionReturn(PETSC_SUCCESS);
}
