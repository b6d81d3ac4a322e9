#pragma once
/* lex.h - a text cut into tokens. */
#include <tessera/base.h>

typedef enum { TOKEN_END, TOKEN_NUMBER, TOKEN_NAME, TOKEN_SIGN, TOKEN_BAD } TessTokenKind;

typedef struct {
  TessTokenKind kind;
  size_t        begin, length; /* in the text, in bytes */
  char          sign[3];       /* of TOKEN_SIGN */
  PetscReal     value;         /* of TOKEN_NUMBER */
} TessToken;

/* TessLex - the token at or after byte `at`.
   number = digits [ "." { digit } ] [ ("e"|"E") [ "+"|"-" ] digits ] | "." digits [ exponent ] .
   name   = letter { letter | digit } [ "_" { letter | digit } ] .
   sign   = "+" "-" "*" "/" "^" "(" ")" "[" "]" "," "=" "<" ">" "<=" ">=" "==" "!=" .
   TOKEN_BAD is a character that begins none of these. */
PETSC_INTERN PetscErrorCode TessLex(const char text[], size_t at, TessToken *);
