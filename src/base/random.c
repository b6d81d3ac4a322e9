/* random.c - numbers by counter: number i of a key is mix(key + i * golden), mix the finaliser of SplitMix64
   (Steele, Lea & Flood, OOPSLA 2014).  No state, so no order and no rank can change them. */
#include <tessera/base.h>

static uint64_t Mix(uint64_t z)
{
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

TessKey TessKeyMake(TessKey parent, uint64_t index)
{
  return Mix(Mix(parent + 0x9e3779b97f4a7c15ull) ^ (index * 0xd1342543de82ef95ull + 0x632be59bd9b4e019ull));
}

TessKey TessKeyName(TessKey parent, const char name[])
{
  uint64_t h = 0xcbf29ce484222325ull; /* FNV-1a */

  for (; *name; name++)
    h = (h ^ (uint64_t)(unsigned char)*name) * 0x100000001b3ull;
  return TessKeyMake(parent, h);
}

PetscReal TessKeyUniform(TessKey key, uint64_t i)
{
  return ((PetscReal)(Mix(key + (i + 1) * 0x9e3779b97f4a7c15ull) >> 11) + 0.5) * 0x1p-53;
}

PetscReal TessKeyNormal(TessKey key, uint64_t i)
{
  /* Box & Muller 1958 */
  return PetscSqrtReal(-2 * PetscLogReal(TessKeyUniform(key, 2 * i))) *
         PetscCosReal(2 * PETSC_PI * TessKeyUniform(key, 2 * i + 1));
}
