#pragma once
/* cases.h - grids that every test of this room goes through: edges, periods with 1, 2 and more parts, uneven
 * cuts, time. */
#include <tessera/domain.h>

#define CASE_DIM 3

typedef struct {
  PetscInt  dim, space, parts[CASE_DIM];
  PetscBool periodic[CASE_DIM];
  PetscReal overlap, stretch; /* edges at lo + L (k/p)^stretch */
  PetscInt  nlinked;          /* the first axes are linked */
} Case;

static const Case cases[] = {
    {.dim = 1, .space = 1, .parts = {1}, .overlap = 0.5, .stretch = 1},
    {.dim = 1, .space = 1, .parts = {9}, .overlap = 1, .stretch = 2},
    {.dim = 1, .space = 1, .parts = {1}, .periodic = {PETSC_TRUE}, .overlap = 1, .stretch = 1},
    {.dim = 2, .space = 1, .parts = {2, 3}, .periodic = {PETSC_TRUE}, .overlap = 0.3, .stretch = 1},
    {.dim = 2, .space = 2, .parts = {4, 4}, .overlap = 0.5, .stretch = 1.5},
    {.dim      = 2,
     .space    = 2,
     .parts    = {2, 1},
     .periodic = {PETSC_TRUE, PETSC_TRUE},
     .overlap  = 1,
     .stretch  = 1.3},
    {.dim      = 3,
     .space    = 2,
     .parts    = {3, 4, 2},
     .periodic = {PETSC_TRUE, PETSC_TRUE},
     .overlap  = 0.7,
     .stretch  = 1.2},
    {.dim = 3, .space = 3, .parts = {3, 5, 3}, .overlap = 0.01, .stretch = 1},
    {.dim = 1, .space = 1, .parts = {7}, .overlap = 1, .stretch = 1.4, .nlinked = 1},
    {.dim      = 3,
     .space    = 2,
     .parts    = {4, 3, 2},
     .periodic = {PETSC_FALSE, PETSC_TRUE},
     .overlap  = 0.6,
     .stretch  = 1,
     .nlinked  = 1},
    {.dim = 2, .space = 2, .parts = {3, 4}, .overlap = 0.5, .stretch = 1, .nlinked = 2},
    {.dim = 1, .space = 1, .parts = {1}, .periodic = {PETSC_TRUE}, .overlap = 0, .stretch = 1},
    {.dim = 2, .space = 1, .parts = {2, 3}, .periodic = {PETSC_TRUE}, .overlap = 0, .stretch = 1.4},
    {.dim = 3, .space = 3, .parts = {3, 2, 3}, .overlap = 0, .stretch = 1},
};
#define NCASES ((PetscInt)(sizeof(cases) / sizeof(cases[0])))

static const PetscReal case_lo[CASE_DIM] = {-1, 0.5, 0}, case_hi[CASE_DIM] = {1, 3.5, 0.25};

static PetscErrorCode CaseCreate(const Case *c, TessDomain *d)
{
  const char *const names[CASE_DIM] = {"x", "y", "z"};

  PetscFunctionBegin;
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, d));
  PetscCall(TessDomainSetAxes(*d, c->dim, c->space, names, case_lo, case_hi, c->periodic));
  PetscCall(TessDomainSetParts(*d, c->parts));
  PetscCall(TessDomainSetOverlap(*d, c->overlap));
  for (PetscInt i = 0; i < c->nlinked; i++)
    PetscCall(TessDomainSetLinked(*d, i));
  for (PetscInt i = 0; c->stretch != 1 && i < c->dim; i++) {
    const PetscInt p = c->parts[i];
    PetscReal      edges[16];

    for (PetscInt k = 0; k <= p; k++)
      edges[k] = case_lo[i] + (case_hi[i] - case_lo[i]) * PetscPowReal((PetscReal)k / p, c->stretch);
    PetscCall(TessDomainSetEdges(*d, i, edges));
  }
  PetscCall(TessDomainSetUp(*d));
  PetscFunctionReturn(PETSC_SUCCESS);
}
