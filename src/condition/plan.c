/* plan.c - a compiled pde at points of one patch.  The columns of the tape are fixed once (coordinates,
   normals, given fields) or filled at each evaluation (jets, parameters).  Linearised, a residual q at point
   p is sum over columns of dr[q,col][p] du[col][p]. */
#include "conditionimpl.h"

struct _n_TessPlan {
  const TessSystem *sys;
  TessPde           pde;
  PetscInt          n, neq, ncol, nnz;
  const TessColumn *col;
  const PetscInt   *nzeq, *nzcol;
  TessJet          *jet;     /* [nfield] */
  TessBinding      *binding; /* [nfield] */
  PetscBool        *used;    /* [nfield] */
  PetscReal       **u;       /* [nfield] jets [ncomp][K][n] */
  PetscReal       **u_t;     /* [nfield] the same of theta_t, NULL if not used */
  PetscBool        *dotted;  /* [ncol] jet columns of theta_t */
  PetscBool        *moving;  /* [neq] equations with such columns */
  PetscInt         *entry;   /* [ncol] entry of a jet column in its jet */
  PetscReal        *x, *fixed, *param, *dr, *u_bar;
  const PetscReal **column; /* [ncol] */
  PetscInt         *offset; /* [nfield] of the field in a slice */
  size_t            nbar;   /* length of u_bar */
};

PetscErrorCode TessSystemCreatePde(const TessSystem *sys, TessPde *pde)
{
  PetscFunctionBegin;
  PetscCall(TessPdeCreate(sys->comm, pde));
  PetscCall(TessPdeSetAxes(*pde, sys->axes, sys->space, (const char *const *)sys->axis));
  PetscCall(TessPdeSetUnknowns(*pde, sys->nunknown, (const char *const *)sys->unknown));
  PetscCall(TessPdeSetParameters(*pde, sys->nparam, (const char *const *)sys->param));
  PetscCall(TessPdeSetGiven(*pde, sys->ngiven, (const char *const *)sys->given));
  PetscCall(TessPdeSetConstants(*pde, sys->nconst, (const char *const *)sys->constant, sys->value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSystemCheckInside(const TessSystem *sys, TessPde pde, const char what[])
{
  PetscInt          ncol;
  const TessColumn *col;

  PetscFunctionBegin;
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  for (PetscInt i = 0; i < ncol; i++)
    TessCheckInput(col[i].kind != TESS_COLUMN_NORMAL, sys->comm,
                   "%s uses normal_%s or dn(): they are known on boundaries only, in conditions of type "
                   "boundary",
                   what, sys->axis[col[i].index]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Components of field f. */
static PetscErrorCode FieldSizes(const TessSystem *sys, PetscInt f, PetscInt *ncomp, PetscInt *np)
{
  TessExpert expert;

  PetscFunctionBegin;
  PetscCall(TessFieldGetExpert(sys->field[f], &expert));
  PetscCall(TessExpertGetSizes(expert, NULL, ncomp, np, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u_xt of coefficients that move is u_x of theta_t: takes t (axis `time`) out of the entry. */
static PetscBool TakeTime(TessEntry *entry, PetscInt time)
{
  for (PetscInt i = 0; i < entry->order; i++)
    if (entry->axis[i] == time) { /* sorted: the last one */
      entry->axis[--entry->order] = 0;
      return PETSC_TRUE;
    }
  return PETSC_FALSE;
}

/* Jets wanted of each field, and where each jet column stands in them. */
static PetscErrorCode PlanJets(TessPlan p)
{
  const TessSystem *sys = p->sys;

  PetscFunctionBegin;
  for (PetscInt f = 0; f < sys->nfield; f++)
    PetscCall(TessJetInit(&p->jet[f], sys->dim, sys->space));
  for (PetscInt c = 0; c < p->ncol; c++) {
    TessEntry entry = p->col[c].entry;

    if (p->col[c].kind != TESS_COLUMN_JET)
      continue;
    p->used[sys->ufield[p->col[c].index]] = PETSC_TRUE;
    p->dotted[c]                          = sys->motion ? TakeTime(&entry, sys->dim) : PETSC_FALSE;
    PetscCall(TessJetAdd(&p->jet[sys->ufield[p->col[c].index]], &entry, &p->entry[c]));
  }
  for (PetscInt z = 0; z < p->nnz; z++)
    p->moving[p->nzeq[z]] = (PetscBool)(p->moving[p->nzeq[z]] || p->dotted[p->nzcol[z]]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The value of a given field in the group of cells where a point lies; within groups it is constant. */
static PetscErrorCode ByRegion(TessPlan p, PetscInt s, const PetscReal value[], PetscInt order,
                               PetscReal column[])
{
  PetscInt *region;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->n, &region));
  PetscCall(TessDomainFindRegions(p->sys->domain, s, p->n, p->x, region));
  for (PetscInt i = 0; i < p->n; i++)
    column[i] = region[i] < 0 ? NAN : order > 0 ? 0 : value[region[i]];
  PetscCall(PetscFree(region));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Columns that do not change with theta point to x, or to arrays filled here. */
static PetscErrorCode PlanColumns(TessPlan p, PetscInt s, const PetscReal normal[])
{
  const TessSystem *sys   = p->sys;
  PetscReal        *fixed = p->fixed;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncol; c++, fixed += p->n) {
    const TessColumn *col = &p->col[c];

    p->column[c] = fixed;
    if (col->kind == TESS_COLUMN_AXIS && col->index < sys->dim)
      p->column[c] = p->x + (size_t)col->index * p->n;
    else if (col->kind == TESS_COLUMN_GIVEN && sys->byregion[col->index])
      PetscCall(ByRegion(p, s, sys->byregion[col->index], col->entry.order, fixed));
    else if (col->kind == TESS_COLUMN_GIVEN)
      PetscCall(
          TessGridEvaluate(sys->grid[col->index], col->entry.order, col->entry.axis, p->n, p->x, fixed));
    else if (col->kind == TESS_COLUMN_NORMAL) {
      PetscAssert(normal, PETSC_COMM_SELF, PETSC_ERR_ARG_NULL, "TessSystemCheckInside comes first");
      for (PetscInt i = 0; i < p->n; i++)
        fixed[i] = normal[(size_t)col->index * p->n + i];
    } else if (col->kind == TESS_COLUMN_JET) {
      const PetscInt f = sys->ufield[col->index];

      p->column[c] = (p->dotted[c] ? p->u_t[f] : p->u[f]) +
                     ((size_t)sys->ucomp[col->index] * p->jet[f].K + p->entry[c]) * p->n;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanCreate(const TessSystem *sys, TessPde pde, PetscInt s, PetscInt n, const PetscReal x[],
                              const PetscReal normal[], TessPlan *plan)
{
  TessPlan p;
  PetscInt ncomp, np, offset = 0;

  PetscFunctionBegin;
  PetscCall(PetscNew(&p));
  p->sys = sys;
  p->pde = pde;
  p->n   = n;
  PetscCall(TessPdeGetColumns(pde, &p->neq, &p->ncol, &p->col));
  PetscCall(TessPdeGetPartials(pde, &p->nnz, &p->nzeq, &p->nzcol));
  PetscCall(PetscCalloc6(sys->nfield, &p->jet, sys->nfield, &p->binding, sys->nfield, &p->used, sys->nfield,
                         &p->u, sys->nfield, &p->u_t, sys->nfield, &p->offset));
  PetscCall(PetscCalloc2(p->ncol, &p->dotted, p->neq, &p->moving));
  PetscCall(PetscCalloc4(p->ncol, &p->entry, p->ncol, &p->column, (size_t)sys->dim * n, &p->x,
                         (size_t)p->ncol * n, &p->fixed));
  PetscCall(PetscArraycpy(p->x, x, (size_t)sys->dim * n));
  PetscCall(PlanJets(p));
  for (PetscInt f = 0; f < sys->nfield; f++) {
    PetscCall(FieldSizes(sys, f, &ncomp, &np));
    p->offset[f] = offset;
    offset += np;
    PetscCall(TessFieldBind(sys->field[f], s, &p->jet[f], n, x, &p->binding[f]));
    if (!p->used[f])
      continue;
    PetscCall(PetscMalloc1((size_t)ncomp * p->jet[f].K * n, &p->u[f]));
    for (PetscInt c = 0; c < p->ncol && !p->u_t[f]; c++)
      if (p->dotted[c] && sys->ufield[p->col[c].index] == f)
        PetscCall(PetscMalloc1((size_t)ncomp * p->jet[f].K * n, &p->u_t[f]));
    p->nbar = PetscMax(p->nbar, (size_t)p->neq * ncomp * p->jet[f].K * n);
  }
  PetscCall(PlanColumns(p, s, normal));
  *plan = p;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanDestroy(TessPlan *plan)
{
  TessPlan p = *plan;

  PetscFunctionBegin;
  if (!p)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt f = 0; f < p->sys->nfield; f++) {
    PetscCall(TessBindingDestroy(&p->binding[f]));
    PetscCall(PetscFree(p->u[f]));
    PetscCall(PetscFree(p->u_t[f]));
  }
  PetscCall(PetscFree6(p->jet, p->binding, p->used, p->u, p->u_t, p->offset));
  PetscCall(PetscFree2(p->dotted, p->moving));
  PetscCall(PetscFree4(p->entry, p->column, p->x, p->fixed));
  PetscCall(PetscFree(p->dr));
  PetscCall(PetscFree(p->u_bar));
  PetscCall(PetscFree(*plan));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of theta_t, the entries that columns are made of. */
static PetscErrorCode EvaluateRate(TessPlan p, PetscInt f)
{
  const TessSystem *sys                  = p->sys;
  PetscBool         wanted[TESS_JET_MAX] = {PETSC_FALSE};

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncol; c++)
    if (p->dotted[c] && sys->ufield[p->col[c].index] == f)
      wanted[p->entry[c]] = PETSC_TRUE;
  PetscCall(TessFieldEvaluateSome(sys->field[f], p->binding[f], wanted, sys->motion->rate, p->u_t[f]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanEvaluate(TessPlan p, const PetscReal local[], PetscBool linearize, PetscReal r[])
{
  const TessSystem *sys   = p->sys;
  const PetscReal  *param = local + (size_t)sys->nlocal * sys->stride;

  PetscFunctionBegin;
  for (PetscInt f = 0; f < sys->nfield; f++) {
    if (p->used[f])
      PetscCall(TessFieldEvaluate(sys->field[f], p->binding[f], local, p->u[f]));
    if (p->u_t[f])
      PetscCall(EvaluateRate(p, f));
  }
  for (PetscInt c = 0; c < p->ncol; c++) {
    const TessColumn *col  = &p->col[c];
    const PetscBool   time = (PetscBool)(col->kind == TESS_COLUMN_AXIS && col->index == sys->dim);

    if (col->kind != TESS_COLUMN_PARAMETER && !time)
      continue;
    for (PetscInt i = 0; i < p->n; i++)
      p->fixed[(size_t)c * p->n + i] = time ? sys->motion->time : param[col->index];
  }
  if (linearize && !p->dr)
    PetscCall(PetscMalloc1((size_t)p->nnz * p->n, &p->dr));
  PetscCall(TessPdeEvaluate(p->pde, p->n, p->column, r, linearize ? p->dr : NULL));
  for (PetscInt q = 0; q < p->neq; q++)
    for (PetscInt i = 0; i < p->n && p->moving[q]; i++)
      r[(size_t)q * p->n + i] *= sys->motion->scale;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What multiplies partial z when theta moves. */
static PetscReal Times(TessPlan p, PetscInt z)
{
  const TessMotion *motion = p->sys->motion;

  if (!motion)
    return 1;
  return (p->moving[p->nzeq[z]] ? motion->scale : 1) *
         (p->dotted[p->nzcol[z]] ? motion->rated : motion->value);
}

/* u_bar [R][ncomp][K][n] of field f: R = neq with one residual each (rows), or R = 1 with their sum
 * (pullback). */
static PetscErrorCode Seed(TessPlan p, PetscInt f, PetscBool each, const PetscReal factor[])
{
  const TessSystem *sys = p->sys;
  const PetscInt    n   = p->n;
  PetscInt          ncomp, np;
  size_t            size;

  PetscFunctionBegin;
  PetscCall(FieldSizes(sys, f, &ncomp, &np));
  size = (size_t)ncomp * p->jet[f].K * n;
  if (!p->u_bar)
    PetscCall(PetscMalloc1(p->nbar, &p->u_bar));
  PetscCall(PetscArrayzero(p->u_bar, size * (each ? p->neq : 1)));
  for (PetscInt z = 0; z < p->nnz; z++) {
    const TessColumn *col = &p->col[p->nzcol[z]];
    const PetscInt    q   = p->nzeq[z];

    if (col->kind != TESS_COLUMN_JET || sys->ufield[col->index] != f)
      continue;
    {
      PetscReal *u_bar = p->u_bar + (each ? q : 0) * size +
                         ((size_t)sys->ucomp[col->index] * p->jet[f].K + p->entry[p->nzcol[z]]) * n;
      const PetscReal *dr = p->dr + (size_t)z * n, *by = factor + (size_t)q * n;
      const PetscReal  times = Times(p, z);

      for (PetscInt i = 0; i < n; i++)
        u_bar[i] += times * by[i] * dr[i];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanPullback(TessPlan p, const PetscReal local[], const PetscReal r_bar[],
                                PetscReal g_local[])
{
  const TessSystem *sys = p->sys;
  PetscReal        *g   = g_local + (size_t)sys->nlocal * sys->stride;

  PetscFunctionBegin;
  for (PetscInt f = 0; f < sys->nfield; f++) {
    if (!p->used[f])
      continue;
    PetscCall(Seed(p, f, PETSC_FALSE, r_bar));
    PetscCall(TessFieldPullback(sys->field[f], p->binding[f], local, p->u_bar, g_local));
  }
  for (PetscInt z = 0; z < p->nnz; z++) {
    const TessColumn *col = &p->col[p->nzcol[z]];

    if (col->kind != TESS_COLUMN_PARAMETER)
      continue;
    for (PetscInt i = 0; i < p->n; i++)
      g[col->index] += r_bar[(size_t)p->nzeq[z] * p->n + i] * p->dr[(size_t)z * p->n + i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanGetExperts(TessPlan p, PetscInt *nexpert, const PetscInt *e[], const PetscInt *m[],
                                  const PetscInt *const **index)
{
  PetscFunctionBegin;
  PetscCall(TessBindingGetExperts(p->binding[0], nexpert, e, m,
                                  index)); /* all fields have the same patches and windows' supports */
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanRows(TessPlan p, PetscInt i, const PetscReal local[], const PetscReal scale[],
                            PetscInt ld, PetscReal rows[])
{
  const TessSystem *sys = p->sys;

  PetscFunctionBegin;
  for (PetscInt f = 0; f < sys->nfield; f++) {
    if (!p->used[f])
      continue;
    PetscCall(Seed(p, f, PETSC_TRUE, scale));
    PetscCall(TessFieldRows(sys->field[f], p->binding[f], i, local, p->neq, p->u_bar, ld,
                            rows + (size_t)p->offset[f] * ld));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPlanParameterRows(TessPlan p, const PetscReal scale[], PetscInt ld, PetscReal rows[])
{
  PetscFunctionBegin;
  for (PetscInt z = 0; z < p->nnz; z++) {
    const TessColumn *col = &p->col[p->nzcol[z]];
    const size_t      q   = p->nzeq[z];

    if (col->kind != TESS_COLUMN_PARAMETER)
      continue;
    for (PetscInt i = 0; i < p->n; i++)
      rows[(size_t)col->index * ld + q * p->n + i] += scale[q * p->n + i] * p->dr[(size_t)z * p->n + i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
