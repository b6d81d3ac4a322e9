/* The bar with the time left is drawn on a terminal and nowhere else; bar.py holds what must be seen. */
#include <unistd.h>
#include "../../src/app/app.h"

int main(int argc, char **argv)
{
  AppProgress bar;

  if (PetscInitialize(&argc, &argv, NULL, NULL))
    return 9;
  if (AppProgressBegin(&bar))
    return 9;
  for (int i = 1; i <= 4; i++) {
    usleep(10000);
    if (AppProgressShow(&bar, i / 4.0, "burgers"))
      return 9;
  }
  if (AppProgressClear(&bar))
    return 9;
  return PetscFinalize();
}
