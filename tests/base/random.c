/* Numbers of a key are uniform (mean, variance, no correlation with the next key), normal numbers have mean 0
 * and variance 1, and children differ. */
#include "tess_test.h"

int main(int argc, char **argv)
{
  const int n    = 100000;
  double    mean = 0, square = 0, cross = 0, nmean = 0, nsquare = 0;
  TessKey   a, b;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  a = TessKeyMake(1, 7);
  b = TessKeyMake(1, 8);
  for (int i = 0; i < n; i++) {
    const double u = TessKeyUniform(a, i) - 0.5, v = TessKeyUniform(b, i) - 0.5, g = TessKeyNormal(a, i);

    mean += u / n, square += u * u / n, cross += u * v / n, nmean += g / n, nsquare += g * g / n;
  }
  CHECK_BELOW("mean is a half", mean, 0.004);
  CHECK_BELOW("variance is 1/12", square - 1. / 12, 0.001);
  CHECK_BELOW("neighbouring keys are not correlated", cross, 0.001);
  CHECK_BELOW("normal mean is 0", nmean, 0.013);
  CHECK_BELOW("normal variance is 1", nsquare - 1, 0.02);
  CHECK("names make keys", TessKeyName(1, "inside") != TessKeyName(1, "start"));
  CHECK("the same counter gives the same number", TessKeyUniform(a, 5) == TessKeyUniform(a, 5));
  return TessTestEnd();
}
