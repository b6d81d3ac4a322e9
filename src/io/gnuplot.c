/* gnuplot.c - a script with its data is drawn by a gnuplot of rank 0's.  It reads the script from an unnamed
   file, not from a pipe: writing into the pipe of a program that has died is a signal, which would end the
   host. */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ioimpl.h"

PetscErrorCode TessTextAddQuoted_Private(TessText *t, const char text[])
{
  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t, "'"));
  for (; *text; text++) {
    if (*text == '\'')
      PetscCall(TessTextAdd_Private(t, "''"));
    else
      PetscCall(TessTextAddBytes_Private(t, (unsigned char)*text < ' ' ? " " : text, 1));
  }
  PetscCall(TessTextAdd_Private(t, "'"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Runs gnuplot on the script; its complaints go to `told`. */
static int Run(FILE *script, FILE *told, int *status)
{
  char *const                argv[] = {(char *)"gnuplot", (char *)"-d", NULL};
  posix_spawn_file_actions_t actions;
  pid_t                      child;
  int                        bad;

  if (posix_spawn_file_actions_init(&actions))
    return ENOMEM;
  bad = posix_spawn_file_actions_adddup2(&actions, fileno(script), 0);
  if (!bad)
    bad = posix_spawn_file_actions_adddup2(&actions, fileno(told), 1);
  if (!bad)
    bad = posix_spawn_file_actions_adddup2(&actions, fileno(told), 2);
  if (!bad)
    bad = posix_spawnp(&child, "gnuplot", &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  *status = 0;
  while (!bad && waitpid(child, status, 0) < 0 && errno == EINTR)
    continue;
  return bad;
}

/* The line of gnuplot's complaint that says what is wrong: the last one that is not empty. */
static void Complaint(FILE *told, size_t len, char line[])
{
  char next[256];

  snprintf(line, len, "it gives no reason");
  rewind(told);
  while (fgets(next, sizeof(next), told)) {
    next[strcspn(next, "\r\n")] = 0;
    if (next[strspn(next, " \t^")])
      snprintf(line, len, "%s", next + strspn(next, " \t"));
  }
}

static void Draw(const char file[], const char tmp[], const TessText *script, char message[])
{
  FILE       *in = tmpfile(), *told = tmpfile();
  struct stat s;
  char        line[256];
  int         bad, status;

  if (!in || !told || fwrite(script->at, 1, script->len, in) != script->len || fflush(in)) {
    TessFail_Private(message, "cannot draw %s: no temporary file (%s)", file, strerror(errno));
  } else {
    rewind(in);
    lseek(fileno(in), 0, SEEK_SET);
    bad = Run(in, told, &status);
    if (bad == ENOENT) {
      TessFail_Private(message, "cannot draw %s: there is no gnuplot; install the Debian package gnuplot-nox",
                       file);
    } else if (bad)
      TessFail_Private(message, "cannot draw %s: gnuplot does not start (%s)", file, strerror(bad));
    else if (!WIFEXITED(status) || WEXITSTATUS(status) || stat(tmp, &s) || !s.st_size) {
      Complaint(told, sizeof(line), line);
      TessFail_Private(message, "cannot draw %s: gnuplot failed (%s)", file, line);
    }
  }
  if (in)
    fclose(in);
  if (told)
    fclose(told);
}

PetscErrorCode TessGnuplot_Private(MPI_Comm comm, const char file[], PetscInt width, PetscInt height,
                                   const TessText *script)
{
  TessText    t                     = {NULL, 0, 0};
  char        message[TESS_IO_LINE] = "", *tmp;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(TessAsideOpen_Private(comm, file, &tmp, message));
  if (!rank && !message[0]) {
    PetscCall(TessTextAdd_Private(&t,
                                  "set encoding utf8\nset terminal pngcairo size %" PetscInt_FMT
                                  ",%" PetscInt_FMT " font 'DejaVu Sans,15'\nset output ",
                                  width, height));
    PetscCall(TessTextAddQuoted_Private(&t, tmp));
    PetscCall(TessTextAdd_Private(
        &t, "\nset minussign\nset format '%%g'\nset border lw 1.2 lc rgb '#404040'\nset tics out "
            "nomirror scale 0.6 textcolor rgb '#404040' font ',13'\n"));
    PetscCall(TessTextAddBytes_Private(&t, script->at, script->len));
    Draw(file, tmp, &t, message);
    PetscCall(PetscFree(t.at));
  }
  PetscCall(TessAsideClose_Private(comm, file, &tmp, message));
  TessCheckInput(!message[0], comm, "%s", message);
  PetscFunctionReturn(PETSC_SUCCESS);
}
