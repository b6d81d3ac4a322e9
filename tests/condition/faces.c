/* Points lie where their condition says: in the patch, on the named face with its outward normal, at the
   lower end of time; there are as many as asked for, their shares sum to one, and dn(u) is the derivative
   along the normal. */
#include "../catalogue/catalogue.h"

#define U "x + 2*y + 3*x*y + t^2"
static const char *const options[] = {
    "unknowns u", "domain_x 0,2", "domain_y -1,3", "domain_t 0,1", "parts_x 2", "parts_y 3",
    "conditions inside,left,mixed,sides,start,points,level,lid", "inside_type interior",
    "inside_equation u = " U, "inside_points 501", "left_type boundary", "left_on x_min",
    "left_equation dn(u)", "left_points 77", "mixed_type boundary", "mixed_on y_max,t_max",
    "mixed_equation dn(u)", "mixed_points 90", "sides_type boundary", "sides_equation dn(u)",
    "sides_points 200", "start_type initial", "start_equation u = x + 2*y + 3*x*y", "start_points 60",
    "points_type data", "points_exact_u " U, "points_noise false", "points_points 50", "level_type integral",
    "level_equation u", "level_points 2000", "lid_type integral", "lid_on y_min,y_max", "lid_equation dn(u)",
    "lid_points 400",
    /* only inside counts in the fit */
    "left_weight 1e-16", "mixed_weight 1e-16", "sides_weight 1e-16", "level_weight 1e-16", "lid_weight 1e-16",
    "expert_type polynomial", "expert_polynomial_degree 2", NULL};

static const struct {
  const char *name;
  PetscInt    points; /* -1: a Gauss grid */
  PetscInt    nface, face[4];
} wanted[] = {{"inside", 501, 0, {0}},         {"left", 77, 1, {0}},  {"mixed", 90, 2, {3, 5}},
              {"sides", 200, 4, {0, 1, 2, 3}}, {"start", 60, 1, {4}}, {"points", 50, 0, {0}},
              {"level", -1, 0, {0}},           {"lid", -1, 2, {2, 3}}};
static const PetscReal bound[6] = {0, 2, -1, 3, 0, 1};

/* The face of a set from its normal alone, or -1. */
static PetscInt FaceOf(const TessPointSet *set)
{
  PetscInt face = -1;

  for (PetscInt a = 0; a < 3 && set->normal; a++)
    if (set->normal[a * set->n] != 0) {
      CHECK("a unit normal along one axis", face < 0 && PetscAbsReal(set->normal[a * set->n]) == 1);
      face = 2 * a + (set->normal[a * set->n] > 0);
    }
  return face;
}

/* r: the rows of the set */
static PetscErrorCode CheckSet(const TessSystem *sys, PetscInt i, const TessPointSet *set,
                               const PetscReal r[], PetscReal area[6])
{
  const PetscInt face  = FaceOf(set);
  PetscBool      known = wanted[i].nface ? PETSC_FALSE : PETSC_TRUE;
  TessPatch      patch;

  PetscFunctionBegin;
  CHECK("a normal on faces, and there alone", (face >= 0) == (wanted[i].nface > 0));
  for (PetscInt f = 0; f < wanted[i].nface; f++)
    known = (PetscBool)(known || wanted[i].face[f] == face);
  CHECK("a face of the condition", known);
  PetscCall(TessDomainGetPatch(sys->domain, set->s, &patch));
  for (PetscInt p = 0; p < set->n; p++) {
    const PetscReal x = set->x[p], y = set->x[set->n + p], grad[3] = {1 + 3 * y, 2 + 3 * x, 0};

    for (PetscInt a = 0; a < 3; a++) {
      const PetscReal at = set->x[a * set->n + p];

      CHECK("in the patch", at >= patch.lo[a] && at <= patch.hi[a]);
      CHECK("on the face, else within",
            face / 2 == a && face >= 0 ? at == bound[face] : at > bound[2 * a] && at < bound[2 * a + 1]);
    }
    if (face >= 0)
      area[face] += set->share[p];
    if (face >= 0 && face < 4 && i < 4)
      CHECK_BELOW("dn(u) is grad u times the normal",
                  r[p] / set->scale[p] - grad[face / 2] * (face % 2 ? 1 : -1), 1e-7);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckCondition(TessProblem p, PetscInt i, TessCondition c, const PetscReal r[])
{
  static const PetscReal measure[6] = {4, 4, 2, 2, 8, 8}; /* of the faces */
  const TessSystem      *sys;
  const char            *name;
  PetscInt               nset;
  PetscInt64             npoint;
  TessPointSet          *set;
  PetscReal              sum[7] = {0}, all = 0; /* shares by face, and of all */

  PetscFunctionBegin;
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessConditionGetName(c, &name));
  PetscCall(TessConditionGetInfo(c, NULL, NULL, &npoint));
  PetscCall(TessConditionGetSets(c, &nset, &set));
  CHECK("conditions stand in the order of the input", !strcmp(name, wanted[i].name));
  CHECK("as many points as asked for", wanted[i].points < 0 || npoint == wanted[i].points);
  for (PetscInt k = 0; k < nset; k++) {
    PetscCall(CheckSet(sys, i, &set[k], wanted[i].points < 0 ? NULL : r + set[k].row, sum));
    for (PetscInt q = 0; q < set[k].n; q++)
      sum[6] += set[k].share[q];
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 7, MPIU_REAL, MPIU_SUM, PETSC_COMM_WORLD));
  CHECK_BELOW("shares sum to one", sum[6] - 1, 1e-12);
  for (PetscInt f = 0; f < wanted[i].nface; f++)
    all += measure[wanted[i].face[f]];
  for (PetscInt f = 0; f < wanted[i].nface; f++)
    CHECK_BELOW("faces share by their measure", sum[wanted[i].face[f]] - measure[wanted[i].face[f]] / all,
                1e-12);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  TessProblem      p;
  TessCondition   *c;
  PetscInt         n;
  Vec              theta, r;
  const PetscReal *a;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CatalogueSetAll("face_", options));
  PetscCall(CatalogueProblem(PETSC_COMM_WORLD, "face_", &p));
  PetscCall(CatalogueSolve(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  PetscCall(TessProblemGetConditions(p, &n, &c));
  PetscCall(VecGetArrayRead(r, &a));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(CheckCondition(p, i, c[i], a));
  PetscCall(VecRestoreArrayRead(r, &a));
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  return TessTestEnd();
}
