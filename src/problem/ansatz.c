/* ansatz.c - which faces the conditions with -<name>_enforce ansatz hold, unknown by unknown. */
#include "problemimpl.h"

/* "x_min" */
static void FaceName(const TessSystem *sys, PetscInt face, size_t len, char name[])
{
  (void)PetscSNPrintf(name, len, "%s_%s", sys->axis[face / 2], face % 2 ? "max" : "min");
}

static PetscErrorCode AddHold(TessProblem p, PetscInt unknown, const TessHold *hold)
{
  const TessSystem *sys = &p->sys;
  TessAnsatz       *a   = &p->ansatz[unknown];
  const char       *theirs, *mine, *type;
  char              face[64];

  PetscFunctionBegin;
  FaceName(sys, hold->face, sizeof(face), face);
  PetscCall(TessConditionGetName(hold->condition, &mine));
  for (PetscInt i = 0; i < a->nhold; i++) {
    PetscCall(TessConditionGetName(a->hold[i].condition, &theirs));
    TessCheckInput(
        a->hold[i].face != hold->face || a->hold[i].order != hold->order, sys->comm,
        "conditions \"%s\" and \"%s\" both set %s on face %s by an ansatz; take -%s%s_enforce weight, or "
        "other faces, see -%s%s_on",
        theirs, mine, sys->unknown[unknown], face, p->prefix, mine, p->prefix, mine);
  }
  PetscCall(TessConditionGetType(hold->condition, &type));
  TessCheckInput(
      !p->isslab || hold->face / 2 < sys->space || !strcmp(type, "initial"), sys->comm,
      "condition \"%s\": -%s%s_enforce ansatz holds %s on face %s, which not every slab of time has; "
      "take -%s%s_enforce weight",
      mine, p->prefix, mine, sys->unknown[unknown], face, p->prefix, mine);
  PetscCall(PetscRealloc((a->nhold + 1) * sizeof(*a->hold), &a->hold));
  a->hold[a->nhold++] = *hold;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The equations of one condition; an initial one belongs to the first slab, in later ones its weight counts.
 */
static PetscErrorCode ReadCondition(TessProblem p, TessCondition c)
{
  const char    *type, *name;
  PetscInt       neq;
  TessEnforce    enforce;
  TessPrescribed what;

  PetscFunctionBegin;
  PetscCall(TessConditionGetEnforce(c, &enforce));
  PetscCall(TessConditionGetType(c, &type));
  PetscCall(TessConditionGetName(c, &name));
  if (enforce != TESS_ENFORCE_ANSATZ)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(
      !p->moving, p->sys.comm,
      "condition \"%s\": -%s%s_enforce ansatz is not supported with -%stime_mode ts; take spacetime or "
      "slabs, or -%s%s_enforce weight",
      name, p->prefix, name, p->prefix, p->prefix, name);
  if (!strcmp(type, "initial") && p->isslab && p->slab[0] > p->sys.time[0])
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessConditionGetInfo(c, NULL, &neq, NULL));
  for (PetscInt q = 0; q < neq; q++) {
    PetscCall(TessConditionGetPrescribed(c, q, &what));
    for (PetscInt f = 0; f < what.nface; f++) {
      const TessHold hold = {.condition = c, .q = q, .face = what.face[f], .order = what.order};

      PetscCall(AddHold(p, what.unknown, &hold));
    }
  }
  PetscCall(TessConditionSetHeld(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareHolds(const void *a, const void *b)
{
  const TessHold *x = a, *y = b;

  return x->face != y->face ? x->face - y->face : x->order - y->order;
}

/* A derivative in time needs the value beside it, and nothing at the other end of time. */
static PetscErrorCode CheckTime(TessProblem p, PetscInt unknown)
{
  const TessSystem *sys = &p->sys;
  const TessAnsatz *a   = &p->ansatz[unknown];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < a->nhold; i++) {
    const TessHold *hold = &a->hold[i];
    const char     *name;

    if (!hold->order)
      continue;
    PetscCall(TessConditionGetName(hold->condition, &name));
    TessCheckInput(i && hold[-1].face == hold->face && !hold[-1].order, sys->comm,
                   "condition \"%s\": -%s%s_enforce ansatz can set %s_t only together with %s", name,
                   p->prefix, name, sys->unknown[unknown], sys->unknown[unknown]);
    TessCheckInput(
        i == a->nhold - 1, sys->comm,
        "condition \"%s\": -%s%s_enforce ansatz cannot set %s_t at one end of time and %s at the other", name,
        p->prefix, name, sys->unknown[unknown], sys->unknown[unknown]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define MOST_AXES 4 /* that are held with different expressions: the terms of a lift are 3^axes */

PetscErrorCode TessProblemReadAnsatz(TessProblem p)
{
  const TessSystem *sys = &p->sys;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(sys->nunknown, &p->ansatz, sys->nfield, &p->lifted));
  for (PetscInt c = 0; c < p->ncondition; c++)
    PetscCall(ReadCondition(p, p->condition[c]));
  for (PetscInt u = 0; u < sys->nunknown; u++) {
    TessAnsatz *a    = &p->ansatz[u];
    PetscInt    axes = 0;

    if (!a->nhold)
      continue;
    qsort(a->hold, a->nhold, sizeof(*a->hold), CompareHolds);
    PetscCall(CheckTime(p, u));
    a->one = PETSC_TRUE;
    for (PetscInt i = 0; i < a->nhold; i++) {
      const TessHold *hold = &a->hold[i];

      axes += !i || hold->face / 2 != hold[-1].face / 2;
      a->one = (PetscBool)(a->one && hold->condition == a->hold[0].condition && hold->q == a->hold[0].q);
    }
    TessCheckInput(a->one || axes <= MOST_AXES, sys->comm,
                   "%s is set by an ansatz on %" PetscInt_FMT
                   " axes by several equations: at most %d axes are supported; give one condition with one "
                   "expression for all faces",
                   sys->unknown[u], axes, MOST_AXES);
    if (!a->one && !p->fieldsonly)
      PetscCall(TessProblemCheckMeeting(p, u));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetAnsatz(TessProblem p)
{
  const TessSystem *sys   = &p->sys;
  const PetscInt    faces = 2 * sys->dim;
  PetscInt         *power, ncomp;

  PetscFunctionBegin;
  for (PetscInt f = 0; f < sys->nfield; f++) {
    PetscBool any = PETSC_FALSE;

    PetscCall(TessExpertGetSizes(p->expert[f], NULL, &ncomp, NULL, NULL));
    PetscCall(PetscCalloc1((size_t)ncomp * faces, &power));
    for (PetscInt u = 0; u < sys->nunknown; u++)
      for (PetscInt i = 0; i < p->ansatz[u].nhold && sys->ufield[u] == f; i++) {
        power[sys->ucomp[u] * faces +
              p->ansatz[u].hold[i].face]++; /* the value, and its derivative in time */
        any = PETSC_TRUE;
      }
    p->lifted[f] = (TessLifted){.problem = p, .field = f};
    if (any)
      PetscCall(TessFieldSetAnsatz(sys->field[f], power, TessProblemLift, &p->lifted[f]));
    PetscCall(PetscFree(power));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemHoldsStart(TessProblem p, PetscBool *holds)
{
  const TessSystem *sys = &p->sys;

  PetscFunctionBegin;
  *holds = PETSC_FALSE;
  for (PetscInt u = 0; u < sys->nunknown; u++)
    for (PetscInt i = 0; i < p->ansatz[u].nhold; i++)
      *holds = (PetscBool)(*holds || (sys->space < sys->dim && p->ansatz[u].hold[i].face == 2 * sys->space));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemDestroyAnsatz(TessProblem p)
{
  PetscFunctionBegin;
  for (PetscInt u = 0; u < p->sys.nunknown && p->ansatz; u++)
    PetscCall(PetscFree(p->ansatz[u].hold));
  if (p->ansatz)
    PetscCall(PetscFree2(p->ansatz, p->lifted));
  PetscFunctionReturn(PETSC_SUCCESS);
}
