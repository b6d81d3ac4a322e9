/* aside.c - files made beside their name and renamed when they are whole; one agreed verdict, one line why
 * not. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "ioimpl.h"

void TessFail_Private(char message[TESS_IO_LINE], const char format[], ...)
{
  va_list args;

  if (message[0])
    return;
  va_start(args, format);
  vsnprintf(message, TESS_IO_LINE, format, args);
  va_end(args);
}

PetscErrorCode TessAgree_Private(MPI_Comm comm, char message[TESS_IO_LINE])
{
  PetscMPIInt rank, size, first;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  first = message[0] ? rank : size;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, comm));
  if (first < size)
    PetscCallMPI(MPI_Bcast(message, TESS_IO_LINE, MPI_CHAR, first, comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TessFolder_Private(const char path[], char folder[PETSC_MAX_PATH_LEN])
{
  const char *slash = strrchr(path, '/');
  const int   len   = slash ? (int)(slash - path) : 0;

  snprintf(folder, PETSC_MAX_PATH_LEN, "%.*s", slash ? PetscMax(len, 1) : 1, slash ? path : ".");
}

/* Why rank 0 could not make the file, in the words of its user. */
static void FailOpen(const char name[], int error, char message[])
{
  char        folder[PETSC_MAX_PATH_LEN];
  struct stat s;

  TessFolder_Private(name, folder);
  if (error == ENOENT && stat(folder, &s))
    TessFail_Private(message, "cannot write %s: there is no folder %s", name, folder);
  else
    TessFail_Private(message, "cannot write %s: %s", name, strerror(error));
}

PetscErrorCode TessAsideOpen_Private(MPI_Comm comm, const char name[], char **tmp, char message[TESS_IO_LINE])
{
  PetscMPIInt rank;
  size_t      len;
  struct stat s;
  int         fd;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(PetscStrlen(name, &len));
  PetscCall(PetscMalloc1(len + 5, tmp));
  PetscCall(PetscSNPrintf(*tmp, len + 5, "%s.tmp", name));
  if (!rank) {
    if (!stat(name, &s) && S_ISDIR(s.st_mode))
      TessFail_Private(message, "cannot write %s: it is a folder", name);
    else if ((fd = open(*tmp, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666)) < 0)
      FailOpen(name, errno, message);
    else
      close(fd);
  }
  PetscCall(TessAgree_Private(comm, message));
  if (!message[0] && access(*tmp, W_OK)) {
    TessFail_Private(message,
                     "cannot write %s: rank %d does not see the file that rank 0 made; the folder must be "
                     "shared by all nodes",
                     name, rank);
  }
  PetscCall(TessAgree_Private(comm, message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessReserve_Private(MPI_Comm comm, const char name[], const char tmp[], double bytes,
                                   char message[TESS_IO_LINE])
{
  PetscMPIInt    rank;
  struct statvfs s;
  struct stat    now;
  int            fd, bad;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank && !message[0]) {
    fd  = open(tmp, O_WRONLY | O_CLOEXEC);
    bad = fd < 0 || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes) ? errno : 0;
    if (bad == EOPNOTSUPP && !fstatvfs(fd, &s) &&
        !fstat(fd, &now)) { /* then at least what is free must be enough */
      bad = (double)s.f_bavail * (double)s.f_frsize + 512. * (double)now.st_blocks < bytes ? ENOSPC : 0;
    }
    if (fd >= 0)
      close(fd);
    if (bad == ENOSPC)
      TessFail_Private(message, "cannot write %s: disk full (%.0f bytes are needed)", name, bytes);
    else if (bad == EDQUOT)
      TessFail_Private(message, "cannot write %s: disk quota exceeded", name);
    else if (bad)
      TessFail_Private(message, "cannot write %s: %s", name, strerror(bad));
  }
  PetscCall(TessAgree_Private(comm, message));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The data reach the disk before the name does, and the name before we say so. */
static void Commit(const char name[], const char tmp[], char message[])
{
  char        folder[PETSC_MAX_PATH_LEN];
  struct stat s;
  int         fd = open(tmp, O_WRONLY | O_CLOEXEC), bad;

  bad = fd < 0 || fstat(fd, &s) || ftruncate(fd, s.st_size) || fsync(fd)
            ? errno
            : 0; /* gives back what was reserved behind */
  if (fd >= 0 && close(fd) && !bad)
    bad = errno;
  if (!bad && rename(tmp, name))
    bad = errno;
  if (bad) {
    TessFail_Private(message, "cannot write %s: %s", name, strerror(bad));
    return;
  }
  TessFolder_Private(name, folder);
  fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    (void)fsync(fd); /* some file systems refuse it for folders; the file itself is safe and in its place */
    close(fd);
  }
}

PetscErrorCode TessAsideClose_Private(MPI_Comm comm, const char name[], char **tmp,
                                      char message[TESS_IO_LINE])
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(TessAgree_Private(comm, message));
  if (!rank) {
    if (!message[0])
      Commit(name, *tmp, message);
    if (message[0])
      (void)unlink(*tmp);
  }
  PetscCall(TessAgree_Private(comm, message));
  PetscCall(PetscFree(*tmp));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rank 0: all of the text into the file that is there. */
static void WriteAll(const char name[], const char tmp[], const char text[], size_t len, char message[])
{
  int     fd = open(tmp, O_WRONLY | O_CLOEXEC);
  ssize_t got;

  for (; fd >= 0 && len; text += got, len -= (size_t)got) {
    got = write(fd, text, len);
    if (got < 0 && errno == EINTR)
      got = 0;
    if (got < 0)
      break;
  }
  if (fd < 0 || len)
    TessFail_Private(message, "cannot write %s: %s", name, strerror(errno));
  if (fd >= 0 && close(fd))
    TessFail_Private(message, "cannot write %s: %s", name, strerror(errno));
}

PetscErrorCode TessTextWrite_Private(MPI_Comm comm, const char name[], const char text[], size_t len)
{
  char        message[TESS_IO_LINE] = "", *tmp;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(TessAsideOpen_Private(comm, name, &tmp, message));
  if (!rank && !message[0])
    WriteAll(name, tmp, text, len, message);
  PetscCall(TessAsideClose_Private(comm, name, &tmp, message));
  TessCheckInput(!message[0], comm, "%s", message);
  PetscFunctionReturn(PETSC_SUCCESS);
}
