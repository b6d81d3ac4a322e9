/* problem.c - life of a problem: create, sizes, view, destroy. */
#include "problemimpl.h"

PetscErrorCode TessProblemCreate(MPI_Comm comm, TessProblem *problem)
{
  TessProblem p;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&p));
  p->sys.comm   = comm;
  p->seed       = 1;
  p->smoothness = 5;
  PetscCall(PetscStrallocpy("", &p->prefix));
  *problem = p;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetText(const char text[], char **copy)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(*copy));
  PetscCall(PetscStrallocpy(text, copy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetOptionsPrefix(TessProblem p, const char prefix[])
{
  PetscFunctionBegin;
  PetscCall(SetText(prefix ? prefix : "", &p->prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetInput(TessProblem p, const char file[])
{
  PetscFunctionBegin;
  PetscCall(SetText(file, &p->input));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetTime(TessProblem p, PetscReal lo, PetscReal hi)
{
  PetscFunctionBegin;
  p->isslab  = PETSC_TRUE;
  p->slab[0] = lo;
  p->slab[1] = hi;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetEdges(TessProblem p, PetscInt axis, PetscInt n, const PetscReal edges[])
{
  PetscFunctionBegin;
  if (!p->edges)
    PetscCall(PetscCalloc2(TESS_DIM_MAX, &p->edges, TESS_DIM_MAX, &p->nedges));
  PetscCall(PetscFree(p->edges[axis]));
  PetscCall(PetscMalloc1(n, &p->edges[axis]));
  PetscCall(PetscArraycpy(p->edges[axis], edges, n));
  p->nedges[axis] = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetFieldsOnly(TessProblem p, PetscBool only)
{
  PetscFunctionBegin;
  p->fieldsonly = only;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetPrevious(TessProblem p, TessProblem before, Vec theta_before)
{
  PetscFunctionBegin;
  p->before       = before;
  p->theta_before = theta_before;
  if (before)
    PetscCall(TessProblemResetJacobian(before));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetFromOptions(TessProblem p)
{
  PetscFunctionBegin;
  p->sys.prefix = p->prefix;
  p->sys.input  = p->input;
  PetscCall(TessProblemReadInput(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemView(TessProblem p, PetscViewer viewer)
{
  PetscFunctionBegin;
  if (p->title)
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s\n", p->title));
  PetscCall(TessDomainView(p->sys.domain, viewer));
  for (PetscInt f = 0; f < p->sys.nfield; f++) {
    for (PetscInt i = 0; i < p->sys.nunknown; i++)
      if (p->sys.ufield[i] == f)
        PetscCall(PetscViewerASCIIPrintf(viewer, p->sys.ucomp[i] ? ", %s" : "%s", p->sys.unknown[i]));
    PetscCall(PetscViewerASCIIPrintf(viewer, ": "));
    PetscCall(TessExpertView(p->expert[f], viewer));
  }
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(TessConditionView(p->condition[c], viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemDestroy(TessProblem *problem)
{
  TessProblem p = *problem;

  PetscFunctionBegin;
  if (!p)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemResetJacobian(p));
  PetscCall(VecDestroy(&p->r));
  PetscCall(TessProblemDestroyAnsatz(p));
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(TessConditionDestroy(&p->condition[c]));
  for (PetscInt i = 0; i < p->nobservable; i++)
    PetscCall(TessConditionDestroy(&p->observable[i]));
  for (PetscInt f = 0; f < p->sys.nfield; f++) {
    PetscCall(TessFieldDestroy(&p->sys.field[f]));
    PetscCall(TessExpertDestroy(&p->expert[f]));
  }
  for (PetscInt g = 0; g < p->sys.ngiven; g++)
    PetscCall(TessGridDestroy(&p->sys.grid[g]));
  for (PetscInt g = 0; g < p->sys.ngiven && p->sys.byregion; g++)
    PetscCall(PetscFree(p->sys.byregion[g]));
  PetscCall(PetscFree(p->sys.byregion));
  PetscCall(PetscFree(p->enrich.singular));
  PetscCall(PetscFree(p->enrich.hole));
  PetscCall(PetscFree(p->enrich.box));
  PetscCall(PetscFree(p->enrich.corner));
  PetscCall(TessLayoutDestroy(&p->layout));
  PetscCall(TessMeshDestroy(&(*problem)->mesh));
  PetscCall(TessDomainDestroy(&p->sys.domain));
  for (PetscInt a = 0; a < p->sys.dim && p->edges; a++)
    PetscCall(PetscFree(p->edges[a]));
  if (p->edges)
    PetscCall(PetscFree2(p->edges, p->nedges));
  PetscCall(TessWordsDestroy(p->sys.axes, &p->sys.axis));
  PetscCall(TessWordsDestroy(p->sys.nunknown, &p->sys.unknown));
  for (PetscInt i = 0; i < p->sys.nparam; i++)
    PetscCall(PetscFree(p->sys.param[i]));
  PetscCall(PetscFree2(p->sys.param, p->param));
  PetscCall(TessWordsDestroy(p->sys.ngiven, &p->sys.given));
  PetscCall(TessWordsDestroy(p->sys.nconst, &p->sys.constant));
  PetscCall(TessWordsDestroy(p->nobservable, &p->obsname));
  PetscCall(PetscFree(p->sys.value));
  PetscCall(PetscFree(p->sys.grid));
  PetscCall(PetscFree2(p->sys.ufield, p->sys.ucomp));
  PetscCall(PetscFree2(p->sys.field, p->expert));
  PetscCall(PetscFree3(p->condition, p->loss, p->balance.lambda));
  PetscCall(PetscFree(p->observable));
  PetscCall(PetscFree2(p->local, p->g_local));
  PetscCall(PetscFree(p->motion.rate));
  PetscCall(PetscFree3(p->rows, p->border, p->border_of));
  PetscCall(PetscFree(p->prefix));
  PetscCall(PetscFree(p->input));
  PetscCall(PetscFree(p->title));
  PetscCall(PetscFree(*problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetSystem(TessProblem p, const TessSystem **sys)
{
  PetscFunctionBegin;
  *sys = &p->sys;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetTitle(TessProblem p, const char *title[])
{
  PetscFunctionBegin;
  *title = p->title ? p->title : "";
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetConditions(TessProblem p, PetscInt *n, TessCondition **conditions)
{
  PetscFunctionBegin;
  if (n)
    *n = p->ncondition;
  if (conditions)
    *conditions = p->condition;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetSizes(TessProblem p, PetscInt64 *patches, PetscInt64 *parameters,
                                   PetscInt64 *rows, PetscInt64 *points, PetscReal *bytes)
{
  PetscInt64 n, row = 0, point = 0;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatches(p->sys.domain, &n));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt   neq;
    PetscInt64 npoint;
    PetscBool  border;

    PetscCall(TessConditionGetInfo(p->condition[c], &border, &neq, &npoint));
    point += npoint;
    row += border ? neq : neq * npoint;
  }
  if (patches)
    *patches = n;
  if (parameters)
    *parameters = n * p->sys.stride + p->sys.nparam;
  if (rows)
    *rows = row;
  if (points)
    *points = point;
  if (bytes)
    *bytes = p->bytes;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemIsLinear(TessProblem p, PetscBool *linear, PetscBool *affine)
{
  PetscFunctionBegin;
  if (linear)
    *linear = p->linear;
  if (affine)
    *affine = p->affine;
  PetscFunctionReturn(PETSC_SUCCESS);
}
