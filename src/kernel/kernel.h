#pragma once
/* kernel.h - what every room may call: arrays in, arrays out; no object, no MPI, no malloc, nothing that can
   fail. Blocks of at most K_BLOCK points.  A block of jets is [neuron][K][b], point fastest; b is a multiple
   of the table's `lanes` (points are padded to whole vectors), neurons lie s >= K b apart, best an odd number
   of cache lines. */
#include <stddef.h>
#include <tessera/jet.h>

#define K_BLOCK 48
#define K_TERMS 4096

typedef enum { K_TANH, K_SIN } KActivation;

/* One term of Faa di Bruno's formula: coef f^(q)(z_0) prod_{i<q} z_factor[i]. */
typedef struct {
  short q, coef, factor[TESS_ORDER_MAX];
} KTerm;

/* A jet compiled for activations a = f(z): a_k = sum of the terms first[k] .. first[k+1]-1.
   If every entry beside the value is a first derivative, or a pure second one, or lap, the jet is `fused`: nf
   first derivatives at entries at[0..nf), then either ns pure seconds (entry second[i] goes with at[of[i]])
   or lap (entry lap, sums over at[0..nl)). */
typedef struct {
  TessJet jet;
  int     order;               /* the highest q of all terms */
  int     power[TESS_JET_MAX]; /* the q of entry k when z is affine in x: its order, 2 for lap */
  int     nterms, first[TESS_JET_MAX + 1];
  KTerm   term[K_TERMS];
  int     fused, nf, ns, nl;
  int     at[4], second[4], of[4], lap;
  int nsimple, simple[8]; /* 8 n1 + n2, and the n1 entries of power 1 and the n2 of power 2, if there are no
                             others (else -1) */
} KJet;

void k_jet_compile(const TessJet *, KJet *);
int  k_jet_same(const TessJet *, const TessJet *);

/* A fully connected network: theta = (W1 [width][dim], b1 [width], W2 [width][width], b2, ..., W
   [ncomp][width], b [ncomp]), W row-major [out][in], `depth` hidden layers.  With `jets` its dim inputs are
   any functions of the axes of the jet: x is then their jets [dim][K][n], and scale is not used. */
typedef struct {
  int         dim, ncomp, depth, width, jets;
  KActivation act;
} KNet;

size_t k_net_parameters(const KNet *);

#define REAL double
#define KTable KTableDouble
#define k_select k_select_double
#include "table.h"
#undef REAL
#undef KTable
#undef k_select
#define REAL float
#define KTable KTableFloat
#define k_select k_select_float
#include "table.h"
#undef REAL
#undef KTable
#undef k_select
