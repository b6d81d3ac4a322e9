/* route.c - things that know their destination meet receivers that do not know their senders: ranks tell each
   other how many come (one round among those that have something to say: Hoefler et al., PPoPP 2010), then a
   PetscSF carries them. */
#include "domainimpl.h"

/* One message per destination: how many things, and where they begin in the sender's sorted list. */
static PetscErrorCode Announce(MPI_Comm comm, PetscInt n, const PetscMPIInt dest[], const PetscInt list[],
                               PetscMPIInt *nfrom, PetscMPIInt **from, PetscInt **message)
{
  PetscMPIInt nto = 0, *to;
  PetscInt   *mine;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    nto += !i || dest[list[i]] != dest[list[i - 1]];
  PetscCall(PetscMalloc2(nto, &to, 2 * nto, &mine));
  nto = 0;
  for (PetscInt i = 0; i < n; i++) {
    if (!i || dest[list[i]] != dest[list[i - 1]]) {
      to[nto]           = dest[list[i]];
      mine[2 * nto]     = 0;
      mine[2 * nto + 1] = i;
      nto++;
    }
    mine[2 * nto - 2]++;
  }
  PetscCall(PetscCommBuildTwoSided(comm, 2, MPIU_INT, nto, to, mine, nfrom, from, message));
  PetscCall(PetscFree2(to, mine));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The things with a destination, sorted by (destination, index). */
static PetscErrorCode Sort(PetscInt n, const PetscMPIInt dest[], PetscInt *nsent, PetscInt list[])
{
  PetscInt *key, m = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &key));
  for (PetscInt i = 0; i < n; i++) {
    if (dest[i] < 0)
      continue;
    key[m]    = dest[i];
    list[m++] = i;
  }
  PetscCall(PetscSortIntWithArray(m, key, list));
  for (PetscInt i = 0, j; i < m; i = j) { /* the sort of keys is not stable */
    for (j = i; j < m && key[j] == key[i];)
      j++;
    PetscCall(PetscSortInt(j - i, list + i));
  }
  PetscCall(PetscFree(key));
  *nsent = m;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainRoute_Private(MPI_Comm comm, PetscInt n, const PetscMPIInt dest[], PetscInt *nleaf,
                                       PetscSF *sf)
{
  PetscInt    *list, *message, *order, *origin, nsent = 0, m = 0;
  PetscMPIInt  nfrom, *from;
  PetscSFNode *remote;
  PetscSF      packed;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &list));
  PetscCall(Sort(n, dest, &nsent, list));
  PetscCall(Announce(comm, nsent, dest, list, &nfrom, &from, &message));
  PetscCall(PetscMalloc1(nfrom, &order));
  for (PetscMPIInt r = 0; r < nfrom; r++) {
    order[r] = r;
    m += message[2 * r];
  }
  PetscCall(PetscSortMPIIntWithIntArray(nfrom, from, order));
  PetscCall(PetscMalloc1(m, &remote));
  PetscCall(PetscMalloc1(m, &origin));
  *nleaf = m;
  m      = 0;
  for (PetscMPIInt r = 0; r < nfrom; r++) {
    const PetscInt *msg = message + 2 * order[r];

    for (PetscInt i = 0; i < msg[0]; i++)
      remote[m++] = (PetscSFNode){.rank = from[r], .index = msg[1] + i};
  }
  PetscCall(PetscSFCreate(comm, &packed));
  PetscCall(PetscSFSetGraph(packed, nsent, m, NULL, PETSC_OWN_POINTER, remote, PETSC_COPY_VALUES));
  PetscCall(PetscSFBcastBegin(packed, MPIU_INT, list, origin, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(packed, MPIU_INT, list, origin, MPI_REPLACE));
  PetscCall(PetscSFDestroy(&packed));
  for (PetscInt i = 0; i < m; i++)
    remote[i].index = origin[i];
  PetscCall(PetscSFCreate(comm, sf));
  PetscCall(PetscSFSetGraph(*sf, n, m, NULL, PETSC_OWN_POINTER, remote, PETSC_OWN_POINTER));
  PetscCall(PetscFree(origin));
  PetscCall(PetscFree(order));
  PetscCall(PetscFree(list));
  PetscCall(PetscFree(from));
  PetscCall(PetscFree(message));
  PetscFunctionReturn(PETSC_SUCCESS);
}
