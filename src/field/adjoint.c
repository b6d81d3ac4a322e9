/* adjoint.c - evaluate.c backwards: adjoints of the field become adjoints of each expert, then gradients or
 * rows. */
#include "fieldimpl.h"

/* v_bar [ncomp][K][nvisit] = adjoint of u += w v, for one set u_bar [ncomp][K][n] */
static void Transpose(TessLeibniz table, const TessBound *bound, PetscInt ncomp, const PetscInt kind[],
                      PetscInt n, const PetscReal u_bar[], PetscReal v_bar[])
{
  const size_t K = table->jet.K, nv = bound->nvisit;
  PetscReal    uk[TESS_FIELD_BLOCK];

  for (PetscInt c = 0; c < ncomp; c++, v_bar += K * nv, u_bar += K * n) {
    const TessFactor *factor = &bound->factor[kind[c]];

    for (size_t first = 0; first < nv; first += TESS_FIELD_BLOCK) {
      const PetscInt  b     = (PetscInt)PetscMin(TESS_FIELD_BLOCK, nv - first);
      const PetscInt *visit = bound->visit + first;

      for (size_t k = 0; k < K; k++)
        for (PetscInt p = 0; p < b; p++)
          v_bar[k * nv + first + p] = 0;
      for (size_t k = 0; k < K; k++) {
        PetscInt used = 0;

        for (PetscInt p = 0; p < b; p++) {
          uk[p] = u_bar[k * n + visit[p]];
          used |= uk[p] != 0;
        }
        if (!used)
          continue;
        if (!factor->w) {
          for (PetscInt p = 0; p < b; p++)
            v_bar[k * nv + first + p] = uk[p];
          continue;
        }
        for (PetscInt i = table->start[k]; i < table->start[k + 1]; i++) {
          const TessTerm   t      = table->term[i];
          const PetscReal *wa     = factor->w + t.a * nv + first;
          PetscReal       *vb_bar = v_bar + t.b * nv + first;

          if (factor->zero[t.a])
            continue;
          /* sum[p] += coef wa[p] vb[p];  u[k][visit[p]] += sum[p] */
          for (PetscInt p = 0; p < b; p++)
            vb_bar[p] += t.coef * wa[p] * uk[p];
        }
      }
    }
  }
}

PetscErrorCode TessFieldPullback(TessField f, TessBinding b, const PetscReal theta_local[],
                                 const PetscReal u_bar[], PetscReal g_local[])
{
  PetscReal *v_bar;

  PetscFunctionBegin;
  PetscCheck(b->field == f, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP, "the binding was made by another field");
  PetscCall(PetscLogEventBegin(TESS_Evaluate, 0, 0, 0, 0));
  for (PetscInt i = 0; i < b->nexpert; i++) {
    const TessBound *bound = &b->bound[i];
    const size_t     e = b->e[i], slice = e * f->stride + f->offset;
    const TessPoints points = {.n = bound->nvisit, .x = bound->xi, .scale = f->scale + e * f->dim};
    const PetscReal *e_bar  = u_bar;

    if (!bound->plain) {
      PetscCall(TessFieldGetWork(f, (size_t)b->table->jet.K * f->ncomp * bound->nvisit, &v_bar));
      Transpose(b->table, bound, f->ncomp, f->kind, b->n, u_bar, v_bar);
      e_bar = v_bar;
    }
    PetscCall(TessExpertPullback(f->expert, theta_local + slice, f->frozen + e * f->nf, &b->table->jet,
                                 &points, e_bar, g_local + slice));
  }
  PetscCall(PetscLogEventEnd(TESS_Evaluate, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessBindingRows(TessBinding b, PetscInt i, const PetscReal theta_local[], PetscInt R,
                               const PetscReal u_bar[], PetscInt ld, PetscReal rows[])
{
  TessField        f     = b->field;
  const size_t     K     = b->table->jet.K;
  const TessBound *bound = &b->bound[i];
  size_t           e, one, all, nv, m;
  TessPoints       points;
  PetscReal       *work, *panel;

  PetscFunctionBegin;
  e      = b->e[i];
  nv     = bound->nvisit;
  m      = bound->m;
  one    = K * f->ncomp * nv; /* adjoints of one row a point */
  all    = bound->place ? R * nv * f->np : 0;
  points = (TessPoints){.n = bound->nvisit, .x = bound->xi, .scale = f->scale + e * f->dim};
  PetscCall(TessFieldGetWork(f, R * one + all, &work));
  panel = work + R * one;
  for (PetscInt q = 0; q < R; q++)
    Transpose(b->table, bound, f->ncomp, f->kind, b->n, u_bar + q * K * f->ncomp * b->n, work + q * one);
  PetscCall(PetscArrayzero(panel, all));
  PetscCall(TessExpertRows(f->expert, theta_local + e * f->stride + f->offset, f->frozen + e * f->nf,
                           &b->table->jet, &points, R, work, bound->place ? (PetscInt)(R * nv) : ld,
                           bound->place ? panel : rows));
  if (!bound->place)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt j = 0; j < f->np; j++) /* visits of one point in several images are one row */
    for (PetscInt q = 0; q < R; q++)
      for (size_t v = 0; v < nv; v++)
        rows[(size_t)j * ld + q * m + bound->place[v]] += panel[(j * R + q) * nv + v];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldRows(TessField f, TessBinding b, PetscInt i, const PetscReal theta_local[],
                             PetscInt R, const PetscReal u_bar[], PetscInt ld, PetscReal rows[])
{
  PetscFunctionBegin;
  PetscCheck(b->field == f, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP, "the binding was made by another field");
  PetscCheck(i >= 0 && i < b->nexpert, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "expert %" PetscInt_FMT " of a binding with %" PetscInt_FMT, i, b->nexpert);
  PetscCheck(ld >= R * b->m[i], PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "leading dimension %" PetscInt_FMT " of a panel with %" PetscInt_FMT " rows", ld, R * b->m[i]);
  PetscCall(TessBindingKeep(b, i, theta_local));
  if (b->bound[i].basis)
    PetscCall(TessBindingAddRows(b, i, R, u_bar, ld, rows));
  else
    PetscCall(TessBindingRows(b, i, theta_local, R, u_bar, ld, rows));
  PetscFunctionReturn(PETSC_SUCCESS);
}
