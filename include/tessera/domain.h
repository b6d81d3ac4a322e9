#pragma once
#include <tessera/jet.h>

/* TessDomain - WHERE: a box of any dimension (time is one more axis, the last), cut into a grid of patches that are dealt to
   the ranks.  Patches have a natural number (64 bit, last axis slowest) that does not depend on the ranks.  A rank knows its
   own patches and ghosts: the patches whose experts reach into its own.  Local index: owned 0..nowned-1 (by natural
   number), ghosts nowned..nlocal-1. */
typedef struct _p_TessDomain *TessDomain;

typedef struct {
  PetscInt64       id;        /* natural number */
  const PetscReal *lo, *hi;   /* [dim] core box: cores tile the domain; borrowed */
  const PetscReal *dlo, *dhi; /* [dim] full width of the transition centred on that core face; 0 where there is no neighbour */
} TessPatch;

/* Expert e (local index) is evaluated at x + shift for points x of an owned patch (shift is not zero across a period). */
typedef struct {
  PetscInt         e;
  const PetscReal *shift; /* [dim] borrowed */
} TessReach;

PETSC_EXTERN PetscErrorCode TessDomainCreate(MPI_Comm, TessDomain *);
/* names, lo, hi [dim], periodic [dim] (NULL: none) copied; space axes first, at most one time axis after them. Errors:
   USER_INPUT for an empty or not finite interval, naming -domain_<axis>. */
PETSC_EXTERN PetscErrorCode TessDomainSetAxes(TessDomain, PetscInt dim, PetscInt space, const char *const names[],
                                              const PetscReal lo[], const PetscReal hi[], const PetscBool periodic[]);
PETSC_EXTERN PetscErrorCode TessDomainSetParts(TessDomain, const PetscInt parts[]);              /* default 1 */
PETSC_EXTERN PetscErrorCode TessDomainSetEdges(TessDomain, PetscInt axis, const PetscReal edges[]); /* [parts+1], default uniform */
PETSC_EXTERN PetscErrorCode TessDomainSetOverlap(TessDomain, PetscReal overlap); /* transition over the narrower patch, (0..1], default 0.5 */
/* Collective.  Deals patches to ranks (MatPartitioning on the patch graph, equal weights or those set; prefix "domain_"), makes ghosts
   and the exchange pattern.  Ranks may stay without a patch. */
PETSC_EXTERN PetscErrorCode TessDomainSetUp(TessDomain);
PETSC_EXTERN PetscErrorCode TessDomainView(TessDomain, PetscViewer);
PETSC_EXTERN PetscErrorCode TessDomainDestroy(TessDomain *);

PETSC_EXTERN PetscErrorCode TessDomainGetComm(TessDomain, MPI_Comm *);
PETSC_EXTERN PetscErrorCode TessDomainGetAxes(TessDomain, PetscInt *dim, PetscInt *space, const char *const **names,
                                              const PetscReal **lo, const PetscReal **hi, const PetscBool **periodic);
PETSC_EXTERN PetscErrorCode TessDomainGetParts(TessDomain, const PetscInt **parts);
PETSC_EXTERN PetscErrorCode TessDomainGetEdges(TessDomain, PetscInt axis, const PetscReal **edges);
PETSC_EXTERN PetscErrorCode TessDomainGetSizes(TessDomain, PetscInt64 *npatch, PetscInt *nowned, PetscInt *nlocal);
PETSC_EXTERN PetscErrorCode TessDomainGetPatch(TessDomain, PetscInt local, TessPatch *);
/* The experts that reach owned patch s, in an order that does not depend on the ranks (natural number, then shift). */
PETSC_EXTERN PetscErrorCode TessDomainGetReach(TessDomain, PetscInt s, PetscInt *n, const TessReach **);
/* The exchange pattern: roots are the owned patches, leaves the ghosts (leaf l is local index l); one unit a patch; borrowed. */
PETSC_EXTERN PetscErrorCode TessDomainGetSF(TessDomain, PetscSF *);
/* TessDomainShare - deals N things over all patches by measure share[patch] = product over the axes in `along` of core width (NULL: all
   axes) restricted to patches that touch face (axis, side 0 lower / 1 upper; axis -1: all patches); largest remainder, ties
   to the lower natural number; count [nowned] and the measure share of each owned patch, share [nowned] (sums to 1 over ranks). */
PETSC_EXTERN PetscErrorCode TessDomainShare(TessDomain, PetscInt64 N, PetscInt axis, PetscInt side, PetscInt64 count[], PetscReal share[]);
/* TessDomainMigrate - collective: sends points to the ranks that own the cores they lie in.  x [dim][n] of the caller (roots
   of sf); at the leaves patch [nleaf] gives the owned local index, leaves sorted by patch; both arrays are the caller's to
   PetscFree.  Points outside the closed domain: nobody's; *noutside (sum over ranks) counts them.  Neighbour-sparse. */
PETSC_EXTERN PetscErrorCode TessDomainMigrate(TessDomain, PetscInt n, const PetscReal x[], PetscSF *sf, PetscInt *nleaf,
                                              PetscInt **patch, PetscInt64 *noutside);
