/* lex.c - the lexer. */
#include <ctype.h>
#include <stdlib.h>
#include "lex.h"

static size_t Digits(const char text[], size_t at)
{
  while (isdigit((unsigned char)text[at]))
    at++;
  return at;
}

/* the end of the number that begins at `at` */
static size_t NumberEnd(const char text[], size_t at)
{
  size_t end = Digits(text, at), power;

  if (text[end] == '.')
    end = Digits(text, end + 1);
  if (text[end] == 'e' || text[end] == 'E') {
    power = end + 1;
    if (text[power] == '+' || text[power] == '-')
      power++;
    if (isdigit((unsigned char)text[power]))
      end = Digits(text, power);
  }
  return end;
}

static size_t NameEnd(const char text[], size_t at)
{
  while (isalnum((unsigned char)text[at]))
    at++;
  if (text[at] == '_')
    for (at++; isalnum((unsigned char)text[at]);)
      at++;
  return at;
}

PetscErrorCode TessLex(const char text[], size_t at, TessToken *token)
{
  static const char *const two[] = {"<=", ">=", "==", "!="};

  PetscFunctionBegin;
  while (isspace((unsigned char)text[at]))
    at++;
  *token = (TessToken){.kind = TOKEN_BAD, .begin = at, .length = 1};
  if (!text[at]) {
    token->kind   = TOKEN_END;
    token->length = 0;
  } else if (isdigit((unsigned char)text[at]) || (text[at] == '.' && isdigit((unsigned char)text[at + 1]))) {
    token->kind   = TOKEN_NUMBER;
    token->length = NumberEnd(text, at) - at;
    token->value =
        (PetscReal)strtod(&text[at], NULL); /* reads no further: what follows ends a number for it as well */
    if (text[at] == '0' && (text[at + 1] == 'x' || text[at + 1] == 'X'))
      token->value = 0;
  } else if (isalpha((unsigned char)text[at])) {
    token->kind   = TOKEN_NAME;
    token->length = NameEnd(text, at) - at;
  } else {
    for (size_t i = 0; i < sizeof(two) / sizeof(*two); i++)
      if (!strncmp(&text[at], two[i], 2))
        token->length = 2;
    if (token->length == 2 || strchr("+-*/^()[],=<>", text[at])) {
      token->kind = TOKEN_SIGN;
      memcpy(token->sign, &text[at], token->length);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
