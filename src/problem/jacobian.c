/* jacobian.c - J(theta): a dense panel for every owned patch and every expert that reaches it (all conditions
   below each other), one for the trainable scalars, border rows for integrals.  The structure lives as long
   as the points do. */
#include "problemimpl.h"

PetscErrorCode TessProblemResetJacobian(TessProblem p)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(&p->J));
  PetscCall(PetscFree(p->slot));
  p->jfresh = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The panel of patch s and expert e: the rows of all parts that e reaches. */
static PetscErrorCode AddPanel(TessProblem p, PetscInt s, PetscInt e, PetscInt npart, const TessRows part[])
{
  PetscInt        n = 0, nexpert, *rows;
  const PetscInt *es, *m, *const *index;
  PetscReal *a;

  PetscFunctionBegin;
  for (PetscInt pass = 0; pass < 2; pass++) { /* count, then fill */
    if (pass)
      PetscCall(PetscMalloc1(n, &rows));
    n = 0;
    for (PetscInt k = 0; k < npart; k++) {
      PetscCall(TessPointSetGetExperts(part[k].set, &nexpert, &es, &m, &index));
      for (PetscInt i = 0; i < nexpert; i++) {
        if (es[i] != e)
          continue;
        part[k].slot[i].start = n;
        for (PetscInt q = 0; q < part[k].neq && pass; q++)
          for (PetscInt j = 0; j < m[i]; j++)
            rows[n + q * m[i] + j] = part[k].set->row + q * part[k].set->n + index[i][j];
        n += part[k].neq * m[i];
      }
    }
  }
  if (n)
    PetscCall(TessMatPanelsAdd(p->J, s, e, n, rows, &a));
  for (PetscInt k = 0; k < npart && n; k++) {
    PetscCall(TessPointSetGetExperts(part[k].set, &nexpert, &es, NULL, NULL));
    for (PetscInt i = 0; i < nexpert; i++) {
      if (es[i] != e)
        continue;
      part[k].slot[i].a  = a;
      part[k].slot[i].ld = n;
    }
  }
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The experts of all parts, each once, by natural number: a list for the caller to free. */
static PetscErrorCode PatchExperts(TessProblem p, PetscInt npart, const TessRows part[], PetscInt *n,
                                   PetscInt **list)
{
  PetscInt        room = 0, nexpert;
  const PetscInt *e;
  TessPatch       one, other;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < npart; k++) {
    PetscCall(TessPointSetGetExperts(part[k].set, &nexpert, NULL, NULL, NULL));
    room += nexpert;
  }
  PetscCall(PetscMalloc1(room, list));
  *n = 0;
  for (PetscInt k = 0; k < npart; k++) {
    PetscCall(TessPointSetGetExperts(part[k].set, &nexpert, &e, NULL, NULL));
    for (PetscInt i = 0; i < nexpert; i++) {
      PetscInt at = *n;

      PetscCall(TessDomainGetPatch(p->sys.domain, e[i], &one));
      for (; at > 0; at--) {
        PetscCall(TessDomainGetPatch(p->sys.domain, (*list)[at - 1], &other));
        if (other.id <= one.id)
          break;
      }
      if (at && other.id == one.id)
        continue;
      PetscCall(PetscArraymove(*list + at + 1, *list + at, *n - at));
      (*list)[at] = e[i];
      (*n)++;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddPatch(TessProblem p, PetscInt s, PetscInt npart, const TessRows part[])
{
  PetscInt nexpert = 0, *expert;

  PetscFunctionBegin;
  PetscCall(PatchExperts(p, npart, part, &nexpert, &expert));
  for (PetscInt k = 0; k < nexpert; k++)
    PetscCall(AddPanel(p, s, expert[k], npart, part));
  PetscCall(PetscFree(expert));
  if (p->sys.nparam && npart) {
    const PetscInt first = part[0].set->row,
                   n     = part[npart - 1].set->row + part[npart - 1].neq * part[npart - 1].set->n - first;
    PetscInt  *rows;
    PetscReal *a;

    PetscCall(PetscMalloc1(n, &rows));
    for (PetscInt i = 0; i < n; i++)
      rows[i] = first + i;
    PetscCall(TessMatPanelsAdd(p->J, s, p->sys.nlocal, n, rows, &a));
    PetscCall(PetscFree(rows));
    p->shared[s] = (TessSlot){.a = a, .ld = n, .start = first};
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetJacobian(TessProblem p, Mat *J)
{
  PetscInt nslot = 0, nowned, nexpert;

  PetscFunctionBegin;
  if (!p->J) {
    PetscCall(TessProblemCheckMemory(p));
    PetscCall(TessDomainGetSizes(p->sys.domain, NULL, &nowned, NULL));
    PetscCall(MatCreatePanels(p->layout, p->nrow, p->nborder, &p->J));
    PetscCall(TessMatPanelsSetModes(p->J, TessProblemModes, p));
    for (PetscInt i = 0; i < p->nown; i++) {
      PetscCall(TessPointSetGetExperts(p->rows[i].set, &nexpert, NULL, NULL, NULL));
      nslot += nexpert;
    }
    PetscCall(PetscCalloc1(nslot + nowned, &p->slot));
    p->shared = p->slot + nslot;
    nslot     = 0;
    for (PetscInt i = 0; i < p->nown; i++) {
      PetscCall(TessPointSetGetExperts(p->rows[i].set, &nexpert, NULL, NULL, NULL));
      p->rows[i].slot = p->slot + nslot;
      nslot += nexpert;
    }
    for (PetscInt i = 0, end; i < p->nown; i = end) {
      const PetscInt s = p->rows[i].set->s;

      for (end = i; end < p->nown && p->rows[end].set->s == s;)
        end++;
      PetscCall(AddPatch(p, s, end - i, p->rows + i));
    }
  }
  *J = p->J;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Adds to the border rows what a set gives: gradients of the weighted sums, with d/dvalue of the trainable
 * scalars. */
static PetscErrorCode BorderRows(TessProblem p, const TessRows *at)
{
  PetscReal *unit, *row;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(at->neq, &unit));
  for (PetscInt q = 0; q < at->neq; q++) {
    unit[q] = 1;
    PetscCall(TessMatPanelsGetBorder(p->J, at->border + q, &row));
    PetscCall(TessConditionPullback(at->condition, at->set, p->local, unit, row));
    unit[q] = 0;
  }
  PetscCall(PetscFree(unit));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetRows(TessProblem p, const TessPointSet *set, const TessSlot slot[])
{
  PetscInt nexpert;

  PetscFunctionBegin;
  PetscCall(TessPointSetGetExperts(set, &nexpert, NULL, NULL, NULL));
  for (PetscInt i = 0; i < nexpert; i++)
    PetscCall(TessPointSetRows(set, i, p->local, slot[i].ld, slot[i].a + slot[i].start));
  if (p->sys.nparam) {
    const TessSlot *shared = &p->shared[set->s];

    PetscCall(TessPointSetParameterRows(set, shared->ld, shared->a + (set->row - shared->start)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* d/deta = d/dvalue dvalue/deta in all columns of trainable scalars. */
static PetscErrorCode ChainRule(TessProblem p, const PetscReal slope[])
{
  PetscInt   nowned;
  PetscReal *row;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(p->sys.domain, NULL, &nowned, NULL));
  for (PetscInt i = 0; i < p->sys.nparam; i++) {
    for (PetscInt s = 0; s < nowned; s++)
      for (PetscInt k = 0; k < p->shared[s].ld; k++)
        p->shared[s].a[(size_t)i * p->shared[s].ld + k] *= slope[i];
    for (PetscInt b = 0; b < p->nborder; b++) {
      PetscCall(TessMatPanelsGetBorder(p->J, b, &row));
      row[(size_t)p->sys.nlocal * p->sys.stride + i] *= slope[i];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemComputeJacobian(TessProblem p, Vec theta, Mat *J)
{
  PetscReal *slope, *r, *eta = p->local + (size_t)p->sys.nlocal * p->sys.stride;

  PetscFunctionBegin;
  PetscCall(TessProblemGetJacobian(p, J));
  if (p->jfresh)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatZeroEntries(p->J));
  PetscCall(PetscMalloc1(p->sys.nparam, &slope));
  PetscCall(TessLayoutGlobalToLocal(p->layout, theta, p->local));
  for (PetscInt i = 0; i < p->sys.nparam; i++) {
    slope[i] = TessParameterSlope(&p->param[i], eta[i]);
    eta[i]   = TessParameterValue(&p->param[i], eta[i]);
  }
  PetscCall(PetscLogEventBegin(TESS_Assemble, 0, 0, 0, 0));
  for (PetscInt i = 0; i < p->nset; i++) {
    const TessRows *at = &p->rows[i];

    PetscCall(PetscCalloc1((size_t)at->neq * at->set->n, &r));
    PetscCall(TessConditionEvaluate(at->condition, at->set, p->local, PETSC_TRUE, r));
    PetscCall(PetscFree(r));
    if (at->border < 0)
      PetscCall(SetRows(p, at->set, at->slot));
    else
      PetscCall(BorderRows(p, at));
  }
  PetscCall(ChainRule(p, slope));
  PetscCall(PetscFree(slope));
  PetscCall(MatAssemblyBegin(p->J, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(p->J, MAT_FINAL_ASSEMBLY));
  PetscCall(PetscLogEventEnd(TESS_Assemble, 0, 0, 0, 0));
  p->jfresh = p->affine;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemResample(TessProblem p, Vec theta, PetscInt round, PetscInt factor)
{
  PetscFunctionBegin;
  PetscCall(TessProblemScatter(p, theta));
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(TessConditionResample(p->condition[c], round, factor, p->local));
  PetscCall(TessProblemResetJacobian(p));
  PetscCall(TessProblemFollowTime(p, theta));
  PetscFunctionReturn(PETSC_SUCCESS);
}
