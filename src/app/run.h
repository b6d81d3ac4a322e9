#pragma once
#include "app.h"

/* What a solve knows of itself: for the terminal and for the run record. */
#define APP_SECONDS 6 /* in all, set-up, evaluate, assemble, solve, exchange */

typedef struct {
  PetscInt  iteration, slab, inner;
  PetscReal objective, error, step, seconds, causal;
} AppStep;

#define APP_HISTORY 8                         /* numbers of a step in a checkpoint */
#define APP_CHECKPOINT "tessera checkpoint 1" /* what a checkpoint says it is */

typedef struct {
  PetscReal   minutes;
  PetscInt    every, since; /* iterations between checkpoints, since the last one */
  PetscInt    written;      /* checkpoints of this run */
  double      megabytes;    /* of the last one, on rank 0 */
  char        file[PETSC_MAX_PATH_LEN], previous[PETSC_MAX_PATH_LEN];
  double      begun, end;  /* of the run, as MPI_Wtime; end infinite without a limit */
  double      last, step;  /* when the last checkpoint, the last iteration was */
  double      longest;     /* s of an iteration */
  double      cost, spent; /* s of the last checkpoint, of all */
  const char *reason;      /* why the run was stopped */
} AppCheckpoint;

/* A resolution of -accuracy. */
typedef struct {
  PetscInt   degree, parts[TESS_DIM_MAX];
  PetscInt64 unknowns;
  PetscReal  estimate, residual, seconds; /* estimate: of this one, by the one after it */
  PetscReal  rtol;                        /* of a TS, or 0 */
} AppLevel;

typedef struct {
  MPI_Comm           comm;
  const char        *input;
  char              *whole;   /* its path from the root */
  char              *restart; /* the checkpoint that the run goes on from; NULL: none */
  PetscBool          alone;   /* the input is in the checkpoint, too */
  AppCheckpoint      checkpoint;
  char               stem[PETSC_MAX_PATH_LEN];
  char              *options; /* a line an option: "-name value" */
  TessMarch          march;
  const TessSystem  *sys;
  TessPursuit        pursuit; /* NULL without -accuracy */
  PetscReal          asked;
  const PetscReal   *estimate, *estimate_max; /* [nunknown], NULL without -accuracy */
  PetscBool          reached, open;
  PetscInt           nlevel;
  AppLevel          *level; /* [nlevel] */
  AppProgress        progress;
  PetscLogDouble     start, setup;
  PetscReal          before[APP_SECONDS]; /* of the processes that led to the checkpoint it goes on from */
  PetscReal         *l2, *max;            /* [nunknown] */
  TaoConvergedReason reason;
  PetscInt           iterations, nstep, maxstep;
  AppStep           *step;    /* the history */
  PetscBool          unheard; /* its last line did not reach the disk */
  PetscBool          nantold; /* that a step was rejected where a residual is no number */
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
/* jumps.c: how far the sides of interfaces are apart, printed or as the list `jumps` of the record;
 * collective
 */
PetscErrorCode AppJumpsReport(AppRun *);
PetscErrorCode AppJumpsRecord(AppRun *, TessJson);
/* Seconds of the stages of the run, the largest of any rank: evaluate, assemble, solve, exchange; and the
 * most memory of a rank in MB. */
PetscErrorCode AppReportSeconds(AppRun *, PetscReal seconds[APP_SECONDS], PetscReal *memory);

/* --- limit.c --- */
/* The moment, as MPI_Wtime, when the run must be over: -time_limit after `begun`, or what Slurm says (on rank
   0); PETSC_INFINITY without a limit. */
PetscErrorCode AppLimitRead(MPI_Comm, double begun, double *end);

/* --- checkpoint.c --- */
/* Reads -checkpoint_... and the limit. */
PetscErrorCode AppCheckpointBegin(AppRun *, double begun);
PetscErrorCode AppCheckpointPause(TessMarch, PetscBool *stop, void *run); /* a TessMarchPause */
/* What a stopped run says, and its exit code; USER_INPUT if no checkpoint was written. */
PetscErrorCode AppCheckpointLeave(AppRun *, int *exit_code);
/* text: how to go on from the last checkpoint, "" if there is none; to end a message with. */
const char *AppCheckpointLast(const AppRun *, size_t len, char text[]);
void        AppCheckpointNamed(const char file[], const char which[], size_t len, char name[]);

/* --- restart.c --- */
/* Without an input: the options of the checkpoint, where the command line says nothing else. */
PetscErrorCode AppRestartAlone(AppRun *, const char file[]);
/* run->restart by -restart: a file, or with auto the last whole checkpoint, if there is one; its options must
   be those of the input. */
PetscErrorCode AppRestartChoose(AppRun *);
/* After the set-up: march and history go on from run->restart. */
PetscErrorCode AppRestartRun(AppRun *);
/* What `tessera info` says of a checkpoint. */
PetscErrorCode AppInfoCheckpoint(const char file[]);

/* --- accuracy.c --- */
/* Collective.  run->march by its first resolution if -accuracy is set, else as the options say it: set up. */
PetscErrorCode AppAccuracySetUp(AppRun *);
/* Solves; the options that were chosen join run->options. */
PetscErrorCode AppAccuracySolve(AppRun *);
/* The object `accuracy` of the record, nothing without -accuracy. */
PetscErrorCode AppAccuracyRecord(AppRun *, TessJson);
/* What the first resolution would be. */
PetscErrorCode AppAccuracyInfo(AppRun *);

/* --- record.c: <stem>.json; collective --- */
PetscErrorCode AppRecordWrite(AppRun *);
/* What runs: name, title, version, ranks, sizes, unknowns, options; and step i of its history. */
PetscErrorCode AppRecordHead(AppRun *, TessJson);
PetscErrorCode AppRecordStep(AppRun *, TessJson, PetscInt i);

/* --- history.c: <stem>.jsonl, a line that says what runs and a line an iteration; collective --- */
/* anew: begins the file; else the run is a restart and goes on with a line of its own. */
PetscErrorCode AppHistoryBegin(AppRun *, PetscBool anew);
/* The last step, of this march; its loss [ncondition]. */
PetscErrorCode AppHistoryStep(AppRun *, TessMarch, const PetscReal loss[]);
