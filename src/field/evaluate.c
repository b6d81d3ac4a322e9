/* evaluate.c - u(x) = G(x) + sum_e w_e(x) u_e(x), entry by entry with the Leibniz rule; w_e is the window,
 * times phi where there is an ansatz. */
#include "fieldimpl.h"

/* u [ncomp][K][n] += w v at the visits of one expert, v [ncomp][K][nvisit] */
static void AddProduct(TessLeibniz table, const TessBound *bound, PetscInt ncomp, const PetscInt kind[],
                       PetscInt n, const PetscReal v[], PetscReal u[])
{
  const size_t K = table->jet.K, nv = bound->nvisit;
  PetscReal    sum[TESS_FIELD_BLOCK];

  for (PetscInt c = 0; c < ncomp; c++, v += K * nv, u += K * n) {
    const TessFactor *factor = &bound->factor[kind[c]];

    for (size_t first = 0; first < nv; first += TESS_FIELD_BLOCK) {
      const PetscInt  b     = (PetscInt)PetscMin(TESS_FIELD_BLOCK, nv - first);
      const PetscInt *visit = bound->visit + first;

      for (size_t k = 0; k < K; k++) {
        PetscReal *uk = u + k * n;

        if (!factor->w) {
          for (PetscInt p = 0; p < b; p++)
            sum[p] = v[k * nv + first + p];
        } else {
          for (PetscInt p = 0; p < b; p++)
            sum[p] = 0;
          for (PetscInt i = table->start[k]; i < table->start[k + 1]; i++) {
            const TessTerm   t  = table->term[i];
            const PetscReal *wa = factor->w + t.a * nv + first, *vb = v + t.b * nv + first;

            if (factor->zero[t.a])
              continue;
            for (PetscInt p = 0; p < b; p++)
              sum[p] += t.coef * wa[p] * vb[p];
          }
        }
        if (bound->whole)
          for (PetscInt p = 0; p < b; p++)
            uk[first + p] += sum[p];
        else
          for (PetscInt p = 0; p < b; p++)
            uk[visit[p]] += sum[p];
      }
    }
  }
}

PetscErrorCode TessFieldEvaluate(TessField f, TessBinding b, const PetscReal theta_local[], PetscReal u[])
{
  PetscFunctionBegin;
  PetscCall(TessFieldEvaluateSome(f, b, NULL, theta_local, u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldEvaluateSome(TessField f, TessBinding b, const PetscBool wanted[],
                                     const PetscReal theta_local[], PetscReal u[])
{
  const size_t K = b->table->jet.K;
  PetscReal   *v;

  PetscFunctionBegin;
  PetscCheck(b->field == f, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP, "the binding was made by another field");
  PetscCall(PetscLogEventBegin(TESS_Evaluate, 0, 0, 0, 0));
  if (!b->nexpert || !b->bound[0].plain)
    PetscCall(PetscArrayzero(u, K * f->ncomp * b->n));
  for (PetscInt i = 0; i < b->nexpert; i++) {
    const TessBound *bound  = &b->bound[i];
    const size_t     e      = b->e[i];
    const TessPoints points = {.n = bound->nvisit, .x = bound->xi, .scale = f->scale + e * f->dim};
    const PetscBool  alone = (PetscBool)(i == 0 && bound->plain); /* nothing to add to, nothing to multiply */

    PetscCall(TessBindingKeep(b, i, theta_local));
    if (bound->basis) {
      if (alone)
        PetscCall(PetscArrayzero(u, K * f->ncomp * b->n));
      PetscCall(TessBindingAdd(b, i, wanted, theta_local + e * f->stride + f->offset, u));
      continue;
    }
    if (alone)
      v = u;
    else
      PetscCall(TessFieldGetWork(f, K * f->ncomp * bound->nvisit, &v));
    PetscCall(TessExpertEvaluate(f->expert, theta_local + e * f->stride + f->offset, f->frozen + e * f->nf,
                                 &b->table->jet, &points, v));
    if (!alone)
      AddProduct(b->table, bound, f->ncomp, f->kind, b->n, v, u);
  }
  for (PetscInt c = 0; c < f->ncomp; c++)
    for (size_t i = 0; b->lift[c] && i < K * b->n; i++)
      u[c * K * b->n + i] += b->lift[c][i];
  PetscCall(PetscLogEventEnd(TESS_Evaluate, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
