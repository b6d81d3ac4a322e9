/* bratu.c - u_xx + lambda exp(u) = 0 (Bratu 1914) as a plug-in with its own partial derivatives:
     cc -O3 -shared -fPIC -Iinclude -o bratu.so inputs/11_plugin/bratu.c */
#include <math.h>
#include <tessera/plugin.h>

static const char *const inputs[] = {"u", "u_xx", "lambda", 0};

static void Residual(int n, const double *const in[], double r[])
{
  const double *u = in[0], *u_xx = in[1], *lambda = in[2];

  for (int p = 0; p < n; p++)
    r[p] = u_xx[p] + lambda[p] * exp(u[p]);
}

static void Partials(int n, const double *const in[], double dr[])
{
  const double *u = in[0], *lambda = in[2];

  for (int p = 0; p < n; p++) {
    dr[p]     = lambda[p] * exp(u[p]); /* by u */
    dr[n + p] = 1;                     /* by u_xx */
  }
}

const TessPlugin tess_plugin = {.version   = TESS_PLUGIN_VERSION,
                                .equations = 1,
                                .inputs    = inputs,
                                .evaluate  = Residual,
                                .partials  = Partials};
