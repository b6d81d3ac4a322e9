/* call.c - the verbs of an expert: compiled jets, workspace, and the call of the type's method. */
#include <limits.h>
#include "expertimpl.h"

PetscErrorCode ExpertWork(TessExpert e, size_t n)
{
  PetscFunctionBegin;
  if (n > e->nwork) {
    PetscCall(PetscFree(e->work));
    PetscCall(PetscCalloc1(n, &e->work));
    e->nwork = n;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the compiled form of a jet: one of those kept, moved to the front, or a new one in the place of the oldest
 */
static PetscErrorCode Compile(TessExpert e, const TessJet *jet, const KJet **compiled)
{
  KJet *found;
  int   i = 0;

  PetscFunctionBegin;
  while (i < EXPERT_JETS - 1 && e->jet[i] && !k_jet_same(&e->jet[i]->jet, jet))
    i++;
  found = e->jet[i];
  if (!found)
    PetscCall(PetscNew(&found));
  if (!k_jet_same(&found->jet, jet))
    k_jet_compile(jet, found);
  for (; i > 0; i--)
    e->jet[i] = e->jet[i - 1];
  *compiled = e->jet[0] = found;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Begin(TessExpert e, const PetscReal theta[], const PetscReal frozen[],
                            const TessJet *jet, const TessPoints *points, ExpertCall *call)
{
  PetscFunctionBegin;
  PetscCheck(e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "TessExpertSetUp comes first");
  PetscCheck(jet->dim == e->dim, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "jet of %" PetscInt_FMT " axes for an expert of %" PetscInt_FMT, jet->dim, e->dim);
  PetscCheck(points->n >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "%" PetscInt_FMT " points",
             points->n);
  PetscCheck((PetscInt64)points->n * jet->K <= INT_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "%" PetscInt_FMT " points of %" PetscInt_FMT " derivatives in one call: call in parts",
             points->n, jet->K);
  *call =
      (ExpertCall){.theta = theta, .frozen = frozen, .n = points->n, .x = points->x, .scale = points->scale};
  PetscCall(Compile(e, jet, &call->jet));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertInit(TessExpert e, TessKey key, PetscReal theta[], PetscReal frozen[])
{
  PetscFunctionBegin;
  PetscCheck(e->setup, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "TessExpertSetUp comes first");
  PetscUseTypeMethod(e, init, key, theta, frozen);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertEvaluate(TessExpert e, const PetscReal theta[], const PetscReal frozen[],
                                  const TessJet *jet, const TessPoints *points, PetscReal u[])
{
  ExpertCall call;

  PetscFunctionBegin;
  PetscCall(Begin(e, theta, frozen, jet, points, &call));
  PetscUseTypeMethod(e, evaluate, &call, u);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertPullback(TessExpert e, const PetscReal theta[], const PetscReal frozen[],
                                  const TessJet *jet, const TessPoints *points, const PetscReal u_bar[],
                                  PetscReal g[])
{
  ExpertCall call;

  PetscFunctionBegin;
  PetscCall(Begin(e, theta, frozen, jet, points, &call));
  PetscUseTypeMethod(e, pullback, &call, u_bar, g);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertRows(TessExpert e, const PetscReal theta[], const PetscReal frozen[],
                              const TessJet *jet, const TessPoints *points, PetscInt R,
                              const PetscReal u_bar[], PetscInt ld, PetscReal rows[])
{
  ExpertCall call;

  PetscFunctionBegin;
  PetscCall(Begin(e, theta, frozen, jet, points, &call));
  PetscCheck(ld >= R * points->n, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "leading dimension %" PetscInt_FMT " of a panel with %" PetscInt_FMT " x %" PetscInt_FMT " rows",
             ld, R, points->n);
  PetscUseTypeMethod(e, rows, &call, R, u_bar, ld, rows);
  PetscFunctionReturn(PETSC_SUCCESS);
}
