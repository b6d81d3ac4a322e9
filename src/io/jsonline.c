/* jsonline.c - JSON Lines: a file that grows by an object a line while others read it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "ioimpl.h"

/* Strings hold no new lines: those there are, and the blanks behind them, are between entries; one blank
   stays behind a comma. */
static void Flatten(TessText *t)
{
  size_t n = 0;

  for (size_t i = 0; i < t->len; i++)
    if (t->at[i] != '\n')
      t->at[n++] = t->at[i];
    else {
      while (t->at[i + 1] == ' ')
        i++;
      if (n && t->at[n - 1] == ',')
        t->at[n++] = ' ';
    }
  t->at[n++] = '\n';
  t->len     = n;
}

/* Where the last whole line ends. */
static off_t WholeLines(int file)
{
  off_t end = lseek(file, 0, SEEK_END);
  char  c   = 0;

  while (end > 0 && (pread(file, &c, 1, end - 1) != 1 || c != '\n'))
    end--;
  return end;
}

/* 0, or errno. */
static int Append(const char name[], PetscBool anew, const char text[], size_t len)
{
  const int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : 0), 0666);
  size_t    done = 0;
  off_t     end;
  int       error = 0;

  if (file < 0)
    return errno;
  end = WholeLines(file);
  if (end < 0 || ftruncate(file, end))
    error = errno;
  while (!error && done < len) {
    const ssize_t n = pwrite(file, text + done, len - done, end + (off_t)done);

    if (n > 0)
      done += (size_t)n;
    else if (n == 0 || errno != EINTR)
      error = n ? errno : ENOSPC;
  }
  if (error && end >= 0 && ftruncate(file, end))
    error = errno;
  if (close(file) && !error)
    error = errno;
  return error;
}

PetscErrorCode TessJsonAppend(TessJson j, const char file[], PetscBool anew, PetscBool *ok, char message[],
                              size_t len)
{
  TessText line = {NULL, 0, 0};
  int      error;

  PetscFunctionBegin;
  PetscCall(TessJsonWhole_Private(j, &line));
  Flatten(&line);
  error = Append(file, anew, line.at, line.len);
  *ok   = (PetscBool)!error;
  if (error)
    PetscCall(PetscSNPrintf(message, len, "cannot write %s: %s", file, strerror(error)));
  PetscCall(PetscFree(line.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}
