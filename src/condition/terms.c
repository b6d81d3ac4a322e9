/* terms.c - what an interface condition demands of the two sides of a face, from -<name>_terms: for every
   term an expression E per unknown, or per equation of the interior, whose difference over the face must
   vanish. The expressions differ from axis to axis (u_x across x, u_y across y), their number does not. */
#include "interface.h"

static const char *const terms[NTERM] = {"value",   "flux",     "normal",   "normal2",
                                         "normal3", "residual", "gradient", "robin"};

/* The equations of all interior conditions: their texts and the options they stand under. */
typedef struct {
  PetscInt n;
  char   **text, **where;
  PetscInt (*order)[TESS_DIM_MAX]; /* [nunknown] highest derivative along each axis */
} Inside;

static PetscErrorCode AddInside(TessCondition c, Inside *in, const char name[], const char key[])
{
  char   where[PETSC_MAX_OPTION_NAME], *text;
  char **list[2];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(where, sizeof(where), "%s_%s", name, key));
  PetscCall(TessOptionsText(NULL, c->sys->prefix, where, &text));
  if (!text)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < 2; i++) {
    PetscCall(PetscCalloc1(in->n + 2, &list[i]));
    PetscCall(PetscArraycpy(list[i], i ? in->where : in->text, in->n));
    PetscCall(PetscFree(*(i ? &in->where : &in->text)));
  }
  in->text        = list[0];
  in->where       = list[1];
  in->text[in->n] = text;
  PetscCall(PetscSNPrintf(where, sizeof(where), "-%s%s_%s", c->sys->prefix, name, key));
  PetscCall(PetscStrallocpy(where, &in->where[in->n++]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Orders(TessCondition c, Inside *in)
{
  const TessSystem *sys = c->sys;
  PetscInt          ncol;
  const TessColumn *col;
  TessPde           pde;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(sys->nunknown, &in->order));
  PetscCall(TessSystemCreatePde(sys, &pde));
  for (PetscInt q = 0; q < in->n; q++)
    PetscCall(TessPdeAddEquation(pde, in->where[q], in->text[q]));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, &col));
  for (PetscInt k = 0; k < ncol; k++) {
    PetscInt along[TESS_DIM_MAX] = {0};

    if (col[k].kind != TESS_COLUMN_JET)
      continue;
    for (PetscInt i = 0; i < col[k].entry.order; i++)
      along[col[k].entry.axis[i]]++;
    for (PetscInt a = 0; a < sys->dim; a++) {
      if (col[k].entry.order == TESS_LAP && a < sys->space)
        along[a] = 2;
      in->order[col[k].index][a] = PetscMax(in->order[col[k].index][a], along[a]);
    }
  }
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadInside(TessCondition c, Inside *in)
{
  PetscInt n, m;
  char   **name, **key, where[PETSC_MAX_OPTION_NAME], *type;

  PetscFunctionBegin;
  *in = (Inside){0};
  PetscCall(TessOptionsWords(NULL, c->sys->prefix, "conditions", &n, &name));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(PetscSNPrintf(where, sizeof(where), "%s_type", name[i]));
    PetscCall(TessOptionsText(NULL, c->sys->prefix, where, &type));
    if (type && !strcmp(type, "interior")) {
      PetscCall(AddInside(c, in, name[i], "equation"));
      PetscCall(PetscSNPrintf(where, sizeof(where), "%s_equations", name[i]));
      PetscCall(TessOptionsKeys(NULL, c->sys->prefix, where, &m, &key));
      for (PetscInt k = 0; k < m; k++) {
        PetscCall(PetscSNPrintf(where, sizeof(where), "equations_%s", key[k]));
        PetscCall(AddInside(c, in, name[i], where));
      }
      PetscCall(TessWordsDestroy(m, &key));
    }
    PetscCall(PetscFree(type));
  }
  PetscCall(TessWordsDestroy(n, &name));
  PetscCall(Orders(c, in));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* "left = right" as "(left) - (right)"; comparisons have two signs. */
static PetscErrorCode Difference(const char text[], char **difference)
{
  const size_t len = strlen(text) + 8;
  const char  *at  = text;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(len, difference));
  while (*at && (*at != '=' || at[1] == '=' || (at > text && strchr("=<>!", at[-1]))))
    at++;
  if (*at)
    PetscCall(PetscSNPrintf(*difference, len, "(%.*s) - (%s)", (int)(at - text), text, at + 1));
  else
    PetscCall(PetscSNPrintf(*difference, len, "(%s)", text));
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define TEXT 4096 /* a third derivative along any normal has 27 terms */

/* Whether the faces across an axis have normals of their own: between parts of a mesh. */
static PetscBool IsSlanted(const TessSystem *sys, PetscInt axis)
{
  PetscInt ncut;

  (void)TessDomainGetCut(sys->domain, &ncut);
  return (PetscBool)(ncut && axis < sys->space);
}

/* u, u_x, u_xx, u_xxx across an axis; with other normals n_a u_a, n_a n_b u_ab, n_a n_b n_c u_abc summed. */
static PetscErrorCode Derivative(const TessSystem *sys, PetscInt i, PetscInt axis, PetscInt order,
                                 char text[TEXT])
{
  const PetscBool slanted = IsSlanted(sys, axis);
  PetscInt        terms   = 1;
  size_t          used;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < order && slanted; k++)
    terms *= sys->space;
  text[0] = 0;
  for (PetscInt term = 0; term < terms; term++) {
    PetscInt along[3] = {axis, axis, axis};

    for (PetscInt k = 0, rest = term; k < order && slanted; k++, rest /= sys->space)
      along[k] = rest % sys->space;
    for (PetscInt k = 0; k < order && slanted; k++) {
      PetscCall(PetscStrlen(text, &used));
      PetscCall(PetscSNPrintf(text + used, TEXT - used, "%snormal_%s",
                              k      ? "*"
                              : term ? " + "
                                     : "",
                              sys->axis[along[k]]));
    }
    PetscCall(PetscStrlen(text, &used));
    PetscCall(PetscSNPrintf(text + used, TEXT - used, "%s%s%s", order && slanted ? "*" : "", sys->unknown[i],
                            order ? "_" : ""));
    for (PetscInt k = 0; k < order; k++) {
      PetscCall(PetscStrlen(text, &used));
      PetscCall(PetscSNPrintf(text + used, TEXT - used, "%s", sys->axis[along[k]]));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The highest derivative of unknown i that the equations have along an axis, or any that its faces may face.
 */
static PetscInt Order(const TessSystem *sys, const Inside *in, PetscInt i, PetscInt axis)
{
  PetscInt order = in->order[i][axis];

  for (PetscInt a = 0; a < sys->space && IsSlanted(sys, axis); a++)
    order = PetscMax(order, in->order[i][a]);
  return order;
}

/* Adds one equation, that of the first unknown where the term has no meaning across this axis. */
static PetscErrorCode Add(TessCondition c, PetscInt axis, PetscInt term, PetscBool on, const char where[],
                          const char text[])
{
  Interface *face = c->data;

  PetscFunctionBegin;
  PetscCheck(c->neq < INTERFACE_MAX, c->sys->comm, PETSC_ERR_USER_INPUT,
             "condition \"%s\" has more than %d equations", c->name, INTERFACE_MAX);
  PetscCall(TessPdeAddEquation(face->pde[axis], where, on ? text : c->sys->unknown[0]));
  face->on[axis][c->neq] = on;
  face->term[c->neq]     = term;
  if (!c->equation[c->neq])
    PetscCall(PetscStrallocpy(terms[term], &c->equation[c->neq]));
  c->neq++;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The expressions of a term that stand for each unknown. */
static PetscErrorCode AddUnknowns(TessCondition c, const Inside *in, PetscInt axis, PetscInt term,
                                  PetscBool asked)
{
  const TessSystem *sys   = c->sys;
  const PetscBool   space = (PetscBool)(axis < sys->space);
  const PetscInt    order = term == VALUE ? 0 : PetscMax(1, term - NORMAL + 1);
  const PetscReal   alpha = ((Interface *)c->data)->robin;
  char              where[PETSC_MAX_OPTION_NAME], slope[TEXT], text[TEXT + PETSC_MAX_OPTION_NAME];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(where, sizeof(where), "-%sterms", c->prefix));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    PetscBool any = asked;

    for (PetscInt a = 0; a < sys->dim; a++)
      any = (PetscBool)(any || term == VALUE || in->order[i][a] > order);
    if (!any)
      continue;
    PetscCall(Derivative(sys, i, axis, term == ROBIN ? 1 : order, slope));
    if (term == ROBIN) {
      for (PetscInt sign = 1; sign >= -1; sign -= 2) {
        PetscCall(PetscSNPrintf(text, sizeof(text), "%s + (%.17g)*%s", slope, (double)(sign * alpha),
                                sys->unknown[i]));
        PetscCall(Add(c, axis, term, space, where, text));
      }
    } else {
      const PetscBool needed = (PetscBool)(Order(sys, in, i, axis) > order);

      PetscCall(Add(c, axis, term, (PetscBool)(term == VALUE || (space && asked) || needed), where, slope));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -<name>_flux: what is conserved, as kappa*dn(u); or a list of names with one each. */
static PetscErrorCode AddFlux(TessCondition c, PetscInt axis)
{
  PetscInt n;
  char   **key, where[PETSC_MAX_OPTION_NAME], *text;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, c->prefix, "flux", &n, &key));
  for (PetscInt k = -1; k < n; k++) {
    PetscCall(PetscSNPrintf(where, sizeof(where), "flux%s%s", k < 0 ? "" : "_", k < 0 ? "" : key[k]));
    PetscCall(TessOptionsText(NULL, c->prefix, where, &text));
    PetscCall(
        PetscSNPrintf(where, sizeof(where), "-%sflux%s%s", c->prefix, k < 0 ? "" : "_", k < 0 ? "" : key[k]));
    if (text)
      PetscCall(Add(c, axis, FLUX, (PetscBool)(axis < c->sys->space), where, text));
    PetscCall(PetscFree(text));
  }
  PetscCall(TessWordsDestroy(n, &key));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddTerm(TessCondition c, const Inside *in, PetscInt axis, PetscInt term,
                              PetscBool asked)
{
  char          *difference, *whole;
  const PetscInt before = c->neq;

  PetscFunctionBegin;
  if (term == FLUX)
    PetscCall(AddFlux(c, axis));
  if (c->neq > before)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (term != RESIDUAL && term != GRADIENT) {
    PetscCall(AddUnknowns(c, in, axis, term, asked));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt q = 0; q < in->n; q++) {
    PetscCall(Difference(in->text[q], &difference));
    const size_t len = strlen(difference) + PETSC_MAX_OPTION_NAME;

    PetscCall(PetscMalloc1(len, &whole));
    PetscCall(PetscSNPrintf(whole, len,
                            term == RESIDUAL          ? "%s"
                            : IsSlanted(c->sys, axis) ? "dn(%s)"
                                                      : "d(%s, %s)",
                            difference, c->sys->axis[axis]));
    PetscCall(Add(c, axis, term, (PetscBool)(term == RESIDUAL || axis < c->sys->space), in->where[q], whole));
    PetscCall(PetscFree(whole));
    PetscCall(PetscFree(difference));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The numbers of the terms asked for; by default values, and the derivatives that the equations need. */
static PetscErrorCode ReadTerms(TessCondition c, PetscInt *n, PetscInt term[], PetscBool *asked)
{
  const char *nearest;
  char      **word, *list;

  PetscFunctionBegin;
  PetscCall(TessJoin(NTERM, terms, &list));
  PetscCall(TessOptionsWords(NULL, c->prefix, "terms", n, &word));
  TessCheckInput(*n <= NTERM, c->sys->comm, "-%sterms has %" PetscInt_FMT " words: some of %s are wanted",
                 c->prefix, *n, list);
  *asked = (PetscBool)(*n > 0);
  for (PetscInt i = 0; i < *n; i++) {
    term[i] = 0;
    while (term[i] < NTERM && strcmp(word[i], terms[term[i]]))
      term[i]++;
    PetscCall(TessNearest(word[i], NTERM, terms, &nearest));
    TessCheckInput(term[i] < NTERM, c->sys->comm, "-%sterms: \"%s\" is not one of %s%s%s%s", c->prefix,
                   word[i], list, nearest ? "; did you mean " : "", nearest ? nearest : "",
                   nearest ? "?" : "");
    for (PetscInt k = 0; k < i; k++)
      TessCheckInput(term[k] != term[i], c->sys->comm, "-%sterms names \"%s\" twice", c->prefix, word[i]);
  }
  if (!*asked) {
    static const PetscInt usual[] = {VALUE, NORMAL, NORMAL2, NORMAL3};

    *n = PETSC_STATIC_ARRAY_LENGTH(usual);
    PetscCall(PetscArraycpy(term, usual, *n));
  }
  PetscCall(TessWordsDestroy(*asked ? *n : 0, &word));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionReadTerms(TessCondition c)
{
  const TessSystem *sys  = c->sys;
  Interface        *face = c->data;
  PetscInt          n, term[NTERM];
  PetscBool         asked = PETSC_FALSE;
  Inside            in;

  PetscFunctionBegin;
  PetscCall(ReadInside(c, &in));
  PetscCall(ReadTerms(c, &n, term, &asked));
  PetscCall(PetscCalloc1(INTERFACE_MAX + 1, &c->equation));
  for (PetscInt a = 0; a < sys->dim; a++) {
    c->neq = 0;
    PetscCall(TessSystemCreatePde(sys, &face->pde[a]));
    for (PetscInt i = 0; i < n; i++)
      PetscCall(AddTerm(c, &in, a, term[i], asked));
    PetscCall(TessPdeSetUp(face->pde[a]));
  }
  PetscCall(TessWordsDestroy(in.n, &in.text));
  PetscCall(TessWordsDestroy(in.n, &in.where));
  PetscCall(PetscFree(in.order));
  PetscFunctionReturn(PETSC_SUCCESS);
}
