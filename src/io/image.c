/* image.c - heat maps.  Values are sampled bilinearly at the pixels, so that grids of any spacing and size
 * make the same smooth picture. */
#include "ioimpl.h"

/* Nine colours each of viridis and magma (S. van der Walt and N. Smith, 2015; public domain): perceptually
 * uniform, readable in grey. */
static const char viridis[] = "0 '#440154',1 '#472c7a',2 '#3b518b',3 '#2c718e',4 '#21908d',5 '#27ad81',6 "
                              "'#5cc863',7 '#aadc32',8 '#fde725'";
static const char magma[]   = "0 '#000004',1 '#1c1044',2 '#4f127b',3 '#812581',4 '#b5367a',5 '#e55964',6 "
                              "'#fb8761',7 '#fec287',8 '#fbfdbf'";

#define COLUMNS 3 /* panels side by side; more begin a new row */
#define DECADES 6 /* of a log scale */

/* Pixels: one panel is left | w | right wide and top | h | bottom high. */
typedef struct {
  PetscInt w, h, left, right, top, bottom, head, columns, rows;
} Layout;

/* Colours from lo to hi.  A log scale that has no positive value or not a decade becomes linear. */
static void Range(const TessImagePanel *p, PetscReal *lo, PetscReal *hi, PetscBool *logscale)
{
  PetscReal smallest = PETSC_INFINITY;

  *lo = PETSC_INFINITY;
  *hi = -PETSC_INFINITY;
  for (PetscInt i = 0; i < p->nx * p->ny; i++) {
    if (PetscIsInfOrNanReal(p->value[i]))
      continue;
    *lo = PetscMin(*lo, p->value[i]);
    *hi = PetscMax(*hi, p->value[i]);
    if (p->value[i] > 0)
      smallest = PetscMin(smallest, p->value[i]);
  }
  if (*lo > *hi)
    *lo = *hi = 0; /* not one number */
  if (p->lo < p->hi) {
    *lo = smallest = p->lo;
    *hi            = p->hi;
  }
  *logscale = PETSC_FALSE;
  if (p->logscale && *hi > 0) {
    smallest = PetscMax(smallest, *hi * PetscPowReal(10, -DECADES));
    if (smallest * 10 <= *hi) {
      *logscale = PETSC_TRUE;
      *lo       = smallest;
    }
  }
  if (!(*lo < *hi)) {
    const PetscReal around = PetscMax(1e-3 * PetscAbsReal(*lo), 1e-12);

    *hi = *lo + around;
    *lo = *lo - around;
  }
}

/* The cell of n increasing points that x lies in, and where in it. */
static void Cell(PetscInt n, const PetscReal points[], PetscReal x, PetscInt *cell, PetscReal *s)
{
  PetscInt low = 0, high = n - 1;

  while (high - low > 1) {
    const PetscInt middle = (low + high) / 2;

    if (points[middle] <= x)
      low = middle;
    else
      high = middle;
  }
  *cell = low;
  *s    = (x - points[low]) / (points[low + 1] - points[low]);
}

/* The pixels as float32, first row lowest, for gnuplot's binary array. */
static PetscErrorCode AddPixels(TessText *t, const TessImagePanel *p, const Layout *l, PetscReal floor)
{
  float     *row;
  PetscInt  *at;
  PetscReal *s;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(l->w, &row, l->w, &at, l->w, &s));
  for (PetscInt i = 0; i < l->w; i++)
    Cell(p->nx, p->x, p->x[0] + (p->x[p->nx - 1] - p->x[0]) * ((double)i + 0.5) / (double)l->w, &at[i],
         &s[i]);
  for (PetscInt j = 0; j < l->h; j++) {
    const PetscReal *below, *above;
    PetscReal        r;
    PetscInt         k;

    Cell(p->ny, p->y, p->y[0] + (p->y[p->ny - 1] - p->y[0]) * ((double)j + 0.5) / (double)l->h, &k, &r);
    below = p->value + k * p->nx;
    above = below + p->nx;
    for (PetscInt i = 0; i < l->w; i++) {
      const PetscReal a     = below[at[i]] + s[i] * (below[at[i] + 1] - below[at[i]]),
                      b     = above[at[i]] + s[i] * (above[at[i] + 1] - above[at[i]]);
      const PetscReal value = a + r * (b - a);

      row[i] = (float)(value < floor ? floor : value);
    }
    PetscCall(TessTextAddBytes_Private(t, row, (size_t)l->w * sizeof(float)));
  }
  PetscCall(PetscFree3(row, at, s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddLabel(TessText *t, const char what[], const char text[])
{
  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t, "set %s ", what));
  PetscCall(TessTextAddQuoted_Private(t, text ? text : ""));
  PetscCall(TessTextAdd_Private(t, " noenhanced offset %s\n",
                                what[0] == 'x'   ? "0,0.3"
                                : what[0] == 'y' ? "1,0"
                                                 : "0,-0.3"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Panel number k, colour bar at its right. */
static PetscErrorCode AddPanel(TessText *t, const TessImagePanel *p, const Layout *l, PetscInt k)
{
  const double W  = (double)l->columns * (double)(l->left + l->w + l->right),
               H  = (double)l->head + (double)l->rows * (double)(l->top + l->h + l->bottom);
  const double x0 = (double)(k % l->columns) * (double)(l->left + l->w + l->right) + (double)l->left;
  const double y1 =
      H - (double)l->head - (double)(k / l->columns) * (double)(l->top + l->h + l->bottom) - (double)l->top;
  const double x1 = x0 + (double)l->w, y0 = y1 - (double)l->h;
  const double dx = (double)(p->x[p->nx - 1] - p->x[0]) / (double)l->w,
               dy = (double)(p->y[p->ny - 1] - p->y[0]) / (double)l->h;
  PetscReal lo, hi;
  PetscBool logscale;

  PetscFunctionBegin;
  Range(p, &lo, &hi, &logscale);
  PetscCall(AddLabel(t, "title", p->title));
  PetscCall(TessTextAdd_Private(t,
                                "set lmargin at screen %.8f\nset rmargin at screen %.8f\nset bmargin at "
                                "screen %.8f\nset tmargin at screen %.8f\n",
                                x0 / W, x1 / W, y0 / H, y1 / H));
  PetscCall(TessTextAdd_Private(t, "set colorbox user origin screen %.8f,%.8f size screen %.8f,%.8f\n",
                                (x1 + 16) / W, y0 / H, 18 / W, (y1 - y0) / H));
  PetscCall(TessTextAdd_Private(t, "set palette defined (%s)\n", logscale ? magma : viridis));
  PetscCall(TessTextAdd_Private(t, "set xrange [%.17g:%.17g]\nset yrange [%.17g:%.17g]\n", (double)p->x[0],
                                (double)p->x[p->nx - 1], (double)p->y[0], (double)p->y[p->ny - 1]));
  PetscCall(TessTextAdd_Private(t, "%s\nset format cb '%s'\nset cbrange [%.17g:%.17g]\n",
                                logscale ? "set logscale cb" : "unset logscale cb",
                                logscale ? "10^{%T}" : "%g", (double)lo, (double)hi));
  PetscCall(TessTextAdd_Private(
      t,
      "plot '-' binary array=(%" PetscInt_FMT ",%" PetscInt_FMT
      ") format='%%float32' origin=(%.17g,%.17g) dx=%.17g dy=%.17g using 1 with image notitle\n",
      l->w, l->h, (double)p->x[0] + dx / 2, (double)p->y[0] + dy / 2, dx, dy));
  PetscCall(AddPixels(t, p, l, logscale ? lo : PETSC_MIN_REAL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Room for the pictures: 4:3, or true to scale within reason. */
static void Measure(const TessImagePanel *p, PetscInt npanel, PetscBool equal, PetscBool head, Layout *l)
{
  const PetscReal ratio = equal ? (p->y[p->ny - 1] - p->y[0]) / (p->x[p->nx - 1] - p->x[0]) : 0.75;

  l->columns = PetscMin(npanel, COLUMNS);
  l->rows    = (npanel + l->columns - 1) / l->columns;
  l->w       = l->columns == 1 ? 760 : l->columns == 2 ? 600 : 500;
  l->h       = (PetscInt)(ratio * (double)l->w);
  if (l->h > 760) {
    l->h = 760;
    l->w = PetscMax((PetscInt)(760 / ratio), 160);
  }
  l->h      = PetscMax(l->h, 120);
  l->left   = 100;
  l->right  = 112;
  l->top    = 56;
  l->bottom = 76;
  l->head   = head ? 44 : 0;
}

PetscErrorCode TessImagePanels(MPI_Comm comm, const char file[], const char title[], const char xlabel[],
                               const char ylabel[], PetscBool equal, PetscInt npanel,
                               const TessImagePanel panel[])
{
  TessText    t = {NULL, 0, 0};
  Layout      l = {0};
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCheck(npanel > 0, comm, PETSC_ERR_ARG_OUTOFRANGE, "a picture has at least one panel");
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank) {
    for (PetscInt k = 0; k < npanel; k++)
      PetscCheck(panel[k].nx > 1 && panel[k].ny > 1, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
                 "a heat map has at least 2 x 2 points");
    Measure(panel, npanel, equal, title && title[0] ? PETSC_TRUE : PETSC_FALSE, &l);
    PetscCall(TessTextAdd_Private(&t, "unset key\nset title font ',16'\nset cbtics scale 0.5\n"));
    PetscCall(AddLabel(&t, "xlabel", xlabel));
    PetscCall(AddLabel(&t, "ylabel", ylabel));
    PetscCall(TessTextAdd_Private(&t, "set multiplot"));
    if (l.head) {
      PetscCall(TessTextAdd_Private(&t, " title "));
      PetscCall(TessTextAddQuoted_Private(&t, title));
      PetscCall(TessTextAdd_Private(&t, " noenhanced font ',19'"));
    }
    PetscCall(TessTextAdd_Private(&t, "\n"));
    for (PetscInt k = 0; k < npanel; k++)
      PetscCall(AddPanel(&t, &panel[k], &l, k));
    PetscCall(TessTextAdd_Private(&t, "unset multiplot\nset output\n"));
  }
  PetscCall(TessGnuplot_Private(comm, file, l.columns * (l.left + l.w + l.right),
                                l.head + l.rows * (l.top + l.h + l.bottom), &t));
  PetscCall(PetscFree(t.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessImageHeat(MPI_Comm comm, const char file[], const char title[], PetscInt nx,
                             const PetscReal x[], PetscInt ny, const PetscReal y[], const PetscReal value[],
                             const char xlabel[], const char ylabel[], PetscBool logscale)
{
  const TessImagePanel panel = {
      .title = title, .nx = nx, .ny = ny, .x = x, .y = y, .value = value, .logscale = logscale};

  PetscFunctionBegin;
  PetscCall(TessImagePanels(comm, file, NULL, xlabel, ylabel, PETSC_FALSE, 1, &panel));
  PetscFunctionReturn(PETSC_SUCCESS);
}
