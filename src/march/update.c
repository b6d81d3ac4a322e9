/* update.c - between steps of a Tao: points where the residual is large, weights that follow training.  The
   last fifth of the iterations keeps both and settles. */
#include "marchimpl.h"

static PetscErrorCode Update(Tao tao, PetscInt iteration, void *ctx)
{
  TessMarch       m       = ctx;
  TessProblem     p       = m->problem[m->slab];
  const PetscBool draw    = (PetscBool)(m->every > 0 && iteration && iteration % m->every == 0),
                  balance = (PetscBool)(m->balance > 0 && iteration % m->balance == 0),
                  follow  = (PetscBool)(m->causal > 0 && iteration % m->causal == 0);
  Vec      theta;
  PetscInt max_it;

  PetscFunctionBegin;
  PetscCall(TaoGetMaximumIterations(tao, &max_it));
  if (iteration > max_it - max_it / 5 || !(draw || balance || follow))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TaoGetSolution(tao, &theta));
  if (draw)
    PetscCall(TessProblemResample(p, theta, ++m->round, m->factor));
  else if (follow)
    PetscCall(TessProblemFollowTime(p, theta));
  if (balance)
    PetscCall(TessProblemBalance(p, theta));
  PetscCall(TessProblemSetTao(p, tao));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetUpdate(TessMarch m, TessProblem p, Tao tao)
{
  PetscBool        linear, gauss;
  PetscReal        smallest;
  const PetscReal *lambda;

  PetscFunctionBegin;
  PetscCall(TessProblemIsLinear(p, &linear, NULL));
  PetscCall(TessProblemGetBalance(p, &lambda));
  PetscCall(PetscObjectTypeCompare((PetscObject)tao, TAOGAUSSNEWTON, &gauss));
  if (m->every < 0)
    m->every = linear ? 0 : 10;
  if (m->balance < 0)
    m->balance = gauss ? 10 : 100;
  if (!lambda)
    m->balance = 0;
  PetscCall(TessProblemGetCausal(p, &smallest));
  if (m->causal < 0)
    m->causal = gauss ? 1 : 10;
  if (smallest < 0)
    m->causal = 0;
  if (m->every > 0 || m->balance > 0 || m->causal > 0)
    PetscCall(TaoSetUpdate(tao, Update, m));
  PetscFunctionReturn(PETSC_SUCCESS);
}
