/* Observables of a polynomial field are the exact numbers: an integral over the domain and over faces, a
   mean, a value at a point, the first place where the sign changes on a line; without data they have no
   deviation; half-said ones are refused. */
#include "../catalogue/catalogue.h"

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,2",
                                      "domain_y 1,2",
                                      "parts_x 3",
                                      "parts_y 2",
                                      "parameters_k 1",
                                      "conditions inside,pin",
                                      "inside_type interior",
                                      "inside_equation u = 1 + x + 2*y + x*y",
                                      "inside_points 300",
                                      "pin_type integral",
                                      "pin_equation k = 1.5",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 2",
                                      "observables_volume_integral u",
                                      "observables_average_mean u",
                                      "observables_flux_integral dn(u)",
                                      "observables_flux_on x_max,y_min",
                                      "observables_probe_value k*u_x",
                                      "observables_probe_at 0.3,1.7",
                                      "observables_edge_zero (u - 6.5)*(u - 6)",
                                      "observables_edge_from 1.9,1.5",
                                      "observables_edge_to 0.15,1.5",
                                      "observables_none_zero u",
                                      "observables_none_from 0,1",
                                      "observables_none_to 2,1",
                                      NULL};
static const struct {
  const char *name;
  PetscReal   value;
} exact[] = {{"average", 6.5}, {"edge", 1},          {"flux", 2.5 - 6},
             {"none", NAN},    {"probe", 2.7 * 1.5}, {"volume", 13}};

static PetscErrorCode CheckValues(void)
{
  PetscReal          value[6], sd[6], k, ksd;
  PetscInt           n;
  const char *const *names;
  TessProblem        p;
  Vec                theta;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll("obs_", options));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "obs_", &p));
  PetscCall(CatalogueSolve(p, &theta));
  PetscCall(TessProblemGetObservables(p, &n, &names));
  CHECK("all observables are there", n == 6);
  PetscCall(TessProblemObserve(p, theta, value));
  PetscCall(TessProblemGetParameters(p, theta, &k));
  PetscCall(TessProblemGetDeviations(p, theta, &ksd, sd));
  CHECK_BELOW("the scalar is found", k - 1.5, 1e-9);
  CHECK("no data, no deviation", ksd == -1);
  for (PetscInt i = 0; i < n; i++) {
    CHECK("in the order of names", !strcmp(names[i], exact[i].name));
    if (isnan(exact[i].value))
      CHECK("no zero is not a number", isnan(value[i]));
    else
      CHECK_BELOW("the observable is exact", value[i] - exact[i].value, 1e-8);
    CHECK("no data, no deviation", sd[i] == -1);
  }
  PetscCall(VecDestroy(&theta));
  PetscCall(TessProblemDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One more line makes the input wrong. */
static PetscErrorCode Provoke(const char prefix[], const char line[], const char words[])
{
  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, options));
  PetscCall(CatalogueSet(prefix, line));
  PetscCall(ProvokeRefusal(prefix, words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckValues());
  PetscCall(Provoke("a_", "observables_volume_at 1,1.5", "belong together"));
  PetscCall(Provoke("b_", "observables_lonely_value u", "belong together"));
  PetscCall(Provoke("h_", "observables_lonely_zero u", "from has 0 coordinates: 2 are wanted"));
  PetscCall(Provoke("i_", "observables_edge_to 0.1,2.1", "the line leaves the domain"));
  PetscCall(Provoke("j_", "observables_edge_to 1.9,1.5", "are the same point"));
  PetscCall(Provoke("c_", "observables_volume_mean u", "needs exactly one of"));
  PetscCall(Provoke("d_", "observables_probe_at 0.3,3", "the point lies outside the domain"));
  PetscCall(Provoke("e_", "observables_probe_at 0.3", "has 1 coordinates: 2 are wanted"));
  PetscCall(Provoke("f_", "observables_probe_at 0.3,here", "\"here\" is not a number"));
  PetscCall(Provoke("g_", "observables_average_mean dn(u)", "known on boundaries only"));
  return TessTestEnd();
}
