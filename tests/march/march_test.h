#pragma once
/* march_test.h - runs from options under a prefix, and values of a run at points. */
#include <tessera/march.h>
#include <unistd.h>
#include "../catalogue/catalogue.h"

/* Set up, not solved. */
static inline PetscErrorCode RunCreate(MPI_Comm comm, const char prefix[], TessMarch *m)
{
  PetscFunctionBegin;
  PetscCall(TessMarchCreate(comm, m));
  PetscCall(TessMarchSetOptionsPrefix(*m, prefix));
  PetscCall(TessMarchSetFromOptions(*m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Values [n] of one expression at points x [dim][n] of this rank; collective. */
static inline PetscErrorCode RunSample(TessMarch m, const char text[], PetscInt n, const PetscReal x[],
                                       PetscReal value[])
{
  const TessSystem *sys;
  TessProblem       p;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(TessMarchGetSlab(m, 0, &p, NULL));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessSystemCreatePde(sys, &pde));
  PetscCall(TessPdeAddEquation(pde, "a test", text));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessMarchSample(m, pde, n, x, value));
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A file name of this run, the same on all ranks. */
static inline PetscErrorCode RunFile(const char what[], size_t len, char name[])
{
  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, len, "march_%s_%d.h5", what, (int)getpid()));
  PetscCallMPI(MPI_Bcast(name, (PetscMPIInt)len, MPI_CHAR, 0, PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode RunUnlink(const char name[])
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (!rank)
    unlink(name);
  PetscFunctionReturn(PETSC_SUCCESS);
}
