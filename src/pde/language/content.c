/* content.c - what an expression contains: columns, and whether it is affine in jets and parameters. */
#include "graph.h"

/* mark[i] for all nodes that the given ones are made of */
static PetscErrorCode Reach(const TessGraph *g, PetscInt n, const TessNode node[], PetscBool **mark)
{
  PetscBool *m;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(g->nnode, mark));
  m = *mark;
  for (PetscInt i = 0; i < n; i++)
    m[node[i]] = PETSC_TRUE;
  for (PetscInt i = g->nnode - 1; i >= 0; i--) /* arguments come before what is made of them */
    for (PetscInt j = 0; m[i] && j < g->node[i].n; j++)
      m[g->arg[g->node[i].first + j]] = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphUsed(const TessGraph *g, PetscInt n, const TessNode node[], PetscBool used[])
{
  PetscBool *mark;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(used, g->ncol));
  PetscCall(Reach(g, n, node, &mark));
  for (PetscInt i = 0; i < g->nnode; i++)
    if (mark[i] && g->node[i].op == OP_COLUMN)
      used[g->node[i].column] = PETSC_TRUE;
  PetscCall(PetscFree(mark));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* No partial derivative may contain a jet or a parameter, and nothing piecewise constant, whose derivative is
   zero though it varies, may be taken of one. */
PetscErrorCode TessGraphIsAffine(const TessGraph *g, PetscInt n, const TessNode r[], PetscInt nnz,
                                 const TessNode dr[], PetscBool *affine)
{
  PetscBool *mark, *state;

  PetscFunctionBegin;
  *affine = PETSC_TRUE;
  PetscCall(PetscCalloc1(g->nnode, &state)); /* whether a node contains a jet or a parameter */
  for (PetscInt i = 0; i < g->nnode; i++) {
    const TessNodeData *d = &g->node[i];

    if (d->op == OP_COLUMN)
      state[i] = (PetscBool)(g->col[d->column].kind == TESS_COLUMN_JET ||
                             g->col[d->column].kind == TESS_COLUMN_PARAMETER);
    for (PetscInt j = 0; j < d->n; j++)
      state[i] = (PetscBool)(state[i] || state[g->arg[d->first + j]]);
  }
  for (PetscInt k = 0; k < nnz; k++)
    *affine = (PetscBool)(*affine && !state[dr[k]]);
  PetscCall(Reach(g, n, r, &mark));
  for (PetscInt i = 0; i < g->nnode; i++) {
    const TessOp op = g->node[i].op;

    if (mark[i] && state[i] && (op == OP_SIGN || op == OP_STEP || op == OP_LT || op == OP_LE || op == OP_EQ))
      *affine = PETSC_FALSE;
  }
  PetscCall(PetscFree(mark));
  PetscCall(PetscFree(state));
  PetscFunctionReturn(PETSC_SUCCESS);
}
