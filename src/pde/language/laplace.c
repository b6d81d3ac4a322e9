/* laplace.c - lap of sums, of multiples by what does not vary in space, of unknowns (one column), of
   anything; and which columns an expression contains. */
#include "graph.h"

static PetscErrorCode VariesInSpace(TessGraph *g, TessNode node, PetscBool *varies)
{
  const TessFault fault = g->fault;
  TessNode        d;

  PetscFunctionBegin;
  *varies = PETSC_FALSE;
  for (PetscInt i = 0; i < g->space && !*varies; i++) {
    PetscCall(TessGraphAlong(g, node, i, &d));
    *varies = (PetscBool)(!TessGraphIsConst(g, d, 0) || g->fault != fault);
  }
  g->fault = fault;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* lap e = div grad e */
static PetscErrorCode Expand(TessGraph *g, TessNode node, TessNode *out)
{
  TessNode d;

  PetscFunctionBegin;
  PetscCall(TessGraphConst(g, 0, out));
  for (PetscInt i = 0; i < g->space; i++) {
    PetscCall(TessGraphAlong(g, node, i, &d));
    PetscCall(TessGraphAlong(g, d, i, &d));
    PetscCall(TessGraphAdd(g, *out, 1, d, out));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* If just one factor, of power 1, varies in space: its index, else -1 */
static PetscErrorCode OneVaries(TessGraph *g, PetscInt n, const TessNode factor[], const PetscReal power[],
                                PetscInt *which)
{
  PetscBool varies;

  PetscFunctionBegin;
  *which = -1;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(VariesInSpace(g, factor[i], &varies));
    if (!varies)
      continue;
    if (*which >= 0 || power[i] != 1) {
      *which = -1;
      break;
    }
    *which = i;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphLap(TessGraph *g, TessNode node, TessNode *out)
{
  const TessNodeData d = g->node[node];
  TessNode          *arg;
  PetscReal         *coef;
  PetscInt           which = -1;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d.n, &arg, d.n, &coef));
  PetscCall(PetscArraycpy(arg, &g->arg[d.first], d.n));
  PetscCall(PetscArraycpy(coef, &g->coef[d.first], d.n));
  if (d.op == OP_PRODUCT)
    PetscCall(OneVaries(g, d.n, arg, coef, &which));
  if (d.op == OP_SUM) {
    for (PetscInt i = 0; i < d.n; i++)
      PetscCall(TessGraphLap(g, arg[i], &arg[i]));
    PetscCall(TessGraphSum(g, d.n, arg, coef, 0, out));
  } else if (which >= 0) {
    PetscCall(TessGraphLap(g, arg[which], &arg[which]));
    PetscCall(TessGraphProduct(g, d.n, arg, coef, 1, out));
  } else if (d.op == OP_COLUMN && g->col[d.column].kind == TESS_COLUMN_JET &&
             g->col[d.column].entry.order == 0) {
    TessColumn c = g->col[d.column];

    c.entry = (TessEntry){.order = TESS_LAP};
    PetscCall(TessGraphColumn(g, &c, out));
  } else
    PetscCall(Expand(g, node, out));
  PetscCall(PetscFree2(arg, coef));
  PetscFunctionReturn(PETSC_SUCCESS);
}
