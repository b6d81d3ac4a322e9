/* runs.c - reads run records.  A history holds a head and steps; after a restart another head, and the steps
   since the checkpoint once more: the later ones count. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "runs.h"

/* {slab, iteration} of a is before that of b */
static bool IsBefore(const json_t *a, const json_t *b)
{
  const json_int_t slab[] = {json_integer_value(json_object_get(a, "slab")),
                             json_integer_value(json_object_get(b, "slab"))},
                   step[] = {json_integer_value(json_object_get(a, "iteration")),
                             json_integer_value(json_object_get(b, "iteration"))};

  return slab[0] < slab[1] || (slab[0] == slab[1] && step[0] < step[1]);
}

/* One line of a history into the record that is being made. */
static void AddLine(json_t *record, json_t *line, bool *again)
{
  json_t *list = json_object_get(record, "history");

  if (!json_object_get(line, "iteration")) {
    *again = json_array_size(list) > 0;
    json_object_update(record, line);
    return;
  }
  while (*again && json_array_size(list) && !IsBefore(json_array_get(list, json_array_size(list) - 1), line))
    json_array_remove(list, json_array_size(list) - 1);
  *again = false;
  json_array_append(list, line);
}

static json_t *ReadLines(FILE *in, const char file[], char message[], size_t len)
{
  json_t      *record = json_pack("{s:[]}", "history"), *list, *step;
  size_t       at, taken = 0;
  json_error_t error;
  char        *text = NULL;
  size_t       size = 0;
  ssize_t      n;
  bool         again = false;

  for (int i = 1; !message[0] && (n = getline(&text, &size, in)) > 0; i++) {
    json_t *line = json_loadb(text, (size_t)n, 0, &error);

    if (json_is_object(line))
      AddLine(record, line, &again);
    else if (text[n - 1] == '\n') /* else it is being written */
      snprintf(message, len, "cannot read %s: line %d is no JSON object", file, i);
    json_decref(line);
  }
  free(text);
  list = json_object_get(record, "history");
  json_array_foreach(list, at, step)
  {
    if (json_integer_value(json_object_get(step, "iteration")) > 0)
      taken++; /* iteration 0 of a slab is its start */
  }
  json_object_set_new(record, "iterations", json_integer((json_int_t)taken));
  if (json_array_size(list))
    json_object_set_new(
        record, "seconds",
        json_pack("{s:O}", "total",
                  json_object_get(json_array_get(list, json_array_size(list) - 1), "seconds")));
  return record;
}

json_t *AppRunsRead(const char file[], char message[], size_t len)
{
  static const char *const wanted[] = {"version", "ranks", "history"};
  const char              *end      = strrchr(file, '.');
  FILE                    *in       = fopen(file, "r");
  json_t                  *record   = NULL;
  json_error_t             error;

  struct stat s;

  message[0] = 0;
  if (!in) {
    snprintf(message, len, "cannot read %s: %s", file, strerror(errno));
    return NULL;
  }
  if (!fstat(fileno(in), &s) && S_ISDIR(s.st_mode))
    snprintf(message, len,
             "%s is a folder: the record of a run, NAME.json, or its history, NAME.jsonl, is wanted", file);
  else if (end && !strcmp(end, ".h5"))
    snprintf(message, len, "%s holds fields: the record of the run beside it, %.*s.json, is wanted", file,
             (int)(end - file), file);
  else if (end && !strcmp(end, ".jsonl"))
    record = ReadLines(in, file, message, len);
  else if (!(record = json_loadf(in, 0, &error)))
    snprintf(message, len, "cannot read %s: it is no JSON (line %d: %s)", file, error.line, error.text);
  fclose(in);
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(wanted) && !message[0]; i++)
    if (!json_object_get(record, wanted[i]))
      snprintf(message, len, "%s is not the record of a run: it has no \"%s\"", file, wanted[i]);
  if (message[0]) {
    json_decref(record);
    return NULL;
  }
  return record;
}

static PetscReal Number(const json_t *step, const char key[])
{
  const json_t *value = json_object_get(step, key);

  return json_is_number(value) ? json_number_value(value) : NAN;
}

PetscErrorCode AppCurvesCreate(const json_t *record, AppCurves *c)
{
  const json_t *list = json_object_get(record, "history");

  PetscFunctionBegin;
  c->n = (PetscInt)json_array_size(list);
  PetscCall(PetscMalloc4(c->n, &c->count, c->n, &c->seconds, c->n, &c->loss, c->n, &c->error));
  for (PetscInt i = 0; i < c->n; i++) {
    const json_t *step = json_array_get(list, (size_t)i);

    c->count[i]   = i;
    c->seconds[i] = Number(step, "seconds");
    c->loss[i]    = Number(step, "loss");
    c->error[i]   = Number(step, "error");
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppCurvesDestroy(AppCurves *c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree4(c->count, c->seconds, c->loss, c->error));
  PetscFunctionReturn(PETSC_SUCCESS);
}
