/* A mistake in a text or a name is USER_INPUT with the text, a caret under the column and what was expected
 * or known. */
#include "jets.h"

static char message[8192];

static PetscErrorCode Keep(MPI_Comm comm, int line, const char *func, const char *file, PetscErrorCode code,
                           PetscErrorType type, const char *text, void *ctx)
{
  if (type == PETSC_ERROR_INITIAL)
    PetscCall(PetscStrncpy(message, text, sizeof(message)));
  return code;
}

static const struct {
  const char *text, *says;
  int         caret; /* byte of the text, counted from 0 */
} texts[] = {{"u_t + u*w_x = 0", "no name \"w\"", 8},
             {"lpa(u)", "did you mean \"lap\"", 0},
             {"u_t + ux", "did you mean \"u_x\"", 6},
             {"u + alpha",
              "unknowns u, v; axes x, y, t; constants nu; parameters q, s; given fields k; pi; functions sin",
              4},
             {"u_xz", "\"xz\" is no list of axes; the axes are x, y, t", 2},
             {"u_", "is no list of axes", 2},
             {"u_xxxxx", "of order 5; they go up to 4", 2},
             {"d(u_xxxx, x)", "order above 4", 0},
             {"lap(lap(u_x))", "order above 4", 0},
             {"x_y", "only unknowns and given fields have derivatives", 2},
             {"nu_x*u", "a derivative of a constant", 3},
             {"u +", "the text ends, but a number", 3},
             {"u * / v", "\"/\" stands here", 4},
             {"u v", "\"v\" stands here, but an operator or the end", 2},
             {"2u", "\"u\" stands here, but an operator or the end", 1},
             {"(u + v", "or \")\" was expected", 6},
             {"u + v)", "\")\" stands here", 5},
             {"u = v = 0", "one \"=\"", 6},
             {"if(u = v, 1, 2)", "comparisons are < >", 5},
             {"0 < x < 1", "do not chain", 6},
             {"u ** 2", "written ^", 2},
             {"u # v", "\"#\" is no character", 2},
             {"\xcf\x80*u", "\"\xcf\x80\" is no character", 0},
             {"sin", "sin is a function", 3},
             {"sin u", "sin is a function", 4},
             {"sin()", "a number", 4},
             {"min(u)", "min takes 2 arguments, not 1", 5},
             {"sin(u, v)", "sin takes 1 argument", 5},
             {"u(x)", "is no function", 1},
             {"d(u, v)", "name of an axis", 5},
             {"d(u)", "d takes 2 arguments", 3},
             {"grad(u)", "is a vector", 0},
             {"u + grad(v)", "a vector and a scalar", 2},
             {"[u, v] = [u, v, 1]", "2 components and one of 3", 7},
             {"dot(u, v)", "two vectors", 0},
             {"div([u, v, u])", "space axes, 2", 0},
             {"grad(u)*grad(v)", "dot(a, b)", 7},
             {"grad(u)^2", "dot(a, a)", 7},
             {"1/grad(u)", "division by a vector", 1},
             {"sin(grad(u))", "takes scalars", 0},
             {"[grad(u), 1]", "components of a vector are scalars", 1},
             {"grad(u) < 1", "comparisons are of scalars", 8},
             {"normal_t*u", "normal_<axis>", 0},
             {"normal", "normal_<axis>", 0},
             {"d(dn(u), x)", "derivatives of the normal", 0},
             {"0x10", "\"x10\"", 1},
             {"x + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 + 18 + 19 + 20 "
              "+ 21 + 22 + 23 + wrong + 24 + 25 + 26 + 27 + 28",
              "no name \"wrong\"", 110}};

/* the column of the caret points at the same character as byte `at` of the text */
static PetscBool CaretAt(const char text[], int at)
{
  const char *caret = strrchr(message, '\n'), *line = caret;
  int         column;

  if (!caret || strcmp(strchr(caret, '^') ? strchr(caret, '^') : "", "^"))
    return PETSC_FALSE;
  while (line > message && *--line != '\n')
    ;
  column = (int)(strchr(caret, '^') - caret);
  return (PetscBool)!strncmp(&line[column], &text[at], PetscMin(strlen(&text[at]), 5));
}

static PetscErrorCode Texts(void)
{
  TessPde pde;

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
    PetscErrorCode ierr;

    PetscCall(PetscPushErrorHandler(Keep, NULL));
    message[0] = 0;
    ierr       = Make(1, &texts[i].text, &pde);
    PetscCall(PetscPopErrorHandler());
    CHECK(texts[i].text, ierr == PETSC_ERR_USER_INPUT);
    CHECK(texts[i].text, !strncmp(message, "-test_equation: ", 16));
    CHECK(texts[i].text, strstr(message, texts[i].says));
    CHECK(texts[i].text, CaretAt(texts[i].text, texts[i].caret));
    if (tess_test_failed)
      printf("%s\n", message);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* one name of each kind: unknown, axis, constant; NULL for none */
static PetscErrorCode Name(const char unknown[], const char axis[], const char constant[], const char says[])
{
  const char *const axes[] = {"x", axis};
  TessPde           pde;
  PetscErrorCode    ierr = PETSC_SUCCESS;

  PetscFunctionBegin;
  PetscCall(TessPdeCreate(PETSC_COMM_WORLD, &pde));
  PetscCall(PetscPushErrorHandler(Keep, NULL));
  message[0] = 0;
  ierr       = TessPdeSetAxes(pde, axis ? 2 : 1, 1, axes);
  if (!ierr && unknown)
    ierr = TessPdeSetUnknowns(pde, 1, &unknown);
  if (!ierr && constant)
    ierr = TessPdeSetConstants(pde, 1, &constant, constants);
  PetscCall(PetscPopErrorHandler());
  CHECK(says, says[0] ? ierr == PETSC_ERR_USER_INPUT && strstr(message, says) : !ierr);
  if (tess_test_failed)
    printf("%s\n", message);
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Empty(const char text[])
{
  TessPde        pde;
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(Keep, NULL));
  ierr = Make(1, &text, &pde);
  PetscCall(PetscPopErrorHandler());
  CHECK("an empty text advises a blank",
        ierr == PETSC_ERR_USER_INPUT && strstr(message, "put a blank before the minus"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Deep(void)
{
  char        text[4001];
  const char *one = text;
  TessPde     pde;

  PetscFunctionBegin;
  memset(text, '(', 4000);
  text[4000] = 0;
  PetscCall(PetscPushErrorHandler(Keep, NULL));
  CHECK("deep nesting is refused", Make(1, &one, &pde) == PETSC_ERR_USER_INPUT);
  memset(text, '-', 4000);
  CHECK("a row of signs without an end too", Make(1, &one, &pde) == PETSC_ERR_USER_INPUT);
  PetscCall(PetscPopErrorHandler());
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(Texts());
  PetscCall(Empty(""));
  PetscCall(Empty("  \n"));
  PetscCall(Deep());
  PetscCall(Name("u", "t", "U", "unknown \"u\" and constant \"U\" differ only in case"));
  PetscCall(Name("T", "t", NULL, "axis \"t\" and unknown \"T\" differ only in case"));
  PetscCall(Name("x", NULL, NULL, "axis \"x\" and unknown \"x\" have the same name"));
  PetscCall(Name("u", "x", NULL, "axis \"x\" and axis \"x\" have the same name"));
  PetscCall(Name("pi", NULL, NULL, "unknown \"pi\": this name is reserved"));
  PetscCall(Name("u", NULL, "sin", "constant \"sin\": this name is reserved"));
  PetscCall(Name("u", "n", NULL, "axis \"n\": this name is reserved"));
  PetscCall(Name("t", NULL, NULL, "unknown \"t\": this name is reserved"));
  PetscCall(Name("normal", NULL, NULL, "reserved"));
  PetscCall(Name("u_x", NULL, NULL, "no underscore"));
  PetscCall(Name("2u", NULL, NULL, "a letter, then"));
  PetscCall(Name("", NULL, NULL, "a letter, then"));
  PetscCall(Name("u", "t", "k2", ""));
  return TessTestEnd();
}
