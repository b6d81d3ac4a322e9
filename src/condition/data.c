/* data.c - values at points: row = sqrt(weight / N) (expression - value) / sigma, N of the whole time even
   where the problem is one slab of it (slab.c).  The points come from a file (-<name>_file: one array per
   axis, one per datum), or from a twin experiment: values of the texts -<name>_exact_<datum> at
   -<name>_points random points of the box -<name>_within_<axis>, with normal noise of standard deviation
   sigma.  A datum named as an unknown measures it; another needs -<name>_equations_<datum>, the expression
   that is measured. */
#include <petscsf.h>
#include "conditionimpl.h"

typedef struct {
  char     *file;
  TessPde   exact; /* of a twin experiment */
  PetscBool noise;
  PetscReal lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];
} Data;

static PetscErrorCode AddDatum(TessCondition c, const char name[])
{
  char  where[PETSC_MAX_OPTION_NAME], *text;
  Data *d = c->data;

  PetscFunctionBegin;
  PetscCall(PetscStrallocpy(name, &c->equation[c->neq++]));
  PetscCall(PetscSNPrintf(where, sizeof(where), "equations_%s", name));
  PetscCall(TessOptionsText(NULL, c->prefix, where, &text));
  PetscCall(PetscSNPrintf(where, sizeof(where), "-%s%s_%s", c->prefix,
                          d->exact && !text ? "exact" : "equations", name));
  PetscCall(TessPdeAddEquation(c->pde, where, text ? text : name));
  PetscCall(PetscFree(text));
  if (d->exact) {
    PetscCall(PetscSNPrintf(where, sizeof(where), "exact_%s", name));
    PetscCall(TessOptionsText(NULL, c->prefix, where, &text));
    PetscCall(PetscSNPrintf(where, sizeof(where), "-%sexact_%s", c->prefix, name));
    PetscCall(TessPdeAddEquation(d->exact, where, text));
    PetscCall(PetscFree(text));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The data of a file: the unknowns that it has, and those that -<name>_equations names. */
static PetscErrorCode FileData(TessCondition c, const char file[])
{
  const TessSystem *sys = c->sys;
  Data             *d   = c->data;
  PetscInt          n;
  char            **keys, *list, option[PETSC_MAX_OPTION_NAME];
  PetscBool         has;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(option, sizeof(option), "-%sfile", c->prefix));
  PetscCall(TessPathFind(sys->comm, file, sys->input, option, &d->file));
  PetscCall(TessOptionsKeys(NULL, c->prefix, "equations", &n, &keys));
  PetscCall(PetscCalloc1(sys->nunknown + n, &c->equation));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(AddDatum(c, keys[i]));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    PetscBool twice = PETSC_FALSE;

    for (PetscInt j = 0; j < n; j++)
      twice = (PetscBool)(twice || !strcmp(keys[j], sys->unknown[i]));
    PetscCall(TessFileHas(sys->comm, d->file, sys->unknown[i], &has));
    if (has && !twice)
      PetscCall(AddDatum(c, sys->unknown[i]));
  }
  PetscCall(TessWordsDestroy(n, &keys));
  PetscCall(TessJoin(sys->nunknown, (const char *const *)sys->unknown, &list));
  TessCheckInput(c->neq > 0, sys->comm,
                 "condition \"%s\": the file %s has no dataset named as an unknown (%s), and no "
                 "-%sequations_<dataset> names one",
                 c->name, d->file, list, c->prefix);
  PetscCall(PetscFree(list));
  PetscCall(TessTableSize(sys->comm, d->file, sys->dim, (const char *const *)sys->axis, c->neq,
                          (const char *const *)c->equation, &c->points));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TwinData(TessCondition c, PetscInt n, char **keys)
{
  Data            *d = c->data;
  const PetscReal *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(c->sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  PetscCall(TessSystemCreatePde(c->sys, &d->exact));
  PetscCall(PetscCalloc1(n, &c->equation));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(AddDatum(c, keys[i]));
  PetscCall(TessPdeSetUp(d->exact));
  for (PetscInt a = 0; a < c->sys->dim; a++) {
    char      name[PETSC_MAX_OPTION_NAME], **word;
    PetscInt  nword;
    PetscBool ok[2];

    const PetscReal low  = a < c->sys->dim - 1 ? lo[a] : c->sys->time[0],
                    high = a < c->sys->dim - 1 ? hi[a] : c->sys->time[1];

    d->lo[a] = low;
    d->hi[a] = high;
    PetscCall(PetscSNPrintf(name, sizeof(name), "within_%s", c->sys->axis[a]));
    PetscCall(TessOptionsWords(NULL, c->prefix, name, &nword, &word));
    if (!nword)
      continue;
    TessCheckInput(nword == 2, c->sys->comm,
                   "-%s%s has %" PetscInt_FMT " numbers: a lower and an upper bound are wanted", c->prefix,
                   name, nword);
    PetscCall(TessParseReal(word[0], &d->lo[a], &ok[0]));
    PetscCall(TessParseReal(word[1], &d->hi[a], &ok[1]));
    TessCheckInput(ok[0] && ok[1] && low <= d->lo[a] && d->lo[a] <= d->hi[a] && d->hi[a] <= high,
                   c->sys->comm, "-%s%s is %s, %s: two numbers in %.6g to %.6g are wanted", c->prefix, name,
                   word[0], word[1], (double)low, (double)high);
    PetscCall(TessWordsDestroy(nword, &word));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionSetFromOptions_Data(TessCondition c)
{
  Data     *d = c->data;
  PetscInt  n;
  char    **keys, *file;
  PetscReal sigma = 1;

  PetscFunctionBegin;
  d->noise = PETSC_TRUE;
  PetscCall(TessOptionsText(NULL, c->prefix, "file", &file));
  PetscCall(TessOptionsKeys(NULL, c->prefix, "exact", &n, &keys));
  TessCheckInput(!!file + (n > 0) == 1, c->sys->comm,
                 "condition \"%s\" of type data needs either -%sfile or -%sexact_<unknown>", c->name,
                 c->prefix, c->prefix);
  PetscOptionsBegin(c->sys->comm, c->prefix, "data", NULL);
  PetscCall(TessOptionsReal("-sigma", "standard deviation of a datum, in its unit", &sigma,
                            PETSC_MACHINE_EPSILON, PETSC_MAX_REAL));
  if (!file)
    PetscCall(PetscOptionsBool("-noise", "whether a twin experiment adds normal noise of that size", "",
                               d->noise, &d->noise, NULL));
  PetscOptionsEnd();
  c->sigma = sigma;
  PetscCall(TessSystemCreatePde(c->sys, &c->pde));
  if (file)
    PetscCall(FileData(c, file));
  else
    PetscCall(TwinData(c, n, keys));
  PetscCall(TessPdeSetUp(c->pde));
  PetscCall(PetscFree(file));
  PetscCall(TessWordsDestroy(n, &keys));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* This rank's even share of the points of a twin experiment. */
static PetscErrorCode DrawTwin(TessCondition c, PetscInt *n, PetscReal **x, PetscReal **value)
{
  const TessSystem *sys = c->sys;
  Data             *d   = c->data;
  PetscMPIInt       rank, size;
  PetscInt64        first, end;
  PetscInt          ncol;
  const TessColumn *col;
  const PetscReal **column;
  TessKey           key = TessKeyName(sys->key, c->name), noise = TessKeyName(key, "noise");

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(sys->comm, &rank));
  PetscCallMPI(MPI_Comm_size(sys->comm, &size));
  first = c->points * rank / size;
  end   = c->points * (rank + 1) / size;
  *n    = (PetscInt)(end - first);
  PetscCall(TessPdeGetColumns(d->exact, NULL, &ncol, &col));
  PetscCall(PetscMalloc1((size_t)sys->dim * *n, x));
  PetscCall(PetscMalloc1((size_t)c->neq * *n, value));
  PetscCall(PetscMalloc1(ncol, &column));
  for (PetscInt a = 0; a < sys->dim; a++)
    for (PetscInt p = 0; p < *n; p++)
      (*x)[(size_t)a * *n + p] =
          d->lo[a] + (d->hi[a] - d->lo[a]) * TessKeyUniform(key, (first + p) * sys->dim + a);
  for (PetscInt i = 0; i < ncol; i++) {
    TessCheckInput(col[i].kind == TESS_COLUMN_AXIS, sys->comm,
                   "-%sexact_<unknown>: an exact value is a function of the coordinates and constants alone",
                   c->prefix);
    column[i] = *x + (size_t)col[i].index * *n;
  }
  PetscCall(TessPdeEvaluate(d->exact, *n, column, *value, NULL));
  for (PetscInt q = 0; q < c->neq; q++)
    for (PetscInt p = 0; p < *n && d->noise; p++)
      (*value)[(size_t)q * *n + p] += c->sigma * TessKeyNormal(noise, (first + p) * c->neq + q);
  PetscCall(PetscFree(column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionPlace_Data(TessCondition c, PetscInt round)
{
  const TessSystem *sys = c->sys;
  Data             *d   = c->data;
  PetscInt          n, nleaf, *patch;
  PetscReal        *x, *value, *there;
  PetscInt64        outside;
  PetscSF           sf;

  PetscFunctionBegin;
  if (d->exact)
    PetscCall(DrawTwin(c, &n, &x, &value));
  else
    PetscCall(TessTableRead(sys->comm, d->file, sys->dim, (const char *const *)sys->axis, c->neq,
                            (const char *const *)c->equation, &n, &x, &value));
  PetscCall(TessConditionTakeSlab(c, d->file ? d->file : "the twin experiment", &n, x, value));
  PetscCall(TessDomainMigrate(sys->domain, n, x, &sf, &nleaf, &patch, &outside));
  TessCheckInput(!outside || d->exact, sys->comm,
                 "condition \"%s\": %" PetscInt64_FMT
                 " of its points lie in a hole of the domain; see -%sfile",
                 c->name, outside, c->prefix);
  PetscCall(PetscMalloc1((size_t)(sys->dim + c->neq) * nleaf, &there));
  for (PetscInt i = 0; i < sys->dim + c->neq; i++) {
    const PetscReal *from = i < sys->dim ? x + (size_t)i * n : value + (size_t)(i - sys->dim) * n;

    PetscCall(PetscSFBcastBegin(sf, MPIU_REAL, from, there + (size_t)i * nleaf, MPI_REPLACE));
    PetscCall(PetscSFBcastEnd(sf, MPIU_REAL, from, there + (size_t)i * nleaf, MPI_REPLACE));
  }
  for (PetscInt first = 0, end; first < nleaf; first = end) {
    TessPointSet *set;

    for (end = first; end < nleaf && patch[end] == patch[first];)
      end++;
    PetscCall(TessConditionAddSet(c, patch[first], end - first, &set));
    for (PetscInt a = 0; a < sys->dim; a++)
      PetscCall(PetscArraycpy(set->x + (size_t)a * set->n, there + (size_t)a * nleaf + first, set->n));
    for (PetscInt q = 0; q < c->neq; q++)
      PetscCall(PetscArraycpy(set->target + (size_t)q * set->n,
                              there + (size_t)(sys->dim + q) * nleaf + first, set->n));
    for (PetscInt p = 0; p < set->n; p++)
      set->share[p] = 1; /* Place divides by their sum, and takes the part in this slab */
  }
  PetscCall(PetscFree(there));
  PetscCall(PetscFree(patch));
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(value));
  PetscCall(PetscSFDestroy(&sf));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConditionDestroy_Data(TessCondition c)
{
  Data *d = c->data;

  PetscFunctionBegin;
  PetscCall(PetscFree(d->file));
  PetscCall(TessPdeDestroy(&d->exact));
  PetscCall(PetscFree(c->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionCreate_Data(TessCondition c)
{
  Data *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  c->data = d;
  c->ops  = (TessConditionOps){.setfromoptions = ConditionSetFromOptions_Data,
                               .place          = ConditionPlace_Data,
                               .destroy        = ConditionDestroy_Data};
  PetscFunctionReturn(PETSC_SUCCESS);
}
