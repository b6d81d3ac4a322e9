/* options.c - options that refuse what PETSc lets pass in silence: overflow, cut strings, words that are not
 * there. */
#include <errno.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tessera/base.h>

PetscErrorCode TessParseReal(const char text[], PetscReal *value, PetscBool *ok)
{
  char *end;

  PetscFunctionBegin;
  *value = strtod(text, &end);
  while (isspace((unsigned char)*end))
    end++;
  *ok = (PetscBool)(end != text && !*end);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessParseInt64(const char text[], PetscInt64 *value, PetscBool *ok)
{
  char *end;

  PetscFunctionBegin;
  errno  = 0;
  *value = strtoll(text, &end, 10);
  while (isspace((unsigned char)*end))
    end++;
  *ok = (PetscBool)(end != text && !*end && errno != ERANGE);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessOptionsText(PetscOptions options, const char prefix[], const char name[], char **text)
{
  char        key[PETSC_MAX_OPTION_NAME];
  const char *value, *first, *last;
  PetscBool   set;

  PetscFunctionBegin;
  *text = NULL;
  PetscCall(PetscSNPrintf(key, sizeof(key), "-%s", name));
  PetscCall(PetscOptionsFindPair(options, prefix, key, &value, &set));
  if (!set)
    PetscFunctionReturn(PETSC_SUCCESS);
  first = value ? value : "";
  while (isspace((unsigned char)*first))
    first++;
  last = first + strlen(first);
  while (last > first && isspace((unsigned char)last[-1]))
    last--;
  PetscCall(PetscMalloc1((size_t)(last - first) + 1, text));
  PetscCall(PetscArraycpy(*text, first, last - first));
  (*text)[last - first] = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessWordsDestroy(PetscInt n, char ***words)
{
  PetscFunctionBegin;
  if (!*words)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < n; i++)
    PetscCall(PetscFree((*words)[i]));
  PetscCall(PetscFree(*words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One word of a list: without blanks at its ends. */
static PetscErrorCode Word(const char *begin, const char *end, char **word)
{
  PetscFunctionBegin;
  while (begin < end && isspace((unsigned char)*begin))
    begin++;
  while (end > begin && isspace((unsigned char)end[-1]))
    end--;
  PetscCall(PetscMalloc1((size_t)(end - begin) + 1, word));
  PetscCall(PetscArraycpy(*word, begin, end - begin));
  (*word)[end - begin] = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessOptionsWords(PetscOptions options, const char prefix[], const char name[], PetscInt *n,
                                char ***words)
{
  char    *text;
  PetscInt depth = 0, count = 1;

  PetscFunctionBegin;
  *n     = 0;
  *words = NULL;
  PetscCall(TessOptionsText(options, prefix, name, &text));
  if (!text || !*text) {
    PetscCall(PetscFree(text));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (const char *c = text; *c; c++)
    count += *c == ',';
  PetscCall(PetscCalloc1(count, words));
  for (const char *begin = text, *c = text;; c++) { /* commas inside parentheses do not cut: atan2(1,2) */
    depth += (*c == '(') - (*c == ')');
    if (*c && (*c != ',' || depth > 0))
      continue;
    PetscCall(Word(begin, c, &(*words)[(*n)++]));
    if (!*c)
      break;
    begin = c + 1;
  }
  PetscCall(PetscFree(text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* x, y, z before other names, t last; x2 before x10. */
static int CompareKeys(const void *a, const void *b)
{
  const char *s[2] = {*(char *const *)a, *(char *const *)b};
  int         rank[2];

  for (int i = 0; i < 2; i++) {
    const char *at = s[i][0] && !s[i][1] ? strchr("xyz t", s[i][0]) : NULL;
    rank[i]        = at ? (int)(at - "xyz t") : 3;
    if (at && *at == 't')
      rank[i] = 4;
  }
  if (rank[0] != rank[1])
    return rank[0] - rank[1];
  return strverscmp(s[0], s[1]);
}

/* Whether -name is set, without marking it as used as PetscOptionsHasName does: it is used already, or left.
 */
static PetscErrorCode IsSet(PetscOptions options, const char name[], PetscInt nleft, char *const left[],
                            PetscBool *is)
{
  PetscFunctionBegin;
  PetscCall(PetscOptionsUsed(options, name, is));
  for (PetscInt i = 0; i < nleft; i++)
    *is = (PetscBool)(*is || !strcasecmp(left[i], name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessOptionsKeys(PetscOptions options, const char prefix[], const char section[], PetscInt *n,
                               char ***keys)
{
  char        start[PETSC_MAX_OPTION_NAME], *all, **left;
  const char *at;
  size_t      len;
  PetscInt    count = 0, nleft;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(PetscSNPrintf(start, sizeof(start), "-%s%s_", prefix ? prefix : "", section));
  PetscCall(PetscStrlen(start, &len));
  PetscCall(PetscOptionsGetAll(options, &all)); /* "-name value -name value " */
  PetscCall(PetscOptionsLeftGet(options, &nleft, &left, NULL));
  for (at = all; (at = strcasestr(at, start)); at++)
    count++;
  PetscCall(PetscCalloc1(PetscMax(count, 1), keys));
  for (at = all; (at = strcasestr(at, start)); at++) {
    const char *end = at + len;
    char       *key, name[PETSC_MAX_OPTION_NAME];
    PetscBool   is, twice = PETSC_FALSE;

    if (at > all && at[-1] != ' ')
      continue;
    while (*end && *end != ' ')
      end++;
    PetscCall(Word(at + len, end, &key));
    PetscCall(PetscSNPrintf(name, sizeof(name), "%s%s_%s", prefix ? prefix : "", section, key));
    for (PetscInt i = 0; i < *n; i++)
      twice = (PetscBool)(twice || !strcmp((*keys)[i], key));
    is = PETSC_FALSE;
    if (*key && !twice)
      PetscCall(IsSet(options, name, nleft, left, &is)); /* a value may hold such a text too */
    if (is)
      (*keys)[(*n)++] = key;
    else
      PetscCall(PetscFree(key));
  }
  PetscCall(PetscFree(all));
  PetscCall(PetscOptionsLeftRestore(options, &nleft, &left, NULL));
  qsort(*keys, *n, sizeof(**keys), CompareKeys);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The text of an option inside PetscOptionsBegin/End, NULL while only help is printed or if it is not set. */
static PetscErrorCode ItemText(TessOptionItems PetscOptionsObject, const char opt[], char **text)
{
  PetscFunctionBegin;
  *text = NULL;
  if (PetscOptionsObject->count == 1)
    PetscCall(TessOptionsText(PetscOptionsObject->options, PetscOptionsObject->prefix, opt + 1, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *Prefix(TessOptionItems PetscOptionsObject)
{
  return PetscOptionsObject->prefix ? PetscOptionsObject->prefix : "";
}

/* A line of -help: "-name <value now : default>: text". */
static PetscErrorCode Help(TessOptionItems PetscOptionsObject, const char opt[], const char now[],
                           const char usual[], const char text[])
{
  PetscFunctionBegin;
  if (PetscOptionsObject->printhelp && PetscOptionsObject->count == 1 && !PetscOptionsObject->alreadyprinted)
    PetscCall((*PetscHelpPrintf)(PetscOptionsObject->comm, "  -%s%s <%s : %s>: %s\n",
                                 Prefix(PetscOptionsObject), opt + 1, now, usual, text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessOptionsInt_Private(TessOptionItems PetscOptionsObject, const char opt[], const char text[],
                                      PetscInt *value, PetscInt lo, PetscInt hi)
{
  char      *given, now[32], usual[32];
  PetscInt64 v;
  PetscBool  ok;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(usual, sizeof(usual), "%" PetscInt_FMT, *value));
  PetscCall(ItemText(PetscOptionsObject, opt, &given));
  if (given) {
    PetscCall(TessParseInt64(given, &v, &ok));
    TessCheckInput(ok && v >= lo && v <= hi, PetscOptionsObject->comm,
                   "-%s%s is %s: a whole number from %" PetscInt_FMT " to %" PetscInt_FMT " is wanted (%s)",
                   Prefix(PetscOptionsObject), opt + 1, *given ? given : "empty", lo, hi, text);
    *value = (PetscInt)v;
  }
  PetscCall(PetscSNPrintf(now, sizeof(now), "%" PetscInt_FMT, *value));
  PetscCall(Help(PetscOptionsObject, opt, now, usual, text));
  PetscCall(PetscFree(given));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessOptionsReal_Private(TessOptionItems PetscOptionsObject, const char opt[],
                                       const char text[], PetscReal *value, PetscReal lo, PetscReal hi)
{
  char     *given, now[32], usual[32];
  PetscReal v;
  PetscBool ok;

  PetscFunctionBegin;
  snprintf(usual, sizeof(usual), "%g", (double)*value);
  PetscCall(ItemText(PetscOptionsObject, opt, &given));
  if (given) {
    PetscCall(TessParseReal(given, &v, &ok));
    TessCheckInput(ok && v >= lo && v <= hi, PetscOptionsObject->comm,
                   "-%s%s is %s: a number from %.6g to %.6g is wanted (%s)", Prefix(PetscOptionsObject),
                   opt + 1, *given ? given : "empty", (double)lo, (double)hi, text);
    *value = v;
  }
  snprintf(now, sizeof(now), "%g", (double)*value);
  PetscCall(Help(PetscOptionsObject, opt, now, usual, text));
  PetscCall(PetscFree(given));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessOptionsChoice_Private(TessOptionItems PetscOptionsObject, const char opt[],
                                         const char text[], PetscInt n, const char *const list[],
                                         PetscInt *value)
{
  const PetscInt usual = *value;
  char          *given, *words, *line;
  const char    *nearest;
  size_t         len;

  PetscFunctionBegin;
  PetscCall(ItemText(PetscOptionsObject, opt, &given));
  PetscCall(TessJoin(n, list, &words));
  if (given) {
    for (*value = 0; *value < n && strcmp(list[*value], given);)
      (*value)++;
    PetscCall(TessNearest(given, n, list, &nearest));
    TessCheckInput(*value < n, PetscOptionsObject->comm, "-%s%s is \"%s\": one of %s is wanted (%s)%s%s%s",
                   Prefix(PetscOptionsObject), opt + 1, given, words, text, nearest ? "; did you mean " : "",
                   nearest ? nearest : "", nearest ? "?" : "");
  }
  len = strlen(text) + strlen(words) + 16;
  PetscCall(PetscMalloc1(len, &line));
  snprintf(line, len, "%s (one of %s)", text, words);
  PetscCall(Help(PetscOptionsObject, opt, list[*value], list[usual], line));
  PetscCall(PetscFree(line));
  PetscCall(PetscFree(words));
  PetscCall(PetscFree(given));
  PetscFunctionReturn(PETSC_SUCCESS);
}
