/* scalars.c - the trainable scalars: value = eta (no bounds), min + exp(eta), max - exp(eta), or
   min + (max - min) / (1 + exp(-eta)), so that every eta is allowed.  A step to |eta| > ETA_MAX is a step
   along what nothing determines: its value is not-a-number, so that it is rejected, and not taken for the
   bound. */
#include <math.h>
#include "problemimpl.h"

#define ETA_MAX 100

#define Bounded(q, side) ((side) ? (q)->max < PETSC_MAX_REAL : (q)->min > PETSC_MIN_REAL)

PetscReal TessParameterValue(const TessParameter *q, PetscReal eta)
{
  if ((Bounded(q, 0) || Bounded(q, 1)) && PetscAbsReal(eta) > ETA_MAX)
    return NAN;
  if (Bounded(q, 0) && Bounded(q, 1))
    return q->min + (q->max - q->min) / (1 + PetscExpReal(-eta));
  if (Bounded(q, 0))
    return q->min + PetscExpReal(eta);
  if (Bounded(q, 1))
    return q->max - PetscExpReal(eta);
  return eta;
}

PetscReal TessParameterSlope(const TessParameter *q, PetscReal eta)
{
  const PetscReal s = 1 / (1 + PetscExpReal(-eta));

  if (Bounded(q, 0) && Bounded(q, 1))
    return (q->max - q->min) * s * (1 - s);
  if (Bounded(q, 0))
    return PetscExpReal(eta);
  if (Bounded(q, 1))
    return -PetscExpReal(eta);
  return 1;
}

PetscBool TessParameterIsNear(const TessParameter *q, PetscReal eta)
{
  const PetscReal value = TessParameterValue(q, eta);

  return (PetscBool)((Bounded(q, 0) && value - q->min < 1e-2 * (q->start - q->min)) ||
                     (Bounded(q, 1) && q->max - value < 1e-2 * (q->max - q->start)));
}

PetscReal TessParameterEta(const TessParameter *q)
{
  if (Bounded(q, 0) && Bounded(q, 1))
    return PetscLogReal((q->start - q->min) / (q->max - q->start));
  if (Bounded(q, 0))
    return PetscLogReal(q->start - q->min);
  if (Bounded(q, 1))
    return PetscLogReal(q->max - q->start);
  return q->start;
}

/* parameters: {k: 1} or {k: {start: 1, min: 0, max: 2}}; {kappa: {type: field}} is one more unknown. */
PetscErrorCode TessProblemReadScalars(TessProblem p)
{
  TessSystem *sys = &p->sys;
  PetscInt    n;
  char      **names, name[PETSC_MAX_OPTION_NAME], *text;

  PetscFunctionBegin;
  PetscCall(TessProblemNames(p, "parameters", &n, &names));
  PetscCall(PetscCalloc2(n, &sys->param, n, &p->param));
  for (PetscInt i = 0; i < n; i++) {
    TessParameter *q = &p->param[sys->nparam];

    PetscCall(PetscSNPrintf(name, sizeof(name), "parameters_%s_type", names[i]));
    PetscCall(TessOptionsText(NULL, p->prefix, name, &text));
    TessCheckInput(!text || !strcmp(text, "field") || !strcmp(text, "scalar"), sys->comm,
                   "-%s%s is \"%s\": scalar or field is wanted", p->prefix, name, text);
    if (text && !strcmp(text, "field")) {
      sys->unknown[sys->nunknown++] = names[i];
      PetscCall(PetscFree(text));
      continue;
    }
    PetscCall(PetscFree(text));
    *q = (TessParameter){.start = 1, .min = PETSC_MIN_REAL, .max = PETSC_MAX_REAL};
    PetscOptionsBegin(sys->comm, p->prefix, "trainable scalars", NULL);
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s", names[i]));
    PetscCall(TessOptionsReal(name, "starting value of a trainable scalar", &q->start, PETSC_MIN_REAL,
                              PETSC_MAX_REAL));
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s_start", names[i]));
    PetscCall(TessOptionsReal(name, "starting value of a trainable scalar", &q->start, PETSC_MIN_REAL,
                              PETSC_MAX_REAL));
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s_min", names[i]));
    PetscCall(
        TessOptionsReal(name, "lower bound of a trainable scalar", &q->min, PETSC_MIN_REAL, PETSC_MAX_REAL));
    PetscCall(PetscSNPrintf(name, sizeof(name), "-parameters_%s_max", names[i]));
    PetscCall(
        TessOptionsReal(name, "upper bound of a trainable scalar", &q->max, PETSC_MIN_REAL, PETSC_MAX_REAL));
    PetscOptionsEnd();
    TessCheckInput(
        q->min < q->start && q->start < q->max, sys->comm,
        "-%sparameters_%s starts at %.6g: a value above its min %.6g and below its max %.6g is wanted",
        p->prefix, names[i], (double)q->start, (double)q->min, (double)q->max);
    sys->param[sys->nparam++] = names[i];
  }
  PetscCall(PetscFree(names));
  PetscFunctionReturn(PETSC_SUCCESS);
}
