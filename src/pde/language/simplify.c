/* simplify.c - the makers of nodes: constants fold, equal terms and factors merge, 0 and 1 vanish.  As in
   every algebra of expressions x/x is 1 and sqrt(x)^2 is x, also where x is 0 or negative. */
#include "graph.h"

typedef struct {
  TessNode  node;
  PetscReal c;
} Pair;

static int ByNode(const void *a, const void *b)
{
  const TessNode i = ((const Pair *)a)->node, j = ((const Pair *)b)->node;

  return i < j ? -1 : i > j;
}

/* a + b, and 0 if they cancel up to round-off (0.1 u + 0.2 u - 0.3 u is to vanish) */
static PetscReal Cancel(PetscReal a, PetscReal b)
{
  const PetscReal c = a + b, size = PetscMax(PetscAbsReal(a), PetscAbsReal(b));

  return PetscAbsReal(c) <= 4 * PETSC_MACHINE_EPSILON * size && size < PETSC_MAX_REAL ? 0 : c;
}

/* sorted by node, equal ones added, zeros dropped; then one node of kind op, or what it is equal to */
static PetscErrorCode Finish(TessGraph *g, TessOp op, PetscInt n, Pair pair[], PetscReal value,
                             TessNode *node)
{
  PetscInt   m = 0;
  TessNode  *arg;
  PetscReal *coef;

  PetscFunctionBegin;
  if (n > 1)
    qsort(pair, (size_t)n, sizeof(*pair), ByNode);
  for (PetscInt i = 0; i < n;) {
    Pair p = pair[i++];

    while (i < n && pair[i].node == p.node)
      p.c = Cancel(p.c, pair[i++].c);
    if (p.c != 0)
      pair[m++] = p;
  }
  if (!m) {
    PetscCall(TessGraphConst(g, op == OP_SUM ? value : 1, node));
  } else if (m == 1 && pair[0].c == 1 && (op == OP_PRODUCT || value == 0)) {
    *node = pair[0].node;
  } else {
    PetscCall(PetscMalloc2(m, &arg, m, &coef));
    for (PetscInt i = 0; i < m; i++) {
      arg[i]  = pair[i].node;
      coef[i] = pair[i].c;
    }
    PetscCall(
        TessGraphIntern(g, &(TessNodeData){.op = op, .n = m, .value = op == OP_SUM && value != 0 ? value : 0},
                        arg, coef, node));
    PetscCall(PetscFree2(arg, coef));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* value + sum_i coef_i node_i */
PetscErrorCode TessGraphSum(TessGraph *g, PetscInt n, const TessNode node[], const PetscReal coef[],
                            PetscReal value, TessNode *sum)
{
  PetscInt size = 0, m = 0;
  Pair    *pair;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    size += g->node[node[i]].op == OP_SUM ? g->node[node[i]].n : 1;
  PetscCall(PetscMalloc1(size, &pair));
  for (PetscInt i = 0; i < n; i++) {
    const TessNodeData *d = &g->node[node[i]];

    if (coef[i] == 0)
      continue;
    if (d->op == OP_CONST || d->op == OP_SUM)
      value = Cancel(value, coef[i] * d->value);
    if (d->op == OP_SUM) {
      for (PetscInt j = 0; j < d->n; j++)
        pair[m++] = (Pair){g->arg[d->first + j], coef[i] * g->coef[d->first + j]};
    } else if (d->op != OP_CONST)
      pair[m++] = (Pair){node[i], coef[i]};
  }
  PetscCall(Finish(g, OP_SUM, m, pair, value, sum));
  PetscCall(PetscFree(pair));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool IsInteger(PetscReal e)
{
  return (PetscBool)(PetscFloorReal(e) == e);
}

/* What stands before a factor node^e is moved to *factor: the number of c*t, the sign of a sum that begins
 * with a minus. */
static PetscErrorCode PullOut(TessGraph *g, TessNode *node, PetscReal e, PetscReal *factor)
{
  const TessNodeData *d    = &g->node[*node];
  const PetscReal     lead = d->op == OP_SUM ? g->coef[d->first] : 1;

  PetscFunctionBegin;
  if (d->op == OP_SUM && d->n == 1 && d->value == 0 && (lead > 0 || IsInteger(e))) {
    *factor *= PetscPowReal(lead, e);
    *node = g->arg[d->first];
  } else if (lead < 0 && IsInteger(e)) {
    *factor *= PetscPowReal(-1, e);
    PetscCall(TessGraphSum(g, 1, node, &(PetscReal){-1}, 0, node));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* factor * prod_i node_i^power_i */
PetscErrorCode TessGraphProduct(TessGraph *g, PetscInt n, const TessNode node[], const PetscReal power[],
                                PetscReal factor, TessNode *product)
{
  PetscInt m = 0, size = 0;
  Pair    *pair;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    TessNode t = node[i];

    PetscCall(PullOut(g, &t, power[i], &(PetscReal){1}));
    size += PetscMax(1, g->node[t].n);
  }
  PetscCall(PetscMalloc1(size, &pair));
  for (PetscInt i = 0; i < n; i++) {
    const TessNodeData *d;
    TessNode            t = node[i];

    PetscCall(PullOut(g, &t, power[i], &factor));
    d = &g->node[t];
    if (d->op == OP_CONST)
      factor *= PetscPowReal(d->value, power[i]);
    else if (d->op == OP_PRODUCT && IsInteger(power[i])) {
      for (PetscInt j = 0; j < d->n; j++)
        pair[m++] = (Pair){g->arg[d->first + j], power[i] * g->coef[d->first + j]};
    } else
      pair[m++] = (Pair){t, power[i]};
  }
  if (factor == 0)
    PetscCall(TessGraphConst(g, 0, product));
  else {
    PetscCall(Finish(g, OP_PRODUCT, m, pair, 0, product));
    if (factor != 1)
      PetscCall(TessGraphSum(g, 1, product, &factor, 0, product));
  }
  PetscCall(PetscFree(pair));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphAdd(TessGraph *g, TessNode a, PetscReal factor, TessNode b, TessNode *sum)
{
  PetscFunctionBegin;
  PetscCall(TessGraphSum(g, 2, (TessNode[]){a, b}, (PetscReal[]){1, factor}, 0, sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphMul(TessGraph *g, TessNode a, TessNode b, PetscReal power, TessNode *product)
{
  PetscFunctionBegin;
  PetscCall(TessGraphProduct(g, 2, (TessNode[]){a, b}, (PetscReal[]){1, power}, 1, product));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphPower(TessGraph *g, TessNode a, TessNode b, TessNode *power)
{
  const PetscReal e = g->node[b].value; /* a copy: nodes move as the graph grows */

  PetscFunctionBegin;
  if (g->node[b].op == OP_CONST)
    PetscCall(TessGraphProduct(g, 1, &a, &e, 1, power));
  else
    PetscCall(TessGraphApply(g, OP_POWER, 2, (TessNode[]){a, b}, power));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TessOpValue(TessOp op, const PetscReal a[])
{
  switch (op) {
  case OP_POWER:
    return PetscPowReal(a[0], a[1]);
  case OP_SIN:
    return PetscSinReal(a[0]);
  case OP_COS:
    return PetscCosReal(a[0]);
  case OP_TAN:
    return PetscTanReal(a[0]);
  case OP_EXP:
    return PetscExpReal(a[0]);
  case OP_LOG:
    return PetscLogReal(a[0]);
  case OP_TANH:
    return PetscTanhReal(a[0]);
  case OP_SINH:
    return PetscSinhReal(a[0]);
  case OP_COSH:
    return PetscCoshReal(a[0]);
  case OP_ERF:
    return (PetscReal)erf((double)a[0]);
  case OP_ABS:
    return PetscAbsReal(a[0]);
  case OP_SIGN:
    return (a[0] > 0) - (a[0] < 0);
  case OP_STEP:
    return a[0] >= 0;
  case OP_MIN:
    return a[0] < a[1] ? a[0] : a[1];
  case OP_MAX:
    return a[0] > a[1] ? a[0] : a[1];
  case OP_ATAN2:
    return PetscAtan2Real(a[0], a[1]);
  case OP_LT:
    return a[0] < a[1];
  case OP_LE:
    return a[0] <= a[1];
  case OP_EQ:
    return a[0] == a[1];
  case OP_IF:
    return a[0] != 0 ? a[1] : a[2];
  default:
    return 0;
  }
}

PetscErrorCode TessGraphApply(TessGraph *g, TessOp op, PetscInt n, const TessNode arg[], TessNode *node)
{
  PetscReal value[3];
  PetscInt  known = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    value[i] = g->node[arg[i]].value;
    known += g->node[arg[i]].op == OP_CONST;
  }
  if (known == n)
    PetscCall(TessGraphConst(g, TessOpValue(op, value), node));
  else if (op == OP_IF && g->node[arg[0]].op == OP_CONST)
    *node = arg[value[0] != 0 ? 1 : 2];
  else if (op == OP_IF && arg[1] == arg[2])
    *node = arg[1];
  else if ((op == OP_MIN || op == OP_MAX) && arg[0] == arg[1])
    *node = arg[0];
  else
    PetscCall(TessGraphIntern(g, &(TessNodeData){.op = op, .n = n}, arg, (PetscReal[]){1, 1, 1}, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}
