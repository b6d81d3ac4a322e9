/* Equal domains are dealt equally, however often, and by no threads but those of the ranks: a partitioner
   that starts some lets them call MPI at once. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "../tess_test.h"
#include "cases.h"

#define REPEATS 4

/* pthread_create stands before the one of the C library. */
typedef int Create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static PetscInt nthread;

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
  Create *create;

  *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
  nthread++;
  return (*create)(thread, attr, start, arg);
}

static void *Nothing(void *ctx)
{
  return ctx;
}

/* The patches that a rank owns, as a number. */
static PetscErrorCode Owned(const Case *c, PetscInt64 *sum)
{
  TessDomain d;
  TessPatch  patch;
  PetscInt   n;

  PetscFunctionBegin;
  PetscCall(CaseCreate(c, &d));
  PetscCall(TessDomainGetSizes(d, NULL, &n, NULL));
  *sum = n;
  for (PetscInt s = 0; s < n; s++) {
    PetscCall(TessDomainGetPatch(d, s, &patch));
    *sum = (*sum * 1009 + patch.id) % 1000000007;
  }
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt64 first[NCASES], sum = 0;
  pthread_t  thread;
  char       text[] = "8";

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  nthread = 0;
  CHECK("a thread begins", !pthread_create(&thread, NULL, Nothing, NULL) && !pthread_join(thread, NULL));
  CHECK("threads are counted", nthread == 1);
  setenv("SCOTCH_PTHREAD_NUMBER", text, 1);
  for (PetscInt k = 0; k < REPEATS; k++)
    for (PetscInt c = 0; c < NCASES; c++) {
      PetscCall(Owned(&cases[c], &sum));
      if (!k)
        first[c] = sum;
      CHECK("the same patches again", sum == first[c]);
    }
  CHECK("no thread has begun", nthread == 1);
  CHECK("the environment is left as it was", !strcmp(getenv("SCOTCH_PTHREAD_NUMBER"), text));
  return TessTestEnd();
}
