/* meshcut.c - deals the cells of a mesh to patches: each group of cells (material) gets parts by its volume,
   and is halved across its longest side, by volume, until there are as many (recursive coordinate bisection,
   Berger & Bokhari, IEEE Trans. Comput. C-36, 1987).  Volumes are counted as integers and cells compared by
   their own centres alone, so that the cut depends neither on the ranks nor on the order of sums; PT-Scotch's
   does, on how the graph lies on them (docs/decisions/mesh_parts.md). */
#include "mesh.h"

typedef struct _n_TessMesh Mesh;

#define STEPS 52 /* halvings of an interval */

/* Cells that become n parts. */
typedef struct {
  PetscInt  n;
  PetscReal lo[3], hi[3]; /* around their centres */
} Group;

/* The middle of the nodes of a cell. */
static void Centre(const Mesh *m, const TessCell *c, PetscReal x[3])
{
  for (PetscInt a = 0; a < 3; a++) {
    x[a] = 0;
    for (PetscInt i = 0; i < m->type.nnode && a < m->type.dim; i++)
      x[a] += c->x[i][a] / m->type.nnode;
  }
}

/* Its volume in units of about 2^-40 of the mesh. */
static PetscInt64 Weight(const Mesh *m, const TessCell *c)
{
  int exponent;

  (void)frexp(1.37 * m->volume, &exponent); /* away from the steps of the power of two at round volumes */
  return 1 + (PetscInt64)ldexp(c->volume, 40 - exponent);
}

/* The groups of cells and how many parts each gets: one, the rest to those with the most volume a part. */
static PetscErrorCode Begin(Mesh *m, PetscInt n, Group group[], PetscInt of[])
{
  PetscInt64 *weight;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(m->nregion, &weight));
  for (PetscInt c = 0; c < m->n; c++) {
    of[c] = (PetscInt)m->cell[c].region;
    weight[of[c]] += Weight(m, &m->cell[c]);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, weight, (PetscMPIInt)m->nregion, MPIU_INT64, MPI_SUM, m->comm));
  for (PetscInt g = 0; g < m->nregion; g++)
    group[g].n = 1;
  for (PetscInt left = n - m->nregion; left > 0; left--) {
    PetscInt most = 0;

    for (PetscInt g = 1; g < m->nregion; g++)
      if (weight[g] / group[g].n > weight[most] / group[most].n)
        most = g;
    group[most].n++;
  }
  PetscCall(PetscFree(weight));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Boxes(Mesh *m, PetscInt ngroup, const PetscInt of[], Group group[])
{
  PetscReal *box;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(6 * ngroup, &box));
  for (PetscInt i = 0; i < 6 * ngroup; i++)
    box[i] = PETSC_MAX_REAL;
  for (PetscInt c = 0; c < m->n; c++) {
    PetscReal x[3];

    Centre(m, &m->cell[c], x);
    for (PetscInt a = 0; a < 3; a++) {
      box[6 * of[c] + a]     = PetscMin(box[6 * of[c] + a], x[a]);
      box[6 * of[c] + 3 + a] = PetscMin(box[6 * of[c] + 3 + a], -x[a]);
    }
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, box, (PetscMPIInt)(6 * ngroup), MPIU_REAL, MPIU_MIN, m->comm));
  for (PetscInt g = 0; g < ngroup; g++)
    for (PetscInt a = 0; a < 3; a++) {
      group[g].lo[a] = box[6 * g + a];
      group[g].hi[a] = -box[6 * g + 3 + a];
    }
  PetscCall(PetscFree(box));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The longest side, the first of equal ones. */
static PetscInt Longest(const Group *g)
{
  PetscInt axis = 0;

  for (PetscInt a = 1; a < 3; a++)
    if (g->hi[a] - g->lo[a] > (1 + 1e-9) * (g->hi[axis] - g->lo[axis]))
      axis = a;
  return axis;
}

/* volume [ngroup] of the cells of each group whose centre is at most at [ngroup] along its longest side. */
static PetscErrorCode Below(Mesh *m, PetscInt ngroup, const Group group[], const PetscInt of[],
                            const PetscReal at[], PetscInt64 volume[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(volume, ngroup));
  for (PetscInt c = 0; c < m->n; c++) {
    PetscReal x[3];

    Centre(m, &m->cell[c], x);
    if (x[Longest(&group[of[c]])] <= at[of[c]])
      volume[of[c]] += Weight(m, &m->cell[c]);
  }
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, volume, (PetscMPIInt)ngroup, MPIU_INT64, MPI_SUM, m->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where each group is cut: at [ngroup], between two cells with half of its parts on either side as nearly as
 * cells allow; *flat: a group that cannot be cut, -1: none. */
static PetscErrorCode Where(Mesh *m, PetscInt ngroup, const Group group[], const PetscInt of[],
                            PetscReal at[], PetscInt *flat)
{
  PetscReal  *lo, *hi;
  PetscInt64 *now, *below, *above, *all;

  PetscFunctionBegin;
  PetscCall(
      PetscMalloc6(ngroup, &lo, ngroup, &hi, ngroup, &now, ngroup, &below, ngroup, &above, ngroup, &all));
  *flat = -1;
  for (PetscInt g = 0; g < ngroup; g++) {
    const PetscInt axis = Longest(&group[g]);

    hi[g]    = group[g].hi[axis];
    lo[g]    = group[g].lo[axis] - (group[g].hi[axis] - group[g].lo[axis]) / 16;
    below[g] = 0;
  }
  PetscCall(Below(m, ngroup, group, of, hi, all));
  PetscCall(PetscArraycpy(above, all, ngroup));
  for (PetscInt step = 0; step < STEPS; step++) {
    for (PetscInt g = 0; g < ngroup; g++)
      at[g] = (lo[g] + hi[g]) / 2;
    PetscCall(Below(m, ngroup, group, of, at, now));
    for (PetscInt g = 0; g < ngroup; g++) {
      const PetscBool less = (PetscBool)(now[g] < all[g] / group[g].n * (group[g].n / 2));

      (less ? lo : hi)[g]       = at[g];
      (less ? below : above)[g] = now[g];
    }
  }
  for (PetscInt g = 0; g < ngroup; g++) {
    const PetscInt64 half = all[g] / group[g].n * (group[g].n / 2);

    at[g] = below[g] && (above[g] == all[g] || half - below[g] < above[g] - half) ? lo[g] : hi[g];
    if (group[g].n > 1 && !below[g] && above[g] == all[g])
      *flat = g;
  }
  PetscCall(PetscFree6(lo, hi, now, below, above, all));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Halves the groups of several parts until there are none; of [n]: the part of each cell. */
static PetscErrorCode Halve(Mesh *m, PetscInt n, const char option[], PetscInt of[])
{
  PetscInt   ngroup = m->nregion, *to, flat;
  Group     *group, *halves;
  PetscReal *at;

  PetscFunctionBegin;
  PetscCall(PetscCalloc4(n, &group, n, &halves, n, &to, n, &at));
  PetscCall(Begin(m, n, group, of));
  while (ngroup < n) {
    PetscInt more = 0;

    PetscCall(Boxes(m, ngroup, of, group));
    PetscCall(Where(m, ngroup, group, of, at, &flat));
    TessCheckInput(flat < 0, m->comm,
                   "%" PetscInt_FMT " patches are too many for a mesh of %" PetscInt64_FMT
                   " cells, of which each gets some; see %s",
                   n, m->all, option);
    for (PetscInt g = 0; g < ngroup; g++) {
      to[g]        = more;
      halves[more] = group[g];
      if (group[g].n > 1) {
        halves[more].n     = group[g].n / 2;
        halves[more + 1].n = group[g].n - group[g].n / 2;
        more++;
      }
      more++;
    }
    for (PetscInt c = 0; c < m->n; c++) {
      const Group *g = &group[of[c]];
      PetscReal    x[3];

      Centre(m, &m->cell[c], x);
      of[c] = to[of[c]] + (g->n > 1 && x[Longest(g)] > at[of[c]]);
    }
    ngroup = more;
    PetscCall(PetscArraycpy(group, halves, ngroup));
  }
  PetscCall(PetscFree4(group, halves, to, at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessMeshCut(TessMesh m, PetscInt n, const char option[])
{
  PetscInt *of;

  PetscFunctionBegin;
  PetscCheck(!m->ncut, m->comm, PETSC_ERR_ARG_WRONGSTATE, "a mesh is cut once");
  TessCheckInput(n >= m->nregion, m->comm,
                 "%" PetscInt_FMT " patches for %" PetscInt_FMT
                 " groups of cells: each group gets its own; see %s",
                 n, m->nregion, option);
  PetscCall(PetscMalloc1(m->n, &of));
  PetscCall(Halve(m, n, option, of));
  m->ncut = n;
  PetscCall(TessMeshMeet_Private(m, of));
  PetscCall(PetscFree(of));
  PetscFunctionReturn(PETSC_SUCCESS);
}
