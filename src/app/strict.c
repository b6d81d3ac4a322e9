/* strict.c - checks of the options as PETSc has them.  PetscOptionsLeftGet is what reads without marking as
 * read. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "app.h"

/* What the user named: for messages `of` says where. */
typedef struct {
  char        name[128];
  const char *of;
} Name;

#define NAMES 512 /* more names than any input has; the rest is not compared */

typedef struct {
  Name     name[NAMES];
  PetscInt n;
} Names;

/* The unread options as a database of their own, which may be searched freely. */
static PetscErrorCode CopyUnread(PetscOptions *copy)
{
  char   **names, **values, key[PETSC_MAX_OPTION_NAME];
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(PetscOptionsCreate(copy));
  PetscCall(PetscOptionsLeftGet(NULL, &n, &names, &values));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(PetscSNPrintf(key, sizeof(key), "-%s", names[i]));
    PetscCall(PetscOptionsSetValue(*copy, key, values[i]));
  }
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &names, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddName(Names *names, const char name[], size_t len, const char of[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < names->n; i++)
    if (names->name[i].of == of && strlen(names->name[i].name) == len &&
        !strncmp(names->name[i].name, name, len))
      PetscFunctionReturn(PETSC_SUCCESS);
  if (names->n < NAMES) {
    snprintf(names->name[names->n].name, sizeof(names->name->name), "%.*s", (int)len, name);
    names->name[names->n++].of = of;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Names listed as words: -unknowns u,v */
static PetscErrorCode AddWords(Names *names, PetscOptions options, const char of[])
{
  char   **words;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(options, "", of, &n, &words));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(AddName(names, words[i], strlen(words[i]), of));
  PetscCall(TessWordsDestroy(n, &words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Names as keys of a section: -constants_nu 1, or with keys of their own: -fields_k_file k.h5 */
static PetscErrorCode AddKeys(Names *names, PetscOptions options, const char section[], PetscBool deeper)
{
  static const char *const domain[] = {"mesh", "periodic"}; /* keys of domain that are no axes */
  char                   **keys;
  PetscInt                 n;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(options, "", section, &n, &keys));
  for (PetscInt i = 0; i < n; i++) {
    const PetscBool ours =
        (PetscBool)(!strcmp(section, "domain") && (!strcasecmp(keys[i], domain[0]) ||
                                                   !strcasecmp(keys[i], domain[1]) || strchr(keys[i], '_')));

    if (!ours)
      PetscCall(AddName(names, keys[i], deeper ? strcspn(keys[i], "_") : strlen(keys[i]), section));
  }
  PetscCall(TessWordsDestroy(n, &keys));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CollectNames(Names *names, PetscOptions options)
{
  PetscFunctionBegin;
  names->n = 0;
  PetscCall(AddWords(names, options, "unknowns"));
  PetscCall(AddWords(names, options, "conditions"));
  PetscCall(AddKeys(names, options, "domain", PETSC_FALSE));
  PetscCall(AddKeys(names, options, "constants", PETSC_FALSE));
  PetscCall(AddKeys(names, options, "fields", PETSC_TRUE));
  PetscCall(AddKeys(names, options, "parameters", PETSC_TRUE));
  PetscCall(AddKeys(names, options, "observables", PETSC_TRUE));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckName(const Names *names, PetscInt i)
{
  const char *name = names->name[i].name, *of = names->name[i].of;

  PetscFunctionBegin;
  TessCheckInput(isalpha((unsigned char)name[0]), PETSC_COMM_WORLD,
                 "the name \"%s\" does not begin with a letter; see -%s", name, of);
  for (const char *c = name; *c; c++)
    TessCheckInput(isalnum((unsigned char)*c), PETSC_COMM_WORLD,
                   "the name \"%s\" holds \"%c\": names are made of letters and digits; see -%s", name, *c,
                   of);
  TessCheckInput(
      strcmp(of, "conditions") || !AppSchemaHasSection(name), PETSC_COMM_WORLD,
      "the condition \"%s\" has the name of a section of the input: give it another name; see -conditions",
      name);
  for (PetscInt j = 0; j < i; j++) {
    const char *other = names->name[j].name;

    TessCheckInput(
        strcasecmp(name, other) || !strcmp(name, other), PETSC_COMM_WORLD,
        "the names \"%s\" (-%s) and \"%s\" (-%s) differ only in case, which options do not see: rename one",
        other, names->name[j].of, name, of);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether the value of an option is a formula: it must not be empty. */
static PetscBool IsFormula(const char name[])
{
  const char *last = strrchr(name, '_');

  if (strcasestr(name, "_equations_"))
    return PETSC_TRUE;
  if (!last)
    return PETSC_FALSE;
  if (!strncasecmp(name, "reference_", 10) || !strncasecmp(name, "constants_", 10))
    return PETSC_TRUE;
  if (!strncasecmp(name, "observables_", 12) &&
      (!strcasecmp(last, "_integral") || !strcasecmp(last, "_value") || !strcasecmp(last, "_zero")))
    return PETSC_TRUE;
  return (PetscBool)!strcasecmp(last, "_equation");
}

static PetscErrorCode CheckFormulas(void)
{
  char   **names, **values;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(PetscOptionsLeftGet(NULL, &n, &names, &values));
  for (PetscInt i = 0; i < n; i++) {
    const char *text = values[i] ? values[i] : "";

    TessCheckInput(
        !IsFormula(names[i]) || text[strspn(text, " \t\n")], PETSC_COMM_WORLD,
        "-%s is empty: an expression is wanted\n"
        "  on the command line a value that begins with a minus and a letter is taken for an option;\n"
        "  begin it with a blank then: -%s \" -u_xx = 1\"",
        names[i], names[i]);
  }
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &names, &values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppStrictNames(void)
{
  PetscOptions options;
  Names       *names;

  PetscFunctionBegin;
  PetscCall(CopyUnread(&options));
  PetscCall(PetscNew(&names));
  PetscCall(CollectNames(names, options));
  for (PetscInt i = 0; i < names->n; i++)
    PetscCall(CheckName(names, i));
  PetscCall(PetscFree(names));
  PetscCall(PetscOptionsDestroy(&options));
  PetscCall(CheckFormulas());
  PetscFunctionReturn(PETSC_SUCCESS);
}
