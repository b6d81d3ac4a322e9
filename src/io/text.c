/* text.c - text that grows: what JSON, XML and gnuplot scripts are put together in. */
#include <stdarg.h>
#include "ioimpl.h"

/* Room for n more bytes and a closing zero. */
static PetscErrorCode Reserve(TessText *t, size_t n)
{
  char *larger;

  PetscFunctionBegin;
  if (t->len + n + 1 > t->size) {
    t->size = PetscMax(2 * t->size, t->len + n + 1);
    PetscCall(PetscMalloc1(t->size, &larger));
    PetscCall(PetscArraycpy(larger, t->at, t->len));
    PetscCall(PetscFree(t->at));
    t->at = larger;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTextAddBytes_Private(TessText *t, const void *bytes, size_t n)
{
  PetscFunctionBegin;
  PetscCall(Reserve(t, n));
  PetscCall(PetscMemcpy(t->at + t->len, bytes, n));
  t->len += n;
  t->at[t->len] = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTextAdd_Private(TessText *t, const char format[], ...)
{
  va_list args;
  int     n;

  PetscFunctionBegin;
  va_start(args, format);
  n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  PetscCheck(n >= 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "a text could not be formatted");
  PetscCall(Reserve(t, (size_t)n));
  va_start(args, format);
  vsnprintf(t->at + t->len, (size_t)n + 1, format, args);
  va_end(args);
  t->len += (size_t)n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessTextAddXml_Private(TessText *t, const char text[])
{
  PetscFunctionBegin;
  for (; *text; text++) {
    switch (*text) {
    case '&':
      PetscCall(TessTextAdd_Private(t, "&amp;"));
      break;
    case '<':
      PetscCall(TessTextAdd_Private(t, "&lt;"));
      break;
    case '>':
      PetscCall(TessTextAdd_Private(t, "&gt;"));
      break;
    case '"':
      PetscCall(TessTextAdd_Private(t, "&quot;"));
      break;
    case '\'':
      PetscCall(TessTextAdd_Private(t, "&apos;"));
      break;
    default: /* control characters cannot stand in XML at all */
      PetscCall(TessTextAddBytes_Private(t, (unsigned char)*text < ' ' ? " " : text, 1));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
