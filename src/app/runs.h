#pragma once
#include <stdbool.h>
#include <jansson.h>
#include "app.h"

/* --- runs.c: records of runs, read on one rank; the app alone links jansson --- */
/* The record <stem>.json, or the history <stem>.jsonl of a run that goes on brought into the form of a
   record; NULL and one line in message [len] if it is none.  The caller's to json_decref. */
json_t *AppRunsRead(const char file[], char message[], size_t len);

/* The history of a record as curves; not a number where there is none. */
typedef struct {
  PetscInt   n;
  PetscReal *count, *seconds, *loss, *error; /* [n]; slabs count their iterations on */
} AppCurves;
PetscErrorCode AppCurvesCreate(const json_t *record, AppCurves *);
PetscErrorCode AppCurvesDestroy(AppCurves *);
