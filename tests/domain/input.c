/* Bad input is refused with a message that names axis, value and option; the object survives it. */
#include <math.h>
#include <string.h>
#include "../tess_test.h"
#include <tessera/domain.h>

/* Remembers the message instead of printing it. */
static PetscErrorCode Keep(MPI_Comm comm, int line, const char *func, const char *file, PetscErrorCode n,
                           PetscErrorType p, const char *mess, void *ctx)
{
  if (p == PETSC_ERROR_INITIAL)
    snprintf(ctx, 512, "%s", mess ? mess : "");
  return n;
}

static char message[512];

#define CHECK_REFUSED(call, words)                                                                           \
  do {                                                                                                       \
    PetscErrorCode rc_;                                                                                      \
                                                                                                             \
    message[0] = 0;                                                                                          \
    PetscCall(PetscPushErrorHandler(Keep, message));                                                         \
    rc_ = (call);                                                                                            \
    PetscCall(PetscPopErrorHandler());                                                                       \
    CHECK("refused as a mistake of the user: " #call, rc_ == PETSC_ERR_USER_INPUT);                          \
    CHECK("the message says " words, strstr(message, words));                                                \
    if (!strstr(message, words))                                                                             \
      fprintf(stderr, "  it was: %s\n", message);                                                            \
  } while (0)

static PetscErrorCode Axes(TessDomain d, const char *a, const char *b, PetscReal lo, PetscReal hi)
{
  const char *const names[]  = {a, b};
  const PetscReal   begin[2] = {0, lo}, end[2] = {1, hi};

  return TessDomainSetAxes(d, 2, 1, names, begin, end, NULL);
}

/* 2^60 patches, or 3^20 neighbours, are more than a rank can hold. */
static PetscErrorCode CheckManyPatches(void)
{
  char        text[60][8];
  const char *names[60];
  PetscReal   lo[60], hi[60];
  PetscBool   periodic[60];
  PetscInt    parts[60];
  TessDomain  d;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 60; i++) {
    PetscCall(PetscSNPrintf(text[i], 8, "x%" PetscInt_FMT, i + 1));
    names[i]    = text[i];
    lo[i]       = 0;
    hi[i]       = 1;
    periodic[i] = PETSC_TRUE;
    parts[i]    = 2;
  }
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, 60, 60, names, lo, hi, NULL));
  PetscCall(TessDomainSetParts(d, parts));
  CHECK_REFUSED(TessDomainSetUp(d), "1152921504606846976 patches are too many");
  PetscCall(TessDomainDestroy(&d));
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  PetscCall(TessDomainSetAxes(d, 20, 20, names, lo, hi, periodic));
  CHECK_REFUSED(TessDomainSetUp(d), "cut fewer axes");
  PetscCall(TessDomainDestroy(&d));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscInt  none[] = {1, 0}, some[] = {3, 2}, huge[] = {2000000000, 2000000000, 8};
  const PetscReal back[] = {0, 0.7, 0.5, 1}, wrong[] = {0, 0.3, 0.6, 2}, same[] = {0, 0.3, 0.3, 1},
                  good[] = {0, 0.1, 0.6, 1};
  const PetscReal   lo[] = {0, 0, 0}, hi[] = {1, 1, 1};
  const char *const xyz[] = {"x", "y", "z"};
  PetscInt64        n;
  TessDomain        d;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessDomainCreate(PETSC_COMM_WORLD, &d));
  CHECK_REFUSED(Axes(d, "x", "t", 1, 0), "axis \"t\": the interval [1, 0] is empty");
  CHECK_REFUSED(Axes(d, "x", "t", 1, 0), "-domain_t");
  CHECK_REFUSED(Axes(d, "x", "t", 1, 1), "is empty");
  CHECK_REFUSED(Axes(d, "x", "t", NAN, 1), "not finite");
  CHECK_REFUSED(Axes(d, "x", "t", 0, INFINITY), "not finite");
  CHECK_REFUSED(Axes(d, "x", "X", 0, 1), "two axes are called");
  CHECK_REFUSED(TessDomainSetAxes(d, 0, 0, xyz, lo, hi, NULL), "1 to 100 are allowed");
  PetscCall(TessDomainSetAxes(d, 3, 3, xyz, lo, hi, NULL));
  CHECK_REFUSED(TessDomainSetParts(d, huge), "overflows");
  PetscCall(Axes(d, "x", "t", 0, 1));
  CHECK_REFUSED(TessDomainSetParts(d, none), "0 parts along axis \"t\"; at least 1 is needed; see -parts_t");
  CHECK_REFUSED(TessDomainSetOverlap(d, -0.1), "overlap -0.1 is not in [0, 1]; see -overlap");
  CHECK_REFUSED(TessDomainSetOverlap(d, 1.01), "overlap 1.01");
  CHECK_REFUSED(TessDomainSetOverlap(d, NAN), "overlap nan");
  PetscCall(TessDomainSetParts(d, some));
  CHECK_REFUSED(TessDomainSetEdges(d, 0, back), "edges 0.7, 0.5 do not increase");
  CHECK_REFUSED(TessDomainSetEdges(d, 0, same), "do not increase");
  CHECK_REFUSED(TessDomainSetEdges(d, 0, wrong), "edges run from 0 to 2, the domain from 0 to 1");
  PetscCall(TessDomainSetEdges(d, 0, good));
  PetscCall(TessDomainSetUp(d));
  PetscCall(TessDomainSetUp(d));
  PetscCall(TessDomainGetSizes(d, &n, NULL, NULL));
  CHECK("what was good is used", n == 6);
  PetscCall(TessDomainView(d, PETSC_VIEWER_STDOUT_WORLD));
  PetscCall(TessDomainDestroy(&d));
  PetscCall(CheckManyPatches());
  return TessTestEnd();
}
