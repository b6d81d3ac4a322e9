/* lines.c - curves, such as histories of convergence. */
#include "ioimpl.h"

/* Okabe & Ito 2008: eight colours that the colour-blind tell apart (yellow last, it is pale on white). */
static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                      "#e69f00", "#56b4e9", "#000000", "#c9b400"};

#define NCOLOUR 8
#define FEW 40 /* points of a curve that are marked one by one */

static PetscBool Shown(PetscReal x, PetscReal y, PetscBool logy)
{
  return !PetscIsInfOrNanReal(x) && !PetscIsInfOrNanReal(y) && (!logy || y > 0) ? PETSC_TRUE : PETSC_FALSE;
}

typedef struct {
  PetscReal xlo, xhi, ylo, yhi;
  PetscInt  n; /* points that are shown */
} Frame;

static void Bound(PetscInt n, const PetscReal x[], const PetscReal y[], PetscBool logy, Frame *f)
{
  for (PetscInt i = 0; i < n; i++) {
    if (!Shown(x[i], y[i], logy))
      continue;
    f->n++;
    f->xlo = PetscMin(f->xlo, x[i]);
    f->xhi = PetscMax(f->xhi, x[i]);
    f->ylo = PetscMin(f->ylo, y[i]);
    f->yhi = PetscMax(f->yhi, y[i]);
  }
}

/* Some air above and below; a frame of no extent gets one. */
static void Widen(Frame *f, PetscBool logy)
{
  PetscReal air;

  if (!f->n)
    *f = (Frame){0, 1, logy ? 0.1 : 0, 1, 0};
  if (!(f->xlo < f->xhi)) {
    air = PetscMax(PetscAbsReal(f->xlo), 1) / 2;
    f->xlo -= air;
    f->xhi += air;
  }
  if (logy) {
    air = PetscMax(PetscPowReal(f->yhi / f->ylo, 0.05), 1.2);
    f->ylo /= air;
    f->yhi *= air;
  } else {
    air = f->ylo < f->yhi ? 0.05 * (f->yhi - f->ylo) : PetscMax(PetscAbsReal(f->ylo), 1) / 2;
    f->ylo -= air;
    f->yhi += air;
  }
}

static PetscErrorCode AddFrame(TessText *t, const Frame *f, const char title[], const char xlabel[],
                               const char ylabel[], PetscBool logy)
{
  const char *const what[] = {"title", "xlabel", "ylabel"}, *const text[] = {title, xlabel, ylabel};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    PetscCall(TessTextAdd_Private(t, "set %s ", what[i]));
    PetscCall(TessTextAddQuoted_Private(t, text[i] ? text[i] : ""));
    PetscCall(TessTextAdd_Private(t, " noenhanced%s\n", i ? "" : " font ',18'"));
  }
  PetscCall(TessTextAdd_Private(t,
                                "set grid lt 1 lc rgb '#e4e4e4' lw 1\nset border 3\nset key noenhanced below "
                                "samplen 2 spacing 1.2\nset rmargin 4\n"));
  PetscCall(TessTextAdd_Private(t, "set xrange [%.17g:%.17g]\nset yrange [%.17g:%.17g]\n", (double)f->xlo,
                                (double)f->xhi, (double)f->ylo, (double)f->yhi));
  if (logy && f->yhi / f->ylo > 10) /* else no power of ten may lie between */
    PetscCall(TessTextAdd_Private(t, "set logscale y\nset format y '10^{%%T}'\n"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessImageLines(MPI_Comm comm, const char file[], const char title[], const char xlabel[],
                              const char ylabel[], PetscBool logy, PetscInt ncurve, const char *const names[],
                              const PetscInt n[], const PetscReal *const x[], const PetscReal *const y[])
{
  TessText    t = {NULL, 0, 0};
  PetscMPIInt rank;
  Frame       f = {PETSC_INFINITY, -PETSC_INFINITY, PETSC_INFINITY, -PETSC_INFINITY, 0};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank) {
    for (PetscInt c = 0; c < ncurve; c++)
      Bound(n[c], x[c], y[c], logy, &f);
    Widen(&f, logy);
    PetscCall(AddFrame(&t, &f, title, xlabel, ylabel, logy));
    PetscCall(TessTextAdd_Private(&t, "plot NaN notitle"));
    for (PetscInt c = 0; c < ncurve; c++) {
      Frame own = {0};

      Bound(n[c], x[c], y[c], logy, &own);
      if (!own.n)
        continue;
      PetscCall(TessTextAdd_Private(
          &t,
          ", '-' binary record=%" PetscInt_FMT
          " format='%%float64%%float64' using 1:2 with %s lw 2.5 pt 7 ps 0.9 lc rgb '%s' dt %d title ",
          own.n, own.n > FEW ? "lines" : "linespoints", colours[c % NCOLOUR], (int)(c / NCOLOUR) + 1));
      PetscCall(TessTextAddQuoted_Private(&t, names && names[c] ? names[c] : ""));
    }
    PetscCall(TessTextAdd_Private(&t, "\n"));
    for (PetscInt c = 0; c < ncurve; c++) {
      for (PetscInt i = 0; i < n[c]; i++) {
        const double point[] = {(double)x[c][i], (double)y[c][i]};

        if (Shown(x[c][i], y[c][i], logy))
          PetscCall(TessTextAddBytes_Private(&t, point, sizeof(point)));
      }
    }
    PetscCall(TessTextAdd_Private(&t, "set output\n"));
  }
  PetscCall(TessGnuplot_Private(comm, file, 1000, 680, &t));
  PetscCall(PetscFree(t.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}
