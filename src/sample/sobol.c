/* sobol.c - Sobol sequence in Gray code order (Antonov & Saleev 1979) with a digital shift by the key.
   Polynomials and initial numbers: first rows of new-joe-kuo-6, S. Joe & F. Y. Kuo, Constructing Sobol
   sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30, 2635-2654 (2008),
   doi 10.1137/070709359. For x^s + a_1 x^(s-1) + ... + a_(s-1) x + 1 over GF(2), a = (a_1 ... a_(s-1)) in
   binary: m_k = 2 a_1 m_(k-1) ^ 2^2 a_2 m_(k-2) ^ ... ^ 2^(s-1) a_(s-1) m_(k-s+1) ^ 2^s m_(k-s) ^ m_(k-s),
   v_k = m_k / 2^k. */
#include "sampleimpl.h"

#define BITS 32 /* of a coordinate: as many points as a PetscInt of 32 bits can count, and more */

typedef struct {
  unsigned s, a, m[7];
} Row;

static const Row rows[SOBOL_DIM_MAX] = {
    {0, 0, {0}}, /* van der Corput: all m_k = 1 */
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
};

/* v[k] = m_(k+1) 2^(BITS-1-k) */
static void Directions(const Row *row, uint32_t v[])
{
  const unsigned s = row->s;

  for (unsigned k = 0; k < BITS; k++) {
    if (!s || k < s)
      v[k] = (uint32_t)(s ? row->m[k] : 1) << (BITS - 1 - k);
    else {
      v[k] = v[k - s] ^ (v[k - s] >> s);
      for (unsigned i = 1; i < s; i++)
        v[k] ^= (row->a >> (s - 1 - i) & 1) * v[k - i];
    }
  }
}

PetscErrorCode TessSampleSobol_Private(TessKey key, PetscInt dim, const PetscReal width[], PetscInt n,
                                       PetscReal u[])
{
  const PetscReal unit = 1. / 4294967296.; /* 2^-BITS */
  PetscInt        row  = 0;

  PetscFunctionBegin;
  PetscCheck((uint64_t)n <= (uint64_t)1 << BITS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " points are more than 2^%d", n, BITS);
  for (PetscInt i = 0; i < dim; i++) {
    const TessKey   shift = TessKeyMake(key, i);
    const PetscReal low   = TessKeyUniform(shift, 1); /* the digits after the last of BITS */
    PetscReal      *ui    = u + (size_t)i * n;
    uint32_t        v[BITS], x = (uint32_t)(TessKeyUniform(shift, 0) * 4294967296.);

    if (!(width[i] > 0))
      continue;
    if (row == SOBOL_DIM_MAX) {
      TessSampleAxis_Private(key, i, 0, n, ui);
      continue;
    }
    Directions(&rows[row++], v);
    for (PetscInt p = 0; p < n; p++) {
      ui[p] = (x + low) * unit;
      x ^= v[__builtin_ctzll((uint64_t)p + 1) % BITS];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
