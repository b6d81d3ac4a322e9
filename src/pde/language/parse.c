/* parse.c - recursive descent; each function carries its production (docs/language.md is made of these). */
#include <stdarg.h>
#include "parse.h"

#define DEEPEST 200 /* nested parentheses: the stack is not endless */
#define SHOWN 90    /* bytes of the text that a message shows around the caret */

static PetscBool Continues(char c) /* bytes of a UTF-8 character after the first take no column */
{
  return (PetscBool)(((unsigned char)c & 0xC0) == 0x80);
}

PetscErrorCode TessParseFail(const TessParser *p, size_t at, const char format[], ...)
{
  char    message[1200], shown[SHOWN + 8], caret[SHOWN + 8];
  size_t  length = strlen(p->text), begin = 0, end, k = 0;
  va_list list;

  PetscFunctionBegin;
  va_start(list, format);
  (void)vsnprintf(message, sizeof(message), format, list);
  va_end(list);
  if (length > SHOWN && at > SHOWN / 2)
    begin = PetscMin(at - SHOWN / 2, length - SHOWN);
  end = PetscMin(begin + SHOWN, length);
  (void)snprintf(shown, sizeof(shown), "%s%.*s%s", begin ? "..." : "", (int)(end - begin), &p->text[begin],
                 end < length ? "..." : "");
  for (char *c = shown; *c; c++)
    if (*c == '\n' || *c == '\t' || *c == '\r')
      *c = ' ';
  for (size_t i = 0; i < at - begin + (begin ? 3 : 0); i++)
    if (!Continues(shown[i]))
      caret[k++] = ' ';
  caret[k] = 0;
  SETERRQ(p->comm, PETSC_ERR_USER_INPUT, "%s: %s\n  %s\n  %s^", p->where, message, shown, caret);
}

PetscErrorCode TessParseNext(TessParser *p)
{
  PetscFunctionBegin;
  PetscCall(TessLex(p->text, p->token.begin + p->token.length, &p->token));
  if (p->token.kind == TOKEN_BAD) {
    const char *c    = &p->text[p->token.begin];
    int         size = 1;

    while (Continues(c[size]))
      size++;
    PetscCall(TessParseFail(p, p->token.begin, "\"%.*s\" is no character of the language", size, c));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessParseIs(const TessParser *p, const char sign[])
{
  return (PetscBool)(p->token.kind == TOKEN_SIGN && !strcmp(p->token.sign, sign));
}

/* what stands where something else was expected */
static PetscErrorCode Unexpected(TessParser *p, const char expected[])
{
  const TessToken *t = &p->token;

  PetscFunctionBegin;
  if (t->kind == TOKEN_END)
    PetscCall(TessParseFail(p, t->begin, "the text ends, but %s was expected", expected));
  if (TessParseIs(p, "="))
    PetscCall(TessParseFail(
        p, t->begin,
        "\"=\" stands here, but %s was expected (an equation has one \"=\"; comparisons are < > <= >= == !=)",
        expected));
  PetscCall(TessParseFail(p, t->begin, "\"%.*s\" stands here, but %s was expected", (int)t->length,
                          &p->text[t->begin], expected));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessParseExpect(TessParser *p, const char sign[], const char purpose[])
{
  char expected[128];

  PetscFunctionBegin;
  if (!TessParseIs(p, sign)) {
    (void)snprintf(expected, sizeof(expected), "an operator or \"%s\"%s", sign, purpose);
    PetscCall(Unexpected(p, expected));
  }
  PetscCall(TessParseNext(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

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

/* axes = axis { axis }: text[0..len) as axis names, the longest that fits first; PETSC_FALSE if it is none */
static PetscBool Axes(const TessNames *names, const char text[], size_t len, PetscInt *order, PetscInt axis[])
{
  const PetscInt depth = *order;

  if (!len)
    return (PetscBool)(depth > 0);
  for (size_t take = len; take > 0; take--) {
    for (PetscInt a = 0; a < names->n[NAME_AXIS]; a++) {
      const char *name = names->name[NAME_AXIS][a];

      if (strlen(name) != take || strncmp(name, text, take))
        continue;
      if (depth < TESS_ORDER_MAX)
        axis[depth] = a;
      *order = depth + 1;
      if (Axes(names, text + take, len - take, order, axis))
        return PETSC_TRUE;
      *order = depth;
    }
  }
  return PETSC_FALSE;
}

static PetscErrorCode UnknownName(TessParser *p, size_t at, size_t length)
{
  char        word[64], list[700], written[140] = "";
  const char *nearest;
  PetscInt    order = 0, axis[TESS_ORDER_MAX];

  PetscFunctionBegin;
  (void)snprintf(word, sizeof(word), "%.*s", (int)length, &p->text[at]);
  PetscCall(TessNamesList(p->names, sizeof(list), list));
  PetscCall(TessNamesNearest(p->names, word, &nearest));
  if (nearest)
    (void)snprintf(written, sizeof(written), "; did you mean \"%s\"?", nearest);
  for (size_t cut = 1; cut < strlen(word); cut++) { /* ux for u_x */
    TessNameKind kind;
    PetscInt     index;

    if (TessNamesFind(p->names, word, cut, &kind, &index) && (kind == NAME_UNKNOWN || kind == NAME_GIVEN) &&
        Axes(p->names, &word[cut], strlen(word) - cut, &order, axis))
      (void)snprintf(written, sizeof(written), "; did you mean \"%.*s_%s\"?", (int)cut, word, &word[cut]);
  }
  PetscCall(TessParseFail(p, at, "there is no name \"%s\"%s  Known are: %s%sand the functions", word, written,
                          list, list[0] ? "; " : "pi "));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* normal_axis: a component of the outward unit normal */
static PetscErrorCode Normal(TessParser *p, const char suffix[], size_t len, size_t at, TessNode *node)
{
  PetscInt order = 0, axis[TESS_ORDER_MAX];

  PetscFunctionBegin;
  if (!suffix || !Axes(p->names, suffix, len, &order, axis) || order != 1 || axis[0] >= p->names->space)
    PetscCall(TessParseFail(p, at, "the normal has components normal_<axis> along the space axes%s%s",
                            p->names->space ? ", the first is normal_" : ", but there are none",
                            p->names->space ? p->names->name[NAME_AXIS][0] : ""));
  PetscCall(TessGraphColumn(p->graph, &(TessColumn){.kind = TESS_COLUMN_NORMAL, .index = axis[0]}, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the entry of u_<suffix> */
static PetscErrorCode Derivative(TessParser *p, TessNameKind kind, const char suffix[], size_t len,
                                 TessEntry *entry)
{
  const size_t at        = (size_t)(suffix - p->text);
  PetscInt     order     = 0, axis[TESS_ORDER_MAX];
  char         axes[300] = "";

  PetscFunctionBegin;
  if (kind != NAME_UNKNOWN && kind != NAME_GIVEN)
    PetscCall(TessParseFail(p, at, "a derivative of a %s: only unknowns and given fields have derivatives",
                            TessNameKindText(kind)));
  if (!Axes(p->names, suffix, len, &order, axis)) {
    for (PetscInt a = 0; a < p->names->n[NAME_AXIS] && strlen(axes) < 200; a++) {
      if (a)
        PetscCall(PetscStrlcat(axes, ", ", sizeof(axes)));
      PetscCall(PetscStrlcat(axes, p->names->name[NAME_AXIS][a], sizeof(axes)));
    }
    PetscCall(TessParseFail(p, at, "\"%.*s\" is no list of axes; the axes are %s", (int)len, suffix,
                            axes[0] ? axes : "none"));
  }
  if (order > TESS_ORDER_MAX)
    PetscCall(TessParseFail(p, at, "a derivative of order %" PetscInt_FMT "; they go up to %d", order,
                            TESS_ORDER_MAX));
  *entry = (TessEntry){.order = order};
  for (PetscInt i = 0; i < order; i++) {
    PetscInt j = i;

    for (; j > 0 && entry->axis[j - 1] > axis[i]; j--)
      entry->axis[j] = entry->axis[j - 1];
    entry->axis[j] = axis[i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* variable = "pi" | axis | constant | parameter | (unknown | given field) [ "_" axes ] | "normal_" axis . */
static PetscErrorCode Variable(TessParser *p, TessNode *node)
{
  static const TessColumnKind column[] = {[NAME_UNKNOWN]   = TESS_COLUMN_JET,
                                          [NAME_AXIS]      = TESS_COLUMN_AXIS,
                                          [NAME_PARAMETER] = TESS_COLUMN_PARAMETER,
                                          [NAME_GIVEN]     = TESS_COLUMN_GIVEN};
  const size_t                at = p->token.begin, length = p->token.length;
  const char                 *name = &p->text[at], *suffix = (const char *)memchr(name, '_', length);
  const size_t                base = suffix ? (size_t)(suffix - name) : length;
  TessNameKind                kind;
  PetscInt                    index;
  TessEntry                   entry = {.order = 0};

  PetscFunctionBegin;
  PetscCall(TessParseNext(p));
  if (base == 2 && !strncmp(name, "pi", 2) && !suffix) {
    PetscCall(TessGraphConst(p->graph, PETSC_PI, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (base == 6 && !strncmp(name, "normal", 6)) {
    PetscCall(Normal(p, suffix ? suffix + 1 : NULL, length - base - 1, at, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!TessNamesFind(p->names, name, base, &kind, &index))
    PetscCall(UnknownName(p, at, base));
  if (suffix)
    PetscCall(Derivative(p, kind, suffix + 1, length - base - 1, &entry));
  if (kind == NAME_CONSTANT)
    PetscCall(TessGraphConst(p->graph, p->names->value[index], node));
  else
    PetscCall(
        TessGraphColumn(p->graph, &(TessColumn){.kind = column[kind], .index = index, .entry = entry}, node));
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
      PetscCall(Variable(p, &v->node));
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
    PetscCall(Unexpected(p, "a number, a name, \"(\" or a minus"));
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
    PetscCall(Unexpected(p, "an operator or the end"));
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
  PetscCall(Equation(&p, node));
  PetscCall(PetscFree(p.vec));
  PetscFunctionReturn(PETSC_SUCCESS);
}
