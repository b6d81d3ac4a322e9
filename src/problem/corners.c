/* corners.c - the corners of a box of two axes less boxes: of the boxes, those that stand clear of the walls
   enter the domain (3 pi/2); those of the walls, and of walls and boxes, do not (pi/2). */
#include "problemimpl.h"

PetscErrorCode TessProblemFindCorners(TessProblem p)
{
  TessEnrich      *e = &p->enrich;
  const PetscReal *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(p->sys.domain, NULL, NULL, NULL, &lo, &hi, NULL));
  PetscCall(PetscMalloc1(4 * (e->nbox + 1), &e->corner));
  for (PetscInt b = -1; b < e->nbox; b++)
    for (PetscInt k = 0; k < 4; k++) {
      const PetscReal *blo = b < 0 ? lo : e->box[b].lo, *bhi = b < 0 ? hi : e->box[b].hi;
      PetscReal        at[2], to[2]; /* the middle of the domain */
      PetscInt         on    = 0;    /* walls that the corner of a box lies on or beyond */
      PetscBool        there = PETSC_TRUE;

      for (PetscInt i = 0; i < 2; i++) {
        const PetscInt side = k >> i & 1;

        at[i] = side ? bhi[i] : blo[i];
        to[i] = (side ? 1 : -1) * (b < 0 ? -1 : 1);
        if (b >= 0 && (side ? at[i] >= hi[i] : at[i] <= lo[i])) {
          at[i] = side ? hi[i] : lo[i];
          to[i] = -to[i];
          on++;
        }
      }
      for (PetscInt c = 0; c < e->nbox && b < 0; c++)
        there = (PetscBool)(there && !(at[0] >= e->box[c].lo[0] && at[0] <= e->box[c].hi[0] &&
                                       at[1] >= e->box[c].lo[1] && at[1] <= e->box[c].hi[1]));
      if (there && on < 2)
        e->corner[e->ncorner++] = (TessCorner){.at        = {at[0], at[1]},
                                               .direction = PetscAtan2Real(to[1], to[0]),
                                               .angle     = (b < 0 || on ? 1 : 3) * PETSC_PI / 2};
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}
