/* reference.c - the error against -reference_<unknown> (expressions, on points of their own) or the datasets
   of -reference_file; expressions win. Relative L2: |u - v| / |v|, relative maximum: max |u - v| / max |v|,
   over the reference's points; unknowns in -reference_constant are compared after the mean of each
   over all slabs was taken off. */
#include "marchimpl.h"

/* keys of `reference` that are no unknowns */
static const char *const others[] = {"file", "points", "constant"};

static PetscErrorCode CheckKeys(TessMarch m, const TessSystem *sys)
{
  PetscInt n;
  char   **keys, *list;

  PetscFunctionBegin;
  PetscCall(TessOptionsKeys(NULL, m->prefix, "reference", &n, &keys));
  PetscCall(TessJoin(sys->nunknown, (const char *const *)sys->unknown, &list));
  for (PetscInt i = 0; i < n; i++) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt j = 0; j < 3; j++)
      known = (PetscBool)(known || !strcmp(keys[i], others[j]));
    for (PetscInt j = 0; j < sys->nunknown; j++)
      known = (PetscBool)(known || !strcmp(keys[i], sys->unknown[j]));
    TessCheckInput(known, m->comm, "-%sreference_%s: there is no unknown \"%s\"; the unknowns are %s",
                   m->prefix, keys[i], keys[i], list);
  }
  PetscCall(TessWordsDestroy(n, &keys));
  PetscCall(TessOptionsWords(NULL, m->prefix, "reference_constant", &n, &keys));
  for (PetscInt i = 0; i < n; i++) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt j = 0; j < sys->nunknown; j++)
      known = (PetscBool)(known || !strcmp(keys[i], sys->unknown[j]));
    TessCheckInput(known, m->comm, "-%sreference_constant names \"%s\"; the unknowns are %s", m->prefix,
                   keys[i], list);
  }
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &keys));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A reference is a function of the coordinates, not of what it judges. */
static PetscErrorCode CheckIndependent(TessMarch m, const TessSystem *sys)
{
  PetscInt        nnz;
  const PetscInt *eq;

  PetscFunctionBegin;
  PetscCall(TessPdeGetPartials(m->refpde, &nnz, &eq, NULL));
  for (PetscInt i = 0; i < nnz; i++)
    TessCheckInput(
        eq[i] < m->nknown, m->comm,
        "-%sreference_%s changes with an unknown or a parameter: a function of the coordinates and "
        "constants is wanted",
        m->prefix, sys->unknown[m->known[eq[i] - m->nknown]]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchReadReference(TessMarch m)
{
  const TessSystem *sys;
  PetscInt          n;
  PetscBool         infile = PETSC_FALSE;
  char            **words, name[PETSC_MAX_OPTION_NAME], *file;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(CheckKeys(m, sys));
  PetscCall(TessOptionsText(NULL, m->prefix, "reference_file", &file));
  if (file)
    PetscCall(TessPathFind(m->comm, file, m->input, "-reference_file", &m->file));
  PetscCall(PetscFree(file));
  PetscCall(TessOptionsWords(NULL, m->prefix, "reference_constant", &n, &words));
  PetscCall(PetscCalloc4(sys->nunknown, &m->known, sys->nunknown, &m->constant, sys->nunknown, &m->text,
                         2 * sys->nunknown, &m->moments));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    PetscBool has = PETSC_FALSE;

    PetscCall(PetscSNPrintf(name, sizeof(name), "reference_%s", sys->unknown[i]));
    PetscCall(TessOptionsText(NULL, m->prefix, name, &m->text[i]));
    if (m->file && !m->text[i])
      PetscCall(TessFileHas(m->comm, m->file, sys->unknown[i], &has));
    if (!m->text[i] && !has)
      continue;
    for (PetscInt k = 0; k < n; k++)
      m->constant[m->nknown] = (PetscBool)(m->constant[m->nknown] || !strcmp(words[k], sys->unknown[i]));
    m->known[m->nknown++] = i;
  }
  PetscCall(TessWordsDestroy(n, &words));
  for (PetscInt i = 0; i < m->nknown; i++)
    infile = (PetscBool)(infile || !m->text[m->known[i]]);
  if (m->file && !infile && m->nknown < sys->nunknown) {
    PetscCall(TessJoin(sys->nunknown, (const char *const *)sys->unknown, &file));
    TessCheckInput(PETSC_FALSE, m->comm,
                   "the reference %s has no dataset named as an unknown (%s); see -%sreference_file", m->file,
                   file, m->prefix);
  }
  if (!m->nknown)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessSystemCreatePde(sys, &m->refpde));
  for (PetscInt pass = 0; pass < 2;
       pass++) { /* the unknowns, then their references (zero where a file has them) */
    for (PetscInt i = 0; i < m->nknown; i++) {
      const char *text = m->text[m->known[i]];

      PetscCall(PetscSNPrintf(name, sizeof(name), "-%sreference_%s", m->prefix, sys->unknown[m->known[i]]));
      PetscCall(TessPdeAddEquation(m->refpde, name,
                                   pass == 0 ? sys->unknown[m->known[i]]
                                   : text    ? text
                                             : "0"));
    }
  }
  PetscCall(TessPdeSetUp(m->refpde));
  PetscCall(CheckIndependent(m, sys));
  PetscCall(PetscSNPrintf(name, sizeof(name), "-%sreference_<unknown>", m->prefix));
  PetscCall(TessSystemCheckInside(sys, m->refpde, name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CompareReset(TessMarch m)
{
  PetscFunctionBegin;
  PetscCall(TessProbeDestroy(&m->compare.probe));
  PetscCall(PetscFree(m->compare.x));
  PetscCall(PetscFree(m->compare.value));
  m->compare.n = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Lower and upper end of an axis of the slab's problem. */
static PetscErrorCode Bounds(const TessSystem *sys, PetscInt axis, PetscReal bound[2])
{
  const PetscReal *lo, *hi;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  bound[0] = axis < sys->dim ? lo[axis] : sys->motion->lo;
  bound[1] = axis < sys->dim ? hi[axis] : sys->motion->hi;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Points of this rank for expressions: its even share of one keyed set in the box of the slab; where
 * coefficients move, at LEVELS times, which is what sampling costs. */
#define LEVELS 101
static PetscErrorCode OwnPoints(TessMarch m, const TessSystem *sys, PetscInt *n, PetscReal **x)
{
  PetscMPIInt rank, size;
  PetscInt64  first, end;
  TessKey     key = TessKeyName(sys->key, "reference");

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  first = (PetscInt64)m->refpoints * rank / size;
  end   = (PetscInt64)m->refpoints * (rank + 1) / size;
  *n    = (PetscInt)(end - first);
  PetscCall(PetscMalloc1((size_t)sys->axes * *n, x));
  for (PetscInt a = 0; a < sys->axes; a++) {
    PetscReal bound[2];

    PetscCall(Bounds(sys, a, bound));
    for (PetscInt i = 0; i < *n; i++) {
      PetscReal at = TessKeyUniform(key, (uint64_t)((first + i) * sys->axes + a));

      if (a == sys->dim)
        at = PetscFloorReal(LEVELS * at) / (LEVELS - 1);
      (*x)[(size_t)a * *n + i] = bound[0] + (bound[1] - bound[0]) * at;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points of the file that lie in slab k (a point on an edge in the earlier slab, as in TessMarchSample).
 */
static PetscErrorCode FilePoints(TessMarch m, const TessSystem *sys, PetscInt k, PetscInt *n, PetscReal **x)
{
  const PetscInt time = sys->axes - 1;
  PetscInt       all, nname = 0, found = 0;
  const char   **name;
  PetscReal     *value;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(m->nknown, &name));
  for (PetscInt i = 0; i < m->nknown; i++)
    if (!m->text[m->known[i]])
      name[nname++] = sys->unknown[m->known[i]];
  PetscCall(TessTableRead(m->comm, m->file, sys->axes, (const char *const *)sys->axis, nname, name, &all, x,
                          &value));
  PetscCall(PetscCalloc1((size_t)m->nknown * all, &m->compare.value));
  for (PetscInt p = 0; p < all; p++) {
    const PetscReal t = (*x)[(size_t)time * all + p];

    if (m->nslab > 1 && !((t > m->edge[k] || !k) && (t <= m->edge[k + 1] || k == m->nslab - 1)))
      continue;
    for (PetscInt a = 0; a < sys->axes; a++)
      (*x)[(size_t)a * all + found] = (*x)[(size_t)a * all + p];
    for (PetscInt i = 0, j = 0; i < m->nknown; i++)
      if (!m->text[m->known[i]])
        m->compare.value[(size_t)i * all + found] = value[(size_t)j++ * all + p];
    found++;
  }
  for (PetscInt a = 1; a < sys->axes; a++)
    PetscCall(PetscArraymove(*x + (size_t)a * found, *x + (size_t)a * all, found));
  for (PetscInt i = 1; i < m->nknown; i++)
    PetscCall(
        PetscArraymove(m->compare.value + (size_t)i * found, m->compare.value + (size_t)i * all, found));
  *n = found;
  PetscCall(PetscFree(name));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A reference on another domain shows as points outside: named here, where the file is known. */
static PetscErrorCode CheckInside(TessMarch m, const TessSystem *sys, PetscInt n, const PetscReal x[])
{
  PetscFunctionBegin;
  for (PetscInt a = 0; a < sys->axes; a++) {
    PetscReal bound[2], range[2], slack;
    PetscInt  time = m->nslab > 1 && a == sys->axes - 1;

    if (time)
      continue;
    PetscCall(Bounds(sys, a, bound));
    range[0] = -bound[0], range[1] = bound[1], slack = 1e-10 * (bound[1] - bound[0]);
    for (PetscInt i = 0; i < n; i++) {
      range[0] = PetscMax(range[0], -x[(size_t)a * n + i]);
      range[1] = PetscMax(range[1], x[(size_t)a * n + i]);
    }
    PetscCall(MPIU_Allreduce(MPI_IN_PLACE, range, 2, MPIU_REAL, MPIU_MAX, m->comm));
    TessCheckInput(
        -range[0] >= bound[0] - slack && range[1] <= bound[1] + slack, m->comm,
        "the reference %s is of another domain: its %s reaches from %.6g to %.6g, the domain from %.6g to "
        "%.6g; see "
        "-%sreference_file",
        m->file, sys->axis[a], (double)-range[0], (double)range[1], (double)bound[0], (double)bound[1],
        m->prefix);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchBindReference(TessMarch m, PetscInt k)
{
  const TessSystem  *sys;
  PetscReal         *x;
  PetscBool          infile = PETSC_FALSE;
  PetscInt           nhole;
  const char *const *hole;

  PetscFunctionBegin;
  PetscCall(CompareReset(m));
  if (!m->nknown)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  for (PetscInt i = 0; i < m->nknown; i++)
    infile = (PetscBool)(infile || !m->text[m->known[i]]);
  if (infile) {
    PetscCall(FilePoints(m, sys, k, &m->compare.n, &x));
    PetscCall(CheckInside(m, sys, m->compare.n, x));
  } else
    PetscCall(OwnPoints(m, sys, &m->compare.n, &x));
  PetscCall(TessDomainGetBoundary(sys->domain, &nhole, &hole));
  if (nhole)
    PetscCall(TessMarchKeepInside(m, sys, &m->compare.n, x));
  if (m->lines)
    m->compare.x = x;
  else {
    PetscCall(TessProbeCreate(m->problem[k], m->refpde, m->compare.n, x, &m->compare.probe));
    PetscCall(PetscFree(x));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The error of the slab being trained, over all unknowns with a reference; keep joins its moments to those of
 * the slabs before. */
PetscErrorCode TessMarchCompare(TessMarch m, Vec theta, PetscBool keep, PetscReal *error)
{
  TessCompare      *c = &m->compare;
  PetscReal        *r, square[2] = {0, 0};
  const TessSystem *sys;

  PetscFunctionBegin;
  *error = -1;
  if (!c->probe && !c->x)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  PetscCall(PetscMalloc1((size_t)2 * m->nknown * c->n, &r));
  if (c->probe)
    PetscCall(TessProbeEvaluate(c->probe, theta, r));
  else
    PetscCall(TessMarchSample(m, m->refpde, c->n, c->x, r));
  for (PetscInt i = 0; i < m->nknown; i++) {
    PetscReal       *d = r + (size_t)i * c->n; /* u, then u - v */
    const PetscReal *v =
        m->text[m->known[i]] ? r + (size_t)(m->nknown + i) * c->n : c->value + (size_t)i * c->n;
    TessMoments one[2];

    for (PetscInt p = 0; p < c->n; p++)
      d[p] -= v[p];
    PetscCall(TessMomentsOf(m->comm, c->n, d, &one[0]));
    PetscCall(TessMomentsOf(m->comm, c->n, v, &one[1]));
    TessCheckInput(!PetscIsInfOrNanReal(one[1].spread), m->comm,
                   "-%sreference_%s is not a finite number at some of its points", m->prefix,
                   sys->unknown[m->known[i]]);
    for (PetscInt k = 0; k < 2; k++) {
      square[k] += TessMomentsSquare(&one[k], m->constant[i]);
      if (keep)
        TessMomentsJoin(&m->moments[2 * i + k], &one[k]);
    }
  }
  *error = PetscSqrtReal(square[0] / (square[1] > 0 ? square[1] : 1));
  PetscCall(PetscFree(r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchHasReference(TessMarch m, PetscInt unknown, PetscBool *has)
{
  PetscFunctionBegin;
  *has = PETSC_FALSE;
  for (PetscInt i = 0; i < m->nknown; i++)
    *has = (PetscBool)(*has || m->known[i] == unknown);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchGetErrors(TessMarch m, PetscReal l2[], PetscReal max[])
{
  const TessSystem *sys;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  for (PetscInt i = 0; i < sys->nunknown; i++)
    l2[i] = max[i] = -1;
  for (PetscInt i = 0; i < m->nknown; i++) {
    const PetscBool    c = m->constant[i];
    const TessMoments *d = &m->moments[2 * i], *v = d + 1;
    const PetscReal    square = TessMomentsSquare(v, c), top = TessMomentsTop(v, c);

    l2[m->known[i]]  = PetscSqrtReal(TessMomentsSquare(d, c) / (square > 0 ? square : 1));
    max[m->known[i]] = TessMomentsTop(d, c) / (top > 0 ? top : 1);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchReferenceAt(TessMarch m, PetscInt unknown, PetscInt n, const PetscReal x[],
                                    PetscReal value[], PetscBool *has)
{
  PetscReal *r;

  PetscFunctionBegin;
  *has = PETSC_FALSE;
  for (PetscInt i = 0; i < m->nknown; i++) {
    if (m->known[i] != unknown || !m->text[unknown])
      continue;
    *has = PETSC_TRUE;
    PetscCall(PetscMalloc1((size_t)2 * m->nknown * n, &r));
    PetscCall(TessMarchSample(m, m->refpde, n, x, r));
    PetscCall(PetscArraycpy(value, r + (size_t)(m->nknown + i) * n, n));
    PetscCall(PetscFree(r));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchDestroyReference(TessMarch m)
{
  PetscInt          n = 0;
  const TessSystem *sys;

  PetscFunctionBegin;
  if (!m->problem || !m->problem[0] || !m->known)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemGetSystem(m->problem[0], &sys));
  n = sys->nunknown;
  PetscCall(CompareReset(m));
  PetscCall(TessPdeDestroy(&m->refpde));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(PetscFree(m->text[i]));
  PetscCall(PetscFree4(m->known, m->constant, m->text, m->moments));
  PetscCall(PetscFree(m->file));
  PetscFunctionReturn(PETSC_SUCCESS);
}
