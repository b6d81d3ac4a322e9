/* placement.c - patches where the solution needs them.  Along every cut axis the edges equidistribute the
 * inverse of a length scale of the field (de Boor 1974; Huang & Russell 2011, ch. 2):
 *
 *   1/l(x) = max over unknowns u, k = 2, 3, 4 and the other coordinates of (|d^k u/dx^k| / max|u|)^(1/k)
 *
 * in one axis of space; in more of them k = 2 alone, and its mean square over the other coordinates: a layer
 * that the first pass does not resolve leaves errors all along it, which higher orders and the largest value
 * would take for small scales along the other axes.  It is smoothed so that l grows by no more than `growth`
 * times the distance (Borouchaki et al. 1998): a small patch has no large neighbour.  A pass trains, takes
 * the edges from what it found, and is repeated while some patch holds more than its part. */
#include "marchimpl.h"

#define CELLS 16   /* of a patch along the axis */
#define ACROSS 16  /* samples of a cell in the other coordinates */
#define STATES 16  /* of coefficients that move */
#define ORDERS 3   /* at most: k = 2, 3, 4 */
#define UNEVEN 1.5 /* what a patch may hold in units of its part */

typedef struct {
  PetscInt   n, parts, orders;    /* orders: k from 2 */
  PetscBool  periodic, mean;      /* mean: of squares over the other coordinates, not the largest */
  PetscReal *x, *width, *density; /* [n] midpoints of cells, 1/l */
} Scale;

PetscErrorCode TessMarchReadPlacement(TessMarch m)
{
  static const char *const types[] = {"none", "equidistribute"};
  Placement               *place   = &m->place;

  PetscFunctionBegin;
  place->passes = 4;
  place->growth = 0.5;
  PetscOptionsBegin(m->comm, m->prefix, "where patches are", NULL);
  PetscCall(
      TessOptionsChoice("-placement_type",
                        "none: patches as parts or edges say; equidistribute: moved to where the solution "
                        "has small scales",
                        2, types, &place->type));
  PetscCall(
      TessOptionsInt("-placement_passes", "how often a slab is trained at most", &place->passes, 1, 100));
  PetscCall(TessOptionsReal("-placement_growth", "largest slope of the length scale over the distance",
                            &place->growth, 0.01, 100));
  PetscOptionsEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* u, u_aa, u_aaa, u_aaaa of every unknown. */
static PetscErrorCode CreateMonitor(const TessSystem *sys, const char axis[], PetscInt orders, TessPde *pde)
{
  PetscFunctionBegin;
  PetscCall(TessSystemCreatePde(sys, pde));
  for (PetscInt i = 0; i < sys->nunknown; i++) {
    char text[1024], deeper[1024];

    PetscCall(TessPdeAddEquation(*pde, "-placement_type", sys->unknown[i]));
    PetscCall(PetscSNPrintf(text, sizeof(text), "d(%s, %s)", sys->unknown[i], axis));
    for (PetscInt k = 0; k < orders; k++) {
      PetscCall(PetscSNPrintf(deeper, sizeof(deeper), "d(%s, %s)", text, axis));
      PetscCall(PetscStrncpy(text, deeper, sizeof(text)));
      PetscCall(TessPdeAddEquation(*pde, "-placement_type", text));
    }
  }
  PetscCall(TessPdeSetUp(*pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Cells along an axis: as many in every patch. */
static PetscErrorCode CreateScale(TessDomain domain, PetscInt axis, Scale *s)
{
  const PetscReal *edges;
  const PetscInt  *parts;
  const PetscBool *periodic;

  PetscFunctionBegin;
  PetscCall(TessDomainGetParts(domain, &parts));
  PetscCall(TessDomainGetEdges(domain, axis, &edges));
  PetscCall(TessDomainGetAxes(domain, NULL, NULL, NULL, NULL, NULL, &periodic));
  s->parts    = parts[axis];
  s->n        = CELLS * s->parts;
  s->periodic = periodic[axis];
  PetscCall(PetscCalloc3(s->n, &s->x, s->n, &s->width, s->n, &s->density));
  for (PetscInt j = 0; j < s->n; j++) {
    const PetscReal *e = &edges[j / CELLS];

    s->width[j] = (e[1] - e[0]) / CELLS;
    s->x[j]     = e[0] + (j % CELLS + 0.5) * s->width[j];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The points of this rank, every rank an even part of the cells: [first, first + count). */
static PetscErrorCode DrawPoints(TessMarch m, TessDomain domain, PetscInt axis, PetscBool end, const Scale *s,
                                 PetscInt first, PetscInt count, PetscReal x[])
{
  const PetscReal *lo, *hi;
  PetscReal        a[TESS_DIM_MAX], b[TESS_DIM_MAX], at[TESS_DIM_MAX * ACROSS];
  PetscInt         dim;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(domain, &dim, NULL, NULL, &lo, &hi, NULL));
  PetscCall(PetscArraycpy(a, lo, dim));
  PetscCall(PetscArraycpy(b, hi, dim));
  if (end && !m->lines)
    a[dim - 1] = b[dim - 1];
  for (PetscInt j = 0; j < count; j++) {
    a[axis] = b[axis] = s->x[first + j];
    PetscCall(TessSampleBox(TESS_SAMPLE_SOBOL, (TessKey)(first + j), dim, a, b, ACROSS, at));
    for (PetscInt d = 0; d < dim; d++)
      PetscCall(PetscArraycpy(x + ((size_t)d * count + j) * ACROSS, at + d * ACROSS, ACROSS));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the samples of a cell say together: the largest, or the mean square. */
static PetscReal Sum(PetscBool mean, const PetscReal r[])
{
  PetscReal most = 0, squares = 0;

  for (PetscInt i = 0; i < ACROSS; i++) {
    most = PetscMax(most, PetscAbsReal(r[i]));
    squares += r[i] * r[i] / ACROSS;
  }
  return mean ? PetscSqrtReal(squares) : most;
}

/* top [nunknown][1 + orders][n]: the cells' Sum, the largest of the states, on all ranks. */
static PetscErrorCode Top(TessMarch m, PetscInt k, PetscInt axis, PetscBool end, const Scale *s,
                          PetscReal top[])
{
  const TessSystem *sys;
  TessPde           pde;
  PetscMPIInt       rank, size, total;
  PetscInt          first, count, neq, nstate = 1;
  PetscReal        *x, *r;
  Vec               state[STATES] = {m->theta[k]};

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  PetscCallMPI(MPI_Comm_rank(m->comm, &rank));
  PetscCallMPI(MPI_Comm_size(m->comm, &size));
  first = (PetscInt)((PetscInt64)s->n * rank / size);
  count = (PetscInt)((PetscInt64)s->n * (rank + 1) / size) - first;
  neq   = sys->nunknown * (1 + s->orders);
  PetscCall(PetscMalloc2((size_t)sys->dim * count * ACROSS, &x, (size_t)neq * count * ACROSS, &r));
  PetscCall(CreateMonitor(sys, sys->axis[axis], s->orders, &pde));
  PetscCall(DrawPoints(m, sys->domain, axis, end, s, first, count, x));
  if (m->lines)
    PetscCall(TessLinesGetStates(m, k, end, STATES, &nstate, state));
  PetscCall(PetscArrayzero(top, (size_t)neq * s->n));
  for (PetscInt i = 0; i < nstate; i++) {
    PetscCall(TessProblemSample(m->problem[k], state[i], pde, count * ACROSS, x, r));
    for (PetscInt q = 0; q < neq; q++)
      for (PetscInt j = 0; j < count; j++) {
        PetscReal *t = &top[(size_t)q * s->n + first + j];

        *t = PetscMax(*t, Sum(s->mean, &r[((size_t)q * count + j) * ACROSS]));
      }
  }
  PetscCall(PetscMPIIntCast((PetscInt64)neq * s->n, &total));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, top, total, MPIU_REAL, MPI_MAX, m->comm));
  PetscCall(TessPdeDestroy(&pde));
  PetscCall(PetscFree2(x, r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* l(x) <= l(y) + growth |x - y|, round the period if there is one; and no more than the axis is long. */
static void Smooth(PetscReal growth, Scale *s)
{
  const PetscInt n     = s->n;
  PetscReal      total = 0;

  for (PetscInt j = 0; j < n; j++)
    total += s->width[j];
  for (PetscInt j = 0; j < n; j++)
    s->density[j] = PetscMax(s->density[j], 1 / total);
  for (PetscInt way = -1; way <= 1; way += 2)
    for (PetscInt i = 1; i < (s->periodic ? 2 * n : n); i++) {
      const PetscInt  j = way > 0 ? i % n : (2 * n - 1 - i) % n, before = (j - way + n) % n;
      const PetscReal gap = (s->width[j] + s->width[before]) / 2;

      s->density[j] = PetscMax(s->density[j], 1 / (1 / s->density[before] + growth * gap));
    }
}

/* robust: for a field that may be far from resolved. */
static PetscErrorCode Measure(TessMarch m, PetscInt k, PetscInt axis, PetscBool end, PetscBool robust,
                              Scale *s)
{
  const TessSystem *sys;
  PetscReal        *top, most = 0;

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  PetscCall(CreateScale(sys->domain, axis, s));
  s->mean   = (PetscBool)(robust && sys->space > 1);
  s->orders = s->mean ? 1 : ORDERS;
  PetscCall(PetscMalloc1((size_t)sys->nunknown * (1 + s->orders) * s->n, &top));
  PetscCall(Top(m, k, axis, end, s, top));
  for (PetscInt i = 0; i < sys->nunknown; i++, most = 0) {
    const PetscReal *u = top + (size_t)i * (1 + s->orders) * s->n;

    for (PetscInt j = 0; j < s->n; j++)
      most = PetscMax(most, u[j]);
    for (PetscInt o = 1; o <= s->orders && most > 0; o++)
      for (PetscInt j = 0; j < s->n; j++)
        s->density[j] = PetscMax(s->density[j], PetscPowReal(u[(size_t)o * s->n + j] / most, 1.0 / (o + 1)));
  }
  PetscCall(PetscFree(top));
  Smooth(m->place.growth, s);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the fullest patch holds, in units of its part. */
static PetscReal Unevenness(const Scale *s)
{
  PetscReal most = 0, total = 0;

  for (PetscInt p = 0; p < s->parts; p++) {
    PetscReal held = 0;

    for (PetscInt j = p * CELLS; j < (p + 1) * CELLS; j++)
      held += s->density[j] * s->width[j];
    most = PetscMax(most, held);
    total += held;
  }
  return most * s->parts / total;
}

/* Edges [parts + 1], the ends kept: the integral of the density has the same growth in every patch. */
static void Equidistribute(const Scale *s, PetscInt parts, PetscReal edges[])
{
  PetscReal total = 0, before = 0;
  PetscInt  p = 1;

  for (PetscInt j = 0; j < s->n; j++)
    total += s->density[j] * s->width[j];
  for (PetscInt j = 0; j < s->n; j++) {
    const PetscReal held = s->density[j] * s->width[j];

    for (; p < parts && before + held >= total * p / parts; p++)
      edges[p] = s->x[j] + s->width[j] * ((total * p / parts - before) / held - 0.5);
    before += held;
  }
}

PetscErrorCode TessMarchPlace(TessMarch m, PetscInt k, PetscBool end, PetscBool *moved)
{
  const TessSystem *sys;
  const PetscReal  *edges;

  PetscFunctionBegin;
  *moved = PETSC_FALSE;
  if (!m->place.type)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemGetSystem(m->problem[k], &sys));
  for (PetscInt a = 0; a < (m->nslab > 1 ? sys->space : sys->dim); a++) {
    const PetscInt *parts;
    Scale           s;

    PetscCall(TessDomainGetParts(sys->domain, &parts));
    if (parts[a] == 1)
      continue;
    PetscCall(Measure(m, k, a, end, PETSC_TRUE, &s));
    if (end || Unevenness(&s) > UNEVEN) {
      PetscCall(TessDomainGetEdges(sys->domain, a, &edges));
      PetscCall(TessMarchSetPlace(m, a, parts[a] + 1, edges));
      Equidistribute(&s, parts[a], m->place.edges[a]);
      *moved = PETSC_TRUE;
    }
    PetscCall(PetscFree3(s.x, s.width, s.density));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchTakePlace(TessMarch m, TessMarch found, const PetscInt parts[])
{
  const TessSystem *sys;
  const PetscReal  *lo, *hi;

  PetscFunctionBegin;
  m->place.once = PETSC_TRUE;
  if (!found || !m->place.type)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TessProblemGetSystem(found->problem[0], &sys));
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  for (PetscInt a = 0; a < sys->dim; a++) {
    PetscReal *edges;
    Scale      s;

    PetscCall(Measure(found, 0, a, PETSC_FALSE, PETSC_TRUE, &s));
    PetscCall(PetscMalloc1(parts[a] + 1, &edges));
    edges[0] = lo[a], edges[parts[a]] = hi[a];
    Equidistribute(&s, parts[a], edges);
    PetscCall(TessMarchSetPlace(m, a, parts[a] + 1, edges));
    PetscCall(PetscFree(edges));
    PetscCall(PetscFree3(s.x, s.width, s.density));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of fields that were resolved: all orders, the largest values. */
PetscErrorCode TessMarchScales(TessMarch m, PetscInt axis, PetscReal *most, PetscReal *sum)
{
  PetscFunctionBegin;
  *most = *sum = 0;
  for (PetscInt k = 0; k < m->nslab; k++) {
    PetscReal held = 0;
    Scale     s;

    if (!m->theta[k])
      continue;
    PetscCall(Measure(m, k, axis, PETSC_FALSE, PETSC_FALSE, &s));
    for (PetscInt j = 0; j < s.n; j++) {
      *most = PetscMax(*most, s.density[j]);
      held += s.density[j] * s.width[j];
    }
    *sum = PetscMax(*sum, held);
    PetscCall(PetscFree3(s.x, s.width, s.density));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMarchSetPlace(TessMarch m, PetscInt axis, PetscInt n, const PetscReal edges[])
{
  Placement *place = &m->place;

  PetscFunctionBegin;
  if (place->n[axis] != n) {
    PetscCall(PetscFree(place->edges[axis]));
    PetscCall(PetscMalloc1(n, &place->edges[axis]));
  }
  place->n[axis] = n;
  PetscCall(PetscArraycpy(place->edges[axis], edges, n));
  PetscFunctionReturn(PETSC_SUCCESS);
}
