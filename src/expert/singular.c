/* singular.c - columns beside the basis of a linear expert:  Re or Im of  F = z^a conj(z)^b l,  l = 1, log z
   or log |z|,  z = (x - c) / (unit i^..) turned so that the cut of z^a lies opposite to the direction of the
   domain. Corner functions r^a cos, sin(a theta), their products with logarithms, and Laurent terms are of
   this form (Grisvard, Elliptic Problems in Nonsmooth Domains, 1985, ch. 4; Vekua, New Methods for Solving
   Elliptic Equations, 1967, for powers of conj(z)).  Derivatives: with z and conj(z) as independent
   variables, and z^a log z = d/da z^a, d_z^p d_zbar^q F = z^(a-p) conj(z)^(b-q) (f_p(a) f_q(b) l + s f_p'(a)
   f_q(b) + t f_p(a) f_q'(b)), f_p(a) = a (a-1) .. (a-p+1);  s, t = 0, 0 without a logarithm, 1, 0 with log z,
   1/2, 1/2 with log |z|; d_x = d_z + d_zbar,   d_y = i (d_z - d_zbar),   lap = 4 d_z d_zbar. A slot of
   frozen: centre in the reference box, unit, cos and sin of the direction, Re a, Im a, b, logarithm, part;
   unit 0: the slot is empty. */
#include <complex.h>
#include "expertimpl.h"

#define NEAREST 1e-60 /* points nearer to the centre, in units, are taken to be there */

typedef double complex Complex;

/* What of one slot stays the same over its points; w: coefficients of d_z^p d_zbar^q F. */
typedef struct {
  PetscInt  order, log;
  PetscReal unit, b;
  Complex   a, turn; /* turn: d z / d (x + i y) */
  Complex   w[TESS_ORDER_MAX + 1][TESS_ORDER_MAX + 1], v[TESS_ORDER_MAX + 1][TESS_ORDER_MAX + 1];
} Singular;

/* f_p(a) and its derivative with respect to a */
static void Falling(Complex a, PetscInt p, Complex *f, Complex *df)
{
  *f  = 1;
  *df = 0;
  for (PetscInt i = 0; i < p; i++) {
    *df = *df * (a - i) + *f;
    *f *= a - i;
  }
}

static void Prepare(const PetscReal slot[], PetscInt order, Singular *s)
{
  const PetscReal share[][2] = {{0, 0}, {1, 0}, {0.5, 0.5}};

  *s = (Singular){.order = order,
                  .log   = (PetscInt)slot[8],
                  .unit  = slot[2],
                  .b     = slot[7],
                  .a     = slot[5] + I * slot[6],
                  .turn  = (slot[3] - I * slot[4]) / slot[2]};
  for (PetscInt p = 0; p <= order; p++)
    for (PetscInt q = 0; p + q <= order; q++) {
      Complex fa, fb, da, db, turn = 1;

      Falling(s->a, p, &fa, &da);
      Falling(s->b, q, &fb, &db);
      for (PetscInt i = 0; i < p; i++)
        turn *= s->turn;
      for (PetscInt i = 0; i < q; i++)
        turn *= conj(s->turn);
      s->w[p][q] = turn * fa * fb;
      s->v[p][q] = turn * (share[s->log][0] * da * fb + share[s->log][1] * fa * db);
    }
}

/* F [order+1][order+1]: d_z^p d_zbar^q at offset x + i y from the centre */
static void Derivatives(const Singular *s, Complex x, Complex F[TESS_ORDER_MAX + 1][TESS_ORDER_MAX + 1])
{
  Complex z = x * s->turn, l, e, inverse, l0;

  if (cabs(z) < NEAREST)
    z = NEAREST;
  l       = clog(z);
  l0      = s->log == 0 ? 1 : s->log == 1 ? l : creal(l);
  e       = cexp(s->a * l + s->b * conj(l));
  inverse = 1 / z;
  for (PetscInt p = 0; p <= s->order; p++, e *= inverse) {
    Complex ep = e;

    for (PetscInt q = 0; p + q <= s->order; q++, ep *= conj(inverse))
      F[p][q] = s->w[p][q] == 0 && s->v[p][q] == 0 ? 0 : ep * (s->w[p][q] * l0 + s->v[p][q]);
  }
}

/* The combination of F that is an entry of a jet: nx times along x, ny along y. */
static Complex Cartesian(PetscInt nx, PetscInt ny, Complex F[TESS_ORDER_MAX + 1][TESS_ORDER_MAX + 1])
{
  Complex c[TESS_ORDER_MAX + 1] = {1}, sum = 0; /* of d_z^(i-q) d_zbar^q */

  for (PetscInt i = 0; i < nx + ny; i++)
    for (PetscInt q = i + 1; q >= 0; q--) {
      const Complex along = q <= i ? c[q] : 0, bar = q ? c[q - 1] : 0;

      c[q] = i < nx ? along + bar : I * (along - bar);
    }
  for (PetscInt q = 0; q <= nx + ny; q++)
    sum += c[q] * F[nx + ny - q][q];
  return sum;
}

void ExpertSingularBasis(TessExpert e, const ExpertCall *c, PetscInt from, PetscInt m, PetscInt b, size_t s,
                         PetscReal phi[])
{
  const TessJet   *jet   = &c->jet->jet;
  const PetscReal *first = c->frozen + e->nf - (size_t)e->slots * SINGULAR_SLOT;
  const PetscReal *x = c->x + from, *y = x + c->n;

  for (PetscInt j = 0; j < e->slots; j++) {
    const PetscReal *slot = first + (size_t)j * SINGULAR_SLOT;
    PetscReal       *to   = phi + (size_t)j * s;
    Singular         one;

    for (PetscInt i = 0; i < jet->K * b; i++)
      to[i] = 0;
    if (slot[2] == 0)
      continue;
    Prepare(slot, c->jet->order, &one);
    for (PetscInt p = 0; p < m; p++) {
      Complex F[TESS_ORDER_MAX + 1][TESS_ORDER_MAX + 1];

      Derivatives(&one, (x[p] - slot[0]) / c->scale[0] + I * ((y[p] - slot[1]) / c->scale[1]), F);
      for (PetscInt k = 0; k < jet->K; k++) {
        const TessEntry *entry = &jet->entry[k];
        PetscInt         ny    = 0;
        Complex          value;

        for (PetscInt i = 0; i < entry->order; i++)
          ny += entry->axis[i] == 1;
        value         = entry->order == TESS_LAP ? 4 * F[1][1] : Cartesian(entry->order - ny, ny, F);
        to[k * b + p] = slot[9] != 0 ? cimag(value) : creal(value);
      }
    }
  }
}

PetscErrorCode TessExpertSetSlots(TessExpert e, PetscInt n)
{
  PetscFunctionBegin;
  PetscCheck(n >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "%" PetscInt_FMT " singular functions", n);
  PetscCheck(!n || e->dim == 2, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "singular functions are of two axes, not %" PetscInt_FMT, e->dim);
  e->setup = (PetscBool)(e->setup && e->slots == n);
  e->slots = n;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessExpertPlace(TessExpert e, PetscInt n, const TessSingular list[], const PetscReal centre[],
                               const PetscReal scale[], PetscReal frozen[])
{
  PetscReal *slot = frozen + e->nf - (size_t)e->slots * SINGULAR_SLOT;

  PetscFunctionBegin;
  PetscCheck(e->setup && n <= e->slots, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "%" PetscInt_FMT " singular functions for %" PetscInt_FMT " slots", n, e->slots);
  PetscCall(PetscArrayzero(slot, (size_t)e->slots * SINGULAR_SLOT));
  for (PetscInt j = 0; j < n; j++, slot += SINGULAR_SLOT) {
    const TessSingular *s = &list[j];

    for (PetscInt i = 0; i < 2; i++)
      slot[i] = (s->center[i] - centre[i]) * scale[i];
    slot[2] = s->unit;
    slot[3] = PetscCosReal(s->direction);
    slot[4] = PetscSinReal(s->direction);
    slot[5] = s->a[0];
    slot[6] = s->a[1];
    slot[7] = s->b;
    slot[8] = s->log;
    slot[9] = s->part;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
