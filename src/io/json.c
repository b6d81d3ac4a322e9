/* json.c - one JSON object (RFC 8259), indented by two, in the order it is told. */
#include <string.h>
#include "ioimpl.h"

#define DEPTH 32

struct _n_TessJson {
  TessText  text;
  PetscInt  depth;       /* open objects and lists */
  char      kind[DEPTH]; /* '{' or '[' of each */
  PetscBool some[DEPTH]; /* is there an entry yet? */
};

PetscErrorCode TessJsonCreate(TessJson *json)
{
  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PetscNew(json));
  (*json)->kind[(*json)->depth++] = '{';
  PetscCall(TessTextAdd_Private(&(*json)->text, "{"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonDestroy(TessJson *json)
{
  PetscFunctionBegin;
  if (!*json)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*json)->text.at));
  PetscCall(PetscFree(*json));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Bytes of the UTF-8 character at c, 0 if it is none (RFC 3629; overlong forms and surrogates are none). */
static size_t Character(const unsigned char *c)
{
  const size_t n = c[0] < 0x80                   ? 1
                   : c[0] >= 0xc2 && c[0] < 0xe0 ? 2
                   : c[0] >= 0xe0 && c[0] < 0xf0 ? 3
                   : c[0] >= 0xf0 && c[0] < 0xf5 ? 4
                                                 : 0;

  for (size_t i = 1; i < n; i++)
    if ((c[i] & 0xc0) != 0x80)
      return 0;
  if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
      (c[0] == 0xf4 && c[1] > 0x8f))
    return 0;
  return n;
}

/* A string: what is not UTF-8 becomes the replacement character. */
static PetscErrorCode String(TessText *t, const char text[])
{
  const unsigned char *c = (const unsigned char *)text;

  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t, "\""));
  while (*c) {
    const size_t n = Character(c);

    if (*c == '"' || *c == '\\')
      PetscCall(TessTextAdd_Private(t, "\\%c", *c));
    else if (*c == '\n')
      PetscCall(TessTextAdd_Private(t, "\\n"));
    else if (*c == '\t')
      PetscCall(TessTextAdd_Private(t, "\\t"));
    else if (*c < ' ' || *c == 0x7f)
      PetscCall(TessTextAdd_Private(t, "\\u%04x", *c));
    else if (!n)
      PetscCall(TessTextAdd_Private(t, "\\ufffd"));
    else
      PetscCall(TessTextAddBytes_Private(t, c, n));
    c += PetscMax(n, 1);
  }
  PetscCall(TessTextAdd_Private(t, "\""));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Comma, new line and key: what stands before every entry. */
static PetscErrorCode Entry(TessJson j, const char key[])
{
  const PetscInt in = j->depth - 1;

  PetscFunctionBegin;
  PetscCheck((key != NULL) == (j->kind[in] == '{'), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "%s",
             key ? "an entry of a list has no key" : "an entry of an object wants a key");
  PetscCall(TessTextAdd_Private(&j->text, "%s\n%*s", j->some[in] ? "," : "", (int)(2 * j->depth), ""));
  j->some[in] = PETSC_TRUE;
  if (key) {
    PetscCall(String(&j->text, key));
    PetscCall(TessTextAdd_Private(&j->text, ": "));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonOpen(TessJson j, const char key[], char kind)
{
  PetscFunctionBegin;
  PetscCheck(kind == '{' || kind == '[', PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "'{' or '[' is wanted, not '%c'", kind);
  PetscCheck(j->depth < DEPTH, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "more than %d levels of JSON",
             DEPTH);
  PetscCall(Entry(j, key));
  PetscCall(TessTextAdd_Private(&j->text, "%c", kind));
  j->some[j->depth]   = PETSC_FALSE;
  j->kind[j->depth++] = kind;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The closing bracket of level `in`. */
static PetscErrorCode Bracket(TessText *t, TessJson j, PetscInt in)
{
  PetscFunctionBegin;
  if (j->some[in])
    PetscCall(TessTextAdd_Private(t, "\n%*s", (int)(2 * in), ""));
  PetscCall(TessTextAdd_Private(t, "%c", j->kind[in] == '{' ? '}' : ']'));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonShut(TessJson j)
{
  PetscFunctionBegin;
  PetscCheck(j->depth > 1, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE,
             "nothing is open but the outer object, which Write shuts");
  PetscCall(Bracket(&j->text, j, --j->depth));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonNumber(TessJson j, const char key[], PetscReal value)
{
  char number[40];

  PetscFunctionBegin;
  PetscCall(Entry(j, key));
  if (PetscIsInfOrNanReal(value) || PetscAbsReal(value) >= PETSC_INFINITY) {
    PetscCall(TessTextAdd_Private(&j->text, "null"));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (int digits = 15; digits <= 17;
       digits++) { /* the shortest that reads back the same: 0.1, not 0.10000000000000001 */
    snprintf(number, sizeof(number), "%.*g", digits, (double)value);
    if (strtod(number, NULL) == (double)value)
      break;
  }
  for (char *c = number; *c; c++)
    if (*c == ',')
      *c = '.'; /* a host's locale */
  PetscCall(TessTextAdd_Private(&j->text, "%s", number));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonInt(TessJson j, const char key[], PetscInt64 value)
{
  PetscFunctionBegin;
  PetscCall(Entry(j, key));
  PetscCall(TessTextAdd_Private(&j->text, "%" PetscInt64_FMT, value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonText(TessJson j, const char key[], const char text[])
{
  PetscFunctionBegin;
  PetscCall(Entry(j, key));
  if (text)
    PetscCall(String(&j->text, text));
  else
    PetscCall(TessTextAdd_Private(&j->text, "null"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonBool(TessJson j, const char key[], PetscBool value)
{
  PetscFunctionBegin;
  PetscCall(Entry(j, key));
  PetscCall(TessTextAdd_Private(&j->text, value ? "true" : "false"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonWhole_Private(TessJson j, TessText *whole)
{
  PetscFunctionBegin;
  PetscCall(TessTextAddBytes_Private(whole, j->text.at, j->text.len));
  for (PetscInt in = j->depth - 1; in >= 0; in--)
    PetscCall(Bracket(whole, j, in));
  PetscCall(TessTextAdd_Private(whole, "\n"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessJsonWrite(TessJson j, MPI_Comm comm, const char file[])
{
  TessText whole = {NULL, 0, 0};

  PetscFunctionBegin;
  PetscCall(TessJsonWhole_Private(j, &whole));
  PetscCall(TessTextWrite_Private(comm, file, whole.at, whole.len));
  PetscCall(PetscFree(whole.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}
