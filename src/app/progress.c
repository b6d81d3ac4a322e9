/* progress.c - a bar with the time left on a terminal; nothing elsewhere, where the lines of the iterations
 * tell it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "app.h"

#define CELLS 30 /* width of the bar */

/* mpirun gives its ranks a pseudo-terminal whatever its own output is: then the parent is asked. */
static PetscBool IsTerminal(void)
{
  const char *term = getenv("TERM");
  char        link[64], target[256];
  ssize_t     n;

  if (!isatty(STDOUT_FILENO) || !term || !strcmp(term, "dumb"))
    return PETSC_FALSE;
  if (!getenv("OMPI_COMM_WORLD_RANK"))
    return PETSC_TRUE;
  snprintf(link, sizeof(link), "/proc/%ld/fd/1", (long)getppid());
  n = readlink(link, target, sizeof(target) - 1);
  if (n < 0)
    return PETSC_FALSE;
  target[n] = 0;
  return (PetscBool)(!strncmp(target, "/dev/pts/", 9) || !strncmp(target, "/dev/tty", 8));
}

PetscErrorCode AppProgressBegin(AppProgress *p)
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCall(PetscMemzero(p, sizeof(*p)));
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-quiet", &p->quiet, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  p->terminal = (PetscBool)(rank == 0 && !p->quiet && IsTerminal());
  p->start    = MPI_Wtime();
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppProgressShow(AppProgress *p, PetscReal done, const char text[])
{
  const int    full    = (int)(CELLS * PetscMin(PetscMax(done, 0), 1));
  const double elapsed = MPI_Wtime() - p->start;

  PetscFunctionBegin;
  if (!p->terminal)
    PetscFunctionReturn(PETSC_SUCCESS);
  printf("\r\033[K[");
  for (int i = 0; i < CELLS; i++)
    putchar(i < full ? '#' : '.');
  printf("] %3.0f %%  %.1f s", 100 * (double)done, elapsed);
  if (done > 0 && done < 1)
    printf(", about %.0f s left", elapsed * (1 - (double)done) / (double)done);
  if (text)
    printf("  %s", text);
  fflush(stdout);
  p->shown = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppProgressClear(AppProgress *p)
{
  PetscFunctionBegin;
  if (p->shown)
    printf("\r\033[K");
  fflush(stdout);
  p->shown = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}
