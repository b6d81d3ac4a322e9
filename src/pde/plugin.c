/* plugin.c - residuals from a C function of a shared library, called with blocks of points. */
#include <dlfcn.h>
#include <unistd.h>
#include <tessera/plugin.h>
#include "language/parse.h"
#include "pdeimpl.h"

#define BLOCK 128
#define STEP 6e-6 /* the cube root of the machine's epsilon: least error of central differences */

typedef struct {
  void             *library;
  char             *name;
  const TessPlugin *plugin;
  PetscInt          n;        /* inputs */
  PetscInt         *column;   /* [n] of input i, or -1 for a constant */
  const PetscReal **in;       /* [n] where evaluate finds it */
  PetscReal        *constant; /* [n][BLOCK] */
  PetscReal        *r;        /* [2][equations][BLOCK] */
  PetscReal        *dr;       /* [equations][n][BLOCK] */
  PetscReal        *moved;    /* [BLOCK] */
} Plugin;

/* Loads on every rank and agrees on the outcome: a file may be missing on one node only. */
static PetscErrorCode Load(TessPde pde, const char library[], Plugin *P)
{
  char        path[PETSC_MAX_PATH_LEN], why[700] = "";
  PetscMPIInt good[2];
  const char *error;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(path, sizeof(path), "%s%s",
                          strchr(library, '/') || access(library, R_OK) ? "" : "./", library));
  P->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (P->library)
    P->plugin = (const TessPlugin *)dlsym(P->library, "tess_plugin");
  if (!P->plugin && (error = dlerror()))
    PetscCall(PetscStrncpy(why, error, sizeof(why)));
  good[0] = P->library != NULL;
  good[1] = P->plugin != NULL;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, good, 2, MPI_INT, MPI_MIN, pde->comm));
  TessCheckInput(good[0], pde->comm,
                 "plugin \"%s\": the library cannot be opened%s%s; see docs/language.md, plug-ins", library,
                 why[0] ? ": " : " on every rank", why);
  TessCheckInput(good[1], pde->comm,
                 "plugin \"%s\": the library has no object \"tess_plugin\" (<tessera/plugin.h>)%s%s", library,
                 why[0] ? ": " : "", why);
  TessCheckInput(P->plugin->version == TESS_PLUGIN_VERSION, pde->comm,
                 "plugin \"%s\": made for version %d of <tessera/plugin.h>, this is version %d", library,
                 P->plugin->version, TESS_PLUGIN_VERSION);
  TessCheckInput(P->plugin->equations > 0 && P->plugin->inputs && P->plugin->evaluate, pde->comm,
                 "plugin \"%s\": tess_plugin needs equations > 0 (it has %d), inputs and evaluate", library,
                 P->plugin->equations);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool IsState(const TessColumn *c)
{
  return (PetscBool)(c->kind == TESS_COLUMN_JET || c->kind == TESS_COLUMN_PARAMETER);
}

/* what the texts of the inputs mean: a column or a constant */
static PetscErrorCode Inputs(TessPde pde, Plugin *P)
{
  TessGraph *g;
  TessNode   node;
  char       where[PETSC_MAX_PATH_LEN + 64];

  PetscFunctionBegin;
  while (P->plugin->inputs[P->n])
    P->n++;
  PetscCall(PetscMalloc3(P->n, &P->column, P->n, &P->in, P->n * BLOCK, &P->constant));
  PetscCall(TessGraphCreate(pde->names.n[NAME_AXIS], pde->names.space, &g));
  for (PetscInt i = 0; i < P->n; i++) {
    PetscCall(PetscSNPrintf(where, sizeof(where), "plugin \"%s\", input %" PetscInt_FMT, P->name, i));
    PetscCall(TessParseEquation(pde->comm, where, P->plugin->inputs[i], &pde->names, g, &node));
    TessCheckInput(g->node[node].op == OP_COLUMN || g->node[node].op == OP_CONST, pde->comm,
                   "%s: \"%s\" is neither a column (u, u_x, lap(u), x, normal_x, ...) nor a constant", where,
                   P->plugin->inputs[i]);
    P->column[i] = g->node[node].op == OP_COLUMN ? g->node[node].column : -1;
    for (PetscInt p = 0; p < BLOCK; p++)
      P->constant[i * BLOCK + p] = g->node[node].value;
  }
  pde->ncol = g->ncol;
  PetscCall(PetscMalloc1(g->ncol, &pde->col));
  PetscCall(PetscArraycpy(pde->col, g->col, g->ncol));
  PetscCall(TessGraphDestroy(&g));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeSetUp_Plugin(TessPde pde)
{
  Plugin  *P = (Plugin *)pde->data;
  PetscInt size;

  PetscFunctionBegin;
  PetscCall(Inputs(pde, P));
  pde->neq    = P->plugin->equations;
  pde->affine = (PetscBool)(P->plugin->affine == 1);
  size        = pde->neq * pde->ncol;
  PetscCall(PetscMalloc1(size, &pde->eq));
  PetscCall(PetscMalloc1(size, &pde->of));
  for (PetscInt e = 0; e < pde->neq; e++) {
    for (PetscInt c = 0; c < pde->ncol; c++) {
      if (!IsState(&pde->col[c]))
        continue;
      pde->eq[pde->nnz]   = e;
      pde->of[pde->nnz++] = c;
    }
  }
  PetscCall(PetscMalloc3(2 * pde->neq * BLOCK, &P->r, pde->neq * P->n * BLOCK, &P->dr, BLOCK, &P->moved));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* dr = (r(in_i + h) - r(in_i - h))/2h for the inputs that are columns of unknowns or parameters */
static PetscErrorCode Differences(TessPde pde, Plugin *P, PetscInt m)
{
  PetscReal *above = P->r, *below = &P->r[pde->neq * m];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < P->n; i++) {
    const PetscReal *x = P->in[i];

    if (P->column[i] < 0 || !IsState(&pde->col[P->column[i]]))
      continue;
    P->in[i] = P->moved;
    for (int sign = 1; sign >= -1; sign -= 2) {
      for (PetscInt p = 0; p < m; p++)
        P->moved[p] = x[p] + sign * STEP * PetscMax(1, PetscAbsReal(x[p]));
      (*P->plugin->evaluate)((int)m, P->in, sign > 0 ? above : below);
    }
    P->in[i] = x;
    for (PetscInt e = 0; e < pde->neq; e++)
      for (PetscInt p = 0; p < m; p++)
        P->dr[(e * P->n + i) * m + p] =
            (above[e * m + p] - below[e * m + p]) / (2 * STEP * PetscMax(1, PetscAbsReal(x[p])));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeEvaluate_Plugin(TessPde pde, PetscInt n, const PetscReal *const column[],
                                         PetscReal r[], PetscReal dr[])
{
  Plugin *P = (Plugin *)pde->data;

  PetscFunctionBegin;
  for (PetscInt begin = 0; begin < n; begin += BLOCK) {
    const PetscInt m = PetscMin(BLOCK, n - begin);

    for (PetscInt i = 0; i < P->n; i++)
      P->in[i] = P->column[i] < 0 ? &P->constant[i * BLOCK] : column[P->column[i]] + begin;
    (*P->plugin->evaluate)((int)m, P->in, P->r);
    for (PetscInt e = 0; e < pde->neq; e++)
      PetscCall(PetscArraycpy(&r[(size_t)e * n + begin], &P->r[e * m], m));
    if (!dr)
      continue;
    PetscCall(PetscArrayzero(P->dr, pde->neq * P->n * m));
    if (P->plugin->partials)
      (*P->plugin->partials)((int)m, P->in, P->dr);
    else
      PetscCall(Differences(pde, P, m));
    for (PetscInt k = 0; k < pde->nnz; k++) {
      PetscReal *to = &dr[(size_t)k * n + begin];

      PetscCall(PetscArrayzero(to, m));
      for (PetscInt i = 0; i < P->n; i++) /* a column may be two inputs */
        for (PetscInt p = 0; P->column[i] == pde->of[k] && p < m; p++)
          to[p] += P->dr[(pde->eq[k] * P->n + i) * m + p];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeView_Plugin(TessPde pde, PetscViewer viewer)
{
  Plugin *P = (Plugin *)pde->data;
  char   *inputs;

  PetscFunctionBegin;
  PetscCall(TessJoin(P->n, P->plugin->inputs, &inputs));
  PetscCall(PetscViewerASCIIPrintf(
      viewer, "plugin %s: %" PetscInt_FMT " equations of %s; partial derivatives %s%s\n", P->name, pde->neq,
      inputs, P->plugin->partials ? "by the plug-in" : "by central differences",
      pde->affine ? "; affine" : ""));
  PetscCall(PetscFree(inputs));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PdeDestroy_Plugin(TessPde pde)
{
  Plugin *P = (Plugin *)pde->data;

  PetscFunctionBegin;
  PetscCall(PetscFree3(P->column, P->in, P->constant));
  PetscCall(PetscFree3(P->r, P->dr, P->moved));
  PetscCall(PetscFree(P->name));
  if (P->library)
    (void)dlclose(P->library);
  PetscCall(PetscFree(P));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const struct _TessPdeOps PluginOps = {.setup    = PdeSetUp_Plugin,
                                             .evaluate = PdeEvaluate_Plugin,
                                             .view     = PdeView_Plugin,
                                             .destroy  = PdeDestroy_Plugin};

PetscErrorCode TessPdeCreate_Plugin(TessPde pde, const char library[])
{
  Plugin *P;

  PetscFunctionBegin;
  PetscCall(PetscNew(&P));
  pde->data = P;
  *pde->ops = PluginOps;
  PetscCall(PetscStrallocpy(library, &P->name));
  PetscCall(Load(pde, library, P));
  PetscFunctionReturn(PETSC_SUCCESS);
}
