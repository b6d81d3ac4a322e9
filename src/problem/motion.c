/* motion.c - coefficients that move in time: the axis t leaves the domain, u_t is the field of theta_t. */
#include "problemimpl.h"

PetscErrorCode TessProblemSetMoving(TessProblem p, PetscBool moving)
{
  PetscFunctionBegin;
  p->moving = moving;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemTakeTime(TessProblem p, const PetscReal lo[], const PetscReal hi[])
{
  TessSystem *sys   = &p->sys;
  PetscInt    parts = 1;
  char        name[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  TessCheckInput(sys->space < sys->dim && sys->space, sys->comm,
                 "-%stime_mode ts needs time and space: add t and a space axis to the domain", p->prefix);
  PetscOptionsBegin(sys->comm, p->prefix, "domain", NULL);
  PetscCall(PetscSNPrintf(name, sizeof(name), "-parts_%s", sys->axis[sys->space]));
  PetscCall(TessOptionsInt(name, "patches along this axis", &parts, 1, PETSC_MAX_INT));
  PetscOptionsEnd();
  TessCheckInput(parts == 1, sys->comm,
                 "-%sparts_t is %" PetscInt_FMT
                 ": with -%stime_mode ts patches are of space alone, 1 is wanted",
                 p->prefix, parts, p->prefix);
  p->motion   = (TessMotion){.lo = lo[sys->space], .hi = hi[sys->space], .time = lo[sys->space]};
  sys->motion = &p->motion;
  sys->dim    = sys->space;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Derivatives in time of one entry. */
static PetscInt Times(const TessColumn *col, PetscInt time)
{
  PetscInt n = 0;

  for (PetscInt i = 0; i < col->entry.order; i++)
    n += col->entry.axis[i] == time;
  return n;
}

static PetscErrorCode CheckCondition(TessProblem p, TessCondition c, PetscBool rated[])
{
  TessSystem       *sys = &p->sys;
  PetscInt          ncol;
  const TessColumn *col;
  const char       *name, *type;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessConditionGetName(c, &name));
  PetscCall(TessConditionGetType(c, &type));
  TessCheckInput(strcmp(type, "data"), sys->comm,
                 "condition \"%s\": data are not supported with -%stime_mode ts; take spacetime or slabs",
                 name, p->prefix);
  PetscCall(TessConditionGetPde(c, &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  for (PetscInt i = 0; i < ncol; i++) {
    const PetscBool jet   = (PetscBool)(col[i].kind == TESS_COLUMN_JET);
    const PetscInt  times = jet || col[i].kind == TESS_COLUMN_GIVEN ? Times(&col[i], sys->dim) : 0;

    if (col[i].kind == TESS_COLUMN_AXIS && col[i].index == sys->dim)
      p->timed = PETSC_TRUE;
    TessCheckInput(jet || !times, sys->comm,
                   "condition \"%s\": a given field has no derivative in time with -%stime_mode ts", name,
                   p->prefix);
    if (!times)
      continue;
    TessCheckInput(times < 2, sys->comm,
                   "condition \"%s\": %s_tt is of second order in time: -%stime_mode ts takes first order; "
                   "introduce the velocity as an unknown, as in equations: {velocity: \"%s_t = v\", motion: "
                   "\"v_t = ...\"}, with its own initial condition",
                   name, sys->unknown[col[i].index], p->prefix, sys->unknown[col[i].index]);
    TessCheckInput(
        strcmp(type, "initial"), sys->comm,
        "condition \"%s\": an initial condition cannot use %s_t with -%stime_mode ts: it says where "
        "the unknowns start",
        name, sys->unknown[col[i].index], p->prefix);
    rated[col[i].index] = PETSC_TRUE;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCheckMoving(TessProblem p)
{
  TessSystem *sys   = &p->sys;
  PetscBool   start = PETSC_FALSE, *rated;

  PetscFunctionBegin;
  TessCheckInput(p->linear, sys->comm,
                 "-%stime_mode ts moves the coefficients of experts that are linear in them: take "
                 "-%sexpert_type features or polynomial, not mlp",
                 p->prefix, p->prefix);
  TessCheckInput(!sys->nparam, sys->comm,
                 "trainable parameters (%s) are not supported with -%stime_mode ts; take spacetime or slabs",
                 sys->nparam ? sys->param[0] : "", p->prefix);
  if (p->fieldsonly)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(!p->balance.type, sys->comm,
                 "-%sbalance_type: weights are fixed with -%stime_mode ts; take spacetime or slabs",
                 p->prefix, p->prefix);
  PetscCall(PetscCalloc1(sys->nunknown, &rated));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    const char *type;

    PetscCall(CheckCondition(p, p->condition[c], rated));
    PetscCall(TessConditionGetType(p->condition[c], &type));
    start = (PetscBool)(start || !strcmp(type, "initial"));
  }
  for (PetscInt i = 0; i < sys->nunknown; i++)
    TessCheckInput(rated[i], sys->comm,
                   "no condition has the derivative %s_t: -%stime_mode ts needs the one of every unknown",
                   sys->unknown[i], p->prefix);
  TessCheckInput(start, sys->comm,
                 "no condition is of type initial: -%stime_mode ts has nothing to start from", p->prefix);
  PetscCall(PetscFree(rated));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether a condition fits; rated [nunknown]: those with a first derivative in time inside. */
static PetscErrorCode ConditionFits(const TessSystem *sys, TessCondition c, PetscBool rated[],
                                    PetscBool *fits)
{
  PetscInt          ncol;
  const TessColumn *col;
  const char       *type;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessConditionGetType(c, &type));
  PetscCall(TessConditionGetPde(c, &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  *fits = (PetscBool)(strcmp(type, "data") && strcmp(type, "integral"));
  for (PetscInt i = 0; i < ncol; i++) {
    const PetscBool jet   = (PetscBool)(col[i].kind == TESS_COLUMN_JET);
    const PetscInt  times = jet || col[i].kind == TESS_COLUMN_GIVEN ? Times(&col[i], sys->space) : 0;

    if (times > 1 || (times && (!jet || !strcmp(type, "initial"))))
      *fits = PETSC_FALSE;
    if (times && jet && !strcmp(type, "interior"))
      rated[col[i].index] = PETSC_TRUE;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCanMove(TessProblem p, PetscBool *can)
{
  const TessSystem *sys = &p->sys;
  PetscBool         fits = PETSC_FALSE, *rated;

  PetscFunctionBegin;
  *can = (PetscBool)(sys->space && sys->space + 1 == sys->dim && !sys->nparam && !p->balance.type);
  PetscCall(PetscCalloc1(sys->nunknown, &rated));
  for (PetscInt c = 0; c < p->ncondition && *can; c++) {
    PetscCall(ConditionFits(sys, p->condition[c], rated, &fits));
    *can = fits;
  }
  for (PetscInt i = 0; i < sys->nunknown; i++)
    *can = (PetscBool)(*can && rated[i]);
  PetscCall(PetscFree(rated));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemActivate(TessProblem p, PetscBool starting)
{
  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    const char *type;

    PetscCall(TessConditionGetType(p->condition[c], &type));
    PetscCall(
        TessConditionSetActive(p->condition[c], (PetscBool)((strcmp(type, "initial") == 0) == starting)));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetStarting(TessProblem p, PetscBool starting)
{
  PetscFunctionBegin;
  PetscCall(TessProblemActivate(p, starting));
  PetscCall(TessProblemResetJacobian(p));
  PetscCall(PetscFree3(p->rows, p->border, p->border_of));
  PetscCall(TessProblemListRows(p));
  PetscCall(VecDestroy(&p->r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* moving [neq]: which equations of a pde have a derivative in time */
static PetscErrorCode MovingEquations(TessPde pde, PetscInt time, PetscInt neq, PetscBool moving[])
{
  PetscInt          nnz;
  const PetscInt   *eq, *of;
  const TessColumn *col;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(moving, neq));
  PetscCall(TessPdeGetColumns(pde, NULL, NULL, &col));
  PetscCall(TessPdeGetPartials(pde, &nnz, &eq, &of));
  for (PetscInt z = 0; z < nnz; z++)
    if (col[of[z]].kind == TESS_COLUMN_JET && Times(&col[of[z]], time))
      moving[eq[z]] = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetMoving(TessProblem p, Vec moving, PetscBool *steady, PetscBool *still)
{
  PetscReal *a;
  TessPde    pde;

  PetscFunctionBegin;
  *still  = (PetscBool)!p->timed;
  *steady = (PetscBool)(p->affine && !p->nborder);
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscBool timed;

    PetscCall(TessConditionGetPde(p->condition[c], &pde));
    PetscCall(TessPdePartialsContain(pde, TESS_COLUMN_AXIS, p->sys.dim, &timed));
    *steady = (PetscBool)(*steady && !timed);
  }
  PetscCall(VecSet(moving, 0));
  PetscCall(VecGetArray(moving, &a));
  for (PetscInt i = 0; i < p->nown; i++) {
    const TessRows *at = &p->rows[i];
    PetscBool      *is;

    PetscCall(PetscMalloc1(at->neq, &is));
    PetscCall(TessConditionGetPde(at->condition, &pde));
    PetscCall(MovingEquations(pde, p->sys.dim, at->neq, is));
    for (PetscInt k = 0; k < at->neq * at->set->n; k++)
      a[at->set->row + k] = is[k / at->set->n];
    PetscCall(PetscFree(is));
  }
  PetscCall(VecRestoreArray(moving, &a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetMotion(TessProblem p, PetscReal time, Vec theta_t, PetscReal scale,
                                    PetscReal value, PetscReal rated)
{
  TessMotion *m = &p->motion;

  PetscFunctionBegin;
  if (m->scale != scale || m->value != value || m->rated != rated || (p->timed && m->time != time))
    p->jfresh = PETSC_FALSE;
  m->time = time, m->scale = scale, m->value = value, m->rated = rated;
  if (theta_t)
    PetscCall(TessLayoutGlobalToLocal(p->layout, theta_t, m->rate));
  else
    PetscCall(PetscArrayzero(m->rate, (size_t)p->sys.nlocal * p->sys.stride));
  PetscFunctionReturn(PETSC_SUCCESS);
}
