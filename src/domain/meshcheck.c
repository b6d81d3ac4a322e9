/* meshcheck.c - the numbers of nodes in a gmsh file, looked at before PETSc reads it, which trusts them: a
   node that is missing would end the process.  Of text files; binary ones come from programs and are not
   looked at, nor are sections that are no such lists: PETSc refuses those. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mesh.h"

typedef struct {
  FILE       *file;
  char       *line;
  size_t      room;
  PetscInt    n, most;
  PetscInt64 *node; /* [n] numbers, room for most */
} Scan;

static PetscBool Line(Scan *s)
{
  return (PetscBool)(getline(&s->line, &s->room, s->file) > 0);
}

/* Up to so many whole numbers of a line that begins with them. */
static PetscInt Numbers(const char line[], PetscInt most, PetscInt64 number[])
{
  PetscInt n = 0;

  while (n < most) {
    char *end;

    number[n] = strtoll(line, &end, 10);
    if (end == line)
      break;
    line = end;
    n++;
  }
  return n;
}

static PetscErrorCode AddNode(Scan *s, PetscInt64 number)
{
  PetscInt64 *wider;

  PetscFunctionBegin;
  if (s->n == s->most) {
    s->most = PetscMax(1024, 2 * s->most);
    PetscCall(PetscMalloc1(s->most, &wider));
    PetscCall(PetscArraycpy(wider, s->node, s->n));
    PetscCall(PetscFree(s->node));
    s->node = wider;
  }
  s->node[s->n++] = number;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The lines of a section come in blocks, in version 2 in one: how many blocks, and how many lines follow. */
static PetscInt64 Blocks(Scan *s, double version)
{
  PetscInt64 n = 0;

  if (version < 4)
    return 1;
  return Line(s) && Numbers(s->line, 1, &n) ? n : 0;
}

static PetscInt64 Block(Scan *s, double version)
{
  const PetscInt at   = version < 4 ? 0 : 3;
  PetscInt64     h[4] = {0};

  return Line(s) && Numbers(s->line, at + 1, h) > at ? h[at] : 0;
}

/* A number and its coordinates a line; in version 4.1 the numbers of a block first. */
static PetscErrorCode Nodes(Scan *s, double version)
{
  PetscFunctionBegin;
  for (PetscInt64 b = Blocks(s, version); b > 0; b--) {
    const PetscInt64 n = Block(s, version);
    PetscInt64       number;

    for (PetscInt64 i = 0; i < n && Line(s) && Numbers(s->line, 1, &number); i++)
      PetscCall(AddNode(s, number));
    for (PetscInt64 i = 0; i < n && version > 4.05 && Line(s); i++)
      ;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int Compare(const void *a, const void *b)
{
  const PetscInt64 x = *(const PetscInt64 *)a, y = *(const PetscInt64 *)b;

  return (x > y) - (x < y);
}

/* A number a line, and the nodes; in version 2 behind the type, the number of tags and these. */
static void Elements(Scan *s, double version, char why[256])
{
  PetscInt64 at[256];

  for (PetscInt64 b = Blocks(s, version); b > 0; b--)
    for (PetscInt64 n = Block(s, version); n > 0 && Line(s); n--) {
      const PetscInt m = Numbers(s->line, 256, at);

      for (PetscInt k = version < 4 ? (PetscInt)(m > 2 && at[2] >= 0 && at[2] < m ? 3 + at[2] : m) : 1; k < m;
           k++)
        if (!bsearch(&at[k], s->node, (size_t)s->n, sizeof(*s->node), Compare)) {
          snprintf(why, 256, "element %lld names node %lld, which is not there", (long long)at[0],
                   (long long)at[k]);
          return;
        }
    }
}

PetscErrorCode TessMeshCheckNodes_Private(const char file[], char why[256])
{
  Scan   s       = {.file = fopen(file, "r")};
  double version = 0;
  int    binary  = 1;

  PetscFunctionBegin;
  if (s.file && Line(&s) && !strncmp(s.line, "$MeshFormat", 11) && Line(&s) &&
      sscanf(s.line, "%lf %d", &version, &binary) == 2 && !binary)
    while (!why[0] && Line(&s)) {
      if (!strncmp(s.line, "$Nodes", 6)) {
        PetscCall(Nodes(&s, version));
        qsort(s.node, (size_t)s.n, sizeof(*s.node), Compare);
        for (PetscInt i = 1; i < s.n && !why[0]; i++)
          if (s.node[i] == s.node[i - 1])
            snprintf(why, 256, "node %lld is given twice", (long long)s.node[i]);
      } else if (!strncmp(s.line, "$Elements", 9))
        Elements(&s, version, why);
    }
  if (s.file)
    (void)fclose(s.file);
  free(s.line);
  PetscCall(PetscFree(s.node));
  PetscFunctionReturn(PETSC_SUCCESS);
}
