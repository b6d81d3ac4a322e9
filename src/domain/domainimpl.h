#pragma once
/* domainimpl.h - what the files of this room share.  The patch grid is never stored: a natural number gives
   box and neighbours.  Who owns a patch stands in a directory: rank r keeps the owners of the r-th slab of
   natural numbers. */
#include <petsc/private/petscimpl.h>
#include <petscmat.h>
#include <tessera/domain.h>

/* A patch whose points this rank evaluates without owning it: opposite an owned one across a linked axis.
   Along `held` (-1: none) only points of the upper face are meant, which no other part reaches. */
typedef struct {
  PetscInt64 id;
  PetscInt   held;
} TessPlace;

/* What of the box belongs to the domain: the types are box (boxshape.c), holes (holes.c: discs and
   balls), boxes (boxes.c) and mesh (mesh.c).
   `part` as in domain.h.  All but inside, drawin and destroy are collective. */
typedef struct {
  PetscBool nofaces; /* the faces of the box in space are no boundary */
  /* the last of the set-up: measure [1 + npart], known to all ranks */
  PetscErrorCode (*measure)(TessDomain, PetscReal measure[]);
  /* the measure of the patch of a cell of the grid, up to a factor; 0: it is not there; NULL: all are */
  PetscErrorCode (*there)(TessDomain, PetscInt n, const PetscInt64 id[], PetscReal there[]);
  /* the measure of a part in the core of owned patch s over the whole of it; NULL: clouds do not ask */
  PetscErrorCode (*share)(TessDomain, PetscInt s, PetscInt part, PetscReal *share);
  PetscErrorCode (*draw)(TessDomain, PetscInt part, PetscInt64 N, PetscBool even, const TessBoxSampler *,
                         TessKey, PetscInt round, TessCloud cloud[]);
  /* NULL: as a box does */
  PetscErrorCode (*drawin)(TessDomain, PetscInt s, const TessBoxSampler *, TessKey, PetscInt n,
                           PetscReal x[]);
  PetscErrorCode (*quadrature)(TessDomain, PetscInt part, PetscInt64 N, TessCloud cloud[]);
  /* of points x [dim][n] in the core of owned patch s; NULL: all are */
  PetscErrorCode (*inside)(TessDomain, PetscInt s, PetscInt n, const PetscReal x[], PetscBool in[]);
  /* of patches that are cuts (ncut > 0): the sides of the box around one in space, box [2][dim]; the numbers
     [returned] of those that it shares faces in space with, at the same time; of any points the natural
     numbers, collective */
  void (*box)(TessDomain, PetscInt64 id, PetscReal box[]);
  PetscInt (*next)(TessDomain, PetscInt64 id, const PetscInt **next);
  PetscErrorCode (*locate)(TessDomain, PetscInt n, const PetscReal x[], PetscInt64 id[]);
  PetscErrorCode (*destroy)(TessDomain);
} TessShapeOps;

struct _p_TessDomain {
  PETSCHEADER(int);
  const TessShapeOps *shape;
  void               *shapedata;
  PetscInt            ncut; /* patches that are cuts of a mesh, numbered along the first axis; 0: boxes */
  /* given */
  PetscInt         dim, space;
  char           **names;    /* [dim] */
  PetscReal       *lo, *hi;  /* [dim] */
  PetscBool       *periodic; /* [dim] */
  PetscBool       *whole;    /* [dim] periodic by its expert, not by windows */
  PetscBool       *linked;   /* [dim] the ends of the axis meet in rows, not in windows */
  PetscInt        *parts;    /* [dim] */
  PetscReal      **edges;    /* [dim][parts+1] */
  PetscBool       *uniform;  /* [dim] edges not given */
  PetscReal        overlap;
  PetscReal        even; /* share of the points that are dealt evenly */
  TessPatchWeight *weight;
  void            *weightctx;
  PetscBool        setup;
  PetscInt         npart; /* of the boundary: the faces, then those of the shape */
  char           **part;  /* [npart - 2 dim] */
  /* made by SetUp */
  PetscReal  *measure;        /* [1 + npart] the domain's, then of each part */
  PetscInt64  nthere;         /* patches of all ranks */
  PetscInt64  npatch;         /* cells of the grid */
  PetscInt    nowned, nlocal; /* patches; ghosts included */
  PetscInt64 *id;             /* [nlocal] natural numbers */
  PetscReal  *box;            /* [nlocal][4][dim] lo, hi, dlo, dhi */
  PetscInt    nplace;         /* owned patches, then those opposite that are not owned, by natural number */
  TessPlace  *place;          /* [nplace] */
  PetscInt   *first;          /* [nplace+1] reach of place s = reach[first[s] .. first[s+1]) */
  TessReach  *reach;
  PetscReal  *shifts; /* [3^periodic axes][dim] what TessReach.shift points to */
  PetscInt    nslab;  /* entries of this rank's part of the directory */
  PetscInt   *slab;   /* [nslab][2] owner, local index there */
  PetscSF     sf;     /* owned -> ghosts */
};

/* box.c */
PETSC_INTERN PetscReal  TessDomainTransition_Private(TessDomain, PetscInt axis, PetscInt part, PetscInt side);
PETSC_INTERN void       TessDomainDecode_Private(TessDomain, PetscInt64 id, PetscInt part[]);
PETSC_INTERN PetscInt64 TessDomainEncode_Private(TessDomain, const PetscInt part[]);
PETSC_INTERN void       TessDomainBox_Private(TessDomain, PetscInt64 id, PetscReal box[]);
/* neighbour of part along axis at offset -1, 0, 1; wrap is the number of periods to add to x; false if there
 * is none */
PETSC_INTERN PetscBool TessDomainNeighbour_Private(TessDomain, PetscInt axis, PetscInt part, PetscInt offset,
                                                   PetscInt *neighbour, PetscInt *wrap);
/* locate.c: slabs of natural numbers, and the patch number of a point (-1: outside) */
PETSC_INTERN PetscInt64  TessDomainSlabStart_Private(TessDomain, PetscMPIInt rank);
PETSC_INTERN PetscMPIInt TessDomainSlabRank_Private(TessDomain, PetscInt64 id);
/* sorts a list and drops repeats; position of id in such a list, -1 if it is not there */
PETSC_INTERN void     TessDomainSort_Private(PetscInt *n, PetscInt64 list[]);
PETSC_INTERN PetscInt TessDomainFind_Private(PetscInt64 id, PetscInt n, const PetscInt64 list[]);
/* boxshape.c: the box itself, and what other types use of it.  Room for a cloud of n points, with normals if
 * part is of the boundary; lo, hi [dim] of the core of owned patch s, or of its face that is `part`. */
PETSC_INTERN const TessShapeOps TessShapeBox_Private;
PETSC_INTERN PetscErrorCode     TessCloudCreate_Private(TessDomain, PetscInt part, PetscInt n, TessCloud *);
PETSC_INTERN void TessDomainPartBox_Private(TessDomain, PetscInt s, PetscInt part, PetscReal lo[],
                                            PetscReal hi[]);
/* The Gauss grid of a patch or its face with at most n points, one at least, weights summing to share. */
PETSC_INTERN PetscErrorCode TessDomainGaussGrid_Private(TessDomain, PetscInt s, PetscInt part, PetscInt64 n,
                                                        PetscReal share, TessCloud *);
/* share.c: in the place of counts by measure, of all N as many for every patch with a share > 0; collective
 */
PETSC_INTERN PetscErrorCode TessDomainEven_Private(TessDomain, PetscInt64 N, const PetscReal share[],
                                                   PetscInt64 count[]);
/* The points of a part: TessDomainShare, or as many for every patch; to be freed by PetscFree2(count, share).
 */
PETSC_INTERN PetscErrorCode TessDomainDeal_Private(TessDomain, PetscInt64 N, PetscInt part, PetscBool even,
                                                   PetscInt64 **count, PetscReal **share);
/* route.c: n things (roots) go to ranks dest [n] (-1: nowhere); leaves at the receiver are contiguous, by
 * (rank, index) */
PETSC_INTERN PetscErrorCode TessDomainRoute_Private(MPI_Comm, PetscInt n, const PetscMPIInt dest[],
                                                    PetscInt *nleaf, PetscSF *);
/* partition.c: fills nowned, id (owned), slab.  halo.c: fills nlocal, id, box, reach, sf */
PETSC_INTERN PetscErrorCode TessDomainPartition_Private(TessDomain);
PETSC_INTERN PetscErrorCode TessDomainHalo_Private(TessDomain);
/* opposite.c: fills nplace, place; the place of a local patch, -1 if nothing is evaluated there */
PETSC_INTERN PetscErrorCode TessDomainPlaces_Private(TessDomain);
PETSC_INTERN PetscInt       TessDomainFindPlace_Private(TessDomain, PetscInt local);
