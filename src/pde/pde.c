/* pde.c - the interface: names, life cycle, what is checked for every type. */
#include "pdeimpl.h"

PetscErrorCode TessPdeCreate(MPI_Comm comm, TessPde *pde)
{
  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(pde));
  (*pde)->comm = comm;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetNames(TessPde pde, TessNameKind kind, PetscInt n, const char *const names[])
{
  PetscFunctionBegin;
  PetscCheck(!pde->data, pde->comm, PETSC_ERR_ARG_WRONGSTATE,
             "names come before the equations that use them");
  PetscCheck(n >= 0, pde->comm, PETSC_ERR_ARG_OUTOFRANGE, "%" PetscInt_FMT " names", n);
  PetscCall(TessNamesSet(pde->comm, &pde->names, kind, n, names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetAxes(TessPde pde, PetscInt dim, PetscInt space, const char *const names[])
{
  PetscFunctionBegin;
  PetscCheck(dim <= TESS_DIM_MAX && space >= 0 && space <= dim, pde->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " axes, %" PetscInt_FMT " of space; there are at most %d", dim, space,
             TESS_DIM_MAX);
  PetscCall(SetNames(pde, NAME_AXIS, dim, names));
  pde->names.space = space;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetUnknowns(TessPde pde, PetscInt n, const char *const names[])
{
  PetscFunctionBegin;
  PetscCall(SetNames(pde, NAME_UNKNOWN, n, names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetParameters(TessPde pde, PetscInt n, const char *const names[])
{
  PetscFunctionBegin;
  PetscCall(SetNames(pde, NAME_PARAMETER, n, names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetGiven(TessPde pde, PetscInt n, const char *const names[])
{
  PetscFunctionBegin;
  PetscCall(SetNames(pde, NAME_GIVEN, n, names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetConstants(TessPde pde, PetscInt n, const char *const names[],
                                   const PetscReal values[])
{
  PetscFunctionBegin;
  PetscCall(SetNames(pde, NAME_CONSTANT, n, names));
  PetscCall(PetscFree(pde->names.value));
  PetscCall(PetscMalloc1(n, &pde->names.value));
  PetscCall(PetscArraycpy(pde->names.value, values, n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeAddEquation(TessPde pde, const char where[], const char text[])
{
  PetscFunctionBegin;
  PetscCheck(!pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "equations are added before TessPdeSetUp");
  if (!pde->data)
    PetscCall(TessPdeCreate_Expr(pde));
  TessCheckInput(pde->ops->addequation, pde->comm,
                 "%s: equations are given as texts or by a plugin, not both", where);
  PetscCall((*pde->ops->addequation)(pde, where, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetPlugin(TessPde pde, const char library[])
{
  PetscFunctionBegin;
  TessCheckInput(!pde->data, pde->comm,
                 "plugin \"%s\": equations are given as texts or by one plugin, not both", library);
  PetscCall(TessPdeCreate_Plugin(pde, library));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeSetUp(TessPde pde)
{
  PetscFunctionBegin;
  if (pde->setup)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCheck(pde->data, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "a TessPde without equations");
  PetscCall((*pde->ops->setup)(pde));
  pde->setup = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeView(TessPde pde, PetscViewer viewer)
{
  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  PetscCall((*pde->ops->view)(pde, viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeDestroy(TessPde *pde)
{
  PetscFunctionBegin;
  if (!*pde)
    PetscFunctionReturn(PETSC_SUCCESS);
  if ((*pde)->ops->destroy)
    PetscCall((*(*pde)->ops->destroy)(*pde));
  PetscCall(TessNamesClear(&(*pde)->names));
  PetscCall(PetscFree((*pde)->col));
  PetscCall(PetscFree((*pde)->eq));
  PetscCall(PetscFree((*pde)->of));
  PetscCall(PetscFree((*pde)->inner));
  PetscCall(PetscFree(*pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeGetColumns(TessPde pde, PetscInt *neq, PetscInt *ncol, const TessColumn **col)
{
  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  if (neq)
    *neq = pde->neq;
  if (ncol)
    *ncol = pde->ncol;
  if (col)
    *col = pde->col;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeGetPartials(TessPde pde, PetscInt *nnz, const PetscInt **eq, const PetscInt **col)
{
  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  if (nnz)
    *nnz = pde->nnz;
  if (eq)
    *eq = pde->eq;
  if (col)
    *col = pde->of;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeIsAffine(TessPde pde, PetscBool *affine)
{
  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  *affine = pde->affine;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdePartialsContain(TessPde pde, TessColumnKind kind, PetscInt index, PetscBool *contain)
{
  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  *contain = PETSC_FALSE;
  for (PetscInt c = 0; c < pde->ncol; c++)
    if (pde->col[c].kind == kind && pde->col[c].index == index && (!pde->inner || pde->inner[c]))
      *contain = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeCreateCoordinatePartial(TessPde pde, PetscInt q, const TessEntry *entry,
                                              TessPde *partial)
{
  const TessNames *names = &pde->names;

  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  TessCheckInput(pde->ops->differentiate, pde->comm, "a plug-in has no derivatives by coordinates");
  PetscCall(TessPdeCreate(pde->comm, partial));
  for (PetscInt kind = 0; kind < NAME_KINDS; kind++)
    PetscCall(TessNamesSet(pde->comm, &(*partial)->names, (TessNameKind)kind, names->n[kind],
                           (const char *const *)names->name[kind]));
  PetscCall(PetscMalloc1(names->n[NAME_CONSTANT], &(*partial)->names.value));
  PetscCall(PetscArraycpy((*partial)->names.value, names->value, names->n[NAME_CONSTANT]));
  (*partial)->names.space = names->space;
  PetscCall((*pde->ops->differentiate)(pde, q, entry, *partial));
  PetscCall(TessPdeSetUp(*partial));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPdeEvaluate(TessPde pde, PetscInt n, const PetscReal *const column[], PetscReal r[],
                               PetscReal dr[])
{
  PetscFunctionBegin;
  PetscCheck(pde->setup, pde->comm, PETSC_ERR_ARG_WRONGSTATE, "TessPdeSetUp comes first");
  if (n > 0)
    PetscCall((*pde->ops->evaluate)(pde, n, column, r, dr));
  PetscFunctionReturn(PETSC_SUCCESS);
}
