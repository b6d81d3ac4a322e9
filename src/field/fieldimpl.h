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
  PetscInt    nkind, *kind; /* [ncomp] components with the same factor phi are of one kind */
  PetscInt   *power;        /* [nkind][2 dim] */
  TessLift   *lift;
  void       *ctx;
  PetscReal  *frozen;         /* [nlocal][nf] */
  PetscReal  *centre, *scale; /* [nlocal][dim] the support box of patch l is |x - centre| * scale < 1 */
  TessLeibniz tables;         /* one for each different jet met */
  PetscReal  *work;           /* grown, never shrunk */
  size_t      nwork;
  PetscBool   keep; /* bindings keep their basis */
  PetscReal   kept; /* bytes of that */
};

/* What multiplies an expert in the components of one kind: its window times phi. */
typedef struct {
  PetscReal *w;                  /* [K][nvisit]; NULL if it is identically 1 */
  PetscBool  zero[TESS_JET_MAX]; /* entries of w that vanish at all visits */
} TessFactor;

/* One expert of a binding.  A visit is a point of the binding seen in one image of the expert (images differ
   by a period); visits are sorted by point. */
typedef struct {
  PetscInt    nvisit, m; /* more visits than points only where one patch fills a period */
  PetscInt   *visit;     /* [nvisit] the point */
  PetscInt   *place;     /* [nvisit] its place among the m points; NULL if nvisit = m */
  PetscReal  *xi;        /* [dim][nvisit] */
  PetscBool   whole;     /* the visits are all points of the binding, each once */
  PetscBool   plain;     /* whole, and all factors are 1: the field is this expert */
  TessFactor *factor;    /* [nkind] */
  PetscReal  *basis; /* [np / ncomp][K][m] with the window in it, or NULL */
} TessBound;

struct _n_TessBinding {
  TessField   field;
  TessLeibniz table;
  PetscInt    n, nexpert;
  PetscInt   *e, *m; /* [nexpert] */
  PetscInt  **index; /* [nexpert][m] */
  TessBound  *bound; /* [nexpert] */
  PetscReal **lift;  /* [ncomp] G [K][n], or NULL */
};

#define TESS_FIELD_BLOCK 128 /* points at a time: a few entries of a jet stay in the first cache */

/* The table of this jet, made at its first use; belongs to the field. */
PETSC_INTERN PetscErrorCode TessFieldGetLeibniz(TessField, const TessJet *, TessLeibniz *);
/* ansatz.c: w1 [K_WINDOW_ORDERS][n], the values and derivatives along axis of a function of x [n], becomes
 * that times phi */
PETSC_INTERN void TessFieldTimesDistance(TessField, const PetscInt power[], PetscInt axis, PetscInt n,
                                         const PetscReal x[], PetscReal w1[]);
/* ansatz.c: whether phi of a kind varies along an axis; the lift of all components at x [dim][n] of a binding
 */
PETSC_INTERN PetscBool      TessFieldIsHeld(TessField, PetscInt kind, PetscInt axis);
PETSC_INTERN PetscErrorCode TessBindingLift(TessBinding, const PetscReal x[]);
/* adjoint.c: as TessFieldRows, from the expert */
PETSC_INTERN PetscErrorCode TessBindingRows(TessBinding, PetscInt i, const PetscReal theta_local[],
                                            PetscInt R, const PetscReal u_bar[], PetscInt ld,
                                            PetscReal rows[]);
/* keep.c: makes the basis of expert i, if it is wanted and used again; with it what expert i, whose slice is
   theta, adds to the wanted entries [K] (NULL: all) of u, and to rows (as TessFieldRows) */
PETSC_INTERN PetscErrorCode TessBindingKeep(TessBinding, PetscInt i, const PetscReal theta_local[]);
PETSC_INTERN PetscErrorCode TessBindingAdd(TessBinding, PetscInt i, const PetscBool wanted[],
                                           const PetscReal theta[], PetscReal u[]);
PETSC_INTERN PetscErrorCode TessBindingAddRows(TessBinding, PetscInt i, PetscInt R, const PetscReal u_bar[],
                                               PetscInt ld, PetscReal rows[]);
/* Scratch of the field: n reals, valid until the next call. */
PETSC_INTERN PetscErrorCode TessFieldGetWork(TessField, size_t n, PetscReal **);
