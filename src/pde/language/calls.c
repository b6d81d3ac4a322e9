/* calls.c - the functions of the language; the table is the chapter list. */
#include "parse.h"

typedef enum { CALL_OP, CALL_SQRT, CALL_D, CALL_LAP, CALL_DN, CALL_GRAD, CALL_DIV, CALL_DOT } CallKind;

static const struct {
  const char *name;
  CallKind    kind;
  TessOp      op;
  PetscInt    arguments;
} functions[] = {{"sin", CALL_OP, OP_SIN, 1},   {"cos", CALL_OP, OP_COS, 1},
                 {"tan", CALL_OP, OP_TAN, 1},   {"exp", CALL_OP, OP_EXP, 1},
                 {"log", CALL_OP, OP_LOG, 1},   {"sqrt", CALL_SQRT, 0, 1},
                 {"tanh", CALL_OP, OP_TANH, 1}, {"sinh", CALL_OP, OP_SINH, 1},
                 {"cosh", CALL_OP, OP_COSH, 1}, {"abs", CALL_OP, OP_ABS, 1},
                 {"min", CALL_OP, OP_MIN, 2},   {"max", CALL_OP, OP_MAX, 2},
                 {"erf", CALL_OP, OP_ERF, 1},   {"atan2", CALL_OP, OP_ATAN2, 2},
                 {"step", CALL_OP, OP_STEP, 1}, {"if", CALL_OP, OP_IF, 3},
                 {"d", CALL_D, 0, 2},           {"lap", CALL_LAP, 0, 1},
                 {"dn", CALL_DN, 0, 1},         {"grad", CALL_GRAD, 0, 1},
                 {"div", CALL_DIV, 0, 1},       {"dot", CALL_DOT, 0, 2}};

#define FUNCTIONS ((PetscInt)(sizeof(functions) / sizeof(*functions)))

PetscInt TessFunctionFind(const char name[], size_t length)
{
  for (PetscInt f = 0; f < FUNCTIONS; f++)
    if (strlen(functions[f].name) == length && !strncmp(functions[f].name, name, length))
      return f;
  return -1;
}

const char *const *TessFunctionNames(PetscInt *n)
{
  static const char *const names[] = {"sin",  "cos", "tan", "exp",  "log", "sqrt",  "tanh", "sinh",
                                      "cosh", "abs", "min", "max",  "erf", "atan2", "step", "if",
                                      "d",    "lap", "dn",  "grad", "div", "dot"};

  *n = FUNCTIONS;
  return names;
}

/* what keeps a derivative from being taken */
static PetscErrorCode CheckFault(TessParser *p, size_t at)
{
  PetscFunctionBegin;
  if (p->graph->fault == TESS_FAULT_ORDER)
    PetscCall(TessParseFail(p, at, "this needs derivatives of an order above %d", TESS_ORDER_MAX));
  if (p->graph->fault == TESS_FAULT_NORMAL)
    PetscCall(TessParseFail(p, at, "this needs derivatives of the normal, which are not known"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* f(node) where v is a scalar or, component by component, a vector */
static PetscErrorCode EachComponent(TessParser *p, TessValue *v,
                                    PetscErrorCode (*f)(TessGraph *, TessNode, PetscInt, TessNode *),
                                    PetscInt axis)
{
  TessNode component[TESS_DIM_MAX];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < v->size; i++)
    PetscCall(f(p->graph, p->vec[v->first + i], axis, &component[i]));
  if (v->size)
    PetscCall(TessParseVector(p, v->size, component, v));
  else
    PetscCall(f(p->graph, v->node, axis, &v->node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Lap(TessGraph *g, TessNode node, PetscInt axis, TessNode *out)
{
  PetscFunctionBegin;
  PetscCall(TessGraphLap(g, node, out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* dn(u) = normal . grad u */
static PetscErrorCode Dn(TessGraph *g, TessNode node, PetscInt axis, TessNode *out)
{
  TessNode slope, normal, sum;

  PetscFunctionBegin;
  PetscCall(TessGraphConst(g, 0, &sum));
  for (PetscInt i = 0; i < g->space; i++) {
    PetscCall(TessGraphAlong(g, node, i, &slope));
    PetscCall(TessGraphColumn(g, &(TessColumn){.kind = TESS_COLUMN_NORMAL, .index = i}, &normal));
    PetscCall(TessGraphMul(g, normal, slope, 1, &slope));
    PetscCall(TessGraphAdd(g, sum, 1, slope, &sum));
  }
  *out = sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* d = "d" "(" expression "," axis ")": the parser stands behind the comma */
static PetscErrorCode Axis(TessParser *p, PetscInt *axis)
{
  TessNameKind kind;
  PetscBool    found = PETSC_FALSE;

  PetscFunctionBegin;
  if (p->token.kind == TOKEN_NAME)
    found = TessNamesFind(p->names, &p->text[p->token.begin], p->token.length, &kind, axis);
  if (!found || kind != NAME_AXIS)
    PetscCall(TessParseFail(p, p->token.begin,
                            "the second argument of d(expression, axis) is the name of an axis"));
  PetscCall(TessParseNext(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Dot(TessParser *p, size_t at, const TessValue a[], TessNode *out)
{
  TessNode term, sum;

  PetscFunctionBegin;
  if (!a[0].size || a[0].size != a[1].size)
    PetscCall(TessParseFail(p, at, "dot(a, b) takes two vectors of the same number of components"));
  PetscCall(TessGraphConst(p->graph, 0, &sum));
  for (PetscInt i = 0; i < a[0].size; i++) {
    PetscCall(TessGraphMul(p->graph, p->vec[a[0].first + i], p->vec[a[1].first + i], 1, &term));
    PetscCall(TessGraphAdd(p->graph, sum, 1, term, &sum));
  }
  *out = sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* div v = sum_i dv_i/dx_i */
static PetscErrorCode Div(TessParser *p, size_t at, const TessValue *v, TessNode *out)
{
  TessNode term, sum;

  PetscFunctionBegin;
  if (v->size != p->graph->space)
    PetscCall(TessParseFail(
        p, at, "div takes a vector of as many components as there are space axes, %" PetscInt_FMT,
        p->graph->space));
  PetscCall(TessGraphConst(p->graph, 0, &sum));
  for (PetscInt i = 0; i < v->size; i++) {
    PetscCall(TessGraphAlong(p->graph, p->vec[v->first + i], i, &term));
    PetscCall(TessGraphAdd(p->graph, sum, 1, term, &sum));
  }
  *out = sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Grad(TessParser *p, size_t at, TessNode node, TessValue *v)
{
  TessNode component[TESS_DIM_MAX];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->graph->space; i++)
    PetscCall(TessGraphAlong(p->graph, node, i, &component[i]));
  PetscCall(TessParseVector(p, p->graph->space, component, v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Scalars(TessParser *p, PetscInt function, size_t at, const TessValue a[], TessNode *out)
{
  TessNode arg[3];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < functions[function].arguments; i++) {
    if (a[i].size)
      PetscCall(TessParseFail(p, at, "%s takes scalars, not vectors", functions[function].name));
    arg[i] = a[i].node;
  }
  if (functions[function].kind == CALL_SQRT)
    PetscCall(TessGraphProduct(p->graph, 1, arg, &(PetscReal){0.5}, 1, out));
  else
    PetscCall(TessGraphApply(p->graph, functions[function].op, functions[function].arguments, arg, out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Call(TessParser *p, PetscInt function, size_t at, TessValue a[], PetscInt axis,
                           TessValue *v)
{
  const CallKind kind = functions[function].kind;

  PetscFunctionBegin;
  *v = (TessValue){.size = 0};
  if (kind == CALL_DOT)
    PetscCall(Dot(p, at, a, &v->node));
  else if (kind == CALL_DIV)
    PetscCall(Div(p, at, a, &v->node));
  else if (kind == CALL_GRAD) {
    if (a[0].size)
      PetscCall(TessParseFail(p, at, "grad takes a scalar"));
    PetscCall(Grad(p, at, a[0].node, v));
  } else if (kind == CALL_OP || kind == CALL_SQRT)
    PetscCall(Scalars(p, function, at, a, &v->node));
  else {
    *v = a[0];
    PetscCall(EachComponent(p, v, kind == CALL_D ? TessGraphAlong : kind == CALL_LAP ? Lap : Dn, axis));
  }
  PetscCall(CheckFault(p, at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* call = function "(" expression { "," expression } ")" | "d" "(" expression "," axis ")" . */
PetscErrorCode TessParseCall(TessParser *p, PetscInt function, size_t at, TessValue *v)
{
  TessValue a[3];
  PetscInt  n = functions[function].arguments, given = 0, axis = 0;

  PetscFunctionBegin;
  if (!TessParseIs(p, "("))
    PetscCall(
        TessParseFail(p, p->token.begin, "\"(\" was expected: %s is a function", functions[function].name));
  if ((functions[function].kind == CALL_LAP || functions[function].kind == CALL_DN ||
       functions[function].kind == CALL_GRAD) &&
      !p->graph->space)
    PetscCall(TessParseFail(p, at, "%s is along space axes, but there are none", functions[function].name));
  do {
    const size_t comma = p->token.begin;

    if (given == n)
      PetscCall(TessParseFail(p, comma, "%s takes %" PetscInt_FMT " argument%s", functions[function].name, n,
                              n > 1 ? "s" : ""));
    PetscCall(TessParseNext(p));
    if (given == 1 && functions[function].kind == CALL_D)
      PetscCall(Axis(p, &axis));
    else
      PetscCall(TessParseExpression(p, &a[given]));
    given++;
  } while (TessParseIs(p, ","));
  if (given < n && TessParseIs(p, ")"))
    PetscCall(TessParseFail(p, p->token.begin, "%s takes %" PetscInt_FMT " arguments, not %" PetscInt_FMT,
                            functions[function].name, n, given));
  PetscCall(TessParseExpect(p, ")", " of the function"));
  PetscCall(Call(p, function, at, a, axis, v));
  PetscFunctionReturn(PETSC_SUCCESS);
}
