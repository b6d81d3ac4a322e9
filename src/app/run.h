#pragma once
#include "app.h"

/* What a solve knows of itself: for the terminal and for the run record. */
typedef struct {
  PetscInt  iteration, slab, inner;
  PetscReal objective, error, step, seconds, causal;
} AppStep;

typedef struct {
  MPI_Comm           comm;
  const char        *input;
  char               stem[PETSC_MAX_PATH_LEN];
  char              *options; /* a line an option: "-name value" */
  TessMarch          march;
  const TessSystem  *sys;
  AppProgress        progress;
  PetscLogDouble     start, setup;
  PetscReal         *l2, *max; /* [nunknown] */
  TaoConvergedReason reason;
  PetscInt           iterations, nstep, maxstep;
  AppStep           *step;    /* the history */
  PetscInt           ncond;   /* conditions */
  PetscReal         *balance; /* [maxstep][ncond] of the history, NULL if weights are fixed */
  PetscInt           nparam, nobs;
  const char *const *obsname;
  PetscReal         *param, *param_sd, *obs, *obs_sd;
} AppRun;

PetscErrorCode AppRunDestroy(AppRun *);
/* -help of the optimiser and its solvers. */
PetscErrorCode AppHelpTao(MPI_Comm);
/* Every option not yet asked for, a line each; the caller's to PetscFree. */
PetscErrorCode AppOptionsKeep(char **text);

/* --- output.c --- */
/* Collective.  Path of the files of a run without their ends: -output_file less .h5, else the name of the
   folder that the input lies in.  USER_INPUT if its folder takes no files, or if <stem>.h5 is a file that one
   of the options (lines of AppOptionsKeep) reads. */
PetscErrorCode AppOutputStem(MPI_Comm, const char input[], const char options[], size_t len, char stem[]);

/* --- eval.c: a run from its file --- */
PetscErrorCode AppOptionsRestore(const char lines[]);
/* reference: the file of the reference is wanted too; it is let go with a warning if it is not to be found.
 */
PetscErrorCode AppLoad(MPI_Comm, const char file[], PetscBool reference, TessMarch *);

/* --- report.c: the terminal --- */
PetscErrorCode AppReportProblem(AppRun *); /* what is solved */
PetscErrorCode AppReportHeader(AppRun *);  /* and the head of the table of iterations */
PetscErrorCode AppReportIteration(TessMarch, const TessProgress *, void *run); /* a TessMarchMonitor */
PetscErrorCode AppReportTable(AppRun *);
/* Seconds of the stages of the run, the largest of any rank: evaluate, assemble, solve, exchange; and the
 * most memory of a rank in MB. */
PetscErrorCode AppReportStages(AppRun *, PetscReal seconds[4], PetscReal *memory);

/* --- record.c: <stem>.json --- */
PetscErrorCode AppRecordWrite(AppRun *);
