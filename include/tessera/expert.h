#pragma once
#include <tessera/jet.h>

/* TessExpert - one local approximator u_theta: R^d -> R^m on the reference box [-1,1]^d of a patch.  Serial:
   knows no mesh and no MPI.  One expert object serves all patches of a field: the parameters of a patch come
   with each call. Parameters are of two sorts: theta [np] is trained (what gradients and rows refer to),
   frozen [nf] is drawn once from the patch's key and never changes (the hidden layer of random features).
   Types: mlp (trained network), features (frozen random hidden layer), polynomial (Chebyshev).
   Options: -expert_type; -expert_mlp_depth, _width, _activation tanh|sin; -expert_features_width,
   _activation, _range; -expert_polynomial_degree, _total true|false; -expert_harmonics.  An object
   is not for several threads at once: it owns a workspace. */
typedef struct _p_TessExpert *TessExpert;

#define TESSEXPERTMLP "mlp"
#define TESSEXPERTFEATURES "features"
#define TESSEXPERTPOLYNOMIAL "polynomial"

/* Points of one patch.  x are reference coordinates; scale[i] = d xi_i / d x_i: derivatives come out with
   respect to the physical coordinates.  Borrowed. */
typedef struct {
  PetscInt         n;
  const PetscReal *x;     /* [dim][n], no unit */
  const PetscReal *scale; /* [dim], 1 / unit of the axis */
} TessPoints;

/* A singular function of two axes of space: Re (part 0) or Im (part 1) of z^a conj(z)^b, times log z (log 1)
   or log |z| (log 2);  z = exp(-i direction) (x - center) / unit, cut opposite to the direction. */
typedef struct {
  PetscReal center[2], unit; /* of the coordinates; unit > 0 */
  PetscReal direction;       /* an angle against the first axis: into the domain */
  PetscReal a[2], b;         /* Re a, Im a */
  PetscInt  log, part;
  PetscReal reach; /* patches within reach half widths of their support box carry it */
} TessSingular;

/* TessExpertCreate - dim axes, ncomp outputs.  No expert function is collective. */
PETSC_EXTERN PetscErrorCode TessExpertCreate(PetscInt dim, PetscInt ncomp, TessExpert *);
PETSC_EXTERN PetscErrorCode TessExpertSetOptionsPrefix(
    TessExpert, const char prefix[]); /* "" reads -expert_type, "p_" reads -p_expert_type */
PETSC_EXTERN PetscErrorCode TessExpertSetType(TessExpert, const char type[]);
PETSC_EXTERN PetscErrorCode TessExpertGetType(TessExpert, const char *type[]);
PETSC_EXTERN PetscErrorCode TessExpertSetFromOptions(TessExpert); /* default type mlp */
/* TessExpertSetPeriodic - u repeats with the reference box along the axes with periodic [dim]: mlp and
   features get cos(k pi xi) and sin(k pi xi), k = 1..harmonics, as inputs instead of xi, so that u is smooth
   across the period (Dong & Ni, J. Comput. Phys. 435, 2021).  After SetFromOptions, before SetUp; harmonics
   by -expert_harmonics, told by GetHarmonics (default 0: nothing is done).  Errors: USER_INPUT at SetUp for a
   polynomial. */
PETSC_EXTERN PetscErrorCode TessExpertSetPeriodic(TessExpert, const PetscBool periodic[]);
PETSC_EXTERN PetscErrorCode TessExpertGetHarmonics(TessExpert, PetscInt *harmonics);
PETSC_EXTERN PetscErrorCode TessExpertSetUp(TessExpert); /* idempotent */
PETSC_EXTERN PetscErrorCode TessExpertView(TessExpert, PetscViewer);
PETSC_EXTERN PetscErrorCode TessExpertDestroy(TessExpert *);

/* TessExpertGetSizes - after SetUp: np trained and nf frozen parameters of one patch; any pointer may be
 * NULL. */
PETSC_EXTERN PetscErrorCode TessExpertGetSizes(TessExpert, PetscInt *dim, PetscInt *ncomp, PetscInt *np,
                                               PetscInt *nf);
/* TessExpertSetSlots - room for n singular functions beside the basis, which come last in theta of each
   component; asks for SetUp again.  Two axes.  Errors (SetUp): USER_INPUT for a type that is not linear; see
   -enrich_terms. */
PETSC_EXTERN PetscErrorCode TessExpertSetSlots(TessExpert, PetscInt n);
/* TessExpertPlace - the singular functions of one patch, n of them at most the slots, into its frozen
   parameters; the others vanish.  centre, scale [dim] of the reference box in the physical coordinates. */
PETSC_EXTERN PetscErrorCode TessExpertPlace(TessExpert, PetscInt n, const TessSingular list[],
                                            const PetscReal centre[], const PetscReal scale[],
                                            PetscReal frozen[]);
/* TessExpertIsLinear - whether u is linear in theta (then rows do not depend on theta). */
PETSC_EXTERN PetscErrorCode TessExpertIsLinear(TessExpert, PetscBool *);
/* TessExpertGetOrder - the highest derivative along an axis that need not vanish: the degree of a polynomial,
   PETSC_MAX_INT of others. */
PETSC_EXTERN PetscErrorCode TessExpertGetOrder(TessExpert, PetscInt *order);
/* TessExpertGetLinear - the last n of the np parameters are those that u is linear in, whatever the others
   are. */
PETSC_EXTERN PetscErrorCode TessExpertGetLinear(TessExpert, PetscInt *n);
/* TessExpertInit - draws the frozen parameters and the starting theta of the patch with this key; theta or
   frozen may be NULL. Linear experts start from theta = 0. */
PETSC_EXTERN PetscErrorCode TessExpertInit(TessExpert, TessKey, PetscReal theta[], PetscReal frozen[]);

/* TessExpertEvaluate - u [ncomp][K][n] = the jets of u_theta at the points; overwrites u.  Costs about 2 K np
   flops a point. theta [np], frozen [nf] borrowed; point index fastest; u in the unit of the unknown over
   units of the axes. */
PETSC_EXTERN PetscErrorCode TessExpertEvaluate(TessExpert, const PetscReal theta[], const PetscReal frozen[],
                                               const TessJet *, const TessPoints *, PetscReal       u[]);
/* TessExpertPullback - g [np] += sum over c, k, p of u_bar [ncomp][K][n] d u / d theta.  About three
 * evaluations. */
PETSC_EXTERN PetscErrorCode TessExpertPullback(TessExpert, const PetscReal theta[], const PetscReal frozen[],
                                               const TessJet *, const TessPoints *, const PetscReal u_bar[],
                                               PetscReal g[]);
/* TessExpertRows - R rows a point of the Jacobian, as a column-major panel that is ADDED to:
     rows[j*ld + q*n + p] += sum over c, k of u_bar[q][c][k][p] * d u[c][k][p] / d theta_j,   q < R, p < n, j
   < np, ld >= R n. u_bar [R][ncomp][K][n]; entries with all-zero coefficients are skipped. */
PETSC_EXTERN PetscErrorCode TessExpertRows(TessExpert, const PetscReal theta[], const PetscReal frozen[],
                                           const TessJet *, const TessPoints *, PetscInt        R,
                                           const PetscReal u_bar[], PetscInt ld, PetscReal rows[]);
/* TessExpertRegister - adds a type; the creator fills e->ops (see src/expert/expertimpl.h). */
PETSC_EXTERN PetscErrorCode TessExpertRegister(const char type[], PetscErrorCode (*create)(TessExpert));
/* TessBenchKernel - prints points/s and GFLOP/s of forward, gradient and Jacobian rows of tanh networks in
   both precisions for widths 16, 32, 64 and the jets of Poisson 2D, Burgers and Poisson 3D, beside the matrix
   product of the BLAS in the same run. Only flops of the products with weights are counted, and a core's own
   time.  Collective; about 15 s. */
PETSC_EXTERN PetscErrorCode TessBenchKernel(MPI_Comm, PetscViewer);
