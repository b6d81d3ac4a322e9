#pragma once
#include <tessera/domain.h>
#include <tessera/expert.h>

/* TessField - experts glued over a domain: u(x) = sum_s w_s(x) u_s(x; theta_s) with windows that are products
   of differences of polynomial steps and sum to one.  All experts of a field are of one kind (one TessExpert,
   one slice of parameters a patch).  A component may have an ansatz, u(x) = G(x) + phi(x) sum_s w_s u_s,
   whose values and slopes on faces no parameter moves.  The local parameters are an array [nlocal][stride]
   (owned patches, then ghosts; the slice of this field begins at `offset`): it belongs to the caller, because
   several fields share it.  Evaluation is local once ghosts are there. */
typedef struct _p_TessField *TessField;
/* The points of one patch prepared for a field: which experts reach them, reference coordinates,
   window jets. */
typedef struct _n_TessBinding *TessBinding;

/* TessFieldCreate - the domain (set up) and the expert (set up) are shared by reference; the key draws frozen
   and starting parameters.  Not collective.  Errors: ARG_SIZ if their dimensions differ. */
PETSC_EXTERN PetscErrorCode TessFieldCreate(TessDomain, TessExpert, TessKey, TessField *);
/* Where the slices of this field stand in the local array: patch l has them at theta + l*stride + offset.
   Default: stride np, offset 0. */
PETSC_EXTERN PetscErrorCode TessFieldSetLayout(TessField, PetscInt stride, PetscInt offset);
/* Smoothness of the windows: 3 or 5 continuous derivatives, default 5; before the first binding.  Errors:
   USER_INPUT for another number, naming -window_smoothness. */
PETSC_EXTERN PetscErrorCode TessFieldSetSmoothness(TessField, PetscInt smoothness);
/* TessLift - the given part G of an ansatz: the entries of a jet of component c at x [dim][n] (physical),
   G [K][n] overwritten, in the unit of the unknown over units of the axes. */
typedef PetscErrorCode TessLift(void *ctx, PetscInt c, const TessJet *, PetscInt n, const PetscReal x[],
                                PetscReal G[]);
/* TessFieldSetAnsatz - component c becomes G_c + phi_c sum_s w_s u_s, where phi_c is the product over the
   faces f = 2 axis + side of the box of (distance to f / length of the axis)^power[c][f], each axis scaled to
   the maximum 1: the derivatives up to power - 1 along the normal of a face are those of G there, exactly and
   whatever theta is (Lagaris, Likas & Fotiadis, IEEE Trans. Neural Networks 9, 1998; smooth approximate
   distances: Sukumar & Srivastava, Comput. Methods Appl. Mech. Engrg. 389, 2022).  power [ncomp][2 dim], 0
   where nothing is held, copied; a component whose powers are all 0 stays as it was.  The lift (NULL: G = 0)
   and ctx are borrowed for the field's life.  Before the first binding.  Errors: ARG_OUTOFRANGE for a power
   outside 0..4 or one on a periodic axis. */
PETSC_EXTERN PetscErrorCode TessFieldSetAnsatz(TessField, const PetscInt power[], TessLift *, void *ctx);
/* TessFieldSetSingular - the singular functions near each patch become columns of its expert, whose slots
   must hold them: TessSingularMost (collective) tells how many functions the patch with the most carries. Not
   collective; the list is copied.  Before the first binding. */
PETSC_EXTERN PetscErrorCode TessSingularMost(TessDomain, PetscInt n, const TessSingular list[],
                                             PetscInt *most);
PETSC_EXTERN PetscErrorCode TessFieldSetSingular(TessField, PetscInt n, const TessSingular list[]);
/* TessFieldSetRepeated - bindings that are used from now on will be used again and again: where experts are
   linear in theta they keep the basis at their points from the first use on, K np / ncomp numbers a visit and
   at most 64 MB a field, so that Evaluate and Rows become small products.  Default: false.  After SetAnsatz.
 */
PETSC_EXTERN PetscErrorCode TessFieldSetRepeated(TessField, PetscBool);
/* Reference counted: bindings hold their field. */
PETSC_EXTERN PetscErrorCode TessFieldDestroy(TessField *);
/* What the field was made from; borrowed. */
PETSC_EXTERN PetscErrorCode TessFieldGetDomain(TessField, TessDomain *);
PETSC_EXTERN PetscErrorCode TessFieldGetExpert(TessField, TessExpert *);
/* TessFieldInit - writes the starting theta of the owned patches into theta_local.  Not collective.  Like the
   frozen parameters, which Create draws for owned and ghosts, it depends on the key and the patch's natural
   number alone: no exchange. */
PETSC_EXTERN PetscErrorCode TessFieldInit(TessField, PetscReal theta_local[]);

/* TessFieldBind - n points x [dim][n] (physical, borrowed only during the call) of patch s, as
   TessDomainGetReach, for this jet.  Not collective.  Does all the geometry; the binding holds the field (not
   the jet: it is copied).  Points may lie outside the core, as far as experts that do not reach the core do
   not reach them either. */
PETSC_EXTERN PetscErrorCode TessFieldBind(TessField, PetscInt s, const TessJet *, PetscInt n,
                                          const PetscReal x[], TessBinding *);
PETSC_EXTERN PetscErrorCode TessBindingDestroy(TessBinding *);
/* The distinct experts of a binding: expert number i of nexpert has local index e[i] and reaches the m[i]
   points index[i][0..m[i]-1] (increasing).  Experts that reach no point are left out; the order is that of
   natural numbers. Any pointer may be NULL; borrowed. */
PETSC_EXTERN PetscErrorCode TessBindingGetExperts(TessBinding, PetscInt *nexpert, const PetscInt *e[],
                                                  const PetscInt *m[], const PetscInt *const **index);
/* u [ncomp][K][n], overwritten.  theta_local as above, ghosts current.  Not collective, nor are the next two;
   the cost is that of the experts at the points they reach. */
PETSC_EXTERN PetscErrorCode TessFieldEvaluate(TessField, TessBinding, const PetscReal theta_local[],
                                              PetscReal u[]);
/* The same, but entries that are not wanted [K] (NULL: all are) may be left without meaning. */
PETSC_EXTERN PetscErrorCode TessFieldEvaluateSome(TessField, TessBinding, const PetscBool wanted[],
                                                  const PetscReal theta_local[], PetscReal u[]);
/* g_local [nlocal][stride] += adjoint of Evaluate applied to u_bar [ncomp][K][n]; the caller
   sends ghosts home. */
PETSC_EXTERN PetscErrorCode TessFieldPullback(TessField, TessBinding, const PetscReal theta_local[],
                                              const PetscReal u_bar[], PetscReal g_local[]);
/* Jacobian rows with respect to the i-th expert of the binding:
     rows[j*ld + q*m + p'] += sum over c, k of u_bar[q][c][k][p] du[c][k][p]/dtheta_j,   p = index[i][p'],
   m = m[i], q < R, j < np, ld >= R m.  u_bar [R][ncomp][K][n]. */
PETSC_EXTERN PetscErrorCode TessFieldRows(TessField, TessBinding, PetscInt i, const PetscReal theta_local[],
                                          PetscInt R, const PetscReal u_bar[], PetscInt ld, PetscReal rows[]);
/* Modes: for each component and each monomial of total degree at most `degree` in the reference coordinates,
   the slice whose expert is that monomial to first order in theta (nearly: a ridge regression).
   TessFieldGetModes tells their number; TessFieldModes those of owned patch s, modes [n][np].  Not
   collective; costs one Cholesky factor of the size of a slice. */
PETSC_EXTERN PetscErrorCode TessFieldGetModes(TessField, PetscInt degree, PetscInt *n);
PETSC_EXTERN PetscErrorCode TessFieldModes(TessField, PetscInt s, const PetscReal theta_local[],
                                           PetscInt degree, PetscReal modes[]);
