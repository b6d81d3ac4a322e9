/* equations.c - what a condition demands, from its options: equations, weights, the text of an observable. */
#include <ctype.h>
#include "conditionimpl.h"

/* integral, mean, value or zero: which of them is set. */
PetscErrorCode TessConditionReadObservable(TessCondition c)
{
  static const char *const kinds[] = {"integral", "mean", "value", "zero"};
  PetscInt                 found   = 0;
  char                    *text;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 4; i++) {
    PetscCall(TessOptionsText(NULL, c->prefix, kinds[i], &text));
    if (text)
      c->text = kinds[i], found++;
    PetscCall(PetscFree(text));
  }
  TessCheckInput(
      found == 1, c->sys->comm,
      "observable \"%s\" needs exactly one of -%sintegral, -%smean, -%svalue (with -%sat), -%szero "
      "(with -%sfrom, -%sto)",
      c->name, c->prefix, c->prefix, c->prefix, c->prefix, c->prefix, c->prefix, c->prefix);
  PetscCall(TessOptionsText(NULL, c->prefix, "at", &text));
  TessCheckInput(!text == !!strcmp(c->text, "value"), c->sys->comm,
                 "observable \"%s\": -%svalue and -%sat (the point) belong together", c->name, c->prefix,
                 c->prefix);
  PetscCall(PetscFree(text));
  c->type = "integral";
  if (strcmp(c->text, "zero"))
    PetscCall(TessConditionCreate_Integral(c));
  else
    PetscCall(TessConditionCreate_Zero(c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Equation q must change with an unknown: "1 = 2" does not, nor does the comparison "u == 2". */
static PetscErrorCode CheckUnknowns(TessCondition c)
{
  PetscInt        nnz;
  const PetscInt *eq;

  PetscFunctionBegin;
  PetscCall(TessPdeGetPartials(c->pde, &nnz, &eq, NULL));
  for (PetscInt q = 0; q < c->neq && !c->observable; q++) {
    const PetscBool named = (PetscBool) !!isalpha((unsigned char)c->equation[q][0]);
    PetscBool       found = PETSC_FALSE;

    for (PetscInt i = 0; i < nnz; i++)
      found = (PetscBool)(found || eq[i] == q);
    TessCheckInput(
        found, c->sys->comm,
        "condition \"%s\": equation %s does not change with any unknown or parameter (an equation has one "
        "\"=\", a comparison two); see -%s%s%s",
        c->name, c->equation[q], c->prefix, named ? "equations_" : c->text, named ? c->equation[q] : "");
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -<name>_equation, or -<name>_equations_<q> with -<name>_weights_<q>, or -<name>_plugin.  Data make their
 * own. */
PetscErrorCode TessConditionReadEquations(TessCondition c)
{
  MPI_Comm comm = c->sys->comm;
  PetscInt n;
  char   **keys, *text, *library, where[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(TessSystemCreatePde(c->sys, &c->pde));
  PetscCall(TessOptionsText(NULL, c->prefix, c->text, &text));
  PetscCall(TessOptionsText(NULL, c->prefix, "plugin", &library));
  PetscCall(TessOptionsKeys(NULL, c->prefix, "equations", &n, &keys));
  TessCheckInput(!!text + !!library + (n > 0) == 1, comm,
                 "condition \"%s\" needs exactly one of -%sequation, -%sequations_<name>, -%splugin", c->name,
                 c->prefix, c->prefix, c->prefix);
  c->neq = n > 0 ? n : 1;
  if (library) {
    char *found;

    PetscCall(PetscSNPrintf(where, sizeof(where), "-%splugin", c->prefix));
    PetscCall(TessPathFind(comm, library, c->sys->input, where, &found));
    PetscCall(TessPdeSetPlugin(c->pde, found));
    PetscCall(PetscFree(found));
  } else if (text) {
    PetscCall(PetscSNPrintf(where, sizeof(where), "-%s%s", c->prefix, c->text));
    TessCheckInput(*text, comm,
                   "%s is empty: an equation is wanted (on the command line a value that begins with a minus "
                   "and a letter is taken for "
                   "an option: put a blank before it)",
                   where);
    PetscCall(TessPdeAddEquation(c->pde, where, text));
  }
  for (PetscInt q = 0; q < n; q++) {
    char *line;

    PetscCall(PetscSNPrintf(where, sizeof(where), "equations_%s", keys[q]));
    PetscCall(TessOptionsText(NULL, c->prefix, where, &line));
    PetscCall(PetscSNPrintf(where, sizeof(where), "-%sequations_%s", c->prefix, keys[q]));
    TessCheckInput(line && *line, comm, "%s is empty: an equation is wanted", where);
    PetscCall(TessPdeAddEquation(c->pde, where, line));
    PetscCall(PetscFree(line));
  }
  PetscCall(TessPdeSetUp(c->pde));
  if (library)
    PetscCall(TessPdeGetColumns(c->pde, &c->neq, NULL, NULL));
  if (n > 0)
    c->equation = keys;
  else {
    PetscCall(TessWordsDestroy(0, &keys));
    PetscCall(PetscCalloc1(c->neq, &c->equation));
    for (PetscInt q = 0; q < c->neq; q++) {
      PetscCall(PetscSNPrintf(where, sizeof(where), "%" PetscInt_FMT, q + 1));
      PetscCall(PetscStrallocpy(where, &c->equation[q]));
    }
  }
  PetscCall(CheckUnknowns(c));
  PetscCall(PetscFree(text));
  PetscCall(PetscFree(library));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -<name>_weight times -<name>_weights_<equation> */
PetscErrorCode TessConditionReadWeights(TessCondition c)
{
  PetscReal weight = 1;
  PetscInt  n;
  char    **keys, *list;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(c->neq, &c->weight));
  PetscOptionsBegin(c->sys->comm, c->prefix, "weights of a condition", NULL);
  PetscCall(TessOptionsReal("-weight", "weight of the mean square of the residual in the loss", &weight, 0,
                            PETSC_MAX_REAL));
  for (PetscInt q = 0; q < c->neq; q++) {
    char option[PETSC_MAX_OPTION_NAME];

    c->weight[q] = 1;
    if (q && !strcmp(c->equation[q], c->equation[q - 1])) { /* the same term of another unknown */
      c->weight[q] = c->weight[q - 1];
      continue;
    }
    PetscCall(PetscSNPrintf(option, sizeof(option), "-weights_%s", c->equation[q]));
    if (c->neq > 1 || strcmp(c->equation[q], "1"))
      PetscCall(TessOptionsReal(option, "weight of one equation", &c->weight[q], 0, PETSC_MAX_REAL));
    c->weight[q] *= weight;
  }
  PetscOptionsEnd();
  PetscCall(TessOptionsKeys(NULL, c->prefix, "weights", &n, &keys));
  PetscCall(TessJoin(c->neq, (const char *const *)c->equation, &list));
  for (PetscInt i = 0; i < n; i++) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt q = 0; q < c->neq; q++)
      known = (PetscBool)(known || !strcmp(keys[i], c->equation[q]));
    TessCheckInput(known, c->sys->comm,
                   "-%sweights_%s: condition \"%s\" has no equation of that name; its equations: %s",
                   c->prefix, keys[i], c->name, list);
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &keys));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The normal is known on faces only; said here, where all ranks see it. */
PetscErrorCode TessConditionCheckNormal(TessCondition c)
{
  PetscInt          ncol, n = 0;
  const TessColumn *col;
  char            **word = NULL;
  PetscBool         faces;

  PetscFunctionBegin;
  if (c->border)
    PetscCall(TessOptionsWords(NULL, c->prefix, "on", &n, &word));
  PetscCall(TessWordsDestroy(n, &word));
  faces = (PetscBool)(!strcmp(c->type, "boundary") || !strcmp(c->type, "initial") ||
                      !strcmp(c->type, "interface") || (c->border && n));
  PetscCall(TessPdeGetColumns(c->pde, NULL, &ncol, &col));
  for (PetscInt i = 0; i < ncol; i++)
    TessCheckInput(faces || col[i].kind != TESS_COLUMN_NORMAL, c->sys->comm,
                   "condition \"%s\" uses normal_%s or dn(): they are known on boundaries only; its type is "
                   "%s, see -%stype and -%son",
                   c->name, c->sys->axis[col[i].index], c->type, c->prefix, c->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}
