/* syntax.c - the next token, and messages that show the text with a caret under the column. */
#include <stdarg.h>
#include "parse.h"

#define SHOWN 90 /* bytes of the text that a message shows around the caret */

static PetscBool Continues(char c) /* bytes of a UTF-8 character after the first take no column */
{
  return (PetscBool)(((unsigned char)c & 0xC0) == 0x80);
}

PetscErrorCode TessParseFail(const TessParser *p, size_t at, const char format[], ...)
{
  char    message[1200], shown[SHOWN + 8], caret[SHOWN + 8];
  size_t  length = strlen(p->text), begin = 0, end, k = 0;
  va_list list;

  PetscFunctionBegin;
  va_start(list, format);
  (void)vsnprintf(message, sizeof(message), format, list);
  va_end(list);
  if (length > SHOWN && at > SHOWN / 2)
    begin = PetscMin(at - SHOWN / 2, length - SHOWN);
  end = PetscMin(begin + SHOWN, length);
  (void)snprintf(shown, sizeof(shown), "%s%.*s%s", begin ? "..." : "", (int)(end - begin), &p->text[begin],
                 end < length ? "..." : "");
  for (char *c = shown; *c; c++)
    if (*c == '\n' || *c == '\t' || *c == '\r')
      *c = ' ';
  for (size_t i = 0; i < at - begin + (begin ? 3 : 0); i++)
    if (!Continues(shown[i]))
      caret[k++] = ' ';
  caret[k] = 0;
  SETERRQ(p->comm, PETSC_ERR_USER_INPUT, "%s: %s\n  %s\n  %s^", p->where, message, shown, caret);
}

PetscErrorCode TessParseNext(TessParser *p)
{
  PetscFunctionBegin;
  PetscCall(TessLex(p->text, p->token.begin + p->token.length, &p->token));
  if (p->token.kind == TOKEN_BAD) {
    const char *c    = &p->text[p->token.begin];
    int         size = 1;

    while (Continues(c[size]))
      size++;
    PetscCall(TessParseFail(p, p->token.begin, "\"%.*s\" is no character of the language", size, c));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TessParseIs(const TessParser *p, const char sign[])
{
  return (PetscBool)(p->token.kind == TOKEN_SIGN && !strcmp(p->token.sign, sign));
}

PetscErrorCode TessParseUnexpected(TessParser *p, const char expected[])
{
  const TessToken *t = &p->token;

  PetscFunctionBegin;
  if (t->kind == TOKEN_END)
    PetscCall(TessParseFail(p, t->begin, "the text ends, but %s was expected", expected));
  if (TessParseIs(p, "="))
    PetscCall(TessParseFail(
        p, t->begin,
        "\"=\" stands here, but %s was expected (an equation has one \"=\"; comparisons are < > <= >= == !=)",
        expected));
  PetscCall(TessParseFail(p, t->begin, "\"%.*s\" stands here, but %s was expected", (int)t->length,
                          &p->text[t->begin], expected));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessParseExpect(TessParser *p, const char sign[], const char purpose[])
{
  char expected[128];

  PetscFunctionBegin;
  if (!TessParseIs(p, sign)) {
    (void)snprintf(expected, sizeof(expected), "an operator or \"%s\"%s", sign, purpose);
    PetscCall(TessParseUnexpected(p, expected));
  }
  PetscCall(TessParseNext(p));
  PetscFunctionReturn(PETSC_SUCCESS);
}
