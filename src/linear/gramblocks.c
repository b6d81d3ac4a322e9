/* gramblocks.c - the Gram matrix by dense blocks where they are wanted: a rank gets the complete sum of every
   pair of blocks that it knows (its own and ghosts) and that meets on some rank.  Two letters to each
   neighbour: what was summed here goes to the owner of the first block, complete sums to the ranks that have
   that block as a ghost. */
#include "linearimpl.h"
#include <petsc/private/hashmapi.h>

PetscErrorCode GramBlocksDestroy(Pairs *pairs)
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < pairs->npair; k++)
    PetscCall(PetscFree(pairs->pair[k].sum));
  PetscCall(PairsDestroy(pairs));
  *pairs = (Pairs){.npair = 0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A pair whose sum is there. */
static PetscErrorCode Allocate(TessLayout t, Pair *p)
{
  PetscFunctionBegin;
  p->ld = t->size[p->f];
  if (!p->sum)
    PetscCall(PetscCalloc1(t->size[p->e] * t->size[p->f], &p->sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Sums of other ranks are added (the rank owns the first block) or taken as they are; blocks that this rank
   does not know are passed over. */
static PetscErrorCode Receive(TessLayout t, PetscHMapI local, const Mail *in, PetscBool add, Pairs *pairs)
{
  PetscInt e, f, at;

  PetscFunctionBegin;
  for (PetscMPIInt i = 0; i < in->n; i++) {
    const PetscReal *sum = in->values[i];

    for (PetscInt k = 0; k < in->count[2 * i]; k++) {
      const Block   *b = &in->block[i][k];
      const PetscInt n = b->ne * b->nf;

      PetscCall(PetscHMapIGet(local, b->e, &e));
      PetscCall(PetscHMapIGet(local, b->f, &f));
      if (e >= 0 && f >= 0) {
        PetscCall(PairsPut(pairs, e, f, &at));
        PetscCall(Allocate(t, &pairs->pair[at]));
        for (PetscInt j = 0; j < n; j++)
          pairs->pair[at].sum[j] = sum[j] + (add ? pairs->pair[at].sum[j] : 0);
      }
      sum += n;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Pairs whose first block is owned here, to every rank that has it as a ghost. */
static PetscErrorCode PostsToGhosts(TessLayout t, const Pairs *pairs, PetscInt *npost, Post **post)
{
  TessSFCount        nrank;
  const PetscMPIInt *ranks;
  const PetscInt    *offset, *root;
  PetscInt          *at, n = 0;
  PetscMPIInt       *to;

  PetscFunctionBegin;
  PetscCall(PetscSFGetLeafRanks(t->sf, &nrank, &ranks, &offset, &root));
  PetscCall(PetscCalloc1(t->nowned + 1, &at));
  for (TessSFCount i = 0; i < nrank; i++)
    for (PetscInt k = offset[i]; k < offset[i + 1]; k++)
      at[root[k] + 1] += ranks[i] != t->rank;
  for (PetscInt l = 0; l < t->nowned; l++)
    at[l + 1] += at[l];
  PetscCall(PetscMalloc1(at[t->nowned], &to));
  for (TessSFCount i = nrank; i-- > 0;)
    for (PetscInt k = offset[i]; k < offset[i + 1]; k++)
      if (ranks[i] != t->rank)
        to[--at[root[k] + 1]] = ranks[i];
  for (PetscInt l = 0; l < t->nowned; l++)
    at[l] = at[l + 1]; /* first of block l */
  at[t->nowned] = 0;
  for (TessSFCount i = 0; i < nrank; i++)
    if (ranks[i] != t->rank)
      at[t->nowned] += offset[i + 1] - offset[i];
  for (PetscInt k = 0; k < pairs->npair; k++)
    if (pairs->pair[k].e < t->nowned)
      n += at[pairs->pair[k].e + 1] - at[pairs->pair[k].e];
  PetscCall(PetscMalloc1(n, post));
  *npost = 0;
  for (PetscInt k = 0; k < pairs->npair; k++)
    if (pairs->pair[k].e < t->nowned)
      for (PetscInt i = at[pairs->pair[k].e]; i < at[pairs->pair[k].e + 1]; i++)
        (*post)[(*npost)++] = (Post){.pair = k, .rank = to[i]};
  PetscCall(PetscFree(to));
  PetscCall(PetscFree(at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Send(TessLayout t, PetscHMapI local, PetscInt npost, Post *post, PetscBool add,
                           Pairs *pairs)
{
  Mail in, out;

  PetscFunctionBegin;
  PetscCall(MailWrite(t, pairs, npost, post, &out));
  PetscCall(PetscFree(post));
  PetscCall(MailExchange(t, &out, &in));
  PetscCall(MailFree(&out));
  PetscCall(Receive(t, local, &in, add, pairs));
  PetscCall(MailFree(&in));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode GramBlocksCreate(Panels *s, Pairs *pairs)
{
  TessLayout   t = s->layout;
  PetscHMapI   local;
  PetscMPIInt *owner;
  PetscInt     npost;
  Post        *post;

  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Assemble, 0, 0, 0, 0));
  PetscCall(PairsCreate(s, pairs));
  for (PetscInt k = 0; k < pairs->npair; k++)
    PetscCall(Allocate(t, &pairs->pair[k]));
  PetscCall(PairsAccumulate(s, pairs));
  PetscCall(PetscHMapICreate(&local));
  for (PetscInt l = 0; l <= t->nlocal; l++)
    PetscCall(PetscHMapISet(local, t->number[l], l));
  PetscCall(BlockOwners(t, &owner));
  PetscCall(MailHome(pairs, owner, t->rank, &npost, &post));
  PetscCall(PetscFree(owner));
  PetscCall(Send(t, local, npost, post, PETSC_TRUE, pairs));
  PetscCall(PostsToGhosts(t, pairs, &npost, &post));
  PetscCall(Send(t, local, npost, post, PETSC_FALSE, pairs));
  PetscCall(PetscHMapIDestroy(&local));
  for (PetscInt k = 0; k < pairs->npair; k++) {
    const Pair *p = &pairs->pair[k];

    for (PetscInt j = 0; j < t->size[p->e] && p->e == p->f; j++)
      for (PetscInt i = 0; i < j; i++)
        p->sum[j * p->ld + i] = p->sum[i * p->ld + j];
  }
  PetscCall(PetscLogEventEnd(TESS_Assemble, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
