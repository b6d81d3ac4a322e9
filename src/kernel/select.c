/* select.c - which table: the folder is compiled once for each instruction set (K_NATIVE: for this machine
 * only). */
#include <string.h>
#include "kernel.h"

#if defined(K_NATIVE)
extern const KTableDouble k_table_native_double;
extern const KTableFloat  k_table_native_float;

static const KTableDouble *const doubles[] = {&k_table_native_double};
static const KTableFloat *const  floats[]  = {&k_table_native_float};

static int Has(const char *isa)
{
  return 1;
}
#else
extern const KTableDouble k_table_v2_double, k_table_v3_double, k_table_v4_double;
extern const KTableFloat  k_table_v2_float, k_table_v3_float, k_table_v4_float;

static const KTableDouble *const doubles[] = {&k_table_v4_double, &k_table_v3_double, &k_table_v2_double};
static const KTableFloat *const  floats[]  = {&k_table_v4_float, &k_table_v3_float, &k_table_v2_float};

static int Has(const char *isa)
{
  if (!strcmp(isa, "v4"))
    return __builtin_cpu_supports("x86-64-v4");
  if (!strcmp(isa, "v3"))
    return __builtin_cpu_supports("x86-64-v3");
  return 1;
}
#endif

const KTableDouble *k_select_double(const char *isa)
{
  for (size_t i = 0; i < sizeof(doubles) / sizeof(*doubles); i++)
    if (Has(doubles[i]->isa) && (!isa || !strcmp(isa, doubles[i]->isa)))
      return doubles[i];
  return NULL;
}

const KTableFloat *k_select_float(const char *isa)
{
  for (size_t i = 0; i < sizeof(floats) / sizeof(*floats); i++)
    if (Has(floats[i]->isa) && (!isa || !strcmp(isa, floats[i]->isa)))
      return floats[i];
  return NULL;
}
