/* coarse.c - the second level: E = Z^T (J^T J + D) Z by Cholesky, Z the modes cut into blocks and made
   orthonormal in each.  The shared slice belongs to it whole. */
#include "normal.h"
#include "schwarz.h"

#define REDUNDANT_BELOW 2500 /* unknowns: 50 MB a factor; MUMPS on many ranks takes longer to solve */
#define DEPENDENT 1e-6       /* a mode that keeps less of its length outside the others is dropped */

/* Z_l [size l][k] of n local vectors by Gram and Schmidt, twice. */
static PetscInt Orthonormal(PetscInt m, PetscInt ld, PetscInt n, PetscReal Z[])
{
  PetscInt k = 0;

  for (PetscInt j = 0; j < n; j++) {
    PetscReal *z = Z + j * ld, before = 0, after = 0;

    for (PetscInt i = 0; i < m; i++)
      before += z[i] * z[i];
    for (PetscInt pass = 0; pass < 2; pass++) {
      for (PetscInt p = 0; p < k; p++) {
        const PetscReal *q   = Z + p * ld;
        PetscReal        dot = 0;

        for (PetscInt i = 0; i < m; i++)
          dot += q[i] * z[i];
        for (PetscInt i = 0; i < m; i++)
          z[i] -= dot * q[i];
      }
    }
    for (PetscInt i = 0; i < m; i++)
      after += z[i] * z[i];
    if (!(after > DEPENDENT * DEPENDENT * before))
      continue;
    for (PetscInt i = 0; i < m; i++)
      Z[k * ld + i] = z[i] / PetscSqrtReal(after);
    k++;
  }
  return k;
}

/* Z of all local blocks: owner and ghosts compute the same. */
static PetscErrorCode MakeZ(Panels *s, PetscInt n, Vec modes[], Blocks **made, PetscInt size[])
{
  TessLayout t = s->layout;
  Blocks    *Z;

  PetscFunctionBegin;
  PetscCall(BlocksCreate(t, n, &Z));
  for (PetscInt j = 0; j < n; j++) {
    PetscCall(TessLayoutGlobalToLocal(t, modes[j], s->x));
    for (PetscInt l = 0; l < t->nlocal; l++)
      PetscCall(
          PetscArraycpy(Z->block + ((PetscCount)l * n + j) * t->stride, s->x + l * t->stride, t->stride));
  }
  for (PetscInt l = 0; l < t->nlocal; l++)
    size[l] = Orthonormal(t->size[l], t->stride, n, Z->block + (PetscCount)l * n * t->stride);
  for (PetscInt j = 0; j < t->nshared; j++)
    Z->shared[j] = 1;
  *made = Z;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rows D^(1/2) Z below J Z, one panel a block. */
static PetscErrorCode AddDamping(Panels *s, const Blocks *Z, Vec D, PetscInt firstrow, PetscInt group, Mat JZ)
{
  TessLayout       t = s->layout;
  const PetscReal *d;
  PetscReal       *a;
  PetscInt        *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(PetscMax(t->stride, t->nshared), &rows));
  PetscCall(VecGetArrayRead(D, &d));
  for (PetscInt l = 0, at = 0; l < t->nowned; at += t->size[l], l++) {
    const PetscReal *z = Z->block + (PetscCount)l * Z->width * t->stride;

    for (PetscInt i = 0; i < t->size[l]; i++)
      rows[i] = firstrow + at + i;
    PetscCall(TessMatPanelsAdd(JZ, group + l, l, t->size[l], rows, &a));
    for (PetscInt j = 0; j < Z->to->size[l]; j++)
      for (PetscInt i = 0; i < t->size[l]; i++)
        a[j * t->size[l] + i] = PetscSqrtReal(d[at + i]) * z[j * t->stride + i];
  }
  if (t->rank == t->last && t->nshared) {
    for (PetscInt i = 0; i < t->nshared; i++)
      rows[i] = firstrow + t->n - t->nshared + i;
    PetscCall(TessMatPanelsAdd(JZ, group + t->nowned, t->nlocal, t->nshared, rows, &a));
    for (PetscInt i = 0; i < t->nshared; i++)
      a[i * t->nshared + i] = PetscSqrtReal(d[t->n - t->nshared + i]);
  }
  PetscCall(VecRestoreArrayRead(D, &d));
  PetscCall(PetscFree(rows));
  PetscCall(MatAssemblyBegin(JZ, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(JZ, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode CoarseSetUp(Mat J, Vec D, PetscInt degree, const char prefix[], Coarse *c, PetscBool *ok)
{
  Panels  *s;
  Blocks  *Z     = NULL;
  Vec     *modes = NULL;
  PetscInt n = 0, *size, group = 0, m;
  Mat      JZ;

  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  PetscCall(CoarseReset(c));
  PetscCall(PanelsGet(J, &s));
  if (degree >= 0)
    PetscCall(PanelsModes(s, degree, &n, &modes));
  if (!n && !s->layout->nshared)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(s->layout->nlocal, &size));
  PetscCall(MakeZ(s, n, modes, &Z, size));
  PetscCall(VecDestroyVecs(n, &modes));
  m = J->rmap->n - (s->layout->rank == s->layout->last ? s->nborder : 0);
  PetscCall(BlocksMultiply(J, Z, size, D ? m + s->layout->n : m, &JZ, &c->Z));
  c->blocks = Z;
  PetscCall(PetscFree(size));
  for (PetscInt k = 0; k < s->npanel; k++)
    group = PetscMax(group, s->panel[k].group + 1);
  if (D)
    PetscCall(AddDamping(s, Z, D, m, group, JZ));
  PetscCall(MatCreateVecs(c->Z, &c->x, NULL));
  PetscCall(VecDuplicate(c->x, &c->y));
  PetscCall(VecGetSize(c->x, &c->N));
  PetscCall(TessNormalCreate(s->layout->comm, prefix, &c->normal));
  c->normal->coarse = c->normal->repeated = PETSC_TRUE;
  c->normal->below                        = PetscMax(c->normal->below, REDUNDANT_BELOW);
  PetscCall(TessNormalSetMat(c->normal, JZ));
  PetscCall(MatDestroy(&JZ));
  PetscCall(TessNormalSetDamping(c->normal, NULL, 1e-14, ok));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode CoarseReset(Coarse *c)
{
  PetscFunctionBegin;
  PetscCall(TessNormalDestroy(&c->normal));
  PetscCall(MatDestroy(&c->Z));
  PetscCall(VecDestroy(&c->x));
  PetscCall(VecDestroy(&c->y));
  c->N = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
