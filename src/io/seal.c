/* seal.c - a checksum of a whole file behind its last byte, looked at before HDF5 opens the file: its readers
   may crash on headers that were altered, and it reads altered numbers without a word.  CRC-32 (zlib) of the
   shares of the ranks, put together in order.  HDF5 does not look behind the end that its headers say. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "ioimpl.h"

#define PIECE (1 << 20) /* bytes read at a time */

static const char mark[8] = "TESSSEAL";

typedef struct {
  char     mark[8];
  uint64_t length; /* of the file without this */
  uint32_t sum;    /* of those bytes */
  uint32_t own;    /* of the fields above */
} Seal;

_Static_assert(sizeof(Seal) == 24, "the seal has no gaps");

static uint32_t Own(const Seal *seal)
{
  return (uint32_t)crc32(0, (const Bytef *)seal, offsetof(Seal, own));
}

/* The sum of n bytes from start on; *n is what could be read. */
static uint32_t Share(int fd, uint64_t start, uint64_t *n)
{
  Bytef   *piece = malloc(PIECE);
  uLong    sum   = 0;
  uint64_t done  = 0;
  ssize_t  got;

  while (piece && done < *n) {
    got = pread(fd, piece, PetscMin(PIECE, *n - done), (off_t)(start + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    sum = crc32(sum, piece, (uInt)got);
    done += (uint64_t)got;
  }
  free(piece);
  *n = done;
  return (uint32_t)sum;
}

/* {sum, length} of one piece of a file and of the next. */
static void Join(void *first, void *second, int *n, MPI_Datatype *type)
{
  uint64_t *a = first, *b = second;

  for (int i = 0; i < *n; i++, a += 2, b += 2) {
    b[0] = crc32_combine(a[0], b[0], (z_off_t)b[1]);
    b[1] += a[1];
  }
}

/* Collective.  The sum of the first `length` bytes of a file, *length what could be read. */
static PetscErrorCode Sum(MPI_Comm comm, const char file[], uint64_t *length, uint32_t *sum)
{
  PetscMPIInt  rank, size;
  uint64_t     part[2], start, end, piece;
  MPI_Datatype pair;
  MPI_Op       join;
  int          fd = open(file, O_RDONLY | O_CLOEXEC);

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  piece   = *length / size + 1;
  start   = PetscMin(*length, piece * rank);
  end     = PetscMin(*length, start + piece);
  part[1] = fd < 0 ? 0 : end - start;
  part[0] = Share(fd, start, &part[1]);
  if (fd >= 0)
    close(fd);
  PetscCallMPI(MPI_Type_contiguous(2, MPI_UINT64_T, &pair));
  PetscCallMPI(MPI_Type_commit(&pair));
  PetscCallMPI(MPI_Op_create(Join, 0, &join));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, part, 1, pair, join, comm));
  PetscCallMPI(MPI_Op_free(&join));
  PetscCallMPI(MPI_Type_free(&pair));
  *sum    = (uint32_t)part[0];
  *length = part[1];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessSeal_Private(MPI_Comm comm, const char name[], const char tmp[],
                                char message[TESS_IO_LINE])
{
  PetscMPIInt rank;
  Seal        seal = {.length = 0};
  uint64_t    length;
  struct stat s;
  int         fd = -1;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank && !stat(tmp, &s))
    seal.length = (uint64_t)s.st_size;
  PetscCallMPI(MPI_Bcast(&seal.length, 1, MPI_UINT64_T, 0, comm));
  length = seal.length;
  PetscCall(Sum(comm, tmp, &length, &seal.sum));
  memcpy(seal.mark, mark, sizeof(mark));
  seal.own = Own(&seal);
  if (length != seal.length)
    TessFail_Private(message, "cannot write %s: it cannot be read again", name);
  else if (!rank && ((fd = open(tmp, O_WRONLY | O_CLOEXEC)) < 0 ||
                     pwrite(fd, &seal, sizeof(seal), (off_t)seal.length) != (ssize_t)sizeof(seal)))
    TessFail_Private(message, "cannot write %s: %s", name, strerror(errno));
  if (fd >= 0)
    close(fd);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rank 0: the seal of a file, or why there is none. */
static void ReadSeal(const char file[], Seal *seal, char message[TESS_IO_LINE])
{
  const int   fd = open(file, O_RDONLY | O_CLOEXEC);
  struct stat s;

  if (fd < 0)
    TessFail_Private(message, "cannot read %s: %s", file, strerror(errno));
  else if (fstat(fd, &s) || !S_ISREG(s.st_mode))
    TessFail_Private(message, "cannot read %s: it is no file", file);
  else if (s.st_size < (off_t)sizeof(*seal) ||
           pread(fd, seal, sizeof(*seal), s.st_size - (off_t)sizeof(*seal)) != (ssize_t)sizeof(*seal) ||
           memcmp(seal->mark, mark, sizeof(mark)) || seal->own != Own(seal))
    TessFail_Private(message, "%s has no checksum at its end: it was cut short, or is no checkpoint", file);
  else if (seal->length != (uint64_t)s.st_size - sizeof(*seal))
    TessFail_Private(message, "%s is damaged: %llu bytes were written, %llu are there", file,
                     (unsigned long long)seal->length, (unsigned long long)s.st_size - sizeof(*seal));
  if (fd >= 0)
    close(fd);
}

PetscErrorCode TessFileCheckSeal(MPI_Comm comm, const char file[], PetscBool *ok, char text[], size_t len)
{
  PetscMPIInt rank;
  Seal        seal                  = {.length = 0};
  char        message[TESS_IO_LINE] = "";
  uint32_t    sum;
  uint64_t    length;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank)
    ReadSeal(file, &seal, message);
  PetscCall(TessAgree_Private(comm, message));
  if (!message[0]) {
    PetscCallMPI(MPI_Bcast(&seal, sizeof(seal), MPI_BYTE, 0, comm));
    length = seal.length;
    PetscCall(Sum(comm, file, &length, &sum));
    if (length != seal.length)
      TessFail_Private(message, "cannot read %s to its end on all ranks", file);
    else if (sum != seal.sum)
      TessFail_Private(message, "%s is damaged: its checksum is %08x, not %08x", file, sum, seal.sum);
  }
  *ok = (PetscBool)!message[0];
  PetscCall(PetscStrncpy(text, message, len));
  PetscFunctionReturn(PETSC_SUCCESS);
}
