/* axes.c - domain, parts, edges and overlap of the input. */
#include "problemimpl.h"

PetscErrorCode TessProblemNumbers(TessProblem p, const char name[], PetscInt want, PetscInt *n,
                                  PetscReal value[])
{
  TessSystem *sys = &p->sys;
  char      **word, where[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, name, n, &word));
  PetscCall(PetscSNPrintf(where, sizeof(where), "-%s%s", p->prefix, name));
  TessCheckInput(*n == want, sys->comm,
                 "%s: a list of %" PetscInt_FMT " where %" PetscInt_FMT " numbers are wanted", where, *n,
                 want);
  for (PetscInt i = 0; i < *n; i++)
    PetscCall(TessConstantEvaluate(sys->comm, where, word[i], sys->nconst, (const char *const *)sys->constant,
                                   sys->value, &value[i]));
  PetscCall(TessWordsDestroy(*n, &word));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemList(TessProblem p, const char name[], PetscInt *n, PetscReal **value)
{
  char **word;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, name, n, &word));
  PetscCall(TessWordsDestroy(*n, &word));
  PetscCall(PetscMalloc1(*n, value));
  if (*n)
    PetscCall(TessProblemNumbers(p, name, *n, n, *value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemListOf(TessProblem p, const char section[], const char name[], const char key[],
                                 PetscInt *n, PetscReal **value)
{
  char option[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(option, sizeof(option), "%s_%s_%s", section, name, key));
  PetscCall(TessProblemList(p, option, n, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The axes: keys of `domain` other than periodic, t last and the only one of time. */
static PetscErrorCode ReadAxes(TessProblem p, PetscReal lo[], PetscReal hi[], PetscBool periodic[])
{
  TessSystem *sys = &p->sys;
  PetscInt    n, m, meshdim;
  char      **key, **word, name[PETSC_MAX_OPTION_NAME], *list;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, p->prefix, "domain", &n, &key));
  PetscCall(PetscCalloc1(n + 4, &sys->axis));
  PetscCall(TessProblemReadMesh(p, lo, hi));
  meshdim = sys->dim;
  for (PetscInt i = 0; i < n; i++) {
    PetscBool shape;

    PetscCall(TessProblemIsShapeKey(p, key[i], &shape));
    if (shape || !strcmp(key[i], "periodic") || !strncmp(key[i], "mat_", 4))
      continue;
    TessCheckInput(!meshdim || !strcmp(key[i], "t"), sys->comm,
                   "-%sdomain_%s: the axes of space are those of -%sdomain_mesh; only t may stand beside it",
                   p->prefix, key[i], p->prefix);
    PetscCall(PetscStrallocpy(key[i], &sys->axis[sys->dim++]));
  }
  PetscCall(TessWordsDestroy(n, &key));
  TessCheckInput(sys->dim > 0 && sys->dim <= TESS_DIM_MAX, sys->comm,
                 "the domain has %" PetscInt_FMT " axes: 1 to %d are wanted, as in "
                 "domain: {x: [0, 1], t: [0, 2]}; see -%sdomain_<axis>",
                 sys->dim, TESS_DIM_MAX, p->prefix);
  sys->axes  = sys->dim;
  sys->space = sys->dim - !strcmp(sys->axis[sys->dim - 1], "t");
  PetscCall(TessJoin(sys->dim, (const char *const *)sys->axis, &list));
  for (PetscInt a = 0; a < meshdim; a++)
    periodic[a] = PETSC_FALSE;
  for (PetscInt a = meshdim; a < sys->dim; a++) {
    PetscReal bound[2];

    PetscCall(PetscSNPrintf(name, sizeof(name), "domain_%s", sys->axis[a]));
    PetscCall(TessProblemNumbers(p, name, 2, &m, bound));
    lo[a]       = bound[0];
    hi[a]       = bound[1];
    periodic[a] = PETSC_FALSE;
    TessCheckInput(lo[a] < hi[a], sys->comm,
                   "-%s%s is %.6g, %.6g: the domain is empty; a lower and a larger upper bound are wanted",
                   p->prefix, name, (double)lo[a], (double)hi[a]);
  }
  PetscCall(TessOptionsWords(NULL, p->prefix, "domain_periodic", &n, &word));
  for (PetscInt i = 0; i < n; i++) {
    PetscInt a = 0;

    while (a < sys->dim && strcmp(word[i], sys->axis[a]))
      a++;
    TessCheckInput(a < sys->space, sys->comm,
                   "-%sdomain_periodic names \"%s\": one of the space axes of %s is wanted", p->prefix,
                   word[i], list);
    periodic[a] = PETSC_TRUE;
  }
  PetscCall(TessWordsDestroy(n, &word));
  PetscCall(PetscFree(list));
  sys->time[0] = lo[sys->dim - 1];
  sys->time[1] = hi[sys->dim - 1];
  if (p->isslab) {
    PetscCheck(sys->space < sys->dim, sys->comm, PETSC_ERR_USER_INPUT,
               "time slabs need a time axis: add t to the domain");
    lo[sys->dim - 1] = p->slab[0];
    hi[sys->dim - 1] = p->slab[1];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* edges: {x: [-1, -0.1, 0.1, 1]} cuts an axis there instead of evenly; `parts` of that axis follows. */
static PetscErrorCode ReadEdges(TessProblem p, PetscInt axis, PetscInt *parts)
{
  TessSystem *sys = &p->sys;
  char        name[PETSC_MAX_OPTION_NAME], **word;
  PetscInt    n, m;
  PetscReal  *edges;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "edges_%s", sys->axis[axis]));
  PetscCall(TessOptionsWords(NULL, p->prefix, name, &n, &word));
  PetscCall(TessWordsDestroy(n, &word));
  if (p->edges && p->edges[axis]) /* moved since */
    *parts = p->nedges[axis] - 1;
  if (!n || (p->edges && p->edges[axis]))
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(n > 1, sys->comm, "-%s%s has one number: at least the two ends of the axis are wanted",
                 p->prefix, name);
  PetscCall(PetscMalloc1(n, &edges));
  PetscCall(TessProblemNumbers(p, name, n, &m, edges));
  PetscCall(TessProblemSetEdges(p, axis, n, edges));
  PetscCall(PetscFree(edges));
  *parts = n - 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* parts: {mesh: 12} makes patches of the cells of the mesh; along axes of space there are none then. */
static PetscErrorCode ReadCut(TessProblem p, PetscInt n, char *const key[])
{
  const TessSystem *sys = &p->sys;
  char             *placement;

  PetscFunctionBegin;
  PetscOptionsBegin(sys->comm, p->prefix, "domain", NULL);
  PetscCall(TessOptionsInt("-parts_mesh", "patches that are parts of a mesh, dealt cell by cell", &p->meshcut,
                           0, PETSC_MAX_INT / 64));
  PetscOptionsEnd();
  if (!p->meshcut)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(p->meshvolume > 0, sys->comm,
                 "-%sparts_mesh: there is no mesh to be cut; see -%sdomain_mesh", p->prefix, p->prefix);
  for (PetscInt i = 0; i < n; i++)
    TessCheckInput(!strcmp(key[i], "mesh") || !strcmp(key[i], "t"), sys->comm,
                   "-%sparts_%s and -%sparts_mesh are both set: patches are boxes or parts of the mesh",
                   p->prefix, key[i], p->prefix);
  PetscCall(TessOptionsText(NULL, p->prefix, "placement_type", &placement));
  TessCheckInput(!placement || !strcmp(placement, "none"), sys->comm,
                 "-%splacement_type %s: patches that are parts of a mesh do not move; see -%sparts_mesh",
                 p->prefix, placement, p->prefix);
  PetscCall(PetscFree(placement));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemReadDomain(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscReal   lo[TESS_DIM_MAX], hi[TESS_DIM_MAX], overlap = 0.5;
  PetscBool   periodic[TESS_DIM_MAX];
  PetscInt    parts[TESS_DIM_MAX], all = 1, n;
  char      **key, name[PETSC_MAX_OPTION_NAME], *list;

  PetscFunctionBegin;
  PetscCall(ReadAxes(p, lo, hi, periodic));
  if (p->moving)
    PetscCall(TessProblemTakeTime(p, lo, hi));
  PetscCall(TessDomainCreate(sys->comm, &sys->domain));
  PetscCall(TessDomainSetOptionsPrefix(sys->domain, p->prefix));
  PetscCall(
      TessDomainSetAxes(sys->domain, sys->dim, sys->space, (const char *const *)sys->axis, lo, hi, periodic));
  PetscCall(TessOptionsKeys(NULL, p->prefix, "parts", &n, &key));
  PetscCall(ReadCut(p, n, key));
  PetscCall(TessProblemSetShape(p));
  PetscCall(TessJoin(sys->axes, (const char *const *)sys->axis, &list));
  for (PetscInt i = 0; i < n; i++) {
    PetscInt a = 0;

    while (a < sys->axes && strcmp(key[i], sys->axis[a]))
      a++;
    TessCheckInput(a < sys->axes || !strcmp(key[i], "mesh"), sys->comm,
                   "-%sparts_%s: there is no axis \"%s\"; the axes are %s", p->prefix, key[i], key[i], list);
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &key));
  PetscOptionsBegin(sys->comm, p->prefix, "domain", NULL);
  if (!n)
    PetscCall(TessOptionsInt(
        "-parts", "patches along each space axis, on a mesh: about as many in all (or -parts_<axis>)", &all,
        1, PETSC_MAX_INT));
  for (PetscInt a = 0; a < sys->dim; a++)
    parts[a] = a < sys->space ? all : 1;
  if (p->meshvolume > 0 && !n)
    TessProblemMeshParts(p, all, lo, hi, parts);
  for (PetscInt a = 0; a < sys->space && p->meshcut; a++)
    parts[a] = a ? 1 : p->meshcut;
  overlap = p->meshcut ? 0 : overlap;
  for (PetscInt a = p->meshcut ? sys->space : 0; a < sys->dim; a++) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parts_%s", sys->axis[a]));
    PetscCall(TessOptionsInt(name, "patches along this axis", &parts[a], 1, PETSC_MAX_INT));
    PetscCall(ReadEdges(p, a, &parts[a]));
  }
  PetscCall(TessOptionsReal("-overlap", "width of the transition between patches, in patch widths", &overlap,
                            0, 1));
  PetscOptionsEnd();
  PetscCall(TessDomainSetParts(sys->domain, parts));
  PetscCall(TessDomainSetOverlap(sys->domain, overlap));
  for (PetscInt a = 0; a < sys->dim && p->edges; a++) {
    if (!p->edges[a])
      continue;
    PetscCheck(p->nedges[a] == parts[a] + 1, sys->comm, PETSC_ERR_ARG_SIZ,
               "%" PetscInt_FMT " edges for %" PetscInt_FMT " patches", p->nedges[a], parts[a]);
    PetscCall(TessDomainSetEdges(sys->domain, a, p->edges[a]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
