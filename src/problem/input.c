/* input.c - the input language's sections (all but the conditions themselves), read from the options. */
#include <ctype.h>
#include "problemimpl.h"

#define RESERVED_SECTIONS                                                                                    \
  "title", "unknowns", "domain", "parts", "edges", "overlap", "constants", "conditions", "expert", "tao",    \
      "reference", "output", "fields", "parameters", "observables", "time", "accuracy", "resample",          \
      "window", "seed", "memory", "quiet", "options", "log"

/* A copy of the unique first parts of names like "k_start", "k_min". */
static PetscErrorCode FirstParts(TessProblem p, const char section[], PetscInt *n, char ***names)
{
  PetscInt nkey;
  char   **key;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, p->prefix, section, &nkey, &key));
  PetscCall(PetscCalloc1(PetscMax(nkey, 1), names));
  *n = 0;
  for (PetscInt i = 0; i < nkey; i++) {
    PetscBool twice = PETSC_FALSE;
    char     *end   = strchr(key[i], '_');

    if (end)
      *end = 0;
    for (PetscInt j = 0; j < *n; j++)
      twice = (PetscBool)(twice || !strcmp((*names)[j], key[i]));
    if (!twice)
      PetscCall(PetscStrallocpy(key[i], &(*names)[(*n)++]));
  }
  PetscCall(TessWordsDestroy(nkey, &key));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadConstants(TessProblem p)
{
  TessSystem *sys = &p->sys;
  char      **text, section[PETSC_MAX_OPTION_NAME], name[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, p->prefix, "constants", &sys->nconst, &sys->constant));
  PetscCall(PetscCalloc1(sys->nconst, &text));
  PetscCall(PetscCalloc1(sys->nconst, &sys->value));
  for (PetscInt i = 0; i < sys->nconst; i++) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "constants_%s", sys->constant[i]));
    PetscCall(TessOptionsText(NULL, p->prefix, name, &text[i]));
  }
  PetscCall(PetscSNPrintf(section, sizeof(section), "%sconstants", p->prefix));
  PetscCall(TessConstantsResolve(sys->comm, section, sys->nconst, (const char *const *)sys->constant,
                                 (const char *const *)text, sys->value));
  for (PetscInt i = 0; i < sys->nconst; i++)
    PetscCall(PetscFree(text[i]));
  PetscCall(PetscFree(text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -<prefix><name> as numbers that may use the constants. */
static PetscErrorCode Numbers(TessProblem p, const char name[], PetscInt want, PetscInt *n, PetscReal value[])
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

/* The axes: keys of `domain` other than periodic, t last and the only one of time. */
static PetscErrorCode ReadAxes(TessProblem p, PetscReal lo[], PetscReal hi[], PetscBool periodic[])
{
  TessSystem *sys = &p->sys;
  PetscInt    n, m;
  char      **key, **word, name[PETSC_MAX_OPTION_NAME], *list;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, p->prefix, "domain", &n, &key));
  PetscCall(PetscCalloc1(n + 1, &sys->axis));
  for (PetscInt i = 0; i < n; i++) {
    if (!strcmp(key[i], "periodic") || !strncmp(key[i], "mat_", 4))
      continue;
    TessCheckInput(strcmp(key[i], "mesh"), sys->comm,
                   "-%sdomain_mesh: meshes are not supported in this version; give the axes of a box, as in "
                   "domain: {x: [0, 1], y: [0, 1]}",
                   p->prefix);
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
  for (PetscInt a = 0; a < sys->dim; a++) {
    PetscReal bound[2];

    PetscCall(PetscSNPrintf(name, sizeof(name), "domain_%s", sys->axis[a]));
    PetscCall(Numbers(p, name, 2, &m, bound));
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
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(n > 1, sys->comm, "-%s%s has one number: at least the two ends of the axis are wanted",
                 p->prefix, name);
  PetscCall(PetscMalloc1(n, &edges));
  PetscCall(Numbers(p, name, n, &m, edges));
  PetscCall(TessProblemSetEdges(p, axis, n, edges));
  PetscCall(PetscFree(edges));
  *parts = n - 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDomain(TessProblem p)
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
  PetscCall(TessJoin(sys->axes, (const char *const *)sys->axis, &list));
  for (PetscInt i = 0; i < n; i++) {
    PetscInt a = 0;

    while (a < sys->axes && strcmp(key[i], sys->axis[a]))
      a++;
    TessCheckInput(a < sys->axes, sys->comm, "-%sparts_%s: there is no axis \"%s\"; the axes are %s",
                   p->prefix, key[i], key[i], list);
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &key));
  PetscOptionsBegin(sys->comm, p->prefix, "domain", NULL);
  if (!n)
    PetscCall(
        TessOptionsInt("-parts", "patches along each space axis (or -parts_<axis>)", &all, 1, PETSC_MAX_INT));
  for (PetscInt a = 0; a < sys->dim; a++) {
    parts[a] = a < sys->space ? all : 1;
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parts_%s", sys->axis[a]));
    PetscCall(TessOptionsInt(name, "patches along this axis", &parts[a], 1, PETSC_MAX_INT));
    PetscCall(ReadEdges(p, a, &parts[a]));
  }
  PetscCall(TessOptionsReal("-overlap", "width of the transition between patches, in patch widths", &overlap,
                            0, 1));
  PetscOptionsEnd();
  TessCheckInput(
      overlap > 0, sys->comm,
      "-%soverlap is 0: non-overlapping patches with interface conditions are not supported in this version; "
      "a number above 0, up to 1, is wanted",
      p->prefix);
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

/* parameters: {k: 1} or {k: {start: 1, min: 0, max: 2}}; {kappa: {type: field}} is one more unknown. */
static PetscErrorCode ReadParameters(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscInt    n;
  char      **names, name[PETSC_MAX_OPTION_NAME], *text;

  PetscFunctionBegin;
  PetscCall(FirstParts(p, "parameters", &n, &names));
  PetscCall(PetscCalloc2(n, &sys->param, n, &p->param));
  for (PetscInt i = 0; i < n; i++) {
    TessParameter *q = &p->param[sys->nparam];

    PetscCall(PetscSNPrintf(name, sizeof(name), "parameters_%s_type", names[i]));
    PetscCall(TessOptionsText(NULL, p->prefix, name, &text));
    TessCheckInput(!text || !strcmp(text, "field") || !strcmp(text, "scalar"), sys->comm,
                   "-%s%s is \"%s\": scalar or field is wanted", p->prefix, name, text);
    if (text && !strcmp(text, "field")) {
      sys->unknown[sys->nunknown++] = names[i];
      PetscCall(PetscFree(text));
      continue;
    }
    PetscCall(PetscFree(text));
    *q = (TessParameter){.start = 1, .min = PETSC_MIN_REAL, .max = PETSC_MAX_REAL};
    PetscOptionsBegin(sys->comm, p->prefix, "trainable scalars", NULL);
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s", names[i]));
    PetscCall(TessOptionsReal(name, "starting value of a trainable scalar", &q->start, PETSC_MIN_REAL,
                              PETSC_MAX_REAL));
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s_start", names[i]));
    PetscCall(TessOptionsReal(name, "starting value of a trainable scalar", &q->start, PETSC_MIN_REAL,
                              PETSC_MAX_REAL));
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s_min", names[i]));
    PetscCall(
        TessOptionsReal(name, "lower bound of a trainable scalar", &q->min, PETSC_MIN_REAL, PETSC_MAX_REAL));
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s_max", names[i]));
    PetscCall(
        TessOptionsReal(name, "upper bound of a trainable scalar", &q->max, PETSC_MIN_REAL, PETSC_MAX_REAL));
    PetscOptionsEnd();
    TessCheckInput(
        q->min < q->start && q->start < q->max, sys->comm,
        "-%sparameters_%s starts at %.6g: a value above its min %.6g and below its max %.6g is wanted",
        p->prefix, names[i], (double)q->start, (double)q->min, (double)q->max);
    sys->param[sys->nparam++] = names[i];
  }
  PetscCall(PetscFree(names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadUnknowns(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscInt    n, extra;
  char      **words, **names;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "unknowns", &n, &words));
  TessCheckInput(n > 0, sys->comm, "no unknowns: set -%sunknowns, as in unknowns: [u, v, p]", p->prefix);
  PetscCall(FirstParts(p, "parameters", &extra, &names));
  PetscCall(TessWordsDestroy(extra, &names));
  PetscCall(PetscCalloc1(n + extra, &sys->unknown));
  for (PetscInt i = 0; i < n; i++) {
    for (const char *c = words[i]; *c; c++)
      TessCheckInput(
          isalnum((unsigned char)*c) && !isdigit((unsigned char)words[i][0]), sys->comm,
          "-%sunknowns: the name \"%s\" is not allowed: letters and digits, a letter first, no underscore",
          p->prefix, words[i]);
    sys->unknown[sys->nunknown++] = words[i];
  }
  PetscCall(PetscFree(words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The expert of field f from options under `prefix`; what is known of it without a domain. */
static PetscErrorCode ReadExpert(TessProblem p, const char prefix[], PetscInt ncomp, TessExpert *expert)
{
  PetscBool  linear;
  PetscInt   np;
  PetscInt64 stride = p->sys.stride;

  PetscFunctionBegin;
  PetscCall(TessExpertCreate(p->sys.dim, ncomp, expert));
  PetscCall(TessExpertSetOptionsPrefix(*expert, prefix));
  PetscCall(TessExpertSetFromOptions(*expert));
  PetscCall(TessExpertSetUp(*expert));
  PetscCall(TessExpertIsLinear(*expert, &linear));
  PetscCall(TessExpertGetSizes(*expert, NULL, NULL, &np, NULL));
  p->linear = (PetscBool)(p->linear && linear);
  TessCheckInput(stride + np <= PETSC_MAX_INT, p->sys.comm,
                 "%" PetscInt64_FMT " parameters in a patch are too many; see -%sexpert_...", stride + np,
                 prefix);
  p->sys.stride += np;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The options prefix of the expert that an unknown has of its own: -<unknown>_expert_...,
 * -parameters_<unknown>_expert_...; else empty. */
static PetscErrorCode OwnPrefix(TessProblem p, const char unknown[], size_t len, char prefix[])
{
  static const char *const before[] = {"", "parameters_"};

  PetscFunctionBegin;
  for (PetscInt k = 0; k < 2; k++) {
    PetscInt n;
    char   **key;

    PetscCall(PetscSNPrintf(prefix, len, "%s%s%s_", p->prefix, before[k], unknown));
    PetscCall(TessOptionsKeys(NULL, prefix, "expert", &n, &key));
    PetscCall(TessWordsDestroy(n, &key));
    if (n)
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  prefix[0] = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One field for all unknowns together that have no expert of their own, one for each of the others. */
static PetscErrorCode ReadExperts(TessProblem p)
{
  TessSystem *sys    = &p->sys;
  PetscInt    common = 0;
  char        prefix[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(sys->nunknown, &sys->ufield, sys->nunknown, &sys->ucomp));
  PetscCall(PetscCalloc2(sys->nunknown, &sys->field, sys->nunknown, &p->expert));
  p->linear = PETSC_TRUE;
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    PetscCall(OwnPrefix(p, sys->unknown[i], sizeof(prefix), prefix));
    if (prefix[0])
      sys->ufield[i] = -1;
    else
      sys->ucomp[i] = common++;
  }
  if (common)
    PetscCall(ReadExpert(p, p->prefix, common, &p->expert[sys->nfield++]));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    if (sys->ufield[i] >= 0)
      continue;
    PetscCall(OwnPrefix(p, sys->unknown[i], sizeof(prefix), prefix));
    sys->ufield[i] = sys->nfield++;
    PetscCall(ReadExpert(p, prefix, 1, &p->expert[sys->ufield[i]]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadConditions(TessProblem p)
{
  TessSystem       *sys        = &p->sys;
  const char *const reserved[] = {RESERVED_SECTIONS};
  PetscInt          n;
  char            **names;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "conditions", &n, &names));
  TessCheckInput(n > 0, sys->comm, "no conditions: set -%sconditions, as in conditions: [inside, walls]",
                 p->prefix);
  PetscCall(PetscCalloc2(n, &p->condition, n, &p->loss));
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt k = 0; k < (PetscInt)PETSC_STATIC_ARRAY_LENGTH(reserved); k++)
      TessCheckInput(strcasecmp(names[i], reserved[k]), sys->comm,
                     "-%sconditions: the name \"%s\" is that of a section of the input; take another",
                     p->prefix, names[i]);
    TessCheckInput(!strchr(names[i], '_'), sys->comm,
                   "-%sconditions: the name \"%s\" has an underscore; letters and digits are wanted",
                   p->prefix, names[i]);
    for (PetscInt k = 0; k < i; k++)
      TessCheckInput(strcasecmp(names[i], names[k]), sys->comm,
                     "-%sconditions: \"%s\" and \"%s\" are the same option names; rename one", p->prefix,
                     names[k], names[i]);
    for (PetscInt k = 0; k < sys->nunknown; k++)
      TessCheckInput(strcasecmp(names[i], sys->unknown[k]), sys->comm,
                     "-%sconditions: \"%s\" is the name of an unknown; take another", p->prefix, names[i]);
    PetscCall(TessConditionCreate(sys, names[i], &p->condition[p->ncondition++]));
    PetscCall(TessConditionSetFromOptions(p->condition[i]));
    PetscCall(TessConditionSetUp(p->condition[i]));
  }
  PetscCall(TessWordsDestroy(n, &names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadObservables(TessProblem p)
{
  char name[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(FirstParts(p, "observables", &p->nobservable, &p->obsname));
  PetscCall(PetscCalloc1(p->nobservable, &p->observable));
  for (PetscInt i = 0; i < p->nobservable; i++) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "observables_%s", p->obsname[i]));
    PetscCall(TessConditionCreate(&p->sys, name, &p->observable[i]));
    PetscCall(TessConditionSetObservable(p->observable[i]));
    PetscCall(TessConditionSetFromOptions(p->observable[i]));
    PetscCall(TessConditionSetUp(p->observable[i]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* fields: {kappa: {file: k.h5, dataset: k, interpolation: linear}}; loaded in SetUp, when the patches of the
 * rank are known. */
static PetscErrorCode ReadGiven(TessProblem p)
{
  PetscFunctionBegin;
  PetscCall(FirstParts(p, "fields", &p->sys.ngiven, &p->sys.given));
  PetscCall(PetscCalloc1(p->sys.ngiven, &p->sys.grid));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemReadInput(TessProblem p)
{
  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, p->prefix, "title", &p->title));
  PetscOptionsBegin(p->sys.comm, p->prefix, "a problem", NULL);
  PetscCall(TessOptionsInt("-seed", "fixes all random numbers", &p->seed, 0, PETSC_MAX_INT));
  PetscCall(TessOptionsInt("-window_smoothness", "continuous derivatives of the windows: 3 or 5",
                           &p->smoothness, 3, 5));
  PetscCall(TessOptionsReal("-memory_limit",
                            "GB a rank may use for matrices; 0: what the machine has, shared by its ranks",
                            &p->memory_limit, 0, PETSC_MAX_REAL));
  PetscOptionsEnd();
  p->sys.key = TessKeyMake(0, (uint64_t)p->seed);
  PetscCall(ReadConstants(p));
  PetscCall(ReadUnknowns(p));
  PetscCall(ReadParameters(p));
  if (!p->fieldsonly)
    PetscCall(ReadGiven(p));
  PetscCall(ReadDomain(p));
  PetscCall(ReadExperts(p));
  if (!p->fieldsonly)
    PetscCall(ReadConditions(p));
  if (p->moving)
    PetscCall(TessProblemCheckMoving(p));
  if (p->fieldsonly)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(ReadObservables(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}
