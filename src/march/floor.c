/* floor.c - the error of a step as far as time has it.  Patches leave an error in every step that no shorter
   one makes smaller: where a step that is tried again fails so, twice what is left is allowed from there on,
   and by up to half as much at each step that leaves less: the sum is that of two such steps.  Else the steps
   would become shorter and shorter in vain. */
#include "lines.h"

#define SLOPE 0.5 /* a shorter step is no better if its error falls by less than this power of its length */

PetscErrorCode TessFloorSize(void *lines, Vec z, Vec e, PetscReal *size)
{
  TessLines  l = lines;
  TessFloor *f = &l->floor;
  PetscInt   step;
  PetscReal  h;

  PetscFunctionBegin;
  PetscCall(TSGetStepNumber(l->ts, &step));
  PetscCall(TSGetTimeStep(l->ts, &h));
  PetscCall(TessLinesSize(l, z, e, size));
  if (step != f->step)
    f->allowed = PetscMax(1, PetscMax(f->allowed / 2, PetscMin(f->allowed, 2 * f->size)));
  else if (h<f->h && * size> f->allowed && *size > f->size * PetscPowReal(h / f->h, SLOPE)) {
    PetscCall(
        PetscInfo(l->ts, "Patches leave %g times the tolerance in a step of %g\n", (double)*size, (double)h));
    f->allowed = 2 * *size;
    f->times++;
  }
  f->step = step, f->h = h, f->size = *size;
  *size /= f->allowed;
  PetscFunctionReturn(PETSC_SUCCESS);
}
