/* prescribed.c - equations c (u - g) = 0 as functions g with their derivatives, for an ansatz.  The residual
   is r = c (u - g), c a number, so that g and its derivatives by coordinates are those of -r/c with u = 0. */
#include "conditionimpl.h"

struct _n_TessPartial {
  PetscInt    q;
  TessEntry   entry;
  TessPde     pde;
  TessPartial next;
};

PetscErrorCode TessPartialDestroy(TessPartial *list)
{
  PetscFunctionBegin;
  for (TessPartial p = *list, next; p; p = next) {
    next = p->next;
    PetscCall(TessPdeDestroy(&p->pde));
    PetscCall(PetscFree(p));
  }
  *list = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Equation q differentiated by coordinates. */
static PetscErrorCode GetPartial(TessCondition c, PetscInt q, const TessEntry *entry, TessPde *pde)
{
  TessPartial p = c->partial;

  PetscFunctionBegin;
  for (; p; p = p->next) {
    PetscBool same = (PetscBool)(p->q == q && p->entry.order == entry->order);

    for (PetscInt i = 0; i < entry->order; i++)
      same = (PetscBool)(same && p->entry.axis[i] == entry->axis[i]);
    if (same)
      break;
  }
  if (!p) {
    PetscCall(PetscNew(&p));
    p->q     = q;
    p->entry = *entry;
    PetscCall(TessPdeCreateCoordinatePartial(c->pde, q, entry, &p->pde));
    p->next    = c->partial;
    c->partial = p;
  }
  *pde = p->pde;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* r [n] of a pde of one equation with all unknowns 0, and its partial dr [n] by the only unknown (or NULL) */
static PetscErrorCode AtZero(TessCondition c, TessPde pde, PetscInt n, const PetscReal x[], PetscReal r[],
                             PetscReal dr[])
{
  PetscInt          ncol;
  const TessColumn *col;
  const PetscReal **column;
  PetscReal        *zero;

  PetscFunctionBegin;
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  PetscCall(PetscCalloc2(ncol, &column, n, &zero));
  for (PetscInt i = 0; i < ncol; i++)
    column[i] = col[i].kind == TESS_COLUMN_AXIS ? x + (size_t)col[i].index * n : zero;
  PetscCall(TessPdeEvaluate(pde, n, column, r, dr));
  PetscCall(PetscFree2(column, zero));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The number c of equation q. */
static PetscErrorCode Coefficient(TessCondition c, PetscInt q, PetscReal *coefficient)
{
  const PetscReal x[TESS_DIM_MAX] = {0};
  PetscReal       r;
  TessPde         pde;

  PetscFunctionBegin;
  PetscCall(GetPartial(c, q, &(TessEntry){.order = 0}, &pde));
  PetscCall(AtZero(c, pde, 1, x, &r, coefficient));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define CheckForm(cond, ...)                                                                                 \
  do {                                                                                                       \
    char why_[256];                                                                                          \
    PetscCall(PetscSNPrintf(why_, sizeof(why_), __VA_ARGS__));                                               \
    TessCheckInput(cond, c->sys->comm,                                                                       \
                   "condition \"%s\", equation %s: -%senforce ansatz needs the form u = expression of "      \
                   "coordinates and constants (or u_t in an initial condition), but %s",                     \
                   c->name, c->equation[q], c->prefix, why_);                                                \
  } while (0)

/* The one jet column of equation q; anything else but coordinates is refused. */
static PetscErrorCode OnlyJet(TessCondition c, PetscInt q, TessColumn *jet)
{
  static const char *const kinds[] = {"", "", "the normal", "a given field", "a trainable parameter"};
  PetscInt                 ncol, njet = 0;
  const TessColumn        *col;
  PetscBool                affine;
  TessPde                  pde;
  char                    *plugin;

  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, c->prefix, "plugin", &plugin));
  CheckForm(!plugin, "it is a plug-in");
  PetscCall(GetPartial(c, q, &(TessEntry){.order = 0}, &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  for (PetscInt i = 0; i < ncol; i++) {
    CheckForm(col[i].kind == TESS_COLUMN_JET || col[i].kind == TESS_COLUMN_AXIS, "it uses %s",
              kinds[col[i].kind]);
    if (col[i].kind == TESS_COLUMN_JET && !njet++)
      *jet = col[i];
  }
  CheckForm(njet == 1, "it has %" PetscInt_FMT " unknowns or derivatives of them", njet);
  PetscCall(TessPdeIsAffine(pde, &affine));
  CheckForm(affine, "it is not linear in %s", c->sys->unknown[jet->index]);
  for (PetscInt a = 0; a < c->sys->dim; a++) { /* c depends on x_a if d r / d x_a has the unknown */
    PetscCall(GetPartial(c, q, &(TessEntry){.order = 1, .axis = {a}}, &pde));
    PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
    for (PetscInt i = 0; i < ncol; i++)
      CheckForm(col[i].kind != TESS_COLUMN_JET, "%s is multiplied by a function of %s",
                c->sys->unknown[jet->index], c->sys->axis[a]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionGetPrescribed(TessCondition c, PetscInt q, TessPrescribed *what)
{
  const PetscInt  time    = c->sys->dim - 1;
  const PetscBool initial = (PetscBool)!strcmp(c->type, "initial");
  TessColumn      jet     = {.index = 0};
  char            name[64];

  PetscFunctionBegin;
  if (initial && !c->face) {
    PetscCall(PetscMalloc1(1, &c->face));
    c->face[0] = 2 * time;
    c->nface   = 1;
  } else if (!initial)
    PetscCall(TessConditionReadFaces(c, PETSC_TRUE));
  for (PetscInt f = 0; f < c->nface; f++)
    TessCheckInput(
        c->face[f] < 2 * c->sys->dim, c->sys->comm,
        "condition \"%s\": -%senforce ansatz holds on faces of the box, not on holes; name faces with "
        "-%son, and give the holes a condition of their own",
        c->name, c->prefix, c->prefix);
  PetscCall(OnlyJet(c, q, &jet));
  PetscCall(TessJetName(&jet.entry, c->sys->unknown[jet.index], (const char *const *)c->sys->axis,
                        sizeof(name), name));
  CheckForm(!jet.entry.order || (initial && jet.entry.order == 1 && jet.entry.axis[0] == time),
            "it prescribes %s", name);
  *what =
      (TessPrescribed){.unknown = jet.index, .order = jet.entry.order, .nface = c->nface, .face = c->face};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionPrescribe(TessCondition c, PetscInt q, const TessEntry *entry, PetscInt n,
                                      const PetscReal x[], PetscReal g[])
{
  PetscReal coefficient;
  TessPde   pde;

  PetscFunctionBegin;
  PetscCall(Coefficient(c, q, &coefficient));
  PetscCall(GetPartial(c, q, entry, &pde));
  PetscCall(AtZero(c, pde, n, x, g, NULL));
  for (PetscInt i = 0; i < n; i++)
    g[i] = 0 - g[i] / coefficient; /* not -0 */
  PetscFunctionReturn(PETSC_SUCCESS);
}
