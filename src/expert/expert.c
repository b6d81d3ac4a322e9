/* expert.c - the interface: life cycle, types, options, checks at the door. */
#include "expertimpl.h"

static const struct {
  const char *name;
  PetscErrorCode (*create)(TessExpert);
} types[] = {
    {TESSEXPERTMLP, TessExpertCreate_MLP},
    {TESSEXPERTFEATURES, TessExpertCreate_Features},
    {TESSEXPERTPOLYNOMIAL, TessExpertCreate_Polynomial},
};

static PetscFunctionList list = NULL; /* all types, by name */

static PetscErrorCode Finalize(void)
{
  PetscFunctionBegin;
  PetscCall(PetscFunctionListDestroy(&list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RegisterAll(void)
{
  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  if (list)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(types); i++)
    PetscCall(PetscFunctionListAdd(&list, types[i].name, types[i].create));
  PetscCall(PetscRegisterFinalize(Finalize));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertRegister(const char type[], PetscErrorCode (*create)(TessExpert))
{
  PetscFunctionBegin;
  PetscCall(RegisterAll());
  PetscCall(PetscFunctionListAdd(&list, type, create));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertCreate(PetscInt dim, PetscInt ncomp, TessExpert *expert)
{
  TessExpert e;

  PetscFunctionBegin;
  PetscCheck(dim > 0 && dim <= TESS_DIM_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "an expert has 1 to %d axes, not %" PetscInt_FMT, TESS_DIM_MAX, dim);
  PetscCheck(ncomp > 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "an expert has outputs, not %" PetscInt_FMT, ncomp);
  PetscCall(RegisterAll());
  PetscCall(PetscHeaderCreate(e, TESS_CLASSID, "TessExpert", "Local approximator", "TessExpert",
                              PETSC_COMM_SELF, TessExpertDestroy, TessExpertView));
  e->dim   = dim;
  e->ncomp = ncomp;
  e->k     = k_select_double(NULL);
  *expert  = e;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertDestroy(TessExpert *expert)
{
  TessExpert e = *expert;

  PetscFunctionBegin;
  *expert = NULL;
  if (!e || --((PetscObject)e)->refct > 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscTryTypeMethod(e, destroy);
  PetscCall(PetscFree(e->data));
  for (int i = 0; i < EXPERT_JETS; i++)
    PetscCall(PetscFree(e->jet[i]));
  PetscCall(PetscFree(e->work));
  PetscCall(PetscFree(e->periodic));
  PetscCall(PetscFree(e->input));
  PetscCall(PetscHeaderDestroy(&e));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertSetOptionsPrefix(TessExpert e, const char prefix[])
{
  PetscFunctionBegin;
  PetscCall(PetscObjectSetOptionsPrefix((PetscObject)e, prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the error that an unknown type deserves: the list, and the nearest spelling */
static PetscErrorCode UnknownType(TessExpert e, const char type[])
{
  const char **names, *nearest;
  char        *known;
  int          n;
  const char  *prefix = ((PetscObject)e)->prefix;

  PetscFunctionBegin;
  PetscCall(PetscFunctionListGet(list, &names, &n));
  while (n && !names[n - 1]) /* the list may end with a null */
    n--;
  PetscCall(TessJoin(n, names, &known));
  PetscCall(TessNearest(type, n, names, &nearest));
  TessCheckInput(PETSC_FALSE, PETSC_COMM_SELF,
                 "no expert of type \"%s\": there are %s%s%s%s; see -%sexpert_type", type, known,
                 nearest ? " (did you mean " : "", nearest ? nearest : "", nearest ? "?)" : "",
                 prefix ? prefix : "");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertSetType(TessExpert e, const char type[])
{
  PetscErrorCode (*create)(TessExpert);
  PetscBool same;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)e, type, &same));
  if (same)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFunctionListFind(list, type, &create));
  if (!create)
    PetscCall(UnknownType(e, type));
  PetscTryTypeMethod(e, destroy);
  PetscCall(PetscFree(e->data));
  PetscCall(PetscMemzero(e->ops, sizeof(*e->ops)));
  e->setup = PETSC_FALSE;
  PetscCall((*create)(e));
  PetscCall(PetscObjectChangeTypeName((PetscObject)e, type));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertGetType(TessExpert e, const char *type[])
{
  PetscFunctionBegin;
  *type = ((PetscObject)e)->type_name;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertSetFromOptions(TessExpert e)
{
  char        type[64];
  const char *given = ((PetscObject)e)->type_name;
  PetscBool   set;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscOptionsBegin(PETSC_COMM_SELF, ((PetscObject)e)->prefix, "Expert (one local approximator) options",
                    "TessExpert");
  PetscOptionsObject->printhelp =
      (PetscBool)(PetscOptionsObject->printhelp && !rank); /* serial, but printed once */
  PetscCall(PetscOptionsFList("-expert_type", "Kind of local approximator", "TessExpertSetType", list,
                              given ? given : TESSEXPERTMLP, type, sizeof(type), &set));
  if (set)
    PetscCall(TessExpertSetType(e, type));
  else if (!given)
    PetscCall(TessExpertSetType(e, TESSEXPERTMLP));
  PetscTryTypeMethod(e, setfromoptions, PetscOptionsObject);
  PetscCall(TessOptionsInt(
      "-expert_harmonics",
      "Harmonics of periodic axes of one part that a network gets as inputs; 0: windows repeat",
      &e->harmonics, 0, 1000));
  PetscOptionsEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertSetPeriodic(TessExpert e, const PetscBool periodic[])
{
  PetscFunctionBegin;
  PetscCheck(!e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE,
             "periodic axes are set before TessExpertSetUp");
  PetscCall(PetscFree(e->periodic));
  PetscCall(PetscMalloc1(e->dim, &e->periodic));
  PetscCall(PetscArraycpy(e->periodic, periodic, e->dim));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertGetHarmonics(TessExpert e, PetscInt *harmonics)
{
  PetscFunctionBegin;
  *harmonics = e->harmonics;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertSetUp(TessExpert e)
{
  PetscFunctionBegin;
  if (e->setup)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (!((PetscObject)e)->type_name)
    PetscCall(TessExpertSetType(e, TESSEXPERTMLP));
  e->nin = e->dim;
  for (PetscInt i = 0; i < e->dim && ExpertIsEmbedded(e); i++)
    e->nin += e->periodic[i] ? 2 * e->harmonics - 1 : 0;
  PetscUseTypeMethod(e, setup);
  TessCheckInput(
      !e->slots || e->linear, PETSC_COMM_SELF,
      "singular functions want experts that are linear in their parameters (features, polynomial), "
      "not %s; see -enrich_terms",
      ((PetscObject)e)->type_name);
  TessCheckInput(!e->slots || !ExpertIsEmbedded(e), PETSC_COMM_SELF,
                 "singular functions do not repeat: take -expert_harmonics 0; see -enrich_terms");
  TessCheckInput(e->np + (PetscInt64)e->slots * e->ncomp <= PETSC_MAX_INT, PETSC_COMM_SELF,
                 "%" PetscInt_FMT " singular functions are too many; see -enrich_terms", e->slots);
  e->np += e->slots * e->ncomp;
  e->nf += e->slots * SINGULAR_SLOT;
  e->setup = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertView(TessExpert e, PetscViewer viewer)
{
  PetscBool ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (!ascii)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscViewerASCIIPrintf(viewer, "%s expert, %" PetscInt_FMT " ax%ss, %" PetscInt_FMT " output%s",
                                   ((PetscObject)e)->type_name ? ((PetscObject)e)->type_name : "no type yet",
                                   e->dim, e->dim == 1 ? "i" : "e", e->ncomp, e->ncomp == 1 ? "" : "s"));
  if (e->setup)
    PetscCall(PetscViewerASCIIPrintf(
        viewer, ", %" PetscInt_FMT " trained and %" PetscInt_FMT " frozen parameters", e->np, e->nf));
  if (e->slots)
    PetscCall(
        PetscViewerASCIIPrintf(viewer, ", with at most %" PetscInt_FMT " singular functions", e->slots));
  PetscCall(PetscViewerASCIIPrintf(viewer, "\n"));
  PetscCall(PetscViewerASCIIPushTab(viewer));
  PetscTryTypeMethod(e, view, viewer);
  if (ExpertIsEmbedded(e))
    PetscCall(PetscViewerASCIIPrintf(viewer, "%" PetscInt_FMT " harmonic%s of each periodic axis as inputs\n",
                                     e->harmonics, e->harmonics == 1 ? "" : "s"));
  PetscCall(PetscViewerASCIIPopTab(viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertGetSizes(TessExpert e, PetscInt *dim, PetscInt *ncomp, PetscInt *np, PetscInt *nf)
{
  PetscFunctionBegin;
  PetscCheck(e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "TessExpertSetUp comes first");
  if (dim)
    *dim = e->dim;
  if (ncomp)
    *ncomp = e->ncomp;
  if (np)
    *np = e->np;
  if (nf)
    *nf = e->nf;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertIsLinear(TessExpert e, PetscBool *linear)
{
  PetscFunctionBegin;
  PetscCheck(e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "TessExpertSetUp comes first");
  *linear = e->linear;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertGetOrder(TessExpert e, PetscInt *order)
{
  PetscFunctionBegin;
  PetscCheck(e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "TessExpertSetUp comes first");
  *order = e->flat && !e->slots ? e->flat : PETSC_MAX_INT;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertGetLinear(TessExpert e, PetscInt *n)
{
  PetscFunctionBegin;
  PetscCheck(e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "TessExpertSetUp comes first");
  *n = e->linear ? e->np : e->last;
  PetscFunctionReturn(PETSC_SUCCESS);
}
