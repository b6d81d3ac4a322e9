/* enrich.c - singular functions beside the basis of the experts, found in the geometry or given by hand:
     enrich: {terms: [holes, corners, tip], tip: {type: corner, center: [0, 1], direction: -pi/4, angle:
   pi/2}} laurent: z^-k |z|^2j, k up to the degree, j up to the powers, and log |z| times polynomials; corner:
   z^(a - b + j) conj(z)^(b + j), a in the exponents (k pi / angle), b up to bars; times log z if it is a
            polynomial without;
   poles:   1 / (z - z_j), z_j clustered towards the corner from outside: distances length exp(4 (sqrt(j) -
            sqrt(n))), j = 1..n  (Gopal & Trefethen, SIAM J. Numer. Anal. 57, 2019). */
#include "problemimpl.h"

#define CLUSTER 4

/* One entry of the list `terms`, as it is read. */
typedef struct {
  const char *name;
  PetscInt    n, ndirection, nexponent, nimaginary; /* singular points, and the lengths of the lists */
  PetscReal  *center, *direction, *exponent, *imaginary;
  PetscReal   angle, radius, length;
  PetscInt    degree, powers, logs, bars, count;
} Term;

static PetscErrorCode Add(TessProblem p, const Term *t, PetscInt at, PetscReal unit, PetscReal re,
                          PetscReal im, PetscReal b, PetscInt log)
{
  TessEnrich *e = &p->enrich;

  PetscFunctionBegin;
  PetscCall(PetscRealloc((e->n + 2) * sizeof(*e->singular), &e->singular));
  for (PetscInt part = 0; part < 2; part++) {
    if (part && im == 0 && re == b && log != 1) /* real */
      continue;
    e->singular[e->n++] = (TessSingular){.center    = {t->center[2 * at], t->center[2 * at + 1]},
                                         .unit      = unit,
                                         .direction = t->ndirection ? t->direction[at] : 0,
                                         .a         = {re, im},
                                         .b         = b,
                                         .log       = log,
                                         .part      = part,
                                         .reach     = e->reach};
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddLaurent(TessProblem p, const Term *t, PetscInt at, PetscReal unit)
{
  PetscFunctionBegin;
  for (PetscInt k = 1; k <= t->degree; k++)
    for (PetscInt j = 0; j <= t->powers && j < k; j++)
      PetscCall(Add(p, t, at, unit, j - k, 0, j, 0));
  for (PetscInt a = 0; a <= t->logs; a++)
    for (PetscInt b = 0; b <= a && a + b <= t->logs; b++)
      PetscCall(Add(p, t, at, unit, a, 0, b, 2));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddCorner(TessProblem p, const Term *t, PetscInt at)
{
  PetscFunctionBegin;
  for (PetscInt k = 0; k < t->nexponent; k++)
    for (PetscInt j = 0; j <= t->powers; j++)
      for (PetscInt b = 0; b <= t->bars; b++) {
        const PetscReal im = k < t->nimaginary ? t->imaginary[k] : 0, a = t->exponent[k] - b + j;
        const PetscInt  log = im == 0 && a >= 0 && PetscAbsReal(a - PetscFloorReal(a + 0.5)) < 1e-12;

        PetscCall(Add(p, t, at, 1, a, im, b + j, log));
      }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddPoles(TessProblem p, const Term *t, PetscInt at)
{
  PetscFunctionBegin;
  for (PetscInt j = 1; j <= t->count; j++) {
    const PetscReal distance =
        t->length * PetscExpReal(CLUSTER * (PetscSqrtReal(j) - PetscSqrtReal(t->count)));
    PetscReal center[2];
    Term      one = *t;

    center[0]      = t->center[2 * at] - distance * PetscCosReal(t->direction[at]);
    center[1]      = t->center[2 * at + 1] - distance * PetscSinReal(t->direction[at]);
    one.center     = center;
    one.ndirection = 0;
    PetscCall(Add(p, &one, 0, distance, -1, 0, 0, 0));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One number, `value` as it stands if it is not set. */
static PetscErrorCode Number(TessProblem p, const char name[], const char key[], PetscReal *value)
{
  PetscInt   n;
  PetscReal *list;

  PetscFunctionBegin;
  PetscCall(TessProblemListOf(p, "enrich", name, key, &n, &list));
  TessCheckInput(n <= 1, p->sys.comm, "-%senrich_%s_%s is a list: one number is wanted", p->prefix, name,
                 key);
  if (n)
    *value = list[0];
  TessCheckInput(*value > 0, p->sys.comm, "-%senrich_%s_%s is %.6g: a number above 0 is wanted", p->prefix,
                 name, key, (double)*value);
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadTerm(TessProblem p, Term *t)
{
  const struct {
    const char *key, *text;
    PetscInt   *value;
  } sizes[] = {{"degree", "highest order of a pole, or number of exponents", &t->degree},
               {"powers", "factors |z|^2j, j up to this", &t->powers},
               {"logs", "degree of the polynomials beside log |z|", &t->logs},
               {"bars", "powers of conj(z) in the place of z", &t->bars},
               {"count", "poles", &t->count}};
  char option[PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscOptionsBegin(p->sys.comm, p->prefix, "singular functions", NULL);
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(sizes); i++) {
    PetscCall(PetscSNPrintf(option, sizeof(option), "-enrich_%s_%s", t->name, sizes[i].key));
    PetscCall(TessOptionsInt(option, sizes[i].text, sizes[i].value, 0, 1000));
  }
  PetscOptionsEnd();
  PetscCall(Number(p, t->name, "angle", &t->angle));
  PetscCall(Number(p, t->name, "radius", &t->radius));
  PetscCall(Number(p, t->name, "length", &t->length));
  PetscCall(TessProblemListOf(p, "enrich", t->name, "exponents", &t->nexponent, &t->exponent));
  PetscCall(TessProblemListOf(p, "enrich", t->name, "imaginary", &t->nimaginary, &t->imaginary));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The exponents k pi / angle, if no others are given. */
static PetscErrorCode Exponents(Term *t, PetscReal angle)
{
  PetscFunctionBegin;
  if (t->nexponent)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree(t->exponent));
  PetscCall(PetscMalloc1(t->degree, &t->exponent));
  for (PetscInt k = 0; k < t->degree; k++)
    t->exponent[t->nexponent++] = (k + 1) * PETSC_PI / angle;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddHoles(TessProblem p, Term *t)
{
  PetscFunctionBegin;
  t->ndirection = 0;
  for (PetscInt h = 0; h < p->enrich.nhole; h++) {
    t->center = p->enrich.hole[h].center;
    PetscCall(AddLaurent(p, t, 0, p->enrich.hole[h].radius));
  }
  t->center = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Corners of the domain, those that enter it (angles above pi) or the others. */
static PetscErrorCode AddCorners(TessProblem p, Term *t, PetscBool reentrant)
{
  const PetscInt given = t->nexponent;

  PetscFunctionBegin;
  t->ndirection = 1;
  for (PetscInt k = 0; k < p->enrich.ncorner; k++) {
    TessCorner *corner = &p->enrich.corner[k];

    if ((corner->angle > PETSC_PI) != reentrant)
      continue;
    t->nexponent = given;
    PetscCall(Exponents(t, corner->angle));
    t->center    = corner->at;
    t->direction = &corner->direction;
    PetscCall(AddCorner(p, t, 0));
  }
  t->center = t->direction = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A term by hand: where, and of which type. */
static PetscErrorCode AddByHand(TessProblem p, Term *t)
{
  static const char *const types[] = {"laurent", "corner", "poles"};
  PetscInt                 type    = -1, n;
  char                     option[PETSC_MAX_OPTION_NAME], *text;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(option, sizeof(option), "enrich_%s_type", t->name));
  PetscCall(TessOptionsText(NULL, p->prefix, option, &text));
  for (PetscInt i = 0; i < 3 && text; i++)
    type = strcmp(text, types[i]) ? type : i;
  TessCheckInput(type >= 0, p->sys.comm,
                 "-%s%s is %s: there are laurent, corner, poles; and the names holes, corners and convex, "
                 "which are found "
                 "in the geometry",
                 p->prefix, option, text ? text : "not set");
  PetscCall(PetscFree(text));
  PetscCall(TessProblemListOf(p, "enrich", t->name, "center", &n, &t->center));
  PetscCall(TessProblemListOf(p, "enrich", t->name, "direction", &t->ndirection, &t->direction));
  t->n = n / 2;
  TessCheckInput(n && n % 2 == 0, p->sys.comm,
                 "-%senrich_%s_center has %" PetscInt_FMT " numbers: two for each point are wanted",
                 p->prefix, t->name, n);
  TessCheckInput(t->ndirection == (type ? t->n : 0), p->sys.comm,
                 "-%senrich_%s_direction has %" PetscInt_FMT " numbers: %" PetscInt_FMT
                 " are wanted, angles of the middle of the domain seen from each corner",
                 p->prefix, t->name, t->ndirection, type ? t->n : 0);
  TessCheckInput(type != 1 || t->nexponent || t->angle > 0, p->sys.comm,
                 "the corner \"%s\" has neither exponents nor an angle: set -%senrich_%s_angle", t->name,
                 p->prefix, t->name);
  if (type == 1)
    PetscCall(Exponents(t, t->angle));
  for (PetscInt i = 0; i < t->n; i++)
    PetscCall(type == 0   ? AddLaurent(p, t, i, t->radius)
              : type == 1 ? AddCorner(p, t, i)
                          : AddPoles(p, t, i));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemReadEnrich(TessProblem p)
{
  TessEnrich      *e = &p->enrich;
  PetscInt         n;
  PetscBool        found;
  char           **name;
  const PetscBool *periodic;

  PetscFunctionBegin;
  PetscCall(TessOptionsWords(NULL, p->prefix, "enrich_terms", &n, &name));
  if (!n)
    PetscFunctionReturn(PETSC_SUCCESS);
  TessCheckInput(
      p->sys.dim == 2 && p->sys.space == 2, p->sys.comm,
      "-%senrich_terms: singular functions are of two axes of space and no time, here are %" PetscInt_FMT
      " axes",
      p->prefix, p->sys.dim);
  PetscCall(TessDomainGetAxes(p->sys.domain, NULL, NULL, NULL, NULL, NULL, &periodic));
  TessCheckInput(
      !periodic[0] && !periodic[1], p->sys.comm,
      "-%senrich_terms: singular functions do not repeat, and an axis is periodic; see -%sdomain_periodic",
      p->prefix, p->prefix);
  if (!e->mesh)
    PetscCall(TessProblemFindCorners(p));
  e->reach = 1;
  PetscOptionsBegin(p->sys.comm, p->prefix, "singular functions", NULL);
  PetscCall(TessOptionsReal("-enrich_reach", "Patches within so many half widths carry a singular function",
                            &e->reach, 0, 1e6));
  PetscOptionsEnd();
  for (PetscInt i = 0; i < n; i++) {
    Term t = {.name = name[i], .degree = 6, .count = 8, .angle = 2 * PETSC_PI, .radius = 1, .length = 1};

    PetscCall(ReadTerm(p, &t));
    found =
        (PetscBool)(!strcmp(name[i], "holes") || !strcmp(name[i], "corners") || !strcmp(name[i], "convex"));
    TessCheckInput(
        !found || (strcmp(name[i], "holes") ? e->ncorner : e->nhole), p->sys.comm,
        "-%senrich_terms: there are no %s here: holes are found as discs taken out of a box, and in "
        "meshes; corners as those of boxes, and in meshes; give others by hand, with a name and a type",
        p->prefix, !strcmp(name[i], "holes") ? "holes" : "corners");
    if (!strcmp(name[i], "holes"))
      PetscCall(AddHoles(p, &t));
    else if (!strcmp(name[i], "corners") || !strcmp(name[i], "convex"))
      PetscCall(AddCorners(p, &t, (PetscBool)!strcmp(name[i], "corners")));
    else
      PetscCall(AddByHand(p, &t));
    PetscCall(PetscFree(t.center));
    PetscCall(PetscFree(t.direction));
    PetscCall(PetscFree(t.exponent));
    PetscCall(PetscFree(t.imaginary));
  }
  PetscCall(TessWordsDestroy(n, &name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessProblemEnrich(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscInt    most, np;

  PetscFunctionBegin;
  if (!p->enrich.n)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessSingularMost(sys->domain, p->enrich.n, p->enrich.singular, &most));
  sys->stride = 0;
  p->slots    = most;
  for (PetscInt f = 0; f < sys->nfield; f++) {
    PetscCall(TessExpertSetSlots(p->expert[f], most));
    PetscCall(TessExpertSetUp(p->expert[f]));
    PetscCall(TessExpertGetSizes(p->expert[f], NULL, NULL, &np, NULL));
    sys->stride += np;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
