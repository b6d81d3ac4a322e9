/* Constants are resolved in the order of their dependencies; a cycle, an unknown name, "=" or a value that is
   no number is an error that names the option. */
#include <tessera/pde.h>
#include "tess_test.h"

static char message[8192];

static PetscErrorCode Keep(MPI_Comm comm, int line, const char *func, const char *file, PetscErrorCode code,
                           PetscErrorType type, const char *text, void *ctx)
{
  if (type == PETSC_ERROR_INITIAL)
    PetscCall(PetscStrncpy(message, text, sizeof(message)));
  return code;
}

static void Refused(PetscInt n, const char *const names[], const char *const texts[], const char says[])
{
  PetscReal      value[4];
  PetscErrorCode ierr;

  message[0] = 0;
  (void)PetscPushErrorHandler(Keep, NULL);
  ierr = TessConstantsResolve(PETSC_COMM_WORLD, "constants", n, names, texts, value);
  (void)PetscPopErrorHandler();
  CHECK(says, ierr == PETSC_ERR_USER_INPUT && strstr(message, says));
  if (tess_test_failed)
    printf("%s\n", message);
}

int main(int argc, char **argv)
{
  const char *const names[] = {"a", "b", "c", "Re"};
  PetscReal         value[4], one;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessConstantsResolve(PETSC_COMM_WORLD, "constants", 4, names,
                                 (const char *const[]){"b^2 + c", "2*c", "0.01/pi", "1/b"}, value));
  CHECK_BELOW("c", value[2] - 0.01 / PETSC_PI, 1e-18);
  CHECK_BELOW("b", value[1] - 2 * value[2], 1e-18);
  CHECK_BELOW("a", value[0] - value[1] * value[1] - value[2], 1e-18);
  CHECK_BELOW("Re", value[3] - 1 / value[1], 1e-12);
  PetscCall(TessConstantEvaluate(PETSC_COMM_WORLD, "-domain_x", "sqrt(Re*b) + if(1 < 2, -0.5, 0)", 4, names,
                                 value, &one));
  CHECK_BELOW("a text with constants", one - 0.5, 1e-15);
  PetscCall(TessConstantEvaluate(PETSC_COMM_WORLD, "-domain_x", "-1e-3", 0, NULL, NULL, &one));
  CHECK_BELOW("a plain number", one + 1e-3, 0);
  PetscCall(TessConstantsResolve(PETSC_COMM_WORLD, "constants", 0, NULL, NULL, NULL));
  Refused(3, names, (const char *const[]){"b", "c + 1", "2*a"},
          "-constants_a needs -constants_b needs -constants_c needs -constants_a");
  Refused(3, names, (const char *const[]){"b", "b + 1", "2"}, ": -constants_b needs -constants_b");
  Refused(2, names, (const char *const[]){"1", "2*alpha"}, "-constants_b: there is no name \"alpha\"");
  Refused(2, names, (const char *const[]){"1", "2*x"}, "Known are constants a, b; pi;");
  Refused(2, names, (const char *const[]){"1", ""}, "-constants_b: the text is empty");
  Refused(2, names, (const char *const[]){"0", "1/a"}, "-constants_b: the value of \"1/a\"");
  Refused(1, names, (const char *const[]){"sqrt(-1)"}, "-constants_a: the value of");
  Refused(1, names, (const char *const[]){"1 = 2"}, "without \"=\"");
  Refused(1, names, (const char *const[]){"lap(2)"}, "space axes");
  Refused(1, names, (const char *const[]){"normal_x"}, "normal");
  Refused(2, (const char *const[]){"a", "A"}, (const char *const[]){"1", "2"}, "differ only in case");
  Refused(1, (const char *const[]){"exp"}, (const char *const[]){"1"}, "reserved");
  return TessTestEnd();
}
