#pragma once
/* expertimpl.h - what a type of expert fills in.  Formulas of each type stand at the head of its file. */
#include <petsc/private/petscimpl.h>
#include <tessera/expert.h>
#include "../kernel/kernel.h"

#define EXPERT_JETS 8 /* compiled jets kept */

typedef struct {
  const PetscReal *theta, *frozen;
  const KJet      *jet;
  PetscInt         n;
  const PetscReal *x, *scale;
} ExpertCall; /* one call of Evaluate, Pullback or Rows; all borrowed */

/* a type fills np, nf and linear in setup; the others are called after it, with arguments that were checked
 */
struct _TessExpertOps {
  PetscErrorCode (*setfromoptions)(TessExpert, TessOptionItems);
  PetscErrorCode (*setup)(TessExpert);
  PetscErrorCode (*init)(TessExpert, TessKey, PetscReal theta[], PetscReal frozen[]); /* either may be NULL */
  PetscErrorCode (*evaluate)(TessExpert, const ExpertCall *, PetscReal u[]);
  PetscErrorCode (*pullback)(TessExpert, const ExpertCall *, const PetscReal u_bar[], PetscReal g[]);
  PetscErrorCode (*rows)(TessExpert, const ExpertCall *, PetscInt R, const PetscReal u_bar[], PetscInt ld,
                         PetscReal rows[]);
  PetscErrorCode (*view)(TessExpert, PetscViewer);
  PetscErrorCode (*destroy)(TessExpert);
};

struct _p_TessExpert {
  PETSCHEADER(struct _TessExpertOps);
  PetscInt            dim, ncomp, np, nf;
  PetscInt            flat;   /* derivatives above this order vanish; 0: none do */
  PetscInt            slots;  /* columns of singular functions beside the basis of the type */
  PetscBool           linear; /* u is linear in theta */
  PetscInt            last;   /* if it is not: the parameters at the end of theta that u is linear in */
  PetscBool           setup;
  PetscInt            harmonics, nin; /* of the periodic axes; inputs of the first layer */
  PetscBool          *periodic;       /* [dim] or NULL: the inputs are the coordinates */
  PetscReal          *input;          /* [nin][K][n] of embedded points, grown */
  size_t              ninput;
  void               *data;
  const KTableDouble *k;
  KJet               *jet[EXPERT_JETS]; /* compiled jets, the last one used first */
  PetscReal          *work;
  size_t              nwork;
};

/* ExpertWork - e->work has at least n numbers; contents are lost when it grows. */
PETSC_INTERN PetscErrorCode ExpertWork(TessExpert e, size_t n);

/* embed.c: whether inputs are embedded; their jets E [nin][K] of m points of a call from point `from`, the
 * points of an entry ld apart in memory from those of the next, the entries of an input s apart from those of
 * the next */
PETSC_INTERN PetscBool ExpertIsEmbedded(TessExpert);
PETSC_INTERN void ExpertEmbed(TessExpert, const ExpertCall *, PetscInt from, PetscInt m, size_t ld, size_t s,
                              PetscReal E[]);
/* the jets [nin][K][n] of all points of a call; the expert's, until the next call */
PETSC_INTERN PetscErrorCode ExpertEmbedAll(TessExpert, const ExpertCall *, const PetscReal *E[]);

/* singular.c: the basis jets of the slots, phi [slots][K][b] with stride s, as ExpertBasis below.  They stand
   after the basis of the type in theta, and SINGULAR_SLOT numbers each at the end of frozen. */
#define SINGULAR_SLOT 10
PETSC_INTERN void ExpertSingularBasis(TessExpert, const ExpertCall *, PetscInt from, PetscInt m, PetscInt b,
                                      size_t s, PetscReal phi[]);

/* basis.c - experts linear in theta [ncomp][width + slots]: u_c = sum_j theta_cj phi_j.  The type gives the
   basis jets of a block: phi [width][K][b] with stride s at m points of call, starting at point `from`;
   scratch is the type's own. */
typedef PetscErrorCode (*ExpertBasis)(TessExpert, const ExpertCall *, PetscInt from, PetscInt m, PetscInt b,
                                      size_t s, PetscReal phi[], PetscReal scratch[]);
typedef struct {
  PetscInt    width;
  size_t      nscratch; /* numbers of scratch that the type needs, beside width K */
  PetscInt    nrows;    /* and blocks of s numbers behind them */
  ExpertBasis basis;
} ExpertLinear; /* first member of the type's data */
PETSC_INTERN PetscErrorCode ExpertEvaluate_Linear(TessExpert, const ExpertCall *, PetscReal u[]);
PETSC_INTERN PetscErrorCode ExpertPullback_Linear(TessExpert, const ExpertCall *, const PetscReal u_bar[],
                                                  PetscReal g[]);
PETSC_INTERN PetscErrorCode ExpertRows_Linear(TessExpert, const ExpertCall *, PetscInt R,
                                              const PetscReal u_bar[], PetscInt ld, PetscReal rows[]);

PETSC_INTERN PetscErrorCode TessExpertCreate_MLP(TessExpert);
PETSC_INTERN PetscErrorCode TessExpertCreate_Features(TessExpert);
PETSC_INTERN PetscErrorCode TessExpertCreate_Polynomial(TessExpert);
