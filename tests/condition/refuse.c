/* Mistakes in a condition are refused on all ranks in words that name it, the value, what is allowed and the
 * option. */
#include "../catalogue/catalogue.h"

static const char *const options[]    = {"unknowns u",          "domain_x 0,1",           "domain_y 0,1",
                                         "domain_periodic y",   "conditions wall",        "wall_type boundary",
                                         "wall_equation u = 0", "expert_type polynomial", NULL};
static const char *const mistake[][2] = {
    {"wall_on z_min", "condition \"wall\": there is no face \"z_min\"; the faces are x_min, x_max; see -"},
    {"wall_on y_min", "there is no face \"y_min\""},
    {"wall_on x_min,x_max,x_min", "names the face \"x_min\" twice"},
    {"domain_periodic x,y", "has no boundary"},
    {"wall_type bondary", "type \"bondary\" is not one of interior, boundary, initial, data, periodic, "
                          "interface, integral; did you mean boundary?"},
    {"wall_type initial", "the domain has no time axis"},
    {"wall_type data", "needs either -"},
    {"wall_equation ", "_wall_equation is empty"},
    {"wall_equations_a u = 1", "needs exactly one of"},
    {"wall_weight -1", "_wall_weight"},
    {"wall_points 0", "_wall_points"},
    {"wall_sampling random", "_wall_sampling"},
    {"wall_weights_mass 2", "has no equation of that name"},
    {"conditions wall,Wall", "are the same option names"},
    {"conditions wall,u", "is the name of an unknown"},
    {"conditions wall,output", "is that of a section of the input"},
    {"wall_equation u = v", "v"},
    {"wall_type periodic", "needs the axis whose ends meet: set -"},
};

int main(int argc, char **argv)
{
  char prefix[16];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(mistake); i++) {
    PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "m%d_", (int)i));
    PetscCall(CatalogueSetAll(prefix, options));
    PetscCall(CatalogueSet(prefix, mistake[i][0]));
    PetscCall(ProvokeRefusal(prefix, mistake[i][1]));
  }
  return TessTestEnd();
}
