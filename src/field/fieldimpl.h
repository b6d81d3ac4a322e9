#pragma once
#include <tessera/field.h>

/* The Leibniz rule for the entries of one jet: d^k (w u) = sum over the terms of entry k of coef * d^a w *
 * d^b u. */
typedef struct {
  PetscInt  a, b; /* entries of the jet: of the window, of the expert */
  PetscReal coef;
} TessTerm;

typedef struct _n_TessLeibniz *TessLeibniz;
struct _n_TessLeibniz {
  TessJet     jet;
  PetscInt    start[TESS_JET_MAX + 1]; /* the terms of entry k are start[k]..start[k+1]-1 */
  TessTerm   *term;
  TessLeibniz next;
};

struct _p_TessField {
  PetscInt    refct;
  TessDomain  domain;
  TessExpert  expert;
  TessKey     key;
  PetscInt    dim, space, ncomp, np, nf, nowned, nlocal;
  PetscInt    stride, offset;
  PetscInt    smoothness;
  PetscReal  *frozen;         /* [nlocal][nf] */
  PetscReal  *centre, *scale; /* [nlocal][dim] the support box of patch l is |x - centre| * scale < 1 */
  TessLeibniz tables;         /* one for each different jet met */
  PetscReal  *work;           /* grown, never shrunk */
  size_t      nwork;
};

/* One expert of a binding.  A visit is a point of the binding seen in one image of the expert (images differ
   by a period); visits are sorted by point. */
typedef struct {
  PetscInt   nvisit, m;          /* more visits than points only where one patch fills a period */
  PetscInt  *visit;              /* [nvisit] the point */
  PetscInt  *place;              /* [nvisit] its place among the m points; NULL if nvisit = m */
  PetscReal *xi;                 /* [dim][nvisit] */
  PetscReal *w;                  /* [K][nvisit]; NULL if the window is identically 1 */
  PetscBool  whole;              /* the visits are all points of the binding, each once */
  PetscBool  zero[TESS_JET_MAX]; /* entries of w that vanish at all visits */
} TessBound;

struct _n_TessBinding {
  TessField   field;
  TessLeibniz table;
  PetscInt    n, nexpert;
  PetscInt   *e, *m; /* [nexpert] */
  PetscInt  **index; /* [nexpert][m] */
  TessBound  *bound; /* [nexpert] */
};

#define TESS_FIELD_BLOCK 128 /* points at a time: a few entries of a jet stay in the first cache */

/* The table of this jet, made at its first use; belongs to the field. */
PETSC_INTERN PetscErrorCode TessFieldGetLeibniz(TessField, const TessJet *, TessLeibniz *);
/* Scratch of the field: n reals, valid until the next call. */
PETSC_INTERN PetscErrorCode TessFieldGetWork(TessField, size_t n, PetscReal **);
