/* window.c - polynomial steps, windows as their differences, and jets of tensor products.

   S(t) = t^(m+1) sum_{k=0..m} C(m+k, k) (1-t)^k = I_t(m+1, m+1), the regularised incomplete beta function
   (NIST Digital Library of Mathematical Functions, 8.17), all terms positive, hence accurate to round-off;
   S'(t) = c p^m with p = t (1-t), c = (2m+1)! / m!^2, and with p' = 1 - 2t, p'' = -2
   S''   = c m p^(m-1) p'
   S'''  = c m p^(m-2) ((m-1) p'^2 - 2 p)
   S'''' = c m (m-1) p^(m-3) p' ((m-2) p'^2 - 6 p). */
#include "window.h"

#define BLOCK 64 /* points at a time on the stack */

/* s[q*n] = derivative q at one t; m is a constant where this is inlined */
static inline void Step(PetscInt m, PetscInt n, PetscReal t, PetscReal s[])
{
  const PetscReal z = t < 0 ? 0 : t > 1 ? 1 : t, y = 1 - z, p = z * y, dp = y - z, p2 = p * p, z2 = z * z;
  const PetscReal c  = m == 3 ? 140 : 2772;
  const PetscReal p0 = p <= 0 ? 0 : m == 3 ? 1 : p2; /* p^(m-3), cut off outside */

  if (m == 3)
    s[0] = z2 * z2 * (1 + y * (4 + y * (10 + y * 20)));
  else
    s[0] = z2 * z2 * z2 * (1 + y * (6 + y * (21 + y * (56 + y * (126 + y * 252)))));
  s[n]     = c * p0 * p2 * p;
  s[2 * n] = c * m * p0 * p2 * dp;
  s[3 * n] = c * m * p0 * p * ((m - 1) * dp * dp - 2 * p);
  s[4 * n] = c * m * (m - 1) * p0 * dp * ((m - 2) * dp * dp - 6 * p);
}

void k_window_step(PetscInt smoothness, PetscInt n, const PetscReal t[], PetscReal s[])
{
  if (smoothness == 3)
    for (PetscInt i = 0; i < n; i++)
      Step(3, n, t[i], s + i);
  else
    for (PetscInt i = 0; i < n; i++)
      Step(5, n, t[i], s + i);
}

/* w [Q][n], points first..first+b-1, += sign S((x - face)/d + 1/2), by x */
static void AddStep(PetscInt smoothness, PetscReal sign, PetscReal face, PetscReal d, PetscInt b,
                    const PetscReal x[], PetscInt n, PetscReal w[])
{
  PetscReal t[BLOCK], s[K_WINDOW_ORDERS * BLOCK];

  for (PetscInt i = 0; i < b; i++)
    t[i] = (x[i] - face) / d + (PetscReal)0.5;
  k_window_step(smoothness, b, t, s);
  for (PetscInt q = 0; q < K_WINDOW_ORDERS; q++, sign /= d)
    for (PetscInt i = 0; i < b; i++)
      w[q * n + i] += sign * s[q * b + i];
}

void k_window_axis(PetscInt smoothness, PetscReal lo, PetscReal hi, PetscReal dlo, PetscReal dhi, PetscInt n,
                   const PetscReal x[], PetscReal w[])
{
  for (PetscInt i = 0; i < K_WINDOW_ORDERS * n; i++)
    w[i] = dlo > 0 || i >= n ? 0 : 1;
  for (PetscInt first = 0; first < n; first += BLOCK) {
    const PetscInt b = PetscMin(BLOCK, n - first);

    if (dlo > 0)
      AddStep(smoothness, 1, lo, dlo, b, x + first, n, w + first);
    if (dhi > 0)
      AddStep(smoothness, -1, hi, dhi, b, x + first, n, w + first);
  }
}

/* w [n] += product over i of derivative order[i] of window i */
static void AddProduct(PetscInt naxis, const PetscInt order[], PetscInt n, const PetscReal w1[],
                       PetscReal w[])
{
  PetscReal product[BLOCK];

  for (PetscInt first = 0; first < n; first += BLOCK) {
    const PetscInt b = PetscMin(BLOCK, n - first);

    for (PetscInt p = 0; p < b; p++)
      product[p] = 1;
    for (PetscInt i = 0; i < naxis; i++) {
      const PetscReal *wi = w1 + (i * K_WINDOW_ORDERS + order[i]) * n + first;

      for (PetscInt p = 0; p < b; p++)
        product[p] *= wi[p];
    }
    for (PetscInt p = 0; p < b; p++)
      w[first + p] += product[p];
  }
}

void k_window_jet(const TessJet *jet, PetscInt naxis, const PetscInt axis[], PetscInt n, const PetscReal w1[],
                  PetscReal w[])
{
  for (PetscInt k = 0; k < jet->K; k++, w += n) {
    const TessEntry *entry               = &jet->entry[k];
    PetscInt         order[TESS_DIM_MAX] = {0}, found = 0;

    for (PetscInt p = 0; p < n; p++)
      w[p] = 0;
    if (entry->order == TESS_LAP) {
      for (PetscInt i = 0; i < naxis; i++) {
        if (axis[i] >= jet->space)
          continue;
        order[i] = 2;
        AddProduct(naxis, order, n, w1, w);
        order[i] = 0;
      }
      continue;
    }
    for (PetscInt i = 0; i < naxis; i++) {
      for (PetscInt j = 0; j < entry->order; j++)
        order[i] += entry->axis[j] == axis[i];
      found += order[i];
    }
    if (found == entry->order)
      AddProduct(naxis, order, n, w1, w); /* else one of its axes has the factor 1 */
  }
}
