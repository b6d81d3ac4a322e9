/* carve.c - holes are given to a domain, and checked. */
#include "holes.h"

/* Ball b against the box and the axes whose ends meet. */
static PetscErrorCode CheckBall(TessDomain d, const TessHole *hole)
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  const TessBall ball = {.c = {hole->center[0], hole->center[1], hole->center[2]}, .r = hole->radius};

  PetscFunctionBegin;
  TessCheckInput(hole->radius > 0 && !PetscIsInfOrNanReal(hole->radius), comm,
                 "domain: the hole \"%s\" has the radius %.6g: a number above 0 is wanted; see "
                 "-domain_%s_radius",
                 hole->name, (double)hole->radius, hole->name);
  TessCheckInput(TessCutMeets_Private(d->space, d->lo, d->hi, &ball), comm,
                 "domain: the hole \"%s\" (radius %.6g) lies outside the box; see -domain_%s_center",
                 hole->name, (double)hole->radius, hole->name);
  for (PetscInt a = 0; a < d->space; a++)
    TessCheckInput(!(d->periodic[a] || d->linked[a]) ||
                       (ball.c[a] - ball.r > d->lo[a] && ball.c[a] + ball.r < d->hi[a]),
                   comm,
                   "domain: the hole \"%s\" reaches the wall of the axis \"%s\", whose ends meet; see "
                   "-domain_%s_center",
                   hole->name, d->names[a], hole->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPair(TessDomain d, const TessHole *one, const TessHole *other)
{
  const MPI_Comm comm   = PetscObjectComm((PetscObject)d);
  PetscReal      square = 0, distance;

  PetscFunctionBegin;
  for (PetscInt a = 0; a < d->space; a++)
    square += PetscSqr(one->center[a] - other->center[a]);
  distance = PetscSqrtReal(square);
  TessCheckInput(distance > PetscAbsReal(one->radius - other->radius), comm,
                 "domain: the holes \"%s\" and \"%s\" lie within each other; see -domain_%s_center",
                 one->name, other->name, other->name);
  TessCheckInput(d->space == 2 || distance > one->radius + other->radius, comm,
                 "domain: the balls \"%s\" and \"%s\" meet, which is possible for discs alone; see "
                 "-domain_%s_center",
                 one->name, other->name, other->name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessDomainSetHoles(TessDomain d, PetscInt n, const TessHole hole[])
{
  const MPI_Comm comm = PetscObjectComm((PetscObject)d);
  TessHoles     *h;
  PetscInt       npart = 0;

  PetscFunctionBegin;
  PetscCheck(d->dim && !d->setup, comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessDomainSetHoles comes between SetAxes and SetUp");
  PetscCheck(d->shape == &TessShapeBox_Private, comm, PETSC_ERR_ARG_WRONGSTATE,
             "the domain has a shape already");
  TessCheckInput(d->space == 2 || d->space == 3, comm,
                 "domain: holes want two or three axes of space, here are %" PetscInt_FMT
                 "; see -domain_holes",
                 d->space);
  for (PetscInt b = 0; b < n; b++) {
    PetscCall(CheckBall(d, &hole[b]));
    for (PetscInt k = 0; k < b; k++)
      PetscCall(CheckPair(d, &hole[k], &hole[b]));
  }
  PetscCall(PetscNew(&h));
  PetscCall(PetscMalloc2(n, &h->ball, n, &h->part));
  PetscCall(PetscMalloc1(n, &d->part));
  for (PetscInt b = 0; b < n; b++) {
    PetscInt part = 0;

    while (part < npart && strcmp(d->part[part], hole[b].name))
      part++;
    if (part == npart)
      PetscCall(PetscStrallocpy(hole[b].name, &d->part[npart++]));
    h->part[b] = 2 * d->dim + part;
    h->ball[b] =
        (TessBall){.c = {hole[b].center[0], hole[b].center[1], hole[b].center[2]}, .r = hole[b].radius};
  }
  h->nball     = n;
  h->space     = d->space;
  d->npart     = 2 * d->dim + npart;
  d->shape     = &TessShapeHoles_Private;
  d->shapedata = h;
  PetscFunctionReturn(PETSC_SUCCESS);
}
