/* A jet is closed downwards and finds its entries whatever the order of the axes. */
#include "tess_test.h"
#include <tessera/jet.h>

int main(int argc, char **argv)
{
  TessJet           jet;
  PetscInt          k, l;
  char              name[32];
  const char *const axes[] = {"x", "y", "t"};

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(TessJetInit(&jet, 3, 2));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = 3, .axis = {1, 0, 0}}, &k));
  CHECK("u_xxy brings u, u_x, u_y, u_xx, u_xy", jet.K == 6 && k == 5);
  PetscCall(TessJetFind(&jet, &(TessEntry){.order = 3, .axis = {0, 1, 0}}, &l));
  CHECK("axes may come in any order", l == k);
  PetscCall(TessJetName(&jet.entry[k], "u", axes, sizeof(name), name));
  CHECK("the name is sorted", !strcmp(name, "u_xxy"));
  PetscCall(TessJetFind(&jet, &(TessEntry){.order = 1, .axis = {2}}, &l));
  CHECK("what was not asked for is not there", l == -1);
  PetscCall(TessJetInit(&jet, 3, 2));
  PetscCall(TessJetAdd(&jet, &(TessEntry){.order = TESS_LAP}, &k));
  CHECK("lap brings the value and the first space derivatives only", jet.K == 4 && k == 3);
  return TessTestEnd();
}
