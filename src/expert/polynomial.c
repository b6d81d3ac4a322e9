/* polynomial.c - Chebyshev polynomials:  phi_j = prod_i T_{d_ij}(xi_i), of total degree sum_i d_ij <= degree,
   or each d_ij <= degree.  Derivatives by differentiating T_{d+1} = 2 x T_d - T_{d-1} q times: T_{d+1}^(q) =
   2 x T_d^(q) + 2 q T_d^(q-1) - T_{d-1}^(q)   (Boyd, Chebyshev and Fourier Spectral Methods, 2001, app. A).
 */
#include "expertimpl.h"

typedef struct {
  ExpertLinear linear;
  PetscInt     degree;
  PetscBool    total;
  PetscInt    *power; /* [width][dim], the degrees d_ij */
} Polynomial;

static PetscErrorCode ExpertSetFromOptions_Polynomial(TessExpert e, TessOptionItems PetscOptionsObject)
{
  Polynomial              *s       = e->data;
  static const char *const words[] = {"false", "true"};
  PetscInt                 total   = s->total;

  PetscFunctionBegin;
  PetscCall(
      TessOptionsInt("-expert_polynomial_degree", "Degree of the Chebyshev polynomials", &s->degree, 0, 200));
  PetscCall(TessOptionsChoice("-expert_polynomial_total", "Total degree (else the degree along each axis)", 2,
                              words, &total));
  s->total = (PetscBool)total;
  e->setup = PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* counts the degrees that are allowed, and lists them if power is given: an odometer, the last axis fastest
 */
static PetscInt64 Count(PetscInt dim, PetscInt degree, PetscBool total, PetscInt64 most, PetscInt *power)
{
  PetscInt   d[TESS_DIM_MAX] = {0}, sum = 0, i;
  PetscInt64 count = 0;

  for (;;) {
    if (power)
      for (i = 0; i < dim; i++)
        power[count * dim + i] = d[i];
    if (++count > most)
      return count;
    for (i = dim - 1; i >= 0; i--) {
      if (d[i] < degree && (!total || sum < degree)) {
        d[i]++;
        sum++;
        break;
      }
      sum -= d[i];
      d[i] = 0;
    }
    if (i < 0)
      return count;
  }
}

static PetscErrorCode ExpertSetUp_Polynomial(TessExpert e)
{
  Polynomial      *s    = e->data;
  const PetscInt64 most = 1000000, width = Count(e->dim, s->degree, s->total, most, NULL);

  PetscFunctionBegin;
  TessCheckInput(
      !ExpertIsEmbedded(e), PETSC_COMM_SELF,
      "-expert_harmonics is for experts of type mlp and features: polynomials repeat by windows, with 0");
  TessCheckInput(width <= most, PETSC_COMM_SELF,
                 "more than a million polynomials of degree %" PetscInt_FMT " in %" PetscInt_FMT
                 " axes; see -expert_polynomial_degree",
                 s->degree, e->dim);
  TessCheckInput(width * e->ncomp <= PETSC_MAX_INT, PETSC_COMM_SELF,
                 "%" PetscInt64_FMT " parameters do not fit an integer; see -expert_polynomial_degree",
                 width * e->ncomp);
  PetscCall(PetscFree(s->power));
  PetscCall(PetscMalloc1((size_t)width * e->dim, &s->power));
  Count(e->dim, s->degree, s->total, most, s->power);
  s->linear.width    = (PetscInt)width;
  s->linear.nscratch = (size_t)e->dim * (TESS_ORDER_MAX + 1) * (s->degree + 1) * K_BLOCK;
  e->np              = s->linear.width * e->ncomp;
  e->nf              = 0;
  e->flat            = s->degree;
  e->linear          = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertInit_Polynomial(TessExpert e, TessKey key, PetscReal theta[], PetscReal frozen[])
{
  PetscFunctionBegin;
  if (theta)
    PetscCall(PetscArrayzero(theta, e->np));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* T [order+1][degree+1][b] along one axis, derivatives multiplied by scale^q */
static void Axis(PetscInt degree, PetscInt order, PetscInt m, PetscInt b, PetscReal scale,
                 const PetscReal x[], PetscReal T[])
{
  const PetscInt size = (degree + 1) * b;

  for (PetscInt q = 0; q <= order; q++) {
    PetscReal *Tq = T + q * size;

    for (PetscInt p = 0; p < b; p++)
      Tq[p] = q == 0;
    for (PetscInt d = 0; d < degree; d++) {
      const PetscReal two = d ? 2 : 1; /* T_1 = x T_0 */

      for (PetscInt p = 0; p < b; p++) {
        PetscReal t = two * (p < m ? x[p] : 0) * Tq[d * b + p];

        if (q)
          t += two * (PetscReal)q * scale * Tq[d * b + p - size];
        if (d)
          t -= Tq[(d - 1) * b + p];
        Tq[(d + 1) * b + p] = t;
      }
    }
  }
}

/* y [b] (+)= prod_i T_i^(count_i)_{d_i}; T [dim][order+1][degree+1][b] */
static void Product(PetscInt dim, PetscInt orders, PetscInt degree, PetscInt b, const PetscReal T[],
                    const PetscInt d[], const PetscInt count[], PetscBool add, PetscReal y[restrict])
{
  PetscReal z[K_BLOCK];

  for (PetscInt p = 0; p < b; p++)
    z[p] = 1;
  for (PetscInt i = 0; i < dim; i++) {
    const PetscReal *t = T + (((size_t)i * orders + count[i]) * (degree + 1) + d[i]) * b;

    if (!d[i] && !count[i])
      continue; /* T_0 = 1 */
    for (PetscInt p = 0; p < b; p++)
      z[p] *= t[p];
  }
  if (add)
    for (PetscInt p = 0; p < b; p++)
      y[p] += z[p];
  else
    for (PetscInt p = 0; p < b; p++)
      y[p] = z[p];
}

static PetscErrorCode Basis_Polynomial(TessExpert e, const ExpertCall *c, PetscInt from, PetscInt m,
                                       PetscInt b, size_t s, PetscReal phi[], PetscReal T[])
{
  const Polynomial *pol    = e->data;
  const TessJet    *jet    = &c->jet->jet;
  const PetscInt    orders = c->jet->order + 1, one = orders * (pol->degree + 1) * b;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < e->dim; i++)
    Axis(pol->degree, orders - 1, m, b, c->scale[i], c->x + (size_t)i * c->n + from, T + (size_t)i * one);
  for (PetscInt k = 0; k < jet->K; k++) {
    const TessEntry *entry               = &jet->entry[k];
    PetscInt         count[TESS_DIM_MAX] = {0};

    for (PetscInt i = 0; i < entry->order; i++)
      count[entry->axis[i]]++;
    for (PetscInt j = 0; j < pol->linear.width; j++) {
      const PetscInt *d = pol->power + j * e->dim;
      PetscReal      *y = phi + (size_t)j * s + k * b;

      if (entry->order != TESS_LAP)
        Product(e->dim, orders, pol->degree, b, T, d, count, PETSC_FALSE, y);
      for (PetscInt i = 0; i < jet->space && entry->order == TESS_LAP; i++) {
        count[i] = 2;
        Product(e->dim, orders, pol->degree, b, T, d, count, (PetscBool)(i > 0), y);
        count[i] = 0;
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertView_Polynomial(TessExpert e, PetscViewer viewer)
{
  const Polynomial *s = e->data;

  PetscFunctionBegin;
  PetscCall(PetscViewerASCIIPrintf(viewer, "Chebyshev, %s degree %" PetscInt_FMT "\n",
                                   s->total ? "total" : "tensor", s->degree));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ExpertDestroy_Polynomial(TessExpert e)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(((Polynomial *)e->data)->power));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessExpertOps PolynomialOps = {.setfromoptions = ExpertSetFromOptions_Polynomial,
                                                    .setup          = ExpertSetUp_Polynomial,
                                                    .init           = ExpertInit_Polynomial,
                                                    .evaluate       = ExpertEvaluate_Linear,
                                                    .pullback       = ExpertPullback_Linear,
                                                    .rows           = ExpertRows_Linear,
                                                    .view           = ExpertView_Polynomial,
                                                    .destroy        = ExpertDestroy_Polynomial};

PetscErrorCode TessExpertCreate_Polynomial(TessExpert e)
{
  Polynomial *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  s->degree       = 8;
  s->total        = PETSC_TRUE;
  s->linear.basis = Basis_Polynomial;
  e->data         = s;
  *e->ops         = PolynomialOps;
  PetscFunctionReturn(PETSC_SUCCESS);
}
