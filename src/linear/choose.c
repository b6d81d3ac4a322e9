/* choose.c - nested, direct or two levels: what a factor would cost, from the graph of blocks, against the
   cost of iterations.  The graph is taken for a grid of as many axes as its largest number of neighbours says
   (3^axes), ordered by nested dissection (George & Liu 1981, ch. 8; constants for 3^axes-point stencils). */
#include <unistd.h>
#include "normal.h"

#define ITERATIONS 100 /* of two levels, what a solve is reckoned with */
#define REPEATED 5e7   /* bytes of a factor that every rank may hold */
#define LISTED 5000    /* blocks whose graph every rank may order by itself */
#define SPEED 60       /* flops of a factorisation in the time of one of a product with J */
#define PATCH 11 /* single-precision entries of a patch's factors over the square of its block, at most */
#define MODES 10 /* coarse unknowns of a block, at most */

typedef struct {
  PetscReal nblock, size, neighbours; /* blocks with columns, their mean size, the most that one meets */
  PetscReal entries, columns;         /* of J on all ranks */
  PetscReal cut;                      /* blocks that are left where ranks meet */
  PetscReal factor, flops;            /* entries of the factor, flops */
} Cost;

static PetscErrorCode Measure(Panels *s, Cost *c)
{
  TessLayout t      = s->layout;
  PetscReal  sum[4] = {0, 0, 0, 0};
  PetscInt  *meet, *cut, most = 1;
  Pairs      pairs;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(t->nlocal + 1, &meet, t->nlocal + 1, &cut));
  PetscCall(PairsCreate(s, &pairs));
  for (PetscInt k = 0; k < pairs.npair; k++) {
    const PetscInt e = pairs.pair[k].e, f = pairs.pair[k].f;

    if (f < t->nlocal && e < t->nlocal)
      meet[e] += 1, meet[f] += e != f;
    if (PetscMax(e, f) >= t->nowned && PetscMax(e, f) < t->nlocal)
      cut[PetscMin(e, f)] = 1;
  }
  PetscCall(PairsDestroy(&pairs));
  for (PetscInt l = 0; l < t->nowned; l++) {
    most = PetscMax(most, meet[l]);
    sum[0] += t->size[l] > 0;
    sum[1] += t->size[l];
    sum[3] += 0.5 * cut[l]; /* of two that meet, one */
  }
  PetscCall(PetscFree2(meet, cut));
  for (PetscInt k = 0; k < s->npanel; k++)
    sum[2] += (PetscReal)s->panel[k].nrow * s->panel[k].ncol;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 4, MPIU_REAL, MPIU_SUM, t->comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPIU_INT, MPI_MAX, t->comm));
  c->nblock     = PetscMax(1, sum[0]);
  c->size       = sum[1] / c->nblock;
  c->entries    = sum[2];
  c->cut        = sum[3];
  c->columns    = t->N;
  c->neighbours = most;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Blocks of the factor and products of blocks; no more than a dense factor has. */
static void Estimate(Cost *c)
{
  const PetscReal n = c->nblock, axes = PetscLogReal(c->neighbours) / PetscLogReal(3);
  PetscReal       blocks = 10 * PetscPowReal(n, 4. / 3), products = 18 * n * n;

  if (axes < 1.5) {
    blocks   = 2 * n;
    products = 3 * n;
  } else if (axes < 2.5) {
    blocks   = 7.75 * n * PetscMax(1, PetscLogReal(n) / PetscLogReal(2));
    products = 10 * PetscPowReal(n, 1.5);
  }
  c->factor = PetscMin(blocks, n * n / 2 + n) * c->size * c->size;
  c->flops  = PetscMin(products, n * n * n / 3 + n * n) * c->size * c->size * c->size;
}

/* Bytes of memory that this rank may take for a factor: half of its share of the machine. */
static PetscErrorCode Allowed(MPI_Comm comm, PetscReal *bytes)
{
  MPI_Comm    node;
  PetscMPIInt n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node));
  PetscCallMPI(MPI_Comm_size(node, &n));
  PetscCallMPI(MPI_Comm_free(&node));
  *bytes = 0.5 * (PetscReal)sysconf(_SC_PHYS_PAGES) * (PetscReal)sysconf(_SC_PAGESIZE) / n;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, bytes, 1, MPIU_REAL, MPIU_MIN, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Flops of a factorisation that iterations are worth. */
static PetscReal Iterate(const Cost *c)
{
  return ITERATIONS * 4 * c->entries * SPEED;
}

/* Blocks enough to win by and few enough to order, and a part that all ranks hold that is small: as many
   blocks again as there are in rows or rings, else dense. */
static PetscBool IsNested(const Cost *c)
{
  const PetscReal square = c->size * c->size, blocks = c->neighbours <= 3 ? 2 * c->cut : c->cut * c->cut / 2;
  const PetscReal flops = c->neighbours <= 3 ? 0 : c->cut * c->cut * c->cut / 3 * c->size * square;

  return (PetscBool)(c->nblock >= 3 && c->nblock <= LISTED && flops <= c->flops &&
                     blocks * square * sizeof(PetscReal) <= REPEATED);
}

static PetscInt Method(const Cost *c, PetscMPIInt nrank, PetscInt below, PetscReal allowed,
                       PetscBool repeated, PetscBool coarse)
{
  const PetscBool much =
      (PetscBool)(c->flops > Iterate(c) || sizeof(PetscReal) * c->factor / nrank > allowed);

  if (!coarse && c->columns > below && much)
    return NORMAL_TWOLEVEL;
  if (IsNested(c))
    return NORMAL_NESTED;
  return repeated && nrank > 1 && c->columns <= below ? NORMAL_REDUNDANT : NORMAL_DIRECT;
}

PetscErrorCode NormalChoose(TessNormal s)
{
  static const char *const names[] = {"", "direct", "redundant", "nested", "two levels"};
  Panels                  *p;
  Cost                     c = {.nblock = 1};
  PetscReal                allowed, bytes;
  PetscMPIInt              nrank;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  PetscCallMPI(MPI_Comm_size(s->comm, &nrank));
  PetscCall(Measure(p, &c));
  Estimate(&c);
  PetscCall(Allowed(s->comm, &allowed));
  bytes = sizeof(PetscReal) * c.factor / nrank;
  s->method =
      s->solver == NORMAL_AUTO ? Method(&c, nrank, s->below, allowed, s->repeated, s->coarse) : s->solver;
  PetscCall(PetscSNPrintf(s->why, sizeof(s->why),
                          "%s, %s: %.0f unknowns in %.0f blocks that meet up to %.0f; a factor would "
                          "take about %.2g GB a rank (%.2g allowed) and %.2g Gflop (%.2g are worth it)",
                          names[s->method], s->solver != NORMAL_AUTO ? "as asked for" : "by size",
                          (double)c.columns, (double)c.nblock, (double)c.neighbours, (double)bytes / 1e9,
                          (double)allowed / 1e9, (double)c.flops / 1e9, (double)Iterate(&c) / 1e9));
  PetscCall(PetscInfo(s->pc, "%s\n", s->why));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The upper half of the Gram matrix and its factor; or that half, which patches are made from, their factors
   and the coarse level. */
PetscErrorCode TessNormalEstimate(MPI_Comm comm, PetscReal blocks, PetscReal size, PetscReal meet,
                                  PetscReal entries, PetscReal *bytes)
{
  Cost c = {.nblock = blocks, .size = size, .neighbours = meet, .entries = entries, .columns = blocks * size};
  Cost coarse = {.nblock = blocks, .size = MODES, .neighbours = meet};
  PetscReal   allowed, gram;
  PetscMPIInt nrank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &nrank));
  Estimate(&c);
  Estimate(&coarse);
  gram = PetscMin(blocks, (meet + 1) / 2) * blocks * size * size;
  PetscCall(Allowed(comm, &allowed));
  if (Method(&c, nrank, DENSE_BELOW, allowed, PETSC_FALSE, PETSC_FALSE) == NORMAL_TWOLEVEL)
    *bytes = sizeof(PetscReal) * (gram + coarse.factor) + sizeof(float) * PATCH * blocks * size * size;
  else
    *bytes = sizeof(PetscReal) * (gram + c.factor);
  *bytes /= nrank;
  PetscFunctionReturn(PETSC_SUCCESS);
}
