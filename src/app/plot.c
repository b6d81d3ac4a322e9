/* plot.c - the verb plot: pictures of a run beside its file.  Every unknown beside its reference and its
 * error; three slices along the third axis (time or space) where there are more than two. */
#include <string.h>
#include "plot.h"

/* Lowest and highest value of a slice of u and, unless NULL, of v: they share their colours. */
static void Range(PetscInt n, const PetscReal u[], const PetscReal v[], PetscReal *lo, PetscReal *hi)
{
  *lo = PETSC_INFINITY;
  *hi = -PETSC_INFINITY;
  for (PetscInt i = 0; i < n; i++) {
    if (PetscIsInfOrNanReal(u[i]) || (v && PetscIsInfOrNanReal(v[i])))
      continue;
    *lo = PetscMin(*lo, v ? PetscMin(u[i], v[i]) : u[i]);
    *hi = PetscMax(*hi, v ? PetscMax(u[i], v[i]) : u[i]);
  }
}

/* What is known up to a constant is moved to the mean of u. */
static void Shift(PetscInt n, const PetscReal u[], PetscReal v[])
{
  PetscReal sum = 0;

  for (PetscInt i = 0; i < n; i++)
    sum += (u[i] - v[i]) / n;
  for (PetscInt i = 0; i < n; i++)
    v[i] += sum;
}

/* The reference of unknown i on the grid, from its expression or the file. */
static PetscErrorCode Known(AppPlot *p, PetscInt i, PetscBool *has)
{
  const PetscInt np = p->grid.np;
  PetscInt       n;
  char         **words;

  PetscFunctionBegin;
  PetscCall(TessMarchReferenceAt(p->march, i, np, p->grid.x, p->known, has));
  if (!*has && p->infile[i] >= 0) {
    PetscCall(PetscArraycpy(p->known, p->grid.value + (size_t)p->infile[i] * np, np));
    *has = PETSC_TRUE;
  }
  PetscCall(TessOptionsWords(NULL, "", "reference_constant", &n, &words));
  for (PetscInt k = 0; k < n && *has; k++)
    if (!strcmp(words[k], p->sys->unknown[i]))
      Shift(np, p->value + (size_t)i * np, p->known);
  for (PetscInt j = 0; j < np && *has; j++)
    p->error[j] = PetscAbsReal(p->value[(size_t)i * np + j] - p->known[j]);
  PetscCall(TessWordsDestroy(n, &words));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One axis: curves of solution and reference, and of the error. */
static PetscErrorCode Lines(AppPlot *p, const char name[], const PetscReal u[], PetscBool has)
{
  const AppGrid    *g       = &p->grid;
  const char *const names[] = {"solution", "reference"}, *const error[] = {"|error|"};
  const PetscInt         n[] = {g->np, g->np};
  const PetscReal *const x[] = {g->x, g->x}, *const y[] = {u, p->known}, *const e[] = {p->error};
  char file[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s_%s.png", p->stem, name));
  PetscCall(TessImageLines(p->comm, file, p->title, p->sys->axis[0], name, PETSC_FALSE, has ? 2 : 1, names, n,
                           x, y));
  PetscCall(AppPlotTell(p, file));
  if (!has)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s_%s_error.png", p->stem, name));
  PetscCall(
      TessImageLines(p->comm, file, p->title, p->sys->axis[0], "|error|", PETSC_TRUE, 1, error, n, x, e));
  PetscCall(AppPlotTell(p, file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* solution | reference | error, a row a slice; without a reference the slices side by side */
static PetscErrorCode Panels(AppPlot *p, const char name[], const PetscReal u[], PetscBool has)
{
  const AppGrid           *g     = &p->grid;
  const PetscInt           cells = g->n[0] * g->n[1], kinds = has ? 3 : 1;
  const PetscReal *const   from[] = {u, p->known, p->error};
  static const char *const kind[] = {"", ", reference", ", |error|"};
  TessImagePanel           panel[3 * APP_SLICES];
  char                     title[3 * APP_SLICES][96], at[48] = "", file[PETSC_MAX_PATH_LEN];
  PetscReal                lo = 0, hi = 0;

  PetscFunctionBegin;
  for (PetscInt k = 0; k < g->slices; k++) {
    if (g->slices > 1)
      PetscCall(PetscSNPrintf(at, sizeof(at), " at %.16s = %.3g", p->sys->axis[2], (double)g->at[k]));
    if (g->np)
      Range(cells, u + (size_t)k * cells, has ? p->known + (size_t)k * cells : NULL, &lo, &hi);
    for (PetscInt j = 0; j < kinds; j++) {
      const PetscInt q = k * kinds + j;

      PetscCall(PetscSNPrintf(title[q], sizeof(title[q]), "%.24s%s%s", name, kind[j], at));
      panel[q] =
          (TessImagePanel){.title = title[q], .nx = g->n[0], .ny = g->n[1], .x = g->axis[0], .y = g->axis[1]};
      panel[q].value    = g->np ? from[j] + (size_t)k * cells : NULL;
      panel[q].logscale = (PetscBool)(j == 2);
      if (j < 2 && g->np)
        panel[q].lo = lo, panel[q].hi = hi;
    }
  }
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s_%s.png", p->stem, name));
  PetscCall(TessImagePanels(p->comm, file, p->title, p->sys->axis[0], p->sys->axis[1],
                            (PetscBool)(p->sys->space > 1), kinds * g->slices, panel));
  PetscCall(AppPlotTell(p, file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Fields(AppPlot *p)
{
  const PetscInt np = p->grid.np;
  TessPde        pde;
  PetscBool      has;

  PetscFunctionBegin;
  PetscCall(TessSystemCreatePde(p->sys, &pde));
  for (PetscInt i = 0; i < p->sys->nunknown; i++)
    PetscCall(TessPdeAddEquation(pde, "the picture", p->sys->unknown[i]));
  PetscCall(TessPdeSetUp(pde));
  PetscCall(PetscMalloc3((size_t)p->sys->nunknown * np, &p->value, np, &p->known, np, &p->error));
  PetscCall(TessMarchSample(p->march, pde, np, p->grid.x, p->value));
  for (PetscInt i = 0; i < p->sys->nunknown; i++) {
    PetscCall(Known(p, i, &has));
    if (p->sys->axes == 1)
      PetscCall(Lines(p, p->sys->unknown[i], p->value + (size_t)i * np, has));
    else
      PetscCall(Panels(p, p->sys->unknown[i], p->value + (size_t)i * np, has));
  }
  PetscCall(PetscFree3(p->value, p->known, p->error));
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppPlotTell(AppPlot *p, const char file[])
{
  PetscFunctionBegin;
  if (!p->progress.quiet)
    PetscCall(PetscPrintf(p->comm, "%s\n", file));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppPlotRun(const AppArguments *args, int *exit_code)
{
  AppPlot     p = {.comm = PETSC_COMM_WORLD};
  TessProblem problem;
  char       *end;

  PetscFunctionBegin;
  PetscCall(AppProgressBegin(&p.progress));
  PetscCall(AppLoad(p.comm, args->file, PETSC_TRUE, &p.march));
  PetscCall(PetscStrncpy(p.stem, args->file, sizeof(p.stem)));
  end = strrchr(p.stem, '.');
  if (end && !strcmp(end, ".h5"))
    *end = 0;
  PetscCall(TessMarchGetSlab(p.march, 0, &problem, NULL));
  PetscCall(TessProblemGetSystem(problem, &p.sys));
  PetscCall(TessProblemGetTitle(problem, &p.title));
  PetscCall(PetscMalloc1(p.sys->nunknown, &p.infile));
  PetscCall(AppGridCreate(&p));
  PetscCall(AppStrictUnread());
  PetscCall(Fields(&p));
  PetscCall(AppPlotHistory(&p));
  PetscCall(AppGridDestroy(&p.grid));
  PetscCall(PetscFree(p.infile));
  PetscCall(TessMarchDestroy(&p.march));
  *exit_code = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
