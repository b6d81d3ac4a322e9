/* limit.c - when a run must be over: -time_limit, or what Slurm says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "run.h"

/* Seconds of "90", "1:30", "1:00:00" or "2-12:00:00" (days); negative if it is none of them. */
static double Seconds(const char text[])
{
  double      days = 0, total = 0;
  const char *at = text, *dash = strchr(text, '-');
  char       *end;

  if (dash) {
    days = strtod(at, &end);
    if (end != dash || !(days >= 0))
      return -1;
    at = dash + 1;
  }
  for (int field = 0; field < 3; field++, at = end + 1) {
    const double value = strtod(at, &end);

    if (end == at || !(value >= 0) || (*end && *end != ':'))
      return -1;
    total = 60 * total + value;
    if (!*end)
      return 86400 * days + total * (dash && field < 2 ? (field ? 60 : 3600) : 1);
  }
  return -1;
}

/* Seconds until Slurm ends the job, infinite without Slurm or if it does not tell. */
static double Slurm(void)
{
  const char *end = getenv("SLURM_JOB_END_TIME"), *job = getenv("SLURM_JOB_ID");
  char        line[16384], command[128];
  struct tm   date = {.tm_isdst = -1};
  double      left = PETSC_INFINITY;
  FILE       *pipe;

  if (end && atof(end) > 0)
    return atof(end) - (double)time(NULL);
  if (!job || strspn(job, "0123456789") != strlen(job))
    return left;
  snprintf(command, sizeof(command), "scontrol -o show job %s 2>/dev/null", job);
  pipe = popen(command, "r");
  if (!pipe)
    return left;
  if (fgets(line, sizeof(line), pipe) && (end = strstr(line, " EndTime=")) &&
      strptime(end + 9, "%Y-%m-%dT%H:%M:%S", &date))
    left = difftime(mktime(&date), time(NULL));
  pclose(pipe);
  return left;
}

PetscErrorCode AppLimitRead(MPI_Comm comm, double begun, double *end)
{
  char       *text;
  PetscMPIInt rank;
  double      limit = PETSC_INFINITY;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  *end = PETSC_INFINITY;
  PetscCall(TessOptionsText(NULL, "", "time_limit", &text));
  if (text) {
    limit = Seconds(text);
    TessCheckInput(limit > 0, comm,
                   "-time_limit is \"%s\": seconds, or minutes:seconds, hours:minutes:seconds or "
                   "days-hours:minutes:seconds are wanted",
                   text);
    *end = begun + limit;
  }
  PetscCall(PetscFree(text));
  if (!rank) {
    limit = Slurm();
    if (limit < PETSC_INFINITY)
      *end = PetscMin(*end, MPI_Wtime() + limit);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
