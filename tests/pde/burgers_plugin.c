/* Burgers' equation and a flux with a trained parameter, as a user would write them; two libraries are built
   of this file, one with its own partial derivatives. */
#include <tessera/plugin.h>

static const char *const inputs[] = {"u", "u_x", "u_t", "u_xx", "nu", "x", "q", "2*pi", "normal_x", 0};

static void Residuals(int n, const double *const in[], double r[])
{
  const double *u = in[0], *u_x = in[1], *u_t = in[2], *u_xx = in[3], *nu = in[4], *x = in[5], *q = in[6],
               *two_pi = in[7], *normal = in[8];

  for (int p = 0; p < n; p++) {
    r[p]     = u_t[p] + u[p] * u_x[p] - nu[p] * u_xx[p];
    r[n + p] = q[p] * q[p] * normal[p] * u_x[p] - two_pi[p] * x[p];
  }
}

#ifdef PARTIALS
static void Partials(int n, const double *const in[], double dr[])
{
  const double *u = in[0], *u_x = in[1], *nu = in[4], *q = in[6], *normal = in[8];
  double       *second = dr + 9 * n; /* of the second equation */

  for (int p = 0; p < n; p++) {
    dr[0 * n + p]     = u_x[p];
    dr[1 * n + p]     = u[p];
    dr[2 * n + p]     = 1;
    dr[3 * n + p]     = -nu[p];
    second[1 * n + p] = q[p] * q[p] * normal[p];
    second[6 * n + p] = 2 * q[p] * normal[p] * u_x[p];
  }
}
#else
#define Partials 0
#endif

#ifdef VERSION
const TessPlugin tess_plugin = {VERSION, 2, inputs, Residuals, Partials, 0};
#else
const TessPlugin tess_plugin = {.version   = TESS_PLUGIN_VERSION,
                                .equations = 2,
                                .inputs    = inputs,
                                .evaluate  = Residuals,
                                .partials  = Partials};
#endif
