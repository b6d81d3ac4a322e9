/* schema.c - the keys of an input; PETSc's own options are listed by `tessera solve INPUT.yaml -help`. */
#include <string.h>
#include "app.h"

const AppKey AppSchema[] = {
    {"title", "what is solved, in a line"},
    {"unknowns", "names of the unknown functions: u or [u, v, p]"},
    {"domain_<axis>", "bounds of an axis, [low, high]; t is time"},
    {"domain_periodic", "axes along which everything repeats"},
    {"parts", "patches along each space axis"},
    {"parts_<axis>", "patches along one axis"},
    {"edges_<axis>", "the edges of the patches along one axis, instead of even parts"},
    {"overlap", "width of the transition between patches, in patch widths, 0..1"},
    {"constants_<name>", "a number, or an expression of other constants"},
    {"fields_<name>_file", "HDF5 file that holds a given function on a grid"},
    {"fields_<name>_dataset", "its dataset; the name, if not given"},
    {"fields_<name>_interpolation", "linear or cubic"},
    {"parameters_<name>", "a trainable number, by its first value"},
    {"parameters_<name>_start", "the first value of a trainable number"},
    {"parameters_<name>_min", "its lower bound"},
    {"parameters_<name>_max", "its upper bound"},
    {"conditions", "names of the demands that follow, each a section of its own"},
    {"<condition>_type", "interior, boundary, initial, data or integral"},
    {"<condition>_on", "faces where a boundary or integral condition holds: [x_min, x_max]"},
    {"<condition>_equation", "\"left = right\", or an expression that must vanish"},
    {"<condition>_equations_<name>", "several equations, each with a name"},
    {"<condition>_plugin", "shared library that gives the residual as a C function"},
    {"<condition>_points", "points of the condition over the whole domain"},
    {"<condition>_spread", "points of a patch: by its measure, or even: as many in every patch"},
    {"<condition>_sampling", "how they are drawn: uniform, grid, latin or sobol"},
    {"<condition>_weight", "weight of the mean square of the residual in the loss"},
    {"<condition>_weights_<name>", "weight of one of its equations"},
    {"<condition>_file", "HDF5 file of a data condition"},
    {"<condition>_sigma", "standard deviation of a datum, in its unit"},
    {"<condition>_exact_<unknown>", "data made from an expression instead of a file"},
    {"<condition>_noise", "whether such data get normal noise of size sigma"},
    {"expert_type", "mlp, features or polynomial"},
    {"expert_mlp_depth", "hidden layers of a network"},
    {"expert_mlp_width", "neurons of each hidden layer"},
    {"expert_mlp_activation", "tanh or sin"},
    {"expert_features_width", "random features of a patch"},
    {"expert_features_activation", "tanh or sin"},
    {"expert_features_range", "weights are uniform in [-range, range]"},
    {"expert_polynomial_degree", "degree of the Chebyshev polynomials"},
    {"expert_polynomial_total", "total degree, else the degree along each axis"},
    {"<unknown>_expert_type", "an expert of its own for one unknown"},
    {"reference_file", "HDF5 file of a solution to compare with"},
    {"reference_<unknown>", "a solution to compare with, as an expression"},
    {"reference_constant", "unknowns that are known up to a constant"},
    {"reference_points", "points where an expression is compared"},
    {"observables_<name>_integral", "an expression that is integrated"},
    {"observables_<name>_mean", "an expression whose mean is taken"},
    {"observables_<name>_on", "the faces where; the domain, if not given"},
    {"observables_<name>_value", "an expression that is evaluated"},
    {"observables_<name>_at", "at this point"},
    {"output_file", "file of the solution; <name of the input's folder>.h5, if not given"},
    {"output_points", "grid points of the output along each axis"},
    {"output_points_<axis>", "grid points of the output along one axis"},
    {"output_derivatives", "derivatives that are written too: [u_x, u_xx]"},
    {"plot_points", "points of a picture along each axis"},
    {"points", "of tessera eval: HDF5 file of points, an array an axis or `points`"},
    {"derivatives", "of tessera eval: u_x,u_xy and so on beside the unknowns"},
    {"time_mode", "spacetime: t is one more coordinate; slabs: one problem after another"},
    {"time_slabs", "slabs of time"},
    {"resample_every", "iterations between drawing points anew where the residual is large"},
    {"resample_factor", "candidates for each point drawn anew"},
    {"window_smoothness", "continuous derivatives of the windows: 3 or 5"},
    {"memory_limit", "memory that a rank may take, in GB"},
    {"accuracy", "not supported in this version: the error asked for"},
    {"tao_type", "gaussnewton, adam, or one of PETSc's"},
    {"tao_max_it", "iterations at most"},
    {"tao_gaussnewton_solver", "normal or orthonormal"},
    {"tao_gaussnewton_damping", "first damping"},
    {"tao_adam_rate", "first step"},
    {"tao_adam_beta1", "memory of the mean gradient"},
    {"tao_adam_beta2", "memory of the mean squared gradient"},
    {"leastsquares_cut", "directions of a block under this share of its largest singular value are dropped"},
    {"leastsquares_shift", "relative shift of the normal equations in the preconditioner"},
    {"leastsquares_refine", "refinements at most"},
    {"normal_dense", "columns up to which one rank uses LAPACK, not MUMPS"},
    {"seed", "fixes all random numbers"},
    {"quiet", "prints nothing but errors"},
    {NULL, NULL},
};

PetscBool AppSchemaHasSection(const char word[])
{
  static const char *const others[] = {"tao", "ksp", "pc",      "mat",    "vec",  "dm",        "snes",
                                       "ts",  "log", "options", "normal", "lsqr", "equations", "weights"};
  const size_t             len      = strlen(word);

  for (const AppKey *k = AppSchema; k->key; k++)
    if (!strncasecmp(k->key, word, len) && (k->key[len] == '_' || !k->key[len]))
      return PETSC_TRUE;
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(others); i++)
    if (!strcasecmp(others[i], word))
      return PETSC_TRUE;
  return PETSC_FALSE;
}
