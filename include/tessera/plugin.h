#pragma once
/* plugin.h - equations as a C function in a shared library; all that such a library needs:

     #include <tessera/plugin.h>

     static const char *const inputs[] = {"u", "u_x", "u_t", "u_xx", "nu", NULL};

     static void Burgers(int n, const double *const in[], double r[])
     {
       const double *u = in[0], *u_x = in[1], *u_t = in[2], *u_xx = in[3], *nu = in[4];

       for (int p = 0; p < n; p++)
         r[p] = u_t[p] + u[p] * u_x[p] - nu[p] * u_xx[p];
     }

     const TessPlugin tess_plugin = {TESS_PLUGIN_VERSION, 1, inputs, Burgers};

   cc -O3 -shared -fPIC -o burgers.so burgers.c     (docs/language.md, plug-ins) */

#define TESS_PLUGIN_VERSION 1

typedef struct {
  int version;   /* TESS_PLUGIN_VERSION, so that a library built for another header is refused */
  int equations; /* number of residuals */

  /* The inputs, NULL behind the last.  Each is the text of one column of the equation language
     (docs/language.md): an unknown "u" or its derivative "u_x", "lap(u)"; a given field; an axis "x";
     "normal_x"; a parameter; a constant. */
  const char *const *inputs;

  /* r[e n + p] = residual of equation e at point p, for n points: in[i][p] is input i there (parameters and
     constants are the same at all points).  n changes from call to call.  Nothing may be kept between calls.
   */
  void (*evaluate)(int n, const double *const in[], double r[]);

  /* dr[(e inputs + i) n + p] = d r_e / d in_i at point p, all zero before the call: only what does not vanish
     need be written, and only for unknowns, their derivatives and parameters.  NULL: central differences of
     evaluate with the step 6e-6 max(1, |in_i|), right to about ten digits, at twice as many calls as there
     are such inputs. */
  void (*partials)(int n, const double *const in[], double dr[]);

  /* 1 promises that all residuals are affine in unknowns, their derivatives and parameters together. */
  int affine;
} TessPlugin;

/* the one name that the library must export */
extern const TessPlugin tess_plugin;
