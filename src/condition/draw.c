/* draw.c - points of box-like conditions: a box a patch, shared by measure; faces of the domain. */
#include "conditionimpl.h"

/* How many patches there are in the domain (face -1), or touch a face. */
static PetscInt64 Touching(const TessSystem *sys, PetscInt face)
{
  const PetscInt *parts;
  PetscInt64      n = 1;

  (void)TessDomainGetParts(sys->domain, &parts);
  for (PetscInt a = 0; a < sys->dim; a++)
    if (face < 0 || a != face / 2)
      n *= parts[a];
  return n;
}

PetscErrorCode TessConditionDraw(TessCondition c, PetscInt face, PetscInt64 total, PetscReal part,
                                 PetscInt round)
{
  const TessSystem *sys = c->sys;
  PetscInt          nowned;
  PetscInt64       *count;
  PetscReal        *share, lo[TESS_DIM_MAX], hi[TESS_DIM_MAX];
  TessKey           key = TessKeyMake(TessKeyName(sys->key, c->name), (uint64_t)(face + 1));

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(PetscMalloc2(nowned, &count, nowned, &share));
  PetscCall(
      TessDomainShare(sys->domain, total, face < 0 ? -1 : face / 2, face < 0 ? 0 : face % 2, count, share));
  for (PetscInt s = 0; s < nowned; s++) {
    TessPointSet *set;
    TessPatch     patch;

    if (c->even && share[s] > 0)
      count[s] = PetscMax(1, total / Touching(sys, face));
    if (!count[s])
      continue;
    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    PetscCall(TessConditionAddSet(c, s, (PetscInt)count[s], &set));
    PetscCall(PetscArraycpy(lo, patch.lo, sys->dim));
    PetscCall(PetscArraycpy(hi, patch.hi, sys->dim));
    if (face >= 0) {
      lo[face / 2] = hi[face / 2] = face % 2 ? patch.hi[face / 2] : patch.lo[face / 2];
      set->face                   = PETSC_TRUE;
      set->normal[face / 2]       = face % 2 ? 1 : -1;
    }
    PetscCall(TessSampleBox((TessSampleType)c->sampling,
                            TessKeyMake(TessKeyMake(key, (uint64_t)patch.id), (uint64_t)round), sys->dim, lo,
                            hi, set->n, set->x));
    for (PetscInt p = 0; p < set->n; p++)
      set->share[p] = part * share[s] / set->n;
  }
  PetscCall(PetscFree2(count, share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* "x_min" -> 2 axis + side, or -1 */
static PetscInt FaceNumber(const TessSystem *sys, const char word[])
{
  for (PetscInt a = 0; a < sys->dim; a++) {
    const size_t len = strlen(sys->axis[a]);

    if (strncmp(word, sys->axis[a], len))
      continue;
    if (!strcmp(word + len, "_min"))
      return 2 * a;
    if (!strcmp(word + len, "_max"))
      return 2 * a + 1;
  }
  return -1;
}

/* "x_min, x_max, ...": the faces there are, for messages. */
static PetscErrorCode ListFaces(const TessSystem *sys, const PetscBool periodic[], char **list)
{
  PetscInt n = 0;
  char   **name;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(2 * sys->dim, &name));
  for (PetscInt f = 0; f < 2 * sys->dim; f++) {
    const size_t len = strlen(sys->axis[f / 2]) + sizeof("_min");

    if (periodic[f / 2])
      continue;
    PetscCall(PetscMalloc1(len, &name[n]));
    PetscCall(PetscSNPrintf(name[n++], len, "%s_%s", sys->axis[f / 2], f % 2 ? "max" : "min"));
  }
  PetscCall(TessJoin(n, (const char *const *)name, list));
  PetscCall(TessWordsDestroy(n, &name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionReadFaces(TessCondition c, PetscBool bydefault)
{
  const TessSystem *sys = c->sys;
  PetscInt          n;
  char            **words, *list;
  const PetscBool  *periodic;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, NULL, NULL, &periodic));
  PetscCall(TessOptionsWords(NULL, c->prefix, "on", &n, &words));
  PetscCall(PetscFree(c->face));
  PetscCall(PetscMalloc1(PetscMax(n, 2 * sys->dim), &c->face));
  PetscCall(ListFaces(sys, periodic, &list));
  c->nface = 0;
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt face = FaceNumber(sys, words[i]);

    TessCheckInput(face >= 0 && !periodic[face / 2], sys->comm,
                   "condition \"%s\": there is no face \"%s\"; the faces are %s; see -%son", c->name,
                   words[i], list, c->prefix);
    for (PetscInt k = 0; k < c->nface; k++)
      TessCheckInput(c->face[k] != face, sys->comm, "condition \"%s\": -%son names the face \"%s\" twice",
                     c->name, c->prefix, words[i]);
    c->face[c->nface++] = face;
  }
  for (PetscInt f = 0; f < 2 * sys->space && !n && bydefault; f++)
    if (!periodic[f / 2])
      c->face[c->nface++] = f;
  TessCheckInput(c->nface || !bydefault, sys->comm,
                 "condition \"%s\": a domain with periodic axes alone has no boundary; see -%son", c->name,
                 c->prefix);
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionShareFaces(TessCondition c, PetscInt64 count[], PetscReal part[])
{
  const TessSystem *sys = c->sys;
  const PetscReal  *lo, *hi;
  PetscReal         sum  = 0, *rest;
  PetscInt64        left = PetscMax(c->points, c->nface);

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, &lo, &hi, NULL));
  PetscCall(PetscMalloc1(c->nface, &rest));
  for (PetscInt f = 0; f < c->nface; f++) {
    part[f] = 1;
    for (PetscInt a = 0; a < sys->dim; a++)
      if (a != c->face[f] / 2)
        part[f] *= hi[a] - lo[a];
    sum += part[f];
  }
  for (PetscInt f = 0; f < c->nface; f++) {
    const PetscReal want = part[f] / sum * PetscMax(c->points, c->nface);

    part[f] /= sum;
    count[f] = (PetscInt64)want;
    rest[f]  = want - count[f];
    left -= count[f];
  }
  for (; left > 0; left--) { /* largest remainder */
    PetscInt best = 0;

    for (PetscInt f = 1; f < c->nface; f++)
      if (rest[f] > rest[best])
        best = f;
    count[best]++;
    rest[best] -= 1;
  }
  for (PetscInt f = 0; f < c->nface && sys->dim == 1; f++)
    count[f] = 1; /* the end of an interval is one point */
  PetscCall(PetscFree(rest));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionDrawFaces(TessCondition c, PetscInt round)
{
  PetscInt64 *count;
  PetscReal  *part;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(c->nface, &count, c->nface, &part));
  PetscCall(TessConditionShareFaces(c, count, part));
  for (PetscInt f = 0; f < c->nface; f++)
    PetscCall(TessConditionDraw(c, c->face[f], count[f], part[f], round));
  PetscCall(PetscFree2(count, part));
  PetscFunctionReturn(PETSC_SUCCESS);
}
