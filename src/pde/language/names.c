/* names.c - names are letters and digits; none may mean two things, nor may two differ only in case, because
   PETSc's options are not case-sensitive. */
#include <ctype.h>
#include "names.h"

static const struct {
  const char *one, *many, *option;
} kinds[NAME_KINDS] = {{"unknown", "unknowns", "-unknowns"},
                       {"axis", "axes", "-domain_<axis>"},
                       {"constant", "constants", "-constants_<name>"},
                       {"parameter", "parameters", "-parameters_<name>"},
                       {"given field", "given fields", "-fields_<name>"}};

static const char *const reserved[] = {"n", "t", "pi", "normal"}; /* beside the functions; t may be an axis */

const char *TessNameKindText(TessNameKind kind)
{
  return kinds[kind].one;
}

static PetscBool IsReserved(TessNameKind kind, const char name[])
{
  PetscInt           n;
  const char *const *function = TessFunctionNames(&n);

  for (PetscInt i = 0; i < n; i++)
    if (!strcmp(name, function[i]))
      return PETSC_TRUE;
  for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
    if (!strcmp(name, reserved[i]))
      return (PetscBool) !(kind == NAME_AXIS && !strcmp(name, "t"));
  return PETSC_FALSE;
}

static PetscErrorCode CheckForm(MPI_Comm comm, TessNameKind kind, const char name[])
{
  PetscBool good = (PetscBool)(isalpha((unsigned char)name[0]) != 0);
  char     *functions;
  PetscInt  n;

  PetscFunctionBegin;
  for (const char *c = name; *c; c++)
    good = (PetscBool)(good && isalnum((unsigned char)*c));
  TessCheckInput(
      good, comm,
      "%s \"%s\": a name is a letter, then letters and digits (no underscore: u_x is a derivative); see %s",
      kinds[kind].one, name, kinds[kind].option);
  if (IsReserved(kind, name)) {
    const char *const *list = TessFunctionNames(&n);

    PetscCall(TessJoin(n, list, &functions));
    SETERRQ(comm, PETSC_ERR_USER_INPUT,
            "%s \"%s\": this name is reserved; reserved are n, t, pi, normal, %s; see %s", kinds[kind].one,
            name, functions, kinds[kind].option);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckPair(MPI_Comm comm, TessNameKind kind, const char name[], TessNameKind other,
                                const char theirs[])
{
  PetscBool same;

  PetscFunctionBegin;
  PetscCall(PetscStrcasecmp(name, theirs, &same));
  if (!same)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(strcmp(name, theirs), comm, "%s \"%s\" and %s \"%s\" have the same name; see %s and %s",
                 kinds[other].one, theirs, kinds[kind].one, name, kinds[other].option, kinds[kind].option);
  SETERRQ(comm, PETSC_ERR_USER_INPUT,
          "%s \"%s\" and %s \"%s\" differ only in case, which options do not tell apart; see %s and %s",
          kinds[other].one, theirs, kinds[kind].one, name, kinds[other].option, kinds[kind].option);
}

PetscErrorCode TessNamesSet(MPI_Comm comm, TessNames *names, TessNameKind kind, PetscInt n,
                            const char *const name[])
{
  PetscFunctionBegin;
  PetscCall(TessWordsDestroy(names->n[kind], &names->name[kind]));
  names->n[kind] = 0;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(CheckForm(comm, kind, name[i]));
    for (PetscInt j = 0; j < i; j++)
      PetscCall(CheckPair(comm, kind, name[i], kind, name[j]));
    for (TessNameKind other = NAME_UNKNOWN; other < NAME_KINDS; other++)
      for (PetscInt j = 0; j < names->n[other]; j++)
        PetscCall(CheckPair(comm, kind, name[i], other, names->name[other][j]));
  }
  PetscCall(PetscMalloc1(n, &names->name[kind]));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(PetscStrallocpy(name[i], &names->name[kind][i]));
  names->n[kind] = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNamesClear(TessNames *names)
{
  PetscFunctionBegin;
  for (PetscInt kind = 0; kind < NAME_KINDS; kind++)
    PetscCall(TessWordsDestroy(names->n[kind], &names->name[kind]));
  PetscCall(PetscFree(names->value));
  PetscCall(PetscArrayzero(names->n, NAME_KINDS));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessNamesFind(const TessNames *names, const char text[], size_t len, TessNameKind *kind,
                        PetscInt *index)
{
  for (*kind = NAME_UNKNOWN; *kind < NAME_KINDS; (*kind)++)
    for (*index = 0; *index < names->n[*kind]; (*index)++)
      if (strlen(names->name[*kind][*index]) == len && !strncmp(names->name[*kind][*index], text, len))
        return PETSC_TRUE;
  return PETSC_FALSE;
}

PetscErrorCode TessNamesList(const TessNames *names, size_t len, char list[])
{
  size_t used = 0;

  PetscFunctionBegin;
  list[0] = 0;
  for (PetscInt kind = 0; kind < NAME_KINDS; kind++) {
    for (PetscInt i = 0; i < names->n[kind]; i++) {
      const char *name = names->name[kind][i], *before = i ? ", " : (used ? "; " : "");

      if (used + strlen(before) + strlen(kinds[kind].many) + strlen(name) + 6 > len) {
        PetscCall(PetscStrlcat(list, " ...", len));
        PetscFunctionReturn(PETSC_SUCCESS);
      }
      used += (size_t)snprintf(&list[used], len - used, "%s%s%s%s", before, i ? "" : kinds[kind].many,
                               i ? "" : " ", name);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessNamesNearest(const TessNames *names, const char word[], const char **nearest)
{
  PetscInt           n, nf;
  const char *const *function = TessFunctionNames(&nf);
  const char       **all;

  PetscFunctionBegin;
  n = nf;
  for (PetscInt kind = 0; kind < NAME_KINDS; kind++)
    n += names->n[kind];
  PetscCall(PetscMalloc1(n, &all));
  n = 0;
  for (PetscInt kind = 0; kind < NAME_KINDS; kind++)
    for (PetscInt i = 0; i < names->n[kind]; i++)
      all[n++] = names->name[kind][i];
  for (PetscInt i = 0; i < nf; i++)
    all[n++] = function[i];
  PetscCall(TessNearest(word, n, all, nearest));
  PetscCall(PetscFree(all));
  PetscFunctionReturn(PETSC_SUCCESS);
}
