/* problem.c - life of a problem: create, set up, sizes, destroy. */
#include <unistd.h>
#include "problemimpl.h"

PetscErrorCode TessProblemCreate(MPI_Comm comm, TessProblem *problem)
{
  TessProblem p;

  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(&p));
  p->sys.comm   = comm;
  p->seed       = 1;
  p->smoothness = 5;
  PetscCall(PetscStrallocpy("", &p->prefix));
  *problem = p;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetText(const char text[], char **copy)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(*copy));
  PetscCall(PetscStrallocpy(text, copy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetOptionsPrefix(TessProblem p, const char prefix[])
{
  PetscFunctionBegin;
  PetscCall(SetText(prefix ? prefix : "", &p->prefix));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetInput(TessProblem p, const char file[])
{
  PetscFunctionBegin;
  PetscCall(SetText(file, &p->input));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetTime(TessProblem p, PetscReal lo, PetscReal hi)
{
  PetscFunctionBegin;
  p->isslab  = PETSC_TRUE;
  p->slab[0] = lo;
  p->slab[1] = hi;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetEdges(TessProblem p, PetscInt axis, PetscInt n, const PetscReal edges[])
{
  PetscFunctionBegin;
  if (!p->edges)
    PetscCall(PetscCalloc2(TESS_DIM_MAX, &p->edges, TESS_DIM_MAX, &p->nedges));
  PetscCall(PetscFree(p->edges[axis]));
  PetscCall(PetscMalloc1(n, &p->edges[axis]));
  PetscCall(PetscArraycpy(p->edges[axis], edges, n));
  p->nedges[axis] = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetFieldsOnly(TessProblem p, PetscBool only)
{
  PetscFunctionBegin;
  p->fieldsonly = only;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetPrevious(TessProblem p, TessProblem before, Vec theta_before)
{
  PetscFunctionBegin;
  p->before       = before;
  p->theta_before = theta_before;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetFromOptions(TessProblem p)
{
  PetscFunctionBegin;
  p->sys.prefix = p->prefix;
  p->sys.input  = p->input;
  PetscCall(TessProblemReadInput(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* GB a rank may use: the machine's memory over the ranks on it, a tenth left free. */
static PetscErrorCode MemoryLimit(TessProblem p, PetscReal *bytes)
{
  MPI_Comm    node;
  PetscMPIInt n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_split_type(p->sys.comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node));
  PetscCallMPI(MPI_Comm_size(node, &n));
  PetscCallMPI(MPI_Comm_free(&node));
  *bytes = p->memory_limit > 0
               ? 1e9 * p->memory_limit
               : 0.9 * (PetscReal)sysconf(_SC_PHYS_PAGES) * (PetscReal)sysconf(_SC_PAGESIZE) / n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Panels (J, and Q if linear) and Gram matrix with its factor, from the mean number of experts a point sees:
 * prod (1 + overlap-ish). */
static PetscErrorCode EstimateMemory(TessProblem p)
{
  const TessSystem *sys  = &p->sys;
  PetscReal         rows = 0, block = sizeof(PetscReal) * (PetscReal)sys->stride, meet = 1, limit, want;
  PetscInt64        patches;
  PetscMPIInt       size;
  PetscInt          nowned, nreach;
  const TessReach  *reach;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(sys->comm, &size));
  PetscCall(TessDomainGetSizes(sys->domain, &patches, &nowned, NULL));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetReach(sys->domain, s, &nreach, &reach));
    meet = PetscMax(meet, nreach);
  }
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt   neq;
    PetscInt64 npoint;

    PetscCall(TessConditionGetInfo(p->condition[c], NULL, &neq, &npoint));
    rows += (PetscReal)neq * npoint;
  }
  /* at most meet experts reach a point; on average the square root of that with half overlap */
  want = PetscMax(nowned, patches / size) * block *
         (rows / patches * PetscSqrtReal(meet) * (p->linear ? 2 : 1) + meet * sys->stride);
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &want, 1, MPIU_REAL, MPIU_MAX, sys->comm));
  PetscCall(MemoryLimit(p, &limit));
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &limit, 1, MPIU_REAL, MPIU_MIN, sys->comm));
  p->bytes = want;
  TessCheckInput(want <= limit, sys->comm,
                 "the problem needs about %.3g GB a rank (%" PetscInt_FMT
                 " parameters a patch, %" PetscInt64_FMT
                 " patches, %.3g rows), %.3g GB are allowed: take fewer parameters (-expert_...), fewer "
                 "points, more ranks, or set -memory_limit",
                 (double)want / 1e9, sys->stride, patches, (double)rows, (double)limit / 1e9);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Given fields: the part that covers the cores of this rank (an empty rank takes the lower corner). */
static PetscErrorCode LoadGiven(TessProblem p)
{
  TessSystem      *sys = &p->sys;
  PetscInt         nowned;
  const PetscReal *dlo, *dhi;
  PetscReal        lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &dlo, &dhi, NULL));
  for (PetscInt a = 0; a < sys->dim; a++) {
    lo[a] = nowned ? dhi[a] : dlo[a];
    hi[a] = dlo[a];
  }
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt a = 0; a < sys->dim; a++) {
      lo[a] = PetscMin(lo[a], patch.lo[a]);
      hi[a] = PetscMax(hi[a], patch.hi[a]);
    }
  }
  for (PetscInt g = 0; g < sys->ngiven; g++) {
    static const char *const ways[] = {"linear", "cubic"};
    char     name[PETSC_MAX_OPTION_NAME], option[PETSC_MAX_OPTION_NAME], *file, *found, *dataset;
    PetscInt way = 0;

    PetscCall(PetscSNPrintf(name, sizeof(name), "fields_%s_file", sys->given[g]));
    PetscCall(TessOptionsText(NULL, p->prefix, name, &file));
    TessCheckInput(file, sys->comm, "-%s%s is not set: the HDF5 file of the given field \"%s\" is wanted",
                   p->prefix, name, sys->given[g]);
    PetscCall(PetscSNPrintf(option, sizeof(option), "-%s%s", p->prefix, name));
    PetscCall(TessPathFind(sys->comm, file, p->input, option, &found));
    PetscCall(PetscSNPrintf(name, sizeof(name), "fields_%s_dataset", sys->given[g]));
    PetscCall(TessOptionsText(NULL, p->prefix, name, &dataset));
    PetscOptionsBegin(sys->comm, p->prefix, "given fields", NULL);
    PetscCall(PetscSNPrintf(name, sizeof(name), "-fields_%s_interpolation", sys->given[g]));
    PetscCall(TessOptionsChoice(name, "how a given field is interpolated", 2, ways, &way));
    PetscOptionsEnd();
    PetscCall(TessGridLoad(sys->comm, found, dataset ? dataset : sys->given[g], sys->dim,
                           (const char *const *)sys->axis, lo, hi, (PetscBool)(way == 1), &sys->grid[g]));
    PetscCall(PetscFree(file));
    PetscCall(PetscFree(found));
    PetscCall(PetscFree(dataset));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Initial rows of a slab: what the residual is for the field before. */
static PetscErrorCode ContinuePrevious(TessProblem p)
{
  const char *name;
  char        type[PETSC_MAX_OPTION_NAME], *text;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt      nset, neq;
    PetscInt64    n = 0, m = 0;
    TessPointSet *set;
    TessPde       pde;
    PetscReal    *x, *r;

    PetscCall(TessConditionGetName(p->condition[c], &name));
    PetscCall(PetscSNPrintf(type, sizeof(type), "%s_type", name));
    PetscCall(TessOptionsText(NULL, p->prefix, type, &text));
    if (strcmp(text, "initial")) {
      PetscCall(PetscFree(text));
      continue;
    }
    PetscCall(PetscFree(text));
    PetscCall(TessConditionGetSets(p->condition[c], &nset, &set));
    PetscCall(TessConditionGetPde(p->condition[c], &pde));
    PetscCall(TessConditionGetInfo(p->condition[c], NULL, &neq, NULL));
    for (PetscInt i = 0; i < nset; i++)
      n += set[i].n;
    PetscCall(PetscMalloc2(p->sys.dim * n, &x, neq * n, &r));
    for (PetscInt i = 0; i < nset; m += set[i++].n)
      for (PetscInt a = 0; a < p->sys.dim; a++)
        PetscCall(PetscArraycpy(x + a * n + m, set[i].x + (size_t)a * set[i].n, set[i].n));
    PetscCall(TessProblemSample(p->before, p->theta_before, pde, (PetscInt)n, x, r));
    m = 0;
    for (PetscInt i = 0; i < nset; m += set[i++].n)
      for (PetscInt q = 0; q < neq; q++)
        PetscCall(PetscArraycpy(set[i].target + (size_t)q * set[i].n, r + q * n + m, set[i].n));
    PetscCall(PetscFree2(x, r));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rows of all sets, patch by patch, in a patch condition by condition. */
PetscErrorCode TessProblemPlace(TessProblem p)
{
  PetscInt nowned;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(p->sys.domain, NULL, &nowned, NULL));
  p->nrow = p->nborder = 0;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscBool border;
    PetscInt  neq;

    PetscCall(TessConditionGetInfo(p->condition[c], &border, &neq, NULL));
    if (border)
      p->nborder += neq;
  }
  for (PetscInt s = 0; s < nowned; s++) {
    for (PetscInt c = 0; c < p->ncondition; c++) {
      PetscInt      nset, neq;
      PetscBool     border;
      TessPointSet *set;

      PetscCall(TessConditionGetInfo(p->condition[c], &border, &neq, NULL));
      PetscCall(TessConditionGetSets(p->condition[c], &nset, &set));
      for (PetscInt i = 0; i < nset; i++) {
        if (set[i].s != s || border)
          continue;
        set[i].row = p->nrow;
        p->nrow += neq * set[i].n;
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetUp(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscSF     sf;
  PetscInt    nowned, offset = 0, np;

  PetscFunctionBegin;
  if (p->setup)
    PetscFunctionReturn(PETSC_SUCCESS);
  p->setup = PETSC_TRUE;
  PetscCall(TessDomainSetUp(sys->domain));
  PetscCall(EstimateMemory(p));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, &sys->nlocal));
  PetscCall(TessDomainGetSF(sys->domain, &sf));
  PetscCall(TessLayoutCreate(sys->comm, sf, nowned, sys->nlocal, sys->stride, NULL, sys->nparam, &p->layout));
  PetscCall(PetscCalloc2((size_t)sys->nlocal * sys->stride + sys->nparam, &p->local,
                         (size_t)sys->nlocal * sys->stride + sys->nparam, &p->g_local));
  for (PetscInt f = 0; f < sys->nfield; f++) {
    PetscCall(TessFieldCreate(sys->domain, p->expert[f],
                              TessKeyMake(TessKeyName(sys->key, "field"), (uint64_t)f), &sys->field[f]));
    PetscCall(TessFieldSetSmoothness(sys->field[f], p->smoothness));
    PetscCall(TessFieldSetLayout(sys->field[f], sys->stride, offset));
    PetscCall(TessExpertGetSizes(p->expert[f], NULL, NULL, &np, NULL));
    offset += np;
  }
  PetscCall(LoadGiven(p));
  p->affine = p->linear;
  for (PetscInt c = 0; c < p->ncondition; c++) {
    TessPde   pde;
    PetscBool affine;

    PetscCall(TessConditionPlace(p->condition[c], 0));
    PetscCall(TessConditionGetPde(p->condition[c], &pde));
    PetscCall(TessPdeIsAffine(pde, &affine));
    p->affine = (PetscBool)(p->affine && affine);
  }
  for (PetscInt i = 0; i < sys->nparam; i++)
    if (p->param[i].min > PETSC_MIN_REAL || p->param[i].max < PETSC_MAX_REAL)
      p->affine = PETSC_FALSE;
  for (PetscInt i = 0; i < p->nobservable; i++)
    PetscCall(TessConditionPlace(p->observable[i], 0));
  if (p->before)
    PetscCall(ContinuePrevious(p));
  if (p->moving) {
    PetscCall(PetscCalloc1((size_t)sys->nlocal * sys->stride, &p->motion.rate));
    PetscCall(TessProblemActivate(p, PETSC_FALSE));
  }
  PetscCall(TessProblemPlace(p));
  PetscCall(PetscCalloc1(p->nborder, &p->border));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemView(TessProblem p, PetscViewer viewer)
{
  PetscFunctionBegin;
  if (p->title)
    PetscCall(PetscViewerASCIIPrintf(viewer, "%s\n", p->title));
  PetscCall(TessDomainView(p->sys.domain, viewer));
  for (PetscInt f = 0; f < p->sys.nfield; f++) {
    for (PetscInt i = 0; i < p->sys.nunknown; i++)
      if (p->sys.ufield[i] == f)
        PetscCall(PetscViewerASCIIPrintf(viewer, p->sys.ucomp[i] ? ", %s" : "%s", p->sys.unknown[i]));
    PetscCall(PetscViewerASCIIPrintf(viewer, ": "));
    PetscCall(TessExpertView(p->expert[f], viewer));
  }
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(TessConditionView(p->condition[c], viewer));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemDestroy(TessProblem *problem)
{
  TessProblem p = *problem;

  PetscFunctionBegin;
  if (!p)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemResetJacobian(p));
  PetscCall(VecDestroy(&p->r));
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(TessConditionDestroy(&p->condition[c]));
  for (PetscInt i = 0; i < p->nobservable; i++)
    PetscCall(TessConditionDestroy(&p->observable[i]));
  for (PetscInt f = 0; f < p->sys.nfield; f++) {
    PetscCall(TessFieldDestroy(&p->sys.field[f]));
    PetscCall(TessExpertDestroy(&p->expert[f]));
  }
  for (PetscInt g = 0; g < p->sys.ngiven; g++)
    PetscCall(TessGridDestroy(&p->sys.grid[g]));
  PetscCall(TessLayoutDestroy(&p->layout));
  PetscCall(TessDomainDestroy(&p->sys.domain));
  for (PetscInt a = 0; a < p->sys.dim && p->edges; a++)
    PetscCall(PetscFree(p->edges[a]));
  if (p->edges)
    PetscCall(PetscFree2(p->edges, p->nedges));
  PetscCall(TessWordsDestroy(p->sys.axes, &p->sys.axis));
  PetscCall(TessWordsDestroy(p->sys.nunknown, &p->sys.unknown));
  for (PetscInt i = 0; i < p->sys.nparam; i++)
    PetscCall(PetscFree(p->sys.param[i]));
  PetscCall(PetscFree2(p->sys.param, p->param));
  PetscCall(TessWordsDestroy(p->sys.ngiven, &p->sys.given));
  PetscCall(TessWordsDestroy(p->sys.nconst, &p->sys.constant));
  PetscCall(TessWordsDestroy(p->nobservable, &p->obsname));
  PetscCall(PetscFree(p->sys.value));
  PetscCall(PetscFree(p->sys.grid));
  PetscCall(PetscFree2(p->sys.ufield, p->sys.ucomp));
  PetscCall(PetscFree2(p->sys.field, p->expert));
  PetscCall(PetscFree2(p->condition, p->loss));
  PetscCall(PetscFree(p->observable));
  PetscCall(PetscFree2(p->local, p->g_local));
  PetscCall(PetscFree(p->motion.rate));
  PetscCall(PetscFree(p->border));
  PetscCall(PetscFree(p->prefix));
  PetscCall(PetscFree(p->input));
  PetscCall(PetscFree(p->title));
  PetscCall(PetscFree(*problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetSystem(TessProblem p, const TessSystem **sys)
{
  PetscFunctionBegin;
  *sys = &p->sys;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetTitle(TessProblem p, const char *title[])
{
  PetscFunctionBegin;
  *title = p->title ? p->title : "";
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetConditions(TessProblem p, PetscInt *n, TessCondition **conditions)
{
  PetscFunctionBegin;
  *n = p->ncondition;
  if (conditions)
    *conditions = p->condition;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemGetSizes(TessProblem p, PetscInt64 *patches, PetscInt64 *parameters,
                                   PetscInt64 *rows, PetscInt64 *points, PetscReal *bytes)
{
  PetscInt64 n, row = 0, point = 0;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(p->sys.domain, &n, NULL, NULL));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscInt   neq;
    PetscInt64 npoint;
    PetscBool  border;

    PetscCall(TessConditionGetInfo(p->condition[c], &border, &neq, &npoint));
    point += npoint;
    row += border ? neq : neq * npoint;
  }
  if (patches)
    *patches = n;
  if (parameters)
    *parameters = n * p->sys.stride + p->sys.nparam;
  if (rows)
    *rows = row;
  if (points)
    *points = point;
  if (bytes)
    *bytes = p->bytes;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemIsLinear(TessProblem p, PetscBool *linear, PetscBool *affine)
{
  PetscFunctionBegin;
  if (linear)
    *linear = p->linear;
  if (affine)
    *affine = p->affine;
  PetscFunctionReturn(PETSC_SUCCESS);
}
