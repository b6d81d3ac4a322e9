/* compile.c - from the graph to instructions, every value computed once (value numbering; Aho, Lam, Sethi,
   Ullman, Compilers, 2007, ch. 8).  Operands are values still: places are given by tape.c. */
#include "tape.h"

#define POWER_MAX 64 /* integer powers up to here are products */

typedef struct {
  const TessGraph *g;
  const PetscInt  *column;
  TessTape        *t;
  PetscInt         max;
  PetscInt        *value; /* [node] operand that holds it, or TAPE_NOWHERE */
  PetscInt        *uses;  /* [node] by other nodes and outputs */
  PetscInt         nslot, *slot;
  PetscInt         maxconst;
  PetscReal       *constant;
} Build;

static PetscBool SameCode(const TapeCode *a, const TapeCode *b)
{
  return (PetscBool)(a->op == b->op && a->from[0] == b->from[0] && a->from[1] == b->from[1] &&
                     a->from[2] == b->from[2] && a->k1 == b->k1 && a->k2 == b->k2);
}

static PetscErrorCode Rehash(Build *B, const TapeCode *c, PetscInt *slot)
{
  uint64_t h = (uint64_t)c->op;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++)
    h = (h ^ (uint64_t)(unsigned)c->from[i]) * 0x9E3779B97F4A7C15ull;
  h ^= h >> 31;
  for (*slot = (PetscInt)(h % (uint64_t)B->nslot); B->slot[*slot] != TAPE_NOWHERE;
       *slot = (*slot + 1) % B->nslot)
    if (SameCode(&B->t->code[B->slot[*slot]], c))
      break;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the instruction, made if it is new; `to` is free */
static PetscErrorCode Emit(Build *B, TapeCode c, PetscInt *value)
{
  PetscInt slot;

  PetscFunctionBegin;
  c.to = TAPE_NOWHERE;
  if (B->t->n == B->max) {
    B->max   = 2 * B->max + 32;
    B->nslot = 2 * B->max;
    PetscCall(PetscRealloc((size_t)B->max * sizeof(*B->t->code), &B->t->code));
    PetscCall(PetscRealloc((size_t)B->nslot * sizeof(*B->slot), &B->slot));
    for (PetscInt s = 0; s < B->nslot; s++)
      B->slot[s] = TAPE_NOWHERE;
    for (PetscInt i = 0; i < B->t->n; i++) {
      PetscCall(Rehash(B, &B->t->code[i], &slot));
      B->slot[slot] = i;
    }
  }
  PetscCall(Rehash(B, &c, &slot));
  if (B->slot[slot] == TAPE_NOWHERE) {
    B->slot[slot]         = B->t->n;
    B->t->code[B->t->n++] = c;
  }
  *value = B->slot[slot];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Constant(Build *B, PetscReal k, PetscInt *value)
{
  PetscInt i = 0;

  PetscFunctionBegin;
  while (i < B->t->nconst && memcmp(&B->constant[i], &k, sizeof(k)))
    i++;
  if (i == B->t->nconst) {
    if (i == B->maxconst) {
      B->maxconst = 2 * B->maxconst + 8;
      PetscCall(PetscRealloc((size_t)B->maxconst * sizeof(*B->constant), &B->constant));
    }
    B->constant[B->t->nconst++] = k;
  }
  *value = TAPE_CONSTANT(i);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Node(Build *, TessNode, PetscInt *);

static PetscErrorCode Multiply(Build *B, PetscInt a, PetscInt b, PetscInt *value)
{
  PetscFunctionBegin;
  if (a == TAPE_NOWHERE || b == TAPE_NOWHERE)
    *value = a == TAPE_NOWHERE ? b : a;
  else
    PetscCall(Emit(B, (TapeCode){.op = TAPE_MUL, .from = {PetscMin(a, b), PetscMax(a, b)}}, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* a^e for e > 0: by squaring, roots for quarters, else pow of what is left */
static PetscErrorCode PositivePower(Build *B, PetscInt a, PetscReal e, PetscInt *value)
{
  const PetscReal whole = PetscFloorReal(e), rest = e - whole;
  PetscInt        square = a, part;

  PetscFunctionBegin;
  *value = TAPE_NOWHERE;
  if (whole > POWER_MAX) {
    PetscCall(Constant(B, e, &part));
    PetscCall(Emit(B, (TapeCode){.op = TAPE_FUNCTION + OP_POWER, .from = {a, part}}, value));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt p = (PetscInt)whole; p; p /= 2) {
    if (p % 2)
      PetscCall(Multiply(B, *value, square, value));
    if (p > 1)
      PetscCall(Multiply(B, square, square, &square));
  }
  if (rest == 0.25 || rest == 0.5 || rest == 0.75) {
    PetscCall(Emit(B, (TapeCode){.op = TAPE_SQRT, .from = {a}}, &part));
    if (rest != 0.25)
      PetscCall(Multiply(B, *value, part, value));
    if (rest != 0.5) {
      PetscCall(Emit(B, (TapeCode){.op = TAPE_SQRT, .from = {part}}, &part));
      PetscCall(Multiply(B, *value, part, value));
    }
  } else if (rest > 0) {
    PetscCall(Constant(B, rest, &part));
    PetscCall(Emit(B, (TapeCode){.op = TAPE_FUNCTION + OP_POWER, .from = {a, part}}, &part));
    PetscCall(Multiply(B, *value, part, value));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* k times the product: factors with positive powers over those with negative ones */
static PetscErrorCode Product(Build *B, const TessNodeData *d, PetscReal k, PetscInt *value)
{
  PetscInt over = TAPE_NOWHERE, under = TAPE_NOWHERE, a;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < d->n; i++) {
    const PetscReal e = B->g->coef[d->first + i];

    PetscCall(Node(B, B->g->arg[d->first + i], &a));
    PetscCall(PositivePower(B, a, PetscAbsReal(e), &a));
    if (e > 0)
      PetscCall(Multiply(B, over, a, &over));
    else
      PetscCall(Multiply(B, under, a, &under));
  }
  if (under == TAPE_NOWHERE)
    *value = over;
  else if (over == TAPE_NOWHERE) {
    PetscCall(Emit(B, (TapeCode){.op = TAPE_RECIPROCAL, .from = {under}, .k1 = k}, value));
    k = 1;
  } else
    PetscCall(Emit(B, (TapeCode){.op = TAPE_DIV, .from = {over, under}}, value));
  if (k != 1)
    PetscCall(Emit(B, (TapeCode){.op = TAPE_LINEAR, .from = {*value}, .k2 = k}, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* whether the node is a product of two plain factors that nobody else needs */
static PetscBool IsPair(const Build *B, TessNode node)
{
  const TessNodeData *d = &B->g->node[node];

  return (PetscBool)(d->op == OP_PRODUCT && d->n == 2 && B->g->coef[d->first] == 1 &&
                     B->g->coef[d->first + 1] == 1 && B->uses[node] == 1);
}

/* accumulated + c * node; the first term starts with the constant of the sum */
static PetscErrorCode Term(Build *B, PetscInt sum, PetscReal scale, PetscReal c, TessNode node,
                           PetscInt *value)
{
  PetscInt a, b;

  PetscFunctionBegin;
  if (IsPair(B, node)) {
    PetscCall(Node(B, B->g->arg[B->g->node[node].first], &a));
    PetscCall(Node(B, B->g->arg[B->g->node[node].first + 1], &b));
    PetscCall(Emit(B, (TapeCode){.op = TAPE_ADDMUL, .from = {sum, a, b}, .k1 = scale, .k2 = c}, value));
  } else {
    PetscCall(Node(B, node, &a));
    PetscCall(Emit(B, (TapeCode){.op = TAPE_ADD, .from = {sum, a}, .k1 = scale, .k2 = c}, value));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Sum(Build *B, const TessNodeData *d, PetscInt *value)
{
  const TessNode  *t     = &B->g->arg[d->first];
  const PetscReal *c     = &B->g->coef[d->first];
  PetscInt         first = 0, sum;
  PetscReal        scale = 1;

  PetscFunctionBegin;
  while (first < d->n - 1 && IsPair(B, t[first]))
    first++; /* a plain term begins, if there is one */
  if (d->n == 1 && d->value == 0 && B->g->node[t[0]].op == OP_PRODUCT && B->uses[t[0]] == 1) {
    PetscCall(Product(B, &B->g->node[t[0]], c[0], value));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(Node(B, t[first], &sum));
  if (d->value != 0 || d->n == 1)
    PetscCall(Emit(B, (TapeCode){.op = TAPE_LINEAR, .from = {sum}, .k1 = d->value, .k2 = c[first]}, &sum));
  else
    scale = c[first];
  for (PetscInt i = 0; i < d->n; i++) {
    if (i == first)
      continue;
    PetscCall(Term(B, sum, scale, c[i], t[i], &sum));
    scale = 1;
  }
  *value = sum;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Node(Build *B, TessNode node, PetscInt *value)
{
  const TessNodeData *d = &B->g->node[node];
  TapeCode            c = {.op = TAPE_FUNCTION + (int)d->op};

  PetscFunctionBegin;
  if (B->value[node] == TAPE_NOWHERE) {
    if (d->op == OP_CONST)
      PetscCall(Constant(B, d->value, &B->value[node]));
    else if (d->op == OP_COLUMN)
      B->value[node] = TAPE_COLUMN(B->column[d->column]);
    else if (d->op == OP_SUM)
      PetscCall(Sum(B, d, &B->value[node]));
    else if (d->op == OP_PRODUCT)
      PetscCall(Product(B, d, 1, &B->value[node]));
    else {
      for (PetscInt i = 0; i < d->n; i++)
        PetscCall(Node(B, B->g->arg[d->first + i], &c.from[i]));
      PetscCall(Emit(B, c, &B->value[node]));
    }
  }
  *value = B->value[node];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* how often each node is used by the nodes that are reached, and by outputs */
static PetscErrorCode CountUses(Build *B, PetscInt n, const TessNode out[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    B->uses[out[i]]++;
  for (PetscInt i = B->g->nnode - 1; i >= 0; i--)
    for (PetscInt j = 0; B->uses[i] && j < B->g->node[i].n; j++)
      B->uses[B->g->arg[B->g->node[i].first + j]]++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Outputs begin..end: values go straight into the output if they are of this part of the tape and in no other
 * output yet. */
static PetscErrorCode Outputs(Build *B, PetscInt begin, PetscInt end, const TessNode out[])
{
  const PetscInt start = B->t->n;
  PetscInt      *value, copy;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(end - begin, &value));
  for (PetscInt i = begin; i < end; i++)
    PetscCall(Node(B, out[i - begin], &value[i - begin]));
  for (PetscInt i = begin; i < end; i++) {
    const PetscInt v = value[i - begin];
    TapeCode       c = {.op = TAPE_LINEAR, .from = {v}, .k2 = 1};

    if (v >= start && B->t->code[v].to == TAPE_NOWHERE) {
      B->t->code[v].to = i;
      continue;
    }
    if (TAPE_IS_CONSTANT(v))
      c = (TapeCode){.op = TAPE_FILL, .k1 = B->constant[TAPE_INDEX(v)]};
    c.from[2] = TAPE_COLUMN(i); /* keeps copies of one value into several outputs apart; not read */
    PetscCall(Emit(B, c, &copy));
    B->t->code[copy].to = i;
  }
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTapeCompile(const TessGraph *g, const PetscInt column[], PetscInt neq, const TessNode r[],
                               PetscInt nnz, const TessNode dr[], TessTape *t, PetscReal **constant)
{
  Build B = {.g = g, .column = column, .t = t};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(g->nnode, &B.value));
  for (PetscInt i = 0; i < g->nnode; i++)
    B.value[i] = TAPE_NOWHERE;
  PetscCall(PetscCalloc1(g->nnode, &B.uses));
  for (PetscInt i = 0; i < neq; i++)
    B.uses[r[i]]++;
  PetscCall(CountUses(&B, nnz, dr));
  PetscCall(Outputs(&B, 0, neq, r));
  t->nresidual = t->n;
  PetscCall(Outputs(&B, neq, neq + nnz, dr));
  PetscCall(PetscFree(B.value));
  PetscCall(PetscFree(B.uses));
  PetscCall(PetscFree(B.slot));
  *constant = B.constant;
  PetscFunctionReturn(PETSC_SUCCESS);
}
