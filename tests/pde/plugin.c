/* A C plug-in gives the residuals and partials of the texts it stands for, with its own partials and with
   differences; a missing library, a missing symbol, another version and an unknown input are clear errors. */
#include "jets.h"

static char message[8192];

static PetscErrorCode Keep(MPI_Comm comm, int line, const char *func, const char *file, PetscErrorCode code,
                           PetscErrorType type, const char *text, void *ctx)
{
  if (type == PETSC_ERROR_INITIAL)
    PetscCall(PetscStrncpy(message, text, sizeof(message)));
  return code;
}

static PetscErrorCode Load(const char library[], const char constant[], TessPde *pde)
{
  const char *const axes[] = {"x", "y", "t"}, *const unknowns[] = {"u", "v"}, *const par[] = {"q", "s"};

  PetscCall(TessPdeCreate(PETSC_COMM_WORLD, pde));
  PetscCall(TessPdeSetAxes(*pde, DIM, 2, axes));
  PetscCall(TessPdeSetUnknowns(*pde, 2, unknowns));
  PetscCall(TessPdeSetParameters(*pde, 2, par));
  PetscCall(TessPdeSetConstants(*pde, 1, &constant, constants));
  PetscCall(TessPdeSetPlugin(*pde, library));
  PetscCall(TessPdeSetUp(*pde));
  return PETSC_SUCCESS;
}

/* the partials of pde by (equation, column) at all points, dense over the columns of `as` */
static PetscErrorCode Dense(TessPde pde, TessPde as, PetscInt big, PetscReal r[], PetscReal dense[])
{
  const TessColumn *c, *d;
  const PetscInt   *eq, *of;
  PetscInt          neq, ncol, n, nnz;
  PetscReal       **column, *dr;

  PetscFunctionBegin;
  PetscCall(TessPdeGetColumns(pde, &neq, &n, &c));
  PetscCall(TessPdeGetColumns(as, NULL, &ncol, &d));
  PetscCall(TessPdeGetPartials(pde, &nnz, &eq, &of));
  PetscCall(Fill(pde, 0, 0, &column));
  PetscCall(PetscMalloc1(nnz * N, &dr));
  PetscCall(TessPdeEvaluate(pde, N, (const PetscReal *const *)column, r, dr));
  for (PetscInt k = 0; k < nnz; k++)
    for (PetscInt i = 0; i < ncol; i++)
      if (!memcmp(&c[of[k]], &d[i], sizeof(*c)))
        PetscCall(PetscArraycpy(&dense[(eq[k] * ncol + i) * N], &dr[k * N], N));
  PetscCall(PetscFree(dr));
  PetscCall(Drop(&column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Same(const char library[], PetscReal bound)
{
  TessPde   text, plugin;
  PetscReal r[2][2 * N], dense[2][2 * 9 * N] = {{0}};

  PetscFunctionBegin;
  PetscCall(Make(2, (const char *const[]){"u_t + u*u_x = nu*u_xx", "q^2*normal_x*u_x = 2*pi*x"}, &text));
  PetscCall(Load(library, "nu", &plugin));
  PetscCall(TessPdeView(plugin, PETSC_VIEWER_STDOUT_WORLD));
  PetscCall(Dense(text, text, N, r[0], dense[0]));
  PetscCall(Dense(plugin, text, N, r[1], dense[1]));
  for (int i = 0; i < 2 * N; i++)
    CHECK_BELOW("residual", r[0][i] - r[1][i], 1e-14);
  for (int i = 0; i < 2 * 9 * N; i++)
    CHECK_BELOW("partials", dense[0][i] - dense[1][i], bound);
  PetscCall(TessPdeDestroy(&text));
  PetscCall(TessPdeDestroy(&plugin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* more points than a block: the residuals of the first are those of a call with these alone */
static PetscErrorCode Blocks(const char library[])
{
  enum { MANY = 300, COLUMNS = 7 };
  TessPde          pde;
  PetscInt         ncol, nnz;
  PetscReal        data[COLUMNS][MANY], all[2 * MANY], some[2 * 70], dr_all[10 * MANY], dr_some[10 * 70];
  const PetscReal *column[COLUMNS];

  PetscFunctionBegin;
  PetscCall(Load(library, "nu", &pde));
  PetscCall(TessPdeGetColumns(pde, NULL, &ncol, NULL));
  PetscCall(TessPdeGetPartials(pde, &nnz, NULL, NULL));
  CHECK("seven columns, five of them in two equations", ncol == COLUMNS && nnz == 10);
  for (int c = 0; c < COLUMNS; c++)
    for (int p = 0; p < MANY; p++)
      data[c][p] = TessKeyNormal(9 + c, p);
  for (int c = 0; c < COLUMNS; c++)
    column[c] = data[c];
  PetscCall(TessPdeEvaluate(pde, MANY, column, all, dr_all));
  for (int c = 0; c < COLUMNS; c++)
    column[c] = data[c] + 230;
  PetscCall(TessPdeEvaluate(pde, 70, column, some, dr_some));
  for (int p = 0; p < 70; p++) {
    for (int e = 0; e < 2; e++)
      CHECK_BELOW("residuals in blocks", all[e * MANY + 230 + p] - some[e * 70 + p], 1e-14);
    for (int k = 0; k < 10; k++)
      CHECK_BELOW("partials in blocks", dr_all[k * MANY + 230 + p] - dr_some[k * 70 + p], 1e-8);
  }
  PetscCall(TessPdeDestroy(&pde));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Refused(const char library[], const char constant[], const char says[])
{
  TessPde        pde;
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(Keep, NULL));
  ierr = Load(library, constant, &pde);
  PetscCall(PetscPopErrorHandler());
  CHECK(says, ierr == PETSC_ERR_USER_INPUT && strstr(message, says));
  printf("%s\n", message);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* the arguments: libraries with partials, without, with another version, and one that is no plug-in */
int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCheck(argc >= 5, PETSC_COMM_WORLD, PETSC_ERR_ARG_SIZ, "four libraries are the arguments");
  PetscCall(Same(argv[1], 1e-14));
  PetscCall(Same(argv[2], 1e-9));
  PetscCall(Blocks(argv[1]));
  PetscCall(Blocks(argv[2]));
  PetscCall(Refused("/nowhere/none.so", "nu", "\"/nowhere/none.so\": the library cannot be opened"));
  PetscCall(Refused(argv[3], "nu", "version 0"));
  PetscCall(Refused(argv[4], "nu", "no object \"tess_plugin\""));
  PetscCall(Refused(argv[1], "mu", "input 4: there is no name \"nu\""));
  return TessTestEnd();
}
