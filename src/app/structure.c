/* structure.c - the text of an input is walked as YAML events, before PETSc flattens it: there nested keys
   join with `_`, the last of two equal keys wins and case does not count, all in silence; here each of these
   is a message with line and column. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>
#include "app.h"

#define DEPTH 32 /* of nested maps */

/* A key that was met: its path as written ("wall: left_type") and the option it becomes, in lower case
 * ("wall_left_type"). */
typedef struct {
  char     *path, *option;
  size_t    line;
  PetscBool section; /* its value is a map */
} Key;

typedef struct {
  const char   *file;
  yaml_parser_t parser;
  char         *error;
  Key          *key;
  size_t        n, room;
} Walk;

static void Fail(Walk *w, const yaml_mark_t *mark, const char *format, ...)
{
  char    text[1024];
  va_list args;

  if (w->error)
    return;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  if (asprintf(&w->error, "%s:%zu:%zu: %s", w->file, mark->line + 1, mark->column + 1, text) < 0)
    w->error = NULL;
}

/* The next event; false after a syntax error, told with its place. */
static PetscBool Next(Walk *w, yaml_event_t *event)
{
  yaml_parser_t *p = &w->parser;

  if (w->error)
    return PETSC_FALSE;
  if (yaml_parser_parse(p, event))
    return PETSC_TRUE;
  if (p->problem_mark.line || p->problem_mark.column)
    Fail(w, &p->problem_mark, "not YAML: %s%s%s", p->problem, p->context ? ", " : "",
         p->context ? p->context : "");
  else
    Fail(w, &p->mark, "not YAML: %s", p->problem ? p->problem : "it cannot be read");
  return PETSC_FALSE;
}

static const char *Text(const yaml_event_t *event)
{
  return (const char *)event->data.scalar.value;
}

static void AddKey(Walk *w, const char path[], const char prefix[], const char name[], size_t line)
{
  Key *key;

  if (w->n == w->room) {
    w->room = 2 * w->room + 64;
    w->key  = realloc(w->key, w->room * sizeof(*w->key));
  }
  key = &w->key[w->n++];
  if (asprintf(&key->path, "%s%s%s", path, *path ? ": " : "", name) < 0)
    key->path = NULL;
  if (asprintf(&key->option, "%s%s%s", prefix, *prefix ? "_" : "", name) < 0)
    key->option = NULL;
  for (char *c = key->option; *c; c++)
    *c = (char)tolower((unsigned char)*c);
  key->line    = line;
  key->section = PETSC_FALSE;
}

/* The user's own names stand in these sections; `_` would make their options ambiguous. */
static PetscBool HoldsNames(const char path[])
{
  static const char *const sections[] = {"constants", "fields", "parameters", "observables", NULL};

  for (int i = 0; sections[i]; i++)
    if (!strcmp(path, sections[i]))
      return PETSC_TRUE;
  return PETSC_FALSE;
}

static void CheckKey(Walk *w, const char path[], const yaml_event_t *event)
{
  const char *name = Text(event);

  if (!isalpha((unsigned char)name[0])) {
    Fail(w, &event->start_mark, "the key \"%s\" does not begin with a letter", name);
    return;
  }
  for (const char *c = name; *c; c++) {
    if (!isalnum((unsigned char)*c) && *c != '_') {
      Fail(w, &event->start_mark, "the key \"%s\" holds \"%c\": letters, digits and _ are allowed", name, *c);
      return;
    }
  }
  if (HoldsNames(path) && strchr(name, '_'))
    Fail(w, &event->start_mark,
         "the name \"%s\" under %s holds an underscore: names are made of letters and digits", name, path);
}

static void Skip(Walk *w, yaml_event_t *event);
static void Map(Walk *w, const char path[], const char prefix[], int depth);

/* list = "[" { scalar | map } "]": PETSc joins scalars with commas and knows no list in a list. */
static void List(Walk *w, const char path[], const char prefix[], int depth)
{
  yaml_event_t event;
  PetscBool    more = PETSC_TRUE;

  while (more && Next(w, &event)) {
    if (event.type == YAML_SEQUENCE_END_EVENT)
      more = PETSC_FALSE;
    else if (event.type == YAML_SEQUENCE_START_EVENT)
      Fail(w, &event.start_mark, "a list inside the list \"%s\" cannot be read as an option", path);
    else if (event.type == YAML_MAPPING_START_EVENT)
      Map(w, path, prefix, depth + 1);
    yaml_event_delete(&event);
  }
}

/* value = scalar | alias | list | map, of the key that was added last */
static void Value(Walk *w, yaml_event_t *event, int depth)
{
  Key  *key  = &w->key[w->n - 1];
  char *path = strdup(key->path), *prefix = strdup(key->option);

  if (event->type == YAML_MAPPING_START_EVENT) {
    key->section = PETSC_TRUE;
    Map(w, path, prefix, depth + 1);
  } else if (event->type == YAML_SEQUENCE_START_EVENT)
    List(w, path, prefix, depth);
  free(path);
  free(prefix);
}

/* map = { key value }; `<<: *anchor` merges and `$$name: value` only names an anchor: neither is an option.
 */
static void Map(Walk *w, const char path[], const char prefix[], int depth)
{
  yaml_event_t key, value;
  PetscBool    more = PETSC_TRUE;

  while (more && Next(w, &key)) {
    if (key.type == YAML_MAPPING_END_EVENT)
      more = PETSC_FALSE;
    else if (key.type != YAML_SCALAR_EVENT)
      Fail(w, &key.start_mark, "a key must be a word");
    else if (depth > DEPTH)
      Fail(w, &key.start_mark, "keys nested deeper than %d", DEPTH);
    else {
      const PetscBool option = (PetscBool)(strcmp(Text(&key), "<<") && strncmp(Text(&key), "$$", 2));

      if (option) {
        CheckKey(w, path, &key);
        AddKey(w, path, prefix, Text(&key), key.start_mark.line + 1);
      }
      if (Next(w, &value)) {
        if (option)
          Value(w, &value, depth);
        else
          Skip(w, &value);
        yaml_event_delete(&value);
      }
    }
    yaml_event_delete(&key);
  }
}

/* What begins with this event, to its end. */
static void Skip(Walk *w, yaml_event_t *event)
{
  int          open = event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
  yaml_event_t inner;

  while (open && Next(w, &inner)) {
    open += inner.type == YAML_MAPPING_START_EVENT || inner.type == YAML_SEQUENCE_START_EVENT;
    open -= inner.type == YAML_MAPPING_END_EVENT || inner.type == YAML_SEQUENCE_END_EVENT;
    yaml_event_delete(&inner);
  }
}

static int CompareKeys(const void *a, const void *b)
{
  const Key *s = a, *t = b;
  const int  name = strcmp(s->option, t->option);

  return name ? name : (s->line > t->line) - (s->line < t->line);
}

/* Two keys that are one option: written alike, alike but for case, or nested in another way. */
static void CheckPair(Walk *w, const Key *s, const Key *t)
{
  const yaml_mark_t at = {.line = t->line - 1};

  if (!strcmp(s->path, t->path))
    Fail(w, &at, "the key \"%s\" is given twice, first in line %zu", t->path, s->line);
  else if (!strcasecmp(s->path, t->path))
    Fail(w, &at, "the keys \"%s\" (line %zu) and \"%s\" differ only in case, which options do not see",
         s->path, s->line, t->path);
  else if (!s->section || !t->section)
    Fail(w, &at, "the keys \"%s\" (line %zu) and \"%s\" are both the option -%s", s->path, s->line, t->path,
         t->option);
}

static void Document(Walk *w)
{
  yaml_event_t event;
  PetscBool    more = PETSC_TRUE;

  while (more && Next(w, &event)) {
    if (event.type == YAML_STREAM_END_EVENT)
      more = PETSC_FALSE;
    else if (event.type == YAML_STREAM_START_EVENT) {
      if (event.data.stream_start.encoding != YAML_UTF8_ENCODING) /* PETSc reads bytes */
        Fail(w, &event.start_mark, "the file is UTF-16: UTF-8 is wanted");
    } else if (event.type == YAML_MAPPING_START_EVENT)
      Map(w, "", "", 0);
    else if (event.type == YAML_SEQUENCE_START_EVENT || (event.type == YAML_SCALAR_EVENT && *Text(&event)))
      Fail(w, &event.start_mark, "an input is a map of keys and values (\"unknowns: u\")");
    yaml_event_delete(&event);
  }
  if (w->n)
    qsort(w->key, w->n, sizeof(*w->key), CompareKeys);
  for (size_t i = 1; i < w->n && !w->error; i++)
    if (!strcmp(w->key[i - 1].option, w->key[i].option))
      CheckPair(w, &w->key[i - 1], &w->key[i]);
  if (!w->n && !w->error)
    Fail(w, &(yaml_mark_t){0}, "the input is empty");
}

char *AppStructureCheck(const char file[])
{
  Walk  w      = {.file = file};
  FILE *stream = fopen(file, "r");

  if (!stream || fgetc(stream) == EOF) { /* a folder opens and cannot be read */
    const char *reason = !stream || errno == EISDIR ? strerror(errno) : "the file is empty";

    if (asprintf(&w.error, "cannot read the input %s: %s", file, reason) < 0)
      w.error = NULL;
    if (stream)
      fclose(stream);
    return w.error;
  }
  rewind(stream);
  if (yaml_parser_initialize(&w.parser)) {
    yaml_parser_set_input_file(&w.parser, stream);
    Document(&w);
    yaml_parser_delete(&w.parser);
  }
  fclose(stream);
  for (size_t i = 0; i < w.n; i++) {
    free(w.key[i].path);
    free(w.key[i].option);
  }
  free(w.key);
  return w.error;
}
