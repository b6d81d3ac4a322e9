/* state.c - a Tao that can be interrupted between two steps, and go on in another process. */
#include "state.h"

struct _n_TessState {
  PetscBool  load;
  PetscInt   n, nnumber, ncolumn, nextnumber, nextcolumn; /* n: local size of the solution */
  PetscReal *number, *column;                             /* [nnumber], [ncolumn][n] */
  PetscBool  fits;
};

/* What a Tao carries of this file. */
typedef struct {
  TessPause pause;
  void     *ctx;
  TessState state; /* to go on from; NULL: none */
} Carried;

static const char key[] = "TessTrainCarried";

/* Room for n more numbers, or whether so many are there. */
static PetscErrorCode Numbers(TessState s, PetscInt n, PetscReal **at)
{
  PetscFunctionBegin;
  *at = NULL;
  if (s->load) {
    s->fits = (PetscBool)(s->fits && s->nextnumber + n <= s->nnumber);
    if (s->fits)
      *at = s->number + s->nextnumber;
  } else {
    s->nnumber += n;
    PetscCall(PetscRealloc(s->nnumber * sizeof(PetscReal), &s->number));
    *at = s->number + s->nextnumber;
  }
  s->nextnumber += n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The same for columns. */
static PetscErrorCode Columns(TessState s, PetscInt n, PetscReal **at)
{
  PetscFunctionBegin;
  *at = NULL;
  if (s->load) {
    s->fits = (PetscBool)(s->fits && s->nextcolumn + n <= s->ncolumn);
    if (s->fits)
      *at = s->column + (size_t)s->nextcolumn * s->n;
  } else {
    s->ncolumn += n;
    PetscCall(PetscRealloc((size_t)s->ncolumn * s->n * sizeof(PetscReal), &s->column));
    *at = s->column + (size_t)s->nextcolumn * s->n;
  }
  s->nextcolumn += n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateReals(TessState s, PetscInt n, PetscReal value[])
{
  PetscReal *at;

  PetscFunctionBegin;
  PetscCall(Numbers(s, n, &at));
  if (at)
    PetscCall(PetscArraycpy(s->load ? value : at, s->load ? at : value, n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateReal(TessState s, PetscReal *value)
{
  PetscFunctionBegin;
  PetscCall(TessStateReals(s, 1, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateInt(TessState s, PetscInt *value)
{
  PetscReal real = (PetscReal)*value;

  PetscFunctionBegin;
  PetscCall(TessStateReals(s, 1, &real));
  *value = (PetscInt)real;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateBool(TessState s, PetscBool *value)
{
  PetscReal real = *value ? 1 : 0;

  PetscFunctionBegin;
  PetscCall(TessStateReals(s, 1, &real));
  *value = (PetscBool)(real != 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateVec(TessState s, Vec v)
{
  PetscReal   *at;
  PetscScalar *a;

  PetscFunctionBegin;
  PetscCall(Columns(s, 1, &at));
  if (!at)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecGetArray(v, &a));
  PetscCall(PetscArraycpy(s->load ? a : at, s->load ? at : a, s->n));
  PetscCall(VecRestoreArray(v, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateDense(TessState s, Mat A)
{
  PetscReal   *at;
  PetscScalar *a;
  PetscInt     N, ld;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, NULL, &N));
  PetscCall(Columns(s, N, &at));
  if (!at)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(MatDenseGetLDA(A, &ld));
  PetscCall(MatDenseGetArray(A, &a));
  for (PetscInt j = 0; j < N; j++, a += ld, at += s->n)
    PetscCall(PetscArraycpy(s->load ? a : at, s->load ? at : a, s->n));
  a -= (size_t)N * ld;
  PetscCall(MatDenseRestoreArray(A, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode StateDestroy(TessState *s)
{
  PetscFunctionBegin;
  if (!*s)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*s)->number));
  PetscCall(PetscFree((*s)->column));
  PetscCall(PetscFree(*s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CarriedDestroy(TessGiven given)
{
  Carried *c = TessContent(given);

  PetscFunctionBegin;
  PetscCall(StateDestroy(&c->state));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* NULL if the Tao carries nothing and make is false. */
static PetscErrorCode Carry(Tao tao, PetscBool make, Carried **carried)
{
  PetscContainer container;

  PetscFunctionBegin;
  *carried = NULL;
  PetscCall(PetscObjectQuery((PetscObject)tao, key, (PetscObject *)&container));
  if (container)
    PetscCall(PetscContainerGetPointer(container, (void **)carried));
  if (container || !make)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscNew(carried));
  PetscCall(PetscContainerCreate(PetscObjectComm((PetscObject)tao), &container));
  PetscCall(PetscContainerSetPointer(container, *carried));
  PetscCall(PetscContainerSetCtxDestroy(container, CarriedDestroy));
  PetscCall(PetscObjectCompose((PetscObject)tao, key, (PetscObject)container));
  PetscCall(PetscContainerDestroy(&container));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What all types share, then the type's own. */
static PetscErrorCode Pass(Tao tao, TessState s)
{
  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(tao->solution, &s->n));
  PetscCall(TessStateInt(s, &tao->niter));
  PetscCall(TessStateInt(s, &tao->ksp_tot_its));
  PetscCall(TessStateReal(s, &tao->step));
  PetscUseMethod(tao, "TessTrainState_C", (Tao, TessState), (tao, s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainHasState(Tao tao, PetscBool *has)
{
  PetscErrorCode (*pass)(Tao, TessState);

  PetscFunctionBegin;
  PetscCall(PetscObjectQueryFunction((PetscObject)tao, "TessTrainState_C", &pass));
  *has = (PetscBool)(pass != NULL);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainGetState(Tao tao, PetscInt *nnumber, PetscReal **number, PetscInt *ncolumn,
                                 PetscReal **column)
{
  struct _n_TessState s = {.load = PETSC_FALSE};

  PetscFunctionBegin;
  PetscCall(Pass(tao, &s));
  *nnumber = s.nnumber;
  *number  = s.number;
  *ncolumn = s.ncolumn;
  *column  = s.column;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainSetState(Tao tao, PetscInt nnumber, const PetscReal number[], PetscInt ncolumn,
                                 const PetscReal column[])
{
  Carried  *c;
  TessState s;

  PetscFunctionBegin;
  PetscCall(Carry(tao, PETSC_TRUE, &c));
  PetscCall(StateDestroy(&c->state));
  PetscCall(PetscNew(&s));
  s->load    = PETSC_TRUE;
  s->fits    = PETSC_TRUE;
  s->nnumber = nnumber;
  s->ncolumn = ncolumn;
  PetscCall(VecGetLocalSize(tao->solution, &s->n));
  PetscCall(PetscMalloc1(nnumber, &s->number));
  PetscCall(PetscMalloc1((size_t)ncolumn * s->n, &s->column));
  PetscCall(PetscArraycpy(s->number, number, nnumber));
  PetscCall(PetscArraycpy(s->column, column, (size_t)ncolumn * s->n));
  c->state = s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStateResume(Tao tao, PetscBool *resumed)
{
  Carried *c;

  PetscFunctionBegin;
  *resumed = PETSC_FALSE;
  PetscCall(Carry(tao, PETSC_FALSE, &c));
  if (!c || !c->state)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(Pass(tao, c->state));
  TessCheckInput(c->state->fits && c->state->nextnumber == c->state->nnumber &&
                     c->state->nextcolumn == c->state->ncolumn,
                 PetscObjectComm((PetscObject)tao),
                 "the state of the optimiser (%" PetscInt_FMT " numbers, %" PetscInt_FMT
                 " columns) is not one of -tao_type %s with these options",
                 c->state->nnumber, c->state->ncolumn, ((PetscObject)tao)->type_name);
  PetscCall(StateDestroy(&c->state));
  *resumed = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessStatePause(Tao tao)
{
  Carried  *c;
  PetscBool stop = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(Carry(tao, PETSC_FALSE, &c));
  if (!c || !c->pause || tao->reason != TAO_CONTINUE_ITERATING)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall((*c->pause)(tao, &stop, c->ctx));
  if (stop)
    tao->reason = TAO_CONVERGED_USER;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The types of PETSc are asked at their convergence test. */
static PetscErrorCode PauseAtTest(Tao tao, void *ctx)
{
  PetscFunctionBegin;
  PetscCall(TaoDefaultConvergenceTest(tao, ctx));
  PetscCall(TessStatePause(tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTrainSetPause(Tao tao, TessPause pause, void *ctx)
{
  Carried  *c;
  PetscBool has;

  PetscFunctionBegin;
  PetscCall(Carry(tao, PETSC_TRUE, &c));
  c->pause = pause;
  c->ctx   = ctx;
  PetscCall(TessTrainHasState(tao, &has));
  if (!has)
    PetscCall(TaoSetConvergenceTest(tao, PauseAtTest, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}
