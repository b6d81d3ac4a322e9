/* combine.c - sums of matrices of panels that stand in the same rows and blocks. */
#include "linearimpl.h"

/* One panel: c = diag(d) (a + b other). */
static void Combine(const Panel *c, const PetscReal d[], const PetscReal a[], PetscReal b,
                    const PetscReal other[])
{
  for (PetscInt j = 0; j < c->ncol; j++) {
    const PetscCount at = (PetscCount)j * c->nrow;

    for (PetscInt i = 0; i < c->nrow; i++)
      c->a[at + i] = d[c->rows[i]] * (a[at + i] + b * other[at + i]);
  }
}

PetscErrorCode TessMatPanelsCombine(Mat C, Vec d, Mat A, PetscReal b, Mat B)
{
  Panels          *c, *p[2];
  const PetscReal *scale;

  PetscFunctionBegin;
  PetscCall(PanelsGet(C, &c));
  PetscCall(PanelsGet(A, &p[0]));
  PetscCall(PanelsGet(B, &p[1]));
  for (PetscInt i = 0; i < 2; i++) {
    PetscBool same = (PetscBool)(p[i]->npanel == c->npanel && !p[i]->nborder && !c->nborder);

    for (PetscInt k = 0; k < c->npanel && same; k++)
      same = (PetscBool)(p[i]->panel[k].nrow == c->panel[k].nrow && p[i]->panel[k].ncol == c->panel[k].ncol);
    PetscCheck(same, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP, "the matrices do not have the same panels");
  }
  PetscCall(VecGetArrayRead(d, &scale));
  for (PetscInt k = 0; k < c->npanel; k++)
    Combine(&c->panel[k], scale, p[0]->panel[k].a, b, p[1]->panel[k].a);
  PetscCall(VecRestoreArrayRead(d, &scale));
  PetscCall(PetscObjectStateIncrease((PetscObject)C));
  PetscCall(MatAssemblyBegin(C, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(C, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}
