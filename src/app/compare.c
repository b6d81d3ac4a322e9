/* compare.c - the verb compare: several runs in one table, with the options in which they differ, and in one
   picture. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runs.h"

#define CELL 48 /* characters of a cell */
#define TOLD 6  /* columns of options that differ */

typedef struct {
  PetscInt n;
  json_t **record;
  char   **name; /* [n] the paths without their ends */
} Runs;

/* Rows of cells, column widths as they come; row 0 is the head. */
typedef struct {
  PetscInt rows, filled; /* filled: columns so far */
  char (*cell)[CELL];    /* [columns][rows] */
} Table;

static void Put(Table *t, PetscInt row, const char format[], ...) PETSC_ATTRIBUTE_FORMAT(3, 4);
static void Put(Table *t, PetscInt row, const char format[], ...)
{
  va_list args;

  va_start(args, format);
  vsnprintf(t->cell[t->filled * t->rows + row], CELL, format, args);
  va_end(args);
}

static void Print(const Table *t)
{
  for (PetscInt i = 0; i < t->rows; i++, putchar('\n'))
    for (PetscInt j = 0; j < t->filled; j++) {
      size_t width = 0;

      for (PetscInt k = 0; k < t->rows; k++)
        width = PetscMax(width, strlen(t->cell[j * t->rows + k]));
      printf(j ? "  %*s" : "%-*s", (int)width, t->cell[j * t->rows + i]);
    }
}

/* A column of numbers; "-" where a record has none. */
static void PutNumbers(Table *t, const Runs *r, const char title[], const char format[], const char key[],
                       const char inner[], const char last[])
{
  Put(t, 0, "%s", title);
  for (PetscInt i = 0; i < r->n; i++) {
    const json_t *value = json_object_get(r->record[i], key);

    value = inner ? json_object_get(value, inner) : value;
    value = last ? json_object_get(value, last) : value;
    if (json_is_number(value))
      snprintf(t->cell[t->filled * t->rows + i + 1], CELL, format, json_number_value(value));
    else
      Put(t, i + 1, "-");
  }
  t->filled++;
}

/* What stands under `key` in any of the runs; the caller's. */
static json_t *Union(const Runs *r, const char key[])
{
  json_t *all = json_object();

  for (PetscInt i = 0; i < r->n; i++)
    json_object_update_missing(all, json_object_get(r->record[i], key));
  return all;
}

/* The value of an option, "-" if the run was not given it. */
static const char *OptionOf(const Runs *r, PetscInt i, const char name[])
{
  const char *text = json_string_value(json_object_get(json_object_get(r->record[i], "options"), name));

  return text && *text ? text : "-";
}

/* Columns of the options that differ; how many more there are. */
static PetscInt PutOptions(Table *t, const Runs *r, json_t *options)
{
  PetscInt    told = 0;
  const char *name;
  json_t     *value;

  json_object_foreach(options, name, value)
  {
    bool differ = false;

    for (PetscInt k = 1; k < r->n; k++)
      differ = differ || strcmp(OptionOf(r, k, name), OptionOf(r, 0, name));
    if (!differ || !strcmp(name, "output_file") || !strcmp(name, "title") || told++ >= TOLD)
      continue;
    Put(t, 0, "%s", name);
    for (PetscInt k = 0; k < r->n; k++)
      Put(t, k + 1, "%s", OptionOf(r, k, name));
    t->filled++;
  }
  return PetscMax(told - TOLD, 0);
}

static void PutConverged(Table *t, const Runs *r)
{
  Put(t, 0, "converged");
  for (PetscInt i = 0; i < r->n; i++) {
    const json_t *value = json_object_get(r->record[i], "converged");

    Put(t, i + 1, "%s", json_is_true(value) ? "yes" : value ? "no" : "-");
  }
  t->filled++;
}

static PetscErrorCode PrintTable(const Runs *r)
{
  static const char *const plain[] = {"ranks", "patches", "parameters", "iterations"};
  json_t                  *errors = Union(r, "errors"), *options = Union(r, "options"), *value;
  const PetscInt           columns = (PetscInt)json_object_size(errors) + TOLD + 7;
  Table                    t       = {.rows = r->n + 1};
  PetscInt                 more;
  const char              *unknown;
  char                     title[CELL];

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(t.rows * columns, &t.cell));
  Put(&t, 0, "run");
  for (PetscInt i = 0; i < r->n; i++)
    Put(&t, i + 1, "%s", r->name[i]);
  t.filled++;
  more = PutOptions(&t, r, options);
  for (size_t k = 0; k < PETSC_STATIC_ARRAY_LENGTH(plain); k++)
    PutNumbers(&t, r, plain[k], "%.0f", plain[k], NULL, NULL);
  PutNumbers(&t, r, "seconds", "%.2f", "seconds", "total", NULL);
  json_object_foreach(errors, unknown, value)
  {
    snprintf(title, sizeof(title), "error of %s", unknown);
    PutNumbers(&t, r, title, "%.3e", "errors", unknown, "l2");
  }
  PutConverged(&t, r);
  Print(&t);
  if (more)
    printf("%" PetscInt_FMT " other options differ\n", more);
  fflush(stdout);
  PetscCall(PetscFree(t.cell));
  json_decref(errors);
  json_decref(options);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Errors if every run has some, else losses; against iterations, then seconds. */
static PetscErrorCode Draw(const Runs *r, const char stem[])
{
  static const char *const against[] = {"iterations", "seconds"}, *const tail[] = {"", "_seconds"};
  AppCurves        *curves;
  const PetscReal **x, **y;
  PetscInt         *n;
  bool              error = true;
  char              file[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(r->n, &curves, r->n, &x, r->n, &y, r->n, &n));
  for (PetscInt i = 0; i < r->n; i++) {
    bool some = false;

    PetscCall(AppCurvesCreate(r->record[i], &curves[i]));
    n[i] = curves[i].n;
    for (PetscInt k = 0; k < n[i]; k++)
      some = some || curves[i].error[k] > 0;
    error = error && some;
  }
  for (int k = 0; k < 2; k++) {
    for (PetscInt i = 0; i < r->n; i++) {
      x[i] = k ? curves[i].seconds : curves[i].count;
      y[i] = error ? curves[i].error : curves[i].loss;
    }
    PetscCall(PetscSNPrintf(file, sizeof(file), "%s%s.png", stem, tail[k]));
    PetscCall(TessImageLines(PETSC_COMM_SELF, file, error ? "relative L2 error" : "loss", against[k], "",
                             PETSC_TRUE, r->n, (const char *const *)r->name, n, x, y));
    printf("%s\n", file);
  }
  for (PetscInt i = 0; i < r->n; i++)
    PetscCall(AppCurvesDestroy(&curves[i]));
  PetscCall(PetscFree4(curves, x, y, n));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunsDestroy(Runs *r)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < r->n; i++) {
    json_decref(r->record[i]);
    PetscCall(PetscFree(r->name[i]));
  }
  PetscCall(PetscFree2(r->record, r->name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunsRead(const AppArguments *args, Runs *r, char message[], size_t len)
{
  char *end;

  PetscFunctionBegin;
  r->n = args->nfile;
  PetscCall(PetscCalloc2(r->n, &r->record, r->n, &r->name));
  for (PetscInt i = 0; i < r->n && !message[0]; i++) {
    r->record[i] = AppRunsRead(args->files[i], message, len);
    PetscCall(PetscStrallocpy(args->files[i], &r->name[i]));
    end = strrchr(r->name[i], '.');
    if (end && !strcmp(end, ".json"))
      *end = 0;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppCompare(const AppArguments *args, int *exit_code)
{
  Runs        runs         = {0};
  char        message[512] = "", *stem, *end;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(TessOptionsText(NULL, "", "output_file", &stem));
  PetscCall(AppStrictUnread());
  if (!rank)
    PetscCall(RunsRead(args, &runs, message, sizeof(message)));
  PetscCallMPI(MPI_Bcast(message, sizeof(message), MPI_CHAR, 0, PETSC_COMM_WORLD));
  TessCheckInput(!message[0], PETSC_COMM_WORLD, "%s", message);
  if (!stem)
    PetscCall(PetscStrallocpy("compare", &stem));
  end = strrchr(stem, '.');
  if (end && !strcmp(end, ".png"))
    *end = 0;
  if (!rank) {
    PetscCall(PrintTable(&runs));
    PetscCall(Draw(&runs, stem));
  }
  PetscCall(RunsDestroy(&runs));
  PetscCall(PetscFree(stem));
  *exit_code = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
