/* net.c - a fully connected network, forward and backward over blocks of points, and the table of this
   folder's kernels. Forward:  a_1 = f(W_1 x + b_1),  z_l = W_l a_{l-1},  a_l = f(z_l + b_l),  u = W a_L + b.
   One product a layer for all entries of the jets at all points of a block; only f mixes the entries. */
#include "first.h"
#include "input.h"

typedef struct {
  ptrdiff_t s;                   /* stride of neurons */
  REAL     *x, *aux, *out;       /* [dim][B] (jets: [dim][s]), [width][B] (jets: [width][s]), [ncomp][s] */
  REAL     *z, *a, *bar[2];      /* [depth-1][width][s], [depth][width][s], [width][s] */
  REAL     *scratch, *c, *c_bar; /* [K][K_BLOCK], [width][K] twice */
} Work;

/* points the parts of w into `work` (NULL only counts); the number of REALs */
static size_t Partition(const KNet *net, const KJet *jet, REAL *work, Work *w)
{
  const size_t K = (size_t)jet->jet.K, width = (size_t)net->width, depth = (size_t)net->depth;
  size_t       at = 0, line = 64 / sizeof(REAL);
  REAL        *base = (REAL *)(((size_t)work + 63) / 64 * 64);

  w->s                = Stride((int)K, K_BLOCK);
  const size_t layer  = width * (size_t)w->s;
  REAL       **part[] = {&w->x,      &w->aux,    &w->out,     &w->z, &w->a,
                         &w->bar[0], &w->bar[1], &w->scratch, &w->c, &w->c_bar};
  const size_t input  = net->jets ? (size_t)w->s : K_BLOCK;
  const size_t size[] = {(size_t)net->dim * input,
                         width * input,
                         (size_t)net->ncomp * (size_t)w->s,
                         (depth - 1) * layer,
                         depth * layer,
                         layer,
                         layer,
                         K * K_BLOCK,
                         width * K,
                         width * K};

  for (int i = 0; i < 10; i++) {
    *part[i] = base + at;
    at += (size[i] + line - 1) / line * line;
  }
  return at + line;
}

static size_t NetWork(const KNet *net, const KJet *jet)
{
  Work w;

  return Partition(net, jet, NULL, &w);
}

/* theta of layer l = 0 .. depth (the last is the output): W, and b behind it */
INLINE size_t Layer(const KNet *net, int l)
{
  const size_t w = (size_t)net->width;

  return l ? w * (size_t)(net->dim + 1) + (size_t)(l - 1) * w * (w + 1) : 0;
}

/* rows [r][n] of a block of n points starting at `from`, to [r][b] with zeros behind */
static void Gather(int r, int n, int from, int total, int b, const REAL *x, ptrdiff_t s, int per, REAL *y)
{
  for (int i = 0; i < r; i++) {
    REAL *yi = y + i / per * s + (ptrdiff_t)(i % per) * b;

    for (int p = 0; p < n; p++)
      yi[p] = x[(ptrdiff_t)i * total + from + p];
    for (int p = n; p < b; p++)
      yi[p] = 0;
  }
}

static void GatherInput(const KNet *net, int K, int n, int from, int total, int b, const REAL *x, Work *w)
{
  if (net->jets)
    Gather(net->dim * K, n, from, total, b, x, w->s, K, w->x);
  else
    Gather(net->dim, n, from, total, b, x, 0, net->dim, w->x);
}

static void Forward(const KNet *net, const KJet *jet, const REAL *theta, int b, Work *w)
{
  const int   width = net->width, cols = (int)jet->jet.K * b;
  const REAL *W = theta;

  if (net->jets)
    Input(jet, net->act, width, net->dim, b, w->s, W, W + (ptrdiff_t)width * net->dim, w->x, w->aux, w->a);
  else
    First(jet, net->act, width, b, w->s, W, W + (ptrdiff_t)width * net->dim, w->c, w->x, w->aux, w->a);
  for (int l = 1; l < net->depth; l++) {
    REAL *z = w->z + (l - 1) * width * w->s, *a = w->a + l * width * w->s;

    W = theta + Layer(net, l);
    Affine(width, width, cols, W, width, 1, a - width * w->s, w->s, z, w->s);
    Activate(jet, net->act, width, b, w->s, W + width * width, z, a);
  }
}

static void Output(const KNet *net, const KJet *jet, const REAL *theta, int b, Work *w)
{
  const REAL *W = theta + Layer(net, net->depth);

  Affine(net->ncomp, net->width, (int)jet->jet.K * b, W, net->width, 1,
         w->a + (net->depth - 1) * net->width * w->s, w->s, w->out, w->s);
  for (int c = 0; c < net->ncomp; c++)
    for (int p = 0; p < b; p++)
      w->out[c * w->s + p] += W[net->ncomp * net->width + c];
}

static void NetEvaluate(const KNet *net, const KJet *jet, const REAL *theta, const REAL *scale, int n,
                        const REAL *x, REAL *u, REAL *work)
{
  const int K = (int)jet->jet.K;
  Work      w;

  Partition(net, jet, work, &w);
  if (!net->jets)
    FirstConstants(jet, net->width, theta, scale, w.c);
  for (int from = 0; from < n; from += K_BLOCK) {
    const int m = n - from < K_BLOCK ? n - from : K_BLOCK, b = Pad(m);

    GatherInput(net, K, m, from, n, b, x, &w);
    Forward(net, jet, theta, b, &w);
    Output(net, jet, theta, b, &w);
    for (int i = 0; i < net->ncomp * K; i++)
      memcpy(u + (ptrdiff_t)i * n + from, w.out + i / K * w.s + (ptrdiff_t)(i % K) * b,
             (size_t)m * sizeof(REAL));
  }
}

static void NetPullback(const KNet *net, const KJet *jet, const REAL *theta, const REAL *scale, int n,
                        const REAL *x, const REAL *u_bar, REAL *g, REAL *work)
{
  const int K = (int)jet->jet.K, width = net->width;
  Work      w;

  Partition(net, jet, work, &w);
  if (!net->jets)
    FirstConstants(jet, net->width, theta, scale, w.c);
  memset(w.c_bar, 0, (size_t)width * (size_t)K * sizeof(REAL));
  for (int from = 0; from < n; from += K_BLOCK) {
    const int m = n - from < K_BLOCK ? n - from : K_BLOCK, b = Pad(m), cols = K * b;
    REAL     *z_bar = w.out, *a_bar = w.bar[0];

    GatherInput(net, K, m, from, n, b, x, &w);
    Forward(net, jet, theta, b, &w);
    Gather(net->ncomp * K, m, from, n, b, u_bar, w.s, K, z_bar);
    for (int l = net->depth; l > 0; l--) { /* z_l = W_l a_{l-1} + b_l */
      const int   rows = l == net->depth ? net->ncomp : width;
      const REAL *W = theta + Layer(net, l), *a = w.a + (l - 1) * width * w.s;
      REAL       *W_bar = g + Layer(net, l);

      AffineWeights(rows, width, cols, z_bar, w.s, a, w.s, W_bar);      /* W_bar += z_bar a^T */
      AffineBias(rows, b, z_bar, w.s, W_bar + (ptrdiff_t)rows * width); /* b_bar += z_bar */
      Affine(width, rows, cols, W, 1, width, z_bar, w.s, a_bar, w.s);   /* a_bar = W^T z_bar */
      if (l > 1)
        ActivateAdjoint(jet, net->act, width, b, w.s, w.z + (l - 2) * width * w.s, a, a_bar, w.scratch);
      z_bar = a_bar;
      a_bar = a_bar == w.bar[0] ? w.bar[1] : w.bar[0];
    }
    if (net->jets)
      InputAdjoint(jet, net->act, width, net->dim, b, w.s, w.x, w.aux, w.a, z_bar, g,
                   g + (ptrdiff_t)width * net->dim, w.scratch);
    else
      FirstAdjoint(jet, net->act, width, b, w.s, w.c, w.x, w.aux, w.a, z_bar, g,
                   g + (ptrdiff_t)width * net->dim, w.c_bar);
  }
  if (!net->jets)
    FirstConstantsAdjoint(jet, width, theta, scale, w.c_bar, g);
}

static void NetRows(const KNet *net, const KJet *jet, const REAL *theta, const REAL *scale, int n,
                    const REAL *x, int R, const REAL *u_bar, ptrdiff_t ld, REAL *rows, REAL *work)
{
  const int K = (int)jet->jet.K, width = net->width;
  int       entry[TESS_JET_MAX];
  Work      w;

  Partition(net, jet, work, &w);
  if (!net->jets)
    FirstConstants(jet, net->width, theta, scale, w.c);
  for (int k = 0; k < K; k++)
    entry[k] = k;
  for (int from = 0; from < n; from += K_BLOCK) {
    const int m = n - from < K_BLOCK ? n - from : K_BLOCK, b = Pad(m), cols = K * b;

    GatherInput(net, K, m, from, n, b, x, &w);
    Forward(net, jet, theta, b, &w);
    for (int q = 0; q < R; q++) {
      REAL *z_bar = w.out, *a_bar = w.bar[0], *J = rows + (ptrdiff_t)q * n + from;

      Gather(net->ncomp * K, m, from, n, b, u_bar + (ptrdiff_t)q * net->ncomp * K * n, w.s, K, z_bar);
      for (int l = net->depth; l > 0; l--) {
        const int   out = l == net->depth ? net->ncomp : width;
        const REAL *W = theta + Layer(net, l), *a = w.a + (l - 1) * width * w.s;
        REAL       *Jl = J + (ptrdiff_t)Layer(net, l) * ld;

        AffineRows(out, width, K, entry, b, m, z_bar, w.s, a, w.s, ld, Jl);
        AffineBiasRows(out, m, z_bar, w.s, ld, Jl + (ptrdiff_t)out * width * ld);
        Affine(width, out, cols, W, 1, width, z_bar, w.s, a_bar, w.s);
        if (l > 1)
          ActivateAdjoint(jet, net->act, width, b, w.s, w.z + (l - 2) * width * w.s, a, a_bar, w.scratch);
        z_bar = a_bar;
        a_bar = a_bar == w.bar[0] ? w.bar[1] : w.bar[0];
      }
      if (net->jets)
        InputRows(jet, net->act, width, net->dim, b, m, w.s, entry, w.x, w.aux, w.a, z_bar, ld, J,
                  J + (ptrdiff_t)width * net->dim * ld, w.scratch);
      else
        FirstRows(jet, net->act, width, b, m, w.s, theta, scale, w.c, w.x, w.aux, w.a, z_bar, ld, J,
                  J + (ptrdiff_t)width * net->dim * ld);
    }
  }
}

#define K_TEXT_(x) #x
#define K_TEXT(x) K_TEXT_(x)
const KTable K_PASTE(k_table_, K_ISA, K_SUFFIX) = {.isa                     = K_TEXT(K_ISA),
                                                   .lanes                   = LANES,
                                                   .affine                  = Affine,
                                                   .affine_weights          = AffineWeights,
                                                   .affine_rows             = AffineRows,
                                                   .activate                = Activate,
                                                   .activate_adjoint        = ActivateAdjoint,
                                                   .first_constants         = FirstConstants,
                                                   .first_constants_adjoint = FirstConstantsAdjoint,
                                                   .first                   = First,
                                                   .first_adjoint           = FirstAdjoint,
                                                   .first_rows              = FirstRows,
                                                   .net_work                = NetWork,
                                                   .net_evaluate            = NetEvaluate,
                                                   .net_pullback            = NetPullback,
                                                   .net_rows                = NetRows};
