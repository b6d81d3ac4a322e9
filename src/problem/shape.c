/* shape.c - what is taken out of the box of the domain:
     domain: {x: [-1, 1], y: [-1, 1], holes: [a, b], a: {type: disc, center: [0.5, 0.5], radius: 0.2}, ...}
     domain: {x: [-1, 1], y: [-1, 1], holes: [a], a: {type: box, x: [0, 1], y: [-1, 0]}}
   A centre of several points makes that many holes of one name.  Or a mesh in its place, whose axes are x, y
   and z: domain: {mesh: step.msh, t: [0, 5]}. */
#include <ctype.h>
#include "problemimpl.h"

static PetscErrorCode CheckName(TessProblem p, const char name[])
{
  const TessSystem *sys = &p->sys;

  PetscFunctionBegin;
  for (const char *c = name; *c; c++)
    TessCheckInput(isalnum((unsigned char)*c) && isalpha((unsigned char)name[0]), sys->comm,
                   "-%sdomain_holes: the name \"%s\" is not allowed: letters and digits, a letter first",
                   p->prefix, name);
  for (PetscInt a = 0; a < sys->axes; a++)
    TessCheckInput(strcasecmp(name, sys->axis[a]), sys->comm,
                   "-%sdomain_holes: \"%s\" is the name of an axis; take another", p->prefix, name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -domain_<name>_<key> as numbers, at least one, the caller's to free. */
static PetscErrorCode HoleNumbers(TessProblem p, const char name[], const char key[], PetscInt *n,
                                  PetscReal **value)
{
  PetscFunctionBegin;
  PetscCall(TessProblemListOf(p, "domain", name, key, n, value));
  TessCheckInput(*n > 0, p->sys.comm, "the hole \"%s\" has no %s: set -%sdomain_%s_%s", name, key, p->prefix,
                 name, key);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadBox(TessProblem p, const char name[])
{
  char         option[PETSC_MAX_OPTION_NAME];
  TessEnrich  *e = &p->enrich;
  TessHoleBox *box;

  PetscFunctionBegin;
  PetscCall(PetscRealloc((e->nbox + 1) * sizeof(*box), &e->box));
  box  = &e->box[e->nbox++];
  *box = (TessHoleBox){.name = name};
  for (PetscInt a = 0; a < p->sys.space; a++) {
    PetscInt  n;
    PetscReal bound[2];

    PetscCall(PetscSNPrintf(option, sizeof(option), "domain_%s_%s", name, p->sys.axis[a]));
    PetscCall(TessProblemNumbers(p, option, 2, &n, bound));
    box->lo[a] = bound[0];
    box->hi[a] = bound[1];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadHole(TessProblem p, const char name[], PetscInt *nhole, TessHole **hole)
{
  const TessSystem *sys  = &p->sys;
  const char *const want = sys->space == 3 ? "ball" : "disc";
  char              option[PETSC_MAX_OPTION_NAME], *type;
  PetscInt          n, one;
  PetscReal        *center, *radius;

  PetscFunctionBegin;
  PetscCall(CheckName(p, name));
  TessCheckInput(sys->space == 2 || sys->space == 3, sys->comm,
                 "-%sdomain_holes: holes want two or three axes of space, here are %" PetscInt_FMT, p->prefix,
                 sys->space);
  PetscCall(PetscSNPrintf(option, sizeof(option), "domain_%s_type", name));
  PetscCall(TessOptionsText(NULL, p->prefix, option, &type));
  if (type && !strcmp(type, "box")) {
    PetscCall(PetscFree(type));
    PetscCall(ReadBox(p, name));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  TessCheckInput(type && !strcmp(type, want), sys->comm,
                 "-%s%s is %s: with %" PetscInt_FMT " axes of space a hole is a %s or a box", p->prefix,
                 option, type ? type : "not set", sys->space, want);
  PetscCall(PetscFree(type));
  PetscCall(HoleNumbers(p, name, "center", &n, &center));
  PetscCall(HoleNumbers(p, name, "radius", &one, &radius));
  TessCheckInput(n % sys->space == 0, sys->comm,
                 "-%sdomain_%s_center has %" PetscInt_FMT " numbers: %" PetscInt_FMT
                 " for each hole are wanted",
                 p->prefix, name, n, sys->space);
  TessCheckInput(one == 1, sys->comm, "-%sdomain_%s_radius has %" PetscInt_FMT " numbers: one is wanted",
                 p->prefix, name, one);
  PetscCall(PetscRealloc((*nhole + n / sys->space) * sizeof(**hole), hole));
  for (PetscInt k = 0; k < n / sys->space; k++) {
    TessHole *h = &(*hole)[(*nhole)++];

    *h = (TessHole){.name = name, .radius = radius[0]};
    PetscCall(PetscArraycpy(h->center, center + k * sys->space, sys->space));
  }
  PetscCall(PetscFree(center));
  PetscCall(PetscFree(radius));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetMesh(TessProblem p, TessMesh mesh)
{
  PetscFunctionBegin;
  PetscCheck(!p->sys.domain && !p->mesh, p->sys.comm, PETSC_ERR_ARG_WRONGSTATE,
             "TessProblemSetMesh comes before TessProblemSetFromOptions, once");
  p->mesh = mesh;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemReadMesh(TessProblem p, PetscReal lo[], PetscReal hi[])
{
  static const char *const axis[] = {"x", "y", "z"};
  TessSystem              *sys    = &p->sys;
  char                     option[PETSC_MAX_OPTION_NAME], *file, *found;

  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, p->prefix, "domain_mesh", &file));
  if (file && !p->mesh) {
    PetscCall(PetscSNPrintf(option, sizeof(option), "-%sdomain_mesh", p->prefix));
    PetscCall(TessPathFind(sys->comm, file, p->input, option, &found));
    PetscCall(TessMeshRead(sys->comm, found, option, &p->mesh));
    PetscCall(PetscFree(found));
  }
  PetscCall(PetscFree(file));
  if (!p->mesh)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessMeshGetBox(p->mesh, &sys->dim, &p->meshvolume, lo, hi));
  for (PetscInt a = 0; a < sys->dim; a++)
    PetscCall(PetscStrallocpy(axis[a], &sys->axis[a]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TessProblemMeshParts(TessProblem p, PetscInt all, const PetscReal lo[], const PetscReal hi[],
                          PetscInt parts[])
{
  const PetscInt  space = p->sys.space;
  const PetscReal h     = PetscPowReal(p->meshvolume / all, 1. / space);

  for (PetscInt a = 0; a < space; a++)
    parts[a] = PetscMax(1, (PetscInt)((hi[a] - lo[a]) / h + 0.5));
}

/* Corners and holes of a mesh, where singular functions ask for them. */
static PetscErrorCode ReadOutline(TessProblem p, PetscInt *nhole, TessHole **hole)
{
  PetscInt    n;
  char      **term;
  TessOutline outline;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "enrich_terms", &n, &term));
  PetscCall(TessWordsDestroy(n, &term));
  if (!n || !p->mesh || p->sys.space != 2)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessMeshGetOutline(p->mesh, &outline));
  *nhole            = outline.nhole;
  *hole             = outline.hole;
  p->enrich.ncorner = outline.ncorner;
  p->enrich.corner  = outline.corner;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemSetShape(TessProblem p)
{
  PetscInt  n, nhole = 0;
  char    **name;
  TessHole *hole = NULL;
  char      option[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "domain_holes", &n, &name));
  TessCheckInput(!n || !p->mesh, p->sys.comm,
                 "-%sdomain_holes and -%sdomain_mesh are both set: one is wanted", p->prefix, p->prefix);
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt k = 0; k < i; k++)
      TessCheckInput(strcasecmp(name[i], name[k]), p->sys.comm, "-%sdomain_holes names \"%s\" twice",
                     p->prefix, name[i]);
    PetscCall(ReadHole(p, name[i], &nhole, &hole));
  }
  TessCheckInput(!nhole || !p->enrich.nbox, p->sys.comm,
                 "-%sdomain_holes: holes are boxes or discs (balls), not both in one domain", p->prefix);
  if (nhole)
    PetscCall(TessDomainSetHoles(p->sys.domain, nhole, hole));
  if (p->enrich.nbox)
    PetscCall(TessDomainSetBoxes(p->sys.domain, p->enrich.nbox, p->enrich.box));
  PetscCall(ReadOutline(p, &nhole, &hole));
  if (p->mesh && p->meshcut) {
    PetscCall(PetscSNPrintf(option, sizeof(option), "-%sparts_mesh", p->prefix));
    PetscCall(TessMeshCut(p->mesh, p->meshcut, option));
  }
  if (p->mesh)
    PetscCall(TessDomainSetMesh(p->sys.domain, p->mesh));
  p->enrich.mesh  = (PetscBool)(p->mesh != NULL);
  p->mesh         = NULL;
  p->enrich.nhole = nhole;
  p->enrich.hole  = hole;
  PetscCall(TessWordsDestroy(n, &name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemIsShapeKey(TessProblem p, const char key[], PetscBool *is)
{
  PetscInt n;
  char   **name;

  PetscFunctionBegin;
  *is = (PetscBool)(!strcmp(key, "holes") || !strcmp(key, "mesh"));
  PetscCall(TessOptionsWords(NULL, p->prefix, "domain_holes", &n, &name));
  for (PetscInt i = 0; i < n; i++) {
    const size_t len = strlen(name[i]);

    *is = (PetscBool)(*is || (!strncasecmp(key, name[i], len) && key[len] == '_'));
  }
  PetscCall(TessWordsDestroy(n, &name));
  PetscFunctionReturn(PETSC_SUCCESS);
}
