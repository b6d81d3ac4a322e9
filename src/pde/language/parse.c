/* parse.c - recursive descent; each function carries its production (docs/language.md is made of these). */
#include "parse.h"

#define DEEPEST 200 /* nested parentheses: the stack is not endless */

PetscErrorCode TessParseVector(TessParser *p, PetscInt size, const TessNode component[], TessValue *v)
{
  PetscFunctionBegin;
  if (p->nvec + size > p->maxvec) {
    p->maxvec = 2 * p->maxvec + size;
    PetscCall(PetscRealloc((size_t)p->maxvec * sizeof(*p->vec), &p->vec));
  }
  PetscCall(PetscArraycpy(&p->vec[p->nvec], component, size));
  *v = (TessValue){.size = size, .first = p->nvec};
  p->nvec += size;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* vector = "[" expression { "," expression } "]" . */
static PetscErrorCode Bracket(TessParser *p, TessValue *v)
{
  TessNode component[TESS_DIM_MAX];
  PetscInt size = 0;

  PetscFunctionBegin;
  do {
    const size_t at = p->token.begin + p->token.length;

    PetscCall(TessParseNext(p));
    PetscCall(TessParseExpression(p, v));
    if (v->size)
      PetscCall(TessParseFail(p, at, "the components of a vector are scalars"));
    if (size == TESS_DIM_MAX)
      PetscCall(TessParseFail(p, at, "more than %d components", TESS_DIM_MAX));
    component[size++] = v->node;
  } while (TessParseIs(p, ","));
  PetscCall(TessParseExpect(p, "]", " of the vector"));
  PetscCall(TessParseVector(p, size, component, v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* primary = number | variable | call | "(" expression ")" | vector . */
static PetscErrorCode Primary(TessParser *p, TessValue *v)
{
  const size_t at = p->token.begin, length = p->token.length;
  const size_t after = at + length;
  PetscInt     function;

  PetscFunctionBegin;
  *v = (TessValue){.size = 0};
  if (p->token.kind == TOKEN_NUMBER) {
    PetscCall(TessGraphConst(p->graph, p->token.value, &v->node));
    PetscCall(TessParseNext(p));
  } else if (p->token.kind == TOKEN_NAME) {
    function = TessFunctionFind(&p->text[at], length);
    if (function >= 0) {
      PetscCall(TessParseNext(p));
      PetscCall(TessParseCall(p, function, at, v));
    } else {
      PetscCall(TessParseVariable(p, &v->node));
      if (TessParseIs(p, "("))
        PetscCall(TessParseFail(p, after, "\"%.*s\" is no function; a product is written with *", (int)length,
                                &p->text[at]));
    }
  } else if (TessParseIs(p, "(")) {
    PetscCall(TessParseNext(p));
    PetscCall(TessParseExpression(p, v));
    PetscCall(TessParseExpect(p, ")", ""));
  } else if (TessParseIs(p, "["))
    PetscCall(Bracket(p, v));
  else
    PetscCall(TessParseUnexpected(p, "a number, a name, \"(\" or a minus"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Unary(TessParser *, TessValue *);

/* power = primary [ "^" unary ]: to the right first, so a^b^c = a^(b^c), and before a minus, so -a^2 =
 * -(a^2). */
static PetscErrorCode Power(TessParser *p, TessValue *v)
{
  TessValue b;

  PetscFunctionBegin;
  PetscCall(Primary(p, v));
  if (TessParseIs(p, "^")) {
    const size_t at = p->token.begin;

    PetscCall(TessParseNext(p));
    PetscCall(Unary(p, &b));
    if (v->size || b.size)
      PetscCall(TessParseFail(p, at, "powers are of scalars; the square of a vector is dot(a, a)"));
    PetscCall(TessGraphPower(p->graph, v->node, b.node, &v->node));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* a vector times (power 1) or over (power -1) a scalar */
static PetscErrorCode Scale(TessParser *p, TessValue *v, TessNode factor, PetscReal power)
{
  TessNode component[TESS_DIM_MAX];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < v->size; i++)
    PetscCall(TessGraphMul(p->graph, p->vec[v->first + i], factor, power, &component[i]));
  PetscCall(TessParseVector(p, v->size, component, v));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* unary = { "+" | "-" } power . */
static PetscErrorCode Unary(TessParser *p, TessValue *v)
{
  PetscReal sign = 1;
  TessNode  minus;

  PetscFunctionBegin;
  while (TessParseIs(p, "+") || TessParseIs(p, "-")) {
    if (TessParseIs(p, "-"))
      sign = -sign;
    PetscCall(TessParseNext(p));
  }
  if (++p->depth > DEEPEST)
    PetscCall(TessParseFail(p, p->token.begin, "more than %d nested parentheses or powers", DEEPEST));
  PetscCall(Power(p, v));
  p->depth--;
  if (sign < 0 && v->size) {
    PetscCall(TessGraphConst(p->graph, -1, &minus));
    PetscCall(Scale(p, v, minus, 1));
  } else if (sign < 0)
    PetscCall(TessGraphSum(p->graph, 1, &v->node, &sign, 0, &v->node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* term = unary { ("*" | "/") unary } . */
static PetscErrorCode Term(TessParser *p, TessValue *v)
{
  TessValue b;

  PetscFunctionBegin;
  PetscCall(Unary(p, v));
  while (TessParseIs(p, "*") || TessParseIs(p, "/")) {
    const size_t    at    = p->token.begin;
    const PetscReal power = TessParseIs(p, "*") ? 1 : -1;

    PetscCall(TessParseNext(p));
    if (TessParseIs(p, "*"))
      PetscCall(TessParseFail(p, at, "a power is written ^, not **"));
    PetscCall(Unary(p, &b));
    if (v->size && b.size && power > 0)
      PetscCall(TessParseFail(p, at, "a product of two vectors; write dot(a, b)"));
    if (b.size && power < 0)
      PetscCall(TessParseFail(p, at, "division by a vector"));
    if (v->size)
      PetscCall(Scale(p, v, b.node, power));
    else if (b.size) {
      PetscCall(Scale(p, &b, v->node, 1));
      *v = b;
    } else
      PetscCall(TessGraphMul(p->graph, v->node, b.node, power, &v->node));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* v = v + factor b */
static PetscErrorCode Add(TessParser *p, size_t at, TessValue *v, PetscReal factor, const TessValue *b)
{
  TessNode component[TESS_DIM_MAX];

  PetscFunctionBegin;
  if (v->size != b->size) {
    const PetscInt m = v->size, n = b->size;

    if (m && n)
      PetscCall(
          TessParseFail(p, at, "a vector of %" PetscInt_FMT " components and one of %" PetscInt_FMT, m, n));
    PetscCall(TessParseFail(p, at, "a vector and a scalar cannot be added or equal"));
  }
  for (PetscInt i = 0; i < v->size; i++)
    PetscCall(TessGraphAdd(p->graph, p->vec[v->first + i], factor, p->vec[b->first + i], &component[i]));
  if (v->size)
    PetscCall(TessParseVector(p, v->size, component, v));
  else
    PetscCall(TessGraphAdd(p->graph, v->node, factor, b->node, &v->node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* sum = term { ("+" | "-") term } . */
static PetscErrorCode Sum(TessParser *p, TessValue *v)
{
  TessValue b;

  PetscFunctionBegin;
  PetscCall(Term(p, v));
  while (TessParseIs(p, "+") || TessParseIs(p, "-")) {
    const size_t    at     = p->token.begin;
    const PetscReal factor = TessParseIs(p, "+") ? 1 : -1;

    PetscCall(TessParseNext(p));
    PetscCall(Term(p, &b));
    PetscCall(Add(p, at, v, factor, &b));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* expression = sum [ ("<" | ">" | "<=" | ">=" | "==" | "!=") sum ]: 1 where it holds, else 0. */
PetscErrorCode TessParseExpression(TessParser *p, TessValue *v)
{
  static const struct {
    const char *sign;
    TessOp      op;
    int         swap;
  } compare[] = {{"<", OP_LT, 0},  {">", OP_LT, 1},  {"<=", OP_LE, 0},
                 {">=", OP_LE, 1}, {"==", OP_EQ, 0}, {"!=", OP_EQ, 0}};
  TessValue b;
  size_t    which = 0, at;

  PetscFunctionBegin;
  PetscCall(Sum(p, v));
  while (which < 6 && !TessParseIs(p, compare[which].sign))
    which++;
  if (which == 6)
    PetscFunctionReturn(PETSC_SUCCESS);
  at = p->token.begin;
  PetscCall(TessParseNext(p));
  PetscCall(Sum(p, &b));
  if (v->size || b.size)
    PetscCall(TessParseFail(p, at, "comparisons are of scalars"));
  for (size_t i = 0; i < 6; i++)
    if (TessParseIs(p, compare[i].sign))
      PetscCall(TessParseFail(p, p->token.begin, "comparisons do not chain; write (a < b)*(b < c)"));
  PetscCall(TessGraphApply(
      p->graph, compare[which].op, 2,
      compare[which].swap ? (TessNode[]){b.node, v->node} : (TessNode[]){v->node, b.node}, &v->node));
  if (!strcmp(compare[which].sign, "!="))
    PetscCall(TessGraphSum(p->graph, 1, &v->node, &(PetscReal){-1}, 1, &v->node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* equation = expression [ "=" expression ] . */
static PetscErrorCode Equation(TessParser *p, TessNode *node)
{
  TessValue v, right;
  size_t    at;

  PetscFunctionBegin;
  PetscCall(TessParseNext(p));
  if (p->token.kind == TOKEN_END)
    SETERRQ(p->comm, PETSC_ERR_USER_INPUT,
            "%s: the text is empty (on the command line a value that begins with a minus and a letter is "
            "taken for an option: put a blank before the minus)",
            p->where);
  PetscCall(TessParseExpression(p, &v));
  if (TessParseIs(p, "=")) {
    at = p->token.begin;
    PetscCall(TessParseNext(p));
    PetscCall(TessParseExpression(p, &right));
    PetscCall(Add(p, at, &v, -1, &right));
  }
  if (p->token.kind != TOKEN_END)
    PetscCall(TessParseUnexpected(p, "an operator or the end"));
  if (v.size)
    PetscCall(TessParseFail(p, 0, "the equation is a vector; write one equation for each component"));
  *node = v.node;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessParseEquation(MPI_Comm comm, const char where[], const char text[], const TessNames *names,
                                 TessGraph *graph, TessNode *node)
{
  TessParser p = {.comm = comm, .where = where, .text = text, .names = names, .graph = graph};

  PetscFunctionBegin;
  graph->fault = TESS_FAULT_NONE;
  PetscCall(Equation(&p, node));
  PetscCall(PetscFree(p.vec));
  PetscFunctionReturn(PETSC_SUCCESS);
}
