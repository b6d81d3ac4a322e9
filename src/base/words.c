/* words.c - lists of words for messages, and the nearest spelling. */
#include <string.h>
#include <tessera/base.h>

PetscErrorCode TessJoin(PetscInt n, const char *const words[], char **text)
{
  size_t len = 1, one;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(PetscStrlen(words[i], &one));
    len += one + 2;
  }
  PetscCall(PetscCalloc1(len, text));
  for (PetscInt i = 0; i < n; i++) {
    if (i)
      strcat(*text, ", ");
    strcat(*text, words[i]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

#define LONGEST 64

/* Edits (insert, drop, change, swap of neighbours) that turn a into b: Damerau 1964, Levenshtein 1966. */
static int Distance(const char a[], const char b[])
{
  int na = (int)strlen(a), nb = (int)strlen(b), d[LONGEST + 1][LONGEST + 1];

  if (na > LONGEST || nb > LONGEST)
    return LONGEST;
  for (int i = 0; i <= na; i++) {
    for (int j = 0; j <= nb; j++) {
      if (!i || !j)
        d[i][j] = i + j;
      else {
        d[i][j] = PetscMin(PetscMin(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          d[i][j] = PetscMin(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[na][nb];
}

PetscErrorCode TessNearest(const char word[], PetscInt n, const char *const list[], const char **nearest)
{
  int best = PetscMax(1, (int)strlen(word) / 3) + 1;

  PetscFunctionBegin;
  *nearest = NULL;
  for (PetscInt i = 0; i < n; i++) {
    const int d = Distance(word, list[i]);

    if (d < best) {
      best     = d;
      *nearest = list[i];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
