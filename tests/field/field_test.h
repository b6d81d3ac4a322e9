#pragma once
/* field_test.h - the domains and experts that every test of this room goes through, parameters with ghosts,
 * points. */
#include <petscsf.h>
#include "tess_test.h"
#include <tessera/field.h>

#define POINTS 150 /* of a patch: a block and a piece */
#define BEFORE 3   /* foreign parameters before the slice of the field, and behind it */
#define POISON 1e300

typedef struct {
  PetscInt  dim, space, parts[3];
  PetscBool periodic[3];
  PetscReal overlap, stretch; /* edges at lo + L (k/p)^stretch */
  PetscBool ansatz;
  PetscInt  power[2][6]; /* of the two components, with the lift below */
} Case;

static const Case cases[] = {
    {.dim = 1, .space = 1, .parts = {1}, .overlap = 0.5, .stretch = 1},
    {.dim = 1, .space = 1, .parts = {1}, .periodic = {PETSC_TRUE}, .overlap = 1, .stretch = 1},
    {.dim = 1, .space = 1, .parts = {5}, .overlap = 0.4, .stretch = 1.2},
    {.dim = 2, .space = 1, .parts = {2, 3}, .periodic = {PETSC_TRUE}, .overlap = 0.5, .stretch = 1},
    {.dim = 2, .space = 2, .parts = {3, 3}, .overlap = 1, .stretch = 1.3},
    {.dim      = 3,
     .space    = 2,
     .parts    = {2, 1, 2},
     .periodic = {PETSC_TRUE, PETSC_TRUE},
     .overlap  = 0.7,
     .stretch  = 1},
    {.dim     = 1,
     .space   = 1,
     .parts   = {1},
     .overlap = 0.5,
     .stretch = 1,
     .ansatz  = PETSC_TRUE,
     .power   = {{1, 1}, {0, 2}}},
    {.dim     = 2,
     .space   = 1,
     .parts   = {3, 2},
     .overlap = 0.6,
     .stretch = 1.2,
     .ansatz  = PETSC_TRUE,
     .power   = {{1, 1, 2, 0}, {0}}},
    {.dim      = 3,
     .space    = 2,
     .parts    = {2, 2, 1},
     .periodic = {PETSC_TRUE},
     .overlap  = 0.7,
     .stretch  = 1,
     .ansatz   = PETSC_TRUE,
     .power    = {{0, 0, 2, 1, 1, 0}, {0, 0, 1, 1, 1, 3}}},
};
#define CASES ((PetscInt)(sizeof(cases) / sizeof(cases[0])))

static const char *const experts[] = {
    "-expert_type mlp -expert_mlp_depth 2 -expert_mlp_width 5",
    "-expert_type features -expert_features_width 9 -expert_features_activation sin",
    "-expert_type polynomial -expert_polynomial_degree 3",
};
#define EXPERTS ((PetscInt)(sizeof(experts) / sizeof(experts[0])))

typedef struct {
  TessDomain domain;
  TessExpert expert;
  TessField  field;
  PetscInt   dim, ncomp, np, stride, nowned, nlocal;
  PetscReal *theta; /* [nlocal][stride] */
} Glued;

/* derivative `entry` of G_c = sin(a.x + c + 1), a = (0.9, -0.6, 0.8), at point p of x [dim][n] */
static inline PetscReal LiftValue(PetscInt c, const TessJet *jet, const TessEntry *entry, PetscInt n,
                                  const PetscReal x[], PetscInt p)
{
  static const PetscReal a[] = {0.9, -0.6, 0.8};
  PetscReal              z = c + 1, factor = 1, square = 0;

  for (PetscInt i = 0; i < jet->dim; i++)
    z += a[i] * x[i * n + p];
  for (PetscInt i = 0; i < jet->space; i++)
    square += a[i] * a[i];
  if (entry->order == TESS_LAP)
    return -square * PetscSinReal(z);
  for (PetscInt i = 0; i < entry->order; i++)
    factor *= a[entry->axis[i]];
  return factor * PetscSinReal(z + entry->order * PETSC_PI / 2);
}

static inline PetscErrorCode Lift(void *ctx, PetscInt c, const TessJet *jet, PetscInt n, const PetscReal x[],
                                  PetscReal G[])
{
  PetscFunctionBegin;
  (void)ctx;
  for (PetscInt k = 0; k < jet->K; k++)
    for (PetscInt p = 0; p < n; p++)
      G[k * n + p] = LiftValue(c, jet, &jet->entry[k], n, x, p);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* owned slices go to where they are ghosts */
static inline PetscErrorCode Exchange(Glued *g)
{
  MPI_Datatype slice;
  PetscSF      sf;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSF(g->domain, &sf));
  PetscCallMPI(MPI_Type_contiguous((PetscMPIInt)g->stride, MPIU_REAL, &slice));
  PetscCallMPI(MPI_Type_commit(&slice));
  PetscCall(PetscSFBcastBegin(sf, slice, g->theta, g->theta, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(sf, slice, g->theta, g->theta, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&slice));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* starting parameters, moved at random, with foreign ones around them */
static inline PetscErrorCode Parameters(Glued *g)
{
  TessPatch patch;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(g->nlocal * g->stride, &g->theta));
  for (PetscInt i = 0; i < g->nlocal * g->stride; i++)
    g->theta[i] = POISON;
  PetscCall(TessFieldInit(g->field, g->theta));
  for (PetscInt s = 0; s < g->nowned; s++) {
    PetscCall(TessDomainGetPatch(g->domain, s, &patch));
    for (PetscInt j = 0; j < g->np; j++)
      g->theta[s * g->stride + BEFORE + j] +=
          0.5 * (2 * TessKeyUniform(TessKeyMake(11, (uint64_t)patch.id), (uint64_t)j) - 1);
  }
  PetscCall(Exchange(g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode GluedCreate(MPI_Comm comm, const Case *c, const char options[], PetscInt ncomp,
                                         Glued *g)
{
  const char *const names[] = {"x", "y", "z"};
  const PetscReal   lo[] = {-1, 0.5, 0}, hi[] = {1, 3.5, 0.8};

  PetscFunctionBegin;
  PetscCall(PetscOptionsClear(NULL));
  PetscCall(PetscOptionsInsertString(NULL, options));
  PetscCall(TessDomainCreate(comm, &g->domain));
  PetscCall(TessDomainSetAxes(g->domain, c->dim, c->space, names, lo, hi, c->periodic));
  PetscCall(TessDomainSetParts(g->domain, c->parts));
  for (PetscInt i = 0; i < c->dim; i++) {
    PetscReal edges[16];

    for (PetscInt k = 0; k <= c->parts[i]; k++)
      edges[k] = lo[i] + (hi[i] - lo[i]) * PetscPowReal((PetscReal)k / (PetscReal)c->parts[i], c->stretch);
    PetscCall(TessDomainSetEdges(g->domain, i, edges));
  }
  PetscCall(TessDomainSetOverlap(g->domain, c->overlap));
  PetscCall(TessDomainSetUp(g->domain));
  PetscCall(TessDomainGetSizes(g->domain, NULL, &g->nowned, &g->nlocal));
  PetscCall(TessExpertCreate(c->dim, ncomp, &g->expert));
  PetscCall(TessExpertSetFromOptions(g->expert));
  PetscCall(TessExpertSetUp(g->expert));
  PetscCall(TessExpertGetSizes(g->expert, &g->dim, &g->ncomp, &g->np, NULL));
  g->stride = g->np + 2 * BEFORE;
  PetscCall(TessFieldCreate(g->domain, g->expert, TessKeyName(1, "u"), &g->field));
  PetscCall(TessFieldSetLayout(g->field, g->stride, BEFORE));
  if (c->ansatz) {
    PetscInt power[12];

    for (PetscInt i = 0; i < ncomp * 2 * c->dim; i++)
      power[i] = c->power[i / (2 * c->dim)][i % (2 * c->dim)];
    PetscCall(TessFieldSetAnsatz(g->field, power, Lift, NULL));
  }
  PetscCall(Parameters(g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode GluedDestroy(Glued *g)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(g->theta));
  PetscCall(TessFieldDestroy(&g->field));
  PetscCall(TessExpertDestroy(&g->expert));
  PetscCall(TessDomainDestroy(&g->domain));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x [dim][POINTS]: two corners of the core of owned patch s, and random points of it keyed by its natural
 * number */
static inline PetscErrorCode Points(Glued *g, PetscInt s, PetscReal x[])
{
  TessPatch patch;

  PetscFunctionBegin;
  PetscCall(TessDomainGetPatch(g->domain, s, &patch));
  for (PetscInt i = 0; i < g->dim; i++) {
    const TessKey key = TessKeyMake(TessKeyMake(5, (uint64_t)patch.id), (uint64_t)i);

    for (PetscInt p = 0; p < POINTS; p++)
      x[i * POINTS + p] = patch.lo[i] + (patch.hi[i] - patch.lo[i]) * TessKeyUniform(key, (uint64_t)p);
    x[i * POINTS]     = patch.lo[i];
    x[i * POINTS + 1] = patch.hi[i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* pure and mixed derivatives of orders 3 and 4, lap, and what they need */
static inline PetscErrorCode RichJet(const Case *c, TessJet *jet)
{
  const PetscInt last = c->dim - 1;

  PetscFunctionBegin;
  PetscCall(TessJetInit(jet, c->dim, c->space));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = TESS_LAP}, NULL));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = 4, .axis = {0, 0, 0, 0}}, NULL));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = 4, .axis = {0, 0, last, last}}, NULL));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = 3, .axis = {0, c->dim / 2, last}}, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}
