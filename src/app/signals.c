/* signals.c - what is asked of a run from outside, kept until its next iteration: SIGUSR1 a checkpoint;
   SIGUSR2 or SIGTERM a checkpoint and the end.  A second SIGTERM ends the process at once.  In the program
   alone: the library sets no handlers. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "app.h"

static volatile sig_atomic_t asked; /* of APP_ASK_... */
static volatile sig_atomic_t piped; /* what is printed goes through mpirun */

static void Note(int number)
{
  if (number == SIGTERM && (asked & APP_ASK_LEAVE)) {
    (void)signal(SIGTERM, SIG_DFL);
    (void)raise(SIGTERM);
  }
  if (number == SIGTERM && piped) { /* mpirun reads no more: a full pipe must not hold the checkpoint up */
    (void)fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
    (void)fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK);
  }
  asked |= number == SIGUSR1 ? APP_ASK_KEEP : APP_ASK_LEAVE;
}

void AppSignalsCatch(PetscBool terminate)
{
  struct sigaction action = {.sa_handler = Note, .sa_flags = SA_RESTART};

  sigemptyset(&action.sa_mask);
  piped = getenv("OMPI_COMM_WORLD_RANK") != NULL;
  (void)sigaction(SIGUSR1, &action, NULL);
  (void)sigaction(SIGUSR2, &action, NULL);
  if (terminate)
    (void)sigaction(SIGTERM, &action, NULL);
}

int AppSignalsTake(void)
{
  const int now = asked;

  asked &= ~APP_ASK_KEEP; /* who asked to leave is not forgotten */
  return now;
}
