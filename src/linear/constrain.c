/* constrain.c - rows of min |Q z - r| that hold exactly.  Their columns of Q^T, scaled to length one, are U R
   by Gram-Schmidt with column pivoting (Businger & Golub 1965; each pivot orthogonalised twice), so that what
   depends on other rows shows in the diagonal of R.  With G = Q^T Q and the first k directions U the step to
   the rows is z = W S^-1 e, W = G^-1 U, S = U^T W, R^T e = what is missing in them; and (1 - W S^-1 U^T) G^-1
   preconditions what then stays in U^T z = 0 (the null-space form of the KKT system: Nocedal & Wright 2006,
   ch. 16; constraint preconditioner).  U and W are distributed as z, R and S are whole on each rank. */
#include "constrain.h"

#define DEPENDENT 1e-13 /* length left of a column of length one that says nothing new */

/* Column i of u = row i of the exact rows of Q, as a vector. */
static PetscErrorCode Columns(Constrain *c, Mat Q, IS rows)
{
  Panels        *s     = (Panels *)Q->data;
  const PetscInt n     = s->layout->nlocal * s->layout->stride + s->layout->nshared,
                 local = Q->rmap->n - s->nborder;
  const PetscInt *row;

  PetscFunctionBegin;
  PetscCall(ISGetIndices(rows, &row));
  for (PetscInt i = 0; i < c->nown; i++)
    c->own[i] = row[i] - Q->rmap->rstart;
  PetscCall(ISRestoreIndices(rows, &row));
  for (PetscInt i = 0; i < c->m; i++) {
    const PetscInt r = i >= c->first && i < c->first + c->nown ? c->own[i - c->first] : -1;
    PetscInt       b = s->layout->rank == s->layout->last && r >= local ? r - local : -1;

    PetscCall(PetscArrayzero(s->x, n));
    for (PetscInt k = 0; k < s->npanel && r >= 0 && r < local; k++) {
      const Panel *p = &s->panel[k];
      PetscInt     j = -1;

      if (p->nrow)
        PetscCall(PetscFindInt(r, p->nrow, p->rows, &j));
      for (PetscInt l = 0; l < p->ncol && j >= 0; l++)
        s->x[p->block * s->layout->stride + l] = p->a[(size_t)l * p->nrow + j];
    }
    PetscCall(TessLayoutLocalToGlobalAdd(s->layout, s->x, c->u[i]));
    if (!s->nborder)
      continue;
    PetscCallMPI(MPI_Bcast(&b, 1, MPIU_INT, s->layout->last, c->comm));
    if (b >= 0)
      PetscCall(VecCopy(s->border[b], c->u[i]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The longest of the columns k, k+1, ... and its length. */
static PetscErrorCode Longest(Constrain *c, PetscInt k, PetscInt *pivot, PetscReal *length)
{
  PetscFunctionBegin;
  for (PetscInt j = k; j < c->m; j++) {
    const PetscReal *a;
    PetscInt         n;

    PetscCall(VecGetLocalSize(c->u[j], &n));
    PetscCall(VecGetArrayRead(c->u[j], &a));
    c->t[j] = 0;
    for (PetscInt i = 0; i < n; i++)
      c->t[j] += a[i] * a[i];
    PetscCall(VecRestoreArrayRead(c->u[j], &a));
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, c->t + k, c->m - k, MPIU_REAL, MPIU_SUM, c->comm));
  *pivot = k;
  for (PetscInt j = k; j < c->m; j++)
    if (c->t[j] > c->t[*pivot])
      *pivot = j;
  *length = PetscSqrtReal(c->t[*pivot]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Swap(Constrain *c, PetscInt k, PetscInt j)
{
  const Vec      u = c->u[k];
  const PetscInt p = c->perm[k];

  PetscFunctionBegin;
  c->u[k] = c->u[j], c->u[j] = u;
  c->perm[k] = c->perm[j], c->perm[j] = p;
  for (PetscInt i = 0; i < k; i++) {
    const PetscReal a = R(c, i, k);

    R(c, i, k) = R(c, i, j), R(c, i, j) = a;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The columns of length one become U R. */
static PetscErrorCode Orthogonalize(Constrain *c)
{
  PetscInt  pivot  = 0;
  PetscReal length = 0;

  PetscFunctionBegin;
  for (c->rank = 0; c->rank < c->m; c->rank++) {
    const PetscInt k = c->rank, left = c->m - k - 1;

    PetscCall(Longest(c, k, &pivot, &length));
    if (length <= DEPENDENT)
      break;
    PetscCall(Swap(c, k, pivot));
    if (k) {
      PetscCall(VecMDot(c->u[k], k, c->u, c->t));
      for (PetscInt i = 0; i < k; i++) {
        R(c, i, k) += c->t[i];
        c->t[i] = -c->t[i];
      }
      PetscCall(VecMAXPY(c->u[k], k, c->t, c->u));
    }
    PetscCall(VecNormalize(c->u[k], &R(c, k, k)));
    if (left)
      PetscCall(VecMDot(c->u[k], left, c->u + k + 1, c->t));
    for (PetscInt j = 0; j < left; j++) {
      R(c, k, k + 1 + j) = c->t[j];
      PetscCall(VecAXPY(c->u[k + 1 + j], -c->t[j], c->u[k]));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ConstrainCreate(Mat Q, IS rows, TessNormal normal, Constrain **constrain)
{
  Constrain *c;
  PetscInt   end;
  Vec        z;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  c->comm   = PetscObjectComm((PetscObject)Q);
  c->normal = normal;
  PetscCall(ISGetSize(rows, &c->m));
  PetscCall(ISGetLocalSize(rows, &c->nown));
  PetscCallMPI(MPI_Scan(&c->nown, &end, 1, MPIU_INT, MPI_SUM, c->comm));
  c->first = end - c->nown;
  PetscCall(PetscCalloc7((size_t)c->m * c->m, &c->r, (size_t)c->m * c->m, &c->s, c->m, &c->t, c->m, &c->e,
                         c->m, &c->norm, c->m, &c->perm, c->nown, &c->own));
  PetscCall(MatCreateVecs(Q, &z, NULL));
  PetscCall(VecDuplicateVecs(z, c->m, &c->u));
  PetscCall(PetscCalloc1(c->m, &c->w));
  PetscCall(VecDestroy(&z));
  PetscCall(Columns(c, Q, rows));
  for (PetscInt i = 0; i < c->m; i++) {
    c->perm[i] = i;
    PetscCall(VecNormalize(c->u[i], &c->norm[i]));
  }
  PetscCall(Orthogonalize(c));
  *constrain = c;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ConstrainDestroy(Constrain **constrain)
{
  Constrain *c = *constrain;

  PetscFunctionBegin;
  if (!c)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecDestroyVecs(c->m, &c->u));
  for (PetscInt i = 0; i < c->solved; i++)
    PetscCall(VecDestroy(&c->w[i]));
  PetscCall(PetscFree(c->w));
  PetscCall(PetscFree(c->factor));
  PetscCall(PetscFree7(c->r, c->s, c->t, c->e, c->norm, c->perm, c->own));
  PetscCall(PetscFree(*constrain));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The Cholesky factor of the first k rows and columns of S, fewer where it ends. */
static PetscErrorCode Factor(Constrain *c)
{
  PetscBLASInt k, info = 1;

  PetscFunctionBegin;
  while (info && c->k) {
    PetscCall(PetscFree(c->factor));
    PetscCall(PetscMalloc1((size_t)c->k * c->k, &c->factor));
    for (PetscInt j = 0; j < c->k; j++)
      PetscCall(PetscArraycpy(c->factor + (size_t)j * c->k, c->s + (size_t)j * c->m, c->k));
    PetscCall(PetscBLASIntCast(c->k, &k));
    PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("U", &k, c->factor, &k, &info));
    if (info)
      c->k = PetscMax(0, info - 1);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ConstrainChoose(Constrain *c, PetscReal cut)
{
  PetscInt k = 0;

  PetscFunctionBegin;
  while (k < c->rank && R(c, k, k) > cut)
    k++;
  for (PetscInt i = c->solved; i < k; i++)
    PetscCall(VecDuplicate(c->u[0], &c->w[i]));
  if (k > c->solved)
    PetscCall(TessNormalSolveMany(c->normal, k - c->solved, c->u + c->solved, c->w + c->solved));
  for (; c->solved < k; c->solved++) {
    PetscCall(VecMDot(c->w[c->solved], c->solved + 1, c->u, c->s + (size_t)c->solved * c->m));
  }
  c->k = k;
  PetscCall(Factor(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* t [k] -> S^-1 t */
static PetscErrorCode SolveDual(Constrain *c, PetscReal t[])
{
  PetscBLASInt k, one = 1, info;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast(c->k, &k));
  PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("U", &k, &one, c->factor, &k, t, &k, &info));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* z -= W S^-1 (U^T z - e), and round-off along U; e NULL: 0 */
static PetscErrorCode Shift(Constrain *c, const PetscReal e[], Vec z)
{
  PetscFunctionBegin;
  for (PetscInt pass = 0; pass < 2 && c->k; pass++) {
    PetscCall(VecMDot(z, c->k, c->u, c->t));
    for (PetscInt i = 0; i < c->k; i++)
      c->t[i] = (e ? e[i] : 0) - c->t[i];
    if (!pass)
      PetscCall(SolveDual(c, c->t));
    PetscCall(VecMAXPY(z, c->k, c->t, pass ? c->u : c->w));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ConstrainProject(Constrain *c, Vec z)
{
  PetscFunctionBegin;
  PetscCall(Shift(c, NULL, z));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* e [m] = the exact rows of r, in units of their lengths, in the order of the pivots */
static PetscErrorCode Gather(Constrain *c, Vec r)
{
  const PetscReal *a;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c->t, c->m));
  PetscCall(VecGetArrayRead(r, &a));
  for (PetscInt i = 0; i < c->nown; i++)
    c->t[c->first + i] = a[c->own[i]];
  PetscCall(VecRestoreArrayRead(r, &a));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, c->t, c->m, MPIU_REAL, MPIU_SUM, c->comm));
  for (PetscInt j = 0; j < c->m; j++) {
    const PetscReal length = c->norm[c->perm[j]];

    c->e[j] = c->t[c->perm[j]] / (length > 0 ? length : 1);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ConstrainMiss(Constrain *c, Vec r, PetscReal *miss)
{
  PetscFunctionBegin;
  PetscCall(Gather(c, r));
  *miss = 0;
  for (PetscInt j = 0; j < c->m; j++)
    *miss = PetscMax(*miss, PetscAbsReal(c->e[j]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ConstrainStep(Constrain *c, Vec r, PetscReal round, Vec z)
{
  PetscFunctionBegin;
  PetscCall(Gather(c, r));
  for (PetscInt j = 0; j < c->k; j++) { /* R^T e, where it is more than round-off */
    for (PetscInt i = 0; i < j; i++)
      c->e[j] -= R(c, i, j) * c->e[i];
    c->e[j] = PetscAbsReal(c->e[j]) > round ? c->e[j] / R(c, j, j) : 0;
  }
  PetscCall(VecSet(z, 0));
  PetscCall(Shift(c, c->e, z));
  PetscFunctionReturn(PETSC_SUCCESS);
}
