/* rows.c - the list of all point sets: first those with rows of their own, patch by patch and in a patch
   condition by condition, as their rows stand; then those that add to border rows.  Every loop over the
   demands of a problem is one over this list. */
#include "problemimpl.h"

static int CompareRows(const void *a, const void *b)
{
  const TessRows *x = a, *y = b;

  if ((x->border < 0) != (y->border < 0))
    return x->border < 0 ? -1 : 1;
  if (x->set->s != y->set->s)
    return x->set->s < y->set->s ? -1 : 1;
  if (x->c != y->c)
    return x->c < y->c ? -1 : 1;
  return x->set < y->set ? -1 : x->set > y->set;
}

/* The sets of all conditions, as the conditions hold them. */
static PetscErrorCode Collect(TessProblem p)
{
  PetscInt n, b = 0;

  PetscFunctionBegin;
  p->nset = p->nborder = 0;
  for (PetscInt pass = 0; pass < 2; pass++) { /* count, then fill */
    if (pass) {
      PetscCall(PetscMalloc3(p->nset, &p->rows, p->nborder, &p->border, p->nborder, &p->border_of));
      p->nset = 0;
    }
    for (PetscInt c = 0; c < p->ncondition; c++) {
      TessRows      rows = {.condition = p->condition[c], .c = c};
      PetscBool     border;
      TessPointSet *set;

      PetscCall(TessConditionGetInfo(rows.condition, &border, &rows.neq, NULL));
      PetscCall(TessConditionGetSets(rows.condition, &n, &set));
      rows.border = border ? b : -1;
      for (PetscInt i = 0; i < n; i++, p->nset++) {
        rows.set = &set[i];
        if (pass)
          p->rows[p->nset] = rows;
      }
      for (PetscInt q = 0; q < rows.neq && border; q++) {
        if (pass)
          p->border_of[b++] = c;
        else
          p->nborder++;
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemListRows(TessProblem p)
{
  PetscFunctionBegin;
  PetscCall(Collect(p));
  if (p->nset)
    qsort(p->rows, p->nset, sizeof(*p->rows), CompareRows);
  p->nown = p->nrow = 0;
  for (; p->nown < p->nset && p->rows[p->nown].border < 0; p->nown++) {
    const TessRows *rows = &p->rows[p->nown];

    rows->set->row = p->nrow;
    p->nrow += rows->neq * rows->set->n;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
