/* order.c - the order of an elimination on a graph: the node next whose going joins the fewest pairs of its
   neighbours, for each of them (mean local fill; Rothberg & Eisenstat 1998); in a large graph the node of
   least degree, which is known for less.  The blocks of a chain go from its ends and fill nothing. */
#include "elimination.h"

#define FILL_BELOW 400 /* nodes up to which pairs are counted */
#define WORD 64

/* Neighbours as bits: rows of `width` words. */
typedef struct {
  PetscInt  n, width;
  uint64_t *row;
} Graph;

static inline PetscBool Has(const uint64_t row[], PetscInt i)
{
  return (PetscBool)(row[i / WORD] >> (i % WORD) & 1);
}

static inline void Put(uint64_t row[], PetscInt i)
{
  row[i / WORD] |= (uint64_t)1 << (i % WORD);
}

static inline void Take(uint64_t row[], PetscInt i)
{
  row[i / WORD] &= ~((uint64_t)1 << (i % WORD));
}

/* list := the nodes in a row, increasing */
static PetscInt List(const Graph *g, const uint64_t row[], PetscInt list[])
{
  PetscInt n = 0;

  for (PetscInt w = 0; w < g->width; w++)
    for (uint64_t bits = row[w]; bits; bits &= bits - 1)
      list[n++] = w * WORD + __builtin_ctzll(bits);
  return n;
}

/* What the going of v costs; list [n] is work. */
static PetscReal Cost(const Graph *g, PetscInt v, PetscInt list[])
{
  const uint64_t *mine = g->row + v * g->width;
  const PetscInt  n    = List(g, mine, list);
  PetscInt        fill = 0;

  if (g->n > FILL_BELOW || !n)
    return n;
  for (PetscInt k = 0; k < n; k++) {
    const uint64_t *its = g->row + list[k] * g->width;

    for (PetscInt w = 0; w < g->width; w++)
      fill += __builtin_popcountll(mine[w] & ~its[w]);
    fill--; /* itself */
  }
  return (PetscReal)fill / n;
}

/* v goes, its n neighbours in list meet: the costs of these, and of what they meet, are not known any more.
 */
static void Remove(Graph *g, PetscInt v, PetscInt n, const PetscInt list[], uint64_t changed[])
{
  const uint64_t *mine = g->row + v * g->width;

  for (PetscInt k = 0; k < n; k++) {
    uint64_t *its = g->row + list[k] * g->width;

    for (PetscInt w = 0; w < g->width; w++) {
      its[w] |= mine[w];
      changed[w] |= its[w];
    }
    Take(its, list[k]);
    Take(its, v);
  }
}

/* The cheapest node that has not gone, of the first m. */
static PetscInt Next(const Graph *g, PetscInt m, const uint64_t gone[], uint64_t changed[], PetscReal cost[],
                     PetscInt list[])
{
  PetscInt best = -1;

  for (PetscInt v = 0; v < m; v++) {
    if (Has(gone, v))
      continue;
    if (Has(changed, v))
      cost[v] = Cost(g, v, list);
    Take(changed, v);
    if (best < 0 || cost[v] < cost[best])
      best = v;
    if (cost[best] <= 0)
      break;
  }
  return best;
}

PetscErrorCode EliminationOrder(PetscInt n, PetscInt m, PetscInt nedge, const PetscInt edges[],
                                PetscInt node[], PetscInt place[], PetscInt start[], PetscInt **below)
{
  Graph      g   = {.n = n, .width = (n + WORD - 1) / WORD};
  PetscInt   max = 0, *list;
  PetscReal *cost;
  uint64_t  *gone, *changed;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &list, n, &cost));
  PetscCall(PetscCalloc3(n * g.width, &g.row, g.width, &gone, g.width, &changed));
  for (PetscInt k = 0; k < 2 * nedge; k++)
    if (edges[k] != edges[k ^ 1])
      Put(g.row + edges[k] * g.width, edges[k ^ 1]);
  for (PetscInt v = 0; v < n; v++)
    Put(changed, v);
  *below   = NULL;
  start[0] = 0;
  for (PetscInt k = 0; k < n; k++) {
    const PetscInt v     = k < m ? Next(&g, m, gone, changed, cost, list) : k;
    const PetscInt nlist = List(&g, g.row + v * g.width, list);

    if (start[k] + nlist > max) {
      max = 2 * max + nlist;
      PetscCall(PetscRealloc(max * sizeof(**below), below));
    }
    start[k + 1] = start[k];
    for (PetscInt i = 0; i < nlist; i++)
      if (k < m || list[i] > k)
        (*below)[start[k + 1]++] = list[i];
    if (k < m)
      Remove(&g, v, nlist, list, changed);
    Put(gone, v);
    node[k]  = v;
    place[v] = k;
  }
  for (PetscInt k = 0; k < n; k++) {
    for (PetscInt i = start[k]; i < start[k + 1]; i++)
      (*below)[i] = place[(*below)[i]];
    PetscCall(PetscSortInt(start[k + 1] - start[k], *below + start[k]));
  }
  PetscCall(PetscFree3(g.row, gone, changed));
  PetscCall(PetscFree2(list, cost));
  PetscFunctionReturn(PETSC_SUCCESS);
}
