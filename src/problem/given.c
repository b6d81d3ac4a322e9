/* given.c - fields given by files: each rank keeps the part that covers its patches. */
#include "problemimpl.h"

/* fields: {kappa: {file: k.h5, dataset: k, interpolation: linear}}; loaded in SetUp, when the patches of the
 * rank are known. */
PetscErrorCode TessProblemReadGiven(TessProblem p)
{
  PetscFunctionBegin;
  PetscCall(TessProblemNames(p, "fields", &p->sys.ngiven, &p->sys.given));
  PetscCall(PetscCalloc1(p->sys.ngiven, &p->sys.grid));
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
