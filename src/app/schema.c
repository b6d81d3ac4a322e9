/* schema.c - the keys of an input that the program itself reads; what the objects read, their own -help
 * prints. */
#include <string.h>
#include "app.h"

const AppKey AppSchema[] = {
    {"title", "what is solved, in a line"},
    {"unknowns", "names of the unknown functions: u or [u, v, p]"},
    {"domain_<axis>", "bounds of an axis, [low, high]; t is time"},
    {"domain_periodic", "axes along which everything repeats"},
    {"parts_<axis>", "patches along an axis"},
    {"overlap", "width of the transition between patches, in patch widths, 0..1"},
    {"constants_<name>", "a number, or an expression of other constants"},
    {"fields_<name>_file", "HDF5 file that holds a given function on a grid"},
    {"fields_<name>_dataset", "its dataset; default the name"},
    {"fields_<name>_interpolation", "linear or cubic"},
    {"parameters_<name>_start", "first value of a trainable number"},
    {"parameters_<name>_min", "its lower bound"},
    {"parameters_<name>_max", "its upper bound"},
    {"conditions", "names of the demands that follow, each a section of its own"},
    {"<condition>_type", "interior, boundary, initial, periodic, data, integral"},
    {"<condition>_on", "faces where a boundary or integral condition holds: [x_min, x_max]"},
    {"<condition>_equation", "\"left = right\", or an expression that must vanish"},
    {"<condition>_equations_<name>", "several equations, each with a name"},
    {"<condition>_plugin", "shared library that gives the residual as a C function"},
    {"<condition>_points", "points over the whole domain"},
    {"<condition>_sample", "uniform, grid, latin or sobol"},
    {"<condition>_weight", "weight of the condition in the loss"},
    {"<condition>_weights_<name>", "weight of one of its equations"},
    {"<condition>_file", "HDF5 file of a data condition"},
    {"<condition>_sigma", "standard deviation of its noise"},
    {"expert_type", "mlp, features or polynomial"},
    {"<unknown>_expert_type", "an expert of its own for one unknown"},
    {"reference_file", "HDF5 file of a solution to compare with"},
    {"reference_<unknown>", "a solution to compare with, as an expression"},
    {"observables_<name>_on", "where an observable is integrated"},
    {"observables_<name>_integral", "the expression that is integrated"},
    {"observables_<name>_at", "a point"},
    {"observables_<name>_value", "the expression that is evaluated there"},
    {"output_file", "file of the solution; default <input name>.h5"},
    {"time_mode", "spacetime or slabs"},
    {"time_slabs", "number of slabs"},
    {"accuracy", "error asked for; exit code 2 if it is not reached"},
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
