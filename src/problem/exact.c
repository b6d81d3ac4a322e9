/* exact.c - conditions that hold exactly (-<name>_enforce exact): rows of the residual that every
   Gauss-Newton step keeps, by the KKT system of the linear least-squares problem (src/linear/exact.c).  They
   must be affine in theta. */
#include "problemimpl.h"

#define LARGE 1e6   /* coefficients whose sums lose digits */
#define HELD 1e-6   /* of what they are at theta = 0: an exact condition that misses more was not held, */
#define ROUND 1e-10 /* and of what all conditions are there: it may hold at theta = 0 by chance */

static PetscErrorCode IsExact(TessCondition c, PetscBool *exact)
{
  TessEnforce enforce = TESS_ENFORCE_WEIGHT;

  PetscFunctionBegin;
  PetscCall(TessConditionGetEnforce(c, &enforce));
  *exact = (PetscBool)(enforce == TESS_ENFORCE_EXACT);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What a condition needs to be held. */
static PetscErrorCode Check(TessProblem p, PetscInt c, PetscInt64 *rows)
{
  const char *name;
  TessPde     pde;
  PetscBool   affine, border;
  PetscInt    neq;
  PetscInt64  n;

  PetscFunctionBegin;
  PetscCall(TessConditionGetName(p->condition[c], &name));
  TessCheckInput(
      !p->moving, p->sys.comm,
      "condition \"%s\": -%s%s_enforce exact is not supported with -%stime_mode ts; take spacetime or "
      "slabs, or -%s%s_enforce weight",
      name, p->prefix, name, p->prefix, p->prefix, name);
  TessCheckInput(
      p->linear, p->sys.comm,
      "condition \"%s\": -%s%s_enforce exact needs experts that are linear in their parameters: take "
      "-%sexpert_type features or polynomial, or -%s%s_enforce weight",
      name, p->prefix, name, p->prefix, p->prefix, name);
  PetscCall(TessConditionGetPde(p->condition[c], &pde));
  PetscCall(TessPdeIsAffine(pde, &affine));
  for (PetscInt i = 0; i < p->sys.nparam; i++)
    affine = (PetscBool)(affine && p->param[i].min == PETSC_MIN_REAL && p->param[i].max == PETSC_MAX_REAL);
  TessCheckInput(
      affine, p->sys.comm,
      "condition \"%s\": -%s%s_enforce exact needs equations that are linear in unknowns and parameters, "
      "and parameters without bounds; take -%s%s_enforce weight",
      name, p->prefix, name, p->prefix, name);
  PetscCall(TessConditionGetInfo(p->condition[c], &border, &neq, &n));
  *rows += border ? neq : neq * n;
  TessCheckInput(*rows <= TESS_EXACT_MOST, p->sys.comm,
                 "condition \"%s\": with it %" PetscInt64_FMT
                 " rows are to hold exactly, more than %d; take fewer -%s%s_points, or -%s%s_enforce weight",
                 name, *rows, TESS_EXACT_MOST, p->prefix, name, p->prefix, name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetExact(TessProblem p)
{
  PetscInt64 rows  = 0;
  PetscBool  exact = PETSC_FALSE;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscCall(IsExact(p->condition[c], &exact));
    if (exact)
      PetscCall(Check(p, c, &rows));
  }
  p->exact = (PetscBool)(rows > 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Global numbers of the rows that are to hold, each rank its own. */
static PetscErrorCode CreateRows(TessProblem p, IS *is)
{
  PetscInt    n = 0, start, *row;
  PetscMPIInt rank, size;
  PetscBool   exact = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->sys.comm, &rank));
  PetscCallMPI(MPI_Comm_size(p->sys.comm, &size));
  PetscCall(VecGetOwnershipRange(p->r, &start, NULL));
  PetscCall(PetscMalloc1(p->nrow + p->nborder, &row));
  for (PetscInt i = 0; i < p->nown; i++) {
    PetscCall(IsExact(p->rows[i].condition, &exact));
    for (PetscInt k = 0; k < p->rows[i].neq * p->rows[i].set->n && exact; k++)
      row[n++] = start + p->rows[i].set->row + k;
  }
  for (PetscInt b = 0; b < p->nborder && rank == size - 1; b++) {
    PetscCall(IsExact(p->condition[p->border_of[b]], &exact));
    if (exact)
      row[n++] = start + p->nrow + b;
  }
  PetscCall(ISCreateGeneral(p->sys.comm, n, row, PETSC_COPY_VALUES, is));
  PetscCall(PetscFree(row));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemTellExact(TessProblem p, Tao tao)
{
  PetscErrorCode (*set)(Tao, IS);
  TaoType type;
  IS      rows;

  PetscFunctionBegin;
  if (!p->exact)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TaoGetType(tao, &type));
  PetscCall(PetscObjectQueryFunction((PetscObject)tao, "TessTrainSetExact_C", &set));
  TessCheckInput(set, p->sys.comm,
                 "conditions with enforce exact need -%stao_type gaussnewton: %s cannot hold them", p->prefix,
                 type);
  PetscCall(CreateRows(p, &rows));
  PetscCall((*set)(tao, rows));
  PetscCall(ISDestroy(&rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCheckExact(TessProblem p, Vec theta)
{
  PetscReal  *loss[2], all = 0, most;
  PetscInt    worst = -1;
  const char *name  = "";
  char        why[256];
  Vec         zero;

  PetscFunctionBegin;
  if (!p->exact)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc2(p->ncondition, &loss[0], p->ncondition, &loss[1]));
  PetscCall(VecDuplicate(theta, &zero));
  PetscCall(VecSet(zero, 0));
  PetscCall(TessProblemComputeResidual(p, zero, p->r));
  PetscCall(TessProblemGetLosses(p, loss[0]));
  PetscCall(TessProblemComputeResidual(p, theta, p->r));
  PetscCall(TessProblemGetLosses(p, loss[1]));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscBool exact = PETSC_FALSE;

    all += ROUND * ROUND * loss[0][c];
    PetscCall(IsExact(p->condition[c], &exact));
    if (!exact)
      continue;
    all += HELD * HELD * loss[0][c];
    if (worst < 0 || loss[1][c] > loss[1][worst])
      worst = c;
  }
  if (worst >= 0)
    PetscCall(TessConditionGetName(p->condition[worst], &name));
  PetscCall(VecNorm(theta, NORM_INFINITY, &most));
  if (most > LARGE)
    PetscCall(PetscSNPrintf(why, sizeof(why),
                            "Coefficients reach %.0e, and their sums lose as many digits: a larger "
                            "-%stao_gaussnewton_leastsquares_cut, as 1e-8, keeps them smaller",
                            (double)most, p->prefix));
  else
    PetscCall(PetscStrncpy(
        why, "It contradicts another exact condition, or the experts cannot take its values", sizeof(why)));
  TessCheckInput(worst < 0 || all == 0 || loss[1][worst] <= all, p->sys.comm,
                 "condition \"%s\" does not hold exactly: its residual is %.2g times what may be round-off.  "
                 "%s; see -%s%s_enforce",
                 name, (double)PetscSqrtReal(loss[1][worst] / all), why, p->prefix, name);
  PetscCall(PetscFree2(loss[0], loss[1]));
  PetscCall(VecDestroy(&zero));
  PetscFunctionReturn(PETSC_SUCCESS);
}
