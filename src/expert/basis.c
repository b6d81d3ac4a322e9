/* basis.c - experts that are linear in theta [ncomp][width]:  u_c = sum_j theta_cj phi_j, singular functions
   last.  The jets of the basis are made once for a block of points; the rest are small products, those of a
   layer (kernel/affine.h).
 */
#include "expertimpl.h"

typedef struct {
  PetscInt   K, width, s;       /* s: distance of neurons */
  PetscReal *phi, *u, *scratch; /* [width][s], [ncomp][s], the type's */
} Work;

static PetscErrorCode Begin(TessExpert e, const ExpertCall *c, Work *w)
{
  const ExpertLinear *data = e->data;
  const size_t        line = 64 / sizeof(PetscReal);
  size_t              lines;

  PetscFunctionBegin;
  w->K     = c->jet->jet.K;
  w->width = data->width + e->slots;
  lines    = ((size_t)w->K * K_BLOCK + line - 1) / line | 1; /* an odd number of cache lines */
  w->s     = (PetscInt)(lines * line);
  PetscCall(ExpertWork(e, (size_t)(w->width + e->ncomp + data->nrows) * w->s + data->nscratch +
                              (size_t)w->width * w->K + line));
  w->phi     = (PetscReal *)(((size_t)e->work + 63) / 64 * 64);
  w->u       = w->phi + (size_t)w->width * w->s;
  w->scratch = w->u + (size_t)e->ncomp * w->s;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the block that begins at point `from`: m points, b when padded to whole vectors, and phi */
static PetscErrorCode Block(TessExpert e, const ExpertCall *c, Work *w, PetscInt from, PetscInt *m,
                            PetscInt *b)
{
  PetscFunctionBegin;
  *m = PetscMin(K_BLOCK, c->n - from);
  *b = (*m + e->k->lanes - 1) / e->k->lanes * e->k->lanes;
  PetscCall(((ExpertLinear *)e->data)->basis(e, c, from, *m, *b, (size_t)w->s, w->phi, w->scratch));
  ExpertSingularBasis(e, c, from, *m, *b, (size_t)w->s, w->phi + (size_t)(w->width - e->slots) * w->s);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u_bar [ncomp][K][n] of the block to w->u [ncomp][K][b]; lists the entries that are not zero everywhere */
static PetscErrorCode Gather(TessExpert e, const ExpertCall *c, Work *w, PetscInt from, PetscInt m,
                             PetscInt b, const PetscReal u_bar[], int *entries, int entry[])
{
  PetscBool used[TESS_JET_MAX] = {PETSC_FALSE};

  PetscFunctionBegin;
  for (PetscInt i = 0; i < e->ncomp * w->K; i++) {
    PetscReal       *to   = w->u + i / w->K * w->s + i % w->K * b;
    const PetscReal *bar  = u_bar + (size_t)i * c->n + from;
    int              some = 0;

    for (PetscInt p = 0; p < m; p++)
      some |= bar[p] != 0;
    if (some)
      used[i % w->K] = PETSC_TRUE;
    PetscCall(PetscArraycpy(to, bar, m));
    for (PetscInt p = m; p < b; p++)
      to[p] = 0;
  }
  *entries = 0;
  for (int k = 0; k < w->K; k++)
    if (used[k])
      entry[(*entries)++] = k;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ExpertEvaluate_Linear(TessExpert e, const ExpertCall *c, PetscReal u[])
{
  Work     w;
  PetscInt m, b, i = 0;

  PetscFunctionBegin;
  PetscCall(Begin(e, c, &w));
  while (i < e->ncomp * w.width && c->theta[i] == 0)
    i++;
  if (i == e->ncomp * w.width) { /* where frozen experts begin */
    PetscCall(PetscArrayzero(u, (size_t)e->ncomp * w.K * c->n));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt from = 0; from < c->n; from += m) {
    PetscCall(Block(e, c, &w, from, &m, &b));
    e->k->affine((int)e->ncomp, (int)w.width, (int)(w.K * b), c->theta, w.width, 1, w.phi, w.s, w.u, w.s);
    for (PetscInt i = 0; i < e->ncomp * w.K; i++)
      PetscCall(PetscArraycpy(u + (size_t)i * c->n + from, w.u + i / w.K * w.s + i % w.K * b, m));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ExpertPullback_Linear(TessExpert e, const ExpertCall *c, const PetscReal u_bar[],
                                     PetscReal g[])
{
  Work     w;
  PetscInt m, b;
  int      entries, entry[TESS_JET_MAX];

  PetscFunctionBegin;
  PetscCall(Begin(e, c, &w));
  for (PetscInt from = 0; from < c->n; from += m) {
    PetscCall(Block(e, c, &w, from, &m, &b));
    PetscCall(Gather(e, c, &w, from, m, b, u_bar, &entries, entry));
    e->k->affine_weights((int)e->ncomp, (int)w.width, (int)(w.K * b), w.u, w.s, w.phi, w.s, g);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ExpertRows_Linear(TessExpert e, const ExpertCall *c, PetscInt R, const PetscReal u_bar[],
                                 PetscInt ld, PetscReal rows[])
{
  Work     w;
  PetscInt m, b;
  int      entries, entry[TESS_JET_MAX];

  PetscFunctionBegin;
  PetscCall(Begin(e, c, &w));
  for (PetscInt from = 0; from < c->n; from += m) {
    PetscCall(Block(e, c, &w, from, &m, &b));
    for (PetscInt q = 0; q < R; q++) {
      PetscCall(Gather(e, c, &w, from, m, b, u_bar + (size_t)q * e->ncomp * w.K * c->n, &entries, entry));
      if (entries)
        e->k->affine_rows((int)e->ncomp, (int)w.width, entries, entry, (int)b, (int)m, w.u, w.s, w.phi, w.s,
                          ld, rows + (size_t)q * c->n + from);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
