/* print.c - precedence decides on parentheses: comparison 0, sum 1, product 2, power 3, anything in one
 * piece 4. */
#include "print.h"

#define LONGEST 4000

typedef struct {
  const TessGraph *g;
  const TessNames *names;
  char            *text;
  size_t           used;
} Print;

static void Put(Print *P, const char format[], ...) PETSC_ATTRIBUTE_FORMAT(2, 3);

static void Put(Print *P, const char format[], ...)
{
  va_list list;

  va_start(list, format);
  if (P->used < LONGEST)
    P->used += (size_t)vsnprintf(&P->text[P->used], LONGEST - P->used, format, list);
  va_end(list);
}

static PetscErrorCode Node(Print *, TessNode, int level);

static PetscErrorCode Column(Print *P, const TessColumn *c)
{
  const TessNames *n = P->names;
  char             name[256];

  PetscFunctionBegin;
  switch (c->kind) {
  case TESS_COLUMN_AXIS:
    Put(P, "%s", n->name[NAME_AXIS][c->index]);
    break;
  case TESS_COLUMN_NORMAL:
    Put(P, "normal_%s", n->name[NAME_AXIS][c->index]);
    break;
  case TESS_COLUMN_PARAMETER:
    Put(P, "%s", n->name[NAME_PARAMETER][c->index]);
    break;
  default:
    PetscCall(TessJetName(&c->entry,
                          n->name[c->kind == TESS_COLUMN_JET ? NAME_UNKNOWN : NAME_GIVEN][c->index],
                          (const char *const *)n->name[NAME_AXIS], sizeof(name), name));
    Put(P, "%s", name);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* c1 t1 - c2 t2 + value */
static PetscErrorCode Sum(Print *P, const TessNodeData *d)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < d->n && P->used < LONGEST; i++) {
    const PetscReal c = P->g->coef[d->first + i];

    if (i)
      Put(P, c < 0 ? " - " : " + ");
    else if (c < 0)
      Put(P, "-");
    if (PetscAbsReal(c) != 1)
      Put(P, "%.6g*", (double)PetscAbsReal(c));
    PetscCall(Node(P, P->g->arg[d->first + i], 2));
  }
  if (d->value != 0)
    Put(P, " %c %.6g", d->value < 0 ? '-' : '+', (double)PetscAbsReal(d->value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Factor(Print *P, TessNode node, PetscReal e)
{
  PetscFunctionBegin;
  if (e == 0.5) {
    Put(P, "sqrt(");
    PetscCall(Node(P, node, 0));
    Put(P, ")");
  } else {
    PetscCall(Node(P, node, e == 1 ? 3 : 4));
    if (e != 1)
      Put(P, "^%.6g", (double)e);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* a*b/c/d */
static PetscErrorCode Product(Print *P, const TessNodeData *d)
{
  PetscInt over = 0;

  PetscFunctionBegin;
  for (int sign = 1; sign >= -1; sign -= 2) {
    for (PetscInt i = 0; i < d->n && P->used < LONGEST; i++) {
      const PetscReal e = P->g->coef[d->first + i] * sign;

      if (e < 0)
        continue;
      if (sign > 0 && over++)
        Put(P, "*");
      if (sign < 0)
        Put(P, over ? "/" : "1/");
      if (sign < 0)
        over = 1;
      PetscCall(Factor(P, P->g->arg[d->first + i], e));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Infix(Print *P, const TessNodeData *d)
{
  PetscFunctionBegin;
  PetscCall(Node(P, P->g->arg[d->first], d->op == OP_POWER ? 4 : 1));
  Put(P, d->op == OP_POWER ? "%s" : " %s ", TessOpName(d->op));
  PetscCall(Node(P, P->g->arg[d->first + 1], d->op == OP_POWER ? 4 : 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int Level(const TessNodeData *d)
{
  switch (d->op) {
  case OP_CONST:
    return d->value < 0 ? 1 : 4;
  case OP_SUM:
    return d->n > 1 || d->value != 0 ? 1 : 2;
  case OP_PRODUCT:
    return 2;
  case OP_POWER:
    return 3;
  case OP_LT:
  case OP_LE:
  case OP_EQ:
    return 0;
  default:
    return 4;
  }
}

static PetscErrorCode Node(Print *P, TessNode node, int level)
{
  const TessNodeData *d      = &P->g->node[node];
  const PetscBool     inside = (PetscBool)(Level(d) < level);

  PetscFunctionBegin;
  if (P->used >= LONGEST)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (inside)
    Put(P, "(");
  if (d->op == OP_CONST)
    Put(P, "%.6g", (double)d->value);
  else if (d->op == OP_COLUMN)
    PetscCall(Column(P, &P->g->col[d->column]));
  else if (d->op == OP_SUM)
    PetscCall(Sum(P, d));
  else if (d->op == OP_PRODUCT)
    PetscCall(Product(P, d));
  else if (Level(d) == 0 || d->op == OP_POWER)
    PetscCall(Infix(P, d));
  else {
    Put(P, "%s(", TessOpName(d->op));
    for (PetscInt i = 0; i < d->n; i++) {
      if (i)
        Put(P, ", ");
      PetscCall(Node(P, P->g->arg[d->first + i], 0));
    }
    Put(P, ")");
  }
  if (inside)
    Put(P, ")");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphPrint(const TessGraph *g, TessNode node, const TessNames *names, char **text)
{
  Print P = {.g = g, .names = names};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(LONGEST + 8, &P.text));
  PetscCall(Node(&P, node, 0));
  if (P.used >= LONGEST)
    PetscCall(PetscStrncpy(&P.text[LONGEST - 1], " ...", 8));
  *text = P.text;
  PetscFunctionReturn(PETSC_SUCCESS);
}
