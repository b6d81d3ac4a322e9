#pragma once
#include <tessera/jet.h>

/* Windows: one-dimensional steps and tensor products of their differences.  Arrays in, arrays out; cannot
   fail. n points, point fastest; Q = K_WINDOW_ORDERS derivatives of orders 0..4. */

#define K_WINDOW_ORDERS (TESS_ORDER_MAX + 1)

/* k_window_step - s [Q][n] = S and its derivatives at t [n]; S is 0 for t <= 0, 1 for t >= 1 and between them
   the polynomial of degree 2 m + 1 with m continuous derivatives; m = smoothness is 3 or 5. */
void k_window_step(PetscInt smoothness, PetscInt n, const PetscReal t[], PetscReal s[]);

/* k_window_axis - w [Q][n] = the window S((x - lo)/dlo + 1/2) - S((x - hi)/dhi + 1/2) of the interval lo..hi
   and its derivatives by x [n]; dlo, dhi are the full widths of the transitions centred on the ends; where a
   width is 0 the end has no step: the window goes on as if there were no end. */
void k_window_axis(PetscInt smoothness, PetscReal lo, PetscReal hi, PetscReal dlo, PetscReal dhi, PetscInt n,
                   const PetscReal x[], PetscReal w[]);

/* k_window_jet - w [K][n] = jets of the product over i < naxis of the windows w1 [naxis][Q][n], number i
   along axis[i] (distinct); the factors of all other axes are 1. */
void k_window_jet(const TessJet *jet, PetscInt naxis, const PetscInt axis[], PetscInt n, const PetscReal w1[],
                  PetscReal w[]);
