#pragma once
#include <tessera.h>

/* app - ASK FOR IT: one file a verb.  Private header of the program. */

/* The command line: `tessera verb file options`.  Texts are borrowed from argv. */
typedef struct {
  const char  *verb, *file; /* NULL: not given */
  const char  *stray;       /* an argument that is neither an option nor the value of one */
  const char  *swallowed;   /* the value of the last option before a missing file: perhaps the file */
  const char  *restart;     /* the value of -restart: a checkpoint, auto or none */
  const char  *unreadable;  /* the value of -options_file, if no such file can be read */
  int          nfile;
  const char **files; /* [nfile] file, and what stands behind it and is no option; the caller's to free */
  PetscBool    version, help;
  int          argc; /* what PETSc gets: program and options */
  char       **argv;
} AppArguments;

typedef struct {
  const char *name, *usage, *text;
  PetscBool   input; /* its file is an input: checked and read before the options */
  PetscBool   many;  /* it takes several files */
  PetscErrorCode (*run)(const AppArguments *, int *exit_code);
} AppVerb;

/* Splits argv; the arrays of argv are compacted in place. */
void AppArgumentsSplit(int argc, char **argv, AppArguments *);

/* --- signals.c --- */
enum { APP_ASK_KEEP = 1, APP_ASK_LEAVE = 2 };
/* SIGUSR1 and SIGUSR2, and SIGTERM if `terminate`, are kept from now on. */
void AppSignalsCatch(PetscBool terminate);
/* They end the process again. */
/* What was asked of this rank since the last call: APP_ASK_KEEP, and APP_ASK_LEAVE for ever after. */
int AppSignalsTake(void);

/* --- errors.c: mistakes of the user are told in one block, other errors keep PETSc's traceback --- */
typedef struct {
  MPI_Comm       comm;    /* a world of its own for the last agreement */
  PetscErrorCode code;    /* of the last error raised on this rank */
  PetscBool      mistake; /* it was the user's */
  PetscBool      traced;  /* this rank prints its traceback */
  char           message[2048];
} AppErrors;
PetscErrorCode AppErrorsHandle(MPI_Comm, int line, const char *func, const char *file, PetscErrorCode,
                               PetscErrorType, const char *text, void *errors);
/* Collective, the last meeting of all ranks: prints a user's mistake once and returns the exit code of the
   program.  When a rank failed alone and the others do not come, or the error is not the user's, it ends the
   job with code 1. */
int AppErrorsAgree(AppErrors *, PetscErrorCode, int exit_code);
/* "tessera: error: ..." on stderr. */
void AppErrorsPrint(const char message[]);

/* --- blas.c --- */
/* One thread a rank unless the environment says otherwise; false, and told, without memory for its work. */
PetscBool AppBlasBegin(void);

/* --- structure.c: the text of the input before PETSc sees it --- */
/* Serial: NULL, or a message ("input.yaml:3:7: ...") to free(): not readable, not YAML, keys given twice,
 * keys that collide as options. */
char *AppStructureCheck(const char file[]);

/* --- strict.c: what PETSc lets pass in silence; collective on PETSC_COMM_WORLD, errors USER_INPUT --- */
/* Before any set-up: names that differ only in case, hold an underscore or are a section; equations that are
 * empty. */
PetscErrorCode AppStrictNames(void);
/* After the set-up: options that nobody read and that PETSc does not know either; those of a run that is
 * loaded count as read. */
PetscErrorCode AppStrictUnread(void);
/* Whether PETSc reads an option (without its dash) only when it ends: such as log_view. */
PetscBool AppStrictIsLate(const char name[]);
/* After the run: options under PETSc's prefixes that nobody read, as a warning. */
PetscErrorCode AppStrictWarn(void);

/* --- schema.c: the keys of an input, for -help and for the nearest spelling --- */
typedef struct {
  const char *key;   /* flat option name; <name> stands for one of the user's */
  const char *usual; /* its default; NULL: it must be set, or is nothing without */
  const char *text;
} AppKey;
extern const AppKey AppSchema[]; /* ends with key NULL */
/* Whether word is a section or key at the top of an input. */
PetscBool AppSchemaHasSection(const char word[]);

/* --- progress.c --- */
typedef struct {
  PetscBool quiet, terminal, shown;
  double    start;
} AppProgress;
/* -quiet; a bar with the time left if rank 0 writes to a terminal. */
PetscErrorCode AppProgressBegin(AppProgress *);
/* Share done, 0..1; not collective, prints on rank 0.  text may be NULL. */
PetscErrorCode AppProgressShow(AppProgress *, PetscReal done, const char text[]);
/* Wipes the bar, so that a line can be printed. */
PetscErrorCode AppProgressClear(AppProgress *);

/* --- verbs --- */
PetscErrorCode AppSolve(const AppArguments *, int *exit_code);
PetscErrorCode AppInfo(const AppArguments *, int *exit_code);
PetscErrorCode AppEval(const AppArguments *, int *exit_code);
PetscErrorCode AppPlotRun(const AppArguments *, int *exit_code);
PetscErrorCode AppCompare(const AppArguments *, int *exit_code);
PetscErrorCode AppBench(const AppArguments *, int *exit_code);
