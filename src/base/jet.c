/* jet.c - the list of derivatives; closure downwards. */
#include <tessera/jet.h>

PetscErrorCode TessJetInit(TessJet *jet, PetscInt dim, PetscInt space)
{
  PetscFunctionBegin;
  PetscCheck(dim > 0 && dim <= TESS_DIM_MAX && space >= 0 && space <= dim, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "a jet has 1 to %d axes, not %" PetscInt_FMT " with %" PetscInt_FMT " of space", TESS_DIM_MAX,
             dim, space);
  jet->dim   = dim;
  jet->space = space;
  jet->K     = 1;
  PetscCall(PetscMemzero(&jet->entry[0], sizeof(jet->entry[0])));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* sorted axes, zeros behind */
static PetscErrorCode Normalize(const TessEntry *in, TessEntry *out)
{
  PetscFunctionBegin;
  PetscCall(PetscMemzero(out, sizeof(*out)));
  out->order = in->order;
  for (PetscInt i = 0; i < in->order; i++) {
    PetscInt j = i;

    for (; j > 0 && out->axis[j - 1] > in->axis[i]; j--)
      out->axis[j] = out->axis[j - 1];
    out->axis[j] = in->axis[i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJetFind(const TessJet *jet, const TessEntry *entry, PetscInt *k)
{
  TessEntry e;

  PetscFunctionBegin;
  PetscCall(Normalize(entry, &e));
  for (*k = 0; *k < jet->K; (*k)++) {
    const TessEntry *o    = &jet->entry[*k];
    PetscBool        same = (PetscBool)(o->order == e.order);

    for (PetscInt i = 0; i < e.order && same; i++)
      same = (PetscBool)(o->axis[i] == e.axis[i]);
    if (same)
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  *k = -1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJetAdd(TessJet *jet, const TessEntry *entry, PetscInt *k)
{
  TessEntry e, sub;
  PetscInt  found;

  PetscFunctionBegin;
  PetscCheck(entry->order >= TESS_LAP && entry->order <= TESS_ORDER_MAX, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "derivative of order %" PetscInt_FMT " asked for: orders 0 to %d are there", entry->order,
             TESS_ORDER_MAX);
  for (PetscInt i = 0; i < entry->order; i++)
    PetscCheck(entry->axis[i] >= 0 && entry->axis[i] < jet->dim, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "derivative along axis %" PetscInt_FMT " of %" PetscInt_FMT, entry->axis[i], jet->dim);
  PetscCall(Normalize(entry, &e));
  PetscCall(TessJetFind(jet, &e, &found));
  if (found < 0) {
    if (e.order == TESS_LAP) {
      for (PetscInt i = 0; i < jet->space; i++)
        PetscCall(TessJetAdd(jet, &(TessEntry){.order = 1, .axis = {i}}, NULL));
    }
    for (PetscInt drop = 0; drop < e.order && e.order > 1;
         drop++) { /* all sub-multisets, by dropping one axis at a time */
      PetscCall(PetscMemzero(&sub, sizeof(sub)));
      for (PetscInt i = 0; i < e.order; i++)
        if (i != drop)
          sub.axis[sub.order++] = e.axis[i];
      PetscCall(TessJetAdd(jet, &sub, NULL));
    }
    PetscCheck(jet->K < TESS_JET_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "more than %d derivatives at a point", TESS_JET_MAX);
    found             = jet->K++;
    jet->entry[found] = e;
  }
  if (k)
    *k = found;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJetName(const TessEntry *entry, const char unknown[], const char *const axes[], size_t len,
                           char name[])
{
  PetscFunctionBegin;
  if (entry->order == TESS_LAP) {
    PetscCall(PetscSNPrintf(name, len, "lap(%s)", unknown));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscStrncpy(name, unknown, len));
  for (PetscInt i = 0; i < entry->order; i++) {
    if (!i)
      PetscCall(PetscStrlcat(name, "_", len));
    PetscCall(PetscStrlcat(name, axes[entry->axis[i]], len));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
