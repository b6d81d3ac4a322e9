/* graph.c - nodes, kept once each. */
#include "graph.h"

static const char *const names[OP_COUNT] = {
    "const", "column", "sum", "product", "^",    "sin", "cos", "tan",   "exp", "log", "tanh", "sinh",
    "cosh",  "erf",    "abs", "sign",    "step", "min", "max", "atan2", "<",   "<=",  "==",   "if"};

const char *TessOpName(TessOp op)
{
  return names[op];
}

static uint64_t Mix(uint64_t h, const void *data, size_t size)
{
  const unsigned char *c = (const unsigned char *)data;

  for (size_t i = 0; i < size; i++)
    h = (h ^ c[i]) * 1099511628211ull; /* FNV-1a */
  return h;
}

static uint64_t Hash(const TessNodeData *d, const TessNode arg[], const PetscReal coef[])
{
  uint64_t h = 14695981039346656037ull;

  h = Mix(h, &d->op, sizeof(d->op));
  h = Mix(h, &d->value, sizeof(d->value));
  h = Mix(h, &d->column, sizeof(d->column));
  h = Mix(h, arg, (size_t)d->n * sizeof(*arg));
  h = Mix(h, coef, (size_t)d->n * sizeof(*coef));
  return h ^ (h >> 29);
}

static PetscBool Same(const TessGraph *g, TessNode i, const TessNodeData *d, const TessNode arg[],
                      const PetscReal coef[])
{
  const TessNodeData *o = &g->node[i];

  if (o->op != d->op || o->n != d->n || o->column != d->column ||
      memcmp(&o->value, &d->value, sizeof(d->value)))
    return PETSC_FALSE;
  if (!d->n)
    return PETSC_TRUE;
  return (PetscBool)(!memcmp(&g->arg[o->first], arg, (size_t)d->n * sizeof(*arg)) &&
                     !memcmp(&g->coef[o->first], coef, (size_t)d->n * sizeof(*coef)));
}

/* room for one more node with n arguments, and a hash table at most half full */
static PetscErrorCode Grow(TessGraph *g, PetscInt n)
{
  PetscFunctionBegin;
  if (g->narg + n > g->maxarg) {
    g->maxarg = 2 * g->maxarg + n;
    PetscCall(PetscRealloc((size_t)g->maxarg * sizeof(*g->arg), &g->arg));
    PetscCall(PetscRealloc((size_t)g->maxarg * sizeof(*g->coef), &g->coef));
  }
  if (g->nnode == g->maxnode) {
    g->maxnode *= 2;
    g->nslot = 2 * g->maxnode;
    PetscCall(PetscRealloc((size_t)g->maxnode * sizeof(*g->node), &g->node));
    PetscCall(PetscRealloc((size_t)g->nslot * sizeof(*g->slot), &g->slot));
    for (PetscInt s = 0; s < g->nslot; s++)
      g->slot[s] = -1;
    for (PetscInt i = 0; i < g->nnode; i++) {
      const TessNodeData *d = &g->node[i];
      PetscInt            s = (PetscInt)(Hash(d, &g->arg[d->first], &g->coef[d->first]) % (uint64_t)g->nslot);

      while (g->slot[s] >= 0)
        s = (s + 1) % g->nslot;
      g->slot[s] = i;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphIntern(TessGraph *g, const TessNodeData *d, const TessNode arg[],
                               const PetscReal coef[], TessNode *node)
{
  PetscInt s;

  PetscFunctionBegin;
  PetscCall(Grow(g, d->n));
  for (s = (PetscInt)(Hash(d, arg, coef) % (uint64_t)g->nslot); g->slot[s] >= 0; s = (s + 1) % g->nslot) {
    if (Same(g, g->slot[s], d, arg, coef)) {
      *node = g->slot[s];
      PetscFunctionReturn(PETSC_SUCCESS);
    }
  }
  g->slot[s]              = g->nnode;
  g->node[g->nnode]       = *d;
  g->node[g->nnode].first = g->narg;
  for (PetscInt i = 0; i < d->n; i++, g->narg++) {
    g->arg[g->narg]  = arg[i];
    g->coef[g->narg] = coef[i];
  }
  *node = g->nnode++; /* last: it may be one of arg */
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphConst(TessGraph *g, PetscReal value, TessNode *node)
{
  PetscFunctionBegin;
  if (value == 0)
    value = 0; /* -0 is 0 */
  PetscCall(TessGraphIntern(g, &(TessNodeData){.op = OP_CONST, .value = value}, NULL, NULL, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphColumn(TessGraph *g, const TessColumn *c, TessNode *node)
{
  PetscInt i;

  PetscFunctionBegin;
  for (i = 0; i < g->ncol; i++) {
    const TessColumn *o = &g->col[i];
    PetscBool         same =
        (PetscBool)(o->kind == c->kind && o->index == c->index && o->entry.order == c->entry.order);

    for (PetscInt j = 0; j < c->entry.order; j++)
      same = (PetscBool)(same && o->entry.axis[j] == c->entry.axis[j]);
    if (same)
      break;
  }
  if (i == g->ncol) {
    if (g->ncol == g->maxcol) {
      g->maxcol = 2 * g->maxcol + 8;
      PetscCall(PetscRealloc((size_t)g->maxcol * sizeof(*g->col), &g->col));
    }
    g->col[g->ncol++] = *c;
  }
  PetscCall(TessGraphIntern(g, &(TessNodeData){.op = OP_COLUMN, .column = i}, NULL, NULL, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessGraphIsConst(const TessGraph *g, TessNode i, PetscReal value)
{
  return (PetscBool)(g->node[i].op == OP_CONST && g->node[i].value == value);
}

PetscErrorCode TessGraphCreate(PetscInt dim, PetscInt space, TessGraph **graph)
{
  TessGraph *g;

  PetscFunctionBegin;
  PetscCall(PetscNew(&g));
  g->dim     = dim;
  g->space   = space;
  g->maxnode = 32;
  g->maxarg  = 64;
  g->nslot   = 64;
  PetscCall(PetscMalloc1(g->maxnode, &g->node));
  PetscCall(PetscMalloc1(g->maxarg, &g->arg));
  PetscCall(PetscMalloc1(g->maxarg, &g->coef));
  PetscCall(PetscMalloc1(g->nslot, &g->slot));
  for (PetscInt s = 0; s < g->nslot; s++)
    g->slot[s] = -1;
  *graph = g;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessGraphDestroy(TessGraph **graph)
{
  PetscFunctionBegin;
  if (!*graph)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*graph)->node));
  PetscCall(PetscFree((*graph)->arg));
  PetscCall(PetscFree((*graph)->coef));
  PetscCall(PetscFree((*graph)->col));
  PetscCall(PetscFree((*graph)->slot));
  PetscCall(PetscFree(*graph));
  PetscFunctionReturn(PETSC_SUCCESS);
}
