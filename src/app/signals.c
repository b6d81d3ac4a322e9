/* signals.c - what is asked of a run from outside, kept until its next iteration: SIGUSR1 a checkpoint;
   SIGUSR2 or SIGTERM a checkpoint and the end.  A second SIGTERM ends the process at once.  In the program
   alone: the library sets no handlers. */
#include <signal.h>
#include "app.h"

static volatile sig_atomic_t asked; /* of APP_ASK_... */

static void Note(int number)
{
  if (number == SIGTERM && (asked & APP_ASK_LEAVE)) {
    (void)signal(SIGTERM, SIG_DFL);
    (void)raise(SIGTERM);
  }
  asked |= number == SIGUSR1 ? APP_ASK_KEEP : APP_ASK_LEAVE;
}

void AppSignalsCatch(PetscBool terminate)
{
  struct sigaction action = {.sa_handler = Note, .sa_flags = SA_RESTART};

  sigemptyset(&action.sa_mask);
  (void)sigaction(SIGUSR1, &action, NULL);
  (void)sigaction(SIGUSR2, &action, NULL);
  if (terminate)
    (void)sigaction(SIGTERM, &action, NULL);
}

void AppSignalsLetGo(void)
{
  (void)signal(SIGUSR1, SIG_DFL);
  (void)signal(SIGUSR2, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
}

int AppSignalsTake(void)
{
  const int now = asked;

  asked &= ~APP_ASK_KEEP; /* who asked to leave is not forgotten */
  return now;
}
