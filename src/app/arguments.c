/* arguments.c - verb and file are taken out of argv; what is left is PETSc's.  An option's value is the
   argument after it unless that is an option itself, as PETSc reads it: so `-5` and `-.5` are values, `-u_xx
   = 0` is not. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "app.h"

static PetscBool IsOption(const char text[])
{
  if (text[0] != '-')
    return PETSC_FALSE;
  if (text[1] == '-')
    text++;
  return (PetscBool)(isalpha((unsigned char)text[1]) != 0);
}

static PetscBool IsWord(const char text[], const char word[])
{
  return (PetscBool)(IsOption(text) && !strcmp(text + (text[1] == '-' ? 2 : 1), word));
}

static PetscBool IsYaml(const char text[])
{
  const char *dot = strrchr(text, '.');

  return (PetscBool)(dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml")));
}

void AppArgumentsSplit(int argc, char **argv, AppArguments *args)
{
  int n = 1;

  memset(args, 0, sizeof(*args));
  args->files = malloc((size_t)argc * sizeof(*args->files));
  if (!args->files)
    abort();
  for (int i = 1; i < argc; i++) {
    if (IsOption(argv[i])) {
      const PetscBool lonely = (PetscBool)(i + 1 == argc || IsOption(argv[i + 1]));

      if (IsWord(argv[i], "version") || IsWord(argv[i], "v"))
        args->version = PETSC_TRUE;
      else if (IsWord(argv[i], "help") || IsWord(argv[i], "h")) {
        args->help = PETSC_TRUE; /* not PETSc's: it would print its own options first */
        continue;
      }
      if (IsWord(argv[i], "restart") && !lonely) {
        args->restart = argv[i + 1];
        argv[i] += argv[i][1] == '-';
      }
      if (!lonely && !args->file && IsYaml(argv[i + 1]) && !IsWord(argv[i], "options_file"))
        args->swallowed = argv[i + 1];
      if (!lonely && IsWord(argv[i], "options_file") && access(argv[i + 1], R_OK))
        args->unreadable = argv[i + 1];
      argv[n++] = argv[i];
      if (!lonely)
        argv[n++] = argv[++i];
    } else if (!args->verb)
      args->verb = argv[i];
    else
      args->files[args->nfile++] = argv[i];
    args->file  = args->nfile ? args->files[0] : NULL;
    args->stray = args->nfile > 1 ? args->files[1] : NULL;
  }
  argv[n]    = NULL;
  args->argc = n;
  args->argv = argv;
}
