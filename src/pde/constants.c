/* constants.c - named numbers whose texts use each other: depth first along the names that a text contains.
 */
#include "language/parse.h"

typedef struct {
  MPI_Comm           comm;
  const char        *section;
  TessNames          names;
  const char *const *text;
  PetscInt          *state; /* 0 new, 1 being resolved, 2 done */
  PetscInt           depth, *path;
} Resolve;

/* a text without unknowns, axes and parameters is a number */
static PetscErrorCode Number(MPI_Comm comm, const char where[], const char text[], const TessNames *names,
                             PetscReal *value)
{
  TessGraph *g;
  TessNode   node;
  TessToken  token = {.kind = TOKEN_END};

  PetscFunctionBegin;
  for (PetscBool more = PETSC_TRUE; more;
       more           = (PetscBool)(token.kind != TOKEN_END && token.kind != TOKEN_BAD)) {
    PetscCall(TessLex(text, token.begin + token.length, &token));
    if (token.kind != TOKEN_SIGN || strcmp(token.sign, "="))
      continue;
    PetscCall(TessParseFail(&(TessParser){.comm = comm, .where = where, .text = text}, token.begin,
                            "a number is an expression without \"=\""));
  }
  PetscCall(TessGraphCreate(0, 0, &g));
  PetscCall(TessParseEquation(comm, where, text, names, g, &node));
  *value = g->node[node].value;
  PetscCall(TessGraphDestroy(&g));
  TessCheckInput(!PetscIsInfOrNanReal(*value), comm, "%s: the value of \"%s\" is no finite number", where,
                 text);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Where(const Resolve *R, PetscInt i, size_t len, char where[])
{
  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(where, len, "-%s_%s", R->section, R->names.name[NAME_CONSTANT][i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -constants_a needs -constants_b needs -constants_a */
static PetscErrorCode Cycle(const Resolve *R, PetscInt i)
{
  char     text[1200] = "", where[256];
  PetscInt begin      = 0;

  PetscFunctionBegin;
  while (R->path[begin] != i)
    begin++;
  for (PetscInt k = begin; k < R->depth && strlen(text) < 800; k++) {
    PetscCall(Where(R, R->path[k], sizeof(where), where));
    PetscCall(PetscStrlcat(text, where, sizeof(text)));
    PetscCall(PetscStrlcat(text, " needs ", sizeof(text)));
  }
  PetscCall(Where(R, i, sizeof(where), where));
  PetscCall(PetscStrlcat(text, where, sizeof(text)));
  SETERRQ(R->comm, PETSC_ERR_USER_INPUT, "constants that need each other: %s", text);
}

static PetscErrorCode Visit(Resolve *R, PetscInt i)
{
  TessToken    token = {.kind = TOKEN_END};
  TessNameKind kind;
  PetscInt     other;
  char         where[256];

  PetscFunctionBegin;
  if (R->state[i] == 1)
    PetscCall(Cycle(R, i));
  if (R->state[i] == 2)
    PetscFunctionReturn(PETSC_SUCCESS);
  R->state[i]         = 1;
  R->path[R->depth++] = i;
  do {
    PetscCall(TessLex(R->text[i], token.begin + token.length, &token));
    if (token.kind == TOKEN_NAME &&
        TessNamesFind(&R->names, &R->text[i][token.begin], token.length, &kind, &other))
      PetscCall(Visit(R, other));
  } while (token.kind != TOKEN_END && token.kind != TOKEN_BAD);
  PetscCall(Where(R, i, sizeof(where), where));
  PetscCall(Number(R->comm, where, R->text[i], &R->names, &R->names.value[i]));
  R->state[i] = 2;
  R->depth--;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConstantsResolve(MPI_Comm comm, const char section[], PetscInt n,
                                    const char *const names[], const char *const texts[], PetscReal values[])
{
  Resolve R = {.comm = comm, .section = section, .text = texts};

  PetscFunctionBegin;
  PetscCall(TessNamesSet(comm, &R.names, NAME_CONSTANT, n, names));
  PetscCall(PetscCalloc1(n, &R.names.value));
  PetscCall(PetscCalloc2(n, &R.state, n, &R.path));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(Visit(&R, i));
  PetscCall(PetscArraycpy(values, R.names.value, n));
  PetscCall(PetscFree2(R.state, R.path));
  PetscCall(TessNamesClear(&R.names));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConstantEvaluate(MPI_Comm comm, const char where[], const char text[], PetscInt n,
                                    const char *const names[], const PetscReal values[], PetscReal *value)
{
  TessNames known = {.space = 0};

  PetscFunctionBegin;
  PetscCall(TessNamesSet(comm, &known, NAME_CONSTANT, n, names));
  PetscCall(PetscMalloc1(n, &known.value));
  PetscCall(PetscArraycpy(known.value, values, n));
  PetscCall(Number(comm, where, text, &known, value));
  PetscCall(TessNamesClear(&known));
  PetscFunctionReturn(PETSC_SUCCESS);
}
