/* mail.c - dense blocks of the Gram matrix sent to the ranks that own their rows: one letter a neighbour. */
#include "linearimpl.h"

#define BLOCK_INTS ((PetscMPIInt)(sizeof(Block) / sizeof(PetscInt)))

Block PairDescribe(TessLayout t, const Pair *p)
{
  return (Block){.e    = t->number[p->e],
                 .f    = t->number[p->f],
                 .ne   = t->size[p->e],
                 .nf   = t->size[p->f],
                 .rowe = t->start[p->e],
                 .colf = t->start[p->f]};
}

/* Owner of every local block; the shared slice last. */
PetscErrorCode BlockOwners(TessLayout t, PetscMPIInt **owner)
{
  PetscInt           nleaf;
  const PetscInt    *leaf;
  const PetscSFNode *remote;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(t->nlocal + 1, owner));
  for (PetscInt l = 0; l < t->nlocal; l++)
    (*owner)[l] = t->rank;
  (*owner)[t->nlocal] = t->last;
  PetscCall(PetscSFGetGraph(t->sf, NULL, &nleaf, &leaf, &remote));
  for (PetscInt i = 0; i < nleaf; i++)
    (*owner)[leaf ? leaf[i] : i] = (PetscMPIInt)remote[i].rank;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MailAllocate(Mail *m)
{
  PetscFunctionBegin;
  PetscCall(PetscMalloc2(m->n, &m->block, m->n, &m->values));
  for (PetscMPIInt i = 0; i < m->n; i++)
    PetscCall(PetscMalloc2(m->count[2 * i], &m->block[i], m->count[2 * i + 1], &m->values[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode MailFree(Mail *m)
{
  PetscFunctionBegin;
  for (PetscMPIInt i = 0; i < m->n; i++)
    PetscCall(PetscFree2(m->block[i], m->values[i]));
  PetscCall(PetscFree2(m->block, m->values));
  PetscCall(PetscFree(m->rank));
  PetscCall(PetscFree(m->count));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode MailHome(const Pairs *pairs, const PetscMPIInt owner[], PetscMPIInt rank, PetscInt *npost,
                        Post **post)
{
  PetscFunctionBegin;
  *npost = 0;
  PetscCall(PetscMalloc1(pairs->npair, post));
  for (PetscInt k = 0; k < pairs->npair; k++)
    if (owner[pairs->pair[k].e] != rank)
      (*post)[(*npost)++] = (Post){.pair = k, .rank = owner[pairs->pair[k].e]};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One letter a rank. */
PetscErrorCode MailWrite(TessLayout t, const Pairs *pairs, PetscInt npost, const Post post[], Mail *m)
{
  PetscInt n = npost, *ranks, at;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &ranks));
  for (PetscInt k = 0; k < npost; k++)
    ranks[k] = post[k].rank;
  PetscCall(PetscSortRemoveDupsInt(&n, ranks));
  m->n = (PetscMPIInt)n;
  PetscCall(PetscMalloc1(n, &m->rank));
  PetscCall(PetscCalloc1(2 * n, &m->count));
  for (PetscInt i = 0; i < n; i++)
    m->rank[i] = (PetscMPIInt)ranks[i];
  for (PetscInt pass = 0; pass < 2; pass++) {
    for (PetscInt k = 0; k < npost; k++) {
      const Pair    *p    = &pairs->pair[post[k].pair];
      const PetscInt size = t->size[p->e] * t->size[p->f];

      PetscCall(PetscFindInt(post[k].rank, n, ranks, &at));
      if (pass) {
        m->block[at][m->count[2 * at]] = PairDescribe(t, p);
        PetscCall(PetscArraycpy(m->values[at] + m->count[2 * at + 1], p->sum, size));
      }
      m->count[2 * at] += 1;
      m->count[2 * at + 1] += size;
    }
    if (!pass) {
      PetscCall(MailAllocate(m));
      PetscCall(PetscArrayzero(m->count, 2 * n));
    }
  }
  PetscCall(PetscFree(ranks));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode MailPost(TessLayout t, Mail *m, PetscBool send, const PetscMPIInt tag[2],
                               MPI_Request request[])
{
  PetscMPIInt nblock, nvalue;

  PetscFunctionBegin;
  for (PetscMPIInt i = 0; i < m->n; i++) {
    PetscCall(PetscMPIIntCast(m->count[2 * i] * BLOCK_INTS, &nblock));
    PetscCall(PetscMPIIntCast(m->count[2 * i + 1], &nvalue));
    if (send) {
      PetscCallMPI(MPI_Isend(m->block[i], nblock, MPIU_INT, m->rank[i], tag[0], t->comm, &request[2 * i]));
      PetscCallMPI(
          MPI_Isend(m->values[i], nvalue, MPIU_REAL, m->rank[i], tag[1], t->comm, &request[2 * i + 1]));
    } else {
      PetscCallMPI(MPI_Irecv(m->block[i], nblock, MPIU_INT, m->rank[i], tag[0], t->comm, &request[2 * i]));
      PetscCallMPI(
          MPI_Irecv(m->values[i], nvalue, MPIU_REAL, m->rank[i], tag[1], t->comm, &request[2 * i + 1]));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The letters of others, in the order of their ranks whatever the order of arrival. */
PetscErrorCode MailExchange(TessLayout t, Mail *out, Mail *in)
{
  MPI_Request *request;
  PetscMPIInt  tag[2], *from;
  PetscInt    *count, *order, *rank;

  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(TESS_Exchange, 0, 0, 0, 0));
  PetscCall(
      PetscCommBuildTwoSided(t->comm, 2, MPIU_INT, out->n, out->rank, out->count, &in->n, &from, &count));
  PetscCall(PetscMalloc1(in->n, &in->rank));
  PetscCall(PetscMalloc1(2 * in->n, &in->count));
  PetscCall(PetscMalloc2(in->n, &order, in->n, &rank));
  for (PetscMPIInt i = 0; i < in->n; i++) {
    order[i] = i;
    rank[i]  = from[i];
  }
  PetscCall(PetscSortIntWithArray(in->n, rank, order));
  for (PetscMPIInt i = 0; i < in->n; i++) {
    in->rank[i] = (PetscMPIInt)rank[i];
    PetscCall(PetscArraycpy(in->count + 2 * i, count + 2 * order[i], 2));
  }
  PetscCall(PetscFree2(order, rank));
  PetscCall(PetscFree(from));
  PetscCall(PetscFree(count));
  PetscCall(MailAllocate(in));
  for (PetscInt i = 0; i < 2; i++)
    PetscCall(PetscCommGetNewTag(t->comm, &tag[i]));
  PetscCall(PetscMalloc1(2 * (in->n + out->n), &request));
  PetscCall(MailPost(t, in, PETSC_FALSE, tag, request));
  PetscCall(MailPost(t, out, PETSC_TRUE, tag, request + 2 * in->n));
  PetscCallMPI(MPI_Waitall(2 * (in->n + out->n), request, MPI_STATUSES_IGNORE));
  PetscCall(PetscFree(request));
  PetscCall(PetscLogEventEnd(TESS_Exchange, 0, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}
