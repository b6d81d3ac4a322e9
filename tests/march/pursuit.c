/* Accuracy on demand: the estimate is the true error within a factor 10, what is returned is as accurate as
 * was asked, the resolutions do not depend on the ranks, a wave that coarse patches cannot see is not
 * believed, and coefficients are moved by a TS where the equation is not linear and of first order in time.
 */
#include "march_test.h"

#define N 2000
#define MAX 20

typedef struct {
  const char *name, *exact; /* u - ... */
  PetscInt    dim;
  const char *mode; /* how time is treated, NULL: by no choice */
  const char *option[24];
} Case;

static const Case cases[] = {
    {"square",
     "u - sin(3*pi*x)*sin(2*pi*y)",
     2,
     NULL,
     {"unknowns u", "domain_x 0,1", "domain_y 0,1", "conditions inside,walls", "inside_type interior",
      "inside_equation -lap(u) = 13*pi^2*sin(3*pi*x)*sin(2*pi*y)", "walls_type boundary",
      "walls_equation u = 0", "accuracy 1e-4"}},
    {"swing",
     "u - exp(-t)*cos(30*t)",
     1,
     "slabs",
     {"unknowns u", "domain_t 0,1", "conditions inside,start", "inside_type interior",
      "inside_equation u_tt + 2*u_t + 901*u = 0", "start_type initial", "start_equations_place u = 1",
      "start_equations_speed u_t = -1", "accuracy 1e-7"}},
    {"fine",
     "u - sin(pi*x) - sin(60*pi*x)",
     1,
     NULL,
     {"unknowns u", "domain_x 0,1", "conditions inside,ends", "inside_type interior",
      "inside_equation -u_xx = pi^2*sin(pi*x) + 3600*pi^2*sin(60*pi*x)", "ends_type boundary",
      "ends_equation u = 0", "accuracy 1e-5"}},
    {"front",
     "u - 1 + tanh(10*(x - t))",
     2,
     "ts",
     {"unknowns u", "domain_x 0,1", "domain_t 0,1", "conditions inside,start,ends", "inside_type interior",
      "inside_equation u_t + u*u_x = 0.05*u_xx", "start_type initial", "start_equation u = 1 - tanh(10*x)",
      "ends_type boundary", "ends_equation u = 1 - tanh(10*(x - t))", "accuracy 1e-4"}},
    {"warm",
     "u - exp(-pi^2*t)*sin(pi*x)",
     2,
     "ts",
     {"unknowns u", "domain_x 0,1", "domain_t 0,1", "conditions inside,start,ends", "inside_type interior",
      "inside_equation u_t = u_xx", "start_type initial", "start_equation u = sin(pi*x)",
      "ends_type boundary", "ends_equation u = 0", "time_mode ts", "accuracy 1e-6"}},
    {"waves",
     "u - cos(2*pi*t)*sin(2*pi*x)",
     2,
     "slabs",
     {"unknowns u", "domain_x 0,1", "domain_t 0,1", "conditions inside,start,ends", "inside_type interior",
      "inside_equation u_tt = u_xx", "start_type initial", "start_equations_place u = sin(2*pi*x)",
      "start_equations_speed u_t = 0", "ends_type boundary", "ends_equation u = 0", "accuracy 1e-2"}}};

/* What was tried: patches along the first axis and degree of each resolution. */
typedef struct {
  PetscInt n, parts[MAX], degree[MAX];
} Trace;

static PetscErrorCode Monitor(TessPursuit pursuit, const TessResolution *r, void *ctx)
{
  Trace *t = ctx;

  PetscFunctionBegin;
  t->parts[t->n % MAX]    = r->parts[0];
  t->degree[t->n++ % MAX] = r->degree;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Pursue(MPI_Comm comm, const char prefix[], const Case *c, TessPursuit *p, Trace *trace,
                             TessMarch *m)
{
  PetscFunctionBegin;
  trace->n = 0;
  PetscCall(CatalogueSetAll(prefix, c->option));
  PetscCall(TessPursuitCreate(comm, p));
  PetscCall(TessPursuitSetOptionsPrefix(*p, prefix));
  PetscCall(TessPursuitSetMonitor(*p, Monitor, trace));
  PetscCall(TessPursuitSetFromOptions(*p));
  PetscCall(TessPursuitSolve(*p, m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Relative L2 error at N points of this rank. */
static PetscErrorCode Error(TessMarch m, PetscInt dim, const char exact[], PetscReal *error)
{
  const PetscReal lo[] = {0, 0}, hi[] = {1, 1};
  PetscReal       x[2 * N], far[N], u[N], sum[2] = {0, 0};

  PetscFunctionBegin;
  PetscCall(TessSampleBox(TESS_SAMPLE_UNIFORM, 7, dim, lo, hi, N, x));
  PetscCall(RunSample(m, exact, N, x, far));
  PetscCall(RunSample(m, "u", N, x, u));
  for (PetscInt i = 0; i < N; i++)
    sum[0] += PetscSqr(far[i]), sum[1] += PetscSqr(u[i]);
  *error = PetscSqrtReal(sum[0] / sum[1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The options of the result build the same fields again. */
static PetscErrorCode CheckFile(TessMarch m, const char prefix[])
{
  const PetscReal x[] = {0.2, 0.7, 0.4, 0.9};
  PetscReal       a[2], b[2];
  char            name[64] = "";
  TessFile        file;
  TessMarch       again;
  PetscBool       ok;

  PetscFunctionBegin;
  PetscCall(RunFile("pursuit", sizeof(name), name));
  PetscCall(TessFileCreate(PETSC_COMM_WORLD, name, &file));
  PetscCall(TessMarchSave(m, file));
  PetscCall(TessFileClose(&file, &ok, NULL, 0));
  CHECK("the file is written", ok);
  PetscCall(RunCreate(PETSC_COMM_WORLD, prefix, &again));
  PetscCall(TessMarchLoad(again, name));
  PetscCall(RunSample(m, "u", 2, x, a));
  PetscCall(RunSample(again, "u", 2, x, b));
  CHECK_BELOW("a file gives the result again", PetscAbsReal(a[0] - b[0]) + PetscAbsReal(a[1] - b[1]), 1e-13);
  PetscCall(TessMarchDestroy(&again));
  PetscCall(RunUnlink(name));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Check(const Case *c)
{
  char             prefix[32], *mode;
  TessPursuit      p;
  TessMarch        m;
  Trace            trace, alone;
  PetscReal        asked, error;
  const PetscReal *l2, *max;
  PetscBool        reached, same;

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%s_", c->name));
  PetscCall(Pursue(PETSC_COMM_WORLD, prefix, c, &p, &trace, &m));
  PetscCall(TessPursuitGetEstimates(p, &asked, &l2, &max, &reached));
  PetscCall(Error(m, c->dim, c->exact, &error));
  CHECK("what was asked is reached", reached);
  PetscCall(TessOptionsText(NULL, prefix, "time_mode", &mode));
  CHECK("time is treated as suits the equation, or as the user says",
        mode ? c->mode && !strcmp(mode, c->mode) : !c->mode);
  PetscCall(PetscFree(mode));
  CHECK_BELOW("and true", error, 3 * asked);
  CHECK("the estimate is the error within a factor 10", error < 10 * l2[0] && l2[0] < 10 * error);
  PetscCall(CheckFile(m, prefix));
  PetscCall(TessMarchDestroy(&m));
  PetscCall(TessPursuitDestroy(&p));

  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%s_alone_", c->name));
  PetscCall(Pursue(PETSC_COMM_SELF, prefix, c, &p, &alone, &m));
  same = (PetscBool)(trace.n == alone.n && trace.n <= MAX);
  for (PetscInt i = 0; i < trace.n && same; i++)
    same = (PetscBool)(trace.parts[i] == alone.parts[i] && trace.degree[i] == alone.degree[i]);
  CHECK("the resolutions do not depend on the ranks", same);
  PetscCall(TessMarchDestroy(&m));
  PetscCall(TessPursuitDestroy(&p));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  for (size_t i = 0; i < PETSC_STATIC_ARRAY_LENGTH(cases); i++)
    PetscCall(Check(&cases[i]));
  return TessTestEnd();
}
