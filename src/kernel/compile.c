/* compile.c - a jet becomes a list of terms.  Derivatives of f(z(x)) by set partitions (Faa di Bruno; Hardy,
   Combinatorics of partial derivatives, Electronic J. Combinatorics 13, 2006): d_S f(z) = sum over partitions
   P of S of f^(|P|)(z) prod over blocks B of P of d_B z, lap f(z) = f'' sum_i (d_i z)^2 + f' lap z   (forward
   Laplacian, Li et al., Nature Machine Intelligence 6, 2024). */
#include <stdlib.h>
#include <string.h>
#include "kernel.h"

int k_jet_same(const TessJet *a, const TessJet *b)
{
  return a->dim == b->dim && a->space == b->space && a->K == b->K &&
         !memcmp(a->entry, b->entry, (size_t)a->K * sizeof(TessEntry));
}

size_t k_net_parameters(const KNet *net)
{
  const size_t w = (size_t)net->width;

  return w * (size_t)(net->dim + 1) + (size_t)(net->depth - 1) * w * (w + 1) + (size_t)net->ncomp * (w + 1);
}

static int Find(const TessJet *jet, int order, const int axis[])
{
  for (int k = 0; k < jet->K; k++) {
    int same = jet->entry[k].order == order;

    for (int i = 0; i < order && same; i++)
      same = jet->entry[k].axis[i] == axis[i];
    if (same)
      return k;
  }
  return -1;
}

static int ByNumber(const void *a, const void *b)
{
  return *(const short *)a - *(const short *)b;
}

/* adds a term to the entry that is being made, or counts it there */
static void Add(KJet *c, int begin, int q, short factor[])
{
  qsort(factor, (size_t)q, sizeof(*factor), ByNumber);
  for (int t = begin; t < c->nterms; t++) {
    if (c->term[t].q == q && !memcmp(c->term[t].factor, factor, (size_t)q * sizeof(*factor))) {
      c->term[t].coef++;
      return;
    }
  }
  c->term[c->nterms] = (KTerm){.q = (short)q, .coef = 1};
  memcpy(c->term[c->nterms++].factor, factor, (size_t)q * sizeof(*factor));
}

/* block[i] is the block of position i; positions 0..i-1 are placed, in `q` blocks (restricted growth strings)
 */
static void Partition(KJet *c, const TessEntry *e, int begin, int i, int q, int block[])
{
  if (i == e->order || i == TESS_ORDER_MAX) {
    short factor[TESS_ORDER_MAX];

    for (int B = 0; B < q; B++) {
      int axis[TESS_ORDER_MAX], size = 0;

      for (int j = 0; j < i; j++)
        if (block[j] == B)
          axis[size++] = (int)e->axis[j];
      factor[B] = (short)Find(&c->jet, size, axis);
    }
    Add(c, begin, q, factor);
    return;
  }
  for (block[i] = 0; block[i] <= q; block[i]++)
    Partition(c, e, begin, i + 1, block[i] == q ? q + 1 : q, block);
}

/* whether one of the fused kernels serves this jet, and how */
static void Fuse(KJet *c)
{
  const TessJet *jet = &c->jet;

  c->fused = 1;
  c->nf = c->ns = c->nl = c->lap = 0;
  for (int pass = 0; pass < 2; pass++) { /* space first, so that lap sums over at[0..nl) */
    for (int k = 0; k < jet->K; k++) {
      if (jet->entry[k].order != 1 || (jet->entry[k].axis[0] < jet->space) != !pass)
        continue;
      if (c->nf == 4) {
        c->fused = 0;
        return;
      }
      c->at[c->nf++] = k;
    }
  }
  for (int k = 0; k < jet->K && c->fused; k++) {
    const TessEntry *e = &jet->entry[k];

    if (e->order == TESS_LAP) {
      c->lap = k;
      c->nl  = (int)jet->space;
    } else if (e->order == 2 && e->axis[0] == e->axis[1]) {
      c->second[c->ns] = k;
      for (int i = 0; i < c->nf; i++)
        if (jet->entry[c->at[i]].axis[0] == e->axis[0])
          c->of[c->ns] = i;
      c->ns++;
    } else if (e->order > 1)
      c->fused = 0;
  }
  if (c->ns && c->nl)
    c->fused = 0;
}

/* the entries by power, for the first layer */
static void Sort(KJet *c)
{
  int n[3] = {0}, all = 0;

  c->nsimple = -1;
  for (int power = 1; power <= 2; power++) {
    for (int k = 1; k < c->jet.K; k++) {
      if (c->power[k] != power)
        continue;
      if (n[power] == 4)
        return;
      c->simple[all++] = k;
      n[power]++;
    }
  }
  if (c->order <= 2)
    c->nsimple = 8 * n[1] + n[2];
}

void k_jet_compile(const TessJet *jet, KJet *c)
{
  memcpy(&c->jet, jet, sizeof(*jet));
  c->nterms = c->order = 0;
  for (int k = 0; k < jet->K; k++) {
    const TessEntry *e     = &jet->entry[k];
    const int        begin = c->first[k] = c->nterms;
    int              block[TESS_ORDER_MAX];
    short            factor[TESS_ORDER_MAX];

    c->power[k] = e->order == TESS_LAP ? 2 : (int)e->order;
    if (c->power[k] > c->order)
      c->order = c->power[k];
    if (e->order == TESS_LAP) {
      factor[0] = (short)k;
      Add(c, begin, 1, factor);
      for (int i = 0; i < jet->space; i++) {
        factor[0] = factor[1] = (short)Find(jet, 1, &i);
        Add(c, begin, 2, factor);
      }
    } else
      Partition(c, e, begin, 0, 0, block);
  }
  c->first[jet->K] = c->nterms;
  Fuse(c);
  Sort(c);
}
