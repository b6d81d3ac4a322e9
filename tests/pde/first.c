/* Burgers' equation and its partial derivatives are those written by hand in C. */
#include <tessera/pde.h>
#include "tess_test.h"

int main(int argc, char **argv)
{
  const char *const axes[] = {"x", "t"}, *const u[] = {"u"}, *const nu[] = {"nu"};
  const PetscReal   value = 0.1;
  PetscReal         data[4][300], r[300], dr[4][300];
  const PetscReal  *col[4] = {data[0], data[1], data[2], data[3]};
  PetscInt          neq, ncol, nnz;
  const PetscInt   *eq, *of;
  const TessColumn *c;
  PetscBool         affine;
  TessPde           pde;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessPdeCreate(PETSC_COMM_WORLD, &pde));
  PetscCall(TessPdeSetAxes(pde, 2, 1, axes));
  PetscCall(TessPdeSetUnknowns(pde, 1, u));
  PetscCall(TessPdeSetConstants(pde, 1, nu, &value));
  PetscCall(TessPdeAddEquation(pde, "-inside_equation", "u_t + u*u_x = nu*u_xx"));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(TessPdeView(pde, PETSC_VIEWER_STDOUT_WORLD));
  PetscCall(TessPdeGetColumns(pde, &neq, &ncol, &c));
  PetscCall(TessPdeGetPartials(pde, &nnz, &eq, &of));
  CHECK("one equation of u, u_x, u_t, u_xx", neq == 1 && ncol == 4 && nnz == 4);
  for (int i = 0; i < 4; i++)
    for (int p = 0; p < 300; p++)
      data[i][p] = TessKeyNormal(1 + i, p);
  PetscCall(TessPdeEvaluate(pde, 300, col, r, dr[0]));
  for (int p = 0; p < 300; p++) { /* columns u, u_x, u_t, u_xx */
    CHECK_BELOW("residual", r[p] - (data[2][p] + data[0][p] * data[1][p] - value * data[3][p]), 1e-14);
    CHECK_BELOW("by u", dr[0][p] - data[1][p], 0);
    CHECK_BELOW("by u_x", dr[1][p] - data[0][p], 0);
    CHECK_BELOW("by u_t", dr[2][p] - 1, 0);
    CHECK_BELOW("by u_xx", dr[3][p] + value, 0);
  }
  PetscCall(TessPdeIsAffine(pde, &affine));
  CHECK("not affine", !affine);
  PetscCall(TessPdeDestroy(&pde));
  return TessTestEnd();
}
