/* What no ansatz can hold, or no expert can repeat, is refused on all ranks in words that name conditions,
 * values, place and option. */
#include "../catalogue/catalogue.h"

static const char *const options[]    = {"unknowns u,v",
                                         "domain_x 0,1",
                                         "domain_y 0,1",
                                         "domain_t 0,1",
                                         "domain_periodic y",
                                         "domain_holes pipe",
                                         "domain_pipe_type disc",
                                         "domain_pipe_center 0.5,0.5",
                                         "domain_pipe_radius 0.1",
                                         "constants_c 3",
                                         "parameters_q 1",
                                         "conditions inside,wall,start",
                                         "inside_type interior",
                                         "inside_equation u_t = lap(u)",
                                         "wall_type boundary",
                                         "wall_on x_min",
                                         "wall_equation u = c*y",
                                         "wall_enforce ansatz",
                                         "start_type initial",
                                         "start_equation u = (c + x)*y",
                                         "start_enforce ansatz",
                                         "expert_type polynomial",
                                         NULL};
static const char *const mistake[][3] = {
    {"wall_equation u_x = 0", NULL, "condition \"wall\", equation 1: -"},
    {"wall_equation u_x = 0", NULL, "but it prescribes u_x"},
    {"wall_equation dn(u) = 0", NULL, "but it uses the normal"},
    {"wall_equation u = v", NULL, "but it has 2 unknowns or derivatives of them"},
    {"wall_equation u^2 = 1", NULL, "but it is not linear in u"},
    {"wall_equation (1 + y)*u = 1", NULL, "but u is multiplied by a function of y"},
    {"wall_equation u = q", NULL, "but it uses a trainable parameter"},
    {"wall_equation u_t = 0", NULL, "but it prescribes u_t"},
    {"wall_on y_min", NULL, "there is no face \"y_min\""},
    {"wall_type interior", NULL,
     "is for conditions of type boundary and initial, this one is of type interior"},
    {"wall_enforce anzatz", NULL, "_wall_enforce"},
    {"wall_on x_min,pipe", NULL, "holds on faces of the box, not on holes"},
    {"expert_harmonics 1", NULL, "is for experts of type mlp and features"},
    {"expert_harmonics 1", "parts_y 2", "is for periodic axes of one part, -"},
    {"v_expert_type mlp", "v_expert_harmonics 1", "either all experts get harmonics of the periodic axes"},
    {"wall_on t_min", NULL, "conditions \"wall\" and \"start\" both set u on face t_min by an ansatz"},
    {"start_equation u_t = 0", NULL, "can set u_t only together with u"},
    {"start_equation u_tt = 0", NULL, "but it prescribes u_tt"},
    {"start_equation u = c*y + 1", NULL, "conditions \"wall\" and \"start\" give u the values"},
    {"start_equation u = c*y + 1", NULL, "where their faces meet, at x = 0, y = "},
    {"start_equations_a u = c*y", "start_equations_b u_t = 1", "give u_t the values 0 and 1 where"},
    {"wall_on t_max", "start_equations_b u_t = 1", "cannot set u_t at one end of time and u at the other"},
};

int main(int argc, char **argv)
{
  char prefix[16];

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(mistake); i++) {
    const PetscBool several = (PetscBool)(mistake[i][1] && !strncmp(mistake[i][1], "start_", 6));

    PetscCall(PetscOptionsClear(NULL));
    PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "m%d_", (int)i));
    for (PetscInt k = 0; options[k]; k++)
      if (!several || strncmp(options[k], "start_equation ", 15))
        PetscCall(CatalogueSet(prefix, options[k]));
    if (several && strncmp(mistake[i][0], "start_equations_a", 17))
      PetscCall(CatalogueSet(prefix, "start_equations_a u = c*y"));
    for (PetscInt k = 0; k < 2 && mistake[i][k]; k++)
      PetscCall(CatalogueSet(prefix, mistake[i][k]));
    PetscCall(ProvokeRefusal(prefix, mistake[i][2]));
  }
  return TessTestEnd();
}
