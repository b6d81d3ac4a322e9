/* Options: keys of a section are found in axis order and stay unused, texts are whole, overflow of an integer
   is refused naming the option. */
#include "tess_test.h"

static char message[4096];

static PetscErrorCode Keep(MPI_Comm comm, int line, const char *func, const char *file, PetscErrorCode code,
                           PetscErrorType type, const char *text, void *ctx)
{
  if (type == PETSC_ERROR_INITIAL)
    snprintf(message, sizeof(message), "%s", text);
  return code;
}

static PetscErrorCode ProvokeRead(PetscInt *n)
{
  PetscFunctionBegin;
  PetscOptionsBegin(PETSC_COMM_WORLD, NULL, "test", NULL);
  PetscCall(TessOptionsInt("-n_big", "how many", n, 1, 1000));
  PetscOptionsEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt       n, left, big = 1;
  char         **keys, **words, *list;
  PetscErrorCode ierr;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscOptionsLeftGet(NULL, &left, NULL, NULL));
  PetscCall(TessOptionsKeys(NULL, "", "sec", &n, &keys));
  CHECK("three keys, x first and t last",
        n == 3 && !strcmp(keys[0], "x") && !strcmp(keys[1], "b") && !strcmp(keys[2], "t"));
  PetscCall(TessWordsDestroy(n, &keys));
  PetscCall(PetscOptionsLeftGet(NULL, &n, NULL, NULL));
  CHECK("finding keys does not use them", n == left);
  PetscCall(TessJoin(1, (const char *const[]){"solve"}, &list));
  CHECK("a list of one word is the word", !strcmp(list, "solve"));
  PetscCall(PetscFree(list));
  PetscCall(TessOptionsWords(NULL, "", "sec_x", &n, &words));
  CHECK("commas inside parentheses do not cut", n == 2 && !strcmp(words[1], "2*f(1,2)"));
  PetscCall(TessWordsDestroy(n, &words));
  PetscCall(PetscPushErrorHandler(Keep, NULL));
  ierr = ProvokeRead(&big);
  PetscCall(PetscPopErrorHandler());
  CHECK("overflow is refused", ierr == PETSC_ERR_USER_INPUT && big == 1);
  CHECK("the message names the option and the value",
        strstr(message, "-n_big") && strstr(message, "3000000000"));
  return TessTestEnd();
}
