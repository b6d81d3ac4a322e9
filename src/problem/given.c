/* given.c - fields given by files, of which each rank keeps the part that covers its patches, or by values on
   the groups of cells of a mesh. */
#include "problemimpl.h"

/* fields: {kappa: {file: k.h5, dataset: k, interpolation: linear}}; loaded in SetUp, when the patches of the
 * rank are known. */
PetscErrorCode TessProblemReadGiven(TessProblem p)
{
  PetscFunctionBegin;
  PetscCall(TessProblemNames(p, "fields", &p->sys.ngiven, &p->sys.given));
  PetscCall(PetscCalloc1(p->sys.ngiven, &p->sys.grid));
  PetscCall(PetscCalloc1(p->sys.ngiven, &p->sys.byregion));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* fields: {kappa: {values: {copper: 1000, wood: 1}}}: a number for every group of cells of the mesh. */
static PetscErrorCode ReadValues(TessProblem p, PetscInt g)
{
  TessSystem        *sys = &p->sys;
  char               name[PETSC_MAX_OPTION_NAME], *list, **key;
  const char *const *region;
  PetscInt           n, nregion, one;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "fields_%s_values", sys->given[g]));
  PetscCall(TessOptionsKeys(NULL, p->prefix, name, &n, &key));
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessDomainGetRegions(sys->domain, &nregion, &region));
  PetscCall(TessJoin(nregion, region, &list));
  TessCheckInput(nregion, sys->comm, "-%s%s_%s: a value by group of cells wants -%sdomain_mesh", p->prefix,
                 name, key[0], p->prefix);
  for (PetscInt i = 0; i < n; i++) {
    PetscBool found = PETSC_FALSE;

    for (PetscInt r = 0; r < nregion; r++)
      found = (PetscBool)(found || !strcasecmp(key[i], region[r]));
    TessCheckInput(found, sys->comm, "-%s%s_%s: the mesh has no group of cells \"%s\"; there are %s",
                   p->prefix, name, key[i], key[i], list);
  }
  PetscCall(PetscCalloc1(nregion, &sys->byregion[g]));
  for (PetscInt r = 0; r < nregion; r++) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "fields_%s_values_%s", sys->given[g], region[r]));
    PetscCall(TessProblemNumbers(p, name, 1, &one, &sys->byregion[g][r]));
    TessCheckInput(one == 1, sys->comm, "-%s%s is not set: the field \"%s\" wants a value in %s", p->prefix,
                   name, sys->given[g], list);
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &key));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The part of field g in the box lo .. hi. */
static PetscErrorCode LoadGrid(TessProblem p, PetscInt g, const PetscReal lo[], const PetscReal hi[])
{
  TessSystem              *sys    = &p->sys;
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
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Given fields: the part that covers the cores of this rank and what stands opposite them across linked axes
 * (an empty rank takes the lower corner). */
PetscErrorCode TessProblemLoadGiven(TessProblem p)
{
  TessSystem      *sys = &p->sys;
  PetscInt         nowned;
  const PetscReal *dlo, *dhi;
  const PetscBool *linked;
  PetscReal        lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &dlo, &dhi, NULL));
  PetscCall(TessDomainGetLinked(sys->domain, &linked));
  for (PetscInt a = 0; a < sys->dim; a++) {
    lo[a] = nowned ? dhi[a] : dlo[a];
    hi[a] = dlo[a];
  }
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt a = 0; a < sys->dim; a++) {
      lo[a] = PetscMin(lo[a], patch.lo[a]);
      hi[a] = PetscMax(hi[a], linked[a] && patch.lo[a] == dlo[a] ? dhi[a] : patch.hi[a]);
    }
  }
  for (PetscInt g = 0; g < sys->ngiven; g++) {
    PetscCall(ReadValues(p, g));
    if (sys->byregion[g])
      continue;
    PetscCall(LoadGrid(p, g, lo, hi));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
