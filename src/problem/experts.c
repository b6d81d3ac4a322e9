/* experts.c - the expert of each unknown: its own (-<unknown>_expert_...), or one field for all others. */
#include "problemimpl.h"

/* Periodic axes that enter the expert as harmonics are whole patches of the domain, for all fields alike. */
static PetscErrorCode Embed(TessProblem p, const char prefix[], TessExpert expert)
{
  TessSystem      *sys = &p->sys;
  PetscInt         harmonics, n = 0;
  const PetscInt  *parts;
  const PetscBool *periodic;

  PetscFunctionBegin;
  PetscCall(TessExpertGetHarmonics(expert, &harmonics));
  TessCheckInput(p->harmonics < 0 || !p->harmonics == !harmonics, sys->comm,
                 "-%sexpert_harmonics is %" PetscInt_FMT ", of another expert it is %" PetscInt_FMT
                 ": either all experts get harmonics of the periodic axes or none",
                 prefix, harmonics, p->harmonics);
  p->harmonics = harmonics;
  if (!harmonics)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, NULL, NULL, &periodic));
  PetscCall(TessDomainGetParts(sys->domain, &parts));
  for (PetscInt a = 0; a < sys->dim; a++) {
    if (!periodic[a])
      continue;
    TessCheckInput(parts[a] == 1, sys->comm,
                   "-%sexpert_harmonics is for periodic axes of one part, -%sparts_%s is %" PetscInt_FMT
                   "; the windows of several parts repeat by themselves: take 0 or one part",
                   prefix, p->prefix, sys->axis[a], parts[a]);
    PetscCall(TessDomainSetWhole(sys->domain, a));
    n++;
  }
  TessCheckInput(n, sys->comm, "-%sexpert_harmonics is set, but no axis is periodic; see -%sdomain_periodic",
                 prefix, p->prefix);
  PetscCall(TessExpertSetPeriodic(expert, periodic));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The expert of field f from options under `prefix`; what is known of it without a domain. */
static PetscErrorCode ReadExpert(TessProblem p, const char prefix[], PetscInt ncomp, TessExpert *expert)
{
  PetscBool  linear;
  PetscInt   np;
  PetscInt64 stride = p->sys.stride;

  PetscFunctionBegin;
  PetscCall(TessExpertCreate(p->sys.dim, ncomp, expert));
  PetscCall(TessExpertSetOptionsPrefix(*expert, prefix));
  PetscCall(TessExpertSetFromOptions(*expert));
  PetscCall(Embed(p, prefix, *expert));
  PetscCall(TessExpertSetUp(*expert));
  PetscCall(TessExpertIsLinear(*expert, &linear));
  PetscCall(TessExpertGetSizes(*expert, NULL, NULL, &np, NULL));
  p->linear = (PetscBool)(p->linear && linear);
  TessCheckInput(stride + np <= PETSC_MAX_INT, p->sys.comm,
                 "%" PetscInt64_FMT " parameters in a patch are too many; see -%sexpert_...", stride + np,
                 prefix);
  p->sys.stride += np;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The options prefix of the expert that an unknown has of its own: -<unknown>_expert_...,
 * -parameters_<unknown>_expert_...; else empty. */
static PetscErrorCode OwnPrefix(TessProblem p, const char unknown[], size_t len, char prefix[])
{
  static const char *const before[] = {"", "parameters_"};

  PetscFunctionBegin;
  for (PetscInt k = 0; k < 2; k++) {
    PetscInt n;
    char   **key;

    PetscCall(PetscSNPrintf(prefix, len, "%s%s%s_", p->prefix, before[k], unknown));
    PetscCall(TessOptionsKeys(NULL, prefix, "expert", &n, &key));
    PetscCall(TessWordsDestroy(n, &key));
    if (n)
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  prefix[0] = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One field for all unknowns together that have no expert of their own, one for each of the others. */
PetscErrorCode TessProblemReadExperts(TessProblem p)
{
  TessSystem *sys    = &p->sys;
  PetscInt    common = 0;
  char        prefix[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(sys->nunknown, &sys->ufield, sys->nunknown, &sys->ucomp));
  PetscCall(PetscCalloc2(sys->nunknown, &sys->field, sys->nunknown, &p->expert));
  p->linear    = PETSC_TRUE;
  p->harmonics = -1;
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    PetscCall(OwnPrefix(p, sys->unknown[i], sizeof(prefix), prefix));
    if (prefix[0])
      sys->ufield[i] = -1;
    else
      sys->ucomp[i] = common++;
  }
  if (common)
    PetscCall(ReadExpert(p, p->prefix, common, &p->expert[sys->nfield++]));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    if (sys->ufield[i] >= 0)
      continue;
    PetscCall(OwnPrefix(p, sys->unknown[i], sizeof(prefix), prefix));
    sys->ufield[i] = sys->nfield++;
    PetscCall(ReadExpert(p, prefix, 1, &p->expert[sys->ufield[i]]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemCheckOrder(TessProblem p, TessCondition c)
{
  const TessSystem *sys = &p->sys;
  const char       *type, *name;
  PetscInt          ncol, order;
  const TessColumn *col;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessConditionGetType(c, &type));
  if (strcmp(type, "interface"))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessConditionGetName(c, &name));
  PetscCall(TessConditionGetPde(c, &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  for (PetscInt k = 0; k < ncol; k++) {
    if (col[k].kind != TESS_COLUMN_JET || col[k].entry.order == TESS_LAP)
      continue;
    PetscCall(TessExpertGetOrder(p->expert[sys->ufield[col[k].index]], &order));
    TessCheckInput(col[k].entry.order <= order, sys->comm,
                   "condition \"%s\" compares derivatives of order %" PetscInt_FMT
                   " of %s, whose experts are polynomials of degree %" PetscInt_FMT
                   "; see -%s%s_terms, -%sexpert_polynomial_degree",
                   name, col[k].entry.order, sys->unknown[col[k].index], order, p->prefix, name, p->prefix);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
