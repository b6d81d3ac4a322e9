/* resolution.c - what an input with -accuracy leaves open, and a resolution as the options that say it.  What
   the user has set stays. */
#include "pursuit.h"

#define WEIGHT "1e5"    /* of all demands but the equations inside */
#define OVERSAMPLE 1.5  /* interior rows for an unknown */
#define FACE_SAMPLE 2.0 /* points on a face for each coefficient of a trace */
#define ITERATIONS "25"

/* binomial(degree + dim, dim): polynomials of total degree */
PetscReal TessPursuitCoefficients(const struct _p_TessPursuit *p, PetscInt dim)
{
  PetscReal n = 1;

  for (PetscInt k = 1; k <= dim; k++)
    n *= (PetscReal)(p->res.degree + k) / k;
  return PetscFloorReal(n + 0.5);
}

static PetscErrorCode Given(TessPursuit p, const char name[], PetscBool *given)
{
  char option[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(option, sizeof(option), "-%s", name));
  PetscCall(PetscOptionsHasName(NULL, p->prefix, option, given));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddName(const char name[], PetscInt *n, char ***names, PetscBool *is)
{
  *is = PETSC_FALSE;
  PetscFunctionBegin;
  for (PetscInt i = 0; i < *n; i++)
    *is = (PetscBool)(*is || !strcmp(name, (*names)[i]));
  if (*is)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscRealloc((*n + 1) * sizeof(**names), names));
  PetscCall(PetscStrallocpy(name, &(*names)[(*n)++]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Sets an option, or keeps what the user has set. */
static PetscErrorCode Choose(TessPursuit p, const char name[], const char format[], ...)
{
  char      option[PETSC_MAX_OPTION_NAME], value[64];
  PetscBool given, ours = PETSC_FALSE;
  va_list   args;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < p->nchosen; i++)
    ours = (PetscBool)(ours || !strcmp(name, p->chosen[i]));
  PetscCall(Given(p, name, &given));
  if (given && !ours) {
    PetscCall(AddName(name, &p->nkept, &p->kept, &ours));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  va_start(args, format);
  PetscCall(PetscVSNPrintf(value, sizeof(value), format, NULL, args));
  va_end(args);
  PetscCall(PetscSNPrintf(option, sizeof(option), "-%s%s", p->prefix, name));
  PetscCall(PetscOptionsSetValue(NULL, option, value));
  PetscCall(AddName(name, &p->nchosen, &p->chosen, &ours));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ChooseFor(TessPursuit p, const Demand *d, const char key[], const char value[])
{
  char name[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s_%s", d->name, key));
  PetscCall(Choose(p, name, "%s", value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The faces of a demand: all of space, those of `on`, the start. */
static PetscErrorCode ReadFaces(TessPursuit p, Demand *d, const PetscBool periodic[])
{
  char     name[PETSC_MAX_OPTION_NAME], **word;
  PetscInt n;

  PetscFunctionBegin;
  if (!strcmp(d->type, "initial"))
    d->faces[p->axes - 1] = 1;
  if (strcmp(d->type, "boundary") && strcmp(d->type, "periodic"))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s_on", d->name));
  PetscCall(TessOptionsWords(NULL, p->prefix, name, &n, &word));
  for (PetscInt a = 0; a < p->dim; a++) {
    const size_t len = strlen(p->axis[a]);

    if (!n && a < p->space && !periodic[a])
      d->faces[a] = 2;
    for (PetscInt i = 0; i < n; i++)
      if (!strncmp(word[i], p->axis[a], len) && (!word[i][len] || word[i][len] == '_')) {
        d->faces[a]++;
        if (a == p->dim - 1 && p->space < p->dim) /* time that returns is not marched */
          p->marched = PETSC_FALSE;
      }
  }
  PetscCall(TessWordsDestroy(n, &word));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define Refuse(cond, ...) TessCheckInput(!(cond), p->comm, "-%saccuracy: no estimate for " __VA_ARGS__)

static PetscErrorCode AddDemand(TessPursuit p, const char name[], const char type[])
{
  Demand *d = &p->demand[p->ndemand++];

  PetscFunctionBegin;
  PetscCall(PetscStrallocpy(name, &d->name));
  PetscCall(PetscStrallocpy(type, &d->type));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadDemands(TessPursuit p, TessProblem whole, const PetscBool periodic[])
{
  TessCondition *condition;
  PetscBool      interior = PETSC_FALSE, initial = PETSC_FALSE, faces = PETSC_FALSE;
  PetscInt       n;

  PetscFunctionBegin;
  PetscCall(TessProblemGetConditions(whole, &n, &condition));
  PetscCall(PetscCalloc1(n + 1, &p->demand));
  for (PetscInt c = 0; c < n; c++) {
    Demand     *d = &p->demand[c];
    const char *name, *type;

    PetscCall(TessConditionGetName(condition[c], &name));
    PetscCall(TessConditionGetType(condition[c], &type));
    PetscCall(AddDemand(p, name, type));
    faces = (PetscBool)(faces || !strcmp(type, "interface"));
    PetscCall(TessConditionGetInfo(condition[c], NULL, &d->neq, NULL));
    interior = (PetscBool)(interior || !strcmp(d->type, "interior"));
    initial  = (PetscBool)(initial || !strcmp(d->type, "initial"));
    Refuse(
        !strcmp(d->type, "data"),
        "data (condition \"%s\"): what they leave open, and their noise, does not shrink with the patches; "
        "choose parts, expert and points",
        p->prefix, name);
    PetscCall(ReadFaces(p, d, periodic));
  }
  if (p->overlap == 0 && !faces) /* that is added by itself, last */
    PetscCall(AddDemand(p, "interface", "interface"));
  Refuse(!interior, "a problem without an interior condition", p->prefix);
  p->marched = (PetscBool)(p->marched && initial);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadExperts(TessPursuit p, const TessSystem *sys)
{
  char    *type, section[PETSC_MAX_OPTION_NAME], **key;
  PetscInt n;

  PetscFunctionBegin;
  Refuse(sys->nparam || sys->nfield > 1,
         "trainable parameters, or unknowns with an expert of their own: choose parts, expert and points",
         p->prefix);
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    PetscCall(PetscSNPrintf(section, sizeof(section), "%s_expert", sys->unknown[i]));
    PetscCall(TessOptionsKeys(NULL, p->prefix, section, &n, &key));
    PetscCall(TessWordsDestroy(n, &key));
    Refuse(n, "unknowns with an expert of their own (-%s%s_type): set -%sexpert_type, or none", p->prefix,
           p->prefix, section, p->prefix);
  }
  PetscCall(TessOptionsText(NULL, p->prefix, "expert_type", &type));
  p->features = (PetscBool)(type && !strcmp(type, "features"));
  Refuse(
      type && !p->features && strcmp(type, "polynomial"),
      "trained networks (-%sexpert_type %s): where training ends is no function of the size; take features "
      "or polynomial, or leave the choice",
      p->prefix, p->prefix, type);
  PetscCall(PetscFree(type));
  PetscCall(Given(p, p->features ? "expert_features_width" : "expert_polynomial_degree", &p->fixed_degree));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Which axes the user has cut. */
static PetscErrorCode ReadFixed(TessPursuit p, const PetscInt parts[])
{
  static const char *const cut[] = {"parts", "edges"};
  char                     name[PETSC_MAX_OPTION_NAME];
  PetscBool                all, free = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(Given(p, "parts", &all));
  for (PetscInt a = 0; a < p->dim; a++) {
    p->fixed[a] = all;
    p->given[a] = parts[a];
    for (PetscInt k = 0; k < 2 && !p->fixed[a]; k++) {
      PetscCall(PetscSNPrintf(name, sizeof(name), "%s_%s", cut[k], p->axis[a]));
      PetscCall(Given(p, name, &p->fixed[a]));
    }
  }
  if (p->marched) {
    PetscCall(Given(p, "time_slabs", &p->fixed[p->dim - 1]));
    PetscCall(PetscOptionsGetInt(NULL, p->prefix, "-time_slabs", &p->given[p->dim - 1], NULL));
  }
  for (PetscInt a = 0; a < p->dim; a++)
    free = (PetscBool)(free || !p->fixed[a]);
  TessCheckInput(free || !p->fixed_degree, p->comm,
                 "-%saccuracy: nothing is left to be chosen: parts and the size of experts are given",
                 p->prefix);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitReadInput(TessPursuit p)
{
  const TessSystem  *sys;
  const PetscReal   *lo, *hi;
  const PetscBool   *periodic;
  const char *const *name;
  TessProblem        whole;
  char              *mode;
  PetscInt           npart, ncut;
  const PetscInt    *parts;

  PetscFunctionBegin;
  PetscCall(TessOptionsText(NULL, p->prefix, "time_mode", &mode));
  PetscCall(TessProblemCreate(p->comm, &whole));
  PetscCall(TessProblemSetOptionsPrefix(whole, p->prefix));
  if (p->input)
    PetscCall(TessProblemSetInput(whole, p->input));
  PetscCall(TessProblemSetFromOptions(whole));
  PetscCall(TessProblemGetSystem(whole, &sys));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, &periodic));
  PetscCall(TessDomainGetParts(sys->domain, &parts));
  PetscCall(TessDomainGetBoundary(sys->domain, &npart, &name));
  PetscCall(TessDomainGetCut(sys->domain, &ncut));
  Refuse(ncut, "parts of a mesh: set their number, the degree and points", p->prefix);
  p->overlap = npart ? 1 : 0; /* windows are clipped to holes and meshes */
  PetscCall(PetscOptionsGetReal(NULL, p->prefix, "-overlap", &p->overlap, NULL));
  Refuse(sys->dim > 3, "%" PetscInt_FMT " axes: at most 3 are wanted", p->prefix, sys->dim);
  p->axes = p->dim = sys->dim;
  p->space         = sys->space;
  p->nunknown      = sys->nunknown;
  PetscCall(PetscCalloc1(p->dim, &p->axis));
  for (PetscInt a = 0; a < p->dim; a++) {
    PetscCall(PetscStrallocpy(sys->axis[a], &p->axis[a]));
    p->lo[a] = lo[a], p->hi[a] = hi[a], p->periodic[a] = periodic[a];
  }
  p->marched = (PetscBool)(p->space < p->dim && (!mode || strcmp(mode, "spacetime")));
  PetscCall(ReadDemands(p, whole, periodic));
  PetscCall(ReadExperts(p, sys));
  PetscCall(TessPursuitTreatTime(p, whole, mode));
  PetscCall(ReadFixed(p, parts));
  PetscCall(TessProblemDestroy(&whole));
  PetscCall(PetscFree(mode));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Interior rows for an unknown.  Where coefficients move, points are an even grid, which must grow with the
 * square of the degree (Coppersmith & Rivlin, SIAM J. Math. Anal. 23, 1992): with too few, noise at the ends
 * of patches grows from step to step. */
static PetscReal Oversample(TessPursuit p)
{
  return p->moved ? PetscMax(2, p->res.degree / 6.0) : OVERSAMPLE;
}

/* Patches that have a face across the axis. */
static PetscReal Across(TessPursuit p, PetscInt axis)
{
  PetscReal n = 1;

  for (PetscInt a = 0; a < p->dim; a++)
    if (a != axis && !(p->marched && a == p->dim - 1))
      n *= p->res.parts[a];
  return n;
}

/* Faces between patches, across all axes. */
static PetscReal Between(TessPursuit p)
{
  PetscReal n = 0;

  for (PetscInt a = 0; a < p->dim; a++)
    if (!p->marched || a < p->dim - 1)
      n += p->res.parts[a] > 1 ? (p->res.parts[a] - !p->periodic[a]) * Across(p, a) : 0;
  return n;
}

static PetscErrorCode SetPoints(TessPursuit p)
{
  const PetscReal patches = Across(p, -1), face = TessPursuitCoefficients(p, p->dim - 1);
  PetscReal       rows = 0;
  char            text[32];

  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ndemand; c++)
    if (!strcmp(p->demand[c].type, "interior"))
      rows += p->demand[c].neq;
  for (PetscInt c = 0; c < p->ndemand; c++) {
    Demand         *d        = &p->demand[c];
    const PetscBool interior = (PetscBool)!strcmp(d->type, "interior");
    PetscReal       n        = 0;
    char           *weight;

    if (!strcmp(d->type, "interface") && Between(p) <= 0)
      continue;
    PetscCall(PetscSNPrintf(text, sizeof(text), "%s_weight", d->name));
    if (!interior && !p->moved)
      PetscCall(ChooseFor(p, d, "weight", WEIGHT));
    d->weight = 1;
    PetscCall(TessOptionsText(NULL, p->prefix, text, &weight));
    if (weight)
      d->weight = strtod(weight, NULL);
    PetscCall(PetscFree(weight));
    if (interior || (p->moved && !strcmp(d->type, "initial")))
      n = Oversample(p) * patches * p->nunknown * TessPursuitCoefficients(p, p->dim) / rows;
    for (PetscInt a = 0; a < p->dim; a++)
      n += FACE_SAMPLE * d->faces[a] * Across(p, a) * face;
    if (!strcmp(d->type, "interface"))
      n = FACE_SAMPLE * face * Between(p);
    if (n <= 0)
      continue;
    PetscCall(PetscSNPrintf(text, sizeof(text), "%.0f", (double)n));
    PetscCall(ChooseFor(p, d, "points", text));
    if (p->placed && strcmp(d->type, "interface"))
      PetscCall(ChooseFor(p, d, "spread", "even"));
    if (p->moved || p->overlap == 0)
      PetscCall(ChooseFor(p, d, "sampling", p->moved ? "grid" : "chebyshev"));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitSetOptions(TessPursuit p)
{
  const PetscInt time = p->space < p->dim ? p->dim - 1 : -1;
  char           name[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(Choose(p, "overlap", "%g", (double)p->overlap));
  PetscCall(Choose(p, "tao_max_it", ITERATIONS));
  if (time >= 0)
    PetscCall(Choose(p, "time_mode", p->marched ? "slabs" : "spacetime"));
  if (p->moved) {
    PetscCall(Choose(p, "time_mode", "ts"));
    PetscCall(Choose(p, "ts_rtol", "%g", (double)p->res.rtol));
  }
  if (p->marched)
    PetscCall(Choose(p, "time_slabs", "%" PetscInt_FMT, p->res.parts[time]));
  if (p->placed)
    PetscCall(Choose(p, "placement_type", "equidistribute"));
  for (PetscInt a = 0; a < p->dim; a++) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "parts_%s", p->axis[a]));
    if (!p->fixed[a])
      PetscCall(Choose(p, name, "%" PetscInt_FMT, p->marched && a == time ? 1 : p->res.parts[a]));
  }
  PetscCall(Choose(p, "expert_type", "polynomial"));
  if (p->features)
    PetscCall(Choose(p, "expert_features_width", "%.0f", (double)TessPursuitCoefficients(p, p->dim)));
  else
    PetscCall(Choose(p, "expert_polynomial_degree", "%" PetscInt_FMT, p->res.degree));
  PetscCall(SetPoints(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DestroyNames(PetscInt n, char ***names)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    PetscCall(PetscFree((*names)[i]));
  PetscCall(PetscFree(*names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPursuitDestroyInput(TessPursuit p)
{
  PetscFunctionBegin;
  for (PetscInt c = 0; c < p->ndemand; c++) {
    PetscCall(PetscFree(p->demand[c].name));
    PetscCall(PetscFree(p->demand[c].type));
  }
  PetscCall(PetscFree(p->demand));
  PetscCall(DestroyNames(p->axis ? p->axes : 0, &p->axis));
  PetscCall(DestroyNames(p->nchosen, &p->chosen));
  PetscCall(DestroyNames(p->nkept, &p->kept));
  PetscFunctionReturn(PETSC_SUCCESS);
}
