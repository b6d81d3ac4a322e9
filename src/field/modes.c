/* modes.c - parameters whose expert is, to first order in theta, a monomial in the reference coordinates:
   ridge regression of du/dtheta on values at points drawn in the reference box. */
#include "fieldimpl.h"
#include <petscblaslapack.h>

#define RIDGE                                                                                                \
  1e-10 /* of the mean diagonal entry: good for three digits or more, which is all that is asked */

/* Exponents of monomial after monomial in dim axes, lexicographic, of total degree at most `degree`; false
 * after the last. */
static PetscBool NextMonomial(PetscInt dim, PetscInt degree, PetscInt power[])
{
  PetscInt total = 0;

  for (PetscInt a = 0; a < dim; a++)
    total += power[a];
  for (PetscInt a = 0; a < dim; a++) {
    if (total < degree) {
      power[a]++;
      return PETSC_TRUE;
    }
    total -= power[a];
    power[a] = 0;
  }
  return PETSC_FALSE;
}

PetscErrorCode TessFieldGetModes(TessField f, PetscInt degree, PetscInt *n)
{
  PetscInt *power;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(f->dim, &power));
  *n = 0;
  do
    *n += f->ncomp;
  while (NextMonomial(f->dim, degree, power));
  PetscCall(PetscFree(power));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A [ncomp * m][np] = du/dtheta at points x [dim][m] */
static PetscErrorCode Values(TessField f, PetscInt l, const PetscReal theta[], PetscInt m,
                             const PetscReal x[], PetscReal A[])
{
  const PetscInt rows = f->ncomp * m;
  TessJet        jet;
  PetscReal     *u_bar, *scale;
  TessPoints     points = {.n = m, .x = x};

  PetscFunctionBegin;
  PetscCall(TessJetInit(&jet, f->dim, f->space));
  PetscCall(PetscCalloc2(f->ncomp * rows, &u_bar, f->dim, &scale));
  for (PetscInt a = 0; a < f->dim; a++)
    scale[a] = 1;
  points.scale = scale;
  for (PetscInt c = 0; c < f->ncomp; c++)
    for (PetscInt p = 0; p < m; p++)
      u_bar[(c * f->ncomp + c) * m + p] = 1;
  PetscCall(PetscArrayzero(A, rows * f->np));
  PetscCall(TessExpertRows(f->expert, theta, f->frozen + (size_t)l * f->nf, &jet, &points, f->ncomp, u_bar,
                           rows, A));
  PetscCall(PetscFree2(u_bar, scale));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* b [ncomp][m][n] the monomials, each in one component */
static PetscErrorCode Monomials(TessField f, PetscInt degree, PetscInt m, const PetscReal x[], PetscReal b[])
{
  PetscInt *power, rows = f->ncomp * m;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(f->dim, &power));
  do {
    for (PetscInt c = 0; c < f->ncomp; c++, b += rows) {
      for (PetscInt p = 0; p < m; p++) {
        PetscReal value = 1;

        for (PetscInt a = 0; a < f->dim; a++)
          for (PetscInt k = 0; k < power[a]; k++)
            value *= x[a * m + p];
        b[c * m + p] = value;
      }
    }
  } while (NextMonomial(f->dim, degree, power));
  PetscCall(PetscFree(power));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessFieldModes(TessField f, PetscInt l, const PetscReal theta_local[], PetscInt degree,
                              PetscReal modes[])
{
  const PetscInt  m = 2 * f->np / f->ncomp + 8, rows = f->ncomp * m, np = f->np;
  const PetscReal one = 1, zero = 0;
  const TessKey   key = TessKeyName(f->key, "modes");
  PetscInt        n;
  PetscReal      *x, *A, *b, *G, trace = 0;
  PetscBLASInt    bn, brows, bnp, info;

  PetscFunctionBegin;
  PetscCall(TessFieldGetModes(f, degree, &n));
  PetscCall(PetscMalloc1((size_t)f->dim * m, &x));
  PetscCall(PetscCalloc1((size_t)rows * n, &b));
  PetscCall(PetscMalloc2((size_t)rows * np, &A, (size_t)np * np, &G));
  for (PetscInt i = 0; i < f->dim * m; i++)
    x[i] = 2 * TessKeyUniform(key, (uint64_t)i) - 1;
  PetscCall(Values(f, l, theta_local + (size_t)l * f->stride + f->offset, m, x, A));
  PetscCall(Monomials(f, degree, m, x, b));
  PetscCall(PetscBLASIntCast(n, &bn));
  PetscCall(PetscBLASIntCast(rows, &brows));
  PetscCall(PetscBLASIntCast(np, &bnp));
  PetscCallBLAS("BLASsyrk", BLASsyrk_("L", "T", &bnp, &brows, &one, A, &brows, &zero, G, &bnp));
  PetscCallBLAS("BLASgemm",
                BLASgemm_("T", "N", &bnp, &bn, &brows, &one, A, &brows, b, &brows, &zero, modes, &bnp));
  for (PetscInt i = 0; i < np; i++)
    trace += G[i * np + i];
  for (PetscInt i = 0; i < np; i++)
    G[i * np + i] += RIDGE * (trace > 0 ? trace / np : 1);
  PetscCallBLAS("LAPACKpotrf", LAPACKpotrf_("L", &bnp, G, &bnp, &info));
  if (!info)
    PetscCallBLAS("LAPACKpotrs", LAPACKpotrs_("L", &bnp, &bn, G, &bnp, modes, &bnp, &info));
  if (info)
    PetscCall(PetscArrayzero(modes, np * n));
  PetscCall(PetscFree2(A, G));
  PetscCall(PetscFree(b));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(PETSC_SUCCESS);
}
