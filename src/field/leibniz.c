/* leibniz.c - the product rule as a table.  An entry with the axes a1..aq is a sum over all ways to give each
   axis to the window or to the expert; ways that give the same two multisets are one term with a coefficient
   (for d^4/dx^4 the binomials 1 4 6 4 1).  lap(w u) = w lap u + 2 grad w . grad u + u lap w. */
#include "fieldimpl.h"

/* the index in the jet of those axes of the entry whose bit in mask is `bit` */
static PetscErrorCode Part(const TessJet *jet, const TessEntry *entry, PetscInt mask, PetscInt bit,
                           PetscInt *k)
{
  TessEntry part = {0};

  PetscFunctionBegin;
  for (PetscInt i = 0; i < entry->order; i++)
    if (((mask >> i) & 1) == bit)
      part.axis[part.order++] = entry->axis[i];
  PetscCall(TessJetFind(jet, &part, k));
  PetscCheck(*k >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
             "the jet is not closed downwards: make it with TessJetAdd");
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void AddTerm(TessTerm term[], PetscInt first, PetscInt *n, PetscInt a, PetscInt b, PetscReal coef)
{
  for (PetscInt i = first; i < *n; i++) {
    if (term[i].a != a || term[i].b != b)
      continue;
    term[i].coef += coef;
    return;
  }
  term[(*n)++] = (TessTerm){.a = a, .b = b, .coef = coef};
}

static PetscErrorCode Compile(TessLeibniz t)
{
  const TessJet *jet = &t->jet;
  PetscInt       n = 0, size = 0;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < jet->K; k++)
    size += jet->entry[k].order == TESS_LAP ? jet->space + 2 : 1 << jet->entry[k].order;
  PetscCall(PetscMalloc1(size, &t->term));
  for (PetscInt k = 0; k < jet->K; k++) {
    const TessEntry *entry = &jet->entry[k];
    const PetscInt   first = n;
    PetscInt         a, b;

    t->start[k] = n;
    if (entry->order == TESS_LAP) {
      AddTerm(t->term, first, &n, 0, k, 1);
      AddTerm(t->term, first, &n, k, 0, 1);
      for (PetscInt i = 0; i < jet->space; i++) {
        PetscCall(Part(jet, &(TessEntry){.order = 1, .axis = {i}}, 1, 1, &a));
        AddTerm(t->term, first, &n, a, a, 2);
      }
      continue;
    }
    for (PetscInt mask = 0; mask < 1 << entry->order; mask++) {
      PetscCall(Part(jet, entry, mask, 1, &a));
      PetscCall(Part(jet, entry, mask, 0, &b));
      AddTerm(t->term, first, &n, a, b, 1);
    }
  }
  t->start[jet->K] = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool Same(const TessJet *a, const TessJet *b)
{
  if (a->dim != b->dim || a->space != b->space || a->K != b->K)
    return PETSC_FALSE;
  for (PetscInt k = 0; k < a->K; k++) {
    if (a->entry[k].order != b->entry[k].order)
      return PETSC_FALSE;
    for (PetscInt i = 0; i < a->entry[k].order; i++)
      if (a->entry[k].axis[i] != b->entry[k].axis[i])
        return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

PetscErrorCode TessFieldGetLeibniz(TessField f, const TessJet *jet, TessLeibniz *table)
{
  TessLeibniz t = f->tables;

  PetscFunctionBegin;
  PetscCheck(jet->dim == f->dim && jet->space == f->space, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "a jet with %" PetscInt_FMT " axes, %" PetscInt_FMT " of space, for a field with %" PetscInt_FMT
             " axes, %" PetscInt_FMT " of space",
             jet->dim, jet->space, f->dim, f->space);
  while (t && !Same(&t->jet, jet))
    t = t->next;
  if (!t) {
    PetscCall(PetscNew(&t));
    t->jet = *jet;
    PetscCall(Compile(t));
    t->next   = f->tables;
    f->tables = t;
  }
  *table = t;
  PetscFunctionReturn(PETSC_SUCCESS);
}
