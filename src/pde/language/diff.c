/* diff.c - symbolic derivatives, one rule a node; every node is differentiated once a call (memo). */
#include "graph.h"

typedef struct {
  TessGraph *g;
  PetscInt   axis;   /* total derivative along this axis, or -1: */
  PetscInt   column; /* partial derivative by this column */
  TessNode  *memo;   /* [nodes at the start] derivative or -1 */
} Diff;

static PetscErrorCode Apply(Diff *, TessNode, TessNode *);

/* d/daxis of a column: the next derivative of an unknown or a given field, 1 for the axis itself */
static PetscErrorCode Along(Diff *D, const TessColumn *column, TessNode *out)
{
  TessGraph *g = D->g;
  TessColumn c = *column;
  PetscInt   i;

  PetscFunctionBegin;
  PetscCall(TessGraphConst(g, c.kind == TESS_COLUMN_AXIS && c.index == D->axis, out));
  if (c.kind == TESS_COLUMN_NORMAL && D->axis < g->space)
    g->fault = TESS_FAULT_NORMAL;
  if (c.kind != TESS_COLUMN_JET && c.kind != TESS_COLUMN_GIVEN)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (c.entry.order == TESS_LAP) { /* the terms of the sum one by one */
    TessNode sum = *out, term;

    for (i = 0; i < g->space; i++) {
      c.entry = (TessEntry){.order = 2, .axis = {i, i}};
      PetscCall(Along(D, &c, &term));
      PetscCall(TessGraphAdd(g, sum, 1, term, &sum));
    }
    *out = sum;
  } else if (c.entry.order == TESS_ORDER_MAX) {
    g->fault = TESS_FAULT_ORDER;
  } else {
    for (i = c.entry.order++; i > 0 && c.entry.axis[i - 1] > D->axis; i--)
      c.entry.axis[i] = c.entry.axis[i - 1];
    c.entry.axis[i] = D->axis;
    PetscCall(TessGraphColumn(g, &c, out));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* (sum c_i t_i)' = sum c_i t_i' */
static PetscErrorCode Sum(Diff *D, PetscInt n, const TessNode t[], const PetscReal c[], TessNode *out)
{
  TessNode *d;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &d));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(Apply(D, t[i], &d[i]));
  PetscCall(TessGraphSum(D->g, n, d, c, 0, out));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* (prod t_i^e_i)' = sum_i e_i t_i' t_i^(e_i - 1) prod_(j != i) t_j^e_j */
static PetscErrorCode Product(Diff *D, PetscInt n, const TessNode t[], const PetscReal e[], TessNode *out)
{
  TessNode  *term, *factor;
  PetscReal *power, *one;
  PetscInt   m = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(n, &term, n + 1, &factor, n + 1, &power, n, &one));
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt j = 0; j < n; j++) {
      factor[j] = t[j];
      power[j]  = e[j] - (i == j);
    }
    power[n] = 1;
    PetscCall(Apply(D, t[i], &factor[n]));
    if (TessGraphIsConst(D->g, factor[n], 0))
      continue;
    one[m] = 1;
    PetscCall(TessGraphProduct(D->g, n + 1, factor, power, e[i], &term[m++]));
  }
  PetscCall(TessGraphSum(D->g, m, term, one, 0, out));
  PetscCall(PetscFree4(term, factor, power, one));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* (a^b)' = b a^(b-1) a' + a^b log(a) b', whose second term is 0 where a is 0 */
static PetscErrorCode Power(TessGraph *g, const TessNode a[], TessNode node, const TessNode d[],
                            TessNode *out)
{
  TessNode zero, one, less, first, second;

  PetscFunctionBegin;
  PetscCall(TessGraphConst(g, 1, &one));
  PetscCall(TessGraphAdd(g, a[1], -1, one, &less));
  PetscCall(TessGraphPower(g, a[0], less, &first));
  PetscCall(TessGraphProduct(g, 3, (TessNode[]){a[1], first, d[0]}, (PetscReal[]){1, 1, 1}, 1, &first));
  PetscCall(TessGraphConst(g, 0, &zero));
  PetscCall(TessGraphApply(g, OP_EQ, 2, (TessNode[]){a[0], zero}, &zero));
  PetscCall(TessGraphApply(g, OP_IF, 3, (TessNode[]){zero, one, a[0]}, &second));
  PetscCall(TessGraphApply(g, OP_LOG, 1, &second, &second));
  PetscCall(TessGraphProduct(g, 3, (TessNode[]){node, second, d[1]}, (PetscReal[]){1, 1, 1}, 1, &second));
  PetscCall(TessGraphAdd(g, first, 1, second, out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* f'(a) of the functions of one argument; node is f(a) itself */
static PetscErrorCode Slope(TessGraph *g, TessOp op, TessNode a, TessNode node, TessNode *out)
{
  TessNode square;

  PetscFunctionBegin;
  PetscCall(TessGraphProduct(g, 1, &node, &(PetscReal){2}, 1, &square));
  switch (op) {
  case OP_SIN:
    PetscCall(TessGraphApply(g, OP_COS, 1, &a, out));
    break;
  case OP_COS:
    PetscCall(TessGraphApply(g, OP_SIN, 1, &a, out));
    PetscCall(TessGraphSum(g, 1, out, &(PetscReal){-1}, 0, out));
    break;
  case OP_TAN:
    PetscCall(TessGraphSum(g, 1, &square, &(PetscReal){1}, 1, out));
    break;
  case OP_TANH:
    PetscCall(TessGraphSum(g, 1, &square, &(PetscReal){-1}, 1, out));
    break;
  case OP_EXP:
    *out = node;
    break;
  case OP_LOG:
    PetscCall(TessGraphProduct(g, 1, &a, &(PetscReal){-1}, 1, out));
    break;
  case OP_SINH:
    PetscCall(TessGraphApply(g, OP_COSH, 1, &a, out));
    break;
  case OP_COSH:
    PetscCall(TessGraphApply(g, OP_SINH, 1, &a, out));
    break;
  case OP_ERF: /* 2/sqrt(pi) exp(-a^2) */
    PetscCall(TessGraphProduct(g, 1, &a, &(PetscReal){2}, -1, &square));
    PetscCall(TessGraphApply(g, OP_EXP, 1, &square, out));
    PetscCall(TessGraphSum(g, 1, out, &(PetscReal){2 / PetscSqrtReal(PETSC_PI)}, 0, out));
    break;
  case OP_ABS:
    PetscCall(TessGraphApply(g, OP_SIGN, 1, &a, out));
    break;
  default:
    PetscCall(TessGraphConst(g, 0, out)); /* piecewise constant */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the functions of several arguments: a their arguments, d the derivatives of these */
static PetscErrorCode Several(TessGraph *g, TessOp op, const TessNode a[], TessNode node, const TessNode d[],
                              TessNode *out)
{
  TessNode c, yx, xy, norm;

  PetscFunctionBegin;
  switch (op) {
  case OP_POWER:
    PetscCall(Power(g, a, node, d, out));
    break;
  case OP_MIN: /* min(a, b)' = a < b ? a' : b' */
  case OP_MAX:
    PetscCall(
        TessGraphApply(g, OP_LT, 2, op == OP_MIN ? (TessNode[]){a[0], a[1]} : (TessNode[]){a[1], a[0]}, &c));
    PetscCall(TessGraphApply(g, OP_IF, 3, (TessNode[]){c, d[0], d[1]}, out));
    break;
  case OP_ATAN2: /* atan2(y, x)' = (x y' - y x') / (x^2 + y^2) */
    PetscCall(TessGraphMul(g, a[1], d[0], 1, &xy));
    PetscCall(TessGraphMul(g, a[0], d[1], 1, &yx));
    PetscCall(TessGraphAdd(g, xy, -1, yx, &xy));
    PetscCall(TessGraphMul(g, a[0], a[0], 1, &norm));
    PetscCall(TessGraphMul(g, a[1], a[1], 1, &c));
    PetscCall(TessGraphAdd(g, norm, 1, c, &norm));
    PetscCall(TessGraphMul(g, xy, norm, -1, out));
    break;
  case OP_IF:
    PetscCall(TessGraphApply(g, OP_IF, 3, (TessNode[]){a[0], d[1], d[2]}, out));
    break;
  default:
    PetscCall(TessGraphConst(g, 0, out)); /* comparisons */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Function(Diff *D, TessOp op, PetscInt n, const TessNode a[], TessNode node,
                               TessNode *out)
{
  TessNode d[3];
  PetscInt moving = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(Apply(D, a[i], &d[i]));
    moving += !TessGraphIsConst(D->g, d[i], 0);
  }
  if (!moving)
    PetscCall(TessGraphConst(D->g, 0, out));
  else if (n == 1) {
    PetscCall(Slope(D->g, op, a[0], node, out));
    PetscCall(TessGraphMul(D->g, *out, d[0], 1, out));
  } else
    PetscCall(Several(D->g, op, a, node, d, out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Apply(Diff *D, TessNode node, TessNode *out)
{
  TessGraph         *g = D->g;
  const TessNodeData d = g->node[node];
  TessNode          *arg;
  PetscReal         *coef;

  PetscFunctionBegin;
  if (D->memo[node] >= 0) {
    *out = D->memo[node];
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc2(d.n, &arg, d.n, &coef)); /* copies: the graph's own arrays move as it grows */
  PetscCall(PetscArraycpy(arg, &g->arg[d.first], d.n));
  PetscCall(PetscArraycpy(coef, &g->coef[d.first], d.n));
  if (d.op == OP_CONST)
    PetscCall(TessGraphConst(g, 0, out));
  else if (d.op == OP_COLUMN) {
    const TessColumn c = g->col[d.column];

    if (D->axis >= 0)
      PetscCall(Along(D, &c, out));
    else
      PetscCall(TessGraphConst(g, d.column == D->column, out));
  } else if (d.op == OP_SUM)
    PetscCall(Sum(D, d.n, arg, coef, out));
  else if (d.op == OP_PRODUCT)
    PetscCall(Product(D, d.n, arg, coef, out));
  else
    PetscCall(Function(D, d.op, d.n, arg, node, out));
  PetscCall(PetscFree2(arg, coef));
  D->memo[node] = *out;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Differentiate(TessGraph *g, TessNode node, PetscInt axis, PetscInt column,
                                    TessNode *out)
{
  Diff           D = {.g = g, .axis = axis, .column = column};
  const PetscInt n = node + 1; /* arguments come before what is made of them */

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &D.memo));
  for (PetscInt i = 0; i < n; i++)
    D.memo[i] = -1;
  PetscCall(Apply(&D, node, out));
  PetscCall(PetscFree(D.memo));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphAlong(TessGraph *g, TessNode node, PetscInt axis, TessNode *out)
{
  PetscFunctionBegin;
  PetscCall(Differentiate(g, node, axis, -1, out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphPartial(TessGraph *g, TessNode node, PetscInt column, TessNode *out)
{
  PetscFunctionBegin;
  PetscCall(Differentiate(g, node, -1, column, out));
  PetscFunctionReturn(PETSC_SUCCESS);
}
