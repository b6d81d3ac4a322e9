/* dirk.c - TS type "dirk": for F(t, z, z_t) = 0
     stage i:  F(t + c_i h, Z_i, K_i) = 0,  Z_i = z + h sum_{j <= i} a_ij K_j,   K_i = (Z_i - z*_i) / (h
   a_ii), stiffly accurate (the last stage is the step), K_1 the last K of the step before: so the rate at the
   ends of steps is one that an implicit stage has found, and no explicit function of a stiff problem is
   evaluated but at the very start.  e = h sum_j (b_j - b'_j) K_j.  Hairer & Wanner, Solving ODEs II, IV.6. */
#include <petsc/private/tsimpl.h>
#include <petscblaslapack.h>
#include "dirk.h"

#define MOST 16 /* stages */

typedef struct {
  PetscInt       type;
  const Tableau *t;
  PetscReal     *c, *guess; /* [s], [s][s]: K_i is about sum_j guess_ij K_j */
  Vec           *K, star, Z, start, e;
  PetscReal      shift, time;
  PetscBool      first, begin; /* K_1 is known; the next step is one of TessDirkStartImplicit */
  TessDirkSize   size;
  void          *ctx;
} Dirk;

static PetscReal Row(const Tableau *t, PetscInt i, PetscInt j)
{
  return t->a[i * (i + 1) / 2 + j];
}

/* The weights of smallest norm with sum_j w_j c_j^q = c^q for q < m (w = V^T (V V^T)^-1 v). */
static PetscErrorCode Weights(PetscInt m, PetscInt n, const PetscReal c[], PetscReal at, PetscReal w[])
{
  PetscReal    a[16], v[4];
  PetscBLASInt bm, one = 1, info, pivot[4];

  PetscFunctionBegin;
  for (PetscInt q = 0; q < m; q++) {
    v[q] = PetscPowRealInt(at, q);
    for (PetscInt p = 0; p < m; p++) {
      a[q * m + p] = 0;
      for (PetscInt j = 0; j < n; j++)
        a[q * m + p] += PetscPowRealInt(c[j], q + p);
    }
  }
  PetscCall(PetscBLASIntCast(m, &bm));
  PetscCallBLAS("LAPACKgesv", LAPACKgesv_(&bm, &one, a, &bm, pivot, v, &bm, &info));
  PetscCheck(!info, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgesv returned %d", (int)info);
  for (PetscInt j = 0; j < n; j++) {
    w[j] = 0;
    for (PetscInt q = 0; q < m; q++)
      w[j] += v[q] * PetscPowRealInt(c[j], q);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSReset_Dirk(TS ts)
{
  Dirk *d = ts->data;

  PetscFunctionBegin;
  if (d->K)
    PetscCall(VecDestroyVecs(MOST, &d->K));
  PetscCall(VecDestroy(&d->star));
  PetscCall(VecDestroy(&d->Z));
  PetscCall(VecDestroy(&d->start));
  PetscCall(VecDestroy(&d->e));
  PetscCall(PetscFree2(d->c, d->guess));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Take(Dirk *d, PetscInt type)
{
  const PetscInt s = TessDirkTableau(type)->s;

  PetscFunctionBegin;
  d->t = TessDirkTableau(type);
  for (PetscInt i = 0; i < s; i++) {
    d->c[i] = 0;
    for (PetscInt j = 0; j <= i; j++)
      d->c[i] += Row(d->t, i, j);
    if (i)
      PetscCall(Weights(PetscMin(4, i), i, d->c, d->c[i], d->guess + i * s));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSSetUp_Dirk(TS ts)
{
  Dirk *d = ts->data;
  SNES  snes;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(MOST, &d->c, MOST * MOST, &d->guess));
  PetscCall(Take(d, d->type));
  PetscCall(VecDuplicateVecs(ts->vec_sol, MOST, &d->K));
  PetscCall(VecDuplicate(ts->vec_sol, &d->star));
  PetscCall(VecDuplicate(ts->vec_sol, &d->Z));
  PetscCall(VecDuplicate(ts->vec_sol, &d->start));
  PetscCall(VecDuplicate(ts->vec_sol, &d->e));
  d->first = d->begin = PETSC_FALSE;
  PetscCall(TSGetAdapt(ts, &ts->adapt));
  PetscCall(TSAdaptCandidatesClear(ts->adapt));
  PetscCall(TSGetSNES(ts, &snes));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Stages 2..s from time and `start`; *ok false if one was not solved. */
static PetscErrorCode Stages(TS ts, PetscBool *ok)
{
  Dirk          *d = ts->data;
  const PetscInt s = d->t->s;
  PetscReal      w[32];
  PetscInt       its;

  PetscFunctionBegin;
  *ok = PETSC_TRUE;
  for (PetscInt i = 1; i < s && *ok; i++) {
    const PetscReal h = ts->time_step, diagonal = h * Row(d->t, i, i);

    d->time  = ts->ptime + d->c[i] * h;
    d->shift = 1 / diagonal;
    for (PetscInt j = 0; j < i; j++)
      w[j] = h * Row(d->t, i, j);
    PetscCall(VecCopy(d->start, d->star));
    PetscCall(VecMAXPY(d->star, i, w, d->K));
    for (PetscInt j = 0; j < i; j++)
      w[j] = diagonal * d->guess[i * s + j];
    PetscCall(VecCopy(d->star, d->Z));
    PetscCall(VecMAXPY(d->Z, i, w, d->K));
    PetscCall(TSPreStage(ts, d->time));
    PetscCall(SNESSolve(ts->snes, NULL, d->Z));
    PetscCall(SNESGetIterationNumber(ts->snes, &its));
    ts->snes_its += its;
    PetscCall(TSPostStage(ts, d->time, i, &d->Z));
    PetscCall(VecWAXPY(d->K[i], -1, d->star, d->Z));
    PetscCall(VecScale(d->K[i], d->shift));
    PetscCall(TSAdaptCheckStage(ts->adapt, ts, d->time, d->Z, ok));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* K_1 of a step, where the one before has not left it. */
static PetscErrorCode FirstRate(TS ts)
{
  Dirk *d = ts->data;

  PetscFunctionBegin;
  if (d->begin) {
    PetscCall(Take(d, -1));
    PetscCall(VecZeroEntries(d->K[0]));
  } else if (!d->first || ts->steprestart) {
    PetscCall(VecZeroEntries(d->e));
    PetscCall(TSComputeIFunction(ts, ts->ptime, ts->vec_sol, d->e, d->K[0], PETSC_FALSE));
    PetscCall(VecScale(d->K[0], -1));
  }
  d->first = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether the step is accepted, and the length of the next. */
static PetscErrorCode Judge(TS ts, PetscReal *next, PetscBool *accept)
{
  Dirk    *d = ts->data;
  PetscInt scheme;

  PetscFunctionBegin;
  if (d->begin) {
    *accept = PETSC_TRUE;
    *next   = ts->time_step;
    if (ts->max_time - ts->ptime < 2 * ts->time_step)
      *next = ts->max_time - ts->ptime - ts->time_step;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TSAdaptCandidatesClear(ts->adapt));
  PetscCall(TSAdaptCandidateAdd(ts->adapt, NULL, d->t->order, 1, 1.0, d->t->s, PETSC_TRUE));
  PetscCall(TSAdaptChoose(ts->adapt, ts, ts->time_step, &scheme, next, accept));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSStep_Dirk(TS ts)
{
  Dirk     *d          = ts->data;
  PetscInt  rejections = 0;
  PetscReal next       = ts->time_step;
  PetscBool ok, accept = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(VecCopy(ts->vec_sol, d->start));
  PetscCall(FirstRate(ts));
  while (!ts->reason && !accept) {
    PetscCall(Stages(ts, &ok));
    if (ok) {
      PetscCall(VecCopy(d->Z, ts->vec_sol));
      PetscCall(Judge(ts, &next, &accept));
    }
    if (accept)
      break;
    PetscCall(VecCopy(d->start, ts->vec_sol));
    if (ok)
      ts->time_step = next;
    ts->reject++;
    if (++rejections > ts->max_reject && ts->max_reject >= 0)
      ts->reason = TS_DIVERGED_STEP_REJECTED;
  }
  if (!accept)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecCopy(d->K[d->t->s - 1], d->K[0]));
  if (d->begin)
    PetscCall(Take(d, d->type));
  d->begin = PETSC_FALSE;
  ts->ptime += ts->time_step;
  ts->time_step = next;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSEvaluateWLTE_Dirk(TS ts, NormType type, PetscInt *order, PetscReal *wlte)
{
  Dirk     *d = ts->data;
  PetscReal w[32], absolute, relative;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < d->t->s; j++)
    w[j] = ts->time_step * (Row(d->t, d->t->s - 1, j) - d->t->second_b[j]);
  PetscCall(VecZeroEntries(d->e));
  PetscCall(VecMAXPY(d->e, d->t->s, w, d->K));
  *order = PetscMin(d->t->order, d->t->second) + 1;
  if (d->size)
    PetscCall(d->size(d->ctx, ts->vec_sol, d->e, wlte));
  else {
    PetscCall(VecAXPY(d->e, 1, ts->vec_sol));
    PetscCall(TSErrorWeightedNorm(ts, ts->vec_sol, d->e, type, wlte, &absolute, &relative));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSRollBack_Dirk(TS ts)
{
  Dirk *d = ts->data;

  PetscFunctionBegin;
  PetscCall(VecCopy(d->start, ts->vec_sol));
  d->first = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SNESFunction_Dirk(SNES snes, Vec Z, Vec F, TS ts)
{
  Dirk *d = ts->data;

  PetscFunctionBegin;
  PetscCall(VecWAXPY(d->e, -1, d->star, Z));
  PetscCall(VecScale(d->e, d->shift));
  PetscCall(TSComputeIFunction(ts, d->time, Z, d->e, F, PETSC_FALSE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SNESJacobian_Dirk(SNES snes, Vec Z, Mat A, Mat P, TS ts)
{
  Dirk *d = ts->data;

  PetscFunctionBegin;
  PetscCall(VecWAXPY(d->e, -1, d->star, Z));
  PetscCall(VecScale(d->e, d->shift));
  PetscCall(TSComputeIJacobian(ts, d->time, Z, d->e, d->shift, A, P, PETSC_FALSE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSSetFromOptions_Dirk(TS ts, TessOptionItems PetscOptionsObject)
{
  Dirk    *d    = ts->data;
  PetscInt type = d->type;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, "Diagonally implicit Runge-Kutta options");
  PetscCall(TessOptionsChoice("-ts_dirk_type", "order of the diagonally implicit Runge-Kutta method", NDIRK,
                              TessDirkTypes, &type));
  PetscOptionsHeadEnd();
  if (type != d->type)
    PetscCall(TSReset_Dirk(ts));
  d->type = type;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSView_Dirk(TS ts, PetscViewer viewer)
{
  PetscBool ascii;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (ascii)
    PetscCall(PetscViewerASCIIPrintf(viewer, "  order %s\n", TessDirkTypes[((Dirk *)ts->data)->type]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetSize_Dirk(TS ts, TessDirkSize size, void *ctx)
{
  Dirk *d = ts->data;

  PetscFunctionBegin;
  d->size = size;
  d->ctx  = ctx;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode GetRate_Dirk(TS ts, Vec *rate)
{
  PetscFunctionBegin;
  *rate = ((Dirk *)ts->data)->K[0];
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode StartWithRate_Dirk(TS ts)
{
  PetscFunctionBegin;
  ((Dirk *)ts->data)->first = PETSC_TRUE;
  ts->steprestart           = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode StartImplicit_Dirk(TS ts)
{
  PetscFunctionBegin;
  ((Dirk *)ts->data)->begin = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSDestroy_Dirk(TS ts)
{
  PetscFunctionBegin;
  PetscCall(TSReset_Dirk(ts));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkSetSize_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkGetRate_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkStartWithRate_C", NULL));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkStartImplicit_C", NULL));
  PetscCall(PetscFree(ts->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TSCreate_Dirk(TS ts)
{
  Dirk *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->type                 = NDIRK - 1;
  ts->data                = d;
  ts->ops->setup          = TSSetUp_Dirk;
  ts->ops->step           = TSStep_Dirk;
  ts->ops->evaluatewlte   = TSEvaluateWLTE_Dirk;
  ts->ops->rollback       = TSRollBack_Dirk;
  ts->ops->snesfunction   = SNESFunction_Dirk;
  ts->ops->snesjacobian   = SNESJacobian_Dirk;
  ts->ops->setfromoptions = TSSetFromOptions_Dirk;
  ts->ops->view           = TSView_Dirk;
  ts->ops->reset          = TSReset_Dirk;
  ts->ops->destroy        = TSDestroy_Dirk;
  ts->usessnes            = PETSC_TRUE;
  ts->default_adapt_type  = TSADAPTBASIC;
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkSetSize_C", SetSize_Dirk));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkGetRate_C", GetRate_Dirk));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkStartWithRate_C", StartWithRate_Dirk));
  PetscCall(PetscObjectComposeFunction((PetscObject)ts, "TessDirkStartImplicit_C", StartImplicit_Dirk));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDirkSetSize(TS ts, TessDirkSize size, void *ctx)
{
  PetscFunctionBegin;
  PetscTryMethod(ts, "TessDirkSetSize_C", (TS, TessDirkSize, void *), (ts, size, ctx));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDirkGetRate(TS ts, Vec *rate)
{
  PetscFunctionBegin;
  PetscTryMethod(ts, "TessDirkGetRate_C", (TS, Vec *), (ts, rate));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDirkStartWithRate(TS ts)
{
  PetscFunctionBegin;
  PetscTryMethod(ts, "TessDirkStartWithRate_C", (TS), (ts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDirkStartImplicit(TS ts)
{
  PetscFunctionBegin;
  PetscTryMethod(ts, "TessDirkStartImplicit_C", (TS), (ts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDirkRegister(void)
{
  PetscFunctionBegin;
  PetscCall(TSRegister(TSDIRK_TESS, TSCreate_Dirk));
  PetscFunctionReturn(PETSC_SUCCESS);
}
