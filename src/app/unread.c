/* unread.c - options that nobody read: what is no key is an error before the work; keys and PETSc's own
   options are a warning after it, since some are read late. */
#include <stdio.h>
#include <string.h>
#include "app.h"

#define SHOWN 6 /* unknown options that one message names */

/* PETSc's documented options: a word that ends with `_` is a prefix. */
static const char *const petsc_words[] = {"tao_",
                                          "ksp_",
                                          "pc_",
                                          "mat_",
                                          "ts_",
                                          "snes_",
                                          "dm_",
                                          "vec_",
                                          "is_",
                                          "sf_",
                                          "petscpartitioner_",
                                          "random_",
                                          "draw_",
                                          "viewer_",
                                          "dll_",
                                          "log_",
                                          "options_",
                                          "malloc_",
                                          "memory_",
                                          "objects_",
                                          "info",
                                          "info_",
                                          "citations",
                                          "help",
                                          "version",
                                          "on_error_",
                                          "error_output_",
                                          "start_in_debugger",
                                          "debugger_",
                                          "stop_for_debugger",
                                          "fp_trap",
                                          "no_signal_handler",
                                          "checkstack",
                                          "check_pointer_intensity",
                                          "shared_tmp",
                                          "not_shared_tmp",
                                          "tmp",
                                          "skip_petscrc",
                                          "get_total_flops",
                                          "use_gpu_aware_mpi",
                                          "saws_",
                                          "python",
                                          "nox",
                                          "x_virtual",
                                          "blas_",
                                          "bv_",
                                          "malloc",
                                          "mpi_",
                                          "petsc_"};
/* Read by PETSc only when it ends. */
static const char *const late_words[] = {"log_",     "options_",  "malloc_", "memory_",
                                         "objects_", "citations", "info",    "get_total_flops"};
/* The prefixes of solvers inside ours. */
static const char *const inner[] = {"normal_", "lsqr_", "domain_"};

static PetscBool IsAmong(const char name[], size_t n, const char *const words[])
{
  for (size_t i = 0; i < n; i++) {
    const size_t len = strlen(words[i]);

    if (words[i][len - 1] == '_' ? !strncasecmp(name, words[i], len) : !strcasecmp(name, words[i]))
      return PETSC_TRUE;
  }
  return PETSC_FALSE;
}

static PetscBool IsPetsc(const char name[])
{
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(inner); i++)
    if (!strncasecmp(name, inner[i], strlen(inner[i])))
      name += strlen(inner[i]);
  return IsAmong(name, PETSC_STATIC_ARRAY_LENGTH(petsc_words), petsc_words);
}

/* key with its <place> given the text that stands there in `name`: "<condition>_weight" and "wall_wieght"
 * make "wall_weight". */
static void Fill(const char key[], const char name[], size_t len, char filled[])
{
  size_t n = 0;

  while (*key && n + 1 < len) {
    if (*key == '<') {
      while (*name && *name != '_' && n + 1 < len)
        filled[n++] = *name++;
      key = strchr(key, '>') + 1;
    } else {
      filled[n++] = *key;
      if (*key++ == '_') { /* on to the next word of both */
        while (*name && *name != '_')
          name++;
        if (*name)
          name++;
      }
    }
  }
  filled[n] = 0;
}

/* Whether this is a key of ours that may stay unread at the set-up: read later, or of a type that is not
 * chosen. */
static PetscBool IsKey(const char name[])
{
  static const char *const late[] = {"expert_", "tao_",        "tess_",   "output_",
                                     "plot_",   "checkpoint_", "restart", "time_limit"};
  char                     filled[PETSC_MAX_OPTION_NAME];

  for (const AppKey *k = AppSchema; k->key; k++) {
    Fill(k->key, name, sizeof(filled), filled);
    if (!strcasecmp(filled, name) && IsAmong(k->key, PETSC_STATIC_ARRAY_LENGTH(late), late))
      return PETSC_TRUE;
  }
  return PETSC_FALSE;
}

/* The key nearest to a name (NULL: none), filled with what stands in the name. */
static PetscErrorCode Nearest(const char name[], size_t len, char nearest[], const AppKey **key)
{
  const char *list[256], *found;
  char(*filled)[PETSC_MAX_OPTION_NAME];
  PetscInt n = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(PETSC_STATIC_ARRAY_LENGTH(list), &filled));
  for (const AppKey *k = AppSchema; k->key && n < (PetscInt)PETSC_STATIC_ARRAY_LENGTH(list); k++) {
    Fill(k->key, name, sizeof(filled[0]), filled[n]);
    list[n] = filled[n];
    n++;
  }
  *key = NULL;
  PetscCall(TessNearest(name, n, list, &found));
  PetscCall(PetscStrncpy(nearest, found ? found : "", len));
  for (PetscInt i = 0; i < n && found && !*key; i++)
    if (list[i] == found)
      *key = &AppSchema[i];
  PetscCall(PetscFree(filled));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* "expert" is no key but the keys below it are: their names, SHOWN at most. */
static PetscBool ListSection(const char name[], size_t size, char hint[])
{
  const size_t len   = strlen(name);
  size_t       at    = 0;
  PetscInt     found = 0;

  for (const AppKey *k = AppSchema; k->key; k++)
    if (!strncasecmp(k->key, name, len) && k->key[len] == '_' && found++ < SHOWN)
      at += (size_t)snprintf(hint + at, size - at, "%s-%s", at ? ", " : " (a section: its keys are ", k->key);
  if (found)
    snprintf(hint + at, size - at, "%s", found > SHOWN ? ", ...)" : ")");
  return (PetscBool)(found > 0);
}

/* What may help with an option that nobody read. */
static PetscErrorCode Hint(const char name[], size_t size, char hint[])
{
  char          nearest[PETSC_MAX_OPTION_NAME], **words;
  const AppKey *key   = NULL;
  const size_t  first = strcspn(name, "_");
  PetscInt      n;
  PetscBool     known = PETSC_FALSE;

  PetscFunctionBegin;
  *hint = 0;
  PetscCall(Nearest(name, sizeof(nearest), nearest, &key));
  if (strcasecmp(nearest, name) && ListSection(name, size, hint))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessOptionsWords(NULL, "", "conditions", &n, &words));
  for (PetscInt i = 0; i < n; i++)
    known = (PetscBool)(known || (strlen(words[i]) == first && !strncasecmp(words[i], name, first)));
  PetscCall(TessWordsDestroy(n, &words));
  if (key && strcasecmp(nearest, name))
    snprintf(hint, size, " (did you mean -%.100s?)", nearest);
  else if (key && !strchr(key->key, '<'))
    snprintf(hint, size, " (%s; not read beside the other keys)", key->text);
  else if (key && known)
    snprintf(hint, size, " (a condition of this type, or with these other keys, does not read it)");
  else if (key)
    snprintf(hint, size, " (nothing is named \"%.*s\")", (int)first, name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppStrictUnread(void)
{
  char   **names, message[SHOWN * 600] = "", hint[400];
  PetscInt n, bad                      = 0;
  size_t   len = 0;

  PetscFunctionBegin;
  PetscCall(PetscOptionsLeftGet(NULL, &n, &names, NULL));
  for (PetscInt i = 0; i < n; i++) {
    if (IsPetsc(names[i]) || IsKey(names[i]) || bad++ >= SHOWN)
      continue;
    PetscCall(Hint(names[i], sizeof(hint), hint));
    len += (size_t)snprintf(message + len, sizeof(message) - len, "\n  -%.150s%s", names[i], hint);
  }
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &names, NULL));
  TessCheckInput(!bad, PETSC_COMM_WORLD,
                 "options that nothing reads; tessera -help lists those there are:%s%s", message,
                 bad > SHOWN ? "\n  and more" : "");
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool AppStrictIsLate(const char name[])
{
  return IsAmong(name, PETSC_STATIC_ARRAY_LENGTH(late_words), late_words);
}

PetscErrorCode AppStrictWarn(void)
{
  char      **names;
  PetscInt    n;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscOptionsLeftGet(NULL, &n, &names, NULL));
  for (PetscInt i = 0; i < n && !rank; i++)
    if (!AppStrictIsLate(names[i]))
      fprintf(stderr, "tessera: warning: the option -%s was not used\n", names[i]);
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &names, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}
