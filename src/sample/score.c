/* score.c - weighted sampling without replacement: the n largest of u^(1/w) (Efraimidis & Spirakis, Inf.
   Process. Lett. 97, 2006), here the n smallest of -log(u)/w.  Weights as in Wu et al. (CMAME 403, 2023): w =
   score^power + mean of score^power. */
#include <tessera/sample.h>

PetscErrorCode TessSampleByScore(TessKey key, PetscInt m, const PetscReal score[], PetscReal power,
                                 PetscInt n, PetscInt pick[])
{
  PetscReal *time, most = 0, mean = 0;
  PetscInt  *index;

  PetscFunctionBegin;
  PetscCheck(n >= 0 && n <= m, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " of %" PetscInt_FMT " candidates", n, m);
  PetscCheck(power >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "power %g is negative", (double)power);
  PetscCall(PetscMalloc2(m, &time, m, &index));
  for (PetscInt i = 0; i < m; i++) {
    PetscCheck(score[i] >= 0 && !PetscIsInfReal(score[i]), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "the score of candidate %" PetscInt_FMT " is %g", i, (double)score[i]);
    most = PetscMax(most, score[i]);
  }
  for (PetscInt i = 0; i < m; i++)
    mean += (time[i] = most > 0 ? PetscPowReal(score[i] / most, power) : 1) / m;
  for (PetscInt i = 0; i < m; i++) {
    time[i]  = -PetscLogReal(TessKeyUniform(key, i)) / (time[i] + mean);
    index[i] = i;
  }
  PetscCall(PetscSortRealWithArrayInt(m, time, index));
  PetscCall(PetscArraycpy(pick, index, n));
  PetscCall(PetscSortInt(n, pick));
  PetscCall(PetscFree2(time, index));
  PetscFunctionReturn(PETSC_SUCCESS);
}
