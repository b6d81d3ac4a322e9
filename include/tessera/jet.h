#pragma once
#include <tessera/base.h>

/* A jet is the list of derivatives of a function wanted at a point.  Entry 0 is always the value; an entry of
   order q <= 4 is a partial derivative along q axes (sorted, repeats allowed); the entry TESS_LAP is the sum
   of the pure second derivatives over the space axes.  A list is closed downwards: the factors that the chain
   rule needs for an entry (every sub-multiset of its axes; all first space derivatives for lap) stand before
   it.  So arrays of jets [component][K][point] can be filled front to back (Griewank & Walther, Evaluating
   Derivatives, 2008, ch. 13). */

#define TESS_ORDER_MAX 4
#define TESS_DIM_MAX 100
#define TESS_JET_MAX 256
#define TESS_LAP (-1) /* the "order" of the entry lap */

typedef struct {
  PetscInt order;                /* 0 value, 1..4 partial derivative, TESS_LAP */
  PetscInt axis[TESS_ORDER_MAX]; /* sorted, the first `order` are used, the others 0 */
} TessEntry;

typedef struct {
  PetscInt  dim;   /* number of axes, time included */
  PetscInt  space; /* the first `space` axes are space; lap sums over them */
  PetscInt  K;     /* entries in use */
  TessEntry entry[TESS_JET_MAX];
} TessJet;

/* TessJetInit - the jet with the value alone.  Not collective. */
PETSC_EXTERN PetscErrorCode TessJetInit(TessJet *, PetscInt dim, PetscInt space);
/* TessJetAdd - adds an entry and before it all that it needs; k (may be NULL) gets its index.  The axes may
   come unsorted. Indices given earlier stay valid.  Errors: ARG_OUTOFRANGE for an order or axis that does not
   exist or a full jet. */
PETSC_EXTERN PetscErrorCode TessJetAdd(TessJet *, const TessEntry *, PetscInt *k);
/* TessJetFind - the index of an entry, or -1. */
PETSC_EXTERN PetscErrorCode TessJetFind(const TessJet *, const TessEntry *, PetscInt *k);
/* TessJetName - "u_xy" from the unknown's and the axes' names; "lap(u)" for lap; name has len characters. */
PETSC_EXTERN PetscErrorCode TessJetName(const TessEntry *, const char unknown[], const char *const axes[],
                                        size_t len, char name[]);
