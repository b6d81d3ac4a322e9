/* keeptrack.c - the track of slab k in a file: times/<k> [n], and theta and theta_t at them,
   parameters/value/<k> and parameters/rate/<k> [n][patch][stride] by natural number of the patch. */
#include "lines.h"

#define LEN 64
typedef struct {
  char times[LEN], at[2][LEN];
} Names;

static PetscErrorCode Name(PetscInt slab, Names *name)
{
  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name->times, LEN, "times/%" PetscInt_FMT, slab));
  PetscCall(PetscSNPrintf(name->at[0], LEN, "parameters/value/%" PetscInt_FMT, slab));
  PetscCall(PetscSNPrintf(name->at[1], LEN, "parameters/rate/%" PetscInt_FMT, slab));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesSave(TessMarch m, PetscInt slab, TessFile file)
{
  Track            *k = &m->lines[slab]->track;
  Names             name;
  const TessSystem *sys;
  PetscInt64       *start, *count, patches;
  PetscInt          nowned;
  PetscReal        *a;
  const PetscReal  *v;

  PetscFunctionBegin;
  PetscCall(Name(slab, &name));
  PetscCall(TessProblemGetSystem(m->problem[slab], &sys));
  PetscCall(TessDomainGetSizes(sys->domain, &patches, &nowned, NULL));
  PetscCall(TessFileWriteArray(file, name.times, 1, (PetscInt64[]){k->n}, k->t));
  PetscCall(PetscMalloc3(3 * nowned, &start, 3 * nowned, &count, (size_t)k->n * nowned * sys->stride, &a));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPatch patch;

    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    start[3 * s] = 0, start[3 * s + 1] = patch.id, start[3 * s + 2] = 0;
    count[3 * s] = k->n, count[3 * s + 1] = 1, count[3 * s + 2] = sys->stride;
  }
  for (PetscInt rate = 0; rate < 2; rate++) {
    for (PetscInt i = 0; i < k->n; i++) {
      const Vec theta = rate ? k->theta_t[i] : k->theta[i];

      PetscCall(VecGetArrayRead(theta, &v));
      for (PetscInt s = 0; s < nowned; s++)
        PetscCall(PetscArraycpy(a + ((size_t)s * k->n + i) * sys->stride, v + (size_t)s * sys->stride,
                                sys->stride));
      PetscCall(VecRestoreArrayRead(theta, &v));
    }
    PetscCall(TessFileWriteBlocks(file, name.at[rate], 3, (PetscInt64[]){k->n, patches, sys->stride}, nowned,
                                  start, count, a));
  }
  PetscCall(PetscFree3(start, count, a));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The number of times, sizes checked; their ends must be those of the options. */
static PetscErrorCode ReadTimes(TessMarch m, const char file[], const Names *name, const TessSystem *sys,
                                PetscInt *n, PetscReal **t)
{
  PetscInt          rank;
  PetscInt64        extent[8], patches;
  PetscBool         has;
  const TessMotion *motion = sys->motion;

  PetscFunctionBegin;
  PetscCall(TessFileHas(m->comm, file, name->times, &has));
  TessCheckInput(has, m->comm, "%s has no dataset %s: it is not of a run with -%stime_mode ts", file,
                 name->times, m->prefix);
  PetscCall(TessDomainGetSizes(sys->domain, &patches, NULL, NULL));
  PetscCall(TessFileReadExtent(m->comm, file, name->times, &rank, extent));
  TessCheckInput(rank == 1 && extent[0] > 0 && extent[0] <= PETSC_MAX_INT, m->comm,
                 "%s: dataset %s is not a list of times", file, name->times);
  *n = (PetscInt)extent[0];
  for (PetscInt rate = 0; rate < 2; rate++) {
    PetscCall(TessFileReadExtent(m->comm, file, name->at[rate], &rank, extent));
    TessCheckInput(rank == 3 && extent[0] == *n && extent[1] == patches && extent[2] == sys->stride, m->comm,
                   "%s: dataset %s is not of this input: %" PetscInt_FMT " times, %" PetscInt64_FMT
                   " patches and %" PetscInt_FMT " parameters are wanted",
                   file, name->at[rate], *n, patches, sys->stride);
  }
  PetscCall(PetscMalloc1(*n, t));
  PetscCall(TessFileReadBlock(m->comm, file, name->times, 1, (PetscInt64[]){0}, (PetscInt64[]){*n}, *t));
  TessCheckInput(PetscAbsReal((*t)[0] - motion->lo) <= 1e-10 * (motion->hi - motion->lo), m->comm,
                 "%s: its times begin at %.6g, not at the %.6g of -%sdomain_t", file, (double)(*t)[0],
                 (double)motion->lo, m->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinesLoad(TessMarch m, PetscInt slab, const char file[])
{
  Names             name;
  const TessSystem *sys;
  PetscInt          n = 0, nowned, most;
  PetscReal        *t = NULL, *a[2], *v;
  Vec               theta[2];

  PetscFunctionBegin;
  PetscCall(Name(slab, &name));
  if (!m->lines[slab])
    PetscCall(PetscNew(&m->lines[slab]));
  PetscCall(TessProblemGetSystem(m->problem[slab], &sys));
  PetscCall(ReadTimes(m, file, &name, sys, &n, &t));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(MPIU_Allreduce(&nowned, &most, 1, MPIU_INT, MPI_MAX, m->comm));
  PetscCall(PetscMalloc2((size_t)n * nowned * sys->stride, &a[0], (size_t)n * nowned * sys->stride, &a[1]));
  for (PetscInt s = 0; s < most; s++) {
    TessPatch  patch   = {.id = 0};
    PetscInt64 count[] = {s < nowned ? n : 0, 1, sys->stride};

    if (s < nowned)
      PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt rate = 0; rate < 2; rate++)
      PetscCall(TessFileReadBlock(m->comm, file, name.at[rate], 3, (PetscInt64[]){0, patch.id, 0}, count,
                                  s < nowned ? a[rate] + (size_t)s * n * sys->stride : NULL));
  }
  for (PetscInt rate = 0; rate < 2; rate++)
    PetscCall(TessProblemCreateTheta(m->problem[slab], &theta[rate]));
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt rate = 0; rate < 2; rate++) {
      PetscCall(VecGetArray(theta[rate], &v));
      for (PetscInt s = 0; s < nowned; s++)
        PetscCall(PetscArraycpy(v + (size_t)s * sys->stride, a[rate] + ((size_t)s * n + i) * sys->stride,
                                sys->stride));
      PetscCall(VecRestoreArray(theta[rate], &v));
    }
    PetscCall(TessTrackAdd(&m->lines[slab]->track, t[i], theta[0], theta[1]));
  }
  PetscCall(VecCopy(theta[0], m->theta[slab]));
  PetscCall(VecDestroy(&theta[0]));
  PetscCall(VecDestroy(&theta[1]));
  PetscCall(PetscFree2(a[0], a[1]));
  PetscCall(PetscFree(t));
  PetscFunctionReturn(PETSC_SUCCESS);
}
