#pragma once
#include <petscdm.h>
#include <petscsf.h>
#include <tessera/jet.h>

/* TessDomain - WHERE: a box of any dimension (time is one more axis, the last), cut into a grid of patches
   that are dealt to the ranks.  Holes may be taken out of its space, or a mesh stand in its place; a patch is
   there if its expert's support meets what is left.  Patches have a natural number (64 bit, last axis
   slowest) that does not depend on the ranks.  A rank knows its own patches and ghosts: the patches whose
   experts reach into its own, or the part of an upper face opposite its own (linked axes).  Local index:
   owned 0..nowned-1 (by natural number), ghosts nowned..nlocal-1. */
typedef struct _p_TessDomain *TessDomain;

typedef struct {
  PetscInt64       id;        /* natural number */
  const PetscReal *lo, *hi;   /* [dim] core box: cores tile the domain; borrowed */
  const PetscReal *dlo, *dhi; /* [dim] full width of the transition centred on that face; 0: no neighbour */
} TessPatch;

/* Expert e (local index) is evaluated at x + shift for points x of an owned patch; shift is 0 or a period. */
typedef struct {
  PetscInt         e;
  const PetscReal *shift; /* [dim] borrowed */
} TessReach;

/* The work of a patch, for the balance of the ranks; a pure function of its arguments. */
typedef PetscErrorCode TessPatchWeight(void *ctx, PetscInt64 id, const PetscReal lo[], const PetscReal hi[],
                                       PetscReal *weight);

/* A disc or ball taken out of the space of a domain; those of one name are one part of its boundary. */
typedef struct {
  const char *name;
  PetscReal   center[3], radius;
} TessHole;

/* A box (interval of each axis of space) taken out of a domain; its faces together are a part of the
 * boundary. */
typedef struct {
  const char *name;
  PetscReal   lo[3], hi[3];
} TessHoleBox;

/* Points of one patch on one part of the boundary, or inside it. */
typedef struct {
  PetscInt   n;
  PetscReal *x, *normal; /* [dim][n], point fastest; normal: outward unit normals, NULL inside */
  PetscReal *share;      /* [n] of the measure of the part; sums to 1 over patches and ranks */
} TessCloud;

/* How points are drawn: x [dim][n] in the box lo..hi [dim], a pure function of its arguments.  whole: its
   points make sense together only (a grid), else the first of them do too. */
typedef struct {
  PetscErrorCode (*draw)(void *ctx, TessKey, PetscInt dim, const PetscReal lo[], const PetscReal hi[],
                         PetscInt n, PetscReal x[]);
  void     *ctx;
  PetscBool whole;
} TessBoxSampler;

/* Collective.  A PetscObject: PetscObjectReference shares it, Destroy gives a reference back. */
PETSC_EXTERN PetscErrorCode TessDomainCreate(MPI_Comm, TessDomain *);
PETSC_EXTERN PetscErrorCode TessDomainSetOptionsPrefix(TessDomain, const char prefix[]);
/* names, lo, hi [dim], periodic [dim] (NULL: none) copied; space axes first, at most one time axis after
   them.  Errors: USER_INPUT for an empty or not finite interval or a name given twice, see -domain_<axis>. */
PETSC_EXTERN PetscErrorCode TessDomainSetAxes(TessDomain, PetscInt dim, PetscInt space,
                                              const char *const names[], const PetscReal lo[],
                                              const PetscReal hi[], const PetscBool periodic[]);
/* parts [dim], default 1; makes all edges uniform.  Errors: USER_INPUT for less than 1, see -parts_<axis>. */
PETSC_EXTERN PetscErrorCode TessDomainSetParts(TessDomain, const PetscInt parts[]);
/* edges [parts+1] of one axis, increasing, from lo to hi, copied; after SetParts; default uniform. */
PETSC_EXTERN PetscErrorCode TessDomainSetEdges(TessDomain, PetscInt axis, const PetscReal edges[]);
/* Width of the transition between two patches over the width of the narrower one, in [0, 1]; default 0.5.  0:
   experts meet at the faces of their cores and reach no further; a rank gets the upper neighbours of its own
   patches as ghosts, for rows that take points of both sides. */
PETSC_EXTERN PetscErrorCode TessDomainSetOverlap(TessDomain, PetscReal overlap);
/* The ends of an axis meet in rows that take points of both (not in the windows, as those of a periodic axis
   do): a rank with a patch at the lower face gets the experts that reach the opposite part of the upper face
   as ghosts.  Between SetAxes and SetUp; any number of axes. */
PETSC_EXTERN PetscErrorCode TessDomainSetLinked(TessDomain, PetscInt axis);
/* TessDomainSetHoles - takes n discs (2 space axes) or balls (3) out of the box of space; after SetAxes and
   SetLinked, copied.  They may cut walls; discs may cut each other.  Errors: USER_INPUT for another number of
   space axes, a radius that is not positive, a hole that misses the box, cuts the wall of a periodic or
   linked axis or lies within another, and for balls that touch; see -domain_<name>. */
PETSC_EXTERN PetscErrorCode TessDomainSetHoles(TessDomain, PetscInt n, const TessHole hole[]);
/* TessMeshRead - collective: a mesh of two or three dimensions from a file that PETSc reads (gmsh):
   triangles, quadrilaterals, tetrahedra or hexahedra of order 1 or 2; rank 0 holds it until the domain is set
   up.  option is named in messages.  Errors: USER_INPUT for what is no mesh, cells of several kinds or
   inverted ones, and parts that do not meet. */
typedef struct _n_TessMesh *TessMesh;
PETSC_EXTERN PetscErrorCode TessMeshRead(MPI_Comm, const char file[], const char option[], TessMesh *);
/* TessMeshCreateFromDM - collective: the same of a DMPLEX, whole or distributed, borrowed for the call; a
   label is a group, each value of "Face Sets" and "Cell Sets" too, by its number.  Cells are numbered by
   rank: random points depend on how the DM lies on the ranks. */
PETSC_EXTERN PetscErrorCode TessMeshCreateFromDM(DM, TessMesh *);
/* TessMeshCut - collective: deals the cells to n parts, which become the patches of a domain: the boxes
   around them, without overlap, that meet at faces of cells.  No part has cells of two groups; those of one
   group have about the same volume.  By recursive coordinate bisection, the same on any number of ranks.
   option is named in messages.  Errors: USER_INPUT for less parts than groups, or more than cells allow. */
PETSC_EXTERN PetscErrorCode TessMeshCut(TessMesh, PetscInt n, const char option[]);
/* A corner of a domain of two dimensions: its angle inside (pi/2: a square's, 3 pi/2: an L's), and the
   direction of the middle of the domain seen from it. */
typedef struct {
  PetscReal at[2], direction, angle;
} TessCorner;
/* The corners of a boundary, and the holes that its closed curves go round: their centroids and mean radii.
 */
typedef struct {
  PetscInt    ncorner, nhole;
  TessCorner *corner; /* [ncorner] */
  TessHole   *hole;   /* [nhole]; no names */
} TessOutline;
/* TessMeshGetOutline - collective: corners and holes of a mesh of two dimensions, arrays the caller's to
   PetscFree.  A corner is where the boundary turns by 30 degrees or more, but not on a hole that is round to
   two hundredths.  Facets of the boundary meet on rank 0.  Before TessMeshCut and TessDomainSetMesh. */
PETSC_EXTERN PetscErrorCode TessMeshGetOutline(TessMesh, TessOutline *);
/* Its dimension, volume, and a box around it lo, hi [dim]. */
PETSC_EXTERN PetscErrorCode TessMeshGetBox(TessMesh, PetscInt *dim, PetscReal *volume, PetscReal lo[],
                                           PetscReal hi[]);
PETSC_EXTERN PetscErrorCode TessMeshDestroy(TessMesh *);
/* TessDomainSetMesh - the mesh instead of the box of space, whose axes are those of the box around it; taken
   over.  Its named groups of faces are parts of the boundary, those without a name "unnamed"; the faces of
   the box are none.  Errors: USER_INPUT for a periodic or linked axis. */
PETSC_EXTERN PetscErrorCode TessDomainSetMesh(TessDomain, TessMesh);
/* The period of an axis is one patch whose expert repeats by itself: no transition and no image along it.
   Between SetParts and SetUp.  Errors: ARG_WRONGSTATE if the axis is not periodic or has several parts.
   GetWhole: whole [dim], borrowed. */
PETSC_EXTERN PetscErrorCode TessDomainSetWhole(TessDomain, PetscInt axis);
PETSC_EXTERN PetscErrorCode TessDomainGetWhole(TessDomain, const PetscBool **whole);
/* Names [n] of the groups of cells of its mesh, borrowed; none without a mesh. */
PETSC_EXTERN PetscErrorCode TessDomainGetRegions(TessDomain, PetscInt *n, const char *const **names);
/* TessDomainFindRegions - not collective: in which of them points x [dim][n] of the core of patch s lie, -1
   outside the mesh; s is owned, or a ghost of which the points lie on the face of an owned one.  On the face
   of a core it is the group within the core.  After SetUp. */
PETSC_EXTERN PetscErrorCode TessDomainFindRegions(TessDomain, PetscInt s, PetscInt n, const PetscReal x[],
                                                  PetscInt region[]);
/* TessDomainSetBoxes - the same with n boxes instead of discs or balls.  They may reach walls, but not touch
   each other.  Errors: USER_INPUT as above; see -domain_<name>_<axis>. */
PETSC_EXTERN PetscErrorCode TessDomainSetBoxes(TessDomain, PetscInt n, const TessHoleBox box[]);
/* Share of the points, 0 to 1, that go evenly to the patches (1: default); the others go by measure.  For the
   balance of the ranks, where the shape of the domain cuts patches.  Before SetUp. */
PETSC_EXTERN PetscErrorCode TessDomainSetEven(TessDomain, PetscReal even);
/* Weights for the balance of the ranks; NULL (default): as SetEven says. */
PETSC_EXTERN PetscErrorCode TessDomainSetWeight(TessDomain, TessPatchWeight *, void *ctx);
/* Collective, idempotent.  Deals the patches to the ranks, makes ghosts and the exchange pattern; memory and
   time grow with a rank's patches, not with all.  With more patches than ranks a MatPartitioning decides
   (options prefix <prefix>domain_, default PT-Scotch), else patch i goes to rank i; ranks may stay without a
   patch. */
PETSC_EXTERN PetscErrorCode TessDomainSetUp(TessDomain);
PETSC_EXTERN PetscErrorCode TessDomainView(TessDomain, PetscViewer); /* collective */
PETSC_EXTERN PetscErrorCode TessDomainDestroy(TessDomain *);

/* What is returned is borrowed; pointers of GetAxes and GetSizes may be NULL. */
PETSC_EXTERN PetscErrorCode TessDomainGetComm(TessDomain, MPI_Comm *);
PETSC_EXTERN PetscErrorCode TessDomainGetAxes(TessDomain, PetscInt *dim, PetscInt *space,
                                              const char *const **names, const PetscReal **lo,
                                              const PetscReal **hi, const PetscBool **periodic);
PETSC_EXTERN PetscErrorCode TessDomainGetLinked(TessDomain, const PetscBool **linked); /* [dim] */
PETSC_EXTERN PetscErrorCode TessDomainGetParts(TessDomain, const PetscInt **parts);
PETSC_EXTERN PetscErrorCode TessDomainGetEdges(TessDomain, PetscInt axis, const PetscReal **edges);
PETSC_EXTERN PetscErrorCode TessDomainGetOverlap(TessDomain, PetscReal *overlap);
/* After SetUp.  Natural numbers are below ncell, the cells of the grid; nowned, and nlocal = owned and
   ghosts, patches of this rank. */
PETSC_EXTERN PetscErrorCode TessDomainGetSizes(TessDomain, PetscInt64 *ncell, PetscInt *nowned,
                                               PetscInt *nlocal);
/* Patches of all ranks: as many as cells of the grid, less those that are not there; after SetUp. */
PETSC_EXTERN PetscErrorCode TessDomainGetPatches(TessDomain, PetscInt64 *npatch);
PETSC_EXTERN PetscErrorCode TessDomainGetPatch(TessDomain, PetscInt local, TessPatch *);
/* The experts that reach patch s (local index), itself included, in an order that does not depend on the
   ranks (natural number, then shift).  One expert may stand there more than once, with different shifts,
   where a period has one or two parts.  s is owned, or opposite an owned patch (then those that reach its
   upper face along the linked axis).  Errors: ARG_OUTOFRANGE for another s. */
PETSC_EXTERN PetscErrorCode TessDomainGetReach(TessDomain, PetscInt s, PetscInt *n, const TessReach **);
/* TessDomainGetOpposite - local index of the patch at the upper face of a linked axis, opposite owned patch s
   at the lower face.  Errors: ARG_OUTOFRANGE if s is not there or the axis not linked. */
PETSC_EXTERN PetscErrorCode TessDomainGetOpposite(TessDomain, PetscInt s, PetscInt axis, PetscInt *opposite);
/* TessDomainGetUpper - without overlap: local index of the neighbour of owned patch s beyond its upper face
   along an axis, -1 if there is none; x of that face is x + shift in the neighbour's coordinates (a period,
   or 0).  Errors: ARG_WRONGSTATE with an overlap. */
PETSC_EXTERN PetscErrorCode TessDomainGetUpper(TessDomain, PetscInt s, PetscInt axis, PetscInt *upper,
                                               PetscReal *shift);
/* TessDomainGetBeyond - of patches that are parts of a mesh: local indices beyond [n] of those with higher
   numbers that owned patch s shares faces of cells with; none of other patches; the caller's to PetscFree. */
PETSC_EXTERN PetscErrorCode TessDomainGetBeyond(TessDomain, PetscInt s, PetscInt *n, PetscInt **beyond);
/* TessDomainDrawBetween - not collective: random points on the faces of cells between owned patch s and each
   of those, about N on all such faces of the domain; cloud [n], normals out of s, shares of their area. */
PETSC_EXTERN PetscErrorCode TessDomainDrawBetween(TessDomain, PetscInt s, PetscInt64        N,
                                                  const TessBoxSampler *, TessKey, PetscInt round, PetscInt n,
                                                  const PetscInt beyond[], TessCloud cloud[]);
/* Area over all time of the faces of cells between patches that are parts of a mesh; 0 without. */
PETSC_EXTERN PetscErrorCode TessDomainGetBetween(TessDomain, PetscReal *area);
/* Parts of a mesh that are the patches; 0: boxes. */
PETSC_EXTERN PetscErrorCode TessDomainGetCut(TessDomain, PetscInt *ncut);
/* The exchange pattern, borrowed: roots are the owned patches, leaves ghosts (leaf l is local index l). */
PETSC_EXTERN PetscErrorCode TessDomainGetSF(TessDomain, PetscSF *);
/* TessDomainFindOwners - collective: rank [n] and local index there [n] of patches with natural numbers id
   [n], -1 for cells of the grid without a patch; each rank asks for its own, and may ask for none; rank or
   index may be NULL. */
PETSC_EXTERN PetscErrorCode TessDomainFindOwners(TessDomain, PetscInt n, const PetscInt64 id[],
                                                 PetscMPIInt rank[], PetscInt index[]);
/* TessDomainLocate - not collective: natural numbers id [n] of the cells of the grid in which points x
   [dim][n] lie (the upper one on an inner edge), -1 outside the closed box.  Of parts of a mesh the first of
   that time (who asks whether its cells hold the point must ask its owner: TessDomainMigrate does). */
PETSC_EXTERN PetscErrorCode TessDomainLocate(TessDomain, PetscInt n, const PetscReal x[], PetscInt64 id[]);
/* Parts of the boundary are numbered: 2 axis + side (0 lower, 1 upper) are the faces of the box, what holes
   leave of them; from 2 dim on come those of the holes, each with time.  -1 stands for the domain itself.
   names [n] of those from 2 dim on, borrowed; after SetHoles or SetMesh. */
PETSC_EXTERN PetscErrorCode TessDomainGetBoundary(TessDomain, PetscInt *n, const char *const **names);
/* Whether the faces of the box in space are part of the boundary: not with a mesh. */
PETSC_EXTERN PetscErrorCode TessDomainHasFaces(TessDomain, PetscBool *);
/* Volume of the domain (part -1), or area of a part (1 for the ends of one axis); after SetUp. */
PETSC_EXTERN PetscErrorCode TessDomainGetMeasure(TessDomain, PetscInt part, PetscReal *measure);
/* TessDomainShare - collective: deals N things over patches by the measure of the part in their cores.
   Largest remainder, ties to the lower natural number.  count [nowned] and the share of each owned patch,
   share [nowned] (sums to 1 over ranks); either may be NULL. Does not depend on the ranks; a dozen small
   reductions. */
PETSC_EXTERN PetscErrorCode TessDomainShare(TessDomain, PetscInt64 N, PetscInt part, PetscInt64 count[],
                                            PetscReal share[]);
/* TessDomainDraw - collective: about N random points of a part, cloud [nowned] by owned patch, each the
   caller's to destroy; by measure, or as many in every patch that has some of it (even).  The points of a
   patch depend on key, its natural number, round and N. */
PETSC_EXTERN PetscErrorCode TessDomainDraw(TessDomain, PetscInt part, PetscInt64 N, PetscBool even,
                                           const TessBoxSampler *, TessKey, PetscInt round,
                                           TessCloud cloud[]);
/* TessDomainDrawIn - not collective: n points x [dim][n] inside the core of owned patch s, where the cloud of
   TessDomainDraw was not empty. */
PETSC_EXTERN PetscErrorCode TessDomainDrawIn(TessDomain, PetscInt s, const TessBoxSampler *, TessKey,
                                             PetscInt n, PetscReal x[]);
/* TessDomainQuadrature - collective: the points of Gauss rules on a part, at most N in all as long as each
   patch has one (patches that a hole cuts take more); shares are weights.  Clouds as TessDomainDraw. */
PETSC_EXTERN PetscErrorCode TessDomainQuadrature(TessDomain, PetscInt part, PetscInt64 N, TessCloud cloud[]);
PETSC_EXTERN PetscErrorCode TessCloudDestroy(TessCloud *);
/* Collective: which of the points x [dim][n] of the caller lie in the domain, walls of holes included. */
PETSC_EXTERN PetscErrorCode TessDomainInside(TessDomain, PetscInt n, const PetscReal x[], PetscBool in[]);
/* Not collective: the same of points in the closed core of owned patch s. */
PETSC_EXTERN PetscErrorCode TessDomainInsidePatch(TessDomain, PetscInt s, PetscInt n, const PetscReal x[],
                                                  PetscBool in[]);
/* TessDomainMigrate - collective: sends points to the ranks that own the cores they lie in.  x [dim][n] of
   the caller (roots of sf); at the leaves (contiguous) patch [nleaf] gives the owned local index, leaves
   sorted by patch, in a patch by sender and index; patch is the caller's to PetscFree, sf to PetscSFDestroy.
   Points outside the closed domain, and in holes, are nobody's; *noutside (sum over ranks; may be NULL)
   counts them. Neighbour-sparse. */
PETSC_EXTERN PetscErrorCode TessDomainMigrate(TessDomain, PetscInt n, const PetscReal x[], PetscSF *sf,
                                              PetscInt *nleaf, PetscInt **patch, PetscInt64 *noutside);
