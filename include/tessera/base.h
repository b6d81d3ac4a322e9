#pragma once
#include <stdint.h>
#include <petscksp.h>
#include <tessera/compat.h>

/* base - what every room stands on: version, set-up of the package, log events, random numbers, checked
 * options. */

#define TESS_VERSION_MAJOR 0
#define TESS_VERSION_MINOR 1
#define TESS_VERSION_PATCH 0
#define TESS_VERSION "0.1.0"

PETSC_EXTERN PetscClassId  TESS_CLASSID;
PETSC_EXTERN PetscLogEvent TESS_Evaluate, TESS_Assemble, TESS_Solve, TESS_Exchange;

/* TessInitializeBase - registers class and events; idempotent, called by every Create.  Not collective. */
PETSC_EXTERN PetscErrorCode TessInitializeBase(void);
/* TessCite - registers a BibTeX entry that -citations prints if the method was used.  `set` is the caller's
 * static flag. */
PETSC_EXTERN PetscErrorCode TessCite(const char bibtex[], PetscBool *set);

/* A mistake of the user: printed without a stack by the program.  The message names the thing, the value,
   what is allowed and the option.  Must be raised on all ranks of comm alike (reduce first, then branch). */
#define TessCheckInput(cond, comm, ...) PetscCheck(cond, comm, PETSC_ERR_USER_INPUT, __VA_ARGS__)

/* Random numbers by counter (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11; here the
   64-bit finaliser of SplitMix, Steele et al., OOPSLA 2014): number i of a key depends on nothing else, never
   on the rank. */
typedef uint64_t     TessKey;
PETSC_EXTERN TessKey TessKeyMake(
    TessKey parent, uint64_t index); /* a child key: TessKeyMake(TessKeyMake(seed, condition), patch) */
PETSC_EXTERN TessKey   TessKeyName(TessKey parent, const char name[]); /* a child key from a name */
PETSC_EXTERN PetscReal TessKeyUniform(TessKey, uint64_t i);            /* in (0,1) */
PETSC_EXTERN PetscReal TessKeyNormal(TessKey, uint64_t i);             /* mean 0, variance 1 */

/* Checked options, for use between PetscOptionsBegin and PetscOptionsEnd (-help prints a line each, with the
   value now and the default). Unlike PETSc's they refuse text that is not a number, overflow and values
   outside lo..hi, naming the option. */
#define TessOptionsInt(opt, text, value, lo, hi)                                                             \
  TessOptionsInt_Private(PetscOptionsObject, opt, text, value, lo, hi)
#define TessOptionsReal(opt, text, value, lo, hi)                                                            \
  TessOptionsReal_Private(PetscOptionsObject, opt, text, value, lo, hi)
#define TessOptionsChoice(opt, text, n, list, value)                                                         \
  TessOptionsChoice_Private(PetscOptionsObject, opt, text, n, list, value)
PETSC_EXTERN PetscErrorCode TessOptionsInt_Private(TessOptionItems, const char opt[], const char text[],
                                                   PetscInt *value, PetscInt lo, PetscInt hi);
PETSC_EXTERN PetscErrorCode TessOptionsReal_Private(TessOptionItems, const char opt[], const char text[],
                                                    PetscReal *value, PetscReal lo, PetscReal hi);
/* one of n words; *value is its index */
PETSC_EXTERN PetscErrorCode TessOptionsChoice_Private(TessOptionItems, const char opt[], const char text[],
                                                      PetscInt n, const char *const list[], PetscInt *value);

/* TessOptionsText - the text of -<prefix><name>, any length, leading and trailing blanks cut; NULL if it is
   not set. Free with PetscFree.  comm is the caller's, for errors.  An option without a value gives an empty
   string. */
PETSC_EXTERN PetscErrorCode TessOptionsText(PetscOptions, const char prefix[], const char name[],
                                            char **text);
/* TessOptionsWords - the text cut at commas, each word without blanks; free with
   PetscStrArrayDestroyTess-like TessWordsDestroy.  n = 0 if it is not set. */
PETSC_EXTERN PetscErrorCode TessOptionsWords(PetscOptions, const char prefix[], const char name[],
                                             PetscInt *n, char ***words);
/* TessOptionsKeys - the names k of all options -<prefix><section>_<k> in the database, sorted (as an axis
   order: x, y, z first, t last, digits by value).  n = 0 if there is none.  Does not mark them as used. */
PETSC_EXTERN PetscErrorCode TessOptionsKeys(PetscOptions, const char prefix[], const char section[],
                                            PetscInt *n, char ***keys);
PETSC_EXTERN PetscErrorCode TessWordsDestroy(PetscInt n, char ***words);
/* TessParseReal - strict strtod of the whole text; *ok tells. */
PETSC_EXTERN PetscErrorCode TessParseReal(const char text[], PetscReal *value, PetscBool *ok);
PETSC_EXTERN PetscErrorCode TessParseInt64(const char text[], PetscInt64 *value, PetscBool *ok);
/* TessNearest - the entry of list closest in spelling to word (Damerau-Levenshtein), or NULL if none is
 * within a third. */
PETSC_EXTERN PetscErrorCode TessNearest(const char word[], PetscInt n, const char *const list[],
                                        const char **nearest);
/* TessJoin - "a, b, c"; free with PetscFree. */
PETSC_EXTERN PetscErrorCode TessJoin(PetscInt n, const char *const words[], char **text);
