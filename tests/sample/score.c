/* Picking by score takes each candidate once, in order, with the frequencies of successive draws without
   replacement, and never forgets candidates of score zero. */
#include "../tess_test.h"
#include <tessera/sample.h>

#define M 4
#define RUNS 100000

/* Two of four: P(i picked) = p_i + sum over j of p_j p_i / (1 - p_j), p the normed weights. */
static PetscErrorCode CheckFrequencies(const PetscReal score[M], PetscReal power)
{
  PetscReal p[M], often[M] = {0}, mean = 0, total = 0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < M; i++)
    mean += (p[i] = power ? PetscPowReal(score[i], power) : 1) / M;
  for (PetscInt i = 0; i < M; i++)
    total += (p[i] += mean);
  for (PetscInt r = 0; r < RUNS; r++) {
    PetscInt pick[2];

    PetscCall(TessSampleByScore(TessKeyMake(3, r), M, score, power, 2, pick));
    CHECK("picks are distinct and sorted", pick[0] >= 0 && pick[0] < pick[1] && pick[1] < M);
    for (PetscInt k = 0; k < 2; k++)
      often[pick[k]] += 1. / RUNS;
  }
  for (PetscInt i = 0; i < M; i++) {
    PetscReal expected = p[i] / total;

    for (PetscInt j = 0; j < M; j++)
      if (j != i)
        expected += p[j] / total * p[i] / (total - p[j]);
    CHECK_BELOW("a candidate is picked as often as its weight says", often[i] - expected,
                5 * 0.5 / PetscSqrtReal(RUNS));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckMany(void)
{
  const PetscInt m = 200000, n = 20000;
  PetscReal     *score, high   = 0;
  PetscInt      *pick, *all;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(m, &score, n, &pick, m, &all));
  for (PetscInt i = 0; i < m; i++)
    score[i] = 1e200 * (i % 10 == 3); /* squares overflow if they are not scaled */
  PetscCall(TessSampleByScore(9, m, score, 2, n, pick));
  for (PetscInt k = 0; k < n; k++) {
    CHECK("sorted and in range", pick[k] >= (k ? pick[k - 1] + 1 : 0) && pick[k] < m);
    high += pick[k] % 10 == 3;
  }
  CHECK("weights 1.1 against 0.1: half of the picks have the high score, others are there too",
        high > 0.4 * n && high < 0.6 * n);
  PetscCall(TessSampleByScore(9, m, score, 2, m, all));
  for (PetscInt i = 0; i < m; i++)
    CHECK("all of all", all[i] == i);
  PetscCall(PetscArrayzero(score, m));
  PetscCall(TessSampleByScore(9, m, score, 2, n, pick));
  PetscCall(TessSampleByScore(9, m, score, 1, 0, pick));
  PetscCall(PetscFree3(score, pick, all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const PetscReal score[M] = {1, 5, 0, 2}, zero[M] = {0, 0, 0, 0};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckFrequencies(score, 1));
  PetscCall(CheckFrequencies(score, 2));
  PetscCall(CheckFrequencies(score, 0));
  PetscCall(CheckFrequencies(zero, 0));
  PetscCall(CheckMany());
  return TessTestEnd();
}
