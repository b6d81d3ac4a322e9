#pragma once
#include "domainimpl.h"

/* mesh.h - the cells of a mesh: simplices or tensor cells of one order (1 or 2), each a map of polynomials
   from the unit simplex or cube, by its nodes: of order 2 the vertices, then the middles of the edges ab in
   lexicographic order; of tensor cells a grid, first axis fastest. */
#define MESH_NODES 27
#define MESH_FACES 6

/* What a cell is, but for numbers. */
typedef struct {
  PetscInt  dim, order, nnode, nface, kind; /* kind: a DMPolytopeType */
  PetscBool simplex;
} TessCellType;

/* A cell as it travels, all numbers: before: the volume of the cells with lower numbers; of its faces on the
 * boundary the part (-1: none), the area, and the area of that part on cells with lower numbers, or on this
 * one; region: the group of cells.  across: the cell beyond a face (-1: none); once the mesh is cut, the
 * number of the cut beyond it, if it is another than `cut`. */
typedef struct {
  PetscReal id, region, cut, volume, before;
  PetscReal part[MESH_FACES], area[MESH_FACES], areabefore[MESH_FACES], across[MESH_FACES];
  PetscReal x[MESH_NODES][3];
} TessCell;

struct _n_TessMesh {
  MPI_Comm     comm;
  TessCellType type;
  PetscInt64   all;   /* cells of the mesh */
  PetscInt     n;     /* of this rank: those it was given, then those of its patches */
  TessCell    *cell;  /* [n] by number */
  PetscInt    *point; /* [n] of the DMPlex it is made from, meanwhile */
  PetscInt     npart, nregion;
  char       **part, **region; /* [npart] names of groups of its boundary, [nregion] of its cells */
  PetscReal    lo[3], hi[3];   /* a box around it */
  PetscReal    volume, *area;  /* [npart]; of a mesh that is cut [npart + 1], the last between cuts */
  PetscInt     ncut;           /* patches that the cells are dealt to; 0: patches are boxes */
  PetscReal   *cutbox;         /* [ncut][2][3] boxes around them */
  PetscInt    *nextto, *next;  /* cuts that share faces with cut k: next[nextto[k] .. nextto[k+1]) */
  PetscReal   *around;         /* [n][2][3] boxes around the cells, once they are dealt */
  PetscInt *first, *inpatch; /* cells that meet the core of owned patch s: inpatch[first[s] .. first[s+1]) */
};

/* meshmap.c: node i of the reference cell; x [dim] of a reference point and J [dim][dim] = dx_i / dxi_j */
PETSC_INTERN void      TessCellNode_Private(const TessCellType *, PetscInt i, PetscReal xi[]);
PETSC_INTERN void      TessCellMap_Private(const TessCellType *, const TessCell *, const PetscReal xi[],
                                           PetscReal x[], PetscReal J[]);
PETSC_INTERN PetscReal TessCellDet_Private(PetscInt dim, const PetscReal J[]);
/* A point of the unit cube onto the reference cell (folded or collapsed onto a simplex), and what the fold
 * does to the volume. */
PETSC_INTERN void      TessCellFold_Private(PetscBool simplex, PetscInt dim, PetscReal u[]);
PETSC_INTERN PetscReal TessCellCollapse_Private(PetscBool simplex, PetscInt dim, PetscReal u[]);
/* Point u of the reference face to x and the outward unit normal; returns the area element. */
PETSC_INTERN PetscReal TessCellFace_Private(const TessCellType *, const TessCell *, PetscInt face,
                                            const PetscReal u[], PetscReal x[], PetscReal normal[]);
/* Vertices of a face [.] by number of node, of the cell of order 1; returns how many. */
PETSC_INTERN PetscInt TessCellFaceNodes_Private(const TessCellType *, PetscInt face, PetscInt node[4]);
/* Whether x lies in the cell, its boundary included. */
PETSC_INTERN PetscBool TessCellInside_Private(const TessCellType *, const TessCell *, const PetscReal x[]);
/* Points x [nnode][3] in whose hull the cell lies; a box around it. */
PETSC_INTERN void TessCellControl_Private(const TessCellType *, const TessCell *, PetscReal x[][3]);
PETSC_INTERN void TessCellBox_Private(const TessCellType *, const TessCell *, PetscReal lo[], PetscReal hi[]);
/* Gauss points of k^dim over the cell (face -1) or a face: xi or u [n][3], weights w [n] of x; returns n. */
PETSC_INTERN PetscErrorCode TessCellRule_Private(const TessCellType *, const TessCell *, PetscInt face,
                                                 PetscInt k, PetscInt *n, PetscReal x[], PetscReal normal[],
                                                 PetscReal w[]);
#define MESH_RULE 8     /* points of a rule along an axis at most */
#define MESH_POINTS 512 /* MESH_RULE^3 */

/* meshplex.c: the cells of dm (NULL: none on this rank) and, of their faces on the boundary, the numbers of
 * facets; why: what is wrong, the same on all ranks */
PETSC_INTERN PetscErrorCode TessMeshCells_Private(struct _n_TessMesh *, DM dm, char why[256]);
/* meshfaces.c: those facets; whole: all cells of the mesh are here */
PETSC_INTERN PetscErrorCode TessMeshFaces_Private(struct _n_TessMesh *, DM dm, PetscBool whole,
                                                  char why[256]);
/* meshcheck.c: rank 0; why: a node that is missing or repeated in a gmsh file of text */
PETSC_INTERN PetscErrorCode TessMeshCheckNodes_Private(const char file[], char why[256]);
/* meshgroup.c: facets become groups; measures, and all that all ranks know */
/* Rank 0: is it a gmsh file of version 2; labels by the names of its groups in place of sets by number. */
PETSC_INTERN PetscErrorCode TessMeshIsOld_Private(const char file[], PetscBool *old);
PETSC_INTERN PetscErrorCode TessMeshNames_Private(const char file[], DM);
PETSC_INTERN PetscErrorCode TessMeshGroups_Private(struct _n_TessMesh *, DM dm);

PETSC_INTERN const TessShapeOps TessShapeMesh_Private;
/* meshdeal.c: which cells of the grid of patches meet the mesh; cells go to the owners of patches */
PETSC_INTERN PetscErrorCode TessMeshMark_Private(TessDomain, struct _n_TessMesh *, PetscInt n,
                                                 const PetscInt64 id[], PetscReal there[]);
PETSC_INTERN PetscErrorCode TessMeshDeal_Private(TessDomain, struct _n_TessMesh *);

/* A cloud that grows. */
typedef struct {
  PetscInt   n, room, dim;
  PetscReal *x, *normal, *share; /* [room][dim], [room][dim], [room] */
} TessCloudList;

/* meshdeal.c: whether a cell may meet a box; false is sure */
PETSC_INTERN PetscBool TessCellMeets_Private(const TessCellType *, const TessCell *, const PetscReal lo[],
                                             const PetscReal hi[]);
/* mesh.c: one point more; the cloud of a list, which is emptied; whether x [dim], moved a little against the
 * normal, lies in the core of patch s; whether a part is an end of an axis; whether patch s has anything of a
 * part in its stretch of time, and what part of all time it has; TessCellInside of cell number i, with a look
 * at its box first */
PETSC_INTERN PetscErrorCode TessListAdd_Private(TessCloudList *, const PetscReal x[],
                                                const PetscReal normal[], PetscReal share);
PETSC_INTERN PetscErrorCode TessMeshFinish_Private(TessDomain, PetscInt part, TessCloudList *, TessCloud *);
PETSC_INTERN PetscErrorCode TessMeshInCore_Private(TessDomain, PetscInt s, const PetscReal x[],
                                                   const PetscReal normal[], PetscReal size, PetscBool *in);
PETSC_INTERN PetscBool      TessMeshHeld_Private(TessDomain, PetscInt part);
PETSC_INTERN PetscBool TessMeshTimeShare_Private(TessDomain, PetscInt s, PetscInt part, PetscReal *share);
PETSC_INTERN PetscBool TessMeshHolds_Private(const struct _n_TessMesh *, PetscInt i, const PetscReal x[]);
/* meshdraw.c: n points of one cell (face -1) or one of its faces, those in the core of patch s, of about that
 * share each */
PETSC_INTERN PetscErrorCode TessMeshDrawCell_Private(TessDomain, PetscInt s, PetscInt part, const TessCell *,
                                                     PetscInt face, PetscInt n, PetscReal share,
                                                     const TessBoxSampler *, TessKey, TessCloudList *);
PETSC_INTERN PetscErrorCode TessShapeDraw_Mesh(TessDomain, PetscInt part, PetscInt64 N, PetscBool even,
                                               const TessBoxSampler *, TessKey, PetscInt round,
                                               TessCloud cloud[]);
/* meshpatch.c: points asked for by patch */
PETSC_INTERN PetscErrorCode TessShapeDrawIn_Mesh(TessDomain, PetscInt s, const TessBoxSampler *, TessKey,
                                                 PetscInt n, PetscReal x[]);
PETSC_INTERN PetscErrorCode TessMeshDrawEven_Private(TessDomain, PetscInt part, PetscInt64     N,
                                                     const TessBoxSampler *, TessKey, PetscInt round,
                                                     TessCloud cloud[]);
/* meshmeet.c: of a mesh whose cells are dealt to parts [n]: across, faces between parts, boxes, neighbours */
PETSC_INTERN PetscErrorCode TessMeshMeet_Private(struct _n_TessMesh *, const PetscInt part[]);
/* meshcells.c: patches that are cuts of the mesh: the box around one; those that it shares faces with, by
 * number; of points x [dim][n] the natural numbers, -1 outside (collective) */
PETSC_INTERN void           TessMeshCutBox_Private(TessDomain, PetscInt64 id, PetscReal box[]);
PETSC_INTERN PetscInt       TessMeshNext_Private(TessDomain, PetscInt64 id, const PetscInt **next);
PETSC_INTERN PetscErrorCode TessMeshLocate_Private(TessDomain, PetscInt n, const PetscReal x[],
                                                   PetscInt64 id[]);
