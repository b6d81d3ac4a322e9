/* embed.c - periodic axes enter a network as E = (cos k pi xi, sin k pi xi), k = 1..m, the others as xi.
   Derivative q along such an axis is (k pi scale)^q cos(k pi xi + q pi/2), and so on; mixed ones vanish. */
#include "expertimpl.h"

PetscBool ExpertIsEmbedded(TessExpert e)
{
  return (PetscBool)(e->periodic && e->harmonics);
}

/* How often the entry differentiates along `axis` and nothing else, or -1; lap counts as two along space. */
static PetscInt Along(const TessJet *jet, const TessEntry *entry, PetscInt axis)
{
  if (entry->order == TESS_LAP)
    return axis < jet->space ? 2 : -1;
  for (PetscInt i = 0; i < entry->order; i++)
    if (entry->axis[i] != axis)
      return -1;
  return entry->order;
}

/* One input: function k of an axis, k = 0 the coordinate, else cos and sin (odd) of harmonic (k + 1)/2. */
static void OneInput(const ExpertCall *c, PetscInt axis, PetscInt k, PetscInt from, PetscInt m, size_t ld,
                     PetscReal E[])
{
  const TessJet   *jet   = &c->jet->jet;
  const PetscReal *xi    = c->x + (size_t)axis * c->n + from;
  const PetscReal  omega = (k + 1) / 2 * PETSC_PI;

  for (PetscInt i = 0; i < jet->K; i++, E += ld) {
    const PetscInt  q     = Along(jet, &jet->entry[i], axis);
    const PetscReal scale = q < 0 ? 0 : PetscPowRealInt(k ? omega * c->scale[axis] : c->scale[axis], q);
    const PetscInt  turn  = (q + (k % 2 ? 0 : 3)) % 4; /* sin z = cos(z - pi/2) */

    for (PetscInt p = 0; p < m; p++) {
      if (!k)
        E[p] = q == 0 ? xi[p] : q == 1 ? scale : 0;
      else {
        const PetscReal z = omega * xi[p], wave = turn % 2 ? PetscSinReal(z) : PetscCosReal(z);

        E[p] = turn == 1 || turn == 2 ? -scale * wave : scale * wave;
      }
    }
  }
}

void ExpertEmbed(TessExpert e, const ExpertCall *c, PetscInt from, PetscInt m, size_t ld, size_t s,
                 PetscReal E[])
{
  for (PetscInt axis = 0; axis < e->dim; axis++)
    for (PetscInt k = e->periodic[axis] ? 1 : 0; k <= (e->periodic[axis] ? 2 * e->harmonics : 0); k++, E += s)
      OneInput(c, axis, k, from, m, ld, E);
}

PetscErrorCode ExpertEmbedAll(TessExpert e, const ExpertCall *c, const PetscReal *E[])
{
  const size_t size = (size_t)c->jet->jet.K * c->n;

  PetscFunctionBegin;
  if (e->nin * size > e->ninput) {
    PetscCall(PetscFree(e->input));
    PetscCall(PetscMalloc1(e->nin * size, &e->input));
    e->ninput = e->nin * size;
  }
  ExpertEmbed(e, c, 0, c->n, c->n, size, e->input);
  *E = e->input;
  PetscFunctionReturn(PETSC_SUCCESS);
}
