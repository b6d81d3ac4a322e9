/* schema.c - the keys of an input; PETSc's own options are listed by `tessera solve INPUT.yaml -help`. */
#include <string.h>
#include "app.h"

const AppKey AppSchema[] = {
    {"title", "none", "what is solved, in a line"},
    {"unknowns", NULL, "names of the unknown functions: u or [u, v, p]"},
    {"domain_<axis>", NULL, "bounds of an axis, [low, high]; t is time"},
    {"domain_periodic", "none", "axes along which everything repeats"},
    {"parts", "1", "patches along each space axis"},
    {"parts_<axis>", "-parts", "patches along one axis"},
    {"edges_<axis>", NULL, "the edges of the patches along one axis, instead of even parts"},
    {"overlap", "0.5", "width of the transition between patches, in patch widths, 0..1"},
    {"constants_<name>", NULL, "a number, or an expression of other constants"},
    {"fields_<name>_file", NULL, "HDF5 file that holds a given function on a grid"},
    {"fields_<name>_dataset", "<name>", "its dataset; the name, if not given"},
    {"fields_<name>_interpolation", "linear", "linear or cubic"},
    {"parameters_<name>", "1", "a trainable number, by its first value"},
    {"parameters_<name>_type", "scalar", "scalar, or field: a trainable function"},
    {"parameters_<name>_start", "1", "the first value of a trainable number"},
    {"parameters_<name>_min", "none", "its lower bound"},
    {"parameters_<name>_max", "none", "its upper bound"},
    {"conditions", NULL, "names of the demands that follow, each a section of its own"},
    {"<condition>_type", NULL, "interior, boundary, initial, periodic, data or integral"},
    {"<condition>_on", "all faces",
     "faces where a boundary or integral condition holds, [x_min, x_max]; axes whose ends meet, periodic: "
     "[x]"},
    {"<condition>_equation", NULL, "\"left = right\", or an expression that must vanish"},
    {"<condition>_equations_<name>", NULL, "several equations, each with a name"},
    {"<condition>_plugin", NULL, "shared library that gives the residual as a C function"},
    {"<condition>_points", "1000", "points of the condition over the whole domain"},
    {"<condition>_spread", "measure", "points of a patch: by its measure, or even: as many in every patch"},
    {"<condition>_sampling", "sobol", "how they are drawn: uniform, grid, latin or sobol"},
    {"<condition>_weight", "1", "weight of the mean square of the residual in the loss"},
    {"<condition>_weights_<name>", "1", "weight of one of its equations"},
    {"<condition>_file", NULL, "HDF5 file of a data condition"},
    {"<condition>_sigma", "1", "standard deviation of a datum, in its unit"},
    {"<condition>_exact_<unknown>", NULL, "data made from an expression instead of a file"},
    {"<condition>_within_<axis>", "the domain", "part of an axis where such data lie: [low, high]"},
    {"<condition>_noise", "true", "whether such data get normal noise of size sigma"},
    {"expert_type", "mlp", "mlp, features or polynomial"},
    {"expert_mlp_depth", "2", "hidden layers of a network"},
    {"expert_mlp_width", "20", "neurons of each hidden layer"},
    {"expert_mlp_activation", "tanh", "tanh or sin"},
    {"expert_features_width", "200", "random features of a patch"},
    {"expert_features_activation", "tanh", "tanh or sin"},
    {"expert_features_range", "1.5 for tanh, 5 for sin", "weights are uniform in [-range, range]"},
    {"expert_polynomial_degree", "8", "degree of the Chebyshev polynomials"},
    {"expert_polynomial_total", "true", "total degree, else the degree along each axis"},
    {"<unknown>_expert_type", "-expert_type", "an expert of its own for one unknown"},
    {"reference_file", NULL, "HDF5 file of a solution to compare with"},
    {"reference_<unknown>", NULL, "a solution to compare with, as an expression"},
    {"reference_constant", "none", "unknowns that are known up to a constant"},
    {"reference_points", "10000", "points where an expression is compared"},
    {"observables_<name>_integral", NULL, "an expression that is integrated"},
    {"observables_<name>_mean", NULL, "an expression whose mean is taken"},
    {"observables_<name>_on", "the domain", "the faces where; the domain, if not given"},
    {"observables_<name>_value", NULL, "an expression that is evaluated"},
    {"observables_<name>_at", NULL, "at this point"},
    {"output_file", "<folder of the input>.h5",
     "file of the solution; <name of the input's folder>.h5, if not given"},
    {"output_points", "1001, 201, 51, 21 with 1, 2, 3, 4 axes", "grid points of the output along each axis"},
    {"output_points_<axis>", "-output_points", "grid points of the output along one axis"},
    {"output_derivatives", "none", "derivatives that are written too: [u_x, u_xx]"},
    {"plot_points", "201, 1001 with 1 axis", "points of a picture along each axis"},
    {"points", NULL, "of tessera eval: HDF5 file of points, an array an axis or `points`"},
    {"derivatives", "none", "of tessera eval: u_x,u_xy and so on beside the unknowns"},
    {"time_mode", "spacetime", "spacetime: t is one more coordinate; slabs: one problem after another"},
    {"time_slabs", "10", "slabs of time"},
    {"resample_every", "10 for trained experts, else never",
     "iterations between drawing points anew where the residual is large"},
    {"resample_factor", "4", "candidates for each point drawn anew"},
    {"window_smoothness", "5", "continuous derivatives of the windows: 3 or 5"},
    {"memory_limit", "what the machine has", "memory that a rank may take, in GB"},
    {"accuracy", NULL, "not supported in this version: the error asked for"},
    {"tao_type", "gaussnewton", "gaussnewton, adam, or one of PETSc's"},
    {"tao_max_it", "200", "iterations at most"},
    {"tao_gaussnewton_solver", "orthonormal if all experts are linear, else normal", "normal or orthonormal"},
    {"tao_gaussnewton_damping", "0.1", "first damping"},
    {"tao_adam_rate", "0.001", "first step"},
    {"tao_adam_beta1", "0.9", "memory of the mean gradient"},
    {"tao_adam_beta2", "0.999", "memory of the mean squared gradient"},
    {"tao_gaussnewton_leastsquares_cut", "1e-12",
     "directions of a block under this share of its largest singular value are dropped"},
    {"tao_gaussnewton_leastsquares_shift", "1e-14",
     "relative shift of the normal equations in the preconditioner"},
    {"tao_gaussnewton_leastsquares_refine", "3", "refinements at most"},
    {"tao_gaussnewton_normal_dense", "1500", "columns up to which one rank uses LAPACK, not MUMPS"},
    {"seed", "1", "fixes all random numbers"},
    {"quiet", "false", "prints nothing but errors"},
    {NULL, NULL, NULL},
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
