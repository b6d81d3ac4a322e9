/* share.c - the largest remainder method over patches on many ranks.  Who gets one of the R things left over
   is a selection of the R first by (remainder downwards, natural number upwards), found digit by digit from
   histograms: no list of all patches. */
#include "domainimpl.h"

#define DIGIT 8
#define BINS (1 << DIGIT)

/* The R-th smallest of the keys [n] of all ranks (bits used: a multiple of DIGIT); *below: how many are
 * smaller. */
static PetscErrorCode Select(MPI_Comm comm, PetscInt n, const PetscInt64 key[], PetscInt bits, PetscInt64 R,
                             PetscInt64 *chosen, PetscInt64 *below)
{
  PetscFunctionBegin;
  *chosen = 0;
  *below  = 0;
  for (PetscInt shift = bits - DIGIT; shift >= 0; shift -= DIGIT) {
    PetscInt64 bins[BINS] = {0};
    PetscInt   b          = 0;

    for (PetscInt i = 0; i < n; i++)
      if (key[i] >> (shift + DIGIT) == *chosen)
        bins[(key[i] >> shift) & (BINS - 1)]++;
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, bins, BINS, MPIU_INT64, MPI_SUM, comm));
    while (b < BINS - 1 && *below + bins[b] < R)
      *below += bins[b++];
    *chosen = *chosen * BINS + b;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Gives one thing to the R candidates with the smallest gap (one minus remainder), ties by natural number. */
static PetscErrorCode GiveRest(TessDomain d, PetscInt64 R, const PetscInt64 gap[], PetscInt64 count[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  PetscInt64    *tie, last, below, lastid, none;
  PetscInt       n = 0, bits = DIGIT;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(d->nowned, &tie));
  PetscCall(Select(comm, d->nowned, gap, 24, R, &last, &below));
  for (PetscInt s = 0; s < d->nowned; s++) {
    if (gap[s] < last)
      count[s]++;
    if (gap[s] == last)
      tie[n++] = d->id[s];
  }
  while (bits < 56 && d->npatch >> bits)
    bits += DIGIT;
  PetscCall(Select(comm, n, tie, bits, R - below, &lastid, &none));
  for (PetscInt s = 0; s < d->nowned; s++)
    if (gap[s] == last && d->id[s] <= lastid)
      count[s]++;
  PetscCall(PetscFree(tie));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainShare(TessDomain d, PetscInt64 N, PetscInt part, PetscInt64 count[],
                               PetscReal share[])
{
  const MPI_Comm   comm = PetscObjectComm((PetscObject)d);
  const PetscInt64 one = (PetscInt64)1 << 32, never = ((PetscInt64)1 << 24) - 1;
  PetscInt64      *gap, *n, R = 0;

  PetscFunctionBegin;
  PetscCheck(d->setup, comm, PETSC_ERR_ARG_WRONGSTATE, "TessDomainSetUp comes first");
  PetscCheck(N >= 0, comm, PETSC_ERR_ARG_OUTOFRANGE, "%" PetscInt64_FMT " things to share", N);
  PetscCheck(part >= -1 && part < d->npart, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "part %" PetscInt_FMT " of %" PetscInt_FMT, part, d->npart);
  PetscCheck(d->shape->share, comm, PETSC_ERR_SUP, "patches of a mesh know no shares");
  PetscCall(PetscMalloc2(d->nowned, &gap, d->nowned, &n));
  for (PetscInt s = 0; s < d->nowned; s++) {
    PetscReal  mine, quota;
    PetscInt64 rest;

    PetscCall((*d->shape->share)(d, s, part, &mine));
    quota = N * mine;
    n[s]  = (PetscInt64)quota;
    rest  = (PetscInt64)(one * (quota - n[s]) + 0.5); /* in units of 2^-32 */
    if (rest == one) {                                /* a whole thing but for round-off */
      rest = 0;
      n[s]++;
    }
    gap[s] = mine > 0 ? (one - rest) >> 12 : never; /* less than 2^-20 apart is a tie */
    R += n[s];
    if (share)
      share[s] = mine;
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &R, 1, MPIU_INT64, MPI_SUM, comm));
  R = N - R;
  if (R > 0)
    PetscCall(GiveRest(d, R, gap, n));
  if (count)
    PetscCall(PetscArraycpy(count, n, d->nowned));
  PetscCall(PetscFree2(gap, n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainEven_Private(TessDomain d, PetscInt64 N, const PetscReal share[], PetscInt64 count[])
{
  PetscInt64 some = 0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < d->nowned; s++)
    some += share[s] > 0;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &some, 1, MPIU_INT64, MPI_SUM, PetscObjectComm((PetscObject)d)));
  for (PetscInt s = 0; s < d->nowned; s++)
    count[s] = share[s] > 0 ? PetscMax(1, N / some) : count[s];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainDeal_Private(TessDomain d, PetscInt64 N, PetscInt part, PetscBool even,
                                      PetscInt64 **count, PetscReal **share)
{
  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d->nowned, count, d->nowned, share));
  PetscCall(TessDomainShare(d, N, part, *count, *share));
  if (even)
    PetscCall(TessDomainEven_Private(d, N, *share, *count));
  PetscFunctionReturn(PETSC_SUCCESS);
}
