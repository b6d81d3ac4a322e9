/* expr.c - residuals from texts: parsed when added; differentiated and compiled to one tape at set-up. */
#include <stdio.h>
#include "language/parse.h"
#include "language/print.h"
#include "language/tape.h"
#include "pdeimpl.h"

typedef struct {
  TessGraph *graph;
  TessTape  *tape;
  PetscInt   max;   /* room for equations */
  TessNode  *r;     /* [neq] */
  TessNode  *dr;    /* [nnz] */
  char     **where; /* [neq] */
  char     **text;
} Expr;

static PetscErrorCode PdeAddEquation_Expr(TessPde pde, const char where[], const char text[])
{
  Expr    *e = (Expr *)pde->data;
  TessNode node;

  PetscFunctionBegin;
  PetscCall(TessParseEquation(pde->comm, where, text, &pde->names, e->graph, &node));
  if (pde->neq == e->max) {
    e->max = 2 * e->max + 4;
    PetscCall(PetscRealloc((size_t)e->max * sizeof(*e->r), &e->r));
    PetscCall(PetscRealloc((size_t)e->max * sizeof(*e->where), &e->where));
    PetscCall(PetscRealloc((size_t)e->max * sizeof(*e->text), &e->text));
  }
  PetscCall(PetscStrallocpy(where, &e->where[pde->neq]));
  PetscCall(PetscStrallocpy(text, &e->text[pde->neq]));
  e->r[pde->neq++] = node;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int ByColumn(const void *x, const void *y)
{
  const TessColumn *a = (const TessColumn *)x, *b = (const TessColumn *)y;

  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;
  if (a->index != b->index)
    return a->index < b->index ? -1 : 1;
  if (a->entry.order != b->entry.order)
    return a->entry.order < b->entry.order ? -1 : 1;
  for (int i = 0; i < TESS_ORDER_MAX; i++)
    if (a->entry.axis[i] != b->entry.axis[i])
      return a->entry.axis[i] < b->entry.axis[i] ? -1 : 1;
  return 0;
}

/* the columns that are used, sorted; number[c] of the graph's column c, or -1 */
static PetscErrorCode Columns(TessPde pde, PetscInt number[])
{
  Expr      *e = (Expr *)pde->data;
  PetscBool *used;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(e->graph->ncol, &used));
  PetscCall(TessGraphUsed(e->graph, pde->neq, e->r, used));
  PetscCall(PetscMalloc1(e->graph->ncol, &pde->col));
  for (PetscInt c = 0; c < e->graph->ncol; c++)
    if (used[c])
      pde->col[pde->ncol++] = e->graph->col[c];
  if (pde->ncol)
    qsort(pde->col, (size_t)pde->ncol, sizeof(*pde->col), ByColumn);
  for (PetscInt c = 0; c < e->graph->ncol; c++) {
    number[c] = -1;
    for (PetscInt i = 0; i < pde->ncol && used[c]; i++)
      if (!ByColumn(&pde->col[i], &e->graph->col[c]))
        number[c] = i;
  }
  PetscCall(PetscFree(used));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* all partial derivatives that do not vanish, by equation and column */
static PetscErrorCode Partials(TessPde pde, const PetscInt number[])
{
  Expr          *e    = (Expr *)pde->data;
  const PetscInt size = pde->neq * pde->ncol;
  PetscInt      *graphs; /* number of a column in the graph */

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(size, &pde->eq));
  PetscCall(PetscMalloc1(size, &pde->of));
  PetscCall(PetscMalloc1(size, &e->dr));
  PetscCall(PetscMalloc1(pde->ncol, &graphs));
  for (PetscInt c = 0; c < e->graph->ncol; c++)
    if (number[c] >= 0)
      graphs[number[c]] = c;
  for (PetscInt i = 0; i < pde->neq; i++) {
    for (PetscInt c = 0; c < pde->ncol; c++) {
      TessNode d;

      if (pde->col[c].kind != TESS_COLUMN_JET && pde->col[c].kind != TESS_COLUMN_PARAMETER)
        continue;
      PetscCall(TessGraphPartial(e->graph, e->r[i], graphs[c], &d));
      if (TessGraphIsConst(e->graph, d, 0))
        continue;
      pde->eq[pde->nnz] = i;
      pde->of[pde->nnz] = c;
      e->dr[pde->nnz++] = d;
    }
  }
  PetscCall(PetscFree(graphs));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The columns in partials. */
static PetscErrorCode Inner(TessPde pde, const PetscInt number[])
{
  Expr      *e = (Expr *)pde->data;
  PetscBool *used;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(e->graph->ncol, &used));
  PetscCall(TessGraphUsed(e->graph, pde->nnz, e->dr, used));
  PetscCall(PetscCalloc1(pde->ncol, &pde->inner));
  for (PetscInt c = 0; c < e->graph->ncol; c++)
    if (used[c] && number[c] >= 0)
      pde->inner[number[c]] = PETSC_TRUE;
  PetscCall(PetscFree(used));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeSetUp_Expr(TessPde pde)
{
  Expr     *e = (Expr *)pde->data;
  PetscInt *number;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(e->graph->ncol, &number));
  PetscCall(Columns(pde, number));
  PetscCall(Partials(pde, number));
  PetscCall(Inner(pde, number));
  PetscCall(TessGraphIsAffine(e->graph, pde->neq, e->r, pde->nnz, e->dr, &pde->affine));
  PetscCall(TessTapeCreate(e->graph, pde->ncol, number, pde->neq, e->r, pde->nnz, e->dr, &e->tape));
  PetscCall(PetscFree(number));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* *node differentiated by coordinate `axis`, all other columns held fixed */
static PetscErrorCode ByCoordinate(TessGraph *graph, PetscInt axis, TessNode *node)
{
  const TessColumn column = {.kind = TESS_COLUMN_AXIS, .index = axis};
  TessNode         x;

  PetscFunctionBegin;
  PetscCall(TessGraphColumn(graph, &column, &x));
  PetscCall(TessGraphPartial(graph, *node, graph->node[x].column, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeDifferentiate_Expr(TessPde pde, PetscInt q, const TessEntry *entry, TessPde partial)
{
  const Expr *e = (const Expr *)pde->data;
  Expr       *d;
  TessNode    r, sum, term;

  PetscFunctionBegin;
  PetscCall(TessPdeAddEquation(partial, e->where[q], e->text[q]));
  d = (Expr *)partial->data;
  r = d->r[0];
  for (PetscInt i = 0; i < entry->order; i++)
    PetscCall(ByCoordinate(d->graph, entry->axis[i], &r));
  d->r[0] = r;
  if (entry->order != TESS_LAP)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessGraphConst(d->graph, 0, &sum));
  for (PetscInt i = 0; i < pde->names.space; i++) {
    term = r;
    PetscCall(ByCoordinate(d->graph, i, &term));
    PetscCall(ByCoordinate(d->graph, i, &term));
    PetscCall(TessGraphAdd(d->graph, sum, 1, term, &sum));
  }
  d->r[0] = sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeEvaluate_Expr(TessPde pde, PetscInt n, const PetscReal *const column[],
                                       PetscReal r[], PetscReal dr[])
{
  PetscFunctionBegin;
  PetscCall(TessTapeEvaluate(((Expr *)pde->data)->tape, n, column, r, dr));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeView_Expr(TessPde pde, PetscViewer viewer)
{
  Expr  *e = (Expr *)pde->data;
  char   line[1024];
  size_t len;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < pde->neq; i++) {
    char *text;

    PetscCall(TessGraphPrint(e->graph, e->r[i], &pde->names, &text));
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s: %s\n", e->where[i], e->text[i]));
    PetscCall(PetscViewerASCIIPrintf(viewer, "  %s = 0\n", text));
    PetscCall(PetscFree(text));
  }
  for (PetscInt c = 0; c < pde->ncol; c++) {
    const char *unknown =
        pde->col[c].kind == TESS_COLUMN_JET ? pde->names.name[NAME_UNKNOWN][pde->col[c].index] : "";

    if (pde->col[c].kind != TESS_COLUMN_JET || pde->col[c].entry.order != TESS_LAP)
      continue;
    len = (size_t)snprintf(line, sizeof(line), "  with lap(%.64s) =", unknown);
    for (PetscInt i = 0; i < pde->names.space; i++) {
      const char *axis = pde->names.name[NAME_AXIS][i];

      if (i < 3 || i == pde->names.space - 1)
        len += (size_t)snprintf(line + len, sizeof(line) - len, "%s %.64s_%.16s%.16s", i ? " +" : "", unknown,
                                axis, axis);
      else if (i == 3)
        len += (size_t)snprintf(line + len, sizeof(line) - len, " + ...");
    }
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s\n", line)); /* in one piece: each call indents */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeDestroy_Expr(TessPde pde)
{
  Expr    *e = (Expr *)pde->data;
  PetscInt n = pde->neq;

  PetscFunctionBegin;
  PetscCall(TessGraphDestroy(&e->graph));
  PetscCall(TessTapeDestroy(&e->tape));
  PetscCall(TessWordsDestroy(n, &e->where));
  PetscCall(TessWordsDestroy(n, &e->text));
  PetscCall(PetscFree(e->r));
  PetscCall(PetscFree(e->dr));
  PetscCall(PetscFree(e));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessPdeOps ExprOps = {.addequation   = PdeAddEquation_Expr,
                                           .setup         = PdeSetUp_Expr,
                                           .evaluate      = PdeEvaluate_Expr,
                                           .view          = PdeView_Expr,
                                           .differentiate = PdeDifferentiate_Expr,
                                           .destroy       = PdeDestroy_Expr};

PetscErrorCode TessPdeCreate_Expr(TessPde pde)
{
  Expr *e;

  PetscFunctionBegin;
  PetscCall(PetscNew(&e));
  PetscCall(TessGraphCreate(pde->names.n[NAME_AXIS], pde->names.space, &e->graph));
  pde->data = e;
  *pde->ops = ExprOps;
  PetscFunctionReturn(PETSC_SUCCESS);
}
