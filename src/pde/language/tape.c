/* tape.c - values get registers, free again after their last use (linear scan; Poletto & Sarkar, ACM TOPLAS
   21, 1999); blocks of points are run through. */
#include "tape.h"

/* the operands that an instruction reads */
static int Operands(int op)
{
  switch (op) {
  case TAPE_FILL:
    return 0;
  case TAPE_LINEAR:
  case TAPE_RECIPROCAL:
  case TAPE_SQRT:
    return 1;
  case TAPE_ADD:
  case TAPE_MUL:
  case TAPE_DIV:
    return 2;
  case TAPE_ADDMUL:
    return 3;
  default:
    op -= TAPE_FUNCTION;
  }
  if (op == OP_IF)
    return 3;
  return op == OP_POWER || op == OP_MIN || op == OP_MAX || op == OP_ATAN2 || op == OP_LT || op == OP_LE ||
                 op == OP_EQ
             ? 2
             : 1;
}

/* operands become places; a result may take the register of an argument that is not needed any more */
static PetscErrorCode Allocate(TessTape *t)
{
  PetscInt *last, *reg, *unused, nunused = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(t->n, &last, t->n, &reg, t->n, &unused));
  for (PetscInt i = 0; i < t->n; i++) {
    last[i] = i;
    for (int j = 0; j < Operands(t->code[i].op); j++)
      if (t->code[i].from[j] >= 0)
        last[t->code[i].from[j]] = i;
  }
  for (PetscInt i = 0; i < t->n; i++) {
    const TapeCode *c = &t->code[i];

    for (int j = 0; j < Operands(c->op); j++) {
      const PetscInt v = c->from[j];

      if (v < 0 || last[v] != i || t->code[v].to != TAPE_NOWHERE)
        continue;
      unused[nunused++] = reg[v];
      last[v]           = TAPE_NOWHERE; /* freed once, also if it is read twice */
    }
    if (c->to == TAPE_NOWHERE)
      reg[i] = nunused ? unused[--nunused] : t->nregister++;
  }
  for (PetscInt i = t->n - 1; i >= 0; i--) {
    TapeCode *c = &t->code[i];

    for (int j = 0; j < 3; j++) {
      const PetscInt v = c->from[j];

      if (j >= Operands(c->op))
        c->from[j] = 0;
      else if (TAPE_IS_CONSTANT(v))
        c->from[j] = t->nregister + TAPE_INDEX(v);
      else if (TAPE_IS_COLUMN(v))
        c->from[j] = t->nregister + t->nconst + TAPE_INDEX(v);
      else
        c->from[j] =
            t->code[v].to == TAPE_NOWHERE ? reg[v] : t->nregister + t->nconst + t->ncol + t->code[v].to;
    }
  }
  for (PetscInt i = 0; i < t->n; i++)
    t->code[i].to =
        t->code[i].to == TAPE_NOWHERE ? reg[i] : t->nregister + t->nconst + t->ncol + t->code[i].to;
  PetscCall(PetscFree3(last, reg, unused));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* blocks as long as the registers fit the cache of a core, 64 to 256 points */
static PetscErrorCode Workspace(TessTape *t, const PetscReal constant[])
{
  const PetscInt places = t->nregister + t->nconst,
                 fit    = (PetscInt)(24576 / sizeof(PetscReal)) / PetscMax(places, 1);

  PetscFunctionBegin;
  t->block = PetscMin(256, PetscMax(64, fit / 16 * 16));
  PetscCall(PetscMalloc1(places * t->block, &t->work));
  PetscCall(PetscMalloc1(places + t->ncol + t->nout, &t->place));
  for (PetscInt i = 0; i < places; i++)
    t->place[i] = &t->work[i * t->block];
  for (PetscInt i = 0; i < t->nconst; i++)
    for (PetscInt p = 0; p < t->block; p++)
      t->place[t->nregister + i][p] = constant[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTapeCreate(const TessGraph *g, PetscInt ncol, const PetscInt column[], PetscInt neq,
                              const TessNode r[], PetscInt nnz, const TessNode dr[], TessTape **tape)
{
  TessTape  *t;
  PetscReal *constant;

  PetscFunctionBegin;
  PetscCall(PetscNew(&t));
  t->ncol = ncol;
  t->neq  = neq;
  t->nout = neq + nnz;
  PetscCall(TessTapeCompile(g, column, neq, r, nnz, dr, t, &constant));
  PetscCall(Allocate(t));
  PetscCall(Workspace(t, constant));
  PetscCall(PetscFree(constant));
  *tape = t;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTapeDestroy(TessTape **tape)
{
  PetscFunctionBegin;
  if (!*tape)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*tape)->code));
  PetscCall(PetscFree((*tape)->work));
  PetscCall(PetscFree((*tape)->place));
  PetscCall(PetscFree(*tape));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTapeEvaluate(TessTape *t, PetscInt n, const PetscReal *const column[], PetscReal r[],
                                PetscReal dr[])
{
  PetscReal **in = &t->place[t->nregister + t->nconst], **out = &in[t->ncol];

  PetscFunctionBegin;
  for (PetscInt begin = 0; begin < n; begin += t->block) {
    for (PetscInt c = 0; c < t->ncol; c++)
      in[c] = (PetscReal *)column[c] + begin;
    for (PetscInt i = 0; i < t->neq; i++)
      out[i] = r + (size_t)i * n + begin;
    for (PetscInt i = 0; i < t->nout - t->neq && dr; i++)
      out[t->neq + i] = dr + (size_t)i * n + begin;
    TessTapeRun(dr ? t->n : t->nresidual, t->code, t->place, PetscMin(t->block, n - begin));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
