/* input.c - the sections of the input in the order in which they are read; constants, unknowns, conditions.
 */
#include <ctype.h>
#include "problemimpl.h"

#define RESERVED_SECTIONS                                                                                    \
  "title", "unknowns", "domain", "parts", "edges", "overlap", "constants", "conditions", "expert", "tao",    \
      "reference", "output", "fields", "parameters", "observables", "time", "accuracy", "resample",          \
      "window", "balance", "causal", "enrich", "seed", "memory", "quiet", "options", "log"

/* A copy of the unique first parts of names like "k_start", "k_min". */
PetscErrorCode TessProblemNames(TessProblem p, const char section[], PetscInt *n, char ***names)
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

static PetscErrorCode ReadUnknowns(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscInt    n, extra;
  char      **words, **names;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "unknowns", &n, &words));
  TessCheckInput(n > 0, sys->comm, "no unknowns: set -%sunknowns, as in unknowns: [u, v, p]", p->prefix);
  PetscCall(TessProblemNames(p, "parameters", &extra, &names));
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

/* The fields alone are made of what an ansatz holds too. */
static PetscErrorCode IsWanted(TessProblem p, const char condition[], PetscBool *wanted)
{
  char name[PETSC_MAX_OPTION_NAME], *how;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s_enforce", condition));
  PetscCall(TessOptionsText(NULL, p->prefix, name, &how));
  *wanted = (PetscBool)(!p->fieldsonly || (how && !strcmp(how, "ansatz")));
  PetscCall(PetscFree(how));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddCondition(TessProblem p, const char name[])
{
  TessCondition *c = &p->condition[p->ncondition++];

  PetscFunctionBegin;
  PetscCall(TessConditionCreate(&p->sys, name, c));
  PetscCall(TessConditionSetFromOptions(*c));
  PetscCall(TessConditionSetUp(*c));
  PetscCall(TessProblemCheckOrder(p, *c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Patches that do not overlap meet in the section `interface`, unless a condition of that type is listed. */
static PetscErrorCode AddInterface(TessProblem p)
{
  const char     *type;
  const PetscInt *parts;
  PetscReal       overlap;
  PetscBool       wanted = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(TessDomainGetOverlap(p->sys.domain, &overlap));
  PetscCall(TessDomainGetParts(p->sys.domain, &parts));
  for (PetscInt a = 0; a < p->sys.dim; a++)
    wanted = (PetscBool)(wanted || (overlap == 0 && parts[a] > 1));
  for (PetscInt c = 0; c < p->ncondition; c++) {
    PetscCall(TessConditionGetType(p->condition[c], &type));
    wanted = (PetscBool)(wanted && strcmp(type, "interface"));
  }
  if (wanted)
    PetscCall(AddCondition(p, "interface"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadConditions(TessProblem p)
{
  TessSystem       *sys        = &p->sys;
  const char *const reserved[] = {RESERVED_SECTIONS};
  PetscInt          n;
  PetscBool         wanted = PETSC_TRUE;
  char            **names;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "conditions", &n, &names));
  TessCheckInput(n > 0, sys->comm, "no conditions: set -%sconditions, as in conditions: [inside, walls]",
                 p->prefix);
  PetscCall(PetscCalloc3(n + 1, &p->condition, n + 1, &p->loss, n + 1, &p->balance.lambda));
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
    PetscCall(IsWanted(p, names[i], &wanted));
    if (wanted)
      PetscCall(AddCondition(p, names[i]));
  }
  if (!p->fieldsonly)
    PetscCall(AddInterface(p));
  PetscCall(TessWordsDestroy(n, &names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadObservables(TessProblem p)
{
  char name[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessProblemNames(p, "observables", &p->nobservable, &p->obsname));
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
  PetscCall(TessProblemReadScalars(p));
  if (!p->fieldsonly)
    PetscCall(TessProblemReadGiven(p));
  PetscCall(TessProblemReadDomain(p));
  PetscCall(TessProblemReadExperts(p));
  PetscCall(TessProblemReadEnrich(p));
  PetscCall(ReadConditions(p));
  PetscCall(TessProblemReadAnsatz(p));
  if (!p->fieldsonly) {
    PetscCall(TessProblemReadBalance(p));
    PetscCall(TessProblemReadCausal(p));
  }
  if (p->moving)
    PetscCall(TessProblemCheckMoving(p));
  if (p->fieldsonly)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(ReadObservables(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}
