/* variable.c - what a name stands for. */
#include "parse.h"

/* axes = axis { axis }: text[0..len) as axis names, the longest that fits first; PETSC_FALSE if it is none */
static PetscBool Axes(const TessNames *names, const char text[], size_t len, PetscInt *order, PetscInt axis[])
{
  const PetscInt depth = *order;

  if (!len)
    return (PetscBool)(depth > 0);
  for (size_t take = len; take > 0; take--) {
    for (PetscInt a = 0; a < names->n[NAME_AXIS]; a++) {
      const char *name = names->name[NAME_AXIS][a];

      if (strlen(name) != take || strncmp(name, text, take))
        continue;
      if (depth < TESS_ORDER_MAX)
        axis[depth] = a;
      *order = depth + 1;
      if (Axes(names, text + take, len - take, order, axis))
        return PETSC_TRUE;
      *order = depth;
    }
  }
  return PETSC_FALSE;
}

static PetscErrorCode UnknownName(TessParser *p, size_t at, size_t length)
{
  char               word[64], list[700], hint[140] = "", *functions;
  const char        *nearest;
  PetscInt           order    = 0, axis[TESS_ORDER_MAX], n;
  const char *const *function = TessFunctionNames(&n);

  PetscFunctionBegin;
  (void)snprintf(word, sizeof(word), "%.*s", (int)length, &p->text[at]);
  PetscCall(TessNamesList(p->names, sizeof(list), list));
  PetscCall(TessJoin(n, function, &functions));
  PetscCall(TessNamesNearest(p->names, word, &nearest));
  if (nearest)
    (void)snprintf(hint, sizeof(hint), "; did you mean \"%s\"?", nearest);
  for (size_t cut = 1; cut < strlen(word); cut++) { /* ux for u_x */
    TessNameKind kind;
    PetscInt     index;

    if (TessNamesFind(p->names, word, cut, &kind, &index) && (kind == NAME_UNKNOWN || kind == NAME_GIVEN) &&
        Axes(p->names, &word[cut], strlen(word) - cut, &order, axis))
      (void)snprintf(hint, sizeof(hint), "; did you mean \"%.*s_%s\"?", (int)cut, word, &word[cut]);
  }
  PetscCall(TessParseFail(p, at, "there is no name \"%s\"%s\n  Known are %s%spi; functions %s", word, hint,
                          list, list[0] ? "; " : "", functions));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* normal_axis: a component of the outward unit normal */
static PetscErrorCode Normal(TessParser *p, const char suffix[], size_t len, size_t at, TessNode *node)
{
  PetscInt order = 0, axis[TESS_ORDER_MAX];

  PetscFunctionBegin;
  if (!suffix || !Axes(p->names, suffix, len, &order, axis) || order != 1 || axis[0] >= p->names->space)
    PetscCall(TessParseFail(p, at, "the normal has components normal_<axis> along the space axes%s%s",
                            p->names->space ? ", the first is normal_" : ", but there are none",
                            p->names->space ? p->names->name[NAME_AXIS][0] : ""));
  PetscCall(TessGraphColumn(p->graph, &(TessColumn){.kind = TESS_COLUMN_NORMAL, .index = axis[0]}, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the entry of u_<suffix> */
static PetscErrorCode Derivative(TessParser *p, TessNameKind kind, const char suffix[], size_t len,
                                 TessEntry *entry)
{
  const size_t at        = (size_t)(suffix - p->text);
  PetscInt     order     = 0, axis[TESS_ORDER_MAX];
  char         axes[300] = "";

  PetscFunctionBegin;
  if (kind != NAME_UNKNOWN && kind != NAME_GIVEN)
    PetscCall(TessParseFail(p, at, "a derivative of a %s: only unknowns and given fields have derivatives",
                            TessNameKindText(kind)));
  if (!Axes(p->names, suffix, len, &order, axis)) {
    for (PetscInt a = 0; a < p->names->n[NAME_AXIS] && strlen(axes) < 200; a++) {
      if (a)
        PetscCall(PetscStrlcat(axes, ", ", sizeof(axes)));
      PetscCall(PetscStrlcat(axes, p->names->name[NAME_AXIS][a], sizeof(axes)));
    }
    PetscCall(TessParseFail(p, at, "\"%.*s\" is no list of axes; the axes are %s", (int)len, suffix,
                            axes[0] ? axes : "none"));
  }
  if (order > TESS_ORDER_MAX)
    PetscCall(TessParseFail(p, at, "a derivative of order %" PetscInt_FMT "; they go up to %d", order,
                            TESS_ORDER_MAX));
  *entry = (TessEntry){.order = order};
  for (PetscInt i = 0; i < order; i++) {
    PetscInt j = i;

    for (; j > 0 && entry->axis[j - 1] > axis[i]; j--)
      entry->axis[j] = entry->axis[j - 1];
    entry->axis[j] = axis[i];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* variable = "pi" | axis | constant | parameter | (unknown | given field) [ "_" axes ] | "normal_" axis . */
PetscErrorCode TessParseVariable(TessParser *p, TessNode *node)
{
  static const TessColumnKind column[] = {[NAME_UNKNOWN]   = TESS_COLUMN_JET,
                                          [NAME_AXIS]      = TESS_COLUMN_AXIS,
                                          [NAME_PARAMETER] = TESS_COLUMN_PARAMETER,
                                          [NAME_GIVEN]     = TESS_COLUMN_GIVEN};
  const size_t                at = p->token.begin, length = p->token.length;
  const char                 *name = &p->text[at], *suffix = (const char *)memchr(name, '_', length);
  const size_t                base = suffix ? (size_t)(suffix - name) : length;
  TessNameKind                kind;
  PetscInt                    index;
  TessEntry                   entry = {.order = 0};

  PetscFunctionBegin;
  PetscCall(TessParseNext(p));
  if (base == 2 && !strncmp(name, "pi", 2) && !suffix) {
    PetscCall(TessGraphConst(p->graph, PETSC_PI, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (base == 6 && !strncmp(name, "normal", 6)) {
    PetscCall(Normal(p, suffix ? suffix + 1 : NULL, length - base - 1, at, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!TessNamesFind(p->names, name, base, &kind, &index))
    PetscCall(UnknownName(p, at, base));
  if (suffix)
    PetscCall(Derivative(p, kind, suffix + 1, length - base - 1, &entry));
  if (kind == NAME_CONSTANT)
    PetscCall(TessGraphConst(p->graph, p->names->value[index], node));
  else
    PetscCall(
        TessGraphColumn(p->graph, &(TessColumn){.kind = column[kind], .index = index, .entry = entry}, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}
