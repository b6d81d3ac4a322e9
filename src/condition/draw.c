/* draw.c - points of conditions in the domain and on the parts of its boundary, shared by measure. */
#include "conditionimpl.h"

PetscErrorCode TessConditionSample(void *ctx, TessKey key, PetscInt dim, const PetscReal lo[],
                                   const PetscReal hi[], PetscInt n, PetscReal x[])
{
  return TessSampleBox((TessSampleType) * (PetscInt *)ctx, key, dim, lo, hi, n, x);
}

PetscErrorCode TessConditionDraw(TessCondition c, PetscInt face, PetscInt64 total, PetscReal part,
                                 PetscInt round)
{
  const TessSystem    *sys     = c->sys;
  const TessBoxSampler sampler = {.draw  = TessConditionSample,
                                  .ctx   = &c->sampling,
                                  .whole = (PetscBool)(c->sampling == TESS_SAMPLE_GRID)};
  const TessKey        key     = TessKeyMake(TessKeyName(sys->key, c->name), (uint64_t)(face + 1));
  PetscInt             nowned;
  TessCloud           *cloud;

  PetscFunctionBegin;
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  PetscCall(PetscMalloc1(nowned, &cloud));
  PetscCall(TessDomainDraw(sys->domain, face, total, (PetscBool)(c->even != 0), &sampler, key, round, cloud));
  PetscCall(TessConditionTakeClouds(c, cloud, part));
  PetscCall(PetscFree(cloud));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* "x_min" -> 2 axis + side, or the number of another part of the boundary, or -1 */
static PetscInt FaceNumber(const TessSystem *sys, const char word[])
{
  const char *const *name;
  PetscInt           n;
  PetscBool          faces;

  (void)TessDomainHasFaces(sys->domain, &faces);
  (void)TessDomainGetBoundary(sys->domain, &n, &name);
  for (PetscInt k = 0; k < n; k++)
    if (!strcmp(word, name[k]))
      return 2 * sys->dim + k;
  for (PetscInt a = faces ? 0 : sys->space; a < sys->dim; a++) {
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
  PetscInt           n = 0, nmore;
  char             **name;
  const char *const *more;
  PetscBool          faces;

  PetscFunctionBegin;
  PetscCall(TessDomainHasFaces(sys->domain, &faces));
  PetscCall(TessDomainGetBoundary(sys->domain, &nmore, &more));
  PetscCall(PetscCalloc1(2 * sys->dim + nmore, &name));
  for (PetscInt f = faces ? 0 : 2 * sys->space; f < 2 * sys->dim; f++) {
    const size_t len = strlen(sys->axis[f / 2]) + sizeof("_min");

    if (periodic[f / 2])
      continue;
    PetscCall(PetscMalloc1(len, &name[n]));
    PetscCall(PetscSNPrintf(name[n++], len, "%s_%s", sys->axis[f / 2], f % 2 ? "max" : "min"));
  }
  for (PetscInt k = 0; k < nmore; k++)
    PetscCall(PetscStrallocpy(more[k], &name[n++]));
  PetscCall(TessJoin(n, (const char *const *)name, list));
  PetscCall(TessWordsDestroy(n, &name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionReadFaces(TessCondition c, PetscBool bydefault)
{
  const TessSystem  *sys = c->sys;
  PetscInt           n, nmore;
  char             **words, *list;
  const char *const *more;
  const PetscBool   *periodic;
  PetscBool          faces;

  PetscFunctionBegin;
  PetscCall(TessDomainGetAxes(sys->domain, NULL, NULL, NULL, NULL, NULL, &periodic));
  PetscCall(TessOptionsWords(NULL, c->prefix, "on", &n, &words));
  PetscCall(PetscFree(c->face));
  PetscCall(TessDomainGetBoundary(sys->domain, &nmore, &more));
  PetscCall(PetscMalloc1(PetscMax(n, 2 * sys->dim + nmore), &c->face));
  PetscCall(ListFaces(sys, periodic, &list));
  c->nface = 0;
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt face = FaceNumber(sys, words[i]);

    TessCheckInput(face >= 2 * sys->dim || (face >= 0 && !periodic[face / 2]), sys->comm,
                   "condition \"%s\": there is no face \"%s\"; the faces are %s; see -%son", c->name,
                   words[i], list, c->prefix);
    for (PetscInt k = 0; k < c->nface; k++)
      TessCheckInput(c->face[k] != face, sys->comm, "condition \"%s\": -%son names the face \"%s\" twice",
                     c->name, c->prefix, words[i]);
    c->face[c->nface++] = face;
  }
  PetscCall(TessDomainHasFaces(sys->domain, &faces));
  for (PetscInt f = 0; f < 2 * sys->space && faces && !n && bydefault; f++)
    if (!periodic[f / 2])
      c->face[c->nface++] = f;
  for (PetscInt k = 0; k < nmore && !n && bydefault; k++)
    c->face[c->nface++] = 2 * sys->dim + k;
  TessCheckInput(c->nface || !bydefault, sys->comm,
                 "condition \"%s\": a domain with periodic axes alone has no boundary; see -%son", c->name,
                 c->prefix);
  PetscCall(PetscFree(list));
  PetscCall(TessWordsDestroy(n, &words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessConditionShareFaces(TessCondition c, PetscInt64 count[], PetscReal part[])
{
  const TessSystem *sys  = c->sys;
  PetscReal         sum  = 0, *rest;
  PetscInt64        left = PetscMax(c->points, c->nface);

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(c->nface, &rest));
  for (PetscInt f = 0; f < c->nface; f++) {
    PetscCall(TessDomainGetMeasure(sys->domain, c->face[f], &part[f]));
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
