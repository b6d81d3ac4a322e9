#pragma once
/* expert_test.h - the experts that every test of this room runs on, a jet with all sorts of entries, and
 * points. */
#include "tess_test.h"
#include <tessera/expert.h>

#define POINTS 53 /* a block and a piece */

static const char *const experts[] = {
    "-expert_type mlp -expert_mlp_depth 1 -expert_mlp_width 7",
    "-expert_type mlp -expert_mlp_depth 3 -expert_mlp_width 6",
    "-expert_type mlp -expert_mlp_activation sin -expert_mlp_width 5",
    "-expert_type features -expert_features_width 9 -expert_features_activation tanh",
    "-expert_type features -expert_features_width 9 -expert_features_activation sin -expert_features_range 3",
    "-expert_type mlp -expert_mlp_width 5 -expert_harmonics 1",
    "-expert_type mlp -expert_mlp_depth 1 -expert_mlp_width 6 -expert_mlp_activation sin -expert_harmonics 2",
    "-expert_type features -expert_features_width 9 -expert_harmonics 2",
    "-expert_type polynomial -expert_polynomial_degree 5 -expert_polynomial_total true",
    "-expert_type polynomial -expert_polynomial_degree 3 -expert_polynomial_total false",
};
#define EXPERTS ((int)(sizeof(experts) / sizeof(*experts)))

typedef struct {
  TessExpert expert;
  PetscInt   np, ncomp;
  PetscReal *theta, *frozen, x[3 * POINTS], scale[3];
  TessPoints points;
} Case;

static inline PetscErrorCode CaseCreate(const char options[], PetscInt ncomp, Case *c)
{
  const PetscBool periodic[] = {PETSC_TRUE, PETSC_TRUE, PETSC_FALSE}; /* with harmonics alone */
  PetscInt        nf;

  PetscFunctionBegin;
  PetscCall(PetscOptionsClear(NULL));
  PetscCall(PetscOptionsInsertString(NULL, options));
  PetscCall(TessExpertCreate(3, ncomp, &c->expert));
  PetscCall(TessExpertSetFromOptions(c->expert));
  PetscCall(TessExpertSetPeriodic(c->expert, periodic));
  PetscCall(TessExpertSetUp(c->expert));
  PetscCall(TessExpertGetSizes(c->expert, NULL, &c->ncomp, &c->np, &nf));
  PetscCall(PetscMalloc2(c->np, &c->theta, nf, &c->frozen));
  PetscCall(TessExpertInit(c->expert, 7, c->theta, c->frozen));
  for (PetscInt i = 0; i < c->np; i++)
    c->theta[i] += 0.4 * (2 * TessKeyUniform(1, (uint64_t)i) - 1);
  for (PetscInt i = 0; i < 3 * POINTS; i++)
    c->x[i] = 1.8 * TessKeyUniform(2, (uint64_t)i) - 0.9;
  for (PetscInt i = 0; i < 3; i++)
    c->scale[i] = 0.7 + 0.4 * (PetscReal)i;
  c->points = (TessPoints){.n = POINTS, .x = c->x, .scale = c->scale};
  PetscFunctionReturn(PETSC_SUCCESS);
}

static inline PetscErrorCode CaseDestroy(Case *c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree2(c->theta, c->frozen));
  PetscCall(TessExpertDestroy(&c->expert));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* axes x, y and time: u_xxyt, u_yyyy, u_tt, lap(u) and what they need */
static inline PetscErrorCode RichJet(TessJet *jet)
{
  PetscFunctionBegin;
  PetscCall(TessJetInit(jet, 3, 2));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = 4, .axis = {0, 0, 1, 2}}, NULL));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = 4, .axis = {1, 1, 1, 1}}, NULL));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = 2, .axis = {2, 2}}, NULL));
  PetscCall(TessJetAdd(jet, &(TessEntry){.order = TESS_LAP}, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the jets that have kernels of their own: first order; with some pure seconds; with lap and time */
static inline PetscErrorCode PlainJet(int which, TessJet *jet)
{
  PetscFunctionBegin;
  PetscCall(TessJetInit(jet, 3, 2));
  for (PetscInt i = 0; i < 3; i++)
    PetscCall(TessJetAdd(jet, &(TessEntry){.order = 1, .axis = {i}}, NULL));
  if (which == 1)
    PetscCall(TessJetAdd(jet, &(TessEntry){.order = 2, .axis = {2, 2}}, NULL));
  if (which == 1)
    PetscCall(TessJetAdd(jet, &(TessEntry){.order = 2, .axis = {0, 0}}, NULL));
  if (which == 2)
    PetscCall(TessJetAdd(jet, &(TessEntry){.order = TESS_LAP}, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}
